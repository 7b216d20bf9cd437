"""People are reminded, and what they have not done in time becomes a question; one device or sample is stopped alone."""

from __future__ import annotations

from aichemist.lab.execution import (
    BatchPlanned,
    CommandAccepted,
    CommandDone,
    CommandOverdue,
    Controlled,
    LabOpened,
    PersonReminded,
    QuestionAnswered,
    QuestionAsked,
    State,
    Ticked,
    Work,
    decide,
    decode,
    evolve,
    state_from_plain,
    state_to_plain,
    target_problem,
)
from aichemist.lab.execution._control import devices_stopped
from aichemist.lab.scheduling import Task

HOUR = 3600.0


def begun(**limits: float) -> State:
    """A person at the balance has been told, and a stirrer stirs another vial."""
    work = (
        Work(Task("weigh", "dispense_solid", "balance", "balance", ("a",), 0, 0.0, 60.0)),
        Work(Task("stir", "stir", "stirrer", "stirrer", ("b",), 0, 0.0, 60.0)),
    )
    state = State()
    for event in (LabOpened(0.0, {}, {}, ("balance",), **limits), BatchPlanned(1, 0.0, ("a", "b"), work), Ticked(0.0)):
        state, _ = decide(state, event, run="r")
    return evolve(state, CommandAccepted("r:stir", 0.0, 60.0))


def test_a_person_is_reminded_again_and_again_and_asked_in_the_end() -> None:
    state = begun(remind_s=HOUR, limit_s=2.5 * HOUR)
    assert {t: s.remind_at_s for t, s in state.tasks.items()} == {"weigh": HOUR, "stir": None}
    state, _ = decide(state, CommandDone("r:stir", 60.0), run="r")
    state, said = decide(state, Ticked(HOUR), run="r")
    assert said == (PersonReminded("r:weigh", HOUR),)
    state, said = decide(state, Ticked(1.5 * HOUR), run="r")
    assert said == ()
    state, said = decide(state, Ticked(2 * HOUR), run="r")
    assert said == (PersonReminded("r:weigh", 2 * HOUR),)
    state, said = decide(state, Ticked(2.5 * HOUR), run="r")
    assert said[0] == CommandOverdue("r:weigh", 2.5 * HOUR)
    question = said[1]
    assert isinstance(question, QuestionAsked) and set(question.choices) == {"wait", "leave", "discard"}
    state, _ = decide(state, QuestionAnswered("r:weigh", 2.6 * HOUR, "wait", "Ada"), run="r")
    assert not state.questions and "r:weigh" in state.open_commands
    state, said = decide(state, Ticked(3.5 * HOUR), run="r")
    assert not any(isinstance(e, CommandOverdue) for e in said), "an hour more was granted"
    state, said = decide(state, Ticked(3.7 * HOUR), run="r")
    assert CommandOverdue("r:weigh", 3.7 * HOUR) in said


def test_without_limits_nobody_is_hurried() -> None:
    state = begun()
    state, _ = decide(state, CommandDone("r:stir", 60.0), run="r")
    assert decide(state, Ticked(1000 * HOUR), run="r")[1] == ()


def test_limits_survive_a_snapshot_and_old_snapshots_have_none() -> None:
    state = begun(remind_s=HOUR, limit_s=9 * HOUR)
    plain = state_to_plain(state)
    assert state_from_plain(plain) == state
    for name in ("remind_s", "limit_s"):
        del plain[name]
    for task in plain["tasks"].values():
        del task["remind_at_s"]
    old = state_from_plain(plain)
    assert old.limit_s is None and old.tasks["weigh"].remind_at_s is None


def test_journals_from_before_there_were_limits_are_read() -> None:
    old = {"at_s": 0.0, "slots": {"stirrer": 8}, "robots": {}, "patient": ["balance"], "chambers": [], "parallel": []}
    event = decode("lab_opened", old)
    assert isinstance(event, LabOpened) and event.remind_s is None and event.limit_s is None
    assert evolve(State(), event).patient == {"balance"}


def test_one_device_or_what_works_on_one_sample_is_stopped() -> None:
    state = begun()
    assert devices_stopped(state, "") is None
    assert devices_stopped(state, "balance") == ["balance"] and devices_stopped(state, "b") == ["stirrer"]
    assert "no station, robot or sample" in target_problem(state, "stop", "oven") and not target_problem(
        state, "stop", ""
    )
    one = evolve(state, Controlled("stop", "stirrer", 1.0, "Ada", "smoke"))
    assert set(one.held) == {"stirrer"} and not one.stopped and one.wants_plan
    other = evolve(state, Controlled("stop", "b", 1.0, "Ada", "smoke"))
    assert set(other.held) == {"stirrer"} and other.samples["b"].held == "Ada: smoke" and not other.samples["a"].held
    assert evolve(state, Controlled("stop", "", 1.0, "Ada")).stopped == "Ada"


def test_what_changes_nothing_is_refused() -> None:
    from immutables import Map

    from aichemist.lab.execution import SampleState

    state = State(samples=Map({"a": SampleState(1), "b": SampleState(1, held="Ada")}))
    assert target_problem(state, "release_sample", "a") == "sample a is not held"
    assert not target_problem(state, "release_sample", "b")
    assert not target_problem(state, "pause", "") and target_problem(state, "resume", "") == "the run is not paused"
    paused = evolve(state, Controlled("pause", "", 0.0, "Ada", "fire drill"))
    assert target_problem(paused, "pause", "") == "the run is paused already (Ada: fire drill)"
    assert target_problem(state, "skip", "a") == "say which step: SAMPLE:OPERATION, e.g. a:dry; ahead of it: nothing"
    assert "no sample 'c'" in target_problem(state, "skip", "c:dry")


def test_vials_taken_away_say_by_whom_and_no_more() -> None:
    from immutables import Map

    from aichemist.lab.execution import WAY, SampleState
    from aichemist.lab.execution._verdict import after_answer

    asked = QuestionAsked(WAY, 1.0, ("a",), "nothing can go on: please take these vials away: a on x", {"done": ""}, 3)
    state = State(samples=Map({"a": SampleState(1, "quarantined", "x", "fell")}), questions=Map({WAY: asked}))
    for event in after_answer(state, asked, QuestionAnswered(WAY, 2.0, "done", "Ada", "")):
        state = evolve(state, event)
    assert state.samples["a"].reason == "taken away by Ada" and not state.questions
