"""One page of a PDF as pieces of lines: words with their place, height and weight, raised figures where they belong.

PDFium gives characters in the order in which they were written, with a space or a new line where it saw a gap. Its
calls cost microseconds each, so only the ends of plain words are looked up; words with figures are looked up whole,
since powers, charges, indices and calls to references hide there.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator
from typing import Any

from attrs import Factory, define

from ._raised import flat_power, points_elsewhere

Bounds = tuple[float, float, float, float]
#: characters of one page at most; a drawing with labels may have more
_MAX_CHARACTERS = 60_000
#: the mark that PDFium puts where a word was broken at the end of a line, and a soft hyphen
SOFT_HYPHEN = "\u00ad"
#: Symbol fonts without a map to Unicode show their own codes from U+F020 on (Adobe's Symbol encoding)
_SYMBOL = dict(
    zip(
        "ABCDEFGHIKLMNOPRSTWXYZabcdefghiklmnoprstwxyz+-*/=<>()[]0123456789.,:;%|~ \xb0\xb1\xb4\xb7\xa3\xb3\xd7\xae"
        "\xac\xa5\xb9\xbb\xd6",
        "ΑΒΧΔΕΦΓΗΙΚΛΜΝΟΠΡΣΤΩΞΨΖαβχδεφγηικλμνοπρστωξψζ+−∗/=<>()[]0123456789.,:;%|∼ °±×•≤≥⋅→←∞≠≈√",
        strict=True,
    )
)
_MARKS = str.maketrans(
    {
        "\ufffe": SOFT_HYPHEN, "\x02": SOFT_HYPHEN, "\x00": " ", "\x01": " ", "\u200b": " ",
        **{chr(0xF000 + ord(code)): sign for code, sign in _SYMBOL.items()},
    }
)  # fmt: skip
_WORD = re.compile(r"\S{1,4000}")
#: nothing is raised or lowered in these
_PLAIN = re.compile(r"^[(\[“\"‘']?[A-Za-zÀ-ſﬀ-ﬄ]{1,40}(?:[-’'\u00ad][A-Za-z]{1,40})?[.,;:)\]”\"’'\u00ad-]{0,2}$")


@define
class Piece:
    """Words that stand together on one line: left and right end, base line and size of letters in points.

    ``gaps`` are the wider white spaces in it: where in the text, and from where to where on the page.
    """

    left: float
    right: float
    base: float
    height: float
    text: str
    bold: bool = False
    gaps: list[tuple[int, float, float]] = Factory(list)

    @property
    def top(self) -> float:
        return self.base + self.height

    @property
    def wide(self) -> float:
        return self.right - self.left


@define
class _Run:
    """Characters of one height on one base line."""

    text: str
    left: float
    right: float
    base: float
    height: float
    index: int
    last: int
    spaced: bool
    vertical: bool = False


class _Page:
    """The characters of a text page."""

    def __init__(self, textpage: Any) -> None:
        import pypdfium2.raw as raw

        self.raw, self.handle = raw, textpage.raw
        self.count = min(textpage.count_chars(), _MAX_CHARACTERS)
        self._box, self._matrix = raw.FS_RECTF(), raw.FS_MATRIX()
        self._x, self._y = ctypes.c_double(), ctypes.c_double()

    def text(self) -> str:
        """All characters, one for each index."""
        count = self.count
        if not count:
            return ""
        buffer = (ctypes.c_ushort * (count + 1))()
        written = self.raw.FPDFText_GetText(self.handle, 0, count, buffer)
        made = bytes(buffer)[: 2 * max(written - 1, 0)].decode("utf-16-le", "replace")
        if len(made) != count:  # characters without a code, or beyond the first plane
            get, handle = self.raw.FPDFText_GetUnicode, self.handle
            codes = (get(handle, i) for i in range(count))
            made = "".join(chr(c) if 0 < c < 0x110000 and not 0xD800 <= c < 0xE000 else " " for c in codes)
        return made.translate(_MARKS)

    def place(self, i: int) -> tuple[float, float, float]:
        """Left, right and base line of a character."""
        self.raw.FPDFText_GetLooseCharBox(self.handle, i, self._box)
        self.raw.FPDFText_GetCharOrigin(self.handle, i, self._x, self._y)
        return self._box.left, self._box.right, self._y.value

    def size(self, i: int) -> float:
        """Size of a character's font in points as it stands on the page."""
        self.raw.FPDFText_GetMatrix(self.handle, i, self._matrix)
        return self.raw.FPDFText_GetFontSize(self.handle, i) * math.hypot(self._matrix.c, self._matrix.d) or 1.0

    def sideways(self, i: int, upward: bool) -> tuple[float, float, float]:
        """The same for a character that stands on its side, once the page is turned."""
        self.place(i)
        if upward:
            return self._box.bottom, self._box.top, -self._x.value
        return -self._box.top, -self._box.bottom, self._x.value

    def angle(self, i: int) -> float:
        return float(self.raw.FPDFText_GetCharAngle(self.handle, i))

    def upright(self, i: int) -> bool:
        angle = self.angle(i)
        return angle < 0.1 or angle > 6.18

    def bold(self, i: int) -> bool:
        if self.raw.FPDFText_GetFontWeight(self.handle, i) >= 600:
            return True
        name = ctypes.create_string_buffer(128)
        flags = ctypes.c_int()
        self.raw.FPDFText_GetFontInfo(self.handle, i, name, 128, flags)
        return re.search(rb"bold|black|heavy|semibold|demi|-bd|[,-]b$|\.b$|cmbx", name.value.lower()) is not None


