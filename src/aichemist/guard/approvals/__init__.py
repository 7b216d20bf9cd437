"""Approvals as pure logic: what exactly is approved, who must say yes, whether what was said holds now.

Also the envelope inside which batches run without asking again. Stored approvals and the time are handed in; nothing
here reads a database or a clock.
"""

from ._subject import Subject, batch_subject, canonical_hash

__all__ = ["Subject", "batch_subject", "canonical_hash"]
