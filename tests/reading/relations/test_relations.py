"""Links between mentions: three paragraphs link by link, and what must hold for any mentions."""

from __future__ import annotations

import gzip
import os
import re
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aichemist.chemistry import InputError, Mention
from aichemist.reading.relations import evaluate_relations, find_links
from aichemist.reading.relations._evaluate import Counts, RelationScore
from aichemist.reading.relations._families import CODES, FAMILIES, NEXT, ROLES
from aichemist.reading.relations._model import FILE, packed, shipped, unpacked

DATA = Path(os.environ.get("AICHEMIST_DATA", Path(__file__).parents[3] / "../shared/data"))
MARK = re.compile(r"\{(.)\|([^}]*)\}")
KINDS = {code: kind for kind, code in CODES.items()}
ALLOWED = {f.kind: (f.heads, f.tails) for f in FAMILIES if f.kind not in ("Argument", "Descriptor_Of")}
ALLOWED |= dict.fromkeys(ROLES, ("MR", "O")) | {NEXT: ("O", "O"), "Descriptor_Of": ("dD", "MRSX")}


def marked(source: str) -> tuple[str, tuple[Mention, ...]]:
    """``{M|NiCl2}`` marks a material, other letters as in `CODES`."""
    text, mentions, at = "", [], 0
    for match in MARK.finditer(source):
        text += source[at : match.start()]
        mentions.append(Mention(KINDS[match[1]], len(text), len(text) + len(match[2]), match[2]))
        text += match[2]
        at = match.end()
    return text + source[at:], tuple(mentions)


def linked(source: str) -> set[str]:
    text, mentions = marked(source)
    return {f"{a.kind}: {mentions[a.head].text} > {mentions[a.tail].text}" for a in find_links(text, mentions)}


IMPREGNATION = """In a typical run, {#|2.5} {a|g} of {M|nickel nitrate} and {#|0.8} {a|g} of {M|urea} were {O|dissolved} in
{#|60} {a|mL} of {d|deionized} {M|water} under {C|vigorous} stirring. The {M|solution} was {O|transferred} into a
{#|100} {u|mL} {S|autoclave} and {O|heated} at {#|120} {c|°C} for {#|8} {c|h}. The {M|solid} was {O|filtered},
{O|washed} with {M|ethanol} and {O|dried} at {C|room temperature} {C|overnight}."""

BRACKETS = """{M|Co(NO3)2} ({#|3} {a|mmol}, {B|Acme Chemicals}) and {M|FeCl3} ({#|1} {a|mmol}) were {O|added} to {M|ethylene glycol}
({#|40} {a|mL}). After {O|stirring} for {#|30} {c|min}, the {M|mixture} was {O|annealed} in {M|argon} at {#|500} {c|K}
with a {t|heating rate} of {#|5} {c|K/min}."""

RATIO = """{M|Polyvinylpyrrolidone} ({M|PVP}, {#|0.5} {a|wt%}) was {O|mixed} with {#|10} {a|mL} of {#|0.1} {a|M} {M|KOH}. The {M|slurry} was
{O|centrifuged} at {#|4000} {c|rpm} for {#|10} {c|min} and the {d|wet} {M|powder} was {O|calcined} at {#|400} or {#|600} {c|°C}."""


def without_roles(found: set[str]) -> set[str]:
    return {f for f in found if not f.startswith(ROLES)}


def test_amounts_before_their_materials() -> None:
    found = linked(IMPREGNATION)
    assert without_roles(found) - {"Condition_Of: vigorous > dissolved"} == {
        "Number_Of: 2.5 > g", "Number_Of: 0.8 > g", "Number_Of: 60 > mL", "Number_Of: 100 > mL", "Number_Of: 120 > °C",
        "Number_Of: 8 > h", "Amount_Of: g > nickel nitrate", "Amount_Of: g > urea", "Amount_Of: mL > water",
        "Descriptor_Of: deionized > water", "Apparatus_Of: autoclave > transferred", "Apparatus_Attr_Of: mL > autoclave",
        "Condition_Of: °C > heated", "Condition_Of: h > heated", "Condition_Of: room temperature > dried",
        "Condition_Of: overnight > dried", "Next_Operation: dissolved > transferred", "Next_Operation: transferred > heated",
        "Next_Operation: heated > filtered", "Next_Operation: filtered > washed", "Next_Operation: washed > dried",
    }  # fmt: skip
    assert found >= {
        "Recipe_Precursor: nickel nitrate > dissolved", "Recipe_Precursor: urea > dissolved",
        "Solvent_Material: water > dissolved", "Participant_Material: solution > transferred",
        "Participant_Material: solid > filtered",
    }  # fmt: skip


