"""watch: what it shows at 80x24, what its keys lead to, and a run in another process."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from textual.widgets import DataTable, OptionList

from aichemist._cli._watch_app import WatchApp
from aichemist.campaign import Follower, open_database, open_run
from aichemist.records import NewEntry, References, Request, Requests, RunJournal, find_run


def requests_of(place: Path) -> list[Request]:
    database = open_database(place / "runs")
    try:
        shown = References(database).shown
        waiting = Requests(database, find_run(database, "w").id).waiting()
        return [evolve(r, who=shown(r.who), why=shown(r.why)) for r in waiting]
    finally:
        database.close()


def with_app(place: Path, test: Callable[[WatchApp, Any], Awaitable[None]], run: str = "w") -> None:
    async def main() -> None:
        with Follower(run, place / "runs") as follower:
            app = WatchApp(follower, every_s=0.1, who="Ada")
            async with app.run_test(size=(80, 24)) as pilot:
                await pilot.pause(0.2)
                await test(app, pilot)

    asyncio.run(main())


async def until(pilot: Any, true: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        await pilot.pause(0.05)


def text_of(app: WatchApp) -> str:
    """What stands on the screen."""
    screen = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in screen)


def test_a_follower_reads_only_what_is_new(asked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = open_run("w", runs=asked / "runs")
    with Follower("w", asked / "runs") as follower:
        assert follower.seq == len(whole.entries) - 1 and follower.state == whole.lab
        assert follower.status == "waiting" and follower.lab_time_s == max(e.lab_time_s for e in whole.entries)
        read: list[int] = []
        iterate = RunJournal.iterate
        monkeypatch.setattr(
            RunJournal, "iterate", lambda self, after=-1, **k: (read.append(e.seq) or e for e in iterate(self, after))
        )
        assert not follower.refresh() and read == []
        database = open_database(asked / "runs")
        journal = RunJournal(database, find_run(database, "w").id)
        now = follower.lab_time_s + 60
        said = {"what": "pause", "target": "", "at_s": now, "who": "Ada", "why": "lunch"}
        numbers = journal.append([NewEntry("controlled", said, now, "Ada"), NewEntry("unknown_kind", {}, now)])
        assert follower.refresh() and read == numbers
        assert follower.state.paused == "Ada: lunch" and follower.lab_time_s == now
        journal.set_status("finished")
        assert follower.refresh() and follower.status == "finished" and not follower.refresh()
        database.close()


def test_once_prints_plain_lines(asked: Path, call: Any) -> None:
    done = call("watch", "w", "--once", cwd=asked)
    assert done.returncode == 0 and "\x1b" not in done.stdout, done.stderr
    run = open_run("w", runs=asked / "runs")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("w  WAITING  lab time ") and "0 of 3 samples" in lines[0]
    for name in run.lab.samples:
        assert any(line.startswith(f"sample {name}: ") for line in lines)
    for q in run.lab.questions.values():
        assert q.text in done.stdout
    assert sum(line.startswith("robot ") for line in lines) == 3
    data = json.loads(call("watch", "w", "--json", cwd=asked).stdout)
    assert {s["name"] for s in data["samples"]} == set(run.lab.samples) and len(data["stations"]) == 25
    assert call("watch", "nobody", cwd=asked).returncode == 2


def test_the_screen_shows_stations_samples_and_questions(asked: Path, tmp_path: Path) -> None:
    run = open_run("w", runs=asked / "runs")

    async def look(app: WatchApp, pilot: Any) -> None:
        await until(pilot, lambda: "Quit" in text_of(app).splitlines()[-1])  # a busy machine draws it late
        shown = text_of(app)
        assert len(shown.splitlines()) == 24
        assert "w  WAITING" in shown and "Stations and robots" in shown and "a person is asked" in shown
        question = app.view.questions[0]
        assert question.text[:30] in shown and f"Questions: {len(run.lab.questions)}" in shown
        assert f"{next(iter(question.choices))}: " in shown
        assert next(iter(run.lab.samples)) in shown
        for key in ("Pause", "Resume", "Hold", "Answer", "Abort", "STOP", "Quit"):
            assert key in shown.splitlines()[-1]
        app.save_screenshot(str(tmp_path / "shot.svg"))
        await pilot.press("q")
        await until(pilot, lambda: not app.is_running)

    with_app(asked, look)
    assert "WAITING" in (tmp_path / "shot.svg").read_text()


def test_messages_that_arrive_while_it_closes_do_nothing(asked: Path) -> None:
    async def main() -> None:
        with Follower("w", asked / "runs") as follower:
            app = WatchApp(follower, every_s=0.1)
            async with app.run_test(size=(80, 24)) as pilot:
                await pilot.pause(0.2)
                samples, questions = app.query_one("#samples", DataTable), app.query_one("#questions", OptionList)
                row = samples.coordinate_to_cell_key(samples.cursor_coordinate).row_key
                option = questions.get_option_at_index(0)
            app.on_data_table_row_highlighted(DataTable.RowHighlighted(samples, 0, row))
            app.on_data_table_row_selected(DataTable.RowSelected(samples, 0, row))
            app.on_option_list_option_selected(OptionList.OptionSelected(questions, option, 0))

    asyncio.run(main())


def test_keys_become_requests(asked: Path) -> None:
    async def press(app: WatchApp, pilot: Any) -> None:
        async def one_more(*keys: str) -> Request:
            before = len(requests_of(asked))
            await pilot.press(*keys)
            await until(pilot, lambda: len(requests_of(asked)) > before)
            return requests_of(asked)[-1]

        paused = await one_more("p", *"lunch", "enter")
        assert (paused.kind, paused.who, paused.why) == ("pause", "Ada", "lunch")
        assert (await one_more("r")).kind == "resume"
        await pilot.press("down")
        held = await one_more("h", *"wet", "enter")
        assert (held.kind, held.payload["target"]) == ("hold_sample", app.view.samples[1].name)
        assert held.why == "wet"

        await pilot.press("x")
        await pilot.press(*"ps")  # goes into the reason, not to the run
        await pilot.press("escape")
        await pilot.press("s")
        await pilot.press("escape")
        assert len(requests_of(asked)) == 3
        aborted = await one_more("x", *"smoke", "enter")
        assert (aborted.kind, aborted.why) == ("abort", "smoke")
        stopped = await one_more("s", *"fire", "enter")
        assert (stopped.kind, stopped.why) == ("stop", "fire")
        await until(pilot, lambda: any("NO DEVICE WAS STOPPED" in n.message for n in app._notifications))

        question = app.view.questions[0]
        await pilot.press("a")
        assert "Enter answers" in text_of(app)
        answered = await one_more("down", "enter")
        assert answered.kind == "answer" and answered.payload["question"] == question.id
        assert answered.payload["choice"] == list(question.choices)[1]

    with_app(asked, press)


def test_a_run_in_another_process_is_paused_shown_and_resumed(small: Path, call: Any) -> None:
    place = small.parent.parent
    child = subprocess.Popen(
        [sys.executable, "-m", "aichemist.cli", "run", str(small), "--name", "e", "--clock", "scaled:3000",
            "--no-report"],
        cwd=place, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:

        def head() -> str:
            seen = call("watch", "e", "--once", cwd=place)
            return str(seen.stdout.splitlines()[0]) if seen.returncode == 0 else ""

        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:  # until it is past its start, and listens
            if "e  RUNNING" in head() and len(open_run("e", runs=place / "runs").entries) > 20:
                break
            time.sleep(0.2)
        paused = call("control", "e", "pause", "--who", "Ada", "--why", "lunch", cwd=place)
        assert paused.returncode == 0 and "taken: pause" in paused.stdout, paused.stdout + paused.stderr
        assert "RUNNING, PAUSED" in head()

        async def press(app: WatchApp, pilot: Any) -> None:
            assert "paused (Ada: lunch)" in text_of(app)
            seen = app.view
            await pilot.press("h", "enter")
            await until(pilot, lambda: app.view.samples[0].held)
            await pilot.press("h", "enter")
            await until(pilot, lambda: not app.view.samples[0].held)
            await pilot.press("r")
            await until(pilot, lambda: "PAUSED" not in app.view.head)
            await until(pilot, lambda: app.view.lab_time != seen.lab_time)

        with_app(place, press, "e")
        again = call("control", "e", "resume", cwd=place)
        assert again.returncode == 1 and "the run is not paused" in again.stdout
        output, _ = child.communicate(timeout=120)
        assert child.returncode == 0 and "budget of 2 samples spent" in output, output
        run = open_run("e", runs=place / "runs")
        assert len(run.observations) == 2
        said = [(e.payload["what"], e.actor) for e in run.entries if e.kind == "controlled"]
        assert said == [("pause", "Ada"), ("hold_sample", "Ada"), ("release_sample", "Ada"), ("resume", "Ada")]
        assert call("control", "e", "pause", cwd=place).returncode == 2  # it has finished
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()
