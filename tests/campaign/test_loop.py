"""The loop as a whole: what it proposes, carries out, observes, and how it ends."""

from __future__ import annotations

import re
import time
from itertools import pairwise
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest

from aichemist.campaign import Campaign, Progress, Run, answer, control, load_campaign, open_run, resume, run
from aichemist.chemistry import RecordsError, RefusedError
from aichemist.lab.drivers import Command, Done, Failed, Running
from aichemist.lab.execution import WAY
from aichemist.lab.scheduling import check_timetable


def small(files: Path, **change: Any) -> Campaign:
    """The example campaign with some lines changed: ``samples = 96`` by samples=..."""
    path = files / "campaigns" / "oer.toml"
    text = path.read_text()
    for key, value in change.items():
        line = next(x for x in text.splitlines() if x.split("=")[0].strip() == key)
        text = text.replace(line, f"{key} = {value!r}".replace("'", '"'))
    path.write_text(text)
    return load_campaign(path)


def test_a_campaign_learns_and_everything_is_traced(files: Path) -> None:
    heard: list[Progress] = []
    done = run(small(files, samples=24), name="a", runs=files / "runs", seed=11, listener=heard.append)
    assert done.status == "finished" and done.stopped_because == "budget of 24 samples spent"
    assert [o.sample for o in done.observations[:2]] == ["b001-01", "b001-02"] or len(done.observations) == 24
    assert len({o.recipe.key for o in done.observations}) == 24  # nothing is tried twice
    assert set(done.state.designs) == set(done.state.reviews) == {1, 2, 3} == done.state.planned
    assert all(r.outcome == "measures" for r in done.state.reviews.values())  # nickel and cobalt salts, ethanol
    assert [p.origin for p in done.state.designs[1].proposals] == ["initial"] * 8
    assert all(p.prediction is not None for p in done.state.designs[3].proposals)
    assert set(done.state.judgements) == {1, 2, 3}
    assert done.state.digest is not None and done.state.digest.elements
    for o in done.observations:
        assert o.made_by == "twin" and (done.folder / "raw" / o.raw_data[0]).is_file()
        assert o.uncertainty > 0 and not o.problem
    phases = [h.phase for h in heard]
    assert phases[0] == "reading" and phases[-1] == "finished" and "thinking" in phases and "running" in phases
    assert all(a.lab_time_s <= b.lab_time_s for a, b in pairwise(heard))
    again = run(small(files, samples=24), name="b", runs=files / "runs", seed=11)
    assert [(o.recipe, o.value) for o in again.observations] == [(o.recipe, o.value) for o in done.observations]
    other = run(small(files, samples=24), name="c", runs=files / "runs", seed=12)
    assert [o.recipe for o in other.observations] != [o.recipe for o in done.observations]


def test_what_ran_keeps_the_rules_of_the_lab(files: Path) -> None:
    """The timetable as it really ran, two batches overlapping, satisfies the independent checker."""
    from attrs import evolve

    from aichemist.lab.execution import BatchPlanned, decode

    path = files / "campaigns" / "oer.toml"
    path.write_text(path.read_text().replace("batch = 8", "batch = 8\nbatches_in_flight = 2"))
    campaign = load_campaign(path).with_budget(32)
    done = run(campaign, name="a", runs=files / "runs", seed=2)
    planned, starts, ends = {}, {}, {}
    for entry in done.entries:
        event = decode(entry.kind, entry.payload)
        if isinstance(event, BatchPlanned):
            planned.update({w.task.id: w.task for w in event.work})
        elif entry.kind == "command_issued":
            starts[entry.payload["command"]["task"]] = entry.payload["at_s"]
        elif entry.kind == "command_done":
            ends[entry.payload["command_id"].split(":", 1)[1]] = entry.payload["at_s"]
    assert set(planned) == set(starts) == set(ends)
    tasks = [evolve(t, start_s=starts[i], end_s=ends[i]) for i, t in planned.items()]
    experiments = [
        campaign.protocol.resolve(p.recipe, sample=f"b{b:03d}-{i:02d}", batch=b)
        for b, d in done.state.designs.items()
        for i, p in enumerate(d.proposals, 1)
    ]
    assert check_timetable(campaign.lab, experiments, tasks, actual=True) == []
    first, second = (
        next(e.lab_time_s for e in done.entries if e.kind == "observation_made" and e.payload["batch"] == b)
        for b in (1, 2)
    )
    begun = next(e.lab_time_s for e in done.entries if e.kind == "batch_planned" and e.payload["batch"] == 2)
    assert begun < first < second  # batch 2 was on its way before batch 1 had an answer


