"""The lists of ``_vocabulary.toml``: words of intent and of harmless work."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any

_TABLES: dict[str, Any] = tomllib.loads(
    (resources.files("aichemist.guard.words") / "_vocabulary.toml").read_text(encoding="utf-8")
)


def _words(table: str, key: str) -> tuple[str, ...]:
    return tuple(_TABLES[table][key])


MAKE, SPREAD, HARM, HURT = (_words("wish", key) for key in ("make", "spread", "harm", "hurt"))
PEOPLE, TOXIC, PROTECT = _words("wish", "people"), _words("wish", "toxic"), _words("harmless", "protect")
FIGURATIVE = frozenset(_words("harmless", "figurative"))
FILLER, BREAK, WAYS = (frozenset(_words("reach", key)) for key in ("filler", "break", "ways"))
EVADE, WATCH, SEEN = (_words("evasion", key) for key in ("evade", "watch", "seen"))
INSTRUMENT, NOT = (frozenset(_words("evasion", key)) for key in ("instrument", "not"))
FOOD, POISON, DEADLY, POWER, CLOUDS = (
    frozenset(_words("together", key)) for key in ("food", "poison", "deadly", "power", "clouds")
)
MORE, TARGETS = _words("together", "more"), _words("together", "targets")
SLANG, COOKED, BESIDE, AFTER, ORDINARY = (
    frozenset(_words("slang", key)) for key in ("names", "cooked", "beside", "after", "ordinary")
)
SLANG_MAKE, LIKE = _words("slang", "make"), _words("slang", "like")
UNPARTED_MAKE, UNPARTED_PROTECT = _words("unparted", "make"), _words("unparted", "protect")

#: the words of a name -> the class that it names
CLASSES: dict[tuple[str, ...], str] = {
    tuple(name.split()): label for label, names in _TABLES["classes"].items() for name in names
}
#: the same where words are not parted by blanks
UNPARTED: dict[str, str] = dict(_TABLES["unparted"]["classes"])
