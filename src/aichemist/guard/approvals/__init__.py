"""Approvals as pure logic: what exactly is approved, who must say yes, whether what was said holds now.

Also the envelope inside which batches run without asking again. Stored approvals and the time are handed in; nothing
here reads a database or a clock.
"""

from ._envelope import Envelope, envelope_subject
from ._judge import Approval, Need, Verdict, final, has_role, judge, needs
from ._settings import ROLES, SAFETY_OFFICER, ApprovalSettings, acts_as, for_rules, read_expiry
from ._subject import Subject, batch_subject, canonical_hash
from ._told import steps_told

__all__ = [
    "ROLES",
    "SAFETY_OFFICER",
    "Approval",
    "ApprovalSettings",
    "Envelope",
    "Need",
    "Subject",
    "Verdict",
    "acts_as",
    "batch_subject",
    "canonical_hash",
    "envelope_subject",
    "final",
    "for_rules",
    "has_role",
    "judge",
    "needs",
    "read_expiry",
    "steps_told",
]
