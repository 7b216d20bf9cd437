"""The same paper twice: the same DOI, the same bytes, or the same title over the same text (a preprint and its PDF)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from aichemist.chemistry import Document

#: letters and figures that a title must have to say which paper it is ("Introduction" does not)
_TELLING = 24
#: characters at the beginning of a text that are compared, and words that make one piece of them
_BEGINNING = 12_000
_PIECE = 5
#: share of the shorter text's pieces that stand in the other as well
_SHARED = 0.3
_DOI_PREFIX = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s?)", re.I)


def duplicates(documents: Sequence[Document]) -> dict[int, int]:
    """Documents that are the same paper as an earlier one: index -> index of the earlier one.

    Papers are the same by DOI (whatever its case), by the SHA-256 of their files, or by title and text together: the
    titles agree in letters and figures, and 30 % of the word sequences at the beginning of one stand in the other.
    """
    found: dict[int, int] = {}
    by_key: dict[str, int] = {}
    by_title: dict[str, list[int]] = {}
    pieces: dict[int, frozenset[str]] = {}
    for i, document in enumerate(documents):
        keys = [k for k in (_doi(document), document.sha256 and f"sha256 {document.sha256}") if k]
        same = next((by_key[k] for k in keys if k in by_key), None)
        title = re.sub(r"[\W_]+", "", document.title.casefold())
        if same is None and len(title) >= _TELLING:
            for other in by_title.get(title, ()):
                for k in (i, other):
                    pieces.setdefault(k, _pieces(documents[k].text))
                if _alike(pieces[i], pieces[other]):
                    same = other
                    break
        if same is not None:
            found[i] = same
        else:
            by_title.setdefault(title, []).append(i)
        for key in keys:
            by_key.setdefault(key, i if same is None else same)
    return found


def _doi(document: Document) -> str:
    return _DOI_PREFIX.sub("", document.doi.strip()).lower()


def _pieces(text: str) -> frozenset[str]:
    words = re.findall(r"\w{1,40}", text[:_BEGINNING].casefold())
    return frozenset(" ".join(words[i : i + _PIECE]) for i in range(len(words) - _PIECE + 1)) or frozenset(words)


def _alike(a: frozenset[str], b: frozenset[str]) -> bool:
    return len(a & b) >= _SHARED * max(1, min(len(a), len(b)))
