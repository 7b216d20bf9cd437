"""Reading a design file: one set of steps with its stocks, for a review before anything is a campaign."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve, frozen
from pydantic import BaseModel, ConfigDict, Field

from aichemist.chemistry import (
    OPERATIONS,
    Design,
    Experiment,
    Hypothesis,
    InputError,
    LabLimits,
    Proposal,
    Protocol,
    Recipe,
    StationLimits,
    StockLimits,
    Variable,
    Variables,
    check_concentration,
    element_counts,
    load_toml,
    parse_protocol,
    parse_quantity,
    validated,
)
from aichemist.guard.knowledge import default_knowledge
from aichemist.lab.layout import StockEntry, load_lab

from ._file import find_beside

#: a bench without a lab file: vial of 20 mL, muffle furnace up to 550 degC, as much of each stock as is wanted
_VIAL_L, _HOTTEST_K, _PLENTY = 0.02, 823.15, 1e6
#: up to here (mol/L) a solute of 400 g/mol would weigh no more than a litre of the densest solutions
_PLAIN = 10.0
_AMOUNTS = {"volumes": "liquid", "masses": "solid"}


@frozen
class DesignFile:
    """A design file, read: what a review needs, and nothing that could be run by itself."""

    name: str
    design: Design
    experiments: tuple[Experiment, ...]
    limits: LabLimits


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Head(_Strict):
    name: str = Field(default="design", min_length=1, max_length=200)
    lab: str = Field(default="", max_length=1000)
    vials: int = Field(default=1, ge=1, le=10_000)
    vial_capacity: str = ""


class _Stock(StockEntry):
    """Amounts that nobody gives are plenty, and concentrations unknown: those given are above zero."""

    concentration: str = ""
    volume: str = ""
    mass: str = ""
    mixture: dict[str, str] = Field(default={}, max_length=20)


class _File(_Strict):
    design: _Head = _Head()
    values: dict[str, float] = Field(default={}, max_length=200)
    stock: list[_Stock] = Field(default=[], max_length=200)
    step: list[Any] = Field(min_length=1, max_length=500)
    guard: dict[str, Any] = {}


def load_design(path: str | Path) -> DesignFile:
    """A design file (TOML).

    Raises:
        InputError: with file, key, value and mend.
    """
    path = Path(path)
    return parse_design(load_toml(path), path)


def parse_design(document: Mapping[str, Any], path: Path) -> DesignFile:
    """The design that the content of a design file describes; ``path`` is named in errors, and a lab file is looked
    for beside it.

    Raises:
        InputError: with file, key, value and mend.
    """
    file = validated(_File, document, file=path)
    try:
        limits = _limits(file, path)
        protocol = _protocol(file, limits)
        recipe = Recipe(dict(file.values) or {"as_written": 1.0})
        experiments = tuple(
            protocol.resolve(recipe, sample=f"b001-{i:02d}", batch=1) for i in range(1, file.design.vials + 1)
        )
    except InputError as error:
        raise error.located(file=path) from None
    fixed = tuple(Variable(name, value, value, (value,)) for name, value in recipe.values.items())
    design = Design(
        1, Hypothesis(f"{file.design.name}, as written by a person", {}, ""), Variables(fixed), protocol.name,
        tuple(Proposal(recipe, "initial") for _ in experiments), "design file",
    )  # fmt: skip
    return DesignFile(file.design.name, design, experiments, limits)


def _protocol(file: _File, limits: LabLimits) -> Protocol:
    known = {s.name: "liquid" if s.available_l else "solid" for s in limits.stocks}
    for number, raw in enumerate(file.step, 1):
        if isinstance(raw, Mapping):
            _stocks_known(raw, known, f"step[{number}]")
    head = {"name": file.design.name, "variables": list(file.values)}
    return parse_protocol({"protocol": head, "step": _named(file.step)})


def _named(steps: Sequence[Any]) -> list[Any]:
    """A step without a name gets its operation's, with a number where that is taken: the same operation comes often."""
    taken = {s.get("name") for s in steps if isinstance(s, Mapping)}
    made: list[Any] = []
    for step in steps:
        if isinstance(step, Mapping) and "name" not in step and isinstance(step.get("operation"), str):
            base = step["operation"]
            name = next(n for i in range(1, len(steps) + 2) if (n := base if i == 1 else f"{base} {i}") not in taken)
            taken.add(name)
            step = {**step, "name": name}
        made.append(step)
    return made


def _stocks_known(step: Mapping[str, Any], known: Mapping[str, str], prefix: str) -> None:
    for key, state in _AMOUNTS.items():
        table = step.get(key)
        for name in table if isinstance(table, Mapping) else ():
            if name not in known:
                close = difflib.get_close_matches(str(name), known, n=1)
                hint = f"did you mean '{close[0]}'? " if close else ""
                raise InputError(
                    "there is no stock of this name", key=f"{prefix}.{key}.{name}", value=name,
                    mend=f"{hint}add a [[stock]], or write one of: {', '.join(sorted(known)) or 'none yet'}",
                )  # fmt: skip
            if known[name] != state:
                raise InputError(
                    f"is a {known[name]}; {key} are of {state}s", key=f"{prefix}.{key}.{name}", value=name,
                    mend="use dispense_liquid with volumes for liquids, dispense_solid with masses for solids",
                )  # fmt: skip


