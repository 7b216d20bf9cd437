"""A campaign whose devices fail, and in which people take a hand."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from aichemist.campaign import Campaign, Progress, Run, answer, control, load_campaign, open_run, resume, run
from aichemist.chemistry import InputError, RecordsError
from aichemist.lab.drivers import Done, Failed
from aichemist.lab.execution import waits_because
from aichemist.lab.twin import TWIN_FAULTS, Faults, TwinWorld


def campaign(files: Path, samples: int = 8, lab: str = "") -> Campaign:
    path = files / "campaigns" / "oer.toml"
    path.write_text(
        path.read_text().replace("samples = 96", f"samples = {samples}").replace("in_flight = 2", "in_flight = 1")
    )
    if lab:
        with (files / "labs" / "ustc.toml").open("a") as out:
            out.write(lab)
    return load_campaign(path)


class At:
    """Does something once, when the campaign has issued its first batch and some lab time has passed."""

    def __init__(self, runs: Path, lab_time_s: float, *asked: tuple[str, str]) -> None:
        self.runs, self.lab_time_s, self.asked, self.done = runs, lab_time_s, asked, False

    def __call__(self, now: Progress) -> None:
        if not self.done and now.phase == "running":
            self.done = True
            for what, target in self.asked:
                control("a", what, target, who="anna", why="test", runs=self.runs, wait_s=0.0)


def kinds(done: Run) -> Counter[str]:
    return Counter(e.kind for e in done.entries)


def at_home(done: Run) -> bool:
    return all(s.place in ("starting_station", "") for s in done.lab.samples.values())


def test_faults_by_which_nothing_is_lost_lose_nothing(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    harmless = tuple(k for k, well in TWIN_FAULTS.items() if well)
    strikes = Faults.strikes
    monkeypatch.setattr(
        Faults, "strikes", lambda self, *a: strikes(Faults(self.seed, self.rate, harmless), *a)
    )  # fmt: skip
    peace = run(campaign(files), name="p", runs=files / "runs", seed=3)
    done = run(campaign(files), name="a", runs=files / "runs", seed=3, faults=0.3)
    assert kinds(done)["command_faulted"] > 5 and kinds(done)["device_lost"] > 0
    assert len(done.observations) == 8 and not done.quarantined
    for one, other in zip(
        sorted(done.observations, key=lambda o: o.sample), sorted(peace.observations, key=lambda o: o.sample),
        strict=True,
    ):  # fmt: skip
        assert one.recipe == other.recipe and one.value == pytest.approx(other.value, abs=1.0)  # mV; they waited


def test_every_sample_has_an_end_under_heavy_fire(files: Path) -> None:
    done = run(campaign(files, 16), name="a", runs=files / "runs", seed=5, faults=0.1)
    assert done.stopped_because or done.status == "waiting"
    for name, vial in done.lab.samples.items():
        waits = done.status == "waiting" and waits_because(done.lab, name)
        assert vial.status == "finished" or vial.reason or waits


def test_bad_data_are_measured_again_and_kept(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    strikes = Faults.strikes
    monkeypatch.setattr(Faults, "strikes", lambda self, *a: strikes(Faults(self.seed, 1.0, ("bad data",)), *a))
    done = run(campaign(files, 4), name="a", runs=files / "runs", seed=3, faults=0.5)
    faulted = [e.payload for e in done.entries if e.kind == "command_faulted"]
    assert faulted and all(f["kind"] == "bad data" for f in faulted)
    assert len(done.observations) == 4 and not done.quarantined
    raw = {p.name for p in (done.folder / "raw").iterdir()}
    for fault in faulted:
        for names in fault["bad_files"].values():
            assert raw.issuperset(names)  # what was measured is never thrown away
            assert not any(name in o.raw_data for name in names for o in done.observations)


def test_abort_brings_every_vial_home(files: Path) -> None:
    runs = files / "runs"
    done = run(campaign(files), name="a", runs=runs, seed=1, listener=At(runs, 0.0, ("abort", "")))
    assert done.stopped_because == "aborted by anna: test"
    assert not done.observations and at_home(done)
    assert all("aborted by anna" in s.reason for s in done.lab.samples.values())


def test_a_station_out_of_service_is_gone_round(files: Path) -> None:
    runs = files / "runs"
    held = At(runs, 0.0, ("hold_station", "magnetic_stirring_1"), ("hold_station", "robot_2"))
    done = run(campaign(files), name="a", runs=runs, seed=1, listener=held)
    assert len(done.observations) == 8 and kinds(done)["plan_revised"] >= 1
    after = next(e.seq for e in done.entries if e.kind == "controlled")
    used = {e.payload["command"]["device"] for e in done.entries if e.kind == "command_issued" and e.seq > after}
    assert "magnetic_stirring_1" not in used and "robot_2" not in used and "magnetic_stirring_2" in used
    taken = next(e for e in done.entries if e.kind == "controlled")
    assert taken.actor == "anna" and taken.payload["why"] == "test"


def test_vials_on_a_robot_out_of_service_wait_for_it(files: Path) -> None:
    runs = files / "runs"
    waiting = run(
        campaign(files, 4), name="a", runs=runs, seed=1, listener=At(runs, 0.0, ("hold_station", "robot_1"))
    )  # fmt: skip
    assert waiting.status == "waiting" and "robot_1" in {s.place for s in waiting.lab.samples.values()}
    control("a", "release_station", "robot_1", who="anna", runs=runs)
    done = resume("a", runs=runs)
    assert done.status == "finished" and len(done.observations) == 4


def test_one_sample_skips_a_step_and_one_is_taken_away(files: Path) -> None:
    runs = files / "runs"
    asked = At(runs, 0.0, ("skip", "b001-02:measure_xrd"), ("discard", "b001-03"))
    done = run(campaign(files), name="a", runs=runs, seed=1, listener=asked)
    assert {o.sample for o in done.observations} == {f"b001-{i:02d}" for i in (1, 2, 4, 5, 6, 7, 8)}
    assert done.lab.samples["b001-03"].status == "discarded"
    measured = {
        s for e in done.entries if e.kind == "command_issued" and e.payload["command"]["operation"] == "measure_xrd"
        for s in e.payload["command"]["samples"]
    }  # fmt: skip
    assert "b001-02" not in measured and "b001-01" in measured


def test_a_held_sample_keeps_those_with_it_and_no_others(files: Path) -> None:
    runs, at = files / "runs", At(files / "runs", 0.0, ("hold_sample", "b001-03"))
    done = run(campaign(files), name="a", runs=runs, seed=1, listener=at)
    assert done.status == "waiting" and not done.lab.questions and not done.quarantined
    ended = {n for n, v in done.lab.samples.items() if v.status == "finished"}
    assert len(ended) >= 4 and "b001-03" not in ended
    assert len(done.observations) == len(ended) and kinds(done)["plan_revised"] < 6
    control("a", "release_sample", "b001-03", who="anna", runs=runs, wait_s=0.0)
    done = resume("a", runs=runs)
    assert done.status == "finished" and len(done.observations) == 8 and at_home(done)


def test_emergency_stop_and_restart(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All devices stop before anything is written; what they were at is asked about, and nothing is done twice."""
    runs = files / "runs"
    order: list[str] = []
    stop = TwinWorld._stop
    monkeypatch.setattr(TwinWorld, "_stop", lambda self, device: (order.append(device), stop(self, device))[1])
    seen: list[int] = []

    def listen(now: Progress) -> None:
        if now.phase == "running" and not seen:
            seen.append(1)
            control("a", "stop", who="anna", why="smoke", runs=runs, wait_s=0.0)
            control("a", "restart", who="anna", runs=runs, wait_s=0.0)

    done = run(campaign(files, 4), name="a", runs=runs, seed=1, listener=listen)
    assert len(order) >= 20
    controls = [e.payload["what"] for e in done.entries if e.kind == "controlled"]
    assert controls[:2] == ["stop", "restart"]
    assert done.status in ("finished", "waiting")


