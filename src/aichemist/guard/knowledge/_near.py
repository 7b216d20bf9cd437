"""Names that somebody may have meant."""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache

from ._table import index
from ._text import name_key

#: a longer text is no misspelt name
_LONGEST = 60


@lru_cache(maxsize=256)
def near(text: str, most: int = 2) -> tuple[str, ...]:
    """Names of the curated table that are spelt much like ``text``, the likest first."""
    if not 3 < len(text) <= _LONGEST:
        return ()
    names = index().names
    found = get_close_matches(name_key(text), names, n=3 * most, cutoff=0.85)
    return tuple(dict.fromkeys(names[f][0].name for f in found))[:most]
