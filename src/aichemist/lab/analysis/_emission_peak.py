"""The analyser for the wavelength at which a sample emits most."""

from __future__ import annotations

import math
from collections.abc import Mapping

from aichemist.chemistry import Objective, parse_quantity

from ..drivers import Signal
from ._analyser import NO_OTHERS, Analyser, Others
from ._fluorescence import analyse_fluorescence


class EmissionPeakAnalyser(Analyser):
    """Maximum of the emitted photons per nm, corrected for response and reabsorption, in the objective's unit (nm)."""

    kind = "emission_spectrum"
    operation = "measure_fluorescence"
    figure_of_merit = "emission_peak"
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
        unit_nm = 1e9 * parse_quantity(f"1 {objective.unit}", "wavelength", key="objective.unit")
        details = {"absorbance": found.absorbance, "quantum_yield": found.quantum_yield}
        known = {name: value for name, value in details.items() if not math.isnan(value)}
        return found.peak_nm / unit_nm, found.peak_sd_nm / unit_nm, known, found.peak_problem
