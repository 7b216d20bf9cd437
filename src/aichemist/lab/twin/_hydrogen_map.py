"""How much hydrogen a mixture gives under light: an emulator fitted to the mobile robot's experiments.

Burger et al., Nature 2020, 583, 237, doi 10.1038/s41586-020-2442-2. Square root of the amount = ridge regression on
logarithms of the inputs and on random Fourier features of them (Rahimi & Recht, NIPS 2007) that stand for a Matern 5/2
kernel; the amount is its square, so it is never negative. Coefficients come from ``scripts/fit_hydrogen_map.py``.
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

from aichemist.chemistry import molar_mass

from ._vial import Amounts

Floats = NDArray[np.float64]

#: the solid photocatalyst, counted as carbon
PHOTOCATALYST = "C"
#: column of the data set -> what it adds to a vial (an ion of a salt that dissociates), and mol in one mL of it
INPUTS: Mapping[str, tuple[str, float]] = {
    "AcidRed871_0gL": ("C20H6Br4Na2O5", 1.0e-3 / molar_mass("C20H6Br4Na2O5")),
    "L-Cysteine-100gL": ("C3H7NO2S", 100e-3 / molar_mass("C3H7NO2S")),
    "MethyleneB_250mgL": ("C16H18ClN3S", 0.25e-3 / molar_mass("C16H18ClN3S")),
    "NaCl-3M": ("Cl", 3e-3),
    "NaOH-1M": ("OH", 1e-3),
    "P10-MIX1": (PHOTOCATALYST, 1e-3 / molar_mass(PHOTOCATALYST)),  # in mg
    "PVP-1wt": ("C6H9NO", 10e-3 / molar_mass("C6H9NO")),  # repeating units
    "RhodamineB1_0gL": ("C28H31ClN2O3", 1.0e-3 / molar_mass("C28H31ClN2O3")),
    "SDS-1wt": ("C12H25NaO4S", 10e-3 / molar_mass("C12H25NaO4S")),
    "Sodiumsilicate-1wt": ("Na2Si2O5", 10e-3 / molar_mass("Na2Si2O5")),
}
_CATALYST = list(INPUTS).index("P10-MIX1")
#: volume of every vial of the data set
VOLUME_L = 5e-3
#: where an input turns from linear to logarithmic: mL of a liquid, mg of the catalyst
_BENDS = np.where(np.arange(len(INPUTS)) == _CATALYST, 2.0, 0.1)
_LINEAR_WEIGHT = 0.3


def terms(x: Floats, frequencies: Floats, phases: Floats) -> Floats:
    """Terms of the regression, shape ``(n, 10)`` (mL, mg) -> ``(n, 1 + 10 + m)``: one, logarithms, cosines."""
    z = np.log1p(x / _BENDS)
    waves = math.sqrt(2 / len(phases)) * np.cos(z @ frequencies.T + phases)
    return np.hstack([np.ones((len(x), 1)), _LINEAR_WEIGHT * z, waves])


@frozen(eq=False)
class HydrogenMap:
    """Contents of a vial of 5 mL -> umol of hydrogen after one hour at the reference irradiance.

    Attributes:
        lowest, highest: of each input in the data; what lies outside is taken as the nearest of them.
        scatter_root: standard deviation of the cross-validated residual of the square root, in umol^0.5.
    """

    frequencies: Floats
    phases: Floats
    coefficients: Floats
    lowest: Floats
    highest: Floats
    scatter_root: float
    residual: Mapping[str, float]
    citation: str

    @property
    def description(self) -> str:
        """One sentence for the user: what it is, where it comes from, how good it is."""
        return (
            "fitted: an emulator of the 1,109 hydrogen experiments of the mobile robot (Burger et al. 2020; "
            f"cross-validated residual {self.residual['cv_rmse_umol']:.1f} umol RMSE, R2 {self.residual['cv_r2']:.2f})"
        )

    def root(self, x: Floats) -> Floats:
        """The square root of the amount before it is cut at zero; shape ``(n, 10)`` in mL and mg -> ``(n,)``."""
        inside = np.clip(x, self.lowest, self.highest)
        found: Floats = terms(inside, self.frequencies, self.phases) @ self.coefficients
        return found

    def umol(self, x: Floats, scatter: float = 0.0) -> Floats:
        """The amount; ``scatter`` in standard deviations moves it as vials made alike differ."""
        found: Floats = np.maximum(self.root(x) + scatter * self.scatter_root, 0.0) ** 2
        # no vial of the data had less than 0.9 mg of catalyst: from there in proportion, down to none
        least = self.lowest[_CATALYST]
        some: Floats = found * np.minimum(1.0, np.maximum(x[:, _CATALYST], 0.0) / least)
        return some

    def vial_umol(self, dissolved: Amounts, solid: Amounts, volume_l: float, scatter: float = 0.0) -> float:
        """The amount for a vial's true contents (mol); another volume than 5 mL counts in proportion."""
        if volume_l <= 0:
            return 0.0
        share = VOLUME_L / volume_l
        amounts = [(solid if name == PHOTOCATALYST else dissolved).get(name, 0.0) for name, _ in INPUTS.values()]
        x = share * np.array([[a / each for a, (_, each) in zip(amounts, INPUTS.values(), strict=True)]])
        return float(self.umol(x, scatter)[0]) / share


@cache
def hydrogen_map() -> HydrogenMap:
    """The emulator whose coefficients come with the package."""
    document: dict[str, Any] = json.loads(
        files(__package__).joinpath("_hydrogen_coefficients.json").read_text(encoding="utf-8")
    )
    return HydrogenMap(
        frequencies=np.array(document["frequencies"]),
        phases=np.array(document["phases"]),
        coefficients=np.array(document["coefficients"]),
        lowest=np.array([pair[0] for pair in document["range"].values()]),
        highest=np.array([pair[1] for pair in document["range"].values()]),
        scatter_root=document["residual"]["cv_rmse_root"],
        residual=document["residual"],
        citation=document["citation"],
    )