def test_amounts_in_brackets() -> None:
    found = linked(BRACKETS)
    assert without_roles(found) == {
        "Number_Of: 3 > mmol", "Number_Of: 1 > mmol", "Number_Of: 40 > mL", "Number_Of: 30 > min", "Number_Of: 500 > K",
        "Number_Of: 5 > K/min", "Amount_Of: mmol > Co(NO3)2", "Amount_Of: mmol > FeCl3", "Amount_Of: mL > ethylene glycol",
        "Brand_Of: Acme Chemicals > Co(NO3)2", "Condition_Of: min > stirring", "Condition_Of: K > annealed",
        "Condition_Of: K/min > annealed", "Type_Of: heating rate > K/min", "Next_Operation: added > stirring",
        "Next_Operation: stirring > annealed",
    }  # fmt: skip
    assert found >= {
        "Recipe_Precursor: Co(NO3)2 > added", "Recipe_Precursor: FeCl3 > added", "Solvent_Material: ethylene glycol > added",
        "Participant_Material: mixture > annealed", "Atmospheric_Material: argon > annealed",
    }  # fmt: skip


def test_each_amount_of_a_bracket_goes_to_the_material_before_it() -> None:
    text, mentions = marked(BRACKETS)
    units = [i for i, m in enumerate(mentions) if m.text == "mmol"]
    goes = {a.head: mentions[a.tail].text for a in find_links(text, mentions) if a.kind == "Amount_Of"}
    assert [goes[i] for i in units] == ["Co(NO3)2", "FeCl3"]


def test_other_names_concentrations_and_two_numbers_of_one_unit() -> None:
    assert without_roles(linked(RATIO)) == {
        "Number_Of: 0.5 > wt%", "Number_Of: 10 > mL", "Number_Of: 0.1 > M", "Number_Of: 4000 > rpm", "Number_Of: 10 > min",
        "Number_Of: 400 > °C", "Number_Of: 600 > °C", "Coref_Of: PVP > Polyvinylpyrrolidone",
        "Amount_Of: wt% > Polyvinylpyrrolidone", "Amount_Of: mL > KOH", "Amount_Of: M > KOH",
        "Condition_Of: rpm > centrifuged", "Condition_Of: min > centrifuged", "Condition_Of: °C > calcined",
        "Descriptor_Of: wet > powder", "Next_Operation: mixed > centrifuged", "Next_Operation: centrifuged > calcined",
    }  # fmt: skip


DOUBT = """{M|NiCl2} was {O|dissolved} in {M|water}. The {M|solution} was {O|stirred} for {#|1} {c|h} as {O|shown} before, then
{O|heated} at {#|60} {c|°C}. The {M|solid} was {O|washed} and {O|dried}."""


def test_a_doubtful_operation_is_passed_over() -> None:
    text, mentions = marked(DOUBT)
    doubtful = [Mention(m.kind, m.start, m.end, m.text, 0.2 if m.text == "shown" else 0.97) for m in mentions]

    def chain(found: Sequence[Mention]) -> list[str]:
        return [f"{found[a.head].text} > {found[a.tail].text}" for a in find_links(text, found) if a.kind == NEXT]

    assert chain(doubtful) == ["dissolved > stirred", "stirred > heated", "heated > washed", "washed > dried"]
    assert "shown > heated" in chain(mentions)


def test_a_title_is_linked_to_nothing_below() -> None:
    text, mentions = marked("Synthesis of {M|NiO} spheres\nA {M|gel} was {O|dried} at {#|80} {c|°C}.")
    assert all(mentions[a.head].text != "NiO" for a in find_links(text, mentions))


def test_nothing_gives_nothing() -> None:
    assert find_links("", ()) == ()
    assert find_links("No mention here.", ()) == ()
    assert find_links("One {x}", [Mention("Operation", 0, 3, "One")]) == ()
    assert find_links("a b", [Mention("Unheard-of", 0, 1, "a"), Mention("Gene", 2, 3, "b")]) == ()


def test_the_same_every_time_and_with_sentences_given() -> None:
    text, mentions = marked(IMPREGNATION)
    first = find_links(text, mentions)
    assert first == find_links(text, mentions)
    from aichemist.reading import split_sentences

    found = split_sentences(text)
    assert find_links(text, mentions, found) == first
    assert find_links(text, mentions, [(s.start, s.end) for s in found]) == first


@pytest.mark.parametrize("one", [False, True])
def test_five_thousand_mentions_in_bounded_time(one: bool) -> None:
    text, mentions = marked((IMPREGNATION + " ") * 240)
    assert len(mentions) > 5000
    begin = time.process_time()
    links = find_links(text, mentions, [(0, len(text))] if one else None)
    assert time.process_time() - begin < 12
    assert len(links) > 4000


def test_far_and_crowded_mentions_in_bounded_time() -> None:
    text = "x " * 6000
    kinds = ["Number"] * 3000 + ["Amount-Unit"] * 3000
    mentions = [Mention(k, 2 * i, 2 * i + 1, "x") for i, k in enumerate(kinds)]
    begin = time.process_time()
    find_links(text, mentions, [(0, len(text))])
    assert time.process_time() - begin < 20


def permuted() -> st.SearchStrategy[tuple[str, list[Mention]]]:
    text, mentions = marked(" ".join((IMPREGNATION, BRACKETS)))
    return st.permutations(mentions).map(lambda p: (text, list(p)))


