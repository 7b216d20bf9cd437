"""The checker: whether a plan keeps every rule of its problem. It shares no code with any solver.

Each vial is followed through its runs and handlings, which gives the places where it stands; then every machine and
every robot is looked at by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from numbers import Integral

from attrs import define, evolve, field

from ._problem import Handling, Job, Machine, Operation, Plan, Problem, Run
from ._verify_resources import Departure, Findings, Stay, Violation, check_carriers, check_charges, check_machines

__all__ = ["RULES", "Violation", "verify"]

RULES = (
    *("unknown", "empty", "time"),  # records that make no sense
    *("once", "order", "machine", "duration", "release", "wait_min", "wait_max"),  # operations
    *("place", "on_board", "early_run", "early_load", "same_carrier", "move", "parking", "left_on_board"),  # vials
    *("slots", "batch", "even_load", "one_temperature", "setup", "cleanup", "instrument", "calendar"),  # machines
    *("one_at_a_time", "carrier_busy", "travel", "handling_time", "capacity", "section"),  # robots
    *("leaves_with", "no_carriers", "battery"),
)
"""What a violation's ``rule`` may be."""


def verify(problem: Problem, plan: Plan) -> tuple[Violation, ...]:
    """Every rule of ``problem`` that ``plan`` breaks, in order of time; nothing if the plan is valid.

    A plan may hold anything: wrong names, times and indices are violations, never exceptions. A record that makes no
    sense is reported and left out, and its vials are followed no further. Where a rule leaves something open:

    - a vial with an origin takes a slot there from its release on, one without from the start of its first run; who
      is not taken away after the last operation keeps the slot for ever;
    - between machines of one instrument a vial changes its slot at the start of the run on the next one;
    - the first operation has no wait;
    - clean-up goes before set-up, so that runs at different temperatures are both times apart;
    - where slots are independent, clean-up concerns the slot alone, and set-up only machines of one temperature;
    - operations without temperature go with every temperature;
    - a robot does not travel while it is not available or charged;
    - a battery need not last longer than to the robot's last handling;
    - jobs leave together if their first operations start together on one machine, or if one robot takes all of them
      at one stop at which it does nothing but load; with robots, if none of them leaves, too.

    Takes about n log n for n runs and handlings.
    """
    checker = _Checker(problem, plan)
    checker.check()
    return tuple(sorted(checker.findings.found, key=lambda v: (v.at, RULES.index(v.rule), v.jobs, v.message)))


@define
class _Vial:
    """Where a vial is while it is followed: at ``place`` since ``since``, or on board of ``carrier`` since ``loaded``.

    ``worked_at`` is where an operation was wrongly said to run meanwhile.
    """

    place: str
    since: int | None
    carrier: str = ""
    loaded: int = 0
    run_end: int = 0
    ready: int = 0
    moved: int = 0
    worked_at: str = ""


