"""Several changes to a state at once."""

from __future__ import annotations

from ._replace import replace
from ._state import FINISHED, State


class Changes:
    """Mutable copies of the maps that plans and ends of commands touch; :meth:`done` makes the new state."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.tasks, self.followers = state.tasks.mutate(), state.followers.mutate()
        self.samples, self.ready = state.samples.mutate(), state.ready.mutate()
        self.inside = state.inside.mutate()

    def enter(self, sample: str, place: str) -> None:
        """A vial stands at a place, or is on its way there. Places without a known limit are not counted."""
        if place in self._state.slots or place in self._state.robots:
            self.inside[place] = self.inside.get(place, frozenset()) | {sample}

    def leave(self, sample: str, place: str) -> None:
        if place in self.inside:
            self.inside[place] = self.inside[place] - {sample}

    def gone(self, sample: str) -> None:
        """A person took the vial away."""
        for place in (*self._state.slots, *self._state.robots):
            self.leave(sample, place)

    def see_home(self, sample: str) -> None:
        """A vial with nothing left to do is finished, if it is at home."""
        vial = self.samples[sample]
        if vial.open_tasks or vial.status != "active":
            return
        if self._state.slots and vial.place != vial.home:
            reason = f"stands on {vial.place} and nothing more is planned for it"
            self.samples[sample] = replace(vial, status="quarantined", reason=reason)
        else:
            self.samples[sample] = replace(vial, status="finished")

    def release(self, finished: list[str]) -> None:
        """Let followers of finished tasks go on."""
        for done in finished:
            for sample in self.tasks[done].work.task.samples:
                vial = self.samples[sample]
                self.samples[sample] = replace(vial, open_tasks=vial.open_tasks - 1)
                self.see_home(sample)
            for later in self.followers.get(done, ()):
                task = self.tasks.get(later)
                if task is None or done not in task.waits_for:
                    continue
                task = replace(task, waits_for=task.waits_for - {done})
                if not task.waits_for and task.status == "planned":
                    self.ready[later] = task.work.task.start_s
                self.tasks[later] = task
            self.followers.pop(done, None)

    def forget(self) -> None:
        """To be called first: tasks whose vials have nothing left to do need no room; the journal keeps them."""
        for task_id, task in self._state.tasks.items():
            if task.status in FINISHED and all(self.samples[s].open_tasks == 0 for s in task.work.task.samples):
                del self.tasks[task_id]

    def done(self) -> State:
        return replace(
            self._state, tasks=self.tasks.finish(), followers=self.followers.finish(), samples=self.samples.finish(),
            ready=self.ready.finish(), inside=self.inside.finish(),
        )  # fmt: skip
