"""Documents to read: a folder of plain texts with its attribution table, or the short summaries that ship with us."""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from pathlib import Path

from attrs import frozen

from aichemist.chemistry import Document, InputError, Skipped

#: larger files are not articles
MAX_BYTES = 20_000_000

_ROW = re.compile(
    r"^[-*] (?P<id>[\w.-]{1,80}): (?P<title>.{1,500}?), doi:(?P<doi>10\.\d{4,9}/[^\s,;]{1,200})"
    r"(?:, (?P<licence>[^;\n]{1,80}))?(?:;.{0,200})?$",
    re.M,
)
_DOI = re.compile(r"(?<![\w.])10\.\d{4,9}/[-._;()/:A-Za-z0-9<>]{1,120}")


@frozen
class Corpus:
    """Documents in the order of their names, and the files that were left out."""

    name: str
    documents: tuple[Document, ...]
    skipped: tuple[Skipped, ...] = ()


def read_folder(folder: Path) -> Corpus:
    """The ``*.txt`` articles of ``folder``.

    Titles, DOIs and licences come from the table in ``README.md`` of the folder or of the one above it (rows like
    ``- id: Title (Journal), doi:10.…, CC-BY 4.0; n words``); without a row the title is the text's first line and the
    DOI the first one found in the text. Files that are empty, larger than 20 MB or not UTF-8 are reported in
    ``skipped`` and the rest goes on.

    Raises:
        InputError: ``folder`` is not a folder that can be listed.
    """
    folder = Path(folder)
    try:
        paths = sorted(p for p in folder.iterdir() if p.suffix.lower() == ".txt" and p.is_file())
    except OSError as error:
        raise InputError(
            f"the folder of articles cannot be listed ({error.strerror or error})", file=folder,
            mend="give a folder of plain-text articles, *.txt",
        ) from None  # fmt: skip
    table = _attribution(folder)
    documents: list[Document] = []
    skipped: list[Skipped] = []
    for path in paths:
        try:
            text = _text(path)
        except (OSError, ValueError) as error:
            skipped.append(Skipped(path.name, str(error)))
            continue
        title, doi, licence = table.get(path.stem, ("", "", ""))
        documents.append(
            Document(path.stem, title or _first_line(text), doi or _first_doi(text), licence or "not stated", text)
        )
    return Corpus(str(folder), tuple(documents), tuple(skipped))


def _text(path: Path) -> str:
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise ValueError(f"too large for an article: {size / 1e6:.1f} MB, the limit is {MAX_BYTES / 1e6:.0f} MB")
    # newlines stay as they are: offsets refer to these characters
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8: byte 0x{raw[error.start]:02x} at position {error.start}") from None
    if not text.strip():
        raise ValueError("empty")
    return text


def _attribution(folder: Path) -> dict[str, tuple[str, str, str]]:
    for readme in (folder / "README.md", folder.parent / "README.md"):
        try:
            if not readme.is_file() or readme.stat().st_size > MAX_BYTES:
                continue
            text = readme.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        rows = {m["id"]: (m["title"], m["doi"], m["licence"] or "") for m in _ROW.finditer(text)}
        if rows:
            return rows
    return {}


def _first_line(text: str) -> str:
    line = text.strip().split("\n", 1)[0].strip()
    return line if len(line) <= 160 else line[:157].rsplit(" ", 1)[0] + "…"


def _first_doi(text: str) -> str:
    found = _DOI.search(text)
    return found[0].rstrip(".;,)") if found else ""


def shipped_corpus() -> Corpus:
    """The short summaries that come with the package, each naming the paper whose facts it states.

    They let a campaign read something where no articles are at hand; they are no substitute for the articles.
    """
    folder = resources.files("aichemist.reading") / "_corpus"
    index = tomllib.loads((folder / "index.toml").read_text(encoding="utf-8"))
    documents = tuple(
        Document(
            id=entry["id"],
            title=f"{entry['title']} ({entry['citation']})",
            doi=entry["doi"],
            licence=index["licence"],
            text=(folder / f"{entry['id']}.txt").read_text(encoding="utf-8"),
        )
        for entry in index["paper"]
    )
    return Corpus(index["name"], documents)


def joined(*corpora: Corpus) -> Corpus:
    """One corpus of several; a paper that is in two of them (by DOI, or by id where it has none) is taken once."""
    documents: dict[str, Document] = {}
    for corpus in corpora:
        for document in corpus.documents:
            documents.setdefault((document.doi or document.id).lower(), document)
    return Corpus(
        " + ".join(c.name for c in corpora),
        tuple(documents.values()),
        tuple(s for c in corpora for s in c.skipped),
    )
