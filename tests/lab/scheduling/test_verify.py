"""The checker: two correct plans made by hand, and for each rule a copy that breaks it."""

from __future__ import annotations

import random
from typing import Any

import pytest
from attrs import evolve, fields

from aichemist.lab.scheduling._problem import (
    Busy,
    Carrier,
    Charge,
    Handling,
    Job,
    Machine,
    Operation,
    Plan,
    Problem,
    Run,
)
from aichemist.lab.scheduling._verify import RULES, Violation, verify

# ---- a lab with robots: two vials leave together, are mixed, stirred together, and go to a platform ---------------

STEPS = (
    Operation("begin", {"start": 3}),
    Operation("mix", {"mixer": 10}, wait_min=5),
    Operation("stir", {"stirrer": 20}, temperature=20.0),
    Operation("drip", {"drip": 5}, wait_max=20, transport_is_free=True),
    Operation("probe", {"probe": 7}, wait_max=0),
)
LAB = Problem(
    "lab",
    60.0,
    machines=(
        Machine("start", slots=2, role="start"),
        Machine("mixer"),
        Machine("stirrer", slots=2, batch=True),
        Machine("table", slots=2, role="exchange", sections=("lab", "platform")),
        Machine("shelf", slots=2, role="storage"),
        Machine("drip", instrument="cell", sections=("platform",)),
        Machine("probe", instrument="cell", sections=("platform",)),
    ),
    jobs=tuple(Job(j, "k", STEPS, origin="start", leaves_with="ab") for j in "ab"),
    carriers=(
        Carrier("arm", capacity=2, pick=1, place=1, at="start"),
        Carrier("arm_2", capacity=2, pick=1, place=1),
        Carrier("hand", section="platform", pick=1, place=1),
    ),
    travel_default=2,
)
AB = ("a", "b")
LAB_PLAN = Plan(
    runs=(
        Run("start", 0, AB, 0, 3),
        Run("mixer", 1, ("a",), 8, 18),
        Run("mixer", 1, ("b",), 20, 30),
        Run("stirrer", 2, AB, 34, 54),
        Run("drip", 3, ("a",), 64, 69),
        Run("probe", 4, ("a",), 69, 76),
        Run("drip", 3, ("b",), 84, 89),
        Run("probe", 4, ("b",), 89, 96),
    ),
    handlings=(
        Handling("arm", "load", "start", AB, 3, 5),
        Handling("arm", "unload", "mixer", ("a",), 7, 8),  # b waits on board
        Handling("arm", "load", "mixer", ("a",), 18, 19),
        Handling("arm", "unload", "mixer", ("b",), 19, 20),
        Handling("arm", "unload", "stirrer", ("a",), 22, 23),
        Handling("arm", "load", "mixer", ("b",), 30, 31),
        Handling("arm", "unload", "stirrer", ("b",), 33, 34),
        Handling("arm", "load", "stirrer", AB, 54, 56),
        Handling("arm", "unload", "table", AB, 58, 60),
        Handling("hand", "load", "table", ("a",), 60, 61),
        Handling("hand", "unload", "drip", ("a",), 63, 64),
        Handling("hand", "load", "probe", ("a",), 76, 77),
        Handling("hand", "unload", "table", ("a",), 79, 80),
        Handling("hand", "load", "table", ("b",), 80, 81),
        Handling("hand", "unload", "drip", ("b",), 83, 84),
    ),
)

# ---- a bench without robots --------------------------------------------------------------------------------------


def _bench_job(name: str, celsius: float) -> Job:
    steps = (
        Operation("weigh", {"scale": 10}),
        Operation("spin", {"spinner": 5}),
        Operation("bake", {"oven": 20}, temperature=celsius),
        Operation("drip", {"drip": 3}),
        Operation("probe", {"probe": 4}),
    )
    return Job(name, f"{celsius}", steps)


