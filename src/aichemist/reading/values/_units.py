"""Units as papers write them: what is measured, one spelling, and the factor to it."""

from __future__ import annotations

import re
from functools import cache

from attrs import frozen


@frozen
class Unit:
    """``name`` is our spelling, ``kind`` what it measures; the number as written times ``factor`` is in it."""

    name: str
    kind: str
    factor: float = 1.0


#: what a unit is said to be of: "A mgIr-1", "mA cmgeo-2", "mA cm-2ECSA"
_OF = (
    r"(?:[_ ]?(?:\(\w{1,8}\)|geo\w{0,7}|ECSA|EASA|BET|real|cat\w{0,5}|oxide|metal|PGM|NM|disk"
    r"|[A-Z][a-z]?(?:[+&]?[A-Z][a-z]?){0,2}|[{]\w{1,8}[}]))?"
)
_BY = r" ?[·.*]? ?"
_MINUS = r" ?\^?[({]? ?- ?"


def _per(unit: str, power: int = 1, words: str = "") -> str:
    """Patterns of "per ``unit`` to the ``power``": "X unit-1", "X/unit", "X per unit"."""
    figure = str(power)
    bare = rf"|{_BY}(?:{unit}){_OF} ?\^?2(?!\d|\.\d)" if power > 1 else ""
    spelt = rf"| per (?:{words or unit})(?![a-z])"
    optional = rf"\^?{figure}" if power > 1 else ""
    return (
        rf"(?:{_BY}(?:{unit}){_OF}{_MINUS}{figure}(?!\d|\.\d)"
        rf"|{_BY}/ ?(?:{unit}){_OF}{optional}(?![A-Za-z\d]){bare}{spelt})"
    )


_CM2 = _per("cm", 2, "cm2|square cent\\w{0,7}")
_M2 = _per("m", 2, "m2|square met\\w{1,3}")
_S = _per("s(?:ec)?", 1, "s|second|sec")
_H = _per("h(?:r|our)?", 1, "h|hour|hr")
_MIN = _per("min", 1, "min|minute")
_G = _per("g(?:cat)?", 1, "g|gram")
_MG = _per("mg(?:cat)?", 1, "mg|milligram")
_KG = _per("kg", 1, "kg")
_DEC = _per("dec(?:ade)?\\.?", 1, "dec|decade")
_END = r"(?![A-Za-z])"
_VOLT_END = r"(?=RHE|_RHE|SHE|NHE|[^A-Za-z]|$)"

