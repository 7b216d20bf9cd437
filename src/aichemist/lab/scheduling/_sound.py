"""Problems that no solver should see."""

from __future__ import annotations

from collections import Counter

from aichemist.chemistry import InfeasibleError, InputError

from ._problem import Problem


def sound(problem: Problem) -> None:
    """Refuse what no solver should see.

    Raises:
        InputError: the problem is malformed.
        InfeasibleError: more vials begin or end somewhere than there is room for.
    """
    names = [m.name for m in problem.machines]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise InputError("two machines of one name", key="machines", value=twice[0], mend="rename one")
    ids = [j.id for j in problem.jobs]
    if len(set(ids)) < len(ids):
        again = next(i for i in ids if ids.count(i) > 1)
        raise InputError("two jobs of one name", key="jobs", value=again, mend="rename one")
    if not problem.jobs:
        raise InputError("there is nothing to plan", key="jobs", value=[], mend="give at least one job")
    for carrier in problem.carriers:
        for key, value, least in (
            ("capacity", carrier.capacity, 1), ("pick", carrier.pick, 0), ("place", carrier.place, 0)
        ):  # fmt: skip
            if value < least:
                raise InputError(f"{carrier.name}: too little", key=key, value=value, mend=f"give {least} or more")
    for job in problem.jobs:
        if not job.operations:
            raise InputError(f"{job.id} has no operations", key="operations", value=job.id, mend="leave it out")
        for operation in job.operations:
            for machine, duration in operation.choices.items():
                if duration < 0:
                    raise InputError(
                        f"{job.id}, {operation.name}: a duration on {machine} is negative", key="duration",
                        value=duration, mend="give a time of 0 or more",
                    )  # fmt: skip
    starts = {m.name for m in problem.machines if m.role == "start"}
    for job in problem.jobs if problem.carriers and not problem.buffers else ():
        away = sorted(set(job.operations[-1].choices) - starts)
        if away:
            raise InputError(
                f"{job.id} would stay in {away[0]} for ever", key="operations", value=job.operations[-1].name,
                mend="add a last operation at a starting station, of 0 minutes if nothing is done there",
            )  # fmt: skip
    if problem.carriers and not problem.buffers:
        _room_at_home(problem)
    if not problem.buffers and problem.carriers == () and any(len(j.operations) > 1 for j in problem.jobs):
        raise InputError(
            "vials must be carried from machine to machine and there is no robot", key="carriers", value=0,
            mend="add a robot, or set buffers = true for a plan without transport",
        )  # fmt: skip


def _room_at_home(problem: Problem) -> None:
    """In the end every vial stands in a slot of its last station, and at first in one of its origin."""
    slots = {m.name: m.slots for m in problem.machines}
    homes = Counter(frozenset(j.operations[-1].choices) for j in problem.jobs)
    for stands, count in (*homes.items(), *Counter(frozenset({j.origin}) for j in problem.jobs if j.origin).items()):
        room = sum(slots.get(name, 0) for name in stands)
        if count > room:
            raise InfeasibleError(
                f"{count} vials need a place in {' or '.join(sorted(stands))} at the same time, which has {room}; "
                "mend: plan fewer vials at a time or add slots"
            )
