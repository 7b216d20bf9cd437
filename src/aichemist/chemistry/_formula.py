"""Chemical formulas: ``Ni(NO3)2·6H2O`` -> element counts and molar mass."""

from __future__ import annotations

import re
from functools import lru_cache

from ._errors import InputError

#: Standard atomic weights, abridged values in g/mol, elements without a stable isotope omitted.
#: Source: IUPAC 2021 table (Prohaska et al., Pure Appl. Chem. 2022, 94, 573, doi:10.1515/pac-2019-0603).
ATOMIC_WEIGHTS: dict[str, float] = {
    "H": 1.008, "He": 4.0026, "Li": 6.94, "Be": 9.0122, "B": 10.81, "C": 12.011, "N": 14.007, "O": 15.999,
    "F": 18.998, "Ne": 20.180, "Na": 22.990, "Mg": 24.305, "Al": 26.982, "Si": 28.085, "P": 30.974,
    "S": 32.06, "Cl": 35.45, "Ar": 39.95, "K": 39.098, "Ca": 40.078, "Sc": 44.956, "Ti": 47.867,
    "V": 50.942, "Cr": 51.996, "Mn": 54.938, "Fe": 55.845, "Co": 58.933, "Ni": 58.693, "Cu": 63.546,
    "Zn": 65.38, "Ga": 69.723, "Ge": 72.630, "As": 74.922, "Se": 78.971, "Br": 79.904, "Kr": 83.798,
    "Rb": 85.468, "Sr": 87.62, "Y": 88.906, "Zr": 91.224, "Nb": 92.906, "Mo": 95.95, "Ru": 101.07,
    "Rh": 102.91, "Pd": 106.42, "Ag": 107.87, "Cd": 112.41, "In": 114.82, "Sn": 118.71, "Sb": 121.76,
    "Te": 127.60, "I": 126.90, "Xe": 131.29, "Cs": 132.91, "Ba": 137.33, "La": 138.91, "Ce": 140.12,
    "Pr": 140.91, "Nd": 144.24, "Sm": 150.36, "Eu": 151.96, "Gd": 157.25, "Tb": 158.93, "Dy": 162.50,
    "Ho": 164.93, "Er": 167.26, "Tm": 168.93, "Yb": 173.05, "Lu": 174.97, "Hf": 178.49, "Ta": 180.95,
    "W": 183.84, "Re": 186.21, "Os": 190.23, "Ir": 192.22, "Pt": 195.08, "Au": 196.97, "Hg": 200.59,
    "Tl": 204.38, "Pb": 207.2, "Bi": 208.98, "Th": 232.04, "U": 238.03,
}  # fmt: skip

_TOKEN = re.compile(r"([A-Z][a-z]?)|([(\[])|([)\]])|(\d+(?:\.\d+)?)")
_MAX_LENGTH = 200


@lru_cache(maxsize=512)
def _parse(formula: str) -> tuple[tuple[str, float], ...]:
    if not formula or len(formula) > _MAX_LENGTH:
        raise InputError(f"a formula has 1 to {_MAX_LENGTH} characters", value=formula)
    total: dict[str, float] = {}
    # a full stop separates only crystal water: elsewhere it is a decimal point
    for part in re.split(r"[·*](?=\d*[A-Z])|(?<!0)\.(?=\d*H2O)", formula):
        lead = re.match(r"^(\d+(?:\.\d+)?)(?=[A-Z(\[])", part)
        factor = float(lead[1]) if lead else 1.0
        for element, count in _group(part[lead.end() if lead else 0 :], formula).items():
            total[element] = total.get(element, 0.0) + factor * count
    return tuple(sorted(total.items()))


def _group(text: str, whole: str) -> dict[str, float]:
    stack: list[dict[str, float]] = [{}]
    last: dict[str, float] | None = None
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if not match:
            raise InputError(
                f"unexpected '{text[position]}' in a formula",
                value=whole,
                mend='write it like "Ni(NO3)2·6H2O"',
            )
        element, opening, _, number = match.groups()
        if number:
            if last is None:
                raise InputError("a number follows nothing in a formula", value=whole)
            for name, count in last.items():
                stack[-1][name] = stack[-1].get(name, 0.0) + count * (float(number) - 1)
            last = None
        elif opening:
            stack.append({})
            last = None
        else:
            if element:
                if element not in ATOMIC_WEIGHTS:
                    raise InputError(f"unknown element '{element}' in a formula", value=whole)
                last = {element: 1.0}
            else:
                if len(stack) == 1:
                    raise InputError("a bracket closes that never opened in a formula", value=whole)
                last = stack.pop()
            for name, count in last.items():
                stack[-1][name] = stack[-1].get(name, 0.0) + count
        position = match.end()
    if len(stack) != 1:
        raise InputError("a bracket is not closed in a formula", value=whole)
    return stack[0]


def element_counts(formula: str) -> dict[str, float]:
    """Atoms per formula unit: ``"Ce(NO3)3·6H2O"`` -> ``{"Ce": 1, "H": 12, "N": 3, "O": 15}``.

    Raises:
        InputError: unknown element, unbalanced bracket, or another character.
    """
    return dict(_parse(formula))


def molar_mass(formula: str) -> float:
    """Molar mass in g/mol."""
    return sum(ATOMIC_WEIGHTS[element] * count for element, count in _parse(formula))