def _limits(file: _File, path: Path) -> LabLimits:
    stocks = tuple(_stock(raw, f"stock[{i}]") for i, raw in enumerate(file.stock, 1))
    names = [s.name for s in stocks]
    twice = next((n for n in names if names.count(n) > 1), None)
    if twice is not None:
        raise InputError("two entries have this name", key="stock.name", value=twice, mend="rename one of them")
    limits = _of_lab(file, stocks, path) if file.design.lab else _bench(stocks, file.design.vials)
    if file.design.vial_capacity:
        capacity = parse_quantity(file.design.vial_capacity, "volume", key="design.vial_capacity")
        if capacity <= 0:
            raise InputError("must be above zero", key="design.vial_capacity", value=file.design.vial_capacity)
        limits = evolve(limits, vial_capacity_l=capacity)
    return evolve(limits, guard={**limits.guard, **file.guard})


def _bench(stocks: Sequence[StockLimits], vials: int) -> LabLimits:
    bench = StationLimits("bench", tuple(OPERATIONS), max(vials, 1000), {}, tuple(s.name for s in stocks))
    return LabLimits("bench without limits", _VIAL_L, _HOTTEST_K, max(vials, 1000), (bench,), tuple(stocks))


def _of_lab(file: _File, stocks: Sequence[StockLimits], path: Path) -> LabLimits:
    """The lab with the file's stocks added, within reach of every station that dispenses their kind."""
    lab = load_lab(find_beside(path, "design.lab", file.design.lab)).limits()
    there = {s.name for s in lab.stocks}
    for i, stock in enumerate(stocks, 1):
        if stock.name in there:
            raise InputError(
                "the lab has a stock of this name", key=f"stock[{i}].name", value=stock.name,
                mend="leave the entry out to use the lab's, or give it another name",
            )  # fmt: skip
    liquids = tuple(s.name for s in stocks if s.available_l)
    solids = tuple(s.name for s in stocks if s.available_kg)
    stations = tuple(
        evolve(
            s, stocks=s.stocks + (liquids if "dispense_liquid" in s.operations else ())
            + (solids if "dispense_solid" in s.operations else ()),
        )
        for s in lab.stations
    )  # fmt: skip
    return evolve(lab, stations=stations, stocks=(*lab.stocks, *stocks))


def _stock(raw: _Stock, prefix: str) -> StockLimits:
    if not (raw.substance.strip() or raw.solute.strip()):
        raise InputError(
            "does not say what is in it", key=f"{prefix}.substance", value=raw.name,
            mend='write substance = "nitric acid" (a name, CAS number, InChIKey or SMILES), or solute = "HNO3"',
        )  # fmt: skip
    if raw.solute:
        try:
            element_counts(raw.solute)
        except InputError as error:
            raise InputError(error.problem, key=f"{prefix}.solute", value=raw.solute, mend=error.mend) from None
    wrong, unit = ("mass", raw.mass) if raw.state == "liquid" else ("volume", raw.volume)
    if unit:
        raise InputError(
            f"a {raw.state} has no {wrong}", key=f"{prefix}.{wrong}", value=unit,
            mend="a liquid has a volume, a solid a mass",
        )  # fmt: skip
    text, dimension = (raw.volume, "volume") if raw.state == "liquid" else (raw.mass, "mass")
    there = _above_zero(text, dimension, f"{prefix}.{dimension}") if text else _PLENTY
    moles = _above_zero(raw.concentration, "concentration", f"{prefix}.concentration") if raw.concentration else 0.0
    formula, density = raw.solute, None
    if moles > _PLAIN and not formula:  # only then is the knowledge asked: it takes a while to load
        known = default_knowledge().find(raw.substance)
        formula, density = known.formula, known.density_kg_per_l if known.state == "liquid" else None
    check_concentration(
        moles, key=f"{prefix}.concentration", value=raw.concentration, formula=formula, density_kg_per_l=density,
        of_solution_kg_per_l=raw.density_kg_per_l,
    )  # fmt: skip
    mixture = {n: _above_zero(v, "concentration", f"{prefix}.mixture.{n}") for n, v in raw.mixture.items()}
    for name, amount in mixture.items():
        check_concentration(amount, key=f"{prefix}.mixture.{name}", value=raw.mixture[name])
    return StockLimits(
        raw.name, there if raw.state == "liquid" else 0.0, there if raw.state == "solid" else 0.0,
        raw.density_kg_per_l, raw.solute, raw.substance, raw.solvent, moles, mixture,
    )  # fmt: skip


def _above_zero(text: str, dimension: str, key: str) -> float:
    number = parse_quantity(text, dimension, key=key)
    if number <= 0:
        raise InputError("must be above zero", key=key, value=text, mend="leave it out where it is not known")
    return number
