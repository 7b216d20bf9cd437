"""Reported quantities as distributions over papers, with what comes from where."""

from __future__ import annotations

from statistics import median, quantiles

from aichemist.chemistry import Distribution, Evidence

from ._tally import Count


class Spread:
    """Numbers by paper for many quantities; each paper counts once, by the median of its numbers."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str, str], dict[str, list[float]]] = {}
        self._counts: dict[tuple[str, str, str], Count] = {}

    def note(self, subject: str, number: float, unit: str, conditions: str, evidence: Evidence) -> None:
        """Add one number; documents must come one after the other."""
        key = (subject, unit, conditions)
        self._numbers.setdefault(key, {}).setdefault(evidence.document, []).append(number)
        self._counts.setdefault(key, Count()).note(evidence)

    def distributions(self) -> tuple[Distribution, ...]:
        """Most papers first, then by name."""
        made = []
        for key, by_paper in self._numbers.items():
            subject, unit, conditions = key
            points = sorted(median(numbers) for numbers in by_paper.values())
            lower, middle, upper = quantiles(points, n=4, method="inclusive") if len(points) > 1 else points * 3
            made.append(
                Distribution(
                    subject, unit, len(points), points[0], lower, middle, upper, points[-1],
                    self._counts[key].evidence(), conditions,
                )
            )  # fmt: skip
        return tuple(sorted(made, key=lambda d: (-d.papers, d.subject, d.conditions)))
