"""A run and the people who must approve: it waits, goes on, is refused, and never runs what nobody approved."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from aichemist.campaign import (
    PrivacyPolicy,
    Run,
    approve,
    control,
    load_campaign,
    matter,
    open_database,
    open_run,
    resume,
    run,
    withdraw,
)
from aichemist.chemistry import InputError, RefusedError
from aichemist.guard.approvals import batch_subject
from aichemist.records import Approvals, People, Person, verify_journal


class Lab:
    """A folder of runs with two people; ``a`` is the run."""

    def __init__(self, files: Path) -> None:
        self.files, self.runs, self.campaign = files, files / "runs", files / "campaigns" / "oer.toml"
        self.write("samples = 96", "samples = 4")
        self.write("batch = 8", "batch = 2")
        protocol = files / "protocols" / "oer.toml"  # four steps are enough here, and quick
        head, *steps = protocol.read_text().split("[[step]]")
        kept = [
            t
            for t in steps
            if any(f'name = "{n}"' in t for n in ("dispense_metals", "remove_wash", "test", "structure"))
        ]
        protocol.write_text("[[step]]".join([head, *kept]).replace('wait = "none"', ""))
        self.tokens: dict[str, str] = {}
        database = open_database(self.runs)
        people = People(database)
        self.ada, self.tokens["Ada"] = people.add("Ada", ["safety_officer"])
        self.bob, self.tokens["Bob"] = people.add("Bob", ["chemist"], by=self.ada)
        database.close()

    def write(self, old: str, new: str, file: str = "campaigns/oer.toml") -> None:
        path = self.files / file
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))

    def start(self, **more: Any) -> Run:
        return run(load_campaign(self.campaign), name="a", runs=self.runs, seed=3, **more)

    def resume(self, **more: Any) -> Run:
        """Also from an edited journal, which is not gone on from otherwise: what the guard then does is looked at here."""
        return resume("a", runs=self.runs, unsound=True, **more)

    def say(self, who: str = "Ada", what: str | Path = "a", **more: Any) -> Any:
        return approve(what, token=self.tokens[who], runs=self.runs, **more)

    def entries(self, kind: str) -> list[Any]:
        return [e.payload for e in open_run("a", runs=self.runs).entries if e.kind == kind]

    def sql(self, statement: str) -> None:
        database = open_database(self.runs)
        with database.begin() as connection:
            connection.execute(text(statement))
        database.close()

    def is_sound(self) -> None:
        database = open_database(self.runs)
        assert verify_journal(database, "a").sound and Approvals(database).verify().sound
        database.close()


@pytest.fixture
def lab(files: Path, asking: Any, unread: None) -> Lab:
    asking.always = True
    return Lab(files)


def test_it_waits_for_each_batch_and_runs_what_was_approved(lab: Lab) -> None:
    waits = lab.start()
    assert waits.status == "waiting" and not waits.lab.samples and not lab.entries("command_issued")
    (asked,) = lab.entries("approval_asked")
    assert asked["command"] == "aichemist approve a" and "safety_officer" in asked["text"]
    assert lab.resume().status == "waiting" and len(lab.entries("approval_asked")) == 1
    shown = matter("a", runs=lab.runs)
    assert shown.name == "run a, batch 1" and shown.subject.hash == asked["subject"] and not shown.verdict.granted
    said = lab.say(why="seen with gloves on", seen=shown.subject.hash)
    assert said.verdict.granted and said.row.role == "safety_officer" and said.row.expires_at
    with pytest.raises(InputError, match="waits for no approval"):
        lab.say(batch=2)
    between = lab.resume()
    assert between.status == "waiting" and len(between.observations) == 2
    assert matter("a", runs=lab.runs).name == "run a, batch 2"
    lab.say()
    done = lab.resume()
    assert done.status == "finished" and len(done.observations) == 4
    used = lab.entries("approval_used")
    assert [u["batch"] for u in used] == [1, 2] and used[0]["subject"] == asked["subject"]
    assert used[0]["approvals"][0] == {
        "id": said.row.id,
        "hash": said.row.hash,
        "person": lab.ada.id,
        "role": "safety_officer",
    }
    page = done.report().read_text()
    assert (
        "<td>approval (much_nickel, carcinogen, waste_stream)<br>" in page
    )  # the rules that found something, not all that were asked
    assert "<td>Ada</td><td>safety_officer</td>" in page and "seen with gloves on" in page
    hidden = open_run("a", runs=lab.runs, redact=PrivacyPolicy()).report().read_text()
    assert "<td>person 1</td><td>safety_officer</td>" in hidden and "Ada" not in hidden and "gloves on" not in hidden
    kinds = [e.kind for e in done.entries]
    assert kinds.index("approval_used") + 1 == kinds.index("batch_planned")
    lab.is_sound()
    # what the devices were told is what was approved, recomputed from the journal alone
    limits = done.campaign.lab.limits()
    for entry in used:
        batch = entry["batch"]
        experiments = [
            done.campaign.protocol.resolve(p.recipe, sample=f"b{batch:03d}-{i:02d}", batch=batch)
            for i, p in enumerate(done.state.designs[batch].proposals, 1)
        ]
        subject = batch_subject(experiments, limits, done.state.reviews[batch], entry["versions"])
        assert subject.hash == entry["subject"]
    commands_say_what_the_designs_say(done)
    with pytest.raises(InputError, match="waits for no approval"):
        lab.say()


def commands_say_what_the_designs_say(done: Run) -> None:
    """Every amount that was dispensed into a vial is its recipe's, and none twice."""
    wanted: dict[tuple[str, int], Any] = {}
    for batch, design in done.state.designs.items():
        for i, p in enumerate(design.proposals, 1):
            for step in done.campaign.protocol.resolve(p.recipe, sample=f"b{batch:03d}-{i:02d}", batch=batch).steps:
                wanted[f"b{batch:03d}-{i:02d}", step.index] = step
    seen: list[tuple[str, int]] = []
    finished = {e.payload["command_id"] for e in done.entries if e.kind == "command_done"}
    tasks = {
        w["task"]["id"]: w["task"]
        for e in done.entries
        if e.kind in ("batch_planned", "plan_revised")
        for w in e.payload["work"]
    }
    for e in done.entries:
        if e.kind != "command_issued":
            continue
        command = e.payload["command"]
        step = tasks[command["task"]]["step"]
        for sample in command["samples"] if step is not None else ():
            said = {**command["parameters"], **command["per_sample"].get(sample, {})}
            assert (
                said == dict(wanted[sample, step].parameters) and wanted[sample, step].operation == command["operation"]
            )
            if command["id"] in finished and command["operation"].startswith("dispense"):
                seen.append((sample, step))
    assert seen and len(seen) == len(set(seen))


