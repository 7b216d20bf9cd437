"""The analyser for the overpotential of oxygen evolution."""

from __future__ import annotations

import math
from collections.abc import Mapping

from aichemist.chemistry import Objective, parse_quantity

from ..drivers import Signal
from ._analyser import NO_OTHERS, Analyser, Others
from ._voltammogram import analyse_voltammogram


class OverpotentialAnalyser(Analyser):
    """Overpotential at the objective's current density (default 10 mA/cm2), in the objective's unit (V, mV)."""

    kind = "linear_sweep_voltammogram"
    operation = "measure_electrochemistry"
    figure_of_merit = "overpotential"

    def analyse(
        self, signal: Signal, objective: Objective, others: Others = NO_OTHERS
    ) -> tuple[float, float, Mapping[str, float], str]:
        if signal.kind != self.kind:
            return math.nan, math.nan, {}, f"the signal is a {signal.kind}, not a {self.kind}"
        density = objective.conditions.get("current_density_a_per_m2", 100.0)
        found = analyse_voltammogram(signal.columns, signal.metadata, current_density_a_per_m2=density)
        unit_v = parse_quantity(f"1 {objective.unit}", "potential", key="objective.unit")
        details = {
            "tafel_slope_v_per_dec": found.tafel_slope_v_per_dec,
            "tafel_uncertainty_v_per_dec": found.tafel_uncertainty_v_per_dec,
            "resistance_ohm": found.resistance_ohm,
            "capacitance_f": found.capacitance_f,
        }
        known = {name: value for name, value in details.items() if not math.isnan(value)}
        return found.overpotential_v / unit_v, found.uncertainty_v / unit_v, known, found.problem
