"""Quantum yield and peak wavelength from an emission and an absorption spectrum of one sample."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from attrs import evolve, frozen

from ._absorption import Absorption, Floats, number, read_absorption
from ._emission import MOST_EXTINCTION, MOST_REABSORPTION, Emission, correct
from ._peak import find_maximum, maximum_sd

#: water to ethanol, where the metadata do not say: middle and standard deviation of the rectangle 1.333 to 1.361
_INDEX, _INDEX_SD = 1.347, 0.0081
#: less absorbed light than so many of its standard errors gives no yield
_LEAST_ABSORBED = 4.0
_LEAST_ABSORBANCE = 1e-3
_MOST_RELATIVE_SD = 0.3
#: a band that is cut at a share of its maximum goes on for about so long; beyond this share the yield is refused
_TAIL_NM, _MOST_EDGE, _CUT_SHARE = 15.0, 0.3, 0.6
_REFERENCE = ("reference_yield", "reference_absorbance", "reference_counts_nm", "reference_refractive_index")


@frozen
class FluorescenceResult:
    """What two spectra gave; NaN with a reason where they do not.

    ``absorbance`` (per cm, scattering taken off) at the exciting wavelength; ``inner_filter`` is the factor by which
    the yield would have come out too low without the correction.
    """

    quantum_yield: float = math.nan
    quantum_yield_sd: float = math.nan
    peak_nm: float = math.nan
    peak_sd_nm: float = math.nan
    absorbance: float = math.nan
    absorbance_sd: float = math.nan
    inner_filter: float = math.nan
    yield_problem: str = ""
    peak_problem: str = ""


@frozen
class _Setting:
    """Everything that is uncertain and moves the yield, so that its effect can be tried out."""

    seen: float
    baseline: float
    scatter: float
    window_from_cm: float
    window_to_cm: float
    depth_cm: float
    reference_absorbance: float


def analyse_fluorescence(
    emission: tuple[Mapping[str, Floats], Mapping[str, Any]],
    absorption: tuple[Mapping[str, Floats], Mapping[str, Any]],
    *,
    inner_filter: bool = True,
) -> FluorescenceResult:
    """Quantum yield by the relative method, and the wavelength at which most photons per nm are emitted.

    Args:
        emission: columns ``wavelength_nm``, ``intensity_counts`` and where measured ``blank_counts``; metadata
            ``excitation_nm``, ``response_nm`` with ``response``, ``reference_...`` (yield, absorbance per cm, corrected
            counts, refractive index), ``window_cm``, ``depth_cm``.
        absorption: columns ``wavelength_nm``, ``absorbance``.
        inner_filter: whether to correct for it; without is for comparison.

    ``yield = reference yield x (counts / reference counts) x (light absorbed in the window, reference / sample) x
    (index / reference index)^2`` (Crosby & Demas, J. Phys. Chem. 1971, 75, 991; Resch-Genger & Rurack, IUPAC report,
    Pure Appl. Chem. 2013, 85, 2005). The light that is absorbed in the window between ``x1`` and ``x2`` of the beam is
    ``10^(-E x1) - 10^(-E x2)``; the light that leaves is divided by ``10^(-E depth)`` of its own wavelength. Scattering
    counts in the extinction ``E`` and not in what the sample absorbs. Standard uncertainties add in quadrature (GUM).
    """
    prepared = read_absorption(*absorption)
    if isinstance(prepared, str):
        return FluorescenceResult(yield_problem=prepared, peak_problem=prepared)
    columns, metadata = emission
    depth = number(metadata, "depth_cm", 0.5, above=0.0) if inner_filter else 0.0
    corrected = correct(columns, metadata, prepared, depth_cm=depth)
    problem = corrected if isinstance(corrected, str) else _unfit(corrected, prepared, inner_filter)
    if isinstance(corrected, str) or problem:
        return FluorescenceResult(yield_problem=problem, peak_problem=problem)

    def again(new_depth: float, shift: float, shift_nm: float = 0.0) -> Emission:
        moved = prepared.wavelength_nm + shift_nm if shift_nm else prepared.wavelength_nm
        other = evolve(prepared, baseline=prepared.baseline + shift, wavelength_nm=moved)
        found = correct(columns, metadata, other, depth_cm=new_depth)
        return corrected if isinstance(found, str) else found

    result = _yield(corrected, prepared, metadata, depth, inner_filter, again)
    top = find_maximum(corrected)
    if isinstance(top, str):
        return evolve(result, peak_problem=top)
    tried = [evolve(corrected, light=corrected.light + corrected.solvent_sd * corrected.solvent)]
    if inner_filter:  # what the correction for reabsorption may be wrong by
        tried.append(again(depth + number(metadata, "geometry_sd_cm", 0.02), 0.0))
        apart = math.hypot(prepared.wavelength_sd_nm, number(metadata, "wavelength_sd_nm", 0.5))
        tried.append(again(depth, 0.0, apart))
    sd = maximum_sd(corrected, top, tried, number(metadata, "response_sd", 0.03))
    return evolve(result, peak_nm=top[0], peak_sd_nm=math.hypot(sd, number(metadata, "wavelength_sd_nm", 0.5)))


def _unfit(emission: Emission, absorption: Absorption, inner_filter: bool) -> str:
    if emission.saturated:
        return f"the detector is saturated at {emission.saturated} points: dilute the sample"
    extinction = float(absorption.extinction(np.array([emission.excitation_nm]))[0])
    if inner_filter and extinction > MOST_EXTINCTION:
        return (
            f"the absorbance at {emission.excitation_nm:.0f} nm is {extinction:.2f}, too high for the inner-filter "
            f"correction (at most {MOST_EXTINCTION:g}): dilute the sample"
        )
    light, plain = emission.light.sum(), (emission.light / emission.reabsorption).sum()
    if plain > 0 and light > MOST_REABSORPTION * plain:
        return "most of the emitted light is absorbed again: dilute the sample"
    return ""


def _yield(
    emission: Emission, absorption: Absorption, metadata: Mapping[str, Any], depth: float, inner_filter: bool,
    again: Callable[[float, float], Emission],
) -> FluorescenceResult:  # fmt: skip
    seen, seen_sd, slope = absorption.near(emission.excitation_nm)
    excitation = emission.excitation_nm
    scattered = (500.0 / excitation) ** 4
    absorbed = seen - absorption.baseline - absorption.scatter * scattered
    path_sd = absorption.path_sd_relative * absorbed
    slope_sd = slope * math.hypot(absorption.wavelength_sd_nm, number(metadata, "wavelength_sd_nm", 0.5))
    seen_sd = math.hypot(seen_sd, path_sd, slope_sd)
    gradient = np.array([1.0, scattered])
    absorbed_sd = math.hypot(seen_sd, math.sqrt(max(0.0, float(gradient @ absorption.covariance @ gradient))))
    found = FluorescenceResult(absorbance=absorbed, absorbance_sd=absorbed_sd)
    if absorbed < max(_LEAST_ABSORBED * absorbed_sd, _LEAST_ABSORBANCE):
        return evolve(found, yield_problem=f"hardly anything absorbs at {excitation:.0f} nm ({absorbed:.2g})")
    lacking = [name for name in _REFERENCE if not number(metadata, name, 0.0, above=0.0)]
    if lacking:
        return evolve(found, yield_problem=f"no reference dye was measured at this station: {lacking[0]} is missing")
    window = metadata.get("window_cm")
    if not (isinstance(window, list | tuple) and len(window) == 2 and all(isinstance(w, int | float) for w in window)):
        window = (0.35, 0.65)
    index = number(metadata, "refractive_index", _INDEX, above=1.0)
    index_sd = 0.0 if "refractive_index" in metadata else _INDEX_SD
    index_factor = (index / number(metadata, "reference_refractive_index", 1.0)) ** 2
    scale = number(metadata, "reference_yield", 1.0) / number(metadata, "reference_counts_nm", 1.0) * index_factor

    def value(s: _Setting) -> float:
        extinction, taken = s.seen - s.baseline, s.seen - s.baseline - s.scatter * scattered
        if not inner_filter:
            return scale * again(0.0, 0.0).integral()[0] * s.reference_absorbance / taken
        shifted = again(s.depth_cm, s.baseline - absorption.baseline).integral()[0]
        return scale * shifted * _seen(s.reference_absorbance, s) / (_seen(extinction, s) * taken / extinction)

    best = _Setting(
        seen, absorption.baseline, absorption.scatter, float(window[0]), float(window[1]), depth,
        number(metadata, "reference_absorbance", 1.0),
    )  # fmt: skip
    phi = value(best)
    total, count_sd = emission.integral()
    if not phi > 0 or count_sd > _MOST_RELATIVE_SD * total:
        return evolve(found, yield_problem="too dark: no light stands out from the noise")

    edge, cut = _cut_off(emission)
    if edge > _MOST_EDGE:
        return evolve(found, yield_problem="the emission is cut off: measure a wider range of wavelengths")

    def effect(name: str, step: float) -> float:
        return value(evolve(best, **{name: getattr(best, name) + step})) - phi if step else 0.0

    fitted = [math.sqrt(max(0.0, float(v))) for v in np.diag(absorption.covariance)]
    pair = np.array([effect("baseline", fitted[0]), effect("scatter", fitted[1])])
    product = fitted[0] * fitted[1]
    correlation = float(absorption.covariance[0, 1]) / product if product else 0.0
    geometry = number(metadata, "geometry_sd_cm", 0.02)
    centre = float((emission.light * emission.wavelength_nm).sum() / emission.light.sum())
    apart = min(1.5, abs(centre - number(metadata, "reference_emission_nm", centre)) / 100.0)
    parts = (
        phi * count_sd / total,
        phi * emission.solvent_sd * float((emission.solvent * np.gradient(emission.wavelength_nm)).sum()) / total,
        phi * _CUT_SHARE * cut / total,
        effect("seen", seen_sd),
        math.sqrt(max(0.0, float(pair @ pair) + 2 * correlation * float(pair[0] * pair[1]))),
        effect("window_from_cm", geometry),
        effect("window_to_cm", geometry),
        effect("depth_cm", geometry),
        effect("reference_absorbance", number(metadata, "reference_absorbance_sd", 0.02 * best.reference_absorbance)),
        phi * number(metadata, "reference_yield_sd", 0.05) / number(metadata, "reference_yield", 1.0),
        phi * number(metadata, "response_sd", 0.03) * apart,
        phi * number(metadata, "lamp_sd_relative", 0.01),
        phi * 2 * index_sd / index,
    )
    sd = math.hypot(*parts)
    if sd > _MOST_RELATIVE_SD * phi:
        return evolve(found, yield_problem=f"the yield is too uncertain: {phi:.2g} with {sd:.2g}")
    if phi - 4 * sd > 1:
        return evolve(
            found, yield_problem=f"the yield comes out as {phi:.3g}, above 1: reference or absorbance is wrong"
        )
    plain = scale * again(0.0, 0.0).integral()[0] * best.reference_absorbance / absorbed
    return evolve(found, quantum_yield=phi, quantum_yield_sd=sd, inner_filter=phi / plain)


def _cut_off(emission: Emission) -> tuple[float, float]:
    """Light at the ends of what was measured: share of the maximum, and about how much lies beyond."""
    ends = np.maximum([emission.light[:8].mean(), emission.light[-8:].mean()], 0.0)
    return float(ends.max() / emission.light.max()), float(ends.sum() * _TAIL_NM)


def _seen(extinction: float, s: _Setting) -> float:
    """Share of the beam that is taken out within the window."""
    return float(10 ** (-extinction * s.window_from_cm) - 10 ** (-extinction * s.window_to_cm))
