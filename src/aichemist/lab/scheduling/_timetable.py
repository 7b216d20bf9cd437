"""What scheduling hands to execution, and the seam behind which any scheduler may stand."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

from attrs import field, frozen

from aichemist.chemistry import Experiment

from ..layout import Lab


@frozen
class Task:
    """One command to come.

    Attributes:
        id: unique in the run and the same whenever the same plan is made again.
        operation: as in ``chemistry.OPERATIONS``.
        device: the station or robot that does it.
        station: where: for ``load`` the station the vials are picked from, for ``unload`` the one they are placed on.
        samples: the vials, processed or moved together.
        step: index of the protocol step, ``None`` for transport and buffering.
        start_s, end_s: planned lab time. A task never starts before ``start_s``; it may start later.
        after: ids of tasks that must have finished first: the sample's own history and the order on shared
            resources, so that executing by status alone never breaks a capacity.
    """

    id: str
    operation: str
    device: str
    station: str
    samples: tuple[str, ...]
    step: int | None
    start_s: float
    end_s: float
    after: tuple[str, ...] = ()


@frozen
class Timetable:
    """New tasks, and edges to add to tasks planned before: task id -> ids that it must now also wait for.

    ``note`` says what is worth knowing of how the plan came about, for the journal.
    """

    tasks: tuple[Task, ...]
    extra_after: Mapping[str, tuple[str, ...]] = field(factory=dict)
    note: str = ""

    @property
    def end_s(self) -> float:
        return max((t.end_s for t in self.tasks), default=0.0)


class Scheduler(ABC):
    """Turns experiments into a timetable."""

    @abstractmethod
    def plan(
        self,
        lab: Lab,
        experiments: Sequence[Experiment],
        *,
        now_s: float = 0.0,
        frozen: Sequence[Task] = (),
        robot_at: Mapping[str, str] | None = None,
    ) -> Timetable:
        """Plan ``experiments`` from ``now_s`` on, around the tasks that are planned already and not finished.

        ``frozen`` holds every earlier task of the run that is not finished, with its latest known times, and also
        those finished ones whose vials still stand somewhere other than the starting station.
        ``robot_at`` says where each robot stands (default: its section's first station).

        Raises:
            InfeasibleError: no plan exists; the message names the step and the limit.
        """
