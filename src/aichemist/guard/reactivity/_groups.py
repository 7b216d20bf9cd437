"""The reactive groups: what they are, and below which concentration a member counts as dilute.

The division follows the idea of the EPA/NOAA Chemical Reactivity Worksheet (reactive groups and their pairs), the
entries of Bretherick's handbook, and chapter 6 of Prudent Practices; names, borders and numbers are ours.
"""

from __future__ import annotations

from attrs import frozen

CRW = "NOAA/EPA/CCPS, Chemical Reactivity Worksheet 4.0, reactive groups"
BRETHERICK = "Urben (ed.), Bretherick's Handbook of Reactive Chemical Hazards, 8th ed. 2017"
PRUDENT = "National Research Council, Prudent Practices in the Laboratory, 2011"


@frozen
class Group:
    """A reactive group.

    Attributes:
        dilute_mol_per_l: a member below this concentration in whatever surrounds it is dilute: its vigorous reactions
            (fire, explosion, runaway) are not expected. Gas evolution is judged by amount, not by this.
        source: where such groups are described.
    """

    id: str
    title: str
    dilute_mol_per_l: float
    source: str = CRW


_TABLE: tuple[tuple[str, str, float], ...] = (
    # acids and bases
    ("acid", "any acid of pKa below about 5, acid salts included", 0.02),
    ("oxidising_acid", "nitric, perchloric, chromic, peroxo, selenic and hot sulfuric acid", 4.0),
    ("sulfuric_acid", "sulfuric and chlorosulfonic acid, oleum, sulfur trioxide", 6.0),
    ("mineral_acid", "hydrohalic, phosphoric, sulfamic and other non-oxidising strong acids", 2.0),
        ("formic", "formic and oxalic acid and their salts, which give CO, CO2 or hydrogen", 0.5),
    ("organic_acid", "carboxylic and sulfonic acids", 1.0),
    ("strong_base", "hydroxides, oxides of alkali and alkaline earth metals, alkoxides, amides", 0.5),
    ("carbonate", "carbonates and hydrogen carbonates", 0.05),
    ("ammonia", "ammonia and its solutions", 0.1),
    ("ammonium", "ammonium salts", 0.1),
    # organic
    ("organic", "any compound of carbon that burns", 1.0),
    ("alcohol", "alcohols and glycols", 1.0),
    ("polyol", "glycerol, glycols, sugars, cellulose", 0.5),
    ("phenol", "phenols", 0.5),
    ("ketone", "ketones", 0.5),
    ("aldehyde", "aldehydes", 0.5),
    ("ether", "ethers and acetals", 1.0),
    ("ester", "esters", 1.0),
    ("hydrocarbon", "alkanes, alkenes, arenes", 0.5),
    ("alkyne", "terminal alkynes and acetylides", 0.1),
    ("haloalkane", "halogenated solvents and other organic halides", 0.5),
    ("gem_dihalide", "dichloromethane and other geminal di- and trihalides", 0.5),
    ("haloform", "chloroform and bromoform", 0.5),
    ("nitrile", "nitriles", 1.0),
    ("sulfoxide", "dimethyl sulfoxide and other sulfoxides", 1.0),
    ("amide", "DMF, DMAc, NMP and other amides, ureas", 1.0),
    ("amine", "organic amines and heterocycles that are bases", 0.5),
    ("aromatic_amine", "anilines", 0.5),
    ("thiol", "thiols and organic sulfides", 0.5),
    ("alkylator", "alkyl iodides and bromides, benzyl halides, dialkyl sulfates", 2.0),
    ("acyl_halide", "acid halides of carbon and sulfur", 0.2),
    ("anhydride", "acid anhydrides", 0.5),
    ("isocyanate", "isocyanates", 0.2),
    ("epoxide", "epoxides and aziridines", 0.5),
    ("fluoropolymer", "polymers with fluorine, whose smoke is poisonous", 100.0),
    ("chloropolymer", "polymers with chlorine, which give off hydrogen chloride", 100.0),
    ("monomer", "monomers that polymerise: vinyl, acryl, diene, epoxide", 2.0),
    ("nitro", "nitro compounds", 0.5),
    ("nitrate_ester", "esters of nitric and nitrous acid", 0.01),
    ("diazo", "diazo and diazonium compounds, triazenes", 0.01),
    ("organic_peroxide", "organic peroxides and hydroperoxides", 0.05),
    ("peracid", "peroxocarboxylic acids", 0.5),
    ("organic_azide", "organic azides", 0.05),
    ("n_halo", "N-chloro and N-bromo compounds", 0.2),
    ("organometallic", "Grignard reagents, organolithium, metal alkyls", 0.01),
    ("peroxidisable", "ethers and others that form peroxides on standing in air", 1.0),
    # inorganic, reducing or giving a gas
    ("cyanide", "cyanides", 0.0), ("ferrocyanide", "hexacyanidometallates", 0.05),
    ("thiocyanate", "thiocyanates and cyanates", 0.1),
    ("sulfide", "sulfides, hydrogen sulfides, polysulfides", 0.0),
    ("selenide", "selenides, tellurides, arsenides, antimonides", 0.0),
    ("phosphide", "phosphides", 0.0), ("carbide", "carbides that hydrolyse", 0.0),
    ("nitride", "nitrides and amides that hydrolyse", 0.0), ("silicide", "silicides that hydrolyse", 0.0),
    ("azide", "azides of metals, hydrazoic acid", 0.01),
    ("sulfite", "sulfites, hydrogen sulfites, disulfites, dithionites", 0.0),
    ("dithionite", "dithionites, which heat themselves when moist", 4.0),
    ("thiosulfate", "thiosulfates", 0.0),
    ("hydride", "saline and complex hydrides that water ignites", 0.0),
    ("borohydride", "tetrahydridoborates", 0.0),
    ("alkali_metal", "alkali and heavy alkaline earth metals", 0.0),
    ("active_metal", "magnesium, aluminium, zinc, calcium, iron and other base metals", 0.0),
    ("light_metal", "aluminium, magnesium, titanium, zirconium and the like: they burn in oxides and chlorides", 0.0),
    ("reducible_oxide", "oxides of iron, copper, lead and others that light metals reduce", 0.0),
    ("aluminium", "aluminium and zinc: metals that alkali dissolves", 0.0),
    ("metal", "less reactive metals", 0.0),
    ("noble_metal_catalyst", "finely divided platinum metals, Raney nickel", 0.0),
    ("hydrazine", "hydrazine and its derivatives", 0.3),
    ("hydroxylamine", "hydroxylamine and its salts", 0.3),
    ("hypophosphite", "phosphinates and phosphonates", 0.3),
    ("sulfur", "sulfur", 0.0), ("phosphorus", "elemental phosphorus", 0.0),
    ("carbon", "charcoal, graphite, soot and other carbon", 0.0),
    ("arsenic", "compounds of arsenic and antimony", 0.01),
    # oxidising
    ("hydrogen_peroxide", "hydrogen peroxide and its addition compounds", 2.0),
    ("metal_peroxide", "ionic peroxides and superoxides", 0.2),
    ("persulfate", "peroxodisulfates and peroxomonosulfates", 1.0),
    ("hypochlorite", "hypohalites, chlorinated isocyanurates", 0.05),
    ("chlorite", "chlorites", 0.1), ("chlorate", "chlorates, bromates, iodates", 0.5),
    ("perchlorate", "perchlorates and periodates", 1.0),
    ("permanganate", "permanganates", 0.2), ("chromate", "compounds of chromium(VI)", 0.2),
    ("nitrate", "nitrates", 1.5), ("nitrite", "nitrites", 0.2),
    ("halogen", "fluorine, chlorine, bromine, interhalogens", 0.1), ("iodine", "iodine", 0.2),
    ("nitrogen_oxide", "nitrogen dioxide and the like", 0.1), ("ozone", "ozone", 0.01),
    ("strong_oxide", "osmium tetroxide, lead dioxide, silver oxide, heptavalent oxides", 0.1),
    # others
    ("fluoride", "fluorides that give hydrogen fluoride with acid", 0.05),
    ("hydrogen_fluoride", "hydrofluoric acid and hydrogen fluorides", 0.05),
    ("halide", "chlorides, bromides, iodides", 0.1), ("iodide", "iodides", 0.01),
    ("water_reactive_halide", "halides that water hydrolyses with violence", 0.05),
    ("water_reactive_oxide", "anhydrides of acids and bases: phosphorus pentoxide, quicklime", 0.0),
    ("silver", "silver compounds", 0.01), ("mercury", "mercury compounds", 0.01),
    ("azide_metal", "copper, silver, mercury, lead, cadmium, gold, thallium: explosive azides", 0.005),
    ("gold", "gold compounds", 0.01), ("hydroxide_metal", "cations whose hydroxide precipitates", 0.0),
    ("peroxide_catalyst", "what decomposes hydrogen peroxide: Mn, Fe, Co, Cu, Cr, Ag, Ce, Pt, iodide", 0.0),
    ("lewis_acid", "anhydrous metal halides that catalyse polymerisation", 0.05),
    ("pyrophoric", "what ignites in air by itself", 0.0), ("water", "water", 1.0),
    ("sulfamic", "sulfamic acid, urea: nitrite takes their nitrogen", 0.1),
    ("silica", "glass, silica, silicates", 0.0), ("unclassified", "nothing is known of its structure", 0.0),
)  # fmt: skip

#: id -> group
GROUPS: dict[str, Group] = {name: Group(name, title, dilute) for name, title, dilute in _TABLE}
