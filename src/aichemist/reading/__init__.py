"""Papers -> documents -> sentences, entities, procedures, values -> a digest; offline, every fact with its sentence.

``read_one`` reads a file of any known format, ``read_all`` many side by side; ``digest`` says what readings report for
a goal, ``draft_protocol`` adapts a reported procedure to a lab. The parts live in sub-packages: `documents`, `values`,
`entities`, `relations`, `procedures`, `names`, `summary`, and `llm`, which is optional.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aichemist.chemistry import Document, Skipped

    from ._corpus import Corpus, joined, read_folder, shipped_corpus
    from ._elements import find_elements
    from ._pipeline import MADE_BY, Unchanged, are_short_texts, read_all, read_one, read_text
    from ._precursors import Precursor, find_precursors
    from ._sentences import Sentence, split_sentences, tidy
    from .documents import Unreadable, document_paths, other_endings, read_document
    from .names import Substance, resolve, resolve_many
    from .procedures import DraftProtocol, best_procedure, draft_protocol
    from .summary import digest

__all__ = [
    "MADE_BY",
    "Corpus",
    "Document",
    "DraftProtocol",
    "Precursor",
    "Sentence",
    "Skipped",
    "Substance",
    "Unchanged",
    "Unreadable",
    "are_short_texts",
    "best_procedure",
    "digest",
    "document_paths",
    "draft_protocol",
    "find_elements",
    "find_precursors",
    "joined",
    "other_endings",
    "read_all",
    "read_document",
    "read_folder",
    "read_one",
    "read_text",
    "resolve",
    "resolve_many",
    "shipped_corpus",
    "split_sentences",
    "tidy",
]

_HOMES = {
    "Document": "aichemist.chemistry",
    "Skipped": "aichemist.chemistry",
    "Precursor": "._precursors",
    "find_precursors": "._precursors",
    "Sentence": "._sentences",
    "split_sentences": "._sentences",
    "tidy": "._sentences",
    "find_elements": "._elements",
    "MADE_BY": "._pipeline",
    "Unchanged": "._pipeline",
    "are_short_texts": "._pipeline",
    "read_all": "._pipeline",
    "read_one": "._pipeline",
    "read_text": "._pipeline",
    "Unreadable": ".documents",
    "document_paths": ".documents",
    "other_endings": ".documents",
    "read_document": ".documents",
    "Substance": ".names",
    "resolve": ".names",
    "resolve_many": ".names",
    "DraftProtocol": ".procedures",
    "best_procedure": ".procedures",
    "draft_protocol": ".procedures",
    "digest": ".summary",
}


def __getattr__(name: str) -> Any:
    if name in __all__:  # each pulls in tables and models; take only what is asked for
        from importlib import import_module

        return getattr(import_module(_HOMES.get(name, "._corpus"), __name__), name)
    raise AttributeError(name)
