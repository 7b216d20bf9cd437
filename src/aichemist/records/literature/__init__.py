"""The literature in the database: documents, their facts and sentences, and what people say of them.

Sentences are found by BM25: SQLite's own full text, or PostgreSQL's ranked by bm25s. A person's correction stands
beside the machine's reading, survives its being read again, and wins over it wherever it is shown or exported.
"""

from ._corrections import ADDED, CORRECTED, Correction, corrected, place
from ._export import FACT_COLUMNS, brat_pairs, correction_row, fact_row
from ._facts import Fact, Item
from ._fields import checked_fields
from ._find import Hit
from ._search import Query, marked_words, parse_query
from ._store import Added, DocumentInfo, LiteratureStore

__all__ = [
    "ADDED", "CORRECTED", "FACT_COLUMNS", "Added", "Correction", "DocumentInfo", "Fact", "Hit", "Item",
    "LiteratureStore", "Query", "brat_pairs", "checked_fields", "corrected", "correction_row", "fact_row",
    "marked_words", "parse_query", "place",
]  # fmt: skip
