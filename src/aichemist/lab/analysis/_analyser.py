"""The seam: an analyser turns one kind of raw signal into one figure of merit with its uncertainty."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType

from aichemist.chemistry import InputError, Objective

from ..drivers import Signal

GROUP = "aichemist.analysers"

#: the same lines as in pyproject.toml, so that a source tree without metadata works too
BUILT_IN = {
    "emission_peak": "aichemist.lab.analysis._emission_peak:EmissionPeakAnalyser",
    "hydrogen": "aichemist.lab.analysis._hydrogen:HydrogenAnalyser",
    "overpotential": "aichemist.lab.analysis._overpotential:OverpotentialAnalyser",
    "overpotential_change": "aichemist.lab.analysis._hold:OverpotentialChangeAnalyser",
    "quantum_yield": "aichemist.lab.analysis._quantum_yield:QuantumYieldAnalyser",
}
#: other signals of the same sample by their kind
Others = Mapping[str, Signal]
NO_OTHERS: Others = MappingProxyType({})


class Analyser(ABC):
    """Raw signal -> figure of merit. Plug-ins register a subclass under the entry point ``aichemist.analysers``.

    Attributes:
        kind: of the signal it reads, e.g. ``linear_sweep_voltammogram``.
        operation: the step of a protocol that gives such a signal, e.g. ``measure_electrochemistry``.
        figure_of_merit: what it finds, e.g. ``overpotential``.
        also_reads: kinds of further signals of the same sample that it needs, e.g. ``absorption_spectrum``; they are
            given to ``analyse`` as ``others``. One that needs none may leave that argument out.
    """

    kind: str
    operation: str
    figure_of_merit: str
    also_reads: tuple[str, ...] = ()

    @abstractmethod
    def analyse(
        self, signal: Signal, objective: Objective, others: Others = NO_OTHERS
    ) -> tuple[float, float, Mapping[str, float], str]:
        """Value and one standard uncertainty in the objective's unit, further findings, and what went wrong.

        Bad data from a device never raise: value and uncertainty are NaN then and the text says why.
        """


def load_analyser(figure_of_merit: str) -> Analyser:
    """The analyser that finds a figure of merit.

    Raises:
        InputError: none is installed, or it cannot be loaded.
    """
    found = next((p for p in entry_points(group=GROUP) if p.name == figure_of_merit), None)
    if found is None and figure_of_merit in BUILT_IN:
        found = EntryPoint(figure_of_merit, BUILT_IN[figure_of_merit], GROUP)
    if found is None:
        known = sorted({*BUILT_IN, *(p.name for p in entry_points(group=GROUP))})
        raise InputError(
            "no analyser finds this figure of merit",
            key="figure_of_merit",
            value=figure_of_merit,
            mend=f"write one of: {', '.join(known)}",
        )
    analyser = found.load()()
    if not isinstance(analyser, Analyser):
        raise InputError(
            f"{found.value} is no Analyser",
            key="figure_of_merit",
            value=figure_of_merit,
            mend="derive it from aichemist.lab.analysis.Analyser",
        )
    return analyser
