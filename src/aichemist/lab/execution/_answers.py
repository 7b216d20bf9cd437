"""What a device's answer means: done with plausible data, or a fault."""

from __future__ import annotations

from collections.abc import Sequence

from ..drivers import Done, Failed, Status
from ._contracts import SignalStore
from ._events import CommandDone
from ._faults import CommandFaulted
from ._signals import signal_problem


def event_of(
    answer: Status, command_id: str, operation: str, samples: tuple[str, ...], at_s: float, store: SignalStore
) -> CommandDone | CommandFaulted:
    """The event of a final answer. Raw data are written to ``store`` first."""
    if isinstance(answer, Done):
        return _done(answer, command_id, operation, samples, at_s, store)
    if isinstance(answer, Failed):
        kind = "refused" if answer.kind == "failed" and answer.effect == "none" else answer.kind
        concerned = tuple(answer.samples) or samples
        return CommandFaulted(command_id, at_s, kind, answer.reason, concerned, answer.effect)
    reason = getattr(answer, "reason", "") or "the device lost it"
    return CommandFaulted(command_id, at_s, "no answer", reason, samples)


def _done(
    answer: Done, command_id: str, operation: str, samples: Sequence[str], at_s: float, store: SignalStore
) -> CommandDone | CommandFaulted:
    """Raw data go to disk first; then it is seen whether they can be right."""
    good: dict[str, tuple[str, ...]] = {}
    bad: dict[str, tuple[str, ...]] = {}
    problems: dict[str, str] = {}
    for signal in answer.signals:
        name = store.write(command_id, signal)
        problem = signal_problem(signal)
        into = bad if problem else good
        into[signal.sample] = (*into.get(signal.sample, ()), name)
        if problem:
            problems[signal.sample] = f"{signal.kind}: {problem}"
    missing = [s for s in samples if operation.startswith("measure_") and s not in good and s not in bad]
    concerned = [s for s in samples if s in bad or s in missing]
    if not concerned:
        return CommandDone(command_id, at_s, answer.results, good)
    kind = "bad data" if bad else "missing data"
    reason = "; ".join(problems.values()) or "came back without data"
    return CommandFaulted(
        command_id, at_s, kind, reason, tuple(concerned), "done", answer.results,
        {s: n for s, n in good.items() if s not in concerned}, {s: (*good.get(s, ()), *n) for s, n in bad.items()},
    )  # fmt: skip
