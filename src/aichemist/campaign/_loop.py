"""The loop: propose, review, schedule, execute, analyse, learn; resumable at every point."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from aichemist.chemistry import (
    Experiment,
    Hypothesis,
    InfeasibleError,
    MadeBy,
    Objective,
    Observation,
    Review,
    from_plain,
    to_plain,
)
from aichemist.guard import amounts
from aichemist.lab.execution import (
    PLACES,
    Executor,
    PlanRevised,
    QuestionAsked,
    RecoveryPolicy,
    State,
    Watch,
    batch_planned,
    frozen_tasks,
    make_clock,
    new_plan,
)
from aichemist.lab.scheduling import RackScheduler, Scheduler, Task

from ._batch_size import cheapest_size
from ._board import SqlBoard
from ._file import Campaign
from ._gate import Gate, faithful
from ._guarded_inbox import GuardedInbox
from ._guarding import Guarding
from ._helped import Helped, helped, taken_along
from ._impasse import Impasse
from ._lab_side import ParquetSignals, SqlCommandLog, SqlInbox, SqlJournal, lab_opened, make_drivers, raw_folder
from ._notify import TOPICS, Notifier
from ._progress import LAB_KINDS, experiments_of, sample_name
from ._realised import realised
from ._snapshots import Snapshots, goes_on_at_s, read_stand
from ._sources import overpotential_map, read_literature, twin_model
from ._stopping import Enough, Worth
from ._tally import Tally

if TYPE_CHECKING:
    from aichemist.lab.analysis import Analyser
    from aichemist.lab.drivers import Signal
    from aichemist.records import Database, Lease, RunInfo, RunJournal


@frozen
class Progress:
    """What a screen may show while a campaign runs. ``best`` is the best observation so far."""

    phase: str
    samples_done: int
    samples_total: int
    batch: int
    lab_time_s: float
    best: Observation | None
    note: str = ""


#: lab time between two looks at a signal that holds stations, where nothing else goes on and time jumps (s)
_LOOK_AGAIN_S = 60.0

Listener = Callable[[Progress], None]


class Loop:
    """One run of a campaign, fresh or resumed.

    Everything that happened is in the journal; this object only carries on from there, so building it anew after a
    crash is the way to resume.
    """

    def __init__(
        self,
        campaign: Campaign,
        info: RunInfo,
        database: Database,
        journal: RunJournal,
        folder: Path,
        *,
        clock: str = "virtual",
        listener: Listener | None = None,
        scheduler: Scheduler | None = None,
        lease: Lease | None = None,
    ) -> None:
        from aichemist.lab.analysis import load_analyser
        from aichemist.lab.twin import Faults, with_faults
        from aichemist.records import ManualTasks, RawData, References, Requests

        self.campaign, self.folder = campaign, folder
        self._info, self._journal, self._database = info, journal, database
        self.run_name = info.name
        self._listener = listener
        self._shown = References(database).shown
        self._scheduler = scheduler or RackScheduler()
        self._analysers = [load_analyser(o.name) for o in campaign.goal.objectives]
        self.map = overpotential_map()
        self._signals = ParquetSignals(RawData(raw_folder(folder)))
        drivers, self.world = make_drivers(
            campaign.lab,
            seed=info.seed,
            overpotential_map=self.map,
            log=SqlCommandLog(database, info.id),
            board=SqlBoard(ManualTasks(database, info.id)),
        )
        rate = float(info.config.get("faults") or 0.0)
        if rate:
            drivers = with_faults(drivers, Faults(info.seed, rate))
        stand = read_stand(journal)
        self.state = stand.campaign
        self._tally = Tally(campaign.objective, tuple(o.name for o in campaign.goal.objectives))
        self._used: dict[int, dict[str, float]] = {}  # batch -> stock that it draws
        self._snapshots = Snapshots(journal, stand.seq)
        self._lease = lease
        self._notifier = Notifier.of(
            campaign.notify_urls,
            campaign.notify_on or TOPICS,
            run=info.name,
            people=campaign.lab.people,
            mark=_mark(campaign),
        )
        self._gate = Gate(database, campaign)
        self._guarding = Guarding(self, self._gate, virtual=clock == "virtual")
        self.executor = Executor(
            info.name, drivers, SqlJournal(journal, self._lab_wrote, self._slow), self._signals,
            make_clock(clock, goes_on_at_s(stand, str(info.config.get("clock")), clock, datetime.now(UTC))),
            policy=RecoveryPolicy(campaign.lab.recovery),
            inbox=GuardedInbox(SqlInbox(Requests(database, info.id)), self._guarding.objection),
            watch=Watch(campaign.lab.interlocks),
        )  # fmt: skip
        self._enough, self._worth, self._helped = Enough(campaign), Worth(campaign, info.seed), Helped()
        self._impasse = Impasse(self.executor)
        self._blocked, self._blocked_at, self._renewed_s = "", 0, time.monotonic()
        self._clock_text = clock
        self._stand = stand

    def go(self) -> str:
        """Run to the end; the reason for stopping.

        Raises:
            RefusedError: the guard refused a design.
            InfeasibleError: no timetable exists.
            RecordsError: the disk is full or not writable; resume when mended.
            KeyboardInterrupt: Ctrl-C; everything committed so far stays.
        """
        if self.state.finished is not None:
            return self.state.finished
        stand = self._stand
        if self._journal.head < 0:
            self._start()
        else:
            self.executor.restore(stand.tail, self.executor.clock, state=stand.lab, first=stand.seq + 1)
            self.tell("resuming", f"from {self._journal.head + 1} journal entries")
        self._helped = helped(self.campaign, self._database, self.folder, self.state.started)
        self.executor.open(lab_opened(self.campaign.lab, self.executor.clock.now_s(), self._clock_text))
        try:
            return self._rounds()
        finally:
            self.executor.flush()
            self._notifier.close()

    def _start(self) -> None:
        self.note(
            "campaign_started",
            {
                "campaign": self.campaign.name, "seed": self._info.seed, "clock": self._clock_text,
                **twin_model(self.campaign, self.map),
                **taken_along(self.campaign, self._database, self.folder),
            },
        )  # fmt: skip

    def _rounds(self) -> str:
        if self.state.digest is None:
            self.tell("reading")
            reading = read_literature(
                self.campaign, self._database, lambda p: self.tell("reading", f"{p.done} of {p.total} articles")
            )
            self.note("digest_made", to_plain(reading.digest))
            self.tell("reading", reading.said)
        while True:
            self._analyse()
            self._keep_lease()
            self._tell_standstill()
            if self.executor.listen():
                self._blocked = ""  # a person may have cleared the way
                self._guarding.look_soon()
            if self._blocked and self._impasse.steps_ended() != self._blocked_at:
                self._blocked = ""  # what was under way has gone on
            if self._guarding.look_at_approvals():
                return self._wait(self.state.lapsed)
            if self.executor.state.wants_plan:
                self._replan(self.executor.state.wants_plan)
            elif self.executor.state.late:
                self._replan(self.executor.state.late, needed=False)
            reason = self._stop_reason()
            if reason is None and not (self._blocked or self._guarding.awaiting) and self._may_propose():
                try:
                    self._propose()
                except InfeasibleError as error:
                    if self.executor.state.idle and not self._impasse.given_up_outside():
                        raise
                    # vials that are under way, asked about or given up hold places that the next batch needs
                    self._blocked, self._blocked_at = str(error), self._impasse.steps_ended()
            elif not self.executor.step() and not (
                self._impasse.may_plan_anew() and self._replan("nothing can go on as planned")
            ):
                if (question := self._impasse.question(self._blocked)) is not None:
                    self.executor.ask(question)
                state = self.executor.state
                if self._clock_text == "virtual" and self._impasse.may_clear_by_itself():
                    self.executor.clock.wait_until(self.executor.clock.now_s() + _LOOK_AGAIN_S)
                    continue
                if (self._blocked or not state.idle) and self.executor.waits_for_person:
                    if self._clock_text == "virtual":
                        return self._wait(f"{self._impasse.told()}; {self._blocked}" if self._blocked else "")
                    self.executor.clock.idle()
                    continue
                if state.aborted:
                    reason = f"aborted by {state.aborted}"
                elif self._guarding.awaiting and reason is None:
                    if self._clock_text == "virtual":
                        return self._wait(self._guarding.awaiting)
                    self.executor.clock.idle()
                    continue
                elif reason is None or self._blocked:
                    reason = "; ".join(filter(None, (self._impasse.told(), self._blocked)))
                return self._finish(reason)

    def _tell_standstill(self) -> None:
        state = self.executor.state
        if state.stopped:
            self.tell(
                "stopped", f"emergency stop by {state.stopped}; go on: aichemist control {self._info.name} restart"
            )
        elif state.paused:
            self.tell("paused", f"paused by {state.paused}; go on: aichemist control {self._info.name} resume")

    def _save(self, *, now: bool = False) -> None:
        self.executor.flush()
        now_s = self.executor.clock.now_s() if self._clock_text == "virtual" else 0.0
        self._snapshots.maybe(self.executor.state, self.state, now_s=now_s, now=now)

    def _keep_lease(self) -> None:
        """Renewed long before it ends, so that nobody else takes the lab for free."""
        if self._lease is not None and time.monotonic() - self._renewed_s > self._lease.seconds / 4:
            self._lease.renew()
            self._renewed_s = time.monotonic()

    # ---------------------------------------------------------------- propose, review, schedule

    def _may_propose(self) -> bool:
        if self.executor.state.aborted or PLACES in self.executor.state.questions:
            return False
        pending = [b for b in self.state.planned if self._waiting_for(b)]
        unplanned = set(self.state.designs) - self.state.planned
        return bool(unplanned) or (
            len(pending) < self.campaign.batches_in_flight and self._proposed() < self.campaign.goal.budget_samples
        )

    def _proposed(self) -> int:
        return sum(len(d.proposals) for d in self.state.designs.values())

    def _waiting_for(self, batch: int) -> list[str]:
        """Samples of a batch that may still give an observation."""
        return self._tally.waiting(self.executor.state, batch)

    def _propose(self) -> None:
        unplanned = sorted(set(self.state.designs) - self.state.planned)
        batch = unplanned[0] if unplanned else len(self.state.designs) + 1
        if not unplanned:
            self.tell("thinking", f"designing batch {batch}")
            self._design(batch)
        design = self.state.designs[batch]
        experiments = self.experiments(batch)
        permit = self._gate.look(design, experiments, self._stock_used())
        if self.state.reviews.get(batch) != from_plain(to_plain(permit.review), Review):  # rules may have changed since
            payload = {"batch": batch, "review": to_plain(permit.review), "subject": permit.subject.hash}
            self.note("design_reviewed", payload)
        if not self._guarding.permitted(batch, permit) or not self._make_room(len(experiments)):
            return
        now = self.executor.clock.now_s()
        timetable = self._scheduler.plan(
            self.campaign.lab, experiments, now_s=now, frozen=self._frozen(), robot_at=self._robots_at()
        )
        planned = batch_planned(batch, now, experiments, timetable)
        faithful(planned, experiments, whole=True)
        permit = self._gate.confirm(permit, experiments)  # it may have been withdrawn, or have expired, meanwhile
        if not self._guarding.permitted(batch, permit):
            return
        if permit.verdict is not None:
            self.note("approval_used", self._gate.record(permit, batch))
        self.executor.add(planned)
        self.state.take("batch_planned", {"batch": batch})
        self._save()
        self.tell("running", f"batch {batch} on its way")

    def _make_room(self, vials: int) -> bool:
        """Finished vials stay in the starting station until a person takes them; on the twin nobody need be asked."""
        lab, state = self.campaign.lab, self.executor.state
        places = sum(s.slots for s in lab.with_role("start"))
        taken = sum(bool(v.place) for v in state.samples.values())
        if taken + vials <= places:
            return True
        if all(d.driver == "twin" for d in lab.stations) and all(r.driver == "twin" for r in lab.robots):
            self.executor.control("clear", "twin", "room for the next batch")
            return True
        if not state.idle and self.executor.step():  # more may come home meanwhile
            return False
        text = f"please take the finished vials from the starting station and put {vials} empty ones there"
        choices = {"done": "it is done"}
        self.executor.ask(QuestionAsked(PLACES, self.executor.clock.now_s(), (), text, choices, 2))
        return False

    def _design(self, batch: int) -> None:
        from aichemist.brain import design_batch, judge_hypothesis, with_refuted

        campaign, state = self.campaign, self.state
        if batch > 1 and batch - 1 not in state.judgements:
            before = state.designs[batch - 1]
            judgement = judge_hypothesis(before.hypothesis, self._judging(before.hypothesis))
            self.note("hypothesis_judged", {"batch": batch - 1, "judgement": judgement})
        size = cheapest_size(campaign, min(campaign.goal.batch_size, campaign.goal.budget_samples - self._proposed()))
        pending = [
            p.recipe
            for number, design in sorted(state.designs.items())
            for i, p in enumerate(design.proposals, 1)
            if sample_name(number, i) in self._waiting_for(number)
        ]
        design = self._guarding.inside(
            batch,
            lambda within: design_batch(
                space=campaign.space, objective=campaign.goal.objectives, protocol=campaign.protocol.name, batch=batch,
                observations=tuple(state.observations), pending=pending, n=size, learner=campaign.learner,
                seed=self._info.seed, digest=state.digest,
                remaining=campaign.goal.budget_samples - self._proposed(), theory=self._helped.theory,
                earlier=self._helped.earlier, cost=campaign.cost, within=within,
            ),
        )  # fmt: skip
        judged = {n: (d.hypothesis, state.judgements[n]) for n, d in state.designs.items() if n in state.judgements}
        design = evolve(design, hypothesis=with_refuted(design.hypothesis, judged))
        self.note("design_proposed", to_plain(design))

    def _judging(self, hypothesis: Hypothesis) -> list[Observation]:
        """A hypothesis about one objective is judged by that one alone."""
        state = self.state
        return state.observations if "front_gain" in hypothesis.numbers else state.of(self.campaign.objective.name)

    def experiments(self, batch: int) -> list[Experiment]:
        return experiments_of(self.campaign, self.state, batch)

    def _stock_used(self) -> dict[str, float]:
        for batch in self.state.planned - self._used.keys():
            own = self._used[batch] = {}
            for experiment in self.experiments(batch):
                for step in experiment.steps:
                    for name, amount in amounts(step).items():
                        own[name] = own.get(name, 0.0) + amount
        used: dict[str, float] = {}
        for _, own in sorted(self._used.items()):
            for name, amount in own.items():
                used[name] = used.get(name, 0.0) + amount
        return used

    def _frozen(self) -> list[Task]:
        return frozen_tasks(self.executor.state, self.executor.clock.now_s())

    def _replan(self, why: str, *, needed: bool = True) -> bool:
        """Put a new plan in force for what has not begun; whether there is one. Without need only a better one."""
        state, now = self.executor.state, self.executor.clock.now_s()
        batches = sorted({s.batch for s in state.samples.values() if s.status == "active" or s.rides})
        experiments = {e.sample: e for b in batches for e in self.experiments(b)}
        plan = new_plan(state, self.campaign.lab, experiments, now, why, needed=needed)
        if plan is not None:
            faithful(plan, list(experiments.values()), whole=False)
        if plan is None:
            if state.wants_plan or state.late:
                self.executor.revise(PlanRevised(now, why, (), ()))
            return False
        self.executor.revise(plan)
        self.tell("running", f"new plan: {why}")
        return True

    def _wait(self, reason: str = "") -> str:
        """Leave the run open until a person has answered, or taken away what is in the way."""
        self.executor.flush()
        if not reason:
            reason = f"waits for a person: {self._impasse.what_waits()}"
        self._save(now=True)
        self._journal.set_status("waiting")
        self.tell("waiting", reason)
        return reason

    def _robots_at(self) -> dict[str, str]:
        return robots_at(self.executor.state)

    # ---------------------------------------------------------------- analyse, stop

    def _analyse(self) -> None:
        self._tally.update(self.executor.state, self.state.observations)
        main = [a.kind for a in self._analysers]
        kinds = dict.fromkeys(kind for a in self._analysers for kind in (a.kind, *a.also_reads))
        for sample, names in self._tally.unread(self.executor.state):
            # of each kind the first to be read, so that what is observed does not depend on when it is looked at
            found = {k: next((n for n in names if f".{k}." in n), None) for k in kinds}
            if not any(found[kind] for kind in main):
                continue
            status = self.executor.state.samples[sample].status
            if None in found.values() and status == "active":
                continue  # what is lacking may still come
            self._observe(sample, {kind: name for kind, name in found.items() if name is not None})

    def _observe(self, sample: str, files: Mapping[str, str]) -> None:
        """One observation for each objective; those that a process wrote before it died are not made again."""
        batch = self.executor.state.samples[sample].batch
        recipe = self.state.designs[batch].proposals[int(sample.rsplit("-", 1)[1]) - 1].recipe
        signals = {kind: self._signals.read(name) for kind, name in files.items()}
        self.executor.flush()
        before = next((o for o in self.state.observations if o.sample == sample), None)
        doses = self.state.doses.get(sample, [])
        got = before.realised if before else realised(recipe, self.campaign.protocol, self.campaign.space, doses)
        for objective, analyser in zip(self.campaign.goal.objectives, self._analysers, strict=True):
            if any(o.sample == sample for o in self.state.of(objective.name)):
                continue
            value, uncertainty, details, problem = _found(analyser, objective, signals)
            used = tuple(files[k] for k in (analyser.kind, *analyser.also_reads) if k in files)
            made_by = _maker_of_signals([s for k, s in signals.items() if k in (analyser.kind, *analyser.also_reads)])
            record = Observation(
                sample, batch, recipe, objective.name, value, uncertainty, objective.unit, made_by, used, details,
                problem, self.executor.state.lab_time_s, got,
            )  # fmt: skip
            self._journal.append_observation(("observation_made", to_plain(record), record.lab_time_s), record)
            self.state.take("observation_made", to_plain(record))
        self._tally.update(self.executor.state, self.state.observations)
        self.tell("running")

    def _stop_reason(self) -> str | None:
        campaign, state = self.campaign, self.state
        reason = self._enough.reason_to_stop(state, self._waiting_for)
        if reason is None and not any(map(self._waiting_for, state.planned)):
            reason = self._worth.reason_to_stop(state, self._helped)
        if reason is not None:
            return reason
        all_planned = set(state.designs) <= state.planned
        if all_planned and self._proposed() >= campaign.goal.budget_samples and self.executor.state.idle:
            lost = len(self._impasse.quarantined())
            spent = f"budget of {campaign.goal.budget_samples} samples spent"
            return spent + (f", {lost} of them quarantined" if lost else "")
        return None

    def _finish(self, reason: str) -> str:
        last = max(self.state.designs, default=0)
        if last and last not in self.state.judgements:
            from aichemist.brain import judge_hypothesis

            hypothesis = self.state.designs[last].hypothesis
            judgement = judge_hypothesis(hypothesis, self._judging(hypothesis))
            self.note("hypothesis_judged", {"batch": last, "judgement": judgement})
        self.note("campaign_finished", {"reason": reason}, status="finished")
        self._save(now=True)
        self.tell("finished", reason)
        return reason

    # ---------------------------------------------------------------- small things

    def note(self, kind: str, payload: dict[str, Any], *, status: str | None = None) -> None:
        """Write an entry of the campaign, and take it up as a resumed run would."""
        self.executor.flush()
        entry = (kind, payload, self.executor.clock.now_s())
        if status is None:
            self._journal.append([entry])
        else:
            self._journal.finish(entry, status)
        self._notify(kind, payload)
        self.state.take(kind, payload)

    def _lab_wrote(self, kind: str, payload: Mapping[str, Any]) -> None:
        """An entry of the lab: what was dosed belongs to what is learnt from the sample."""
        if kind in LAB_KINDS:
            self.state.take(kind, payload)
        self._notify(kind, payload)

    def _notify(self, kind: str, payload: Mapping[str, Any]) -> None:
        if self._notifier:
            self._notifier.take(kind, self._shown(payload))

    def _slow(self, seconds: float) -> None:
        self.tell("slow", f"the disk or database is slow: the last write took {seconds:.1f} s; the lab waits for it")

    def tell(self, phase: str, note: str = "") -> None:
        if self._listener is None:
            return
        self._listener(
            Progress(
                phase,
                len({o.sample for o in self.state.observations}),
                self.campaign.goal.budget_samples,
                len(self.state.planned),
                self.executor.clock.now_s(),
                self._tally.best,
                self._shown(note),
            )
        )


def _found(
    analyser: Analyser, objective: Objective, signals: Mapping[str, Signal]
) -> tuple[float, float, Mapping[str, float], str]:
    if analyser.kind not in signals:
        return math.nan, math.nan, {}, f"no {analyser.kind.replace('_', ' ')} was recorded"
    # an analyser that needs one signal alone may be written without the third argument
    more = ({k: signals[k] for k in analyser.also_reads if k in signals},) if analyser.also_reads else ()
    return analyser.analyse(signals[analyser.kind], objective, *more)


def _mark(campaign: Campaign) -> str:
    """What every message says where there is a twin in the lab."""
    lab = campaign.lab
    twins = [s.driver == "twin" for s in lab.stations] + [r.driver == "twin" for r in lab.robots]
    return "simulated" if all(twins) else "partly simulated" if any(twins) else ""


def _maker_of_signals(signals: Sequence[Signal]) -> MadeBy:
    """The twin where any of the signals is simulated: what rests on a simulation is never shown as measured."""
    makers = {str(s.metadata.get("made_by", "twin")) for s in signals}
    return "twin" if "twin" in makers else "person" if "person" in makers else "instrument"


def robots_at(state: State) -> dict[str, str]:
    """The station at which each robot last worked."""
    last: dict[str, tuple[float, str]] = {}
    for known in state.tasks.values():
        task = known.work.task
        if task.operation in ("load", "unload") and known.started_s is not None:
            last[task.device] = max(last.get(task.device, (-1.0, "")), (known.started_s, task.station))
    return {robot: station for robot, (_, station) in last.items()}
