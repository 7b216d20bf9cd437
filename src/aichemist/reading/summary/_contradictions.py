"""Papers that report different numbers for one material under the same conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aichemist.chemistry import Contradiction, Evidence

#: numbers that differ by less than this share of their mean are taken to agree: samples and cells differ
AGREEMENT = 0.15
_SHOWN = 20
_FILLER = re.compile(r"\b(?:the|a|an|our|as-prepared|obtained|resulting|pure|bare|pristine|commercial)\b|[\s_\-]", re.I)


class Claims:
    """Numbers by material, property and conditions, each with the paper that reports it."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str, str], dict[str, list[tuple[float, Evidence]]]] = {}
        self._written: dict[str, str] = {}

    def note(self, material: str, subject: str, number: float, unit: str, conditions: str, evidence: Evidence) -> None:
        """Add one number; a material without a name is passed over."""
        name = _FILLER.sub("", material).lower()
        if len(name) < 2:
            return
        self._written.setdefault(name, material)
        papers = self._found.setdefault((name, subject, unit, conditions), {})
        papers.setdefault(evidence.document, []).append((number, evidence))

    def contradictions(self) -> tuple[Contradiction, ...]:
        """Pairs of papers whose medians differ by more than `AGREEMENT`, the widest apart first, at most twenty."""
        found = sorted(self._apart(), key=lambda p: -p[0])
        return tuple(c for _, c in found[:_SHOWN])

    def _apart(self) -> Iterator[tuple[float, Contradiction]]:
        for (name, subject, unit, conditions), papers in sorted(self._found.items()):
            middle = [sorted(claims, key=_number)[(len(claims) - 1) // 2] for claims in papers.values()]
            (low, of_low), (high, of_high) = min(middle, key=_number), max(middle, key=_number)
            mean = (abs(low) + abs(high)) / 2
            apart = (high - low) / mean if mean else 0.0
            if apart <= AGREEMENT:
                continue
            material, where = self._written[name], f" at {conditions}" if conditions else ""
            statement = (
                f"{material}: {subject}{where} is {low:g} {unit} in {of_low.document} "
                f"and {high:g} {unit} in {of_high.document}"
            )
            yield apart, Contradiction(material, statement, (of_low, of_high))


def _number(claim: tuple[float, Evidence]) -> tuple[float, str]:
    return (claim[0], claim[1].document)
