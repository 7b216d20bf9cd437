import pytest

from aichemist.chemistry import InputError, format_duration, format_volume, parse_quantity


@pytest.mark.parametrize(
    ("text", "dimension", "value"),
    [
        ("4 mL", "volume", 0.004),
        ("25 degC", "temperature", 298.15),
        ("25 °C", "temperature", 298.15),
        ("-40 degC", "temperature", 233.15),
        ("10 mA/cm^2", "current_density", 100.0),
        ("5 mV/s", "scan_rate", 0.005),
        ("12 h", "duration", 43200.0),
        ("20 mg", "mass", 2e-5),
        ("600 rpm", "rotation_speed", 600.0),
        ("1e-2 mol/L", "concentration", 0.01),
        (0.5, "dimensionless", 0.5),
    ],
)
def test_to_si(text: object, dimension: str, value: float) -> None:
    assert parse_quantity(text, dimension) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "dimension", "says"),
    [
        ("4 g", "volume", "not a unit of volume"),
        ("4 parsnips", "volume", "unknown unit"),
        (4, "volume", "has no unit"),
        ("4", "volume", "has no unit"),
        ("four mL", "volume", "not a number"),
        (True, "volume", "not a quantity"),
        ([1], "volume", "not a quantity"),
        ("9**9**9 mL", "volume", "unreadable unit"),
        ("1 __import__('os')", "volume", "unreadable unit"),
        ("1e999 mL", "volume", "not finite"),
    ],
)
def test_bad_quantity(text: object, dimension: str, says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        parse_quantity(text, dimension, key="here")
    assert "here" in str(caught.value) and repr(text)[:20] in str(caught.value)


def test_formats() -> None:
    assert format_duration(51_720) == "14 h 22 min"
    assert format_duration(30) == "30 s"
    assert format_volume(0.0042) == "4.20 mL"
    assert format_volume(5e-5) == "50.0 uL"
