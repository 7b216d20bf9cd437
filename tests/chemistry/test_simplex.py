import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aichemist.chemistry import InputError, Simplex

SIX = ("Ni", "Fe", "Co", "Mn", "Ce", "La")


def space(**change: object) -> Simplex:
    given = {"components": SIX, "step": 0.1, "max_components": 4, "lower": (0.0,) * 6, "upper": (1.0,) * 6}
    return Simplex(**{**given, **change})  # type: ignore[arg-type]


def test_size_of_the_plate() -> None:
    """All unary to quaternary compositions of six metals at 10 at%: C(6,1)+9 C(6,2)+36 C(6,3)+84 C(6,4)."""
    assert space().size() == 6 + 9 * 15 + 36 * 20 + 84 * 15 == 2121


@settings(max_examples=60, deadline=None)
@given(
    st.integers(2, 5),
    st.sampled_from([0.5, 0.25, 0.2, 0.1]),
    st.data(),
)
def test_enumeration_equals_brute_force(n: int, step: float, data: st.DataObject) -> None:
    import itertools

    most = data.draw(st.integers(1, n))
    divisions = round(1 / step)
    lower = [data.draw(st.integers(0, 2)) for _ in range(n)]
    upper = [data.draw(st.integers(low, divisions)) for low in lower]
    expected = {
        p
        for p in itertools.product(range(divisions + 1), repeat=n)
        if sum(p) == divisions
        and sum(v > 0 for v in p) <= most
        and all(a <= v <= b for a, v, b in zip(lower, p, upper, strict=True))
    }
    arguments = (
        tuple("ABCDE"[:n]), step, most, tuple(v * step for v in lower), tuple(min(1.0, v * step) for v in upper),
    )  # fmt: skip
    if not expected:
        with pytest.raises(InputError):
            Simplex(*arguments)
        return
    points = Simplex(*arguments).enumerate()
    found = {tuple(int(v) for v in np.rint(p * divisions)) for p in points}
    assert found == expected and len(points) == len(expected)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"lower": (0.3, 0.3, 0.3, 0.3, 0.0, 0.0)}, "cannot sum to 1"),
        ({"upper": (0.1,) * 6}, "cannot sum to 1"),
        ({"step": 0.3}, "does not divide 1"),
        ({"max_components": 9}, "between 1 and"),
        ({"lower": (0.1,) * 6}, "only 4 may be"),
        ({"lower": (0.5,) + (0.0,) * 5, "upper": (0.4,) + (1.0,) * 5}, "low <= high"),
        ({"lower": (0.55,) + (0.0,) * 5, "upper": (0.58,) + (1.0,) * 5}, "no point of the grid"),
        ({"components": ("Ni",) * 6}, "different names"),
    ],
)
def test_impossible_spaces(change: dict[str, object], says: str) -> None:
    with pytest.raises(InputError, match=says):
        space(**change)


def test_check() -> None:
    space().check({"Ni": 0.5, "Fe": 0.5})
    for wrong in ({"Ni": 0.5}, {"Xx": 1.0}, dict.fromkeys(SIX[:5], 0.2), {"Ni": 1.2, "Fe": -0.2}):
        with pytest.raises(InputError):
            space().check(wrong)


def test_exceeds_does_not_count_to_the_end() -> None:
    assert space(step=0.01).exceeds(1000)
    assert not space().exceeds(2121)
