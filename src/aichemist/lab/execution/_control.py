"""What follows from a person taking a hand."""

from __future__ import annotations

from immutables import Map

from ._changes import Changes
from ._faults import WAY, Controlled, QuestionAsked
from ._replace import replace
from ._state import State, TaskState


def controlled(state: State, event: Controlled) -> State:
    """The state after a control."""
    said = f"{event.who}: {event.why}" if event.why else event.who
    match event.what:
        case "pause":
            return replace(state, paused=said)
        case "resume":
            return replace(state, paused="")
        case "hold_sample" | "release_sample":
            vial = state.samples.get(event.target)
            if vial is None:
                return state
            held = said if event.what == "hold_sample" else ""
            new = state.samples.set(event.target, replace(vial, held=held))
            if vial.status != "active" or not vial.open_tasks or bool(vial.held) == bool(held):
                return replace(state, samples=new)
            # the others go before it, and it takes its turn again
            why = f"{event.target} is held ({said})" if held else f"{event.target} is released"
            return replace(state, samples=new, wants_plan=why)
        case "hold_station":
            why = f"{event.target} is out of service ({said})"
            return replace(state, held=state.held.set(event.target, said), wants_plan=why)
        case "release_station":
            if event.target not in state.held:
                return state
            why = f"{event.target} is in service again"
            return replace(state, held=state.held.delete(event.target), wants_plan=why)
        case "skip":
            return _skip(state, *event.target.partition(":")[::2])
        case "discard":
            return _discard(state, event.target, said)
        case "clear":
            out = {n: replace(state.samples[n], place="") for n in cleared(state)}
            return replace(state, samples=state.samples.update(out))
        case "give_up":  # by policy: nobody took it, so its place stays taken
            vial = state.samples[event.target]
            gone = replace(vial, status="discarded", reason=said)
            return replace(state, samples=state.samples.set(event.target, gone))
        case "abort":
            return _abort(state, said)
        case "stop":
            return _stopped(state, event.target, said) if event.target else replace(state, stopped=said)
        case "restart":
            return replace(state, stopped="")
    return state


def devices_stopped(state: State, target: str) -> list[str] | None:
    """The devices that a stop of ``target`` concerns; ``None``: all of them."""
    if not target:
        return None
    if target not in state.samples:
        return [target]
    at_work = {c: state.tasks[t].work.task for c, t in state.open_commands.items()}
    return sorted({plan.device for c, plan in at_work.items() if target in state.given.get(c, plan.samples)})


def _stopped(state: State, target: str, said: str) -> State:
    """What was stopped gets nothing new until it is released, a sample as well as a device."""
    vial = state.samples.get(target)
    if vial is not None and vial.status == "active":
        state = replace(state, samples=state.samples.set(target, replace(vial, held=said)))
    stopped = devices_stopped(state, target) or []
    held = state.held.update(dict.fromkeys(stopped, said))
    why = f"{' and '.join(stopped)} stopped by {said}" if stopped else state.wants_plan
    return replace(state, held=held, wants_plan=why)


def cleared(state: State) -> list[str]:
    """Vials that stand at home with nothing left to do."""
    return sorted(
        n for n, v in state.samples.items()
        if v.place and v.place == v.home and v.open_tasks == 0 and v.status != "active"
    )  # fmt: skip


def taken_by(state: State, event: object) -> list[str]:
    """The vials that a person took away by this."""
    if isinstance(event, Controlled):
        if event.what == "discard":
            return [event.target]
        if event.what == "clear":
            return cleared(state)
    return []


def _skip(state: State, sample: str, operation: str) -> State:
    """Leave the sample out of the next task of this operation."""
    coming = [(t.work.task.start_s, t.work.task.id) for t in state.tasks.values() if _comes(t, sample, operation)]
    if not coming:
        return state
    _, task_id = min(coming)
    task = state.tasks[task_id]
    return replace(state, tasks=state.tasks.set(task_id, replace(task, without=task.without | {sample})))


