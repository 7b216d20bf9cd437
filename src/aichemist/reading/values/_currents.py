"""Which current density, potential, electrolyte and temperature each value holds for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from aichemist.chemistry import Condition

from ._quantities import Item, Quantity, find_quantities
from ._scene import Scene
from ._settled import CONDITION, VALUE, Role

#: properties that are stated at a current density, and those stated at a potential
AT_CURRENT = frozenset(("overpotential", "potential", "cell voltage", "stability", "retention", "faradaic efficiency"))
AT_POTENTIAL = frozenset(
    (
        "current density", "mass activity", "specific activity", "turnover frequency", "faradaic efficiency",
        "stability", "charge-transfer resistance", "power density", "retention", "hydrogen rate", "quantum yield",
    )
)  # fmt: skip
_MARKED = re.compile(
    r"\)? ?(?:\([^()]{0,24}\) ?)?(?:vs\.? \w{1,9} |\(vs\.? \w{1,9}\) |versus \w{1,9} |overpotential\w* "
    r"|of overpotential |only )?(?:\([^()]{0,24}\) ?)?\(?(?:at|@|to|for|when|under|towards?|in order to)\b|^ ?@"
)
_PH = re.compile(r"(?<![A-Za-z])pH(?: ?(?:=|~|of|value of|is))? ?(-?\d{1,2}(?:\.\d{1,2})?)(?![\d])")
_ELECTROLYTE = re.compile(
    r"(?P<number>\d{1,2}(?:\.\d{1,3})?) ?(?P<unit>mM|M|mol L-1|mol/L|mol dm-3|N|wt ?%) ?(?:aqueous |of "
    r"|alkaline |solution of )?"
    r"(?P<name>KOH|NaOH|LiOH|H2SO4|HClO4|HNO3|H3PO4|K?H2PO4|PBS|KPi|KBi|phosphate|Na2SO4|K2SO4|KHCO3|KCl|NaCl"
    r"|NaHCO3|KNO3|potassium hydroxide|sulfuric acid|perchloric acid|sodium hydroxide|borate)"
)
_SEAWATER = re.compile(r"\b(?:natural |real |alkaline |simulated |artificial |neutral )*seawater\b", re.I)

Pairs = list[Condition | None]


def currents_of(scene: Scene, roles: Sequence[Role]) -> dict[int, Pairs]:
    """For each role (by its index) that is a value: one current density, or none, for each of its items."""
    found: dict[int, Pairs] = {}
    for name in AT_CURRENT:
        own = [i for i, r in enumerate(roles) if r.what == VALUE and r.property == name]
        if own:
            found |= _for_one_property(scene, roles, own)
    return found


def _for_one_property(scene: Scene, roles: Sequence[Role], own: list[int]) -> dict[int, Pairs]:
    currents = [r.quantity for r in roles if r.quantity.kind == "current density" and r.what == CONDITION]
    values = [roles[i].quantity for i in own]
    chosen: list[Quantity | None] = []
    for k, q in enumerate(values):
        low = values[k - 1].end if k else 0
        high = values[k + 1].start if k + 1 < len(values) else len(scene.text)
        left = [c for c in currents if low <= c.start < q.start]
        right = [c for c in currents if q.end <= c.start < high]
        taken = chosen[-1] if chosen else None
        left = [c for c in left if c is not taken]
        if roles[own[k]].property in ("stability", "retention", "faradaic efficiency"):
            left = [c for c in left if not _taken(scene, roles, c, q)]
            right = [c for c in right if not _taken(scene, roles, c, q)]
        chosen.append(_own(scene, q, left, right, k, values, roles[own[k]].property))
    if len(values) == len(currents) == 2 and _in_brackets(scene, *values) and _in_brackets(scene, *currents):
        chosen = list(currents)
    result: dict[int, Pairs] = {}
    for k, i in enumerate(own):
        role = roles[i]
        figures = [c.current for c in role.cues]
        if any(f is not None for f in figures):
            many = len(role.quantity.items)
            at = figures if len(figures) == many else [figures[0]] * many
            near = scene.between(role.cues[0].end, role.quantity.start)
            if len(near) <= 90 or chosen[k] is None:
                result[i] = [None if f is None else Condition("current density", f, "mA/cm2", f"{f:g}") for f in at]
                continue
        quantity = chosen[k]
        figure = next((f for j in reversed(own[:k]) for f in _figures_of(roles[j])), None)
        if quantity is None and figure is not None and role.property == "overpotential":
            result[i] = [Condition("current density", figure, "mA/cm2", f"{figure:g}")] * len(role.quantity.items)
            continue
        if quantity is None:
            quantity = _inherited(chosen, k, role.property)
        if (
            quantity is None
            and currents
            and _DOES_SO.search(scene.text, max(0, role.quantity.start - 60), role.quantity.start)
        ):
            quantity = currents[-1]
        if quantity is None and role.property in ("overpotential", "potential", "cell voltage") and not currents:
            result[i] = [_same_as_before(scene)] * len(role.quantity.items)
            continue
        result[i] = (
            [None] * len(role.quantity.items) if quantity is None else _paired(scene, role.quantity, quantity)
        )  # fmt: skip
    return result


_SAME_AGAIN = re.compile(
    r"\b(?:same|this|that|these|those|such) (?:current|condition|densit)|\bat which|\bthe (?:cell )?(?:voltage"
    r"|potential)"
    r" (?:was|is|remain|stay|kept)"
)
_DOES_SO = re.compile(r"\b(?:do(?:es)? so|did so|same current(?: density)?)\b")


def _taken(scene: Scene, roles: Sequence[Role], current: Quantity, q: Quantity) -> bool:
    """Whether a potential was reported at the current and something new begins between it and ``q``."""
    owners = [
        r.quantity for r in roles
        if r.what == VALUE and r.quantity.kind == "potential" and scene.same_clause(r.quantity.start, current.start)
        and max(current.start - r.quantity.end, r.quantity.start - current.end) <= 60
    ]  # fmt: skip
    for p in owners:
        if current.start < q.start:
            gap = scene.between(max(p.end, current.end), q.start)
        else:
            gap = scene.between(q.end, min(p.start, current.start))
        if re.search(r"\band\b|,|;|\bwith an? ", gap) and not _SAME_AGAIN.search(gap + scene.text[q.end : q.end + 40]):
            return True
    return False


def _figures_of(role: Role) -> list[float]:
    """The current densities in "η10" and "η100", where all values of the role have the same one."""
    figures = {c.current for c in role.cues if c.current is not None}
    return list(figures) if len(figures) == 1 else []


def _in_brackets(scene: Scene, first: Quantity, second: Quantity) -> bool:
    """ "10 mA cm-2 (100 mA cm-2)" """
    return scene.between(first.end, second.start) in (" (", "(") and scene.text[second.end : second.end + 1] == ")"


def _own(
    scene: Scene, q: Quantity, left: list[Quantity], right: list[Quantity], k: int, values: list[Quantity], name: str
) -> Quantity | None:
    """The current density that belongs to ``values[k]`` itself: the one behind it, or the one before."""
    if right:
        gap = scene.between(q.end, right[0].start)
        marked = _MARKED.match(gap) and len(gap) <= 80
        later = k + 1 < len(values)
        if name == "stability":
            near = len(gap) <= 60 and scene.same_clause(q.start, right[0].start)
            if near and not (left and len(scene.between(left[-1].end, q.start)) < len(gap)):
                return right[0]
        elif (left and later and not marked) or (left and _leading(scene, left[-1], q) and (later or not marked)):
            return left[-1]
        elif (
            (marked or scene.same_clause(q.start, right[0].start) or not left)
            and not _is_of_stability(scene, right[0])
            and not (later and not marked and _leading(scene, right[0], values[k + 1]))
        ):
            return right[0]
    if left and (name != "stability" or scene.same_clause(left[-1].start, q.start)):
        return left[-1]
    return None


def _is_of_stability(scene: Scene, current: Quantity) -> bool:
    """ "... and is stable for 100 h at 100 mA cm-2": the current is that of the test."""
    begin = scene.text[max(0, current.start - 70) : current.start]
    after = scene.text[current.end : current.end + 40]
    if re.search(r"\d ?m?V(?: vs\.? RHE)? \(?(?:for|at|@|to (?:reach|deliver|drive)) ?$", begin):
        return False
    if not any(q.kind in ("time", "cycles") for q in scene.quantities):
        return False
    time = r"\d ?(?:h|hours?|days?|min|cycles)\b"
    said = re.search(
        r"(?:\bstab|\bdurab|\boperat|\bcontinu|\blast|\bdecay|\bdegrad|\bretain|\bloss|\bmaintain)\w*.*$", begin
    )
    return bool(
        re.search(rf"{time}[^,;]{{0,30}}$", begin)
        or (said and re.match(rf"[^,;]{{0,30}}{time}", after))
        or (said and ("," in scene.text[current.start - 70 : current.start] or " and " in begin[: said.start() + 1]))
    )


def _leading(scene: Scene, current: Quantity, q: Quantity) -> bool:
    """ "At 10 mA cm-2, the overpotential is 270 mV" """
    gap = scene.between(current.end, q.start)
    return len(gap) <= 120 and (
        re.match(
            r"(?: \([^()]{0,30}\))?(?:, ?(?=[A-Za-zη])| the | is | was | were | are "
            r"| requires| needs| only | with | at (?:an? "
            r"|the )?(?:\w+ ){0,3}(?:over-?potential|potential|η|cell voltage|voltage))",
            gap,
        )
        is not None
    )


def _inherited(chosen: list[Quantity | None], k: int, name: str) -> Quantity | None:
    """What a value without a current of its own shares with the one before it, else with the one behind."""
    if name == "stability":
        return None
    for j in range(k - 1, -1, -1):
        if chosen[j] is not None:
            return chosen[j]
    for j in range(k + 1, len(chosen)):
        if chosen[j] is not None:
            return chosen[j]
    return None


def _same_as_before(scene: Scene) -> Condition | None:
    """ "under the same conditions": the current of the sentence before, where it has just one."""
    if not scene.before or not re.search(
        r"^(?:This|These|That|Those|Both) (?:value|overpotential|figure|result)|\bsame (?:current|condition"
        r"|density)|\bidentical condition",
        scene.text,
    ):
        return None
    found = [q for q in find_quantities(scene.before[-1]) if q.kind == "current density"]
    one = len(found) == 1 and len(found[0].items) == 1
    return condition_of_current(found[0], found[0].items[0], scene.before[-1]) if one else None


def condition_of_current(q: Quantity, item: Item, text: str) -> Condition:
    """A current density as a condition, in mA/cm2 without its sign."""
    factor = q.unit.factor
    upper = None if item.upper is None else _round(abs(item.upper) * factor)
    return Condition(
        "current density", _round(abs(item.value) * factor), q.unit.name, text[item.start : item.end], upper
    )


def _paired(scene: Scene, q: Quantity, current: Quantity) -> Pairs:
    at = [condition_of_current(current, item, scene.text) for item in current.items]
    n, m = len(q.items), len(at)
    if m == 1:
        return [at[0]] * n
    if n == m:
        return list(at)
    if n > m and n % m == 0:
        blocks = [[q.items[b * m + i].value for i in range(m)] for b in range(n // m)]
        rising = all(block == sorted(block) for block in blocks)
        return [at[i % m] for i in range(n)] if rising else [at[i // (n // m)] for i in range(n)]
    return [at[0]] + [None] * (n - 1) if n == 1 else [None] * n


def other_conditions(scene: Scene, roles: Sequence[Role], role: Role, k: int) -> list[Condition]:
    """Potential, electrolyte, pH, temperature and scan rate that item ``k`` of a value holds for."""
    text, q = scene.text, role.quantity
    found: list[Condition] = []
    if role.property in AT_POTENTIAL:
        near = [
            r.quantity for r in roles
            if r.what == CONDITION and r.quantity.kind == "potential" and scene.same_clause(r.quantity.start, q.start)
        ]  # fmt: skip
        if not near:
            anywhere = [r.quantity for r in roles if r.what == CONDITION and r.quantity.kind == "potential"]
            near = anywhere if len(anywhere) == 1 and role.property not in ("stability", "retention") else []
        if near:
            best = min(near, key=lambda p: max(p.start - q.end, q.start - p.end))
            item = best.items[k] if len(best.items) == len(q.items) else best.items[0]
            name = "potential" if best.reference else _word(scene, best)
            found.append(Condition(name, _round(item.value), best.unit.name, text[item.start : item.end], item.upper))
    for kind, name in (("temperature", "temperature"), ("scan rate", "scan rate")):
        near = [r.quantity for r in roles if r.quantity.kind == kind and r.what == CONDITION]
        if near:
            best = min(near, key=lambda p: max(p.start - q.end, q.start - p.end))
            if kind == "scan rate" or re.search(
                r"\b(?:[Aa]t|[Uu]nder) (?:[^,;]{1,20} and )?(?:~|about |ca\. )?$|[(,] ?$",
                text[max(0, best.start - 40) : best.start],
            ):
                item = best.items[k] if len(best.items) == len(q.items) else best.items[0]
                found.append(
                    Condition(
                        name,
                        _round(item.value * best.unit.factor),
                        best.unit.name,
                        text[best.start : best.end],
                        item.upper,
                    )
                )
    if role.property == "quantum yield":
        found += [
            Condition("wavelength", _round(p.items[0].value), p.unit.name, text[p.start : p.end], p.items[0].upper)
            for p in (r.quantity for r in roles if r.what != VALUE)
            if p.kind == "length"
            and re.search(r"\b(?:at|of|under|@) ?(?:\w{1,12} ){0,2}$", text[max(0, p.start - 24) : p.start])
        ][:1]
    electrolytes = list(_ELECTROLYTE.finditer(text))
    if electrolytes:
        best_match = min(electrolytes, key=lambda m: max(m.start() - q.end, q.start - m.end()))
        factor = 1e-3 if best_match["unit"] == "mM" else 1.0
        unit = "wt%" if best_match["unit"].startswith("wt") else "M"
        found.append(Condition("electrolyte", float(best_match["number"]) * factor, unit, best_match[0]))
    else:
        sea = _SEAWATER.search(text)
        if sea:
            found.append(Condition("electrolyte", None, "", sea[0]))
    ph = _PH.search(text)
    if ph:
        found.append(Condition("pH", float(ph[1]), "", ph[0]))
    return found


def _word(scene: Scene, q: Quantity) -> str:
    before = [c for c in scene.cues if c.fits("potential") and c.property and c.start <= q.end + 30]
    near = [c for c in before if abs(c.end - q.start) <= 60 or 0 <= c.start - q.end <= 20]
    name = near[-1].property if near else ""
    if not name:
        volts = abs(q.items[0].value) * (1e-3 if q.unit.name == "mV" else 1)
        whole = scene.of_a_cell and q.unit.name == "V"
        name = "cell voltage" if whole else "overpotential" if volts < 1 else "potential"
    return name


def _round(value: float) -> float:
    return float(f"{value:.9g}")
