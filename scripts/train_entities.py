"""Train the models of entities that ship with the package: ``python scripts/train_entities.py --data ../shared/data``.

Learns from the train splits of MSPT and WLP only, with clusters of words from running text (the train splits again,
and the articles of ``<data>/../literature`` where present). Writes the weights and the model card to ``--out``. The
same data give the same bytes. The dev splits are scored once, at the end, for the card. ``--cv`` adds figures of
five-fold cross-validation within train to the card (half an hour on one core); without it, the card says so.
``--quick`` trains the plain models and one short member of each of the others, for a try.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from attrs import evolve, frozen
from scipy.sparse import coo_matrix, csr_matrix

from aichemist.chemistry import Mention
from aichemist.reading._brat import Annotated, read_brat
from aichemist.reading.entities._chain import Chain
from aichemist.reading.entities._evaluate import Score, evaluate
from aichemist.reading.entities._labels import to_labels
from aichemist.reading.entities._model import ChainModel, read_model
from aichemist.reading.entities._sequences import Sequence as Words
from aichemist.reading.entities._sequences import sequences
from aichemist.reading.entities._store import write_store
from aichemist.reading.entities._window import PLAIN, RICH, Spec, own_block, pattern_features

OUT = Path(__file__).parents[1] / "src/aichemist/reading/entities/_models"
FOLDS = 5
SEED = 20240607
Clusters = Mapping[str, tuple[int, ...]]
#: features of phrases, which one member of each ensemble does without
_PHRASES = ("po", "poc", "nh", "nd", "hc", "nb", "pn", "nf", "nfc", "ar")


@frozen
class Member:
    """One field of an ensemble: elastic net, rarest feature kept, scheme of labels and share of features it sees."""

    c1: float = 0.1
    c2: float = 0.05
    minimum: float = 2
    iterations: int = 120
    drop: tuple[str, ...] = ()
    seed: int = 0
    share: float = 1.0


#: the members of each ensemble. Chosen by cross-validation within train: a strong L2 term is worth 0.8 points of F1 on
#: MSPT over a weak one, pooling 0.2 more; a second pass over the first one's labels was worth nothing and is not here.
MEMBERS = {
    "synthesis": (
        Member(c1=0.05, c2=2.0, iterations=90),
        Member(c1=0.05, c2=6.0, iterations=90, drop=_PHRASES),
        Member(c1=0.0, c2=2.0, iterations=90, share=0.75, seed=1),
        Member(c1=0.0, c2=2.0, iterations=90, share=0.75, seed=2),
    ),
    "protocol": (
        Member(c1=0.05, c2=2.0, iterations=90),
        Member(c1=0.05, c2=2.0, iterations=90, drop=_PHRASES),
        Member(c1=0.02, c2=1.0, iterations=90, share=0.75, seed=1),
    ),
}
PLAIN_MEMBER = Member(iterations=80)
#: what is taken from the score of "no entity", by cross-validation within train
OUTSIDE = {"synthesis": 0.0, "protocol": 0.3}


@frozen(eq=False)
class Example:
    """An annotated text as sentences, with the gold labels of each sentence."""

    id: str
    sentences: tuple[Words, ...]
    labels: tuple[tuple[str, ...], ...]


def mspt(data: Path, split: str) -> tuple[Annotated, ...]:
    """The texts of a split of MSPT, ``train`` or ``dev``."""
    names = (data / f"mspt/ner-{split}-fnames.txt").read_text().split()
    return read_brat(data / "mspt/data", tuple(names))


def wlp(data: Path, split: str) -> tuple[Annotated, ...]:
    """The texts of a split of WLP."""
    return read_brat(data / "wlp" / split)


def examples(texts: Iterable[Annotated], scheme: str = "BIO") -> list[Example]:
    """Annotated texts as sentences with labels."""
    found = []
    for text in texts:
        parts = sequences(text.text)
        labels = tuple(tuple(to_labels(gold_spans(s, text.mentions), len(s.words), scheme)) for s in parts)
        found.append(Example(text.id, parts, labels))
    return found


def gold_spans(sentence: Words, mentions: Sequence[Mention]) -> list[tuple[int, int, str]]:
    """The mentions as spans of tokens; one that begins inside a token takes the whole token."""
    low, high = sentence.tokens[0].start, sentence.tokens[-1].end
    spans = []
    for mention in mentions:
        if mention.end <= low or mention.start >= high:
            continue
        inside = [i for i, t in enumerate(sentence.tokens) if t.start < mention.end and t.end > mention.start]
        if inside:
            spans.append((inside[0], inside[-1] + 1, mention.kind))
    return spans


def attributes(example: Example, spec: Spec, clusters: Clusters) -> list[list[list[str]]]:
    """The features of each token of each sentence."""
    found = []
    for sentence in example.sentences:
        words = sentence.words
        rows = pattern_features(sentence, spec)
        for i, row in enumerate(rows):
            for k in range(max(0, i - spec.reach), min(len(words), i + spec.reach + 1)):
                row += own_block(words[k], k - i, spec, clusters)
        found.append(rows)
    return found


def fit(
    rows: Iterable[Sequence[Sequence[Sequence[str]]]],
    labels: Iterable[Sequence[Sequence[str]]],
    order: Sequence[str],
    member: Member,
) -> Chain:
    """Train one field on documents of features and labels."""
    import pycrfsuite

    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params(
        {
            "c1": member.c1, "c2": member.c2, "max_iterations": member.iterations,
            "feature.minfreq": member.minimum, "feature.possible_transitions": True,
        }
    )  # fmt: skip
    keep = _keeper(member)
    for document, gold in zip(rows, labels, strict=True):
        for sentence, names in zip(document, gold, strict=True):
            trainer.append([[f for f in token if keep(f)] for token in sentence] if keep else sentence, names)
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "model")
        trainer.train(path)
        tagger = pycrfsuite.Tagger()
        tagger.open(path)
        info = tagger.info()
    index = {label: i for i, label in enumerate(order)}
    moves = np.zeros((len(order), len(order)))
    for (left, right), weight in info.transitions.items():
        moves[index[left], index[right]] = weight
    state = {feature: weight for feature, weight in info.state_features.items() if abs(weight) > 1e-3}
    vocabulary = {feature: i for i, feature in enumerate(sorted({f for f, _ in state}))}
    entries = sorted((vocabulary[f], index[label], w) for (f, label), w in state.items())
    r, c, w = (np.array(x) for x in zip(*entries, strict=True))
    shape = (len(vocabulary), len(order))
    return Chain(tuple(order), vocabulary, csr_matrix((w.astype(np.float32), (r, c)), shape), moves)


def _keeper(member: Member):
    if not member.drop and member.share >= 1:
        return None
    import zlib
    from functools import cache

    @cache
    def group(name: str) -> bool:
        return zlib.crc32(f"{member.seed} {name}".encode()) / 2**32 < member.share

    def keep(feature: str) -> bool:
        name = feature.partition("=")[0]
        return name not in member.drop and group(name)

    return keep


def pooled(chains: Sequence[Chain]) -> Chain:
    """The average of the members' weights over the union of their features."""
    names = sorted(set().union(*(c.vocabulary for c in chains)))
    vocabulary = {feature: i for i, feature in enumerate(names)}
    total = None
    for chain in chains:
        rows = np.array([vocabulary[f] for f in chain.vocabulary])
        entries = coo_matrix(chain.state)
        moved = csr_matrix((entries.data, (rows[entries.row], entries.col)), (len(names), len(chain.labels)))
        total = moved if total is None else total + moved
    state = csr_matrix(total / len(chains))
    return Chain(chains[0].labels, vocabulary, state, np.mean([c.moves for c in chains], axis=0))


