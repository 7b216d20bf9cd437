"""Which recovery follows a fault."""

from __future__ import annotations

from attrs import frozen

from ..layout import Action, RecoveryRule

#: two hours for a person to come by before the other vials go on (assumption)
_PATIENCE_S = 7200.0

#: safe for any lab: what may be repeated is, what may not is asked; a lab file's own rules come first
DEFAULT_RULES = (
    RecoveryRule("ask", fault="dropped", patience_s=_PATIENCE_S),
    RecoveryRule("ask", fault="stopped", patience_s=None),
    RecoveryRule("ask", fault="no answer", patience_s=_PATIENCE_S),
    RecoveryRule("ask", fault="timed out", patience_s=_PATIENCE_S),
    RecoveryRule("retry", fault="bad data", times=2, then="salvage"),
    RecoveryRule("retry", fault="missing data", times=2, then="salvage"),
    RecoveryRule("retry", times=2, delay_s=60.0, then="ask", patience_s=_PATIENCE_S),
)


@frozen
class RecoveryPolicy:
    """Maps (station, operation, fault) to an action: the first rule that fits, the lab's own before the defaults."""

    rules: tuple[RecoveryRule, ...] = ()

    def rule(self, operation: str, station: str, fault: str) -> RecoveryRule:
        for rule in (*self.rules, *DEFAULT_RULES):
            if (
                rule.operation in ("", operation)
                and rule.station in ("", station)
                and rule.fault in ("", fault)
            ):  # fmt: skip
                return rule
        return DEFAULT_RULES[-1]


def may_repeat(operation: str, effect: str) -> bool:
    """Whether giving the task again can do nothing twice: a measurement, or the device is sure that nothing happened.

    Dispensing, heating and moving are never repeated on a guess.
    """
    return effect == "none" or operation.startswith("measure_")


def action_of(rule: RecoveryRule, operation: str, effect: str, attempts: int) -> Action:
    """The action that a rule leads to after ``attempts`` tries.

    No rule goes on with a vial of which nobody knows whether something was dispensed, heated or moved: what would
    follow is not what was reviewed. A person is asked instead.
    """
    if rule.action == "go_on" and not operation.startswith("measure_"):
        return "ask"
    if rule.action != "retry":
        return rule.action
    if attempts <= rule.times and may_repeat(operation, effect):
        return "retry"
    then = rule.then if rule.then != "retry" else "ask"
    return "ask" if then == "go_on" and not operation.startswith("measure_") else then
