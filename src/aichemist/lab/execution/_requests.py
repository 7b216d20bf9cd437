"""What people ask, checked against the state of the lab, as events."""

from __future__ import annotations

from ._contracts import Request
from ._control import target_problem
from ._faults import CONTROLS, Controlled, QuestionAnswered
from ._state import State


def to_events(state: State, request: Request, now_s: float) -> tuple[list[Controlled | QuestionAnswered], str]:
    """The events that a request leads to, or why it cannot be carried out."""
    if request.kind == "answer":
        return _answer(state, request, now_s)
    if request.kind not in CONTROLS:
        return [], f"'{request.kind}' is no control; there are: {', '.join(CONTROLS)}"
    target = str(request.payload.get("target", ""))
    problem = target_problem(state, request.kind, target)
    if problem:
        return [], problem
    return [Controlled(request.kind, target, now_s, request.who, request.why)], ""


def _answer(state: State, request: Request, now_s: float) -> tuple[list[Controlled | QuestionAnswered], str]:
    name, choice = str(request.payload.get("question", "")), str(request.payload.get("choice", ""))
    question = state.questions.get(name)
    if question is None:
        open_ones = ", ".join(state.questions) or "none"
        return [], f"there is no open question '{name}' (open: {open_ones})"
    if choice not in question.choices:
        return [], f"'{choice}' is no answer to this; possible are: {', '.join(question.choices)}"
    return [QuestionAnswered(name, now_s, choice, request.who, request.why)], ""
