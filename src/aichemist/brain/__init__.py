"""The brain: goal, digest and observations -> a hypothesis that can be wrong -> the design of the next batch.

``design_batch`` asks a learner for recipes and says in words and numbers what they are to show; ``judge_hypothesis``
holds a hypothesis against what was measured. ``cross_validate`` and ``expected_best`` say how far the model can be
trusted and which recipe it holds for the best. Learners live in ``aichemist.brain.learning``.

``Planner`` is the brain alone, for people who run experiments by hand: ``fit``, ``suggest``, ``tell``; ``analyse`` says
what the experiments show.
"""

from . import _analysis_words as analysis_words
from ._analysis import AimAnalysis, Analysis, analyse, far_off
from ._analysis_page import analysis_page, as_plain
from ._calculate import Calculation, worth_calculating
from ._csv_table import read_table
from ._design import design_batch
from ._diagnostics import Calibration, Effect, ExpectedBest, cross_validate, expected_best, simple_effects
from ._front_outlook import FrontOutlook, front_outlook, look_ahead_front
from ._hypothesis import state_hypothesis
from ._judge import judge_hypothesis
from ._judge_literature import judge_again
from ._observed_table import Observed, read_observed
from ._outliers import Outlier, outlying
from ._outlook import Outlook, look_ahead, outlook
from ._planner import Aim, Planner, Suggestion
from ._prior import ComponentPrior, component_priors
from ._restated import with_refuted
from ._shapley import Importance, importances
from ._task_file import Task, cost_of, load_task
from ._theory_table import Calculated, read_theory
from .learning import Learner, learner_names, load_learner

__all__ = [
    "Aim",
    "AimAnalysis",
    "Analysis",
    "Calculated",
    "Calculation",
    "Calibration",
    "ComponentPrior",
    "Effect",
    "ExpectedBest",
    "FrontOutlook",
    "Importance",
    "Learner",
    "Observed",
    "Outlier",
    "Outlook",
    "Planner",
    "Suggestion",
    "Task",
    "analyse",
    "analysis_page",
    "analysis_words",
    "as_plain",
    "component_priors",
    "cost_of",
    "cross_validate",
    "design_batch",
    "expected_best",
    "far_off",
    "front_outlook",
    "importances",
    "judge_again",
    "judge_hypothesis",
    "learner_names",
    "load_learner",
    "load_task",
    "look_ahead",
    "look_ahead_front",
    "outlook",
    "outlying",
    "read_observed",
    "read_table",
    "read_theory",
    "simple_effects",
    "state_hypothesis",
    "with_refuted",
    "worth_calculating",
]
