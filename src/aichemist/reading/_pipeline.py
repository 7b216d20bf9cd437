"""Files -> readings: one document after the other, or many side by side, whatever a single file does."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Generator, Sequence
from pathlib import Path

from attrs import frozen

from aichemist.chemistry import Document, Reading, Skipped

from ._workers import Crashed, Pool

#: changes whenever models or rules read differently, so that documents can be read again
MADE_BY = "reading 3"
#: seconds for one document
TIME_LIMIT_S = 180.0
#: bytes of all files up to which plain texts are read without a worker
_SHORT = 50_000
#: characters that are not printable and may stand in plain text, as spaces
_BREAKS = str.maketrans("\n\r\t", "   ")
#: address space of one worker (bytes); a text of 20 MB and the models fit
MEMORY_LIMIT = 3 << 30


@frozen
class Unchanged:
    """A file that was read before by this version."""

    name: str
    sha256: str


Result = Reading | Skipped | Unchanged


def read_one(path: Path, name: str = "") -> Reading:
    """All that can be read in one file.

    Raises:
        Unreadable: the file is broken, encrypted, too large, or holds no text; the message says which.
    """
    from .documents import read_document

    return read_text(read_document(path, name=name or path.name))


def read_text(document: Document) -> Reading:
    """All that can be read in a document: sentences, topics, values, and the procedures in its experimental parts."""
    from ._sentences import split_sentences
    from .entities import find_entities, procedure_spans
    from .procedures import build
    from .relations import find_links
    from .values import topics_of, values_of

    text = document.text
    sentences = tuple((s.start, s.end) for s in split_sentences(text))
    spans = procedure_spans(text, document.sections, sentences)
    mentions = tuple(m for start, end in spans for m in find_entities(text, start, end))
    links = find_links(text, mentions) if mentions else ()
    return Reading(
        document=document,
        sentences=sentences,
        mentions=mentions,
        links=links,
        values=values_of(document, sentences),
        procedures=build(text, mentions, links, spans, _resolved([m.text for m in mentions if m.kind == "Material"])),
        topics=topics_of(document, sentences),
        made_by=MADE_BY,
    )


def _resolved(texts: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Name and formula of each text that names one substance; without OPSIN, which needs Java."""
    from .names import resolve

    found = {}
    for text in dict.fromkeys(texts):
        substance = resolve(text, opsin=False)
        if substance is not None:
            found[text] = (substance.name, substance.formula)
    return found


def read_all(
    paths: Sequence[tuple[Path, str]],
    *,
    workers: int = 1,
    known: Container[str] = (),
    read: Callable[[Path, str], Reading] = read_one,
    time_limit_s: float = TIME_LIMIT_S,
    memory_limit: int = MEMORY_LIMIT,
) -> Generator[Result, None, None]:
    """Read many files, each by itself: what goes wrong with one costs that one only.

    First come the files that need not be read, then the others as they are ready, in no order. At most two per worker
    are under way, so memory does not grow with the number of files. A file that is too slow, asks for too much memory
    or makes its worker crash is skipped by name; closing the iterator, or Ctrl-C, ends the workers at once.

    Args:
        paths: file and the name to give it, such as its path relative to the folder.
        workers: processes; 0 reads in this process, without limits of time and memory and without a net.
        known: SHA-256 sums of files that need not be read. Of files with the same bytes the first is read.
        read: what a worker does with a file; a function that can be imported.
        time_limit_s: seconds for one file.
        memory_limit: address space of one worker in bytes (Linux).
    """
    todo: list[tuple[Path, str, Callable[[Path, str], Reading]]] = []
    first: dict[str, str] = {}
    for path, name in paths:
        try:
            sha256 = sum_of(path)
        except OSError as error:
            yield Skipped(name, f"cannot be opened: {error.strerror or error}")
            continue
        if sha256 in known:
            yield Unchanged(name, sha256)
        elif sha256 in first:
            yield Skipped(name, f"the same file as {first[sha256]}")
        else:
            first[sha256] = name
            todo.append((path, name, read))
    if workers < 1:
        yield from map(_task, todo)
        return
    pool: Pool[tuple[Path, str, Callable[[Path, str], Reading]], Result] = Pool(
        workers, time_limit_s=time_limit_s, memory_limit=memory_limit
    )
    with pool:
        for (_, name, _), result in pool.map(_task, todo):
            yield Skipped(name, result.reason) if isinstance(result, Crashed) else result


def are_short_texts(paths: Sequence[tuple[Path, str]]) -> bool:
    """Whether all files are plain text and short.

    No foreign parser sees them and they take a moment, while a worker takes a second or two to start.
    """
    total = 0
    for path, _ in paths:
        try:
            total += path.stat().st_size
            if path.suffix.lower() != ".txt" or total > _SHORT:
                return False
            text = path.read_bytes().decode("utf-8")
        except (OSError, ValueError):
            return False
        if text.lstrip()[:1] in "<%{" or not text.translate(_BREAKS).isprintable():
            return False
    return True


def _task(job: tuple[Path, str, Callable[[Path, str], Reading]]) -> Result:
    path, name, read = job
    try:
        return read(path, name)
    except MemoryError:
        return Skipped(name, "needs more memory than one document may use")
    except RecursionError:
        return Skipped(name, "is nested too deeply")
    except (OSError, ValueError) as error:
        return Skipped(name, str(error) or type(error).__name__)
    except Exception as error:
        # a defect of ours in one document must not cost the other thousands; it is named
        return Skipped(name, f"could not be read: {type(error).__name__}: {str(error)[:200]}")


def sum_of(path: Path) -> str:
    """The SHA-256 of a file's bytes.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
