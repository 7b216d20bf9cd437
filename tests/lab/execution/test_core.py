"""The pure core: any interleaving keeps the invariants, and the fold of the journal is the state."""

import json
from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from aichemist.lab.execution import (
    BatchPlanned,
    CommandAccepted,
    CommandDone,
    CommandFailed,
    CommandInDoubt,
    CommandIssued,
    LabEvent,
    PlanRevised,
    State,
    Ticked,
    Work,
    decide,
    decode,
    encode,
    evolve,
)
from aichemist.lab.scheduling import Task


def task(name: str, device: str, samples: tuple[str, ...], start: float, *after: str, step: int | None = 0) -> Work:
    return Work(Task(name, "stir", device, device, samples, step, start, start + 60, after))


def chain() -> BatchPlanned:
    return BatchPlanned(
        1, 0.0, ("a", "b"),
        (
            task("t1", "s1", ("a",), 0.0), task("t2", "s1", ("b",), 60.0, "t1"),
            task("t3", "s2", ("a", "b"), 120.0, "t1", "t2"), task("t4", "s3", ("b",), 200.0, "t3"),
        ),
    )  # fmt: skip


def commands(events: Sequence[LabEvent]) -> list[CommandIssued]:
    return [e for e in events if isinstance(e, CommandIssued)]


def test_a_task_waits_for_its_start_and_those_before_it() -> None:
    state, issued = decide(State(), chain(), run="r")
    assert [i.command.task for i in commands(issued)] == ["t1"] and commands(issued)[0].command.id == "r:t1"
    state, issued = decide(state, Ticked(100.0), run="r")
    assert issued == ()  # t2's start is reached, but t1 has not ended
    state, issued = decide(state, CommandDone("r:t1", 100.0), run="r")
    assert [i.command.task for i in commands(issued)] == ["t2"]
    state, issued = decide(state, CommandDone("r:t2", 110.0), run="r")
    assert issued == ()  # t3 is planned for 120
    state, issued = decide(state, Ticked(120.0), run="r")
    assert [i.command.task for i in commands(issued)] == ["t3"]


def test_told_twice_counts_once() -> None:
    state, _ = decide(State(), chain(), run="r")
    once, _ = decide(state, CommandDone("r:t1", 60.0), run="r")
    twice, issued = decide(once, CommandDone("r:t1", 60.0), run="r")
    assert twice == once and issued == ()


def test_a_quarantined_sample_goes_no_further_and_the_other_does() -> None:
    state, _ = decide(State(), chain(), run="r")
    state, _ = decide(state, CommandDone("r:t1", 60.0), run="r")
    state, _ = decide(state, CommandFailed("r:t2", 70.0, "jammed", ("b",)), run="r")
    assert state.samples["b"].status == "quarantined" and "jammed" in state.samples["b"].reason
    state, issued = decide(state, Ticked(120.0), run="r")
    assert commands(issued)[0].command.samples == ("a",)
    state, _ = decide(state, CommandDone("r:t3", 180.0), run="r")
    assert state.tasks["t4"].status == "skipped" and state.samples["a"].status == "finished"
    assert state.idle


def test_in_doubt_quarantines_all_samples_of_the_command() -> None:
    state, _ = decide(State(), chain(), run="r")
    state, _ = decide(state, CommandInDoubt("r:t1", 60.0, "power was off"), run="r")
    assert state.samples["a"].status == "quarantined" and state.tasks["t1"].status == "in doubt"


def test_edges_added_later_hold_back_what_has_not_begun() -> None:
    state, _ = decide(State(), chain(), run="r")
    later = BatchPlanned(2, 10.0, ("c",), (task("u1", "s2", ("c",), 20.0),), {"t3": ("u1",), "t1": ("u1",)})
    state, issued = decide(state, later, run="r")
    assert state.tasks["t3"].waits_for == {"t1", "t2", "u1"}
    assert state.tasks["t1"].waits_for == frozenset()  # it runs already
    assert issued == ()


def test_waiting_too_long_is_noted() -> None:
    from aichemist.chemistry import Wait

    plan = BatchPlanned(
        1, 0.0, ("a",),
        (
            task("t1", "s1", ("a",), 0.0),
            Work(Task("t2", "dry", "s2", "s2", ("a",), 1, 60.0, 90.0, ("t1",)), wait=Wait(0, 300.0)),
        ),
    )  # fmt: skip
    # the station was busy: t2 starts 1000 s after t1 ended
    fresh, _ = decide(State(), plan, run="r")
    fresh = evolve(fresh, CommandDone("r:t1", 60.0))
    _, issued = decide(fresh, Ticked(1060.0), run="r")
    assert commands(issued)[0].wait_exceeded_s == {"a": 700.0}


