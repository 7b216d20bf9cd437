"""Fit the models of `aichemist.reading.relations` to the training split of MSPT and write them into the package.

    python scripts/train_relations.py --data ../shared/data

Each document is used twice: with the mentions as annotated, and as recognised by models of entities that did not see
it (`--folds` of them), so that links learn to distrust doubtful mentions. Thresholds are chosen by cross-validation
over documents. Documents in which a relation was plainly not annotated are left out for that relation. The same data
gives the same bytes.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from attrs import define, field
from scipy.optimize import minimize

from aichemist.chemistry import Mention
from aichemist.reading._brat import Annotated, read_brat
from aichemist.reading._sentences import split_sentences
from aichemist.reading.relations._chain import AHEAD, TRUST, chain_features, expected, operations_of
from aichemist.reading.relations._families import ARGUMENT, FAMILIES, NEXT, ROLES, Family
from aichemist.reading.relations._model import FILE, Models, PairModel, RoleModel, packed
from aichemist.reading.relations._pairs import head_facts, none_features, pair_features, pools_of, tails_of
from aichemist.reading.relations._roles import first_words, role_features
from aichemist.reading.relations._scene import Scene, scene_of

FOLDS = 5
#: strength of the Gaussian prior and how often a feature must occur, by cross-validation
PRIOR, LEAST = 1.5, 3
CHAIN_PRIOR, CHAIN_LEAST = 10.0, 4
ROLE_PRIOR, ROLE_LEAST = 1.0, 3
#: weights nearer to zero are left out of the file
SMALLEST = 0.02
Span = tuple[str, int, int]
#: document -> its mentions as recognised
Recognised = dict[str, tuple[Mention, ...]]


@define
class View:
    """One document with mentions as annotated or as recognised, and the links between spans that are right."""

    number: int
    recognised: bool
    scene: Scene
    links: dict[str, set[tuple[Span, Span]]]
    annotated: Annotated


@define
class Rows:
    """Candidates: names of features, the head each belongs to, whether it is right, which document, which view."""

    features: list[list[str]] = field(factory=list)
    group: list[int] = field(factory=list)
    right: list[bool] = field(factory=list)
    real: list[bool] = field(factory=list)
    number: list[int] = field(factory=list)
    recognised: list[bool] = field(factory=list)
    offset: list[float] = field(factory=list)

    def add(
        self, view: View, features: list[str], group: int, right: bool, real: bool = True, offset: float = 0.0
    ) -> None:
        self.features.append(features)
        self.group.append(group)
        self.right.append(right)
        self.real.append(real)
        self.number.append(view.number)
        self.recognised.append(view.recognised)
        self.offset.append(offset)


def span(mention: Mention) -> Span:
    return mention.kind, mention.start, mention.end


def views_of(documents: Sequence[Annotated], recognised: Recognised) -> list[View]:
    views = []
    for number, document in enumerate(documents):
        links: dict[str, set[tuple[Span, Span]]] = {}
        for link in document.links:
            pair = (span(document.mentions[link.head]), span(document.mentions[link.tail]))
            links.setdefault(link.kind, set()).add(pair)
            if link.kind in ROLES:
                links.setdefault(ARGUMENT, set()).add(pair)
        bounds = [(s.start, s.end) for s in split_sentences(document.text)]
        seen_ones = [(True, recognised[document.id])] if document.id in recognised else []
        for seen, mentions in ((False, document.mentions), *seen_ones):
            views.append(View(number, seen, scene_of(document.text, mentions, bounds), links, document))
    return views


def is_annotated(view: View, kind: str, heads: str) -> bool:
    """Whether someone annotated this relation in this document at all."""
    if kind == NEXT:
        return 3 * len(view.links.get(NEXT, ())) >= sum(m.kind == "Operation" for m in view.annotated.mentions)
    count = sum(c in heads for c in view.scene.codes)
    return bool(view.links.get(kind)) or count < 5


def pair_rows(views: Sequence[View], family: Family) -> Rows:
    rows = Rows()
    group = -1
    for view in views:
        if not is_annotated(view, family.kind, family.heads):
            continue
        scene, right = view.scene, view.links.get(family.kind, set())
        pools = pools_of(scene, family.tails)
        for head in (i for members in scene.members for i in members if scene.codes[i] in family.heads):
            tails = list(tails_of(scene, family, head, pools))
            if not tails:
                continue
            group += 1
            facts, own = head_facts(scene, head), span(scene.mentions[head])
            answers = [(own, span(scene.mentions[t])) in right for t, _ in tails]
            for (tail, rank), answer in zip(tails, answers, strict=True):
                rows.add(view, pair_features(scene, family, head, tail, rank, facts), group, answer)
            if not family.several:
                rows.add(view, none_features(scene, head, facts, len(tails)), group, not any(answers), False)
    return rows


def chain_rows(views: Sequence[View]) -> Rows:
    rows = Rows()
    group = -1
    for view in views:
        if not is_annotated(view, NEXT, "O"):
            continue
        row = operations_of(view.scene)
        right = view.links.get(NEXT, set())
        spans = [span(view.scene.mentions[i]) for i in row]
        for k in range(len(row)):
            group += 1
            for ahead in range(1, min(AHEAD, len(row) - 1 - k) + 1):
                answer = (spans[k], spans[k + ahead]) in right
                start = TRUST * expected(view.scene, row, k, ahead)
                rows.add(view, chain_features(view.scene, row, k, ahead), group, answer, offset=start)
    return rows


def role_rows(views: Sequence[View]) -> tuple[Rows, list[int]]:
    """Pairs that are linked, with the number of their role; of recognised mentions only those that are right."""
    rows, answers = Rows(), []
    family = next(f for f in FAMILIES if f.kind == ARGUMENT)
    for view in views:
        scene = view.scene
        firsts, pools = first_words(scene), pools_of(scene, family.tails)
        for head in (i for members in scene.members for i in members if scene.codes[i] in family.heads):
            for tail, rank in tails_of(scene, family, head, pools):
                pair = (span(scene.mentions[head]), span(scene.mentions[tail]))
                for k, role in enumerate(ROLES):
                    if pair in view.links.get(role, ()):
                        before = head_facts(scene, head).before
                        rows.add(view, role_features(scene, head, tail, rank, before, firsts), len(answers), True)
                        answers.append(k)
    return rows, answers


def matrix(features: Sequence[list[str]], least: int) -> tuple[sp.csr_matrix, list[str]]:
    counts = Counter(f for row in features for f in row)
    names = sorted(f for f, n in counts.items() if n >= least)
    place = {f: k for k, f in enumerate(names)}
    columns: list[int] = []
    ends = [0]
    for row in features:
        columns += [place[f] for f in row if f in place]
        ends.append(len(columns))
    data = np.ones(len(columns))
    return sp.csr_matrix((data, np.array(columns), np.array(ends)), shape=(len(features), len(names))), names


def descend(loss, size: int) -> np.ndarray:  # type: ignore[no-untyped-def]
    options = {"maxiter": 150, "maxcor": 8}
    return minimize(loss, np.zeros(size), jac=True, method="L-BFGS-B", options=options).x


def chances(scores: np.ndarray, starts: np.ndarray, group: np.ndarray) -> np.ndarray:
    parts = np.exp(scores - np.maximum.reduceat(scores, starts)[group])
    return parts / np.add.reduceat(parts, starts)[group]


def groups(group: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    _, starts, dense = np.unique(group, return_index=True, return_inverse=True)
    return starts, dense


def fit_softmax(x: sp.csr_matrix, group: np.ndarray, right: np.ndarray, prior: float) -> np.ndarray:
    """Weights under which each head gives its right tails (or having none) the greatest chance together."""
    starts, dense = groups(group)

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        p = chances(x @ w, starts, dense)
        held = np.add.reduceat(p * right, starts) + 1e-30
        return -np.log(held).sum() + prior * (w @ w) / 2, x.T @ (p - p * right / held[dense]) + prior * w

    return descend(loss, x.shape[1])


def fit_logistic(x: sp.csr_matrix, right: np.ndarray, offset: np.ndarray, prior: float) -> np.ndarray:
    sign = 2.0 * right - 1

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        z = sign * (x @ w + offset)
        slope = -sign / (1 + np.exp(np.clip(z, -50, 50)))
        return np.logaddexp(0, -z).sum() + prior * (w @ w) / 2, x.T @ slope + prior * w

    return descend(loss, x.shape[1])


def fit_roles(x: sp.csr_matrix, answers: np.ndarray, prior: float) -> np.ndarray:
    count = len(ROLES)
    wanted = np.eye(count)[answers]

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        w = flat.reshape(-1, count)
        scores = x @ w
        scores -= scores.max(axis=1, keepdims=True)
        p = np.exp(scores)
        p /= p.sum(axis=1, keepdims=True)
        value = -np.log((p * wanted).sum(axis=1) + 1e-30).sum() + prior * (flat @ flat) / 2
        return value, (x.T @ (p - wanted) + prior * w).ravel()

    return descend(loss, x.shape[1] * count).reshape(-1, count)


def threshold_of(p: np.ndarray, rows: Rows, softmax: bool, views: Sequence[View], kind: str) -> tuple[float, str]:
    """The threshold with the best sum of both F1, over annotated and over recognised mentions, and what they are."""
    right, real, seen = np.array(rows.right), np.array(rows.real), np.array(rows.recognised)
    group = np.array(rows.group)
    best = np.ones(len(p), bool)
    if softmax or kind == NEXT:
        starts, dense = groups(group)
        # having none has no say here: the threshold alone drops a link
        held = np.where(real, p, -1.0)
        best = held >= np.maximum.reduceat(held, starts)[dense] - 1e-12
    kept = real & best
    heads = "".join(f.heads for f in FAMILIES if f.kind == kind) or "O"
    gold = sum(len(v.links.get(kind, ())) for v in views if not v.recognised and is_annotated(v, kind, heads))
    if sum(f.kind == kind for f in FAMILIES) > 1:
        gold = max(int(right[real & ~seen].sum()), 1)
    figures = []
    for t in np.arange(0.12, 0.72, 0.02):
        f1 = []
        for which in (False, True):
            chosen = kept & (seen == which) & (p >= t)
            f1.append(2 * right[chosen].sum() / max(chosen.sum() + gold, 1))
        figures.append((round(sum(f1), 6), -round(float(t), 2), f1))
    _, t, f1 = max(figures, key=lambda f: (f[0], f[1]))
    return -t, f"threshold {-t:.2f}, cross-validated F1 {f1[0]:.3f} annotated, {f1[1]:.3f} recognised"


def fit_pairs(rows: Rows, softmax: bool, views: Sequence[View], kind: str, prior: float, least: int) -> PairModel:
    x, names = matrix(rows.features, least)
    group, right, number = np.array(rows.group), np.array(rows.right), np.array(rows.number)
    offset = np.array(rows.offset)

    def fit(chosen: np.ndarray) -> np.ndarray:
        if softmax:
            return fit_softmax(x[chosen], group[chosen], right[chosen], prior)
        return fit_logistic(x[chosen], right[chosen], offset[chosen], prior)

    p = np.zeros(len(right))
    for fold in range(FOLDS):
        held = np.flatnonzero(number % FOLDS == fold)
        scores = x[held] @ fit(np.flatnonzero(number % FOLDS != fold))
        p[held] = chances(scores, *groups(group[held])) if softmax else 1 / (1 + np.exp(-scores - offset[held]))
    threshold, figures = threshold_of(p, rows, softmax, views, kind)
    weights = fit(np.arange(len(right)))
    kept = {f: round(float(w), 3) for f, w in zip(names, weights, strict=True) if abs(w) >= SMALLEST}
    print(f"{kind:<18} {len(rows.right):>7} candidates {len(kept):>6} weights  {figures}", flush=True)
    return PairModel(threshold, softmax, kept)


def fit_role_model(views: Sequence[View]) -> RoleModel:
    rows, answers = role_rows(views)
    x, names = matrix(rows.features, ROLE_LEAST)
    wanted, number = np.array(answers), np.array(rows.number)
    right = 0
    for fold in range(FOLDS):
        held, rest = np.flatnonzero(number % FOLDS == fold), np.flatnonzero(number % FOLDS != fold)
        w = fit_roles(x[rest], wanted[rest], ROLE_PRIOR)
        right += int(((x[held] @ w).argmax(axis=1) == wanted[held]).sum())
    w = fit_roles(x, wanted, ROLE_PRIOR)
    kept = {
        f: tuple(round(float(v), 2) for v in row)
        for f, row in zip(names, w, strict=True)
        if np.abs(row).max() >= 2 * SMALLEST
    }
    print(f"{'roles':<18} {len(answers):>7} links      {len(kept):>6} weights  accuracy {right / len(answers):.3f}")
    return RoleModel(kept, len(ROLES))


def fit_all(documents: Sequence[Annotated], recognised: Recognised) -> Models:
    views = views_of(documents, recognised)
    pairs = tuple(fit_pairs(pair_rows(views, f), not f.several, views, f.kind, PRIOR, LEAST) for f in FAMILIES)
    chain = fit_pairs(chain_rows(views), False, views, NEXT, CHAIN_PRIOR, CHAIN_LEAST)
    return Models(pairs, fit_role_model(views), chain)


def cross_recognised(documents: Sequence[Annotated]) -> Recognised:
    """Mentions of each document by a model that was trained on the others.

    The model is one field with the features of the shipped one, by the functions of `train_entities`.
    """
    import train_entities as entities
    from aichemist.reading.entities._model import ChainModel, read_clusters
    from aichemist.reading.entities._window import RICH

    clusters = read_clusters(entities.OUT / "clusters.xz")
    examples = entities.examples(documents)
    order = entities.order_of(examples)
    rows = [entities.attributes(e, RICH, clusters) for e in examples]
    labels = [e.labels for e in examples]
    member = entities.Member(c1=0.05, c2=2.0, iterations=80)
    found: Recognised = {}
    for fold in range(FOLDS):
        rest = [i for i in range(len(documents)) if i % FOLDS != fold]
        chain = entities.fit([rows[i] for i in rest], [labels[i] for i in rest], order, member)
        model = ChainModel("fold", chain, clusters, RICH)
        for document in documents[fold::FOLDS]:
            found[document.id] = model.find(document.text)
        print(f"entities without fold {fold + 1} of {FOLDS}", flush=True)
    return found


def read_mentions(path: Path, documents: Sequence[Annotated]) -> Recognised:
    kept = json.loads(path.read_text())
    return {
        d.id: tuple(Mention(k, s, e, d.text[s:e], c) for k, s, e, c in kept[d.id]) for d in documents if d.id in kept
    }


def write_mentions(path: Path, recognised: Recognised) -> None:
    kept = {name: [(m.kind, m.start, m.end, m.confidence) for m in found] for name, found in recognised.items()}
    path.write_text(json.dumps(kept))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--mentions", type=Path, help="recognised mentions from an earlier run, or where to keep them")
    parser.add_argument("--out", type=Path, help="where to write, by default into the package")
    arguments = parser.parse_args()
    folder = arguments.data / "mspt"
    names = tuple(line.strip() for line in (folder / "ner-train-fnames.txt").read_text().split())
    documents = read_brat(folder / "data", names)
    start = time.time()
    if arguments.mentions and arguments.mentions.is_file():
        recognised = read_mentions(arguments.mentions, documents)
    else:
        recognised = cross_recognised(documents)
        if arguments.mentions:
            write_mentions(arguments.mentions, recognised)
    models = fit_all(documents, recognised)
    out = arguments.out or Path(__file__).parents[1] / "src/aichemist/reading/relations/_models" / FILE
    out.parent.mkdir(parents=True, exist_ok=True)
    raw = packed(models)
    out.write_bytes(raw)
    print(f"{out}: {len(raw) / 1e6:.2f} MB in {time.time() - start:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
