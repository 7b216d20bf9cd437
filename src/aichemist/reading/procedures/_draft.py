"""A procedure that papers report -> a draft protocol for one lab, each choice with its source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attrs import define, field, frozen

from aichemist.chemistry import OPERATIONS, Action, Digest, Document, Evidence, LabLimits, Procedure, Reading

from ._draft_text import as_toml

#: a vial is filled to at most this share
FILL = 0.5
#: and holds at most this much of one solid (kg)
MOST_SOLID_KG = 1e-3
#: what "overnight" is taken for (s); a convention of ours
OVERNIGHT_S = 12 * 3600.0
_ROOM_K = 298.15
_DISSOLVING = ("dissol", "dispers", "suspend", "dilut")
_WASHING = ("wash", "rins", "clean")
_FILTERING = ("filt", "collect", "separat", "isolat", "recover", "suction")
_STOPPING = ("measure", "character", "fabricat", "drop-cast", "coat")
#: steps of our own where a paper's verb needs several stations (minutes, water)
_SETTLE_S, _WASH_STIR_S, _WASH_WATER_L = 300.0, 300.0, 6e-3


@define
class DraftStep:
    """One step: operation and parameters in SI, why it is there, and the sentence that says so (or ``None``)."""

    operation: str
    parameters: dict[str, object]
    why: str
    evidence: Evidence | None = None
    notes: list[str] = field(factory=list)


@frozen
class DraftProtocol:
    """A draft for a chemist to finish.

    ``unmapped`` lists what the paper does and the lab cannot; ``missing`` are ingredients that are not in its stock,
    with the amounts that the draft would need. ``scale`` is the factor by which the paper's amounts were reduced.
    """

    name: str
    document: Document
    steps: tuple[DraftStep, ...]
    unmapped: tuple[str, ...]
    missing: tuple[str, ...]
    scale: float

    def toml(self) -> str:
        """The draft as a protocol file, evidence as comments."""
        return as_toml(self)


def best_procedure(
    readings: Iterable[Reading], elements: Sequence[str], lab: LabLimits
) -> tuple[Reading, Procedure] | None:
    """The procedure that this lab can carry out best among those that use metals of ``elements``.

    Ranked by the number of the elements among its ingredients, then the share of its actions that a station can do,
    then the number of actions that it can do. ``None`` where no procedure uses any of the elements and has three
    actions that a station can do.
    """
    able = {o for s in lab.stations for o in s.operations}
    best: tuple[tuple[int, float, int], Reading, Procedure] | None = None
    for reading in readings:
        for procedure in reading.procedures:
            metals = sum(_uses(procedure, e) for e in elements)
            done = [a for a in procedure.actions if a.operation in able]
            if not metals or len(done) < 3:
                continue
            share = len(done) / len(procedure.actions)
            rank = (min(metals, 2), round(share, 1), min(len(done), 12))
            if best is None or rank > best[0]:
                best = (rank, reading, procedure)
    return best[1:] if best else None


def _uses(procedure: Procedure, element: str) -> bool:
    from .._elements import find_elements
    from .._sentences import tidy

    return any(
        element in find_elements(tidy(i.formula or i.text)) and i.role != "target"
        for a in procedure.actions
        for i in a.ingredients
    )


def draft_protocol(
    reading: Reading,
    procedure: Procedure,
    lab: LabLimits,
    *,
    digest: Digest | None = None,
    stocks: Mapping[str, str] | None = None,
    name: str = "draft",
) -> DraftProtocol:
    """Adapt one procedure to a lab.

    Amounts are scaled so that a vial is at most half full and holds at most 1 g of a solid; washing and filtering
    become what the stations can do (water, stirring, centrifuge, aspiration); temperatures and times that the paper
    leaves open are the medians of the digest, else of the operation; values outside a station's range are moved to
    its nearest end and noted.

    Args:
        stocks: name of a stock by the text, name or formula of an ingredient, in lower case.
    """
    return _Draft(reading, procedure, lab, digest, stocks or {}).made(name)


class _Draft:
    def __init__(
        self, reading: Reading, procedure: Procedure, lab: LabLimits, digest: Digest | None, stocks: Mapping[str, str]
    ) -> None:
        self.reading, self.procedure, self.lab = reading, procedure, lab
        self.medians = {d.subject: d for d in (digest.quantities if digest else ())}
        self.stocks = stocks
        self.able = {o for s in lab.stations for o in s.operations}
        self.steps: list[DraftStep] = []
        self.unmapped: list[str] = []
        self.missing: dict[str, str] = {}
        total = sum(
            c.value or 0.0 for a in procedure.actions for i in a.ingredients for c in i.amounts if c.unit == "l"
        )
        heaviest = max(
            (c.value or 0.0 for a in procedure.actions for i in a.ingredients for c in i.amounts if c.unit == "kg"),
            default=0.0,
        )
        limits = [FILL * lab.vial_capacity_l / total if total > 0 else 1.0]
        limits.append(MOST_SOLID_KG / heaviest if heaviest > 0 else 1.0)
        self.scale = min(1.0, *limits)

    def made(self, name: str) -> DraftProtocol:
        for action in self.procedure.actions:
            word = action.verb.lower()
            if action.operation and action.operation in self.able:
                self._step(action)
            elif word.startswith(_WASHING):
                self._wash(action)
            elif word.startswith(_FILTERING) and self._before() not in ("centrifuge", "aspirate"):
                self._settle(action, f"instead of '{action.verb}', which no station does")
            elif not word.startswith((*_STOPPING, *_FILTERING)):
                self.unmapped.append(self._said(action))
        return DraftProtocol(
            name, self.reading.document, tuple(self.steps), tuple(dict.fromkeys(self.unmapped)),
            tuple(f"{k}: {v}" if v else k for k, v in self.missing.items()), self.scale,
        )  # fmt: skip

    # ---------------------------------------------------------------- steps

    def _step(self, action: Action) -> None:
        if action.operation.startswith("dispense"):
            self._dispense(action)
            return
        if action.operation == "centrifuge":
            self._settle(action, f"'{action.verb}'")
            return
        self._add(action.operation, action, f"'{action.verb}'", {})

    def _dispense(self, action: Action) -> None:
        volumes: dict[str, float] = {}
        masses: dict[str, float] = {}
        for item in action.ingredients:
            if item.role in ("target", "atmosphere"):
                continue
            key = next((k for k in (item.text, item.name, item.formula) if k.lower() in self.stocks), "")
            litres = next((c.value for c in item.amounts if c.unit == "l" and c.value), None)
            grams = next((c.value for c in item.amounts if c.unit == "kg" and c.value), None)
            written = ", ".join(c.text for c in item.amounts)
            if not key:
                if item.amounts or item.role == "precursor":
                    self.missing.setdefault(item.name or item.text, written or "amount not stated")
            elif litres is not None:
                volumes[self.stocks[key.lower()]] = litres * self.scale
            elif grams is not None and "dispense_solid" in self.able:
                masses[self.stocks[key.lower()]] = grams * self.scale
        if masses:
            self._add("dispense_solid", action, f"'{action.verb}'", {"masses_kg": masses})
        if volumes:
            self._add("dispense_liquid", action, f"'{action.verb}'", {"volumes_l": volumes})
        if action.verb.lower().startswith(_DISSOLVING) and "stir" in self.able and (masses or volumes):
            self._add("stir", action, f"'{action.verb}' takes stirring", {"duration_s": 600.0})

    def _wash(self, action: Action) -> None:
        if self._before() not in ("centrifuge", "aspirate"):
            self._settle(action, f"before '{action.verb}'")
        water = self.stocks.get("water")
        if water and {"dispense_liquid", "stir"} <= self.able:
            self._add("dispense_liquid", action, f"'{action.verb}'", {"volumes_l": {water: _WASH_WATER_L}})
            self._add("stir", action, f"'{action.verb}'", {"duration_s": _WASH_STIR_S})
        self._settle(action, f"after '{action.verb}'")

    def _settle(self, action: Action, why: str) -> None:
        if "centrifuge" in self.able and self._before() != "centrifuge":
            self._add("centrifuge", action, why, {} if action.duration_s else {"duration_s": _SETTLE_S})
        if "aspirate" in self.able:
            self._add("aspirate", action, why, {})

    def _before(self) -> str:
        return self.steps[-1].operation if self.steps else ""

    # ---------------------------------------------------------------- parameters

    def _add(self, operation: str, action: Action, why: str, given: dict[str, object]) -> None:
        step = DraftStep(operation, dict(given), why, self._evidence(action))
        if action.atmosphere and operation in ("stir", "dry", "calcine"):
            step.notes.append(f"the paper works under {action.atmosphere}, the station does not")
        for spec in OPERATIONS[operation]:
            if spec.field in step.parameters or spec.kind != "quantity":
                continue
            value = self._reported(spec.field, action, step)
            if value is None and spec.required:
                value = self._usual(operation, spec.field, step)
            if value is not None:
                step.parameters[spec.field] = self._within(operation, spec.field, value, step)
        self.steps.append(step)

    def _reported(self, name: str, action: Action, step: DraftStep) -> float | None:
        words = " ".join(c.text.lower() for c in action.settings)
        if name == "temperature_k":
            if action.temperature_k is None and "room temperature" in words:
                step.notes.append("room temperature is taken as 25 degC")
                return _ROOM_K
            if action.temperature_upper_k is not None:
                step.notes.append("the lower end of the reported range")
            return action.temperature_k
        if name == "duration_s":
            if action.duration_s is None and "overnight" in words:
                step.notes.append("overnight is taken as 12 h")
                return OVERNIGHT_S
            if action.duration_upper_s is not None:
                step.notes.append("the lower end of the reported range")
            return action.duration_s
        if name == "speed_rpm":
            return next((c.value for c in action.settings if c.unit == "rpm"), None)
        if name == "power_w":
            return next((c.value for c in action.settings if c.unit == "W"), None)
        return None

    def _usual(self, operation: str, name: str, step: DraftStep) -> float | None:
        what = {"temperature_k": "temperature", "duration_s": "duration"}.get(name)
        found = self.medians.get(f"{operation} {what}") if what else None
        if found is not None:
            papers = f"{found.papers} paper{'s' * (found.papers != 1)}"
            step.notes.append(f"{what} not stated here: median of {papers}, {found.median:g} {found.unit}")
            return found.median + 273.15 if what == "temperature" else found.median * 60
        default = {"temperature_k": 333.15, "duration_s": 1800.0}.get(name)
        if default is not None:
            step.notes.append(f"{what} not stated anywhere: a guess to be checked")
        return default

    def _within(self, operation: str, name: str, value: float, step: DraftStep) -> float:
        ranges = [s.limits[operation, name] for s in self.lab.stations if (operation, name) in s.limits]
        if not ranges or any(low <= value <= high for low, high in ranges):
            return value
        nearest = min((end for pair in ranges for end in pair), key=lambda end: abs(end - value))
        step.notes.append(f"reported {name} {value:g} is outside every station's range: {nearest:g}")
        return nearest

    # ---------------------------------------------------------------- evidence

    def _evidence(self, action: Action) -> Evidence | None:
        document = self.reading.document
        span = next((s for s in self.reading.sentences if s[0] <= action.start < s[1]), None)
        if span is None:
            return None
        return Evidence(
            document.id, document.title, document.doi, document.licence, document.text[span[0] : span[1]], *span,
            action.confidence,
        )  # fmt: skip

    def _said(self, action: Action) -> str:
        details = [f"{action.temperature_k - 273.15:g} degC" if action.temperature_k is not None else ""]
        details.append(f"{action.duration_s / 3600:g} h" if action.duration_s is not None else "")
        details += action.apparatus[:1]
        return " ".join([action.verb, *(f"({d})" for d in details if d)])
