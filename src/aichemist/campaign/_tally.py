"""What a campaign still waits for, kept up to date: a step costs the same after 2,000 samples as after ten."""

from __future__ import annotations

import math

from aichemist.chemistry import Direction, Observation
from aichemist.lab.execution import State


class Tally:
    """Samples of which something may still come, by batch; the others are looked at no more."""

    def __init__(self, direction: Direction) -> None:
        self._sign = 1.0 if direction == "minimise" else -1.0
        self._known = 0
        self._observed = 0
        self._open: dict[int, set[str]] = {}
        self.best: Observation | None = None

    def update(self, state: State, observations: list[Observation]) -> None:
        """Take up new samples and observations, and let go of samples of which nothing can come any more."""
        if len(state.samples) != self._known:  # they come by batches, and none ever leaves
            seen = {o.sample for o in observations}
            self._open = {}
            for name, vial in state.samples.items():
                if name not in seen:
                    self._open.setdefault(vial.batch, set()).add(name)
            self._known, self._observed = len(state.samples), 0
        for made in observations[self._observed :]:
            self._open.get(made.batch, set()).discard(made.sample)
            if not math.isnan(made.value) and (self.best is None or self._better(made, self.best)):
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
