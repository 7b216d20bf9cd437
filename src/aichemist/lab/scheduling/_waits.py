"""The waits between operations, as a dispatcher has to keep them."""

from __future__ import annotations

from collections.abc import Sequence

from ._journeys import Limit, Mode
from ._placement import Layout
from ._state import State, Unit
from ._visits import Rack

#: where no room is known yet, a limited wait of this length (s) is taken on in hope
_HOPE_S = 1800.0


class Waits:
    """What limits the times of journeys and runs, given what is decided."""

    def __init__(self, layout: Layout, state: State) -> None:
        self._layout, self._state = layout, state

    def hurries(self, rack: Rack, number: int, vials: int) -> bool:
        """Whether the way to a stop must be gone within a time."""
        if not self._layout.problem.carriers:
            operations = self._layout.stops(rack)[number].visit.operations
            return bool(operations) and operations[0].wait_max is not None and operations[0].late_price is None
        modes = self._layout.modes(rack, number, vials)
        return any(x.high is not None and x.operation.late_price is None for x in modes[0].limits)

    def may_wait(self, rack: Rack, number: int) -> bool:
        """Whether the wait is long enough to hope that there will be room."""
        stop = self._layout.stops(rack)[number]
        operations = [o for v in (*stop.before, stop.visit) for o in v.operations if o.wait_max is not None]
        return all((o.wait_max or 0) * self._layout.problem.unit_s >= _HOPE_S for o in operations)

    def since(
        self, rack: Rack, number: int, mode: Mode | None, start: int, arrived: int, origin: Unit
    ) -> tuple[list[tuple[int, int, int]], int]:
        """What a later operation waits from, and by how much a limit inside the journey is missed."""
        if mode is None:
            return list(origin.since), 0
        late = 0
        for limit in mode.limits:
            if limit.to_journey:
                late = max(late, self._excess(limit, origin.since, start, start + limit.start))
        if mode.begins is not None:
            return [(start + mode.begins, start + mode.begins, mode.moved)], late
        return [(a, b, moved + mode.moved) for a, b, moved in origin.since], late

    def _excess(self, limit: Limit, since: Sequence[tuple[int, int, int]], journey: int, to: int) -> int:
        if limit.high is None or limit.operation.late_price is not None:
            return 0
        begins = [(0, journey + limit.begin, 0)] if limit.from_journey else since
        free = limit.operation.transport_is_free
        return max(
            (to - begin - ((moved + limit.moved) if free else 0) - limit.high for _, begin, moved in begins), default=0
        )

    def _mode_of(self, rack: Rack, number: int, g: int) -> tuple[Mode, int] | None:
        placed = self._state.done.journeys.get((rack.name, number, g))
        if placed is None:
            return None
        jobs = self._layout.transfers(rack, number)[g][0]
        return self._layout.modes(rack, number, len(jobs))[placed.mode], placed.start

    def soonest(self, rack: Rack, number: int, g: int, before: int) -> int:
        """When the run of a stop may begin, for group ``g`` that came from unit ``before``."""
        origin = self._state.units[rack.name, number - 1, before]
        found = self._mode_of(rack, number, g)
        if found is None:
            low = self._layout.stops(rack)[number].visit.operations[0].wait_min
            return max((late + low for late, _, _ in origin.since), default=0)
        mode, start = found
        soonest = 0
        for limit in mode.limits:
            if not limit.to_journey and limit.low:
                begins = [start + limit.begin] if limit.from_journey else [late for late, _, _ in origin.since]
                soonest = max([soonest, *(b + limit.low for b in begins)])
        return soonest

    def too_late(self, rack: Rack, number: int, g: int, before: int, start: int) -> int:
        """By how much a run that starts then exceeds the longest wait of that group."""
        origin = self._state.units[rack.name, number - 1, before]
        found = self._mode_of(rack, number, g)
        if found is None:
            operations = self._layout.stops(rack)[number].visit.operations
            if not operations or operations[0].wait_max is None or operations[0].late_price is not None:
                return 0
            return max((start - early - operations[0].wait_max for _, early, _ in origin.since), default=0)
        mode, began = found
        return max((self._excess(x, origin.since, began, start) for x in mode.limits if not x.to_journey), default=0)


__all__ = ["Waits"]
