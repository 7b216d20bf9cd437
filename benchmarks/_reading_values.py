"""How well reported values are read: sentences written for it, and the frames of the MuLMS corpus.

A line of a gold file is one sentence with its values (`evaluate_values` tells the keys). A value counts as found when
property, number, unit, "is a bound or not" and current density are all the same; 0.27 V and 270 mV are the same number.
The material is judged apart, over the values found: equal, or one name within the other, after spaces, hyphens and
case are dropped.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from aichemist.chemistry import Value
from aichemist.reading import split_sentences
from aichemist.reading._tidy import tidied
from aichemist.reading.values import find_values
from aichemist.reading.values._units import comparable, unit_at

Key = tuple[str, float, str, bool, float | None]
Finder = Callable[[Mapping[str, Any]], list[tuple[Key, str]]]

#: what annotators of the frames call a property -> our name; a pair whose property fits none is left out
FRAME_PROPERTIES: tuple[tuple[str, str], ...] = (
    (r"^onset", "onset potential"),
    (r"half-?wave|E1/2", "half-wave potential"),
    (r"over-?potentia|^OVP", "overpotential"),
    (r"tafel", "tafel slope"),
    (r"exchange current", "exchange current density"),
    (r"^current densit", "current density"),
    (r"mass activity", "mass activity"),
    (r"faradaic", "faradaic efficiency"),
    (r"solar-to-hydrogen|^STH", "solar-to-hydrogen efficiency"),
    (r"band ?gap", "band gap"),
    (r"wavelength", "wavelength"),
    (r"cell voltage", "cell voltage"),
    (r"loading", "loading"),
    (r"double.layer capac", "double-layer capacitance"),
    (r"\bECSA\b|active surface area", "electrochemical surface area"),
)


def _key(name: str, value: float, unit: str, comparator: str, current: float | None) -> Key:
    parsed = unit_at(tidied(unit).text, 0)
    if parsed is not None:
        value, unit = value * parsed[0].factor, parsed[0].name
    value, unit = comparable(value, unit)
    at = None if current is None else float(f"{abs(current):.4g}")
    return name.lower(), float(f"{value:.4g}"), unit, comparator not in ("=", "~", ""), at


def _gold(line: Mapping[str, Any]) -> list[tuple[Key, str]]:
    return [
        (
            _key(v["property"], v["value"], v["unit"], v.get("comparator", "="), v.get("current_ma_per_cm2")),
            v.get("material") or "",
        )
        for v in line["values"]
    ]


def ours(line: Mapping[str, Any]) -> list[tuple[Key, str]]:
    """The values that `find_values` reads in a line's sentence."""
    found = find_values(line["sentence"], before=line.get("before", ()), subject=line.get("title", ""))
    return [(_of(v), v.material) for v in found]


def _of(value: Value) -> Key:
    at = value.condition("current density")
    return _key(value.property, value.value, value.unit, value.comparator, at.value if at else None)


_BASELINE = re.compile(r"overpotential\D{0,40}?(\d+(?:\.\d+)?) ?(m?V)\b(?!.?(?:dec|s-1|/dec|/s))", re.I)
_BASELINE_CURRENT = re.compile(r"(\d+(?:\.\d+)?) ?mA ?(?:cm-2|/cm2|cm−2)")


def baseline(line: Mapping[str, Any]) -> list[tuple[Key, str]]:
    """One regular expression: a number of mV or V after "overpotential", with the next current density."""
    text = tidied(line["sentence"]).text
    found = []
    for match in _BASELINE.finditer(text):
        current = _BASELINE_CURRENT.search(text, match.end())
        key = _key("overpotential", float(match[1]), match[2], "=", float(current[1]) if current else None)
        found.append((key, ""))
    return found


def with_current(key: Key) -> bool:
    """Overpotentials, and whatever else is stated at a current density."""
    return key[0] == "overpotential" or key[4] is not None


def _plain(name: str) -> str:
    return re.sub(r"[\s\-–−/_]+", "", tidied(name).text).casefold()


