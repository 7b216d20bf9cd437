"""The list of references of a PDF: found by its heading, or by entries that count up at the end."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ._pdf_prose import Item

_HEADING = re.compile(
    r"^\W{0,3}(?:\d{1,2}\.?\s{1,3}|[IVX]{1,5}\.?\s{1,3})?(?:r ?e ?f ?e ?r ?e ?n ?c ?e ?s?(?: and notes)?"
    r"|notes and references|bibliography|literature cited|works cited|参考文献)\W{0,3}$",
    re.I,
)
_AFTER = re.compile(
    r"^\W{0,3}(?:\d{1,2}\.?\s{1,3}|[A-Z]\.?\s{1,3})?(?:appendix|appendices|supporting information|supplementary"
    r"|figure captions?|methods?$|online methods|materials and methods|experimental|acknowledge?ments?$"
    r"|author contributions|additional information)",
    re.I,
)
_ENTRY = re.compile(r"^[\[(]?(?P<number>\d{1,3})[\]).]?\s{0,3}(?=[^\W\d_a-z]|van |de |von )")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
#: entries from which a list without a heading is known
_ENOUGH = 5


def without_references(items: Sequence[Item]) -> list[Item]:
    """Items without the lists of references, each from its heading to what may follow it."""
    kept: list[Item] = []
    inside = False
    for i, item in enumerate(items):
        short = item.text if item.kind in ("heading", "text") and len(item.text) < 60 else ""
        if _HEADING.match(short) and (3 * i >= len(items) or _entries(items[i + 1 : i + 12]) >= 3):
            inside = True
        elif inside and short and _AFTER.match(short) and (item.kind == "heading" or len(short) < 40):
            inside = False
        if not inside:
            kept.append(item)
    if sum(len(i.text) for i in kept if not _HEADING.match(i.text)) < 100:
        return list(items)  # nothing else is there: kept rather than lost
    return kept if len(kept) < len(items) else _without_tail(kept)


def _entries(items: Sequence[Item]) -> int:
    return sum(_ENTRY.match(i.text) is not None and _YEAR.search(i.text) is not None for i in items)


def _without_tail(items: list[Item]) -> list[Item]:
    """Entries that count up at the end, where no heading stands before them."""
    begin, last, found = len(items), 10_000, 0
    for i in range(len(items) - 1, -1, -1):
        entry = _ENTRY.match(items[i].text)
        if entry and _YEAR.search(items[i].text) and int(entry["number"]) <= last and items[i].kind == "text":
            begin, last, found = i, int(entry["number"]), found + 1
            continue
        beside = begin - i > 4 or items[i].kind == "heading" if found else len(items) - i > 6
        if beside:
            break
    return items[:begin] if found >= _ENOUGH and last <= 3 and begin > 3 else items
