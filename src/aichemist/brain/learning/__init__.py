"""Learners: from what was measured to what to try next.

A learner sees candidates, measurements and what is still under way, and picks the next batch. Three are built in:
``botorch`` (the default), ``gp_ei`` (a plain baseline) and ``random``; others come by the entry-point group
``aichemist.learners``. The surrogate behind the default learner also serves the hypothesis and the report.
"""

from typing import TYPE_CHECKING, Any

from ._learner import Learner, Pick
from ._registry import learner_names, load_learner

if TYPE_CHECKING:
    from ._botorch import BotorchLearner
    from ._gp_ei import GPExpectedImprovement
    from ._random import RandomLearner
    from ._space_filling import space_filling

__all__ = [
    "BotorchLearner",
    "GPExpectedImprovement",
    "Learner",
    "Pick",
    "RandomLearner",
    "Surrogate",
    "fit_surrogate",
    "learner_names",
    "load_learner",
    "space_filling",
]

_HOMES = {
    "BotorchLearner": "_botorch",
    "GPExpectedImprovement": "_gp_ei",
    "RandomLearner": "_random",
    "space_filling": "_space_filling",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
