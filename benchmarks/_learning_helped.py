"""Methods of ``learning.py`` that may use theory or an earlier campaign, beside the same with nonsense in its place."""

from __future__ import annotations

import argparse

import numpy as np
from numpy.typing import NDArray

from _learning_search import Help, Method, search
from _learning_sets import Library, csv_table, named_set
from aichemist.chemistry import InputError


def theory_methods(library: Library, options: argparse.Namespace) -> list[Method]:
    """Our method with the table, and with its descriptors dealt out to the wrong recipes."""
    table = csv_table(options.theory, "--theory")
    missing = [n for n in library.inputs if n not in table.header]
    if missing:
        raise InputError(
            "has no column for this input", file=options.theory, key="--theory", value=missing[0],
            mend="give --inputs that both files have",
        )  # fmt: skip
    names = [n.strip() for n in (options.descriptors or "").split(",") if n.strip()]
    names = names or [n for n in table.header if n not in library.inputs]
    if not names:
        raise InputError("has no column beside the inputs", file=options.theory, key="--theory")
    x, _ = table.numbers(list(library.inputs), "--inputs", [])
    y, _ = table.numbers(names, "--descriptors", [], gaps=True)
    if options.fidelity and options.fidelity not in names:
        raise InputError(
            "is no descriptor of the table", file=options.theory, key="--fidelity", value=options.fidelity,
            mend=f"one of: {', '.join(names)}",
        )  # fmt: skip
    given = {"names": tuple(names), "fidelity": options.fidelity}
    return [
        Method("ensemble + theory", "ensemble", Help("theory", options.theory.stem, x, y, **given)),
        Method("ensemble + shuffled theory", "ensemble", Help("theory", options.theory.stem, x, y, True, **given)),
    ]


def earlier_methods(library: Library, options: argparse.Namespace) -> list[Method]:
    """Our method with a campaign of ours on another set, and with its results dealt out to the wrong recipes."""
    from aichemist.brain.learning import Earlier

    other = named_set(options.transfer, options.data)
    n = min(options.transfer_samples, len(other.y))
    if n < len(other.y):
        # a seed far from those that are reported
        rows = list(search(other, Method("ensemble", "ensemble"), 10_000, n, options.batch, options.start).order)
    else:
        rows = list(range(len(other.y)))
    y = other.signs[0] * library.signs[0] * other.y[rows, 0]
    shared = Earlier.shared(other.name, other.inputs, library.inputs, other.x[rows], y)
    if not len(shared.y):
        raise InputError(
            f"shares too few inputs with {library.name}", key="--transfer", value=other.name,
            mend=f"inputs there: {', '.join(other.inputs)}; here: {', '.join(library.inputs)}",
        )  # fmt: skip
    values: NDArray[np.float64] = shared.y[:, None]
    return [
        Method("ensemble + earlier", "ensemble", Help("earlier", other.name, shared.x, values)),
        Method("ensemble + shuffled earlier", "ensemble", Help("earlier", other.name, shared.x, values, shuffled=True)),
    ]
