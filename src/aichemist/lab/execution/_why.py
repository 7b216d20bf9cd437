"""Why something waits, in words for a person."""

from __future__ import annotations

from ._state import FINISHED, State, TaskState, crew, together


def obstacle(state: State, task: TaskState) -> str:
    """Why a task that is due cannot begin now; empty when it can."""
    plan = task.work.task
    if state.stopped:
        return f"emergency stop ({state.stopped})"
    if state.paused:
        return f"paused ({state.paused})"
    for device in dict.fromkeys((plan.device, plan.station)):
        if device in state.held:
            return f"{device} is held ({state.held[device]})"
        if device in state.lost and device == plan.device:
            return f"{device} cannot be reached ({state.lost[device]})"
    for lock in state.tripped.values():
        if plan.station in lock.stations or plan.device in lock.stations:
            return f"interlock {lock.name}: {lock.text}"
    samples = crew(state, task)
    for sample in samples:
        if state.samples[sample].held:
            return f"{sample} is held ({state.samples[sample].held})"
    if plan.device in state.busy:
        return _busy(state, plan.device)
    if plan.device != plan.station and _shut(state, plan.station):
        return _busy(state, plan.station)
    return _no_room(state, task, samples)


def _shut(state: State, station: str) -> bool:
    """A furnace never opens hot, a centrifuge never while it turns."""
    command = state.busy.get(station)
    task_id = state.open_commands.get(command or "") or state.faulted.get(command or "")
    return task_id is not None and together(state, station, state.tasks[task_id].work.task.operation)


def _busy(state: State, device: str) -> str:
    command = state.busy[device]
    if command in state.faulted:
        return f"{device} waits for a decision about {state.tasks[state.faulted[command]].work.task.operation}"
    task = state.tasks[state.open_commands[command]]
    until = "" if task.expected_end_s is None else f" until {clock_text(task.expected_end_s)}"
    return f"{device} is busy with {task.work.task.operation}{until}"


def _no_room(state: State, task: TaskState, samples: tuple[str, ...]) -> str:
    plan = task.work.task
    if plan.step is not None and together(state, plan.station, plan.operation):
        others = state.inside.get(plan.station, frozenset()) - set(samples)
        return f"{', '.join(sorted(others)[:4])} must leave {plan.station} first" if others else ""
    place, limit = (
        (plan.device, state.robots.get(plan.device)) if plan.operation == "load"
        else (plan.station, state.slots.get(plan.station)) if plan.operation == "unload" else ("", None)
    )  # fmt: skip
    if limit is None:
        return ""
    there = state.inside.get(place, frozenset())
    if len(there | set(samples)) <= limit:
        return ""
    return f"{place} has {limit} places, taken by {', '.join(sorted(there)[:4])}{' ...' if len(there) > 4 else ''}"


def clock_text(seconds: float) -> str:
    """Lab time as ``day 2, 14:20``; the first day has no number."""
    days, rest = divmod(int(seconds), 86400)
    hours = f"{rest // 3600:02d}:{rest % 3600 // 60:02d}"
    return hours if days == 0 else f"day {days + 1}, {hours}"


def waits_because(state: State, sample: str) -> str:
    """Why nothing happens to a sample now; empty when something does, or when it has ended."""
    vial = state.samples[sample]
    if vial.status != "active" and not vial.rides:
        return vial.reason
    mine = [t for t in state.tasks.values() if sample in t.work.task.samples and t.status not in FINISHED]
    if any(t.status == "issued" for t in mine):
        return ""
    for task in mine:
        if task.status == "faulted":
            return f"a person is asked about {task.work.task.operation} on {task.work.task.device}"
    if not mine:
        return vial.reason
    task = min(mine, key=lambda t: (t.work.task.start_s, t.work.task.id))
    plan = task.work.task
    doing = f"{plan.operation} on {plan.device}"
    if task.waits_for:
        return f"{doing} waits for " + _before(state, task)
    problem = obstacle(state, task)
    if problem:
        return f"{doing}: {problem}"
    return f"{doing} is planned for {clock_text(state.ready.get(plan.id, plan.start_s))}"


def _before(state: State, task: TaskState) -> str:
    """The task that holds this one up, followed back to one that runs or could."""
    seen: set[str] = set()
    while True:
        before = [state.tasks[t] for t in task.waits_for if t in state.tasks and t not in seen]
        if not before:
            break
        task = min(before, key=lambda t: (t.status != "issued", t.work.task.start_s, t.work.task.id))
        seen.add(task.work.task.id)
        if task.status in ("issued", "faulted") or not task.waits_for:
            break
    plan = task.work.task
    who = plan.samples[0] + (f" and {len(plan.samples) - 1} more" if len(plan.samples) > 1 else "")
    if task.status == "issued" and task.expected_end_s is not None:
        return f"{plan.operation} of {who} on {plan.device} until {clock_text(task.expected_end_s)}"
    if task.status == "planned" and not task.waits_for:
        problem = obstacle(state, task)
        return f"{plan.operation} of {who} on {plan.device}" + (f" ({problem})" if problem else "")
    return f"{plan.operation} of {who} on {plan.device}"
