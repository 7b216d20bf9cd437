"""Improves a plan without transport vial by vial: racks may be divided and joined at every operation.

Vials of one kind are equal, so that they may go through every operation in one order. Two neighbours in that order are
in the same run or not: one decision for each, where all pairs would be too many (vials of different kinds share no run
here). Sorted starts keep least and greatest waits, hence with one kind, and times that do not depend on the machine,
nothing is lost and the solver's bound holds for the problem.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from attrs import define, evolve, field
from ortools.sat.python import cp_model

from ._anytime import minimise
from ._problem import Job, Machine, Operation, Plan, Problem, Run

#: operations of all vials up to which the model is of use
_MOST = 600

Key = tuple[int, int]
"""(place of a vial in the order of all, index of its operation)."""


def can_order(problem: Problem) -> bool:
    """Whether the model knows all rules that the problem has."""
    if problem.carriers or not problem.buffers or sum(len(j.operations) for j in problem.jobs) > _MOST:
        return False
    for m in problem.machines:
        mixed = not m.batch and m.slots > 1
        if m.busy or m.windows or m.setup or (mixed and (m.one_temperature or m.instrument or m.cleanup)):
            return False
        if m.even_load and not m.batch:
            return False
    operations = [o for j in problem.jobs for o in j.operations]
    priced = any(o.late_price is not None for o in operations) or any(j.due is not None for j in problem.jobs)
    kinds: dict[str, set[tuple[Operation, ...]]] = defaultdict(set)
    for job in problem.jobs:
        kinds[job.kind].add(tuple(evolve(o, choices=tuple(o.choices.items())) for o in job.operations))  # type: ignore[arg-type]
    return not priced and all(len(k) == 1 for k in kinds.values())


def order_vials(
    problem: Problem, plan: Plan, *, seconds: float, workers: int, seed: int, steps: int | None = None,
    improved: Callable[[float, int], None] | None = None,
) -> Plan:  # fmt: skip
    """``plan``, or a shorter one that was found within ``seconds``."""
    started = time.perf_counter()
    model = _Model(problem, plan)
    found = minimise(
        model.cp, model.makespan, started=started, seconds=seconds, workers=workers, seed=seed, steps=steps
    )  # fmt: skip
    spent = plan.seconds + time.perf_counter() - started
    equal = len({(j.kind, j.release) for j in problem.jobs}) == 1
    equal = equal and all(len(set(o.choices.values())) == 1 for o in problem.jobs[0].operations)
    bound = max(plan.bound, min(found.bound, plan.makespan)) if equal else plan.bound
    if not found.has_plan or found.value(model.makespan) >= plan.makespan:
        return evolve(plan, bound=bound, optimal=bound >= plan.makespan, seconds=spent)
    later = tuple((round(plan.seconds + at, 3), value) for at, value in found.trace if value < plan.makespan)
    for at, value in later if improved is not None else ():
        improved(at, value)  # type: ignore[misc]
    better = evolve(plan, runs=model.read(found.value), bound=bound, trace=(*plan.trace, *later), seconds=spent)
    return evolve(better, optimal=bound >= better.makespan, method="racks, then vials in order, by CP-SAT")


@define
class _Model:
    problem: Problem
    plan: Plan
    cp: cp_model.CpModel = field(factory=cp_model.CpModel)
    makespan: Any = None
    jobs: list[Job] = field(init=False)
    start: dict[Key, Any] = field(factory=dict)
    on: dict[tuple[int, int, str], Any] = field(factory=dict)
    joined: dict[Key, Any] = field(factory=dict)
    """Whether a vial is in the run of the one before it."""
    _spans: dict[str, list[Any]] = field(factory=lambda: defaultdict(list))

    def __attrs_post_init__(self) -> None:
        first = {j: r.start for r in self.plan.runs if r.operation == 0 for j in r.jobs}
        self.jobs = sorted(self.problem.jobs, key=lambda j: (j.kind, first[j.id], j.leaves_with, j.id))
        horizon = self.plan.makespan
        self.makespan = self.cp.new_int_var(self.plan.bound, max(self.plan.bound, horizon), "makespan")
        machines = {m.name: m for m in self.problem.machines}
        for i, job in enumerate(self.jobs):
            for k, operation in enumerate(job.operations):
                self._operation(i, k, job, operation, machines)
            last = job.operations[-1]
            self.cp.add(self.makespan >= self.start[i, len(job.operations) - 1] + self._time(i, last))
        self._resources(machines)
        self._hint()
        self.cp.minimize(self.makespan)

    def _time(self, i: int, operation: Operation) -> Any:
        k = self.jobs[i].operations.index(operation)
        return sum(d * self.on[i, k, m] for m, d in operation.choices.items())

    def _operation(self, i: int, k: int, job: Job, operation: Operation, machines: dict[str, Machine]) -> None:
        cp = self.cp
        start = self.start[i, k] = cp.new_int_var(job.release, self.plan.makespan, f"start {i} {k}")
        names = list(operation.choices)
        for m in names:
            self.on[i, k, m] = cp.new_bool_var(f"{i} {k} on {m}") if len(names) > 1 else 1
        if len(names) > 1:
            cp.add_exactly_one(self.on[i, k, m] for m in names)
        if k:
            waited = start - self.start[i, k - 1] - sum(
                d * self.on[i, k - 1, m] for m, d in job.operations[k - 1].choices.items()
            )  # fmt: skip
            cp.add(waited >= operation.wait_min)
            if operation.wait_max is not None:
                cp.add(waited <= operation.wait_max)
        before = i and self.jobs[i - 1].kind == job.kind
        same = k == 0 and before and job.leaves_with and job.leaves_with == self.jobs[i - 1].leaves_with
        if before:
            cp.add(start >= self.start[i - 1, k])
        if same:
            cp.add(start == self.start[i - 1, k])
            for m in names if len(names) > 1 else ():
                cp.add(self.on[i, k, m] == self.on[i - 1, k, m])
        joined = self.joined[i, k] = cp.new_bool_var(f"{i} {k} joined") if before else 0
        if before:
            cp.add(start == self.start[i - 1, k]).only_enforce_if(joined)
        for m, duration in operation.choices.items():
            self._span(i, k, machines[m], duration)

    def _span(self, i: int, k: int, machine: Machine, duration: int) -> None:
        """The interval of the first vial of a run, or of any vial where there are no runs."""
        cp, on, joined = self.cp, self.on[i, k, machine.name], self.joined[i, k]
        shown: Any = on
        if not isinstance(joined, int):
            if not machine.batch:
                cp.add(joined == 0).only_enforce_if(on) if not isinstance(on, int) else cp.add(joined == 0)
            else:
                if not isinstance(on, int):
                    cp.add(on == self.on[i - 1, k, machine.name]).only_enforce_if(joined)
                shown = cp.new_bool_var(f"{i} {k} begins a run on {machine.name}")
                cp.add_implication(shown, ~joined)
                if isinstance(on, int):
                    cp.add(shown + joined == 1)
                else:
                    cp.add_implication(shown, on)
                    cp.add_bool_or(shown, joined, ~on)
        length = duration + machine.cleanup
        start = self.start[i, k]
        span = cp.new_optional_fixed_size_interval_var(start, length, shown, f"{i} {k} {machine.name}")
        self._spans[machine.name].append(span)

    def _resources(self, machines: dict[str, Machine]) -> None:
        phases: dict[str, list[Any]] = defaultdict(list)
        for name, spans in self._spans.items():
            machine = machines[name]
            if machine.batch or machine.slots == 1:
                self.cp.add_no_overlap(spans)
            else:
                self.cp.add_cumulative(spans, [1] * len(spans), machine.slots)
            if machine.instrument:
                phases[machine.instrument] += spans
        for spans in phases.values():
            self.cp.add_no_overlap(spans)
        for k in range(max(len(j.operations) for j in self.jobs)):
            for i, job in enumerate(self.jobs):
                if k < len(job.operations):
                    self._room(i, k, [machines[m] for m in job.operations[k].choices])

    def _room(self, i: int, k: int, choices: list[Machine]) -> None:
        """A run that this vial ends has no more vials than there are slots, the balance vial counted."""
        for machine in choices:
            room = machine.slots - (machine.slots % 2 if machine.even_load else 0)
            inside = [self.joined.get((i - n, k), 0) for n in range(room)]
            if machine.batch and i - room >= 0 and not any(isinstance(x, int) for x in inside):
                on = self.on[i, k, machine.name]
                if isinstance(on, int):
                    self.cp.add(sum(inside) <= room - 1)
                else:
                    self.cp.add(sum(inside) <= room - 1).only_enforce_if(on)

    def _hint(self) -> None:
        known: dict[tuple[str, int], list[tuple[int, str]]] = defaultdict(list)
        kind = {j.id: j.kind for j in self.jobs}
        for run in self.plan.runs:
            for j in run.jobs:
                known[kind[j], run.operation].append((run.start, run.machine))
        for starts in known.values():
            starts.sort()
        number: dict[str, int] = defaultdict(int)
        for i, job in enumerate(self.jobs):
            n = number[job.kind]
            number[job.kind] += 1
            for k, operation in enumerate(job.operations):
                start, machine = known[job.kind, k][n]
                self.cp.add_hint(self.start[i, k], start)
                for m in operation.choices:
                    if not isinstance(self.on[i, k, m], int):
                        self.cp.add_hint(self.on[i, k, m], int(m == machine))

    def read(self, value: Any) -> tuple[Run, ...]:
        runs: list[Run] = []
        for k in range(max(len(j.operations) for j in self.jobs)):
            for i, job in enumerate(self.jobs):
                if k >= len(job.operations):
                    continue
                if not isinstance(self.joined[i, k], int) and value(self.joined[i, k]):
                    runs[-1] = evolve(runs[-1], jobs=(*runs[-1].jobs, job.id))
                    continue
                choices = job.operations[k].choices
                machine = next(
                    m for m in choices if isinstance(self.on[i, k, m], int) or value(self.on[i, k, m])
                )  # fmt: skip
                start = value(self.start[i, k])
                runs.append(Run(machine, k, (job.id,), start, start + choices[machine]))
        return tuple(runs)
