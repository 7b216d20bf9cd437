"""What each number of a sentence is: a value of a property, the circumstance of one, or neither."""

from __future__ import annotations

import re

from ._moved import moved
from ._properties import Cue
from ._quantities import Quantity
from ._scene import Scene
from ._settled import CONDITION, NEITHER, VALUE, Role, settle

_METHOD_TIME = re.compile(
    r"\b(?:stir|heat|anneal|calcin|sonicat|dried|dry|hydrothermal|autoclave|kept at|furnace|soak|immers|stood"
    r"|aged|mill|centrifug|ultrasonic|electrodeposit|react(?:ed|ing) at|purg|bubbl|etch|°C)\w*"
)
_LASTING = re.compile(
    r"(?:\b(?:for|after|over|within|during|of|beyond|exceed\w*|up to|than|least|throughout|across|past|last\w*"
    r"|surviv\w*|through|is|was|in|stable|~|to|reach\w*|and|approach\w*|under|about|a|above|below|by|another|well)"
    r"|~|>|≥|:|\(|=)[ (]?(?:a "
    r"|an |the |as long as |over |more than |at least |about |up to |nearly |around |continuous |another "
    r"|ca\.? |~|>|≥|<|entire |whole |least |period of |than )*$"
)


def roles_of(scene: Scene) -> list[Role]:
    """One role for each quantity of the scene, in the same order."""
    roles = [_first(scene, q) for q in scene.quantities]
    settle(scene, roles)
    return roles


#: "TOF (300 mV): 0.09 s-1": the potential is that of the turnover frequency
_OF_ANOTHER = re.compile(
    r"(?:TOFs?|[Tt]urnover frequenc\w+|activit(?:y|ies)|[Cc]urrent densit\w+|FEs?|efficienc\w+|(?:[^A-Za-z]|^)[jJ]) ?"
    r"\((?:at |@ ?|η ?= ?)?$"
)
#: "1.51 V - 1.23 V = 0.28 V"
_SUBTRACTED = re.compile(r"\0 ?- ?1\.2[23]\d? ?V|V ?-? ?\0 ?=")
#: what a theory expects
_WOULD = re.compile(r" (?:would (?:indicate|imply|suggest|correspond|mean|point)|(?:is|are) expected) ")
#: "a Tafel slope of 132 mV": per decade is left unsaid
_SLOPE = re.compile(r"\b[Ss]lop(?:es?|ed)(?: of| was| is| deviates from| =|:)? ?[(~]?$")
#: "maintains 500 mA cm-2 for 100 h"
_HELD = re.compile(
    r"\bfor as long as $|"
    r"\b(?:maintain|keep|kept|sustain|hold|held)\w* [^;,]{0,60}\bfor (?:over |more than |at least "
    r"|about |~)?$"
)
_UNMOVED = ("energy", "time", "cycles")


def _first(scene: Scene, q: Quantity) -> Role:
    text, kind = scene.text, q.kind
    if kind == "ratio" or (not q.changes and kind not in _UNMOVED and moved(text, q.start, q.end)):
        return Role(q, NEITHER)
    if kind in ("scan rate", "temperature", "concentration", "rotation", "mass concentration", "drift"):
        return Role(q, CONDITION)
    if (
        kind == "potential"
        and _OF_ANOTHER.search(text, max(0, q.start - 40), q.start)
        and text[q.end : q.end + 1] == ")"
    ):
        return Role(q, CONDITION)
    if kind == "potential" and _SUBTRACTED.search(
        text[max(0, q.start - 12) : q.start] + "\0" + text[q.end : q.end + 16]
    ):
        return Role(q, NEITHER)
    if _WOULD.match(text, q.end):
        return Role(q, NEITHER)
    if kind == "rate" and re.search(r"\b(?:oxygen|O2)\b", text) and not re.search(r"\b(?:hydrogen|H2)\b", text):
        return Role(q, NEITHER)
    if kind == "potential" and _SLOPE.search(text, max(0, q.start - 40), q.start):
        return Role(q, NEITHER)
    cues = _cues_for(scene, q)
    name = cues[0].property if cues else None
    if name == "":
        return Role(q, NEITHER)
    if kind == "potential":
        return Role(q, VALUE, _potential_name(scene, q, name), cues)
    if name is None:
        name = {
            "tafel": "tafel slope", "mass activity": "mass activity", "loading": "loading", "rate": "hydrogen rate",
            "power density": "power density", "specific area": "surface area", "current density": "current density",
        }.get(kind)  # fmt: skip
        if kind == "frequency" and re.search(r"[OH]2", text[q.start : q.end]):
            name = "turnover frequency"
    if name is None and kind in ("time", "cycles") and _HELD.search(text, max(0, q.start - 90), q.start):
        name = "stability"
    if name is None:
        return Role(q, NEITHER)
    if kind in ("time", "cycles"):
        return _of_time(scene, q, name, cues)
    if (
        name == "wavelength"
        and re.search(
            r"\b(?:at|under|of|with) (?:a |an |the )?(?:excitation |incident )?(?:wave-? ?length )(?:of |= ?)?$",
            text[max(0, q.start - 40) : q.start],
        )
        and not re.search(
            r"\b(?:emission|emits?|peak|maximum|absor)\w*[^,;]{0,30}$", text[max(0, q.start - 60) : q.start]
        )
    ):
        return Role(q, CONDITION)
    if name == "wavelength" and re.search(
        r"(?:light|illuminat\w+|irradiat\w+)[ ,]?\(?λ ?[>≥=] ?$", text[max(0, q.start - 30) : q.start]
    ):
        return Role(q, CONDITION)
    if kind == "length" and not any(0 <= q.start - c.end <= 40 or 0 <= c.start - q.end <= 24 for c in cues):
        return Role(q, NEITHER)
    return Role(q, VALUE, name, cues)