def same_material(a: str, b: str) -> bool:
    """Equal, or one within the other, without regard to spaces, hyphens and case."""
    a, b = _plain(a), _plain(b)
    return a == b or bool(a and b and (a in b or b in a))


def counts(
    lines: Iterable[Mapping[str, Any]], finder: Finder, keep: Callable[[Key], bool] = lambda _: True
) -> tuple[np.ndarray, tuple[int, int]]:
    """Per sentence: found and right, found and wrong, missed, shape (sentences, 3); materials right, of how many."""
    rows, right, of = [], 0, 0
    for line in lines:
        gold = [g for g in _gold(line) if keep(g[0])]
        read = [r for r in finder(line) if keep(r[0])]
        a, b = Counter(k for k, _ in gold), Counter(k for k, _ in read)
        hit = sum((a & b).values())
        rows.append((hit, len(read) - hit, len(gold) - hit))
        left = list(read)
        for key, material in gold:
            match = next((r for r in left if r[0] == key), None)
            if match is None or not material:
                continue
            left.remove(match)
            of += 1
            right += same_material(material, match[1])
    return np.array(rows, dtype=float).reshape(-1, 3), (right, of)


def f1(table: np.ndarray) -> float:
    """Micro F1 of rows (right, wrong, missed)."""
    hit, wrong, missed = table.sum(axis=0)
    return float(2 * hit / (2 * hit + wrong + missed)) if hit + wrong + missed else float("nan")


def interval(table: np.ndarray, seed: int = 0, draws: int = 2000) -> tuple[float, float]:
    """95 % bootstrap interval of F1 over sentences."""
    rng = np.random.default_rng(seed)
    picks = rng.integers(0, len(table), size=(draws, len(table)))
    low, high = np.nanquantile([f1(table[p]) for p in picks], [0.025, 0.975])
    return float(low), float(high)


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The lines of a gold file."""
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines() if line.strip()]


def evaluate_values(jsonl: Path) -> dict[str, Any]:
    """Precision, recall and F1 on a gold file, and what was wrong.

    Each line: ``sentence``, ``before`` (sentences), ``title``, ``values`` with ``property``, ``value``, ``unit``,
    ``comparator``, ``current_ma_per_cm2`` (or null) and ``material``.
    """
    lines = read_lines(jsonl)
    table, (right, of) = counts(lines, ours)
    hit, wrong, missed = table.sum(axis=0)
    errors = []
    for line, row in zip(lines, table, strict=True):
        if row[1] or row[2]:
            gold, read = Counter(k for k, _ in _gold(line)), Counter(k for k, _ in ours(line))
            errors.append(
                {
                    "id": line.get("id", ""), "sentence": line["sentence"],
                    "missed": list((gold - read).elements()), "wrong": list((read - gold).elements()),
                }
            )  # fmt: skip
    return {
        "sentences": len(lines), "values": int(hit + missed), "precision": float(hit / max(hit + wrong, 1)),
        "recall": float(hit / max(hit + missed, 1)), "f1": f1(table), "material_accuracy": right / max(of, 1),
        "materials": of, "errors": errors,
    }  # fmt: skip


def rows(gold: Mapping[str, Path], frames: Path | None = None, seed: int = 0) -> list[dict[str, Any]]:
    """Rows for the benchmark's table: each gold file by its name, then the frames where their folder is present."""
    found: list[dict[str, Any]] = []
    for name, path in gold.items():
        lines = read_lines(path)
        for measure, keep in (("values with current density", with_current), ("values, all", lambda _: True)):
            table, (right, of) = counts(lines, ours, keep)
            low, high = interval(table, seed)
            found.append(
                {
                    "measure": measure, "set": name, "n": int(table[:, 0].sum() + table[:, 2].sum()),
                    "baseline_f1": f1(counts(lines, baseline, keep)[0]), "f1": f1(table), "low_95": low,
                    "high_95": high, "material_accuracy": right / of if of else None,
                }
            )  # fmt: skip
    if frames is not None and Path(frames).is_dir():
        for measure, cited in (("values, frames", False), ("values, frames; cited ones counted wrong", True)):
            scored = score_frames(Path(frames), cited=cited)
            found.append({"measure": measure, "set": "MuLMS electrolysis_01, _02", **scored})
    return found


