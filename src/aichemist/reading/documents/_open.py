"""A file of any known kind -> a document, by what it holds rather than by its name."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

from aichemist.chemistry import Document, InputError

from ._errors import Unreadable
from ._markup import root_name
from ._reader import Reader, Source

#: bytes of one file of any format at most
MAX_BYTES = 200_000_000
_HEAD = 65_536
_UNSAFE = re.compile(r"[^\w.-]+")
#: what files begin with that are no articles, what they are, and what to do
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"\xd0\xcf\x11\xe0", "an old Word or Office file: save it as .docx"),
    (b"{\\rtf", "RTF: save it as .docx or as plain text"),
    (b"\x89PNG", "a picture: run it through OCR first"),
    (b"\xff\xd8\xff", "a picture: run it through OCR first"),
    (b"II*\x00", "a picture: run it through OCR first"),
    (b"MM\x00*", "a picture: run it through OCR first"),
    (b"GIF8", "a picture: run it through OCR first"),
    (b"%!PS", "PostScript: make a PDF of it"),
    (b"\x1f\x8b", "compressed: unpack it first"),
    (b"PK\x03\x04", "an archive: unpack it first"),
    (b"7z\xbc\xaf", "compressed: unpack it first"),
    (b"Rar!", "compressed: unpack it first"),
    (b"AT&TFORM", "DjVu: make a PDF of it"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)


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
    if path.is_dir():
        raise Unreadable("is a folder")
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise Unreadable(f"too large for an article: {size / 1e6:.1f} MB, the limit is {MAX_BYTES / 1e6:.0f} MB")
    with path.open("rb") as file:
        head = file.read(_HEAD)
        if not head.strip(b" \t\r\n\x00") and size <= _HEAD:
            raise Unreadable("empty")
        suffix = path.suffix.lower()
        reader = _reader_for(head, suffix)
        if reader is None:
            raise Unreadable(_unknown(head))
        if size > reader.max_bytes:
            raise Unreadable(
                f"too large for an article: {size / 1e6:.1f} MB, the limit for {reader.format} is"
                f" {reader.max_bytes / 1e6:.0f} MB"
            )  # fmt: skip
        raw = head + file.read()
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
    if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:9].lower().startswith((b"<?xml", b"<!doctype")):
        able = [r for r in able if r.format != "text"]  # markup that nobody knows is no text
    return next((r for r in able if suffix in r.suffixes and r.format != "text"), able[0] if able else None)


def _unknown(head: bytes) -> str:
    """Why no reader takes a file that begins with ``head``."""
    kind = next((said for mark, said in _OTHERS if head.startswith(mark)), "")
    if kind:
        return f"is {kind}"
    if root_name(head):
        return f"is XML of no known kind (its root is <{root_name(head)}>): save it as JATS, HTML or plain text"
    known = ", ".join(sorted({s for r in readers() for s in r.suffixes}))
    return f"is of no known kind (known: {known}): save it as one of them"


def safe_id(stem: str) -> str:
    """A short name that is safe in file names and addresses."""
    return _UNSAFE.sub("_", stem).strip("._")[:80] or "document"


def document_paths(folder: Path) -> tuple[tuple[Path, str], ...]:
    """The files of ``folder``, and of those below it, that may be articles, each with its path from the folder.

    Sorted; hidden files, README files and links out of the folder are left out. A file in place of a folder is that
    one file, whatever its ending.

    Raises:
        InputError: ``folder`` is not a folder that can be listed.
    """
    folder = Path(folder)
    known = {s for r in readers() for s in r.suffixes}
    if folder.is_file():
        return ((folder, folder.name),)
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


def other_endings(folder: Path) -> dict[str, int]:
    """How many files of a folder `document_paths` passes over for their ending, by ending ("" for none)."""
    known = {s for r in readers() for s in r.suffixes}
    return dict(Counter(p.suffix.lower() for p in _walk(Path(folder), None) if p.suffix.lower() not in known))


def _walk(folder: Path, known: set[str] | None) -> Iterable[Path]:
    """Files that may be articles, or all that are not hidden where no endings are known."""
    import os

    for place, folders, files in os.walk(folder, followlinks=False):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in files:
            path = Path(place) / name
            wanted = known is None or path.suffix.lower() in known
            if not name.startswith((".", "~$")) and wanted and path.stem.upper() != "README":
                yield path