def test_a_refusal_drops_the_batch_and_after_a_few_the_run_ends(lab: Lab) -> None:
    lab.start()
    first = open_run("a", runs=lab.runs).state.designs[1]
    lab.say(refuse=True, why="not in my lab")
    again = lab.resume()
    assert again.status == "waiting" and again.state.drops == 1 and len(again.state.rejected) == 2
    other = again.state.designs[1]
    assert {p.recipe.key for p in first.proposals}.isdisjoint(p.recipe.key for p in other.proposals)
    for _ in range(2):
        lab.say("Bob", refuse=True)
        assert lab.resume().status == "waiting"
    lab.say(refuse=True)
    with pytest.raises(RefusedError, match="was not allowed"):
        lab.resume()
    ended = open_run("a", runs=lab.runs)
    assert ended.status == "refused" and not lab.entries("command_issued") and len(lab.entries("design_dropped")) == 4
    lab.is_sound()


def test_a_refusal_counts_more_than_an_approval_until_it_is_withdrawn(lab: Lab) -> None:
    lab.start()
    lab.say()
    no = lab.say("Bob", refuse=True)
    assert no.verdict.refused is not None and not no.verdict.granted
    withdraw(no.row.id, token=lab.tokens["Bob"], runs=lab.runs)
    assert lab.resume().observations


