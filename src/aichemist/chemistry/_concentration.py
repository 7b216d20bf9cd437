"""Whether a solution of such a concentration can exist at all."""

from __future__ import annotations

from ._errors import InputError
from ._formula import molar_mass

#: neat water, the liquid with the most molecules in a litre (55.3 mol at 25 degC), and a little for rounding
_MOST_MOL_PER_L = 56.0
#: Clerici's solution (thallium formate and malonate), the densest solution in water, weighs that in all (20 degC)
_MOST_KG_PER_L = 4.25
#: a solute may take a little less room in solution than neat
_ROOM = 1.1


def check_concentration(
    mol_per_l: float, *, key: str, value: object, formula: str = "", density_kg_per_l: float | None = None,
    of_solution_kg_per_l: float = 1.0,
) -> None:  # fmt: skip
    """Refuses a concentration that no solution can have.

    Args:
        formula: of the solute, where it is known.
        density_kg_per_l: of the neat solute, where it is known.
        of_solution_kg_per_l: as written in the file; 1.0, its default, says nothing.

    Raises:
        InputError: more molecules in a litre than neat water has, or more of the solute than a litre can weigh: its own
            density, the written density of the solution, or else the densest solution that is known.
    """
    if mol_per_l > _MOST_MOL_PER_L:
        raise InputError(
            f"is not possible: no liquid holds more than {_MOST_MOL_PER_L:g} mol/L (neat water holds 55.3)", key=key,
            value=value, mend="check the unit: mmol/L, umol/L?",
        )  # fmt: skip
    try:
        mass = 1e-3 * molar_mass(formula) * mol_per_l if formula else 0.0
    except InputError:
        return  # the formula has a check of its own
    most, why = _MOST_KG_PER_L, f"the densest solution that is known weighs {_MOST_KG_PER_L:g} kg/L"
    if of_solution_kg_per_l != 1.0:
        most, why = 1.02 * of_solution_kg_per_l, f"the whole solution weighs {of_solution_kg_per_l:g} kg/L"
    if density_kg_per_l is not None and density_kg_per_l * _ROOM < most:
        most, why = density_kg_per_l * _ROOM, f"neat it weighs {density_kg_per_l:g} kg/L"
    if mass > most:
        raise InputError(
            f"is not possible: that is {mass:.3g} kg of {formula} in a litre, and {why}", key=key, value=value,
            mend="check the unit (mmol/L?)" + (", and density_kg_per_l" if of_solution_kg_per_l != 1.0 else ""),
        )  # fmt: skip
