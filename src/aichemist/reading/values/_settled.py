"""Potentials and current densities side by side: which was reported, and at which of the two it was.

"10 mA cm-2 at an overpotential of 270 mV" reports the overpotential, "35 mA cm-2 at an overpotential of 300 mV" the
current: the round number is the one that was aimed at. Where that does not tell, words do.
"""

from __future__ import annotations

import re

from attrs import evolve, frozen

from ._properties import Cue
from ._quantities import Quantity
from ._scene import Scene

VALUE, CONDITION, NEITHER = "value", "condition", "neither"

#: "at an overpotential of": what follows was set, unless praised
_SET = re.compile(
    r"(?:\bat [^,;()]{3,40} and |\b(?:at|under|@"
    r"|(?<!compared )(?<!comparison )(?<!together )(?<!along )with(?= (?:an |the |a )?[a-zη])|upon|applying"
    r"|using)|@)[ ]?(?:an |the |a |only |just |its |even )*(?P<praise>(?:very |extremely |remarkably |so "
    r"|relatively )?(?:ultra-?low|low|lower|small|smaller|mere|modest|record|record-low|minimal|minimum"
    r"|tiny)(?: \w{4,12})? )?"
    r"(?:(?:applied|fixed|constant|same|given|high|higher|identical|certain|specific|cell|anodic|cathodic"
    r"|total|moderate|OER|HER|potentiostatic|practical|large|operating|industrial|total|the|iR-corrected"
    r"|iR-free) ){0,3}"
    r"(?:over-?potentials?|η|OVPs?|potentials?|(?:cell )?voltages?|bias(?:es)?|E|V"
    r"|Ecell)?(?: \(η\))?(?: ?(?:of|=|:|as))?(?P<praised> (?:only|just|merely|as low as|merely))? ?(?:only "
    r"|just |as low as |about |around |approximately |ca\.? |below |~|<|≈)?$",
    re.I,
)
_REACHED = re.compile(
    r"\b(?:do(?:es)? so|did so|(?:gives?|reach(?:es)?|delivers?|attains?) (?:it|this))\b[^;,.]{0,12}$|\b(?:reach"
    r"|deliver|driv|achiev|attain|afford|obtain|produc|generat"
    r"|yield|provid|sustain|get|giv|support"
    r"|realiz|realis|drove|suppl|enabl|gain|pass|output|exhibit|show|display)\w*(?: (?:a|an|the|current"
    r"|densit\w+|of|geometric|catalytic|anodic|cathodic|high|large|benchmark|industrial\S*|at|up|to|only|as"
    r"|such|OER|HER|even|about|~|and|,|industrially|relevant|ultrahigh|ampere-level|photocurrent|constant"
    r"|stable))*[ (]*$"
)
_AT = re.compile(
    r"(?:\b(?:at|@|under|for|when|with|to|around|near)|@|\(|=)[ (]?(?:(?:a|an|the|current|densit(?:y|ies)|of"
    r"|both|constant|fixed|high|large|higher|low|same|benchmark|geometric|industrial\S*|j|J|=|as|up|to|anodic"
    r"|cathodic|catalytic|even|given|about|~|respectively|ca\.?|working|different|various|applied|standard"
    r"|whole|kinetic|ultrahigh|all|practical|industry-relevant|operational|commonly|used|typical|compared"
    r"|specific|metric|set|two|three) ?)*$"
)


@frozen
class Role:
    """What quantity ``quantity`` is; ``cues`` are the words of each of its items (one for all, or one each).

    ``of_current``: a potential at which a current density was found.
    """

    quantity: Quantity
    what: str
    property: str = ""
    cues: tuple[Cue, ...] = ()
    of_current: bool = False


def settle(scene: Scene, roles: list[Role]) -> None:
    """Decide in place of each potential and each current density whether it is a value."""
    _settle_potentials_and_currents(scene, roles)
    _settle_lone_currents(scene, roles)
    _settle_lone_potentials(scene, roles)


