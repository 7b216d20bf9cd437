"""Design files: what they say, and the errors that name file, key, value and mend."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aichemist.campaign import load_design, parse_design
from aichemist.chemistry import InputError, from_plain, to_plain
from aichemist.guard import review

HERE = Path("design.toml")
ACID = {
    "name": "nitric_acid", "state": "liquid", "substance": "nitric acid", "concentration": "15.6 mol/L",
    "solvent": "water",
}  # fmt: skip
STEP = {"operation": "dispense_liquid", "volumes": {"nitric_acid": "5 mL"}}


def document(**change: Any) -> dict[str, Any]:
    return {"design": {"name": "acid"}, "stock": [ACID], "step": [STEP], **change}


def test_a_design_of_two_vials_on_a_bench() -> None:
    made = parse_design(document(design={"name": "acid with ethanol", "vials": 2}), HERE)
    assert made.name == "acid with ethanol" and [e.sample for e in made.experiments] == ["b001-01", "b001-02"]
    assert made.experiments[0].steps[0].parameters == {"volumes_l": {"nitric_acid": pytest.approx(0.005)}}
    (stock,) = made.limits.stocks
    assert (stock.substance, stock.solute, stock.solvent) == ("nitric acid", "", "water")
    assert stock.concentration_mol_per_l == pytest.approx(15.6) and stock.available_l > 1000
    assert made.limits.vial_capacity_l == pytest.approx(0.02)
    assert from_plain(to_plain(made.design), type(made.design)) == made.design
    known = {"places", "space", "station_range", "stock", "vial_temperature", "vial_volume"}
    assert not [f for f in review(made.design, made.experiments, made.limits).findings if f.rule in known]


def test_values_mixtures_guard_and_a_capacity_of_its_own() -> None:
    stock = [ACID, {"name": "salt", "state": "solid", "solute": "NaCl"},
             {"name": "mix", "state": "liquid", "substance": "water", "mixture": {"urea": "0.5 mol/L"}}]  # fmt: skip
    steps = [
        {"operation": "dispense_liquid", "volumes": {"nitric_acid": {"variable": "v", "scale": "2 mL"}}},
        {"operation": "dispense_solid", "masses": {"salt": "20 mg"}},
        {"operation": "dispense_liquid", "volumes": {"mix": "1 mL"}},
    ]
    made = parse_design(
        document(design={"vial_capacity": "8 mL"}, stock=stock, step=steps, values={"v": 1.5}, guard={"a": 1}), HERE
    )
    assert made.experiments[0].steps[0].parameters["volumes_l"]["nitric_acid"] == pytest.approx(0.003)
    assert [s.name for s in made.experiments[0].steps] == ["dispense_liquid", "dispense_solid", "dispense_liquid 2"]
    assert made.limits.vial_capacity_l == pytest.approx(0.008) and made.limits.guard == {"a": 1}
    assert dict(made.limits.stocks[2].mixture) == {"urea": pytest.approx(0.5)}
    assert made.experiments[0].recipe.values == {"v": 1.5}


def test_a_lab_of_its_own(files: Path) -> None:
    path = files / "campaigns" / "design.toml"
    path.write_text(
        '[design]\nname = "on the lab"\nlab = "labs/ustc.toml"\n[[stock]]\nname = "acid"\nstate = "liquid"\n'
        'solute = "HNO3"\nvolume = "50 mL"\n[[step]]\noperation = "dispense_liquid"\n'
        'volumes = { acid = "2 mL", water = "1 mL" }\n[guard]\nx = 1\n'
    )
    made = load_design(path)
    assert made.limits.lab == "ustc-2024" or made.limits.lab
    assert {s.name for s in made.limits.stocks} > {"acid", "water", "nickel_nitrate"}
    assert made.limits.guard["x"] == 1
    path.write_text(path.read_text().replace('name = "acid"', 'name = "water"'))
    with pytest.raises(InputError, match="the lab has a stock of this name") as caught:
        load_design(path)
    assert caught.value.file == path and caught.value.key == "stock[1].name"


@pytest.mark.parametrize(
    ("change", "key", "says"),
    [
        ({"stock": [{**ACID, "subtance": "x"}]}, "stock[1].subtance", "did you mean 'substance'"),
        ({"step": []}, "step", ""),
        ({"step": [{"operation": "dispence_liquid"}]}, "step[1].operation", "did you mean 'dispense_liquid'"),
        ({"step": [{**STEP, "volumes": {"nitric_acd": "5 mL"}}]}, "step[1].volumes.nitric_acd", "did you mean 'nitric_acid'"),
        ({"step": [{**STEP, "volumes": {"nitric_acid": 5}}]}, "step[1].volumes.nitric_acid", "has no unit"),
        ({"step": [{"operation": "dispense_solid", "masses": {"nitric_acid": "5 mg"}}]}, "step[1].masses.nitric_acid", "is a liquid"),
        ({"stock": [{"name": "a", "state": "liquid"}]}, "stock[1].substance", "does not say what is in it"),
        ({"stock": [{**ACID, "solute": "Xx2"}]}, "stock[1].solute", ""),
        ({"stock": [{**ACID, "mass": "1 g"}]}, "stock[1].mass", "a liquid has no mass"),
        ({"stock": [{**ACID, "concentration": "-1 mol/L"}]}, "stock[1].concentration", "above zero"),
        ({"stock": [ACID, ACID]}, "stock.name", "two entries"),
        ({"stock": [{**ACID, "substance": "C" * 1_000_000}]}, "stock[1].substance", "2000"),
        ({"design": {"vials": 0}}, "design.vials", "1 or more"),
        ({"design": {"vials": 10**9}}, "design.vials", ""),
        ({"design": {"lab": "no.toml"}}, "design.lab", "no such file"),
        ({"design": {"vial_capacity": "2"}}, "design.vial_capacity", "has no unit"),
        ({"values": {"a": "x"}}, "values.a", ""),
        ({"other": 1}, "other", "is not a key here"),
        ({"step": [1]}, "step[1]", "must be a table"),
    ],
)  # fmt: skip
def test_errors_name_file_key_and_mend(change: dict[str, Any], key: str, says: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_design(document(**change), HERE)
    assert caught.value.file == HERE and caught.value.key == key and says in str(caught.value)
    assert len(str(caught.value)) < 1500


def test_deep_nesting_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "deep.toml"
    path.write_text("a = " + "[" * 100_000)
    with pytest.raises(InputError):
        load_design(path)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"substance": "sodium chloride", "concentration": "900 mol/L"}, r"stock\[1\].concentration"),
        ({"substance": "nitric acid", "concentration": "30 mol/L"}, r"stock\[1\].concentration"),
        ({"mixture": {"sodium chloride": "900 mol/L"}}, r"stock\[1\].mixture.sodium chloride"),
    ],
)
def test_a_concentration_that_cannot_be(change: dict[str, Any], key: str) -> None:
    with pytest.raises(InputError, match=rf"design.toml.*key '{key}', value '\d+ mol/L': is not possible"):
        parse_design(document(stock=[{**ACID, **change}]), HERE)
