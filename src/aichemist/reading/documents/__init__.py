"""Files of strangers -> documents: PDF, JATS and Elsevier XML, HTML, DOCX, plain text.

The format is told by what a file holds. Each document is one text with sections and tables at their offsets, without
its list of references. What cannot be read is said by name with the reason, and the rest goes on.
"""

from ._errors import Unreadable
from ._layout import Layout, Metadata
from ._open import document_paths, other_endings, read_document, readers
from ._reader import Reader, Source
from ._sections import find_sections, kind_of

__all__ = [
    "Layout", "Metadata", "Reader", "Source", "Unreadable", "document_paths", "find_sections", "kind_of",
    "other_endings", "read_document", "readers",
]  # fmt: skip
