"""``attrs.evolve`` for the hot path: the fold makes three new states for each step of the laboratory."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeVar, cast

import attrs

T = TypeVar("T")


@lru_cache(maxsize=256)
def _copier(record: type) -> Callable[[Any, dict[str, Any]], Any]:
    """How records of this class are copied; looked up once, not field by field for every copy."""
    fields = attrs.fields(record)
    names = tuple(f.name for f in fields)
    plain = all(
        f.init and not f.kw_only and f.converter is None and f.validator is None and (f.alias or f.name) == f.name
        for f in fields
    )
    if not plain or len(names) < 2:
        return lambda one, changes: attrs.evolve(one, **changes)
    known = frozenset(names)

    def by_dict(one: Any, changes: dict[str, Any]) -> Any:
        if not known.issuperset(changes):
            return attrs.evolve(one, **changes)  # says which field there is not
        copy: Any = object.__new__(record)
        copy.__dict__.update(one.__dict__, **changes)
        return copy

    if not hasattr(record, "__slots__"):
        return by_dict
    values, place = attrgetter(*names), {name: i for i, name in enumerate(names)}

    def by_place(one: Any, changes: dict[str, Any]) -> Any:
        if not known.issuperset(changes):
            return attrs.evolve(one, **changes)
        given = list(values(one))
        for name, value in changes.items():
            given[place[name]] = value
        return record(*given)

    return by_place


def replace(record: T, **changes: Any) -> T:
    """A copy of a frozen attrs record with some fields changed: ``attrs.evolve``, some three times as fast for a record
    without converters or validators.

    Raises:
        TypeError: no field of that name.
    """
    return cast(T, _copier(cast(Any, type(record)))(record, changes))