def test_who_may_say_what(lab: Lab) -> None:
    lab.start()
    assert not lab.say("Bob").verdict.granted  # a chemist where a safety officer is asked for
    assert lab.resume().status == "waiting" and not lab.entries("command_issued")
    with pytest.raises(InputError, match="does not have this role"):
        lab.say("Bob", role="safety_officer")
    with pytest.raises(InputError, match="is no role here"):
        lab.say("Ada", role="king")
    with pytest.raises(InputError, match="not the token of Ada"):
        approve("a", token=lab.tokens["Bob"], name="Ada", runs=lab.runs)
    with pytest.raises(InputError, match="not the token of anybody"):
        approve("a", token="", runs=lab.runs)
    with pytest.raises(InputError, match="changed since it was shown"):
        lab.say(seen="0" * 64)
    with pytest.raises(InputError, match="has no unit"):
        lab.say(expires="7")
    said = lab.say()
    with pytest.raises(InputError, match="somebody else's"):
        withdraw(said.row.id, token=lab.tokens["Bob"], runs=lab.runs)
    assert lab.say("Ada", expires="never").row.expires_at is None


@pytest.mark.parametrize("how", ["withdrawn", "expired", "role lost", "forgotten", "tampered"])
def test_an_approval_that_holds_no_longer_is_none(lab: Lab, how: str) -> None:
    lab.start()
    said = lab.say(expires="2 s" if how == "expired" else None)
    no_longer(lab, said, how)
    assert lab.resume().status == "waiting" and not lab.entries("command_issued")


def no_longer(lab: Lab, said: Any, how: str) -> None:
    match how:
        case "withdrawn":
            withdraw(said.row.id, token=lab.tokens["Ada"], why="the hood broke", runs=lab.runs)
        case "expired":
            import time

            time.sleep(max(0.0, (said.row.expires_at - datetime.now(UTC)).total_seconds()) + 0.05)
        case "role lost":
            database = open_database(lab.runs)
            People(database).set_roles("Bob", ["safety_officer"], by=lab.ada)
            People(database).set_roles("Ada", [], by=lab.bob)
            database.close()
        case "forgotten":
            lab.sql("update person set name = null, token_hash = null, forgotten_at = made_at where name = 'Ada'")
        case "tampered":
            lab.sql("update approval set why = 'x' where id = 1")


def stopped_under_way(lab: Lab) -> None:
    """The run is interrupted in the middle of its first batch."""

    def listen(now: Any) -> None:
        if now.phase == "running" and now.batch == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        lab.resume(listener=listen)
    assert open_run("a", runs=lab.runs).state.planned == {1}


def test_what_is_under_way_stops_when_its_approval_is_withdrawn(lab: Lab) -> None:
    lab.start()
    said = lab.say()
    stopped_under_way(lab)
    withdraw(said.row.id, token=lab.tokens["Ada"], runs=lab.runs)
    issued = len(lab.entries("command_issued"))
    stands = lab.resume()
    assert stands.status == "waiting" and stands.lab.paused.startswith("guard:") and stands.state.lapsed
    assert len(lab.entries("command_issued")) == issued
    refused = control("a", "resume", who="Eve", runs=lab.runs)  # nobody gets round it this way
    assert not refused.refused and lab.resume().status == "waiting" and len(lab.entries("command_issued")) == issued
    lab.say("Bob")
    assert lab.resume().status == "waiting" and len(lab.entries("command_issued")) == issued
    lab.say()
    on = lab.resume()
    assert not on.state.lapsed and len(on.observations) == 2 and on.status == "waiting"
    commands_say_what_the_designs_say(on)


