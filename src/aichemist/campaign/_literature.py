"""The library of a lab: folders of articles read into its database, and what they say for one goal."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define, evolve, field, frozen

from aichemist.chemistry import ATOMIC_WEIGHTS, Digest, Maker, Reading, RecordsError, Skipped, version

from ._file import Campaign
from ._words import flags_note, screened

if TYPE_CHECKING:
    from aichemist.reading.llm import LlmReader
    from aichemist.reading.procedures import DraftProtocol
    from aichemist.records import Database
    from aichemist.records.literature import LiteratureStore

#: documents per transaction: a crash costs at most the reading of these
_PER_COMMIT = 8


@frozen
class ReadingProgress:
    """How far a reading is; ``left_s`` is a guess from the pace so far, ``None`` before there is one."""

    done: int
    total: int
    name: str
    left_s: float | None
    papers_per_hour: float = 0.0


@define
class FolderReport:
    """What became of a folder: files read, unchanged since last time, the same paper as another, and skipped.

    ``flagged``: documents (id, remarks) whose text speaks to a program or of harm. ``older`` of the unchanged ones were
    read by another version of the reader; ``skipped_before`` are files that were left out at an earlier time and were
    not tried now. ``others`` counts files by endings that no article has.
    """

    folder: str
    files: int = 0
    read: int = 0
    again: int = 0
    unchanged: int = 0
    older: int = 0
    sentences: int = 0
    values: int = 0
    procedures: int = 0
    duplicates: list[tuple[str, str]] = field(factory=list)
    skipped: list[Skipped] = field(factory=list)
    skipped_before: list[Skipped] = field(factory=list)
    others: dict[str, int] = field(factory=dict)
    flagged: list[tuple[str, tuple[str, ...]]] = field(factory=list)
    seconds: float = 0.0

    @property
    def papers_per_hour(self) -> float:
        """Pace of what was really read; 0 where nothing was."""
        fresh = self.read + self.again + len(self.duplicates)
        return 3600 * fresh / self.seconds if self.seconds > 0 else 0.0


def read_folder_into(
    database: Database,
    folder: Path,
    *,
    workers: int | None = None,
    again: bool = False,
    llm: LlmReader | None = None,
    listener: Callable[[ReadingProgress], None] | None = None,
) -> FolderReport:
    """Read the articles of a folder into the database; files that were read before are not read again.

    What cannot be read is kept in the report and the database by name, and the rest goes on. Every few documents are
    committed, so that a stop in the middle loses only those; the next call goes on from there.

    Args:
        workers: processes; default the number of processors, fewer for a handful of files, none for a few short texts.
        again: read anew what another version of the reader has read, and what was skipped.
        llm: a language model beside the rules; none by default. What was read without it is read anew.

    Raises:
        InputError: the folder cannot be listed.
        RecordsError: the database cannot be written.
    """
    from aichemist.reading import are_short_texts, document_paths, other_endings
    from aichemist.records.literature import LiteratureStore

    folder = Path(folder)
    paths = document_paths(folder)
    if workers is None:
        workers = 0 if are_short_texts(paths) else min(_processors(), max(1, len(paths) // 8))
    work = _Folder(LiteratureStore(database), folder, paths, llm, listener)
    work.report.others = other_endings(folder)
    return work.read(workers, again)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Folder:
    """One call of :func:`read_folder_into`: results on their way into the store."""

    def __init__(
        self, store: LiteratureStore, folder: Path, paths: Sequence[tuple[Path, str]], llm: LlmReader | None,
        listener: Callable[[ReadingProgress], None] | None,
    ) -> None:  # fmt: skip
        from aichemist.reading import MADE_BY

        self.store, self.paths, self.llm, self.listener = store, paths, llm, listener
        self.key = str(folder.resolve())
        self.made_by = MADE_BY if llm is None else f"{MADE_BY}; {llm.made_by}"
        self.report = FolderReport(self.key, files=len(paths))
        self.waiting: list[Reading] = []
        self.left_out: list[Skipped] = []

    def read(self, workers: int, again: bool) -> FolderReport:
        from aichemist.reading import read_all

        store, report = self.store, self.report
        mine = store.known(self.made_by, skipped=False)
        known = store.known(self.made_by, skipped=not again) if again or self.llm is not None else store.known()
        before = {s.name: s for s in store.skipped(folder=self.key)}
        begun = time.monotonic()
        pace = _Pace(len(self.paths))
        results = read_all(self.paths, workers=workers, known=known)
        try:
            for result in results:
                fresh = isinstance(result, Reading)
                if isinstance(result, Skipped):
                    report.skipped.append(result)
                    self.left_out.append(result)
                elif isinstance(result, Reading):
                    self._take(result)
                elif result.name in before:
                    report.skipped_before.append(before[result.name])
                else:
                    report.unchanged += 1
                    report.older += result.sha256 not in mine
                if len(self.waiting) + len(self.left_out) >= _PER_COMMIT:
                    self._commit()
                progress = pace.after(result_name(result), fresh)
                if self.listener is not None:
                    self.listener(progress)
        except RecordsError:
            self.waiting.clear()  # what the database refused once is not tried again on the way out
            self.left_out.clear()
            raise
        finally:
            results.close()
            self._commit()
        report.seconds = time.monotonic() - begun
        return report

    def _take(self, reading: Reading) -> None:
        from aichemist.reading.llm import enrich

        if self.llm is not None:
            reading = evolve(enrich(reading, self.llm), made_by=self.made_by)
        reading = screened(reading)
        if reading.flags:
            self.report.flagged.append((reading.document.id, reading.flags))
        self.report.sentences += len(reading.sentences)
        self.report.values += len(reading.values)
        self.report.procedures += len(reading.procedures)
        self.waiting.append(reading)

    def _commit(self) -> None:
        if self.waiting:
            added = self.store.add(self.waiting, folder=self.key)
            self.report.read += added.new
            self.report.again += added.again
            self.report.duplicates += added.duplicates
            self.waiting.clear()
        if self.left_out:
            paths = {name: path for path, name in self.paths}
            found = [(item, _sum(paths[item.name])) for item in self.left_out]
            self.store.note_skipped(found, folder=self.key, made_by=self.made_by)
            self.left_out.clear()


def _sum(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


class _Pace:
    """Papers per hour and the time left, from what was really read."""

    def __init__(self, total: int) -> None:
        self.total, self.done, self.fresh = total, 0, 0
        self.begun = time.monotonic()

    def after(self, name: str, fresh: bool) -> ReadingProgress:
        self.done += 1
        self.fresh += fresh
        if not self.fresh:
            self.begun = time.monotonic()  # what need not be read comes first and is no measure
            return ReadingProgress(self.done, self.total, name, None)
        seconds = max(time.monotonic() - self.begun, 1e-3)
        left = (self.total - self.done) * seconds / self.fresh
        return ReadingProgress(self.done, self.total, name, left, 3600 * self.fresh / seconds)


def result_name(result: object) -> str:
    """The name of the file that a result is about."""
    return result.document.name if isinstance(result, Reading) else str(getattr(result, "name", ""))


def library(database: Database | None, topic: str | None = None) -> Iterator[Reading]:
    """All readings of the database, corrected by people, and the summaries that ship; each paper once."""
    from aichemist.reading import read_text, shipped_corpus
    from aichemist.records.literature import LiteratureStore

    seen: set[str] = set()
    if database is not None:
        for reading in LiteratureStore(database).readings(topic=topic):
            if reading.document.doi:
                seen.add(reading.document.doi.lower())
            yield reading
    for document in shipped_corpus().documents:
        if document.doi.lower() not in seen:
            yield read_text(document)


def literature_digest(campaign: Campaign, database: Database | None) -> Digest:
    """What the library reports for the goal of a campaign."""
    from aichemist.reading import digest
    from aichemist.records.literature import LiteratureStore

    name, skipped = "the summaries shipped with AI-Chemist", []
    if database is not None:
        store = LiteratureStore(database)
        count = store.counts()["documents"]
        skipped = store.skipped()
        if count:
            name = f"{count} document{'s' * (count != 1)} of the library, and {name}"
    flagged: dict[str, tuple[str, ...]] = {}
    found = digest(
        _noting(library(database), flagged), campaign.goal, _components(campaign), corpus=name, skipped=skipped
    )
    return evolve(
        found, notes=(*found.notes, *flags_note(flagged)), made_by=Maker("rule", "reading", version())
    )  # fmt: skip


def _noting(readings: Iterator[Reading], flagged: dict[str, tuple[str, ...]]) -> Iterator[Reading]:
    for reading in readings:
        if reading.flags:
            flagged[reading.document.id] = reading.flags
        yield reading


def draft_for(campaign: Campaign, database: Database | None, digest: Digest) -> DraftProtocol | None:
    """A draft protocol from the procedure in the library that this lab can carry out best; ``None`` where none uses
    any of the campaign's components."""
    from aichemist.reading import best_procedure, draft_protocol

    lab = campaign.lab.limits()
    found = best_procedure(library(database), _components(campaign), lab)
    if found is None:
        return None
    return draft_protocol(*found, lab, digest=digest, stocks=_stocks(campaign), name=f"{campaign.name}_draft")


def _components(campaign: Campaign) -> tuple[str, ...]:
    """The elements that the search varies, which papers are asked about; none where it varies other things."""
    return tuple(name for name in campaign.space.names if name in ATOMIC_WEIGHTS)


def _stocks(campaign: Campaign) -> dict[str, str]:
    """Stocks of the lab by the names under which a paper may speak of them."""
    from aichemist.reading import resolve

    found: dict[str, str] = {}
    for stock in campaign.lab.stocks:
        plain = stock.name.replace("_", " ")
        texts = [plain, stock.solute or ""]
        if not stock.solute:
            texts.append(stock.solvent or "")
        for text in texts:
            if not text:
                continue
            found.setdefault(text.lower(), stock.name)
            substance = resolve(text)
            if substance is not None:
                found.setdefault(substance.name.lower(), stock.name)
                found.setdefault(substance.formula.lower(), stock.name)
    return found
