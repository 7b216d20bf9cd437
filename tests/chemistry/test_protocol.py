import copy
from typing import Any

import pytest

from aichemist.chemistry import InputError, Recipe, load_protocol, parse_protocol

GOOD: dict[str, Any] = {
    "protocol": {"name": "p", "variables": ["Ni", "Fe"]},
    "step": [
        {
            "name": "mix",
            "operation": "dispense_liquid",
            "volumes": {
                "nickel": {"variable": "Ni", "scale": "4 mL"},
                "base": {"variable": "Fe", "scale": "1 mL", "offset": "0.5 mL"},
                "water": "2 mL",
            },
        },
        {"name": "age", "operation": "stir", "duration": "1 h", "wait": {"at_least": "1 min", "at_most": "5 min"}},
        {"name": "settle", "operation": "centrifuge", "duration": "5 min", "wait": "none"},
    ],
}


def test_variables_become_numbers() -> None:
    experiment = parse_protocol(GOOD).resolve(Recipe({"Ni": 0.25, "Fe": 0.75}), sample="s", batch=1)
    volumes = experiment.steps[0].parameters["volumes_l"]
    assert volumes == pytest.approx({"nickel": 0.001, "base": 0.00125, "water": 0.002})
    assert experiment.steps[1].parameters["temperature_k"] == pytest.approx(298.15)
    assert experiment.steps[1].wait.at_most_s == 300 and experiment.steps[1].wait.at_least_s == 60
    assert experiment.steps[2].wait.at_most_s == 0


@pytest.mark.parametrize(
    ("where", "value", "key", "says"),
    [
        (("step", 0, "operation"), "dispense_liquids", r"step\[1\].operation", "did you mean 'dispense_liquid'"),
        (("step", 0, "operation"), "load", r"step\[1\].operation", "not an operation"),
        (("step", 1, "duration"), "-5 min", r"step\[2\].duration", "negative"),
        (("step", 1, "duration"), "5 mL", r"step\[2\].duration", "not a unit of duration"),
        (("step", 1, "temperature"), "-300 degC", r"step\[2\].temperature", "limit -73 degC"),
        (("step", 1, "duration"), "90 d", r"step\[2\].duration", "above the physical limit"),
        (("step", 1, "wait"), "soon", r"step\[2\].wait", "not a wait"),
        (("step", 1, "wait"), {"at_least": "9 min", "at_most": "5 min"}, r"step\[2\].wait", "at_least"),
        (("step", 0, "volumes", "water"), "-2 mL", r"step\[1\].volumes.water", "negative"),
        (("step", 0, "volumes", "water"), 2, r"step\[1\].volumes.water", "no unit"),
        (("step", 0, "volumes", "nickel", "variable"), "Nix", r"nickel.variable", "did you mean 'Ni'"),
        (("step", 0, "volumes", "nickel", "variables"), ["Fe"], "nickel", "either variable or variables"),
        (("step", 0, "volumes", "nickel"), {"scale": "4 mL"}, "nickel", "either variable or variables"),
        (("step", 0, "volumes", "nickel"), {"variables": ["Nix"], "scale": "4 mL"}, "nickel.variables", "did you mean"),
        (("step", 0, "volumes", "nickel"), {"variables": ["Ni", "Ni"], "scale": "4 mL"}, "nickel.variables", "twice"),
        (("step", 0, "volumes", "nickel"), {"variables": [], "scale": "4 mL"}, "nickel.variables", "list of names"),
        (("step", 0, "volumes", "nickel", "scale"), "-4 mL", "nickel.scale", "negative"),
        (("step", 0, "volumes"), {}, r"step\[1\].volumes", "table of stock"),
        (("step", 1, "name"), "mix", r"step\[2\].name", "two steps"),
        (("step", 1, "colour"), "red", r"step\[2\].colour", "not a key here"),
        (("protocol", "name"), "", "protocol.name", "missing"),
        (("step",), [], "step", "at least one step"),
    ],
)
def test_bad_entries_are_named(where: tuple[Any, ...], value: Any, key: str, says: str) -> None:
    document = copy.deepcopy(GOOD)
    place: Any = document
    for part in where[:-1]:
        place = place[part]
    place[where[-1]] = value
    with pytest.raises(InputError, match=says) as caught:
        parse_protocol(document)
    import re

    assert re.search(key, str(caught.value))


def test_an_amount_tops_up_what_others_leave() -> None:
    document = copy.deepcopy(GOOD)
    rest = {"variables": ["Ni", "Fe"], "scale": "-4 mL", "offset": "4 mL"}
    document["step"][0]["volumes"] = {"nickel": {"variable": "Ni", "scale": "4 mL"}, "water": rest}
    protocol = parse_protocol(document)

    def volumes(**values: float) -> dict[str, float]:
        found: dict[str, float] = protocol.resolve(Recipe(values), sample="s", batch=1).steps[0].parameters["volumes_l"]
        return found

    assert volumes(Ni=0.25, Fe=0.5) == pytest.approx({"nickel": 0.001, "water": 0.001})
    assert volumes(Ni=0.7, Fe=0.3)["water"] == 0.0  # not a rounding error below or above
    assert volumes() == {"nickel": 0.0, "water": 0.004}
    with pytest.raises(InputError, match="negative for the recipe Fe=0.6 Ni=0.5") as caught:
        volumes(Ni=0.5, Fe=0.6)
    assert caught.value.key == "mix.water" and "Ni, Fe" in str(caught.value)


def test_missing_required_parameter() -> None:
    document = copy.deepcopy(GOOD)
    del document["step"][1]["duration"]
    with pytest.raises(InputError, match="stir needs it"):
        parse_protocol(document)


def test_shipped_protocol_reads(repository: Any) -> None:
    protocol = load_protocol(repository / "protocols" / "oer.toml")
    assert [s.operation for s in protocol.steps].count("centrifuge") == 2
