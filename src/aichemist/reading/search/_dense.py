"""Sentences as vectors, by any sentence encoder of the BERT family that stands in a folder: an option, none is shipped.

Reimers and Gurevych, EMNLP 2019 (Sentence-BERT). The folder is laid out as the field's hubs have it: ``config.json``,
``tokenizer.json`` (WordPiece of small letters) and ``model.safetensors``, with ``1_Pooling/config.json`` where vectors
are not the mean over the pieces. Weights are read as numbers; no code of the folder is run.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aichemist.chemistry import InputError

from ..entities._tokens import tokenise
from ..entities._wordpiece import WordPieces

#: pieces of a sentence that are read
LONGEST = 192
_BATCH = 32
_LARGEST_HEADER = 10_000_000
Vectors = NDArray[np.float32]
_MEND = "give the folder of a BERT-like sentence encoder, such as all-MiniLM-L6-v2, as it is distributed"


class SentenceEncoder:
    """Texts to vectors of length one; ``key`` tells one set of weights from another."""

    def __init__(self, folder: Path) -> None:
        """Read the encoder in ``folder``.

        Raises:
            InputError: a file is missing or damaged, or the model is of another family.
        """
        folder = Path(folder)
        about = _json(folder / "config.json")
        if about.get("model_type") != "bert":
            raise InputError(
                "is no model of the BERT family", file=folder / "config.json", key="model_type",
                value=about.get("model_type"), mend=_MEND,
            )  # fmt: skip
        try:
            vocabulary = _json(folder / "tokenizer.json")["model"]["vocab"]
            self._cutter = WordPieces(sorted(vocabulary, key=vocabulary.__getitem__))
            self._heads, self._layers = int(about["num_attention_heads"]), int(about["num_hidden_layers"])
            self._epsilon = float(about.get("layer_norm_eps", 1e-12))
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(f"cannot be understood ({error!r})", file=folder / "tokenizer.json", mend=_MEND) from None
        pooling = folder / "1_Pooling/config.json"
        self._first_piece = pooling.is_file() and bool(_json(pooling).get("pooling_mode_cls_token"))
        self.key, self._weights = _tensors(folder / "model.safetensors")
        missing = f"encoder.layer.{self._layers - 1}.output.dense.weight"
        if missing not in self._weights:
            raise InputError(f"has no weights called {missing}", file=folder / "model.safetensors", mend=_MEND)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of the texts (n x d), each of length one."""
        import torch

        cut = [self._pieces(text) for text in texts]
        order = sorted(range(len(cut)), key=lambda i: len(cut[i]))
        size = self._weights["embeddings.word_embeddings.weight"].shape[1]
        made = np.zeros((len(cut), size), dtype=np.float32)
        with torch.inference_mode():
            for k in range(0, len(order), _BATCH):
                some = order[k : k + _BATCH]
                made[some] = self._run([cut[i] for i in some]).numpy()
        return made

    def _pieces(self, text: str) -> list[int]:
        numbers = [n for token in tokenise(text) for n in self._cutter.pieces(token.text)[0]]
        return [self._cutter.begin, *numbers[: LONGEST - 2], self._cutter.end]

    def _run(self, rows: Sequence[Sequence[int]]) -> Any:
        import torch
        from torch.nn import functional

        w, length = self._weights, max(map(len, rows))
        pieces = torch.tensor([[*row, *[0] * (length - len(row))] for row in rows])
        inside = torch.tensor([[1.0] * len(row) + [0.0] * (length - len(row)) for row in rows])
        x = w["embeddings.word_embeddings.weight"][pieces] + w["embeddings.position_embeddings.weight"][:length]
        x = self._norm(x + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
        away = ((1.0 - inside) * -1e9)[:, None, None, :]
        for k in range(self._layers):
            at = f"encoder.layer.{k}."
            q, key, v = (
                self._linear(x, f"{at}attention.self.{part}").unflatten(2, (self._heads, -1)).transpose(1, 2)
                for part in ("query", "key", "value")
            )
            seen = functional.scaled_dot_product_attention(q, key, v, attn_mask=away).transpose(1, 2).flatten(2)
            x = self._norm(x + self._linear(seen, f"{at}attention.output.dense"), f"{at}attention.output.LayerNorm")
            wide = functional.gelu(self._linear(x, f"{at}intermediate.dense"))
            x = self._norm(x + self._linear(wide, f"{at}output.dense"), f"{at}output.LayerNorm")
        mean = x[:, 0] if self._first_piece else (x * inside[..., None]).sum(1) / inside.sum(1, keepdim=True)
        return functional.normalize(mean, dim=1)

    def _linear(self, x: Any, name: str) -> Any:
        return x @ self._weights[name + ".weight"].T + self._weights[name + ".bias"]

    def _norm(self, x: Any, name: str) -> Any:
        from torch.nn import functional

        weight, bias = self._weights[name + ".weight"], self._weights[name + ".bias"]
        return functional.layer_norm(x, weight.shape, weight, bias, self._epsilon)


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError("there is no such file", file=path, mend=_MEND) from None
    except (OSError, ValueError) as error:
        raise InputError(f"cannot be read ({error})", file=path, mend=_MEND) from None
    if not isinstance(found, dict):
        raise InputError("holds no table", file=path, mend=_MEND)
    return found


def _tensors(path: Path) -> tuple[str, dict[str, Any]]:
    """The SHA-256 sum of a ``.safetensors`` file and its tensors (32 and 16 bits), names without "bert."."""
    import torch

    try:
        body = path.read_bytes()
        (size,) = struct.unpack("<Q", body[:8])
        if size > _LARGEST_HEADER:
            raise ValueError("its head is too long")
        made = {}
        for name, about in json.loads(body[8 : 8 + size]).items():
            kind = {"F32": "<f4", "F16": "<f2"}.get(about.get("dtype", ""))
            if kind is not None:
                start, stop = (8 + size + at for at in about["data_offsets"])
                numbers = np.frombuffer(body[start:stop], kind).reshape(about["shape"]).astype(np.float32)
                made[name.removeprefix("bert.")] = torch.from_numpy(numbers)
    except FileNotFoundError:
        raise InputError("there is no such file", file=path, mend=_MEND) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, struct.error) as error:
        raise InputError(f"is no whole .safetensors file ({error})", file=path, mend=_MEND) from None
    return hashlib.sha256(body).hexdigest(), made
