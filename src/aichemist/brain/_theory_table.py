"""Tables of what was calculated for recipes."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from aichemist.chemistry import InputError, Space

from ._csv_table import read_table
from ._observed_table import in_fractions, variable_at

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .learning import Theory

    Floats = NDArray[np.float64]

_NAMED = 5


@frozen(eq=False)
class Calculated:
    """Recipes ``x`` ``(t, d)`` and their descriptors ``values`` ``(t, q)``, all finite.

    Attributes:
        names: of the descriptors: all columns that are no variable.
        left_out: rows with a cell that is no number, each with its line, column and text.
    """

    path: Path
    x: Floats
    values: Floats
    names: tuple[str, ...]
    left_out: tuple[str, ...]

    @property
    def note(self) -> str:
        """Which rows were left out, for people; empty where none was."""
        if not self.left_out:
            return ""
        more = f"; and {len(self.left_out) - _NAMED} more" if len(self.left_out) > _NAMED else ""
        named = "; ".join(self.left_out[:_NAMED])
        return f"left out, since a cell is no number: {named}{more}"

    def learn(self, *, seed: int, fidelity: str = "") -> Theory:
        """See ``Theory.learn``.

        Raises:
            InputError: too little of the table is left, or ``fidelity`` is none of its columns; with the file.
        """
        from .learning import Theory

        try:
            return Theory.learn(self.x, self.values, self.names, seed=seed, fidelity=fidelity)
        except InputError as error:
            mend = "; ".join(part for part in (error.mend, self.note) if part)
            raise InputError(
                error.problem, file=self.path, key=error.key, value=error.value, mend=mend or None
            ) from None


def read_theory(path: Path, space: Space) -> Calculated:
    """A CSV with a column for each variable; all others are descriptors. A cell that is no number leaves its row out.

    Raises:
        InputError: a variable has no column, or there is no other column.
    """
    import numpy as np

    table = read_table(path)
    place = table.places(space.names)
    names = tuple(n for n in table.header if n not in space.names)
    if not names:
        raise InputError("has no column of a descriptor", file=path, mend="add one beside the variables")
    x, values, lines, left_out = [], [], [], []
    for line, row in table.rows:
        cells = {name: row[table.header.index(name)].strip() for name in names}
        found = {name: table.number(text) for name, text in cells.items()}
        odd = next((name for name, value in found.items() if not math.isfinite(value)), None)
        if odd is not None:
            left_out.append(f"line {line} ({odd} is {repr(cells[odd]) if cells[odd] else 'empty'})")
            continue
        x.append([variable_at(table, space, i, row[place[c.name]], line) for i, c in enumerate(space.columns)])
        values.append(list(found.values()))
        lines.append(line)
    points = in_fractions(space, np.array(x).reshape(-1, len(space.columns)), table, lines)
    return Calculated(path, points, np.array(values).reshape(-1, len(names)), names, tuple(left_out))