def trained(found: Sequence[Example], name: str, clusters: Clusters, members: Sequence[Member]) -> ChainModel:
    """A model of several members, trained on examples."""
    field = ensemble(found, RICH, clusters, members)
    return ChainModel(name, field, clusters, RICH, OUTSIDE[name])


def ensemble(found: Sequence[Example], spec: Spec, clusters: Clusters, members: Sequence[Member]) -> Chain:
    """Members trained one after the other on the same features, and pooled."""
    rows = [attributes(e, spec, clusters) for e in found]
    labels = [e.labels for e in found]
    return pooled([fit(rows, labels, order_of(found), member) for member in members])


def order_of(found: Iterable[Example]) -> tuple[str, ...]:
    """The labels in a fixed order."""
    return tuple(sorted({label for e in found for s in e.labels for label in s} | {"O"}))


def fold_of(found: Sequence[Example]) -> list[int]:
    """Which fold a text belongs to: shuffled once, always the same."""
    order = np.random.default_rng(SEED).permutation(len(found))
    folds = [0] * len(found)
    for place, i in enumerate(order):
        folds[i] = place % FOLDS
    return folds


def word_clusters(
    texts: Iterable[str], sizes: Sequence[int] = (60, 250, 900), minimum: int = 3
) -> dict[str, tuple[int, ...]]:
    """Words in clusters of like company: positive PMI, SVD, k-means (Levy, Goldberg, NIPS 2014)."""
    from sklearn.cluster import KMeans
    from sklearn.utils.extmath import randomized_svd

    from aichemist.reading.entities._words import number_class

    counts: dict[str, int] = {}
    streams = []
    for text in texts:
        for s in sequences(text):
            stream = ["0" if number_class(w) else w.lower() for w in s.words]
            streams.append(stream)
            for w in stream:
                counts[w] = counts.get(w, 0) + 1
    words = sorted((w for w, n in counts.items() if n >= minimum), key=lambda w: (-counts[w], w))
    index = {w: i for i, w in enumerate(words)}
    size = len(words)
    rows, columns = [], []
    for stream in streams:
        ids = [index.get(w, -1) for w in stream]
        for i, word in enumerate(ids):
            if word < 0:
                continue
            for d in (-2, -1, 1, 2):
                if 0 <= i + d < len(ids) and ids[i + d] >= 0:
                    rows.append(word)
                    columns.append(ids[i + d] * 4 + (d + 2 if d < 0 else d + 1))
    met = csr_matrix((np.ones(len(rows)), (rows, columns)), (size, size * 4))
    total = met.sum()
    left = np.asarray(met.sum(axis=1)).ravel()
    right = np.asarray(met.sum(axis=0)).ravel() ** 0.75
    right *= total / right.sum()
    pmi = coo_matrix(met)
    value = np.log(pmi.data * total / (left[pmi.row] * right[pmi.col]))
    good = value > 0
    positive = csr_matrix((value[good], (pmi.row[good], pmi.col[good])), pmi.shape)
    u, s, _ = randomized_svd(positive, n_components=100, random_state=SEED)
    vectors = u * np.sqrt(s)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    groups = [KMeans(k, n_init=1, max_iter=40, random_state=SEED).fit_predict(vectors) for k in sizes]
    return {w: tuple(int(g[i]) for g in groups) for i, w in enumerate(words)}


