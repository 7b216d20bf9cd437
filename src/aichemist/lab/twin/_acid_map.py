"""Oxygen evolution in acid over Co-Mn-Sb-Sn-Ti oxides: the overpotential of a composition, and its rise in use.

Mixture polynomials (see ``_oer_map.mixture_terms``) fitted by ``scripts/fit_acid_map.py`` to the measured grid of
Jenewein et al., J. Mater. Chem. A 2024, doi 10.1039/D3TA06651G (70 compositions, MIT). The rows are not shipped.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from aichemist.chemistry import InputError

from ._oer_map import mixture_terms

#: in the order of the data set
METALS = ("Co", "Mn", "Sb", "Sn", "Ti")
#: so long is the hold that the change belongs to (assumption)
HOLD_S = 1800.0
#: what is measured above is no oxygen evolution worth the name; and where the polynomial may not go
MOST_V, LEAST_V = 0.9, 0.3
UNIT_V = 5e-3


@frozen(eq=False)
class AcidMap:
    """Composition -> overpotential (V) at 10 mA/cm2, at most 0.9 V, and its rise (V) over the hold.

    The rise is fitted as ``arsinh(rise / 5 mV)``, since it spreads over two decades and may be negative, without the
    cubic and quartic binary terms. Of the measured spread only a quarter is explained: see the page of the task.
    """

    overpotential: NDArray[np.float64]
    arsinh_change: NDArray[np.float64]
    residual: Mapping[str, float]
    citation: str

    @property
    def description(self) -> str:
        explained = 1 - (self.residual["arsinh_change_cv_rmse"] / self.residual["arsinh_change_sd"]) ** 2
        return (
            f"fitted: mixture polynomials from 70 measured Co-Mn-Sb-Sn-Ti oxides; left-out RMSE "
            f"{1e3 * self.residual['overpotential_cv_rmse']:.0f} mV of the overpotential (capped at 900 mV); of the "
            f"variance of its change {explained:.0%} is explained"
        )

    def values(self, fractions: Mapping[str, float]) -> tuple[float, float]:
        """Overpotential and its change, both in V.

        Raises:
            InputError: a metal that is none of the five, or fractions that do not sum to 1.
        """
        for name, value in fractions.items():
            if name not in METALS and value > 1e-9:
                raise InputError(
                    "is not a metal of this map", key=name, value=value, mend=f"known: {', '.join(METALS)}"
                )
        x = np.array([[max(0.0, float(fractions.get(m, 0.0))) for m in METALS]])
        if abs(float(x.sum()) - 1) > 1e-6:
            raise InputError(f"the fractions sum to {float(x.sum()):g}, not 1", value=dict(fractions))
        terms = mixture_terms(x)[0]
        change = UNIT_V * math.sinh(float(terms[: len(self.arsinh_change)] @ self.arsinh_change))
        return float(min(MOST_V, max(LEAST_V, terms @ self.overpotential))), change


@cache
def acid_map() -> AcidMap:
    """The map that ships."""
    text = files(__package__).joinpath("_acid_coefficients.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return AcidMap(
        np.array(document["overpotential"]), np.array(document["arsinh_change"]), document["residual"],
        document["citation"],
    )  # fmt: skip
