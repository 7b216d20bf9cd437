"""Write a trained encoder as the files that ship: ``python scripts/export_encoder.py network.pt --tokeniser FILE``.

Embeddings become whole numbers of eight bits with one scale a row, linear layers with one scale a column (activations
are rounded as they come: ``onnxruntime.quantization.quantize_dynamic``). Needs the package ``onnx``.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from aichemist.reading.entities._store import write_store
from train_encoder import INPUTS, OUT, Network, read_vocabulary


class Rows(nn.Module):
    """An embedding in eight bits, one scale a row."""

    def __init__(self, table: Tensor) -> None:
        super().__init__()
        scale = table.abs().amax(1, keepdim=True).clamp(min=1e-8) / 127
        self.register_buffer("numbers", torch.round(table / scale).to(torch.int8))
        self.register_buffer("scale", scale)

    def forward(self, rows: Tensor) -> Tensor:
        return nn.functional.embedding(rows, self.numbers).float() * nn.functional.embedding(rows, self.scale)


def write_encoder(network: Network, labels: list[str], moves: np.ndarray, vocabulary: list[str], out: Path) -> None:
    """The network of the first task to ``out``, the rest beside it."""
    network.eval()
    network.piece = Rows(network.piece.weight.detach())  # type: ignore[assignment]
    row = torch.tensor([[101, 2300, 2001, 102]])
    words = torch.tensor([[1, 2, 2]])
    given = (row, torch.zeros_like(row), torch.ones(row.shape), words, words)
    axes = {name: {0: "texts", 1: "words" if name in ("first", "last") else "pieces"} for name in INPUTS}
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        torch.onnx.export(
            network, given, str(plain), input_names=list(INPUTS), output_names=["scores"], opset_version=17,
            dynamic_axes={**axes, "scores": {0: "texts", 1: "words"}}, dynamo=False,
        )  # fmt: skip
        out.parent.mkdir(parents=True, exist_ok=True)
        quantize_dynamic(
            plain, out, op_types_to_quantize=["MatMul"], per_channel=True, weight_type=QuantType.QInt8,
            extra_options={"MatMulConstBOnly": True},
        )  # fmt: skip
    write_store(
        out.with_suffix(".xz"), {"labels": labels}, {"moves": moves.astype(np.float32)}, {"vocabulary": vocabulary}
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("network", type=Path, help="what train_encoder.py --keep wrote")
    parser.add_argument("--tokeniser", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    kept = torch.load(options.network, weights_only=False)
    vocabulary = read_vocabulary(options.tokeniser)
    network = Network([len(x) for x in kept["labels"]], len(vocabulary))
    network.load_state_dict(kept["network"])
    write_encoder(network, kept["labels"][0], kept["moves"], vocabulary, options.out)
    print(options.out, f"{options.out.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
