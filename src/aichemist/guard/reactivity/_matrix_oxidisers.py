"""Oxidisers with what they oxidise."""

from __future__ import annotations

from ._danger import Danger, each
from ._groups import BRETHERICK as B
from ._groups import PRUDENT

_APART = "keep oxidiser and organic matter in separate vials and separate waste"
_FIRE = ("heat", "fire", "explosion")
_FUMES = ("heat", "fire", "explosion", "toxic gas")
_EXPLOSIVE = ("explosion", "shock-sensitive product")
_FUELS = "alcohol polyol ketone aldehyde ether hydrocarbon phenol amine aromatic_amine thiol sulfoxide amide hydrazine hydroxylamine"
_NO_DILUTION = {"oxidising_acid": 4.0}

OXIDISERS: tuple[Danger, ...] = (
    # ---- nitric, perchloric, chromic acid
    *each("oxidising_acid", _FUELS, _FUMES, "refuse",
          "a concentrated oxidising acid oxidises it with delay and then violently, with toxic nitrous or chlorine fumes; "
          "esters and nitro compounds that form may explode", f"{B}, nitric acid; perchloric acid; chromic acid", _APART,
          least_mol=5e-4, dilute=_NO_DILUTION),
    *each("oxidising_acid", "anhydride", _EXPLOSIVE, "refuse",
          "acetyl nitrate and mixed anhydrides with perchloric acid explode",
          f"{B}, nitric acid: acetic anhydride; perchloric acid: acetic anhydride", _APART, least_mol=2e-4),
    *each("oxidising_acid", "nitrile haloalkane ester organic_acid nitro carbon monomer", _FIRE, "approval",
          "mixtures with concentrated oxidising acid are oxidised violently when warmed or confined, some detonate",
          f"{B}, nitric acid: organic materials", _APART, least_mol=2e-3, dilute={"oxidising_acid": 6.0}),
    *each("oxidising_acid", "organic", _FUMES, "approval",
          "organic matter in concentrated oxidising acid", f"{B}, nitric acid: organic materials; {PRUDENT}, ch. 6", _APART,
          least_mol=2e-3, dilute=_NO_DILUTION),
    *each("oxidising_acid", "phosphorus sulfur hydride borohydride alkali_metal phosphide carbide selenide", _FUMES, "refuse",
          "oxidised by concentrated acid with fire or explosion", f"{B}, nitric acid", _APART, dilute={"oxidising_acid": 2.0}),
    Danger(("nitrate", "sulfuric_acid", "organic"), _EXPLOSIVE, "approval",
           "a nitrate in concentrated sulfuric acid is nitrating acid; organic matter gives explosive nitrates and nitro compounds",
           f"{B}, nitrating agents; nitration incidents", _APART, least_mol=1e-3, dilute={"nitrate": 0.5}),
    # ---- hydrogen peroxide
    Danger(("hydrogen_peroxide", "ketone", "acid"), _EXPLOSIVE, "refuse",
           "acid catalyses the formation of cyclic ketone peroxides (triacetone triperoxide), which explode when touched",
           f"{B}, acetone: hydrogen peroxide; Bellamy, J. Forensic Sci. 1999, 44, 603", "never bring peroxide and ketones together; rinse with water first",
           least_mol=5e-4, dilute={"hydrogen_peroxide": 0.5, "ketone": 0.2}),
    *each("hydrogen_peroxide", "ketone aldehyde", _EXPLOSIVE, "approval",
          "ketones and aldehydes form explosive peroxides with hydrogen peroxide, also without added acid",
          f"{B}, hydrogen peroxide: acetone; aldehydes", "use another solvent", least_mol=1e-3, dilute={"hydrogen_peroxide": 1.5}),
    *each("hydrogen_peroxide", "hydrazine hydroxylamine hydride borohydride phosphorus", _FIRE, "refuse",
          "ignites or explodes with concentrated peroxide", f"{B}, hydrogen peroxide: hydrazine", _APART, dilute={"hydrogen_peroxide": 1.0}),
    *each("hydrogen_peroxide", "anhydride", _EXPLOSIVE, "refuse", "forms diacyl peroxides and peracids that explode",
          f"{B}, hydrogen peroxide: acetic anhydride", _APART, dilute={"hydrogen_peroxide": 1.0}),
    *each("hydrogen_peroxide", "alcohol polyol ether amine aromatic_amine organic_acid thiol nitrile phenol amide sulfoxide", _FIRE, "approval",
          "concentrated peroxide with an organic liquid is a detonable mixture, or forms peracids and peroxides",
          f"{B}, hydrogen peroxide: organic compounds", "dilute the peroxide below 10 % first", least_mol=2e-3, dilute={"hydrogen_peroxide": 5.0}),
    Danger(("hydrogen_peroxide", "sulfuric_acid"), ("heat", "explosion", "pressure"), "approval",
           "peroxymonosulfuric acid (piranha): boils, gives oxygen for hours, and explodes with organic matter",
           f"{PRUDENT}, ch. 6; {B}, peroxomonosulfuric acid", "leave it open, never more than a few mL, no organic residue", least_mol=1e-3, heat_j_per_mol=7e4),
    Danger(("hydrogen_peroxide", "sulfuric_acid", "organic"), _FIRE, "refuse",
           "organic matter in piranha or a like mixture explodes", f"{PRUDENT}, ch. 6; {B}, peroxomonosulfuric acid", "rinse with water before; no organic solvents",
           least_mol=1e-4, dilute={"hydrogen_peroxide": 1.0, "sulfuric_acid": 3.0, "organic": 0.1}),
    *each("hydrogen_peroxide", "sulfide thiosulfate sulfite iodide active_metal", ("heat", "pressure"), "approval",
          "oxidised by concentrated peroxide with much heat and gas", f"{B}, hydrogen peroxide", "dilute the peroxide first",
          least_mol=5e-3, dilute={"hydrogen_peroxide": 5.0, "iodide": 0.0}, heat_j_per_mol=1.5e5),
    # ---- permanganate and chromate
    *each("permanganate", "sulfuric_acid", _FIRE, "refuse", "dimanganese heptaoxide forms, which explodes and ignites anything organic",
          f"{B}, potassium permanganate: sulfuric acid", "acidify with dilute acid only", dilute={"permanganate": 0.1, "sulfuric_acid": 5.0}),
    *each("permanganate", "polyol hydrazine hydroxylamine phosphorus sulfur hydride aldehyde", _FIRE, "refuse", "ignites with permanganate after a delay",
          f"{B}, potassium permanganate: glycerol", _APART, least_mol=1e-3),
    *each("permanganate", "alcohol ketone ether amine aromatic_amine thiol sulfoxide amide organic_acid anhydride phenol hydrocarbon organic", _FIRE, "approval",
          "solid or concentrated permanganate oxidises organic matter with fire", f"{B}, potassium permanganate: organic materials", "use a dilute aqueous solution", least_mol=1e-3, dilute={"organic": 1.0}),
    *each("chromate", "alcohol polyol ketone aldehyde ether amine aromatic_amine organic_acid anhydride sulfoxide amide hydrazine hydroxylamine", _FIRE, "approval",
          "chromium(VI), solid or concentrated, oxidises it with fire", f"{B}, chromium trioxide; dichromates", _APART, least_mol=1e-3, dilute={"chromate": 0.3}),
    Danger(("chromate", "sulfuric_acid", "organic"), _FIRE, "refuse", "chromosulfuric acid oxidises organic matter with fire", f"{B}, dichromates: sulfuric acid",
           _APART, least_mol=1e-3, dilute={"sulfuric_acid": 3.0}),
    # ---- chlorates, chlorites
    *each("chlorate", "sulfuric_acid", ("explosion", "toxic gas"), "refuse", "chlorine dioxide forms, which explodes", f"{B}, metal chlorates: sulfuric acid",
          "no concentrated acid on chlorates", dilute={"chlorate": 0.1, "sulfuric_acid": 3.0}),
    *each("chlorate", "ammonium", _EXPLOSIVE, "approval", "ammonium chlorate may come out, which explodes by itself", f"{B}, ammonium chlorate",
          "use the sodium salt", dilute={"chlorate": 0.4, "ammonium": 0.4}, least_mol=1e-3),
    *each("chlorate", "hydrazine hydroxylamine phosphide", _FIRE, "refuse", "explodes", f"{B}, metal chlorates", _APART, dilute={"chlorate": 0.3}),
    *each("chlorite", "organic_acid aldehyde thiol", ("heat", "toxic gas"), "approval", "chlorine dioxide and fire", f"{B}, sodium chlorite", _APART, least_mol=2e-3, dilute={"chlorite": 1.5}),
    # ---- hypochlorite
    *each("hypochlorite", "ammonia ammonium amine", ("toxic gas", "explosion"), "approval",
          "chloramines and nitrogen trichloride form, toxic and explosive", f"{B}, sodium hypochlorite: ammonium salts; amines", "never bring bleach and ammonia or amines together",
          dilute={"ammonia": 0.02, "ammonium": 0.02, "amine": 0.02}, gas="NH2Cl", gas_per_mol={"hypochlorite": 1.0}, least_mol=5e-4),
    *each("hypochlorite", "alcohol", _EXPLOSIVE, "approval", "alkyl hypochlorites form, which decompose with explosion", f"{B}, sodium hypochlorite: methanol", _APART,
          least_mol=1e-3, dilute={"hypochlorite": 0.2}),
    *each("hypochlorite", "ketone aldehyde", ("heat", "toxic gas"), "approval", "haloform reaction: violent, gives chloroform", f"{B}, sodium hypochlorite; {PRUDENT}, ch. 6", _APART,
          least_mol=1e-3, dilute={"hypochlorite": 0.2}, heat_j_per_mol=3e5, heat_equivalents={"hypochlorite": 1 / 3}),
    *each("hypochlorite", "cyanide", ("toxic gas",), "approval", "cyanogen chloride is a step on the way", f"{PRUDENT}, ch. 8", "at pH above 10, dilute, by a person", gas="ClCN",
          gas_per_mol={"cyanide": 1.0, "hypochlorite": 1.0}, gas_share=0.2),
    *each("hypochlorite", "hydrazine sulfamic phenol thiol nitrile", ("heat", "toxic gas", "explosion"), "approval", "violent reaction", f"{B}, sodium hypochlorite", _APART,
          least_mol=1e-3, dilute={"hypochlorite": 0.3}),
    # ---- halogens
    *each("halogen", "ketone alcohol polyol ether aldehyde amine aromatic_amine amide sulfoxide thiol ammonia hydrazine hydroxylamine phosphorus azide hydride phosphide alkali_metal active_metal hydrocarbon alkyne", _FIRE,
          "refuse", "reacts violently, after a delay in some cases", f"{B}, bromine; chlorine", "add it slowly as a dilute solution, cooled, by a person", least_mol=1e-3,
          dilute={"halogen": 0.5, "active_metal": 0.0}),
    *each("halogen", "organic", ("heat", "toxic gas"), "measures", "halogenation gives heat and hydrogen halide", f"{B}, bromine", "", least_mol=1e-3, dilute={"halogen": 0.5}),
    *each("iodine", "ammonia", ("shock-sensitive product",), "refuse", "nitrogen triiodide forms, which explodes when dry", f"{B}, nitrogen triiodide", "use another base", dilute={"ammonia": 0.5, "iodine": 0.05}),
    *each("iodine", "active_metal alkali_metal", _FIRE, "approval", "ignites once moistened", f"{B}, iodine: metals", "", least_mol=1e-3, dilute={"iodine": 0.5}),
    # ---- other oxidisers
    *each("metal_peroxide", "organic organic_acid alcohol polyol sulfuric_acid active_metal sulfur phosphorus carbon hydrazine", _FIRE, "refuse",
          "alkali peroxides ignite it, with moisture at once", f"{B}, sodium peroxide", _APART, least_mol=5e-4),
    *each("ozone", "organic", _EXPLOSIVE, "approval", "ozonides and peroxides", f"{B}, ozone", ""),
    *each("nitrogen_oxide", "organic hydrazine amine", _FIRE, "approval", "violent oxidation", f"{B}, dinitrogen tetraoxide", _APART, least_mol=1e-3, dilute={"nitrogen_oxide": 0.5}),
    *each("strong_oxide", "hydrazine hydroxylamine thiol ammonia phosphorus sulfur", _FIRE, "approval", "oxidised violently", f"{B}, lead dioxide; silver oxide", _APART, least_mol=5e-4, dilute={"strong_oxide": 0.1}),
    *each("persulfate", "hydrazine hydroxylamine phosphorus", _FIRE, "refuse", "oxidised violently", f"{B}, peroxodisulfates", _APART),
    *each("persulfate", "active_metal", _FIRE, "approval", "moist persulfate and metal powder ignite", f"{B}, ammonium peroxodisulfate: aluminium", _APART, least_mol=2e-3, dilute={"persulfate": 1.0}),
    *each("n_halo", "amide ether amine ammonia ketone", _FIRE, "approval", "N-halogen compounds decompose violently in it", f"{B}, N-halogen compounds", "", least_mol=5e-3, dilute={"n_halo": 0.5}),
    *each("perchlorate", "hydrazine", _EXPLOSIVE, "approval", "hydrazine complexes of metal perchlorates explode", "U.S. CSB 2010-05-I-TX, 2011; " + B, "another anion", dilute={"perchlorate": 0.1}),
    *each("perchlorate", "sulfoxide", _FIRE, "approval", "concentrated solutions of perchlorates in DMSO explode when warm", f"{B}, dimethyl sulfoxide: perchlorates", "another anion", dilute={"perchlorate": 1.5}, least_mol=2e-3),
    *each("perchlorate", "sulfuric_acid", _FIRE, "approval", "anhydrous perchloric acid forms", f"{B}, perchloric acid: dehydrating agents", "", dilute={"perchlorate": 0.5}, least_mol=1e-3),
)  # fmt: skip

