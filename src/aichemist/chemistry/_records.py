"""The records that pass between the rooms (DESIGN section 3). All are frozen; floats are SI, the name says the unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from attrs import field, frozen

from ._maker import ORIGINS, Maker
from ._space import Space

Direction = Literal["minimise", "maximise"]
MadeBy = Literal["twin", "instrument", "person"]


@frozen
class Objective:
    """A figure of merit, the way it should go, and the unit in which it is reported."""

    name: str
    direction: Direction
    unit: str
    conditions: Mapping[str, float] = field(factory=dict)


@frozen
class Goal:
    """What a chemist wants."""

    statement: str
    objectives: tuple[Objective, ...]
    budget_samples: int
    batch_size: int


@frozen
class Evidence:
    """One sentence of one document, found at ``[start, end)`` of its text.

    ``made_by`` says who read the fact out of it, as :func:`maker_of` takes it: ``rules`` or a language model.
    """

    document: str
    title: str
    doi: str
    licence: str
    sentence: str
    start: int
    end: int
    confidence: float
    made_by: str = "rules"


@frozen
class Reported:
    """Something that papers report: an element, a precursor, a condition, or a value, with the sentences that say so.

    ``papers`` counts documents, not mentions. For values: ``value`` in ``unit`` under ``conditions``. ``share`` is the
    share of papers on the topic that report it, shrunk towards the mean of its kind where papers are few, between
    ``share_low`` and ``share_high`` (90 % credible interval).
    """

    kind: Literal["element", "precursor", "value", "condition"]
    subject: str
    papers: int
    evidence: tuple[Evidence, ...]
    value: float | None = None
    unit: str = ""
    conditions: str = ""
    share: float | None = None
    share_low: float | None = None
    share_high: float | None = None


@frozen
class Distribution:
    """How a quantity is spread over papers, each paper counted once by the median of what it reports.

    ``low`` and ``high`` are the extremes, ``lower`` and ``upper`` the quartiles, all in ``unit``; ``conditions`` is
    text such as ``10 mA/cm2``. Bounds ("below 300 mV") and results cited from elsewhere are not in it.
    """

    subject: str
    unit: str
    papers: int
    low: float
    lower: float
    median: float
    upper: float
    high: float
    evidence: tuple[Evidence, ...]
    conditions: str = ""


@frozen
class Contradiction:
    """Papers that do not agree: what about, in words with the numbers, and the sentences of both sides."""

    subject: str
    statement: str
    evidence: tuple[Evidence, ...]


@frozen
class Digest:
    """What the reading room found for one goal: reported, never best, since papers publish what worked.

    ``about`` counts the documents on the goal's topic; ``fractions`` are metal fractions of reported compositions,
    ``quantities`` the other distributions (figures of merit, temperatures and times of operations).
    """

    corpus: str
    documents: int
    sentences: int
    elements: tuple[Reported, ...]
    precursors: tuple[Reported, ...]
    values: tuple[Reported, ...]
    notes: tuple[str, ...] = ()
    about: int = 0
    conditions: tuple[Reported, ...] = ()
    fractions: tuple[Distribution, ...] = ()
    quantities: tuple[Distribution, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    made_by: Maker = Maker("rule", "reading")


@frozen
class Recipe:
    """Values of the variables for one sample, e.g. metal fractions."""

    values: Mapping[str, float]

    @property
    def key(self) -> str:
        """A canonical text: the same for equal recipes."""
        return " ".join(f"{k}={v:.6g}" for k, v in sorted(self.values.items()) if abs(v) > 1e-12)

    @property
    def formula(self) -> str:
        """Short text for people, largest fraction first: ``Ni0.6Fe0.2Ce0.1Mn0.1``; values that are no fractions of one
        whole, or not of formulas, are written out: ``dye 0.2, water 3``."""
        present = sorted(((v, k) for k, v in self.values.items() if v > 1e-9), key=lambda p: (-p[0], p[1]))
        # other values may sum to one by chance
        formulas = all(k[:1].isupper() for _, k in present)
        if not formulas or abs(sum(self.values.values()) - 1) > 1e-6 or any(v < -1e-9 for v in self.values.values()):
            return ", ".join(f"{k} {v:.4g}" for k, v in self.values.items())
        return "".join(f"{k}{v:.3g}" for v, k in present)


@frozen
class Prediction:
    """What the surrogate expects, one standard deviation beside it."""

    mean: float
    sd: float


@frozen
class Proposal:
    """One recipe to try, and why.

    ``prediction`` is of the first objective, ``others`` of the further ones.
    """

    recipe: Recipe
    origin: Literal["initial", "acquisition", "random"]
    prediction: Prediction | None = None
    others: tuple[Prediction, ...] = ()


@frozen
class Hypothesis:
    """A statement in words and numbers that can be wrong."""

    statement: str
    numbers: Mapping[str, float]
    refuted_if: str
    evidence: tuple[Evidence, ...] = ()
    made_by: Maker = Maker("software", "templates")


@frozen
class Design:
    """A batch that the brain wants to be tried."""

    batch: int
    hypothesis: Hypothesis
    space: Space
    protocol: str
    proposals: tuple[Proposal, ...]
    method: str
    made_by: Maker = Maker("software", "learner")


@frozen
class Wait:
    """Time between the end of the step before and the start of this one, transport included.

    ``at_most_s`` is ``None`` when the sample may wait for ever, and ``0`` when nothing but the transport itself may
    lie between the two steps.
    """

    at_least_s: float = 0.0
    at_most_s: float | None = None


@frozen
class Step:
    """One operation for one sample, every parameter resolved to SI.

    ``station`` is set where the protocol names one; otherwise any station that can do the operation.
    """

    index: int
    name: str
    operation: str
    parameters: Mapping[str, Any]
    wait: Wait = Wait()
    station: str | None = None

    @property
    def duration_s(self) -> float | None:
        """As the protocol states it; ``None`` leaves it to the station."""
        value = self.parameters.get("duration_s")
        return None if value is None else float(value)

    @property
    def temperature_k(self) -> float | None:
        value = self.parameters.get("temperature_k")
        return None if value is None else float(value)


@frozen
class Experiment:
    """Recipe x protocol: the steps for one sample (one vial)."""

    sample: str
    batch: int
    recipe: Recipe
    steps: tuple[Step, ...]


#: what a rule may say, from harmless to worst. ``measures``: may run, with the measures that the finding names;
#: ``approval``: only after a person in the finding's role has approved it; ``refuse``: not at all, unless overridden
OUTCOMES = ("allow", "measures", "approval", "refuse")
Outcome = Literal["allow", "measures", "approval", "refuse"]


@frozen
class Finding:
    """What one rule says about a design.

    Attributes:
        source: where the rule's knowledge comes from (a citation, a file).
        role: who may approve it, for ``approval``; for ``refuse``, who may override it ("" : nobody).
        substances: names of the substances concerned.
        measures: what must be seen to, for ``measures`` and ``approval``.
        samples: all vials that it is about, where it is about several; ``sample`` is the first of them.
    """

    rule: str
    outcome: Outcome
    message: str
    source: str
    sample: str | None = None
    step: str | None = None
    mend: str = ""
    role: str = ""
    substances: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()


@frozen
class Review:
    """The guard's answer for one design; the worst finding decides."""

    outcome: Outcome
    findings: tuple[Finding, ...]
    rules: tuple[str, ...]
    made_by: Maker = Maker("rule", "guard")