#: pattern, name, kind, factor; the first that fits is taken, so the longer ones come first
_UNITS: tuple[tuple[str, str, str, float], ...] = (
    (rf"m ?V(?:{_DEC}| ?dec1(?!\d))", "mV/dec", "tafel", 1),
    (rf"V{_DEC}", "mV/dec", "tafel", 1000),
    (rf"m ?V{_S}", "mV/s", "scan rate", 1),
    (rf"V{_S}", "mV/s", "scan rate", 1000),
    (rf"[µu]V{_H}", "mV/h", "drift", 1e-3),
    (rf"m ?V{_H}", "mV/h", "drift", 1),
    (rf"m ?V{_VOLT_END}", "mV", "potential", 1),
    (rf"(?:V|[Vv]olts?){_VOLT_END}", "V", "potential", 1),
    (rf"m ?W{_CM2}", "mW/cm2", "power density", 1),
    (rf"W{_CM2}", "mW/cm2", "power density", 1000),
    (rf"[µu]A{_CM2}", "mA/cm2", "current density", 1e-3),
    (rf"nA{_CM2}", "mA/cm2", "current density", 1e-6),
    (rf"m ?A{_CM2}", "mA/cm2", "current density", 1),
    (rf"kA{_M2}", "mA/cm2", "current density", 100),
    (rf"A{_CM2}", "mA/cm2", "current density", 1000),
    (rf"m ?A{_M2}", "mA/cm2", "current density", 1e-4),
    (rf"A{_M2}", "mA/cm2", "current density", 0.1),
    (rf"m ?A{_MG}", "mA/mg", "mass activity", 1),
    (rf"A{_MG}", "A/mg", "mass activity", 1),
    (rf"[µu]A{_MG}", "A/g", "mass activity", 1e-3),
    (rf"m ?A{_G}", "A/g", "mass activity", 1e-3),
    (rf"k ?A{_G}", "A/mg", "mass activity", 1),
    (rf"A{_G}", "A/g", "mass activity", 1),
    (rf"A{_KG}", "A/g", "mass activity", 1e-3),
    (rf"mF{_CM2}", "mF/cm2", "capacitance", 1),
    (rf"[µu]F{_CM2}", "uF/cm2", "capacitance", 1),
    (rf"F{_CM2}", "mF/cm2", "capacitance", 1000),
    (rf"m?F{_G}", "F/g", "capacitance", 1),
    (rf"mF{_END}", "mF", "capacitance", 1),
    (rf"[µu]F{_END}", "uF", "capacitance", 1),
    (rf"(?:Ω|[Oo]hms?)(?:{_BY}cm ?\^?2)(?!\d|\.\d)", "ohm cm2", "resistance", 1),
    (rf"mΩ(?:{_BY}cm ?\^?2)(?!\d|\.\d)", "mohm cm2", "resistance", 1),
    (rf"kΩ{_END}", "ohm", "resistance", 1000),
    (rf"mΩ{_END}", "mohm", "resistance", 1),
    (rf"(?:Ω|[Oo]hms?){_END}", "ohm", "resistance", 1),
    (rf"mg{_OF}{_CM2}", "mg/cm2", "loading", 1),
    (rf"[µu]g{_OF}{_CM2}", "ug/cm2", "loading", 1),
    (rf"mg{_per('mL|ml', 1, 'mL')}", "mg/mL", "mass concentration", 1),
    *(
        (rf"{prefix}mol(?:{{a}}{{b}}|{{b}}{{a}})".format(a=_H, b=_G), f"{name}mol/(h g)", "rate", 1)
        for prefix, name in (("[µu]", "u"), ("m", "m"), ("n", "n"), ("", ""))
    ),
    *(
        (rf"{prefix}mol(?:{{a}}{{b}}|{{b}}{{a}})".format(a=_H, b=_CM2), f"{name}mol/(h cm2)", "rate", 1)
        for prefix, name in (("[µu]", "u"), ("m", "m"), ("n", "n"))
    ),
    *(
        (rf"{prefix}mol{_H}", f"{name}mol/h", "rate", 1)
        for prefix, name in (("[µu]", "u"), ("m", "m"), ("n", "n"), ("", ""))
    ),
    (rf"(?:mol|M){_per('L|l|dm', 1, 'L|litre|liter')}|mol dm-3", "M", "concentration", 1),
    (rf"mM{_END}", "M", "concentration", 1e-3),
    (rf"M{_END}", "M", "concentration", 1),
    (rf"m ?\^?2{_G}", "m2/g", "specific area", 1),
    (rf"cm ?\^?2{_G}", "cm2/g", "specific area", 1),
    (r"cm ?\^?2(?!\d|\.\d|-)(?! ?(?:s|V|C|g)-)" + _OF, "cm2", "area", 1),
    (rf"(?:[A-Z]\w{{0,3}} (?:molecules? )?)?s(?:ec)?{_MINUS}1(?!\d|\.\d)", "1/s", "frequency", 1),
    (rf"(?:O2|H2)? ?/s{_END}| per second", "1/s", "frequency", 1),
    (rf"min{_MINUS}1(?!\d|\.\d)", "1/min", "frequency", 1),
    (rf"h(?:r)?{_MINUS}1(?!\d|\.\d)", "1/h", "frequency", 1),
    (rf"rpm{_END}|r\.p\.m\.", "rpm", "rotation", 1),
    (rf"nm{_END}", "nm", "length", 1),
    (rf"m?eV{_END}", "eV", "energy", 1),
    (rf"kJ{_per('mol', 1, 'mole?')}", "kJ/mol", "molar energy", 1),
    (rf"kcal{_per('mol', 1, 'mole?')}", "kJ/mol", "molar energy", 4.184),
    (rf"° ?C{_END}|degrees? C(?:elsius)?{_END}", "°C", "temperature", 1),
    (rf"K{_END}", "K", "temperature", 1),
    (rf"(?:h|hrs?|[Hh]ours?){_END}", "h", "time", 1),
    (rf"mins?{_END}|minutes?{_END}", "min", "time", 1),
    (rf"(?:s|sec|secs|seconds?){_END}", "s", "time", 1),
    (rf"(?:d|days?){_END}", "days", "time", 1),
    (rf"weeks?{_END}", "weeks", "time", 1),
    (rf"months?{_END}", "months", "time", 1),
    (
        rf"(?:[A-Z]{{2,3}} |potential |continuous |CV |successive |consecutive |scanning |cyclic "
        rf"|voltammetr\w{{1,4}} ){{0,2}}(?:cycles?|scans?|sweeps?){_END}", "cycles", "cycles", 1),
    (r"%|percent(?![a-z])", "%", "percent", 1),
    (rf"(?:-?fold|times|×){_END}", "x", "ratio", 1),
)  # fmt: skip

_TABLE = tuple(Unit(name, kind, factor) for _, name, kind, factor in _UNITS)
#: "mV" written as millivolts is one unit in a comparison of numbers
_FAMILY = {"V": ("mV", 1000.0), "A/mg": ("A/g", 1000.0), "mA/mg": ("A/g", 1.0), "uF/cm2": ("mF/cm2", 1e-3)}


@cache
def _spellings() -> re.Pattern[str]:
    """Made when first needed: it takes a fifth of a second."""
    return re.compile("|".join(f"(?P<u{i}>{pattern})" for i, (pattern, *_) in enumerate(_UNITS)))


def unit_at(text: str, start: int) -> tuple[Unit, int] | None:
    """The unit that stands at ``start`` (after one space or a hyphen at most) and where it ends."""
    if text[start : start + 1] in (" ", "-"):
        start += 1
    found = _spellings().match(text, start, min(len(text), start + 60))
    if found is None or found.lastgroup is None or found.end() == start:
        return None
    return _TABLE[int(found.lastgroup[1:])], found.end()


def comparable(value: float, unit: str) -> tuple[float, str]:
    """The value in the unit in which values of its kind are compared: 0.27 V is 270 mV."""
    name, factor = _FAMILY.get(unit, (unit, 1.0))
    return value * factor, name