_SALTS = "chlorate perchlorate permanganate chromate persulfate chlorite metal_peroxide strong_oxide"
_DRY_FUELS = "organic polyol carbon sulfur phosphorus active_metal cyanide ferrocyanide thiocyanate sulfide thiosulfate sulfite hypophosphite ammonium amine hydride arsenic silicide phosphide aromatic_amine nitro"

#: solid oxidisers with fuel, where no liquid keeps them apart
DRY: tuple[Danger, ...] = (
    *(d for salt in _SALTS.split() for d in each(
        salt, _DRY_FUELS, _EXPLOSIVE, "refuse", "a dry mixture of oxidiser and fuel: burns or explodes by heat, friction or shock",
        f"{B}, {salt}s; pyrotechnic mixtures", "wash the oxidiser out before drying; never mix the dry solids", least_mol=1e-4,
        when="dried", volatile_too=salt in ("chlorate", "perchlorate", "permanganate", "metal_peroxide"))),
    *each("nitrate", "carbon sulfur phosphorus active_metal cyanide thiocyanate thiosulfate hypophosphite hydride silicide", _EXPLOSIVE, "refuse",
          "a dry mixture of nitrate and fuel: burns like gunpowder or explodes", f"{B}, metal nitrates; gunpowder", "wash the nitrate out before drying",
          least_mol=3e-4, serious_mol=1.5e-3, when="dried"),
    *(Danger(("nitrate", "ammonium", fuel), _EXPLOSIVE, "approval", "ammonium nitrate and fuel, dry: an explosive mixture that heat sets on fire or off",
             f"{B}, ammonium nitrate: organic fuels; UN Recommendations on the Transport of Dangerous Goods, UN 0222", "wash the nitrate out before drying, or another nitrate",
             least_mol=3e-4, when="dried") for fuel in ("organic", "sulfamic")),
    *each("nitrate", "organic polyol organic_acid amine sulfamic", _FIRE, "approval",
          "nitrate and organic matter left dry: deflagrates when heated (the combustion synthesis of oxides does so on purpose)",
          f"{B}, metal nitrates: organic matter; Patil, Curr. Opin. Solid State Mater. Sci. 2002, 6, 507", "wash the nitrate out before drying, or keep below 1.5 mmol",
          least_mol=3e-4, serious_mol=1.5e-3, when="dried"),
    *each("nitrite", "ammonium cyanide thiocyanate organic amine thiosulfate", _EXPLOSIVE, "approval", "decomposes violently when dry or fused", f"{B}, sodium nitrite", "wash out before drying",
          least_mol=5e-4, when="dried"),
    *each("hydrogen_peroxide", "organic polyol organic_acid ketone", _EXPLOSIVE, "approval", "evaporation concentrates peroxide with organic matter", f"{B}, hydrogen peroxide: evaporation residues",
          "destroy the peroxide before drying", least_mol=1e-3, when="dried", volatile_too=True),
    *each("silver", "ammonia", _EXPLOSIVE, "refuse", "fulminating silver: ammoniacal silver solutions explode when dried or aged", f"{B}, silver: ammoniacal solutions", "destroy with acid at once, never dry", least_mol=2e-5, when="dried", volatile_too=True),
    *each("gold", "ammonia", _EXPLOSIVE, "refuse", "fulminating gold", f"{B}, gold: ammonia", "", least_mol=2e-5, when="dried", volatile_too=True),
    *each("iodine", "ammonia", _EXPLOSIVE, "refuse", "dry nitrogen triiodide", f"{B}, nitrogen triiodide", "", least_mol=2e-5, when="dried", volatile_too=True),
    *each("light_metal", "reducible_oxide", _FIRE, "refuse", "thermite: once lit it burns white hot and throws metal about", f"{B}, thermite; aluminium: metal oxides", "never mix the dry powders", least_mol=2e-3, when="dried"),
    *each("sulfur", "active_metal alkali_metal", _FIRE, "approval", "metal powder and sulfur burn together when lit or ground", f"{B}, sulfur: metals", "", least_mol=2e-3, when="dried"),
    *each("azide", "azide_metal", _EXPLOSIVE, "refuse", "an explosive azide", f"{B}, metal azides", "", least_mol=1e-5, when="dried"),
)  # fmt: skip
