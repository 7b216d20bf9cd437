"""Joins the pure core with the journal, the devices and the clock."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from attrs import define, field

from aichemist.chemistry import DriverError, DuplicateCommandError

from ..drivers import Command, Done, Driver, Failed, NeverReceived, Running, Status, Unknown
from ._answers import event_of
from ._clock import Clock
from ._contracts import Entries, Inbox, Journal, JournalEntry, NoRequests, SignalStore
from ._control import devices_stopped, taken_by
from ._core import decide
from ._events import (
    BatchPlanned,
    CommandAccepted,
    CommandIssued,
    LabEvent,
    LabOpened,
    PlanRevised,
    Ticked,
    decode,
    encode,
)
from ._evolve import evolve
from ._faults import Controlled, DeviceBack, DeviceLost, QuestionAsked
from ._interlocks import Watch
from ._policy import RecoveryPolicy
from ._requests import to_events
from ._state import State

_log = logging.getLogger(__name__)

#: lab time between two attempts to reach a device that was lost (s)
_AGAIN_S = 30.0
#: answers that go into one transaction at most
_AT_ONCE = 200


@define
class _Batch:
    """What was decided and is not written yet, and what is to be done once it is."""

    entries: list[JournalEntry] = field(factory=list)
    send: list[Command] = field(factory=list)
    taken: list[str] = field(factory=list)
    stop: list[Sequence[str] | None] = field(factory=list)


class Executor:
    """Carries timetables out by status, not by clock times.

    The order of things is what makes it safe: an intent is committed before its command is sent; raw data are on
    disk before the journal says that a command is done; after a crash every open command is reconciled by its id.
    An emergency stop is the one exception: devices stop first, the journal follows.
    """

    def __init__(
        self,
        run: str,
        drivers: Mapping[str, Driver],
        journal: Journal,
        signals: SignalStore,
        clock: Clock,
        *,
        policy: RecoveryPolicy | None = None,
        inbox: Inbox | None = None,
        watch: Watch | None = None,
    ) -> None:
        self._run, self._drivers, self._journal, self._signals = run, drivers, journal, signals
        self._clock, self._policy, self._inbox = clock, policy or RecoveryPolicy(), inbox or NoRequests()
        self._watch = watch or Watch(())
        self._unsaved: list[LabEvent] = []
        self._numbers: dict[str, int] = {}  # open command -> number of its intent in the journal
        self._unsent: set[str] = set()  # commands that no device is known to have received
        self._ask_again_s: dict[str, float] = {}
        self._batch = _Batch()
        self.state = State()

    @property
    def clock(self) -> Clock:
        return self._clock

    @property
    def waits_for_person(self) -> bool:
        """Whether nothing can go on before somebody answers or lets go."""
        state = self.state
        return bool(state.paused or state.stopped or state.held or state.tripped or state.questions) or any(
            s.held for s in state.samples.values()
        )

    def open(self, lab: LabOpened) -> None:
        """Tell the core of the lab, once or when the lab has changed."""
        state = self.state
        known = (dict(state.slots), dict(state.robots), state.patient, state.chambers, state.parallel)
        told = (dict(lab.slots), dict(lab.robots), *map(frozenset, (lab.patient, lab.chambers, lab.parallel)))
        if known != told or (state.remind_s, state.limit_s) != (lab.remind_s, lab.limit_s):
            self._happened(lab)

    def restore(self, entries: Entries, clock: Clock, *, state: State | None = None, first: int = 0) -> None:
        """Fold the journal, then reconcile each open command with its device. Nothing is sent a second time.

        Args:
            state: a snapshot of the state; ``entries`` are then those after it, the first with number ``first``.
        """
        commands: dict[str, Command] = {}
        taken: list[str] = []
        if state is not None:
            self.state = state
            commands = {c: self._again(t) for c, t in state.open_commands.items()}
        for number, (kind, payload) in enumerate(entries, first):
            event = decode(kind, payload)
            if event is not None:
                taken += taken_by(self.state, event)
                self.state = evolve(self.state, event)
                if isinstance(event, CommandIssued):
                    commands[event.command.id] = event.command
                    self._numbers[event.command.id] = number
        self._clock = clock
        self._taken_away(taken)  # perhaps the devices were not told before the crash
        # in the order of issue, so that a resumed run sends as the uninterrupted one would have
        for command_id, command in commands.items():
            if command_id in self.state.open_commands:
                self._reconcile(command)

    def ask(self, question: QuestionAsked) -> None:
        """Put a question of the campaign's own to people."""
        self._happened(question, actor="campaign")

    def control(self, what: str, who: str, why: str = "") -> None:
        """Take a hand from this process; see ``CONTROLS``."""
        self._happened(Controlled(what, "", self._clock.now_s(), who, why), actor=who)

    def listen(self) -> bool:
        """Take up what people ask; whether anything was done. Steps do so, too."""
        return self._requests()

    def add(self, batch: BatchPlanned) -> None:
        """Put a timetable in force."""
        self._happened(batch, actor="scheduler")

    def revise(self, plan: PlanRevised) -> None:
        """Put another timetable in force for what has not begun."""
        self._happened(plan, actor="scheduler")

    def step(self) -> bool:
        """Take up what people ask and devices report, start what is due, and let time pass until the next event.

        Returns False when nothing runs and nothing can start.
        """
        if self._requests() or self._sensors():
            return True
        now = self._clock.now_s()
        answers: list[tuple[float, str, Status]] = []
        for command_id, task_id in self.state.open_commands.items():
            device = self.state.tasks[task_id].work.task.device
            status = self._status(device, command_id, now)
            if isinstance(status, Done | Failed):
                answers.append((status.at_s, command_id, status))
            elif isinstance(status, NeverReceived | Unknown):
                answers.append((now, command_id, status))
            elif status.expected_end_s not in (None, self.state.tasks[task_id].expected_end_s):
                self._note(CommandAccepted(command_id, self.state.lab_time_s, status.expected_end_s))
        if answers:
            answers.sort(key=lambda a: a[:2])
            for first in range(0, len(answers), _AT_ONCE):
                for at_s, command_id, answer in answers[first : first + _AT_ONCE]:
                    if command_id in self.state.open_commands:  # not ended by what came before
                        self._answered(command_id, at_s, answer)
                self._commit()
            return True
        if self._due(now) and self._happened(Ticked(now)):
            return True
        return self._sleep(now)

    def flush(self) -> None:
        """Commit what is only noted."""
        if self._unsaved:
            events, self._unsaved = self._unsaved, []
            self._journal.append([self._entry(e, "executor", None) for e in events])

    def stop(self, who: str = "executor", why: str = "") -> None:
        """Emergency stop: all devices first, one after another whatever happens, then the journal."""
        self._stop_devices()
        self._happened(Controlled("stop", "", self._clock.now_s(), who, why), actor=who)

    # ---------------------------------------------------------------- people and sensors

    def _requests(self) -> bool:
        taken = False
        for request in self._inbox.waiting():
            events, problem = to_events(self.state, request, self._clock.now_s())
            if request.kind == "stop" and not problem:
                self._stop_devices(devices_stopped(self.state, str(request.payload.get("target", ""))))
            if problem:
                self._inbox.refuse(request.id, problem)
                continue
            for i, event in enumerate(events):
                self._happened(event, actor=request.who, taking=(request.id,) if i == len(events) - 1 else ())
            taken = True
        return taken

    def _sensors(self) -> bool:
        events = self._watch.look(self.state, self._drivers, self._clock.now_s())
        for event in events:
            self._happened(event, actor="interlock")
        return bool(events)

    def _stop_devices(self, names: Sequence[str] | None = None) -> None:
        for name, driver in self._drivers.items():
            try:
                if names is None or name in names:
                    driver.stop()
            except Exception as error:  # the others must stop whatever this one does
                _log.error("%s could not be told to stop: %s", name, error)

    def _taken_away(self, samples: Sequence[str]) -> None:
        for driver in self._drivers.values():
            try:
                for sample in samples:
                    driver.removed(sample, self._clock.now_s())
            except DriverError:
                continue

    # ---------------------------------------------------------------- devices

    def _status(self, device: str, command_id: str, now: float) -> Status:
        """What the device says; ``Running`` while it cannot be reached."""
        if self._ask_again_s.get(device, now) > now:
            return Running()
        try:
            status = self._drivers[device].status(command_id, now)
        except DuplicateCommandError:
            raise
        except DriverError as error:
            self._lost(device, str(error))
            return Running()
        self._found(device)
        return status

    def _lost(self, device: str, reason: str) -> None:
        # at round times, so that a restart in between changes nothing
        self._ask_again_s[device] = (self._clock.now_s() // _AGAIN_S + 1) * _AGAIN_S
        if device not in self.state.lost:
            self._happened(DeviceLost(device, self._clock.now_s(), reason), actor=device)

    def _found(self, device: str) -> None:
        self._ask_again_s.pop(device, None)
        if device in self.state.lost:
            self._happened(DeviceBack(device, self._clock.now_s()), actor=device)

    def _reconcile(self, command: Command) -> None:
        status = self._status(command.device, command.id, self._clock.now_s())
        if isinstance(status, NeverReceived):
            self._send(command)
        elif isinstance(status, Running) and command.device not in self.state.lost:
            end = status.expected_end_s
            if end is None:  # what was known, or a person said, stands: as it would without a restart
                end = self.state.tasks[self.state.open_commands[command.id]].expected_end_s
            self._note(CommandAccepted(command.id, self.state.lab_time_s, end))
        elif command.device in self.state.lost:
            self._unsent.add(command.id)
        # done, failed and unknown answers are taken up in order by the next step

    def _again(self, task_id: str) -> Command:
        """The command of an open task, as it was given: after a snapshot its intent is not at hand."""
        task = self.state.tasks[task_id]
        plan = task.work.task
        samples = self.state.given.get(task.command_id, plan.samples)
        return Command(
            task.command_id, plan.id, plan.operation, plan.device, plan.station, samples, task.work.parameters,
            {s: task.work.per_sample[s] for s in samples if s in task.work.per_sample},
        )  # fmt: skip

    def _answered(self, command_id: str, at_s: float, answer: Status) -> None:
        task_id = self.state.open_commands[command_id]
        plan = self.state.tasks[task_id].work.task
        samples = self.state.given.get(command_id, plan.samples)
        cause = self._numbers.get(command_id)
        if isinstance(answer, NeverReceived) and command_id in self._unsent:
            self._send(self._again(task_id))
            return
        event = event_of(answer, command_id, plan.operation, samples, at_s, self._signals)
        self._take(event, plan.device, cause)
        if command_id not in self.state.open_commands:
            self._numbers.pop(command_id, None)
            self._unsent.discard(command_id)

    def _send(self, command: Command) -> None:
        try:
            answer = self._drivers[command.device].submit(command, self.state.lab_time_s)
        except DuplicateCommandError:
            self._unsent.discard(command.id)  # it has it already: its status tells the rest
            return
        except DriverError as error:
            self._unsent.add(command.id)
            self._lost(command.device, str(error))
            return
        self._unsent.discard(command.id)
        if isinstance(answer, Running):
            self._note(CommandAccepted(command.id, self.state.lab_time_s, answer.expected_end_s))
        # a refusal is read back by status() and taken up in order by the next step

    # ---------------------------------------------------------------- time

    def _due(self, now: float) -> bool:
        start = self.state.next_start_s
        late = now + 1e-6
        return (start is not None and start <= late) or any(t <= late for t in self._limits())

    def _limits(self) -> list[float]:
        """When questions and commands become overdue, and people are reminded."""
        state = self.state
        due = [q.due_s for q in state.questions.values() if q.due_s is not None]
        tasks = [state.tasks[t] for t in state.open_commands.values()]
        return [*due, *(at_s for t in tasks for at_s in (t.deadline_s, t.remind_at_s) if at_s is not None)]

    def _sleep(self, now: float) -> bool:
        state = self.state
        ends = [
            end for task_id in state.open_commands.values() if (end := state.tasks[task_id].expected_end_s) is not None
        ]
        starts = [s for s in state.ready.values() if s > now + 1e-6]
        again = self._ask_again_s.values()
        wake = min((t for t in (*ends, *starts, *self._limits(), *again) if t > now + 1e-6), default=None)
        if wake is not None and not (state.paused or state.stopped):
            self._clock.wait_until(wake)
            return True
        asked = not (state.paused or state.stopped) and all(c in state.questions for c in state.open_commands)
        if (state.open_commands or state.paused or state.stopped) and not (asked and wake is None):
            if wake is not None and state.open_commands:
                self._clock.wait_until(wake)
            else:
                self._clock.idle()  # only a person can go on: lab time need not pass
            return True
        return False

    # ---------------------------------------------------------------- journal

    def _happened(
        self, event: LabEvent, *, actor: str = "executor", cause: int | None = None, taking: Sequence[int] = ()
    ) -> bool:
        """One event with all that follows from it, committed and carried out; whether anything followed."""
        followed = self._take(event, actor, cause)
        self._commit(taking)
        return followed

    def _take(self, event: LabEvent, actor: str = "executor", cause: int | None = None) -> bool:
        """Decide on an event; what is to be written and done gathers until :meth:`_commit`."""
        batch = self._batch
        state, said = decide(self.state, event, run=self._run, policy=self._policy)
        batch.taken += [s for one in (event, *said) for s in taken_by(self.state, one)]
        stops = [one for one in said if isinstance(one, Controlled) and one.what == "stop"]
        batch.stop += [devices_stopped(self.state, one.target) for one in stops]
        for noted in self._unsaved:
            batch.entries.append(self._entry(noted, "executor", None))
        self._unsaved = []
        own = cause
        if not isinstance(event, Ticked):
            own = self._journal.next_number + len(batch.entries)
            batch.entries.append(self._entry(event, actor, cause))
        for one in said:
            if isinstance(one, CommandIssued):
                self._numbers[one.command.id] = self._journal.next_number + len(batch.entries)
                batch.send.append(one.command)
            batch.entries.append(self._entry(one, "executor", own))
        self.state = state
        return bool(said)

    def _commit(self, taking: Sequence[int] = ()) -> None:
        """Write what was decided in one transaction, then do it."""
        batch, self._batch = self._batch, _Batch()
        if batch.entries:
            self._journal.append(batch.entries, taking)
        for names in batch.stop:
            self._stop_devices(names)
        if batch.taken:
            self._taken_away(batch.taken)
        for command in batch.send:
            self._send(command)

    def _entry(self, event: LabEvent, actor: str, cause: int | None) -> JournalEntry:
        """At the time at which it became known, which may be later than it happened: from there a restart goes on."""
        kind, payload = encode(event)
        return JournalEntry(kind, payload, max(event.at_s, self._clock.now_s()), actor, cause)

    def _note(self, event: LabEvent) -> None:
        """Remember without a commit of its own: losing it in a crash costs nothing, the device is asked again. News of
        a delay is committed, since a new plan follows from it."""
        before, self.state = self.state.late, evolve(self.state, event)
        self._unsaved.append(event)
        if self.state.late != before:
            self.flush()
