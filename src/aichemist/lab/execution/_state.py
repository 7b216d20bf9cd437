"""The state of the lab as execution knows it. No I/O, no clock, no threads."""

from __future__ import annotations

from typing import Literal

from attrs import field, frozen
from immutables import Map

from ._events import Work
from ._faults import CommandFaulted, InterlockTripped, QuestionAsked

TaskStatus = Literal["planned", "issued", "faulted", "done", "failed", "in doubt", "skipped", "dropped"]
SampleStatus = Literal["active", "finished", "quarantined", "discarded"]

#: operations of chambers, where a lab was not told of: vials that stand there take part whether meant or not; robots
#: carry all that still goes along
TOGETHER = frozenset({"load", "unload", "centrifuge", "shake", "dry", "calcine"})
#: done also for vials that are given up
CLEAN_UP = frozenset({"cap"})
FINISHED = ("done", "failed", "in doubt", "skipped", "dropped")


@frozen
class TaskState:
    """A task, how far it is, and its real times.

    Attributes:
        attempts: how often it was begun, or will have been with the next command.
        only: the samples for which it is repeated; ``None`` for all.
        without: samples for which a person skips it.
        deadline_s: from here on it is overdue; ``None`` where the device may take its time.
        remind_at_s: when the person who does it is reminded.
        late_end_s: its expected end when a delay of it was told of last; ``None`` when none was.
    """

    work: Work
    status: TaskStatus = "planned"
    waits_for: frozenset[str] = frozenset()
    command_id: str = ""
    started_s: float | None = None
    ended_s: float | None = None
    expected_end_s: float | None = None
    attempts: int = 1
    only: tuple[str, ...] | None = None
    without: frozenset[str] = frozenset()
    deadline_s: float | None = None
    fault: CommandFaulted | None = None
    remind_at_s: float | None = None
    late_end_s: float | None = None


@frozen
class SampleState:
    """A vial: whether it goes on, where it stands, and when its last protocol step ended.

    ``rides``: given up, but still carried home with the others. ``held``: why nothing is done to it now.
    """

    batch: int
    status: SampleStatus = "active"
    place: str = ""
    reason: str = ""
    last_step_end_s: float | None = None
    open_tasks: int = 0
    rides: bool = False
    held: str = ""
    home: str = ""


@frozen(slots=False)  # with a __dict__ a copy of its 25 fields costs a third: see _replace.py
class State:
    """Everything the core needs. Maps are persistent (HAMT), so that old states stay valid and copies are cheap.

    Attributes:
        ready: task -> planned start, for tasks that wait for nothing but time, a place or a permission.
        faulted: command -> task, for commands that ended badly and wait for a decision.
        given: open command -> the samples that it names.
        busy: device -> command.
        files: sample -> names of its raw data files, in the order of measurement.
        slots, robots: how many vials a station or robot holds; empty where the lab was not told of.
        remind_s, limit_s: see :class:`~aichemist.lab.execution.LabOpened`.
        inside: station or robot -> vials that stand there, come there, or may be there.
        paused, stopped, aborted: by whom and why; empty when not.
        held, lost: device -> why it gets no commands.
        wants_plan: why the plan has to be made anew; empty when it is good.
        late: what takes so much longer than planned that another plan may be better; empty when nothing does.
        revisions: how often it was.
    """

    lab_time_s: float = 0.0
    tasks: Map[str, TaskState] = field(factory=Map)
    followers: Map[str, tuple[str, ...]] = field(factory=Map)
    ready: Map[str, float] = field(factory=Map)
    open_commands: Map[str, str] = field(factory=Map)
    faulted: Map[str, str] = field(factory=Map)
    given: Map[str, tuple[str, ...]] = field(factory=Map)
    busy: Map[str, str] = field(factory=Map)
    samples: Map[str, SampleState] = field(factory=Map)
    files: Map[str, tuple[str, ...]] = field(factory=Map)
    slots: Map[str, int] = field(factory=Map)
    robots: Map[str, int] = field(factory=Map)
    patient: frozenset[str] = frozenset()
    chambers: frozenset[str] = frozenset()
    parallel: frozenset[str] = frozenset()
    inside: Map[str, frozenset[str]] = field(factory=Map)
    questions: Map[str, QuestionAsked] = field(factory=Map)
    tripped: Map[str, InterlockTripped] = field(factory=Map)
    held: Map[str, str] = field(factory=Map)
    lost: Map[str, str] = field(factory=Map)
    paused: str = ""
    stopped: str = ""
    aborted: str = ""
    wants_plan: str = ""
    late: str = ""
    revisions: int = 0
    remind_s: float | None = None
    limit_s: float | None = None

    @property
    def next_start_s(self) -> float | None:
        """Earliest planned start among tasks that wait for nothing but time."""
        return min(self.ready.values(), default=None)

    @property
    def idle(self) -> bool:
        return not self.open_commands and not self.ready and not self.faulted

    def unfinished_tasks(self) -> list[TaskState]:
        return [t for t in self.tasks.values() if t.status not in FINISHED]


def together(state: State, station: str, operation: str) -> bool:
    """Whether an operation takes all vials that stand or lie together, riders too."""
    if operation in ("load", "unload"):
        return True
    return station in state.chambers if state.slots else operation in TOGETHER


def crew(state: State, task: TaskState) -> tuple[str, ...]:
    """The samples that a task's command would name now; empty when nothing is left to do in it.

    A vial that does not stand where the task expects it is left out.
    """
    plan = task.work.task
    meant, along = [], []
    origin = plan.device if plan.operation == "unload" else plan.station
    for name in plan.samples:
        vial = state.samples[name]
        if state.slots and vial.place != origin:
            continue
        works = (
            vial.status == "active" and name not in task.without and (task.only is None or name in task.only)
        ) or (vial.rides and plan.operation in CLEAN_UP)  # fmt: skip
        if works:
            meant.append(name)
        elif vial.rides or (vial.status == "active" and task.only is None):
            along.append(name)
    if not together(state, plan.station, plan.operation):
        return tuple(meant)
    if not meant and plan.step is not None:
        return ()
    chosen = {*meant, *along}
    return tuple(s for s in plan.samples if s in chosen)
