"""What people say of readings: stored beside the machine's reading, found again by their words, and winning over it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from attrs import evolve, fields, frozen

from aichemist.chemistry import Action, Condition, Link, Mention, Procedure, Reading, Value, from_plain

from ._facts import FactKind, Item, Record, claim, items_of, new_id, paper_key

CorrectionAction = Literal["change", "wrong", "add"]
CORRECTED, ADDED = "corrected by a person", "added by a person"
#: characters kept on either side of a quote, by which it is found again
AROUND = 80
#: letters and digits around a quote that must agree for it to be the same place
_ENOUGH = 12
_RECORDS: Mapping[str, type[Any]] = {"value": Value, "action": Action, "entity": Mention}
_NOT_LETTERS = re.compile(r"[\W_]+")


@frozen
class Correction:
    """One correction. ``quote`` are the words at ``[start, stop)``, ``before`` and ``after`` what stands around them.

    ``subject`` is the fact as the person saw it (plain data, empty for an added one), ``fields`` what it should say.
    """

    id: int
    paper: str
    document: str
    sha256: str
    kind: FactKind
    action: CorrectionAction
    start: int
    stop: int
    quote: str
    before: str
    after: str
    subject: Mapping[str, Any]
    fields: Mapping[str, Any]
    who: str
    note: str
    made_at: datetime


def corrected(reading: Reading, corrections: Iterable[Correction]) -> Reading:
    """The reading with the corrections laid over it, the last one winning; values that they touch are flagged."""
    corrections = list(corrections)
    if not corrections:
        return reading
    return _rebuilt(reading, corrected_items(reading, corrections))


def corrected_items(reading: Reading, corrections: Iterable[Correction]) -> list[Item]:
    """The facts of a reading with the corrections laid over them."""
    items = items_of(reading)
    for correction in corrections:
        span = place(reading.document.text, correction)
        if span is not None:
            items = _applied(items, correction, span, reading)
    return items


def place(text: str, correction: Correction) -> tuple[int, int] | None:
    """Where the quote of a correction stands in a text now, or ``None``.

    That is its old place if the words are still there; else, since a document may be extracted anew or change, the
    place with the same words whose surroundings agree best, if they agree well enough.
    """
    tokens = correction.quote.split()
    if not tokens:
        return None
    if text[correction.start : correction.stop] == correction.quote and _agree(
        text, correction.start, correction.stop, correction
    ):
        return correction.start, correction.stop
    pattern = re.compile(r"\s{1,9}".join(re.escape(t) for t in tokens))
    spans = [m.span() for m in pattern.finditer(text)]
    good = [(_common(text, a, b, correction), -abs(a - correction.start), a, b) for a, b in spans]
    good = [g for g in good if _agree(text, g[2], g[3], correction)]
    return max(good)[2:] if good else None


def _agree(text: str, start: int, stop: int, correction: Correction) -> bool:
    there = len(_letters(correction.before)) + len(_letters(correction.after))
    return _common(text, start, stop, correction) >= min(_ENOUGH, there)


def _common(text: str, start: int, stop: int, correction: Correction) -> int:
    """How many letters and digits before and after agree, counted from the quote outwards."""
    before, after = text[max(0, start - 2 * AROUND) : start], text[stop : stop + 2 * AROUND]
    return _same(_letters(correction.before)[::-1], _letters(before)[::-1]) + _same(
        _letters(correction.after), _letters(after)
    )


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", text).casefold()


def _same(first: str, second: str) -> int:
    return next(
        (i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), min(len(first), len(second))
    )


def _applied(items: list[Item], correction: Correction, span: tuple[int, int], reading: Reading) -> list[Item]:
    start, stop = span
    if correction.action == "add":
        return [*items, _added(correction, span, reading)]
    seen = from_plain(correction.subject, _RECORDS[correction.kind]) if correction.subject else None
    here = [
        i for i in items if i.kind == correction.kind and i.record.start < stop and start < i.record.end
    ]  # fmt: skip
    if correction.action == "wrong":
        wrong = {id(i) for i in here if seen is None or _claims_alike(i.record, seen)}
        return [i for i in items if id(i) not in wrong]
    target = _closest(here, seen, span)
    if target is None:
        return [*items, _added(correction, span, reading)]
    changed = evolve(
        target, record=changed_record(target.record, correction.fields, correction.who),
        corrections=(*target.corrections, correction.id),
    )  # fmt: skip
    return [changed if i is target else i for i in items]


def _claims_alike(first: Record, second: Record) -> bool:
    """Whether two facts say the same, whatever the spelling of their material."""
    return [_letters(x) if isinstance(x, str) else x for x in claim(first)] == [
        _letters(x) if isinstance(x, str) else x for x in claim(second)
    ]


def _closest(here: Sequence[Item], seen: Record | None, span: tuple[int, int]) -> Item | None:
    """The fact that a person meant: at the same words, and saying most of what it said then."""
    if seen is None:
        return here[0] if here else None

    def likeness(item: Item) -> tuple[int, int]:
        agree = sum(a == b for a, b in zip(claim(item.record), claim(seen), strict=False))
        overlap = min(item.record.end, span[1]) - max(item.record.start, span[0])
        return agree, overlap

    best = max(here, key=likeness, default=None)
    # a value of another property at the same words is another fact; a person's word on this one stands beside it
    return best if best is not None and (seen.__class__ is not Value or likeness(best)[0] > 0) else None


def _added(correction: Correction, span: tuple[int, int], reading: Reading) -> Item:
    start, stop = span
    kind = correction.kind
    text = reading.document.text[start:stop]
    record: Record
    if correction.subject:
        record = evolve(from_plain(correction.subject, _RECORDS[kind]), start=start, end=stop)
    elif kind == "value":
        record = Value("", 0.0, "", start, stop)
    elif kind == "action":
        record = Action(text, "", start, stop)
    else:
        record = Mention("", start, stop, text)
    record = changed_record(record, correction.fields, correction.who, ADDED)
    home = None
    if kind == "action":
        home = next((i for i, p in enumerate(reading.procedures) if p.start <= start < p.end), None)
    return Item(new_id(paper_key(reading.document), correction.id), kind, record, home, (correction.id,))


def changed_record(record: Record, given: Mapping[str, Any], who: str, flag: str = CORRECTED) -> Record:
    """A fact with the fields that a person gave."""
    names = {f.name for f in fields(type(record))}
    plain = {k: v for k, v in given.items() if k in names}
    if not isinstance(record, Value):
        return evolve(record, **plain, confidence=1.0)
    conditions = record.conditions
    if "current_density" in given:
        number = given["current_density"]
        new = Condition("current density", number, "mA/cm2", f"{number:g} mA/cm2")
        conditions = (new, *(c for c in conditions if c.name != "current density"))
    if "electrolyte" in given:
        new = Condition("electrolyte", None, "", given["electrolyte"])
        conditions = (*(c for c in conditions if c.name != "electrolyte"), new)
    flags = tuple(dict.fromkeys([*record.flags, flag]))
    return evolve(record, **plain, conditions=conditions, made_by=who, confidence=1.0, flags=flags)


def _rebuilt(reading: Reading, items: Sequence[Item]) -> Reading:
    values = sorted((i.record for i in items if isinstance(i.record, Value)), key=lambda v: (v.start, v.end))
    mentions, links = _mentions(reading, items)
    return evolve(
        reading, values=tuple(values), mentions=mentions, links=links, procedures=_procedures(reading, items)
    )  # fmt: skip


def _mentions(reading: Reading, items: Sequence[Item]) -> tuple[tuple[Mention, ...], tuple[Link, ...]]:
    """Mentions in order, and the links of those that are still there."""
    ids = [i.id for i in items_of(reading) if i.kind == "entity"]
    kept = sorted(
        ((i.record, i.id) for i in items if isinstance(i.record, Mention)),
        key=lambda pair: (pair[0].start, pair[0].end),
    )
    number = {name: n for n, (_, name) in enumerate(kept)}
    now = [number.get(name) for name in ids]
    links = []
    for link in reading.links:
        head, tail = now[link.head], now[link.tail]
        if head is not None and tail is not None:
            links.append(evolve(link, head=head, tail=tail))
    return tuple(m for m, _ in kept), tuple(links)


def _procedures(reading: Reading, items: Sequence[Item]) -> tuple[Procedure, ...]:
    made = []
    for home, procedure in enumerate(reading.procedures):
        mine = [i.record for i in items if i.home == home and isinstance(i.record, Action)]
        if mine:
            made.append(evolve(procedure, actions=tuple(sorted(mine, key=lambda a: a.start))))
    alone = [i.record for i in items if i.home is None and isinstance(i.record, Action)]
    made += [Procedure(a.start, a.end, (a,)) for a in alone]
    return tuple(sorted(made, key=lambda p: p.start))
