import pytest

from aichemist.chemistry import InputError, element_counts, molar_mass


@pytest.mark.parametrize(
    ("formula", "counts"),
    [
        ("H2O", {"H": 2, "O": 1}),
        ("Ni(NO3)2·6H2O", {"Ni": 1, "N": 2, "O": 12, "H": 12}),
        ("Fe(NO3)3.9H2O", {"Fe": 1, "N": 3, "O": 18, "H": 18}),
        ("K4[Fe(CN)6]", {"K": 4, "Fe": 1, "C": 6, "N": 6}),
        ("Ni0.5Fe0.5OOH", {"Ni": 0.5, "Fe": 0.5, "O": 2, "H": 1}),
    ],
)
def test_counts(formula: str, counts: dict[str, float]) -> None:
    assert element_counts(formula) == pytest.approx(counts)


def test_molar_mass_of_nickel_nitrate_hexahydrate() -> None:
    assert molar_mass("Ni(NO3)2·6H2O") == pytest.approx(290.79, abs=0.02)  # supplier data sheets: 290.79 g/mol


@pytest.mark.parametrize("bad", ["", "Xx2", "Ni(NO3", "Ni)2", "2", "Ni$", "((", "A" * 500, "ni"])
def test_bad_formula(bad: str) -> None:
    with pytest.raises(InputError):
        element_counts(bad)
