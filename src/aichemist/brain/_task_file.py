"""The file of a task for the brain alone: a space, objectives, a budget."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from attrs import frozen
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from aichemist.chemistry import InputError, Space, SpaceFile, build_space, load_toml, validated

from ._planner import Aim


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Objective(_Strict):
    name: str = Field(min_length=1, max_length=80)
    direction: Literal["minimise", "maximise"] | None = None
    unit: str = ""
    target: float | None = None

    @model_validator(mode="after")
    def _one_way(self) -> _Objective:
        if self.target is None and self.direction is None:
            raise ValueError('has no direction; write direction = "maximise" or "minimise", or target = a value to hit')
        if self.target is not None and self.direction is not None:
            raise ValueError("has a direction beside a target, where nearer is better; leave out one of the two")
        return self


class _Budget(_Strict):
    experiments: int | None = Field(default=None, ge=1)
    cost: str = ""


class _Learner(_Strict):
    name: str = "ensemble"
    seed: int = 1


class _Transfer(_Strict):
    observations: str


class _Task(_Strict):
    space: SpaceFile
    # [objective], or [[objective]] several times, as in a campaign file
    objective: Annotated[
        list[_Objective],
        BeforeValidator(lambda v: [v] if isinstance(v, dict) else v),
        Field(min_length=1, max_length=6),
    ]
    budget: _Budget = _Budget()
    learner: _Learner = _Learner()
    transfer: list[_Transfer] = []


@frozen
class Task:
    """What a task file says. ``cost`` is an expression in the variables, empty where all recipes cost the same;
    ``transfer`` are tables of earlier experiments on the same objective; ``inputs`` all files that it was read from or
    names."""

    file: Path
    space: Space
    aims: tuple[Aim, ...]
    budget: int | None
    cost: str
    learner: str
    seed: int
    transfer: tuple[Path, ...]
    inputs: tuple[Path, ...]


def load_task(file: Path) -> Task:
    """Read a task file; see docs/suggest.md.

    Raises:
        InputError: with file, key, value and mend.
    """
    raw = load_toml(file)
    if not raw:
        raise InputError(
            "is empty", file=file, mend="write a [space] and an [[objective]] table; docs/suggest.md begins with one"
        )
    read = _read(raw, file)
    try:
        space = build_space(read.space, file.parent)
        aims = tuple(Aim(o.name, o.direction or "minimise", o.unit, o.target) for o in read.objective)
        _names_apart(space, aims)
        if read.budget.cost:
            cost_of(read.budget.cost, space)
    except InputError as error:
        raise error.located(file=file) from None
    transfer = tuple(file.parent / t.observations for t in read.transfer)
    described = [file.parent / v.descriptors for v in read.space.variable if v.descriptors]
    return Task(
        file, space, aims, read.budget.experiments, read.budget.cost, read.learner.name, read.learner.seed, transfer,
        (file, *transfer, *described),
    )  # fmt: skip


def _read(raw: Mapping[str, Any], file: Path) -> _Task:
    try:
        return validated(_Task, raw, file=file, docs="docs/suggest.md")
    except InputError as error:
        key, alone = error.key or "", "objective[1]"
        if isinstance(raw.get("objective"), dict) and key.startswith(alone):
            key = "objective" + key.removeprefix(alone)
            raise InputError(error.problem, file=file, key=key, value=error.value, mend=error.mend) from None
        raise


def cost_of(text: str, space: Space, file: Path | None = None) -> Any:
    """A function from points ``(n, d)`` to what each costs; ``file`` is where the expression stands, for errors.

    Raises:
        InputError: the expression cannot be understood; when called: a cost that is not above zero.
    """
    from aichemist.chemistry import parse_expression

    expression = parse_expression(text, {c.name: c.categories for c in space.columns}, key="budget.cost")

    def cost(points: Any) -> Any:
        import numpy as np

        found = expression({name: points[:, i] for i, name in enumerate(space.names)})
        if not (np.isfinite(found) & (found > 0)).all():
            at = int(np.argmin(np.where(np.isfinite(found), found, -np.inf)))
            worst = ", ".join(f"{n} {space.label(n, v)}" for n, v in space.values(points[at]).items())
            raise InputError(
                f"is {found[at]:.4g}, not above zero, for {worst}",
                file=file,
                key="budget.cost",
                value=text,
                mend="add a constant, for example 1 + ...",
            )
        return found

    return cost


def _names_apart(space: Space, aims: tuple[Aim, ...]) -> None:
    seen = set(space.names)
    for aim in aims:
        for name in (aim.name, f"{aim.name}_sd"):
            if name in seen:
                raise InputError("is used twice", key="objective.name", value=name, mend="give it another name")
            seen.add(name)