def _settle_potentials_and_currents(scene: Scene, roles: list[Role]) -> None:
    """Decide of each potential whether it was reported or set, and so of the currents beside it."""
    for i, role in enumerate(roles):
        q = role.quantity
        if q.kind != "potential" or role.what != VALUE:
            continue
        if role.property in ("onset potential", "half-wave potential", "onset overpotential"):
            # "an onset of 180 mV and 250 mV at 10 mA cm-2": the second is no onset
            again = any(r.what == VALUE and r.cues == role.cues for r in roles[:i]) and len(role.cues) == 1
            current_first = any(
                p.kind == "current density" and role.cues and role.cues[0].end <= p.start < q.start
                for p in scene.quantities
            )
            at_once = re.match(r"[^,;.]{0,20}\bat \d{1,4} m?A", scene.text[q.end : q.end + 40])
            if again and (at_once or current_first):
                name = "overpotential" if q.unit.name == "mV" else "potential"
                roles[i] = evolve(role, property=name, cues=())
            continue
        before = scene.text[max(0, q.start - 110) : q.start]
        set_by = _SET.search(before)
        tight = re.search(r"(?:\b(?:[Aa]t|[Uu]nder)|@) ?(?:an? |the |only |just |about |~)*$", before)
        if _STAYED.search(before):
            set_by = tight = None
        same = _SAME_CURRENT.search(before)
        currents = [
            (j, r.quantity) for j, r in enumerate(roles)
            if r.quantity.kind == "current density" and r.what == VALUE
            and not r.property.startswith(("exchange", "limiting"))
        ]  # fmt: skip
        here = [c for c in currents if scene.same_clause(c[1].start, q.start)]
        others = any(
            r.what == VALUE
            and r.quantity.kind not in ("potential", "current density", "tafel", "loading", "time", "cycles")
            and scene.same_clause(r.quantity.start, q.start)
            for r in roles
        )  # fmt: skip
        if not (set_by or tight):
            known = (
                _spoken(scene)
                or any(r.what == VALUE and r.cues and r.property == role.property for r in roles)
                or any(
                    r.what == VALUE
                    and r.quantity.kind == "potential"
                    and _needs(scene.text[max(0, r.quantity.start - 110) : r.quantity.start])
                    for r in roles[:i]
                )
            )
            if not role.cues and not here and not currents and not known and not _needs(before):
                roles[i] = evolve(role, what=NEITHER)
            continue
        last = next((r for r in reversed(roles[:i]) if r.what == VALUE), None)
        if last is not None and last.property in _OTHERS and q.start - last.quantity.end <= 60:
            gap = scene.between(last.quantity.end, q.start)
            if not any(
                r.quantity.kind == "current density" and last.quantity.end <= r.quantity.start < q.start for r in roles
            ) and not re.search(r"\band\b|[;,]", gap):
                roles[i] = evolve(role, what=CONDITION)
                continue
        praised = bool(set_by and (set_by["praise"] or set_by["praised"]))
        if same and not here:
            continue
        if here:
            lead = [c for c in here if c[1].end <= q.start and q.start - c[1].end <= 70 and not any(
                c[1].end <= r.quantity.start < q.start and r.quantity.kind == "potential" for r in roles
            )]  # fmt: skip
            behind = [c for c in here if c[1].start >= q.end]
            if not lead and behind and tight and not praised:
                # "the former at 143 mV and the latter at 88 mV (10 mA cm-2)": one decision for both
                others_first = [r.quantity for r in roles if r.what == VALUE and q.end <= r.quantity.start
                                < behind[0][1].start and r.quantity.kind == "potential"]  # fmt: skip
                aimed = others_first and scene.between(others_first[-1].end, behind[0][1].start).strip() == "("
                if aimed and _roundness_of_current(behind[0][1]) == 0:
                    continue
            nearest = (lead or [min(here, key=lambda c: abs(c[1].start - q.start))])[-1][1]
            if _potential_was_set(scene, q, nearest, praised):
                roles[i] = evolve(role, what=CONDITION, of_current=True)
        elif others or not praised:
            roles[i] = evolve(role, what=CONDITION)


#: "remained at 281 mV": where it is, not where it was set
_STAYED = re.compile(
    r"\b(?:remain|stay|stabili[sz]|settl|level|saturat)\w*(?: (?:nearly|almost|constant\w*|unchanged|stable|stably"
    r"|well|off|practically))* (?:at|below|under|above) (?:an? |only |just |about |around |ca\. |~)*$"
)
#: "reached the same current density only at 384 mV"
_SAME_CURRENT = re.compile(
    r"\b(?:reach|deliver|driv|drove|achiev|attain|afford|obtain|generat|give|gave|produc|yield)\w* (?:the|this|that) "
    r"(?:same |identical |very )*(?:current(?: density)?|benchmark)[^;,.]{0,20}$"
)
_OTHERS = (
    "turnover frequency",
    "mass activity",
    "specific activity",
    "faradaic efficiency",
    "hydrogen rate",
    "power density",
)


