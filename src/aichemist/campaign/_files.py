"""Files that are written whole or not at all."""

from __future__ import annotations

from pathlib import Path

from aichemist.chemistry import RecordsError, drop_part


def write_whole(path: Path, content: bytes) -> Path:
    """Write ``content``; no half-written file is ever seen.

    Raises:
        RecordsError: it cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        drop_part(part)
        raise RecordsError(f"{path}: cannot be written: {error.strerror or error}") from error
    return path
