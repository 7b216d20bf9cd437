"""Operations on machines with unlimited buffers as a CP-SAT model: starts, ends, choices, machines, prices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen

from ._anytime import Found
from ._buffered import starts_at, taken
from ._first_plan import Key, Placed
from ._problem import Machine, Problem

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, IntVar


@frozen
class Choice:
    """One operation on one of its machines; ``chosen`` is 1 where there is no other."""

    machine: str
    duration: int
    chosen: Any


@frozen
class _On:
    """A run on one machine: its interval, the same with the clean-up after it, whether it is there, how long it is."""

    run: Any
    occupied: Any
    chosen: Any
    duration: int


@define
class ShopModel:
    """Starts, ends and machines of all operations as a CP-SAT model, with the objective's parts."""

    problem: Problem
    cp: CpModel
    makespan: IntVar
    horizon: int
    start: dict[Key, IntVar] = field(factory=dict)
    end: dict[Key, IntVar] = field(factory=dict)
    choices: dict[Key, list[Choice]] = field(factory=dict)
    prices: list[Any] = field(factory=list)
    on: dict[str, list[_On]] = field(factory=dict)

    @classmethod
    def of(cls, problem: Problem, horizon: int, least: int) -> ShopModel:
        from ortools.sat.python import cp_model

        cp = cp_model.CpModel()
        self = cls(problem, cp, cp.new_int_var(least, max(least, horizon), "makespan"), horizon)
        for j in range(len(problem.jobs)):
            self._job(j)
        self._machines()
        return self

    def minimise(self) -> None:
        self.cp.minimize(self.makespan + sum(self.prices) if self.prices else self.makespan)

    def _job(self, j: int) -> None:
        from ortools.sat.python import cp_model

        job, cp = self.problem.jobs[j], self.cp
        machines = {m.name: m for m in self.problem.machines}
        for k, operation in enumerate(job.operations):
            start = cp.new_int_var(job.release, self.horizon, f"start {job.id} {k}")
            options = [(m, d) for m, d in operation.choices.items() if starts_at(machines[m], d) != []]
            chosen = [cp.new_bool_var(f"{job.id} {k} on {m}") for m, _ in options] if len(options) > 1 else [1]
            self.choices[j, k] = [Choice(m, d, x) for (m, d), x in zip(options, chosen, strict=True)]
            if len(options) > 1:
                durations = cp_model.Domain.from_values([d for _, d in options])
                size: Any = cp.new_int_var_from_domain(durations, f"duration {job.id} {k}")
                cp.add_exactly_one(chosen)
                cp.add(size == sum(c.duration * c.chosen for c in self.choices[j, k]))
                end = cp.new_int_var(job.release, self.horizon, f"end {job.id} {k}")
                cp.new_interval_var(start, size, end, f"{job.id} {k}")
            else:
                size = options[0][1]
                end = cp.new_int_var(job.release, self.horizon, f"end {job.id} {k}")
                cp.add(end == start + size)
            self.start[j, k], self.end[j, k] = start, end
            for choice in self.choices[j, k]:
                self._choice(choice, start, size, machines[choice.machine])
        if job.operations:
            last = self.end[j, len(job.operations) - 1]
            cp.add(self.makespan >= last)
            if job.due is not None and job.priority:
                late = cp.new_int_var(0, max(0, self.horizon - job.due), f"lateness {job.id}")
                cp.add(late >= last - job.due)
                self.prices.append(job.priority * late)

    def _choice(self, choice: Choice, start: Any, size: Any, machine: Machine) -> None:
        from ortools.sat.python import cp_model

        cp, alone = self.cp, isinstance(choice.chosen, int)

        def interval(length: int) -> Any:
            if alone:
                return cp.new_fixed_size_interval_var(start, length, f"on {machine.name}")
            return cp.new_optional_fixed_size_interval_var(start, length, choice.chosen, f"on {machine.name}")

        run = interval(choice.duration)
        occupied = interval(choice.duration + machine.cleanup) if machine.cleanup else run
        self.on.setdefault(machine.name, []).append(_On(run, occupied, choice.chosen, choice.duration))
        if not alone:
            cp.add(size == choice.duration).only_enforce_if(choice.chosen)
        spans = starts_at(machine, choice.duration)
        if spans is not None:
            domain = cp_model.Domain.from_intervals([list(s) for s in spans])
            inside = cp.add_linear_expression_in_domain(start, domain)
            if not alone:
                inside.only_enforce_if(choice.chosen)

    def follow(self, j: int, k: int, moving: Any = 0) -> None:
        """Operation ``k`` waits for ``k - 1`` at least and at most as long as it says."""
        operation, cp = self.problem.jobs[j].operations[k], self.cp
        wait = self.start[j, k] - self.end[j, k - 1]
        cp.add(wait >= operation.wait_min)
        if operation.wait_max is None:
            return
        counted = wait - moving if operation.transport_is_free else wait
        if operation.late_price is None:
            cp.add(counted <= operation.wait_max)
        elif operation.late_price:
            late = cp.new_int_var(0, self.horizon, f"too long {j} {k}")
            cp.add(late >= counted - operation.wait_max)
            self.prices.append(operation.late_price * late)

    def _machines(self) -> None:
        cp = self.cp
        groups: dict[str, list[Any]] = {}
        for machine in self.problem.machines:
            on = self.on.get(machine.name, [])
            if not on:
                continue
            spans = taken(machine)
            intervals = [x.occupied for x in on]
            intervals += [cp.new_fixed_size_interval_var(s, e - s, "taken") for s, e, _ in spans]
            if machine.slots == 1:
                cp.add_no_overlap(intervals)
                # the linear relaxation does not see the load of a machine by itself
                cp.add(self.makespan >= sum(x.chosen * x.duration for x in on))
            else:
                cp.add_cumulative(intervals, [1] * len(on) + [slots for _, _, slots in spans], machine.slots)
            if machine.instrument:
                groups.setdefault(machine.instrument, []).append([x.run for x in on])
        for members in groups.values():
            if len(members) > 1:
                cp.add_no_overlap([run for runs in members for run in runs])

    def hint(self, plan: Mapping[Key, Placed]) -> None:
        for key, run in plan.items():
            self.cp.add_hint(self.start[key], run.start)
            self.cp.add_hint(self.end[key], run.end)
            for choice in self.choices[key]:
                if not isinstance(choice.chosen, int):
                    self.cp.add_hint(choice.chosen, int(choice.machine == run.machine))

    def read(self, found: Found) -> dict[Key, Placed]:
        placed = {}
        for key, choices in self.choices.items():
            choice = next(c for c in choices if isinstance(c.chosen, int) or found.value(c.chosen))
            placed[key] = Placed(choice.machine, found.value(self.start[key]), found.value(self.end[key]))
        return placed
