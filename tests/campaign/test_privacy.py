"""People by reference through a whole run, a stop and a resume; forgotten afterwards."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from aichemist._cli import cli
from aichemist.campaign import (
    Follower,
    Progress,
    control,
    forget,
    forget_private,
    load_campaign,
    open_database,
    open_run,
    resume,
    run,
)
from aichemist.chemistry import InputError
from aichemist.records import People

NAME, WHY = "Wilhelmina Quarkenstein", "the Zwetschgenkuchen is burning"


def test_a_run_stopped_and_resumed_holds_references_and_forgets(files: Path) -> None:
    runs = files / "runs"
    path = files / "campaigns" / "oer.toml"
    path.write_text(path.read_text().replace("samples = 96", "samples = 4").replace("in_flight = 2", "in_flight = 1"))
    asked: list[str] = []

    def listen(now: Progress) -> None:
        if now.phase == "running" and not asked:
            asked.append("hold")
            control("a", "hold_station", "magnetic_stirring_1", who=NAME, why=WHY, runs=runs, wait_s=0.0)
        elif now.note.startswith("new plan"):
            asked.append(now.note)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(load_campaign(path), name="a", runs=runs, seed=1, listener=listen)
    assert NAME in asked[1]  # a screen shows the name
    stopped = open_run("a", runs=runs)
    assert stopped.lab.held["magnetic_stirring_1"] == f"{NAME}: {WHY}"
    with Follower("a", runs) as follower:
        assert NAME in follower.state.held["magnetic_stirring_1"]
    control("a", "release_station", "magnetic_stirring_1", who=NAME, runs=runs)
    done = resume("a", runs=runs)
    assert done.status == "finished" and len(done.observations) == 4
    taken = next(e for e in done.entries if e.kind == "controlled")
    assert taken.actor == NAME and taken.payload["why"] == WHY
    raw = open_database(runs).engine.raw_connection()
    stored = str(raw.execute("select * from journal").fetchall()) + str(raw.execute("select * from request").fetchall())
    raw.close()
    assert NAME not in stored and WHY not in stored

    (runs / "a" / "notes.html").write_text(f"<p>{NAME}</p>")
    said = CliRunner().invoke(cli, ["people", "forget", NAME, "--why", "asked for it", "--runs", str(runs), "--json"])
    told = json.loads(said.output)
    assert told["scrubbed"] and told["left"] == [] and told["files"] == [str(runs / "a" / "notes.html")]
    (runs / "a" / "notes.html").unlink()
    for file in runs.rglob("*"):
        assert not file.is_file() or (
            NAME.encode() not in file.read_bytes() and WHY.encode() not in file.read_bytes()
        ), file
    sound = CliRunner().invoke(cli, ["verify", "a", "--runs", str(runs)])
    assert sound.exit_code == 0, sound.output
    after = open_run("a", runs=runs)
    assert next(e for e in after.entries if e.kind == "controlled").actor == "a forgotten person"
    control_why = CliRunner().invoke(cli, ["privacy", "show", "--json", "--runs", str(runs)])
    last = json.loads(control_why.output)[-1]
    assert last["kind"] == "forgetting" and "asked for it" in last["text"]
    gone = CliRunner().invoke(
        cli, ["privacy", "forget-text", last["id"][:10], "--why", "was a test", "--runs", str(runs)]
    )
    assert gone.exit_code == 0 and "forgotten: 1 texts" in gone.output, gone.output
    assert CliRunner().invoke(cli, ["privacy", "scrub", "--runs", str(runs)]).exit_code == 0
    shown = CliRunner().invoke(cli, ["privacy", "show", "--runs", str(runs)])
    assert "forgotten" in shown.output and NAME not in shown.output


def test_where_there_is_a_safety_officer_not_just_anybody_may_forget(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    people = People(database)
    ada, token = people.add("Ada", ["safety_officer"])
    _, bobs = people.add("Bob", ["chemist"], by=ada)
    people.add("Cyd", ["safety_officer"], by=ada)
    database.close()
    for ask in (None, lambda: bobs, lambda: "aic_no"):
        with pytest.raises(InputError, match="token"):
            forget("Cyd", why="asked", ask=ask, runs=tmp_path)
    with pytest.raises(InputError, match="token"):
        forget_private(["abc"], why="asked", ask=lambda: bobs, runs=tmp_path)
    said = CliRunner().invoke(cli, ["people", "forget", "Cyd", "--why", "asked", "--runs", str(tmp_path)])
    assert said.exit_code != 0 and "token" in str(said.exception)
    assert forget("Cyd", why="asked", ask=lambda: token, runs=tmp_path).forgotten.person
    assert forget("Bob", why="asked", ask=lambda: bobs, runs=tmp_path).forgotten.person  # herself
