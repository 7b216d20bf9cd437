"""How fast a folder of papers is read into the library, and in how much memory: the articles at hand, many times over.

Each copy has its own title and DOI, else it would be taken for the same paper. The reading runs in a process of its
own with one worker per processor, as ``aichemist read`` does; memory is the resident size that the system reports for
it and its workers, looked at five times a second (``total``: the most that all had at one time, shared pages counted
twice). ``cpu_s_per_paper`` counts processor time of all of them, start included: it hardly changes on a busy machine.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import count, cycle
from pathlib import Path
from typing import Any

DATA = Path(os.environ.get("AICHEMIST_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
LITERATURE = DATA.parent / "literature"
#: papers of each format: measured quickly, and in full
QUICK = {"text": 32, "xml": 28, "pdf": 12}
FULL = {"text": 500, "xml": 500, "pdf": 100, "text and xml": 5000}
_DOI = re.compile(r"10\.\d{4,9}/[^\s<>\"',;]{1,100}")
_READ = """
import json, os, sys, time
from pathlib import Path
from aichemist.campaign import open_database, read_folder_into
from aichemist.records.literature import LiteratureStore
database = open_database(sys.argv[2])
report = read_folder_into(database, Path(sys.argv[1]), workers=int(sys.argv[3]))
store = LiteratureStore(database)
counts = store.counts()
used = os.times()
times = []
for words in ("overpotential of NiFe", "annealed at 500", "platinum", '"oxygen evolution reaction"'):
    begun = time.perf_counter()
    store.search(words)
    times.append(time.perf_counter() - begun)
database.close()
print(json.dumps({**counts, "read": report.read, "again": report.again, "unchanged": report.unchanged,
                  "skipped": [f"{s.name}: {s.reason}" for s in report.skipped], "seconds": report.seconds,
                  "search_s": max(times), "cpu_s": sum(used[:4])}))
"""


def rows(quick: bool = False) -> list[dict[str, Any]]:
    """One row per format and number of papers; keys are the columns, units in their names.

    The last columns say what the library holds after it, how long the slowest of four searches took, and how long a
    second reading took that finds nothing new.
    """
    sources = {"text": sorted(LITERATURE.glob("text/*.txt")), "xml": sorted(LITERATURE.glob("elsevier_xml/*.xml"))}
    if not sources["text"]:
        print(f"left out: speed (no articles in {LITERATURE})", file=sys.stderr)
        return []
    sources["pdf"] = sources["text"]
    sources["text and xml"] = sources["text"] + sources["xml"]
    found = []
    for kind, papers in (QUICK if quick else FULL).items():
        if not sources[kind]:
            continue
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            _replicate(sources[kind], folder / "papers", papers, pdf=kind == "pdf")
            found.append(_row(kind, papers, folder))
    return found


def _row(kind: str, papers: int, folder: Path) -> dict[str, Any]:
    workers = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    first, memory = _measured(folder, workers)
    again, _ = _measured(folder, workers)
    done = first["read"] + len(first["skipped"])
    return {
        "measure": "reading a folder",
        "format": kind,
        "papers": papers,
        "workers": workers,
        "skipped": len(first["skipped"]),
        "seconds": round(first["seconds"], 1),
        "papers_per_s": round(done / first["seconds"], 2),
        "cpu_s_per_paper": round(first["cpu_s"] / max(done, 1), 3),
        "papers_per_hour": round(3600 * done / first["seconds"]),
        "peak_rss_parent_mib": memory["parent"],
        "peak_rss_worker_mib": memory["worker"],
        "peak_rss_total_mib": memory["total"],
        "sentences": first["sentences"],
        "values": first["values"],
        "entities": first["entities"],
        "library_mib": round((folder / "runs" / "aichemist.db").stat().st_size / 2**20, 1),
        "search_s": round(first["search_s"], 3),
        "second_reading_s": round(again["seconds"], 2),
        "read_again": again["read"] + again["again"],
        "load_of_machine": round(os.getloadavg()[0], 1),
    }


def _measured(folder: Path, workers: int) -> tuple[dict[str, Any], dict[str, int]]:
    """What one reading reports, and the most memory (MiB) that it and its workers had."""
    child = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", _READ, str(folder / "papers"), str(folder / "runs"), str(workers)],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    peak = {"parent": 0, "worker": 0, "total": 0}
    while child.poll() is None:
        own, others = _resident(child.pid), [_resident(pid) for pid in _children(child.pid)]
        peak["parent"] = max(peak["parent"], own)
        peak["worker"] = max([peak["worker"], *others])
        peak["total"] = max(peak["total"], own + sum(others))
        time.sleep(0.2)
    output = child.stdout.read() if child.stdout else ""
    if child.returncode:
        sys.exit(f"the reading ended with {child.returncode}")
    return json.loads(output), {key: round(kib / 1024) for key, kib in peak.items()}


def _children(pid: int) -> Iterator[int]:
    try:
        for name in Path(f"/proc/{pid}/task").iterdir():
            for child in (name / "children").read_text().split():
                yield int(child)
                yield from _children(int(child))
    except OSError:
        return


def _resident(pid: int) -> int:
    """Resident memory in KiB, 0 where the process is gone or the system does not say."""
    try:
        found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return 0
    return int(found[1]) if found else 0


def _replicate(sources: list[Path], folder: Path, papers: int, *, pdf: bool) -> None:
    folder.mkdir()
    for number, source in zip(count(), cycle(sources), strict=False):
        if number == papers:
            return
        text = source.read_text(encoding="utf-8", errors="replace")
        text = _DOI.sub(lambda m, n=number: f"{m[0].rstrip('.')}.c{n}", text)  # type: ignore[misc]
        name = f"{source.stem}_{number}"
        if pdf:
            _as_pdf(f"Copy {number} of it", text, folder / f"{name}.pdf")
        elif source.suffix == ".xml":
            (folder / f"{name}.xml").write_text(text, encoding="utf-8")
        else:
            (folder / f"{name}.txt").write_text(f"Copy {number} of it\n\n{text}", encoding="utf-8")


def _as_pdf(title: str, text: str, path: Path) -> None:
    """Plain pages; what the standard fonts lack becomes a question mark."""
    from fpdf import FPDF

    page = FPDF()
    page.set_title(title)
    page.add_page()
    page.set_font("Helvetica", size=10)
    page.multi_cell(0, 5, f"{title}\n\n{text}".encode("latin-1", "replace").decode("latin-1"))
    page.output(str(path))


if __name__ == "__main__":
    from _report import emit

    emit("reading speed", rows("--quick" in sys.argv))
