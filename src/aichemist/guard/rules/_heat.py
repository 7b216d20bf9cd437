"""Heat: flammable vapour over open warm vials, solvents in dryers and furnaces, adiabatic rise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from aichemist.chemistry import Finding, Outcome, format_volume

from .._rules import Context, Rule, amounts
from ..contents import Kind, Moment, State
from ..reactivity import Hit
from ._dilution import Portion, diluted, dilution_j, stages, sulfuric_heat_capacity, together, undiluted_j, water
from ._vapour import flashes, partial_pressures_pa

_C = 273.15
#: J/(kg K): water, organic liquids, solids (CRC Handbook, rounded)
_HEAT_CAPACITY = {"water": 4180.0, "liquid": 2000.0, "solid": 900.0}


#: share of the lower limit from which vapour is near it: the flash points of mixtures are some 6 K off
_NEAR = 0.7


class OpenHeating(Rule):
    """Flammable liquids in an open vial at or above room temperature."""

    id = "flash_point"
    version = "2"
    source = (
        "flash points of the substances; Le Chatelier's rule (Liaw et al., J. Loss Prev. Process Ind. 2002, 15, 429)"
    )
    operations = ("stir", "shake", "illuminate", "sonicate")

    def check(self, context: Context) -> Iterable[Finding]:
        near = context.limits["open_boiling"] * 101325.0
        most = context.limits["flammable_volume"]
        for vial in context.vials:
            told: set[tuple[str, str]] = set()
            for moment in vial.moments:
                if moment.mixed.capped or moment.step.operation not in (*self.operations, "dispense_liquid"):
                    continue
                for finding in self._moment(moment, near, most):
                    key = (finding.outcome, finding.message.split(":")[0])
                    if key not in told:
                        told.add(key)
                        yield finding

    def _moment(self, moment: Moment, near_pa: float, most_l: float) -> Iterator[Finding]:
        temperature = moment.temperature_k
        volume = flammable_volume_l(moment.mixed)
        if volume <= 1e-4:
            return
        share, kinds = flashes(moment.mixed, temperature)
        names = tuple(k.name for k in kinds)
        if volume > most_l:
            yield self.say_at(
                moment,
                "approval",
                f"flammable liquid: {format_volume(volume)} in one vial",
                substances=names,
                mend="divide it",
            )
        if share < 1:
            if share >= _NEAR:
                yield self.say_at(
                    moment,
                    "measures",
                    f"near its flash point in an open vial: {temperature - _C:.0f} degC",
                    substances=names,
                    measures=("ventilation, no ignition source",),
                )
            return
        heated = moment.step.operation in self.operations and temperature > 303.15
        pressure = sum(p for k, p in partial_pressures_pa(moment.mixed, temperature).items() if k in kinds)
        ignition = [k for k in kinds if k.substance.autoignition_k and k.substance.autoignition_k < temperature + 50]
        if heated and (pressure >= near_pa or ignition):
            outcome: Outcome = "refuse" if pressure >= 101325.0 * 1.05 else "approval"
            why = f"{pressure / 101325:.2g} atm of flammable vapour"
            if pressure < near_pa:
                why = f"{ignition[0].name} ignites at {(ignition[0].substance.autoignition_k or 0) - _C:.0f} degC"
            yield self.say_at(
                moment,
                outcome,
                f"open vial with flammable liquid at {temperature - _C:.0f} degC: {why}",
                mend="cap it if the pressure allows, stay 15 K below boiling, or a reflux condenser",
                substances=names,
            )
        elif heated:
            yield self.say_at(
                moment,
                "measures",
                f"open vial above its flash point: {temperature - _C:.0f} degC",
                substances=names,
                measures=("fume hood, no ignition source, never without supervision by a detector",),
            )
        else:
            yield self.say_at(
                moment,
                "measures",
                "flammable liquid in an open vial: it flashes at room temperature",
                substances=names,
                measures=("ventilation, no ignition source",),
            )


def flammable_volume_l(state: State) -> float:
    """Volume of flammable liquid, counted in full where its vapour matters (more than a tenth of all liquid)."""
    own = sum(state.own_volume_l(k, n) for k, n in state.mol.items() if k.flammable)
    return own if own > 0.1 * state.volume_l else 0.0


def _combustible_l(state: State) -> float:
    return sum(state.own_volume_l(k, n) for k, n in state.mol.items() if k.organic and k.liquid)


class Oven(Rule):
    """Solvents in dryers and furnaces."""

    id = "solvent_in_oven"
    source = "EN 1539 (dryers for flammable vapours); NFPA 86"

    def check(self, context: Context) -> Iterable[Finding]:
        for vial in context.vials:
            for moment in vial.moments:
                if moment.drying and not moment.before.capped:
                    yield from self._moment(moment, context)

    def _moment(self, moment: Moment, context: Context) -> Iterator[Finding]:
        state = moment.before
        furnace = moment.step.operation == "calcine"
        where = "furnace" if furnace else "oven"
        soft, hard = context.limits[f"{where}_solvent"], context.limits[f"{where}_solvent_refused"]
        volume = (
            _combustible_l(state)
            if furnace
            else sum(
                state.own_volume_l(k, n)
                for k, n in state.mol.items()
                if k.flammable or _above_flash(k, moment.temperature_k)
            )
        )
        if volume < 1e-4 and volume <= min(soft, hard):
            return
        names = tuple(k.name for k in state.mol if k.organic and k.liquid)
        name = "furnace" if furnace else "dryer"
        outcome: Outcome = "refuse" if volume > hard else "approval" if volume > soft else "measures"
        yield self.say_at(
            moment,
            outcome,
            f"{format_volume(volume)} of flammable liquid would go into the {name} at "
            f"{moment.temperature_k - _C:.0f} degC",
            mend="aspirate it first, wash with water, or let it evaporate in the hood",
            substances=names,
            measures=("exhaust on, few vials at a time",) if outcome == "measures" else (),
        )


def _above_flash(kind: Kind, temperature_k: float) -> bool:
    flash = kind.substance.flash_point_k
    return kind.liquid and flash is not None and flash < temperature_k


#: warms the 15 g of glass of a vial by 8 K: whatever the rise without it
_LITTLE_J = 100.0
#: the heat of a drop of concentrated acid (0.4 mL of sulfuric acid): the glass takes most of it up
_DROP_J = 500.0


class Exotherm(Rule):
    """Adiabatic temperature rise by all reactions of known heat, and by dilution of acids and alkali."""

    id = "exotherm"
    version = "2"
    severity = "approval"
    source = (
        "heats of reaction from enthalpies of formation (CRC Handbook), as in the matrix; integral heats of dilution "
        "(NBS tables, 1982); Stoessel, Thermal Safety of Chemical Processes, 2008"
    )

    def check(self, context: Context) -> Iterable[Finding]:
        for vial in context.vials:
            worst, poured = 0, False
            for moment in vial.moments:
                if not moment.step.operation.startswith("dispense"):
                    continue
                added = _added(moment, context)
                if not poured and _water_onto_acid(moment, added):
                    poured = True
                    yield self._pours(moment)
                level, finding = self._rise(moment, added, context)
                if finding is not None and level > worst:
                    worst = level
                    yield finding

    def _rise(self, moment: Moment, added: Sequence[Portion], context: Context) -> tuple[int, Finding | None]:
        soft, hard = context.limits["exotherm_measures"], context.limits["exotherm"]
        new = [h for h in moment.hits if h.heat_j > 0]
        dissolving = _dissolution_j(moment.mixed)
        reacting = {s for h in new for s in h.substances}
        # of what is neutralised in this step the heat in the matrix stands for both, but for sulfuric acid's
        acids = [k for k in diluted(moment.mixed) if k.substance.formula == "H2SO4" or k.name not in reacting]
        portions = [moment.before.mol, *added]
        acids = [k for k in acids if undiluted_j(k, portions) >= _DROP_J]
        dilutions = {k: j for k in acids if (j := dilution_j(k, portions)) > 0}
        heat = _total(new) + dissolving + sum(dilutions.values())
        rise = heat / max(heat_capacity(moment.mixed.mol), 1e-3) if heat >= _LITTLE_J else 0.0
        for kind in acids:
            for stage in stages(kind, moment.before.mol, added):
                on_the_way = dilution_j(kind, stage)
                if on_the_way >= _LITTLE_J:
                    dilutions.setdefault(kind, on_the_way)
                    rise = max(rise, on_the_way / max(heat_capacity(together(stage)), 1e-3))
        if moment.mixed.volume_l <= 0:
            return 0, None  # dry powders do not neutralise each other at once
        level = 2 if rise >= hard else 1 if rise >= soft else 0
        if not level:
            return 0, None
        over = moment.temperature_k + rise > _boiling(moment.mixed)
        names = reacting | {k.name for k in (*moment.mixed.dissolving, *dilutions)}
        reasons = [h.danger.reason for h in new] + (["solids dissolve"] if dissolving else [])
        reasons += [f"{k.name} is diluted" for k in dilutions]
        return level, self.say_at(
            moment,
            "measures" if level == 1 else "approval",
            f"may warm by {min(rise, 999):.0f} K if all reacts at "
            f"once{', beyond boiling: it may boil over' if over else ''} ({'; '.join(dict.fromkeys(reasons))})",
            mend="add it slowly in several steps, cooled, or more dilute",
            substances=tuple(sorted(names)),
            measures=("slow addition, cooling",),
        )

    def _pours(self, moment: Moment) -> Finding:
        acid = next(k for k in moment.mixed.mol if "sulfuric_acid" in k.groups)
        return self.say_at(
            moment,
            "measures",
            f"water comes onto concentrated {acid.name}: it floats on the denser acid, boils at once and spits",
            mend="acid into water, not water into acid: dispense the water in an earlier step",
            measures=("splash guard, cooling, drop by drop",),
            substances=(acid.name,),
            source="National Research Council, Prudent Practices, 2011, ch. 6, acids",
        )


def _added(moment: Moment, context: Context) -> list[Portion]:
    """Contents of what each stock brings in this step."""
    liquid = moment.step.operation == "dispense_liquid"
    return [
        {kind: per * amount for kind, per in context.shelf.contents(name, liquid=liquid).items()}
        for name, amount in sorted(amounts(moment.step).items())
        if amount > 0
    ]


#: mol/L from which sulfuric acid counts as concentrated here (60 % by mass), as in the matrix
_CONCENTRATED = 9.0


def _water_onto_acid(moment: Moment, added: Sequence[Portion]) -> bool:
    """Whether concentrated sulfuric acid is there and what is mostly water comes to it, or both come in one step, whose
    order is not told."""
    acids = [k for k in moment.mixed.mol if k.substance.formula == "H2SO4"]
    watery = [p for p in added if water(p) > 0.5 * sum(p.values()) and not any(p.get(k) for k in acids)]
    if not acids or not watery:
        return False
    before = moment.before
    there = sum(before.mol.get(k, 0.0) for k in acids)
    strong = before.volume_l > 0 and there >= _CONCENTRATED * before.volume_l
    if not strong:
        beside = before.volume_l <= 0 and any(sum(p.get(k, 0.0) for k in acids) > water(p) for p in added)
        if not beside:
            return False
    return sum(undiluted_j(k, [before.mol, *added]) for k in acids) >= _DROP_J


#: group or formula -> heat of dissolution of the solid in water, J/mol (CRC Handbook, rounded)
_DISSOLUTION_J = {"strong_base": 4.4e4}
_DISSOLUTION_BY_FORMULA_J = {
    "CaCl2": 8.2e4,
    "MgCl2": 1.6e5,
    "AlCl3": 3.3e5,
    "FeCl3": 1.5e5,
    "ZnCl2": 7.3e4,
    "LiBr": 4.9e4,
    "MgSO4": 9.1e4,
}


def _dissolution_j(state: State) -> float:
    """Heat set free by solids that meet the liquid in this step."""
    total = 0.0
    for kind, amount in state.dissolving.items():
        per_mol = _DISSOLUTION_BY_FORMULA_J.get(kind.substance.formula, 0.0)
        total += amount * max([per_mol, *(j for g, j in _DISSOLUTION_J.items() if g in kind.groups)])
    return total


def _total(found: Iterable[Hit]) -> float:
    """The largest heat of each set of substances, added up; the same acid is not neutralised twice."""
    kept: dict[tuple[str, ...], float] = {}
    for hit in found:
        kept[hit.substances] = max(kept.get(hit.substances, 0.0), hit.heat_j)
    return sum(kept.values())


def heat_capacity(contents: Portion) -> float:
    """J/K of the contents without the glass."""
    acid = sum(n * k.molar_mass_kg_per_mol for k, n in contents.items() if k.substance.formula == "H2SO4")
    total = sulfuric_heat_capacity(acid, water(contents) * 0.018015) if acid > 0 else 0.0
    for kind, amount in contents.items():
        if acid > 0 and ("water" in kind.groups or kind.substance.formula == "H2SO4"):
            continue
        which = "water" if "water" in kind.groups else "liquid" if kind.liquid else "solid"
        total += _HEAT_CAPACITY[which] * kind.molar_mass_kg_per_mol * amount
    return total


def _boiling(state: State) -> float:
    main = [
        k.boiling_point_k
        for k, n in state.liquids.items()
        if k.boiling_point_k and n > 0.2 * sum(state.liquids.values())
    ]
    return min(main, default=373.15)
