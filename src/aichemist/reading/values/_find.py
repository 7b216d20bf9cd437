"""A sentence -> the values it reports, each with its conditions, its material and its reaction."""

from __future__ import annotations

import re
from collections.abc import Sequence

from aichemist.chemistry import Condition, Value

from .._tidy import tidied
from ._currents import currents_of, other_conditions
from ._owners import materials_of, reactions_of
from ._quantities import Item
from ._reactions import find_reactions
from ._roles import roles_of
from ._scene import Scene, scene_of
from ._settled import VALUE, Role

#: "lower than 340 mV for IrO2": that is the other's value, not a bound
_RIVALS_OWN = re.compile(
    r"\b(?:lower|higher|smaller|larger|less|better|greater) than (?:the )?(?:[\d.]+ m?V and )?\0 "
    r"(?:and [\d.]+ mV(?:/dec| dec-1) )?(?:for(?! \d| a current| j )|of|on|by|with|obtained|measured|reported)\b"
)
#: cheaper than anything else here: no number before something like a unit, no value
_QUICK = re.compile(
    r"[Qq]uantum|QY|"
    r"\d[ )\u00a0\u2009\u202f±-]{0,3}(?:m ?V|V|[nµμuk]?A|m ?A|F|m2|h|s|d|c|min|%|percent|eV|n?m|[kmnµμ]?[ΩΩFg]"
    r"|[Oo]hm|[µμumn]?mol|W|mW|kJ|kcal|O2|H2|[A-Z])"
)
#: longer than any sentence of prose; what is longer is cut by the sentence splitter
MAX_SENTENCE = 4000
#: no sentence of prose has so many; it is a table that lost its lines
MAX_QUANTITIES = 60


def find_values(
    sentence: str, *, before: Sequence[str] = (), subject: str = "", reaction: str = ""
) -> tuple[Value, ...]:
    """The values that a sentence reports, in the order written; offsets are into ``sentence`` itself.

    Numbers are kept in the unit as written, in one spelling ("mA/cm2", "mV/dec"); A/cm2 becomes mA/cm2, nothing else
    is converted: 1.53 V vs. RHE stays a potential. Differences and ratios ("41 mV smaller", "1.5 times") are no
    values; a potential at which something else was measured is a condition of that.

    Args:
        sentence: the text as it stands in the document.
        before: the sentences before it, nearest last, for "it" and "the catalyst".
        subject: the title, for what no sentence before names.
        reaction: taken where the sentence and those before name none.
    """
    if not _QUICK.search(sentence) or len(sentence) > MAX_SENTENCE:
        return ()
    tidy = tidied(sentence)
    scene = scene_of(tidy.text, tuple(tidied(s).text for s in before[-3:]), tidied(subject).text)
    if not 0 < len(scene.quantities) <= MAX_QUANTITIES:
        return ()
    roles = roles_of(scene)
    if not any(r.what == VALUE for r in roles):
        return ()
    if not reaction and subject:
        named = {r.name for r in find_reactions(scene.subject) if r.name != "water splitting"}
        reaction = named.pop() if len(named) == 1 else ""
    currents = currents_of(scene, roles)
    found: list[Value] = []
    for i, role in enumerate(roles):
        if role.what != VALUE:
            continue
        q = role.quantity
        names = materials_of(scene, role, roles)
        reactions = reactions_of(scene, role, roles, reaction)
        for k, item in enumerate(q.items):
            at = currents.get(i, [None] * len(q.items))[k]
            conditions = ([at] if at is not None else []) + other_conditions(scene, roles, role, k)
            start, end = tidy.origin(item.start, item.end)
            name = role.cues[k].property if len(role.cues) == len(q.items) > 1 else role.property
            found.append(_value(scene, role, name, item, tuple(conditions), names[k], reactions[k], (start, end)))
    return tuple(found)


def _value(
    scene: Scene, role: Role, name: str, item: Item, conditions: tuple[Condition, ...], material: str, reaction: str,
    span: tuple[int, int],
) -> Value:  # fmt: skip
    factor = role.quantity.unit.factor
    return Value(
        property=name,
        # a cathodic overpotential is as great as an anodic one; its sign is a convention
        value=_round(abs(item.value * factor) if name == "overpotential" else item.value * factor),
        unit=role.quantity.unit.name,
        start=span[0],
        end=span[1],
        comparator="=" if _RIVALS_OWN.search(_around(scene, item)) else item.comparator,
        upper=None if item.upper is None else _round(item.upper * factor),
        uncertainty=None if item.uncertainty is None else _round(item.uncertainty * factor),
        conditions=conditions,
        material=material,
        reaction=reaction,
        cited=scene.clauses.cited(item.start, item.end),
        confidence=_confidence(role, conditions, material),
    )


def _around(scene: Scene, item: Item) -> str:
    """The words beside a number, which is left out."""
    return scene.text[max(0, item.start - 24) : item.start] + "\0" + scene.text[item.end : item.end + 12]


def _confidence(role: Role, conditions: tuple[Condition, ...], material: str) -> float:
    """Not a probability: a word for the property, its condition and a material each make a value surer."""
    named = 0.6 if role.cues or role.property in ("tafel slope", "mass activity", "hydrogen rate") else 0.4
    return round(
        named
        + (0.2 if any(c.name in ("current density", "overpotential", "potential") for c in conditions) else 0.0)
        + (0.15 if material else 0.0),
        2,
    )


def _round(value: float) -> float:
    return float(f"{value:.9g}")
