"""Plain text: taken as it is, so that offsets of other annotation hold."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from aichemist.chemistry import Document

from ._errors import Unreadable
from ._layout import MAX_TEXT
from ._markup import find_doi, licence_of, publication_year, root_name
from ._reader import Reader, Source
from ._sections import find_sections

_ROW = re.compile(
    r"^[-*] (?P<id>[\w.-]{1,80}): (?P<title>.{1,500}?), doi:(?P<doi>10\.\d{4,9}/[^\s,;]{1,200})"
    r"(?:, (?P<licence>[^;\n]{1,80}))?(?:;.{0,200})?$",
    re.M,
)
#: bytes from which an encoding can be told
_TELLING = 200
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


class PlainReader(Reader):
    """Plain text in UTF-8, or in another encoding that can be told for sure."""

    format = "text"
    suffixes = (".txt", ".text")
    max_bytes = 60_000_000

    def recognises(self, head: bytes, suffix: str) -> bool:
        if root_name(head) and head.count(b"</") >= 3:
            return False  # marked up in a way that no reader knows; its tags are no text
        if head.startswith((b"{\\rtf", b"%!PS")):
            return False
        return head.startswith((b"\xff\xfe", b"\xfe\xff")) or len(_BINARY.findall(head)) * 100 <= len(head)

    def read(self, source: Source) -> Document:
        text = decoded(source.raw)
        if not text.strip():
            raise Unreadable("empty" if not source.raw.strip() else "holds no text")
        if len(text) > MAX_TEXT:
            raise Unreadable(f"holds more than {MAX_TEXT / 1e6:.0f} million characters; that is no article")
        title, doi, licence = attribution(source.path.parent).get(source.path.stem, ("", "", ""))
        doi = doi or find_doi(text[:20_000])
        return Document(
            id=source.id, title=title or _first_line(text), doi=doi,
            licence=licence or licence_of(text[:10_000]) or "not stated", text=text, year=publication_year(text, doi),
            format=self.format, name=source.name, sha256=source.sha256, sections=find_sections(text),
        )  # fmt: skip


def decoded(raw: bytes) -> str:
    """The text of bytes; newlines stay as they are.

    Raises:
        Unreadable: neither UTF-8 nor another encoding that can be told.
    """
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError:
                break
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        from charset_normalizer import from_bytes

        # a few odd bytes are damage, not another encoding
        best = from_bytes(raw[:200_000]).best() if len(raw) >= _TELLING else None
        if best is not None and best.chaos < 0.1 and best.encoding not in ("utf_8", "ascii"):
            try:
                return raw.decode(best.encoding)
            except (UnicodeDecodeError, LookupError):
                pass
        raise Unreadable(
            f"not UTF-8: byte 0x{raw[error.start]:02x} at position {error.start}; save it as UTF-8"
        ) from None


def attribution(folder: Path) -> dict[str, tuple[str, str, str]]:
    """Title, DOI and licence by file stem, from the table in ``README.md`` of a folder or of the one above it.

    Its rows read ``- id: Title (Journal), doi:10.…, CC-BY 4.0; n words``.
    """
    for readme in (folder / "README.md", folder.parent / "README.md"):
        try:
            state = readme.stat()
            rows = _rows(str(readme), state.st_mtime_ns, state.st_size) if state.st_size <= MAX_TEXT else {}
        except OSError:
            continue
        if rows:
            return rows
    return {}


@lru_cache(maxsize=32)
def _rows(readme: str, modified: int, size: int) -> dict[str, tuple[str, str, str]]:
    """The rows of one README; time and size are there so that a changed file is read again."""
    text = Path(readme).read_text(encoding="utf-8", errors="replace")
    return {m["id"]: (m["title"], m["doi"], m["licence"] or "") for m in _ROW.finditer(text)}


def _first_line(text: str) -> str:
    line = text.lstrip("\ufeff").strip().split("\n", 1)[0].strip()
    return line if len(line) <= 160 else line[:157].rsplit(" ", 1)[0] + "…"
