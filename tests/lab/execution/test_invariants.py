"""Any interleaving of reports, faults, answers, controls and new plans keeps what must never break.

A small lab is planned by the real scheduler; a bench of the test's own knows where each vial truly is and objects to
whatever cannot be done. A person answers truly, or nobody does.
"""

from __future__ import annotations

import json
from typing import Any

from attrs import define, field
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aichemist.chemistry import Experiment, Recipe, Step, Wait
from aichemist.lab.drivers import Command
from aichemist.lab.execution import (
    CONTROLS,
    CommandAccepted,
    CommandDone,
    CommandFaulted,
    CommandIssued,
    Controlled,
    DeviceBack,
    DeviceLost,
    LabOpened,
    QuestionAnswered,
    State,
    Ticked,
    batch_planned,
    decide,
    decode,
    encode,
    evolve,
    frozen_tasks,
    new_plan,
    state_from_plain,
    state_to_plain,
    target_problem,
    waits_because,
)
from aichemist.lab.layout import Lab, Robot, Station, Stock
from aichemist.lab.scheduling import ListScheduler

CHAMBERS = ("calcine", "centrifuge", "dry", "shake")


def station(name: str, operation: str, slots: int, **more: Any) -> Station:
    return Station(name, name, more.pop("sections", ("lab",)), (operation,), slots, duration_s=600.0, **more)


def small_lab(robots: int, stirrers: int) -> Lab:
    return Lab(
        "small", "small", "", ("lab", "far"),
        (
            station("home", "store", 20, role="start", batch=False),
            station("dispenser", "dispense_liquid", 1, stocks=("water",)),
            *(station(f"stirrer_{i}", "stir", 3) for i in range(stirrers)),
            station("furnace", "calcine", 4, one_temperature=True),
            station("shelf", "store", 6, role="storage", batch=False),
            station("table", "store", 4, role="exchange", batch=False, sections=("lab", "far")),
            station("spectrometer", "measure_uv_vis", 2, sections=("far",)),
        ),
        (*(Robot(f"robot_{i}", "lab", 1, 4, 60.0) for i in range(robots)), Robot("arm", "far", 1, 4, 60.0)),
        (Stock("water", "liquid", "", volume_l=1.0),), 0.02, 1300.0, 60.0,
    )  # fmt: skip


def experiment(batch: int, number: int) -> Experiment:
    steps = (
        Step(0, "fill", "dispense_liquid", {"volumes_l": {"water": 1e-3 * number}}),
        Step(1, "mix", "stir", {"duration_s": 900.0, "temperature_k": 298.15}),
        Step(2, "bake", "calcine", {"duration_s": 1800.0, "temperature_k": 600.0}, wait=Wait(0.0, 7200.0)),
        Step(3, "look", "measure_uv_vis", {}),
    )  # fmt: skip
    return Experiment(f"b{batch:03d}-{number:02d}", batch, Recipe({"x": 0.5}), steps)


@define
class Bench:
    """The truth: where vials are, what was done to them, what runs."""

    lab: Lab
    place: dict[str, str]
    running: dict[str, Command] = field(factory=dict)
    done: set[tuple[str, str]] = field(factory=set)
    seen: set[str] = field(factory=set)

    def take(self, command: Command) -> None:
        """A command arrives: it must be possible."""
        assert command.id not in self.seen and command.samples
        self.seen.add(command.id)
        assert all(c.device != command.device for c in self.running.values()), "a device does one thing at a time"
        shut = {c.device for c in self.running.values() if c.operation in CHAMBERS}
        slots = {s.name: s.slots for s in self.lab.stations}
        coming = {
            s for c in self.running.values() if c.operation == "unload" and c.station == command.station
            for s in c.samples
        }  # fmt: skip
        there = {v for v, p in self.place.items() if p == command.station} | coming
        if command.operation == "load":
            assert command.station not in shut, "never opened hot"
            assert all(self.place[s] == command.station for s in command.samples)
            aboard = sum(p == command.device for p in self.place.values())
            assert aboard + len(command.samples) <= self.lab.robot(command.device).capacity
        elif command.operation == "unload":
            assert command.station not in shut, "never opened hot"
            assert all(self.place[s] == command.device for s in command.samples)
            assert len(there | set(command.samples)) <= slots[command.station], f"{command.station} overfilled"
        else:
            assert all(self.place[s] == command.station for s in command.samples)
            if command.operation in CHAMBERS:
                assert there == set(command.samples), "a furnace takes all that stands in it"
        self.running[command.id] = command

    def end(self, command_id: str, happened: bool) -> Command:
        command = self.running.pop(command_id)
        if happened:
            for sample in command.samples:
                if command.operation == "load":
                    self.place[sample] = command.device
                elif command.operation == "unload":
                    self.place[sample] = command.station
                elif not command.operation.startswith("measure_"):
                    assert (command.task, sample) not in self.done, "done twice"
                    self.done.add((command.task, sample))
        return command


