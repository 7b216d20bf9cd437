"""Learners: from what was measured to what to try next.

A learner sees a ``Problem`` (candidates, measurements, what is still under way, the budget) and picks the next batch.
``ensemble`` is the default; ``botorch``, ``gp_ei``, ``rf_ucb``, ``qnehvi`` and ``random`` are yardsticks; ``baybe``,
``ax`` and ``optuna`` put those libraries in the same place, where they are installed. Others come by the entry-point
group ``aichemist.learners``. The ensemble of surrogates also serves the hypothesis and the report.
"""

from typing import TYPE_CHECKING, Any

from ._learner import Learner, Pick
from ._registry import learner_names, load_learner

if TYPE_CHECKING:
    from ._botorch import BotorchLearner
    from ._encoding import Encoding
    from ._ensemble import Ensemble, fit_ensemble, outliers
    from ._ensemble_learner import EnsembleLearner
    from ._gp_ei import GPExpectedImprovement
    from ._hypervolume import hypervolume, pareto, reference_point
    from ._problem import Problem
    from ._random import RandomLearner
    from ._space_filling import space_filling
    from ._theory import Theory
    from ._transfer import Earlier

__all__ = [
    "BotorchLearner",
    "Earlier",
    "Encoding",
    "Ensemble",
    "EnsembleLearner",
    "GPExpectedImprovement",
    "Learner",
    "Pick",
    "Problem",
    "RandomLearner",
    "Theory",
    "fit_ensemble",
    "hypervolume",
    "learner_names",
    "load_learner",
    "outliers",
    "pareto",
    "reference_point",
    "space_filling",
]

_HOMES = {
    "BotorchLearner": "_botorch",
    "Earlier": "_transfer",
    "Encoding": "_encoding",
    "Ensemble": "_ensemble",
    "EnsembleLearner": "_ensemble_learner",
    "GPExpectedImprovement": "_gp_ei",
    "Problem": "_problem",
    "RandomLearner": "_random",
    "Theory": "_theory",
    "fit_ensemble": "_ensemble",
    "hypervolume": "_hypervolume",
    "outliers": "_ensemble",
    "pareto": "_hypervolume",
    "reference_point": "_hypervolume",
    "space_filling": "_space_filling",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
