"""Ions, elements and small molecules: what a formula or a part of it says of the groups."""

from __future__ import annotations

ALKALI = frozenset({"Li", "Na", "K", "Rb", "Cs"})
EARTH = frozenset({"Mg", "Ca", "Sr", "Ba"})
NONMETALS = frozenset(
    {
        "H",
        "B",
        "C",
        "N",
        "O",
        "F",
        "Si",
        "P",
        "S",
        "Cl",
        "As",
        "Se",
        "Br",
        "Te",
        "I",
        "He",
        "Ne",
        "Ar",
        "Kr",
        "Xe",
        "Sb",
        "Ge",
    }
)
PRECIPITATES = frozenset(
    [
        "Mg",
        "Al",
        "Sc",
        "Ti",
        "V",
        "Cr",
        "Mn",
        "Fe",
        "Co",
        "Ni",
        "Cu",
        "Zn",
        "Ga",
        "Y",
        "Zr",
        "Nb",
        "Cd",
        "In",
        "Sn",
        "La",
        "Ce",
        "Pr",
        "Nd",
        "Sm",
        "Eu",
        "Gd",
        "Tb",
        "Dy",
        "Ho",
        "Er",
        "Tm",
        "Yb",
        "Lu",
        "Hf",
        "Pb",
        "Bi",
        "Th",
        "U",
        "Be",
        "Ag",
        "Hg",
    ]
)
PEROXIDE_CATALYSTS = frozenset(
    {
        "Mn",
        "Fe",
        "Co",
        "Cu",
        "Cr",
        "Ag",
        "Ce",
        "Pt",
        "Pd",
        "Ru",
        "Ir",
        "Rh",
        "Os",
        "Pb",
        "V",
        "Mo",
        "W",
        "Hg",
        "Au",
        "Ni",
    }
)
AZIDE_METALS = frozenset({"Cu", "Ag", "Hg", "Pb", "Cd", "Au", "Tl"})
ACTIVE = frozenset(
    {
        "Mg",
        "Al",
        "Zn",
        "Fe",
        "Mn",
        "Cr",
        "Ni",
        "Co",
        "Sn",
        "Cd",
        "In",
        "Ga",
        "La",
        "Ce",
        "Nd",
        "Sm",
        "Y",
        "Yb",
        "Ti",
        "Zr",
        "Hf",
        "U",
        "Be",
        "V",
        "Th",
        "Eu",
        "Gd",
        "Dy",
        "Pr",
        "Si",
    }
)
LIGHT_METALS = frozenset({"Al", "Mg", "Ti", "Zr", "Hf", "Be", "Ca"})
#: metals whose oxides a light metal reduces with white heat
REDUCIBLE = frozenset({"Fe", "Cu", "Pb", "Mn", "Ag", "Hg", "Sn", "Co", "Ni", "Mo", "W", "Cr", "Bi", "V"})
NOBLE = frozenset({"Pt", "Pd", "Rh", "Ru", "Ir", "Os"})

#: text in a written formula -> groups
IONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"Cr2O7|CrO4|CrO3|CrO2Cl2", ("chromate",)), (r"MnO4|Mn2O7", ("permanganate",)),
    (r"ClO4|IO4|IO6|BrO4", ("perchlorate",)), (r"ClO3|BrO3|IO3|I2O5", ("chlorate",)), (r"ClO2|O2Cl|OClO", ("chlorite",)),
    (r"(?:ClO|OCl|BrO|OBr)(?![0-9a-z])", ("hypochlorite",)), (r"NO3|\(ONO2\)", ("nitrate",)), (r"NO2(?![0-9])", ("nitrite",)),
    (r"(?<![A-Z][a-z]4\()N3(?![0-9])", ("azide",)), (r"S2O8|SO5", ("persulfate",)), (r"S2O3", ("thiosulfate",)),
    (r"S2O4", ("sulfite", "dithionite")),
    (r"(?<!H)SO3(?![0-9])|HSO3|S2O5|S2O4", ("sulfite",)), (r"HSO4", ("acid",)), (r"H2PO4", ()),
    (r"SCN|NCS|OCN|CNO", ("thiocyanate",)), (r"HCO3|CO3", ("carbonate",)), (r"BH4|B3H8", ("borohydride",)),
    (r"AlH4|AlH6", ("hydride",)), (r"N2H[456]", ("hydrazine",)), (r"NH[23]OH", ("hydroxylamine",)),
    (r"NH4OH", ("ammonia",)), (r"NH4", ("ammonium",)), (r"H2PO2|HPO3|PH2O2", ("hypophosphite",)), (r"HF2", ("hydrogen_fluoride", "acid")), (r"AsO|SbO|As2O|As4O|Sb2O", ("arsenic",)),
    (r"SO4", ()), (r"PO4|P2O7", ()), (r"H2O2(?![0-9])|NaBO3", ("hydrogen_peroxide",)),
    (r"OCH3|OC2H5|CH3O(?=[LNK])|C2H5O(?=[LNK])|C4H9O(?=[LNK])|(?<=[aiK])OC4H9", ("strong_base", "alcohol")), (r"^H\d?(?:Au|Pt|Pd|Ir|Rh)", ("acid",)),
)  # fmt: skip

