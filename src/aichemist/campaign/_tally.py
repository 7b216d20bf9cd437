"""What a campaign still waits for, kept up to date: a step costs the same after 2,000 samples as after ten."""

from __future__ import annotations

import math

from aichemist.chemistry import Objective, Observation
from aichemist.lab.execution import State


class Tally:
    """Samples of which something may still come, by batch; the others are looked at no more.

    ``best`` is the best of the objective so far; a sample is done with when every one of ``names`` was looked for.
    """

    def __init__(self, objective: Objective, names: tuple[str, ...]) -> None:
        self._name, self._names = objective.name, frozenset(names)
        self._sign = 1.0 if objective.direction == "minimise" else -1.0
        self._seen: dict[str, set[str]] = {}
        self._known = 0
        self._observed = 0
        self._open: dict[int, set[str]] = {}
        self.best: Observation | None = None

    def update(self, state: State, observations: list[Observation]) -> None:
        """Take up new samples and observations, and let go of samples of which nothing can come any more."""
        if len(state.samples) != self._known:  # they come by batches, and none ever leaves
            self._open, self._seen = {}, {}
            for name, vial in state.samples.items():
                self._open.setdefault(vial.batch, set()).add(name)
            self._known, self._observed = len(state.samples), 0
        for made in observations[self._observed :]:
            seen = self._seen.setdefault(made.sample, set())
            seen.add(made.name)
            if seen >= self._names:
                self._open.get(made.batch, set()).discard(made.sample)
                del self._seen[made.sample]
            if made.name != self._name or math.isnan(made.value):
                continue
            if self.best is None or self._better(made, self.best):
                self.best = made
        self._observed = len(observations)

    def _better(self, one: Observation, other: Observation) -> bool:
        return self._sign * one.value < self._sign * other.value

    def waiting(self, state: State, batch: int) -> list[str]:
        """Samples of a batch that may still give an observation."""
        return [n for n in self._open.get(batch, ()) if state.samples[n].status == "active"]

    def unread(self, state: State) -> list[tuple[str, tuple[str, ...]]]:
        """Samples with raw data and no observation yet, and their files, by name."""
        found = []
        for batch, names in list(self._open.items()):
            for name in list(names):
                vial, files = state.samples[name], state.files.get(name)
                if files:
                    found.append((name, files))
                elif vial.status in ("finished", "discarded") and vial.open_tasks == 0:
                    names.discard(name)  # no data ever
            if not names:
                del self._open[batch]
        return sorted(found)
