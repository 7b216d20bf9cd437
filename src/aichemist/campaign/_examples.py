"""Where the ready examples stand: in the checkout, or inside the installed package."""

from __future__ import annotations

from pathlib import Path


def examples_folder() -> Path:
    """The folder that holds ``campaigns/``, ``protocols/`` and ``labs/``."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "examples"
    return inside if inside.is_dir() else package.parents[1]
