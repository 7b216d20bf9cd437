"""What people say of readings: stored beside the machine's reading, found again by their words, and winning over it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from attrs import evolve, fields, frozen

from aichemist.chemistry import Condition, InputError, Reading, Value

CorrectionAction = Literal["change", "wrong", "add"]
CORRECTED, ADDED = "corrected by a person", "added by a person"
#: how far from its old place a quote is looked for when the document was laid out anew
_REACH = 20_000
_NUMBERS = frozenset({"value", "upper", "uncertainty"})
_TEXTS = frozenset({"property", "unit", "comparator", "material", "reaction"})


@frozen
class Correction:
    """One correction. ``quote`` are the words at ``[start, stop)``; ``subject`` the value it is about."""

    id: int
    paper: str
    start: int
    stop: int
    quote: str
    action: CorrectionAction
    subject: Mapping[str, Any]
    fields: Mapping[str, Any]
    who: str
    note: str
    made_at: datetime


def checked_fields(given: Mapping[str, str]) -> dict[str, Any]:
    """Fields of a value as a person types them, with their types.

    Known are property, value, upper, uncertainty, unit, comparator, material, reaction, cited, current_density.

    Raises:
        InputError: a field is unknown, a number is none, or ``cited`` is neither true nor false.
    """
    made: dict[str, Any] = {}
    for key, text in given.items():
        if key in _NUMBERS or key == "current_density":
            try:
                made[key] = float(text)
            except ValueError:
                raise InputError("is not a number", key=key, value=text, mend=f"write {key}=250") from None
        elif key == "cited":
            if text.lower() not in ("true", "false"):
                raise InputError("is neither true nor false", key=key, value=text)
            made[key] = text.lower() == "true"
        elif key in _TEXTS:
            made[key] = text
        else:
            known = sorted(_NUMBERS | _TEXTS | {"cited", "current_density"})
            raise InputError("is no field of a value", key=key, value=text, mend="known are " + ", ".join(known))
    return made


def corrected(reading: Reading, corrections: Iterable[Correction]) -> Reading:
    """The reading with the corrections laid over it, the last one winning; what they touch is flagged."""
    values: list[Value] = list(reading.values)
    for correction in corrections:
        span = _found(reading.document.text, correction)
        if span is None:
            continue
        start, stop = span
        about = [i for i, v in enumerate(values) if v.start < stop and start < v.end and _same(v, correction)]
        if correction.action == "wrong":
            values = [v for i, v in enumerate(values) if i not in about]
        elif correction.action == "change":
            for i in about:
                values[i] = _changed(values[i], correction.fields, correction.who)
        elif not any(v.start == start and v.end == stop and ADDED in v.flags for v in values):
            plain = Value("", 0.0, "", start, stop, flags=(ADDED,))
            values.append(evolve(_changed(plain, correction.fields, correction.who), flags=(ADDED,)))
    return evolve(reading, values=tuple(sorted(values, key=lambda v: (v.start, v.end))))


def _found(text: str, correction: Correction) -> tuple[int, int] | None:
    """Where the quote stands now: at its old place, else the nearest place within reach."""
    if text[correction.start : correction.stop] == correction.quote:
        return correction.start, correction.stop
    low = max(0, correction.start - _REACH)
    window = text[low : correction.stop + _REACH]
    places: list[int] = []
    at = window.find(correction.quote)
    while at >= 0:
        places.append(low + at)
        at = window.find(correction.quote, at + 1)
    if not places:
        return None
    start = min(places, key=lambda p: abs(p - correction.start))
    return start, start + len(correction.quote)


def _same(value: Value, correction: Correction) -> bool:
    """Whether this is the value that the person saw: by what it was then, so that a better reading is not spoilt."""
    seen = correction.subject
    already = CORRECTED in value.flags
    return already or not seen or (value.property == seen.get("property") and value.value == seen.get("value"))


def _changed(value: Value, given: Mapping[str, Any], who: str) -> Value:
    names = {f.name for f in fields(Value)}
    plain = {k: v for k, v in given.items() if k in names}
    conditions: Sequence[Condition] = value.conditions
    if "current_density" in given:
        number = given["current_density"]
        new = Condition("current density", number, "mA/cm2", f"{number:g} mA/cm2")
        conditions = (new, *(c for c in conditions if c.name != "current density"))
    flags = tuple(dict.fromkeys([*value.flags, CORRECTED]))
    return evolve(value, **plain, conditions=tuple(conditions), made_by=who, confidence=1.0, flags=flags)
