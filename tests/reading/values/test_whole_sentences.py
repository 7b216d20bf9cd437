"""Sentences of our own in the style of abstracts, read as a whole: property, number, current density, material."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from aichemist.reading._tidy import tidied
from aichemist.reading.values import find_values

Expected = tuple[str, float, float | None, str]

SENTENCES: list[tuple[str, list[Expected]]] = [
    (
        "The overpotential at 10 mA cm−2 decreased from 356 mV for Co(OH)2 to 281 mV for Fe-Co(OH)2.",
        [("overpotential", 356, 10, "Co(OH)2"), ("overpotential", 281, 10, "Fe-Co(OH)2")],
    ),
    (
        "RuCoOx reached 10 mA cm−2 at 1.43 V, 100 mA cm−2 at 1.51 V and 200 mA cm−2 at 1.56 V vs. RHE.",
        [("potential", 1.43, 10, "RuCoOx"), ("potential", 1.51, 100, "RuCoOx"), ("potential", 1.56, 200, "RuCoOx")],
    ),
    (
        "The overpotentials of Fe-, Co- and Mn-doped Ni3S2 at 10 mA cm−2 are 212, 248 and 277 mV, respectively.",
        [
            ("overpotential", 212, 10, "Fe-doped Ni3S2"),
            ("overpotential", 248, 10, "Co-doped Ni3S2"),
            ("overpotential", 277, 10, "Mn-doped Ni3S2"),
        ],
    ),
    (
        "A full cell of NiFeMo||NiMoN delivers 10 mA cm-2 at 1.49 V and 500 mA cm-2 at 1.68 V.",
        [("cell voltage", 1.49, 10, "NiFeMo||NiMoN"), ("cell voltage", 1.68, 500, "NiFeMo||NiMoN")],
    ),
    (
        "The optimised composition, Ni0.6Co0.2Fe0.2Ox, outperforms NiOx by 95 mV and shows 274 mV at 10 mA cm−2.",
        [("overpotential", 274, 10, "Ni0.6Co0.2Fe0.2Ox")],
    ),
    (
        "Compared with bare Ni foam (420 mV@50 mA cm-2), NiS/NF required 335 mV only.",
        [("overpotential", 420, 50, "bare Ni foam"), ("overpotential", 335, 50, "NiS/NF")],
    ),
    (
        "NiFe/NF needs 1.53 V vs. RHE to reach 10 mA cm-2 and is stable for 100 h at 100 mA cm-2.",
        [("potential", 1.53, 10, "NiFe/NF"), ("stability", 100, 100, "NiFe/NF")],
    ),
    (
        "For CoS2, CoSe2 and CoTe2 the values of η10 were 361, 330 and 290 mV and the Tafel slopes 95, 78 and 61 mV dec−1.",
        [
            ("overpotential", 361, 10, "CoS2"), ("overpotential", 330, 10, "CoSe2"), ("overpotential", 290, 10, "CoTe2"),
            ("tafel slope", 95, None, "CoS2"), ("tafel slope", 78, None, "CoSe2"), ("tafel slope", 61, None, "CoTe2"),
        ],
    ),
    (
        "In contrast to IrO2 (η10 = 331 mV, 92 mV dec−1), Ce-NiFe has η10 = 242 mV and 39 mV dec−1.",
        [
            ("overpotential", 331, 10, "IrO2"), ("tafel slope", 92, None, "IrO2"),
            ("overpotential", 242, 10, "Ce-NiFe"), ("tafel slope", 39, None, "Ce-NiFe"),
        ],
    ),
    (
        "The mass activity of Ir1/NiO at 1.53 V vs. RHE was 1.25 A mgIr−1, about 28 times that of IrO2 (0.045 A mg−1).",
        [("mass activity", 1.25, None, "Ir1/NiO"), ("mass activity", 0.045, None, "IrO2")],
    ),
    (
        "The overpotential of NiFe at 10 mA cm-2 is 25 mV smaller than that of Ni (295 mV).",
        [("overpotential", 295, 10, "Ni")],
    ),
    (
        "Impressively, the overpotential of CoP to reach 10 mA cm−2 (100 mA cm−2) is 229 mV (283 mV).",
        [("overpotential", 229, 10, "CoP"), ("overpotential", 283, 100, "CoP")],
    ),
    ("LSV of NiO was recorded at 5 mV s-1 between 1.0 and 1.7 V vs. RHE with 10 mV amplitude at 1600 rpm.", []),
    ("NiO was calcined at 400 °C for 4 h, washed and stored for 24 h.", []),
    ("The potential of NiO increased by only 12 mV over 1000 h at 200 mA cm-2.", []),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "expected"), SENTENCES, ids=[s[:40] for s, _ in SENTENCES])
def test_sentence(sentence: str, expected: list[Expected]) -> None:
    found = []
    for v in find_values(sentence):
        at = v.condition("current density")
        found.append((v.property, v.value, at.value if at else None, v.material))
    assert found == expected


def _plain(name: str) -> str:
    return re.sub(r"[\s-]", "", tidied(name).text).casefold()


@pytest.mark.parametrize("name", ["gold_dev.jsonl", "gold_dev_2.jsonl", "gold_dev_3.jsonl", "gold_dev_4.jsonl"])
def test_development_sentences_stay_read(name: str) -> None:
    """The rules were made on these; the benchmark has others. A change that loses some of them is seen here."""
    wanted = found = right = named = materials = 0
    for line in (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        keys = {
            (v["property"], v["value"] * (1000 if v["unit"] == "V" else 1), v["current_ma_per_cm2"]): v["material"]
            for v in gold["values"]
            if v["property"] == "overpotential"
        }
        read = {}
        for v in find_values(gold["sentence"], before=gold["before"], subject=gold["title"]):
            at = v.condition("current density")
            if v.property == "overpotential":
                key = (v.property, v.value * (1000 if v.unit == "V" else 1), at.value if at else None)
                read[key] = v.material
        wanted, found, right = wanted + len(keys), found + len(read), right + len(keys.keys() & read.keys())
        both = [(keys[k], read[k]) for k in keys.keys() & read.keys() if keys[k]]
        named += len(both)
        materials += sum(_plain(a) in _plain(b) or _plain(b) in _plain(a) for a, b in both if b)
    assert 2 * right / (wanted + found) > 0.95
    assert materials / named > 0.85
