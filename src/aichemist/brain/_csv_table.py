"""Tables that people keep by hand: CSV files in, numbered rows out."""

from __future__ import annotations

import codecs
import csv
import math
import re
from collections.abc import Iterable
from pathlib import Path

from attrs import frozen

from aichemist.chemistry import InputError, did_you_mean

_LARGEST_ROWS = 1_000_000
_COMMA = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?")
_POINT = re.compile(r"[+-]?\d*\.\d+([eE][+-]?\d+)?")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+")


@frozen
class Table:
    """Header and numbered rows; each row has a cell for each name of the header.

    Attributes:
        comma: a number with a decimal comma, where the file writes them so; else empty.
    """

    path: Path
    header: tuple[str, ...]
    rows: tuple[tuple[int, list[str]], ...]
    comma: str = ""

    def places(self, names: Iterable[str]) -> dict[str, int]:
        """Where those columns are.

        Raises:
            InputError: one of them is not there; the nearest that is there is named.
        """
        for name in names:
            if name not in self.header:
                raise InputError("has no such column", file=self.path, key=name, mend=did_you_mean(name, self.header))
        return {name: self.header.index(name) for name in names}

    def number(self, text: str) -> float:
        """A cell as a number; NaN where it is none."""
        if self.comma and _COMMA.fullmatch(text.strip()):
            text = text.replace(",", ".")
        try:
            return float(text)
        except ValueError:
            return math.nan

    def number_at(self, text: str, line: int, name: str, or_else: str = "") -> float:
        """A cell as a finite number.

        Raises:
            InputError: it is none; ``or_else`` says what else may stand there.
        """
        value = self.number(text)
        if math.isfinite(value):
            return value
        mend = f"write a number{or_else}"
        if _COMMA.fullmatch(text):
            mend = f"write {text.replace(',', '.')}, with a decimal point" + or_else
        raise InputError(
            "is not a number" if text else "is empty", file=self.path, line=line, key=name, value=text or None,
            mend=mend,
        )  # fmt: skip


def read_table(path: Path) -> Table:
    """A CSV with commas, semicolons or tabs, in UTF-8 (or UTF-16, as Excel's "Unicode text").

    Where semicolons or tabs separate, numbers may have a decimal comma: ``10,5``.

    Raises:
        InputError: no such file, not a text, a name twice, a row of another length.
    """
    lines = _text(path).splitlines()
    first = lines[0] if lines else ""
    separator = max(",;\t", key=first.count)
    try:
        reader = csv.reader(lines, delimiter=separator)
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise InputError(f"is not a CSV: {error}", file=path) from None
    if not rows:
        raise InputError("is empty", file=path, mend="the first line names the columns")
    header = tuple(name.strip() for name in rows[0][1])
    twice = [n for n in header if header.count(n) > 1 and n]
    if twice:
        raise InputError("is there twice", file=path, line=1, key=twice[0], mend="give each column its own name")
    if len(rows) > _LARGEST_ROWS:
        raise InputError(f"has more than {_LARGEST_ROWS:,} rows", file=path)
    for line, row in rows[1:]:
        if len(row) != len(header):
            raise InputError(
                f"has {len(row)} cells, the header {len(header)}", file=path, line=line, mend="one cell for each column"
            )
    return Table(path, header, tuple(rows[1:]), _decimal_comma(rows[1:]) if separator != "," else "")


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise InputError("no such file", file=path, mend="check the path") from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=path, mend="name a CSV file") from None
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"is not UTF-8 text (byte {data[error.start]:#04x})", file=path,
            line=None if wide else data[: error.start].count(b"\n") + 1,
            mend='save it as CSV in UTF-8 (in Excel: "CSV UTF-8"), or take out signs such as the degree sign',
        ) from None  # fmt: skip


def _decimal_comma(rows: list[tuple[int, list[str]]]) -> str:
    """The first number with a decimal comma; none where it may be a comma of thousands."""
    cells = [cell.strip() for _, row in rows for cell in row]
    commas = [cell for cell in cells if _COMMA.fullmatch(cell)]
    doubtful = any(_POINT.fullmatch(cell) for cell in cells) and any(_THOUSANDS.fullmatch(cell) for cell in commas)
    return commas[0] if commas and not doubtful else ""
