"""The analyser for the fluorescence quantum yield."""

from __future__ import annotations

import math
from collections.abc import Mapping

from aichemist.chemistry import Objective, parse_quantity

from ..drivers import Signal
from ._analyser import NO_OTHERS, Analyser, Others
from ._fluorescence import analyse_fluorescence


class QuantumYieldAnalyser(Analyser):
    """Photons emitted per photon absorbed, relative to the station's reference dye, corrected for the inner filter."""

    kind = "emission_spectrum"
    operation = "measure_fluorescence"
    figure_of_merit = "quantum_yield"
    also_reads = ("absorption_spectrum",)

    def analyse(
        self, signal: Signal, objective: Objective, others: Others = NO_OTHERS
    ) -> tuple[float, float, Mapping[str, float], str]:
        absorption = others.get("absorption_spectrum")
        if signal.kind != self.kind:
            return math.nan, math.nan, {}, f"the signal is a {signal.kind}, not an {self.kind}"
        if absorption is None:
            return math.nan, math.nan, {}, "there is no absorption spectrum of this sample"
        found = analyse_fluorescence((signal.columns, signal.metadata), (absorption.columns, absorption.metadata))
        unit = parse_quantity(f"1 {objective.unit}".strip(), "dimensionless", key="objective.unit")
        details = {
            "absorbance": found.absorbance,
            "absorbance_uncertainty": found.absorbance_sd,
            "inner_filter_factor": found.inner_filter,
            "emission_peak_nm": found.peak_nm,
        }
        known = {name: value for name, value in details.items() if not math.isnan(value)}
        return found.quantum_yield / unit, found.quantum_yield_sd / unit, known, found.yield_problem
