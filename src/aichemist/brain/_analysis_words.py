"""What an analysis says of itself, the same on the terminal and on the page."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from aichemist.chemistry import with_uncertainty

from ._analysis import AimAnalysis
from ._diagnostics import Effect

#: of a normal distribution within one standard deviation
_WITHIN_ONE = 0.6827
#: a model whose error is lower by less than this share was hardly helped
_HARDLY = 0.05
#: a variable with at least this share of the weight matters, straight trend or not
_MATTERS = 0.1


def quality(a: AimAnalysis) -> str:
    """How good the model is, by measurements left out, and whether it knows that."""
    unit = f" {a.aim.unit}" if a.aim.unit else ""
    weights = ", ".join(f"{n} {w:.0%}" for n, w in sorted(a.weights.items(), key=lambda p: -p[1]))
    said = (
        f"R2 {a.r2:.2f}, RMSE {a.rmse:.4g}{unit} on measurements left out; 68 % interval holds {a.coverage_68:.0%}, "
        f"95 % interval {a.coverage_95:.0%}{_width(a)}; weights: {weights}"
    )
    return ". ".join([said, *(helped(a, what) for what in a.rmse_without)])


def _width(a: AimAnalysis) -> str:
    """Whether the share inside is more than two standard errors off."""
    spread = math.sqrt(_WITHIN_ONE * (1 - _WITHIN_ONE) / max(len(a.measured), 1))
    if a.coverage_68 > _WITHIN_ONE + 2 * spread:
        return " (too wide: the model errs less than it says)"
    return " (too narrow: the model errs more than it says)" if a.coverage_68 < _WITHIN_ONE - 2 * spread else ""


def helped(a: AimAnalysis, what: str) -> str:
    """Whether ``theory`` or ``earlier experiments`` made the model better, by the error with and without."""
    without = a.rmse_without[what]
    gain = 1 - a.rmse / without if without > 0 else 0.0
    verdict = "helped" if gain >= _HARDLY else "hardly helped" if gain > 0 else "did not help"
    return f"{what.capitalize()} {verdict}: RMSE {a.rmse:.4g} with, {without:.4g} without; weight {a.say[what]:.0%}"


def best(a: AimAnalysis) -> str:
    """The recipe believed best, and its value."""
    recipe = ", ".join(f"{k} {v if isinstance(v, str) else format(v, '.4g')}" for k, v in a.best.items() if v != 0.0)
    return f"{recipe}: {with_uncertainty(a.best_value.mean, a.best_value.sd, a.aim.unit)}"


def outlook(a: AimAnalysis) -> str:
    """What more experiments are worth."""
    unit = f" {a.aim.unit}" if a.aim.unit else ""
    gain, regret = f"{a.outlook.gain:.3g}{unit}", f"{a.outlook.regret:.3g}{unit}"
    if a.aim.target is not None:
        return (
            f"a further batch of {a.outlook.batch} is expected to come nearer to {a.aim.target:g} by at most {gain}; "
            f"with 95 % no recipe is nearer than the best measured by more than {regret}"
        )
    return (
        f"a further batch of {a.outlook.batch} is expected to gain at most {gain}; with 95 % "
        f"no recipe is better than the best measured by more than {regret}"
    )


def doubt(a: AimAnalysis, effect: Effect) -> str:
    """What to say of an effect that cannot be told from zero: a peak in the middle has no straight trend."""
    if effect.certain:
        return ""
    share = {i.variable: i.share for i in a.importances}.get(effect.component, 0.0)
    value = a.best.get(effect.component)
    if share >= _MATTERS and isinstance(value, float):
        return f"no straight trend; best expected at {value:.4g}"
    return "may be none"


def line_names(lines: Sequence[int | str]) -> Callable[[int], str]:
    """Row -> the line of the file where it stands; counted from 1 where no file is known."""
    return lambda i: str(lines[i]) if i < len(lines) else str(i + 1)


def strange(a: AimAnalysis, line: Callable[[int], str]) -> list[str]:
    """Measurements to be looked at; ``line`` names a row."""
    said = []
    if a.outliers:
        said.append(f"far from what the others predict: line {', '.join(line(i) for i in a.outliers[:12])}")
    for rows in a.disagreeing:
        said.append(f"one recipe, and far apart: line {', '.join(line(i) for i in rows[:12])}")
    return said
