"""A whole reading with a language model: only paragraphs in which there is something to find."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from attrs import evolve

from aichemist.chemistry import Reading

from ._reader import LlmReader

#: characters of one paragraph, where the document itself has no paragraphs
_PIECE = 1500
_NUMBER_WITH_UNIT = re.compile(r"\d\s?(?:mV|V|mA|A|h|min|°C|degC|K|%|g|mg|mL|µL|μL|mmol|mol|M|rpm)\b")


def paragraphs(text: str, sentences: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Offsets of paragraphs: sentences that no empty line parts, at most about 1,500 characters together."""
    begin: int | None = None
    end = 0
    for start, stop in sentences:
        apart = begin is not None and ("\n\n" in text[end:start] or stop - begin > _PIECE)
        if begin is None or apart:
            if begin is not None:
                yield begin, end
            begin = start
        end = stop
    if begin is not None:
        yield begin, end


def enrich(reading: Reading, reader: LlmReader) -> Reading:
    """The reading with what the model adds in paragraphs that hold a value, or a number with a unit.

    Values and mentions of the rules stay; see `LlmReader.read` for what becomes of disagreement.
    """
    text = reading.document.text
    values = list(reading.values)
    mentions = list(reading.mentions)
    for start, end in paragraphs(text, reading.sentences):
        inside = [v for v in values if start <= v.start and v.end <= end]
        if not inside and not _NUMBER_WITH_UNIT.search(text, start, end):
            continue
        found = reader.read(text[start:end], inside, mentions, offset=start)
        values = [v for v in values if not (start <= v.start and v.end <= end)] + list(found.values)
        known = {(m.start, m.end) for m in mentions}
        # links point to mentions by their place in the list: new ones go to its end
        mentions += [m for m in found.mentions if (m.start, m.end) not in known]
    ordered = tuple(sorted(values, key=lambda v: (v.start, v.end, v.made_by)))
    return evolve(
        reading, values=ordered, mentions=tuple(mentions), made_by=f"{reading.made_by}; {reader.made_by}",
    )  # fmt: skip