@define
class _Checker:
    problem: Problem
    plan: Plan
    findings: Findings = field(factory=Findings)
    jobs: dict[str, Job] = field(init=False)
    machines: dict[str, Machine] = field(init=False)
    runs: list[Run] = field(factory=list)
    handlings: list[Handling] = field(factory=list)
    unclear: set[str] = field(factory=set)
    """Vials of records that were left out."""
    incomplete: set[str] = field(factory=set)
    """Vials whose operations are not there exactly once."""

    def __attrs_post_init__(self) -> None:
        self.jobs = {job.id: job for job in self.problem.jobs}
        self.machines = {machine.name: machine for machine in self.problem.machines}

    def check(self) -> None:
        planned = self._read_runs()
        self._read_handlings()
        self._once(planned)
        for run in self.runs:
            self._run(run)
        runs: dict[str, list[Run]] = defaultdict(list)
        handlings: dict[str, list[Handling]] = defaultdict(list)
        for run in self.runs:
            for job_id in run.jobs:
                runs[job_id].append(run)
        for handling in self.handlings:
            for job_id in handling.jobs:
                handlings[job_id].append(handling)
        stays: list[Stay] = []
        blocking = bool(self.problem.carriers) and not self.problem.buffers
        for job in self.problem.jobs:
            moved: dict[int, int] = {}
            if self.problem.carriers and job.id not in self.unclear:
                if job.origin and job.origin not in self.machines:
                    self.findings.say("unknown", f"{job.id} begins at {job.origin!r}", job.release, [job.id])
                    self.unclear.add(job.id)
                else:
                    stood = self._follow(job, runs[job.id], handlings[job.id], moved)
                    stays += stood if blocking else []
            if job.id not in self.unclear:
                self._sequence(job, runs[job.id], moved)
        if not blocking:
            stays = [Stay(run.machine, job_id, run.start, run.end) for run in self.runs for job_id in run.jobs]
        charges = [c for c in self.plan.charges if self._times(c.start, c.end, (), "", c.carrier)]
        check_charges(self.problem, charges, self.handlings, self.findings)
        departures = check_carriers(self.problem, self.handlings, self.findings, charges)
        check_machines(self.problem, self.jobs, self.runs, stays, self.findings)
        self._leaves_with(runs, departures)

    # ---- records that make no sense

    def _read_runs(self) -> dict[str, list[tuple[int, int]]]:
        """Keeps the runs that make sense; returns (operation, start) of all, for each vial."""
        planned: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for run in self.plan.runs:
            sound = self._times(run.start, run.end, run.jobs, run.machine)
            at = run.start if isinstance(run.start, Integral) else 0
            if run.machine not in self.machines:
                self.findings.say("unknown", f"a run on {run.machine!r}", at, run.jobs, run.machine)
                sound = False
            known: list[str] = []
            for job_id in run.jobs:
                number = len(self.jobs[job_id].operations) if job_id in self.jobs else -1
                if number < 0:
                    self.findings.say("unknown", f"a run of {job_id!r}", at, [job_id], run.machine)
                elif not isinstance(run.operation, Integral) or not 0 <= run.operation < number:
                    self.findings.say(
                        "unknown", f"{job_id} has no operation {run.operation}", at, [job_id], run.machine
                    )
                    self.unclear.add(job_id)
                else:
                    known.append(job_id)
                    planned[job_id].append((run.operation, at))
            if not run.jobs:
                self.findings.say("empty", "a run of nothing", at, (), run.machine)
            if not sound:
                self.unclear.update(known)
            elif known:
                self.runs.append(run if len(known) == len(run.jobs) else evolve(run, jobs=tuple(known)))
        return planned

    def _read_handlings(self) -> None:
        if not self.problem.carriers:
            if self.plan.handlings:
                first = self.plan.handlings[0]
                at = first.start if isinstance(first.start, Integral) else 0
                text = f"{len(self.plan.handlings)} handlings, but there are no robots"
                self.findings.say("no_carriers", text, at, first.jobs, first.machine, first.carrier)
            return
        carriers = {carrier.name for carrier in self.problem.carriers}
        for handling in self.plan.handlings:
            sound = self._times(handling.start, handling.end, handling.jobs, handling.machine, handling.carrier)
            at = handling.start if isinstance(handling.start, Integral) else 0
            strange = [f"vial {job_id!r}" for job_id in handling.jobs if job_id not in self.jobs]
            known = tuple(job_id for job_id in handling.jobs if job_id in self.jobs)
            wrong = [] if handling.machine in self.machines else [f"machine {handling.machine!r}"]
            wrong += [] if handling.carrier in carriers else [f"robot {handling.carrier!r}"]
            wrong += [] if handling.action in ("load", "unload") else [f"action {handling.action!r}"]
            if strange or wrong:
                text = "a handling with " + ", ".join((strange + wrong)[:5])
                self.findings.say("unknown", text, at, handling.jobs, handling.machine, handling.carrier)
            if not handling.jobs:
                self.findings.say("empty", "a handling of nothing", at, (), handling.machine, handling.carrier)
            if not sound or wrong:
                self.unclear.update(known)
            elif known:
                self.handlings.append(handling if not strange else evolve(handling, jobs=known))

    def _times(self, start: object, end: object, jobs: tuple[str, ...], machine: str, carrier: str = "") -> bool:
        if not isinstance(start, Integral) or not isinstance(end, Integral):
            text = f"from {start!r} to {end!r}: times are whole numbers"
            self.findings.say("time", text, 0, jobs, machine, carrier)
            return False
        if start < 0 or end < start:
            self.findings.say("time", f"from {start} to {end}", int(start), jobs, machine, carrier)
            return False
        return True

    # ---- operations

    def _once(self, planned: Mapping[str, Sequence[tuple[int, int]]]) -> None:
        for job in self.problem.jobs:
            there = sorted(planned.get(job.id, ()))
            twice = [(start, k) for (before, _), (k, start) in pairwise(there) if before == k]
            missing = sorted(set(range(len(job.operations))) - {k for k, _ in there})
            if twice:
                text = f"{job.id} does operation {twice[0][1]} more than once"
                self.findings.say("once", text, twice[0][0], [job.id])
            if missing and job.id not in self.unclear:
                text = f"{job.id} never does operation {missing[0]}"
                text += f" and {len(missing) - 1} more" if len(missing) > 1 else ""
                self.findings.say("once", text, job.release, [job.id])
            if twice or missing:
                self.incomplete.add(job.id)

    def _run(self, run: Run) -> None:
        """An allowed machine, its duration, and the release, for all vials of a run."""
        choices = {job_id: self.jobs[job_id].operations[run.operation].choices for job_id in run.jobs}
        length = run.end - run.start
        wrong = [job_id for job_id, choice in choices.items() if run.machine not in choice]
        if wrong:
            text = f"operation {run.operation} of {wrong[0]} cannot be done on {run.machine}"
            self.findings.say("machine", text, run.start, wrong, run.machine)
        wrong = [job_id for job_id, choice in choices.items() if choice.get(run.machine, length) != length]
        if wrong:
            text = f"operation {run.operation} of {wrong[0]} takes {choices[wrong[0]][run.machine]}, not {length}"
            self.findings.say("duration", text, run.start, wrong, run.machine)
        early = [job_id for job_id in run.jobs if run.start < self.jobs[job_id].release]
        if early:
            text = f"{early[0]} is not there before {self.jobs[early[0]].release}"
            self.findings.say("release", text, run.start, early, run.machine)

    def _sequence(self, job: Job, runs: Iterable[Run], moved: Mapping[int, int]) -> None:
        """The order of the operations of one vial, and the waits between them."""
        for before, run in pairwise(sorted(runs, key=lambda r: (r.operation, r.start))):
            waited = run.start - before.end
            if waited < 0:
                if run.operation > before.operation:
                    text = (
                        f"operation {run.operation} of {job.id} starts before {before.operation} ends at {before.end}"
                    )
                    self.findings.say("order", text, run.start, [job.id], run.machine)
                continue
            if run.operation != before.operation + 1:
                continue
            self._wait(job.id, job.operations[run.operation], run, waited, moved.get(run.operation, 0))

    def _wait(self, job_id: str, operation: Operation, run: Run, waited: int, moved: int) -> None:
        if waited < operation.wait_min:
            text = f"{job_id} waits {waited} before operation {run.operation}, at least {operation.wait_min} is wanted"
            self.findings.say("wait_min", text, run.start, [job_id], run.machine)
        counted = waited - moved if operation.transport_is_free else waited
        if operation.wait_max is not None and operation.late_price is None and counted > operation.wait_max:
            text = f"{job_id} waits {counted} before operation {run.operation}, at most {operation.wait_max} is allowed"
            self.findings.say("wait_max", text, run.start, [job_id], run.machine)

    # ---- the way of one vial

    def _follow(
        self, job: Job, runs: Iterable[Run], handlings: Iterable[Handling], moved: dict[int, int]
    ) -> list[Stay]:
        """Where a vial stands; ``moved`` receives the time for which it was under way before each operation."""
        ahead = sorted(runs, key=lambda r: (r.start, r.end, r.operation))
        moves = sorted(handlings, key=lambda h: (h.start, h.end))
        vial = _Vial(job.origin or (ahead[0].machine if ahead else ""), job.release if job.origin else None)
        stays: list[Stay] = []
        i = j = 0
        while i < len(ahead) or j < len(moves):
            self._first_that_fits(vial, moves, j)
            if j == len(moves) or (i < len(ahead) and self._run_is_next(vial, ahead[i], moves[j])):
                self._at_run(job, vial, ahead[i], stays)
                moved[ahead[i].operation] = vial.moved
                vial.moved = 0
                i += 1
                continue
            move = moves[j]
            j += 1
            if move.start < job.release:
                text = f"{job.id} is not there before {job.release}"
                self.findings.say("release", text, move.start, [job.id], move.machine, move.carrier)
            if move.action == "load":
                self._at_load(job, vial, move, stays)
            else:
                self._at_unload(job, vial, move, ahead[i].machine if i < len(ahead) else "")
        if vial.carrier:
            self.findings.say("left_on_board", f"{job.id} stays there", vial.ready, [job.id], "", vial.carrier)
        elif vial.place and vial.since is not None:
            stays.append(Stay(vial.place, job.id, vial.since, None))
        return stays

    def _first_that_fits(self, vial: _Vial, moves: list[Handling], first: int) -> None:
        """Among moves of the same moment, puts one first that can come next."""
        for number in range(first, len(moves)):
            move = moves[number]
            if (move.start, move.end) != (moves[first].start, moves[first].end):
                return
            if (move.action == "unload") if vial.carrier else (move.action == "load" and move.machine == vial.place):
                moves[first], moves[number] = move, moves[first]
                return

    def _run_is_next(self, vial: _Vial, run: Run, move: Handling) -> bool:
        if (run.start, run.end) != (move.start, move.end):
            return (run.start, run.end) < (move.start, move.end)
        return not vial.carrier and self._reachable(vial.place, run.machine)

    def _reachable(self, here: str, there: str) -> bool:
        """The same machine, or another one of the same instrument."""
        if here == there or here not in self.machines or there not in self.machines:
            return here == there
        instrument = self.machines[here].instrument
        return bool(instrument) and instrument == self.machines[there].instrument

    def _at_run(self, job: Job, vial: _Vial, run: Run, stays: list[Stay]) -> None:
        if vial.carrier:
            text = f"operation {run.operation} of {job.id} runs while it is on board"
            self.findings.say("on_board", text, run.start, [job.id], run.machine, vial.carrier)
            vial.worked_at = run.machine
        else:
            if not self._reachable(vial.place, run.machine):
                text = f"operation {run.operation} of {job.id} runs on {run.machine}, the vial is at {vial.place}"
                self.findings.say("place", text, run.start, [job.id], run.machine)
            elif run.start < vial.ready and vial.ready > vial.run_end:
                text = f"operation {run.operation} of {job.id} starts before the vial stands there at {vial.ready}"
                self.findings.say("early_run", text, run.start, [job.id], run.machine)
            if vial.place != run.machine:
                if vial.since is not None:
                    stays.append(Stay(vial.place, job.id, vial.since, run.start))
                vial.place, vial.since = run.machine, run.start
            if vial.since is None:
                vial.since = run.start
        vial.run_end = max(vial.run_end, run.end)
        vial.ready = max(vial.ready, run.end)

    def _at_load(self, job: Job, vial: _Vial, move: Handling, stays: list[Stay]) -> None:
        where = (move.start, [job.id], move.machine, move.carrier)
        if vial.carrier:
            self.findings.say("place", f"{job.id} is loaded, but it is on board of {vial.carrier}", *where)
        elif vial.place != move.machine or vial.since is None:
            at = vial.place if vial.since is not None else "no place yet"
            self.findings.say("place", f"{job.id} is loaded at {move.machine}, but it is at {at}", *where)
        elif move.start < vial.ready:
            self.findings.say("early_load", f"{job.id} is not ready to be taken before {vial.ready}", *where)
        if not vial.carrier and vial.since is not None:
            stays.append(Stay(vial.place, job.id, vial.since, move.end))
        vial.place, vial.since, vial.carrier, vial.loaded = move.machine, None, move.carrier, move.start
        vial.ready = move.end

    def _at_unload(self, job: Job, vial: _Vial, move: Handling, next_machine: str) -> None:
        where = (move.start, [job.id], move.machine, move.carrier)
        if not vial.carrier:
            self.findings.say("place", f"{job.id} is unloaded, but it stands at {vial.place}", *where)
        else:
            if vial.carrier != move.carrier:
                text = f"{job.id} is on board of {vial.carrier}, {move.carrier} cannot unload it"
                self.findings.say("same_carrier", text, *where)
            if vial.place == move.machine:
                self.findings.say("move", f"{job.id} is put back where it was taken", *where)
            vial.moved += max(0, move.end - max(vial.loaded, vial.run_end))
        allowed = self.machines[move.machine].role in ("storage", "exchange")
        allowed = allowed or any(self._reachable(move.machine, m) for m in (next_machine, vial.worked_at))
        if not allowed and job.id not in self.incomplete:
            text = f"{job.id} is put on {move.machine}, where nothing is done with it next"
            self.findings.say("parking", text, *where)
        vial.place, vial.since, vial.carrier, vial.worked_at = move.machine, move.start, "", ""
        vial.ready = max(vial.ready, move.end)

    # ---- leaving together

    def _leaves_with(self, runs: Mapping[str, Sequence[Run]], departures: Mapping[str, Departure]) -> None:
        groups: dict[str, list[str]] = defaultdict(list)
        for job in self.problem.jobs:
            if job.leaves_with and job.id not in self.unclear and job.id not in self.incomplete and job.operations:
                groups[job.leaves_with].append(job.id)
        for text, members in groups.items():
            first = {(run.machine, run.start) for j in members for run in runs[j] if run.operation == 0}
            gone = [departures[j] for j in members if j in departures]
            stops = {(d.carrier, d.stop) for d in gone}
            together = len(stops) == 1 and len(gone) == len(members)
            stay = bool(self.problem.carriers) and not gone
            if len(first) > 1 and not together and not stay:
                at = min(d.at for d in gone) if gone else min(start for _, start in first)
                self.findings.say("leaves_with", f"the vials of {text!r} do not leave together", at, members)
