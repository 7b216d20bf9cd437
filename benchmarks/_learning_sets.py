"""Libraries for ``learning.py``: recipes that were all measured, from the data folder or any table."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray

from aichemist.brain.learning import Encoding
from aichemist.chemistry import InputError

DATA = Path(os.environ.get("AICHEMIST_DATA", Path(__file__).resolve().parents[1] / ".." / "shared" / "data"))
FEWEST = 20
LARGE = 1000


@attrs.frozen(eq=False)
class Library:
    """Points that were all measured: inputs ``x`` ``(n, d)``, values ``y`` ``(n, o)``.

    ``choices`` maps a column of ``x`` to the names that its numbers stand for.
    """

    name: str
    inputs: tuple[str, ...]
    targets: tuple[str, ...]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    directions: tuple[str, ...]
    choices: dict[int, tuple[str, ...]] = attrs.field(factory=dict)

    @property
    def signs(self) -> NDArray[np.float64]:
        return np.array([1.0 if d == "maximise" else -1.0 for d in self.directions])

    @property
    def best_first(self) -> NDArray[np.int64]:
        """By the first objective."""
        return np.argsort(-self.signs[0] * self.y[:, 0], kind="stable")

    def top(self, share: float) -> frozenset[int]:
        """The best ``share`` by the first objective, at least one."""
        return frozenset(self.best_first[: max(1, round(len(self.y) * share))].tolist())

    @property
    def usual_top(self) -> float:
        """1 % of a large library, 5 % of a small one."""
        return 0.01 if len(self.y) >= LARGE else 0.05

    def encoding(self) -> Encoding | None:
        """What the columns are, where the points do not say it."""
        if not self.choices:
            return None
        numbers = [i for i in range(self.x.shape[1]) if i not in self.choices]
        plain = Encoding.of(self.x[:, numbers]) if numbers else None
        none = np.empty(0)
        place = dict(enumerate(numbers))
        return Encoding(
            tuple(place[i] for i in plain.fractions) if plain else (),
            tuple(place[i] for i in plain.numbers) if plain else (),
            plain.low if plain else none, plain.span if plain else none, plain.log if plain else none.astype(bool),
            tuple((i, np.eye(len(names)) / np.sqrt(2)) for i, names in self.choices.items()),
        )  # fmt: skip


def named_set(name: str, data: Path) -> Library:
    """A set of the data folder: ``config.json`` names the inputs, ``data.csv`` has no header."""
    folder = data / name
    if name == "oer_co_mn_sb_sn_ti":
        return metal_oxides(folder)
    if not (folder / "config.json").is_file() or not (folder / "data.csv").is_file():
        have = sorted(p.parent.name for p in data.glob("*/config.json")) if data.is_dir() else []
        raise InputError(
            "no such data set (config.json and data.csv are looked for)", file=folder, key="--set", value=name,
            mend=f"one of: {', '.join(have)}" if have else "give the data folder with --data or AICHEMIST_DATA",
        )  # fmt: skip
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        kinds = {p["name"]: p.get("type", "continuous") for p in config["parameters"]}
        targets = [m["name"] for m in config["measurements"]]
        direction = {"minimize": "minimise", "maximize": "maximise"}[config["default_goal"]]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"cannot be understood: {error!r}", file=folder / "config.json") from None
    rows = _rows(folder / "data.csv", "--set", ",")
    categorical = [n for n, kind in kinds.items() if kind == "categorical"]
    table = Table(folder / "data.csv", [*kinds, *targets], rows)
    return table.library(name, list(kinds), targets[:1], [direction], categorical)


def metal_oxides(folder: Path) -> Library:
    """The measured grid of Jenewein et al. 2024: overpotential and its change, both to be small."""
    path = folder / "HTsummary_Co-Mn-Sb-Sn-Ti-gridsearch.txt"
    rows = _rows(path, "--set", "\t")
    table = Table(path, [c.strip() for c in rows[0][1]], rows[1:])
    metals = ["Co", "Mn", "Sb", "Sn", "Ti"]
    found = table.library(folder.name, metals, ["Overpotential", "Overpotential change"], ["minimise"] * 2, [])
    return attrs.evolve(found, x=found.x / 100)


def csv_table(path: Path, key: str = "--csv") -> Table:
    """Any CSV with a header; tabs and semicolons are understood as well."""
    try:
        first = path.open(encoding="utf-8-sig").readline() if path.is_file() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", file=path, key=key, mend="save it as CSV in UTF-8") from None
    separator = max(",;\t", key=first.count) if first else ","
    rows = _rows(path, key, separator)
    header = [name.strip() for name in rows[0][1]] if rows else []
    return Table(path, header, rows[1:])


@attrs.frozen(eq=False)
class Table:
    """Lines of a file with their numbers."""

    path: Path
    header: list[str]
    rows: list[tuple[int, list[str]]]

    def column(self, key: str, name: str) -> int:
        if name not in self.header:
            raise InputError(
                "no such column", file=self.path, key=key, value=name,
                mend=f"one of: {', '.join(self.header) or '(none)'}",
            )  # fmt: skip
        return self.header.index(name)

    def numbers(
        self, names: list[str], key: str, categorical: list[str], *, gaps: bool = False
    ) -> tuple[NDArray[np.float64], dict[int, tuple[str, ...]]]:
        """Columns as numbers; categories by their place in the alphabet. ``gaps``: what is no number becomes NaN."""
        places = [self.column(key, name) for name in names]
        for line, row in self.rows:
            if len(row) != len(self.header):
                raise InputError(f"has {len(row)} columns, expected {len(self.header)}", file=self.path, line=line)
        choices = {
            j: tuple(sorted({row[places[j]].strip() for _, row in self.rows}))
            for j, name in enumerate(names)
            if name in categorical
        }
        found = np.empty((len(self.rows), len(names)))
        for i, (line, row) in enumerate(self.rows):
            for j, place in enumerate(places):
                if j in choices:
                    found[i, j] = choices[j].index(row[place].strip())
                    continue
                try:
                    found[i, j] = float(row[place])
                except ValueError:
                    found[i, j] = np.nan
                if not np.isfinite(found[i, j]) and not gaps:
                    raise InputError(
                        "is not a number", file=self.path, line=line, key=names[j], value=row[place],
                        mend="name the column in --categorical if it holds choices",
                    )  # fmt: skip
        return found, choices

    def library(
        self, name: str, inputs: list[str], targets: list[str], directions: list[str], categorical: list[str]
    ) -> Library:
        """Points measured several times count as one, with the mean: a library has each point once."""
        for target in targets:
            if target in inputs:
                raise InputError("is both an input and the target", file=self.path, key="--target", value=target)
        x, choices = self.numbers(inputs, "--inputs", categorical)
        y, _ = self.numbers(targets, "--target", [])
        if len(x) < FEWEST:
            raise InputError(f"holds {len(x)} points; a benchmark needs at least {FEWEST}", file=self.path)
        points, which = np.unique(x, axis=0, return_inverse=True)
        which = which.ravel()
        mean = np.stack([np.bincount(which, column) / np.bincount(which) for column in y.T], axis=1)
        return Library(name, tuple(inputs), tuple(targets), points, mean, tuple(directions), choices)


def _rows(path: Path, key: str, separator: str) -> list[tuple[int, list[str]]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            return [(i, row) for i, row in enumerate(csv.reader(file, delimiter=separator), 1) if row]
    except FileNotFoundError:
        raise InputError("no such file", file=path, key=key, mend="check the path") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", file=path, key=key, mend="save it as CSV in UTF-8") from None
