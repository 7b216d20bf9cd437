"""What every benchmark here shares: what machine it ran on, one table on the screen, one JSON file.

The file reads ``{"benchmark": name, "machine": {...}, "rows": [{...}]}``; the keys of a row are the columns of the
table, units included.
"""

from __future__ import annotations

import json
import math
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

_PACKAGES = ("aichemist", "numpy", "scipy", "scikit-learn", "torch", "botorch", "gpytorch", "sqlalchemy")


def machine() -> dict[str, Any]:
    """Processor, cores this process may use, memory, system, Python and the versions of the main packages."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gb": _memory_gb(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
        "packages": {name: found for name in _PACKAGES if (found := _version(name))},
    }


def emit(
    name: str,
    rows: Sequence[Mapping[str, Any]],
    json_path: str | Path | None = None,
    *,
    title: str | None = None,
) -> None:
    """Print ``rows`` as a table and, where ``json_path`` is given, write them as JSON.

    The columns are the keys in order of first appearance; a key that a row lacks is shown as a dash. The JSON file is
    plain JSON: NaN and infinity become ``null``.
    """
    from rich.console import Console
    from rich.table import Table

    columns = list(dict.fromkeys(key for row in rows for key in row))
    table = Table(title=title or name, title_justify="left")
    for column in columns:
        numeric = all(_is_number(row.get(column)) or row.get(column) is None for row in rows)
        header = column.replace("_", " ")
        wide = None if numeric else _width(rows, column)
        table.add_column(header, justify="right" if numeric else "left", overflow="fold", min_width=wide)
    for row in rows:
        table.add_row(*(_shown(row.get(column)) for column in columns))
    # A pipe has no width of its own; 80 columns would cut the table off.
    Console(width=None if sys.stdout.isatty() else 220).print(table)
    if json_path is not None:
        _write(name, rows, Path(json_path))


def emit_parts(
    name: str, parts: Mapping[str, Sequence[Mapping[str, Any]]], json_path: str | Path | None = None
) -> None:
    """Print one table per part under its title, and write all rows to one JSON file, each with its ``part``."""
    for title, rows in parts.items():
        emit(name, rows, title=title)
    if json_path is not None:
        _write(name, [{"part": title, **row} for title, rows in parts.items() for row in rows], Path(json_path))


def _write(name: str, rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    content = {"benchmark": name, "machine": machine(), "rows": [_plain(dict(row)) for row in rows]}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, indent=2, allow_nan=False) + "\n", encoding="utf-8")
    except OSError as error:
        sys.exit(f"error: {path}: cannot be written: {error.strerror}")
    print(f"written: {path}")


def _width(rows: Sequence[Mapping[str, Any]], column: str) -> int:
    """Wide enough that no short value is broken; long texts fold."""
    return min(24, max((len(_shown(row.get(column))) for row in rows), default=1))


def _is_number(value: object) -> bool:
    return hasattr(value, "__float__") and not isinstance(value, (bool, str))


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if _is_number(value) and not _is_integer(value):
        return "-" if math.isnan(float(value)) else f"{float(value):.4g}"
    return str(value)


def _is_integer(value: object) -> bool:
    return hasattr(value, "__index__")


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, (bool, str)):
        return value
    if _is_integer(value):
        return int(value)
    if _is_number(value):
        return float(value) if math.isfinite(float(value)) else None
    return str(value)


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _memory_gb() -> float | None:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1)
    except (AttributeError, ValueError, OSError):
        return None
