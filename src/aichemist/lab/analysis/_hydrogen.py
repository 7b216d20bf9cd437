"""The analyser for the amount of hydrogen above a sample."""

from __future__ import annotations

import math
from collections.abc import Mapping

from aichemist.chemistry import Objective, parse_quantity

from ..drivers import Signal
from ._analyser import NO_OTHERS, Analyser, Others
from ._chromatogram import analyse_chromatogram


class HydrogenAnalyser(Analyser):
    """Hydrogen in the headspace, in the objective's unit (umol), from its peak in the chromatogram."""

    kind = "chromatogram"
    operation = "measure_gas_chromatography"
    figure_of_merit = "hydrogen"

    def analyse(
        self, signal: Signal, objective: Objective, others: Others = NO_OTHERS
    ) -> tuple[float, float, Mapping[str, float], str]:
        if signal.kind != self.kind:
            return math.nan, math.nan, {}, f"the signal is a {signal.kind}, not a {self.kind}"
        found = analyse_chromatogram(signal.columns, signal.metadata)
        unit_mol = parse_quantity(f"1 {objective.unit}", "amount", key="objective.unit")
        details = {
            "mole_fraction": found.mole_fraction,
            "retention_s": found.retention_s,
            "detection_limit_mol": found.detection_limit_mol,
            "oxygen_fraction": found.oxygen_fraction,
        }
        known = {name: value for name, value in details.items() if not math.isnan(value)}
        return found.hydrogen_mol / unit_mol, found.uncertainty_mol / unit_mol, known, found.problem
