"""Several objectives: what was measured of each sample, and which samples no other beats in everything."""

from __future__ import annotations

import math
from collections.abc import Sequence

from aichemist.chemistry import Objective, Observation

Sample = tuple[Observation, ...]


def whole_samples(observations: Sequence[Observation], objectives: Sequence[Objective]) -> list[Sample]:
    """Samples with a valid measurement of every objective, in the order of the objectives."""
    found: dict[str, dict[str, Observation]] = {}
    for o in observations:
        if not math.isnan(o.value):
            found.setdefault(o.sample, {})[o.name] = o
    return [tuple(own[o.name] for o in objectives) for own in found.values() if all(o.name in own for o in objectives)]


def front(observations: Sequence[Observation], objectives: Sequence[Objective]) -> list[Sample]:
    """The samples that no other dominates, best in the first objective first; with one objective the best alone."""
    samples = whole_samples(observations, objectives)
    signs = [1.0 if o.direction == "maximise" else -1.0 for o in objectives]
    values = [tuple(s * o.value for s, o in zip(signs, sample, strict=True)) for sample in samples]
    kept = [
        (value, sample)
        for value, sample in zip(values, samples, strict=True)
        if not any(all(a >= b for a, b in zip(v, value, strict=True)) and v != value for v in values)
    ]
    return [sample for _, sample in sorted(kept, key=lambda pair: tuple(-v for v in pair[0]))]
