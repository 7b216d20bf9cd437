"""When nothing can go on: what it waits for, whether to plan anew, and what to ask people for."""

from __future__ import annotations

from typing import Any

from aichemist.lab.execution import WAY, Executor, QuestionAsked, State, waits_because

#: how often a new plan is tried for what stands as it stands
_WAYS = 3
#: how long a signal is waited for where time jumps (s of lab time)
_COOLS_S = 86400.0
_ENDED = ("done", "failed", "in doubt", "skipped")


class Impasse:
    """Looks at one executor's state."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._stands: tuple[Any, ...] = ()
        self._ways = 0

    @property
    def _state(self) -> State:
        return self._executor.state

    def may_plan_anew(self) -> bool:
        """Whether a new plan should be tried; each call counts as a try.

        A few times at most for what stands as it stands. To carry vials about is no progress: else a robot would take
        one up and put it down for ever.
        """
        state = self._state
        if state.idle:
            return False
        vials = tuple(sorted((n, s.status, s.held) for n, s in state.samples.items()))
        stands = (self.steps_ended(), vials, *map(frozenset, (state.questions, state.held, state.lost)))
        if stands != self._stands:
            self._stands, self._ways = stands, 0
        if self._ways >= _WAYS or not self._waits_for_more_than_held():
            return False
        self._ways += 1
        return True

    def may_clear_by_itself(self) -> bool:
        """Whether it waits for signals alone, which change with time: a furnace cools. For a day at most."""
        state, now = self._state, self._executor.clock.now_s()
        if not state.tripped or state.paused or state.stopped or state.idle:
            return False
        return all(now - lock.at_s < _COOLS_S for lock in state.tripped.values())

    def question(self, blocked: str) -> QuestionAsked | None:
        """Vials that nobody may move can hold places that all others need: the question to take them away.

        Args:
            blocked: why the next batch cannot be planned; empty where it can.
        """
        state = self._state
        if state.aborted or state.questions:
            return None
        away = self.given_up_outside()
        free = not (state.idle or state.paused or state.stopped)
        if not away or not (blocked or (free and self._waits_for_more_than_held())):
            return None
        places = ", ".join(f"{n} on {state.samples[n].place}" for n in away)
        text = f"nothing can go on: please take these vials away: {places}"
        choices = {"done": "I took them all away", "end": "end the campaign here"}
        return QuestionAsked(WAY, self._executor.clock.now_s(), tuple(away), text, choices, 3)

    def given_up_outside(self) -> list[str]:
        """Vials that were given up and do not stand at home."""
        given_up = ("quarantined", "discarded")
        samples = self._state.samples.items()
        return sorted(n for n, v in samples if v.status in given_up and v.place not in ("", v.home))

    def steps_ended(self) -> int:
        """How many process steps have ended; transport is none."""
        tasks = self._state.tasks.values()
        return sum(t.work.task.step is not None and t.status in _ENDED for t in tasks)

    def quarantined(self) -> list[str]:
        return [f"{n} ({s.reason})" for n, s in self._state.samples.items() if s.status == "quarantined"]

    def told(self) -> str:
        """Why nothing more can run, in words."""
        state = self._state
        lost = self.quarantined()
        active = (n for n, s in state.samples.items() if s.status == "active")
        waiting = [f"{n}: {why}" for n in active if (why := waits_because(state, n))]
        return (
            "nothing more can run"
            + (f"; quarantined: {'; '.join(lost[:5])}" if lost else "")
            + (f"; waiting: {'; '.join(waiting[:5])}" if waiting else "")
        )

    def what_waits(self) -> str:
        """For what of people's it waits, in words."""
        state = self._state
        many = len(state.questions)
        said = [f"{many} open question{'s' if many != 1 else ''}"] if many else []
        said += [f"paused ({state.paused})"] if state.paused else []
        said += [f"emergency stop ({state.stopped})"] if state.stopped else []
        said += [f"{device} is held ({why})" for device, why in state.held.items()]
        said += [f"{name} is held ({s.held})" for name, s in state.samples.items() if s.held]
        said += [f"interlock {lock.name}: {lock.text}" for lock in state.tripped.values()]
        return "; ".join(said + ([self.told()] if WAY in state.questions or not said else []))

    def _waits_for_more_than_held(self) -> bool:
        """Whether anything waits for another reason than what a person holds."""
        state = self._state
        names = {*state.held, *(n for n, s in state.samples.items() if s.held)}
        names |= {s for lock in state.tripped.values() for s in lock.stations}
        why = (waits_because(state, n) for n, s in state.samples.items() if s.status == "active" or s.rides)
        return any(not any(name in text for name in names) for text in why if text)
