"""Names to structures, scored against a list ``{"name", "formula", "smiles"}`` a line.

A name is right where the formula is that of the list (as element counts, so that the order does not matter) and, where
the list has a SMILES and the formula is of molecules or separate ions, the structure too: the same first block of the
InChIKey (skeleton and charge, without stereochemistry) or the same canonical SMILES. A list that says ``null`` for the
formula means a name that must stay unresolved. The baseline is OPSIN alone.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aichemist.reading.names import Substance, _opsin, resolve_many
from aichemist.reading.names._formulas import plain, read_formula
from aichemist.reading.names._structure import canonical, counts_of, inchikey_of
from aichemist.reading.names._substance import hill

__all__ = ["evaluate_names", "rows"]


def evaluate_names(jsonl: str | Path) -> dict[str, Any]:
    """Score `resolve_many` and OPSIN alone on one list.

    Returns ``n``, ``right``, ``formula_right``, ``wrong`` and ``unresolved`` (lists of dictionaries with ``name``,
    ``gold``, ``found``), ``wrong_structures`` (formula right, structure not), ``baseline_right``, ``seconds``.

    Raises:
        FileNotFoundError: there is no such list.
    """
    import time

    gold = [json.loads(line) for line in Path(jsonl).read_text(encoding="utf-8").splitlines() if line.strip()]
    names = [str(row["name"]) for row in gold]
    start = time.perf_counter()
    found = resolve_many(names)
    seconds = time.perf_counter() - start
    wrong: list[dict[str, str]] = []
    unresolved: list[dict[str, str]] = []
    right = formula_right = structures = 0
    for row, one in zip(gold, found, strict=True):
        entry = {
            "name": row["name"],
            "gold": _shown(row),
            "found": "" if one is None else f"{one.formula} {one.smiles}",
        }
        same = _same_formula(row.get("formula"), one.formula if one else None)
        formula_right += same
        if same and _same_structure(row.get("smiles") or "", one):
            right += 1
        elif one is None:
            unresolved.append(entry)
        else:
            structures += same
            wrong.append(entry)
    spelt = _opsin.smiles_of(names)
    baseline = 0
    for row, name in zip(gold, names, strict=True):
        counts = counts_of(spelt[name]) if spelt[name] else None
        alone = Substance(name, hill(counts), spelt[name]) if counts else None
        same = _same_formula(row.get("formula"), alone.formula if alone else None)
        baseline += same and _same_structure(row.get("smiles") or "", alone)
    return {
        "n": len(gold),
        "right": right,
        "formula_right": formula_right,
        "wrong": wrong,
        "unresolved": unresolved,
        "wrong_structures": structures,
        "baseline_right": baseline,
        "seconds": seconds,
    }


def rows(jsonl: str | Path, *, show: bool = True) -> list[dict[str, Any]]:
    """One row for the table of `benchmarks/reading.py`; the wrong and unresolved names are printed where ``show``."""
    scored = evaluate_names(jsonl)
    n = max(scored["n"], 1)
    if show:
        for kind in ("wrong", "unresolved"):
            for entry in scored[kind]:
                print(f"{kind}: {entry['name']!r}: gold {entry['gold']}, found {entry['found'] or '-'}")
    return [
        {
            "measure": "names to structures",
            "n": scored["n"],
            "right": scored["right"],
            "share": scored["right"] / n,
            "formula_share": scored["formula_right"] / n,
            "wrong": len(scored["wrong"]),
            "wrong_structures": scored["wrong_structures"],
            "unresolved": len(scored["unresolved"]),
            "baseline": scored["baseline_right"] / n,
            "names_per_s": scored["n"] / scored["seconds"] if scored["seconds"] else None,
        }
    ]


def _shown(row: dict[str, Any]) -> str:
    return f"{row.get('formula')} {row.get('smiles') or ''}".strip()


def _counts(formula: str) -> str | None:
    """Hill order of a formula in whatever order or with crystal water apart."""
    read = read_formula(plain(formula))
    return hill(read.counts, read.charge) if read else None


def _same_formula(gold: str | None, found: str | None) -> bool:
    if not gold or found is None:
        return not gold and found is None
    return gold == found or (_counts(gold) or gold) == (_counts(found) or found)


def _same_structure(gold: str, found: Substance | None) -> bool:
    if not gold or found is None:
        return True
    if not found.smiles:
        return False
    key = inchikey_of(gold)
    return bool(key and key[:14] == found.inchikey[:14]) or canonical(gold) == canonical(found.smiles)


def main(arguments: Sequence[str]) -> None:
    """Print the row of each list given on the command line."""
    from _report import emit

    for path in arguments:
        emit("names", rows(path), title=f"names: {path}")


if __name__ == "__main__":
    main(sys.argv[1:])
