"""What a person should look at in a table of observations before anything is learnt from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aichemist.chemistry import InputError, Simplex, Space, Variables

from ._planner import Aim

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: figures that go one way for every chemist and cannot be negative
_USUAL = {
    "overpotential": "minimise", "yield": "maximise", "conversion": "maximise", "selectivity": "maximise",
    "quantum_yield": "maximise", "hydrogen": "maximise", "purity": "maximise",
}  # fmt: skip
#: so many rows are named one by one
_NAMED = 5


def notes_of(space: Space, aims: Sequence[Aim], x: Floats, y: Floats, lines: Sequence[int | str]) -> list[str]:
    """Signs, directions, constants, failures, and recipes ``x`` ``(k, d)`` that are none of the space's."""
    import numpy as np

    notes = []
    for j, aim in enumerate(aims):
        good = np.isfinite(y[:, j])
        usual = _USUAL.get(aim.name.lower().replace(" ", "_"))
        if usual and aim.target is None:
            if good.any() and bool((y[good, j] < 0).all()):
                notes.append(f"every {aim.name} is negative: has its sign been turned round?")
            if usual != aim.direction:
                notes.append(f"{aim.name} is to be {aim.direction}d; most people {usual} it: is the direction right?")
        if good.sum() > 1 and float(np.ptp(y[good, j])) == 0.0:
            notes.append(f"every {aim.name} is {y[good, j][0]:.6g}: nothing can be learnt from a constant")
        if len(y) and not good.any():
            notes.append(f"all {len(y)} experiments failed: the next ones are spread out as if nothing were known")
    off = [f"line {line}: {why}" for line, row in zip(lines, x, strict=True) if (why := _departure(space, row))]
    if off:
        more = f"; and {len(off) - _NAMED} more" if len(off) > _NAMED else ""
        notes.append(
            f"{len(off)} of {len(x)} recipes lie outside the space or off its grid; they are used as they are: "
            f"{'; '.join(off[:_NAMED])}{more}"
        )
    return notes


def _departure(space: Space, row: Floats) -> str:
    """Why a recipe is none of the space's; empty where it is one."""
    values = space.values(row)
    try:
        space.check(values)
    except InputError as error:
        return error.problem
    # ``check`` asks for limits and constraints, not for the grid
    mixture = space if isinstance(space, Simplex) else space.fractions if isinstance(space, Variables) else None
    for name in mixture.components if mixture else ():
        step = mixture.step if mixture else 1.0
        if abs(values[name] / step - round(values[name] / step)) > 1e-6:
            return f"{name} = {values[name]:.4g} is not on its grid of {step:g}"
    for variable in space.variables if isinstance(space, Variables) else ():
        value = values[variable.name]
        near = min(variable.levels, key=lambda level: abs(level - value), default=value)
        if abs(near - value) > 1e-6 * (variable.high - variable.low):
            return f"{variable.name} = {value:g} is not on its grid, the nearest is {near:g}"
    return ""
