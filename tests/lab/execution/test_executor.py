"""Crash anywhere: what was committed decides, and no command is sent twice."""

from typing import Any

import pytest

from aichemist.chemistry import InputError
from aichemist.lab.drivers import Running
from aichemist.lab.execution import BatchPlanned, Executor, VirtualClock, Work, make_clock
from aichemist.lab.scheduling import Task


def plan(n: int = 5) -> BatchPlanned:
    """A chain of n tasks on two devices."""
    return BatchPlanned(
        1, 0.0, ("a",),
        tuple(
            Work(Task(f"t{i}", "stir", f"d{i % 2}", f"d{i % 2}", ("a",), i, 300.0 * i, 0.0, (f"t{i - 1}",) if i else ()))
            for i in range(n)
        ),
    )  # fmt: skip


def executor(driver: Any, memory: Any, no_signals: Any) -> Executor:
    return Executor("r", {"d0": driver, "d1": driver}, memory, no_signals, VirtualClock())


def test_runs_to_the_end(scripted: Any, memory: Any, no_signals: Any) -> None:
    driver = scripted()
    ex = executor(driver, memory, no_signals)
    ex.add(plan())
    while ex.step():
        pass
    assert ex.state.samples["a"].status == "finished"
    assert [c.task for c in driver.received] == ["t0", "t1", "t2", "t3", "t4"]
    assert ex.clock.now_s() == 5 * 600


class Crash(BaseException):
    """Stands for kill -9: nothing may catch it on the way."""


@pytest.mark.parametrize("after", range(1, 30))
def test_killed_between_any_two_actions(after: int, scripted: Any, memory: Any, no_signals: Any) -> None:
    """Every commit and every submit is a place to die; the resumed run must end as the uninterrupted one."""
    driver = scripted()
    count = 0

    def wrap(function: Any) -> Any:
        def counted(*arguments: Any) -> Any:
            nonlocal count
            count += 1
            if count == after:
                raise Crash
            result = function(*arguments)
            count += 1
            if count == after:
                raise Crash
            return result

        return counted

    append, submit = memory.append, driver.submit
    memory.append, driver.submit = wrap(append), wrap(submit)
    ex = executor(driver, memory, no_signals)
    try:
        ex.add(plan())
        while ex.step():
            pass
    except Crash:
        memory.append, driver.submit = append, submit
        ex = executor(driver, memory, no_signals)
        last = max((p.get("at_s", 0.0) for _, p in memory.entries), default=0.0)
        ex.restore(memory.read(), VirtualClock(last))
        if not ex.state.samples:  # died before the plan was committed
            ex.add(plan())
        while ex.step():
            pass
    else:
        assert count < after  # the run was over before the chosen moment
    assert [c.task for c in driver.received] == ["t0", "t1", "t2", "t3", "t4"]
    issued = [p["command"]["id"] for k, p in memory.entries if k == "command_issued"]
    assert sorted(issued) == sorted(set(issued)) and len(issued) == 5
    assert ex.state.samples["a"].status == "finished"


def test_failure_and_doubt_quarantine(scripted: Any, memory: Any, no_signals: Any) -> None:
    for where in ("fail", "forget"):
        driver = scripted()
        getattr(driver, where).add("t2")
        memory.entries.clear()
        ex = executor(driver, memory, no_signals)
        ex.add(plan())
        while ex.step():
            pass
        assert ex.state.samples["a"].status == "quarantined"
        assert ex.state.tasks["t3"].status == "skipped" and ex.state.tasks["t4"].status == "skipped"


def test_a_device_that_cannot_say_when_it_ends_leaves_what_was_expected(
    scripted: Any, memory: Any, no_signals: Any
) -> None:
    """Else a plan made after a restart would not be the one made without it."""
    driver = scripted()
    ex = executor(driver, memory, no_signals)
    ex.add(plan())
    ex.step()
    (command,) = ex.state.open_commands
    assert ex.state.tasks["t0"].expected_end_s == 600.0
    ex.flush()
    driver.status = lambda *_: Running()
    again = executor(driver, memory, no_signals)
    again.restore(memory.read(), VirtualClock(0.0))
    assert again.state.tasks["t0"].expected_end_s == 600.0 and command in again.state.open_commands


def test_an_entry_bears_the_time_at_which_it_became_known(scripted: Any, memory: Any, no_signals: Any) -> None:
    """A device may tell late of what ended long ago; a restart must not go back to then."""
    known: list[float] = []
    append = memory.append
    memory.append = lambda entries, taking=(): (known.extend(e.lab_time_s for e in entries), append(entries, taking))[1]
    driver = scripted()
    status = driver.status
    driver.status = lambda name, now_s: status(name, now_s) if now_s >= 5000.0 else Running()
    ex = executor(driver, memory, no_signals)
    ex.add(plan())
    ex.step()
    ex.clock.wait_until(5000.0)
    ex.step()
    done = next(p for k, p in memory.entries if k == "command_done")
    assert done["at_s"] == 600.0 and known[-1] == 5000.0 == ex.clock.now_s()


def test_news_of_a_delay_is_committed(scripted: Any, memory: Any, no_signals: Any) -> None:
    driver = scripted(minutes=200.0)
    ex = executor(driver, memory, no_signals)
    ex.add(plan())
    ex.step()
    assert ex.state.late and memory.entries[-1][0] == "command_accepted"
    again = executor(driver, memory, no_signals)
    again.restore(memory.read(), VirtualClock(0.0))
    assert again.state.late == ex.state.late


def test_scaled_clock_runs_at_its_pace() -> None:
    clock = make_clock("scaled:100000", 50.0)
    begin = clock.now_s()
    assert begin >= 50.0
    clock.wait_until(begin + 1000.0)
    assert clock.now_s() >= begin + 1000.0


@pytest.mark.parametrize("bad", ["fast", "scaled", "scaled:0", "scaled:-3", "scaled:nan", "scaled:x", ""])
def test_bad_clock(bad: str) -> None:
    with pytest.raises(InputError, match="virtual, real, or scaled:60"):
        make_clock(bad)
