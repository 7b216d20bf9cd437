"""The part of the loop that holds back what is not allowed, or not approved."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any, Protocol

from attrs import evolve

from aichemist.chemistry import Design, Experiment, InputError, Recipe, RefusedError, to_plain
from aichemist.lab.execution import Executor, Request

from ._envelope import Within
from ._file import Campaign
from ._gate import Gate, Permit
from ._guarded_inbox import without
from ._progress import CampaignState

#: how many batches people may refuse, and how often the guard one batch, before the run ends
_DROPS, _REFUSALS = 3, 6
#: how often recipes outside the envelope are replaced by others; the space is restricted before, so hardly ever
_REPLACE = 5
#: after so many refusals of one batch the guard is asked of many recipes beforehand, and only those it allows may come
_ASK_FIRST, _ASKED = 2, 144
#: candidates among which one inside is looked for
_POOL = 20_000
#: wall time between two looks at the approvals (s)
_LOOK_S = 0.5
_GUARD = "guard"


class Host(Protocol):
    """The loop, as far as it is needed here."""

    @property
    def campaign(self) -> Campaign: ...
    @property
    def state(self) -> CampaignState: ...
    @property
    def executor(self) -> Executor: ...
    @property
    def run_name(self) -> str: ...

    def note(self, kind: str, payload: dict[str, Any], *, status: str | None = None) -> None:
        """Write an entry of the campaign."""

    def tell(self, phase: str, note: str = "") -> None:
        """Show it to who looks on."""

    def experiments(self, batch: int) -> list[Experiment]:
        """The vials of a batch that was designed."""


class Guarding:
    """What the loop does about reviews and approvals; see ``docs/approvals.md``.

    Attributes:
        awaiting: which approval nothing can go on without, in words; empty where none.
    """

    def __init__(self, host: Host, gate: Gate, *, virtual: bool) -> None:
        """``virtual``: lab time jumps, so that a run that must wait for people is left open and not waited in."""
        self._host, self._gate, self._virtual = host, gate, virtual
        self.awaiting = ""
        self._seen_row, self._seen_s = -1, -math.inf

    # ---------------------------------------------------------------- inside the envelope

    def inside(self, batch: int, design: Callable[[Within | None], Design]) -> Design:
        """A design of which every recipe lies inside the envelope and none was refused before.

        Raises:
            RefusedError: nothing is left to try.
        """
        campaign, rejected = self._host.campaign, list(self._host.state.rejected)
        if campaign.envelope is None and not rejected:
            return design(None)
        stocks = campaign.lab.limits().stocks
        only = None
        if self._host.state.refusals >= _ASK_FIRST:
            only = self._allowed(Within(campaign.space, campaign.protocol, campaign.envelope, stocks, rejected), batch)
        for _ in range(_REPLACE):
            within = Within(campaign.space, campaign.protocol, campaign.envelope, stocks, rejected, only)
            if _empty(within, campaign.seed):
                break
            made = design(within)
            outside = [p.recipe for p in made.proposals if self._lies_outside(p.recipe, batch)]
            if made.proposals and not outside:
                return made
            rejected += outside
        reason = "no recipe is left that lies inside the envelope and was not refused"
        self._host.note("campaign_finished", {"reason": reason}, status="refused")
        raise RefusedError(f"{reason}\n  mend: widen [envelope] or [space] in the campaign file and approve it anew")

    def _allowed(self, space: Within, batch: int) -> list[Recipe]:
        """Of many recipes drawn at random, others for each batch, those that the guard does not refuse."""
        if _empty(space, self._host.campaign.seed):
            return []
        points = space.pool(_ASKED, self._host.campaign.seed + self._host.state.refusals + 1000 * batch)
        recipes = [Recipe(space.values(p)) for p in points[:_ASKED]]
        self._host.tell("thinking", f"asking the guard of {len(recipes)} recipes")
        bad = {r.key for r in self._gate.objections(recipes)}
        return [r for r in recipes if r.key not in bad]

    def _lies_outside(self, recipe: Recipe, batch: int) -> bool:
        if any(recipe.key == r.key for r in self._host.state.rejected):
            return True
        try:
            experiment = self._host.campaign.protocol.resolve(recipe, sample="", batch=batch)
        except InputError:
            return True
        return bool(self._gate.outside([experiment]))

    # ---------------------------------------------------------------- what is proposed

    def permitted(self, batch: int, permit: Permit) -> bool:
        """Whether the batch may run; else it waits for people, is dropped, or the run ends.

        Raises:
            RefusedError: nothing can be proposed that is not refused.
        """
        if outside := self._gate.outside(self._host.experiments(batch)):
            sample, reasons = next(iter(outside.items()))
            permit = evolve(permit, status="refused", text=f"{sample} lies outside the envelope: {'; '.join(reasons)}")
        match permit.status:
            case "go":
                return True
            case "wait":
                self._ask_for_approval(batch, permit)
            case _:
                self._drop(batch, permit)
        return False

    def _ask_for_approval(self, batch: int, permit: Permit) -> None:
        command = f"aichemist approve {self._host.run_name}"
        self.awaiting = f"batch {batch} {permit.text}; nothing of it moves before; approve it with: {command}"
        payload = {
            "batch": batch, "subject": permit.subject.hash, "needs": [to_plain(n) for n in permit.wanted],
            "text": self.awaiting, "command": command,
        }  # fmt: skip
        if self._host.state.asked.get(batch) != payload:
            self._host.note("approval_asked", payload)
        self._host.tell("waiting", self.awaiting)

    def _drop(self, batch: int, permit: Permit) -> None:
        """Propose again without the recipes that were refused, where that can help; else end the run."""
        everything = [p.recipe for p in self._host.state.designs[batch].proposals]
        by_person = permit.status == "dropped"
        bad = self._gate.objections(everything, ("approval", "refuse") if by_person else ("refuse",))
        recipes = bad or everything
        if by_person or (bad and self._host.state.refusals < _REFUSALS):
            self._host.note(
                "design_dropped",
                {
                    "batch": batch, "by": "person" if by_person else "guard", "why": permit.text,
                    "subject": permit.subject.hash, "recipes": [to_plain(r) for r in recipes],
                },
            )  # fmt: skip
            if self._host.state.drops <= _DROPS:
                self._host.tell("refused", f"batch {batch}: {permit.text}; another is designed without those recipes")
                return
        self._refuse(batch, permit)

    def _refuse(self, batch: int, permit: Permit) -> None:
        self._host.note(
            "campaign_finished", {"reason": f"batch {batch} was not allowed: {permit.text}"}, status="refused"
        )
        raise RefusedError(
            f"batch {batch} was not allowed; nothing of it moved ({permit.text}):\n"
            + "\n".join(
                f"  {f.rule}: {f.message}" + (f"; mend: {f.mend}" if f.mend else "")
                for f in permit.review.findings
                if f.outcome in ("approval", "refuse")
            )
        )

    # ---------------------------------------------------------------- approvals of what is under way

    def look_soon(self) -> None:
        """At the next look nothing is taken for known."""
        self._seen_s = -math.inf

    def look_at_approvals(self) -> bool:
        """See now and then whether what is under way is approved still, and whether what waits is by now; whether the
        run must be left open for people."""
        now = time.monotonic()
        if now - self._seen_s >= _LOOK_S or self._seen_row < 0:
            self._seen_s = now
            newest = self._gate.newest()
            if newest != self._seen_row:
                self._seen_row, self.awaiting = newest, ""
            self._check_under_way()
        if not self._host.state.lapsed:
            return False
        return self._virtual and not self._host.executor.state.open_commands

    def _check_under_way(self) -> None:
        text = ""
        for batch, used in sorted(self._host.state.permits.items()):
            if not self._under_way(batch):
                continue
            why = self._gate.still(self._host.state.reviews[batch], used, self._host.experiments(batch))
            if why:
                command = f"aichemist approve {self._host.run_name}"
                text = f"batch {batch}, which is under way: {why}; nothing new is begun; approve it with: {command}"
                break
        if text != self._host.state.lapsed:
            self._host.note("approval_lapsed", {"text": text})
        paused = self._host.executor.state.paused
        if text and not paused:
            self._host.executor.control("pause", _GUARD, text)
            self._host.tell("paused", text)
        elif not text and paused.startswith(f"{_GUARD}:"):
            self._host.executor.control("resume", _GUARD, "approved again")

    def _under_way(self, batch: int) -> bool:
        samples = self._host.executor.state.samples.values()
        return any(s.batch == batch and s.status == "active" for s in samples)

    def objection(self, request: Request) -> str:
        """Why a person's request cannot be carried out: it would undo what the guard holds back; empty else."""
        if request.kind == "resume" and self._host.state.lapsed:
            return self._host.state.lapsed
        if request.kind != "skip":
            return ""
        sample, _, operation = str(request.payload.get("target", "")).partition(":")
        batch = next((s.batch for n, s in self._host.executor.state.samples.items() if n == sample), None)
        if batch is None or operation.startswith("measure_") or operation == "store":
            return ""
        if batch in self._host.state.permits:
            return "the batch runs on an approval of all its steps; only measurements may be left out"
        experiments = without(self._host.executor.state, self._host.experiments(batch), sample, operation)
        before = {(f.rule, f.message) for f in self._host.state.reviews[batch].findings}
        answer = self._gate.look(self._host.state.designs[batch], experiments, {}).review
        worse = [
            f for f in answer.findings
            if f.outcome in ("approval", "refuse") and f.rule != "stock" and (f.rule, f.message) not in before
        ]  # fmt: skip
        return f"without it: {worse[0].rule}: {worse[0].message}" if worse else ""


def _empty(space: Within, seed: int) -> bool:
    try:
        return len(space.pool(_POOL, seed)) == 0
    except InputError:
        return True
