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
from train_encoder import INPUTS, TASKS, Network, read_vocabulary

OUT = Path(__file__).parents[1] / "src/aichemist/reading/entities/_models/encoder.onnx"


class Heads(nn.Module):
    """The network with the scores of all tasks at once."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        words = self.network.words(*inputs)
        return tuple(head(words) for head in self.network.heads)


class Rows(nn.Module):
    """An embedding in eight bits, one scale a row."""

    def __init__(self, table: Tensor) -> None:
        super().__init__()
        scale = table.abs().amax(1, keepdim=True).clamp(min=1e-8) / 127
        self.register_buffer("numbers", torch.round(table / scale).to(torch.int8))
        self.register_buffer("scale", scale)

    def forward(self, rows: Tensor) -> Tensor:
        return nn.functional.embedding(rows, self.numbers).float() * nn.functional.embedding(rows, self.scale)


def write_encoder(
    network: Network, labels: list[list[str]], moves: list[np.ndarray], vocabulary: list[str], out: Path
) -> None:
    """The network to ``out``, labels, moves and vocabulary beside it."""
    network.eval()
    network.piece = Rows(network.piece.weight.detach())  # type: ignore[assignment]
    row = torch.tensor([[101, 2300, 2001, 102]])
    words = torch.tensor([[1, 2, 2]])
    given = (row, torch.zeros_like(row), torch.ones(row.shape), words, words)
    axes = {name: {0: "texts", 1: "words" if name in ("first", "last") else "pieces"} for name in INPUTS}
    axes |= {name: {0: "texts", 1: "words"} for name in TASKS}
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        torch.onnx.export(
            Heads(network).eval(), given, str(plain), input_names=list(INPUTS), output_names=list(TASKS),
            opset_version=17, dynamic_axes=axes, dynamo=False,
        )  # fmt: skip
        out.parent.mkdir(parents=True, exist_ok=True)
        # seven bits a weight: with eight, processors without VNNI overflow
        quantize_dynamic(
            plain, out, op_types_to_quantize=["MatMul"], per_channel=True, reduce_range=True,
            weight_type=QuantType.QInt8, extra_options={"MatMulConstBOnly": True},
        )  # fmt: skip
    tables = {f"moves {task}": m.astype(np.float32) for task, m in zip(TASKS, moves, strict=True)}
    about = {"labels": dict(zip(TASKS, labels, strict=True))}
    write_store(out.with_suffix(".xz"), about, tables, {"vocabulary": vocabulary})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("network", type=Path, help="what train_encoder.py --keep wrote")
    parser.add_argument("--tokeniser", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    kept = torch.load(options.network, weights_only=True)
    vocabulary = read_vocabulary(options.tokeniser)
    network = Network([len(x) for x in kept["labels"]], len(vocabulary))
    network.load_state_dict(kept["network"])
    write_encoder(network, kept["labels"], [m.numpy() for m in kept["moves"]], vocabulary, options.out)
    print(options.out, f"{options.out.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