BENCH = Problem(
    "bench",
    60.0,
    machines=(
        Machine("scale", slots=2),
        Machine("scale_2", slots=2),
        Machine("spinner", slots=4, batch=True, even_load=True, cleanup=2),
        Machine("oven", slots=3, one_temperature=True, setup=5, cleanup=1),
        Machine("drip", instrument="cell"),
        Machine("probe", instrument="cell", windows=((70, 80), (40, 60))),
    ),
    jobs=(_bench_job("x", 80.0), _bench_job("y", 80.0), _bench_job("z", 400.0)),
)
BENCH_PLAN = Plan(
    runs=(
        Run("scale", 0, ("x", "y"), 0, 10),
        Run("scale", 0, ("z",), 10, 20),
        Run("spinner", 1, ("x", "y", "z"), 20, 25),  # and a balance vial
        Run("oven", 2, ("x",), 25, 45),
        Run("oven", 2, ("y",), 25, 45),
        Run("oven", 2, ("z",), 51, 71),
        Run("drip", 3, ("x",), 45, 48),
        Run("probe", 4, ("x",), 48, 52),
        Run("drip", 3, ("y",), 52, 55),
        Run("probe", 4, ("y",), 55, 59),
        Run("drip", 3, ("z",), 71, 74),
        Run("probe", 4, ("z",), 74, 78),
    )
)


# ---- edits -------------------------------------------------------------------------------------------------------

Case = tuple[Problem, Plan]


def lab(runs: dict[int, Run | None] | None = None, moves: dict[int, Handling | None] | None = None) -> Case:
    return LAB, _edited(LAB_PLAN, runs or {}, moves or {})


def bench(runs: dict[int, Run | None]) -> Case:
    return BENCH, _edited(BENCH_PLAN, runs, {})


def _edited(plan: Plan, runs: dict[int, Run | None], moves: dict[int, Handling | None]) -> Plan:
    def replaced(rows: tuple[Any, ...], changes: dict[int, Any]) -> tuple[Any, ...]:
        kept = [changes.get(i, row) for i, row in enumerate(rows)] + [v for k, v in changes.items() if k < 0]
        return tuple(row for row in kept if row is not None)

    return evolve(plan, runs=replaced(plan.runs, runs), handlings=replaced(plan.handlings, moves))


def run(number: int, plan: Plan = LAB_PLAN, **changes: Any) -> Run:
    return evolve(plan.runs[number], **changes)


def move(number: int, **changes: Any) -> Handling:
    return evolve(LAB_PLAN.handlings[number], **changes)


def machine(case: Case, name: str, **changes: Any) -> Case:
    problem, plan = case
    machines = tuple(evolve(m, **changes) if m.name == name else m for m in problem.machines)
    return evolve(problem, machines=machines), plan


def carrier(case: Case, name: str, **changes: Any) -> Case:
    problem, plan = case
    carriers = tuple(evolve(c, **changes) if c.name == name else c for c in problem.carriers)
    return evolve(problem, carriers=carriers), plan


def jobs(case: Case, **changes: Any) -> Case:
    return evolve(case[0], jobs=tuple(evolve(j, **changes) for j in case[0].jobs)), case[1]


def step(case: Case, number: int, **changes: Any) -> Case:
    def changed(job: Job) -> Job:
        steps = [evolve(o, **changes) if i == number else o for i, o in enumerate(job.operations)]
        return evolve(job, operations=tuple(steps))

    return evolve(case[0], jobs=tuple(changed(j) for j in case[0].jobs)), case[1]


def b_run(number: int, **changes: Any) -> Run:
    return run(number, BENCH_PLAN, **changes)


def rules(case: Case) -> set[str]:
    return {v.rule for v in verify(*case)}


APART = lab({0: run(0, jobs=("a",)), -1: Run("start", 0, ("b",), 1, 4)}, {0: None})
"""The first operations do not run together, and nobody leaves the start yet."""


def leaving(case: Case, *loads: Handling) -> Case:
    return case[0], evolve(case[1], handlings=(*loads, *case[1].handlings))


