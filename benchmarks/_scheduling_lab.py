"""Workloads of the benchmark of scheduling: batches in the default lab, random labs, and the list scheduler on them."""

from __future__ import annotations

import random
from pathlib import Path

from attrs import evolve

from aichemist.campaign import load_campaign, spread_batch
from aichemist.chemistry import Experiment, InfeasibleError, Recipe, Step, Wait
from aichemist.lab.layout import Lab, Robot, Station
from aichemist.lab.scheduling import Carrier, Job, ListScheduler, Machine, Operation, Problem

_ROOT = Path(__file__).parents[1]


def smaller_lab(vials: int, robots: int) -> tuple[Lab, list[Experiment]]:
    """The default lab with so many robots in its main section, and a batch of the OER protocol."""
    campaign = load_campaign(_ROOT / "campaigns" / "oer.toml")
    mine = [r for r in campaign.lab.robots if r.section == "lab"]
    others = [r for r in campaign.lab.robots if r.section != "lab"]
    more = [evolve(mine[0], name=f"robot_{i + 1}") for i in range(len(mine), robots)]
    return evolve(campaign.lab, robots=(*mine[:robots], *more, *others)), spread_batch(campaign, vials)


def by_list(problem: Problem) -> float | None:
    """Makespan in minutes of part A's list scheduler on the same workload; phases of an instrument are one station.

    It knows no joint departure of an experiment, so that its task is the easier one.
    """
    unit = problem.unit_s
    names = {m.name: m.instrument or m.name for m in problem.machines}
    machines: dict[str, Machine] = {}
    for machine in problem.machines:
        machines.setdefault(names[machine.name], machine)
    doing: dict[str, set[str]] = {name: set() for name in machines}
    experiments = []
    for job in problem.jobs:
        steps = []
        for k, operation in enumerate(job.operations):
            label = f"{job.kind}:{k}"
            for machine_name in operation.choices:
                doing[names[machine_name]].add(label)
            parameters = {"duration_s": min(operation.choices.values()) * unit}
            if operation.temperature is not None:
                parameters["temperature_k"] = operation.temperature + 273.15
            high = None if operation.wait_max is None else operation.wait_max * unit
            steps.append(Step(k, f"s{k}", label, parameters, Wait(operation.wait_min * unit, high)))
        experiments.append(Experiment(job.id, 1, Recipe({}), tuple(steps)))
    stations = tuple(
        Station(
            name, "", ("lab",), tuple(sorted(doing[name])), m.slots, batch=m.batch and m.role == "work",
            one_temperature=m.one_temperature, even_load=m.even_load,
            role="start" if m.role == "start" else "storage" if m.role == "storage" else "work",
        )
        for name, m in machines.items()
    )  # fmt: skip
    robots = tuple(
        Robot(c.name, "lab", max(1, c.capacity // 10), min(10, c.capacity), (c.pick + c.place) * unit)
        for c in problem.carriers
    )
    lab = Lab("joint", "", "", ("lab",), stations, robots, (), 0.02, 1000.0, 0.0)
    try:
        return ListScheduler().plan(lab, experiments).end_s / 60
    except InfeasibleError:
        return None


def random_problem(seed: int, operations: int = 1000) -> Problem:
    """A laboratory of 20 stations with racks, batches and four robots, and jobs of about ten operations."""
    dice = random.Random(seed)
    machines = [Machine("start", 400, role="start"), Machine("storage", 20, role="storage")]
    machines += [
        Machine(f"station_{i}", dice.choice((1, 5, 10, 10, 20)), batch=dice.random() < 0.7) for i in range(20)
    ]  # fmt: skip
    jobs: list[Job] = []
    number = 0
    while sum(len(j.operations) for j in jobs) < operations:
        steps = [Operation("go", {"start": 0})]
        for k in range(8):
            chosen = dice.sample(machines[2:], dice.choice((1, 2)))
            minutes = dice.choice((3, 5, 10, 30, 60))
            steps.append(Operation(f"step_{k}", {m.name: minutes for m in chosen}))
        steps.append(Operation("home", {"start": 0}))
        for _ in range(10):
            jobs.append(Job(f"j{len(jobs):03d}", f"kind_{number}", tuple(steps)))
        number += 1
    carriers = tuple(Carrier(f"robot_{i}", capacity=40, pick=1, place=1) for i in range(4))
    return Problem("random", 60.0, tuple(machines), tuple(jobs), carriers, travel_default=1)
