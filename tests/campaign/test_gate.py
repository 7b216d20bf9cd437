"""Whatever is edited after an approval, and in whatever order: only what was approved passes the gate."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve, frozen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aichemist.campaign import Campaign, load_campaign, open_database
from aichemist.campaign._gate import Gate, faithful
from aichemist.chemistry import Design, Experiment, Hypothesis, Proposal, Recipe, RefusedError
from aichemist.lab.execution import batch_planned
from aichemist.lab.scheduling import ListScheduler
from aichemist.records import Approvals, Database, People, Person

REPOSITORY = Path(__file__).parents[2]


@frozen
class World:
    """All that decides what would happen in the vials."""

    campaign: Campaign
    recipes: tuple[dict[str, float], ...]
    version: str = "1"
    drop: int | None = None  # a step left out of what is handed over
    amount: float = 1.0  # what is handed over is this many times what was designed

    @property
    def design(self) -> Design:
        proposals = tuple(Proposal(Recipe(r), "initial") for r in self.recipes)
        return Design(1, Hypothesis("h", {}, ""), self.campaign.space, "oer", proposals, "test")

    @property
    def experiments(self) -> list[Experiment]:
        made = [
            self.campaign.protocol.resolve(Recipe(r), sample=f"b001-{i:02d}", batch=1)
            for i, r in enumerate(self.recipes, 1)
        ]
        if self.drop is not None:
            made[0] = evolve(made[0], steps=tuple(s for s in made[0].steps if s.index != self.drop))
        if self.amount != 1.0:
            first, *rest = made[0].steps
            more = {n: v * self.amount for n, v in first.parameters["volumes_l"].items()}
            made[0] = evolve(made[0], steps=(evolve(first, parameters={"volumes_l": more}), *rest))
        return made

    @property
    def essence(self) -> Any:
        """Said again in other words: equal only where the same would happen under the same rules."""
        lab = self.campaign.lab
        used = {n for e in self.experiments for s in e.steps for n in s.parameters.get("volumes_l", {})}
        stocks = sorted((s.name, s.solute, s.substance, s.solvent, s.concentration_mol_per_l, s.density_kg_per_l)
                        for s in lab.stocks if s.name in used)  # fmt: skip
        return (
            tuple(self.experiments),
            stocks,
            lab.vial_capacity_l,
            lab.vial_max_temperature_k,
            dict(lab.guard),
            self.version,
        )


def with_lab(world: World, **change: Any) -> World:
    return evolve(world, campaign=evolve(world.campaign, lab=evolve(world.campaign.lab, **change)))


def with_stock(world: World, **change: Any) -> World:
    stocks = tuple(evolve(s, **change) if s.name == "nickel_nitrate" else s for s in world.campaign.lab.stocks)
    return with_lab(world, stocks=stocks)


def with_steps(world: World, edit: Callable[[tuple[Any, ...]], tuple[Any, ...]]) -> World:
    protocol = world.campaign.protocol
    return evolve(world, campaign=evolve(world.campaign, protocol=evolve(protocol, steps=edit(protocol.steps))))


def hotter(steps: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(
        evolve(s, parameters={**s.parameters, "temperature_k": s.parameters["temperature_k"] + 1})
        if "temperature_k" in s.parameters else s for s in steps
    )  # fmt: skip


EDITS: dict[str, Callable[[World], World]] = {
    "another recipe": lambda w: evolve(w, recipes=({"Ni": 0.6, "Fe": 0.4}, *w.recipes[1:])),
    "as it was": lambda w: evolve(w, recipes=START, version="1", drop=None, amount=1.0),
    "recipes swapped": lambda w: evolve(w, recipes=w.recipes[::-1]),
    "one vial more": lambda w: evolve(w, recipes=(*w.recipes, {"Ni": 1.0})),
    "one vial less": lambda w: evolve(w, recipes=w.recipes[:1]),
    "more concentrated": lambda w: with_stock(w, concentration_mol_per_l=0.2),
    "less concentrated": lambda w: with_stock(w, concentration_mol_per_l=0.1),
    "another salt": lambda w: with_stock(w, solute="NiCl2"),
    "the salt": lambda w: with_stock(w, solute="Ni(NO3)2"),
    "less left": lambda w: with_stock(w, volume_l=0.4),
    "a larger vial": lambda w: with_lab(w, vial_capacity_l=0.03),
    "the vial": lambda w: with_lab(w, vial_capacity_l=0.02),
    "guard": lambda w: with_lab(w, guard={"two_person": ["approval"]}),
    "no guard": lambda w: with_lab(w, guard={}),
    "hotter": lambda w: with_steps(w, hotter),
    "a step less": lambda w: with_steps(w, lambda s: s[:-1] if len(s) > 2 else s),
    "a rule's version": lambda w: evolve(w, version="2"),
    "a step left out": lambda w: evolve(w, drop=4),
    "more of it": lambda w: evolve(w, amount=1.5),
}
START = ({"Ni": 0.5, "Fe": 0.5}, {"Ni": 0.2, "Co": 0.8})


@pytest.fixture
def place(tmp_path: Path, asking: Any) -> Iterator[tuple[Database, Person, Person, World, Any]]:
    asking.always = True
    database = open_database(tmp_path)
    ada, _ = People(database).add("Ada", ["safety_officer"])
    bob, _ = People(database).add("Bob", ["chemist"], by=ada)
    yield database, ada, bob, World(load_campaign(REPOSITORY / "campaigns" / "oer.toml"), START), asking
    database.close()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(st.sampled_from(sorted(EDITS)), max_size=5), late=st.lists(st.sampled_from(sorted(EDITS)), max_size=2),
       withdrawn=st.booleans(), other=st.booleans())  # fmt: skip
def test_no_sequence_of_edits_lets_an_unapproved_design_pass(
    place: Any, edits: list[str], late: list[str], withdrawn: bool, other: bool
) -> None:
    database, ada, bob, world, asking = place
    approvals = Approvals(database)
    for row in approvals.all():  # a fresh start for each example
        if row.speaks and row.withdrawn_at is None:
            approvals.withdraw(row.id, role="safety_officer", person=ada.id)

    def look(w: World) -> Any:
        asking.version = w.version
        gate = Gate(database, w.campaign)
        return gate, gate.look(w.design, w.experiments, {})

    gate, first = look(world)
    assert first.status == "wait"
    row = approvals.add("batch", first.subject.hash, {}, "approve", role="safety_officer", person=ada.id)
    assert look(world)[1].status == "go"
    if other:  # a word of somebody else on something else
        approvals.add("batch", "f" * 64, {}, "approve", role="chemist", person=bob.id)
    if withdrawn:
        approvals.withdraw(row.id, role="safety_officer", person=ada.id)
    edited = world
    for name in edits:
        edited = EDITS[name](edited)
    same = edited.essence == world.essence
    gate, permit = look(edited)
    assert (permit.status == "go") == (same and not withdrawn)
    if permit.status != "go":
        return
    # and then, between the look and the planner
    handed = edited
    for name in late:
        handed = EDITS[name](handed)
    if handed.experiments == edited.experiments:
        assert gate.confirm(permit, handed.experiments).status == "go"
    else:
        with pytest.raises(RefusedError, match="not those that were reviewed"):
            gate.confirm(permit, handed.experiments)


@pytest.mark.parametrize("spoil", ["amount", "missing", "twice", "operation", "foreign"])
def test_a_plan_that_says_something_else_is_refused(spoil: str) -> None:
    world = World(load_campaign(REPOSITORY / "campaigns" / "oer.toml"), START)
    experiments = world.experiments
    timetable = ListScheduler().plan(world.campaign.lab, experiments)
    plan = batch_planned(1, 0.0, experiments, timetable)
    faithful(plan, experiments, whole=True)
    index, work = next((i, w) for i, w in enumerate(plan.work) if w.task.operation == "dispense_liquid")
    others = [w for i, w in enumerate(plan.work) if i != index]
    match spoil:
        case "amount":
            more = {
                s: {n: {k: v * 1.01 for k, v in t.items()} for n, t in p.items()} for s, p in work.per_sample.items()
            }
            shared = {n: {k: v * 1.01 for k, v in t.items()} for n, t in work.parameters.items()}
            changed = [evolve(work, per_sample=more, parameters=shared)]
        case "missing":
            changed = []
        case "twice":
            changed = [work, work]
        case "operation":
            changed = [evolve(work, task=evolve(work.task, operation="dispense_solid"))]
        case _:
            changed = [evolve(work, task=evolve(work.task, samples=("b009-01",)))]
    spoilt = evolve(plan, work=(*changed, *others))
    with pytest.raises(RefusedError, match="nothing moved"):
        faithful(spoilt, experiments, whole=True)
    if spoil == "missing":
        faithful(spoilt, experiments, whole=False)  # a revised plan holds a part only
