"""Pairs that set a gas free. Where no outcome is given, the amount of gas decides (rules toxic_gas, flammable_gas, pressure)."""

from __future__ import annotations

from ._danger import Danger
from ._groups import BRETHERICK as B
from ._groups import PRUDENT

_TOXIC, _FLAMMABLE = ("toxic gas",), ("flammable gas", "heat")


def _gas(a: str, b: str, gas: str, per_a: float, per_b: float, reason: str, entry: str, **more: object) -> Danger:
    effects = more.pop("effects", _TOXIC)
    outcome = more.pop("outcome", None)
    return Danger((a, b), effects, outcome, reason, entry, gas=gas, gas_per_mol={a: per_a, b: per_b},  # type: ignore[arg-type]
                  **{"least_mol": 0.0, **more})  # type: ignore[arg-type]  # fmt: skip


_ANY = {"acid": 0.0}
_TEXT = f"{B}; standard inorganic texts (Greenwood and Earnshaw, Chemistry of the Elements)"

GASES: tuple[Danger, ...] = (
    # ---- acid on salts of weak acids
    _gas("cyanide", "acid", "HCN", 1, 1, "acid sets hydrogen cyanide free", f"{PRUDENT}, ch. 6; {B}, cyanides", dilute=_ANY, mend="keep cyanide above pH 11, away from any acid"),
    _gas("sulfide", "acid", "H2S", 1, 0.5, "acid sets hydrogen sulfide free", f"{PRUDENT}, ch. 6", dilute=_ANY, mend="keep sulfide alkaline"),
    _gas("selenide", "acid", "H2Se", 1, 0.5, "acid sets hydrogen selenide, telluride or arsine free", _TEXT, dilute=_ANY),
    _gas("phosphide", "acid", "PH3", 2, 0.5, "acid sets phosphine free", f"{B}, metal phosphides", dilute=_ANY),
    _gas("azide", "acid", "HN3", 1, 1, "acid sets hydrazoic acid free, volatile, as toxic as hydrogen cyanide, explosive", f"{B}, hydrazoic acid; {PRUDENT}, ch. 6",
         dilute={"azide": 0.0, "acid": 0.0}, gas_share=0.3, mend="keep azide above pH 9"),
    Danger(("azide", "acid"), ("toxic gas", "explosion"), "approval", "hydrazoic acid forms, toxic and explosive", f"{B}, hydrazoic acid", "keep azide above pH 9",
           least_mol=3e-4, dilute={"azide": 0.03}),
    Danger(("azide", "sulfuric_acid"), ("explosion", "toxic gas"), "refuse", "explodes", f"{B}, sodium azide: acids", "", least_mol=1e-4),
    _gas("sulfite", "acid", "SO2", 1, 1, "acid sets sulfur dioxide free", _TEXT, dilute=_ANY, gas_share=0.5),
    _gas("thiosulfate", "acid", "SO2", 1, 0.5, "acid sets sulfur dioxide free", _TEXT, dilute=_ANY, gas_share=0.5),
    _gas("carbonate", "acid", "CO2", 1, 1, "acid sets carbon dioxide free", _TEXT, dilute={"acid": 0.0, "carbonate": 0.0}, effects=("pressure",)),
    _gas("hypochlorite", "acid", "Cl2", 1, 0.5, "acid sets chlorine free", f"{PRUDENT}, ch. 6; {B}, sodium hypochlorite: acids", dilute={"acid": 0.0, "hypochlorite": 0.0},
         mend="keep bleach alkaline"),
    _gas("chlorite", "acid", "ClO2", 0.8, 0.8, "acid sets chlorine dioxide free, toxic and explosive", f"{B}, sodium chlorite: acids", dilute={"acid": 0.0, "chlorite": 0.0}),
    _gas("chlorate", "mineral_acid", "Cl2", 0.5, 0.5, "strong acid sets chlorine and chlorine dioxide free", f"{B}, metal chlorates: acids", dilute={"mineral_acid": 1.0, "chlorate": 0.0}),
    _gas("permanganate", "mineral_acid", "Cl2", 2.5, 0.3, "hydrochloric acid is oxidised to chlorine", _TEXT, dilute={"mineral_acid": 2.0, "permanganate": 0.0}),
    _gas("chromate", "mineral_acid", "Cl2", 1.5, 0.4, "concentrated hydrochloric acid is oxidised to chlorine", _TEXT, dilute={"mineral_acid": 6.0, "chromate": 0.0}),
    _gas("strong_oxide", "mineral_acid", "Cl2", 1, 0.25, "hydrochloric acid is oxidised to chlorine", _TEXT, dilute={"mineral_acid": 2.0}),
    _gas("hydrogen_peroxide", "mineral_acid", "Cl2", 1, 0.5, "concentrated hydrochloric acid is oxidised to chlorine", _TEXT, dilute={"mineral_acid": 6.0, "hydrogen_peroxide": 1.0}, gas_share=0.3),
    _gas("oxidising_acid", "mineral_acid", "Cl2", 0.33, 0.33, "aqua regia: chlorine and nitrosyl chloride, pressure in a closed vessel", f"{PRUDENT}, ch. 6; {B}, aqua regia",
         dilute={"oxidising_acid": 3.0, "mineral_acid": 3.0}, gas_share=0.3, effects=("toxic gas", "pressure")),
    _gas("nitrite", "acid", "NO2", 0.5, 0.5, "acid sets nitrogen oxides free", _TEXT, dilute={"acid": 0.02, "nitrite": 0.0}, gas_share=0.5),
    _gas("ferrocyanide", "sulfuric_acid", "HCN", 6, 1, "hot concentrated acid sets hydrogen cyanide free", f"{B}, hexacyanoferrates; {PRUDENT}", above_k=323.15, dilute={"sulfuric_acid": 1.0, "ferrocyanide": 0.0}),
    _gas("ferrocyanide", "mineral_acid", "HCN", 6, 1, "hot strong acid sets hydrogen cyanide free", f"{B}, hexacyanoferrates", above_k=323.15, dilute={"mineral_acid": 1.0, "ferrocyanide": 0.0}),
    _gas("halide", "sulfuric_acid", "HCl", 1, 1, "concentrated sulfuric acid sets hydrogen halide free", _TEXT, dilute={"sulfuric_acid": 12.0, "halide": 0.5}),
    _gas("thiocyanate", "sulfuric_acid", "COS", 1, 1, "concentrated acid sets carbonyl sulfide free", _TEXT, dilute={"sulfuric_acid": 3.0}),
    _gas("formic", "sulfuric_acid", "CO", 1, 1, "concentrated sulfuric acid dehydrates it to carbon monoxide", _TEXT, dilute={"sulfuric_acid": 9.0, "formic": 0.2}, gas_share=0.5, effects=("toxic gas", "pressure")),
    _gas("formic", "noble_metal_catalyst", "H2", 1, 1e6, "the catalyst splits it into hydrogen and carbon dioxide", f"{B}, formic acid: palladium on carbon", effects=("flammable gas", "pressure"), gas_share=0.5),
    _gas("formic", "oxidising_acid", "CO2", 1, 1, "oxidised to carbon dioxide, which closed bottles do not stand", f"{B}, formic acid: nitric acid", effects=("pressure", "heat"), dilute={"oxidising_acid": 3.0}),
    _gas("ammonium", "strong_base", "NH3", 1, 1, "strong base sets ammonia free; most stays in water", _TEXT, dilute={"ammonium": 0.1, "strong_base": 0.1}, gas_share=0.05),
    _gas("fluoride", "acid", "HF", 1, 1, "acid makes hydrofluoric acid, which etches glass and poisons through the skin", f"{PRUDENT}, ch. 6", dilute={"acid": 0.0, "fluoride": 0.0}, gas_share=0.05),
    Danger(("fluoride", "acid"), ("toxic gas",), "approval", "acid makes hydrofluoric acid: burns and poisons through the skin, etches the vial", f"{PRUDENT}, ch. 6",
           "plastic vial, calcium gluconate at hand", dilute={"fluoride": 0.2, "acid": 0.2}, least_mol=1e-3),
    # ---- metals
    _gas("active_metal", "acid", "H2", 1.5, 0.5, "metal and acid give hydrogen", _TEXT, effects=_FLAMMABLE, dilute={"acid": 0.05}, heat_j_per_mol=1.5e5, heat_equivalents={"acid": 0.5}),
    _gas("aluminium", "strong_base", "H2", 1.5, 1.5, "alkali dissolves aluminium and zinc to hydrogen", _TEXT, effects=_FLAMMABLE, dilute={"strong_base": 0.05}, heat_j_per_mol=4e5),
    _gas("metal", "oxidising_acid", "NO2", 2, 0.5, "nitric acid dissolves the metal to nitrogen dioxide", _TEXT, dilute={"oxidising_acid": 2.0}, heat_j_per_mol=1e5, heat_equivalents={"oxidising_acid": 0.25}),
    _gas("active_metal", "oxidising_acid", "NO2", 2, 0.5, "nitric acid dissolves the metal to nitrogen oxides", _TEXT, dilute={"oxidising_acid": 2.0}, heat_j_per_mol=3e5, heat_equivalents={"oxidising_acid": 0.25}),
    Danger(("arsenic", "active_metal", "acid"), _TOXIC, "refuse", "nascent hydrogen makes arsine or stibine", f"{B}, arsine; {PRUDENT}", "", least_mol=1e-5, dilute={"arsenic": 0.0, "acid": 0.0},
           gas="AsH3", gas_per_mol={"arsenic": 1.0}),
    Danger(("arsenic", "borohydride"), _TOXIC, "approval", "borohydride makes arsine or stibine", _TEXT, "", least_mol=1e-5, dilute={"arsenic": 0.0}, gas="AsH3", gas_per_mol={"arsenic": 1.0}),
    _gas("alkali_metal", "water", "H2", 0.5, 0.5, "hydrogen that ignites", f"{B}, sodium: water", effects=_FLAMMABLE, dilute={"water": 0.0}, heat_j_per_mol=1.84e5),
    _gas("alkali_metal", "alcohol", "H2", 0.5, 0.5, "hydrogen and alkoxide, with heat", f"{B}, sodium", effects=_FLAMMABLE, dilute={"alcohol": 0.0}, heat_j_per_mol=1.5e5),
    # ---- hydrides
    *(_gas("hydride", p, "H2", 4, 1, "hydrogen, which ignites by the heat", f"{B}, metal hydrides", effects=_FLAMMABLE, dilute={p: 0.0}, heat_j_per_mol=1.3e5) for p in ("water", "alcohol", "acid", "amine")),
    _gas("borohydride", "acid", "H2", 4, 1, "acid sets all the hydrogen free at once", f"{B}, sodium tetrahydroborate: acids", effects=_FLAMMABLE, dilute={"acid": 0.0}, heat_j_per_mol=2.5e5),
    _gas("borohydride", "water", "H2", 4, 1, "water hydrolyses it, slowly when alkaline, fast with metal salts", f"{B}, sodium tetrahydroborate", effects=_FLAMMABLE, dilute={"water": 0.0}, gas_share=0.5),
    _gas("borohydride", "alcohol", "H2", 4, 1, "alcohols set hydrogen free", f"{B}, sodium tetrahydroborate", effects=_FLAMMABLE, dilute={"alcohol": 0.0}, gas_share=0.8),
    _gas("borohydride", "noble_metal_catalyst", "H2", 4, 1e6, "the catalyst sets all its hydrogen free", f"{B}, sodium tetrahydroborate", effects=_FLAMMABLE),
    _gas("borohydride", "hydroxide_metal", "H2", 4, 1e3, "metal ions are reduced to catalysts of its hydrolysis", f"{B}, sodium tetrahydroborate: catalysts", effects=_FLAMMABLE),
    # ---- water on carbides and the like
    _gas("carbide", "water", "C2H2", 1, 0.5, "water sets acetylene (or methane) free", f"{B}, calcium carbide", effects=_FLAMMABLE, dilute={"water": 0.0}, heat_j_per_mol=1.3e5),
    Danger(("carbide", "water"), ("flammable gas", "fire"), "approval", "water sets acetylene free", f"{B}, calcium carbide", "", least_mol=2e-3, dilute={"water": 0.0}),
    _gas("phosphide", "water", "PH3", 2, 0.3, "water sets phosphine free, toxic and often self-igniting", f"{B}, calcium phosphide", dilute={"water": 0.0}),
    _gas("nitride", "water", "NH3", 1, 0.3, "water sets ammonia free", f"{B}, lithium nitride; sodium amide", dilute={"water": 0.0}, heat_j_per_mol=1e5),
    _gas("silicide", "acid", "SiH4", 1, 0.25, "acid sets silanes free, which ignite", f"{B}, magnesium silicide", effects=("flammable gas", "fire"), dilute=_ANY),
    # ---- decomposition of hydrogen peroxide
    _gas("hydrogen_peroxide", "peroxide_catalyst", "O2", 0.5, 1e6, "it catalyses the decomposition to oxygen", f"{B}, hydrogen peroxide: catalysts", effects=("heat", "pressure"),
         dilute={"hydrogen_peroxide": 0.0}, heat_j_per_mol=9.8e4, heat_equivalents={"peroxide_catalyst": 1e6}),
    _gas("hydrogen_peroxide", "strong_base", "O2", 0.5, 1e6, "it decomposes in alkali", f"{B}, hydrogen peroxide", effects=("pressure",), dilute={"hydrogen_peroxide": 0.0}, gas_share=0.3),
    _gas("hydrogen_peroxide", "permanganate", "O2", 1, 2.5, "permanganate oxidises it to oxygen", _TEXT, effects=("pressure", "heat"), dilute={"hydrogen_peroxide": 0.0, "permanganate": 0.0}),
    _gas("hydrogen_peroxide", "hypochlorite", "O2", 1, 1, "both give oxygen", _TEXT, effects=("pressure", "heat"), dilute={"hydrogen_peroxide": 0.0, "hypochlorite": 0.0}, heat_j_per_mol=1.5e5),
    _gas("hydrogen_peroxide", "organic_acid", "CO2", 0.5, 1, "peracids decompose with gas", f"{B}, performic acid", effects=("pressure",), dilute={"hydrogen_peroxide": 2.0}, gas_share=0.5),
    _gas("hydrogen_peroxide", "water", "O2", 0.5, 1e6, "it decomposes slowly by itself: caps of peroxide vials must vent", f"{B}, hydrogen peroxide", effects=("pressure",), dilute={"hydrogen_peroxide": 2.0}, gas_share=0.05),
    _gas("metal_peroxide", "water", "O2", 0.5, 0.5, "water gives peroxide, alkali and oxygen, with heat", f"{B}, sodium peroxide", effects=("pressure", "heat"), dilute={"water": 0.0}, heat_j_per_mol=7e4),
    _gas("persulfate", "water", "O2", 0.5, 1e6, "decomposes in hot water", _TEXT, effects=("pressure",), above_k=323.15, dilute={"persulfate": 0.1}),
    # ---- nitrogen
    _gas("nitrite", "ammonium", "N2", 1, 1, "ammonium nitrite decomposes to nitrogen with heat", f"{B}, ammonium nitrite", effects=("pressure", "heat"), dilute={"nitrite": 0.1, "ammonium": 0.1}, heat_j_per_mol=3e5),
    Danger(("nitrite", "ammonium"), ("heat", "explosion", "pressure"), "approval", "ammonium nitrite decomposes violently when concentrated, warm or acid", f"{B}, ammonium nitrite", "keep below 1 mol/L, alkaline, cool",
           least_mol=1e-3, dilute={"nitrite": 1.0, "ammonium": 1.0}),
    _gas("nitrite", "sulfamic", "N2", 1, 1, "nitrite and sulfamic acid or urea give nitrogen", _TEXT, effects=("pressure",), dilute={"nitrite": 0.05, "sulfamic": 0.05}),
    _gas("nitrite", "hydrazine", "N2", 1, 1, "hydrazoic acid and nitrogen", f"{B}, hydrazine", effects=("pressure", "toxic gas"), dilute={"nitrite": 0.1}, outcome="approval", least_mol=5e-4),
    _gas("nitrite", "hydroxylamine", "N2O", 1, 1, "nitrous oxide", _TEXT, effects=("pressure",), dilute={"nitrite": 0.05}),
    _gas("nitrite", "azide", "N2", 1.5, 1.5, "nitrogen and nitrogen oxides, with acid", _TEXT, effects=("pressure",), dilute={"nitrite": 0.0, "azide": 0.0}),
    Danger(("nitrite", "aromatic_amine", "acid"), ("explosion", "pressure"), "approval", "diazonium salts form: they lose nitrogen on warming and explode when dry",
           f"{B}, diazonium salts; nitrous acid", "below 5 degC, never dry, small", least_mol=5e-4, serious_mol=2e-3, dilute={"aromatic_amine": 0.05, "acid": 0.05}, gas="N2", gas_per_mol={"nitrite": 1.0, "aromatic_amine": 1.0}),
    Danger(("nitrite", "amine", "acid"), _TOXIC, "approval", "N-nitrosamines form, which cause cancer", "IARC Monographs 17 (1978), N-nitroso compounds", "avoid nitrite with secondary amines",
           least_mol=1e-3, dilute={"amine": 0.2, "acid": 0.05}),
    _gas("hydrazine", "noble_metal_catalyst", "N2", 2, 1e6, "the catalyst decomposes hydrazine to nitrogen, hydrogen and ammonia", f"{B}, hydrazine: metal catalysts", effects=("pressure", "heat")),
    _gas("hydrazine", "peroxide_catalyst", "N2", 1, 1e3, "metal oxides and salts decompose hydrazine", f"{B}, hydrazine: metal salts", effects=("pressure",), dilute={"hydrazine": 0.5}, gas_share=0.1),
    _gas("isocyanate", "water", "CO2", 1, 1, "water gives carbon dioxide and a urea", _TEXT, effects=("pressure",), dilute={"water": 0.0}, heat_j_per_mol=9e4),
    # ---- halides that hydrolyse
    *(_gas(h, p, "HCl", 2, 1, "hydrogen halide, with violence", f"{B}, acid halides; non-metal halides", effects=("toxic gas", "heat", "pressure"), dilute={p: 0.0}, heat_j_per_mol=9e4)
      for h in ("water_reactive_halide", "acyl_halide") for p in ("water", "alcohol", "amine", "ammonia")),
)  # fmt: skip
