"""The part of the loop that holds back what is not allowed, or not approved."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

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


class Guarded:
    """What the loop does about reviews and approvals; see ``docs/approvals.md``."""

    campaign: Campaign
    state: CampaignState
    executor: Executor
    run_name: str
    _gate: Gate
    _clock_text: str
    _awaiting: str = ""
    _seen_row: int = -1
    _seen_s: float = -math.inf

    def _note(self, kind: str, payload: dict[str, Any], *, status: str | None = None) -> None:
        raise NotImplementedError

    def _tell(self, phase: str, note: str = "") -> None:
        raise NotImplementedError

    def _experiments(self, batch: int) -> list[Experiment]:
        raise NotImplementedError

    # ---------------------------------------------------------------- inside the envelope

    def _inside(self, batch: int, design: Callable[[Within | None], Design]) -> Design:
        """A design of which every recipe lies inside the envelope and none was refused before.

        Raises:
            RefusedError: nothing is left to try.
        """
        campaign, rejected = self.campaign, list(self.state.rejected)
        if campaign.envelope is None and not rejected:
            return design(None)
        stocks = campaign.lab.limits().stocks
        only = None
        if self.state.refusals >= _ASK_FIRST:
            only = self._allowed(Within(campaign.space, campaign.protocol, campaign.envelope, stocks, rejected))
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
        self._note("campaign_finished", {"reason": reason}, status="refused")
        raise RefusedError(f"{reason}\n  mend: widen [envelope] or [space] in the campaign file and approve it anew")

    def _allowed(self, space: Within) -> list[Recipe]:
        """Of many recipes drawn at random those that the guard does not refuse."""
        if _empty(space, self.campaign.seed):
            return []
        points = space.pool(_ASKED, self.campaign.seed + self.state.refusals)
        recipes = [Recipe(space.values(p)) for p in points[:_ASKED]]
        self._tell("thinking", f"asking the guard of {len(recipes)} recipes")
        bad = {r.key for r in self._gate.objections(recipes)}
        return [r for r in recipes if r.key not in bad]

    def _lies_outside(self, recipe: Recipe, batch: int) -> bool:
        if any(recipe.key == r.key for r in self.state.rejected):
            return True
        try:
            experiment = self.campaign.protocol.resolve(recipe, sample="", batch=batch)
        except InputError:
            return True
        return bool(self._gate.outside([experiment]))

    # ---------------------------------------------------------------- what is proposed

    def _permitted(self, batch: int, permit: Permit) -> bool:
        """Whether the batch may run; else it waits for people, is dropped, or the run ends.

        Raises:
            RefusedError: nothing can be proposed that is not refused.
        """
        if outside := self._gate.outside(self._experiments(batch)):
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
        command = f"aichemist approve {self.run_name}"
        self._awaiting = f"batch {batch} {permit.text}; nothing of it moves before; approve it with: {command}"
        payload = {
            "batch": batch, "subject": permit.subject.hash, "needs": [to_plain(n) for n in permit.wanted],
            "text": self._awaiting, "command": command,
        }  # fmt: skip
        if self.state.asked.get(batch) != payload:
            self._note("approval_asked", payload)
        self._tell("waiting", self._awaiting)

    def _drop(self, batch: int, permit: Permit) -> None:
        """Propose again without the recipes that were refused, where that can help; else end the run."""
        everything = [p.recipe for p in self.state.designs[batch].proposals]
        by_person = permit.status == "dropped"
        bad = self._gate.objections(everything, ("approval", "refuse") if by_person else ("refuse",))
        recipes = bad or everything
        if by_person or (bad and self.state.refusals < _REFUSALS):
            self._note(
                "design_dropped",
                {
                    "batch": batch, "by": "person" if by_person else "guard", "why": permit.text,
                    "subject": permit.subject.hash, "recipes": [to_plain(r) for r in recipes],
                },
            )  # fmt: skip
            if self.state.drops <= _DROPS:
                self._tell("refused", f"batch {batch}: {permit.text}; another is designed without those recipes")
                return
        self._refuse(batch, permit)

    def _refuse(self, batch: int, permit: Permit) -> None:
        self._note("campaign_finished", {"reason": f"batch {batch} was not allowed: {permit.text}"}, status="refused")
        raise RefusedError(
            f"batch {batch} was not allowed; nothing of it moved ({permit.text}):\n"
            + "\n".join(
                f"  {f.rule}: {f.message}" + (f"; mend: {f.mend}" if f.mend else "")
                for f in permit.review.findings
                if f.outcome in ("approval", "refuse")
            )
        )

    # ---------------------------------------------------------------- approvals of what is under way

    def _look_at_approvals(self) -> bool:
        """See now and then whether what is under way is approved still, and whether what waits is by now; whether the
        run must be left open for people."""
        now = time.monotonic()
        if now - self._seen_s >= _LOOK_S or self._seen_row < 0:
            self._seen_s = now
            newest = self._gate.newest()
            if newest != self._seen_row:
                self._seen_row, self._awaiting = newest, ""
            self._check_under_way()
        if not self.state.lapsed:
            return False
        return self._clock_text == "virtual" and not self.executor.state.open_commands

    def _check_under_way(self) -> None:
        text = ""
        for batch, used in sorted(self.state.permits.items()):
            if not self._under_way(batch):
                continue
            why = self._gate.still(self.state.reviews[batch], used, self._experiments(batch))
            if why:
                command = f"aichemist approve {self.run_name}"
                text = f"batch {batch}, which is under way: {why}; nothing new is begun; approve it with: {command}"
                break
        if text != self.state.lapsed:
            self._note("approval_lapsed", {"text": text})
        paused = self.executor.state.paused
        if text and not paused:
            self.executor.control("pause", _GUARD, text)
            self._tell("paused", text)
        elif not text and paused.startswith(f"{_GUARD}:"):
            self.executor.control("resume", _GUARD, "approved again")

    def _under_way(self, batch: int) -> bool:
        samples = self.executor.state.samples.values()
        return any(s.batch == batch and s.status == "active" for s in samples)

    def _objection(self, request: Request) -> str:
        """Why a person's request cannot be carried out: it would undo what the guard holds back; empty else."""
        if request.kind == "resume" and self.state.lapsed:
            return self.state.lapsed
        if request.kind != "skip":
            return ""
        sample, _, operation = str(request.payload.get("target", "")).partition(":")
        batch = next((s.batch for n, s in self.executor.state.samples.items() if n == sample), None)
        if batch is None or operation.startswith("measure_") or operation == "store":
            return ""
        if batch in self.state.permits:
            return "the batch runs on an approval of all its steps; only measurements may be left out"
        experiments = without(self.executor.state, self._experiments(batch), sample, operation)
        before = {(f.rule, f.message) for f in self.state.reviews[batch].findings}
        answer = self._gate.look(self.state.designs[batch], experiments, {}).review
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
