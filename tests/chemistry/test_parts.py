"""What is left of a file that could not be written."""

from __future__ import annotations

from pathlib import Path

import pytest

from aichemist.chemistry import drop_part


def test_a_part_is_removed_and_an_error_of_that_hides_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    part = tmp_path / ".a.part"
    part.write_text("half")
    drop_part(part)
    drop_part(part)
    assert not part.exists()

    def refuses(self: Path, missing_ok: bool = False) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "unlink", refuses)
    drop_part(part)
