"""What overpotential a composition truly has: the map behind the twin's electrochemistry.

Two maps share one small base. :class:`MeasuredMap` holds the measured plate and interpolates linearly between its
points; :class:`FittedMap` is a polynomial fitted to the same plate, shipped as coefficients for where the data set is
absent. Both give the overpotential in volts of Ni-Fe-Co-Mn-Ce-La oxides.
"""

from __future__ import annotations

import csv
import json
import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib.resources import files
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from aichemist.chemistry import InputError, Simplex

#: columns of the plate, in the order of the data set
METALS = ("Ni", "Fe", "Co", "Mn", "Ce", "La")

_DIVISIONS = 10  # the plate lies on a 10 at% grid
_MOST_METALS = 4  # ... and holds at most four metals at once
_CITATION = (
    "Rohr et al., Chem. Sci. 2020, 11, 2696, doi 10.1039/C9SC05999G (plate 3496; measured at 3 mA/cm2); "
    "file as distributed with Olympus (MIT), github.com/aspuru-guzik-group/olympus"
)
_TAKEN_AS = "measured at 3 mA/cm2, taken as overpotentials at 10 mA/cm2"


class OverpotentialMap(ABC):
    """Composition -> overpotential (V) at 10 mA/cm2 and nominal loading."""

    source: Literal["measured", "fitted"]
    citation: str

    @property
    @abstractmethod
    def description(self) -> str:
        """One sentence for the user: which map, and where it comes from."""

    @abstractmethod
    def _value(self, x: NDArray[np.float64]) -> float:
        """The overpotential in V at fractions ``x``, shape ``(6,)``, in the order of :data:`METALS`."""

    @cached_property
    def _reference(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The compositions that :meth:`best` and :meth:`rank` look at, shape ``(n, 6)``, and their values in V."""
        grid = Simplex(METALS, 1 / _DIVISIONS, _MOST_METALS, (0.0,) * 6, (1.0,) * 6).enumerate()
        return grid, np.array([self._value(x) for x in grid])

    def overpotential_v(self, fractions: Mapping[str, float]) -> float:
        """The overpotential in V.

        Args:
            fractions: metal fractions, none negative, summing to 1; metals left out count as 0.

        Raises:
            InputError: unknown metal, negative fraction, or a sum other than 1.
        """
        return self._value(_vector(fractions))

    def best(self) -> tuple[dict[str, float], float]:
        """The composition with the lowest overpotential on the 10 at% grid, and that overpotential in V."""
        points, values = self._reference
        lowest = int(np.argmin(values))
        return (
            {m: float(x) for m, x in zip(METALS, points[lowest], strict=True) if x > 0},
            float(values[lowest]),
        )

    def rank(self, fractions: Mapping[str, float]) -> int | None:
        """The place this composition takes among the grid points, 1 for the best.

        A composition between grid points gets the place its interpolated value would take. ``None`` for more than
        four metals: the grid holds none such, so there is nothing to compare with.
        """
        x = _vector(fractions)
        if np.count_nonzero(x > 1e-9) > _MOST_METALS:
            return None
        value = self._value(x)
        return 1 + int(np.count_nonzero(self._reference[1] < value - 1e-9))


def _vector(fractions: Mapping[str, float]) -> NDArray[np.float64]:
    for name, value in fractions.items():
        if not math.isfinite(value) or value < -1e-9:
            raise InputError("must be a fraction, 0 or more", key=name, value=value)
        if name not in METALS and value > 1e-9:
            raise InputError("is not a metal of this map", key=name, value=value, mend="known: " + ", ".join(METALS))
    x: NDArray[np.float64] = np.array([max(0.0, float(fractions.get(metal, 0.0))) for metal in METALS])
    total = float(x.sum())
    if abs(total - 1) > 1e-6:
        raise InputError(f"the fractions sum to {total:g}, not 1", value=dict(fractions))
    scaled: NDArray[np.float64] = x / total
    return scaled


# ---------------------------------------------------------------- fitted


def mixture_terms(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Terms of the mixture polynomial, shape ``(n, 6)`` -> ``(n, 71)``.

    The canonical polynomial of Scheffé (J. R. Stat. Soc. B 1958, 20, 344) for fractions that sum to one: linear
    ``x_i``, binary ``x_i x_j``, ternary ``x_i x_j x_k``, cubic binary ``x_i x_j (x_i - x_j)``, and of the quartic terms
    only the binary ones, ``x_i x_j (x_i - x_j)^2``.
    """
    n = x.shape[1]
    pairs = list(combinations(range(n), 2))
    columns = [x[:, i] for i in range(n)]
    columns += [x[:, i] * x[:, j] for i, j in pairs]
    columns += [x[:, i] * x[:, j] * x[:, k] for i, j, k in combinations(range(n), 3)]
    columns += [x[:, i] * x[:, j] * (x[:, i] - x[:, j]) for i, j in pairs]
    columns += [x[:, i] * x[:, j] * (x[:, i] - x[:, j]) ** 2 for i, j in pairs]
    return np.stack(columns, axis=1)


def fit_mixture(x: NDArray[np.float64], y: NDArray[np.float64], ridge: float) -> NDArray[np.float64]:
    """Coefficients of :func:`mixture_terms`, shape ``(71,)``, by least squares with a ridge.

    The ridge pulls towards the mean of ``y`` everywhere (on the simplex, equal linear coefficients are a constant).
    """
    terms, mean = mixture_terms(x), float(y.mean())
    normal = terms.T @ terms + ridge * np.eye(terms.shape[1])
    coefficients: NDArray[np.float64] = np.asarray(np.linalg.solve(normal, terms.T @ (y - mean)), dtype=np.float64)
    coefficients[: x.shape[1]] += mean
    return coefficients


class FittedMap(OverpotentialMap):
    """The mixture polynomial; by default with the shipped coefficients (made by ``scripts/fit_oer_map.py``)."""

    source = "fitted"

    def __init__(
        self,
        coefficients: Sequence[float] | NDArray[np.float64],
        *,
        citation: str = _CITATION,
        residual: Mapping[str, float] | None = None,
    ) -> None:
        self._coefficients = np.asarray(coefficients, dtype=float)
        self.citation = citation
        self.residual: dict[str, float] = dict(residual or {})

    @classmethod
    def shipped(cls) -> FittedMap:
        """The map whose coefficients come with the package."""
        document: dict[str, Any] = json.loads(
            files(__package__).joinpath("_oer_coefficients.json").read_text(encoding="utf-8")
        )
        return cls(document["coefficients"], citation=document["citation"], residual=document["residual"])

    @property
    def description(self) -> str:
        how_well = ""
        if self.residual:
            how_well = (
                f" (residual {1000 * self.residual['rmse_v']:.0f} mV RMSE, "
                f"cross-validated R2 {self.residual['cv_r2']:.2f})"
            )
        return (
            f"fitted: a mixture polynomial of {self._coefficients.size} terms, from the 2,121 measurements "
            f"of plate 3496 (Rohr et al. 2020){how_well}; {_TAKEN_AS}"
        )

    def _value(self, x: NDArray[np.float64]) -> float:
        return float(mixture_terms(x[None, :])[0] @ self._coefficients)


# ---------------------------------------------------------------- measured


class MeasuredMap(OverpotentialMap):
    """Measured overpotentials on the 10 at% grid, linear in between.

    Between grid points the value is the barycentric interpolation on the Freudenthal (Kuhn) triangulation of the grid
    (Freudenthal, Ann. Math. 1942, 43, 580), which is continuous and, on every face, uses only points of that face.
    The corners of the triangulation that were not measured (five or six metals present; also gaps in the data) take
    the value of the mixture polynomial fitted to the same measurements, so the map stays continuous there too; those
    values are an extrapolation, no measurement.
    """

    source = "measured"

    def __init__(
        self, compositions: NDArray[np.float64], values: NDArray[np.float64], *, citation: str = _CITATION
    ) -> None:
        """
        Args:
            compositions: shape ``(n, 6)``, fractions in the order of :data:`METALS`, on the 10 at% grid.
            values: shape ``(n,)``, overpotentials in V.

        Raises:
            InputError: wrong shape, not on the grid, a composition twice, or a value that is no number.
        """
        compositions, values = np.asarray(compositions, dtype=float), np.asarray(values, dtype=float)
        if compositions.ndim != 2 or compositions.shape[1] != 6 or values.shape != (len(compositions),):
            raise InputError(
                "needs compositions of shape (n, 6) and values of shape (n,)",
                value=(compositions.shape, values.shape),
            )
        self.citation = citation
        self._table: dict[tuple[int, ...], float] = {}
        for number, (row, value) in enumerate(zip(compositions, values, strict=True), start=1):
            problem, found = _row_problem(row, float(value))
            key = tuple(round(v * _DIVISIONS) for v in row) if not problem else ()
            if not problem and key in self._table:
                problem, found = "this composition stands here twice", row.tolist()
            if problem:
                raise InputError(problem, value=found, line=number, mend=_ROW_MEND)
            self._table[key] = float(value)
        if not self._table:
            raise InputError("holds no measurement at all")
        self._points = np.array(list(self._table), dtype=float) / _DIVISIONS
        self._measured = np.array(list(self._table.values()))

    @classmethod
    def from_csv(cls, path: Path) -> MeasuredMap:
        """The map from a CSV without header: six fractions (Ni, Fe, Co, Mn, Ce, La), then the overpotential in V.

        Raises:
            InputError: with file, line, value and mend.
        """
        rows: list[list[float]] = []
        try:
            with path.open(newline="", encoding="utf-8") as stream:
                for number, cells in enumerate(csv.reader(stream), start=1):
                    if cells:
                        rows.append(_numbers(cells, path, number))
        except FileNotFoundError:
            raise InputError("there is no such file", file=path, mend="aichemist data get oer_plate_3496") from None
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise InputError(f"cannot be read: {error}", file=path) from None
        if not rows:
            raise InputError("is empty", file=path, mend=_ROW_MEND)
        table = np.array(rows)
        try:
            return cls(table[:, :6], table[:, 6])
        except InputError as error:
            raise error.located(file=path) from None

    @property
    def description(self) -> str:
        return (
            f"measured: {len(self._table):,} measurements of plate 3496 (Rohr et al. 2020), linear in between; "
            f"{_TAKEN_AS}"
        )

    @cached_property
    def _reference(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return self._points, self._measured

    @cached_property
    def _polynomial(self) -> NDArray[np.float64]:
        return fit_mixture(self._points, self._measured, ridge=1e-3)

    def _value(self, x: NDArray[np.float64]) -> float:
        total = 0.0
        for corner, weight in _kuhn_corners(x):
            value = self._table.get(corner)
            if value is None:
                point = np.array([corner], dtype=float) / _DIVISIONS
                value = float(mixture_terms(point)[0] @ self._polynomial)
            total += weight * value
        return total


def _kuhn_corners(x: NDArray[np.float64]) -> list[tuple[tuple[int, ...], float]]:
    """Corners of the Kuhn simplex around ``x`` on the grid, in tenths, each with its barycentric weight.

    Cumulative sums turn the mixture simplex into ``0 <= c_1 <= ... <= c_5 <= 10``, whose integer points are the grid
    and whose walls are walls of the Freudenthal triangulation of space, so the cube walk never leaves it.
    """
    c = np.cumsum(x[:-1]) * _DIVISIONS
    c = np.where(np.abs(c - np.rint(c)) < 1e-9, np.rint(c), c)
    base = np.floor(c).astype(int)
    rest = c - base
    # Equal remainders: the later coordinate steps first, or c_i <= c_{i+1} would be broken on the way.
    order = sorted(range(len(rest)), key=lambda i: (-rest[i], -i))
    heights = [1.0, *(float(rest[i]) for i in order), 0.0]
    corners: list[tuple[tuple[int, ...], float]] = []
    for step in range(len(order) + 1):
        if step:
            base[order[step - 1]] += 1
        weight = heights[step] - heights[step + 1]
        if weight > 1e-12:
            bounds = [0, *base.tolist(), _DIVISIONS]
            corners.append((tuple(b - a for a, b in pairwise(bounds)), weight))
    return corners


_ROW_MEND = (
    "each line holds Ni, Fe, Co, Mn, Ce, La (fractions on the 10 at% grid, sum 1) and the overpotential in V; no header"
)


def _numbers(cells: list[str], path: Path, line: int) -> list[float]:
    if len(cells) != 7:
        raise InputError(f"has {len(cells)} columns, not 7", file=path, line=line, value=cells, mend=_ROW_MEND)
    numbers = []
    for column, cell in zip((*METALS, "overpotential"), cells, strict=True):
        try:
            numbers.append(float(cell))
        except ValueError:
            raise InputError("is not a number", file=path, line=line, key=column, value=cell, mend=_ROW_MEND) from None
    problem, found = _row_problem(np.array(numbers[:6]), numbers[6])
    if problem:
        raise InputError(problem, file=path, line=line, value=found, mend=_ROW_MEND)
    return numbers


def _row_problem(row: NDArray[np.float64], value: float) -> tuple[str, Any]:
    if not np.all(np.isfinite(row)) or np.any(row < -1e-9) or np.any(row > 1 + 1e-9):
        return "a fraction does not lie between 0 and 1", row.tolist()
    if abs(float(row.sum()) - 1) > 1e-6:
        return f"the fractions sum to {float(row.sum()):g}, not 1", row.tolist()
    if np.any(np.abs(row * _DIVISIONS - np.rint(row * _DIVISIONS)) > 1e-6):
        return "the composition does not lie on the 10 at% grid", row.tolist()
    if not math.isfinite(value) or not 0 < value < 3:
        return "the overpotential is not a number between 0 and 3 V", value
    return "", None


def load_map(plate_csv: Path | None) -> OverpotentialMap:
    """The measured map where the plate's CSV is given, otherwise the fitted one.

    Raises:
        InputError: the file is missing or wrong.
    """
    return FittedMap.shipped() if plate_csv is None else MeasuredMap.from_csv(plate_csv)
