"""A PostgreSQL server of one's own, for the time of a measurement."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def private_server() -> Iterator[str | None]:
    """Its URL, reached through a socket in its folder, with fsync on; ``None`` where it cannot be had."""
    places = [Path(p).parent for p in [shutil.which("initdb")] if p] + sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    programs = next((p for p in places if (p / "pg_ctl").exists()), None)
    if programs is None or importlib.util.find_spec("psycopg") is None:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    other: dict[str, Any] = {}
    if os.getuid() == 0:  # the server refuses to run as root
        import pwd

        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        other = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def call(*command: str) -> None:
        subprocess.run(command, check=True, capture_output=True, timeout=60, cwd=folder, **other)  # noqa: S603

    data = str(folder / "data")
    try:
        call(str(programs / "initdb"), "-D", data, "-A", "trust", "-U", "bench", "-E", "UTF8")
        options = f"-k {folder} -c listen_addresses=''"
        call(str(programs / "pg_ctl"), "-D", data, "-w", "-o", options, "-l", str(folder / "log"), "start")
        try:
            yield f"postgresql+psycopg://bench@/postgres?host={folder}"
        finally:
            call(str(programs / "pg_ctl"), "-D", data, "-m", "fast", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