def page_pieces(page: Any) -> tuple[list[Piece], Bounds]:
    """The pieces of a page in the order of the file, and the page's left, bottom, right and top in points."""
    left, bottom, right, top = page.get_bbox()
    textpage = page.get_textpage()
    try:
        look = _Page(textpage)
        text = look.text()
        runs = [r for r in _runs(look, text) if not r.vertical]
        turned = sum(len(w[0]) for w in _WORD.finditer(text)) > 2 * sum(len(r.text) for r in runs)
        if turned and len(text) > 200:
            runs, (left, bottom, right, top) = _turned(look, text, (left, bottom, right, top))
        inside = [r for r in runs if left - 2 <= (r.left + r.right) / 2 <= right + 2 and bottom <= r.base <= top]
        return _pieces(look, inside), (left, bottom, right, top)
    finally:
        textpage.close()


def _runs(look: _Page, text: str) -> Iterator[_Run]:
    end_before = -1
    for match in _WORD.finditer(text):
        first, last = match.start(), match.end() - 1
        spaced, end_before = first > end_before, match.end()
        word = match[0]
        if len(word) > 2 and not look.upright(first):
            yield _Run(word, 0, 0, 0, 0, first, last, spaced, True)
            continue
        if _PLAIN.match(word):
            a, b, size = look.place(first), look.place(last), look.size(first)
            if abs(a[2] - b[2]) < 0.2 * size and b[1] > a[0]:
                yield _Run(word, a[0], b[1], a[2], size, first, last, spaced)
                continue
        run: _Run | None = None
        for i in range(first, last + 1):
            a, size = look.place(i), look.size(i)
            if run is not None:
                same = abs(a[2] - run.base) < 0.09 * run.height and 0.9 < size / run.height < 1.11
                near = -1.1 * run.height < a[0] - run.right < 0.3 * run.height
                if near and same:
                    run.text += text[i]
                    run.right, run.last = max(run.right, a[1]), i
                    continue
                yield run
            run = _Run(text[i], a[0], a[1], a[2], size, i, i, spaced and i == first)
        if run is not None:
            yield run


def _turned(look: _Page, text: str, bounds: Bounds) -> tuple[list[_Run], Bounds]:
    """The words of a page that is printed sideways, as if it were turned back."""
    left, bottom, right, top = bounds
    found: list[_Run] = []
    upward = False
    for match in _WORD.finditer(text):
        first, last = match.start(), match.end() - 1
        angle = look.angle(first)
        if 1.0 <= angle < 2.2 or 4.1 < angle < 5.3:
            upward = angle < 3.0
            a, b = look.sideways(first, upward), look.sideways(last, upward)
            found.append(_Run(match[0], min(a[0], b[0]), max(a[1], b[1]), a[2], look.size(first), first, last, True))
    return found, ((bottom, -right, top, -left) if upward else (-top, left, -bottom, right))


def _pieces(look: _Page, runs: list[_Run]) -> list[Piece]:
    """Runs that follow each other on a line, raised and lowered figures put where they belong."""
    pieces: list[Piece] = []
    piece: Piece | None = None
    last = 0
    lowered = False
    for run in runs:
        if piece is not None:
            gap, shift, size = run.left - piece.right, run.base - piece.base, piece.height
            small, on_line = run.height < 0.88 * size, abs(shift) < 0.12 * size
            if small and not on_line and -0.5 * size < gap < 0.35 * size and abs(shift) < 0.75 * size:
                piece.right, last = max(piece.right, run.right), run.last
                before = piece.text[-24:]
                if shift > 0 and run.spaced and gap > 0.12 * size:  # before its word, as in an isotope
                    piece.text += " " + run.text
                    lowered = True
                    continue
                if shift < 0:
                    piece.text += run.text
                elif not points_elsewhere(before, run.text) or (lowered and "," not in run.text):
                    piece.text += flat_power(before, run.text)
                lowered = shift < 0
                continue
            nearest = -0.4 if run.spaced else -1.1  # the letters of a ligature share one place
            if on_line and nearest * size < gap < 1.05 * size and run.height < 1.6 * size:
                glued = (not run.spaced and gap < 0.22 * size) or (lowered and gap < 0.1 * size) or gap < -0.15 * size
                if gap > 0.45 * size:
                    piece.gaps.append((len(piece.text), piece.right, run.left))
                piece.text += run.text if glued or piece.text.endswith(SOFT_HYPHEN) else " " + run.text
                piece.right, last = max(piece.right, run.right), run.last
                lowered = False
                continue
            raised_first = size < 0.85 * run.height and 0 < -shift < 0.7 * run.height and len(piece.text) <= 4
            if raised_first and -0.2 * run.height < gap < 0.3 * run.height:  # as in an isotope
                piece.text += run.text
                piece.right, piece.base, piece.height, last = run.right, run.base, run.height, run.last
                continue
            piece.bold = piece.bold and look.bold(last)
        piece = Piece(run.left, run.right, run.base, run.height, run.text, look.bold(run.index))
        last, lowered = run.last, False
        pieces.append(piece)
    if piece is not None:
        piece.bold = piece.bold and look.bold(last)
    return [p for p in pieces if p.text.strip() and p.height > 0.5]
