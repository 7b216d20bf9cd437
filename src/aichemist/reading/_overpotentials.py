"""Overpotentials of a sentence that can stand as figures of their own: no bound, no range, nothing cathodic."""

from __future__ import annotations

from attrs import frozen

from .values import find_values

_LOW_MV, _HIGH_MV = 100.0, 1500.0


@frozen
class Overpotential:
    """One reported overpotential; ``current_ma_per_cm2`` is ``None`` where the sentence does not say."""

    value_mv: float
    current_ma_per_cm2: float | None
    confidence: float


def find_overpotentials(sentence: str) -> tuple[Overpotential, ...]:
    """Overpotentials of a sentence, in the order written, as `values.find_values` reads them.

    Bounds, ranges, values outside 100 to 1500 mV and every value at a negative (cathodic) current are left out. The
    reaction is not looked at here: see ``_topics``.
    """
    found: list[Overpotential] = []
    for value in find_values(sentence):
        millivolts = round(value.value * (1000 if value.unit == "V" else 1), 6)
        plain = value.property == "overpotential" and value.upper is None and value.comparator in ("=", "~")
        if not plain or not _LOW_MV <= millivolts <= _HIGH_MV:
            continue
        at = value.condition("current density")
        if at is not None and at.text.lstrip().startswith("-"):
            continue
        found.append(Overpotential(millivolts, at.value if at else None, 0.9 if at else 0.5))
    return tuple(dict.fromkeys(found))