#: small molecules and the like, by their counts
WHOLE: dict[str, tuple[str, ...]] = {
    "H2O": ("water",), "H2O2": ("hydrogen_peroxide",), "NH3": ("ammonia",), "N2H4": ("hydrazine",),
    "NH2OH": ("hydroxylamine",), "HN3": ("azide", "acid"), "HNO3": ("oxidising_acid", "acid", "nitrate"),
    "HNO2": ("nitrite", "acid"), "H2SO4": ("sulfuric_acid", "acid"), "SO3": ("sulfuric_acid", "acid", "water_reactive_oxide"),
    "H2SO5": ("oxidising_acid", "persulfate", "acid"), "H2S2O8": ("oxidising_acid", "persulfate", "acid"),
    "H2S2O7": ("sulfuric_acid", "acid", "water_reactive_oxide"), "HClO4": ("oxidising_acid", "perchlorate", "acid"),
    "HClO3": ("oxidising_acid", "chlorate", "acid"), "HClO": ("hypochlorite",), "HIO3": ("chlorate", "acid"),
    "HIO4": ("perchlorate", "acid"), "H5IO6": ("perchlorate", "acid"), "HBrO3": ("chlorate", "oxidising_acid", "acid"),
    "H2CrO4": ("chromate", "oxidising_acid", "acid"), "CrO3": ("chromate", "oxidising_acid", "acid"), "H2SeO4": ("oxidising_acid", "acid"),
    "HMnO4": ("permanganate", "oxidising_acid", "acid"), "HCl": ("mineral_acid", "acid", "halide"), "HBr": ("mineral_acid", "acid", "halide"),
    "HI": ("mineral_acid", "acid", "halide", "iodide"), "HF": ("hydrogen_fluoride", "mineral_acid", "acid", "fluoride"),
    "H3PO4": ("mineral_acid", "acid"), "H3PO3": ("hypophosphite", "acid"), "H3PO2": ("hypophosphite", "acid"), "HBF4": ("mineral_acid", "acid", "fluoride"),
    "HPF6": ("mineral_acid", "acid", "fluoride"), "H2SiF6": ("mineral_acid", "acid", "fluoride"), "NH2SO3H": ("mineral_acid", "acid", "sulfamic"),
    "HSO3Cl": ("sulfuric_acid", "acid", "acyl_halide", "water_reactive_halide"), "HSO3F": ("sulfuric_acid", "acid", "fluoride", "water_reactive_halide"),
    "HCN": ("cyanide", "acid"), "H2S": ("sulfide",), "H2Se": ("selenide",), "H2Te": ("selenide",), "AsH3": ("selenide",), "SbH3": ("selenide",),
    "PH3": ("phosphide",), "SO2": ("sulfite",), "NO2": ("nitrogen_oxide",), "N2O4": ("nitrogen_oxide",), "NO": ("nitrogen_oxide",), "N2O3": ("nitrogen_oxide",),
    "N2O5": ("nitrogen_oxide", "oxidising_acid", "acid"), "O3": ("ozone",), "ClO2": ("chlorite",), "Cl2O": ("hypochlorite",), "Cl2O7": ("perchlorate", "oxidising_acid", "acid"),
    "OsO4": ("strong_oxide",), "RuO4": ("strong_oxide",), "PbO2": ("strong_oxide", "reducible_oxide"), "Ag2O": ("strong_oxide",), "AgO": ("strong_oxide",), "HgO": ("strong_oxide",),
    "Mn2O7": ("permanganate", "strong_oxide"), "NiO2": ("strong_oxide",), "MnO2": ("reducible_oxide",), "XeF2": ("halogen",), "ClF3": ("halogen",), "BrF3": ("halogen",),
    "ICl": ("halogen",), "IBr": ("halogen",), "OF2": ("halogen",), "NCl3": ("n_halo",), "NI3": ("n_halo",),
    "SOCl2": ("water_reactive_halide", "acyl_halide"), "SO2Cl2": ("water_reactive_halide", "acyl_halide"), "S2Cl2": ("water_reactive_halide",), "SCl2": ("water_reactive_halide",), "POCl3": ("water_reactive_halide", "acyl_halide"),
    "COCl2": ("acyl_halide", "water_reactive_halide"), "P4O10": ("water_reactive_oxide", "acid"), "P2O5": ("water_reactive_oxide", "acid"),
    "CaO": ("water_reactive_oxide", "strong_base"), "BaO": ("water_reactive_oxide", "strong_base"), "SrO": ("water_reactive_oxide", "strong_base"),
    "Na2O": ("water_reactive_oxide", "strong_base"), "K2O": ("water_reactive_oxide", "strong_base"), "Li2O": ("strong_base",),
    "CO": (), "CO2": (), "CS2": ("organic", "thiol"), "NF3": ("halogen",), "SiO2": ("silica",), "SiC": (), "B4C": (), "TiC": (), "WC": (), "BN": (), "Si3N4": (), "TiN": (), "GaN": (), "AlN": (),
    "BH3": ("borohydride", "pyrophoric"), "B2H6": ("borohydride", "pyrophoric"), "SiH4": ("hydride", "pyrophoric"), "CNBr": ("cyanide",), "CNCl": ("cyanide",), "C2N2": ("cyanide",),
}  # fmt: skip
WATER_REACTIVE = tuple(
    frozenset({metal: 1.0, halogen: float(n)}.items())
    for halogen in ("Cl", "Br", "I")
    for metals, n in (("Ti Si Ge Sn Zr Hf V", 4), ("B Al P As Sb", 3), ("P Sb Nb Ta Mo", 5), ("W", 6))
    for metal in metals.split()
)
IONIC_PEROXIDES = frozenset(
    {"Li2O2", "Na2O2", "K2O2", "KO2", "NaO2", "RbO2", "CsO2", "BaO2", "SrO2", "CaO2", "MgO2", "ZnO2"}
)
#: small organic molecules that are often written as a formula only
SIMPLE_ORGANIC: dict[str, tuple[str, ...]] = {
    "CH2Cl2": ("gem_dihalide",), "CHCl3": ("haloform", "gem_dihalide"), "CHBr3": ("haloform", "gem_dihalide"), "CCl4": ("gem_dihalide",), "CH2Br2": ("gem_dihalide",),
    "CH3CN": ("nitrile",), "C2H5OH": ("alcohol",), "CH3OH": ("alcohol",), "C3H7OH": ("alcohol",), "CH3COCH3": ("ketone",), "(CH3)2CO": ("ketone",), "(CH3)2SO": ("sulfoxide",),
    "HCHO": ("aldehyde",), "CH2O": ("aldehyde",), "CH3CHO": ("aldehyde",), "H2C2O4": ("organic_acid", "acid"), "HCOOH": ("organic_acid", "acid"), "CH3NO2": ("nitro",),
    "(C2H5)2O": ("ether",), "C2H2": ("alkyne",), "CO(NH2)2": ("amide", "sulfamic"), "C6H5NH2": ("amine", "aromatic_amine"), "(CH3CO)2O": ("anhydride",), "CH3COCl": ("acyl_halide",),
}  # fmt: skip
ELEMENTS: dict[str, tuple[str, ...]] = {
    "C": ("carbon",), "S": ("sulfur",), "P": ("phosphorus",), "F": ("halogen",), "Cl": ("halogen",), "Br": ("halogen",), "I": ("iodine",),
    "O": (), "H": (), "N": (), "B": ("active_metal",), "As": ("arsenic",), "Sb": ("arsenic", "metal"), "Se": (), "Te": (), "Ge": ("metal",),
}  # fmt: skip
