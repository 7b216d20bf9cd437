"""Which problems the search over single handlings knows."""

from __future__ import annotations

from collections import Counter

from ._problem import Job, Problem


def can_search(problem: Problem) -> bool:
    """Whether the arrays say all of the problem.

    They do not know who else is at the machines, batteries (charging is planned before), prices of waits, and waits in
    which the time of the transport does not count: vials that are moved together then wait for each other. All vials
    that stand somewhere at first have a place there at once.
    """
    standing = Counter(j.origin for j in problem.jobs if j.origin)
    return (
        bool(problem.carriers) and not problem.buffers
        and not any(m.busy for m in problem.machines)
        and not any(c.battery is not None for c in problem.carriers)
        and all(_leaves_from_first_run(j) for j in problem.jobs)
        and all(m.slots >= standing[m.name] for m in problem.machines)
        and not any(o.late_price is not None or o.transport_is_free for j in problem.jobs for o in j.operations)
    )  # fmt: skip


def _leaves_from_first_run(job: Job) -> bool:
    """Who leaves together may show it by a first run that is shared."""
    first = job.operations[0].choices
    return not job.leaves_with or (len(first) == 1 and job.origin in ("", *first))
