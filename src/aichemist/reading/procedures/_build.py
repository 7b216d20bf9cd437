"""Mentions and links -> actions in order, with what each uses, how hot, how long, and under what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aichemist.chemistry import Action, Condition, Ingredient, Link, Mention, Procedure

from ._operations import is_step, operation_of
from ._quantities import Amount, amount_of, unit_key

_ROLES = {
    "Recipe_Precursor": "precursor", "Solvent_Material": "solvent", "Participant_Material": "participant",
    "Recipe_Target": "target", "Atmospheric_Material": "atmosphere",
}  # fmt: skip
_UNITS = {
    "temperature": "K", "duration": "s", "mass": "kg", "volume": "l", "amount": "mol", "concentration": "mol/l",
    "rotation_speed": "rpm", "power": "W", "heating_rate": "K/s",
}  # fmt: skip
_GASES = frozenset({"air", "n2", "nitrogen", "ar", "argon", "o2", "oxygen", "h2", "hydrogen", "he", "helium", "nh3",
                    "ammonia", "co2", "vacuum", "inert", "ar/h2", "h2/ar", "h2s"})  # fmt: skip
#: two procedures are apart by more than this many characters without an action
_GAP = 1500


def build(
    text: str,
    mentions: Sequence[Mention],
    links: Sequence[Link],
    spans: Sequence[tuple[int, int]] | None = None,
    names: Mapping[str, tuple[str, str]] | None = None,
) -> tuple[Procedure, ...]:
    """Procedures, one for each of ``spans`` (else one for each run of actions) that holds an action.

    Actions stand in the order of the text, which is the order of the work but for few sentences. ``names`` gives the
    resolved name and formula of ingredients by their text.
    """
    graph = _Graph(text, mentions, links, names or {})
    actions = [a for i in graph.operations() if (a := graph.action(i)) is not None]
    if spans is None:
        spans = _runs(actions)
    made = []
    for start, end in spans:
        inside = tuple(a for a in actions if start <= a.start < end)
        if inside:
            made.append(Procedure(start, end, inside))
    return tuple(made)


def _runs(actions: Sequence[Action]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for action in actions:
        if runs and action.start - runs[-1][1] < _GAP:
            runs[-1] = (runs[-1][0], max(runs[-1][1], action.end))
        else:
            runs.append((action.start, action.end))
    return runs


class _Graph:
    def __init__(
        self, text: str, mentions: Sequence[Mention], links: Sequence[Link], names: Mapping[str, tuple[str, str]]
    ) -> None:
        self.text, self.mentions, self.names = text, mentions, names
        self.to: dict[int, list[tuple[str, int]]] = {}
        for link in links:
            self.to.setdefault(link.tail, []).append((link.kind, link.head))

    def operations(self) -> list[int]:
        found = [i for i, m in enumerate(self.mentions) if m.kind == "Operation"]
        return sorted(found, key=lambda i: self.mentions[i].start)

    def heads(self, tail: int, kind: str) -> list[int]:
        found = [head for k, head in self.to.get(tail, ()) if k == kind]
        return sorted(found, key=lambda i: self.mentions[i].start)

    def amounts(self, unit: int) -> tuple[list[Amount], str]:
        """The numbers of a unit, and the text from the first of them to the unit."""
        mention = self.mentions[unit]
        heads = self.heads(unit, "Number_Of")
        start = min([mention.start, *(self.mentions[h].start for h in heads)])
        found = [a for h in heads if (a := amount_of(self.mentions[h].text, mention.text)) is not None]
        return found, self.text[start : mention.end] if mention.end - start < 120 else mention.text

    def conditions(self, unit: int) -> list[Condition]:
        """One condition per number of a unit; a type such as "heating rate" becomes its name."""
        found, text = self.amounts(unit)
        types = [self.mentions[i].text.lower() for i in self.heads(unit, "Type_Of")]
        written = self.mentions[unit].text
        plain = "pH" if unit_key(written) == "ph" else written
        return [
            Condition(
                types[0] if types else a.dimension.replace("_", " ") or plain,
                a.value, _UNITS.get(a.dimension, written), text, a.upper,
            )
            for a in found
        ]  # fmt: skip

    def ingredient(self, material: int, role: str) -> Ingredient:
        mention = self.mentions[material]
        amounts = [c for u in self.heads(material, "Amount_Of") for c in self.conditions(u)]
        name, formula = self.names.get(mention.text, ("", ""))
        return Ingredient(mention.text, role, mention.start, mention.end, name, formula, tuple(amounts))

    def action(self, i: int) -> Action | None:
        mention = self.mentions[i]
        ingredients = [self.ingredient(h, role) for kind, role in _ROLES.items() for h in self.heads(i, kind)]
        ingredients.sort(key=lambda x: x.start)
        settings = [c for u in self.heads(i, "Condition_Of") for c in self._setting(u)]
        temperature = next((c for c in settings if c.unit == "K" and c.value is not None), None)
        duration = next((c for c in settings if c.unit == "s" and c.value is not None), None)
        apparatus = tuple(self.mentions[h].text for h in self.heads(i, "Apparatus_Of"))
        atmosphere = _atmosphere(ingredients, settings)
        if not is_step(mention.text) and not (
            temperature or duration or (any(x.amounts for x in ingredients) and not _bought(mention.text))
        ):
            return None
        used = [x for x in ingredients if x.role in ("precursor", "solvent", "participant")]
        around = " ".join([*apparatus, atmosphere, *(c.text for c in settings), self._sentence(mention)])
        operation = operation_of(
            mention.text,
            temperature_k=temperature.value if temperature else None,
            duration_s=duration.value if duration else None,
            surroundings=around,
            liquids=sum(x.role == "solvent" or _has(x, "l") or _has(x, "mol/l") for x in used),
            solids=sum(_has(x, "kg") and not _has(x, "l") for x in used),
            names=" ".join(x.text for x in used) or self._after(mention),
        )
        return Action(
            verb=mention.text, operation=operation, start=mention.start, end=mention.end,
            ingredients=tuple(x for x in ingredients if x.role != "atmosphere"),
            temperature_k=temperature.value if temperature else None,
            temperature_upper_k=temperature.upper if temperature else None,
            duration_s=duration.value if duration else None,
            duration_upper_s=duration.upper if duration else None,
            atmosphere=atmosphere, apparatus=apparatus,
            settings=tuple(c for c in settings if c is not temperature and c is not duration),
            confidence=round(mention.confidence, 3),
        )  # fmt: skip

    def _sentence(self, mention: Mention) -> str:
        """The part of its sentence up to a mention: a vessel named before its heating holds for it, too."""
        before = self.text[max(0, mention.start - 200) : mention.start]
        return before[before.rfind(". ") + 1 :] + mention.text

    def _after(self, mention: Mention) -> str:
        """The rest of its sentence, where no ingredient of an action was recognised."""
        after = self.text[mention.end : mention.end + 80]
        return after.split(". ", 1)[0]

    def _setting(self, i: int) -> list[Condition]:
        mention = self.mentions[i]
        if mention.kind == "Condition-Misc":
            word = mention.text.lower()
            name = "temperature" if "temperature" in word else "duration" if "night" in word else "manner"
            return [Condition(name, None, "", mention.text)]
        return self.conditions(i)


def _has(ingredient: Ingredient, unit: str) -> bool:
    return any(c.unit == unit for c in ingredient.amounts)


def _bought(verb: str) -> bool:
    return verb.lower().startswith(("purchas", "suppli", "bought", "obtain", "provid", "receiv", "denot", "calcd"))


def _atmosphere(ingredients: Sequence[Ingredient], settings: Sequence[Condition]) -> str:
    gases = [x.text for x in ingredients if x.role == "atmosphere"]
    if not gases:
        gases = [c.text for c in settings if c.text.lower() in _GASES or "vacu" in c.text.lower()]
    return ", ".join(dict.fromkeys(gases))
