"""Relations in procedures: rows for `benchmarks/reading.py`.

Exact: a link is right when its relation, both kinds and both spans are annotated. ``f1`` is on recognised mentions,
``f1_on_gold_entities`` on annotated ones; the baseline links recognised mentions to the nearest tail that the scheme
allows. The interval is that of 1,000 draws of documents with replacement.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aichemist.reading.relations import evaluate_relations
from aichemist.reading.relations._evaluate import summary

#: relation -> bar of issue 3; those without one are printed too
BARS: dict[str, float | None] = {
    "Condition_Of": 0.78, "Amount_Of": 0.65, "Next_Operation": 0.75, "Number_Of": None, "all": None,
}  # fmt: skip


def rows(
    folder: Path, names: Sequence[str] | None = None, corpus: str = "", kinds: Sequence[str] = tuple(BARS)
) -> list[dict[str, Any]]:
    """One row a relation over the BRAT annotation in ``folder`` (only the stems ``names``, where given)."""
    found = evaluate_relations(folder, names, predicted=True)
    gold = evaluate_relations(folder, names, predicted=False)
    made = []
    for kind in kinds:
        figures = summary(found, kind)
        made.append(
            {
                "measure": f"{kind}, links on recognised entities",
                "corpus": corpus or Path(folder).name,
                "docs": figures["docs"],
                "baseline_f1": round(figures["baseline_f1"], 4),
                "f1": round(figures["f1"], 4),
                "low_95": round(figures["low_95"], 4),
                "high_95": round(figures["high_95"], 4),
                "precision": round(figures["precision"], 4),
                "recall": round(figures["recall"], 4),
                "f1_on_gold_entities": round(gold[kind].total.f1, 4),
            }
        )
    return made
