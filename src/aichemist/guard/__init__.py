"""Reviews a design before anything moves: physical limits of vials, stations and stock, and hazards vial by vial on
predicted contents. Approvals and the screening of words come on top."""

from ._limits import LIMITS, GuardLimits, Limit
from ._review import load_rules, raw_findings, review, together
from ._rules import Context, Rule, able, amounts

__all__ = [
    "LIMITS",
    "Context",
    "GuardLimits",
    "Limit",
    "Rule",
    "able",
    "amounts",
    "load_rules",
    "raw_findings",
    "review",
    "together",
]