class World:
    """Core and bench together, and a journal that must fold to the same state."""

    def __init__(self, lab: Lab, vials: int) -> None:
        self.lab, self.now, self.state = lab, 0.0, State()
        self.experiments = {e.sample: e for n in range(1, vials + 1) for e in [experiment(1, n)]}
        self.bench = Bench(lab, dict.fromkeys(self.experiments, "home"))
        self.journal: list[tuple[str, Any]] = []
        self.truth: dict[str, bool] = {}
        slots = {s.name: s.slots for s in lab.stations if s.role != "start"}
        shut = tuple(s.name for s in lab.stations if not set(CHAMBERS).isdisjoint(s.operations))
        alone = tuple(s.name for s in lab.stations if not s.batch)
        robots = {r.name: r.capacity for r in lab.robots}
        self.happen(LabOpened(0.0, slots, robots, chambers=shut, parallel=alone))
        self.plan(list(self.experiments.values()), 1)

    def plan(self, experiments: list[Experiment], batch: int) -> None:
        table = ListScheduler().plan(
            self.lab, experiments, now_s=self.now, frozen=frozen_tasks(self.state, self.now)
        )  # fmt: skip
        self.happen(batch_planned(batch, self.now, experiments, table))

    def happen(self, event: Any) -> None:
        before = self.state
        self.state, said = decide(before, event, run="r")
        assert decide(before, event, run="r") == (self.state, said)  # pure
        self.journal += [encode(e) for e in (event, *said) if not isinstance(e, Ticked)]
        for one in (event, *said):
            if isinstance(one, Controlled) and one.what == "discard":
                self.bench.place[one.target] = ""
        for one in said:
            if isinstance(one, CommandIssued):
                self.bench.take(one.command)
        for place, inside in self.state.inside.items():
            limit = {**dict(self.state.slots), **dict(self.state.robots)}[place]
            assert len(inside) <= limit
            for vial, true in self.bench.place.items():
                moving = any(vial in c.samples for c in self.bench.running.values())
                assert true != place or vial in inside or moving, f"{vial} is in {place} and the core does not know"

    def revise(self, why: str) -> bool:
        plan = new_plan(self.state, self.lab, self.experiments, self.now, why)
        if plan is None:
            if self.state.wants_plan:
                from aichemist.lab.execution import PlanRevised

                self.happen(PlanRevised(self.now, why, (), ()))
            return False
        self.happen(plan)
        return True

    def tick(self) -> bool:
        """Let time pass until something is due; whether there was anything."""
        state = self.state
        times = [t for t in state.ready.values() if t > self.now]
        times += [q.due_s for q in state.questions.values() if q.due_s is not None]
        times += [d for t in state.open_commands.values() if (d := state.tasks[t].deadline_s) is not None]
        if not times:
            return False
        self.now = max(self.now, min(times))
        size = len(self.journal)
        self.happen(Ticked(self.now))
        return len(self.journal) > size or bool([t for t in times if t > self.now])


EFFECTS = {"failed": ("unknown", "none"), "refused": ("none",), "no answer": ("unknown",), "dropped": ("unknown",)}


def act(world: World, data: st.DataObject, person: bool) -> None:
    """One thing happens."""
    running = sorted(c for c in world.bench.running if c in world.state.open_commands)
    what = data.draw(st.sampled_from(["end", "end", "end", "end", "fault", "tick", "lost", "control", "answer"]))
    if what == "end" and running:
        world.now += data.draw(st.integers(1, 900))
        command_id = data.draw(st.sampled_from(running))
        world.bench.end(command_id, True)
        world.happen(CommandDone(command_id, world.now))
    elif what == "fault" and running:
        fault(world, data, data.draw(st.sampled_from(running)))
    elif what == "lost":
        device = data.draw(st.sampled_from(sorted(world.state.robots) + sorted(world.state.slots)))
        back = device in world.state.lost
        world.happen(DeviceBack(device, world.now) if back else DeviceLost(device, world.now, "no connection"))
    elif what == "control":
        control(world, data)
    elif what == "answer" and person and world.state.questions:
        answer(world, data, data.draw(st.sampled_from(sorted(world.state.questions))))
    else:
        world.tick()


def fault(world: World, data: st.DataObject, command_id: str) -> None:
    command = world.bench.running[command_id]
    measures = command.operation.startswith("measure_")
    kind = data.draw(st.sampled_from(sorted(EFFECTS) + (["bad data", "missing data"] if measures else [])))
    effect = "done" if kind.endswith("data") else data.draw(st.sampled_from(EFFECTS[kind]))
    happened = effect != "none" and (effect == "done" or kind == "dropped" or data.draw(st.booleans()))
    world.bench.end(command_id, happened)
    samples = command.samples
    if kind in ("dropped", "bad data", "missing data"):
        samples = tuple(sorted(data.draw(st.sets(st.sampled_from(command.samples), min_size=1))))
    world.truth[command_id] = happened
    if kind == "dropped":
        world.bench.place.update(dict.fromkeys(samples, "floor"))
    world.happen(CommandFaulted(command_id, world.now, kind, "something broke", samples, effect))


