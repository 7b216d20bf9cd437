"""A folder into the library: incremental, each paper once, whatever single files and the database do."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from aichemist.campaign import ReadingProgress, open_database, read_folder_into
from aichemist.chemistry import InputError, RecordsError
from aichemist.records import Database
from aichemist.records.literature import LiteratureStore

TEXT = (
    "{title}\n\n{doi}\n\nFor the oxygen evolution reaction (OER) the NiFe film {title} needs an overpotential of {value} mV "
    "at 10 mA cm-2 in 1 M KOH. A second sentence of {title} says nothing of that kind.\n"
)


def paper(folder: Path, name: str, value: int = 245, doi: str = "") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(TEXT.format(title=f"Paper {path.stem}", doi=f"doi:{doi}" if doi else "", value=value))
    return path


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = open_database(tmp_path / "my runs")
    yield made
    made.close()


def test_what_was_read_is_not_read_again(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "Aufsätze über O₂ 酸素"
    for name in ("a.txt", "b c.txt", "ü/日本.txt"):
        paper(folder, name)
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 nothing more")
    steps: list[ReadingProgress] = []
    first = read_folder_into(database, folder, workers=1, listener=steps.append)
    assert (first.files, first.read, first.unchanged, len(first.skipped)) == (4, 3, 0, 1)
    assert first.skipped[0].name == "broken.pdf" and first.values == 3 and first.papers_per_hour > 0
    assert [s.done for s in steps] == [1, 2, 3, 4] and steps[-1].total == 4
    second = read_folder_into(database, folder, workers=1)
    assert (second.read, second.unchanged, second.skipped) == (0, 3, [])
    assert [s.name for s in second.skipped_before] == ["broken.pdf"] and second.older == 0
    store = LiteratureStore(database)
    assert sorted(d.name for d in store.documents()) == ["a.txt", "b c.txt", "ü/日本.txt"]

    paper(folder, "a.txt", value=321)  # changed
    paper(folder, "new.txt")
    third = read_folder_into(database, folder, workers=1)
    assert (third.read, third.again, third.unchanged) == (1, 1, 2)
    assert sorted(f.value for f in store.facts(property="overpotential")) == [245.0, 245.0, 245.0, 321.0]

    retried = read_folder_into(database, folder, workers=1, again=True)
    assert (retried.unchanged, [s.name for s in retried.skipped]) == (4, ["broken.pdf"])


def test_a_newer_reader_reads_again_on_request(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aichemist.reading import _pipeline

    folder = tmp_path / "f"
    paper(folder, "a.txt")
    read_folder_into(database, folder, workers=0)
    monkeypatch.setattr(_pipeline, "MADE_BY", "reading 99")
    unasked = read_folder_into(database, folder, workers=0)
    assert (unasked.unchanged, unasked.older) == (1, 1)
    asked = read_folder_into(database, folder, workers=0, again=True)
    assert (asked.again, asked.unchanged) == (1, 0)
    assert LiteratureStore(database).documents()[0].made_by == "reading 99"


def test_the_same_paper_twice_is_kept_once_in_the_better_format(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "f"
    paper(folder, "a.txt", doi="10.1234/one")
    shutil.copy(folder / "a.txt", folder / "copy.txt")
    html = "<html><head><title>Paper</title><meta name='citation_doi' content='10.1234/ONE'></head><body><p>{}</p></body></html>"
    (folder / "z.html").write_text(html.format("The OER overpotential of NiFe is 250 mV at 10 mA cm-2. " * 3))
    for order in (1, 2):
        report = read_folder_into(database, folder, workers=1)
        store = LiteratureStore(database)
        (kept,) = store.documents()
        assert (kept.format, kept.name) == ("html", "z.html"), order
        if order == 1:
            assert [name for name, _ in report.duplicates] == ["a.txt"]
            assert [(s.name, s.reason) for s in report.skipped] == [("copy.txt", "the same file as a.txt")]
        else:
            assert report.read == report.again == 0 and not report.duplicates


def test_empty_and_missing_folders(database: Database, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert read_folder_into(database, tmp_path / "empty").files == 0
    with pytest.raises(InputError, match="folder of articles cannot be listed"):
        read_folder_into(database, tmp_path / "missing")
    assert read_folder_into(database, paper(tmp_path / "f", "a.txt")).files == 1  # a file in place of a folder


def test_a_locked_database_is_said_and_what_was_committed_stays(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy import event

    folder = tmp_path / "f"
    for i in range(20):
        paper(folder, f"{i:02}.txt")

    @event.listens_for(database.engine, "connect")
    def _impatient(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA busy_timeout=100")

    database.engine.dispose()
    other = sqlite3.connect(tmp_path / "my runs" / "aichemist.db", isolation_level=None)

    def lock_later(progress: ReadingProgress) -> None:
        if progress.done == 10:
            other.execute("BEGIN IMMEDIATE")

    with pytest.raises(RecordsError, match="another process holds the database"):
        read_folder_into(database, folder, workers=0, listener=lock_later)
    other.execute("ROLLBACK")
    other.close()
    assert LiteratureStore(database).counts()["documents"] == 8
    report = read_folder_into(database, folder, workers=0)
    assert (report.unchanged, report.read) == (8, 12)


def test_ctrl_c_ends_at_once_and_keeps_what_was_read(tmp_path: Path) -> None:
    folder = tmp_path / "f"
    for i in range(3000):
        paper(folder, f"{i:04}.txt")
    program = (
        "import sys; from aichemist.cli import main; sys.argv = ['aichemist', 'read', 'f', '--workers', '2']; main()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a CI in the background ignores it
    )  # fmt: skip
    path = tmp_path / "runs" / "aichemist.db"
    deadline = time.monotonic() + 200
    while time.monotonic() < deadline:
        if path.exists():
            found = open_database(tmp_path / "runs")
            count = LiteratureStore(found).counts()["documents"]
            found.close()
            if count >= 8:
                break
        time.sleep(0.1)
    os.killpg(child.pid, 2)  # the terminal sends it to all
    output, _ = child.communicate(timeout=60)
    assert child.returncode == 130 and "what was read is kept" in output and "Traceback" not in output, output
    found = open_database(tmp_path / "runs")
    kept = LiteratureStore(found).counts()["documents"]
    assert 8 <= kept < 3000
    found.close()
