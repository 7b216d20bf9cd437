"""What is known of substances: identity, hazards, limits, and which sources knew. Completeness is never claimed.

`Knowledge.find` asks the curated table (``data/``), the user's own safety data, an imported CLP Annex VI list and the
library `chemicals`; `structural_findings` judges structure and formula; `screening` looks into lists of law.
"""

from ._alerts import StructuralAlert, catalogue_alerts, oxygen_balance, structural_findings
from ._clp import Imported, clp_path, import_clp
from ._ghs import STATEMENTS, statement
from ._identify import Resolve
from ._knowledge import Knowledge, default_knowledge
from ._near import near
from ._schedules import Screening, screening
from ._sds import keep_sds
from ._substance import HazardStatement, Identity, Substance
from ._table import Entry, entries
from ._text import cas_number

__all__ = [
    "STATEMENTS",
    "Entry",
    "HazardStatement",
    "Identity",
    "Imported",
    "Knowledge",
    "Resolve",
    "Screening",
    "StructuralAlert",
    "Substance",
    "cas_number",
    "catalogue_alerts",
    "clp_path",
    "default_knowledge",
    "entries",
    "import_clp",
    "keep_sds",
    "near",
    "oxygen_balance",
    "screening",
    "statement",
    "structural_findings",
]
