"""Charge balance: from ions to how many of each, and from a formula to its ions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import product
from math import gcd

from ._ions import LATTICE, Ion, Metal, anions_by_formula, cations_by_formula, metals

_MOST = 12


def smallest(charges: Sequence[int], fixed: Sequence[int | None]) -> tuple[int, ...] | None:
    """The smallest whole numbers (1 to 12 each) that make the charges balance, those in ``fixed`` kept.

    The sum of the numbers is least; two answers of the same sum, or none, give ``None``.
    """
    if len(charges) == 2:
        return _two(charges, fixed)
    best: list[tuple[int, ...]] = []
    least = 10**6
    for numbers in product(*[(n,) if n else range(1, _MOST + 1) for n in fixed]):
        if sum(map(int.__mul__, charges, numbers)) == 0 and sum(numbers) <= least:
            best = [numbers] if sum(numbers) < least else [*best, numbers]
            least = sum(numbers)
    return best[0] if len(best) == 1 else None


def _two(charges: Sequence[int], fixed: Sequence[int | None]) -> tuple[int, ...] | None:
    plus, minus = charges[0], -charges[1]
    if plus <= 0 or minus <= 0:
        return None
    shared = gcd(plus, minus)
    first, second = minus // shared, plus // shared
    for said, base in ((fixed[0], first), (fixed[1], second)):
        if said is not None:
            if said % base:
                return None
            first, second = first * said // base, second * said // base
            break
    if (fixed[0] not in (None, first)) or (fixed[1] not in (None, second)):
        return None
    return first, second


#: neutral ligands that are written in brackets behind their metal, with their SMILES
_LIGANDS = {
    "NH3": "N", "H2O": "O", "en": "NCCN", "CO": "[C-]#[O+]", "CH3CN": "CC#N", "MeCN": "CC#N", "NCCH3": "CC#N",
    "py": "c1ccncc1",    "bpy": "c1ccc(-c2ccccn2)nc1", "bipy": "c1ccc(-c2ccccn2)nc1", "phen": "c1cnc2c(c1)ccc1cccnc12",
    "PPh3": "c1ccc(P(c2ccccc2)c2ccccc2)cc1", "cod": "C1=CCCC=CCC1", "COD": "C1=CCCC=CCC1", "DMSO": "CS(C)=O",
}  # fmt: skip
_COMPLEX = re.compile(
    r"\[?(?P<metal>[A-Z][a-z]?)\((?P<ligand>"
    + "|".join(sorted(_LIGANDS, key=len, reverse=True))
    + r")\)(?P<n>[1-9]?)\]?"
)
_DIOXYGEN = frozenset({"peroxide", "superoxide", "disulfide", "tetrasulfide"})
_WITH_DIOXYGEN = frozenset({"Li", "Na", "K", "Rb", "Cs", "Mg", "Ca", "Sr", "Ba", "Zn", "NH4"})
#: no acid is written as these with protons (water, ammonia and alcohols are not salts)
_NO_ACID = frozenset({"hydroxide", "amide", "hydride", "methoxide", "ethoxide", "propoxide", "butoxide"})


@lru_cache(maxsize=4096)
def ions_of(formula: str) -> tuple[tuple[Ion, float], ...] | None:
    """The ions of one part of a formula, ``Fe2(SO4)3`` -> ``((Fe+3, 2), (SO4-2, 3))``.

    Cations before anions, or anions first as organic salts are written (``(CH3COO)2Ni``); the state of at most one
    metal is found from the balance, and must be one of its known states; neutral ligands stay with their metal
    (``[Ru(NH3)6]Cl3``). ``None`` where the formula is not made of known ions.
    """
    ligated = _COMPLEX.search(formula)
    if ligated:
        return _ligated(formula, ligated)
    # fewest units first: NaBH4 is sodium borohydride, not sodium boron hydride
    for cations, anions in sorted(_splits(formula), key=lambda split: len(split[0]) + len(split[1])):
        for balanced in _balanced(cations, anions):
            if _sound(balanced):
                return balanced
    return None


_LIGAND_NAMES = {"NH3": "ammine", "H2O": "aqua", "CO": "carbonyl", "en": "ethylenediamine",
                 "PPh3": "triphenylphosphine",
                 "bpy": "2,2'-bipyridine", "bipy": "2,2'-bipyridine", "phen": "1,10-phenanthroline",
                 "cod": "1,5-cyclooctadiene", "COD": "1,5-cyclooctadiene", "py": "pyridine",
                 "DMSO": "dimethyl sulfoxide"}  # fmt: skip


def _ligated_name(ligand: str, many: int) -> str:
    name = _LIGAND_NAMES.get(ligand, "acetonitrile")
    if ligand in ("NH3", "H2O", "CO"):
        return ("", "", "di", "tri", "tetra", "penta", "hexa", "hepta", "octa", "nona")[many] + name
    return ("", "", "bis", "tris", "tetrakis", "pentakis", "hexakis", "", "", "")[many] + f"({name})"


def is_unbalanced(formula: str) -> bool:
    """Whether a formula is made of known salt ions whose charges do not balance: ``CoNO3``, ``NaSiO3``, ``KCl40``."""
    for cations, anions in _splits(formula):
        open_metals = sum(all(isinstance(o, Metal) and len(o.states) > 1 for o in options) for options, _ in cations)
        salt = all(isinstance(o, Ion) and o.name not in LATTICE | _DIOXYGEN for options, _ in anions for o in options)
        if salt and open_metals <= 1:
            return ions_of(formula) is None
    return False


def _sound(ions: tuple[tuple[Ion, float], ...]) -> bool:
    """Whether the ions are a salt or an acid that a chemist would write so."""
    heads = {ion.formula for ion, _ in ions if ion.charge > 0}
    tails = {ion.name for ion, _ in ions if ion.charge < 0}
    if tails & _DIOXYGEN and not heads <= _WITH_DIOXYGEN:
        return False
    return heads != {"H"} or (len(tails) == 1 and not tails & (_NO_ACID | LATTICE | _DIOXYGEN))


def _ligated(formula: str, found: re.Match[str]) -> tuple[tuple[Ion, float], ...] | None:
    metal, ligand, many = found["metal"], found["ligand"], int(found["n"] or 1)
    bracket = found[0].startswith("["), found[0].endswith("]")
    if metal not in metals() or bracket[0] != bracket[1]:
        return None
    bare = formula[: found.start()] + metal + formula[found.end() :]
    ions = ions_of(bare) if not _COMPLEX.search(bare) else None
    centre = next((ion for ion, n in ions or () if ion.formula == metal and n == 1), None)
    if ions is None or centre is None:
        return None
    body = f"{metal}({ligand}){found['n']}"
    whole = Ion(
        _ligated_name(ligand, many) + centre.name,
        body,
        centre.charge,
        ".".join([*[_LIGANDS[ligand]] * many, centre.smiles]),
        True,
    )
    return tuple((whole if ion is centre else ion, n) for ion, n in ions)


_Unit = tuple[tuple[Ion | Metal, ...], float]


def _splits(formula: str) -> Iterator[tuple[list[_Unit], list[_Unit]]]:
    budget = [400]
    for head in _runs(formula, True, budget):
        cut, cations = head
        for end, anions in _runs(formula[cut:], False, budget):
            if cations and anions and cut + end == len(formula):
                yield cations, anions
    for cut, anions in _runs(formula, False, budget):
        for end, cations in _runs(formula[cut:], True, budget):
            if cations and anions and cut + end == len(formula):
                yield cations, anions


def _runs(text: str, positive: bool, budget: list[int]) -> Iterator[tuple[int, list[_Unit]]]:
    """Every way to read up to four units from the start, longest first."""
    if budget[0] <= 0:
        return
    budget[0] -= 1
    for length, unit in _units(text, positive):
        for more, rest in _runs(text[length:], positive, budget) if length < len(text) else ():
            if len(rest) < 3:
                yield length + more, [unit, *rest]
        yield length, [unit]


def _units(text: str, positive: bool) -> list[tuple[int, _Unit]]:
    table = cations_by_formula() if positive else anions_by_formula()
    found: list[tuple[int, _Unit]] = []
    if text[:1] in ("(", "["):
        end = _closing(text)
        inside = text[1:end] if end else ""
        options: tuple[Ion | Metal, ...] = tuple(table.get(inside, ()))
        if positive and inside in metals():
            options = (*options, metals()[inside])
        if end and options:
            count, after = _count(text, end + 1)
            found.append((after, (options, count)))
        # [AuCl4] and Fe(CN)6 are looked up whole, brackets and all
    for length in range(min(len(text), 26), 0, -1):
        piece = text[:length]
        if length < len(text) and text[length].islower():
            continue
        options = tuple(table.get(piece, ()))
        if positive and piece in metals():
            options = (*options, metals()[piece])
        if options:
            found.append((length, (options, 1.0)))
            count, after = _count(text, length)
            if after > length:
                many = length == 1 or (length == 2 and piece[1].islower()) or piece in ("OH", "NH4", "CN", "HO")
                found.insert(-1, (after, (options, count))) if many else found.append((after, (options, count)))
    return found


def _closing(text: str) -> int:
    depth = 0
    for position, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if depth == 0:
            return position
    return 0


def _count(text: str, start: int) -> tuple[float, int]:
    end = start
    while end < len(text) and (text[end].isdigit() or (text[end] == "." and text[end + 1 : end + 2].isdigit())):
        end += 1
    try:
        return (float(text[start:end]), end) if end > start else (1.0, start)
    except ValueError:
        return 1.0, start


def _balanced(cations: list[_Unit], anions: list[_Unit]) -> Iterator[tuple[tuple[Ion, float], ...]]:
    numbers = [count for _, count in cations + anions]
    choices = [options for options, _ in cations + anions]
    total = 1
    for options in choices:
        total *= len(options)
    if total > 64 or any(n <= 0 or n > 999 for n in numbers):
        return
    for chosen in product(*choices):
        open_metals = [i for i, ion in enumerate(chosen) if isinstance(ion, Metal) and len(ion.states) > 1]
        known = 0.0
        for i, ion in enumerate(chosen):
            if isinstance(ion, Ion):
                known += ion.charge * numbers[i]
            elif i not in open_metals:
                known += ion.states[0] * numbers[i]
        states: dict[int, int] = {}
        if len(open_metals) > 1:
            # a second metal with several states keeps its default; the least sure one is found from the balance
            for i in open_metals[:-1]:
                metal = chosen[i]
                if not isinstance(metal, Metal) or metal.default is None:
                    break
                states[i] = metal.default
                known += metal.default * numbers[i]
            if len(states) != len(open_metals) - 1:
                continue
        if open_metals:
            last = open_metals[-1]
            metal = chosen[last]
            state = -known / numbers[last]
            if not isinstance(metal, Metal) or abs(state - round(state)) > 1e-6 or round(state) not in metal.states:
                continue
            states[last] = round(state)
        elif abs(known) > 1e-6:
            continue
        yield tuple(
            (ion if isinstance(ion, Ion) else ion.ion(states.get(i, ion.states[0])), numbers[i])
            for i, ion in enumerate(chosen)
        )
