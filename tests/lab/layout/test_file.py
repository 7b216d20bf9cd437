from pathlib import Path

import pytest

from aichemist.chemistry import InputError
from aichemist.lab.layout import load_lab

#: DESIGN section 6: kind -> (how many, vial slots); the third and fourth liquid dispensing stations are ours (decisions 12, 15)
DESIGN = {
    "starting station": (1, 160), "solid dispensing": (2, 1), "liquid dispensing": (4, 1), "magnetic stirring": (2, 10),
    "shaker": (1, 10), "ultrasonic bath": (1, 10), "centrifuge": (1, 10), "aspiration": (1, 10), "dryer": (1, 20),
    "muffle furnace": (1, 10), "capping": (1, 1), "photocatalysis": (1, 20), "gas chromatograph": (1, 20),
    "gas Raman": (1, 10), "UV-vis": (1, 5), "fluorescence": (1, 5), "XRD on the high-throughput platform": (1, 5),
    "electrochemistry on the high-throughput platform": (1, 5), "exchange table": (1, 10), "storage": (1, 10),
}  # fmt: skip


def test_default_lab_is_that_of_the_design(repository: Path) -> None:
    lab = load_lab(repository / "labs" / "ustc.toml")
    found: dict[str, tuple[int, int]] = {}
    for station in lab.stations:
        count, _ = found.get(station.kind, (0, 0))
        found[station.kind] = (count + 1, station.slots)
    assert found == DESIGN
    assert [(r.section, r.capacity, r.handling_s) for r in lab.robots] == [
        ("lab", 40, 120.0), ("lab", 40, 120.0), ("highflux-platform", 40, 120.0),
    ]  # fmt: skip
    assert lab.station("electrochemistry").duration_s == 63 * 60
    assert lab.station("centrifuge").even_load and lab.station("dryer").one_temperature
    assert lab.travel_s("exchange_table", "starting_station") == 90 and lab.travel_s("dryer", "dryer") == 0


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('name = "storage"', 'name = "dryer"', "two entries have this name"),
        ("slots = 160", "slots = 0", r"station\[1\].slots"),
        ("slots = 160", 'slots = "many"', r"station\[1\].slots"),
        ('operations = ["shake"]', 'operations = ["shakes"]', "did you mean 'shake'"),
        ('stocks = ["p10_photocatalyst"]', 'stocks = ["p10"]', "p10_photocatalyst"),
        ('vial_capacity = "20 mL"', 'vial_capacity = "20 g"', "not a unit of volume"),
        ('vial_capacity = "20 mL"', 'vial_capacity = "-20 mL"', "negative"),
        ('handling = "2 min"', "handling = 2", "has no unit"),
        ('section = "highflux-platform"', 'section = "moon"', "highflux-platform"),
        ('role = "exchange"', 'role = "work"', "belongs to two sections"),
        ('concentration = "0.1 mol/L"', 'concentration = "900 mol/L"', r"stock\[\d+\].concentration.*is not possible"),
        ('solute = "NaOH"', 'solute = "NaOX"', "unknown element"),
        ('volume = "1 L"', 'mass = "1 kg"', "needs a volume"),
        ("one_temperature = true", "one_temprature = true", "did you mean 'one_temperature'"),
        ("channels = 8", "channels = 2", "8 stocks on 2 channels"),
        (
            'limits.dry.temperature = ["30 degC", "200 degC"]',
            'limits.dry.temperature = ["300 degC", "200 degC"]',
            "lower limit",
        ),
        ("driver", "drivr", None),
    ],
)
def test_bad_lab_files(files: Path, old: str, new: str, says: str | None) -> None:
    path = files / "labs" / "ustc.toml"
    text = path.read_text()
    if says is None:  # nothing to replace: the file as it is must read
        load_lab(path)
        return
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(InputError, match=says) as caught:
        load_lab(path)
    assert "ustc.toml" in str(caught.value)
