"""Any small laboratory and any experiments: the plan is sound, or the scheduler says that there is none."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from aichemist.chemistry import InfeasibleError
from aichemist.lab.layout import Station
from aichemist.lab.scheduling import ListScheduler, RackScheduler, check_timetable

OPERATIONS = ("stir", "shake", "dry", "centrifuge", "dispense_liquid", "measure_xrd")
SETTINGS = settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def stations(draw, sections):
    made = []
    for number in range(draw(st.integers(1, 5))):
        operations = draw(st.lists(st.sampled_from(OPERATIONS), min_size=1, max_size=3, unique=True))
        made.append(
            Station(
                f"s{number}", "", (draw(st.sampled_from(sections)),), tuple(operations),
                draw(st.sampled_from([1, 1, 2, 5, 8, 10])), batch=draw(st.booleans()) or draw(st.booleans()),
                duration_s=draw(st.sampled_from([0.0, 120.0, 2000.0])), one_temperature=draw(st.booleans()),
                even_load="centrifuge" in operations, stocks=("water",) if draw(st.booleans()) else ("water", "ethanol"),
            )
        )  # fmt: skip
    return made


@st.composite
def labs(draw, tools):
    sections = draw(st.sampled_from([("lab",), ("lab", "hall"), ("lab", "hall", "roof")]))
    return tools.small_lab(
        draw(stations(sections)), robots=draw(st.integers(1, 2)), sections=sections, storage=draw(st.sampled_from([0, 3, 10])),
        table=draw(st.sampled_from([2, 10])), travel_s=draw(st.sampled_from([0.0, 30.0, 60.0])),
    )  # fmt: skip


@st.composite
def batches(draw, tools, lab, number):
    possible = sorted({o for s in lab.stations for o in s.operations})
    steps = []
    for index in range(draw(st.integers(1, 5))):
        operation = draw(st.sampled_from(possible))
        low = draw(st.sampled_from([0.0, 0.0, 0.0, 300.0, 2000.0]))
        high = draw(st.sampled_from([None, None, None, 0.0, 1800.0, 7200.0]))
        parameters = {"duration_s": draw(st.sampled_from([60.0, 600.0, 5000.0]))}
        if operation == "dispense_liquid":
            parameters = {"volumes_l": {"water": 1e-3, "ethanol": draw(st.sampled_from([0.0, 1e-3]))}}
        elif operation in ("stir", "dry"):
            parameters["temperature_k"] = draw(st.sampled_from([300.0, 350.0]))
        keep = high is None or high >= low
        steps.append(tools.step(index, operation, at_least_s=low if keep else 0.0, at_most_s=high, **parameters))
    return tools.experiments(steps, draw(st.integers(1, 12)), number)


BOTH = pytest.mark.parametrize(
    "scheduler", [ListScheduler(), RackScheduler(rounds=2, always=True)], ids=["list", "racks"]
)  # fmt: skip


def planned(scheduler, lab, batch, **more):
    try:
        return scheduler.plan(lab, batch, **more)
    except InfeasibleError as error:
        assert len(str(error)) > 20
        return None


def away(tasks, now_s):
    """Tasks of vials that are not home yet when everything goes as planned."""
    out = {v for t in tasks if t.end_s > now_s for v in t.samples}
    return [t for t in tasks if not out.isdisjoint(t.samples)]


@BOTH
@SETTINGS
@given(data=st.data())
def test_a_single_batch(tools, scheduler, data):
    lab = data.draw(labs(tools))
    batch = data.draw(batches(tools, lab, 1))
    plan = planned(scheduler, lab, batch)
    assume(plan is not None)
    assert check_timetable(lab, batch, plan.tasks) == []


@SETTINGS
@given(data=st.data(), seed=st.integers(0, 99))
def test_batches_put_into_a_running_laboratory(tools, data, seed):
    """Plans hold together on paper; carried out early and late, nothing collides and nothing waits for ever."""
    running_laboratory(tools, data, seed, ListScheduler())


@settings(SETTINGS, max_examples=40)
@given(data=st.data(), seed=st.integers(0, 99))
def test_racks_put_into_a_running_laboratory(tools, data, seed):
    """The same for racks, which are taken even where the list scheduler is quicker."""
    running_laboratory(tools, data, seed, RackScheduler(rounds=1, always=True))


def running_laboratory(tools, data, seed, scheduler):
    lab = data.draw(labs(tools))
    bench, all_batches = tools.Bench(seed=seed), []
    paper, paper_batches, now_s = [], [], 0.0
    for number in range(1, data.draw(st.integers(2, 4)) + 1):
        batch = data.draw(batches(tools, lab, number))
        plan = planned(scheduler, lab, batch, now_s=bench.now_s, frozen=bench.known())
        if plan is not None:
            bench.add(plan)
            all_batches += batch
        on_time = planned(scheduler, lab, batch, now_s=now_s, frozen=away(tools.merge(paper), now_s))
        if on_time is not None:
            paper.append(on_time)
            paper_batches += batch
        pause = data.draw(st.sampled_from([0.0, 600.0, 4000.0, 30000.0]))
        now_s += pause
        bench.run(bench.now_s + pause)
    bench.run()
    assert check_timetable(lab, all_batches, bench.actual(), actual=True) == []
    assert check_timetable(lab, paper_batches, tools.merge(paper)) == []