def test_one_station_is_stopped_and_the_others_go_on(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = files / "runs"
    order: list[str] = []
    stop = TwinWorld._stop
    monkeypatch.setattr(TwinWorld, "_stop", lambda self, device: (order.append(device), stop(self, device))[1])

    def listen(now: Progress) -> None:
        if now.phase == "running" and not order:
            control("a", "stop", "ultrasonic_bath", who="anna", why="smoke", runs=runs, wait_s=0.0)

    done = run(campaign(files, 4), name="a", runs=runs, seed=1, listener=listen)
    assert set(order) == {"ultrasonic_bath"}
    assert dict(done.lab.held) == {"ultrasonic_bath": "anna: smoke"} and not done.lab.stopped
    moved = [e.seq for e in done.entries if e.kind == "command_issued"]
    stopped = next(e.seq for e in done.entries if e.kind == "controlled")
    assert moved[-1] > stopped, "the rest of the lab goes on"
    assert not any(
        e.payload["command"]["device"] == "ultrasonic_bath" for e in done.entries
        if e.kind == "command_issued" and e.seq > stopped
    )  # fmt: skip


ASK = """
[[recovery]]
action = "ask"
operation = "sonicate"
patience = "for ever"
"""


def giving_up(monkeypatch: pytest.MonkeyPatch) -> None:
    drivers = TwinWorld.drivers

    def spoilt(self: TwinWorld) -> Any:
        known = drivers(self)
        status = known["ultrasonic_bath"].status

        def told(command_id: str, now_s: float) -> Any:
            true = status(command_id, now_s)
            return Failed(true.at_s, "a fuse") if isinstance(true, Done) and "#" not in command_id else true

        known["ultrasonic_bath"].status = told  # type: ignore[method-assign]
        return known

    monkeypatch.setattr(TwinWorld, "drivers", spoilt)


def test_a_question_waits_over_the_end_of_the_process(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    giving_up(monkeypatch)
    runs = files / "runs"
    waiting = run(campaign(files, 4, lab=ASK), name="a", runs=runs, seed=1)
    assert waiting.status == "waiting" and len(waiting.lab.questions) == 1
    (question,) = waiting.lab.questions.values()
    assert "a fuse" in question.text and set(question.choices) == {"done", "repeat", "leave", "discard"}
    assert all(s.status == "quarantined" for s in waiting.lab.samples.values())
    assert "a fuse" in waiting.lab.samples["b001-01"].reason
    again = resume("a", runs=runs)  # nothing has changed: it waits on
    assert again.status == "waiting"
    asked = answer("a", question.id, "perhaps", who="anna", runs=runs)
    resume("a", runs=runs)
    asked = answer("a", question.id, "done", who="anna", why="I looked", runs=runs)
    assert not asked.taken and asked.status == "waiting"
    done = resume("a", runs=runs)
    assert done.status == "finished" and len(done.observations) == 4 and not done.lab.questions
    told = next(e for e in done.entries if e.kind == "question_answered")
    assert told.actor == "anna" and told.payload["why"] == "I looked"


def test_a_bad_answer_is_refused_with_what_is_possible(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    giving_up(monkeypatch)
    runs = files / "runs"
    waiting = run(campaign(files, 4, lab=ASK), name="a", runs=runs, seed=1)
    (question,) = waiting.lab.questions
    answer("a", question, "perhaps", who="anna", runs=runs)
    resume("a", runs=runs)
    from aichemist.campaign import open_database
    from aichemist.records import Requests, find_run

    database = open_database(runs)
    (request,) = [Requests(database, find_run(database, "a").id).find(1)]
    assert request.answer is not None and "possible are: done, repeat, leave, discard" in request.answer
    with pytest.raises(InputError, match="is no control"):
        control("a", "dance", runs=runs)
    with pytest.raises(InputError, match="needs a target"):
        control("a", "hold_sample", runs=runs)
    with pytest.raises(RecordsError, match="no run named"):
        control("b", "pause", runs=runs)


def test_two_executors_on_one_lab_are_refused(files: Path) -> None:
    from aichemist.campaign import open_database
    from aichemist.records import Lease

    runs = files / "runs"
    runs.mkdir()
    database = open_database(runs)
    lease = Lease.acquire(database, "twin of run a", "another machine:/runs/a", None, 3600.0)
    with pytest.raises(RecordsError, match="another machine"):
        run(campaign(files, 4), name="a", runs=runs, seed=1)
    lease.release()
    assert resume("a", runs=runs).status == "finished"


def test_an_executor_that_was_overtaken_writes_nothing_more(files: Path) -> None:
    from aichemist.campaign import open_database
    from aichemist.records import LeaseLostError

    runs = files / "runs"

    def overtake(now: Progress) -> None:
        if now.phase == "running" and now.samples_done == 1:
            from sqlalchemy import text

            database = open_database(runs)
            with database.begin() as connection:
                connection.execute(text("update lease set token = token + 1, holder = 'another'"))
            database.close()

    with pytest.raises(LeaseLostError):
        run(campaign(files), name="a", runs=runs, seed=1, listener=overtake)
    assert len(open_run("a", runs=runs).observations) == 1


def test_an_interlock_holds_its_stations_until_it_clears(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from aichemist.lab.execution import _interlocks

    monkeypatch.setattr(_interlocks, "_EVERY_S", 0.0)
    lock = """
[[interlock]]
name = "room too warm"
device = "storage"
signal = "temperature_k"
high = 310
stations = ["magnetic_stirring_1", "magnetic_stirring_2"]
"""
    readings = TwinWorld._readings
    calls = Counter[str]()

    def warm(self: TwinWorld, device: str, now_s: float) -> dict[str, float]:
        calls[device] += 1
        true = readings(self, device, now_s)
        return {**true, "temperature_k": 320.0} if 100 < calls[device] < 200 else true

    monkeypatch.setattr(TwinWorld, "_readings", warm)
    done = run(campaign(files, 4, lab=lock), name="a", runs=files / "runs", seed=1)
    found = [e.kind for e in done.entries if e.kind.startswith("interlock")]
    assert found == ["interlock_tripped", "interlock_cleared"] and len(done.observations) == 4


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ('[[recovery]]\naction = "pray"\n', "recovery.1..action.*pray"),
        ('[[recovery]]\naction = "retry"\nfault = "boredom"\n', "boredom"),
        ('[[recovery]]\naction = "retry"\nstation = "stirer"\n', "stirer"),
        ('[[interlock]]\nname = "a"\ndevice = "storage"\nsignal = "x"\nstations = ["dryer"]\n', "no limit"),
        ('[[interlock]]\nname = "a"\ndevice = "nix"\nsignal = "x"\nlow = 1\nstations = ["dryer"]\n', "nix"),
    ],
)
def test_bad_rules_name_the_key_and_the_mend(files: Path, text: str, match: str) -> None:
    with pytest.raises(InputError, match=match):
        campaign(files, 4, lab="\n" + text)
