"""Stations that are people: one among twins, and a lab of people alone; from other processes, over a kill -9."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from aichemist.campaign import Run, enter, load_campaign, open_chores, open_run, resume, run
from aichemist.chemistry import InputError, RecordsError


def campaign_file(files: Path, samples: int, *human: str) -> Path:
    path = files / "campaigns" / "oer.toml"
    path.write_text(path.read_text().replace("samples = 96", f"samples = {samples}"))
    lab = files / "labs" / "ustc.toml"
    text = lab.read_text()
    for name in human:
        text = text.replace(f'name = "{name}"\n', f'name = "{name}"\ndriver = "human"\n', 1)
    lab.write_text(text)
    return path


def curve(path: Path, overpotential_mv: float, mark: str = ",") -> Path:
    """A Tafel line of 60 mV/decade through 10 mA/cm2 at the given overpotential, 0.196 cm2, no resistance."""
    potential = np.linspace(1.2, 1.8, 601)
    current = 0.196e-2 * 10 ** ((potential - 1.229 - overpotential_mv / 1e3) / 0.06)
    rng = np.random.default_rng(1)
    current = np.minimum(current, 0.05) * (1 + 0.002 * rng.normal(size=current.size))
    lines = [f"potential_v{mark}current_a"]
    for p, i in zip(potential, current, strict=True):
        line = f"{p:.4f}{mark}{i:.6e}"
        lines.append(line if mark == "," else line.replace(".", ","))
    path.write_text("\ufeff" + "\n".join(lines), encoding="utf-8")
    return path


def wait_for_chore(runs: Path, text: str, alive: threading.Thread | None = None) -> str:
    for _ in range(1200):
        try:
            for chore in open_chores("a", runs):
                if text in chore.text:
                    return chore.id
        except RecordsError:
            pass  # the run is not there yet
        assert alive is None or alive.is_alive(), "the run ended without asking"
        time.sleep(0.05)
    raise AssertionError(f"nobody was asked to {text}")


class Background(threading.Thread):
    def __init__(self, path: Path, runs: Path) -> None:
        super().__init__(daemon=True)
        self.path, self.runs, self.result, self.error = path, runs, None, None

    def run(self) -> None:
        try:
            self.result: Run | None = run(load_campaign(self.path), name="a", runs=self.runs, seed=1)
        except BaseException as error:
            self.error: BaseException | None = error


def test_a_person_measures_what_twins_prepared(files: Path) -> None:
    """Killed while the person is at it, resumed, answered from another process: her curve decides."""
    path = campaign_file(files, 2, "electrochemistry")
    runs = files / "runs"
    with (files / "said.txt").open("w") as said:
        child = subprocess.Popen(
            [sys.executable, "-m", "aichemist.cli", "run", str(path), "--name", "a", "--seed", "1", "--runs", str(runs),
             "--no-report"], cwd=files, stdout=said, stderr=said,
        )  # fmt: skip
    try:
        first = wait_for_chore(runs, "Measure electrochemistry")
        for _ in range(200):  # the output is no terminal, and tells of the task all the same
            if "aichemist enter a 1" in (told := (files / "said.txt").read_text()):
                break
            time.sleep(0.05)
        time.sleep(1.2)
        told = (files / "said.txt").read_text()
        assert told.startswith("starting: ") and told.count("task 1: Measure electrochemistry b001-01") == 1, told
    finally:
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    carrying_on = threading.Thread(target=lambda: resume("a", runs=runs), daemon=True)
    carrying_on.start()
    assert wait_for_chore(runs, "Measure electrochemistry", carrying_on) == first  # asked once, not again
    (chore,) = open_chores("a", runs)
    assert "potential_v, current_a" in chore.text and chore.samples == ("b001-01", "b001-02")
    lab_time = open_run("a", runs=runs).lab.lab_time_s
    time.sleep(0.3)
    assert open_run("a", runs=runs).lab.lab_time_s == lab_time  # nobody's time is simulated away while she works
    one, two = curve(files / "one.csv", 300.0), curve(files / "two.csv", 350.0, ";")
    with pytest.raises(InputError, match="resistance_ohm"):
        enter("a", "1", tables={"b001-01": one, "b001-02": two}, values=["electrode_area_cm2=0.196"], runs=runs)
    enter(
        "a", "1", tables={"b001-01": one, "b001-02": two}, values=["electrode_area_cm2=0.196", "resistance_ohm=0"],
        who="anna", runs=runs,
    )  # fmt: skip
    with pytest.raises(InputError, match="is no open task"):
        enter("a", first, runs=runs)
    carrying_on.join(60)
    done = open_run("a", runs=runs)
    values = {o.sample: o.value for o in done.observations}
    assert done.status == "finished" and values == pytest.approx({"b001-01": 300.0, "b001-02": 350.0}, abs=3.0)


def test_what_a_person_could_not_do_is_tried_again_or_given_up(files: Path) -> None:
    path = campaign_file(files, 2, "ultrasonic_bath")
    run_ = Background(path, files / "runs")
    run_.start()
    first = wait_for_chore(files / "runs", "Sonicate", run_)
    enter("a", first, failed="the bath is in use", nothing_done=True, runs=files / "runs")
    second = wait_for_chore(files / "runs", "Sonicate", run_)
    assert second == first + "#2"  # safe: she said that nothing was done
    enter("a", second, note="10 min as asked", runs=files / "runs")
    run_.join(60)
    assert run_.error is None and run_.result is not None and len(run_.result.observations) == 2


PROTOCOL = """
[protocol]
name = "by hand"
"""


def test_values_and_tables_are_checked_before_anything_is_kept(files: Path) -> None:
    from aichemist.lab.drivers import Command, check_complete, form_for, read_table, typed_values

    weigh = Command("r:t", "t", "dispense_solid", "balance", "balance", ("a", "b"), {}, {
        "a": {"masses_kg": {"x": 3e-6}}, "b": {"masses_kg": {"x": 4e-6}}})  # fmt: skip
    assert typed_values(weigh, ["a.mass_kg=3.2 mg", "b.mass_kg=3,9 mg"]) == {
        "a": {"mass_kg": pytest.approx(3.2e-6)}, "b": {"mass_kg": pytest.approx(3.9e-6)},
    }  # fmt: skip
    for text, match in (
        ("a.mass_kg=32 mg", "far from the 3.00 mg"), ("a.mass_kg=3", "no unit"), ("a.mass_kg=nan mg", "number"),
        ("c.mass_kg=3 mg", "samples: a, b"), ("a.weight=3 mg", "fields: mass_kg"), ("a.mass_kg", "NAME=VALUE"),
        ("a.mass_kg=-1 mg", "outside"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=match):
            typed_values(weigh, [text])
    assert typed_values(weigh, ["a.mass_kg=32 mg"], anyway=True)["a"]["mass_kg"] == pytest.approx(32e-6)
    form = form_for("measure_electrochemistry")
    for content, match in (
        ("", "is empty"), ("potential_v;i\n1;2", "no column current_a"), ("potential_v,current_a\n1,2", "fewer than"),
        ("potential_v,current_a\n1,2\n2,x\n3,4", "line 3.*current_a.*'x'"), ("potential_v,current_a\n1,nan", "line 2"),
        ("potential_v,current_a\n1,2\n2\n3,4", "line 3"),
    ):  # fmt: skip
        path = files / "bad.csv"
        path.write_text(content)
        with pytest.raises(InputError, match=match):
            read_table(path, form)
    with pytest.raises(InputError, match="cannot be read"):
        read_table(files / "none.csv", form)
    look = Command("r:t", "t", "measure_electrochemistry", "e", "e", ("a",))
    with pytest.raises(InputError, match="no measured data"):
        check_complete(look, {}, tables=True)
    check_complete(look, {}, tables=False)


def test_a_lab_of_people_alone(files: Path) -> None:
    """No twin at all: every move and step is a task, and the figure is what she measured."""
    lab = files / "labs" / "ustc.toml"
    text = lab.read_text()
    import re

    lab.write_text(re.sub(r'^(name = "[^"]*"\nkind = )', r'driver = "human"\n\1', text, flags=re.MULTILINE))
    lab.write_text(re.sub(r"^\[\[robot\]\]\n", '[[robot]]\ndriver = "human"\n', lab.read_text(), flags=re.MULTILINE))
    path = campaign_file(files, 1)
    run_ = Background(path, files / "runs")
    run_.start()
    done: set[str] = set()
    data = curve(files / "one.csv", 280.0)
    (files / "xrd.csv").write_text(
        "two_theta_deg,intensity_counts\n" + "\n".join(f"{t},{t * t}" for t in range(10, 60))
    )
    for _ in range(3000):
        if not run_.is_alive():
            break
        try:
            chores = open_chores("a", files / "runs")
        except (InputError, RecordsError):  # the run is not there yet
            chores = []
        for chore in chores:
            if chore.id in done:
                continue
            tables = {}
            values: list[str] = []
            if "current_a" in chore.columns:
                tables, values = {"": data}, ["electrode_area_cm2=0.196", "resistance_ohm=0"]
            elif chore.columns:
                tables = {"": files / "xrd.csv"}
            enter("a", chore.id, tables=tables, values=values, runs=files / "runs")
            done.add(chore.id)
        time.sleep(0.02)
    run_.join(10)
    assert run_.error is None and run_.result is not None
    assert [o.value for o in run_.result.observations] == [pytest.approx(280.0, abs=3.0)]
    assert len(done) > 20


def test_a_mass_that_was_weighed_says_what_the_vial_got() -> None:
    """Of one powder the balance shows what fell; of two it shows the sum, which says nothing of each."""
    from aichemist.lab.drivers import Assignment, Command, Done, HumanDriver, TaskBoard

    class Answered(TaskBoard):
        def __init__(self, masses: dict[str, float]) -> None:
            command = Command(
                "c", "t", "dispense_solid", "balance", "balance", ("a",), {}, {"a": {"masses_kg": masses}}
            )
            self.given = Assignment(command, 0.0, "done", {"a": {"mass_kg": 3.1e-6}}, "Ada", "", 1.0)

        def add(self, command: Command, start_s: float) -> None: ...

        def find(self, command_id: str) -> Assignment:
            return self.given

        def withdraw(self, device: str, at_s: float) -> None: ...

    for masses, got in (({"p10": 3e-6, "salt": 0.0}, {"p10": 3.1e-6}), ({"p10": 2e-6, "salt": 1e-6}, None)):
        status = HumanDriver("balance", Answered(masses)).status("c", 5.0)
        assert isinstance(status, Done) and status.results["a"].get("measured_kg") == got
