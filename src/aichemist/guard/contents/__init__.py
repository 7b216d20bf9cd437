"""The guard's own bookkeeping of what each vial holds along its protocol: nominal amounts, on the safe side where the
truth is open. It knows nothing of the twin; a test of the campaign room compares the two."""

from ._follow import Followed, Moment, follow
from ._kinds import Kind, Shelf
from ._state import State

__all__ = ["Followed", "Kind", "Moment", "Shelf", "State", "follow"]
