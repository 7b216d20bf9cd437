"""Sentences by BM25, in memory, for texts that are in no library; the library of a lab has its own (`records`).

`SentenceEncoder` makes vectors of sentences for search by meaning, where a person has put a model into a folder.
"""

from ._bm25 import Bm25, Found
from ._dense import SentenceEncoder

__all__ = ["Bm25", "Found", "SentenceEncoder"]
