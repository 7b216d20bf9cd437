"""The fold of a campaign's own entries in the journal: what was read, proposed, reviewed, observed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from attrs import define, field, fields

from aichemist.chemistry import Design, Digest, Direction, Observation, Review, from_plain, to_plain


@define
class CampaignState:
    """How far a campaign is."""

    started: Mapping[str, Any] = field(factory=dict)
    digest: Digest | None = None
    designs: dict[int, Design] = field(factory=dict)
    reviews: dict[int, Review] = field(factory=dict)
    planned: set[int] = field(factory=set)
    judgements: dict[int, str] = field(factory=dict)
    observations: list[Observation] = field(factory=list)
    finished: str | None = None

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
            case "batch_planned":
                self.planned.add(int(payload["batch"]))
            case "hypothesis_judged":
                self.judgements[int(payload["batch"])] = str(payload["judgement"])
            case "observation_made":
                self.observations.append(from_plain(payload, Observation))
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