def _spoken(scene: Scene) -> bool:
    """Whether the sentence goes on with the overpotentials of the one before."""
    return (
        bool(scene.before)
        and re.search(r"over-?potential|\bη", scene.before[-1]) is not None
        and re.search(r"\bslope|\bFig|\bregion", scene.text) is None
        and _TOLD.search(scene.text) is not None
    )


def _needs(before: str) -> bool:
    return (
        re.search(r"\b(?:need|requir|demand|necessitat|exhibit|show|display|deliver)\w*(?: \w+){0,3} $|\($", before)
        is not None
    )


def _potential_was_set(scene: Scene, potential: Quantity, current: Quantity, praised: bool) -> bool:
    lead = scene.text[max(0, current.start - 90) : current.start]
    at_current = re.search(
        r"(?:\b(?:[Aa]t|[Uu]nder)|@) ?(?:(?:a|an|the|current|densit(?:y|ies)|of|constant|fixed|high|benchmark"
        r"|large|geometric|and|j|=) ?)*$",
        lead,
    )
    if potential.end <= current.start:
        gap = scene.between(potential.end, current.start)
        if at_current or re.search(
            r"\b(?:for|to (?:reach|deliver|drive|achieve|attain|afford|obtain|produce|generate|yield|provide"
            r"|sustain))\b",
            gap,
        ):
            return False
        plain = current.items[0].value * current.unit.factor
        if plain in (10, 100, 500, 1000) and len(current.items) == 1 and _roundness_of_potential(potential) > 0:
            return False  # "already at 1.45 V the gel delivers 10 mA cm-2"
        aimed = gap.strip() == "(" and _roundness_of_current(current) == 0
        return not aimed and not re.match(r" ?\(?(?:@|at)", gap)
    if at_current and _AT.search(lead) and not _REACHED.search(lead):
        return False
    if any(i.upper is not None for i in current.items) and all(i.upper is None for i in potential.items):
        return True
    a, b = _roundness_of_current(current), _roundness_of_potential(potential)
    if a == 1 and b == 2:
        # 35 mA/cm2 at 310 mV: what the sentence speaks of
        return (
            not praised and re.search(r"\b[Cc]urrent densit(?:y|ies)\b", lead) is not None and not _REACHED.search(lead)
        )
    if a != b:
        return a > b
    if praised:
        return False
    return len(current.items) == 1 and current.items[0].value * current.unit.factor not in (
        10,
        100,
        50,
        20,
        500,
        1000,
        1,
    )


def _roundness_of_current(q: Quantity) -> int:
    """0 for 10, 50, 500; 1 for 150 or 1.5; 2 for anything finer: a current that was aimed at is round."""
    return max(_figures(i.value) for i in q.items)


def _roundness_of_potential(q: Quantity) -> int:
    worst = 0
    for item in q.items:
        millivolts = abs(item.value) * (1000 if q.unit.name == "V" else 1)
        fine = 0 if round(millivolts) % 100 == 0 else 1 if round(millivolts) % 50 == 0 else 2
        worst = max(worst, fine)
    return worst


def _figures(value: float) -> int:
    digits = f"{abs(value):.6g}".replace(".", "").strip("0")
    return 0 if len(digits) <= 1 or digits in ("25", "15") else 1 if len(digits) == 2 and digits[1] == "5" else 2


