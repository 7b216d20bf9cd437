"""A constructive scheduler: lots are planned one after another into the gaps that earlier ones leave."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence

from attrs import evolve

from aichemist.chemistry import Experiment, InfeasibleError

from ..layout import Lab
from ._frozen import World, give_homes, make_world
from ._pools import EPSILON, Draft
from ._route import Lot, chunks, group
from ._search import LotSearch, NoWayError
from ._timetable import Scheduler, Task, Timetable


class ListScheduler(Scheduler):
    """Plans lot by lot, each as early as it fits between what is planned already.

    A lot is what a rack, a robot and the stations of its way take together. Its journey is planned leg by leg, with
    the station and the robot that finish first; where a wait or a blocked station forbids the next leg, an earlier
    one is delayed (serial schedule generation with backtracking, cf. Kolisch and Hartmann in Weglarz,
    Project Scheduling, 1999, chapter 7). A lot that cannot be planned is halved.

    Stations process one group at a time; a vial keeps its slot until it is picked. Every task waits for the tasks
    before it in its vials' histories and on its resources, so the order holds whatever the real durations are.
    """

    def plan(
        self,
        lab: Lab,
        experiments: Sequence[Experiment],
        *,
        now_s: float = 0.0,
        frozen: Sequence[Task] = (),
        robot_at: Mapping[str, str] | None = None,
    ) -> Timetable:
        """See :meth:`Scheduler.plan`.

        The first load of each journey allows for the longest travel of its section, so ``robot_at`` is not needed.
        Tasks of ``frozen`` should carry the edges that earlier ``extra_after`` added to them in their ``after``: a
        late task then moves all that wait for it. Vials that nobody fetches any more occupy their slots for ever.
        """
        samples = [e.sample for e in experiments]
        known = {s for t in frozen for s in t.samples}
        twice = sorted(s for s, n in Counter(samples).items() if n > 1 or s in known)
        if twice:
            raise InfeasibleError(f"planned twice: {', '.join(twice[:5])}; every sample needs a name of its own")
        world = make_world(lab, frozen, now_s)
        homes = give_homes(world, samples)
        drafts: list[tuple[int, Draft]] = []
        queue: deque[Lot] = deque()
        for batch, home, vials, visits in group(lab, experiments, homes):
            most = _lot_size(world, Lot(batch, home, vials, visits))
            queue.extend(Lot(batch, home, part, visits) for part in chunks(vials, most))
        while queue:
            lot = queue.popleft()
            try:
                drafts += [(lot.batch, d) for d in LotSearch(world, lot, now_s).run()]
            except NoWayError as error:
                if len(lot.vials) == 1:
                    raise InfeasibleError(str(error)) from None
                # the rest of these vials will not do better as large lots
                most = -(-len(lot.vials) // 2)
                same = [other for other in queue if other.visits is lot.visits]
                for other in same:
                    queue.remove(other)
                parts = [p for whole in (lot, *same) for p in chunks(whole.vials, most)]
                queue.extendleft(evolve(lot, vials=p) for p in reversed(parts))
        name_drafts(drafts, {t.id for t in frozen})
        return to_timetable(world, [d for _, d in drafts])


def _lot_size(world: World, lot: Lot) -> int:
    """Vials that go together: a rack, a robot, and the tightest station that takes more than half a rack.

    Smaller stations are served in rounds. Where all stations are smaller, the largest of them decides.
    """
    robots = world.lab.robots
    rack = max((r.vials_per_rack for r in robots), default=1)
    capacity = max((r.capacity for r in robots), default=1)
    rooms = [max((s.slots if s.role == "start" else world.fits(s)) for s in visit.stations) for visit in lot.visits]
    large = [room for room in rooms if 2 * room > rack]
    return max(1, min([rack, capacity, *(large or [max([1, *rooms])])]))


def name_drafts(drafts: Sequence[tuple[int, Draft]], taken: set[str], mark: str = "") -> None:
    """``b003.s12.measure_electrochemistry.1``, ``b003.load.17``: in the order of planning, unique with ``taken``."""
    count: Counter[str] = Counter()
    for batch, draft in drafts:
        where = "" if draft.step is None else f"s{draft.step:02d}."
        stem = f"b{batch:03d}.{mark}{where}{draft.operation}"
        while not draft.id or draft.id in taken:
            count[stem] += 1
            draft.id = f"{stem}.{count[stem]}"


def to_timetable(world: World, drafts: Sequence[Draft]) -> Timetable:
    """Tasks with the edges of their vials and of the resources they share."""
    extra: dict[str, list[str]] = {}
    after = {id(d): [b.id for b in d.after] for d in drafts}
    for before, later in _resource_edges(world):
        if later.frozen:
            extra.setdefault(later.id, []).append(before.id)
        else:
            after[id(later)].append(before.id)
    tasks = [
        Task(
            d.id, d.operation, d.device, d.station, d.samples, d.step, d.start_s, d.end_s,
            tuple(dict.fromkeys(after[id(d)])),
        )
        for d in sorted(drafts, key=lambda d: (d.start_s, d.end_s))
    ]  # fmt: skip
    return Timetable(tuple(tasks), {k: tuple(dict.fromkeys(v)) for k, v in sorted(extra.items())})


def _resource_edges(world: World) -> Iterator[tuple[Draft, Draft]]:
    for pool in (*world.pools.values(), *world.robots.values()):
        for hold, following in pool.neighbours():
            for later in following.firsts:
                for before in hold.lasts:
                    if not (before.frozen and later.frozen) and before.start_s <= later.start_s + EPSILON:
                        yield before, later
    yield from world.extra
