"""Reasons to stop that lie in the results: a target, no better value, no gain to be had."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ._file import Campaign
from ._front import front, whole_samples
from ._progress import CampaignState

if TYPE_CHECKING:
    from ._helped import Helped


class Enough:
    """The target is met, or nothing better came for a while; with several objectives one sample meets all targets, and
    the front has not moved. Observations are looked at once for each number of them."""

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign
        self._told, self._met, self._last = -1, "", 0

    def reason_to_stop(self, state: CampaignState, waiting_for: Callable[[int], list[str]]) -> str | None:
        stop = self._campaign.stop
        if stop.patience_batches is None and all(t is None for t in stop.targets):
            return None
        if len(state.observations) != self._told:
            self._look(state)
        if self._met:
            return self._met
        if self._last and stop.patience_batches is not None:
            complete = [b for b in state.planned if not waiting_for(b)]
            if complete and max(complete) - self._last >= stop.patience_batches:
                one = len(self._campaign.goal.objectives) == 1
                what = "better value" if one else "sample that widens the front"
                return f"no {what} in the last {stop.patience_batches} batches"
        return None

    def _look(self, state: CampaignState) -> None:
        objectives, stop = self._campaign.goal.objectives, self._campaign.stop
        self._told = len(state.observations)
        if any(t is not None for t in stop.targets):
            for sample in whole_samples(state.observations, objectives):
                signs = [1.0 if o.direction == "minimise" else -1.0 for o in objectives]
                if all(
                    t is None or s * o.value + 2 * o.uncertainty <= s * t
                    for s, o, t in zip(signs, sample, stop.targets, strict=True)
                ):
                    said = ", ".join(f"{o.value:.4g} {o.unit}".strip() for o in sample)
                    self._met = f"target reached: {said} for {sample[0].recipe.formula}"
                    return
        best = front(state.observations, objectives)
        self._last = max((s[0].batch for s in best), default=0)


class Worth:
    """Whether a further batch is worth its cost; looked at once for each number of observations."""

    def __init__(self, campaign: Campaign, seed: int) -> None:
        self._campaign, self._seed = campaign, seed
        self._looked_at: tuple[int, str | None] = (-1, None)

    def reason_to_stop(self, state: CampaignState, helped: Helped) -> str | None:
        """From the second batch on: one batch is no ground to stop."""
        campaign, stop, told = self._campaign, self._campaign.stop, len(state.observations)
        if len(state.planned) < 2 or (stop.gain is None and stop.regret is None):
            return None
        if told != self._looked_at[0]:
            several = len(campaign.goal.objectives) > 1
            self._looked_at = (told, (self._of_front if several else self._of_one)(state, helped))
        return self._looked_at[1]

    def _of_one(self, state: CampaignState, helped: Helped) -> str | None:
        from aichemist.brain import look_ahead

        campaign, stop = self._campaign, self._campaign.stop
        objective, batch = campaign.objective, campaign.goal.batch_size
        unit = f" {objective.unit}" if objective.unit else ""
        more: dict[str, Any] = {"theory": helped.theory, "earlier": helped.earlier}
        ahead = look_ahead(
            campaign.space, state.of(objective.name), batch, direction=objective.direction, seed=self._seed, **more
        )
        if ahead is not None and stop.gain is not None and ahead.gain < stop.gain:
            return (
                f"a further batch of {batch} is expected to gain at most {ahead.gain:.3g}{unit}, "
                f"less than the {stop.gain:.3g}{unit} that it should be worth"
            )
        if ahead is not None and stop.regret is not None and ahead.regret < stop.regret:
            return (
                f"with 95 % no recipe is better than the best measured by more than {ahead.regret:.3g}{unit}; "
                f"{stop.regret:.3g}{unit} is near enough"
            )
        return None

    def _of_front(self, state: CampaignState, helped: Helped) -> str | None:
        from aichemist.brain import look_ahead_front

        campaign, stop = self._campaign, self._campaign.stop
        batch = campaign.goal.batch_size
        ahead = look_ahead_front(
            campaign.space, state.observations, campaign.goal.objectives, batch, seed=self._seed,
            theory=helped.theory, earlier=helped.earlier,
        )  # fmt: skip
        if ahead is not None and stop.gain is not None and ahead.gain < stop.gain:
            return (
                f"a further batch of {batch} is expected to widen the front's volume by at most {ahead.gain:.2%}, "
                f"less than the {stop.gain:.2%} that it should be worth"
            )
        if ahead is not None and stop.regret is not None and ahead.regret < stop.regret:
            return (
                f"with 95 % all recipes together could not widen the front's volume by more than {ahead.regret:.2%}; "
                f"{stop.regret:.2%} is near enough"
            )
        return None
