"""Corpus and goal -> digest: what papers report, counted by paper, each with the sentences that say so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from attrs import frozen

from aichemist.chemistry import ATOMIC_WEIGHTS, Digest, Document, Evidence, Goal, InputError, Reported

from ._corpus import Corpus
from ._elements import find_elements
from ._overpotentials import find_overpotentials
from ._precursors import find_precursors
from ._sentences import Sentence, split_sentences, tidy
from ._topics import Topic, concerns, support, topic_of

EVIDENCE_LIMIT = 5

#: a sentence of a reference list states what a title says, not what this paper found
_REFERENCE = re.compile(
    r"\[CrossRef\]|\[PubMed\]|https?://|\bdoi\b|\bvol\. ?\d|\bpp\. ?\d"
    r"|\b\d{1,4}, (?:no\. )?[A-Z]?\d{1,7}(?: ?[-–−e] ?[A-Z]?\d{1,7})?[,.]? ?\((?:19|20)\d\d\)"
    r"|\b(?:19|20)\d\d, \d{1,4}(?: ?\(\d{1,3}\))?, [A-Z]?\d{1,7}"
    r"|\b\d{1,4} \((?:19|20)\d\d\) [A-Z]?\d{2,7}"
    r"|(?:[A-Z][\w'’-]{1,20},? (?:[A-Z]\.[ -]?){1,3}[,;&]? ?){2}"
    r"|(?:(?:[A-Z]\.[ -]?){1,3} ?[A-Z][\w'’-]{1,20}, ){2}"
)
_CATALYST = re.compile(
    r"catal|anode|oxide|OOH|\bLDH|spinel|perovskite|phosphide|precursor|\bdop(?:ed|ing|ant)|activ(?:e|ity)", re.I
)
_HEADING = re.compile(r"\bREFERENCES\b|(?:^|[.;■] ?)References (?=[\[(]?\d)")


@frozen
class _Read:
    """One document, split: sentences with their tidied copies and how surely each concerns the topic."""

    document: Document
    sentences: tuple[Sentence, ...]
    tidied: tuple[str, ...]
    topical: tuple[float, ...]


def digest(corpus: Corpus, goal: Goal, elements: Sequence[str]) -> Digest:
    """What the corpus reports on the goal's topic for ``elements``.

    Papers that do not concern the topic count for nothing. In the others, elements count in sentences that speak of the
    topic or of catalysts, precursors in every sentence, values only in sentences that concern the topic themselves or
    by their neighbours; sentences of reference lists and of other reactions never count. ``papers`` counts documents.
    Entries come most papers first, values lowest first among equals; evidence is the surest sentence of each paper,
    then further ones, five at most. Values are in the unit of the goal's overpotential objective where that is V or
    mV, else in mV.

    Args:
        elements: symbols of the search space; empty means every metal found.

    Raises:
        InputError: a symbol in ``elements`` is no element.
    """
    for symbol in elements:
        if symbol not in ATOMIC_WEIGHTS:
            raise InputError("is not an element", key="elements", value=symbol, mend='write symbols such as "Ni"')
    wanted = frozenset(elements)
    topic = topic_of(goal)
    reads = [_read(document, topic) for document in corpus.documents]
    about = [r for r in reads if topic is None or concerns(topic, r.tidied)]
    unit = _unit(goal)

    tallies: dict[str, dict[tuple[str, float | None, str], list[Evidence]]] = {
        "element": {},
        "precursor": {},
        "value": {},
    }
    for read in about:
        for i, sentence in enumerate(read.tidied):
            if _speaks_of_catalysts(sentence, read.topical[i], topic):
                sure = 0.5 + 0.4 * max(read.topical[i], 0.0)
                for symbol in find_elements(sentence):
                    if symbol in wanted or (not wanted and len(symbol) == 2):
                        _note(tallies["element"], (symbol, None, ""), read, i, sure)
            for salt in find_precursors(sentence):
                if not wanted or salt.element in wanted:
                    _note(tallies["precursor"], (salt.name, None, ""), read, i, salt.confidence)
            if topic is not None and read.topical[i] >= 0.5:
                for value in find_overpotentials(sentence):
                    at = value.current_ma_per_cm2
                    shown = round(value.value_mv / 1000, 6) if unit == "V" else value.value_mv
                    key = ("overpotential", shown, "" if at is None else f"{at:g} mA/cm2")
                    _note(tallies["value"], key, read, i, value.confidence * read.topical[i])
    return Digest(
        corpus=corpus.name,
        documents=len(corpus.documents),
        sentences=sum(len(r.sentences) for r in reads),
        elements=_ranked("element", tallies["element"], ""),
        precursors=_ranked("precursor", tallies["precursor"], ""),
        values=_ranked("value", tallies["value"], unit),
        notes=_notes(corpus, topic, len(about)),
    )


def _speaks_of_catalysts(sentence: str, topical: float, topic: Topic | None) -> bool:
    """A metal in a detector or a current collector is no finding."""
    if topic is None:
        return True
    return topical >= 0.7 or topical == 0.3 or (topical >= 0 and _CATALYST.search(sentence) is not None)


def _read(document: Document, topic: Topic | None) -> _Read:
    found = split_sentences(document.text)
    copies = [tidy(document.text[s.start : s.end]) for s in found]
    kept = [i for i in _body(copies) if not _REFERENCE.search(copies[i])]
    tidied = tuple(copies[i] for i in kept)
    topical = tuple(support(topic, tidied)) if topic is not None else (0.0,) * len(tidied)
    return _Read(document, tuple(found[i] for i in kept), tidied, topical)


def _body(copies: Sequence[str]) -> Iterable[int]:
    """Sentences before the last heading "References", when that stands in the second half of the text."""
    headings = [i for i, s in enumerate(copies) if _HEADING.search(s)]
    last = headings[-1] if headings and 2 * headings[-1] >= len(copies) else len(copies)
    return range(last)


def _note(
    tally: dict[tuple[str, float | None, str], list[Evidence]],
    key: tuple[str, float | None, str],
    read: _Read,
    i: int,
    confidence: float,
) -> None:
    document, where = read.document, read.sentences[i]
    tally.setdefault(key, []).append(
        Evidence(
            document=document.id,
            title=document.title,
            doi=document.doi,
            licence=document.licence,
            sentence=document.text[where.start : where.end],
            start=where.start,
            end=where.end,
            confidence=round(confidence, 3),
        )
    )


def _ranked(kind: str, tally: dict[tuple[str, float | None, str], list[Evidence]], unit: str) -> tuple[Reported, ...]:
    entries = [
        Reported(
            kind=kind,  # type: ignore[arg-type]
            subject=subject,
            papers=len({e.document for e in evidence}),
            evidence=_best(evidence),
            value=value,
            unit=unit,
            conditions=conditions,
        )
        for (subject, value, conditions), evidence in tally.items()
    ]
    return tuple(sorted(entries, key=lambda r: (-r.papers, r.value or 0.0, -len(r.evidence), r.subject, r.conditions)))


def _best(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The surest sentence of each paper first, then the rest, at most ``EVIDENCE_LIMIT``."""
    ranked = sorted(evidence, key=lambda e: (-e.confidence, e.document, e.start))
    first: list[Evidence] = []
    rest: list[Evidence] = []
    seen: set[str] = set()
    for item in ranked:
        (rest if item.document in seen else first).append(item)
        seen.add(item.document)
    return tuple([*first, *rest][:EVIDENCE_LIMIT])


def _unit(goal: Goal) -> str:
    return next((o.unit for o in goal.objectives if o.unit in ("V", "mV") and "overpotential" in o.name.lower()), "mV")


def _notes(corpus: Corpus, topic: Topic | None, about: int) -> tuple[str, ...]:
    total = len(corpus.documents)
    notes = [
        f"{total} document{'s' * (total != 1)} read, {about} of them on {topic.name}"
        if topic is not None
        else f"{total} document{'s' * (total != 1)} read; the goal is of no known topic, so no values were taken"
    ]
    notes += [f"skipped {s.name}: {s.reason}" for s in corpus.skipped]
    if topic is not None and not about:
        notes.append(f"no document concerns {topic.name}, so nothing was counted")
    notes.append(
        "reported, not best: papers publish what worked, so counts say what was tried and praised, not what is optimal"
    )
    notes.append("sentences of reference lists were not counted; every count is of papers, not of mentions")
    return tuple(notes)
