"""Many readings and one goal -> a digest: shares, distributions and contradictions over papers, with evidence."""

from ._digest import digest
from ._fractions import metal_fractions
from ._shares import shrunk_share

__all__ = ["digest", "metal_fractions", "shrunk_share"]
