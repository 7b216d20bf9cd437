"""AI-Chemist: runs a chemistry laboratory in a closed loop, on a digital twin or on real workstations.

>>> import aichemist
>>> campaign = aichemist.load_campaign("campaigns/oer.toml")
>>> run = aichemist.run(campaign, name="first")        # doctest: +SKIP
>>> run.best.recipe.formula, run.best.value            # doctest: +SKIP
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .campaign import approve, check_campaign, load_campaign, load_design, open_run, resume, review, run

__version__ = "0.1.0"

__all__ = [
    "__version__",
    "approve",
    "check_campaign",
    "load_campaign",
    "load_design",
    "open_run",
    "resume",
    "review",
    "run",
]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from . import campaign

        return getattr(campaign, name)
    raise AttributeError(name)