BROKEN: list[tuple[str, Case]] = [
    ("unknown", lab({1: run(1, machine="nowhere")})),
    ("unknown", lab({1: run(1, operation=5)})),
    ("unknown", lab({3: run(3, jobs=("a", "b", "ghost"))})),
    ("unknown", lab({}, {9: move(9, carrier="ghost")})),
    ("unknown", lab({}, {9: move(9, machine="nowhere")})),
    ("unknown", lab({}, {9: move(9, action="throw")})),
    ("unknown", lab({}, {8: move(8, jobs=("a", "b", "ghost"))})),
    ("unknown", jobs(lab(), origin="nowhere")),
    ("empty", lab({-1: Run("mixer", 1, (), 0, 10)})),
    ("empty", lab({}, {-1: Handling("arm_2", "load", "mixer", (), 0, 1)})),
    ("time", lab({0: run(0, start=-3, end=0)})),
    ("time", lab({0: run(0, start=3, end=0)})),
    ("time", lab({0: run(0, start="soon")})),
    ("time", lab({}, {0: move(0, start=-2, end=0)})),
    ("time", lab({}, {0: move(0, start=3.5)})),
    ("once", lab({7: None})),
    ("once", lab({-1: run(7, start=96, end=103)})),
    ("once", bench({1: None})),
    ("once", (LAB, Plan(()))),
    ("order", bench({6: b_run(6, start=44, end=47)})),
    ("machine", bench({1: b_run(1, machine="scale_2")})),
    ("duration", bench({1: b_run(1, end=19)})),
    ("duration", bench({2: b_run(2, end=24)})),
    ("release", jobs(lab(), release=1)),
    ("release", jobs(bench({}), release=5)),
    ("wait_min", step(lab(), 1, wait_min=6)),
    ("wait_max", step(lab(), 3, wait_max=19)),
    ("wait_max", step(lab(), 3, transport_is_free=False)),
    ("wait_max", step(bench({}), 2, wait_max=0)),
    ("place", lab({}, {5: None, 6: None})),
    ("place", machine(lab({}, {9: move(9, machine="shelf")}), "shelf", sections=("lab", "platform"))),
    ("on_board", step(lab({1: run(1, start=6, end=16)}), 1, wait_min=0)),
    ("early_run", lab({2: run(2, start=19, end=29)})),
    ("early_load", lab({}, {2: move(2, start=17, end=18)})),
    ("same_carrier", lab({}, {4: move(4, carrier="arm_2")})),
    ("move", lab({}, {-1: move(9, start=100, end=101), -2: move(12, start=101, end=102)})),
    ("parking", machine(lab(), "table", role="work")),
    ("parking", lab({}, {-1: move(9, start=100, end=101), -2: move(12, machine="drip", start=103, end=104)})),
    ("left_on_board", lab({}, {-1: move(9, start=100, end=101)})),
    ("slots", lab({}, {2: move(2, start=19, end=20), 3: move(3, start=18, end=19)})),
    ("slots", machine(lab(), "table", slots=1)),
    ("slots", machine(lab(), "start", slots=1)),
    ("slots", machine(lab(), "probe", busy=(Busy(200, 300, 1),))),  # b is never taken away
    ("slots", machine(lab(), "mixer", busy=(Busy(18, 19, 1),))),
    ("slots", bench({1: b_run(1, start=5, end=15)})),
    ("slots", machine(bench({}), "scale", busy=(Busy(9, 12, 1),))),
    ("slots", machine(bench({}), "spinner", busy=(Busy(24, 30, 1),))),  # no room for the balance vial
    ("batch", lab({3: run(3, jobs=("a",), start=24, end=44), -1: run(3, jobs=("b",))})),
    ("batch", bench({2: b_run(2, jobs=("x", "y"), start=18, end=23), -1: b_run(2, jobs=("z",))})),
    ("batch", machine(bench({}), "spinner", slots=2)),
    ("even_load", machine(bench({}), "spinner", slots=3)),
    ("one_temperature", bench({5: b_run(5, start=40, end=60)})),
    ("one_temperature", bench({3: b_run(3, jobs=("x", "y", "z"), start=25, end=45), 4: None, 5: None})),
    ("setup", bench({5: b_run(5, start=50, end=70)})),
    ("setup", bench({5: b_run(5, start=45, end=65)})),
    ("cleanup", bench({2: b_run(2, jobs=("x", "y"), start=14, end=19), -1: b_run(2, jobs=("z",))})),
    ("cleanup", machine(machine(lab(), "mixer", cleanup=3), "stirrer", slots=3)),
    ("instrument", bench({8: b_run(8, start=50, end=53)})),
    ("calendar", bench({11: b_run(11, start=80, end=84)})),
    ("calendar", machine(bench({}), "probe", windows=((40, 57), (57, 80)))),
    ("one_at_a_time", lab({}, {6: move(6, start=30, end=32)})),
    ("carrier_busy", carrier(lab(), "arm", busy=(Busy(30, 31, 1),))),
    ("travel", (evolve(LAB, travel={("mixer", "stirrer"): 3}), LAB_PLAN)),
    ("travel", carrier((evolve(LAB, travel={("shelf", "start"): 4}), LAB_PLAN), "arm", at="shelf")),
    ("travel", carrier(lab(), "arm", busy=(Busy(6, 7, 1),))),
    ("handling_time", lab({}, {0: move(0, start=4)})),
    ("handling_time", lab({}, {8: move(8, start=59, end=60)})),
    ("capacity", carrier(lab(), "arm", capacity=1)),
    ("section", machine(lab(), "mixer", sections=("platform",))),
    (
        "leaves_with",
        leaving(APART, move(0, jobs=("a",), start=3, end=4), move(0, jobs=("b",), start=10, end=11)),
    ),
    ("battery", carrier(lab(), "arm", battery=10, charge=5)),
    ("battery", (LAB, evolve(LAB_PLAN, charges=(Charge("arm", 30, 31),)))),
    ("time", (LAB, evolve(LAB_PLAN, charges=(Charge("arm", 300, 200), Charge("arm", 1.5, 2.0))))),  # type: ignore[arg-type]
    ("unknown", (LAB, evolve(LAB_PLAN, charges=(Charge("nobody", 300, 400),)))),
    ("no_carriers", (BENCH, evolve(BENCH_PLAN, handlings=(Handling("arm", "load", "oven", ("x",), 45, 46),)))),
]


