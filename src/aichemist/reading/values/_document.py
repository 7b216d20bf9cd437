"""A whole article -> its values, each sentence with what stands before it and the title for what it leaves unsaid."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from attrs import evolve

from aichemist.chemistry import Document, Value

from .._topics import topics_of
from ._find import find_values
from ._tables import table_values

#: an entry of a list of references, which plain text may still hold
_REFERENCE = re.compile(
    r"\[CrossRef\]|\[PubMed\]|https?://|\bdoi\b|\bvol\. ?\d|\bpp\. ?\d"
    r"|\b\d{1,4}, (?:no\. )?[A-Z]?\d{1,7}(?: ?[-–−e] ?[A-Z]?\d{1,7})?[,.]? ?\((?:19|20)\d\d\)"
    r"|\b(?:19|20)\d\d, \d{1,4}(?: ?\(\d{1,3}\))?, [A-Z]?\d{1,7}"
    r"|\b\d{1,4} \((?:19|20)\d\d\) [A-Z]?\d{2,7}"
)
_PASSED_OVER = ("acknowledgements",)
_BEFORE = 3


def values_of(document: Document, sentences: Sequence[tuple[int, int]]) -> tuple[Value, ...]:
    """The values of a document in the order of its text, tables included; offsets are into ``document.text``.

    Args:
        sentences: offsets ``(start, end)``, as `split_sentences` gives them.
    """
    topics = topics_of(document, sentences)
    reaction = topics[0] if len(topics) == 1 else ""
    tables = sorted((t.start, t.end) for t in document.tables)
    starts = [a for a, _ in tables]
    sections = sorted(document.sections, key=lambda s: s.start)
    section_starts = [s.start for s in sections]
    text = document.text
    found: list[Value] = []
    earlier: list[str] = []
    last_section = -1
    for start, end in sentences:
        i = bisect_right(starts, start) - 1
        if i >= 0 and start < tables[i][1]:
            continue
        section = bisect_right(section_starts, start) - 1
        if section != last_section:
            earlier, last_section = [], section
        kind = sections[section].kind if section >= 0 and start < sections[section].end else "other"
        sentence = text[start:end]
        if kind not in _PASSED_OVER and not _REFERENCE.search(sentence):
            values = find_values(sentence, before=earlier, subject=document.title, reaction=reaction)
            less = 0.7 if kind == "experimental" else 1.0
            found += (
                evolve(v, start=v.start + start, end=v.end + start, confidence=round(v.confidence * less, 2))
                for v in values
            )
        earlier = [*earlier[1 - _BEFORE :], sentence]
    for table in document.tables:
        for value in table_values(document, table):
            found.append(evolve(value, reaction=value.reaction or reaction))
    found.sort(key=lambda v: (v.start, v.end))
    return tuple(found)