def _comes(task: TaskState, sample: str, operation: str) -> bool:
    plan = task.work.task
    mine = plan.operation == operation and plan.step is not None and sample in plan.samples
    return mine and task.status == "planned" and sample not in task.without


def ahead(state: State, sample: str) -> list[tuple[int, str]]:
    """The steps of a sample that may still be skipped, in the order in which they come: (index, operation)."""
    coming = [
        (t.work.task.start_s, t.work.task.step, t.work.task.operation)
        for t in state.tasks.values() if t.work.task.step is not None and _comes(t, sample, t.work.task.operation)
    ]  # fmt: skip
    return [(step, operation) for _, step, operation in sorted(coming)]


def _skip_problem(state: State, sample: str, operation: str) -> str:
    if sample not in state.samples:
        return f"there is no sample '{sample}' in this run"
    coming = ahead(state, sample)
    if any(operation == o for _, o in coming):
        return ""
    listed = ", ".join(dict.fromkeys(o for _, o in coming)) or "nothing"
    if not operation:
        return f"say which step: SAMPLE:OPERATION, e.g. {sample}:dry; ahead of it: {listed}"
    return f"no '{operation}' lies ahead of sample '{sample}'; ahead of it: {listed}"


def _discard(state: State, sample: str, said: str) -> State:
    vial = state.samples.get(sample)
    if vial is None:
        return state
    changes = Changes(state)
    changes.samples[sample] = replace(vial, status="discarded", reason=f"taken away by {said}", rides=False, place="")
    changes.gone(sample)
    return replace(changes.done(), questions=_fewer_in_the_way(state, sample))


def _fewer_in_the_way(state: State, sample: str) -> Map[str, QuestionAsked]:
    """A question about vials in the way is settled when the last of them is gone."""
    asked = state.questions.get(WAY)
    if asked is None or sample not in asked.samples:
        return state.questions
    rest = tuple(s for s in asked.samples if s != sample)
    return state.questions.set(WAY, replace(asked, samples=rest)) if rest else state.questions.delete(WAY)


def _abort(state: State, said: str) -> State:
    """Vials that have left their places come home; the others stay there."""
    changes = Changes(replace(state, aborted=said, wants_plan=f"aborted by {said}"))
    begun = {s for t in state.tasks.values() if t.status != "planned" for s in t.work.task.samples}
    for name, vial in state.samples.items():
        if vial.status == "active":
            changes.samples[name] = replace(
                vial, status="discarded", rides=name in begun, reason=f"aborted by {said}", held=""
            )
    return changes.done()


def target_problem(state: State, what: str, target: str) -> str:
    """Why a control cannot be carried out; empty when it can."""
    if what in ("hold_sample", "release_sample", "discard"):
        vial = state.samples.get(target)
        if vial is None:
            return f"there is no sample '{target}' in this run"
        if what == "hold_sample" and vial.status != "active":
            return f"sample {target} is {vial.status}"
        if what == "release_sample" and not vial.held:
            return f"sample {target} is not held"
        if what == "discard" and vial.status in ("finished", "discarded"):
            return f"sample {target} is {vial.status} already"
    elif what in ("hold_station", "release_station") or (what == "stop" and target):
        known = {*state.slots, *state.robots} | {t.work.task.device for t in state.tasks.values()}
        if what == "stop" and target not in known and target not in state.samples:
            return f"there is no station, robot or sample '{target}' here"
        if what != "stop" and target not in known:
            return f"there is no station or robot '{target}' here"
        if what == "release_station" and target not in state.held:
            return f"{target} is not held"
    elif what == "skip":
        return _skip_problem(state, *target.partition(":")[::2])
    elif what == "pause" and state.paused:
        return f"the run is paused already ({state.paused})"
    elif what == "resume" and not state.paused:
        return "the run is not paused"
    elif what == "restart" and not state.stopped:
        return "the run was not stopped"
    return ""
