from __future__ import annotations

import contextlib
import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aichemist.chemistry import (
    Design,
    Feedstocks,
    Hypothesis,
    InputError,
    Simplex,
    Space,
    SpaceFile,
    Variables,
    build_space,
    categorical,
    continuous,
    from_plain,
    integer,
    ordinal,
    parse_constraint,
    parse_expression,
    to_plain,
)

NAMES = {"a": (), "b": (), "solvent": ("water", "ethanol")}
COLUMNS = {"a": np.array([1.0, 2.0, 4.0]), "b": np.array([2.0, 2.0, 2.0]), "solvent": np.array([0.0, 1.0, 1.0])}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("a + b <= 4", [True, True, False]),
        ("a * b == 4", [False, True, False]),
        ("1 < a < 4", [False, True, False]),
        ('solvent != "water" and a > 2', [False, False, True]),
        ("not (a > 1 or b > 9)", [True, False, False]),
        ("log(a) / (a - 1) < 9", [False, True, True]),  # what cannot be computed does not hold
        ("min(a, b) ** 2 >= 4", [False, True, True]),
        ("0.1 + 0.2 <= 0.3", [True, True, True]),  # sums of tenths
    ],
)
def test_a_constraint_holds_where_it_should(text: str, holds: list[bool]) -> None:
    assert parse_constraint(text, NAMES).holds(COLUMNS).tolist() == holds


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a + c <= 4", "no variable"),
        ("__import__('os').system('true')", "not allowed"),
        ("a.__class__ == 1", "not allowed"),
        ("[a for a in (1,)] == 1", "not allowed"),
        ("a ** 99999 < 1", "power"),
        ("a ** b < 1", "power"),
        ("a", "no condition"),
        ("solvent > 1", "expected"),
        ('solvent == "oil"', "no choice"),
        ("a <", "cannot be understood"),
        ("(" * 200 + "a" + ")" * 200 + " < 1", ""),
        ("a < " + "-" * 60 + "1", "nested"),
        ("a < " + "9" * 400, ""),
        ("a" * 600 + " < 1", "longer"),
    ],
)
def test_a_constraint_that_is_none_is_refused_in_words(text: str, says: str) -> None:
    try:
        parse_constraint(text, NAMES)
    except InputError as error:
        assert says in str(error)
    else:
        assert not says


def test_an_expression_is_a_number_for_each_recipe() -> None:
    assert parse_expression("1 + 2 * a", NAMES)(COLUMNS).tolist() == [3.0, 5.0, 9.0]
    assert np.isinf(parse_expression("1 / (a - 1)", NAMES)(COLUMNS))[0]
    with pytest.raises(InputError, match="no number"):
        parse_expression("a < 1", NAMES)


@given(st.text(max_size=60))
def test_no_text_is_run_as_code(text: str) -> None:
    with contextlib.suppress(InputError):
        parse_constraint(text, NAMES).holds(COLUMNS)


def space() -> Variables:
    return Variables(
        (
            continuous("a", 0.0, 1.0, step=0.25), integer("n", 1, 3), ordinal("t", (10.0, 100.0), log=True),
            categorical("solvent", ("water", "ethanol"), ((1.0,), (0.2,))),
        ),
        constraints=(parse_constraint("a * n <= 2", {"a": (), "n": ()}),),
    )  # fmt: skip


def test_a_product_counts_only_what_the_constraints_leave() -> None:
    points = space().enumerate()
    brute = [(a, n) for a in (0, 0.25, 0.5, 0.75, 1.0) for n in (1, 2, 3) if a * n <= 2]
    assert len(points) == len(brute) * 2 * 2 == space().size()
    assert len(np.unique(points, axis=0)) == len(points)
    for row in points:
        space().check(space().values(row))


def test_what_is_drawn_and_what_is_near_is_in_the_space() -> None:
    wide = Variables((continuous("x", 1.0, 1000.0, log=True), continuous("y", -1.0, 1.0)), Simplex(
        ("A", "B", "C"), 0.1, 2, (0.0,) * 3, (1.0,) * 3), (parse_constraint("x * y < 50", {"x": (), "y": ()}),))  # fmt: skip
    assert wide.size() is None and wide.exceeds(10**9)
    pool = wide.pool(2000, 3)
    assert len(pool) > 1500 and np.array_equal(pool, wide.pool(2000, 3))
    for row in [*pool[:50], *wide.nearby(pool[:5], 100, 1)]:
        wide.check(wide.values(row))
    # half of the draws by logarithm lie below the geometric mean
    assert 0.4 < (pool[:, wide.names.index("x")] < 31.6).mean() < 0.8


