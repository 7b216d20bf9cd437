"""Search by meaning: the sentences of the library nearest to a question, by a sentence encoder that the user has."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve

from aichemist.chemistry import InputError, Reading, drop_part

if TYPE_CHECKING:
    from aichemist.reading.search import SentenceEncoder
    from aichemist.records.literature import Hit, LiteratureStore


def search_by_meaning(
    store: LiteratureStore,
    words: str,
    model: Path,
    cache: Path,
    *,
    limit: int = 10,
    document: str | None = None,
    property: str | None = None,
    topic: str | None = None,
    listener: Callable[[int, int], None] | None = None,
) -> list[Hit]:
    """The sentences whose vectors lie nearest to that of ``words``; ``score`` is the cosine.

    Vectors are made once a document and model and kept in ``cache`` (two bytes a number). One document is in memory at
    a time.

    Args:
        model: folder of the sentence encoder, see `aichemist.reading.search.SentenceEncoder`.
        listener: called with the number of documents done and of all.

    Raises:
        InputError: there is no word to look for, or the model cannot be read.
    """
    from aichemist.reading.search import SentenceEncoder
    from aichemist.records.literature import Hit

    if not words.strip():
        raise InputError("holds no word to look for", key="words", value=words, mend="write a word or two")
    encoder = SentenceEncoder(model)
    asked = encoder.encode([words])[0]
    infos = [i for i in store.documents(topic=topic) if document is None or i.id == document]
    best: list[tuple[float, int, int]] = []
    for number, info in enumerate(infos):
        reading = store.reading(info.id)
        kept = _wanted(reading, property)
        if kept:
            scores = _vectors(reading, encoder, cache)[kept] @ asked
            for k, score in zip(kept, scores.tolist(), strict=True):
                entry = (score, -number, -k)
                if len(best) < limit:
                    heapq.heappush(best, entry)
                else:
                    heapq.heappushpop(best, entry)
        if listener is not None:
            listener(number + 1, len(infos))
    found = []
    for score, minus_number, minus_k in sorted(best, reverse=True):
        info = infos[-minus_number]
        reading = store.reading(info.id)
        start, end = reading.sentences[-minus_k]
        hit = Hit(info.id, info.title, info.doi, info.licence, reading.document.text[start:end], start, end, 0.0)
        found.append(evolve(hit, score=round(score, 4)))
    return found


def _wanted(reading: Reading, property: str | None) -> list[int]:
    if property is None:
        return list(range(len(reading.sentences)))
    at = [v.start for v in reading.values if v.property == property]
    return [k for k, (start, end) in enumerate(reading.sentences) if any(start <= a < end for a in at)]


def _vectors(reading: Reading, encoder: SentenceEncoder, cache: Path) -> np.ndarray:
    """The vectors of all sentences of a document, from the cache where it has them."""
    path = cache / encoder.key[:16] / f"{reading.document.sha256}.npy"
    try:
        kept = np.load(path, allow_pickle=False)
        if kept.ndim == 2 and len(kept) == len(reading.sentences):
            return np.asarray(kept, dtype=np.float32)
    except (OSError, ValueError):
        pass  # not there yet, or spoilt: made anew
    made = encoder.encode([reading.document.text[start:end] for start, end in reading.sentences]).astype(np.float16)
    part = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            np.save(file, made)
        part.replace(path)
    except OSError:
        drop_part(part)  # a cache that cannot be written costs only time
    return made.astype(np.float32)  # as it comes from the cache the next time
