"""Makespan and utilisation."""

from __future__ import annotations

from aichemist.lab.layout import Station
from aichemist.lab.scheduling import ListScheduler, Task, summary


def test_shares_of_the_makespan(tools):
    lab = tools.small_lab([Station("s", "", ("lab",), ("stir",), 2, batch=False)])
    tasks = [
        Task("a", "load", "robot_lab_0", "start", ("v",), None, 100, 200),
        Task("b", "stir", "s", "s", ("v",), 0, 200, 400),
        Task("c", "stir", "s", "s", ("w",), 0, 300, 500),
    ]
    found = summary(lab, tasks)
    assert (found.start_s, found.end_s, found.makespan_s, found.vials, found.tasks) == (100, 500, 400, 2, 3)
    assert found.robots == {"robot_lab_0": 0.25}
    assert found.stations["s"] == 0.75  # slots in parallel count once
    assert found.stations["start"] == 0.0
    assert found.bottleneck == "s"


def test_nothing_planned(tools):
    found = summary(tools.small_lab([]), [])
    assert found.makespan_s == 0.0
    assert set(found.stations.values()) == {0.0}


def test_the_stirrer_decides_in_the_default_lab(ustc, oer):
    found = summary(ustc, ListScheduler().plan(ustc, oer(8)).tasks)
    assert found.bottleneck == "magnetic_stirring_1"
    assert 0.4 < found.stations["magnetic_stirring_1"] < 0.7
