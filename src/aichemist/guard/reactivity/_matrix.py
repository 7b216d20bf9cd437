"""The compatibility matrix: all dangers, and how to ask for those of a pair."""

from __future__ import annotations

from ._danger import Danger
from ._matrix_gases import GASES
from ._matrix_others import OTHERS
from ._matrix_oxidisers import DRY, OXIDISERS

MATRIX: tuple[Danger, ...] = (*OXIDISERS, *GASES, *OTHERS, *DRY)


def consequences(a: str, b: str) -> tuple[Danger, ...]:
    """What members of two groups do to each other, conditions included; a third group may be needed too."""
    return tuple(d for d in MATRIX if a in d.groups and b in d.groups and (a != b or len(set(d.groups)) == 1))
