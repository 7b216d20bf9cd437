"""Quote or drop: whatever a model says must stand, word for word, in the paragraph that it was shown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import frozen

from aichemist.chemistry import Condition, Mention, Value

from ._schema import ENTITY_KINDS, Said, SaidValue

_NUMBER = re.compile(r"[-−–]?\d{1,9}(?:\.\d{1,9})?")
_REACTIONS = frozenset({"OER", "HER", "ORR", "HOR", "CO2RR", "OWS", ""})
#: between a number and its unit there may be an uncertainty or the rest of a list, never another sentence
_REACH = 60


@frozen
class Verified:
    """What stood up, at its offsets, and how many items did not."""

    values: tuple[Value, ...]
    mentions: tuple[Mention, ...]
    dropped: int
    reasons: tuple[str, ...]


def verify(said: Said, paragraph: str, offset: int, model: str) -> Verified:
    """Keep what is word for word in ``paragraph``, which begins at ``offset`` of the document; count the rest.

    A quote must occur in the paragraph; number, unit, material, and each condition's number and unit must occur in
    the quote as whole words, the unit after the number. Letters are compared exactly.
    """
    values: list[Value] = []
    mentions: list[Mention] = []
    reasons: list[str] = []
    for item in said.values:
        at = paragraph.find(item.quote)
        problem = "quote is not in the paragraph" if at < 0 else _problem(item)
        if problem:
            reasons.append(problem)
            continue
        start, end = _span(item)
        number = _number(item.number)
        if number is None or (at + start, at + end) in {(v.start - offset, v.end - offset) for v in values}:
            reasons.append("number cannot be read" if number is None else "said twice")
            continue
        values.append(
            Value(
                property=item.property.lower(), value=number, unit=item.unit,
                start=offset + at + start, end=offset + at + end, conditions=tuple(_conditions(item)),
                material=item.material, reaction=item.reaction if item.reaction in _REACTIONS else "",
                cited=item.cited, confidence=0.7, made_by=model,
            )
        )  # fmt: skip
    for entity in said.entities:
        at, within = paragraph.find(entity.quote), _find_word(entity.quote, entity.text)
        if at < 0 or within < 0 or entity.kind not in ENTITY_KINDS:
            reasons.append("entity is not in the paragraph" if entity.kind in ENTITY_KINDS else "kind is unknown")
            continue
        start = offset + at + within
        mentions.append(Mention(entity.kind, start, start + len(entity.text), entity.text, 0.7))
    return Verified(tuple(values), tuple(mentions), len(reasons), tuple(reasons))


def _problem(item: SaidValue) -> str:
    """Why this value is dropped; empty where it stands."""
    if _find_word(item.quote, item.number) < 0:
        return "number is not in the quote"
    if item.unit and _unit_after(item.quote, item.number, item.unit) is None:
        return "unit does not follow the number in the quote"
    if item.material and _find_word(item.quote, item.material) < 0:
        return "material is not in the quote"
    for condition in item.conditions:
        if _find_word(item.quote, condition.number) < 0 or (
            condition.unit and _unit_after(item.quote, condition.number, condition.unit) is None
        ):
            return "condition is not in the quote"
    return ""


def _find_word(text: str, word: str) -> int:
    """Where ``word`` stands in ``text`` by itself: no letter or digit of a longer word or number touches it."""
    return next(_occurrences(text, word), -1)


def _occurrences(text: str, word: str) -> Iterator[int]:
    at = text.find(word) if word else -1
    while at >= 0:
        before, after = text[max(0, at - 2) : at], text[at + len(word) : at + len(word) + 2]
        glued = bool(before) and word[0].isalnum() and before[-1].isalnum()
        # "10" is not in "310" nor in "10.5" nor in "0.10"; a unit may touch the number: "10mA"
        decimal = word[0].isdigit() and re.search(r"\d\.$", before) is not None
        runs_on = word[-1].isdigit() and re.match(r"\d|\.\d", after) is not None
        letters = word[-1].isalpha() and after[:1].isalpha()
        unit_touches = glued and word[0].isalpha() and before[-1].isdigit()
        if not (decimal or runs_on or letters or (glued and not unit_touches)):
            yield at
        at = text.find(word, at + 1)


def _unit_after(quote: str, number: str, unit: str) -> tuple[int, int, int] | None:
    """Start and end of the number and end of its unit, or ``None``."""
    for at in _occurrences(quote, number):
        end = at + len(number)
        near = (i for i in _occurrences(quote, unit) if end <= i <= end + _REACH and ". " not in quote[end:i])
        found = next(near, None)
        if found is not None:
            return at, end, found + len(unit)
    return None


def _span(item: SaidValue) -> tuple[int, int]:
    """Number and unit where they touch, else the number."""
    if item.unit:
        found = _unit_after(item.quote, item.number, item.unit)
        if found is not None:
            start, end, unit_end = found
            touching = unit_end - end <= len(item.unit) + 1
            return start, unit_end if touching else end
    start = _find_word(item.quote, item.number)
    return start, start + len(item.number)


def _number(text: str) -> float | None:
    match = _NUMBER.search(text.replace(",", ""))
    return float(match[0].replace("−", "-").replace("–", "-")) if match else None


def _conditions(item: SaidValue) -> Iterator[Condition]:
    for c in item.conditions:
        yield Condition(c.name.lower(), _number(c.number), c.unit, f"{c.number} {c.unit}".strip())