def write_model(path: Path, spec: str, field: Chain, outside: float = 0.0) -> None:
    """Write a model file; weights are rounded to half precision."""
    state = csr_matrix(field.state)
    state.sort_indices()
    arrays = {
        "counts": np.diff(state.indptr).astype(np.int16), "columns": state.indices.astype(np.int8),
        "weights": state.data.astype(np.float16), "moves": field.moves.astype(np.float32),
    }  # fmt: skip
    about = {"spec": spec, "labels": list(field.labels), "outside": outside}
    write_store(path, about, arrays, {"vocabulary": list(field.vocabulary)})


def write_clusters(path: Path, clusters: Clusters) -> None:
    """Write the clusters of words."""
    words = sorted(clusters)
    groups = np.array([clusters[w] for w in words], dtype=np.int16)
    write_store(path, {}, {"groups": groups}, {"words": words})


def cross_validated(texts: Sequence[Annotated], name: str, clusters: Clusters) -> tuple[Score, Score]:
    """Scores of the first member, and of the plain model, on texts that they have not seen, all folds together."""
    found = examples(texts)
    folds = fold_of(found)
    ours: dict[str, ChainModel] = {}
    plain: dict[str, ChainModel] = {}
    for fold in range(FOLDS):
        rest = [e for e, f in zip(found, folds, strict=True) if f != fold]
        first = trained(rest, name, clusters, MEMBERS[name][:1])
        base = ChainModel(name, ensemble(rest, PLAIN, {}, [PLAIN_MEMBER]), {}, PLAIN)
        here = [t.text for t, f in zip(texts, folds, strict=True) if f == fold]
        ours |= dict.fromkeys(here, first)
        plain |= dict.fromkeys(here, base)
    documents = [(t.text, t.mentions) for t in texts]
    return (
        evaluate(documents, lambda text: ours[text].find(text))["all"],
        evaluate(documents, lambda text: plain[text].find(text))["all"],
    )


