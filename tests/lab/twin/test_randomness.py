"""Noise that remembers is what the usual filter makes of the same kicks, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import lfilter

from aichemist.lab.twin._randomness import autoregressive


@pytest.mark.parametrize("memory", [0.0, 0.3, 0.97, 0.9999])
def test_it_is_the_filter(memory: float) -> None:
    rng = np.random.default_rng(1)
    for n in (0, 1, 2, 500):
        kicks, first = rng.normal(size=n), rng.normal()
        wanted = lfilter([1.0], [1.0, -memory], kicks, zi=[memory * first])[0]
        assert np.array_equal(autoregressive(kicks, memory, first), wanted)
