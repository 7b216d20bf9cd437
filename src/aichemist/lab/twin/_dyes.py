"""Dyes: their forms in solution with absorptivity, emission, quantum yield, lifetime, and what changes them.

Cited, as printed in the abstracts or tables named:

- fluorescein: pK, wavelengths and molar absorptivities of the four forms, quantum yields: Sjoback, Nygren & Kubista,
  Spectrochim. Acta A 1995, 51, L7, doi 10.1016/0584-8539(95)01421-P. Emission at 515 nm of neutral form, monoanion and
  dianion, the dianion's the narrower: Martin & Lindqvist, J. Lumin. 1975, 10, 381, doi 10.1016/0022-2313(75)90003-4;
  cation and neutral form emit as the monoanion, into which they turn when excited (both papers). The dianion absorbs at
  500 nm in basic ethanol: PhotochemCAD, Du et al., Photochem. Photobiol. 1998, 68, 141. Ethanol raises the share of the
  forms with more protons: Klonis & Sawyer, Photochem. Photobiol. 2000, 72, 179 (the size here is illustrative).
  Lifetimes of dianion 4.1 ns: Magde, Rojas & Seybold, Photochem. Photobiol. 1999, 70, 737; monoanion 3 ns: rounded.
- rhodamine B: PhotochemCAD (ethanol), rounded.
- tetraphenylethylene (TPE): quantum yield 0.0024 in solution, dark until enough water makes it aggregate: Dong et al.,
  Appl. Phys. Lett. 2007, 91, 011111 (acetonitrile and water); about 0.25 as a solid, rounded from reviews of
  aggregation-induced emission. Its aggregates emit near 470 nm.

Illustrative, ours: widths and shoulders of all bands and those in the ultraviolet; absorptivities of TPE; that TPE
aggregates in ethanol and water about a water fraction of 0.65; the solvent's shift taken as linear in the fraction of
ethanol; 2e9 l/(mol s) for quenching by iodide (collisions with iodide quench dyes at 1e9 to 1e10, e.g. Chmyrov et al.,
J. Phys. Chem. B 2010, 114, 11282), which makes 8.2 l/mol for the dianion; the small static part; that iodide does not
reach into aggregates; that the quantum yield is the same at every exciting wavelength (Kasha, Vavilov).
"""

from __future__ import annotations

import math

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

Floats = NDArray[np.float64]
#: (centre nm, standard deviation nm, relative height)
Bands = tuple[tuple[float, float, float], ...]

#: bimolecular quenching by iodide and the volume of its static part (sphere of action), both l/mol; illustrative
IODIDE_PER_S = 2e9
IODIDE_STATIC_L_PER_MOL = 0.5


@frozen
class Form:
    """One absorbing and perhaps emitting form of a dye.

    Attributes:
        absorptivity: at ``at_nm``, l/(mol cm); ``absorption`` are bands of any height, scaled to it.
        emission: bands of any height, scaled to one photon; empty when dark.
        lifetime_s: without a quencher; 0 when iodide cannot reach it.
        shift_absorption_nm, shift_emission_nm: in pure ethanol against pure water.
        scatters: whether it stands for particles that also scatter.
    """

    name: str
    at_nm: float
    absorptivity: float
    absorption: Bands
    emission: Bands = ()
    quantum_yield: float = 0.0
    lifetime_s: float = 0.0
    shift_absorption_nm: float = 0.0
    shift_emission_nm: float = 0.0
    scatters: bool = False

    def molar(self, wavelength_nm: Floats, ethanol: float) -> Floats:
        """Decadic molar absorptivity, l/(mol cm), in a mixture with this volume fraction of ethanol."""
        top = float(_sum(self.absorption, np.array([self.at_nm]))[0])
        return self.absorptivity / top * _sum(self.absorption, wavelength_nm - ethanol * self.shift_absorption_nm)

    def emitted(self, wavelength_nm: Floats, ethanol: float) -> Floats:
        """Photons per nm of one emitted photon."""
        area = sum(height * sd * math.sqrt(2 * math.pi) for _, sd, height in self.emission)
        if not area:
            return np.zeros_like(wavelength_nm)
        return _sum(self.emission, wavelength_nm - ethanol * self.shift_emission_nm) / area

    def yield_with(self, iodide_mol_per_l: float) -> float:
        """Quantum yield beside a quencher: Stern & Volmer 1919, dynamic and static part."""
        if self.lifetime_s <= 0:
            return self.quantum_yield
        dynamic = 1 + IODIDE_PER_S * self.lifetime_s * iodide_mol_per_l
        return self.quantum_yield / (dynamic * math.exp(IODIDE_STATIC_L_PER_MOL * iodide_mol_per_l))


