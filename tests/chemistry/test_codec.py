import json
import math

import pytest

from aichemist.chemistry import Hypothesis, InputError, Observation, Recipe, from_plain, to_plain


def test_round_trip_through_json() -> None:
    record = Observation(
        "b001-01", 1, Recipe({"Ni": 0.6, "Fe": 0.4}), "overpotential", math.nan, math.nan, "mV", "twin",
        ("a.parquet",), {"tafel_v_per_dec": 0.04}, "never reached 10 mA/cm2", 12.5,
    )  # fmt: skip
    text = json.dumps(to_plain(record), allow_nan=False)
    back = from_plain(json.loads(text), Observation)
    assert math.isnan(back.value) and back.problem == record.problem
    assert back.recipe == record.recipe and back.raw_data == record.raw_data and back.details == record.details


def test_floats_survive_exactly() -> None:
    record = Hypothesis("x", {"a": 0.1 + 0.2}, "never")
    assert from_plain(json.loads(json.dumps(to_plain(record))), Hypothesis) == record


def test_a_design_comes_back_with_its_space_and_constraints() -> None:
    from aichemist.chemistry import Design, SpaceFile, build_space

    table = {
        "variable": [
            {"name": "a", "low": 0.0, "high": 4.0, "step": 0.25, "unit": "mL"},
            {"name": "b", "low": 1.0, "high": 5.0},
        ],
        "constraints": ["a + b <= 5"],
    }
    space = build_space(SpaceFile.model_validate(table))
    design = Design(1, Hypothesis("h", {}, ""), space, "p", (), "random")
    back = from_plain(json.loads(json.dumps(to_plain(design))), Design)
    assert back == design and back.space.names == ("a", "b")
    back.space.check({"a": 1.0, "b": 4.0})
    with pytest.raises(InputError, match="a \\+ b"):
        back.space.check({"a": 2.0, "b": 4.0})