@pytest.mark.parametrize(("rule", "case"), BROKEN, ids=[f"{i}-{r}" for i, (r, _) in enumerate(BROKEN)])
def test_a_broken_rule_is_reported_under_its_name_alone(rule: str, case: Case) -> None:
    found = verify(*case)
    assert {v.rule for v in found} == {rule}
    for violation in found:
        assert violation.message
        assert isinstance(violation.jobs, tuple)
        assert violation.rule in RULES


def test_every_rule_is_broken_once() -> None:
    assert {rule for rule, _ in BROKEN} == set(RULES)


@pytest.mark.parametrize("case", [lab(), bench({})])
def test_the_correct_plans_are_valid(case: Case) -> None:
    assert verify(*case) == ()


def test_a_violation_says_when_and_who() -> None:
    (found,) = verify(*lab({}, {2: move(2, start=17, end=18)}))
    assert found == Violation("early_load", found.message, 17, ("a",), "mixer", "arm")
    assert "18" in found.message
    (found,) = verify(*bench({5: b_run(5, start=50, end=70)}))
    assert (found.at, found.jobs, found.machine, found.carrier) == (50, ("z",), "oven", "")
    assert "51" in found.message


def test_violations_come_in_order_of_time() -> None:
    found = verify(*carrier(lab({7: None, 0: run(0, end=4)}), "arm", capacity=1))
    assert len(found) >= 3
    assert [v.at for v in found] == sorted(v.at for v in found)


# ---- corners -----------------------------------------------------------------------------------------------------


def test_a_soft_wait_is_no_violation() -> None:
    assert rules(step(lab(), 3, wait_max=1, late_price=5)) == set()
    assert rules(step(lab(), 3, wait_max=1)) == {"wait_max"}


