"""Metal fractions of the compositions that a sentence names: Ni0.8Fe0.2OOH is 80 % nickel among its metals."""

from __future__ import annotations

import re

from aichemist.chemistry import ATOMIC_WEIGHTS, InputError, element_counts

from .._elements import NAMES, find_formulas

#: the alkali metals are here, too: they come from the electrolyte
_NOT_METALS = frozenset(
    {
        "H", "He", "B", "C", "N", "O", "F", "Ne", "Si", "P", "S", "Cl", "Ar", "Ge", "As", "Se", "Br", "Kr", "Sb",
        "Te", "I", "Xe", "Li", "Na", "K", "Rb", "Cs",
    }
)  # fmt: skip
_DIGIT = re.compile(r"\d")
_OXIDATION = re.compile(r"\((?:IV|VI|V|III|II|I)\)")
#: "about 40 % Fe", "25 at.% iron", "10-20 mol% Ce"; never by weight, never of a supported catalyst ("20 % Pt/C")
_PERCENT = re.compile(
    r"(?<![\d.])(\d{1,2}(?:\.\d{1,2})?)(?: ?(?:-|to) ?(\d{1,2}(?:\.\d{1,2})?))? ?(?:at\.? ?|mol\.? ?|atom ?)?%"
    r" (?:of )?([A-Z][a-z]?|[A-Za-z]{3,12})(?![\w/])"
)


def metal_fractions(sentence: str) -> tuple[dict[str, float], ...]:
    """One mapping of metal to its fraction per composition of two or more metals with numbers.

    Formulas give all metals (the fractions sum to 1), percentages ("about 40 % Fe") the one that they name. Labels
    without numbers (``NiFe LDH``) state no fraction and give nothing, nor do open ones (``Ni1-xFexOOH``).
    """
    found: list[dict[str, float]] = []
    for formula in find_formulas(sentence):
        word = _OXIDATION.sub("", formula)
        if not _DIGIT.search(word):
            continue
        try:
            counts = element_counts(word)
        except InputError:
            continue
        metals = {e: n for e, n in counts.items() if e not in _NOT_METALS and n > 0}
        total = sum(metals.values())
        numbered = any(n != 1 for n in metals.values()) or "O" in counts or "S" in counts
        if len(metals) > 1 and numbered:
            fractions = {e: n / total for e, n in sorted(metals.items())}
            if fractions not in found:
                found.append(fractions)
    for match in _PERCENT.finditer(sentence):
        element = NAMES.get(match[3].lower(), match[3])
        if element in ATOMIC_WEIGHTS and element not in _NOT_METALS:
            ends = [float(n) / 100 for n in (match[1], match[2]) if n]
            found += [{element: end} for end in ends if 0 < end < 1]
    return tuple(found)