def answer(world: World, data: st.DataObject, name: str) -> None:
    question = world.state.questions[name]
    assert {"leave", "discard"} <= set(question.choices)
    choices = ["leave", "discard"]
    if name in world.state.open_commands:
        choices = ["wait"]
    elif name in world.truth:  # only what is true
        choices += [c for c in question.choices if c == ("done" if world.truth[name] else "repeat")]
    world.happen(QuestionAnswered(name, world.now, data.draw(st.sampled_from(choices)), "anna"))


def control(world: World, data: st.DataObject) -> None:
    samples = sorted(world.state.samples)
    devices = sorted(world.state.robots) + sorted(world.state.slots)
    what = data.draw(st.sampled_from(sorted(CONTROLS)))
    target = ""
    if what.endswith("_sample") or what == "discard":
        target = data.draw(st.sampled_from(samples))
    elif what.endswith("_station"):
        target = data.draw(st.sampled_from(devices))
    elif what == "skip":
        operation = data.draw(st.sampled_from(["dispense_liquid", "stir", "calcine", "measure_uv_vis"]))
        target = f"{data.draw(st.sampled_from(samples))}:{operation}"
    if target_problem(world.state, what, target):
        return
    if what == "release_station":  # as a person would: not before it has really ended
        for command_id, command in sorted(world.bench.running.items()):
            if command.device == target and command_id not in world.state.open_commands:
                world.bench.end(command_id, True)
    if what == "discard" and any(target in c.samples for c in world.bench.running.values()):
        return  # nobody takes a vial out of a running machine
    world.happen(Controlled(what, target, world.now, "anna", "because"))


def let_go(world: World) -> None:
    """Everything that was held is let go, so that the run can come to its end."""
    state = world.state
    for device in sorted(state.lost):
        world.happen(DeviceBack(device, world.now))
    for command_id in sorted(world.bench.running):
        if command_id not in state.open_commands:  # overdue and given up; a person has seen to it that it ended
            world.bench.end(command_id, True)
    for device in sorted(state.held):
        world.happen(Controlled("release_station", device, world.now, "anna"))
    for name, vial in sorted(state.samples.items()):
        if vial.held:
            world.happen(Controlled("release_sample", name, world.now, "anna"))
    if state.stopped:
        world.happen(Controlled("restart", "", world.now, "anna"))
    if state.paused:
        world.happen(Controlled("resume", "", world.now, "anna"))


def clear_the_way(world: World) -> None:
    """Vials that were given up and stand somewhere are taken away, as a run asks for when nothing else can go on."""
    for name, vial in sorted(world.state.samples.items()):
        if vial.status in ("quarantined", "discarded") and not vial.rides and vial.place not in ("", vial.home):
            world.happen(Controlled("discard", name, world.now, "anna"))


def to_the_end(world: World) -> None:
    let_go(world)
    stuck = 0
    for _ in range(3000):
        if world.state.wants_plan:
            world.revise(world.state.wants_plan)
        running = sorted(c for c in world.bench.running if c in world.state.open_commands)
        if running:
            stuck = 0
            world.now += 60.0
            command_id = running[0]
            world.bench.end(command_id, True)
            world.happen(CommandDone(command_id, world.now))
        elif world.state.idle:
            return
        elif not world.tick():
            stuck += 1
            if stuck > 3:
                return
            let_go(world)
            if stuck > 1:
                clear_the_way(world)
            world.revise("nothing can go on")
    raise AssertionError("no end")


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)  # fmt: skip
@given(st.integers(1, 2), st.integers(1, 2), st.integers(1, 6), st.booleans(), st.data())
def test_any_interleaving(robots: int, stirrers: int, vials: int, person: bool, data: st.DataObject) -> None:
    world = World(small_lab(robots, stirrers), vials)
    for _ in range(data.draw(st.integers(5, 60))):
        if world.state.wants_plan:
            world.revise(world.state.wants_plan)
        act(world, data, person)
        told = {s for t in frozen_tasks(world.state, world.now) for s in t.samples if s in world.state.samples}
        assert all(world.state.samples[s].status != "finished" for s in told)  # half a way would be a wrong place
    to_the_end(world)
    for name, vial in world.state.samples.items():
        assert vial.status in ("finished", "quarantined", "discarded"), (name, waits_because(world.state, name))
        assert vial.status == "finished" or vial.reason
        if vial.status == "finished":
            assert world.bench.place[name] == "home"
    folded = State()
    for kind, payload in json.loads(json.dumps(world.journal)):
        event = decode(kind, payload)
        assert event is not None
        folded = evolve(folded, event)
    assert folded.samples == world.state.samples and folded.tasks == world.state.tasks
    assert state_from_plain(json.loads(json.dumps(state_to_plain(world.state)))) == world.state


def test_accepting_tells_when_it_is_overdue() -> None:
    world = World(small_lab(1, 1), 1)
    world.happen(Ticked(1e-6))
    (command_id,) = world.bench.running
    world.happen(CommandAccepted(command_id, 0.0, 100.0))
    world.now = 100.0 + 50.0 + 600.0
    world.happen(Ticked(world.now))
    assert command_id in world.state.questions and "wait" in world.state.questions[command_id].choices
    world.bench.end(command_id, True)
    world.happen(CommandDone(command_id, world.now + 5))  # it ends after all: nobody need answer
    assert not world.state.questions
