"""Racks in a running laboratory: sound beside earlier batches, early or late, or given up for the list scheduler."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aichemist.lab.layout import Station
from aichemist.lab.scheduling import ListScheduler, RackScheduler, check_timetable
from aichemist.lab.scheduling import _rack_scheduler as racks
from aichemist.lab.scheduling._replay import collision


def oven(**more: Any) -> Station:
    return Station(
        "oven", "", ("lab",), ("dry", "centrifuge"), 2, batch=False, duration_s=0.0, even_load=True, **more
    )  # fmt: skip


def test_vials_served_one_by_one_are_not_put_among_those_that_are_done(tools: Any) -> None:
    """Dried one after another in the oven into which they all go afterwards: both at once does not work."""
    lab = tools.small_lab([oven(), Station("mixer", "", ("lab",), ("stir",), 1, batch=False)], storage=10)
    steps = [
        tools.step(0, "dry", duration_s=60.0, temperature_k=350.0),
        tools.step(1, "dry", duration_s=60.0, temperature_k=350.0, at_least_s=2000.0),
        tools.step(2, "centrifuge", duration_s=5000.0, at_most_s=7200.0),
        tools.step(3, "stir", duration_s=60.0, temperature_k=300.0, at_least_s=2000.0),
    ]
    batch = tools.experiments(steps, 6)
    plan = RackScheduler(rounds=2, always=True).plan(lab, batch)
    assert check_timetable(lab, batch, plan.tasks) == []


def test_a_robot_that_waits_beside_a_station_is_not_sent_elsewhere(tools: Any) -> None:
    """It takes the vial up again without a way before it: while it waits, another batch cannot have it."""
    lab = tools.small_lab(
        [Station("mixer", "", ("lab",), ("stir",), 1, batch=False), Station("bath", "", ("lab",), ("sonicate",), 10)]
    )
    one = tools.experiments([tools.step(0, "stir", duration_s=600.0, temperature_k=300.0)], 1)
    others = tools.experiments([tools.step(0, "sonicate", duration_s=600.0)], 2, 2)
    first = RackScheduler(rounds=2, always=True).plan(lab, one)
    second = RackScheduler(rounds=2, always=True).plan(lab, others, frozen=first.tasks)
    assert check_timetable(lab, [*one, *others], tools.merge([first, second])) == []


def test_a_tryout_finds_the_missing_edge(tools: Any) -> None:
    """Two batches share a table of two places; without the edges between them, late tasks would overfill it."""
    lab = tools.small_lab([Station("bath", "", ("hall",), ("sonicate",), 10)], sections=("lab", "hall"), table=2)
    steps = [tools.step(0, "sonicate", duration_s=600.0)]
    first = ListScheduler().plan(lab, tools.experiments(steps, 6))
    second = ListScheduler().plan(lab, tools.experiments(steps, 6, 2), now_s=60.0, frozen=first.tasks)
    assert collision(lab, (*first.tasks, *second.tasks), second.extra_after, 60.0) == ""
    own = {t.id for t in second.tasks}
    apart = [evolve(t, after=tuple(i for i in t.after if i in own)) for t in second.tasks]
    found = collision(lab, (*first.tasks, *apart), {}, 60.0)
    assert "slots" in found or "stand in" in found


@pytest.mark.parametrize("trouble", ["", "5 vials would be in table_lab_hall, which has 2 slots"])
def test_the_list_scheduler_takes_over_where_a_tryout_fails(tools: Any, monkeypatch: Any, trouble: str) -> None:
    lab = tools.small_lab([Station("bath", "", ("lab",), ("sonicate",), 10, duration_s=600.0)])
    steps = [tools.step(0, "sonicate", duration_s=600.0)]
    first = ListScheduler().plan(lab, tools.experiments(steps, 6))
    monkeypatch.setattr(racks, "collision", lambda *_: trouble)
    second = RackScheduler(rounds=2, always=True).plan(
        lab, tools.experiments(steps, 6, 2), now_s=60.0, frozen=first.tasks
    )
    assert (trouble in second.note and "list scheduler" in second.note) if trouble else not second.note
    both = [*tools.experiments(steps, 6), *tools.experiments(steps, 6, 2)]
    assert check_timetable(lab, both, tools.merge([first, second])) == []


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data(), seed=st.integers(0, 99))
def test_batches_of_the_default_protocol_in_flight(tools: Any, oer: Any, ustc: Any, data: Any, seed: int) -> None:
    """Up to three batches, begun at any time, carried out early and late: nothing collides, nothing waits for ever."""
    bench, batches = tools.Bench(seed=seed), []
    for number in range(1, data.draw(st.integers(2, 3)) + 1):
        batch = oer(data.draw(st.integers(1, 8)), number)
        bench.add(
            RackScheduler(rounds=1, always=True).plan(ustc, batch, now_s=bench.now_s, frozen=bench.known())
        )  # fmt: skip
        batches += batch
        bench.run(bench.now_s + data.draw(st.sampled_from([0.0, 4000.0, 30000.0, 50000.0])))
    bench.run()
    assert check_timetable(ustc, batches, bench.actual(), actual=True) == []


def test_after_a_fault_vials_that_have_not_set_out_go_in_racks(oer: Any, ustc: Any, tools: Any) -> None:
    """Beside a batch on the road that stays as it is: sooner than by the list scheduler, names are new, nothing meets."""
    from aichemist.lab.scheduling import Standing, revise
    from aichemist.lab.scheduling._revise import _by_list

    first, later = oer(8), oer(24, 2)
    planned = ListScheduler().plan(ustc, first)
    waiting = [Standing(e, "starting_station", "starting_station", 600.0) for e in later]
    made = revise(ustc, waiting, planned.tasks, 600.0, revision=3)
    assert made.stranded == {} and all(t.id.startswith("b002.r3.") for t in made.timetable.tasks)
    assert made.timetable.end_s < _by_list(ustc, waiting, planned.tasks, 600.0, (), 3).timetable.end_s
    assert check_timetable(ustc, [*first, *later], tools.merge([planned, made.timetable])) == []
    bench = tools.Bench(seed=1)
    bench.add(planned)
    bench.run(600.0)
    bench.add(made.timetable)
    bench.run()
    assert check_timetable(ustc, [*first, *later], bench.actual(), actual=True) == []