def test_time_on_board_counts_not_where_transport_is_free() -> None:
    # a is under way from 54 on, but for nothing; b stands on the table from 60 to 80
    assert [v.jobs for v in verify(*step(lab(), 3, wait_max=0))] == [("b",)]
    assert rules(step(lab(), 3, wait_max=20)) == set()


def test_temperature_matters_only_where_one_rules() -> None:
    assert rules(machine(bench({5: b_run(5, start=26, end=46)}), "oven", one_temperature=False)) == set()


def test_cleanup_goes_before_setup() -> None:
    assert rules(machine(bench({}), "oven", cleanup=2)) == {"setup"}
    assert rules(machine(bench({}), "oven", cleanup=1)) == set()


def test_leaving_one_after_the_other_at_one_stop() -> None:
    a, b = move(0, jobs=("a",), start=3, end=4), move(0, jobs=("b",), start=4, end=5)
    assert rules(leaving(APART, a, b)) == set()
    by_two = leaving(APART, a, evolve(b, carrier="arm_2"))
    assert "leaves_with" in rules(by_two)
    # the first operations run together, which is enough
    case = lab({}, {0: a, -1: evolve(b, start=10, end=11)})
    assert rules(case) == set()


def test_something_else_between_the_loads_is_not_leaving_together() -> None:
    steps = (Operation("begin", {"start": 3}), Operation("mix", {"mixer": 2}))
    three = tuple(Job(j, "k", steps, origin="start", leaves_with="" if j == "c" else "ab") for j in "abc")
    lab_3 = machine((evolve(LAB, jobs=three, travel_default=0), Plan(())), "start", slots=3)[0]
    lab_3 = machine((lab_3, Plan(())), "mixer", slots=3)[0]
    runs = [Run("start", 0, (j,), k, k + 3) for k, j in enumerate("abc")]
    runs += [Run("mixer", 1, (j,), 20, 22) for j in "abc"]
    lab_3 = step((lab_3, Plan(())), 1, wait_min=0)[0]

    def handlings(order: str) -> tuple[Handling, ...]:
        out = []
        for at, (action, job) in enumerate(zip(order[::2], order[1::2], strict=True), 5):
            place = "start" if action == "+" else "mixer"
            out.append(Handling("arm", "load" if action == "+" else "unload", place, (job,), at, at + 1))
        return tuple(out)

    case = carrier((lab_3, Plan(tuple(runs), handlings("+a+c+b-a-b-c"))), "arm", capacity=3)
    assert rules(case) == set()  # another vial leaves with them
    case = carrier((lab_3, Plan(tuple(runs), handlings("+a+c-c+b-a-b"))), "arm", capacity=3)
    assert rules(case) == {"leaves_with"}


def test_waiting_in_the_storage() -> None:
    through_shelf = {
        5: move(5),
        6: move(6, machine="shelf"),
        -1: Handling("arm_2", "load", "shelf", ("b",), 34, 35),
        -2: Handling("arm_2", "unload", "stirrer", ("b",), 37, 38),
    }
    later = {3: run(3, start=38, end=58)}
    times = {7: move(7, start=58, end=60), 8: move(8, start=62, end=64)}
    rest = {i: move(i, start=move(i).start + 4, end=move(i).end + 4) for i in range(9, 15)}
    runs = {i: run(i, start=run(i).start + 4, end=run(i).end + 4) for i in range(4, 8)}
    case = lab({**later, **runs}, {**through_shelf, **times, **rest})
    assert rules(case) == set()
    assert rules(machine(case, "shelf", role="work")) == {"parking"}
    assert rules(machine(case, "shelf", slots=0)) == {"slots"}


def test_with_buffers_slots_count_only_at_work() -> None:
    case = lab({}, {2: move(2, start=19, end=20), 3: move(3, start=18, end=19)})
    assert rules((evolve(case[0], buffers=True), case[1])) == set()
    assert rules(machine((evolve(LAB, buffers=True), LAB_PLAN), "stirrer", slots=1)) == {"batch"}