def card(figures: Mapping[str, Mapping[str, Score]], validated: Mapping[str, tuple[Score, Score]]) -> str:
    """The model card."""

    def shown(score: Score) -> str:
        return f"{score.f1:.4f} ({score.low_95:.3f} to {score.high_95:.3f})"

    lines = [
        "# Models of entities", "",
        "Linear-chain conditional random fields, written by `scripts/train_entities.py`; licence MIT.",
        "Each file is LZMA over one line of JSON and plain arrays (`_store.py`); nothing in it is executed.", "",
        "- `synthesis.xz`, `synthesis-plain.xz`: trained on the train split (200 texts) of MSPT, MIT licence.",
        "  S. Mysore et al., The Materials Science Procedural Text Corpus, LAW 2019, doi 10.18653/v1/W19-4007.",
        "- `protocol.xz`, `protocol-plain.xz`: trained on the train split (374 texts) of WLP, MIT licence.",
        "  C. Kulkarni et al., An Annotated Corpus for Machine Reading of Instructions in Wet Lab Protocols,",
        "  NAACL 2018.",
        "- `clusters.xz`: words in clusters of like company, from the same train texts and the CC BY articles of",
        "  `shared/literature` (single words and numbers of clusters only).", "",
        "The plain models (words, endings, shapes, two neighbours on each side) are the baseline of the benchmark.",
        "F1 is micro, exact span and type, with a 95 % bootstrap interval over documents.", "",
        "| model | dev, plain | dev | 5 folds of train, plain | 5 folds of train, first member |",
        "|---|---|---|---|---|",
    ]  # fmt: skip
    for name in MEMBERS:
        cv = validated.get(name)
        folds = f"{shown(cv[1])} | {shown(cv[0])}" if cv else "not run | not run"
        plain, ours = figures[name + "-plain"]["all"], figures[name]["all"]
        lines.append(f"| {name} | {shown(plain)} | {shown(ours)} | {folds} |")
    for name in MEMBERS:
        lines += ["", f"Dev by type, `{name}`:", "", "| type | mentions | plain F1 | F1 |", "|---|---|---|---|"]
        for kind, score in figures[name].items():
            base = figures[name + "-plain"].get(kind)
            lines.append(f"| {kind} | {score.gold} | {base.f1 if base else 0:.3f} | {score.f1:.3f} |")
    lines += [
        "", "What to beware of: the annotators of both corpora left out whole sentences and disagree on what is",
        "a descriptor, a property, or a material that is no part of the recipe; those types are the weakest. Texts of",
        "MSPT are paragraphs on inorganic materials, in English.", "",
    ]  # fmt: skip
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--cv", action="store_true", help="add figures of cross-validation to the card")
    parser.add_argument("--quick", action="store_true", help="one short member a model, for a try")
    options = parser.parse_args()
    begun = time.perf_counter()

    def say(what: str) -> None:
        print(f"{time.perf_counter() - begun:6.0f} s  {what}", flush=True)

    corpora = {"synthesis": mspt, "protocol": wlp}
    texts = {name: read(options.data, "train") for name, read in corpora.items()}
    articles = sorted((options.data / "../literature/text").glob("*.txt"))
    running = [t.text for found in texts.values() for t in found]
    clusters = word_clusters(running + [p.read_text(encoding="utf-8") for p in articles])
    write_clusters(options.out / "clusters.xz", clusters)
    say(f"clusters of {len(clusters)} words")
    figures: dict[str, dict[str, Score]] = {}
    validated: dict[str, tuple[Score, Score]] = {}
    for name, read in corpora.items():
        found = examples(texts[name])
        members = [evolve(MEMBERS[name][0], iterations=25)] if options.quick else MEMBERS[name]
        write_model(options.out / f"{name}-plain.xz", "plain", ensemble(found, PLAIN, {}, [PLAIN_MEMBER]))
        write_model(options.out / f"{name}.xz", "rich", ensemble(found, RICH, clusters, members), OUTSIDE[name])
        dev = [(t.text, t.mentions) for t in read(options.data, "dev")]
        for model in (f"{name}-plain", name):
            figures[model] = evaluate(dev, read_model(options.out / f"{model}.xz", model).find)
            say(f"{model}: dev {figures[model]['all'].f1:.4f}")
        if options.cv:
            validated[name] = cross_validated(texts[name], name, clusters)
            say(f"{name}: cross-validation {validated[name][0].f1:.4f}, plain {validated[name][1].f1:.4f}")
    (options.out / "README.md").write_text(card(figures, validated), encoding="utf-8")


if __name__ == "__main__":
    main()
