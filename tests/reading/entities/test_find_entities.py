"""Entities: what a chemist sees in texts of our own, on any input, and scores on annotated texts."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from aichemist.chemistry import InputError, Mention
from aichemist.reading._brat import read_brat
from aichemist.reading.entities import MODELS, EntityModel, find_entities, is_procedure, load_model, procedure_spans
from aichemist.reading.entities._evaluate import evaluate

DATA = Path(os.environ.get("AICHEMIST_DATA", Path(__file__).parents[4] / "shared" / "data"))

HYDROTHERMAL = (
    "Cobalt molybdate was prepared as follows. First, 1.2 g of Co(NO3)2·6H2O and 0.9 g Na2MoO4 (98%, Sigma-Aldrich) "
    "were dissolved in 35 mL of deionized water. After stirring for 20 min, the pink solution was transferred into a "
    "50 mL Teflon-lined autoclave and heated at 180 °C for 6 h. The product was washed with ethanol and dried at 70 °C "
    "overnight."
)
SOLID_STATE = (
    "Powders of SrCO3 and Fe2O3 were ball-milled in isopropanol for 24 h, pressed into pellets and calcined in air at "
    "1100 °C for 10 h with a heating rate of 5 °C min−1. The pellets were ground in an agate mortar."
)
LABORATORY = (
    "Add 200 µl of lysis buffer to the tube.\nIncubate at 37°C for 10 minutes.\nCentrifuge at 12,000 rpm for 5 min and "
    "discard the supernatant.\nResuspend the pellet in 1 ml of PBS."
)


def _has(found: tuple[Mention, ...], kind: str, *texts: str) -> None:
    got = [m.text for m in found if m.kind == kind]
    missing = [t for t in texts if t not in got]
    assert not missing, f"{kind}: {missing} not in {got}"


def test_a_hydrothermal_synthesis() -> None:
    found = find_entities(HYDROTHERMAL)
    _has(found, "Operation", "prepared", "dissolved", "stirring", "transferred", "heated", "washed", "dried")
    _has(found, "Material", "Co(NO3)2·6H2O", "Na2MoO4", "water", "ethanol", "solution")
    _has(found, "Number", "1.2", "0.9", "98", "35", "20", "50", "180", "6", "70")
    _has(found, "Condition-Unit", "min", "°C", "h")
    _has(found, "Brand", "Sigma-Aldrich")
    _has(found, "Synthesis-Apparatus", "autoclave")


def test_a_solid_state_synthesis() -> None:
    found = find_entities(SOLID_STATE)
    _has(found, "Operation", "pressed", "calcined", "ground")
    _has(found, "Material", "SrCO3", "Fe2O3", "isopropanol", "air")
    _has(found, "Condition-Unit", "°C min−1", "h", "°C")


def test_a_protocol_of_a_wet_lab() -> None:
    found = find_entities(LABORATORY, model="protocol")
    _has(found, "Action", "Add", "Incubate", "Centrifuge", "discard", "Resuspend")
    _has(found, "Amount", "200 µl", "1 ml")
    _has(found, "Temperature", "37°C")
    _has(found, "Time", "10 minutes", "5 min")
    _has(found, "Speed", "12,000 rpm")
    _has(found, "Reagent", "lysis buffer", "PBS")


@pytest.mark.parametrize("model", MODELS)
def test_mentions_lie_in_order_and_quote_the_text(model: str) -> None:
    text = f"{HYDROTHERMAL}\n\n{SOLID_STATE}\n{LABORATORY}"
    found = find_entities(text, model=model)
    kinds = load_model(model).types
    at = 0
    for m in found:
        assert at <= m.start < m.end
        assert text[m.start : m.end] == m.text
        assert 0 < m.confidence <= 1
        assert m.kind in kinds
        at = m.end
    assert found == find_entities(text, model=model)


def test_offsets_of_a_part_refer_to_the_whole() -> None:
    text = "Introduction. " + HYDROTHERMAL + " Conclusion."
    part = find_entities(text, 14, 14 + len(HYDROTHERMAL))
    alone = find_entities(HYDROTHERMAL)
    assert [(m.kind, m.start - 14, m.text, m.confidence) for m in part] == [
        (m.kind, m.start, m.text, m.confidence) for m in alone
    ]


def test_ascii_and_typography_read_alike() -> None:
    plain = HYDROTHERMAL.replace("°", "deg").replace("·", "*")
    assert [(m.kind, m.text) for m in find_entities(plain)] == [
        (m.kind, m.text.replace("°", "deg").replace("·", "*")) for m in find_entities(HYDROTHERMAL)
    ]


@pytest.mark.parametrize(
    "text", ["", " \n", "中文。文本", "\x00\x01", "💥" * 50, "a" * 5000, "()[]{}%%%", "\u202e°C\ufeff"]
)
def test_odd_texts_are_read_without_error(text: str) -> None:
    for m in find_entities(text):
        assert text[m.start : m.end] == m.text


def test_long_texts_take_time_in_proportion() -> None:
    text = ((HYDROTHERMAL + " ") * 4000)[:1_000_000]
    short = text[:50_000]
    find_entities(short, model="synthesis-plain")
    begun = time.process_time()
    find_entities(short, model="synthesis-plain")
    once = time.process_time() - begun
    begun = time.process_time()
    find_entities(text, model="synthesis-plain")
    assert time.process_time() - begun < 60 * once + 2


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(InputError, match="synthesis"):
        find_entities("text", model="none")


def test_a_model_of_ones_own() -> None:
    class Shouting(EntityModel):
        name, types = "shouting", ("Loud",)

        def find(self, text: str, start: int = 0, end: int | None = None) -> tuple[Mention, ...]:
            return (Mention("Loud", start, start + 1, text[start]),) if text else ()

    assert find_entities("Heat", model=Shouting())[0].text == "H"


def test_where_the_procedure_is() -> None:
    talk = "The overpotential of NiFe is 250 mV at 10 mA cm−2, as shown in Figure 2. This is attributed to iron. "
    look = "XRD patterns were recorded on a Bruker diffractometer at 40 kV. LSV was measured at 5 mV s−1 vs. RHE. "
    text = talk + HYDROTHERMAL + " " + look + talk
    spans = procedure_spans(text)
    assert len(spans) == 1
    start, end = spans[0]
    assert start <= text.index("First, 1.2 g") and end >= text.index("overnight")
    assert start >= len(talk) - 1 and end <= len(talk) + len(HYDROTHERMAL) + 1
    assert procedure_spans(talk + look) == () == procedure_spans("")
    assert is_procedure("The powder was dried at 60 °C for 12 h and calcined at 400 °C.") > 0.8
    assert is_procedure("Figure 3 shows the polarisation curves of the catalysts.") < 0.1


@pytest.mark.skipif(not (DATA / "mspt").is_dir(), reason="the annotated corpora are not here")
def test_scores_on_annotated_texts() -> None:
    names = (DATA / "mspt/ner-dev-fnames.txt").read_text(encoding="utf-8").split()
    texts = [(t.text, t.mentions) for t in read_brat(DATA / "mspt/data", tuple(names))]
    scores = evaluate(texts, find_entities, resamples=50)
    assert scores["all"].f1 > 0.79
    assert scores["Operation"].f1 > 0.83
    assert scores["all"].low_95 < scores["all"].f1 < scores["all"].high_95
    protocols = [(t.text, t.mentions) for t in read_brat(DATA / "wlp/dev")[:30]]
    assert evaluate(protocols, lambda t: find_entities(t, model="protocol"), resamples=50)["all"].f1 > 0.70