def test_a_vial_without_origin_takes_its_slot_from_its_first_run_on() -> None:
    case = machine(jobs(lab(), origin=""), "start", busy=(Busy(-5, 0, 2),))
    assert rules(case) == set()
    assert rules(machine(jobs(lab(), origin=""), "start", busy=(Busy(0, 1, 2),))) == {"slots"}
    early = leaving(case, Handling("arm_2", "load", "start", ("a",), 0, 1))
    assert "place" in rules(early)


def test_an_inserted_vial_takes_no_slot_before_its_release() -> None:
    case = machine(lab(), "start", busy=(Busy(-20, 0, 2),))
    assert rules(case) == set()
    shifted = Plan(
        tuple(evolve(r, start=r.start + 50, end=r.end + 50) for r in LAB_PLAN.runs),
        tuple(evolve(h, start=h.start + 50, end=h.end + 50) for h in LAB_PLAN.handlings),
    )
    problem = machine((LAB, shifted), "start", busy=(Busy(0, 50, 2),))
    assert rules(problem) == {"slots"}
    assert rules(jobs(problem, release=50)) == set()


def test_an_operation_that_takes_no_time() -> None:
    problem, plan = step(lab(), 4, choices={"probe": 0})
    runs = tuple(evolve(r, end=r.start) if r.operation == 4 else r for r in plan.runs)
    moves = [evolve(h, start=69, end=70) if h.machine == "probe" else h for h in plan.handlings]
    assert rules((problem, Plan(runs, tuple(moves)))) == set()
    moves = [evolve(h, start=68, end=70) if h.machine == "probe" else h for h in plan.handlings]
    assert "on_board" in rules((problem, Plan(runs, tuple(moves))))


def test_the_order_of_records_does_not_matter() -> None:
    for problem, plan in (lab(), bench({}), lab({}, {8: move(8, start=58, end=59)})):
        for seed in range(5):
            runs, moves = list(plan.runs), list(plan.handlings)
            random.Random(seed).shuffle(runs)
            random.Random(seed).shuffle(moves)
            assert verify(problem, evolve(plan, runs=tuple(runs), handlings=tuple(moves))) == verify(problem, plan)


def test_nothing_to_do_and_nothing_done() -> None:
    assert verify(Problem("p", 1.0, (), ()), Plan(())) == ()


# ---- anything goes in -----------------------------------------------------------------------------------------


WEIRD: dict[str, tuple[Any, ...]] = {
    "machine": ("mixer", "table", "", "nowhere", "probe"),
    "operation": (-1, 0, 3, 99, 2.5, None),
    "jobs": ((), ("a",), ("b", "b"), ("a", "b"), ("ghost",)),
    "start": (-7, 0, 30, 10**12, None, "x", 1.5, float("nan")),
    "end": (-7, 0, 30, 10**12, None, "x", 1.5, float("inf")),
    "carrier": ("arm", "hand", "", "ghost"),
    "action": ("load", "unload", "throw"),
}


def test_no_plan_is_an_exception() -> None:
    for seed in range(1500):
        rng = random.Random(seed)
        problem = evolve(LAB, buffers=rng.random() < 0.2)
        rows: dict[str, list[Any]] = {"runs": list(LAB_PLAN.runs), "handlings": list(LAB_PLAN.handlings)}
        for _ in range(rng.randint(1, 6)):
            kind = rng.choice(("runs", "handlings"))
            number = rng.randrange(len(rows[kind]))
            row = rows[kind][number]
            name = rng.choice(fields(type(row))).name
            change = rng.random()
            if change < 0.15:
                del rows[kind][number]
            elif change < 0.3:
                rows[kind].append(evolve(row, **{name: rng.choice(WEIRD[name])}))
            else:
                rows[kind][number] = evolve(row, **{name: rng.choice(WEIRD[name])})
        plan = Plan(tuple(rows["runs"]), tuple(rows["handlings"]))
        found = verify(problem, plan)
        assert all(v.rule in RULES and isinstance(v.at, int) for v in found)
        if plan.runs != LAB_PLAN.runs:
            assert found  # every run of this plan is needed as it is, or is one too many
