"""What a vial's liquid absorbs, scatters and emits, from its true contents.

Beer-Lambert for every species; each form of a dye takes its share of the absorbed light and emits with its own quantum
yield (Stern-Volmer with iodide). Light that is absorbed again is lost: neither re-emission nor energy transfer between
dyes is in the model. Aqua ions and nitrate: rounded textbook values; scattering: illustrative.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Protocol

import numpy as np
from attrs import frozen

from aichemist.chemistry import molar_mass

from . import _dyes as dyes
from ._acidity import ph as ph_of
from ._dyes import Bands, Floats, Form
from ._vial import Amounts, Vial, mass_kg

#: species that absorb and do not emit: bands with their molar absorptivity, l/(mol cm)
DARK: dict[str, Bands] = {
    "Co": ((511.0, 30.0, 4.8),),
    "Ni": ((395.0, 22.0, 5.1), (720.0, 60.0, 2.1)),
    "NO3": ((301.0, 15.0, 7.2),),
}
_WATER_G_PER_L, _ETHANOL_G_PER_L = 1000.0, 789.0
_WATER_INDEX, _ETHANOL_INDEX = 1.333, 1.361  # sodium line, 25 degC, CRC Handbook; linear between (simplification)
#: extinction by scattering at 500 nm over 1 cm, falling as the fourth power of the wavelength (illustrative)
_SOLID_L_PER_KG_CM = 200.0
_AGGREGATE_L_PER_MOL_CM = 400.0


class Liquid(Protocol):
    """What is needed to know of a vial."""

    @property
    def volume_l(self) -> float: ...
    @property
    def dissolved(self) -> Amounts: ...


@frozen
class _Mixture:
    volume_l: float
    dissolved: Amounts


@frozen
class FluorescenceTruth:
    """What an ideal instrument would find, free of inner filter, scatter and noise. For benchmarks.

    ``quantum_yield`` counts emitted photons per photon that dissolved species absorb; ``peak_nm`` is the maximum of the
    photons per nm; NaN when nothing emits. ``absorbance`` over 1 cm at the exciting wavelength, without scattering.
    """

    ph: float
    ethanol_fraction: float
    absorbance: float
    quantum_yield: float
    peak_nm: float


def ethanol_fraction(vial: Liquid) -> float:
    """Volume fraction of ethanol in the solvent; 0 in an empty vial."""
    water = vial.dissolved.get("H2O", 0.0) * molar_mass("H2O") / _WATER_G_PER_L
    ethanol = vial.dissolved.get("C2H5OH", 0.0) * molar_mass("C2H5OH") / _ETHANOL_G_PER_L
    return ethanol / (water + ethanol) if water + ethanol > 0 else 0.0


def refractive_index(vial: Liquid) -> float:
    return _WATER_INDEX + (_ETHANOL_INDEX - _WATER_INDEX) * ethanol_fraction(vial)


def forms(vial: Liquid) -> dict[Form, float]:
    """Concentration of every form of every dye, mol/l."""
    if vial.volume_l <= 0:
        return {}
    ethanol = ethanol_fraction(vial)
    found: dict[Form, float] = {}
    amount = vial.dissolved.get("C20H12O5", 0.0) / vial.volume_l
    if amount > 0:
        shares = dyes.fluorescein_shares(ph_of(vial.dissolved, vial.volume_l), ethanol)
        found |= {form: amount * share for form, share in zip(dyes.FLUORESCEIN, shares, strict=True)}
    amount = vial.dissolved.get("C28H31ClN2O3", 0.0) / vial.volume_l
    if amount > 0:
        found[dyes.RHODAMINE_B] = amount
    amount = vial.dissolved.get("C26H20", 0.0) / vial.volume_l
    if amount > 0:
        share = dyes.aggregated_share(ethanol)
        found |= {dyes.TPE_DISSOLVED: amount * (1 - share), dyes.TPE_AGGREGATE: amount * share}
    return found


def absorbance(vial: Liquid, wavelength_nm: Floats) -> Floats:
    """Decadic absorbance over 1 cm of all that absorbs, scattering left out (Beer-Lambert)."""
    total = np.zeros_like(wavelength_nm)
    if vial.volume_l <= 0:
        return total
    for species, bands in DARK.items():
        molar = vial.dissolved.get(species, 0.0) / vial.volume_l
        for centre, sd, height in bands if molar > 0 else ():
            total += molar * height * np.exp(-0.5 * ((wavelength_nm - centre) / sd) ** 2)
    ethanol = ethanol_fraction(vial)
    for form, molar in forms(vial).items():
        total += molar * form.molar(wavelength_nm, ethanol)
    return total


def scattering(vial: Vial | Liquid, wavelength_nm: Floats) -> Floats:
    """Extinction over 1 cm by suspended solid and by aggregates."""
    if vial.volume_l <= 0:
        return np.zeros_like(wavelength_nm)
    at_500 = _AGGREGATE_L_PER_MOL_CM * sum(c for form, c in forms(vial).items() if form.scatters)
    if isinstance(vial, Vial):
        at_500 += _SOLID_L_PER_KG_CM * mass_kg(vial.solid) * vial.suspended / vial.volume_l
    return at_500 * (500.0 / wavelength_nm) ** 4


def emission(vial: Liquid, excitation_nm: float, wavelength_nm: Floats) -> Floats:
    """Photons per nm for each photon that dissolved species absorb at ``excitation_nm``."""
    at = np.array([float(excitation_nm)])
    total = float(absorbance(vial, at)[0])
    light = np.zeros_like(wavelength_nm)
    if total <= 0:
        return light
    ethanol, iodide = ethanol_fraction(vial), vial.dissolved.get("I", 0.0) / vial.volume_l
    for form, molar in forms(vial).items():
        share = molar * float(form.molar(at, ethanol)[0]) / total
        light += share * form.yield_with(iodide) * form.emitted(wavelength_nm, ethanol)
    return light


def true_fluorescence(
    dissolved_mol: Mapping[str, float], volume_l: float, *, excitation_nm: float
) -> FluorescenceTruth:
    """The truth about a liquid of these contents (formula -> mol), e.g. of ``TwinWorld.truth(sample)``."""
    vial = _Mixture(volume_l, dissolved_mol)
    wavelength = np.arange(300.0, 900.0, 0.05)
    light = emission(vial, excitation_nm, wavelength)
    found = float(light.sum() * 0.05)
    return FluorescenceTruth(
        ph=ph_of(dissolved_mol, volume_l),
        ethanol_fraction=ethanol_fraction(vial),
        absorbance=float(absorbance(vial, np.array([float(excitation_nm)]))[0]),
        quantum_yield=found if found > 0 else math.nan,
        peak_nm=float(wavelength[light.argmax()]) if found > 0 else math.nan,
    )
