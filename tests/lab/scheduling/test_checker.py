"""The checker finds what is wrong: a sound plan is spoiled in one way at a time."""

from __future__ import annotations

import pytest
from attrs import evolve

from aichemist.lab.scheduling import ListScheduler, Task, check_timetable


@pytest.fixture(scope="module")
def plan(ustc, oer):
    return ListScheduler().plan(ustc, oer(8)).tasks


def change(tasks, task_id, **fields):
    assert any(t.id == task_id for t in tasks)
    return [evolve(t, **fields) if t.id == task_id else t for t in tasks]


def first(tasks, operation, station=None):
    return next(t for t in tasks if t.operation == operation and station in (None, t.station))


def test_a_sound_plan(ustc, oer, plan):
    assert check_timetable(ustc, oer(8), plan) == []


@pytest.mark.parametrize(
    ("operation", "fields", "said"),
    [
        ("stir", {"id": "b001.load.1"}, "occurs twice"),
        ("stir", {"end_s": 0.0}, "ends before"),
        ("stir", {"samples": ("b009-01",)}, "no experiment"),
        ("stir", {"device": "nothing", "station": "nothing"}, "no station"),
        ("stir", {"device": "dryer", "station": "dryer"}, "does not do stir"),
        ("load", {"device": "platform_robot"}, "outside the section"),
        ("load", {"device": "robot_9"}, "no robot"),
        ("stir", {"step": 3}, "steps ["),
        ("stir", {"device": "magnetic_stirring_2", "station": "magnetic_stirring_2"}, "not in magnetic_stirring_2"),
        ("stir", {"samples": ("b001-01",)}, "is not part of it"),
        ("dispense_liquid", {"device": "liquid_dispensing_2", "station": "liquid_dispensing_2"}, "does not hold"),
        ("stir", {"after": ("b001.unload.42",)}, "starts before"),
    ],
)
def test_a_spoiled_task(ustc, oer, plan, operation, fields, said):
    broken = change(plan, first(plan, operation).id, **fields)
    assert any(said in text for text in check_timetable(ustc, oer(8), broken))


def test_times(ustc, oer, plan):
    stir, load = first(plan, "stir"), first(plan, "load")
    shorter = change(plan, stir.id, end_s=stir.end_s - 60)
    assert any("the step 43200 s" in t for t in check_timetable(ustc, oer(8), shorter))
    assert check_timetable(ustc, oer(8), shorter, actual=True) == []
    fast = change(plan, load.id, start_s=load.end_s - 60)
    unload = first(plan, "unload", "centrifuge")
    fast = change(fast, unload.id, start_s=unload.start_s + 120)
    assert any("of travel" in t for t in check_timetable(ustc, oer(8), fast))
    slow = change(plan, load.id, start_s=load.start_s - 600)
    assert any("no travel takes that long" in t for t in check_timetable(ustc, oer(8), slow))


def test_waits(ustc, oer, plan):
    aspirate = first(plan, "aspirate")
    late = [evolve(t, start_s=t.start_s + 5, end_s=t.end_s + 5) if t.start_s >= aspirate.start_s else t for t in plan]
    assert any("of at most" in t for t in check_timetable(ustc, oer(8), late))
    sonicate = first(plan, "sonicate")
    moved = change(plan, sonicate.id, start_s=sonicate.start_s - 400, end_s=sonicate.end_s - 400)
    assert any("of at least 300 s" in t for t in check_timetable(ustc, oer(8), moved))


def test_a_vial_left_behind(ustc, oer, plan):
    last = max((t for t in plan if t.operation == "unload"), key=lambda t: t.end_s)
    texts = check_timetable(ustc, oer(8), [t for t in plan if t.id != last.id])
    assert any("not in a starting station" in t for t in texts)


def test_two_batches_planned_without_knowing_of_each_other(ustc, oer, plan):
    other = ListScheduler().plan(ustc, oer(8, 2)).tasks
    texts = check_timetable(ustc, oer(8) + oer(8, 2), [*plan, *other])
    for said in ("robot_1 is busy", "liquid_dispensing_1: 2 places taken", "stands in magnetic_stirring_1"):
        assert any(said in t for t in texts)


def test_an_odd_load_and_a_mixed_temperature(tools):
    from aichemist.lab.layout import Station

    lab = tools.small_lab([Station("m", "", ("lab",), ("centrifuge",), 3, even_load=True, one_temperature=True)])
    batch = tools.experiments([tools.step(0, "centrifuge", duration_s=60.0)], 3)
    vials = tuple(e.sample for e in batch)
    tasks = [
        Task("a", "load", "robot_lab_0", "start", vials, None, 0, 240),
        Task("b", "unload", "robot_lab_0", "m", vials, None, 240, 480),
        Task("c", "centrifuge", "m", "m", vials, 0, 480, 540),
        Task("d", "load", "robot_lab_0", "m", vials, None, 540, 720),
        Task("e", "unload", "robot_lab_0", "start", vials, None, 720, 960),
    ]
    texts = check_timetable(lab, batch, tasks)
    assert any("4 places taken" in t for t in texts)
    hot = tools.experiments([tools.step(0, "centrifuge", duration_s=60.0, temperature_k=350.0)], 3)
    texts = check_timetable(lab, [hot[0], *batch[1:]], tasks)
    assert any("different durations or temperatures" in t for t in texts)
