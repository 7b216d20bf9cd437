"""A batch of the size that the lab runs cheapest: racks full, centrifuges even, no furnace half empty."""

from __future__ import annotations

from aichemist.chemistry import InfeasibleError
from aichemist.lab.scheduling import ListScheduler

from ._check import spread_batch
from ._file import Campaign


def seconds_per_sample(campaign: Campaign, size: int) -> float:
    """Lab time of one batch of so many vials over their number; infinite where no timetable exists."""
    try:
        return ListScheduler().plan(campaign.lab, spread_batch(campaign, size)).end_s / size
    except InfeasibleError:
        return float("inf")


def cheapest_size(campaign: Campaign, most: int) -> int:
    """The size between ``budget.batch_at_least`` and ``most`` with the least lab time for a sample; among sizes within
    1 % of the best the smallest, since what is learnt sooner is used sooner.

    ``most`` where the campaign leaves no choice, or less is left of the budget than the least size.
    """
    least = campaign.batch_at_least
    if least is None or most <= least:
        return most
    cost = {size: seconds_per_sample(campaign, size) for size in range(least, most + 1)}
    best = min(cost.values())
    return min((size for size, seconds in cost.items() if seconds <= 1.01 * best), default=most)