def _sum(bands: Bands, wavelength_nm: Floats) -> Floats:
    total = np.zeros_like(wavelength_nm)
    for centre, sd, height in bands:
        total += height * np.exp(-0.5 * ((wavelength_nm - centre) / sd) ** 2)
    return total


_ANION_LIGHT: Bands = ((513.0, 17.0, 1.0), (546.0, 27.0, 0.5))
_DIANION_LIGHT: Bands = ((514.0, 12.5, 1.0), (540.0, 22.0, 0.4))


def _fluorescein(name: str, at_nm: float, absorptivity: float, bands: Bands, quantum_yield: float) -> Form:
    dianion = name == "dianion"
    return Form(
        name=f"fluorescein {name}",
        at_nm=at_nm,
        absorptivity=absorptivity,
        absorption=bands,
        emission=_DIANION_LIGHT if dianion else _ANION_LIGHT,
        quantum_yield=quantum_yield,
        lifetime_s=4.1e-9 if dianion else 3.0e-9,
        shift_absorption_nm=10.0,
        shift_emission_nm=8.0,
    )


#: cation, neutral form, monoanion, dianion; each loses one proton to become the next
FLUORESCEIN = (
    _fluorescein("cation", 437.0, 53_000.0, ((437.0, 16.0, 1.0), (318.0, 22.0, 0.08)), 0.18),
    _fluorescein("neutral form", 434.0, 11_000.0, ((434.0, 20.0, 1.0), (476.0, 12.0, 0.35), (312.0, 22.0, 0.30)), 0.30),
    _fluorescein("monoanion", 453.0, 29_000.0, ((450.0, 16.0, 1.0), (475.0, 10.0, 0.62), (312.0, 22.0, 0.25)), 0.37),
    _fluorescein("dianion", 490.0, 76_900.0, ((490.0, 12.0, 1.0), (466.0, 17.0, 0.33), (321.0, 18.0, 0.13)), 0.93),
)
FLUORESCEIN_PK = (2.08, 4.31, 6.43)
#: rise of the last two pK from water to ethanol (illustrative)
FLUORESCEIN_PK_ETHANOL = (0.0, 1.5, 1.5)

RHODAMINE_B = Form(
    "rhodamine B", 543.0, 106_000.0, ((543.0, 17.0, 1.0), (510.0, 18.0, 0.3), (350.0, 20.0, 0.08)),
    ((568.0, 16.0, 1.0), (605.0, 25.0, 0.35)), quantum_yield=0.5, lifetime_s=2.0e-9,
)  # fmt: skip

TPE_DISSOLVED = Form(
    "tetraphenylethylene", 310.0, 13_000.0, ((310.0, 20.0, 1.0),), ((400.0, 22.0, 1.0),), quantum_yield=0.0024
)
TPE_AGGREGATE = Form(
    "tetraphenylethylene aggregate", 325.0, 11_000.0, ((325.0, 26.0, 1.0),),
    ((463.0, 26.0, 1.0), (495.0, 38.0, 0.45)), quantum_yield=0.25, scatters=True,
)  # fmt: skip
#: water fraction by volume at which half of the TPE is aggregated, and the width of the change (illustrative)
TPE_WATER, TPE_WIDTH = 0.65, 0.035


def fluorescein_shares(ph: float, ethanol: float) -> tuple[float, ...]:
    """Shares of cation, neutral form, monoanion and dianion; sum 1."""
    weights = [1.0]
    for pk, rise in zip(FLUORESCEIN_PK, FLUORESCEIN_PK_ETHANOL, strict=True):
        weights.append(weights[-1] * 10 ** (ph - pk - rise * ethanol))
    return tuple(w / sum(weights) for w in weights)


def aggregated_share(ethanol: float) -> float:
    """Share of the TPE in aggregates."""
    return 1 / (1 + math.exp(min(500.0, (ethanol - (1 - TPE_WATER)) / TPE_WIDTH)))
