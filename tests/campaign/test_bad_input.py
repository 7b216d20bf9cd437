"""Everything a person can get wrong is answered with file, key, value and mend, and leaves nothing behind."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from aichemist.campaign import check_campaign, load_campaign
from aichemist.chemistry import InputError

Call = Callable[..., CompletedProcess[str]]
CASES = [
    # name, file, old, new, key named, words of the message
    ("unknown metal", "campaigns", '"La"]', '"Lx"]', "space.components", "no variable of this name"),
    ("metal without a stock", "campaigns", '"La"]', '"Cu"]', "space.components", "no variable of this name"),
    ("cannot sum to 1", "campaigns", "Ni = [0.0, 1.0]", "Ni = [0.7, 1.0]\nFe = [0.6, 1.0]", "space.limits", "cannot sum to 1"),
    ("limits of nobody", "campaigns", "Ni = [0.0, 1.0]", "Cu = [0.0, 1.0]", "space.limits.Cu", "not one of the components"),
    ("step", "campaigns", "step = 0.1", "step = 0.3", "space.step", "does not divide 1"),
    ("too fine a grid", "campaigns", "step = 0.1", "step = 0.005", "space.step", "points"),
    ("at most", "campaigns", "at_most = 4", "at_most = 0", "space.at_most", "greater than or equal to 1"),
    ("negative volume", "protocols", 'sodium_hydroxide = "2 mL"', 'sodium_hydroxide = "-2 mL"', "sodium_hydroxide", "negative"),
    ("unknown station", "protocols", 'operation = "dry"', 'operation = "dry"\nstation = "dryr"', "station", "did you mean 'dryer'"),
    ("station that cannot", "protocols", 'operation = "dry"', 'operation = "dry"\nstation = "storage"', "dry", "does not do dry"),
    ("out of range", "protocols", 'temperature = "60 degC"', 'temperature = "260 degC"', "dry", "lies outside"),
    ("speed out of range", "protocols", 'speed = "6000 rpm"', 'speed = "9000 rpm"', "settle", "lies outside"),
    ("wrong unit", "protocols", 'duration = "12 h"', 'duration = "12 mL"', "duration", "not a unit of duration"),
    ("no unit", "protocols", 'duration = "12 h"', "duration = 12", "duration", "has no unit"),
    ("unknown operation", "protocols", 'operation = "sonicate"', 'operation = "sonicat"', "operation", "did you mean 'sonicate'"),
    ("overfull vial", "protocols", 'water = "6 mL"', 'water = "14.9 mL", ethanol = "14.9 mL"', "add_wash_water", "would hold"),
    ("stock missing", "protocols", 'sodium_hydroxide = "2 mL"', 'potassium_hydroxide = "2 mL"', "stock", "not in lab"),
    ("stock runs out", "labs", 'volume = "1 L"', 'volume = "100 mL"', "sodium_hydroxide", "does not last"),
    ("batch larger than the lab", "campaigns", "batch = 8", "batch = 400", "budget.batch", "larger than the lab"),
    ("no batch at all", "campaigns", "batch = 8", "batch = 0", "budget.batch", "greater than or equal to 1"),
    ("unit of the objective", "campaigns", 'unit = "mV"', 'unit = "mL"', "objective.unit", "not a unit of potential"),
    ("unit of the current", "campaigns", '"10 mA/cm^2"', '"10 mV"', "objective.current_density", "current density"),
    ("figure of merit", "campaigns", '"overpotential"', '"overpotentail"', "objective.figure_of_merit", "overpotential"),
    ("direction", "campaigns", '"minimise"', '"down"', "objective.direction", "minimise"),
    ("learner", "campaigns", '"ensemble"', '"ensembel"', "learner.name", "write one of"),
    ("learner for several", "campaigns", '"ensemble"', '"qnehvi"', "learner.name", "2 objectives or more"),
    ("key misspelt", "campaigns", "samples = 96", "sample = 96", "budget.sample", "did you mean 'samples'"),
    ("name of the campaign", "campaigns", 'name = "oer"', 'name = "../oer"', "campaign.name", "pattern"),
    ("protocol file", "campaigns", "protocols/oer.toml", "protocols/oar.toml", "campaign.protocol", "no such file"),
    ("lab file", "campaigns", "labs/ustc.toml", "labs/mars.toml", "campaign.lab", "no such file"),
    ("broken TOML", "campaigns", "samples = 96", "samples = = 96", "line", "not valid TOML"),
    ("driver", "labs", 'kind = "dryer"', 'kind = "dryer"\ndriver = "sila"', "driver", "not available"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "key", "says"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_named_with_file_key_and_mend(files: Path, file: str, old: str, new: str, key: str, says: str) -> None:
    path = files / file / ("ustc.toml" if file == "labs" else "oer.toml")
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(InputError) as caught:
        check_campaign(load_campaign(files / "campaigns" / "oer.toml"))
    message = str(caught.value)
    assert key in message and says in message and ".toml" in message, message
    assert "mend:" in message or "expected" in message, message


def test_a_protocol_that_measures_nothing(files: Path) -> None:
    path = files / "protocols" / "oer.toml"
    text = path.read_text()
    begin, end = text.index('[[step]]\nname = "test"'), text.index('[[step]]\nname = "structure"')
    path.write_text(text[:begin] + text[end:])
    with pytest.raises(InputError, match="no step measures the overpotential") as caught:
        load_campaign(files / "campaigns" / "oer.toml")
    assert "oer.toml" in str(caught.value) and "measure_electrochemistry" in str(caught.value)


def test_missing_file(call: Call, files: Path) -> None:
    done = call("check", "campaigns/oar.toml", cwd=files)
    assert done.returncode == 2
    assert "oar.toml: there is no such file" in done.stderr and "did you mean 'oer.toml'" in done.stderr
    assert "Traceback" not in done.stderr


def test_broken_toml_names_the_line(call: Call, files: Path) -> None:
    path = files / "campaigns" / "oer.toml"
    path.write_text(path.read_text().replace("[budget]", "[budget"))
    done = call("run", "campaigns/oer.toml", cwd=files)
    assert done.returncode == 2 and "oer.toml, line " in done.stderr
    assert not (files / "runs").exists()  # nothing half-made


def test_data_file_with_a_wrong_column(call: Call, files: Path, data_folder: Path) -> None:
    """A damaged plate is not silently replaced: the run does not begin."""
    import shutil

    here = files / "data" / "oer_plate_3496"
    shutil.copytree(data_folder / "oer_plate_3496", here)
    here.chmod(0o755)
    table = here / "data.csv"
    table.chmod(0o644)
    lines = table.read_text().splitlines()
    lines[41] = ",".join(lines[41].split(",")[1:])
    table.write_text("\n".join(lines) + "\n")
    done = call(
        "run", "campaigns/oer.toml", "--name", "a", cwd=files, environment={"AICHEMIST_DATA": str(files / "data")}
    )
    assert done.returncode == 2, done.stderr
    assert "data.csv" in done.stderr and "42" in done.stderr and "Traceback" not in done.stderr


def test_two_runs_of_one_name(call: Call, files: Path) -> None:
    path = files / "campaigns" / "oer.toml"
    path.write_text(path.read_text().replace("samples = 96", "samples = 2").replace("ensemble", "random"))
    first = call("run", "campaigns/oer.toml", "--name", "a", "--no-report", cwd=files)
    assert first.returncode == 0, first.stderr
    second = call("run", "campaigns/oer.toml", "--name", "a", "--no-report", cwd=files)
    assert second.returncode == 2
    assert "a run named 'a' already" in second.stderr and "aichemist resume a" in second.stderr
    bad = call("run", "campaigns/oer.toml", "--name", "../evil", "--no-report", cwd=files)
    assert bad.returncode == 2 and "not a name for a run" in bad.stderr


def test_folder_that_cannot_be_written(call: Call, files: Path) -> None:
    """Root may write into read-only folders, so the folder is one that nobody can make: below a file, and in /proc."""
    (files / "file").write_text("")
    for folder in (str(files / "file" / "runs"), "/proc/aichemist-runs"):
        done = call("run", "campaigns/oer.toml", "--runs", folder, cwd=files)
        assert done.returncode == 2, done.stderr
        assert "--runs" in done.stderr and "Traceback" not in done.stderr, done.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write into read-only folders")
def test_read_only_folder(call: Call, files: Path) -> None:
    (files / "ro").mkdir(mode=0o555)
    done = call("run", "campaigns/oer.toml", "--runs", str(files / "ro"), cwd=files)
    assert done.returncode == 2 and "--runs" in done.stderr


def test_full_disk_stops_cleanly_and_the_run_goes_on_later(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from aichemist.campaign import resume, run
    from aichemist.chemistry import RecordsError
    from aichemist.records import RawData

    path = files / "campaigns" / "oer.toml"
    path.write_text(path.read_text().replace("samples = 96", "samples = 4").replace("ensemble", "random"))
    campaign = load_campaign(path)
    write, calls = RawData.write, []

    def full(self: RawData, *arguments: object) -> str:
        calls.append(1)
        if len(calls) == 3:
            raise RecordsError("No space left on device")
        return write(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(RawData, "write", full)
    with pytest.raises(RecordsError, match="No space left"):
        run(campaign, name="a", runs=files / "runs", seed=3)
    resumed = resume("a", runs=files / "runs")
    whole = run(campaign, name="b", runs=files / "runs", seed=3)
    assert [(o.sample, o.value) for o in resumed.observations] == [(o.sample, o.value) for o in whole.observations]
    assert len(whole.observations) == 4
