"""Readings and a goal -> digest: what papers report, counted by paper, each with the sentences that say so."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from aichemist.chemistry import (
    ATOMIC_WEIGHTS,
    Action,
    Digest,
    Document,
    Evidence,
    Goal,
    InputError,
    Reading,
    Reported,
    Skipped,
    Value,
)

from .._elements import find_elements
from .._precursors import find_precursors
from .._sentences import tidy
from .._topics import support, topic_of
from ._body import body_sentences
from ._contradictions import Claims
from ._fractions import metal_fractions
from ._shares import shrunk_share
from ._spread import Spread
from ._tally import Count, Tally

_CATALYST = re.compile(
    r"catal|anode|oxide|OOH|\bLDH|spinel|perovskite|phosphide|precursor|\bdop(?:ed|ing|ant)|activ(?:e|ity)", re.I
)
#: units in which a digest shows what is compared over papers; other units are shown as they are written
_SAME = {"V": ("mV", 1000.0), "A/cm2": ("mA/cm2", 1000.0), "mV": ("mV", 1.0), "mA/cm2": ("mA/cm2", 1.0)}
_IN_MV = frozenset({"overpotential", "onset overpotential"})


def digest(
    readings: Iterable[Reading],
    goal: Goal,
    elements: Sequence[str],
    *,
    corpus: str = "",
    skipped: Sequence[Skipped] = (),
) -> Digest:
    """What the documents report on the goal's topic for ``elements``.

    Documents that do not concern the topic count for nothing. In the others, elements and compositions count in
    sentences that speak of the topic or of catalysts, precursors and procedures everywhere, values only where they are
    the paper's own and of the topic's reaction; reference lists and other reactions never count. ``papers`` counts
    documents, shares are shrunk where there are few, and quantities are distributions over papers. Values are in the
    unit of the goal's overpotential objective where that is V or mV, else in mV. ``readings`` may be a stream: one
    document is held at a time.

    Args:
        elements: symbols of the search space; empty means every metal found.

    Raises:
        InputError: a symbol in ``elements`` is no element.
    """
    for symbol in elements:
        if symbol not in ATOMIC_WEIGHTS:
            raise InputError("is not an element", key="elements", value=symbol, mend='write symbols such as "Ni"')
    builder = _Builder(goal, elements)
    for reading in readings:
        builder.add(reading)
    return builder.made(corpus, skipped)


class _Builder:
    def __init__(self, goal: Goal, elements: Sequence[str]) -> None:
        self.topic = topic_of(goal)
        self.wanted = frozenset(elements)
        self.unit = next((o.unit for o in goal.objectives if o.unit in ("V", "mV")), "mV")
        self.documents = self.sentences = self.about = 0
        self.elements: Tally[str] = Tally()
        self.precursors: Tally[str] = Tally()
        self.values: Tally[tuple[str, float, str, str]] = Tally()
        self.conditions: Tally[str] = Tally()
        self.fractions, self.quantities, self.claims = Spread(), Spread(), Claims()

    # ---------------------------------------------------------------- one document

    def add(self, reading: Reading) -> None:
        self.documents += 1
        self.sentences += len(reading.sentences)
        topic = self.topic
        if topic is not None and topic.short not in reading.topics:
            return
        self.about += 1
        document = reading.document
        spans = body_sentences(document, reading.sentences)
        tidied = [tidy(document.text[start:end]) for start, end in spans]
        topical = support(topic, tidied) if topic is not None else [0.0] * len(tidied)
        for span, sentence, sure in zip(spans, tidied, topical, strict=True):
            self._sentence(document, span, sentence, sure)
        starts = [start for start, _ in spans]
        for value in reading.values:
            i = bisect_right(starts, value.start) - 1
            if i >= 0 and value.end <= spans[i][1] and topic is not None:
                self._value(document, spans[i], value, topical[i])
        for action in (a for p in reading.procedures for a in p.actions if a.operation):
            i = bisect_right(starts, action.start) - 1
            if i >= 0:
                self._action(_evidence(document, spans[i], action.confidence), action)

    def _sentence(self, document: Document, span: tuple[int, int], sentence: str, topical: float) -> None:
        if self._speaks_of_catalysts(sentence, topical):
            sure = 0.5 + 0.4 * max(topical, 0.0)
            for symbol in sorted(find_elements(sentence)):
                if symbol in self.wanted or (not self.wanted and len(symbol) == 2):
                    self.elements.note(symbol, _evidence(document, span, sure))
            for composition in metal_fractions(sentence):
                for symbol, share in composition.items():
                    if symbol in self.wanted or not self.wanted:
                        self.fractions.note(symbol, share, "", "", _evidence(document, span, sure))
        for salt in find_precursors(sentence):
            if not self.wanted or salt.element in self.wanted:
                self.precursors.note(salt.name, _evidence(document, span, salt.confidence))

    def _speaks_of_catalysts(self, sentence: str, topical: float) -> bool:
        """A metal in a detector or a current collector is no finding."""
        if self.topic is None:
            return True
        return topical >= 0.7 or topical == 0.3 or (topical >= 0 and _CATALYST.search(sentence) is not None)

    def _value(self, document: Document, span: tuple[int, int], value: Value, topical: float) -> None:
        assert self.topic is not None
        if value.cited or (value.reaction != self.topic.short if value.reaction else topical < 0.5):
            return
        sure = value.confidence * (1.0 if value.reaction else topical)
        evidence = _evidence(document, span, sure, value.made_by)
        unit, factor = _SAME.get(value.unit, (value.unit, 1.0))
        if value.unit == "V" and value.property not in _IN_MV:
            unit, factor = "V", 1.0  # potentials against RHE stay in volts
        number = value.value * factor
        at = value.condition("current density")
        conditions = "" if at is None or at.value is None else f"{at.value:g} {at.unit}"
        if value.upper is not None:
            number = (number + value.upper * factor) / 2  # a range counts by its middle, and is no value of its own
        elif value.property == "overpotential" and unit == "mV" and value.comparator in ("=", "~"):
            shown = round(number / 1000, 6) if self.unit == "V" else number
            self.values.note(("overpotential", shown, self.unit, conditions), evidence)
        if value.comparator in ("=", "~"):
            self.quantities.note(value.property, number, unit, conditions, evidence)
            self.claims.note(value.material, value.property, number, unit, conditions, evidence)
        for condition in value.conditions:
            if condition.name == "electrolyte":
                self.conditions.note(f"electrolyte {condition.text}", evidence)

    def _action(self, evidence: Evidence, action: Action) -> None:
        if action.temperature_k is not None:
            self.quantities.note(
                f"{action.operation} temperature", round(action.temperature_k - 273.15, 2), "degC", "", evidence
            )
        if action.duration_s is not None:
            self.quantities.note(f"{action.operation} duration", action.duration_s / 60, "min", "", evidence)
        if action.atmosphere:
            self.conditions.note(f"{action.operation} in {action.atmosphere}", evidence)

    # ---------------------------------------------------------------- all together

    def made(self, corpus: str, skipped: Sequence[Skipped]) -> Digest:
        return Digest(
            corpus=corpus,
            documents=self.documents,
            sentences=self.sentences,
            elements=self._shares("element", self.elements),
            precursors=self._shares("precursor", self.precursors),
            values=_ranked(Reported("value", s, c.papers, c.evidence(), v, u, k) for (s, v, u, k), c in self.values),
            notes=self._notes(skipped),
            about=self.about,
            conditions=self._shares("condition", self.conditions),
            fractions=self.fractions.distributions(),
            quantities=self.quantities.distributions(),
            contradictions=self.claims.contradictions(),
        )

    def _shares(self, kind: str, tally: Tally[str]) -> tuple[Reported, ...]:
        of = max(self.about, 1)
        things = max(len(self.wanted) if kind == "element" else len(tally), 1)
        usual = sum(count.papers for _, count in tally) / (of * things)
        return _ranked(_reported(kind, name, count, of, usual) for name, count in tally)

    def _notes(self, skipped: Sequence[Skipped]) -> tuple[str, ...]:
        total, topic = self.documents, self.topic
        notes = [
            f"{total} document{'s' * (total != 1)} read, {self.about} of them on {topic.name}"
            if topic is not None
            else f"{total} document{'s' * (total != 1)} read; the goal is of no known topic, so no values were taken"
        ]
        notes += [f"skipped {s.name}: {s.reason}" for s in skipped]
        if topic is not None and not self.about:
            notes.append(f"no document concerns {topic.name}, so nothing was counted")
        notes.append(
            "reported, not best: papers publish what worked, so counts say what was tried and praised, not what is "
            "optimal"
        )
        notes.append(
            "reference lists and results cited from elsewhere were not counted; every count is of papers, not of "
            "mentions; shares are shrunk where papers are few"
        )
        return tuple(notes)


def _reported(kind: str, name: str, count: Count, of: int, usual: float) -> Reported:
    share, low, high = shrunk_share(count.papers, of, usual)
    return Reported(
        kind, name, count.papers, count.evidence(),  # type: ignore[arg-type]
        share=round(share, 4), share_low=round(low, 4), share_high=round(high, 4),
    )  # fmt: skip


def _ranked(entries: Iterable[Reported]) -> tuple[Reported, ...]:
    return tuple(sorted(entries, key=lambda r: (-r.papers, r.value or 0.0, -len(r.evidence), r.subject, r.conditions)))


def _evidence(document: Document, span: tuple[int, int], confidence: float, made_by: str = "rules") -> Evidence:
    start, end = span
    return Evidence(
        document.id, document.title, document.doi, document.licence, document.text[start:end], start, end,
        round(confidence, 3), made_by,
    )  # fmt: skip
