"""What is known of substances: identity, hazards, limits, and which sources knew. Completeness is never claimed."""

from ._knowledge import Knowledge, default_knowledge
from ._substance import HazardStatement, Identity, Substance

__all__ = ["HazardStatement", "Identity", "Knowledge", "Substance", "default_knowledge"]
