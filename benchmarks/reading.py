"""How well papers are read: entities, relations, values, names, procedures, and how fast.

    python benchmarks/reading.py                                  all parts on the development splits and our gold
    python benchmarks/reading.py --parts entities relations --brat FOLDER [--names FILE] [--model synthesis]
    python benchmarks/reading.py --parts values --values FILE.jsonl
    python benchmarks/reading.py --parts names --structures FILE.jsonl

Exact span and type, micro F1, 95 % bootstrap intervals over documents (sentences for values), each part's baseline
beside it in the same row. Public corpora come from ``AICHEMIST_DATA`` (default ``../shared/data``); a part whose data
are not here is left out and said so.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
HERE = Path(__file__).resolve().parent
GOLD = HERE / "reading_gold"
Rows = list[dict[str, Any]]


def entities(options: argparse.Namespace) -> Rows:
    from _reading_entities import evaluate_entities, rows, standard

    if options.brat:
        return evaluate_entities(options.brat, _stems(options.names), options.model, corpus=str(options.brat))
    found = standard(options.data)
    return rows(found, options.quick) if found else _absent("mspt and wlp", options.data)


def relations(options: argparse.Namespace) -> Rows:
    from _reading_relations import rows

    if options.brat:
        return rows(options.brat, _stems(options.names), str(options.brat))
    folder = options.data / "mspt"
    if not (folder / "data").is_dir():
        return _absent("mspt", folder)
    return rows(folder / "data", _stems(folder / "ner-dev-fnames.txt"), "mspt dev")


def values(options: argparse.Namespace) -> Rows:
    from _reading_values import rows

    files = [options.values] if options.values else sorted(GOLD.glob("oer_values*.jsonl"))
    frames = None if options.values else options.data.parent / "literature" / "frames"
    return rows({f.stem: f for f in files}, frames)


def names(options: argparse.Namespace) -> Rows:
    from _reading_names import rows

    files = [options.structures] if options.structures else sorted(GOLD.glob("names*.jsonl"))
    return [{"set": file.stem, **row} for file in files for row in rows(file)]


def procedures(options: argparse.Namespace) -> Rows:
    from _reading_procedures import rows

    return rows(options.procedures or GOLD / "procedures.jsonl")


def speed(options: argparse.Namespace) -> Rows:
    from _reading_speed import rows

    return rows(options.quick)


PARTS: dict[str, Callable[[argparse.Namespace], Rows]] = {
    "entities": entities, "relations": relations, "values": values, "names": names, "procedures": procedures,
    "speed": speed,
}  # fmt: skip


def _stems(file: Path | None) -> list[str] | None:
    return None if file is None else file.read_text(encoding="utf-8").split()


def _absent(what: str, where: Path) -> Rows:
    print(f"left out: {what} (not in {where}; set AICHEMIST_DATA)", file=sys.stderr)
    return []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", nargs="+", choices=list(PARTS), default=list(PARTS), help="which parts to measure")
    parser.add_argument("--brat", type=Path, help="any folder of BRAT annotation, for entities and relations")
    parser.add_argument("--names", type=Path, help="a file with the stems of the texts to use, one a line")
    parser.add_argument("--model", default="synthesis", help="which recogniser reads --brat: synthesis or protocol")
    parser.add_argument("--values", type=Path, help="gold sentences with values, JSON lines")
    parser.add_argument("--structures", type=Path, help="gold names with formula and SMILES, JSON lines")
    parser.add_argument("--procedures", type=Path, help="gold paragraphs with actions, JSON lines")
    parser.add_argument(
        "--data", type=Path, default=Path(os.environ.get("AICHEMIST_DATA") or HERE.parent.parent / "shared" / "data"),
        help="folder of the public corpora (default: AICHEMIST_DATA)",
    )  # fmt: skip
    parser.add_argument("--quick", action="store_true", help="smaller, under a minute")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows as JSON, too")
    options = parser.parse_args()
    for name in ("brat", "names", "values", "structures", "procedures"):
        path = getattr(options, name)
        if path is not None and not path.exists():
            parser.error(f"--{name}: {path}: there is no such file or folder")
    sys.path.insert(0, str(HERE))
    from _report import emit_parts

    found = {}
    for name in options.parts:
        rows = PARTS[name](options)
        if rows:
            found[name] = rows
    emit_parts("reading", found, options.json)


if __name__ == "__main__":
    main()
