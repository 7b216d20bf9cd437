"""The same problem with other numbers of robots or slots."""

from __future__ import annotations

import difflib

from attrs import evolve

from aichemist.chemistry import InputError

from ._problem import Problem

_MEND = "write robots=3 or station.slots=2, several with commas"


def change(problem: Problem, text: str) -> Problem:
    """``robots=3,muffle_furnace.slots=2``: so many robots (in the section that has most), so many slots.

    Raises:
        InputError: an unknown station, a number that is none or below 1.
    """
    for part in text.split(","):
        name, sign, number = part.strip().partition("=")
        if not sign or not number.strip().isdigit() or int(number) < 1:
            raise InputError("this change is not understood", key="--what-if", value=part.strip(), mend=_MEND)
        problem = _changed(problem, name.strip(), int(number))
    return problem


def _changed(problem: Problem, name: str, number: int) -> Problem:
    if name == "robots":
        return _robots(problem, number)
    station, _, what = name.rpartition(".")
    names = [m.name for m in problem.machines]
    if what != "slots" or station not in names:
        near = difflib.get_close_matches(station or name, names, 1)
        mend = f"did you mean {near[0]}.slots?" if near else _MEND
        raise InputError("there is no such thing to change", key="--what-if", value=name, mend=mend)
    machines = tuple(evolve(m, slots=number) if m.name == station else m for m in problem.machines)
    return evolve(problem, machines=machines)


def _robots(problem: Problem, number: int) -> Problem:
    if not problem.carriers:
        raise InputError("this problem has no robots", key="--what-if", value="robots", mend="plan it with transport")
    sections = [c.section for c in problem.carriers]
    section = max(dict.fromkeys(sections), key=sections.count)
    mine = [c for c in problem.carriers if c.section == section]
    others = tuple(c for c in problem.carriers if c.section != section)
    more = [evolve(mine[0], name=f"{section}_robot_{i + 1}", busy=()) for i in range(len(mine), number)]
    return evolve(problem, carriers=(*mine[:number], *more, *others))
