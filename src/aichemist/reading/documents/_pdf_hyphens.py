"""Lines of a paragraph -> its text: words broken at line ends made whole.

PDFium marks every hyphen at the end of a line, whether it stands in the word or only parts it; which of the two is told
by the other words of the document.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from ._pdf_columns import Line
from ._pdf_words import SOFT_HYPHEN

_BROKEN = (SOFT_HYPHEN, "-", "‐")
_WIDE_SCRIPT = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


#: these begin compounds that keep their hyphen, the second lot before words that the document knows
_HEADS = _set(
    "one two three four five six high low self long short half well first second third single double so state"
)
_SOMETIMES_HEADS = _set("metal carbon water solid gas liquid wide mass time rate cost thin full ion non triple")
#: these begin words that are written as one
_CLOSED = _set(
    "with over under in on up out there where how any some every an be for to back down inter sub super pre re co proto"
)
#: and these end compounds
_TAILS = _set(
    "based doped coated shaped type like free rich poor terminated driven induced assisted modified supported treated"
    " dependent resolved sized scale step phase situ prepared grown deposited loaded made containing shift shifted"
    " shifting stretching bonding bonded linked linking up out off vis"
)
_LINKS = re.compile(r"^(?:to|of|in|on|by|and|the|at)-")
_OPEN = re.compile(r"^(?:and|or|to|nor)\b(?!-)")


class Words:
    """The words of a document and its compounds with hyphens, halves of words at line ends left out."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.known: Counter[str] = Counter()
        self.compounds: set[tuple[str, str]] = set()
        broken = False
        for line in lines:
            text = line.text.lower()
            words = re.findall(r"[a-zß-ÿ]{2,40}", text)
            self.known.update(words[1:] if broken else words)
            broken = text.endswith(_BROKEN)
            if broken and words:
                self.known[words[-1]] -= 1
            for match in re.finditer(r"\b([a-zß-ÿ]{1,40})-(?=([a-zß-ÿ]{2,40}))", text):
                self.compounds.add((match[1], match[2]))


def joined_lines(lines: Sequence[str], words: Words) -> str:
    """The lines as one text; a mark of a broken word at its very end is kept for what follows."""
    text = ""
    for line in lines:
        line = line.strip()
        if not text:
            text = line
        elif text.endswith(_BROKEN) and re.search(r"[\w)\]].$", text):
            text = _rejoined(text[:-1], line, words)
        elif text.endswith(SOFT_HYPHEN):
            text = f"{text[:-1]}- {line}"  # a dash with white space round it
        elif _WIDE_SCRIPT.match(text[-1]) and _WIDE_SCRIPT.match(line[:1] or " "):
            text += line
        else:
            text += " " + line
    # marks inside a line stand where PDFium itself joined two lines
    return re.sub(rf"{SOFT_HYPHEN}(?!$)\s?", "", text).strip()


def _rejoined(text: str, line: str, words: Words) -> str:
    """A word broken at a hyphen, which stays before capitals and digits, after them, and in compounds.

    A compound is told by words that begin or end such, by being one elsewhere in the document, or by both halves being
    words of the document and the whole not.
    """
    head, tail = re.search(r"([^\W\d_]{1,40})$", text), re.match(r"[a-zß-ÿ]{1,40}", line)
    if _OPEN.match(line) and not words.known[(head[1].lower() if head else "") + tail[0] if tail else ""]:
        return f"{text}- {line}"
    if head is None or tail is None or head[1][-1].isupper():
        return f"{text}-{line}"
    first, second = head[1].lower(), tail[0]
    if words.known[first + second] > 0:
        return text + line
    before = text[: -len(first)]
    known = len(second) > 1 and words.known[second] > 0
    compound = (
        len(first) == 1 or first in _HEADS or (first, second) in words.compounds
        or (second in _TAILS and (len(first) > 2 or second == "situ") and first not in _CLOSED)
        or _LINKS.match(line) is not None or (before.endswith("-") and first in ("to", "of", "in", "on", "by", "and"))
        or (first in _SOMETIMES_HEADS and known)
        or (len(first) > 2 and len(second) > 2 and first not in _CLOSED and words.known[first] > 0 and known)
        or (len(first) > 2 and words.known[first] > 0 and line[len(second) : len(second) + 1] == "-")
    )  # fmt: skip
    return f"{text}-{line}" if compound else text + line
