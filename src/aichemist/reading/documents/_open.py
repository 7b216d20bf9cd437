"""A file of any known kind -> a document, by what it holds rather than by its name."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

from aichemist.chemistry import Document, InputError

from ._errors import Unreadable
from ._reader import Reader, Source

#: bytes of one file at most
MAX_BYTES = 200_000_000
_HEAD = 65_536
_UNSAFE = re.compile(r"[^\w.-]+")


@cache
def readers() -> tuple[Reader, ...]:
    """The installed readers (entry point group ``aichemist.readers``); plain text is asked last."""
    found = [point.load()() for point in sorted(entry_points(group="aichemist.readers"), key=lambda p: p.name)]
    return tuple(sorted(found, key=lambda r: r.format == "text"))


def read_document(path: Path, *, name: str = "") -> Document:
    """Read one file.

    Args:
        name: what to call the file, such as its path relative to the folder; default: its own name.

    Raises:
        Unreadable: broken, encrypted, empty, too large, or of no known kind; the message says what to do.
        OSError: the file cannot be opened.
    """
    path = Path(path)
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise Unreadable(f"too large for an article: {size / 1e6:.1f} MB, the limit is {MAX_BYTES / 1e6:.0f} MB")
    raw = path.read_bytes()
    if not raw.strip(b" \t\r\n\x00"):
        raise Unreadable("empty")
    suffix = path.suffix.lower()
    reader = _reader_for(raw[:_HEAD], suffix)
    if reader is None:
        known = ", ".join(sorted({s for r in readers() for s in r.suffixes}))
        raise Unreadable(f"is of no known kind (known: {known}); save it as one of them")
    sha256 = hashlib.sha256(raw).hexdigest()
    source = Source(path, raw, name or path.name, safe_id(path.stem), sha256)
    try:
        return reader.read(source)
    except Unreadable as error:
        if suffix not in reader.suffixes:
            raise Unreadable(f"is {reader.format} in a file called {path.name}, and {error}") from None
        raise


def _reader_for(head: bytes, suffix: str) -> Reader | None:
    able = [r for r in readers() if r.recognises(head, suffix)]
    return next((r for r in able if suffix in r.suffixes and r.format != "text"), able[0] if able else None)


def safe_id(stem: str) -> str:
    """A short name that is safe in file names and addresses."""
    return _UNSAFE.sub("_", stem).strip("._")[:80] or "document"


def document_paths(folder: Path) -> tuple[tuple[Path, str], ...]:
    """The files of ``folder``, and of those below it, that may be articles, each with its path from the folder.

    Sorted; hidden files, README files and links out of the folder are left out.

    Raises:
        InputError: ``folder`` is not a folder that can be listed.
    """
    folder = Path(folder)
    known = {s for r in readers() for s in r.suffixes}
    try:
        if not folder.is_dir():
            raise NotADirectoryError(20, "no such folder")
        next(folder.iterdir(), None)
        found = sorted(_walk(folder, known))
    except OSError as error:
        raise InputError(
            f"the folder of articles cannot be listed ({error.strerror or error})", file=folder,
            mend="give a folder with articles: PDF, XML, HTML, DOCX or plain text",
        ) from None  # fmt: skip
    return tuple((path, path.relative_to(folder).as_posix()) for path in found)


def _walk(folder: Path, known: set[str]) -> Iterable[Path]:
    import os

    for place, folders, files in os.walk(folder, followlinks=False):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in files:
            path = Path(place) / name
            if not name.startswith((".", "~$")) and path.suffix.lower() in known and path.stem.upper() != "README":
                yield path
