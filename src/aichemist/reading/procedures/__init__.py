"""Procedures: what was done in which order, with what, how hot and how long, in the words of a laboratory.

Recognised mentions and their links become actions; each is mapped to an operation that a station can do, or stays
unmapped and is listed. A draft protocol adapts the procedure of a paper to one lab, every choice with its evidence.
"""

from ._build import build
from ._draft import DraftProtocol, DraftStep, best_procedure, draft_protocol
from ._operations import operation_of

__all__ = ["DraftProtocol", "DraftStep", "best_procedure", "build", "draft_protocol", "operation_of"]
