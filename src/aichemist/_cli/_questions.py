"""Open questions as people read and name them."""

from __future__ import annotations

import math
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..chemistry import InputError

if TYPE_CHECKING:
    from rich.console import Console

    from ..campaign import Run
    from ..lab.execution import QuestionAsked, State

_URGENCY = {1: "when there is time", 2: "soon", 3: "urgent"}


def sorted_questions(state: State) -> list[QuestionAsked]:
    """The most urgent first, then the oldest."""
    return sorted(state.questions.values(), key=lambda q: (-q.priority, q.at_s, q.id))


def short_id(question: QuestionAsked, run: str) -> str:
    """The id without the run's name, e.g. ``b001.load.14``."""
    return question.id.removeprefix(f"{run}:")


def urgency(question: QuestionAsked) -> str:
    return _URGENCY.get(question.priority, f"priority {question.priority}")


def due_text(question: QuestionAsked) -> str:
    """What happens when nobody answers."""
    from ..lab.execution import clock_text

    if question.due_s is None or not math.isfinite(question.due_s):
        return "waits for ever"
    says = question.choices.get(question.otherwise, question.otherwise)
    return f"at {clock_text(question.due_s)} without an answer: {question.otherwise} ({says})"


def question_rows(state: State, run: str) -> list[dict[str, Any]]:
    """The open questions for programs, in the order in which they are listed."""
    return [
        {
            "number": number, "id": q.id, "short": short_id(q, run), "text": q.text, "samples": list(q.samples),
            "choices": dict(q.choices), "priority": q.priority, "since_s": q.at_s, "due_s": q.due_s,
            "otherwise": q.otherwise,
        }
        for number, q in enumerate(sorted_questions(state), 1)
    ]  # fmt: skip


def approval_rows(run: Run) -> list[dict[str, Any]]:
    """What waits for approval, for programs; ``command`` is what to type."""
    state = run.state
    if state.finished is not None:
        return []
    command = f"aichemist approve {run.name}"
    rows = [
        {"batch": batch, "text": str(a["text"]), "subject": str(a["subject"]), "command": command}
        for batch, a in sorted(state.asked.items())
    ]
    return rows + ([{"batch": None, "text": state.lapsed, "subject": "", "command": command}] if state.lapsed else [])


def find_question(state: State, run: str, text: str, choice: str) -> QuestionAsked:
    """The open question that ``text`` means: an id, its number in the list, or a part of one id only.

    Raises:
        InputError: none or several fit, or ``choice`` is none of its answers.
    """
    listed = sorted_questions(state)
    if not listed:
        raise InputError("has no open question", key="RUN", value=run)
    found = [q for q in listed if text in (q.id, short_id(q, run))]
    if not found and text.isdecimal():
        found = listed[int(text) - 1 : int(text)] if int(text) > 0 else []
    elif not found:
        found = [q for q in listed if text in q.id]
    if len(found) != 1:
        problem = "is no open question" if not found else f"fits {len(found)} questions"
        names = ", ".join(short_id(q, run) for q in (found or listed)[:10])
        raise InputError(problem, key="QUESTION", value=text, mend=f"name one of: {names}; see 'aichemist questions'")
    if choice not in found[0].choices:
        known = "; ".join(f"{c}: {says}" for c, says in found[0].choices.items())
        raise InputError("is no answer to this question", key="CHOICE", value=choice, mend=f"possible are: {known}")
    return found[0]


def where(runs: Path | None) -> str:
    """The option that names the folder of runs in a command to copy."""
    return f" --runs {shlex.quote(str(runs))}" if runs else ""


def print_questions(console: Console, run: Run, runs: Path | None) -> None:
    """The open questions, and the commands to answer them and to go on."""
    from rich.markup import escape

    from ..lab.execution import clock_text

    state, option = run.lab, where(runs)
    listed = sorted_questions(state)
    if not listed and not approval_rows(run):
        console.print(f"{run.name} ({run.status}) has no open question")
    for row in approval_rows(run):
        console.print(f"[bold]approval:[/] {escape(row['text'])}", soft_wrap=True)
        console.print(f"   {row['command']}{option}\n", soft_wrap=True, markup=False)
    for number, q in enumerate(listed, 1):
        console.print(f"[bold]{number}.[/] {escape(q.text)}", soft_wrap=True)
        console.print(f"   {urgency(q)}; since {clock_text(q.at_s)}; {escape(due_text(q))}", soft_wrap=True)
        if q.samples:
            console.print(f"   samples: {', '.join(q.samples)}", soft_wrap=True)
        for choice, says in q.choices.items():
            console.print(f"   [bold]{choice:<8}[/] {escape(says)}", soft_wrap=True)
        # the short id and not the number: that changes when another question comes or goes
        console.print(f"   aichemist answer {run.name} {short_id(q, run.name)} CHOICE{option}\n", soft_wrap=True)
    print_held(console, run, option)
    if run.status not in ("running", "finished", "refused"):
        console.print(f"Then go on with:\n  aichemist resume {run.name}{option}", soft_wrap=True)


def print_held(console: Console, run: Run, option: str) -> None:
    """What else a person keeps from going on, and how to let it go."""
    state = run.lab
    ways = [(f"station {d} is held ({why})", f"release_station {d}") for d, why in state.held.items()]
    ways += [(f"sample {n} is held ({s.held})", f"release_sample {n}") for n, s in state.samples.items() if s.held]
    ways += [(f"paused ({state.paused})", "resume")] if state.paused else []
    ways += [(f"emergency stop ({state.stopped})", "restart")] if state.stopped else []
    for lock in state.tripped.values():
        console.print(f"interlock {lock.name}: {lock.text}", soft_wrap=True, markup=False)
    for what, command in ways:
        console.print(f"{what}; let it go with:", soft_wrap=True, markup=False)
        console.print(f"  aichemist control {run.name} {command}{option}", soft_wrap=True, markup=False)