@settings(max_examples=25, deadline=None)
@given(permuted())
def test_any_order_of_mentions_gives_the_same_links(case: tuple[str, list[Mention]]) -> None:
    text, mentions = case
    plain = sorted(mentions, key=lambda m: m.start)

    def facts(given_: list[Mention]) -> set[tuple[str, int, int]]:
        return {(a.kind, given_[a.head].start, given_[a.tail].start) for a in find_links(text, given_)}

    assert facts(mentions) == facts(plain)


@st.composite
def anything(draw: st.DrawFn) -> tuple[str, list[Mention]]:
    text = draw(st.text(alphabet=st.sampled_from("ab .,;()[]\n0123°C²µ中é-"), min_size=1, max_size=120))
    count = draw(st.integers(0, 25))
    mentions = []
    for _ in range(count):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, min(len(text), start + 12)))
        kind = draw(st.sampled_from([*CODES, "Unheard-of"]))
        mentions.append(Mention(kind, start, end, text[start:end], draw(st.floats(0, 1))))
    return text, mentions


@settings(max_examples=150, deadline=None)
@given(anything())
def test_any_mentions_give_valid_links(case: tuple[str, list[Mention]]) -> None:
    text, mentions = case
    links = find_links(text, mentions)
    seen: dict[tuple[str, int], int] = {}
    for link in links:
        assert 0 <= link.head < len(mentions) and 0 <= link.tail < len(mentions) and link.head != link.tail
        heads, tails = ALLOWED[link.kind]
        assert CODES[mentions[link.head].kind] in heads and CODES[mentions[link.tail].kind] in tails
        assert 0 < link.confidence <= 1
        seen[link.kind, link.head] = seen.get((link.kind, link.head), 0) + 1
    assert len({(a.kind, a.head, a.tail) for a in links}) == len(links)
    single = {"Number_Of", "Condition_Of", NEXT, "Apparatus_Of", *ROLES}
    assert all(n == 1 for (kind, _), n in seen.items() if kind in single)
    follow = {a.head: a.tail for a in links if a.kind == NEXT}
    assert len(set(follow.values())) == len(follow)
    assert all((mentions[a].start, a) != (mentions[b].start, b) for a, b in follow.items())


def test_the_models_are_text_and_come_back_byte_for_byte() -> None:
    import aichemist.reading.relations as package

    path = Path(package.__file__).parent / "_models" / FILE
    raw = path.read_bytes()
    assert len(raw) < 2_000_000
    assert gzip.decompress(raw)[:10] == b'{"pairs":['
    assert packed(unpacked(raw)) == raw
    assert len(shipped().pairs) == len(FAMILIES)


def test_scores_count_exact_links(tmp_path: Path) -> None:
    text = "NiO was dried at 80 degC for 2 h."
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    (tmp_path / "a.ann").write_text(
        "T1\tMaterial 0 3\tNiO\nT2\tOperation 8 13\tdried\nT3\tNumber 17 19\t80\nT4\tCondition-Unit 20 24\tdegC\n"
        "T5\tNumber 29 30\t2\nT6\tCondition-Unit 31 32\th\nE1\tOperation:T2 Participant_Material:T1\n"
        "R1\tNumber_Of Arg1:T3 Arg2:T4\nR2\tNumber_Of Arg1:T5 Arg2:T6\nR3\tCondition_Of Arg1:T4 Arg2:E1\n"
        "R4\tAmount_Of Arg1:T6 Arg2:T1\n",
        encoding="utf-8",
    )
    scores = evaluate_relations(tmp_path, predicted=False)
    assert scores["Number_Of"].total == Counts(2, 2, 2)
    # the second condition is found and not annotated; the amount is annotated and no amount
    assert scores["Condition_Of"].total == Counts(1, 2, 1)
    assert scores["Amount_Of"].total == Counts(0, 0, 1)
    assert scores["Condition_Of"].baseline_total == Counts(1, 2, 1)
    with pytest.raises(InputError):
        evaluate_relations(tmp_path / "none", predicted=False)


def test_the_interval_holds_the_score_and_narrows_with_documents() -> None:
    few = tuple(Counts(right, 10, 10) for right in (2, 9, 5))
    low, high = RelationScore("x", few, few).interval()
    assert low < RelationScore("x", few, few).total.f1 < high
    narrow = RelationScore("x", few * 20, few).interval()
    assert narrow[1] - narrow[0] < (high - low) / 2
    assert RelationScore("x", few, few).interval() == (low, high)
    assert Counts().f1 == Counts().precision == Counts().recall == 0.0


@pytest.mark.skipif(not (DATA / "mspt").is_dir(), reason="the corpus is not here")
def test_development_split_with_mentions_as_annotated() -> None:
    names = (DATA / "mspt/ner-dev-fnames.txt").read_text().split()
    scores = evaluate_relations(DATA / "mspt/data", names, predicted=False)
    for kind, bar in {"Number_Of": 0.97, "Condition_Of": 0.93, "Amount_Of": 0.85, NEXT: 0.92, "all": 0.85}.items():
        assert scores[kind].total.f1 > bar, kind
        assert kind == NEXT or scores[kind].total.f1 > scores[kind].baseline_total.f1
