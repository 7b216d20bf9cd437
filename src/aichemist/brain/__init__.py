"""The brain: goal, digest and observations -> a hypothesis that can be wrong -> the design of the next batch.

``design_batch`` asks a learner for recipes and says in words and numbers what they are to show; ``judge_hypothesis``
holds a hypothesis against what was measured. ``cross_validate`` and ``expected_best`` say how far the model can be
trusted and which recipe it holds for the best. Learners live in ``aichemist.brain.learning``.
"""

from ._design import design_batch
from ._diagnostics import Calibration, Effect, ExpectedBest, cross_validate, expected_best, simple_effects
from ._hypothesis import state_hypothesis
from ._judge import judge_hypothesis
from ._prior import ComponentPrior, component_priors
from .learning import Learner, learner_names, load_learner

__all__ = [
    "Calibration",
    "ComponentPrior",
    "Effect",
    "ExpectedBest",
    "Learner",
    "component_priors",
    "cross_validate",
    "design_batch",
    "expected_best",
    "judge_hypothesis",
    "learner_names",
    "load_learner",
    "simple_effects",
    "state_hypothesis",
]
