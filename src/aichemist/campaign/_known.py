"""What the guard knows of substances, with the names that the reading room can resolve."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from aichemist.guard.knowledge import Identity, Knowledge


@lru_cache(maxsize=1)
def _shared() -> Knowledge:
    return Knowledge(resolve=_identity)


def knowledge(sds: Path | None = None, *, fresh: bool = False) -> Knowledge:
    """Our sources, what the user imported, and a table of safety data; written names by tables, grammar and, where Java
    is, OPSIN.

    Args:
        fresh: look at what the user imported anew; else a process looks once.
    """
    return Knowledge(resolve=_identity, sds=sds) if fresh or sds is not None else _shared()


def look_up(names: Sequence[str]) -> None:
    """Resolve names ahead of :func:`knowledge`: all by one Java process instead of each by its own (0.7 s)."""
    from aichemist.reading.names import resolve_many

    resolve_many(names)


def _identity(text: str) -> Identity | None:
    from aichemist.reading.names import resolve

    found = resolve(text)
    return None if found is None else Identity(found.name, found.formula, "", found.smiles, found.inchikey)
