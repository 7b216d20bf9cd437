"""Sentences by BM25, in memory, for texts that are in no library; the library of a lab has its own (`records`)."""

from ._bm25 import Bm25, Found

__all__ = ["Bm25", "Found"]
