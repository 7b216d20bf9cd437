"""The file of a task for the brain alone: a space, objectives, a budget."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal

from attrs import frozen
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from aichemist.chemistry import InputError, Space, SpaceFile, build_space

from ._planner import Aim


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Objective(_Strict):
    name: str = Field(min_length=1, max_length=80)
    direction: Literal["minimise", "maximise"]
    unit: str = ""
    target: float | None = None


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
    objective: list[_Objective] = Field(min_length=1, max_length=6)
    budget: _Budget = _Budget()
    learner: _Learner = _Learner()
    transfer: list[_Transfer] = []


@frozen
class Task:
    """What a task file says. ``cost`` is an expression in the variables, empty where all recipes cost the same;
    ``transfer`` are tables of earlier experiments on the same objective."""

    file: Path
    space: Space
    aims: tuple[Aim, ...]
    budget: int | None
    cost: str
    learner: str
    seed: int
    transfer: tuple[Path, ...]


def load_task(file: Path) -> Task:
    """Read a task file; see docs/suggest.md.

    Raises:
        InputError: with file, key, value and mend.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InputError("no such file", file=file, mend="check the path") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", file=file) from None
    try:
        raw: dict[str, Any] = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"is not valid TOML: {error}", file=file, mend="mend the line that is named") from None
    try:
        read = _Task.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part + 1) if isinstance(part, int) else str(part) for part in first["loc"])
        extra = first["type"] == "extra_forbidden"
        raise InputError(
            "is not a key of this file" if extra else first["msg"], file=file, key=key,
            value=None if isinstance(first["input"], dict) else first["input"],
            mend=f"known: {_known(first['loc'])}" if extra else None,
        ) from None  # fmt: skip
    try:
        space = build_space(read.space, file.parent)
        aims = tuple(Aim(o.name, o.direction, o.unit, o.target) for o in read.objective)
        _names_apart(space, aims)
        if read.budget.cost:
            cost_of(read.budget.cost, space)
    except InputError as error:
        raise error.located(file=file) from None
    return Task(
        file, space, aims, read.budget.experiments, read.budget.cost, read.learner.name, read.learner.seed,
        tuple(file.parent / t.observations for t in read.transfer),
    )  # fmt: skip


def cost_of(text: str, space: Space) -> Any:
    """A function from points ``(n, d)`` to what each costs.

    Raises:
        InputError: the expression cannot be understood; when called: a cost that is not above zero.
    """
    from aichemist.chemistry import parse_expression

    expression = parse_expression(text, {c.name: c.categories for c in space.columns}, key="budget.cost")

    def cost(points: Any) -> Any:
        import numpy as np

        found = expression({name: points[:, i] for i, name in enumerate(space.names)})
        if not (np.isfinite(found) & (found > 0)).all():
            worst = space.values(points[int(np.argmin(np.where(np.isfinite(found), found, -np.inf)))])
            raise InputError(
                f"is not above zero for {worst}",
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


def _known(loc: tuple[Any, ...]) -> str:
    model: Any = _Task
    for part in loc[:-1]:
        if isinstance(part, str):
            field = model.model_fields.get(part)
            if field is None:
                break
            inner = field.annotation
            model = next((a for a in getattr(inner, "__args__", ()) if hasattr(a, "model_fields")), inner)
    return ", ".join(getattr(model, "model_fields", {}))
