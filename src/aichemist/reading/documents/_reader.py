"""The seam for formats: what a reader of one kind of file does."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path

from attrs import frozen

from aichemist.chemistry import Document


@frozen
class Source:
    """A file to read: where it is, its bytes, and what its document is to be called."""

    path: Path
    raw: bytes
    name: str
    id: str
    sha256: str


class Reader(ABC):
    """Reads one format. Registered under the entry point group ``aichemist.readers``."""

    #: name of the format, as `Document.format` has it
    format: str
    #: suffixes of its files, in lower case with the dot
    suffixes: tuple[str, ...]
    #: bytes of one file at most
    max_bytes: int = 200_000_000

    @abstractmethod
    def recognises(self, head: bytes, suffix: str) -> bool:
        """Whether a file that begins with ``head`` (up to 64 kB) is of this format, whatever its suffix."""

    @abstractmethod
    def read(self, source: Source) -> Document:
        """The document.

        Raises:
            Unreadable: the file is broken, encrypted, or holds no text.
        """
