"""The hash chain of a journal: each entry's hash is over the one before, so that no change goes unseen.

The form of what is hashed never changes, for hashes in databases that exist rest on it: the hex of the previous hash,
then JSON with sorted keys, no blanks, ASCII, floats as Python's ``repr``, times as ISO 8601 in UTC with microseconds.
It protects against damage and quiet edits, not against one who recomputes the whole chain: nothing here is signed.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

from aichemist.chemistry import RecordsError

_MARK = "$float"  # PostgreSQL's JSON knows no NaN and no infinity
_strict = json.JSONEncoder(allow_nan=False).encode  # made once: every entry of a journal passes here
_sorted = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


class Stored(dict[str, Any]):
    """Data as the database will give them back, with their text, so that they are not put into words twice."""

    __slots__ = ("text",)

    def __init__(self, data: Mapping[str, Any], text: str) -> None:
        super().__init__(data)
        self.text = text


def dumps(data: object) -> str:
    """JSON for the database, in the order of its keys."""
    if type(data) is Stored:
        return data.text
    try:
        return _strict(data)
    except ValueError:
        return _strict(_marked(data))


def loads(text: str | bytes) -> Any:
    """The inverse of :func:`dumps`; also reads the bare ``NaN`` of schema 0002."""
    found = text if isinstance(text, str) else text.decode()
    return json.loads(found, object_hook=_unmarked if f'"{_MARK}"' in found else None)


def _marked(data: Any) -> Any:
    if isinstance(data, float) and not math.isfinite(data):
        return {_MARK: repr(float(data))}
    if isinstance(data, Mapping):
        return {k: _marked(v) for k, v in data.items()}
    return [_marked(v) for v in data] if isinstance(data, list | tuple) else data


def _unmarked(found: dict[str, Any]) -> Any:
    return float(found[_MARK]) if len(found) == 1 and found.get(_MARK) in ("nan", "inf", "-inf") else found


def as_stored(what: str, data: Mapping[str, Any]) -> Stored:
    """``data`` as the database will give it back: texts as keys, lists for tuples. Not to be changed any more.

    Raises:
        RecordsError: something in it is no JSON.
    """
    try:
        text = dumps(dict(data))
        return Stored(loads(text), text)
    except (TypeError, ValueError, RecursionError) as error:
        raise RecordsError(
            f"{what} cannot be kept as JSON: {error}\n  mend: only numbers, texts, lists and mappings go into a journal"
        ) from None


def utc(time: datetime) -> datetime:
    """SQLite loses the timezone and PostgreSQL gives its own; what is kept is always UTC."""
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


@lru_cache(maxsize=8)  # the entries of a transaction share theirs
def _iso(time: datetime) -> str:
    return utc(time).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _digest(previous: str, data: object) -> str:
    return sha256((previous + _sorted(data)).encode()).hexdigest()


def genesis_hash(run_id: int, name: str, created_at: datetime, seed: int, config: object) -> str:
    """What the first entry's hash is over; ``config`` as the database gives it back."""
    what = {"config": config, "created_at": _iso(created_at), "name": name, "run_id": int(run_id), "seed": int(seed)}
    return _digest("", what)


def entry_hash(previous: str, run_id: int, row: Mapping[str, Any]) -> str:
    """The hash of a journal row; its payload as the database gives it back."""
    what = {
        "actor": row["actor"],
        "cause": row["cause"],
        "kind": row["kind"],
        "lab_time_s": float(row["lab_time_s"]) + 0.0,  # SQLite knows no -0.0
        "payload": row["payload"],
        "run_id": int(run_id),
        "seq": int(row["seq"]),
        "wall_time": _iso(row["wall_time"]),
    }
    return _digest(previous, what)


def approval_hash(previous: str, row: Mapping[str, Any]) -> str:
    """The hash of a row of the table ``approval``, without its withdrawal, which is a row of its own."""
    what = {
        "content": row["content"],
        "decision": row["decision"],
        "expires_at": None if row["expires_at"] is None else _iso(row["expires_at"]),
        "id": int(row["id"]),
        "kind": row["kind"],
        "made_at": _iso(row["made_at"]),
        "person": row["person"],
        "role": row["role"],
        "subject_hash": row["subject_hash"],
        "why": row["why"],
    }
    return _digest(previous, what)
