"""Sentences that state what a paper found, without its list of references."""

from __future__ import annotations

import re
from collections.abc import Sequence

from aichemist.chemistry import Document

#: a sentence of a reference list states what a title says, not what this paper found
_REFERENCE = re.compile(
    r"\[CrossRef\]|\[PubMed\]|https?://|\bdoi\b|\bvol\. ?\d|\bpp\. ?\d"
    r"|\b\d{1,4}, (?:no\. )?[A-Z]?\d{1,7}(?: ?[-–−e] ?[A-Z]?\d{1,7})?[,.]? ?\((?:19|20)\d\d\)"
    r"|\b(?:19|20)\d\d, \d{1,4}(?: ?\(\d{1,3}\))?, [A-Z]?\d{1,7}"
    r"|\b\d{1,4} \((?:19|20)\d\d\) [A-Z]?\d{2,7}"
    r"|(?:[A-Z][\w'’-]{1,20},? (?:[A-Z]\.[ -]?){1,3}[,;&]? ?){2}"
    r"|(?:(?:[A-Z]\.[ -]?){1,3} ?[A-Z][\w'’-]{1,20}, ){2}"
)
_HEADING = re.compile(r"\bREFERENCES\b|(?:^|[.;■] ?)References (?=[\[(]?\d)")


def body_sentences(document: Document, sentences: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The sentences before the references: a section of that title, else the last such heading in the second half.

    Single sentences that look like an entry of a reference list are left out wherever they stand.
    """
    texts = [document.text[start:end] for start, end in sentences]
    listed = [s for s in document.sections if s.title.strip().lower() in ("references", "bibliography")]
    if listed:
        kept = [i for i, (a, _) in enumerate(sentences) if not any(s.start <= a < s.end for s in listed)]
    else:
        headings = [i for i, text in enumerate(texts) if _HEADING.search(text)]
        last = headings[-1] if headings and 2 * headings[-1] >= len(texts) else len(texts)
        kept = list(range(last))
    return [sentences[i] for i in kept if not _REFERENCE.search(texts[i])]
