"""Follows one vial through its steps."""

from __future__ import annotations

from functools import cached_property

from attrs import evolve, field, frozen

from aichemist.chemistry import Experiment, LabLimits, Step

from ..reactivity import Hit, hits
from ._kinds import Kind, Shelf
from ._precipitate import precipitate
from ._state import ROOM_K, State

#: an open vial that is mixed so long has given off the gas of its reactions, but for a tenth
_VENTED_AFTER_S, _VENTED = 600.0, 0.9
#: drop that goes to the XRD carrier or an electrode is small: contents are left as they are


@frozen(slots=False, eq=False)
class Moment:
    """One step of one vial: what was in it before and is in it after.

    Attributes:
        mixed: contents when everything has been added and nothing has left yet: what the step's dangers are about.
        removed: what aspiration takes to the waste bottle.
    """

    sample: str
    step: Step
    before: State
    mixed: State
    after: State
    removed: State | None = None
    previous: Moment | None = field(default=None, repr=False)

    @property
    def temperature_k(self) -> float:
        return max(ROOM_K, self.step.temperature_k or ROOM_K)

    @property
    def drying(self) -> bool:
        return self.step.operation in ("dry", "calcine")

    @cached_property
    def hits(self) -> list[Hit]:
        """Dangers of the contents in this step."""
        same = self.previous
        if (
            same is not None
            and same.mixed is self.mixed
            and same.temperature_k == self.temperature_k
            and same.drying == self.drying
        ):
            return same.hits
        if len(self.mixed.mol) < 1:
            return []
        return hits(
            self.mixed.presence, self.mixed.volume_l, self.temperature_k, drying=self.drying and not self.mixed.capped
        )


@frozen(eq=False)
class Followed:
    """One vial along its protocol."""

    sample: str
    moments: tuple[Moment, ...]


def follow(experiment: Experiment, lab: LabLimits, shelf: Shelf) -> Followed:
    """The contents of one vial, step by step."""
    state, moments = State(), list[Moment]()
    for step in experiment.steps:
        before = state
        mixed, state, removed = _apply(before, step, shelf)
        moment = Moment(experiment.sample, step, before, mixed, state, removed, moments[-1] if moments else None)
        moments.append(moment)
        state = _vent(moment, state)
    return Followed(experiment.sample, tuple(moments))


def _apply(state: State, step: Step, shelf: Shelf) -> tuple[State, State, State | None]:
    match step.operation:
        case "dispense_liquid" | "dispense_solid":
            mixed, after = _dispensed(state, step, shelf)
            return mixed, after, None
        case "aspirate":
            after, removed = _aspirated(state, float(step.parameters.get("leave_l", 0.0)))
            return state, after, removed
        case "dry" | "calcine" if not state.capped:
            return state, _dried(state, step), None
        case "cap":
            return (capped := evolve(state, capped=True)), capped, None
        case "purge":
            return (purged := evolve(state, purged=True)), purged, None
        case "centrifuge":
            return state, evolve(state, spun=True), None
        case "stir" | "shake" | "sonicate" if state.spun:
            return state, evolve(state, spun=False), None
    return state, state, None


def _dispensed(state: State, step: Step, shelf: Shelf) -> tuple[State, State]:
    liquid = step.operation == "dispense_liquid"
    taken = step.parameters.get("volumes_l" if liquid else "masses_kg", {})
    mol, solid, volume = dict(state.mol), dict(state.solid), state.volume_l
    pending = dict(state.pending)
    for name, amount in sorted(taken.items()):
        if amount <= 0:
            continue
        for kind, per in shelf.contents(name, liquid=liquid).items():
            mol[kind] = mol.get(kind, 0.0) + per * amount
            if not liquid:
                kept = pending if kind.soluble else solid
                kept[kind] = kept.get(kind, 0.0) + per * amount
        volume += amount if liquid else 0.0
    wet = volume > 0 and bool(pending)
    mixed = evolve(
        state, mol=mol, solid=solid, volume_l=volume, spun=False,
        pending={} if wet else pending, dissolving=pending if wet else {},
    )  # fmt: skip
    mol, solid = dict(mol), dict(solid)
    precipitate(mol, solid, shelf)
    changed = wet or mol != mixed.mol
    return mixed, evolve(mixed, mol=mol, solid=solid, dissolving={}) if changed else mixed


def _aspirated(state: State, leave_l: float) -> tuple[State, State | None]:
    share = max(0.0, state.volume_l - leave_l) / state.volume_l if state.volume_l > 0 else 0.0
    if share <= 0:
        return state, None
    mol, gone = dict[Kind, float](), dict[Kind, float]()
    solid = dict(state.solid)
    for kind, amount in state.mol.items():
        fast = solid.get(kind, 0.0) if state.spun else 0.0  # a pellet stays
        out = share * (amount - min(fast, amount))
        mol[kind], gone[kind] = amount - out, out
        if not state.spun and kind in solid:
            solid[kind] *= 1 - share
    left = evolve(
        state, mol={k: n for k, n in mol.items() if n > 1e-15}, solid=solid, volume_l=state.volume_l * (1 - share)
    )
    return left, State(mol={k: n for k, n in gone.items() if n > 1e-15}, volume_l=state.volume_l * share)


def _dried(state: State, step: Step) -> State:
    temperature = step.temperature_k or ROOM_K
    stays = {
        k: n
        for k, n in state.mol.items()
        if not (k.evaporates(temperature) or (step.operation == "calcine" and k.liquid))
    }
    left = evolve(state, mol=stays, spun=False)
    volume = sum(n * k.molar_mass_kg_per_mol / (k.density_kg_per_l or 1.0) for k, n in stays.items() if k.liquid)
    return evolve(left, volume_l=min(state.volume_l, volume))


def _vent(moment: Moment, state: State) -> State:
    """Gas that an open, mixed vial has given off does not build pressure later."""
    step = moment.step
    if (
        state.capped
        or step.operation not in ("stir", "shake", "sonicate", "dry")
        or (step.duration_s or 0.0) < _VENTED_AFTER_S
    ):
        return state
    gone = {h.danger.id: _VENTED * h.gas_mol for h in moment.hits if h.danger.gas and h.gas_mol > 0}
    if not gone:
        return state
    return evolve(state, vented={**state.vented, **{i: max(n, state.vented.get(i, 0.0)) for i, n in gone.items()}})
