"""Recognise the mentions of MSPT's train split by pooled models that did not see the text, for `train_relations.py`.

    for K in 0 1 2 3 4: python scripts/train_encoder.py --checkpoint FILE --fold K --scores FOLDER/fold_K.pkl
    python scripts/pool_mentions.py FOLDER mentions.json
    python scripts/train_relations.py --mentions mentions.json

A fold whose scores are missing is left out; `train_relations.py` then uses its texts as annotated only.
"""

from __future__ import annotations

import argparse
import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import train_entities as entities
from aichemist.reading.entities._chain import Chain
from aichemist.reading.entities._labels import legal_moves
from aichemist.reading.entities._model import ChainModel, read_clusters
from aichemist.reading.entities._pooled import PooledModel
from train_relations import write_mentions


class KeptScores:
    """An encoder whose scores of one text were computed before."""

    def __init__(self, labels: Sequence[str], moves: Any) -> None:
        self.labels = tuple(labels)
        self.chain = Chain(self.labels, {}, None, moves + legal_moves(self.labels))
        self.kept: Any = None
        self.at = 0

    def scores(self, part: Sequence[Any]) -> Any:
        """The next tokens of the text."""
        count = sum(len(s.tokens) for s in part)
        self.at += count
        return self.kept[self.at - count : self.at]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="with fold_K.pkl of train_encoder.py --scores")
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    options = parser.parse_args()
    texts = entities.mspt(options.data, "train")
    found = entities.examples(texts)
    folds = entities.fold_of(found)
    clusters = read_clusters(entities.OUT / "clusters.xz")
    recognised = {}
    for fold in range(entities.FOLDS):
        file = options.folder / f"fold_{fold}.pkl"
        if not file.is_file():
            print(f"left out: {file}")
            continue
        with file.open("rb") as stream:
            kept = pickle.load(stream)  # noqa: S301 - our own file
        rest = [e for e, f in zip(found, folds, strict=True) if f != fold]
        field: ChainModel = entities.trained(rest, "synthesis", clusters, entities.MEMBERS["synthesis"][:1])
        encoder = KeptScores(kept["labels"][0], kept["moves"][0])
        model = PooledModel("synthesis", field, encoder)  # type: ignore[arg-type]
        for text, number in zip(texts, folds, strict=True):
            if number == fold and text.id in kept["held out"]:
                encoder.kept, encoder.at = kept["held out"][text.id], 0
                recognised[text.id] = model.find(text.text)
        print(f"fold {fold}: {len(recognised)} texts", flush=True)
    write_mentions(options.out, recognised)


if __name__ == "__main__":
    main()
