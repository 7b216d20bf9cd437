"""Vectors of sentences by an encoder in a folder: a tiny one made here, since none is shipped."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import pytest

from aichemist.campaign import open_database, read_folder_into, search_by_meaning
from aichemist.chemistry import InputError
from aichemist.reading.search import SentenceEncoder
from aichemist.records.literature import LiteratureStore

WORDS = ("iron", "and", "nickel", "the", "over", "##pot", "##ential", "of", "is", "low", "it", "lasts", "long", "hours")
SIZE, WIDE, LAYERS = 8, 16, 2


def tiny_encoder(folder: Path) -> Path:
    """Write the folder and return it; the same weights each time."""
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
    about = {
        "model_type": "bert", "num_attention_heads": 2, "num_hidden_layers": LAYERS, "layer_norm_eps": 1e-12,
    }  # fmt: skip
    (folder / "config.json").write_text(json.dumps(about))
    (folder / "tokenizer.json").write_text(json.dumps({"model": {"vocab": {w: i for i, w in enumerate(vocabulary)}}}))
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (len(vocabulary), SIZE),
        "embeddings.position_embeddings.weight": (512, SIZE), "embeddings.token_type_embeddings.weight": (2, SIZE),
        "embeddings.LayerNorm.weight": (SIZE,), "embeddings.LayerNorm.bias": (SIZE,),
    }  # fmt: skip
    for k in range(LAYERS):
        at = f"encoder.layer.{k}."
        for part in ("query", "key", "value"):
            shapes |= {f"{at}attention.self.{part}.weight": (SIZE, SIZE), f"{at}attention.self.{part}.bias": (SIZE,)}
        for name, out, into in (
            ("attention.output.dense", SIZE, SIZE), ("intermediate.dense", WIDE, SIZE), ("output.dense", SIZE, WIDE),
        ):  # fmt: skip
            shapes |= {f"{at}{name}.weight": (out, into), f"{at}{name}.bias": (out,)}
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            shapes |= {f"{at}{name}.weight": (SIZE,), f"{at}{name}.bias": (SIZE,)}
    rng = np.random.default_rng(0)
    head: dict[str, object] = {}
    body = b""
    for name, shape in shapes.items():
        middle, spread = (1.0, 0.1) if name.endswith("LayerNorm.weight") else (0.0, 0.7 if len(shape) == 2 else 0.1)
        raw = rng.normal(middle, spread, shape).astype("<f4").tobytes()
        head[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [len(body), len(body) + len(raw)]}
        body += raw
    text = json.dumps(head).encode()
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + body)
    return folder


def test_vectors_have_length_one_and_do_not_depend_on_the_batch(tmp_path: Path) -> None:
    encoder = SentenceEncoder(tiny_encoder(tmp_path))
    texts = ["iron and nickel", "the overpotential of iron is low", "nickel"]
    together = encoder.encode(texts)
    assert together.shape == (3, 8) and np.allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-5)
    assert np.allclose(together, [encoder.encode([t])[0] for t in texts], atol=1e-5)
    assert encoder.encode([]).shape == (0, 8)
    assert np.isfinite(encoder.encode(["", "过电位", "iron " * 900])).all()
    assert not np.allclose(together[0], together[2], atol=1e-3)


def test_a_model_of_the_first_piece(tmp_path: Path) -> None:
    mean = SentenceEncoder(tiny_encoder(tmp_path / "a")).encode(["iron and nickel"])
    folder = tiny_encoder(tmp_path / "b")
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling/config.json").write_text(json.dumps({"pooling_mode_cls_token": True}))
    assert not np.allclose(mean, SentenceEncoder(folder).encode(["iron and nickel"]), atol=1e-3)


def test_the_library_is_searched_by_meaning_and_vectors_are_kept(tmp_path: Path) -> None:
    folder, cache = tiny_encoder(tmp_path / "model"), tmp_path / "runs/dense"
    for name, text in (
        ("a", "Iron and nickel.\n\nIt lasts long hours."),
        ("b", "OER needs 250 mV at 10 mA cm-2 on NiO."),
    ):
        (tmp_path / "papers").mkdir(exist_ok=True)
        (tmp_path / f"papers/{name}.txt").write_text(text + " The iron is low. Over and over the potential of nickel.")
    database = open_database(tmp_path / "runs")
    try:
        read_folder_into(database, tmp_path / "papers", workers=0)
        store = LiteratureStore(database)
        found = search_by_meaning(store, "It lasts long hours.", folder, cache, limit=3)
        assert found[0].sentence == "It lasts long hours." and found[0].document == "a" and found[0].score > 0.99
        assert [h.score for h in found] == sorted((h.score for h in found), reverse=True) and len(found) == 3
        kept = sorted(cache.rglob("*.npy"))
        assert len(kept) == 2 and not list(cache.rglob("*.part"))
        kept[0].write_bytes(b"spoilt")  # made anew
        assert search_by_meaning(store, "It lasts long hours.", folder, cache, limit=3) == found
        assert {h.document for h in search_by_meaning(store, "iron", folder, cache, document="b")} == {"b"}
        (value,) = search_by_meaning(store, "iron", folder, cache, property="overpotential")
        assert "250 mV" in value.sentence
        with pytest.raises(InputError, match="no word"):
            search_by_meaning(store, " ", folder, cache)
    finally:
        database.close()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("config.json", b"{", "cannot be read"),
        ("config.json", b'{"model_type": "t5"}', "BERT family"),
        ("tokenizer.json", b"{}", "cannot be understood"),
        ("model.safetensors", b"\x08\x00", "no whole"),
        ("model.safetensors", struct.pack("<Q", 2) + b"{}", "no weights"),
        ("model.safetensors", struct.pack("<Q", 1 << 40), "no whole"),
    ],
)
def test_damaged_models_are_named(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    folder = tiny_encoder(tmp_path)
    (folder / name).write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        SentenceEncoder(folder)
    assert name in str(caught.value)
    (folder / name).unlink()
    with pytest.raises(InputError, match="no such file"):
        SentenceEncoder(folder)
