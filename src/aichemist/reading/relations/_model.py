"""The weights that ship, and what they say: log-linear models over named features, kept as text, without pickle."""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from typing import Any

from attrs import frozen

FILE = "relations.json.gz"


@frozen
class PairModel:
    """Weights of one family; a link is made from ``threshold`` on.

    ``softmax`` says that the tails of a head compete with each other and with having none; else each pair stands for
    itself.
    """

    threshold: float
    softmax: bool
    weights: Mapping[str, float]

    def score(self, features: Sequence[str]) -> float:
        """The sum of the weights."""
        weights = self.weights
        return sum([weights[f] for f in features if f in weights])


@frozen
class RoleModel:
    """One weight a role and feature, roles in the order of `ROLES`."""

    weights: Mapping[str, tuple[float, ...]]
    roles: int

    def chances(self, features: Sequence[str]) -> list[float]:
        """The chance of each role."""
        totals = [0.0] * self.roles
        for f in features:
            row = self.weights.get(f)
            if row is not None:
                for k, w in enumerate(row):
                    totals[k] += w
        return softmax(totals)


@frozen
class Models:
    """One model a family (in the order of `FAMILIES`), that of the roles and that of the chain of operations."""

    pairs: tuple[PairModel, ...]
    roles: RoleModel
    chain: PairModel


def softmax(scores: Sequence[float]) -> list[float]:
    """Chances in proportion to the exponentials of ``scores``."""
    top = max(scores)
    parts = [math.exp(s - top) for s in scores]
    total = sum(parts)
    return [p / total for p in parts]


def logistic(score: float) -> float:
    """1 / (1 + exp(-score)), without overflow."""
    if score >= 0:
        return 1.0 / (1.0 + math.exp(-score))
    part = math.exp(score)
    return part / (1.0 + part)


def packed(models: Models) -> bytes:
    """The bytes of the file: the same models give the same bytes."""
    body = {
        "pairs": [_flat(m) for m in models.pairs],
        "roles": {f: list(w) for f, w in sorted(models.roles.weights.items())},
        "count": models.roles.roles,
        "chain": _flat(models.chain),
    }
    raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return gzip.compress(raw, 9, mtime=0)


def _flat(model: PairModel) -> dict[str, Any]:
    return {
        "threshold": model.threshold,
        "softmax": model.softmax,
        "weights": dict(sorted(model.weights.items())),
    }


def unpacked(raw: bytes) -> Models:
    """The models in the bytes of the file."""
    body = json.loads(gzip.decompress(raw))

    def pair(d: dict[str, Any]) -> PairModel:
        return PairModel(float(d["threshold"]), bool(d["softmax"]), d["weights"])

    roles = RoleModel({f: tuple(w) for f, w in body["roles"].items()}, int(body["count"]))
    return Models(tuple(pair(d) for d in body["pairs"]), roles, pair(body["chain"]))


@lru_cache(maxsize=1)
def shipped() -> Models:
    """The models in this package, read once."""
    return unpacked((resources.files(__package__) / "_models" / FILE).read_bytes())