def test_ten_million_recipes_are_streamed() -> None:
    large = Variables(tuple(integer(f"v{i}", 1, 10) for i in range(7)))
    assert large.exceeds(9_999_999) and not large.exceeds(10_000_000)
    first = next(large.chunks(1000))
    assert first.shape == (1000, 7)
    assert len(large.pool(5000, 1)) == 5000
    with pytest.raises(InputError, match="more than"):
        large.enumerate()


def test_an_infeasible_space_is_refused() -> None:
    with pytest.raises(InputError, match="constraint"):
        build_space(SpaceFile.model_validate(
            {"variable": [{"name": "a", "low": 0, "high": 1}], "constraints": ["a > 2"]}))  # fmt: skip


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({}, "nothing"),
        ({"components": ["A", "B"]}, "space.step"),
        ({"components": ["A", "A"], "step": 0.1}, ""),
        ({"variable": [{"name": "a", "low": 1, "high": 0}]}, "a"),
        ({"variable": [{"name": "a", "low": 0, "high": 1, "step": 0.3}]}, "step"),
        ({"variable": [{"name": "a", "low": 0, "high": 1, "log": True}]}, "log"),
        ({"variable": [{"name": "a", "low": math.nan, "high": 1}]}, "a"),
        ({"variable": [{"name": "a", "kind": "categorical", "choices": ["x"]}]}, "choices"),
        ({"variable": [{"name": "a", "kind": "categorical", "choices": ["x", "y"], "smiles": ["C", "C("]}]}, "smiles"),
        (
            {"variable": [{"name": "a", "kind": "categorical", "choices": ["x", "y"], "descriptors": "no.csv"}]},
            "no.csv",
        ),
        ({"variable": [{"name": "a", "low": 0, "high": 1}] * 2}, "different"),
        ({"stock": [{"name": "o", "content": {"Fe": 1}}], "components": ["A"]}, "alone"),
    ],
)
def test_a_space_file_that_is_wrong_is_refused_with_its_key(
    table: dict[str, object], says: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError) as caught:
        build_space(SpaceFile.model_validate(table), tmp_path)
    assert says in str(caught.value)


def test_molecules_have_fingerprints() -> None:
    made = build_space(SpaceFile.model_validate({"variable": [
        {"name": "s", "kind": "categorical", "choices": ["ethanol", "propanol", "benzene"],
         "smiles": ["CCO", "CCCO", "c1ccccc1"]}]}))  # fmt: skip
    table = np.array(made.columns[0].descriptors)
    near, far = np.abs(table[0] - table[1]).sum(), np.abs(table[0] - table[2]).sum()
    assert 0 < near < far


@pytest.mark.parametrize("made", [space(), Simplex(("A", "B"), 0.1, 2, (0.0,) * 2, (1.0,) * 2)])
def test_a_space_survives_the_journal(made: Space) -> None:
    design = Design(0, Hypothesis("none", {}, "nothing"), made, "p", (), "random")
    back = from_plain(json.loads(json.dumps(to_plain(design))), Design)
    assert np.array_equal(back.space.enumerate(), made.enumerate())
    assert back.space.columns == made.columns


def test_equivalent_mixtures_of_stocks_are_one_recipe() -> None:
    """The third stock is the first two in equal parts: what it brings can be made of them."""
    shares = Simplex(("p", "q", "r"), 0.25, 3, (0.0,) * 3, (1.0,) * 3)
    stocks = Feedstocks(shares, ("Fe", "Ni"), ((1.0, 0.0), (0.0, 1.0), (0.5, 0.5)))
    points = stocks.enumerate()
    made = np.round(points @ np.array(stocks.content), 9)
    made /= made.sum(axis=1, keepdims=True)
    assert len(np.unique(made, axis=0)) == len(points) == 9
