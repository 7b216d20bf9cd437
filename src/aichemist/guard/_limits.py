"""The lab's own limits, from the ``[guard]`` table of its file. Every one has a default; a lab may tighten freely, and
what it loosens is said aloud by the rule ``limits_loosened``."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal

from attrs import field, frozen

from aichemist.chemistry import InputError, parse_quantity

Safe = Literal["lower", "higher"]


@frozen
class Limit:
    """One key of ``[guard]``: its default as a lab would write it, which way is safer, and why this default."""

    key: str
    default: str
    dimension: str
    safer: Safe
    what: str
    why: str


#: all limits that are one quantity
LIMITS: tuple[Limit, ...] = (
    Limit("max_pressure", "1.5 bar", "pressure", "lower", "absolute pressure in a capped vial above which a person must approve",
          "crimped and screw-capped 20 mL headspace vials are used to about 2 bar gauge; a quarter of that over 1 bar leaves room for what the estimate does not know"),
    Limit("burst_pressure", "3 bar", "pressure", "lower", "absolute pressure at which a capped vial is refused",
          "2 bar gauge: the usual upper limit of septum caps"),
    Limit("hood_volume", "1000 L", "volume", "lower", "air in which toxic gas is diluted at once", "the inside of a 1.2 m fume hood, air flow not counted"),
    Limit("flammable_gas", "20 mmol", "amount", "lower", "flammable gas from one open vial that a person must approve",
          "0.5 L, which reaches the lower limit of hydrogen (4 %) in 12 L of still air"),
    Limit("oven_solvent", "1 mL", "volume", "lower", "flammable liquid per vial that may go into a dryer",
          "20 vials of 1 mL of ethanol are 8.4 L of vapour: over an hour with ten changes of 150 L of air 0.5 %, a sixth of the lower explosive limit; EN 1539 asks for less than a quarter"),
    Limit("oven_solvent_refused", "3 mL", "volume", "lower", "flammable liquid per vial that never goes into a dryer", "as above: half the lower explosive limit"),
    Limit("furnace_solvent", "0.1 mL", "volume", "lower", "flammable or combustible liquid per vial that may go into a furnace", "a wet pellet, not a solution; furnaces are ignition sources"),
    Limit("furnace_solvent_refused", "0.5 mL", "volume", "lower", "flammable liquid per vial that never goes into a furnace", "0.5 mL of ethanol vapour is the lower explosive limit in 6 L"),
    Limit("flammable_volume", "50 mL", "volume", "lower", "flammable liquid in one vial", "the size of a common fire-extinguishable spill on a bench"),
    Limit("open_boiling", "0.6", "dimensionless", "lower", "vapour pressure of flammable liquid in an open heated vial, in atm, that a person must approve",
          "about 15 K below boiling"),
    Limit("exotherm", "50 K", "temperature_rise", "lower", "adiabatic rise that a person must approve",
          "the border of low severity in the criticality classes of Stoessel (Thermal Safety of Chemical Processes, 2008)"),
    Limit("exotherm_measures", "20 K", "temperature_rise", "lower", "adiabatic rise from which cooling is asked for", "a rise that a person notices"),
    Limit("carcinogen", "1 g", "mass", "lower", "carcinogen or mutagen (H340, H350) per vial", "a usual synthesis scale; more calls for an assessment under Directive 2004/37/EC"),
    Limit("reprotoxic", "20 g", "mass", "lower", "reprotoxic substance (H360) per vial", "a vial full of DMF"),
    Limit("acutely_toxic", "0.25 g", "mass", "lower", "fatal substance (H300, H310, H330) per vial, neat or above 10 % by mass", "near a lethal oral dose of the worst in category 2 (5 mg/kg, 70 kg)"),
    Limit("acutely_toxic_dilute", "5 g", "mass", "lower", "the same, in solutions below 10 % by mass", "CLP: such mixtures fall at least one category"),
    Limit("imbalance", "0.5 g", "mass", "lower", "difference in mass of vials in one centrifuge run", "common tolerance of small fixed-angle rotors"),
    Limit("explosive", "10 mg", "mass", "lower", "explosive substance (H200 to H205, H240) per vial", "below the few tens of milligrams that break glass in the hand"),
    Limit("alarming", "100 mg", "mass", "lower", "substance with a structural alarm per vial, neat or above 10 % by mass", "0.4 kJ at the 4 kJ/g of a nitroarene: a shield holds it"),
    Limit("waste", "2 L", "volume", "lower", "aspirated liquid of one batch", "what is left of a usual waste bottle"),
)  # fmt: skip
_BY_KEY = {limit.key: limit for limit in LIMITS}
_LISTS = ("forbidden", "ask_for")
_TABLES = ("max_concentration", "max_amount")


@frozen
class GuardLimits:
    """All limits as SI floats by key, lists of substances, and what was loosened (key -> words)."""

    values: Mapping[str, float] = field(factory=dict)
    forbidden: tuple[str, ...] = ()
    ask_for: tuple[str, ...] = ()
    max_concentration: Mapping[str, float] = field(factory=dict)
    max_amount: Mapping[str, float] = field(factory=dict)
    loosened: Mapping[str, str] = field(factory=dict)

    def __getitem__(self, key: str) -> float:
        found = self.values.get(key)
        return found if found is not None else _usual(key)

    @classmethod
    def read(cls, table: Mapping[str, Any]) -> GuardLimits:
        """From the ``[guard]`` table of a lab file.

        Raises:
            InputError: an unknown key (with the nearest known one), or a value that is no such quantity.
        """
        values: dict[str, float] = {}
        loosened: dict[str, str] = {}
        known = [*_BY_KEY, *_LISTS, *_TABLES]
        for key, raw in table.items():
            if key not in known:
                close = difflib.get_close_matches(str(key), known, n=1)
                mend = (f"did you mean '{close[0]}'? " if close else "") + "known: " + ", ".join(sorted(known))
                raise InputError("is not a key of [guard]", key=f"guard.{key}", value=raw, mend=mend)
            if key in _BY_KEY:
                limit = _BY_KEY[key]
                values[key] = number = _number(limit, raw)
                if number <= 0:
                    raise InputError("must be above zero", key=f"guard.{key}", value=raw)
                usual = _usual(key)
                if (number > usual) == (limit.safer == "lower") and number != usual:
                    loosened[key] = f"{raw} instead of {limit.default}"
        forbidden, ask_for = (_names(table, key) for key in _LISTS)
        concentrations, amounts = (_bounds(table, key) for key in _TABLES)
        return cls(values, forbidden, ask_for, concentrations, amounts, loosened)


@lru_cache(maxsize=64)
def _usual(key: str) -> float:
    return _number(_BY_KEY[key], _BY_KEY[key].default)


def _number(limit: Limit, raw: object) -> float:
    key = f"guard.{limit.key}"
    if limit.dimension != "temperature_rise":
        return parse_quantity(raw, limit.dimension, key=key)
    if not (isinstance(raw, str) and raw.strip().endswith("K")):
        raise InputError("is not a temperature rise", key=key, value=raw, mend='write it in kelvin, for example "50 K"')
    return parse_quantity(raw.strip()[:-1].strip(), "dimensionless", key=key)


def _names(table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    raw = table.get(key, [])
    if not isinstance(raw, (list, tuple)) or not all(isinstance(n, str) and n.strip() for n in raw):
        raise InputError("must be a list of names of substances", key=f"guard.{key}", value=raw)
    return tuple(raw)


def _bounds(table: Mapping[str, Any], key: str) -> Mapping[str, float]:
    raw = table.get(key, {})
    dimension = "concentration" if key == "max_concentration" else "amount"
    if not isinstance(raw, Mapping):
        raise InputError("must be a table of substance = quantity", key=f"guard.{key}", value=raw)
    return {str(n): parse_quantity(v, dimension, key=f"guard.{key}.{n}") for n, v in raw.items()}