def test_a_crash_between_the_last_look_and_the_plan(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    from aichemist.lab.execution import Executor

    lab.start()
    said = lab.say()

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Executor, "add", killed)
        lab.resume()
    assert len(lab.entries("approval_used")) == 1 and not lab.entries("batch_planned")
    withdraw(said.row.id, token=lab.tokens["Ada"], runs=lab.runs)
    assert lab.resume().status == "waiting" and not lab.entries("batch_planned")
    lab.say()
    assert len(lab.resume().observations) == 2 and len(lab.entries("batch_planned")) == 1


def test_what_lapsed_can_be_aborted_and_comes_home(lab: Lab) -> None:
    lab.start()
    said = lab.say()
    stopped_under_way(lab)
    withdraw(said.row.id, token=lab.tokens["Ada"], runs=lab.runs)
    assert lab.resume().status == "waiting"
    control("a", "abort", who="Ada", runs=lab.runs)
    ended = lab.resume()
    assert ended.status == "finished" and "aborted" in str(ended.stopped_because) and not ended.state.lapsed
    assert all(v.place in ("", v.home) for v in ended.lab.samples.values())


def test_an_override_of_the_labs_own_limits_is_journalled(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aichemist.campaign._gate.OVERRIDES", ("much_nickel",))
    lab.start()
    lab.say()
    lab.resume()
    assert [o["rule"] for o in lab.entries("approval_used")[0]["overrides"]] == ["much_nickel"]


def test_people_elsewhere_are_told() -> None:
    from aichemist.campaign import message_for

    asked = message_for("approval_asked", {"text": "approve it with: aichemist approve a"}, "a")
    assert asked == ("question", "run a: an approval is needed", "approve it with: aichemist approve a")
    assert message_for("approval_lapsed", {"text": ""}, "a") is None
    assert message_for("approval_lapsed", {"text": "withdrawn"}, "a") is not None


def edit_config(lab: Lab, what: str, old: str, new: str) -> None:
    """As somebody would who can write to the database."""
    database = open_database(lab.runs)
    column = "config" if what == "run" else "payload"
    with database.begin() as connection:
        rows = connection.execute(text(f"select rowid, {column} from {what}")).all()
        for id, found in rows:
            if old in found:
                connection.execute(
                    text(f"update {what} set {column} = :new where rowid = :id"),
                    {"new": found.replace(old, new), "id": id},
                )
    database.close()


@pytest.mark.parametrize(("what", "old", "new"), [
    ("run", '"concentration": "0.1 mol/L"', '"concentration": "0.3 mol/L"'),
    ("run", '"scale": "4 mL"', '"scale": "3 mL"'),
    ("run", '"vial_capacity": "20 mL"', '"vial_capacity": "25 mL"'),
    ("journal", '"Fe": 0.', '"Fe": 0.0'),
])  # fmt: skip
def test_what_is_stored_is_edited_after_the_approval(lab: Lab, what: str, old: str, new: str) -> None:
    lab.start()
    lab.say()
    before = lab.entries("design_proposed"), open_run("a", runs=lab.runs).campaign.documents
    approved = open_run("a", runs=lab.runs).state.designs[1]
    edit_config(lab, what, old, new)
    lab.sql("delete from snapshot")
    assert (lab.entries("design_proposed"), open_run("a", runs=lab.runs).campaign.documents) != before
    with suppress(RefusedError):
        assert lab.resume().status == "waiting"
    if what == "run":
        assert not lab.entries("command_issued")
    else:  # what was put in is outside the space, is dropped, and what is designed anew is what was approved before
        assert lab.entries("design_dropped") and open_run("a", runs=lab.runs).state.designs[1] == approved
        commands_say_what_the_designs_say(open_run("a", runs=lab.runs))


def test_a_design_that_is_edited_under_way_stops(lab: Lab) -> None:
    lab.start()
    lab.say()
    stopped_under_way(lab)
    issued = len(lab.entries("command_issued"))
    edit_config(lab, "journal", '"Fe": 0.', '"Fe": 0.0')
    lab.sql("delete from snapshot")
    stands = lab.resume()
    assert stands.status == "waiting" and "not what was approved" in stands.state.lapsed
    assert len(lab.entries("command_issued")) == issued


def test_a_refusal_needs_two_to_override_and_never_what_nobody_may(lab: Lab, asking: Any) -> None:
    asking.outcome = "refuse"
    lab.start()
    assert open_run("a", runs=lab.runs).status == "waiting"
    one = lab.say()
    assert not one.verdict.granted and "2 different people" in str(one.verdict.missing[0])
    assert not lab.say().verdict.granted  # twice the same is one
    assert lab.resume().status == "waiting" and not lab.entries("command_issued")
    assert lab.say("Bob").verdict.granted
    assert len(lab.resume().observations) == 2
    used = lab.entries("approval_used")[0]
    assert len(used["overrides"]) == 1 and {a["person"] for a in used["approvals"]} == {lab.ada.id, lab.bob.id}


def test_the_guards_own_refusal_is_final(lab: Lab, asking: Any) -> None:
    asking.outcome, asking.role = "refuse", ""
    with pytest.raises(RefusedError, match="no recipe is left"):
        lab.start()
    assert open_run("a", runs=lab.runs).status == "refused" and not lab.entries("command_issued")
    assert len(lab.entries("design_dropped")) in (2, 3)
    with pytest.raises(InputError, match="waits for no approval"):
        lab.say()


def test_refused_recipes_are_replaced_by_others(lab: Lab, asking: Any) -> None:
    asking.outcome, asking.role, asking.always, asking.above = "refuse", "", False, 0.25
    done = lab.start()
    assert done.status == "finished" and len(done.observations) == 4
    assert all(o.recipe.values["Ni"] <= 0.25 for o in done.observations)
    page = done.report().read_text()
    assert 'id="refused"' in page and all(r["why"] in page for r in lab.entries("design_dropped"))


def test_two_person_rules_of_the_lab(lab: Lab) -> None:
    with (lab.files / "labs" / "ustc.toml").open("a") as file:
        file.write('\n[guard]\ntwo_person = ["much"]\nroles = ["metal_officer"]\nexpires = "2 h"\n')
    lab.start()
    said = lab.say()
    assert not said.verdict.granted
    assert timedelta(hours=1) < said.row.expires_at - said.row.made_at <= timedelta(hours=2)
    assert lab.say("Bob").verdict.granted and lab.resume().observations


def test_another_version_of_a_rule_voids_an_approval(lab: Lab, asking: Any) -> None:
    lab.start()
    lab.say()
    asking.version, asking.message = "2", "nickel, as it is told now"
    assert lab.resume().status == "waiting" and not lab.entries("command_issued")
    lab.say()
    stopped_under_way(lab)
    asking.version = "3"  # what has begun was approved as the rules were then
    done = lab.resume()
    assert len(done.observations) == 2 and not done.state.lapsed
    assert [
        r["review"]["findings"][0]["message"].partition(" [")[0]
        for r in lab.entries("design_reviewed")
        if r["batch"] == 1
    ][1:] == ["nickel, as it is told now"]


def test_skipping_a_step_of_what_was_approved_is_refused(lab: Lab) -> None:
    lab.start()
    lab.say()
    stopped_under_way(lab)
    asked = control("a", "skip", "b001-01:aspirate", runs=lab.runs)
    also = control("a", "skip", "b001-02:measure_xrd", runs=lab.runs)
    lab.resume()
    database = open_database(lab.runs)
    from aichemist.records import Requests, find_run

    requests = Requests(database, find_run(database, "a").id)
    assert "approval of all its steps" in str(requests.find(asked.id).answer)
    assert "refused" not in str(requests.find(also.id).answer)
    database.close()
    assert {(e["what"], e["target"]) for e in lab.entries("controlled")} == {("skip", "b001-02:measure_xrd")}


def test_a_run_with_faults_and_new_plans_keeps_to_what_was_approved(lab: Lab) -> None:
    lab.start(faults=0.05)
    for _ in range(6):
        if not open_run("a", runs=lab.runs).state.asked:
            break
        lab.say()
        control("a", "hold_station", "magnetic_stirring_1", runs=lab.runs)
        done = lab.resume()
    commands_say_what_the_designs_say(done)
    lab.is_sound()


def test_a_live_run_goes_on_once_it_is_approved(lab: Lab) -> None:
    """On a clock of its own the process stays and looks."""
    heard: list[str] = []

    def listen(now: Any) -> None:
        if now.phase == "waiting" and not heard:
            heard.append(now.note)
            lab.say()
        if now.phase == "running" and now.batch == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        lab.start(clock="scaled:100000", listener=listen)
    assert "aichemist approve a" in heard[0] and lab.entries("approval_used")


def test_a_design_file_is_approved_and_a_changed_one_is_not(lab: Lab, tmp_path: Path) -> None:
    path = tmp_path / "design.toml"
    text_ = (
        '[values]\nNi = 0.4\n[[stock]]\nname = "nickel"\nstate = "liquid"\nsolute = "Ni(NO3)2"\n'
        'concentration = "0.1 mol/L"\n[[step]]\noperation = "dispense_liquid"\nvolumes = { nickel = "1 mL" }\n'
    )
    path.write_text(text_)
    said = lab.say(what=path)
    assert said.verdict.granted and matter(path, runs=lab.runs).verdict.granted
    for old, new in (("1 mL", "1.01 mL"), ("0.1 mol", "0.2 mol"), ("0.4", "0.5"), ("Ni(NO3)2", "NiCl2")):
        path.write_text(text_.replace(old, new))
        assert not matter(path, runs=lab.runs).verdict.granted, (old, new)
    path.write_text("# a remark\n" + text_)
    assert matter(path, runs=lab.runs).verdict.granted


def test_a_campaign_without_an_envelope_cannot_be_approved(lab: Lab) -> None:
    for envelope, says in ((False, "designed as it goes"), (True, "has no envelope")):
        with pytest.raises(InputError, match=says):
            lab.say(what=lab.campaign, envelope=envelope)


def test_without_findings_nobody_is_asked(files: Path, unread: None) -> None:
    lab = Lab(files)
    done = lab.start()
    assert done.status == "finished" and not lab.entries("approval_used") and not lab.entries("approval_asked")


def test_old_journals_have_no_approvals_and_still_open(files: Path, unread: None) -> None:
    from aichemist.campaign import CampaignState

    lab = Lab(files)
    done = lab.start()
    plain = done.state.to_plain()
    for new in ("asked", "permits", "rejected", "drops", "refusals", "lapsed"):
        del plain[new]
    assert CampaignState.from_plain(plain).to_plain() == done.state.to_plain()


def test_on_postgresql(
    files: Path, asking: Any, unread: None, postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy import create_engine

    engine = create_engine(postgresql)
    with engine.begin() as connection:
        connection.execute(text("drop schema public cascade"))
        connection.execute(text("create schema public"))
    engine.dispose()
    monkeypatch.setenv("AICHEMIST_DATABASE", postgresql)
    asking.always = True
    lab = Lab(files)
    assert isinstance(lab.ada, Person) and lab.start().status == "waiting"
    said = lab.say()
    withdraw(said.row.id, token=lab.tokens["Ada"], runs=lab.runs)
    assert lab.resume().status == "waiting" and not lab.entries("command_issued")
    lab.say()
    assert len(lab.resume().observations) == 2
    lab.is_sound()
