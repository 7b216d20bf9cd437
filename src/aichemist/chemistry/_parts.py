"""Files that appear whole or not at all: written as a part beside their place, which then takes it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def drop_part(part: Path) -> None:
    """Remove what was written of a file, if anything; what stopped the writing may stop this as well."""
    with suppress(OSError):
        part.unlink(missing_ok=True)
