"""The encoder: words in pieces, texts in windows, and the pooled model that ships."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import aichemist.reading.entities as entities
from aichemist.chemistry import InputError
from aichemist.reading.entities._encoder import Encoder, as_pieces, read_encoder, windows
from aichemist.reading.entities._sequences import sequences
from aichemist.reading.entities._wordpiece import LOOKS, WordPieces

MODELS = Path(entities.__file__).parent / "_models"
SMALL = WordPieces(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "ni", "##c", "##l", "##2", "heat", "##ed", "4", "."])


def test_the_longest_piece_comes_first() -> None:
    assert SMALL.pieces("heated")[0] == (9, 10)
    assert SMALL.pieces("NiCl2")[0] == (5, 6, 7, 8)
    assert [LOOKS[k] for k in SMALL.pieces("NiCl2")[1]] == ["capitalised", "one capital", "small", "figures"]
    assert SMALL.pieces("4.4")[0] == (11, 12, 11)


@pytest.mark.parametrize("word", ["", "\u0301", "\u200b", "💥", "中", "\x00"])
def test_a_word_without_letters_is_one_unknown_piece(word: str) -> None:
    assert SMALL.pieces(word)[0] == (1,)


def test_accents_are_dropped_and_long_words_cut() -> None:
    assert SMALL.pieces("héat") == SMALL.pieces("heat")
    assert len(SMALL.pieces("4" * 20 + ".4" * 500)[0]) <= 24


@given(st.lists(st.integers(1, 24), min_size=1, max_size=400))
def test_windows_cover_all_words_and_share_some(sizes: list[int]) -> None:
    runs = windows(sizes, limit=100, shared=30)
    assert runs[0][0] == 0 and runs[-1][1] == len(sizes)
    for first, stop in runs:
        assert sum(sizes[first:stop]) <= 100
    for (a, b), (c, d) in pairwise(runs):
        assert a < c < b < d
        assert sum(sizes[c:b]) >= 30


class _Echo:
    """Scores a word by how far it stands from the nearest end of its window, so that the choice of windows shows."""

    def run(self, _: None, feed: dict[str, Any]) -> list[np.ndarray]:
        counts = (feed["last"] > 0).sum(1)
        scores = np.zeros((*feed["first"].shape, 3), dtype=np.float32)
        for row, count in enumerate(counts):
            place = np.arange(count)
            scores[row, :count, 1] = np.minimum(place, count - 1 - place)
        return [scores]


def test_each_word_is_read_where_it_has_most_around_it() -> None:
    encoder = Encoder(_Echo(), SMALL, ["O", "B-Material", "I-Material"], np.zeros((3, 3)))
    part = sequences("heated 4 . " * 300)
    near = encoder.scores(part)[:, 1]
    assert len(near) == 900
    assert near[100:-100].min() >= 29  # four pieces are three words: half of the shared ones, less the word itself


def test_the_gap_before_a_word_is_part_of_its_look() -> None:
    looks = [look[0] // len(LOOKS) for look in as_pieces(sequences("Heat 4NiCl2.\nHeat"), SMALL).looks]
    assert looks[0] == 2 and looks[1] == 1 and looks[2:4] == [0, 0] and looks[-1] == 2


def test_the_files_that_ship_are_small_and_fit() -> None:
    assert (MODELS / "encoder.onnx").stat().st_size + (MODELS / "encoder.xz").stat().st_size < 30e6
    encoder = read_encoder(MODELS / "encoder.onnx")
    part = sequences("The powder was calcined in air at 500 °C for 2 h.")
    marginals = encoder.marginals(part)
    assert marginals.shape == (sum(len(s.words) for s in part), len(encoder.labels))
    assert np.allclose(marginals.sum(1), 1.0)
    assert encoder.labels[int(marginals[3].argmax())] == "B-Operation"
    assert encoder.marginals(()).shape == (0, len(encoder.labels))


def test_a_damaged_network_is_named(tmp_path: Path) -> None:
    (tmp_path / "encoder.xz").write_bytes((MODELS / "encoder.xz").read_bytes())
    (tmp_path / "encoder.onnx").write_bytes(b"nothing")
    with pytest.raises(InputError, match="cannot be read") as caught:
        read_encoder(tmp_path / "encoder.onnx")
    assert "encoder.onnx" in str(caught.value)