def failing(monkeypatch: pytest.MonkeyPatch, device: str, part: str, reason: str, kind: str = "failed") -> None:
    """Let the twin's ``device`` fail every command whose id holds ``part``."""
    from aichemist.lab.twin import TwinWorld

    drivers = TwinWorld.drivers

    def spoilt(self: TwinWorld) -> Any:
        known = drivers(self)
        station = known[device]
        status = station.status

        def answer(command_id: str, now_s: float) -> Any:
            true = status(command_id, now_s)
            return Failed(true.at_s, reason, kind=kind) if part in command_id and isinstance(true, Done) else true

        station.status = answer  # type: ignore[method-assign]
        return known

    monkeypatch.setattr(TwinWorld, "drivers", spoilt)


def test_vials_of_a_failed_step_are_quarantined_with_the_reason(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second XRD run of a batch fails, after all were tested: the observations stand, the vials are held."""
    failing(monkeypatch, "xrd", "b001.s13.measure_xrd.2", "the shutter stuck")
    done = run(small(files, samples=8), name="a", runs=files / "runs", seed=1)
    failed = [e.payload for e in done.entries if e.kind == "command_failed"]
    assert len(failed) == 1 and failed[0]["reason"] == "the shutter stuck" and failed[0]["samples"]
    assert len(done.observations) == 8 and done.status == "finished"
    assert "the shutter stuck" in done.report().read_text()


def test_vials_of_a_failed_test_come_home_and_the_campaign_goes_on(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The only electrochemistry station fails for a whole batch: its vials are brought home, the next batch is tested."""
    failing(monkeypatch, "electrochemistry", "b001", "the cell leaked")
    done = run(small(files, samples=16), name="a", runs=files / "runs", seed=1)
    assert {o.batch for o in done.observations} == {2} and len(done.quarantined) == 8
    last = [e.payload["command"] for e in done.entries if e.kind == "command_issued" if "b001-01" in str(e.payload)][-1]
    assert last["operation"] == "unload" and last["station"] == "starting_station"


def test_a_step_that_takes_much_longer_gives_rise_to_a_look_at_another_plan(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ageing takes two and a half hours longer than planned: what follows waits, a better plan is looked for once."""
    from attrs import evolve

    from aichemist.lab.twin import TwinWorld

    drivers = TwinWorld.drivers

    def slow(self: TwinWorld) -> Any:
        known = drivers(self)
        for name in [n for n in known if n.startswith("magnetic_stirring")]:
            status = known[name].status

            def answer(command_id: str, now_s: float, status: Any = status) -> Any:
                true = status(command_id, now_s)
                if not isinstance(true, Done) or ".stir." not in command_id or "b001" not in command_id:
                    return true
                late = true.at_s + 9000.0
                return evolve(true, at_s=late) if now_s >= late else Running(late)

            known[name].status = answer  # type: ignore[method-assign]
        return known

    monkeypatch.setattr(TwinWorld, "drivers", slow)
    done = run(small(files, samples=8), name="a", runs=files / "runs", seed=1)
    assert done.status == "finished" and len(done.observations) == 8
    looked = [e.payload for e in done.entries if e.kind == "plan_revised"]
    stirred = [e for e in done.entries if e.kind == "command_issued" and e.payload["command"]["operation"] == "stir"]
    assert 0 < len(looked) <= len(stirred)
    assert all(
        re.match(r"stir on magnetic_stirring_\d takes 1[45]\d min longer than planned", p["why"]) for p in looked
    )


def test_the_campaign_goes_on_round_a_half_blocked_station(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The only bath fails with eight vials in its ten slots: the next batch passes through the two that are left."""
    failing(monkeypatch, "ultrasonic_bath", "b001", "no water in the bath")
    done = run(small(files, samples=16), name="a", runs=files / "runs", seed=1)
    assert {o.batch for o in done.observations} == {2} and len(done.observations) == 8
    assert len(done.quarantined) == 8 and "no water in the bath" in done.quarantined["b001-01"]
    assert done.report().read_text().count("quarantined: sonicate on ultrasonic_bath: no water in the bath") == 8


def test_a_blocked_station_waits_until_its_vials_are_taken_away(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The only electrochemistry station fails with all its slots full: nothing can pass, and the run says so."""
    failing(monkeypatch, "electrochemistry", "b001", "the cell leaked", "dropped")
    heard: list[str] = []
    done = run(
        small(files, samples=16), name="a", runs=files / "runs", seed=1, listener=lambda p: heard.append(p.note)
    )  # fmt: skip
    assert done.status == "waiting" and done.observations == [] and done.best is None
    assert "the cell leaked" in heard[-1] and "electrochemistry" in heard[-1]
    assert done.report().is_file()
    in_the_way = [n for n, s in done.lab.samples.items() if s.place == "electrochemistry"]
    assert in_the_way and done.lab.questions[WAY].samples == tuple(sorted(in_the_way))
    for sample in in_the_way:
        control("a", "discard", sample, who="anna", runs=files / "runs")
    done = resume("a", runs=files / "runs")
    assert done.status == "finished" and len(done.observations) == 8 and not done.lab.questions


def test_what_else_a_person_holds_does_not_hide_that_the_way_is_blocked(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, "electrochemistry", "b001", "the cell leaked", "dropped")
    runs = files / "runs"

    def hold(now: Progress) -> None:
        if now.phase == "running" and not held:
            held.append(control("a", "hold_station", "gas_chromatograph", who="anna", runs=runs, wait_s=0.0))

    held: list[object] = []
    done = run(small(files, samples=16), name="a", runs=runs, seed=1, listener=hold)
    assert done.status == "waiting" and "gas_chromatograph" in done.lab.held and WAY in done.lab.questions
    # healthy vials wait for the place; they are not given up, and no robot carries them about meanwhile
    assert any(s.status == "active" for s in done.lab.samples.values())
    before = sum(e.kind == "plan_revised" for e in done.entries)
    answer("a", WAY, "done", who="anna", runs=runs)
    done = resume("a", runs=runs)
    assert done.status == "finished" and len(done.observations) == 8
    assert len(done.discarded) == 8 - len(done.quarantined) and before < 12


def test_on_a_clock_that_runs_a_blocked_run_asks_and_stays(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, "electrochemistry", "b001", "the cell leaked", "dropped")
    runs, campaign = files / "runs", small(files, samples=16)
    made: list[Run] = []
    work = Thread(target=lambda: made.append(run(campaign, name="a", runs=runs, seed=1, clock="scaled:50000")))
    work.start()
    until = time.monotonic() + 400
    while work.is_alive() and time.monotonic() < until:
        time.sleep(0.2)
        try:
            state = open_run("a", runs=runs).lab
        except RecordsError:  # it is only being made
            continue
        if WAY in state.questions:
            assert all(state.samples[s].place == "electrochemistry" for s in state.questions[WAY].samples)
            answer("a", WAY, "done", who="anna", runs=runs)
            break
    work.join(400)
    assert made and made[0].status == "finished" and len(made[0].observations) == 8


def test_a_stock_that_runs_out_is_refused_before_anything_moves(files: Path) -> None:
    lab = files / "labs" / "ustc.toml"
    lab.write_text(
        lab.read_text().replace(
            'name = "nickel_nitrate"\nstate = "liquid"', 'name = "nickel_nitrate"\nstate = "liquid"'
        )
    )
    text = lab.read_text()
    start = text.index('name = "nickel_nitrate"')
    lab.write_text(text[:start] + text[start:].replace('volume = "500 mL"', 'volume = "6 mL"', 1))
    path = files / "campaigns" / "oer.toml"
    path.write_text(
        path.read_text().replace("samples = 96", "samples = 8").replace("Ni = [0.0, 1.0]", "Ni = [0.3, 1.0]")
    )
    with pytest.raises(RefusedError, match="nickel_nitrate"):
        run(load_campaign(path), name="a", runs=files / "runs")
    refused = open_run("a", runs=files / "runs")
    assert refused.status == "refused" and not any(e.kind == "command_issued" for e in refused.entries)


def test_target_stops_early(files: Path) -> None:
    done = run(small(files, samples=24, target="500 mV"), name="a", runs=files / "runs", seed=1)
    assert done.stopped_because is not None and done.stopped_because.startswith("target reached")
    assert len(done.observations) <= 8


@pytest.mark.parametrize(
    ("rule", "says"), [('gain = "500 mV"', "expected to gain at most"), ('regret = "900 mV"', "no recipe is better")]
)
def test_it_stops_when_more_is_not_worth_it(rule: str, says: str, files: Path) -> None:
    path = files / "campaigns" / "oer.toml"
    text = path.read_text().replace("samples = 96", "samples = 48")
    path.write_text(text.replace("[stop]", f"[stop]\n{rule}"))
    done = run(load_campaign(path), name="a", runs=files / "runs", seed=1)
    assert done.stopped_because is not None and says in done.stopped_because
    assert len(done.observations) == 16, "not before the second batch, and every vial of it is measured"


def test_an_edited_file_does_not_change_a_run(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run keeps the files it began with: resumed, it goes on with those."""
    from aichemist.lab.twin import TwinWorld

    path = files / "campaigns" / "oer.toml"
    campaign = small(files, samples=8)
    calls: list[str] = []
    drivers = TwinWorld.drivers

    def interrupted(self: TwinWorld) -> Any:
        known = drivers(self)
        station = known["liquid_dispensing_1"]
        submit = station.submit

        def stop(command: Command, now_s: float) -> Any:
            calls.append(command.id)
            if len(calls) == 5:
                raise KeyboardInterrupt
            return submit(command, now_s)

        station.submit = stop  # type: ignore[method-assign]
        return known

    monkeypatch.setattr(TwinWorld, "drivers", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(campaign, name="a", runs=files / "runs", seed=1)
    monkeypatch.setattr(TwinWorld, "drivers", drivers)
    assert open_run("a", runs=files / "runs").status == "interrupted"
    path.write_text("broken")
    (files / "labs" / "ustc.toml").unlink()
    done = resume("a", runs=files / "runs")
    assert done.status == "finished" and len(done.observations) == 8


def test_random_search_band_is_what_random_search_does() -> None:
    import numpy as np

    from aichemist.campaign._plots import random_band

    values = np.arange(100.0)
    low, mid, high = random_band(values, 100, minimise=True, repeats=2000)
    assert low[-1] == mid[-1] == high[-1] == 0  # all of it tried
    # the best of n without repetition from 0..99 has the mean (100 - n) / (n + 1)
    runs = [np.random.default_rng(i).permutation(values)[:9].min() for i in range(4000)]
    assert np.mean(runs) == pytest.approx(9.1, abs=0.5)
    assert abs(mid[8] - np.median(runs)) <= 1


class _Both:
    """Stands for an analyser that reads two signals: overpotential, and the number of points of the diffractogram."""

    kinds: ClassVar[list[set[str]]] = []

    def __new__(cls) -> Any:
        from aichemist.lab.analysis._overpotential import OverpotentialAnalyser

        class Reads(OverpotentialAnalyser):
            also_reads = ("diffractogram",)

            def analyse(self, signal: Any, objective: Any, others: Any = None) -> Any:
                cls.kinds.append({signal.kind, *others})
                assert {s.sample for s in others.values()} == {signal.sample}
                return super().analyse(signal, objective)

        return Reads()


def test_an_analyser_gets_the_other_signals_of_its_sample(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The diffractogram comes after the voltammogram: the sample is observed when both are there."""
    from aichemist.lab import analysis

    monkeypatch.setattr(analysis, "load_analyser", lambda name: _Both())
    done = run(small(files, samples=4, batch=4), name="a", runs=files / "runs", seed=3)
    assert len(done.observations) == 4 and _Both.kinds == [{"linear_sweep_voltammogram", "diffractogram"}] * 4
    assert all(len(o.raw_data) == 2 and not o.problem for o in done.observations)


def test_a_protocol_must_measure_all_that_an_analyser_reads(files: Path) -> None:
    from attrs import evolve

    from aichemist.campaign._file_checks import measured
    from aichemist.chemistry import InputError, Objective, load_protocol

    path = files / "protocols" / "fluorescence.toml"
    protocol, objective = load_protocol(path), Objective("quantum_yield", "maximise", "")
    measured(objective, protocol, path)
    without = evolve(protocol, steps=tuple(s for s in protocol.steps if s.operation != "measure_uv_vis"))
    with pytest.raises(InputError, match="measure_uv_vis"):
        measured(objective, without, path)
