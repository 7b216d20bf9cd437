"""people, approve, approvals: from a terminal, with tokens that are never an argument."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from aichemist._cli import cli
from aichemist.campaign import open_database
from aichemist.chemistry import InputError, RecordsError

DESIGN = """
[values]
Ni = 0.4
[[stock]]
name = "nickel"
state = "liquid"
solute = "Ni(NO3)2"
[[step]]
operation = "dispense_liquid"
volumes = { nickel = "1 mL" }
[guard]
two_person = ["much_nickel"]
"""


class Shell:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.design = folder / "design.toml"
        self.design.write_text(DESIGN)

    def __call__(self, *arguments: object, token: str = "", code: int = 0) -> str:
        done = self.run(*arguments, token=token)
        assert done.exit_code == code, (done.output, done.exception)
        return done.output

    def run(self, *arguments: object, token: str = "") -> Result:
        words = [*map(str, arguments), "--runs", str(self.folder / "runs")]
        return CliRunner().invoke(cli, words, env={"AICHEMIST_TOKEN": token, "COLUMNS": "100"})

    def json(self, *arguments: object, token: str = "", code: int = 0) -> Any:
        done = self.run(*arguments, "--json", token=token)
        assert done.exit_code == code, (done.output, done.exception)
        return json.loads(done.stdout)

    def fails(self, kind: type[Exception], says: str, *arguments: object, token: str = "") -> None:
        done = self.run(*arguments, token=token)
        assert isinstance(done.exception, kind) and says in str(done.exception), (done.output, done.exception)


@pytest.fixture
def shell(tmp_path: Path, asking: Any) -> Shell:
    return Shell(tmp_path)


def test_from_the_first_officer_to_a_withdrawn_approval(shell: Shell) -> None:
    shell.fails(InputError, "no safety officer yet", "people", "add", "Bob", "--role", "chemist")
    ada = shell.json("people", "add", "Ada", "--role", "safety_officer")["token"]
    shell.fails(InputError, "is missing", "people", "add", "Bob", "--role", "chemist")
    shell.fails(InputError, "is no role here", "people", "add", "Bob", "--role", "king", token=ada)
    said = shell("people", "add", "Bob", "--role", "chemist", "--save-token", shell.folder / "bob.txt", token=ada)
    bob = (shell.folder / "bob.txt").read_text().strip()
    assert bob.startswith("aic_") and bob not in said and (shell.folder / "bob.txt").stat().st_mode & 0o777 == 0o600
    shell.fails(
        RecordsError, "cannot be written", "people", "token", "Bob", "--save-token", shell.folder / "bob.txt", token=bob
    )
    assert "chemist" in shell("people", "list") and "Ada: safety_officer" in shell("people", "roles", "Ada")
    # what is shown comes before what is asked
    shown = shell("approve", shell.design, "--show", code=20)
    for word in ("much_nickel", "nickel 0.4", "wear gloves", "Ni(NO3)2", "2 different people", "hash: "):
        assert word in shown, word
    first = shell.json("approve", shell.design, "--why", "in the hood", "--expires", "7 d", token=ada, code=20)
    assert first["role"] == "safety_officer" and not first["granted"] and "2 different people" in first["missing"][0]
    second = shell.json("approve", shell.design, "--as", "Bob", "--token-file", shell.folder / "bob.txt")
    assert second["granted"] and second["person"] == "Bob" and second["role"] == "chemist"
    listed = shell.json("approvals", "list")
    assert [(r["person"], r["decision"], r["state"]) for r in listed] == [
        ("Bob", "approve", "stands"),
        ("Ada", "approve", "stands"),
    ]
    assert "Ada" in shell("approvals", "list")
    text = shell("approvals", "show", first["approval"])
    assert "in the hood" in text and "much_nickel" in text and first["hash"] in text
    head = shell.json("approvals", "verify")
    assert head["sound"] and head["rows"] == 4
    shell.fails(InputError, "somebody else's", "approvals", "withdraw", first["approval"], token=bob)
    shell("approvals", "withdraw", second["approval"], "--why", "no", token=bob)
    assert shell.json("approvals", "show", second["approval"])["withdrawn_by"] == "Bob"
    shell("approve", shell.design, "--show", code=20)
    shell("approve", shell.design, "--refuse", token=bob)
    assert "refused" in shell("approve", shell.design, "--show", code=20)


def test_roles_and_tokens_change(shell: Shell) -> None:
    ada = shell.json("people", "add", "Ada", "--role", "safety_officer")["token"]
    bob = shell.json("people", "add", "Bob", "--role", "chemist", token=ada)["token"]
    shell.fails(InputError, "only a safety officer", "people", "roles", "Bob", "--add", "safety_officer", token=bob)
    shell.fails(InputError, "does not have", "people", "roles", "Bob", "--remove", "safety_officer", token=ada)
    assert shell.json("people", "roles", "Bob", "--add", "safety_officer", token=ada)["roles"] == [
        "chemist",
        "safety_officer",
    ]
    assert shell.json("people", "roles", "Bob", "--remove", "chemist", token=ada)["roles"] == ["safety_officer"]
    new = shell.json("people", "token", "Bob", token=bob)["token"]
    shell.fails(InputError, "not the token", "people", "token", "Bob", token=bob)
    assert shell.json("people", "token", "Bob", token=new)["token"] != new


def test_a_role_of_the_lab_file(shell: Shell, files: Path) -> None:
    lab = files / "labs" / "ustc.toml"
    lab.write_text(lab.read_text() + '\n[guard]\nroles = ["biosafety_officer"]\n')
    ada = shell.json("people", "add", "Ada", "--role", "safety_officer")["token"]
    shell("people", "add", "Cyd", "--role", "biosafety_officer", "--lab", lab, token=ada)
    shell.fails(InputError, "is no role here", "people", "add", "Dee", "--role", "biosafety_officer", token=ada)


def test_tampering_shows(shell: Shell) -> None:
    from sqlalchemy import text

    shell.json("people", "add", "Ada", "--role", "safety_officer")
    database = open_database(shell.folder / "runs")
    with database.begin() as connection:
        connection.execute(text("update person set roles = '[]'"))
    database.close()
    assert "past the chain" in shell("approvals", "verify", code=1)


def test_looking_leaves_nothing_behind(shell: Shell) -> None:
    shell("approve", shell.design, "--show", code=20)
    shell.fails(RecordsError, "there are no runs", "approve", "a", "--show")
    assert not (shell.folder / "runs").exists()


def test_no_option_takes_a_token() -> None:
    for words in (["approve"], ["people", "add"], ["people", "roles"], ["people", "token"], ["approvals", "withdraw"]):
        text = CliRunner().invoke(cli, [*words, "--help"]).output
        assert "--token-file" in text and "--token " not in text and "AICHEMIST_TOKEN" in text


def test_a_token_file_that_others_can_read_is_refused(shell: Shell) -> None:
    path = shell.folder / "t"
    path.write_text("x")
    path.chmod(0o644)
    shell.fails(InputError, "can be read by others", "approve", shell.design, "--token-file", path)
    path.chmod(0o600)
    shell.fails(InputError, "not the token of anybody", "approve", shell.design, "--token-file", path)
    shell.fails(InputError, "cannot be read", "approve", shell.design, "--token-file", shell.folder / "none")


def test_a_run_that_waits_says_what_to_type(shell: Shell, asking: Any, files: Path, unread: None) -> None:
    asking.always = True
    path = files / "campaigns" / "oer.toml"
    path.write_text(path.read_text().replace("samples = 96", "samples = 1"))
    out = shell("run", path, "--name", "a", "--no-report", code=20)
    assert shell("resume", "a", "--no-report", code=20)  # still nobody said anything
    assert "aichemist approve a" in out and "aichemist resume a" in out
    assert "waits for approval" in shell("show", "a") and "aichemist approve a" in shell("questions", "a")
    assert shell.json("show", "a")["approvals"][0]["command"] == "aichemist approve a"
    ada = shell.json("people", "add", "Ada", "--role", "safety_officer")["token"]
    assert "aichemist resume a" in shell("approve", "a", token=ada)
    assert "ended after" in shell("resume", "a", "--no-report")
    again = shell("resume", "a")
    assert "is finished; there is nothing to carry on" in again and "aichemist report a" in again
    assert not (shell.folder / "runs" / "a" / "report.html").exists()
    assert shell.json("resume", "a")["status"] == "finished"
    assert "batch 1 ran on approvals 2" in shell("show", "a")
    assert shell.json("approvals", "verify")["sound"]
    from sqlalchemy import text

    database = open_database(shell.folder / "runs")
    with database.begin() as connection:  # the newest rows cut off: the chain is whole, the run knows better
        connection.execute(text("delete from approval where id = 2"))
    database.close()
    assert "run a rests on approval 2" in shell("approvals", "verify", code=1)


@pytest.mark.parametrize(
    ("outcome", "says"), [("approval", "only after approval"), ("refuse", "only where two override it")]
)
def test_check_says_what_the_guard_will_say(files: Path, asking: Any, outcome: str, says: str) -> None:
    asking.always, asking.outcome = True, outcome
    done = CliRunner().invoke(cli, ["check", str(files / "campaigns" / "oer.toml")], env={"COLUMNS": "200"})
    assert done.exit_code == 0 and says in done.output and "aichemist review" in done.output
    asking.outcome, asking.role = "refuse", ""
    done = CliRunner().invoke(cli, ["check", str(files / "campaigns" / "oer.toml")])
    assert isinstance(done.exception, InputError)


def test_the_yes_of_somebody_forgotten_does_not_stand(shell: Shell) -> None:
    ada = shell.json("people", "add", "Ada", "--role", "safety_officer")["token"]
    eve = shell.json("people", "add", "Eve", "--role", "chemist", token=ada)["token"]
    said = shell.json("approve", shell.design, token=eve, code=20)["approval"]
    no = shell.json("approve", shell.design, "--refuse", token=eve)["approval"]
    shell("people", "forget", "Eve", "--why", "left", token=ada)
    states = {r["id"]: r["state"] for r in shell.json("approvals", "list")}
    assert states == {said: "counts no more: forgotten", no: "stands"}  # a no stands whoever said it
    assert "forgotten" in shell("approvals", "list")


def test_a_safety_officer_may_speak_as_chemist(shell: Shell) -> None:
    ada = shell.json("people", "add", "Ada", "--role", "safety_officer")["token"]
    bob = shell.json("people", "add", "Bob", "--role", "safety_officer", token=ada)["token"]
    first = shell.json("approve", shell.design, "--role", "chemist", token=ada, code=20)
    assert first["role"] == "chemist"
    second = shell.json("approve", shell.design, token=bob)
    assert second["granted"]
    assert {r["state"] for r in shell.json("approvals", "list")} == {"stands"}
    told = shell("approve", shell.design, "--refuse", token=bob)
    assert "further yes" not in told and "a no counts more" in told


def test_who_was_given_a_role_is_shown_by_name(shell: Shell) -> None:
    shell("people", "add", "Ada", "--role", "safety_officer")
    shown = shell("approvals", "show", 1)
    assert "of: Ada" in shown and "token" not in shown


def test_errors_of_arguments_in_plain_words(shell: Shell) -> None:
    wrong = shell.run("approvals", "show", "abc")
    assert wrong.exit_code == 2 and "'abc' is no whole number from 1 on" in wrong.output
    missing = shell.folder / "no.token"
    shell.fails(InputError, "cannot be read: No such file", "approve", shell.design, "--token-file", missing)
    shell.fails(
        InputError, "mend: name the file that --save-token wrote", "approve", shell.design, "--token-file", missing
    )
