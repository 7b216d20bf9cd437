"""How well procedures are read: paragraphs with their actions, written for it.

A line of a gold file is ``{"id", "text", "actions": [{"verb", "operation", "ingredients": [{"text", "amount":
[{"value", "unit"}], "role"}], "temperature_c", "duration_min"}]}``. An action counts as found where its verb is; the
operation (empty where no station does it; ``also`` lists others that are right), temperature and time are judged over
the actions found, ingredients by their words and the first number of their amount. The baseline knows the verbs of
the operations and nothing else.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aichemist.chemistry import Action
from aichemist.reading.entities import find_entities
from aichemist.reading.procedures import build, operation_of
from aichemist.reading.relations import find_links


def _read(text: str) -> list[Action]:
    mentions = find_entities(text)
    return [a for p in build(text, mentions, find_links(text, mentions)) for a in p.actions]


def _verbs_only(text: str) -> list[str]:
    return [m[0] for m in re.finditer(r"[a-z-]{3,}(?:ed|ing|ation)\b", text) if operation_of(m[0])]


def _f1(hit: int, wrong: int, missed: int) -> float:
    return 2 * hit / (2 * hit + wrong + missed) if hit + wrong + missed else math.nan


def _agrees(gold: float | None, found: float | None) -> bool:
    if gold is None or found is None:
        return gold is None and found is None
    return abs(gold - found) <= 1e-6 + 1e-3 * abs(gold)


def rows(jsonl: Path) -> list[dict[str, Any]]:
    """One row per measure: actions, operations, temperatures, times, ingredients with their first amount."""
    lines: list[Mapping[str, Any]] = [
        json.loads(line) for line in Path(jsonl).read_text(encoding="utf-8").splitlines() if line.strip()
    ]
    actions, plain, used = Counter[str](), Counter[str](), Counter[str]()
    judged = {"operation": [0, 0], "temperature": [0, 0], "time": [0, 0]}
    for line in lines:
        found = _read(line["text"])
        left = list(found)
        for gold in line["actions"]:
            match = next((a for a in left if a.verb.lower() == gold["verb"].lower()), None)
            if match is None:
                actions["missed"] += 1
                used["missed"] += len(gold.get("ingredients", ()))
                continue
            left.remove(match)
            actions["hit"] += 1
            celsius = None if match.temperature_k is None else match.temperature_k - 273.15
            minutes = None if match.duration_s is None else match.duration_s / 60
            for name, right in (
                ("operation", match.operation in (gold["operation"], *gold.get("also", ()))),
                ("temperature", _agrees(gold.get("temperature_c"), celsius)),
                ("time", _agrees(gold.get("duration_min"), minutes)),
            ):
                judged[name][0] += right
                judged[name][1] += 1
            _ingredients(gold, match, used)
        actions["wrong"] += len(left)
        verbs = Counter(v.lower() for v in _verbs_only(line["text"]))
        wanted = Counter(a["verb"].lower() for a in line["actions"])
        hit = sum((verbs & wanted).values())
        plain.update(hit=hit, wrong=sum(verbs.values()) - hit, missed=sum(wanted.values()) - hit)
    n = actions["hit"] + actions["missed"]
    made: list[dict[str, Any]] = [
        {
            "measure": "actions", "set": Path(jsonl).stem, "paragraphs": len(lines), "n": n,
            "baseline_f1": _f1(plain["hit"], plain["wrong"], plain["missed"]),
            "f1": _f1(actions["hit"], actions["wrong"], actions["missed"]),
        },
        {
            "measure": "ingredients with first amount", "set": Path(jsonl).stem, "paragraphs": len(lines),
            "n": used["hit"] + used["missed"], "baseline_f1": None,
            "f1": _f1(used["hit"], used["wrong"], used["missed"]),
        },
    ]  # fmt: skip
    for name, (right, of) in judged.items():
        made.append(
            {"measure": f"{name} of actions found", "set": Path(jsonl).stem, "n": of, "share_right": right / max(of, 1)}
        )
    return made


def _ingredients(gold: Mapping[str, Any], match: Action, used: Counter[str]) -> None:
    def first(amounts: Any) -> str:
        return f"{float(amounts[0]['value']):g}" if amounts else ""

    wanted = [(i["text"].lower(), first(i.get("amount"))) for i in gold.get("ingredients", ())]
    hit = wrong = 0
    for item in match.ingredients:
        number = re.search(r"\d+(?:\.\d+)?", item.amounts[0].text) if item.amounts else None
        amount, text = f"{float(number[0]):g}" if number else "", item.text.lower()
        # "deionized water" and "water" are the same thing with and without its descriptor
        same = next((w for w in wanted if w[1] == amount and (text in w[0] or w[0] in text)), None)
        if same is None:
            wrong += 1
        else:
            wanted.remove(same)
            hit += 1
    used.update(hit=hit, wrong=wrong, missed=len(wanted))


if __name__ == "__main__":
    import sys

    for path in sys.argv[1:]:
        for row in rows(Path(path)):
            print(row)
