"""Reading a campaign file, with the protocol and lab files that it names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from attrs import evolve as replace
from attrs import field, frozen
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from aichemist.chemistry import (
    Goal,
    InputError,
    Objective,
    Protocol,
    Simplex,
    Space,
    SpaceFile,
    build_space,
    load_toml,
    parse_protocol,
    parse_quantity,
    validated,
)
from aichemist.guard.approvals import Envelope
from aichemist.lab.layout import Lab, parse_lab

from ._envelope import EnvelopeFile, build_envelope
from ._examples import examples_folder
from ._file_checks import drivers_known, learner_known, measured, stations_known
from ._redact import PrivacyPolicy


@frozen
class StopRule:
    """When to stop before the budget is spent. ``targets`` (one for each objective), ``gain`` and ``regret`` are in the
    objective's unit.

    ``gain``: a further batch is expected to improve the best by less than this. ``regret``: no recipe is better than
    the best measured one by more than this, by its 95 % bound. With several objectives both are shares of the volume
    that the front dominates.
    """

    targets: tuple[float | None, ...] = ()
    patience_batches: int | None = None
    gain: float | None = None
    regret: float | None = None


@frozen
class Documents:
    """The three files as they were read: what a run keeps, so that later edits do not change it."""

    campaign: Mapping[str, Any]
    protocol: Mapping[str, Any]
    lab: Mapping[str, Any]
    paths: Mapping[str, str]


@frozen
class Campaign:
    """A campaign, checked and ready to run."""

    name: str
    goal: Goal
    space: Space
    protocol: Protocol
    lab: Lab
    stop: StopRule
    learner: str
    seed: int
    batches_in_flight: int
    literature: str
    documents: Documents = field(repr=False)
    notify_urls: tuple[str, ...] = field(default=(), repr=False)
    notify_on: tuple[str, ...] = ()
    envelope: Envelope | None = None
    theory: str = ""
    fidelity: str = ""
    transfer: tuple[str, ...] = ()
    cost_text: str = ""
    batch_at_least: int | None = None

    @property
    def objective(self) -> Objective:
        """The first one."""
        return self.goal.objectives[0]

    @property
    def cost(self) -> Any:
        """A function from points ``(n, d)`` to what trying each costs; ``None`` where all cost the same."""
        from aichemist.brain import cost_of

        return cost_of(self.cost_text, self.space) if self.cost_text else None

    def with_budget(self, samples: int) -> Campaign:
        """The same campaign with another budget, checked again."""
        document = {**self.documents.campaign, "budget": {**self.documents.campaign["budget"], "samples": samples}}
        return build_campaign(replace(self.documents, campaign=document))


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Head(_Strict):
    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,60}$")
    goal: str = Field(min_length=3, max_length=2000)
    protocol: str
    lab: str
    seed: int = Field(default=1, ge=0, le=2**31 - 1)


class _Objective(_Strict):
    figure_of_merit: str
    direction: Literal["minimise", "maximise"]
    unit: str
    current_density: str | None = None


class _Budget(_Strict):
    samples: int = Field(ge=1, le=100_000)
    batch: int = Field(ge=1, le=1_000)
    # with it, a batch may be smaller than ``batch`` where the lab then needs less time for each sample
    batch_at_least: int | None = Field(default=None, ge=1, le=1_000)
    batches_in_flight: int = Field(default=1, ge=1, le=10)
    cost: str = ""


class _Stop(_Strict):
    target: str | list[str] | None = None
    patience: int | None = Field(default=None, ge=1)
    gain: str | None = None
    regret: str | None = None


class _Learner(_Strict):
    name: str = "ensemble"


class _Reading(_Strict):
    folder: str = ""


class _Notify(_Strict):
    # one address alone will do, and an address never gets into an error message
    urls: Annotated[list[str], BeforeValidator(lambda v: [v] if isinstance(v, str) else v)] = []
    on: list[Literal["question", "task", "finished", "fault"]] = ["question", "task", "finished", "fault"]


class _Theory(_Strict):
    file: str = Field(min_length=1)
    # the column that is the objective itself, calculated
    fidelity: str = ""


class _Transfer(_Strict):
    runs: list[str] = Field(min_length=1, max_length=20)


#: as many as the hypervolume can be had for in a moment
_MOST_OBJECTIVES = 4


class _File(_Strict):
    campaign: _Head
    # [objective], or [[objective]] several times
    objective: Annotated[
        list[_Objective],
        BeforeValidator(lambda v: [v] if isinstance(v, dict) else v),
        Field(min_length=1, max_length=_MOST_OBJECTIVES),
    ]
    space: SpaceFile
    budget: _Budget
    stop: _Stop = _Stop()
    learner: _Learner = _Learner()
    reading: _Reading = _Reading()
    theory: _Theory | None = None
    transfer: _Transfer | None = None
    notify: _Notify = _Notify()
    envelope: EnvelopeFile | None = None
    privacy: PrivacyPolicy = PrivacyPolicy()


#: largest grid that a campaign may enumerate
MAX_POINTS = 200_000


def load_campaign(path: str | Path) -> Campaign:
    """A campaign file with its protocol and lab.

    Raises:
        InputError: with file, key, value and mend, for any of the three files.
    """
    path = Path(path)
    document = load_toml(path)
    head = _read(document, path).campaign
    protocol = find_beside(path, "campaign.protocol", head.protocol)
    lab = find_beside(path, "campaign.lab", head.lab)
    return build_campaign(
        Documents(
            document,
            load_toml(protocol),
            load_toml(lab),
            {"campaign": str(path), "protocol": str(protocol), "lab": str(lab)},
        )
    )


def _read(document: Mapping[str, Any], path: Path) -> _File:
    try:
        return validated(_File, document, file=path)
    except InputError as error:
        key = error.key or ""
        if isinstance(document.get("objective"), dict) and key.startswith("objective[1]"):
            key = "objective" + key.removeprefix("objective[1]")
            raise InputError(error.problem, file=path, key=key, value=error.value, mend=error.mend) from None
        raise


def find_beside(file: Path, key: str, name: str) -> Path:
    """A file that ``file`` names: beside it, one folder up, in the working folder, or among the shipped examples.

    Raises:
        InputError: it is nowhere.
    """
    folders = [file.parent, file.parent.parent, Path.cwd(), examples_folder()]
    for folder in folders:
        candidate = folder / name
        if candidate.is_file():
            return candidate
    looked = ", ".join(dict.fromkeys(str(f.resolve()) for f in folders))
    raise InputError("there is no such file", file=file, key=key, value=name, mend=f"looked in: {looked}")


def build_campaign(documents: Documents) -> Campaign:
    """The campaign that three documents describe.

    Raises:
        InputError: as :func:`load_campaign`.
    """
    paths = {name: Path(p) for name, p in documents.paths.items()}
    file = _read(documents.campaign, paths["campaign"])
    try:
        protocol = parse_protocol(documents.protocol)
    except InputError as error:
        raise error.located(file=paths["protocol"]) from None
    lab = parse_lab(documents.lab, paths["lab"])
    try:
        space = _space(file.space, protocol, paths["campaign"].parent)
        campaign = Campaign(
            name=file.campaign.name,
            goal=Goal(file.campaign.goal, _objectives(file.objective), file.budget.samples, file.budget.batch),
            space=space,
            protocol=protocol,
            lab=lab,
            stop=_stop(file),
            learner=file.learner.name,
            seed=file.campaign.seed,
            batches_in_flight=file.budget.batches_in_flight,
            literature=file.reading.folder,
            documents=documents,
            notify_urls=tuple(file.notify.urls),
            notify_on=tuple(file.notify.on),
            envelope=None if file.envelope is None else build_envelope(file.envelope, space, protocol, lab),
            theory=file.theory.file if file.theory else "",
            fidelity=file.theory.fidelity if file.theory else "",
            transfer=tuple(file.transfer.runs) if file.transfer else (),
            cost_text=file.budget.cost,
            batch_at_least=file.budget.batch_at_least,
        )
        _ = campaign.cost  # an expression that cannot be understood
        _fits(file, lab)
        learner_known(file.learner.name, len(file.objective))
    except InputError as error:
        raise error.located(file=paths["campaign"]) from None
    for objective in campaign.goal.objectives:
        measured(objective, protocol, paths["protocol"])
    stations_known(protocol, lab, paths["protocol"])
    drivers_known(lab, paths["lab"])
    return campaign


def _objectives(raw: list[_Objective]) -> tuple[Objective, ...]:
    names = [o.figure_of_merit for o in raw]
    twice = next((n for n in names if names.count(n) > 1), None)
    if twice is not None:
        raise InputError("stands twice", key="objective.figure_of_merit", value=twice, mend="name each only once")
    if len(raw) == 1:
        return (_objective(raw[0], "objective"),)
    return tuple(_objective(o, f"objective[{i}]") for i, o in enumerate(raw, 1))


def _objective(raw: _Objective, key: str) -> Objective:
    from aichemist.lab.analysis import load_analyser

    try:
        load_analyser(raw.figure_of_merit)
    except InputError as error:
        raise InputError(
            error.problem, key=f"{key}.figure_of_merit", value=raw.figure_of_merit, mend=error.mend
        ) from None
    parse_quantity(f"1 {raw.unit}", _DIMENSIONS.get(raw.figure_of_merit, "dimensionless"), key=f"{key}.unit")
    conditions = {}
    if raw.current_density is not None:
        value = parse_quantity(raw.current_density, "current_density", key=f"{key}.current_density")
        if value <= 0:
            raise InputError("must be above zero", key=f"{key}.current_density", value=raw.current_density)
        conditions["current_density_a_per_m2"] = value
    return Objective(raw.figure_of_merit, raw.direction, raw.unit, conditions)


_DIMENSIONS = {
    "overpotential": "potential",
    "overpotential_change": "potential",
    "emission_peak": "wavelength",
    "quantum_yield": "dimensionless",
    "hydrogen": "amount",
}


def _space(raw: SpaceFile, protocol: Protocol, folder: Path) -> Space:
    space = build_space(raw, folder)
    for name in space.names:
        if name not in protocol.variables:
            raise InputError(
                "the protocol has no variable of this name",
                key="space.components" if name in raw.components else "space.variable", value=name,
                mend=f"protocol '{protocol.name}' knows: {', '.join(protocol.variables)}; add it there with its stock",
            )  # fmt: skip
    categories = [c.name for c in space.columns if c.kind == "category"]
    if categories:
        raise InputError(
            "is categorical; the steps of a protocol take numbers", key="space.variable", value=categories[0],
            mend="give each choice its own amount with constraints, or use 'aichemist suggest'",
        )  # fmt: skip
    if isinstance(space, Simplex) and space.exceeds(MAX_POINTS):
        raise InputError(
            f"the grid has more than {MAX_POINTS:,} points", key="space.step", value=raw.step,
            mend="make the step larger, lower at_most, or narrow the limits",
        )  # fmt: skip
    return space


def _stop(file: _File) -> StopRule:
    several = len(file.objective) > 1
    ones = []
    for objective in file.objective:
        dimension = _DIMENSIONS.get(objective.figure_of_merit, "dimensionless")
        ones.append((dimension, parse_quantity(f"1 {objective.unit}", dimension, key="objective.unit")))
    texts = [file.stop.target] if isinstance(file.stop.target, str) else file.stop.target
    if texts is not None and len(texts) != len(ones):
        raise InputError(
            f"has {len(texts)} values for {len(ones)} objectives", key="stop.target", value=file.stop.target,
            mend="write one for each objective, in their order; a sample must meet all of them",
        )  # fmt: skip
    targets = tuple(
        parse_quantity(text, dimension, key="stop.target") / one
        for text, (dimension, one) in zip(texts or (), ones, strict=False)
    )

    def read(key: str) -> float | None:
        text = getattr(file.stop, key)
        if text is None:
            return None
        if several:
            try:
                value = parse_quantity(text, "dimensionless", key=f"stop.{key}")
            except InputError:
                raise InputError(
                    "is no share of the front's volume, which it is with several objectives", key=f"stop.{key}",
                    value=text, mend='write it like "2 %"',
                ) from None  # fmt: skip
        else:
            value = parse_quantity(text, ones[0][0], key=f"stop.{key}") / ones[0][1]
        if value <= 0:
            raise InputError("must be above zero", key=f"stop.{key}", value=text)
        return value

    return StopRule(targets, file.stop.patience, read("gain"), read("regret"))


def _fits(file: _File, lab: Lab) -> None:
    least = file.budget.batch_at_least
    if least is not None and least > file.budget.batch:
        raise InputError(
            "is more than budget.batch", key="budget.batch_at_least", value=least,
            mend=f"write {file.budget.batch} or less",
        )  # fmt: skip
    places = sum(s.slots for s in lab.with_role("start"))
    if file.budget.batch > places:
        raise InputError(
            f"the batch is larger than the lab: the starting station has {places} places", key="budget.batch",
            value=file.budget.batch, mend=f"write {places} or less",
        )  # fmt: skip
