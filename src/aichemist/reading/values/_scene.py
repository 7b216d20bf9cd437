"""One tidied sentence with all that was found in it, before anything is joined."""

from __future__ import annotations

import re

from attrs import frozen

from ._clauses import Clauses
from ._materials import Material, find_materials
from ._properties import Cue, find_cues
from ._quantities import Quantity, find_quantities
from ._reactions import Named, find_reactions

_CELL = re.compile(
    r"\b(?:cell|electroly[sz]ers?|overall|full (?:water|seawater)|water[- ]splitting|[Ww]ater electrolysis"
    r"|splits? (?:sea)?water|(?:sea)?water (?:is|was) split"
    r"|two-electrode|AEMWE|PEMWE|MEA|\w+ ?\|\| ?\w+)"
)


#: a title that speaks of whole cells only
_CELL_PAPER = re.compile(r"\belectroly[sz]ers?\b|\belectrolysis cells?\b|\b[Zz]ero-gap\b|\bmembrane electrode assembl")


@frozen(eq=False)
class Scene:
    """``before`` are the tidied sentences that come first, nearest last; ``subject`` the title."""

    text: str
    quantities: tuple[Quantity, ...]
    cues: tuple[Cue, ...]
    materials: tuple[Material, ...]
    reactions: tuple[Named, ...]
    clauses: Clauses
    before: tuple[str, ...] = ()
    subject: str = ""

    def between(self, start: int, end: int) -> str:
        return self.text[start:end]

    def same_clause(self, a: int, b: int) -> bool:
        return self.clauses.at(a) == self.clauses.at(b)

    @property
    def of_a_cell(self) -> bool:
        """Whether the sentence speaks of a whole cell rather than of one electrode."""
        return _CELL.search(self.text) is not None or (
            _CELL_PAPER.search(self.subject) is not None and "RHE" not in self.text
        )


def scene_of(text: str, before: tuple[str, ...], subject: str) -> Scene:
    """The scene of a tidied sentence."""
    return Scene(
        text=text,
        quantities=find_quantities(text),
        cues=find_cues(text),
        materials=find_materials(text),
        reactions=find_reactions(text),
        clauses=Clauses(text),
        before=before,
        subject=subject,
    )
