"""Files -> readings: one document after the other, or many side by side, whatever a single file does."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Iterator, Sequence
from pathlib import Path

from attrs import frozen

from aichemist.chemistry import Document, Reading, Skipped

from ._workers import Crashed, Pool

#: changes whenever models or rules read differently, so that documents can be read again
MADE_BY = "reading 2"
#: seconds for one document
TIME_LIMIT_S = 180.0
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
        substance = resolve(text)
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
) -> Iterator[Result]:
    """Read many files, each by itself: what goes wrong with one costs that one only.

    Results come as they are ready. At most a few per worker are under way, so memory does not grow with the number of
    files. A file that is too slow, asks for too much memory or makes its worker crash is skipped by name; closing the
    iterator stops the workers.

    Args:
        paths: file and the name to give it, such as its path relative to the folder.
        workers: processes; 1 reads in this process, without limits of time and memory.
        known: SHA-256 sums of files that need not be read.
        read: what a worker does with a file.
    """
    if workers <= 1:
        for path, name in paths:
            yield _guarded(path, name, known, read)
        return
    with Pool(workers, time_limit_s=time_limit_s, memory_limit=memory_limit) as pool:
        todo = ((path, name, read) for path, name in paths)
        pending: list[Result] = []

        def fresh() -> Iterator[tuple[Path, str, Callable[[Path, str], Reading]]]:
            for path, name, how in todo:
                seen = _seen(path, name, known)
                if seen is None:
                    yield path, name, how
                else:
                    pending.append(seen)

        for (path, name, _), result in pool.map(_task, fresh()):
            yield from pending
            pending.clear()
            yield Skipped(name or path.name, result.reason) if isinstance(result, Crashed) else result
        yield from pending


def _task(job: tuple[Path, str, Callable[[Path, str], Reading]]) -> Result:
    path, name, read = job
    return _guarded(path, name, (), read)


def _guarded(path: Path, name: str, known: Container[str], read: Callable[[Path, str], Reading]) -> Result:
    seen = _seen(path, name, known)
    if seen is not None:
        return seen
    try:
        return read(path, name)
    except MemoryError:
        return Skipped(name or path.name, "needs more memory than one document may use")
    except RecursionError:
        return Skipped(name or path.name, "is nested too deeply")
    except (OSError, ValueError) as error:
        return Skipped(name or path.name, str(error) or type(error).__name__)
    except Exception as error:
        # a defect of ours in one document must not cost the other thousands; it is named
        return Skipped(name or path.name, f"could not be read: {type(error).__name__}: {str(error)[:200]}")


def _seen(path: Path, name: str, known: Container[str]) -> Unchanged | Skipped | None:
    if known == ():
        return None
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return Skipped(name or path.name, error.strerror or str(error))
    return Unchanged(name or path.name, digest) if digest in known else None