def _of_time(scene: Scene, q: Quantity, name: str, cues: tuple[Cue, ...]) -> Role:
    before = scene.text[max(0, q.start - 40) : q.start]
    begin, stop = scene.clauses.span(scene.clauses.at(q.start))
    near = scene.text[max(begin, q.start - 80) : min(stop, q.end + 60)]
    tight = bool(cues) and 0 <= cues[0].start - q.end <= 24
    if scene.text.startswith((" later", " before", " old"), q.end):
        return Role(q, NEITHER)
    if _AFTER.search(before) and _KEPT.search(scene.text[begin:stop]):
        return Role(q, NEITHER)
    if name != "stability" or _METHOD_TIME.search(near) or not (tight or _LASTING.search(before)):
        return Role(q, NEITHER)
    long = max(i.value for i in q.items) * {"h": 1, "days": 24, "weeks": 168, "months": 720, "cycles": 0.02}.get(
        q.unit.name, 0
    )
    if long < 10 and not _STABLE.search(near):
        return Role(q, NEITHER)
    return Role(q, VALUE, name, cues)


_AFTER = re.compile(r"\b(?:after|at the end of) (?:only |an? |the |as long as |over |about |~)?(?:\w{3,13} ){0,2}$")
#: "94 % of the current after 100 h": the time belongs to the share
_KEPT = re.compile(
    r"(?:retain|retention|initial|original|maintain|preserv|kept|keeping)\w*.*\d ?%"
    r"|\d ?%.*(?:retain|retention|initial|original|\bleft\b|remain|\bits\b)"
)
_STABLE = re.compile(
    r"\b(?:stab|durab|continuous|long-term|lifetime|robust|withst|endur|sustain|last(?:s|ed|ing)\b)", re.I
)
_TIGHT = re.compile(
    r"(?: \(?vs\.? ?RHE\)?)?[ -]\(?(?:(?:of|in|as|for|the|a|an|OER|HER|ORR|low|its|their|continuous|initial"
    r"|stable|total|applied|long-term|anodic|at|stability|long) ?)*"
)


def _cues_for(scene: Scene, q: Quantity) -> tuple[Cue, ...]:
    """The word for ``q`` (one for all items), or one word for each item of "onset potential and overpotential"."""
    fitting = [
        c for c in scene.cues
        if c.fits(q.kind)
        and (c.property or q.kind != "current density" or scene.text.startswith(("step", "ramp"), c.start))
    ]  # fmt: skip
    for cue in fitting:
        if 0 <= cue.start - q.end <= 40 and _TIGHT.fullmatch(scene.between(q.end, cue.start)):
            return (cue,)
    before = [c for c in fitting if c.end <= q.start]
    while before and before[-1].property == "" and q.start - before[-1].end > 28:
        before.pop()
    if before:
        last = before[-1]
        if len(before) > 1 and _CORRECTED.search(scene.text, max(0, last.start - 12), q.start):
            before.pop()
            last = before[-1]
        if last.property == "":
            return (last,)
        group = _coordinated(scene, [c for c in before if c.property], q)
        return group or (last,)
    after = [
        c
        for c in fitting
        if c.start >= q.end
        and c.property
        in (
            "stability",
            "retention",
            "faradaic efficiency",
            "quantum yield",
            "solar-to-hydrogen efficiency",
            "wavelength",
            "current density",
            "hydrogen rate",
        )
    ]
    return (after[0],) if after and after[0].start - q.end <= 60 else ()


#: "... without iR compensation is 263 mV"
_CORRECTED = re.compile(r"\b(?:without|with|after|before|upon) (?:\d+ ?% )?iR[- ]?\w* (?:is|was|amounts? to|of only)\b")


def _coordinated(scene: Scene, before: list[Cue], q: Quantity) -> tuple[Cue, ...]:
    """Words joined by "and" that share the numbers which follow, in order."""
    group = [before[-1]]
    for cue in reversed(before[:-1]):
        gap = scene.between(cue.end, group[0].start)
        if not re.fullmatch(
            r"(?: \([^()]{1,24}\))? ?(?:,|/| and|, and|&) ?(?:the |a |an |corresponding )*(?:OER |HER )?", gap
        ):
            break
        group.insert(0, cue)
    if len(group) < 2 or len({(c.property, c.current) for c in group}) < 2:
        return ()
    run = [p for p in scene.quantities if p.kind == q.kind and p.start >= group[-1].end]
    total = sum(len(p.items) for p in run)
    if total % len(group) and len(q.items) != len(group):
        return ()
    if len(q.items) == len(group):
        return tuple(group)
    if total == len(group):
        first = sum(len(p.items) for p in run if p.start < q.start)
        return tuple(group[first : first + len(q.items)])
    return ()


def _potential_name(scene: Scene, q: Quantity, name: str | None) -> str:
    """The property of a potential, by its word, its reference and its size."""
    volts = abs(q.items[0].value) * (1e-3 if q.unit.name == "mV" else 1.0)
    if name == "onset overpotential":
        return "onset overpotential" if volts < 1 else "onset potential"
    if name in ("half-wave potential", "onset potential"):
        return name
    if q.reference and (name != "overpotential" or volts >= 1.0):
        return "potential"
    if name == "overpotential":
        return name if volts < 1.2 else ("cell voltage" if scene.of_a_cell else "potential")
    if name == "cell voltage":
        return name
    if name == "potential":
        return "cell voltage" if scene.of_a_cell and volts >= 1.2 and not q.reference else name
    if volts >= 1.0:
        return "cell voltage" if scene.of_a_cell else "potential"
    return "overpotential"
