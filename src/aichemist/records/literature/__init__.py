"""The literature in the database: documents, their values and sentences, and what people say of them.

Sentences are found by BM25: SQLite's own full text, or PostgreSQL's ranked by bm25s. A person's correction stands
beside the machine's reading, survives its being read again, and wins over it wherever it is shown or exported.
"""

from ._corrections import ADDED, CORRECTED, Correction, checked_fields, corrected
from ._search import Query, parse_query
from ._store import Added, DocumentInfo, Hit, LiteratureStore

__all__ = [
    "ADDED", "CORRECTED", "Added", "Correction", "DocumentInfo", "Hit", "LiteratureStore", "Query", "checked_fields",
    "corrected", "parse_query",
]  # fmt: skip
