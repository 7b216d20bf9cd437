"""Counting by paper with bounded memory: how many papers say a thing, and the surest sentences that do."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

from attrs import define, field

from aichemist.chemistry import Evidence

#: sentences shown for one thing
EVIDENCE_LIMIT = 5

K = TypeVar("K", bound=Hashable)


@define
class Count:
    """What is known of one thing: number of papers, of mentions, and its surest sentences."""

    papers: int = 0
    mentions: int = 0
    last: str = ""
    first: list[Evidence] = field(factory=list)
    more: list[Evidence] = field(factory=list)

    def note(self, evidence: Evidence) -> None:
        """Add one mention; documents must come one after the other."""
        self.mentions += 1
        if evidence.document != self.last:
            self.papers += 1
            self.last = evidence.document
            self.first.append(evidence)
        elif _better(evidence, self.first[-1]):
            self.more.append(self.first[-1])
            self.first[-1] = evidence
        else:
            self.more.append(evidence)
        if len(self.first) > 4 * EVIDENCE_LIMIT:
            # the newest paper may still find a better sentence, so it stays last
            newest = self.first.pop()
            self.first = [*sorted(self.first, key=_rank)[:EVIDENCE_LIMIT], newest]
        if len(self.more) > 4 * EVIDENCE_LIMIT:
            self.more = sorted(self.more, key=_rank)[:EVIDENCE_LIMIT]

    def evidence(self) -> tuple[Evidence, ...]:
        """The surest sentence of each paper first, then further ones, `EVIDENCE_LIMIT` at most."""
        return tuple([*sorted(self.first, key=_rank), *sorted(self.more, key=_rank)][:EVIDENCE_LIMIT])


class Tally(Generic[K]):
    """Counts by key."""

    def __init__(self) -> None:
        self._counts: dict[K, Count] = {}

    def note(self, key: K, evidence: Evidence) -> None:
        self._counts.setdefault(key, Count()).note(evidence)

    def __iter__(self) -> Iterator[tuple[K, Count]]:
        return iter(self._counts.items())

    def __len__(self) -> int:
        return len(self._counts)


def _rank(evidence: Evidence) -> tuple[float, str, int]:
    return (-evidence.confidence, evidence.document, evidence.start)


def _better(a: Evidence, b: Evidence) -> bool:
    return _rank(a) < _rank(b)
