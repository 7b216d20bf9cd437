"""Where what the user imported is kept."""

from __future__ import annotations

import os
from pathlib import Path


def hazards_folder() -> Path:
    """The user's data folder; ``$AICHEMIST_HAZARDS`` instead, where set."""
    if chosen := os.environ.get("AICHEMIST_HAZARDS"):
        return Path(chosen)
    from platformdirs import user_data_path

    return user_data_path("aichemist") / "hazards"
