"""Learners by name: the entry-point group ``aichemist.learners``, and the built-in ones."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points

from aichemist.chemistry import InputError

from ._learner import Learner

GROUP = "aichemist.learners"

#: the same lines as in pyproject.toml, so that a source tree without metadata works too
BUILT_IN = {
    "ax": "aichemist.brain.learning._ax:AxLearner",
    "baybe": "aichemist.brain.learning._baybe:BayBELearner",
    "botorch": "aichemist.brain.learning._botorch:BotorchLearner",
    "ensemble": "aichemist.brain.learning._ensemble_learner:EnsembleLearner",
    "gp_ei": "aichemist.brain.learning._gp_ei:GPExpectedImprovement",
    "optuna": "aichemist.brain.learning._optuna:OptunaLearner",
    "qnehvi": "aichemist.brain.learning._qnehvi:PlainHypervolume",
    "random": "aichemist.brain.learning._random:RandomLearner",
    "rf_ucb": "aichemist.brain.learning._rf_ucb:ForestBound",
}


def learner_names() -> list[str]:
    """All names that ``load_learner`` knows, sorted."""
    return sorted({*BUILT_IN, *(point.name for point in entry_points(group=GROUP))})


def load_learner(name: str) -> Learner:
    """The learner of that name, made with its default settings.

    Raises:
        InputError: no such learner, or an installed one that cannot be loaded.
    """
    found = next((point for point in entry_points(group=GROUP) if point.name == name), None)
    if found is None and name in BUILT_IN:
        found = EntryPoint(name, BUILT_IN[name], GROUP)
    if found is None:
        raise InputError(
            "no learner of this name", key="learner.name", value=name,
            mend=f"write one of: {', '.join(learner_names())}",
        )  # fmt: skip
    try:
        learner = found.load()()
    except InputError:
        raise
    except Exception as error:
        raise InputError(
            f"the learner cannot be loaded from {found.value}: {error}", key="learner.name", value=name,
            mend="mend or uninstall the package that offers it",
        ) from error  # fmt: skip
    if not isinstance(learner, Learner):
        raise InputError(
            f"{found.value} is not a Learner", key="learner.name", value=name,
            mend="derive it from aichemist.brain.learning.Learner",
        )  # fmt: skip
    return learner
