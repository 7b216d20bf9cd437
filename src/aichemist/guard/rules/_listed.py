"""Whether a substance is one that the lab's ``[guard]`` table names: by identity, not by spelling."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen

from aichemist.chemistry import InputError

from .._rules import Context
from ..contents import Kind
from ..knowledge import Substance, cas_number
from ..reactivity._inorganic import anhydrous


@frozen
class Listed:
    """The names of one key of ``[guard]``, each with all that tells what it is.

    A hydrate and its anhydrous salt are one substance here: they have one InChIKey, and what a lab forbids it forbids
    with and without crystal water.
    """

    marks: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, context: Context, key: str, names: Iterable[str]) -> Listed:
        """Look the names up.

        Raises:
            InputError: no source knows a name, and no stock is called so: it would guard against nothing.
        """
        lab = context.lab
        own = {t.lower() for s in lab.stocks for t in (s.name, s.substance, s.solute, *s.mixture) if t}
        marks = {}
        for name in names:
            substance = context.shelf.knowledge.find(name)
            if not (substance.known or substance.inchikey or cas_number(name) or name.lower() in own):
                raise InputError(
                    "is no substance that any source knows, so that it would guard against nothing",
                    key=f"guard.{key}", value=name,
                    mend="write its CAS number, formula or SMILES, or a stock's name, or add it to your safety data",
                )  # fmt: skip
            marks[name] = _marks(substance, name)
        return cls(marks)

    def named(self, kind: Kind) -> list[str]:
        """The names that mean this kind."""
        own = _marks(kind.substance, kind.name, kind.substance.asked)
        return [name for name, marks in self.marks.items() if marks & own]


def _marks(substance: Substance, *texts: str) -> frozenset[str]:
    """Everything that stands for a substance. Isomers share a formula, so that it counts only where no structure is
    known."""
    found = {t.lower().replace("_", " ") for t in (*texts, substance.name, substance.cas) if t}
    if substance.inchikey:
        found.add(substance.inchikey.lower())
    elif substance.formula:
        found.add(substance.formula.lower())
        found.add(anhydrous(substance.formula).lower())
    return frozenset(found)
