"""control, questions, answer, verify, and runs that wait for a person."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from aichemist.campaign import open_run, resume
from aichemist.chemistry import InputError, RecordsError
from aichemist.lab.execution import CONTROLS, QuestionAsked, State


def questions_of(call: Any, place: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(call("questions", "w", "--json", cwd=place).stdout)
    return found


def test_a_run_that_waits_ends_well_and_says_how_to_go_on(ended: CompletedProcess[str], call: Any, asked: Path) -> None:
    assert ended.returncode == 0, ended.stderr
    assert "waits for a person" in ended.stdout and "aichemist resume w" in ended.stdout
    for q in questions_of(call, asked):
        assert f"aichemist answer w {q['short']} CHOICE" in ended.stdout and q["text"] in ended.stdout
        assert all(says in ended.stdout for says in q["choices"].values())
    assert json.loads(call("runs", "--json", cwd=asked).stdout)[0]["status"] == "waiting"
    assert "waiting" in call("runs", cwd=asked).stdout
    assert not (asked / "runs" / "w" / "report.html").exists()  # it has not ended
    assert "open questions: " in call("show", "w", cwd=asked).stdout
    shown = call("questions", "w", cwd=asked).stdout
    assert "1. " in shown and "since " in shown and "waits for ever" in shown


def test_an_answer_is_taken_up_by_resume(call: Any, asked: Path) -> None:
    first = questions_of(call, asked)[0]
    wrong = call("answer", "w", "nothing", "leave", cwd=asked)
    assert wrong.returncode == 2 and first["short"] in wrong.stderr
    wrong = call("answer", "w", "1", "dance", cwd=asked)
    assert wrong.returncode == 2 and "discard" in wrong.stderr
    part = first["short"].partition(".")[2]
    done = call("answer", "w", part, "discard", "--who", "Ada", "--why", "swept up", cwd=asked)
    assert done.returncode == 0 and first["text"] in done.stdout and "waits: " in done.stdout, done.stderr
    assert "'aichemist resume w'" in done.stdout
    again = call("resume", "w", "--json", "--no-report", cwd=asked)
    assert again.returncode == 0, again.stderr
    assert first["id"] not in [q["id"] for q in json.loads(again.stdout)["questions"]]
    run = open_run("w", runs=asked / "runs")
    said = next(e for e in run.entries if e.kind == "question_answered")
    assert (said.actor, said.payload["why"], said.payload["choice"]) == ("Ada", "swept up", "discard")
    assert run.lab.samples[first["samples"][0]].status == "discarded"


def test_controls_are_listed_checked_and_wait_for_a_process(call: Any, asked: Path) -> None:
    shown = call("control", "--help", cwd=asked).stdout
    assert all(f"  {what} " in shown for what in CONTROLS)
    done = call("control", "w", "pause", "--who", "Ada", "--json", cwd=asked)
    data = json.loads(done.stdout)
    assert done.returncode == 0 and (data["taken"], data["status"]) == (False, "waiting")
    stop = call("control", "w", "stop", cwd=asked)
    assert stop.returncode == 0 and "no device was told to stop" in stop.stdout and "aichemist resume w" in stop.stdout
    for wrong, hint in ((("dance",), "hold_sample"), (("hold_sample",), "target"), (("pause", "x"), "no target")):
        bad = call("control", "w", *wrong, cwd=asked)
        assert bad.returncode == 2 and hint in bad.stderr
    assert call("control", "nobody", "pause", cwd=asked).returncode == 2


def test_a_refused_control_is_told_at_the_next_resume(call: Any, asked: Path) -> None:
    from aichemist.campaign import open_database
    from aichemist.records import Requests, find_run

    number = json.loads(call("control", "w", "release_station", "dryer", "--json", cwd=asked).stdout)["request"]
    assert call("resume", "w", "--no-report", cwd=asked).returncode == 0
    database = open_database(asked / "runs")
    answer = Requests(database, find_run(database, "w").id).find(number).answer
    assert answer == "refused: dryer is not held"


def test_what_is_held_is_told_with_the_way_to_let_it_go(call: Any, asked: Path) -> None:
    run = open_run("w", runs=asked / "runs")
    free = next(n for n, s in run.lab.samples.items() if s.status == "active")
    assert call("control", "w", "hold_sample", free, "--why", "look at it", cwd=asked).returncode == 0
    done = call("resume", "w", cwd=asked)
    assert done.returncode == 0 and f"aichemist control w release_sample {free}" in done.stdout, done.stdout
    assert "look at it" in done.stdout


def test_verify_finds_a_changed_entry_and_a_missing_file(call: Any, asked: Path) -> None:
    done = call("verify", "w", cwd=asked)
    assert done.returncode == 0 and "sound" in done.stdout
    data = json.loads(call("verify", "w", "--json", cwd=asked).stdout)
    assert (
        data["sound"]
        and data["hash"] in done.stdout
        and data["entries"] == len(open_run("w", runs=asked / "runs").entries)
    )
    base = sqlite3.connect(asked / "runs" / "aichemist.db")
    with base:
        base.execute("update journal set actor = 'nobody' where seq = 7")
    base.close()
    bad = call("verify", "w", cwd=asked)
    assert bad.returncode == 1 and "NOT SOUND" in bad.stdout and "first bad entry: 7" in bad.stdout
    assert json.loads(call("verify", "w", "--json", cwd=asked).stdout)["first_bad"] == 7
    assert call("verify", "nobody", cwd=asked).returncode == 2


def test_questions_are_named_by_id_part_or_number() -> None:
    from aichemist._cli._questions import due_text, find_question

    asked = [
        QuestionAsked(f"r:{name}", at, ("b001-01",), name, {"leave": "set it aside", "done": "go on"}, priority, due,
            "leave")
        for name, at, priority, due in (("b001.load.1", 5.0, 1, None), ("b001.load.10", 2.0, 2, 90000.0),
            ("b002.stir#2", 1.0, 3, None))
    ]  # fmt: skip
    from immutables import Map

    state = State(questions=Map({q.id: q for q in asked}))
    assert [find_question(state, "r", n, "done").text for n in "123"] == ["b002.stir#2", "b001.load.10", "b001.load.1"]
    assert find_question(state, "r", "b001.load.1", "done").text == "b001.load.1"  # whole before part
    assert find_question(state, "r", "stir", "done").text == "b002.stir#2"
    for text, choice in (("load", "done"), ("4", "done"), ("0", "done"), ("nope", "done"), ("1", "no")):
        with pytest.raises(InputError):
            find_question(state, "r", text, choice)
    with pytest.raises(InputError, match="no open question"):
        find_question(State(), "r", "1", "done")
    assert due_text(asked[0]) == "waits for ever"
    assert due_text(asked[1]) == "at day 2, 01:00 without an answer: leave (set it aside)"


def test_a_changed_journal_is_told_by_report_and_stops_resume(call: Any, asked: Path) -> None:
    done = call("resume", "w", "--no-report", cwd=asked)
    assert done.returncode == 0 and "journal verified: " in done.stderr
    assert "clock: virtual, as the run began" in done.stderr
    assert "Default: the clock with which the run began" in " ".join(call("resume", "--help", cwd=asked).stdout.split())
    head = json.loads(call("verify", "w", "--json", cwd=asked).stdout)
    assert call("report", "w", cwd=asked).returncode == 0
    page = (asked / "runs" / "w" / "report.html").read_text()
    assert f"Journal verified: {head['entries']} entries, head {head['hash'][:12]}." in page
    assert "was changed" not in page
    base = sqlite3.connect(asked / "runs" / "aichemist.db")
    with base:
        base.execute("update journal set actor = 'nobody' where seq = 7")
    base.close()
    told = call("report", "w", cwd=asked)
    assert told.returncode == 0 and "WARNING: the journal was changed: not sound: entry 7" in told.stderr
    page = (asked / "runs" / "w" / "report.html").read_text()
    assert 'data-sound="false"' in page and "The journal was changed: not sound." in page
    assert page.index("not sound") < page.index("<h1>") and "Journal verified" not in page
    # entry 7 lies before the snapshot, from which the run goes on: that is said, and verify says the rest
    assert "from number" in call("resume", "w", "--no-report", cwd=asked).stderr
    base = sqlite3.connect(asked / "runs" / "aichemist.db")
    with base:
        base.execute("delete from snapshot")
    base.close()
    stopped = call("resume", "w", "--no-report", cwd=asked)
    assert stopped.returncode != 0 and "entry 7" in stopped.stderr and "--unsound" in stopped.stderr
    with pytest.raises(RecordsError, match="entry 7"):
        resume("w", runs=asked / "runs")
    anyway = call("resume", "w", "--no-report", "--unsound", cwd=asked)
    assert anyway.returncode == 0 and "not sound" in anyway.stderr


def test_skip_takes_names_of_steps_and_says_what_lies_ahead(call: Any, asked: Path) -> None:
    from aichemist.lab.execution import ahead

    run = open_run("w", runs=asked / "runs")
    sample = max(run.lab.samples, key=lambda n: len(ahead(run.lab, n)))
    coming = ahead(run.lab, sample)
    steps = run.campaign.protocol.steps
    index, operation = next((i, o) for i, o in coming if steps[i].name != o)
    name = steps[index].name
    for wrong in (sample, f"{sample}:", f"{sample}:dance"):
        bad = call("control", "w", "skip", wrong, cwd=asked)
        assert bad.returncode == 2 and f"write {sample}:STEP; ahead of it: " in bad.stderr and operation in bad.stderr
    bad = call("control", "w", "skip", "b009-09:dry", cwd=asked)
    assert bad.returncode == 2 and f"samples: {min(run.lab.samples)}" in bad.stderr
    done = json.loads(call("control", "w", "skip", f"{sample}:{name}", "--json", cwd=asked).stdout)
    from aichemist.campaign import open_database
    from aichemist.records import Requests, find_run

    database = open_database(asked / "runs")
    asked_for = Requests(database, find_run(database, "w").id).find(done["request"])
    database.close()
    assert asked_for.payload["target"] == f"{sample}:{operation}"
    twice = next(i for n, (i, o) in enumerate(coming) if o in [x for _, x in coming[:n]])
    later = call("control", "w", "skip", f"{sample}:{steps[twice].name}", cwd=asked)
    assert later.returncode == 2 and "comes after step" in later.stderr


def test_show_tells_what_stands_in_the_way(call: Any, asked: Path) -> None:
    run = open_run("w", runs=asked / "runs")
    active = [n for n, s in run.lab.samples.items() if s.status == "active"]
    call("control", "w", "hold_station", "dryer", "--who", "Ada", "--why", "hot", cwd=asked)
    call("control", "w", "hold_sample", active[0], "--who", "Bob", cwd=asked)
    assert call("resume", "w", "--no-report", cwd=asked).returncode == 0
    shown = call("show", "w", cwd=asked).stdout
    assert "station dryer is held (Ada: hot); let it go with:" in shown and "control w release_station dryer" in shown
    assert f"sample {active[0]} is held (Bob)" in shown and "open questions: " in shown
    assert f"waits: {active[0]}: " in shown and "more" not in shown


def test_runs_that_is_a_file_is_named_with_a_mend(call: Any, asked: Path) -> None:
    (asked / "afile").write_text("x")
    for words in (("runs",), ("show", "w"), ("run", "campaigns/oer.toml"), ("resume", "w")):
        bad = call(*words, "--runs", "afile", cwd=asked)
        assert bad.returncode == 2 and "is a file, not a folder" in bad.stderr and "mend: " in bad.stderr
