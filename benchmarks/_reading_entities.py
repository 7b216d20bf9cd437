"""Entities in procedures: exact span and type, micro F1, on any folder of BRAT annotation.

Beside the shipped model stands the shipped baseline, a plain conditional random field on words, endings and shapes.
The interval is a bootstrap over documents.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from aichemist.reading._brat import read_brat
from aichemist.reading.entities import find_entities, tokenise
from aichemist.reading.entities._evaluate import evaluate

#: F1 that the issue asks for, by corpus and type
BARS = {("mspt", "all"): 0.82, ("mspt", "Operation"): 0.84, ("mspt", "Material"): 0.80, ("wlp", "all"): 0.76}


def evaluate_entities(
    folder: str | Path,
    names: Sequence[str] | None = None,
    model: str = "synthesis",
    *,
    corpus: str = "",
    resamples: int = 1000,
) -> list[dict[str, Any]]:
    """One row for all types and one for each type, of the texts of a BRAT folder (only ``names`` where given)."""
    texts = read_brat(Path(folder), None if names is None else tuple(names))
    documents = [(t.text, t.mentions) for t in texts]
    tokens = sum(len(tokenise(t.text)) for t in texts)
    find_entities("Warm up.", model=model)
    begun = perf_counter()
    ours = evaluate(documents, lambda text: find_entities(text, model=model), resamples=resamples)
    seconds = perf_counter() - begun
    plain = evaluate(documents, lambda text: find_entities(text, model=model + "-plain"), resamples=resamples)
    rows = []
    for kind, score in ours.items():
        row: dict[str, Any] = {
            "measure": "entities" if kind == "all" else kind, "corpus": corpus or Path(folder).name,
            "docs": len(documents), "mentions": score.gold, "baseline_f1": round(plain[kind].f1, 4) if kind in plain
            else None, "f1": round(score.f1, 4), "low_95": round(score.low_95, 4), "high_95": round(score.high_95, 4),
            "precision": round(score.precision, 4), "recall": round(score.recall, 4),
            "bar": BARS.get((corpus, kind)),
        }  # fmt: skip
        if kind == "all":
            row["tokens_per_s"] = round(tokens / seconds)
        rows.append(row)
    return rows


def rows(corpora: Mapping[str, Any], quick: bool = False) -> list[dict[str, Any]]:
    """Rows of every corpus.

    ``corpora`` maps a name to a folder, or to ``(folder, names)`` or ``(folder, names, model)``; names ``None`` for all
    texts. Where no model is given, names that begin with ``wlp`` are read as protocols, all others as syntheses.
    ``quick`` draws 200 bootstrap samples in place of 1,000.
    """
    found: list[dict[str, Any]] = []
    for name, spec in corpora.items():
        folder, names, model = (
            spec
            if isinstance(spec, tuple) and len(spec) == 3
            else ((*spec, None) if isinstance(spec, tuple) else (spec, None, None))
        )
        model = model or ("protocol" if name.startswith("wlp") else "synthesis")
        found += evaluate_entities(folder, names, model, corpus=name, resamples=200 if quick else 1000)
    return found


def standard(data: Path) -> dict[str, Any]:
    """The dev splits under the folder of shared data."""
    names = (data / "mspt/ner-dev-fnames.txt").read_text(encoding="utf-8").split()
    return {"mspt": (data / "mspt/data", names), "wlp": (data / "wlp/dev", None)}


if __name__ == "__main__":
    import os

    from _report import emit

    emit("reading_entities", rows(standard(Path(os.environ.get("AICHEMIST_DATA", "../shared/data")))))
