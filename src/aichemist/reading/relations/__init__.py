"""Mentions -> links: which number belongs to which unit, amount to which material, condition to which operation.

Each mention chooses its partner among those in its sentence by a log-linear model over named features (order, what
stands between, the words themselves); operations are strung to a chain. The models are trained on the official training
split of MSPT (Mysore et al. 2019) with mentions as annotated and as recognised, so that they cope with both.
"""

from ._evaluate import RelationScore, evaluate_relations
from ._families import ROLES
from ._find import find_links

__all__ = ["ROLES", "RelationScore", "evaluate_relations", "find_links"]
