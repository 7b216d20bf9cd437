"""Many files side by side: one that hangs, crashes, or eats memory costs only itself; nothing is lost or left behind."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from aichemist.chemistry import Reading, Skipped
from aichemist.reading import Unchanged, are_short_texts, read_all, read_one

TEXT = (
    "NiFe LDH for the OER\n\nFor the OER, NiFe LDH number {} needs an overpotential of 245 mV at 10 mA cm-2 in 1 M KOH."
)

#: what workers run instead of the reader; they import it by name, so it stands in a file
HOOK = """
import os, time
from aichemist.chemistry import Document, Reading

def read(path, name):
    text = path.read_text()
    if text.startswith("hang"):
        while True:
            pass
    if text.startswith("sleep in C"):
        import signal
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])  # as a library that lets no alarm through
        time.sleep(600)
    if text.startswith("abort"):
        os.abort()
    if text.startswith("killed"):
        os.kill(os.getpid(), 9)
    if text.startswith("memory"):
        hoard = []
        while True:
            hoard.append(bytearray(50_000_000))
    if text.startswith("defect"):
        raise KeyError("x")
    if text.startswith("slow"):
        time.sleep(0.05)
    return Reading(Document(name, name, "", "", text, name=name))
"""


@pytest.fixture
def hook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    folder = tmp_path / "hook"
    folder.mkdir()
    name = f"reader_hook_{os.getpid()}_{random.randrange(10**9)}"
    (folder / f"{name}.py").write_text(HOOK)
    monkeypatch.syspath_prepend(str(folder))
    return __import__(name)


def files(folder: Path, **texts: str) -> list[tuple[Path, str]]:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text)
    return [(folder / name, name) for name in texts]


def read(paths: list[tuple[Path, str]], hook: ModuleType, **options: Any) -> tuple[list[str], dict[str, str]]:
    results = list(read_all(paths, workers=2, read=hook.read, **options))
    good = sorted(r.document.name for r in results if isinstance(r, Reading))
    return good, {r.name: r.reason for r in results if isinstance(r, Skipped)}


def test_files_that_break_their_reader_cost_only_themselves(tmp_path: Path, hook: ModuleType) -> None:
    good = {f"g{i}": f"slow {i}" for i in range(12)}
    bad = {"a": "abort", "k": "killed", "m": "memory", "d": "defect"}
    read_ones, skipped = read(files(tmp_path / "f", **good, **bad), hook, memory_limit=1 << 30)
    assert read_ones == sorted(good)
    assert set(skipped) == set(bad)
    assert "crash" in skipped["a"] and "crash" in skipped["k"]
    assert "memory" in skipped["m"] and "KeyError" in skipped["d"]


def test_a_file_that_hangs_is_ended(tmp_path: Path, hook: ModuleType) -> None:
    paths = files(tmp_path / "f", a="slow 1", h="hang", b="slow 2")
    begun = time.monotonic()
    good, skipped = read(paths, hook, time_limit_s=1.0)
    assert good == ["a", "b"] and "longer than 1 s" in skipped["h"]
    assert time.monotonic() - begun < 200


def test_a_library_that_lets_no_alarm_through_is_ended(
    tmp_path: Path, hook: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aichemist.reading import _workers

    monkeypatch.setattr(_workers, "_GRACE_S", 1.0)
    good, skipped = read(files(tmp_path / "f", a="slow 1", h="sleep in C", b="slow 2"), hook, time_limit_s=1.0)
    assert good == ["a", "b"] and "did not stop" in skipped["h"]


def test_a_worker_killed_from_outside_loses_nothing(tmp_path: Path, hook: ModuleType) -> None:
    paths = files(tmp_path / "f", **{f"g{i:03}": f"slow {i}" for i in range(80)})
    seen: list[str] = []
    for result in read_all(paths, workers=2, read=hook.read):
        assert isinstance(result, Reading)
        seen.append(result.document.name)
        if len(seen) in (5, 30, 55):
            workers = [p.pid for p in multiprocessing.active_children() if p.pid]
            os.kill(random.choice(workers), signal.SIGKILL)
            time.sleep(0.3)  # the pool finds out while nobody asks it
    assert sorted(seen) == [name for _, name in paths]


def test_known_files_and_files_with_the_same_bytes(tmp_path: Path, hook: ModuleType) -> None:
    from aichemist.reading._pipeline import sum_of

    paths = files(tmp_path / "f", a="one", b="two", c="one", d="three")
    results = list(
        read_all([*paths, (tmp_path / "gone", "gone")], workers=0, read=hook.read, known={sum_of(paths[1][0])})
    )
    assert [type(r) for r in results] == [Unchanged, Skipped, Skipped, Reading, Reading]
    assert [r.reason for r in results if isinstance(r, Skipped)] == [
        "the same file as a", "cannot be opened: No such file or directory",
    ]  # fmt: skip


def test_ending_the_iterator_ends_the_workers(tmp_path: Path, hook: ModuleType) -> None:
    paths = files(tmp_path / "f", **{f"g{i:03}": f"slow {i}" for i in range(60)})
    results = read_all(paths, workers=2, read=hook.read)
    next(results)
    begun = time.monotonic()
    results.close()
    assert time.monotonic() - begun < 5
    assert multiprocessing.active_children() == []


def test_a_program_without_a_guard_and_a_killed_parent(tmp_path: Path) -> None:
    """Workers do not run the program's main file anew, and go when it is killed."""
    folder = tmp_path / "papers"
    files(folder, **{f"{i}.txt": TEXT.format(i) for i in range(400)})
    program = tmp_path / "program.py"
    program.write_text(
        "import sys\nfrom pathlib import Path\nfrom aichemist.reading import document_paths, read_all\n"
        "print('main', flush=True)\n"
        f"for r in read_all(document_paths(Path({str(folder)!r})), workers=2):\n    print(r.document.name, flush=True)\n"
    )
    child = subprocess.Popen([sys.executable, str(program)], stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "main\n" and child.stdout.readline().endswith(".txt\n")
    child.kill()
    child.wait()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        left = subprocess.run(["ps", "-ww", "-s", str(child.pid), "-o", "args="], capture_output=True, text=True).stdout
        if "spawn_main" not in left:
            break
        time.sleep(0.2)
    assert "spawn_main" not in left


def test_all_that_is_read_in_one_file(tmp_path: Path) -> None:
    (path, name) = files(tmp_path / "f", **{"a.txt": TEXT.format(1)})[0]
    reading = read_one(path, name)
    (value,) = reading.values
    assert (value.property, value.value, value.unit, value.reaction) == ("overpotential", 245.0, "mV", "OER")
    text = reading.document.text
    assert text[value.start : value.end] == "245 mV" and reading.document.name == "a.txt"
    assert reading.made_by and reading.topics == ("OER",)
    assert all(text[a:b] == text[a:b].strip() for a, b in reading.sentences)


def test_short_texts_need_no_worker(tmp_path: Path) -> None:
    def short(**files: bytes) -> bool:
        for name, body in files.items():
            (tmp_path / name).write_bytes(body)
        return are_short_texts([(tmp_path / name, name) for name in files])

    assert short(**{"a.txt": b"Nickel.\r\n\tIron.\n", "b.TXT": "80 °C".encode()})
    for name, body in {
        "a.pdf": b"text", "pdf.txt": b"%PDF-1.7", "mark.txt": b" <html>", "zip.txt": b"PK\x03\x04", "latin.txt": b"\xb0C",
        "rich.txt": b"{\\rtf1", "long.txt": b"a" * 60_000, "none.txt": b"",
    }.items():  # fmt: skip
        assert not short(**{name: body}), name
    assert not short(**{f"{i}.txt": b"a" * 30_000 for i in range(2)})
    assert not are_short_texts([(tmp_path / "gone.txt", "gone.txt")])
