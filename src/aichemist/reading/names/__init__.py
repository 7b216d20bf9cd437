"""Names as experimental sections write them -> formula, ions, structure.

`resolve` tries our own formula parser, a grammar of salt names, a synonym table, and OPSIN where Java is present; what
is unknown, a mixture, or ambiguous gives ``None`` (and its readings from `candidates`), since a wrong structure is
worse than none. RDKit is imported only when a structure is asked for.
"""

from ._resolve import candidates, resolve, resolve_many
from ._substance import SOURCES, Substance

__all__ = ["SOURCES", "Substance", "candidates", "resolve", "resolve_many"]
