"""From placed racks to runs and handlings of single vials and robots."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from attrs import frozen

from aichemist.chemistry import InfeasibleError

from ._journeys import ORIGIN, TARGET, Mode
from ._placement import Layout, Placement
from ._problem import Carrier, Handling, Run
from ._visits import Place, Rack


@frozen
class _Trip:
    start: int
    end: int
    pause: int
    mode: Mode
    jobs: tuple[str, ...]
    origin: Place
    target: Place
    first: tuple[int, ...]


def expand(layout: Layout, racks: Sequence[Rack], placement: Placement) -> tuple[tuple[Run, ...], tuple[Handling, ...]]:
    """All runs and handlings; single robots are given their work here."""
    runs: list[Run] = []
    trips: list[_Trip] = []
    for rack in racks:
        stops = layout.stops(rack)
        for number, stop in enumerate(stops):
            for i, jobs in enumerate(rack.units(stops, number)):
                unit = placement.units[rack.name, number, i]
                place = stop.visit.places[unit.place]
                runs += [
                    Run(machine, stop.visit.first + k, jobs, unit.start + a, unit.start + b)
                    for k, (machine, a, b) in enumerate(place.spans)
                ]
            if number and layout.problem.carriers:
                for g, (jobs, before, there) in enumerate(layout.transfers(rack, number)):
                    placed = placement.journeys[rack.name, number, g]
                    mode = layout.modes(rack, number, len(jobs))[placed.mode]
                    origin = stops[number - 1].visit.places[placement.units[rack.name, number - 1, before].place]
                    target = stop.visit.places[placement.units[rack.name, number, there].place]
                    end = placed.start + mode.journey.duration + placed.pause
                    first = tuple(v.first for v in stop.before)
                    trips.append(_Trip(placed.start, end, placed.pause, mode, jobs, origin, target, first))
    handlings: list[Handling] = []
    for section in layout.journeys.sections:
        mine = sorted((t for t in trips if t.mode.section == section), key=lambda t: (t.start, t.end))
        handlings += _hand_out(layout.journeys.carriers(section), mine)
    for trip in trips:
        runs += _tended(trip)
    runs.sort(key=lambda r: (r.start, r.end, r.machine))
    handlings.sort(key=lambda h: (h.start, h.end, h.carrier))
    return tuple(runs), tuple(handlings)


def _hand_out(carriers: Sequence[Carrier], trips: Sequence[_Trip]) -> list[Handling]:
    """Each trip to the robots that have been free longest; there are enough, since they were counted."""
    out: list[Handling] = []
    free = {c.name: 0 for c in carriers}
    for trip in trips:
        able = [
            c for c in carriers
            if free[c.name] <= trip.start and not any(b.start < trip.end and trip.start < b.end for b in c.busy)
        ]  # fmt: skip

        def rank(one: Carrier, end: int = trip.end) -> tuple[float, int, str]:
            """A robot that goes out of service soon comes first: the others can do what lasts longer."""
            return min((b.start for b in one.busy if b.start >= end), default=inf), free[one.name], one.name

        team = sorted(able, key=rank)[: trip.mode.journey.robots]
        if len(team) < trip.mode.journey.robots:
            raise InfeasibleError("no robot can do one of the journeys without a break; the old plan stays in force")
        for carrier in team:
            free[carrier.name] = trip.end
        out += _handlings(trip, [c.name for c in team])
    return out


def _handlings(trip: _Trip, team: Sequence[str]) -> list[Handling]:
    out: list[Handling] = []
    for robot, name in enumerate(team):
        for act in (a for a in trip.mode.journey.acts if a.robot == robot):
            machine = {ORIGIN: trip.origin.leaves, TARGET: trip.target.machine}.get(act.machine, act.machine)
            shift = trip.start + (trip.pause if act.action == "unload" and act.machine == TARGET else 0)
            vial, start, end = trip.jobs[act.vial], act.start + shift, act.end + shift
            last = out[-1] if out else None
            if (
                last
                and last.carrier == name
                and last.action == act.action
                and last.machine == machine
                and last.end == start
            ):
                out[-1] = Handling(name, last.action, machine, (*last.jobs, vial), last.start, end)
            else:
                out.append(Handling(name, "load" if act.action == "load" else "unload", machine, (vial,), start, end))
    return out


def _tended(trip: _Trip) -> list[Run]:
    out = []
    for served in trip.mode.journey.served:
        place = trip.mode.places[served.visit]
        for k, (machine, a, b) in enumerate(place.spans):
            begin = trip.start + served.start
            out.append(Run(machine, trip.first[served.visit] + k, (trip.jobs[served.vial],), begin + a, begin + b))
    return out
