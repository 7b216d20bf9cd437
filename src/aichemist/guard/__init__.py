"""Reviews a design before anything moves. Here: physical limits of vials, stations and stock.

Chemical hazards, approvals by role and dual use come later through the same rules.
"""

from ._review import load_rules, review
from ._rules import Context, Rule, able, amounts

__all__ = ["Context", "Rule", "able", "amounts", "load_rules", "review"]