@frozen
class Observation:
    """A figure of merit with one standard uncertainty, and where it comes from.

    ``value`` and ``uncertainty`` are in the objective's unit. ``raw_data`` are file names of raw signals inside the
    run's folder; ``details`` holds what else the analysis found (Tafel slope, resistance, ...), names with units.
    ``value`` is NaN when the analysis could not find the figure of merit; ``problem`` then says why. ``recipe`` is what
    was asked for; ``realised`` what the vial got by the stations' own measurements, where they made any.
    """

    sample: str
    batch: int
    recipe: Recipe
    name: str
    value: float
    uncertainty: float
    unit: str
    made_by: MadeBy
    raw_data: tuple[str, ...] = ()
    details: Mapping[str, float] = field(factory=dict)
    problem: str = ""
    lab_time_s: float = 0.0
    realised: Recipe | None = None

    @property
    def tried(self) -> Recipe:
        """What was really tried, as far as it is known: surrogates learn from this."""
        return self.realised or self.recipe

    @property
    def origin(self) -> str:
        """``simulated``, ``measured`` or ``entered by a person``."""
        return ORIGINS[self.made_by]


@frozen
class StationLimits:
    """What a station can do, as far as a review needs it. Limits are SI: (operation, field) -> (low, high)."""

    name: str
    operations: tuple[str, ...]
    slots: int
    limits: Mapping[tuple[str, str], tuple[float, float]]
    stocks: tuple[str, ...] = ()
    even_load: bool = False
    one_temperature: bool = False


@frozen
class StockLimits:
    """A stock at hand, and what is in it. ``available_l`` for liquids, ``available_kg`` for solids, the other is 0.

    Attributes:
        solute: its formula; "" where it has none (a polymer).
        substance: what the solute (or the pure liquid or solid) is: a name, CAS number, InChIKey or SMILES; "" where
            the formula must do.
        solvent: names of its solvents, e.g. ``water`` or ``ethanol and water``.
        concentration_mol_per_l: of the solute; 0 for a pure liquid or solid.
        mixture: further solutes: substance -> concentration in mol/L.
    """

    name: str
    available_l: float = 0.0
    available_kg: float = 0.0
    density_kg_per_l: float = 1.0
    solute: str = ""
    substance: str = ""
    solvent: str = ""
    concentration_mol_per_l: float = 0.0
    mixture: Mapping[str, float] = field(factory=dict)


@frozen
class LabLimits:
    """The lab as a review sees it."""

    lab: str
    vial_capacity_l: float
    vial_max_temperature_k: float
    starting_slots: int
    stations: tuple[StationLimits, ...]
    stocks: tuple[StockLimits, ...]
    guard: Mapping[str, Any] = field(factory=dict)  # the lab file's [guard], as written; the guard room reads it
