"""What a visit holds of a machine, or of an instrument in phases, and from when to when.

A machine is held from the placing to the picking. Of an instrument whose phases are machines of their own only the run
is exclusive: the first machine is free for the next vials when the second phase begins, and those that are done stay in
the last machine until the next ones come into that phase. So there are three resources: the way in, the run, the way
out. The phases are the machines in the order in which the problem names them.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from ._problem import Machine, Problem


@frozen
class Claim:
    """``resource`` is held from ``since`` to ``until``, both counted from the start of the run.

    ``since`` is ``None`` for the placing, ``until`` is ``None`` for the picking.
    """

    resource: str
    since: int | None = None
    until: int | None = None


def phases(problem: Problem, machine: Machine) -> tuple[str, ...]:
    """All machines of an instrument in order; of a machine that is one by itself, only that."""
    if not machine.instrument:
        return (machine.name,)
    return tuple(m.name for m in problem.machines if m.instrument == machine.instrument)


def resources(problem: Problem, machine: Machine) -> tuple[str, ...]:
    """One, or of an instrument in phases three: the way in, the run, the way out. All three are exclusive."""
    name = machine.instrument or machine.name
    if len(phases(problem, machine)) == 1:
        return (name,)
    return f"{name}\0in", name, f"{name}\0out"


def claims(problem: Problem, machine: Machine, spans: Sequence[tuple[str, int, int]]) -> tuple[Claim, ...]:
    """What a visit holds, in the order in which it takes it; the last one is held to the picking.

    Vials that do not go from the first phase to the last, each once, hold all of the instrument all the time.

    Args:
        spans: (machine, start, end) of each operation, counted from the start of the first.
    """
    known = resources(problem, machine)
    if len(known) == 1:
        return (Claim(known[0]),)
    entry, run, way_out = known
    first, *_, last = phases(problem, machine)
    names = [name for name, _, _ in spans]
    came, went = names.count(first), names.count(last)
    through = bool(came and went) and names[:came] == [first] * came and names[-went:] == [last] * went
    if not through:
        return Claim(entry), Claim(run), Claim(way_out)
    left, reached, end = spans[came][1], spans[len(spans) - went][1], spans[-1][2]
    return Claim(entry, None, left), Claim(run, 0, end), Claim(way_out, reached, None)
