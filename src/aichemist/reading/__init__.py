"""Papers -> passages -> facts with evidence -> a digest for one goal.

This room reads plain-text articles as data: it splits them into sentences with exact offsets, finds elements,
precursors and reported overpotentials, and counts them by paper. Every fact keeps the sentence it came from with
title, DOI and licence. Where no articles are at hand, short summaries of our own ship with the package.
"""

from aichemist.chemistry import Document, Skipped

from ._corpus import Corpus, joined, read_folder, shipped_corpus
from ._digest import digest
from ._elements import find_elements
from ._overpotentials import Overpotential, find_overpotentials
from ._precursors import Precursor, find_precursors
from ._sentences import Sentence, split_sentences, tidy

__all__ = [
    "Corpus",
    "Document",
    "Overpotential",
    "Precursor",
    "Sentence",
    "Skipped",
    "digest",
    "find_elements",
    "find_overpotentials",
    "find_precursors",
    "joined",
    "read_folder",
    "shipped_corpus",
    "split_sentences",
    "tidy",
]
