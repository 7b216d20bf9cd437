"""Documents to read: a folder of plain texts with its attribution table, or the short summaries that ship with us."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path

from attrs import frozen

from aichemist.chemistry import Document, Skipped


@frozen
class Corpus:
    """Documents in the order of their names, and the files that were left out."""

    name: str
    documents: tuple[Document, ...]
    skipped: tuple[Skipped, ...] = ()


def read_folder(folder: Path) -> Corpus:
    """The articles of ``folder`` and of those below it, in all formats that `documents` reads.

    Files that cannot be read are reported in ``skipped`` with the reason, and the rest goes on. Titles, DOIs and
    licences of plain texts come from the table in ``README.md`` (see `documents.attribution`).

    Raises:
        InputError: ``folder`` is not a folder that can be listed.
    """
    from .documents import document_paths, read_document

    documents: list[Document] = []
    skipped: list[Skipped] = []
    for path, name in document_paths(Path(folder)):
        try:
            documents.append(read_document(path, name=name))
        except (OSError, ValueError) as error:
            skipped.append(Skipped(name, str(error)))
    return Corpus(str(folder), tuple(documents), tuple(skipped))


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
