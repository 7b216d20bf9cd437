"""Reported values: property, number, unit, conditions and material, out of sentences, tables and whole articles.

Numbers with units are found first, then the words that say what they are; each number becomes a value, the
circumstance of one, or neither; lists are paired with lists. No model and no network: rules over one sentence, with
the sentences before it and the title for what it leaves unsaid.
"""

from .._topics import topics_of
from ._document import values_of
from ._find import find_values
from ._tables import table_values

__all__ = ["find_values", "table_values", "topics_of", "values_of"]
