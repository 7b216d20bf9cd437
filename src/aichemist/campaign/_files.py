"""Files that are written whole or not at all."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from aichemist.chemistry import RecordsError


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
        with suppress(OSError):  # what stops the writing may stop this as well
            part.unlink(missing_ok=True)
        raise RecordsError(f"{path}: cannot be written: {error.strerror or error}") from error
    return path