def _settle_lone_currents(scene: Scene, roles: list[Role]) -> None:
    """A current density is a value only where no potential or other property was reported at it."""
    for i, role in enumerate(roles):
        q = role.quantity
        if q.kind != "current density" or role.what != VALUE:
            continue
        if role.property in ("exchange current density", "limiting current density"):
            near = role.cues and q.start - role.cues[0].end <= 60
            if near or role.property == "exchange current density":
                continue
            roles[i] = role = evolve(role, property="current density")
        if role.property == "specific activity":
            continue
        set_here = [
            r for r in roles
            if r.what == CONDITION and r.of_current and scene.same_clause(r.quantity.start, q.start)
        ]  # fmt: skip
        if set_here and not _OF_OVERPOTENTIAL.search(scene.text, max(0, q.start - 60), q.start):
            continue
        reported = [r for r in roles if r.what == VALUE and r.quantity.kind != "current density"]
        alike = [r for r in roles[:i] if r.what == VALUE and r.property == "current density"]
        if alike and not reported and any(r.of_current for r in roles):
            continue  # "52 mA cm-2, four times that of NiFe (13 mA cm-2)"
        before = scene.text[max(0, q.start - 110) : q.start]
        at = re.search(
            r"(?:\b(?:[Aa]t|[Uu]nder)|@) ?(?:(?:a|an|the|current|densit(?:y|ies)|of|constant|fixed|high|large|j|="
            r"|even) ?)*$",
            before,
        )
        told = _TOLD.search(scene.text[max(scene.clauses.span(scene.clauses.at(q.start))[0], q.start - 130) : q.start])
        if reported or at or not told or not role.cues or not scene.same_clause(role.cues[0].start, q.start):
            roles[i] = evolve(role, what=CONDITION)


#: "the overpotential at 10 mA cm-2"
_OF_OVERPOTENTIAL = re.compile(
    r"\b(?:over-?potentials?|potentials?|voltages?|η)(?: (?:needed|required|necessary))? (?:at|for|to (?:reach|deliver"
    r"|drive|attain|achieve|afford)) (?:a current density of |j ?= ?)?$"
)
_ABOUT = re.compile(r"over-?potential|\bη|\bOER\b|\bHER\b|evolution|water (?:oxidation|splitting)")
_SAME = re.compile(r"\b(?:same|this|that|identical) (?:current|benchmark)")
_TOLD = re.compile(
    r"\b(?:achiev|reach|deliver|exhibit|show|record|yield|attain|obtain|generat|produc|provid|maxim|peak"
    r"|photocurrent|display|possess|afford"
    r"|measured|found|amount|rose|rises|increas|grew|grow|drawn|demonstrat|observ|enabl|offer|gave|gives|drove|drive|need|requir|report)\w*",
    re.I,
)
_EXPERIMENT = re.compile(
    r"chronoamp|stepp(?:ed|ing)|\bheld at|\b(?:was|were) applied|\bappl(?:y|ying) |polari[sz]ed at"
    r"|from the equilibrium|\bEIS\b|impedance",
    re.I,
)


def _settle_lone_potentials(scene: Scene, roles: list[Role]) -> None:
    """A bare potential is a value where the current at it is told; an overpotential that no word calls so, too."""
    currents = any(r.quantity.kind == "current density" and r.what == CONDITION for r in roles)
    named = any(r.what == VALUE and r.property == "overpotential" and r.cues for r in roles)
    for i, role in enumerate(roles):
        q = role.quantity
        if q.kind != "potential" or role.what != VALUE:
            continue
        figure = any(c.current is not None for c in role.cues)
        same = _SAME.search(scene.text) is not None
        if role.property == "potential" and not currents and not figure and not same:
            roles[i] = evolve(role, what=NEITHER)
        elif role.property == "cell voltage" and not currents:
            begin, _ = scene.clauses.span(scene.clauses.at(q.start))
            told = re.search(
                r"\b(?:achiev|need|requir|deliver|exhibit|show|only|demonstrat|display|as low as)\w*",
                scene.text[begin : q.start],
            )
            if not told or q.items[0].comparator != "=" or q.unit.name == "mV":
                roles[i] = evolve(role, what=NEITHER)
        elif role.property == "overpotential" and not currents and not figure and _EXPERIMENT.search(scene.text):
            roles[i] = evolve(role, what=NEITHER)
        elif role.property == "overpotential" and not role.cues and not named:
            small = q.unit.name == "mV" or abs(q.items[0].value) < 0.6
            needs = any(
                r.quantity.kind == "potential"
                and r.what == VALUE
                and _needs(scene.text[max(0, r.quantity.start - 60) : r.quantity.start])
                for r in roles[: i + 1]
            )
            symbol = re.search(r"(?<![A-Za-z])[A-DF-Za-z]\w{0,6} ?[=~:] ?$", scene.text[max(0, q.start - 12) : q.start])
            nothing = not (currents or scene.reactions or scene.of_a_cell or _ABOUT.search(" ".join(scene.before)))
            slopes = not currents and re.search(r"\bslopes?\b", scene.text) is not None
            if nothing or slopes or not small or symbol or not (currents or needs or _spoken(scene)):
                roles[i] = evolve(role, what=NEITHER)
