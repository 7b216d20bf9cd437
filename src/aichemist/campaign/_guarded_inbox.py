"""Requests of people, seen by the guard before the lab takes them up."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import evolve

from aichemist.chemistry import Experiment
from aichemist.lab.execution import Inbox, Request, State


class GuardedInbox(Inbox):
    """Passes on what the guard does not object to; the rest is refused with its reason.

    Args:
        objection: why a request cannot be carried out, in words; empty where it can.
    """

    def __init__(self, inner: Inbox, objection: Callable[[Request], str]) -> None:
        self._inner, self._objection = inner, objection

    def waiting(self) -> Sequence[Request]:
        good = []
        for request in self._inner.waiting():
            if why := self._objection(request):
                self._inner.refuse(request.id, why)
            else:
                good.append(request)
        return good

    def refuse(self, request: int, reason: str) -> None:
        self._inner.refuse(request, reason)


def without(state: State, experiments: Sequence[Experiment], sample: str, operation: str) -> list[Experiment]:
    """The experiments as they would be carried out were the next such step of ``sample`` left out, too."""
    out = {
        (name, t.work.task.step) for t in state.tasks.values() for name in t.without if t.work.task.step is not None
    }  # fmt: skip
    coming = [
        (t.work.task.start_s, t.work.task.step) for t in state.tasks.values()
        if t.status == "planned" and t.work.task.operation == operation and t.work.task.step is not None
        and sample in t.work.task.samples and sample not in t.without
    ]  # fmt: skip
    if coming:
        out.add((sample, min(coming)[1]))
    return [evolve(e, steps=tuple(s for s in e.steps if (e.sample, s.index) not in out)) for e in experiments]
