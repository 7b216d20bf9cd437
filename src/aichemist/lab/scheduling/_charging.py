"""When robots charge: all of a section at once, as late as the first battery allows.

Simple, and safe for the racks that are planned around it: a journey that avoids these times can be given to any robot
that is free. What it costs against charging in turns is the work of the others meanwhile.
"""

from __future__ import annotations

from collections import defaultdict

from attrs import evolve

from aichemist.chemistry import InputError

from ._problem import Busy, Carrier, Charge, Plan, Problem


def with_charging(problem: Problem, until: int) -> Problem:
    """The same problem with the times at which robots charge, up to ``until``, taken out of what they can do.

    Raises:
        InputError: a battery or a charge of no time.
    """
    sections: dict[str, list[Carrier]] = defaultdict(list)
    for carrier in problem.carriers:
        if carrier.battery is None:
            continue
        for key, value in (("battery", carrier.battery), ("charge", carrier.charge)):
            if value <= 0:
                raise InputError(
                    f"{carrier.name}: the {key} has no time", key=key, value=value, mend="give a time above 0"
                )  # fmt: skip
        sections[carrier.section].append(carrier)
    busy = {}
    for carriers in sections.values():
        spans = _spans(min(c.battery or 0 for c in carriers), max(c.charge for c in carriers), until)
        busy.update({c.name: (*c.busy, *spans) for c in carriers})
    return evolve(problem, carriers=tuple(evolve(c, busy=busy.get(c.name, c.busy)) for c in problem.carriers))


def _spans(battery: int, charge: int, until: int) -> list[Busy]:
    period = battery + charge
    return [Busy(battery + i * period, (i + 1) * period, 1) for i in range(-(-until // period))]


def last_charge(problem: Problem) -> int:
    """Until when charging is planned for all robots that need it."""
    return min((max(b.end for b in c.busy) for c in problem.carriers if c.battery is not None), default=0)


def charged(problem: Problem, planned: Problem, plan: Plan) -> Plan:
    """``plan`` with the charges of ``problem``'s robots until its end."""
    before = {c.name: set(c.busy) for c in problem.carriers if c.battery is not None}
    charges = tuple(
        Charge(c.name, b.start, b.end)
        for c in planned.carriers if c.name in before
        for b in c.busy if b not in before[c.name] and b.start < plan.makespan
    )  # fmt: skip
    return evolve(plan, charges=charges)
