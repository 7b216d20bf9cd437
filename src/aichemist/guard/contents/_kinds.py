"""Kinds of substance at hand, and what a litre or a kilogram of each stock consists of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Protocol

from attrs import evolve, field, frozen

from aichemist.chemistry import InputError, LabLimits, StockLimits, molar_mass

from ..knowledge import Substance
from ..reactivity import groups_of
from ..reactivity._inorganic import anhydrous

_UNKNOWN_KG_PER_MOL = 0.1
#: share by mass of the solute of a stock of which neither formula nor concentration is known (polymer dispersions)
_DISPERSED = 0.05
#: boiling points (K, 1 atm; CRC Handbook) of what leaves a solution by evaporation and is not itself a stock liquid
_BOILING_K = {
    "H2O": 373.15,
    "NH3": 239.8,
    "HCl": 188.1,
    "HBr": 206.8,
    "HF": 292.7,
    "HNO3": 356.0,
    "H2O2": 423.3,
    "HClO4": 476.0,
    "H2SO4": 610.0,
    "HI": 237.6,
}
#: aqueous mineral acids whose density the lab file does not give: 1 kg/L, and so much more per kg/L of acid (from the
#: densities of the concentrated acids, CRC Handbook); with 1 kg/L they would hold hardly any water
_ACIDS = {"H2SO4": 0.476, "HNO3": 0.417, "HCl": 0.41, "HBr": 0.685, "HClO4": 0.573, "H3PO4": 0.478, "HF": 0.35}
_HYDROLYSE = frozenset({"water_reactive_halide", "acyl_halide"})
_SOLUBLE_ANIONS = {
    "nitrate",
    "halide",
    "perchlorate",
    "chlorate",
    "nitrite",
    "azide",
    "cyanide",
    "thiocyanate",
    "persulfate",
    "permanganate",
    "hypochlorite",
    "chlorite",
    "thiosulfate",
    "ammonium",
    "borohydride",
}


class Finder(Protocol):
    """What the contents need of the knowledge room."""

    def find(self, text: str = "", *, formula: str = "") -> Substance: ...


@frozen(eq=False)
class Kind:
    """A substance as it is dispensed, with what the bookkeeping needs. SI units; ``density`` in kg/L.

    Attributes:
        name: for people; unique on a shelf.
        predicted: it was not dispensed but forms (a hydroxide that precipitates).
        soluble: a solid of it dissolves when there is liquid.
    """

    name: str
    substance: Substance
    groups: frozenset[str]
    molar_mass_kg_per_mol: float
    density_kg_per_l: float | None
    boiling_point_k: float | None
    liquid: bool
    soluble: bool
    predicted: bool = False

    @property
    def organic(self) -> bool:
        return "organic" in self.groups

    @property
    def flammable(self) -> bool:
        """GHS category 1 to 3, or an organic liquid that boils low and of which no flash point is known."""
        flash = self.substance.flash_point_k
        if self.substance.has("H224", "H225", "H226") or (flash is not None and flash <= 333.15):
            return True
        heavy = self.groups & {"gem_dihalide", "haloform"}
        return flash is None and self.liquid and self.organic and not heavy and (self.boiling_point_k or 373.0) < 473.0

    def evaporates(self, temperature_k: float) -> bool:
        """Whether it leaves an open vial kept at that temperature for an hour or more."""
        if self.boiling_point_k is not None:
            return self.boiling_point_k < temperature_k + 120.0
        return self.liquid


@frozen(eq=False)
class Shelf:
    """All kinds of a lab, made when they are first asked for."""

    knowledge: Finder
    lab: LabLimits
    _kinds: dict[tuple[str, str], Kind] = field(factory=dict, init=False)
    _contents: dict[tuple[str, bool], Mapping[Kind, float]] = field(factory=dict, init=False)

    def kind(
        self, text: str = "", formula: str = "", *, label: str = "", liquid: bool = False, predicted: bool = False
    ) -> Kind:
        found = self._kinds.get((text, formula))
        if found is None:
            substance = self.knowledge.find(text or ("" if formula else label), formula=formula)
            # two stocks of one substance are one kind
            same = substance.name or substance.formula
            found = self._kinds.get(("=", same)) if same and substance.known else None
            if found is None:
                found = _kind(substance, text, formula, label, liquid, predicted)
                self._kinds["=", same or label or text] = found
            self._kinds[text, formula] = found
        return found

    def stock(self, name: str) -> StockLimits | None:
        return next((s for s in self.lab.stocks if s.name == name), None)

    def contents(self, name: str, *, liquid: bool) -> Mapping[Kind, float]:
        """Mol of each kind in a litre of a stock that is dispensed as a liquid, or in a kilogram of a powder."""
        key = (name, liquid)
        if key not in self._contents:
            stock = self.stock(name) or StockLimits(name)
            self._contents[key] = self._liquid(stock) if liquid else self._solid(stock)
        return self._contents[key]

    def dispensed(self, name: str, *, liquid: bool) -> Mapping[Kind, float]:
        """The same, empty where nothing was dispensed so far."""
        return self._contents.get((name, liquid), {})

    def _solid(self, stock: StockLimits) -> Mapping[Kind, float]:
        kind = self.kind(stock.substance, stock.solute, label=_words(stock.name))
        return {kind: 1.0 / kind.molar_mass_kg_per_mol}

    def _liquid(self, stock: StockLimits) -> Mapping[Kind, float]:
        named = bool(stock.substance or stock.solute)
        moles = stock.concentration_mol_per_l
        mass = stock.density_kg_per_l
        made: dict[Kind, float] = {}
        for text, amount in stock.mixture.items():
            _add(made, self.kind(text, label=text), amount)
        solvents = [s.strip() for s in re.split(r"\band\b|,|\+|/", stock.solvent or "water") if s.strip()]
        if moles > 0:
            kind = self.kind(stock.substance, stock.solute, label=_words(stock.name))
            _add(made, self._hydrolysed(kind) if "water" in solvents else kind, moles)
            if mass == 1.0:
                mass += _ACIDS.get(kind.substance.formula, 0.0) * moles * kind.molar_mass_kg_per_mol
        elif not stock.solvent or named:
            kind = self.kind(stock.substance, stock.solute, label=_words(stock.name), liquid=True)
            if not stock.solvent:
                if mass == 1.0 and kind.density_kg_per_l and "water" not in kind.groups:
                    mass = kind.density_kg_per_l  # the lab file gives none
                _add(made, kind, mass / kind.molar_mass_kg_per_mol)
                return made
            _add(made, kind, _DISPERSED * mass / kind.molar_mass_kg_per_mol)
        else:
            kind = self.kind("", "", label=_words(stock.name))
            _add(made, kind, _DISPERSED * mass / kind.molar_mass_kg_per_mol)
        rest = max(0.0, mass - sum(n * k.molar_mass_kg_per_mol for k, n in made.items()))
        for solvent in solvents:
            kind = self._solvent(solvent)
            _add(made, kind, rest / len(solvents) / kind.molar_mass_kg_per_mol)
        return made

    def _hydrolysed(self, kind: Kind) -> Kind:
        """A halide in a stock solution in water has met its water when that was made; what is left of it is an acid."""
        if not kind.groups & _HYDROLYSE:
            return kind
        key = ("in water", kind.name)
        if key not in self._kinds:
            self._kinds[key] = evolve(kind, groups=kind.groups - _HYDROLYSE | {"mineral_acid", "acid"})
        return self._kinds[key]

    def _solvent(self, name: str) -> Kind:
        stock = self.stock(name)
        if stock is not None and not stock.concentration_mol_per_l and (stock.substance or stock.solute):
            return self.kind(stock.substance, stock.solute, label=_words(name), liquid=True)
        return self.kind("", "H2O", liquid=True) if name == "water" else self.kind(name, label=name, liquid=True)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _add(made: dict[Kind, float], kind: Kind, amount: float) -> None:
    made[kind] = made.get(kind, 0.0) + amount


def _kind(substance: Substance, text: str, formula: str, label: str, liquid: bool, predicted: bool) -> Kind:
    written = formula or substance.formula
    groups = groups_of(substance)
    if formula and substance.formula != formula:  # the lab's own formula is how the salt is written
        groups |= groups_of(evolve(substance, smiles="", formula=formula, hazards=()))
    if len(groups) > 1:
        groups -= {"unclassified"}
    mass = substance.molar_mass_kg_per_mol
    try:
        if formula or (mass is None and written):
            mass = 1e-3 * molar_mass(written)
    except InputError:
        pass
    boiling = substance.boiling_point_k
    if boiling is None:
        boiling = _BOILING_K.get(anhydrous(written)) if written else None
    melted = substance.melting_point_k is not None and substance.melting_point_k < 298.0 and (boiling or 400.0) > 298.0
    is_liquid = liquid or substance.state == "liquid" or melted
    name = label or substance.name or text or written
    return Kind(
        substance.name or name, substance, groups, mass or _UNKNOWN_KG_PER_MOL, substance.density_kg_per_l,
        boiling if is_liquid or boiling is None or boiling < 500.0 else None, is_liquid, _soluble(groups, written),
        predicted,
    )  # fmt: skip


def _soluble(groups: frozenset[str], formula: str) -> bool:
    """Whether a solid goes into solution: by the usual rules for salts; organic solids are taken to dissolve."""
    if groups & {
        "carbon",
        "metal",
        "active_metal",
        "noble_metal_catalyst",
        "silica",
        "sulfur",
        "phosphorus",
        "carbide",
        "phosphide",
        "silicide",
    }:
        return False
    if groups & {"organic", "unclassified"} or not groups or groups & _SOLUBLE_ANIONS:
        return bool(
            groups & {"organic", "unclassified"}
            or groups & _SOLUBLE_ANIONS
            or not formula
            or _alkali(formula)
            or re.search(r"SO4|C2H3O2|CH3COO", formula)
        )
    if "hydroxide_metal" in groups:
        return bool(re.search(r"SO4|NO3|Cl", formula)) and "OH" not in formula
    return True


def _alkali(formula: str) -> bool:
    return bool(re.match(r"^(Li|Na|K|Rb|Cs|NH4|\(NH4\))", formula)) or bool(re.match(r"^H", formula))
