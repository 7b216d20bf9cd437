"""The second process: it finds plans of its own, ends with the program in every case, and is not needed."""

from __future__ import annotations

import subprocess
import time

import pytest

from aichemist.lab.scheduling import Carrier, Job, Machine, Operation, Plan, Problem, solve, verify
from aichemist.lab.scheduling import _second_search as second
from aichemist.lab.scheduling._expand import expand
from aichemist.lab.scheduling._lot_solver import placed_racks
from aichemist.lab.scheduling._placement import Layout
from aichemist.lab.scheduling._visits import make_families

STEPS = tuple(Operation(n, {n: d}) for n, d in (("start", 0), ("stirrer", 30), ("balance", 3), ("oven", 50), ("start", 0)))


@pytest.fixture
def problem() -> Problem:
    machines = (
        Machine("start", 20, role="start"), Machine("stirrer", 5, batch=True), Machine("balance", 1), Machine("oven", 7),
    )  # fmt: skip
    return Problem(
        "small", 60.0, machines, tuple(Job(f"v{i}", "a", STEPS) for i in range(14)),
        (Carrier("robot", capacity=20, pick=1, place=1),),
    )  # fmt: skip


@pytest.fixture(autouse=True)
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second, "_cores", lambda: 2)


def test_it_finds_a_plan_of_the_same_problem(problem: Problem) -> None:
    with second.SecondSearch(problem, 8.0, 0) as search:
        time.sleep(8.0)
        found = None
        for _ in range(20):
            found = found or search.found()
    assert found is not None
    placement, racks = found
    plan = Plan(*expand(Layout(problem, make_families(problem)), racks, placement))
    assert verify(problem, plan) == () and plan.makespan == placement.makespan


def test_nothing_is_left_of_it_when_the_program_is_stopped(problem: Problem) -> None:
    with pytest.raises(KeyboardInterrupt), second.SecondSearch(problem, 60.0, 0) as search:
        process = search._process
        assert process is not None and process.poll() is None
        raise KeyboardInterrupt
    assert process is not None and process.returncode is not None
    assert search.found() is None


def test_it_ends_when_the_program_is_gone(problem: Problem) -> None:
    with second.SecondSearch(problem, 60.0, 0) as search:
        assert search._process is not None and search._process.stdin is not None
        search._process.stdin.flush()
        time.sleep(0.5)
        search._process.stdin.close()  # as the system does for a program that was killed
        assert search._process.wait(timeout=20) == 1


def test_there_is_a_plan_without_it(problem: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no process can be made")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    plan = solve(problem, seconds=second.LEAST_S, workers=2)
    assert verify(problem, plan) == ()


@pytest.mark.parametrize(
    "budget", [{"rounds": 2}, {"seconds": second.LEAST_S, "workers": 1}, {"seconds": 0.5}], ids=str
)
def test_what_is_to_be_the_same_each_time_is_done_by_one(
    problem: Problem, monkeypatch: pytest.MonkeyPatch, budget: dict[str, float]
) -> None:
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: pytest.fail("a process was started"))
    assert verify(problem, placed_racks(problem, **budget)[3]) == ()  # type: ignore[arg-type]
