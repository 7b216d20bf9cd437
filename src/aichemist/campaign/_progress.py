"""The fold of a campaign's own entries in the journal: what was read, proposed, reviewed, observed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from attrs import define, field, fields

from aichemist.chemistry import Design, Digest, Direction, Experiment, Observation, Recipe, Review, from_plain, to_plain
from aichemist.guard import amounts

from ._realised import Dose, doses_asked, measured_of

if TYPE_CHECKING:
    from ._file import Campaign


#: entries of the lab that a campaign takes up as well
LAB_KINDS = frozenset({"command_issued", "command_done", "command_failed", "command_in_doubt", "command_retried"})


@define
class CampaignState:
    """How far a campaign is.

    Attributes:
        asked: batch -> its entry ``approval_asked``, while it waits for people.
        permits: batch -> its entry ``approval_used``: the approvals on which it was planned.
        rejected: recipes that the guard or a person refused; they are not proposed again.
        drops: how many batches people refused.
        refusals: how often the guard has refused what was designed since the last batch was planned.
        lapsed: why the approvals of what is under way hold no longer; empty while they do.
        dosing: command id -> sample -> stock -> litres or kilograms, while a dispensing station is at it.
        doses: sample -> what was asked of a station and what it measured, until the sample is observed.
    """

    started: Mapping[str, Any] = field(factory=dict)
    digest: Digest | None = None
    designs: dict[int, Design] = field(factory=dict)
    reviews: dict[int, Review] = field(factory=dict)
    planned: set[int] = field(factory=set)
    judgements: dict[int, str] = field(factory=dict)
    observations: list[Observation] = field(factory=list)
    finished: str | None = None
    asked: dict[int, Mapping[str, Any]] = field(factory=dict)
    permits: dict[int, Mapping[str, Any]] = field(factory=dict)
    rejected: list[Recipe] = field(factory=list)
    drops: int = 0
    refusals: int = 0
    lapsed: str = ""
    dosing: dict[str, dict[str, dict[str, float]]] = field(factory=dict)
    doses: dict[str, list[Dose]] = field(factory=dict)

    def take(self, kind: str, payload: Mapping[str, Any]) -> None:
        """Take up one entry; kinds of other rooms are passed over, but for the batch being planned."""
        match kind:
            case "campaign_started":
                self.started = payload
            case "digest_made":
                self.digest = from_plain(payload, Digest)
            case "design_proposed":
                design = from_plain(payload, Design)
                self.designs[design.batch] = design
            case "design_reviewed":
                self.reviews[int(payload["batch"])] = from_plain(payload["review"], Review)
            case "approval_asked":
                self.asked[int(payload["batch"])] = payload
            case "approval_used":
                self.permits[int(payload["batch"])] = payload
            case "approval_lapsed":
                self.lapsed = str(payload["text"])
            case "design_dropped":
                batch = int(payload["batch"])
                for kept in (self.designs, self.reviews, self.asked):
                    kept.pop(batch, None)  # type: ignore[attr-defined]
                self.rejected += [from_plain(r, Recipe) for r in payload["recipes"]]
                by_person = payload["by"] == "person"
                self.drops += by_person
                self.refusals += not by_person
            case "batch_planned":
                self.planned.add(int(payload["batch"]))
                self.refusals = 0
                self.asked.pop(int(payload["batch"]), None)
            case "hypothesis_judged":
                self.judgements[int(payload["batch"])] = str(payload["judgement"])
            case "observation_made":
                self.observations.append(from_plain(payload, Observation))
                self.doses.pop(str(payload["sample"]), None)
            case "command_issued":
                if found := doses_asked(payload["command"]):
                    self.dosing[str(payload["command"]["id"])] = found
            case "command_done" if str(payload["command_id"]) in self.dosing:
                for sample, asked in self.dosing.pop(str(payload["command_id"])).items():
                    measured = measured_of(payload["results"].get(sample, {}))
                    if measured:
                        self.doses.setdefault(sample, []).append(Dose(asked, measured))
            case "command_failed" | "command_in_doubt" | "command_retried":
                self.dosing.pop(str(payload["command_id"]), None)
            case "campaign_finished":
                self.finished = str(payload["reason"])

    @classmethod
    def fold(cls, entries: Iterable[tuple[str, Mapping[str, Any]]]) -> CampaignState:
        state = cls()
        for kind, payload in entries:
            state.take(kind, payload)
        return state

    def to_plain(self) -> dict[str, Any]:
        """JSON-ready, for a snapshot."""
        data: dict[str, Any] = to_plain({f.name: getattr(self, f.name) for f in fields(CampaignState)})
        return {**data, "planned": sorted(self.planned)}

    @classmethod
    def from_plain(cls, data: Mapping[str, Any]) -> CampaignState:
        """The inverse of :meth:`to_plain`."""
        return from_plain(data, cls)

    def of(self, name: str) -> list[Observation]:
        """Observations of one figure of merit."""
        return [o for o in self.observations if o.name == name]

    def best(self, direction: Direction, name: str) -> Observation | None:
        """The best valid observation of a figure of merit so far."""
        valid = [o for o in self.of(name) if not math.isnan(o.value)]
        if not valid:
            return None
        return min(valid, key=lambda o: o.value if direction == "minimise" else -o.value)


def sample_name(batch: int, index: int) -> str:
    """Names count from 1: ``b003-05`` is the fifth vial of the third batch."""
    return f"b{batch:03d}-{index:02d}"


def experiments_of(campaign: Campaign, state: CampaignState, batch: int) -> list[Experiment]:
    """What the vials of a batch go through."""
    return [
        campaign.protocol.resolve(p.recipe, sample=sample_name(batch, i), batch=batch)
        for i, p in enumerate(state.designs[batch].proposals, 1)
    ]


def stock_used(campaign: Campaign, state: CampaignState) -> dict[str, float]:
    """Stock -> litres or kilograms that the batches planned so far take."""
    used: dict[str, float] = {}
    for batch in state.planned:
        for experiment in experiments_of(campaign, state, batch):
            for step in experiment.steps:
                for name, amount in amounts(step).items():
                    used[name] = used.get(name, 0.0) + amount
    return used
