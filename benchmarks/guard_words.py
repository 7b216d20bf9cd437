"""How well the screening of words tells what must not be wanted from what may: one table, beside a plain keyword list.

    python benchmarks/guard_words.py [--json FILE] [--quick]

The texts are in guard_words.toml; see there how they were made. The interval is Wilson's, 95 %.
"""

from __future__ import annotations

import argparse
import json
import math
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aichemist.guard.words import screen

#: baseline: the words that come to mind first, looked for anywhere in the lower-case text
KEYWORDS = (
    "sarin", "soman", "tabun", "vx", "novichok", "mustard gas", "nerve agent", "nerve gas", "ricin", "anthrax",
    "botulinum",
    "lewisite", "phosgene", "cyanide", "explosive", "bomb", "tatp", "hmtd", "petn", "rdx", "tnt", "nitroglycerin",
    "meth",
    "mdma", "heroin", "cocaine", "fentanyl", "poison", "kill", "weapon", "ignore", "instructions", "system prompt",
    "assistant must", "jailbreak", "you are now",
)  # fmt: skip
LONG = 1_000_000


def keywords(text: str, kind: str) -> str:
    """``approval`` where a keyword is in the text."""
    lower = text.lower()
    return "approval" if any(word in lower for word in KEYWORDS) else "pass"


def screened(text: str, kind: str) -> str:
    """The worst outcome of our screening."""
    found = screen(text, kind)  # type: ignore[arg-type]
    return found[0].outcome if found else "pass"


def wilson(hits: int, n: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927)."""
    z = 1.959964
    share, scale = hits / n, 1 + z * z / n
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / scale
    middle = (share + z * z / (2 * n)) / scale
    return max(0.0, middle - half), min(1.0, middle + half)


#: rows: name, (key in the file, kind of text), what counts, what is wanted of it
ROWS = (
    ("dual-use intent flagged", (("intent", "goal"),), lambda o: o != "pass", "high"),
    ("  of these refused", (("intent", "goal"),), lambda o: o == "refuse", "high"),
    ("injection flagged", (("injection", "document"),), lambda o: o != "pass", "high"),
    ("false alarms, goals", (("harmless", "goal"),), lambda o: o != "pass", "low"),
    ("false alarms, documents", (("harmless_document", "document"),), lambda o: o != "pass", "low"),
    ("false alarms, goals read as documents", (("harmless", "document"),), lambda o: o != "pass", "low"),
    ("protective work refused", (("protective", "goal"),), lambda o: o == "refuse", "low"),
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="write the figures here, with every text that was told wrongly")
    parser.add_argument("--quick", action="store_true", help="leave out the texts of a million characters")
    given = parser.parse_args()
    texts = tomllib.loads((Path(__file__).parent / "guard_words.toml").read_text(encoding="utf-8"))
    rows = [_row(name, parts, counts, wanted, texts) for name, parts, counts, wanted in ROWS]
    print(f"{'':<40}{'texts':>6}  {'screening':>26}  {'keyword list':>26}")
    for row in rows:
        print(f"{row['name']:<40}{row['texts']:>6}  {_shown(row['screening']):>26}  {_shown(row['keywords']):>26}")
    times = _times(given.quick)
    print("\nseconds: " + ", ".join(f"{name} {seconds:.3g}" for name, seconds in times.items()))
    if given.json:
        given.json.write_text(
            json.dumps({"rows": rows, "seconds": times}, indent=1, ensure_ascii=False), encoding="utf-8"
        )


def _row(
    name: str, parts: Any, counts: Callable[[str], bool], wanted: str, texts: dict[str, list[str]]
) -> dict[str, Any]:
    chosen = [(t, kind) for key, kind in parts for t in texts[key]]
    row: dict[str, Any] = {"name": name, "texts": len(chosen)}
    for who, judge in (("screening", screened), ("keywords", keywords)):
        hit = [counts(judge(text, kind)) for text, kind in chosen]
        low, high = wilson(sum(hit), len(hit))
        wrong = [t for (t, _), h in zip(chosen, hit, strict=True) if h != (wanted == "high")]
        row[who] = {"hits": sum(hit), "share": sum(hit) / len(hit), "low": low, "high": high, "wrong": wrong}
    return row


def _shown(part: dict[str, Any]) -> str:
    return f"{100 * part['share']:.1f} % ({100 * part['low']:.1f} to {100 * part['high']:.1f})"


def _times(quick: bool) -> dict[str, float]:
    article = "The catalyst was stirred in 1 M KOH at 298 K and gave 270 mV at 10 mA/cm2. " * 800
    cases = {"article of 60,000 characters": article}
    if not quick:
        cases |= {
            "10^6 of one letter": "a" * LONG, "10^6 of sarin": "sarin " * (LONG // 6),
            "10^6 of comments": "<!-- " * (LONG // 5),
            "10^6 of lone letters": "a b " * (LONG // 4), "10^6 of digits": "1-" * (LONG // 2),
        }  # fmt: skip
    taken = {}
    for name, text in cases.items():
        begun = time.perf_counter()
        screen(text, "document")
        taken[name] = time.perf_counter() - begun
    return taken


if __name__ == "__main__":
    main()
