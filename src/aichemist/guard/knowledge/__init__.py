"""What is known of substances: identity, hazards, limits, and which sources knew. Completeness is never claimed."""

from ._substance import HazardStatement, Substance

__all__ = ["HazardStatement", "Substance"]
