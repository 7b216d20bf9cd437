"""Water-reactive and self-igniting substances, explosive products, runaway polymerisation, neutralisation."""

from __future__ import annotations

from ._danger import Danger, each
from ._groups import BRETHERICK as B
from ._groups import PRUDENT

_FIRE = ("heat", "fire", "explosion")
_EXPLOSIVE = ("explosion", "shock-sensitive product")
_DRY_BOX = "glove box or Schlenk line, by a person"
_CRC = "CRC Handbook of Chemistry and Physics, enthalpies of dilution and formation"

_HYDRAZINES = (
    f"{B}, hydrazine: metal salts; Zhu et al., Propellants Explos. Pyrotech. 1997, 22, 317; U.S. CSB 2010-05-I-TX, 2011"
)
_NO_HYDRAZINES = "another reductant, or a chloride or sulfate of the metal"

OTHERS: tuple[Danger, ...] = (
    # ---- water and alcohols
    *each("alkali_metal", "water acid", _FIRE, "refuse", "hydrogen that ignites, the melt explodes", f"{B}, sodium: water", _DRY_BOX, least_mol=5e-5, dilute={"water": 0.0, "acid": 0.0}),
    *each("alkali_metal", "haloalkane", _EXPLOSIVE, "refuse", "explodes on shock or warming", f"{B}, sodium: halocarbons", "never bring alkali metals and halogenated solvents together", least_mol=1e-4),
    *each("alkali_metal", "alcohol", _FIRE, "approval", "hydrogen and heat", f"{B}, sodium", _DRY_BOX, least_mol=1e-3),
    *each("alkali_metal", "sulfur phosphorus sulfoxide amide nitro mercury ketone", _FIRE, "approval", "violent reaction", f"{B}, sodium", _DRY_BOX),
    *each("hydride", "water acid alcohol", _FIRE, "refuse", "hydrogen, which ignites by the heat of reaction", f"{B}, lithium tetrahydroaluminate; sodium hydride", _DRY_BOX, least_mol=3e-4, dilute={"water": 0.0, "acid": 0.0, "alcohol": 0.0}),
    *each("hydride", "amide sulfoxide", _FIRE, "approval", "decomposes the solvent, runs away above about 40 degC", f"{B}, sodium hydride: dimethylformamide; dimethyl sulfoxide; Yang et al., Org. Process Res. Dev. 2019, 23, 2210", "use THF",
          least_mol=1e-3),
    *each("hydride", "amide sulfoxide", _FIRE, "refuse", "decomposes the solvent; this warm it runs away", f"{B}, sodium hydride: dimethylformamide; dimethyl sulfoxide; Yang et al., Org. Process Res. Dev. 2019, 23, 2210", "use THF",
          least_mol=1e-3, above_k=313.15),
    *each("hydride", "haloalkane nitro ester ketone nitrile", _FIRE, "approval", "violent reduction", f"{B}, lithium tetrahydroaluminate", _DRY_BOX, least_mol=1e-3),
    *each("borohydride", "acid", ("heat", "flammable gas"), "approval", "acid sets all the hydrogen (or diborane) free at once", f"{B}, sodium tetrahydroborate: acids", "dilute acid, drop by drop, open", least_mol=1e-3, dilute={"acid": 0.3}),
    *each("borohydride", "amide", _FIRE, "approval", "runs away when warm", f"{B}, sodium tetrahydroborate: dimethylformamide", "", least_mol=5e-3, above_k=313.15),
    *each("borohydride", "noble_metal_catalyst", ("flammable gas", "fire"), "approval", "hydrogen over a catalyst that ignites it", f"{B}, sodium tetrahydroborate: catalysts", "", least_mol=2e-5),
    *each("organometallic", "water acid alcohol ketone haloalkane", _FIRE, "refuse", "violent, ignites", f"{B}, alkylmetals", _DRY_BOX, least_mol=1e-4, dilute={"water": 0.0, "acid": 0.0, "alcohol": 0.0}),
    *each("pyrophoric", "water", _FIRE, "approval", "it ignites when it dries in air", B, _DRY_BOX, least_mol=1e-4, dilute={"water": 0.0}),
    *each("water_reactive_halide", "water alcohol strong_base amine ammonia", ("heat", "toxic gas", "pressure"), "approval", "violent hydrolysis with clouds of hydrogen halide", f"{B}, non-metal halides", _DRY_BOX, least_mol=1e-3, dilute={"water": 0.0, "alcohol": 0.0}),
    *each("water_reactive_halide", "sulfoxide amide ether ketone", _FIRE, "approval", "violent or delayed decomposition", f"{B}, thionyl chloride; titanium tetrachloride; phosphorus halides", _DRY_BOX, least_mol=1e-3),
    *each("acyl_halide", "water alcohol strong_base ammonia", ("heat", "toxic gas", "pressure"), "approval", "violent solvolysis with hydrogen halide", f"{B}, acyl halides", "add it slowly to a cold excess, by a person", least_mol=5e-3, dilute={"water": 2.0, "alcohol": 2.0}),
    *each("acyl_halide", "sulfoxide", _FIRE, "refuse", "violent decomposition (the first step of a Swern oxidation above -60 degC)", f"{B}, dimethyl sulfoxide: acyl halides", "", least_mol=5e-4, dilute={"sulfoxide": 0.2}),
    *each("acyl_halide", "amide azide", _FIRE, "approval", "runs away on storage or warming; with azide explosive acyl azides", f"{B}, thionyl chloride: dimethylformamide; acyl azides", "", least_mol=5e-3),
    *each("anhydride", "sulfoxide", _FIRE, "approval", "violent Pummerer reaction", f"{B}, dimethyl sulfoxide: trifluoroacetic anhydride", "", least_mol=5e-3),
    *each("sulfoxide", "halogen n_halo permanganate", _FIRE, "approval", "violent oxidation or decomposition", f"{B}, dimethyl sulfoxide", "", least_mol=1e-3),
    # ---- explosive products
    *each("azide", "azide_metal", _EXPLOSIVE, "refuse", "azides of copper, silver, mercury, lead explode when touched", f"{B}, metal azides; {PRUDENT}, ch. 6", "another metal, or no azide", least_mol=5e-5, dilute={"azide": 0.002, "azide_metal": 0.002}),
    *each("azide", "gem_dihalide", _EXPLOSIVE, "refuse", "geminal diazides form, which explode", f"{B}, sodium azide: dichloromethane; Hruby, Boteju and Li, Chem. Eng. News 1993, 71 (41), 2", "another solvent", least_mol=1e-4, dilute={"azide": 0.0}),
    *each("azide", "halogen thiol persulfate hypochlorite permanganate", _EXPLOSIVE, "approval", "explosive azides of halogens or sulfur, or nitrogen in a burst", f"{B}, halogen azides", "", least_mol=3e-4, dilute={"azide": 0.05}),
    Danger(("silver", "ammonia", "strong_base"), ("shock-sensitive product",), "approval", "ammoniacal silver oxide: explosive silver nitride forms within hours", f"{B}, silver: ammoniacal solutions",
           "use at once, destroy with nitric acid", least_mol=1e-4, dilute={"ammonia": 0.05, "strong_base": 0.02}),
    *each("silver", "ammonia", ("shock-sensitive product",), "measures", "ammoniacal silver must not age or dry: explosive silver nitride", f"{B}, silver: ammoniacal solutions", "use at once, acidify afterwards", least_mol=1e-4),
    *each("strong_oxide", "ammonia", ("shock-sensitive product",), "approval", "silver oxide in ammonia gives fulminating silver", f"{B}, silver oxide: ammonia", "", least_mol=1e-4),
    *each("gold", "ammonia", _EXPLOSIVE, "approval", "fulminating gold", f"{B}, gold: ammonia", "", least_mol=1e-4, dilute={"ammonia": 0.3}),
    *(d for m in ("silver", "mercury") for d in (Danger((m, "alcohol", "oxidising_acid"), _EXPLOSIVE, "refuse", "fulminates form", f"{B}, {m} fulminate", "", least_mol=1e-4, dilute={"oxidising_acid": 1.5}),)),
    *each("alkyne", "silver mercury azide_metal", _EXPLOSIVE, "approval", "metal acetylides explode when dry", f"{B}, metal acetylides", "", least_mol=5e-5, dilute={"azide_metal": 0.1, "silver": 0.01, "alkyne": 0.005}),
    *each("carbide", "silver azide_metal", _EXPLOSIVE, "refuse", "acetylene makes metal acetylides", f"{B}, metal acetylides", "", least_mol=1e-4),
    *each("silver", "hydrazine", _EXPLOSIVE, "approval", "concentrated silver salts are reduced violently", f"{B}, silver salts", "", least_mol=1e-3, dilute={"silver": 0.3}),
    *each("hydrazine", "mercury strong_oxide", _EXPLOSIVE, "approval", "explosive compounds or ignition", f"{B}, hydrazine", "", least_mol=5e-4, dilute={"hydrazine": 0.5}),
    *(d for anion in ("perchlorate", "chlorate", "nitrate", "permanganate") for d in (
        Danger(("hydrazine", "hydroxide_metal", anion), _EXPLOSIVE, "approval", f"hydrazine makes metal {anion}s into complexes that are primary explosives (nickel, cobalt, cadmium, zinc); they come out as solids",
               _HYDRAZINES, _NO_HYDRAZINES, least_mol=2e-4, dilute={anion: 0.0, "hydrazine": 0.1}),
        Danger(("hydrazine", "hydroxide_metal", anion), _EXPLOSIVE, "refuse", f"the hydrazine complex of a metal {anion} is left dry: a primary explosive, set off by friction, spark or warmth",
               _HYDRAZINES, _NO_HYDRAZINES, least_mol=1e-5, serious_mol=2e-5, when="dried", volatile_too=True))),
    *(Danger(("ammonia", "hydroxide_metal", anion), _EXPLOSIVE, "refuse", f"ammine complexes of a metal {anion} are left dry: they explode by shock or warmth", f"{B}, ammineperchlorato complexes; ammine metal oxosalts",
             "another anion, or wash it out first", least_mol=1e-4, when="dried", volatile_too=True) for anion in ("perchlorate", "chlorate", "permanganate")),
    Danger(("haloform", "ketone", "strong_base"), _FIRE, "refuse", "runaway addition after a delay", f"{B}, chloroform: acetone, base", "another solvent", least_mol=2e-4, dilute={"strong_base": 0.1}),
    *each("haloform", "strong_base", _FIRE, "approval", "solid or strong alkali gives carbenes and heat", f"{B}, chloroform: alkali", "below 1 mol/L of base", least_mol=1e-3, dilute={"strong_base": 3.0}),
    *each("haloalkane", "active_metal", _FIRE, "approval", "metal powder in halogenated solvents reacts after a delay, explosively", f"{B}, aluminium: halocarbons", "", least_mol=2e-3, dilute={"haloalkane": 2.0}),
    *each("nitro", "strong_base hydride hydrazine", _EXPLOSIVE, "approval", "nitroalkanes give explosive salts with base; nitroarenes decompose", f"{B}, nitro compounds: bases", "", least_mol=5e-3, dilute={"nitro": 1.0, "strong_base": 1.0}),
    *each("nitro", "amine", _EXPLOSIVE, "approval", "nitroalkanes sensitised by amines detonate", f"{B}, nitromethane: amines", "dilute it", least_mol=5e-3, dilute={"nitro": 5.0, "amine": 0.1}),
    *each("dithionite", "water", ("heat", "fire", "toxic gas"), "approval", "moist dithionite heats itself until it burns; metal powder makes it worse", f"{B}, sodium dithionite: water (Lodi, New Jersey, 1995: with aluminium powder)", "into much water at once", least_mol=2e-3),
    *each("nitro", "oxidising_acid", _EXPLOSIVE, "approval", "sensitive mixtures", f"{B}, nitric acid: nitro compounds", "", least_mol=2e-3),
    *each("diazo", "acid hydroxide_metal sulfide thiol azide", ("explosion", "pressure"), "approval", "loses nitrogen, may explode", f"{B}, diazo compounds", "", least_mol=1e-4, dilute={"diazo": 0.1}),
    *each("organic_azide", "acid noble_metal_catalyst phosphorus", ("explosion", "pressure"), "approval", "loses nitrogen with heat", f"{B}, organic azides", "", least_mol=1e-3, dilute={"acid": 3.0}),
    *each("organic_peroxide", "amine aromatic_amine strong_base oxidising_acid sulfuric_acid sulfide active_metal iodide hydroxide_metal", _EXPLOSIVE, "approval", "accelerates its decomposition to explosion", f"{B}, organic peroxides", "", least_mol=1e-3, dilute={"organic_peroxide": 0.5}),
    *each("peracid", "organic ketone metal", _EXPLOSIVE, "approval", "concentrated peracids explode with organic matter", f"{B}, peroxyacids", "", least_mol=2e-3, dilute={"peracid": 2.0}),
    *each("mercury", "aluminium", ("heat", "flammable gas"), "approval", "amalgamated aluminium corrodes with heat and hydrogen", f"{B}, aluminium: mercury", "", least_mol=5e-4),
    *each("phosphorus", "strong_base", ("toxic gas", "fire"), "approval", "phosphine that ignites", f"{B}, phosphorus: alkali", "", least_mol=2e-4),
    *each("cyanide", "hydrogen_peroxide permanganate", ("heat", "toxic gas"), "measures", "vigorous oxidation", f"{B}, cyanides", "", least_mol=1e-3, dilute={"cyanide": 0.2}),
    # ---- polymerisation
    *each("monomer", "organic_peroxide persulfate lewis_acid strong_base sulfuric_acid alkali_metal oxidising_acid", ("heat", "polymerisation", "pressure"), "approval", "polymerisation may run away", f"{B}, polymerisation incidents", "dilute the monomer below 4 mol/L, or less than 20 mmol",
          least_mol=1e-5, dilute={"monomer": 4.0, "strong_base": 1.0, "organic_peroxide": 0.0, "persulfate": 0.0}, heat_j_per_mol=0.0),
    *each("epoxide", "amine ammonia strong_base acid", ("heat", "polymerisation", "pressure"), "approval", "ring opening runs away when concentrated", f"{B}, ethylene oxide; 1,2-epoxides", "dilute", least_mol=5e-3, dilute={"epoxide": 4.0, "amine": 2.0, "acid": 1.0}),
    *each("isocyanate", "amine strong_base", ("heat", "pressure"), "approval", "violent", f"{B}, isocyanates", "", least_mol=5e-3, dilute={"isocyanate": 1.0}),
    *each("aldehyde", "strong_base sulfuric_acid", ("heat", "polymerisation"), "measures", "condensation or polymerisation with heat", f"{B}, aldehydes", "", least_mol=5e-3, dilute={"aldehyde": 2.0, "strong_base": 2.0}),
    # ---- sulfuric acid
    *each("sulfuric_acid", "polyol monomer nitrile ketone nitro thiol hydrocarbon epoxide", ("heat",), "approval", "concentrated sulfuric acid chars, polymerises or decomposes it with much heat", f"{B}, sulfuric acid", "dilute the acid first", least_mol=3e-3, dilute={"sulfuric_acid": 9.0}),
    *each("sulfuric_acid", "organic", ("heat",), "measures", "concentrated sulfuric acid with organic matter", f"{B}, sulfuric acid", "", least_mol=1e-3, dilute={"sulfuric_acid": 9.0}),
    # its dilution with water: rules/_dilution.py has the curve
    *each("sulfuric_acid", "alcohol", ("heat",), None, "concentrated sulfuric acid with an alcohol", _CRC, "acid into the alcohol, slowly, cooled", least_mol=1e-3, dilute={"alcohol": 0.0}, heat_j_per_mol=7e4, heat_equivalents={"alcohol": 0.3}),
    # ---- neutralisation and dilution: heat alone
    *each("strong_base", "acid", ("heat",), None, "neutralisation", _CRC, "dilute", least_mol=1e-4, dilute={"acid": 0.05, "strong_base": 0.05}, heat_j_per_mol=5.6e4),
    *each("ammonia", "acid", ("heat",), None, "neutralisation", _CRC, "dilute", least_mol=1e-4, dilute={"acid": 0.05}, heat_j_per_mol=5.2e4),
    *each("amine", "acid", ("heat",), None, "neutralisation", _CRC, "dilute", least_mol=1e-4, dilute={"acid": 0.05}, heat_j_per_mol=5e4),
    *each("alkylator", "amine ammonia thiol", ("heat",), None, "alkylation", _CRC, "slowly, cooled, in a solvent", least_mol=1e-3, heat_j_per_mol=9e4),
    *each("anhydride", "water alcohol amine strong_base", ("heat",), None, "acylation", _CRC, "slowly, cooled", least_mol=1e-3, heat_j_per_mol=6e4),
    *each("water_reactive_oxide", "water alcohol acid", ("heat",), None, "slaking", _CRC, "slowly, cooled", least_mol=1e-3, dilute={"water": 0.0}, heat_j_per_mol=8e4),
    *each("hypochlorite", "sulfite thiosulfate iodide", ("heat",), None, "redox reaction", _CRC, "dilute", least_mol=1e-3, heat_j_per_mol=3e5),
    *each("permanganate", "sulfite thiosulfate iodide organic_acid", ("heat",), None, "redox reaction", _CRC, "dilute", least_mol=1e-3, heat_j_per_mol=5e5),
    *each("nitrate", "ammonium", _EXPLOSIVE, "approval", "ammonium nitrate decomposes above 170 degC, explosively when confined or contaminated", f"{B}, ammonium nitrate", "stay below 150 degC", least_mol=1e-3, above_k=433.15, when="dried"),
)  # fmt: skip