@st.composite
def plans(draw: st.DrawFn) -> BatchPlanned:
    devices = [f"d{i}" for i in range(draw(st.integers(1, 3)))]
    samples = tuple(f"v{i}" for i in range(draw(st.integers(1, 4))))
    work: list[Work] = []
    for i in range(draw(st.integers(1, 10))):
        mine = tuple(sorted(draw(st.sets(st.sampled_from(samples), min_size=1))))
        before = [w.task.id for w in work if set(w.task.samples) & set(mine)]
        more = draw(st.sets(st.sampled_from([w.task.id for w in work]))) if work else set()
        work.append(
            task(f"t{i}", draw(st.sampled_from(devices)), mine, float(draw(st.integers(0, 300))), *before, *more)
        )
    return BatchPlanned(1, 0.0, samples, tuple(work))


@settings(max_examples=150, deadline=None)
@given(plans(), st.data())
def test_any_interleaving_keeps_the_invariants(plan: BatchPlanned, data: st.DataObject) -> None:
    journal: list[tuple[str, dict[str, Any]]] = []
    now, state, sent = 0.0, State(), list[str]()

    def happen(event: Any) -> None:
        nonlocal state
        before = state
        state, issued = decide(before, event, run="r")
        assert decide(before, event, run="r") == (state, issued)  # pure
        for e in (event, *issued):
            if not isinstance(e, Ticked):
                journal.append(encode(e))
        sent.extend(i.command.id for i in issued if isinstance(i, CommandIssued))

    happen(plan)
    for _ in range(200):
        if state.idle:
            break
        running = sorted(state.open_commands)
        devices = [state.tasks[state.open_commands[c]].work.task.device for c in running]
        assert len(devices) == len(set(devices))  # a device does one thing at a time
        for command in running:
            for earlier in state.tasks[state.open_commands[command]].work.task.after:
                assert state.tasks[earlier].status in ("done", "failed", "in doubt", "skipped")
        now += data.draw(st.integers(0, 120))
        kind = data.draw(st.sampled_from(["done", "done", "done", "failed", "doubt", "tick"]))
        if kind == "tick" or not running:
            happen(Ticked(now := max(now, state.next_start_s or 0.0)))
            continue
        which = data.draw(st.sampled_from(running))
        vials = state.tasks[state.open_commands[which]].work.task.samples
        happen(
            CommandDone(which, now) if kind == "done"
            else CommandFailed(which, now, "x", vials[:1]) if kind == "failed" else CommandInDoubt(which, now, "x")
        )  # fmt: skip
    else:
        raise AssertionError("the plan never ended")
    assert len(sent) == len(set(sent))  # nothing is sent twice
    assert all(s.status in ("finished", "quarantined") for s in state.samples.values())
    assert all(s.reason for s in state.samples.values() if s.status == "quarantined")
    folded = State()
    for kind, payload in json.loads(json.dumps(journal)):
        event = decode(kind, payload)
        assert event is not None
        folded = evolve(folded, event)
    assert folded.tasks == state.tasks and folded.samples == state.samples


def test_a_task_that_takes_much_longer_asks_for_a_better_plan() -> None:
    """Once when the device says so, again only if it takes much longer still; any new plan answers it."""
    state, _ = decide(State(), chain(), run="r")  # each task is planned to take 60 s
    on_time, _ = decide(state, CommandDone("r:t1", 300.0), run="r")
    assert on_time.late == ""
    said, _ = decide(state, CommandAccepted("r:t1", 1.0, 1260.0), run="r")
    assert said.late == "stir on s1 takes 20 min longer than planned"
    planned, _ = decide(said, PlanRevised(2.0, said.late, (), ()), run="r")
    assert planned.late == "" and planned.revisions == 1
    done, _ = decide(planned, CommandDone("r:t1", 1270.0), run="r")
    assert done.late == ""  # as was known
    still_later, _ = decide(planned, CommandDone("r:t1", 1800.0), run="r")
    assert "9 min longer" in still_later.late
    lost, _ = decide(state, CommandAccepted("r:t1", 1.0, 350.0), run="r")  # less than what is told of: as if unheard
    assert lost.late == "" and decide(lost, CommandAccepted("r:t1", 2.0, 640.0), run="r")[0].late
    silent, _ = decide(state, CommandDone("r:t1", 900.0), run="r")
    assert "14 min longer" in silent.late
