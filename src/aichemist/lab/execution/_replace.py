"""``attrs.evolve`` for the hot path: the fold makes three new states for each step of the laboratory."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeVar, cast

import attrs

T = TypeVar("T")


@lru_cache(maxsize=256)
def _fields(record: type) -> tuple[frozenset[str], bool]:
    """Names of the fields, and whether records can be copied through their ``__dict__``."""
    fields = attrs.fields(record)
    plain = all(
        f.init and f.converter is None and f.validator is None and (f.alias or f.name) == f.name for f in fields
    )
    return frozenset(f.name for f in fields), plain and not hasattr(record, "__slots__")


def replace(record: T, **changes: Any) -> T:
    """A copy of a frozen attrs record with some fields changed: ``attrs.evolve``, three times as fast for a record with
    a ``__dict__`` and without converters or validators, since nothing is looked up field by field.

    Raises:
        TypeError: no field of that name.
    """
    names, plain = _fields(cast(Any, type(record)))
    if not plain or not names.issuperset(changes):
        return cast(T, attrs.evolve(cast(Any, record), **changes))
    copy = object.__new__(type(record))
    copy.__dict__.update(record.__dict__, **changes)
    return copy
