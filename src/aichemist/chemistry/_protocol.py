"""A protocol is data: steps whose parameters may refer to the variables of a recipe."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from attrs import field, frozen

from ._errors import InputError
from ._operations import OPERATIONS, ROBOT_OPERATIONS, Parameter
from ._records import Experiment, Recipe, Step, Wait
from ._units import parse_quantity


@frozen
class Scaled:
    """``offset + scale * (sum of recipe[v] for v in variables)``, in SI; a sum tops a vial up to one volume."""

    variables: tuple[str, ...]
    scale: float
    offset: float = 0.0

    def resolve(self, recipe: Recipe) -> float:
        return self.offset + self.scale * sum(recipe.values.get(v, 0.0) for v in self.variables)


@frozen
class StepTemplate:
    """One step as the protocol states it; values are SI floats, texts, or :class:`Scaled`."""

    name: str
    operation: str
    parameters: Mapping[str, Any]
    wait: Wait = Wait()
    station: str | None = None


@frozen
class Protocol:
    """The steps that one sample goes through."""

    name: str
    title: str
    steps: tuple[StepTemplate, ...]
    variables: tuple[str, ...] = field(default=())
    source: str = ""

    def resolve(self, recipe: Recipe, *, sample: str, batch: int) -> Experiment:
        """Recipe x protocol: every parameter becomes a number.

        Raises:
            InputError: an amount would be negative for this recipe.
        """
        steps = []
        for index, template in enumerate(self.steps):
            parameters = {n: _resolve(value, recipe, template.name) for n, value in template.parameters.items()}
            steps.append(Step(index, template.name, template.operation, parameters, template.wait, template.station))
        return Experiment(sample, batch, recipe, tuple(steps))


#: an amount this close to zero (l, kg) is a rounding error of a sum
_ROUNDING = 1e-12


def _resolve(value: Any, recipe: Recipe, step: str) -> Any:
    if isinstance(value, Scaled):
        return value.resolve(recipe)
    if isinstance(value, Mapping):
        return {name: _amount(inner, recipe, f"{step}.{name}") for name, inner in value.items()}
    return value


def _amount(value: Any, recipe: Recipe, key: str) -> Any:
    if not isinstance(value, Scaled):
        return value
    number = value.resolve(recipe)
    if number < -_ROUNDING:
        raise InputError(
            f"the amount is negative for the recipe {recipe.key}", key=key, value=f"{number:.6g} (SI)",
            mend=f"lower {', '.join(value.variables)}, or give the amount a larger offset",
        )  # fmt: skip
    return 0.0 if abs(number) <= _ROUNDING else number


def parse_protocol(document: Mapping[str, Any]) -> Protocol:
    """A protocol from the content of a TOML file (see ``protocols/oer.toml`` for the layout).

    Raises:
        InputError: with the key of the wrong entry; the caller adds the file.
    """
    head = _table(document, "protocol", "")
    _only(document, {"protocol", "step"}, "")
    _only(head, {"name", "title", "source", "variables"}, "protocol.")
    name = _text(head, "name", "protocol.")
    variables = head.get("variables", [])
    if not isinstance(variables, list) or not all(isinstance(v, str) for v in variables):
        raise InputError("must be a list of names", key="protocol.variables", value=variables)
    raw_steps = document.get("step", [])
    if not isinstance(raw_steps, list) or not raw_steps:
        raise InputError("a protocol needs at least one step", key="step", mend="add a [[step]] table")
    steps: list[StepTemplate] = []
    for number, raw in enumerate(raw_steps, start=1):
        prefix = f"step[{number}]."
        if not isinstance(raw, Mapping):
            raise InputError("must be a table", key=prefix.rstrip("."), value=raw)
        step = _step(raw, prefix, tuple(variables))
        if step.name in {s.name for s in steps}:
            raise InputError("two steps have this name", key=prefix + "name", value=step.name)
        steps.append(step)
    return Protocol(name, str(head.get("title", name)), tuple(steps), tuple(variables), str(head.get("source", "")))


def _step(raw: Mapping[str, Any], prefix: str, variables: tuple[str, ...]) -> StepTemplate:
    operation = _text(raw, "operation", prefix)
    known = set(OPERATIONS) - ROBOT_OPERATIONS
    if operation not in known:
        raise InputError(
            "is not an operation",
            key=prefix + "operation",
            value=operation,
            mend=did_you_mean(operation, known),
        )
    specs = OPERATIONS[operation]
    _only(raw, {"name", "operation", "wait", "station"} | {s.name for s in specs}, prefix)
    parameters: dict[str, Any] = {}
    for spec in specs:
        if spec.name in raw:
            parameters[spec.field] = _parameter(spec, raw[spec.name], prefix + spec.name, variables)
        elif spec.required:
            raise InputError(
                f"{operation} needs it", key=prefix + spec.name, mend=f"add {spec.name} = {_example(spec)}"
            )
        elif spec.default is not None:
            parameters[spec.field] = spec.default
    station = raw.get("station")
    if station is not None and not isinstance(station, str):
        raise InputError("must be the name of a station", key=prefix + "station", value=station)
    name = str(raw.get("name", operation))
    return StepTemplate(name, operation, parameters, _wait(raw.get("wait"), prefix + "wait"), station)


def _example(spec: Parameter) -> str:
    if spec.kind == "amounts":
        return '{ water = "2 mL" }'
    return {"duration": '"30 min"', "temperature": '"60 degC"'}.get(spec.dimension, "...")


def _parameter(spec: Parameter, value: Any, key: str, variables: tuple[str, ...]) -> Any:
    if spec.kind == "amounts":
        if not isinstance(value, Mapping) or not value:
            raise InputError("must be a table of stock = amount", key=key, value=value, mend=f"write {_example(spec)}")
        return {str(name): _number(spec, inner, f"{key}.{name}", variables) for name, inner in value.items()}
    if spec.kind in ("text", "choice"):
        if not isinstance(value, str) or (spec.choices and value not in spec.choices):
            raise InputError(
                "is not one of the choices",
                key=key,
                value=value,
                mend="write one of: " + ", ".join(spec.choices),
            )
        return value
    return _number(spec, value, key, variables)


def _number(spec: Parameter, value: Any, key: str, variables: tuple[str, ...]) -> float | Scaled:
    if isinstance(value, Mapping):
        _only(value, {"variable", "variables", "scale", "offset"}, key + ".")
        names = _variables(value, key, variables)
        if "scale" not in value:
            raise InputError("is missing", key=f"{key}.scale", mend='write { variable = "Ni", scale = "4 mL" }')
        # a scale may be negative where an offset is there to take it from; resolve() refuses what comes out negative
        taken_off = spec.kind == "amounts" and "offset" in value
        scale = (
            parse_quantity(value["scale"], spec.dimension, key=f"{key}.scale")
            if taken_off
            else _bounded(spec, value["scale"], f"{key}.scale")
        )
        offset = _bounded(spec, value["offset"], f"{key}.offset") if "offset" in value else 0.0
        return Scaled(names, scale, offset)
    return _bounded(spec, value, key)


def _variables(value: Mapping[str, Any], key: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """The variables that an amount follows: one under ``variable``, or several to be summed under ``variables``."""
    if ("variable" in value) == ("variables" in value):
        raise InputError(
            "needs either variable or variables", key=key, value=dict(value),
            mend='write { variable = "Ni", scale = "4 mL" }, or { variables = ["a", "b"], ... } for their sum',
        )  # fmt: skip
    written = "variable" if "variable" in value else "variables"
    names = [value["variable"]] if written == "variable" else value["variables"]
    if not isinstance(names, list) or not names:
        raise InputError("must be a list of names", key=f"{key}.{written}", value=names)
    for name in names:
        if name not in known:
            raise InputError(
                "is not a variable of this protocol", key=f"{key}.{written}", value=name,
                mend=did_you_mean(str(name), known),
            )  # fmt: skip
    if len(set(names)) != len(names):
        raise InputError("names a variable twice", key=f"{key}.{written}", value=names)
    return tuple(names)


def _said(spec: Parameter, value: float) -> str:
    """A limit in the unit that people write: temperatures in degC, everything else in SI."""
    return f"{value - 273.15:.0f} degC" if spec.dimension == "temperature" else f"{value:g} (SI)"


def _bounded(spec: Parameter, value: Any, key: str) -> float:
    number = parse_quantity(value, spec.dimension, key=key)
    if spec.low is not None and number < spec.low - 1e-12:
        problem = "is negative" if spec.low == 0 else f"lies below the physical limit {_said(spec, spec.low)}"
        raise InputError(problem, key=key, value=value, mend=f"give at least {_said(spec, spec.low)}")
    if spec.high is not None and number > spec.high + 1e-12:
        raise InputError(
            f"lies above the physical limit {_said(spec, spec.high)}", key=key, value=value,
            mend=f"give at most {_said(spec, spec.high)}; check the unit",
        )  # fmt: skip
    return number


def _wait(raw: Any, key: str) -> Wait:
    if raw is None or raw == "any":
        return Wait()
    if raw == "none":
        return Wait(0.0, 0.0)
    if not isinstance(raw, Mapping):
        raise InputError(
            "is not a wait",
            key=key,
            value=raw,
            mend='write "none", "any" or { at_least = "5 min", at_most = "1 h" }',
        )
    _only(raw, {"at_least", "at_most"}, key + ".")
    low = parse_quantity(raw["at_least"], "duration", key=f"{key}.at_least") if "at_least" in raw else 0.0
    high = parse_quantity(raw["at_most"], "duration", key=f"{key}.at_most") if "at_most" in raw else None
    if low < 0 or (high is not None and high < low):
        raise InputError("at_least must be 0 or more and not above at_most", key=key, value=dict(raw))
    return Wait(low, high)


def _table(document: Mapping[str, Any], name: str, prefix: str) -> Mapping[str, Any]:
    value = document.get(name)
    if not isinstance(value, Mapping):
        raise InputError("the table is missing", key=prefix + name, mend=f"add a [{name}] table")
    return value


def _text(table: Mapping[str, Any], name: str, prefix: str) -> str:
    value = table.get(name)
    if not isinstance(value, str) or not value.strip():
        raise InputError("a text is missing", key=prefix + name, value=value, mend=f'write {name} = "..."')
    return value


def _only(table: Mapping[str, Any], allowed: Iterable[str], prefix: str) -> None:
    allowed = set(allowed)
    for name in table:
        if name not in allowed:
            raise InputError("is not a key here", key=prefix + str(name), mend=did_you_mean(str(name), allowed))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A mend: the nearest of the known names, capitals aside, where one is near or begins so, and all of them."""
    names = sorted(known)
    small = [name.lower() for name in names]
    begin = [name for name in small if len(word) > 2 and name.startswith(word.lower())]
    near = difflib.get_close_matches(word.lower(), small, n=1) or begin[:1]
    close = [name for name in names if near and name.lower() == near[0]]
    listed = ", ".join(names) if names else "none"
    return (f"did you mean '{close[0]}'? " if close else "") + f"known: {listed}"
