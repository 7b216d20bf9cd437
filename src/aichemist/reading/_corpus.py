"""Documents to read: a folder of plain texts with its attribution table, or the short summaries that ship with us."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from importlib import resources
from pathlib import Path

from attrs import evolve, frozen

from aichemist.chemistry import Document, Skipped

from ._duplicates import duplicates


@frozen
class Corpus:
    """Documents in the order of their names, and the files that were left out."""

    name: str
    documents: tuple[Document, ...]
    skipped: tuple[Skipped, ...] = ()


def read_folder(folder: Path) -> Corpus:
    """The articles of ``folder`` and of those below it, in all formats that `documents` reads, each paper once.

    Files that cannot be read, and papers that are there twice, are reported in ``skipped`` with the reason, and the
    rest goes on. Titles, DOIs and licences of plain texts come from the table in ``README.md`` (see
    `documents.attribution`). Each ``id`` is there once: of files with the same stem the later ones get part of their
    SHA-256.

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
    same = duplicates(documents)
    skipped += [Skipped(documents[i].name, f"the same paper as {documents[k].name}") for i, k in same.items()]
    kept = with_own_ids(d for i, d in enumerate(documents) if i not in same)
    return Corpus(str(folder), kept, tuple(skipped))


def with_own_ids(documents: Iterable[Document]) -> tuple[Document, ...]:
    """The documents, of which no two have the same ``id`` (in whatever case); the first keeps it."""
    taken: set[str] = set()
    made: list[Document] = []
    for document in documents:
        name, number = document.id, 0
        while name.lower() in taken:
            number += 1
            told = document.sha256[:6] if number == 1 and document.sha256 else str(number + 1)
            name = f"{document.id}-{told}"
        taken.add(name.lower())
        made.append(document if name == document.id else evolve(document, id=name))
    return tuple(made)


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
    """One corpus of several; a paper that is in two of them is taken once (see `duplicates`), each ``id`` as well."""
    documents = [d for corpus in corpora for d in corpus.documents]
    same = duplicates(documents)
    return Corpus(
        " + ".join(c.name for c in corpora),
        with_own_ids(d for i, d in enumerate(documents) if i not in same),
        tuple(s for c in corpora for s in c.skipped),
    )