# --- frames ---------------------------------------------------------------------------------------------------------


def frame_gold(folder: Path) -> list[dict[str, Any]]:
    """The measured numbers of the annotated articles (``*.xmi``, UIMA XMI of MuLMS) whose property we know.

    One entry for each VALUE that a PROPERTY has (``propertyValue``): ``document``, ``text`` of the whole article,
    ``start``, ``end``, ``property`` in our words (`FRAME_PROPERTIES`), ``measured``: no frame has the
    property as its condition.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    identity = "{http://www.omg.org/XMI}id"
    found: list[dict[str, Any]] = []
    for path in sorted(Path(folder).glob("*.xmi")):
        root = etree.parse(str(path), parser).getroot()
        items = [(etree.QName(node).localname, node) for node in root if isinstance(node.tag, str)]
        text = next(node.get("sofaString") for name, node in items if name == "Sofa")
        entities = {node.get(identity): node for name, node in items if name == "MatSci_Entity"}
        links = [
            (node.get("RelationType"), node.get("Governor"), node.get("Dependent"))
            for name, node in items
            if name == "MatSci_Relations"
        ]
        conditions = {dependent for kind, _, dependent in links if kind and kind.startswith("condition")}
        for kind, governor, dependent in links:
            if kind != "propertyValue" or governor not in entities or dependent not in entities:
                continue
            word, value = entities[governor], entities[dependent]
            name = _frame_property(text[int(word.get("begin")) : int(word.get("end"))])
            if name:
                found.append(
                    {
                        "document": path.stem, "text": text, "property": name, "measured": governor not in conditions,
                        "start": int(value.get("begin")), "end": int(value.get("end")),
                    }
                )  # fmt: skip
    return found


def _frame_property(word: str) -> str:
    return next((name for pattern, name in FRAME_PROPERTIES if re.search(pattern, word, re.I)), "")


def score_frames(folder: Path, cited: bool = False) -> dict[str, Any]:
    """Recall over measured frames; precision over what was found in the sentences that hold one.

    A value is found where one of the same property overlaps it. What the annotators mark as a condition is counted
    as neither right nor wrong. Frames are of the article's own measurements ("in the range of earlier work (30 to
    235 mV) [46]" has none), so values that we mark as another paper's count as wrong only with ``cited``.
    """
    gold = frame_gold(folder)
    hit = missed = wrong = 0
    for document in sorted({g["document"] for g in gold}):
        own = [g for g in gold if g["document"] == document]
        text = own[0]["text"]
        before: list[str] = []
        for sentence in split_sentences(text):
            inside = [g for g in own if sentence.start <= g["start"] < sentence.end]
            piece = text[sentence.start : sentence.end]
            if any(g["measured"] for g in inside):
                values = [
                    (v.property, v.start + sentence.start, v.end + sentence.start)
                    for v in find_values(piece, before=before)
                    if cited or not v.cited
                ]
                known = {name for _, name in FRAME_PROPERTIES}
                for g in inside:
                    if g["measured"]:
                        found = any(p == g["property"] and a < g["end"] and g["start"] < b for p, a, b in values)
                        hit, missed = hit + found, missed + (not found)
                wrong += sum(
                    p in known and not any(p == g["property"] and a < g["end"] and g["start"] < b for g in inside)
                    for p, a, b in values
                )
            before = [*before[-2:], piece]
    precision, recall = hit / max(hit + wrong, 1), hit / max(hit + missed, 1)
    return {
        "n": hit + missed, "f1": 2 * hit / max(2 * hit + wrong + missed, 1), "precision": precision, "recall": recall,
    }  # fmt: skip


def _show(paths: Sequence[str]) -> None:
    for path in paths:
        result = evaluate_values(Path(path))
        for error in result.pop("errors"):
            print(f"{error['id']}: {error['sentence']}\n    missed {error['missed']}\n    wrong  {error['wrong']}")
        print(path, result)


if __name__ == "__main__":
    import sys

    _show(sys.argv[1:])
