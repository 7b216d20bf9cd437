"""A state as bytes and back, so that a long journal need not be folded from its beginning."""

from __future__ import annotations

import json
from typing import Any

from attrs import fields
from immutables import Map

from aichemist.chemistry import from_plain, to_plain

from ._faults import InterlockTripped, QuestionAsked
from ._state import SampleState, State, TaskState

_VALUES: dict[str, Any] = {
    "tasks": dict[str, TaskState],
    "followers": dict[str, tuple[str, ...]],
    "ready": dict[str, float],
    "open_commands": dict[str, str],
    "faulted": dict[str, str],
    "given": dict[str, tuple[str, ...]],
    "busy": dict[str, str],
    "samples": dict[str, SampleState],
    "files": dict[str, tuple[str, ...]],
    "slots": dict[str, int],
    "robots": dict[str, int],
    "inside": dict[str, frozenset[str]],
    "questions": dict[str, QuestionAsked],
    "tripped": dict[str, InterlockTripped],
    "held": dict[str, str],
    "lost": dict[str, str],
}

_SETS = ("patient", "chambers", "parallel")


def state_to_plain(state: State) -> dict[str, Any]:
    """JSON-ready; the same state always gives the same data."""
    data: dict[str, Any] = {}
    for one in fields(State):
        value = getattr(state, one.name)
        data[one.name] = to_plain(dict(value) if isinstance(value, Map) else value)
    plain: dict[str, Any] = json.loads(json.dumps(data, default=sorted))
    return plain


def state_from_plain(data: dict[str, Any]) -> State:
    """The inverse of :func:`state_to_plain`.

    Raises:
        cattrs.BaseValidationError: the data are not those of a state.
    """
    values: dict[str, Any] = {}
    for one in fields(State):
        if one.name not in data:
            continue  # written before there was such a field
        if one.name in _VALUES:
            values[one.name] = Map(from_plain(data[one.name], _VALUES[one.name]))
        else:
            values[one.name] = frozenset(data[one.name]) if one.name in _SETS else data[one.name]
    return State(**values)
