"""pH of a vial, from the charge balance of its strong ions and its buffers.

pK values at 25 degC and zero ionic strength: Goldberg, Kishore & Lennen, J. Phys. Chem. Ref. Data 2002, 31, 231. They
are carried to the vial's ionic strength by the Davies equation (Davies, Ion Association, 1962), here used up to
0.5 mol/l. The same pK hold in every solvent, metal ions count as if their hydroxides were far from precipitating, and
dissolved dyes as if they were no acids: all three are simplifications.
"""

from __future__ import annotations

import math

from attrs import frozen

from ._vial import Amounts

_PKW = 14.0
NEUTRAL = 7.0
_DEBYE = 0.509  # water, 25 degC
_MOST_IONS = 0.5
#: strong ions, all of one charge, that count for the ionic strength
_IONS = ("Na", "K", "H", "OH", "NO3", "Cl", "Br", "I", "ClO4")


@frozen
class Buffer:
    """A polyprotic acid, and how many strong cations come with it as it is dispensed."""

    pk: tuple[float, ...]
    cations: int = 0

    def shares(self, ph: float, davies: float) -> list[float]:
        """Shares of the forms of charge 0, -1, -2 ...; ``davies`` is -log10 of the activity coefficient at charge 1."""
        logs = [0.0]
        for charge, pk in enumerate(self.pk):
            logs.append(logs[-1] + ph - pk + davies * ((charge + 1) ** 2 - charge**2))
        weights = [10 ** (value - max(logs)) for value in logs]
        return [w / sum(weights) for w in weights]


_PHOSPHORIC = (2.148, 7.198, 12.35)
BUFFERS = {
    "C6H8O7": Buffer((3.128, 4.761, 6.396)),  # citric acid
    "H3PO4": Buffer(_PHOSPHORIC),
    "NaH2PO4": Buffer(_PHOSPHORIC, cations=1),
    "Na2HPO4": Buffer(_PHOSPHORIC, cations=2),
}


def ph(dissolved: Amounts, volume_l: float) -> float:
    """pH at which all charges cancel; 7 in an empty or unbuffered neutral vial.

    ``OH`` and ``H`` stand for strong base and acid. The sum of charges falls steadily as the pH rises, so it is
    bisected; ionic strength and pH are found in turns.
    """
    if volume_l <= 0:
        return NEUTRAL
    buffers = {BUFFERS[n]: dissolved[n] / volume_l for n in BUFFERS if dissolved.get(n, 0.0) > 0}
    base = (dissolved.get("OH", 0.0) - dissolved.get("H", 0.0)) / volume_l
    strong = sum(dissolved.get(name, 0.0) for name in _IONS) / volume_l
    value, davies = NEUTRAL, 0.0
    for _ in range(8):
        value = _balanced(buffers, base, davies)
        ions = strong + 10**-value + 10 ** (value - _PKW)
        for buffer, molar in buffers.items():
            shares = buffer.shares(value, davies)
            ions += molar * (buffer.cations + sum(n * n * s for n, s in enumerate(shares)))
        root = math.sqrt(min(ions / 2, _MOST_IONS))
        davies = _DEBYE * (root / (1 + root) - 0.3 * root * root)
    return value


def _balanced(buffers: dict[Buffer, float], base: float, davies: float) -> float:
    def charge(value: float) -> float:
        total = 10 ** (davies - value) - 10 ** (value - _PKW + davies) + base
        for buffer, molar in buffers.items():
            shares = buffer.shares(value, davies)
            total += molar * (buffer.cations - sum(n * s for n, s in enumerate(shares)))
        return total

    low, high = -1.0, 15.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if charge(middle) > 0 else (low, middle)
    return (low + high) / 2
