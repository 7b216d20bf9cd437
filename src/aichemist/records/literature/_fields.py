"""The fields of a fact as a person types them, with their types."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from aichemist.chemistry import COMPARATORS, OPERATIONS, InputError, parse_quantity

from ._facts import FactKind

_NUMBERS = frozenset({"value", "upper", "uncertainty", "current_density"})
_KNOWN: Mapping[str, frozenset[str]] = {
    "value": _NUMBERS | {"property", "unit", "comparator", "material", "reaction", "cited", "electrolyte"},
    "action": frozenset({"verb", "operation", "temperature", "duration", "atmosphere"}),
    "entity": frozenset({"kind"}),
}
#: without these a fact that is added says nothing
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "value": ("property", "value", "unit"), "action": ("operation",), "entity": ("kind",),
}  # fmt: skip
MAX_TEXT = 300


def checked_fields(given: Mapping[str, str], kind: FactKind = "value", *, whole: bool = False) -> dict[str, Any]:
    """Fields as a person types them, checked, with their types; SI where the name says so.

    A value has property, value, upper, uncertainty, unit, comparator, material, reaction, cited, current_density
    (mA/cm2), electrolyte; an action verb, operation, temperature ("500 degC"), duration ("2 h"), atmosphere; an entity
    its kind (the label).

    Args:
        whole: the fields make a fact of their own, so what every fact needs must be there.

    Raises:
        InputError: a field is unknown, missing, too long, or not of its kind.
    """
    made: dict[str, Any] = {}
    known = _KNOWN[kind]
    for key, text in given.items():
        if key not in known:
            raise InputError(
                f"is no field of {_a(kind)}", key=key, value=text, mend="known are " + ", ".join(sorted(known))
            )
        made |= _checked(key, text.strip())
    missing = [k for k in _NEEDED[kind] if k not in made] if whole else []
    if missing:
        raise InputError(f"is missing: {_a(kind)} needs it", key=missing[0], mend=f"add --field {missing[0]}=…")
    return made


def _a(kind: str) -> str:
    return f"an {kind}" if kind[0] in "ae" else f"a {kind}"


def _checked(key: str, text: str) -> dict[str, Any]:
    if key in _NUMBERS:
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise InputError("is not a number", key=key, value=text, mend=f"write {key}=250")
        return {key: number}
    if key == "cited":
        if text.lower() not in ("true", "false"):
            raise InputError("is neither true nor false", key=key, value=text, mend="write cited=true or cited=false")
        return {key: text.lower() == "true"}
    if key == "comparator" and text not in COMPARATORS:
        raise InputError("is no comparator", key=key, value=text, mend="known are " + " ".join(COMPARATORS))
    if key == "operation" and text and text not in OPERATIONS:
        raise InputError("is no operation", key=key, value=text, mend="known are " + ", ".join(sorted(OPERATIONS)))
    if key == "temperature":
        return {"temperature_k": parse_quantity(text, "temperature", key=key)}
    if key == "duration":
        return {"duration_s": parse_quantity(text, "duration", key=key)}
    if key in ("property", "unit", "kind") and not text and key != "unit":
        raise InputError("is empty", key=key, mend=f"write {key}=…")
    if key == "kind" and not text.replace("_", "").replace("-", "").isalnum():
        raise InputError("is no label", key=key, value=text, mend="write letters, digits, '_' and '-'")
    if len(text) > MAX_TEXT:
        raise InputError(f"is longer than {MAX_TEXT} characters", key=key, value=text)
    return {key: text}
