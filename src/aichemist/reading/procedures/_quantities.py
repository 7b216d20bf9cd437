"""Numbers and units of a procedure, as the recogniser cut them out, to SI."""

from __future__ import annotations

import re

from attrs import frozen

_WORDS = {
    "half": 0.5, "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0, "seven": 7.0,
    "eight": 8.0, "nine": 9.0, "ten": 10.0, "twelve": 12.0, "a": 1.0, "an": 1.0,
}  # fmt: skip
_NUMBER = re.compile(r"-?\d{1,9}(?:[.,]\d{1,6})?")
_SCIENTIFIC = re.compile(r"(-?\d{1,9}(?:\.\d{1,6})?) ?[x×*] ?10 ?\^?(-?\d{1,2})")
_RANGE = re.compile(r"(\d)\s?(?:-|–|—|−|~|to|and)\s?(\d)")
_SPACES = re.compile(r"[\s·*.]{1,5}")

#: unit as written, without spaces and in lower case -> (dimension, factor, offset) to SI
_UNITS: dict[str, tuple[str, float, float]] = {}


def _define(dimension: str, factor: float, names: str, offset: float = 0.0) -> None:
    for name in names.split():
        _UNITS[name] = (dimension, factor, offset)


_define("temperature", 1.0, "degc °c ◦c ºc oc ℃ deg.c degrees° celsius degreec degreesc", 273.15)
_define("temperature", 1.0, "k kelvin")
_define("duration", 1.0, "s sec secs second seconds")
_define("duration", 60.0, "min mins minute minutes")
_define("duration", 3600.0, "h hr hrs hour hours hs")
_define("duration", 86400.0, "d day days")
_define("duration", 604800.0, "week weeks")
_define("mass", 1e-3, "g gram grams gm")
_define("mass", 1e-6, "mg")
_define("mass", 1e-9, "µg ug")
_define("mass", 1.0, "kg")
_define("volume", 1e-3, "ml cm3 cc milliliters milliliter millilitres")
_define("volume", 1e-6, "µl ul microliters")
_define("volume", 1.0, "l liter liters litre litres dm3")
_define("amount", 1e-3, "mmol mmole mmoles millimol millimoles")
_define("amount", 1e-6, "µmol umol")
_define("amount", 1.0, "mol mole moles")
_define("concentration", 1.0, "m mol/l moll-1 mol/dm3 moldm-3 molar n")
_define("concentration", 1e-3, "mm mmol/l mmoll-1 mmol/dm3 mmoldm-3")
_define("rotation_speed", 1.0, "rpm r/min rmin-1 rev/min revmin-1")
_define("power", 1.0, "w watt watts")
_define("heating_rate", 1 / 60, "degc/min degcmin-1 °c/min °cmin-1 k/min kmin-1 degcperminute ◦cmin-1 ℃/min ℃min-1")
_define("heating_rate", 1 / 3600, "degc/h degch-1 °c/h °ch-1 k/h kh-1")


@frozen
class Amount:
    """A number or a range with its dimension; ``value`` and ``upper`` in SI where the unit is known.

    Litres, kilograms, moles, mol/l, seconds, kelvin, rpm, watts, kelvin per second; ``dimension`` is empty and the
    values are as written where the unit is none of these.
    """

    value: float
    upper: float | None
    dimension: str


def plain_number(text: str) -> tuple[float, float | None] | None:
    """``"2-24"`` -> (2, 24); ``"0.5"`` -> (0.5, None); ``"three"`` -> (3, None); anything else ``None``."""
    word = text.strip().lower()
    if word in _WORDS:
        return _WORDS[word], None
    scientific = _SCIENTIFIC.fullmatch(word.replace("−", "-"))
    if scientific:
        return float(scientific[1]) * 10.0 ** int(scientific[2]), None
    body = _RANGE.sub(r"\1 ; \2", word.replace("−", "-"))
    numbers = [_one(m[0]) for m in _NUMBER.finditer(body)]
    if not numbers or len(numbers) > 2 or ":" in word or "/" in word:
        return None
    return (numbers[0], None) if len(numbers) == 1 else (min(numbers), max(numbers))


def _one(text: str) -> float:
    # a comma is a thousands mark before three digits, else a decimal point
    return float(re.sub(r",(?=\d{3}$)", "", text).replace(",", "."))


def amount_of(number: str, unit: str) -> Amount | None:
    """A number and its unit, both as written; ``None`` where the number is none."""
    found = plain_number(number)
    if found is None:
        return None
    dimension, factor, offset = _UNITS.get(unit_key(unit), ("", 1.0, 0.0))
    # millimolar is mM, metres never occur in a bottle: case decides only here
    if dimension == "concentration" and _SPACES.sub("", unit) == "mm":
        dimension, factor = "", 1.0
    low, high = found
    return Amount(low * factor + offset, None if high is None else high * factor + offset, dimension)


def unit_key(unit: str) -> str:
    """The unit in lower case without spaces, one kind of minus and of micro sign."""
    return _SPACES.sub("", unit.lower().replace("−", "-").replace("–", "-").replace("⁻", "-").replace("¹", "1")
                       .replace("μ", "µ").replace("^", ""))  # fmt: skip
