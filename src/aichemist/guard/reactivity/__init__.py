"""Which substances react with which: groups derived from structure and formula, and what pairs of them do."""

from ._danger import EFFECTS, Danger
from ._derive import groups_of
from ._groups import GROUPS, Group
from ._matrix import MATRIX, consequences
from ._mixture import Hit, Presence, hits

__all__ = ["EFFECTS", "GROUPS", "MATRIX", "Danger", "Group", "Hit", "Presence", "consequences", "groups_of", "hits"]
