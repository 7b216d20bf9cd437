"""Whose each value is: the material, the reaction."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from ._materials import SUBSTRATE, Material, find_materials, lists_of
from ._reactions import Named, find_reactions
from ._scene import Scene
from ._settled import VALUE, Role

#: what may stand between a value and "for NiFe LDH" behind it
_FOR = re.compile(
    r"(?:[^;]{0,90}\b)?(?:for|of|on|by|over|using|with|from|exhibited by|at|through|across|toward) (?:the |a |an "
    r"|our |its |both "
    r"|all |same |these |this |such |any |each |two |three |bare |commercial |that of |optimi[sz]ed |best |resulting "
    r"|present |new |as-[a-z]{5,12}ed |[a-z]{4,12}(?:ed|ic|ous|al) )*$"
)
_PAREN = re.compile(r" ?\((?:(?:for|of|on) )?(?:the )?$")
_REACTION_FOR = re.compile(
    r"(?:[^;,]{0,60}\b)?(?:for|in|toward|towards|of|during|to drive|to catalyse|to catalyze) (?:the |alkaline "
    r"|acidic |both )*$"
)
_GENERIC = re.compile(
    r"\b(?:it|its|they|their|which|this|these|that|the (?:\w+ )?(?:catalyst|electrode|material|sample|former"
    r"|latter|film|anode|composite|electrocatalyst)s?|our (?:\w+ )?(?:catalyst|electrode|anode)s?)\b",
    re.I,
)


#: "outperforms NiO by 95 mV and shows": the subject of the sentence is spoken of again
_BACK = re.compile(
    r"(?:\band|\bbut|,) (?:it |also |only |then )?(?:show|need|requir|deliver|exhibit|display|ha[sd]\b|reach"
    r"|achiev|possess|afford|with\b|work|attain|giv|provid"
    r"|surviv|sustain|maintain|operat|endur|last|retain|keep|kept|remain|run|ran\b|work)\w*"
)


def materials_of(scene: Scene, role: Role, roles: Sequence[Role]) -> list[str]:
    """The material of each item of a value, empty where none can be told."""
    q = role.quantity
    n = len(q.items)
    if n > 1:
        paired = _from_list(scene, role)
        if paired:
            return paired
    one = (
        _of_two(scene, role)
        or _bracketed(scene, role)
        or _right(scene, role, roles)
        or _left(scene, role, roles)
        or _only(scene, role)
        or _earlier(scene)
        or _carrier(scene)
    )
    return [one] * n


def _of_two(scene: Scene, role: Role) -> str:
    """ "A is better than B: the former needs 280 mV, the latter 315 mV" """
    words = list(_WHICH.finditer(scene.text, 0, role.quantity.start))
    if not words or role.quantity.start - words[-1].end() > 40:
        return ""
    named = [m for m in scene.materials if m.end <= words[0].start() and not m.support and not m.weak]
    return named[-1 if words[-1]["last"] else 0].text if len(named) == 2 else ""


def _only(scene: Scene, role: Role) -> str:
    """ "With an overpotential of 270 mV, NiFe LDH is ...": the first named behind, where none was spoken of."""
    q = role.quantity
    spoken = _GENERIC.search(scene.text[: q.start]) and (scene.before or scene.subject)
    if spoken or any(m.end <= q.start and not m.rival and not m.support and not m.weak for m in scene.materials):
        return ""
    later = [m for m in scene.materials if m.start >= q.end and not m.rival and not m.support and not m.weak]
    if not later:
        return ""
    fronted = _FRONTED.match(scene.text) and _SUBJECT.search(scene.between(q.end, later[0].start))
    alone = len({m.text for m in later}) == 1 and scene.same_clause(q.start, later[0].start)
    return later[0].text if fronted or alone else ""


_FRONTED = re.compile(r"(?:\w+ly, )?(?:With|At|Having|Showing|Exhibiting|Retaining|Needing|Requiring|Featuring|In)\b")
_SUBJECT = re.compile(r", (?:the |our |this |an? )?(?:\w{4,14} )?$")


def _carrier(scene: Scene) -> str:
    """A lone material that seemed to carry another, where no other is named anywhere."""
    named = {m.text for m in scene.materials if not m.rival and not m.weak}
    return named.pop() if len(named) == 1 else ""


def _from_list(scene: Scene, role: Role) -> list[str]:
    q, n = role.quantity, len(role.quantity.items)
    labelled = [
        next(
            (m.text for m in scene.materials if m.start >= i.end and _PAREN.fullmatch(scene.between(i.end, m.start))),
            "",
        )
        for i in q.items
    ]
    if all(labelled):
        return labelled
    elliptic = _elliptic(scene.text)
    if len(elliptic) == n:
        return elliptic
    runs = [
        r
        for r in lists_of(scene.text, scene.materials)
        if not _of_dopants(scene, r) and not all(SUBSTRATE.fullmatch(m.text) for m in r)
    ]
    same = [r for r in runs if len(r) == n]
    if not runs and scene.before and _CORRESPONDING.search(scene.text[: q.start]):
        before = [r for r in lists_of(scene.before[-1], find_materials(scene.before[-1])) if len(r) == n]
        if len(before) == 1:
            return [m.text for m in before[0]]
    if not same:
        fewer = [r for r in runs if len(r) < n and n % len(r) == 0]
        if len(fewer) != 1:
            return []
        run, each = fewer[0], n // len(fewer[0])
        currents = [p for p in scene.quantities if p.kind == "current density" and len(p.items) == each]
        if not currents:
            return []
        blocks = [[i.value for i in q.items[b * each : b * each + each]] for b in range(len(run))]
        rising = all(b == sorted(b) for b in blocks)
        return [run[k // each].text for k in range(n)] if rising else [run[k % len(run)].text for k in range(n)]
    currents = [p for p in scene.quantities if p is not q and p.kind == "current density" and len(p.items) == n]
    if currents and "for" not in scene.between(q.end, max(q.end, same[0][0].start)):
        # the list of values belongs to the list of currents
        after = [r for r in same if r[0].start >= q.end]
        if not after:
            return []
    run = min(same, key=lambda r: r[0].start - q.end if r[0].start >= q.end else 20 + q.start - r[-1].end)
    return [m.text for m in run]


_CORRESPONDING = re.compile(r"\b(?:[Cc]orresponding|[Rr]espective|[Tt]heir|[Tt]hese|[Tt]hose)\b")


def _of_dopants(scene: Scene, run: Sequence[Material]) -> bool:
    """ "With Mo, W and V as dopants" """
    near = scene.text[max(0, run[0].start - 30) : run[-1].end + 24]
    return all(m.weak for m in run) and re.search(r"\bdop|\bpromot|\badditi|\bincorporat|\bsubstitut", near) is not None


_ELLIPTIC = re.compile(
    r"(?<![A-Za-z])((?:[A-Z][a-z]?-(?:, | )){0,8}[A-Z][a-z]?-,? (?:and"
    r"|or) )([A-Z][a-z]?)(-(?:\w{4,13}) [A-Z][A-Za-z0-9()/@-]{1,30}(?: LDHs?)?)"
)


def _elliptic(text: str) -> list[str]:
    """ "Fe-, Co- and Mn-doped Ni3S2" as three materials."""
    match = _ELLIPTIC.search(text)
    if match is None:
        return []
    return [symbol + match[3] for symbol in [*re.findall(r"[A-Z][a-z]?(?=-)", match[1]), match[2]]]


def _right(scene: Scene, role: Role, roles: Sequence[Role]) -> str:
    q = role.quantity
    later = [
        r.quantity.start for r in roles
        if r.quantity.start > q.start and r.what == VALUE and (r.property == role.property or r.quantity.kind == q.kind)
    ]  # fmt: skip
    stop = min(later, default=len(scene.text))
    for material in scene.materials:
        if material.start < q.end or material.start >= stop:
            continue
        gap = _SLOPE.sub("", _CURRENTS.sub("0 mA", scene.between(q.end, material.start)))
        if len(gap) > 110 or (material.rival and _RIVALS.search(gap)):
            break
        if _PAREN.fullmatch(gap):
            return material.text
        if not scene.same_clause(q.start, material.start) and not re.match(r" ?(?:\([^)]{0,20}\) ?)?(?:for|of) ", gap):
            break
        if material.support and not re.search(r"\bon (?:the |a )?$", gap):
            continue
        if SUBSTRATE.fullmatch(material.text) and _left(scene, role, roles):
            continue
        if (
            _FOR.fullmatch(gap)
            and not re.search(r"(?:, |\band |\bby |\bwith |\bthan )", gap.rstrip()[:-4])
            and not _tail_is_method(gap)
        ):
            return material.text
    return ""


#: "at 10, 100 and 300 mA"
_RIVALS = re.compile(r"\b(?:rival|beat|outperform|surpass|exceed|superior|inferior|comparable|similar|close|than)\w*")
_SLOPE = re.compile(r"^,? and [\d.]+ mV(?:/dec| dec-1)")
_CURRENTS = re.compile(r"\d[\d.]*(?:(?:, and |, | and | or |/)\d[\d.]*)+ ?m?A")


def _tail_is_method(gap: str) -> bool:
    if gap in (" with ", " with the ", " with a "):
        return False
    return (
        re.search(
            r"\b(?:loading|content|amount|doping|incorporation|addition|oxidation|dissolution|instead|composed"
            r"|consist\w+|surface) of (?:the )?$|\bat (?:the )?$|\bwith $|\bfrom $",
            gap,
        )
        is not None
    )


_CLOSED = re.compile(r"\) (?:of|for|on) (?:the |a |our |commercial |pristine |bare |pure )*")
_THINGS = ("catalyst", "electrode", "catalysts", "benchmark", "sample", "anode")


def _bracketed(scene: Scene, role: Role) -> str:
    """ "IrO2 (340 mV", "that of IrO2 (a Tafel slope of 80 mV dec-1)" """
    q = role.quantity
    if scene.text[: q.start].endswith("("):  # "that (316 mV) of Ni foam"
        for material in scene.materials:
            if material.start > q.end and _CLOSED.fullmatch(scene.between(q.end, material.start)):
                return material.text
    before = [m for m in scene.materials if m.end <= q.start]
    opened = scene.text.rfind("(", max(0, q.start - 60), q.start)
    if opened >= 0 and ")" not in scene.text[opened : q.start]:
        close = [m for m in before if 0 <= opened - m.end <= 3]
        if close:
            return close[-1].text
        behind = [m for m in before if m.end <= opened]
        if behind and scene.text[behind[-1].end : opened].strip(" ") in _THINGS:
            return behind[-1].text
    return ""


def _left(scene: Scene, role: Role, roles: Sequence[Role]) -> str:
    q = role.quantity
    begin, _ = scene.clauses.span(scene.clauses.at(q.start))
    before = [m for m in scene.materials if m.end <= q.start]
    clause = [m for m in before if m.start >= begin]
    subject = [m for m in clause if not m.rival and not m.support and not m.weak]
    if begin:
        direct = [m for m in clause if not m.support]
        if direct and not subject and _BACK.search(scene.text[direct[-1].end : q.start]):
            direct = []
        if direct:
            return direct[0].text if not subject else subject[-1].text
        main = [m for m in before if m.start < begin and not m.rival and not m.support and not m.weak]
        return main[-1].text if main else ""
    if subject:
        return subject[-1].text
    if scene.before and _PRONOUN.match(scene.text):
        return ""
    dopants = {m for run in lists_of(scene.text, scene.materials) if _of_dopants(scene, run) for m in run}
    weak = [m for m in clause if not m.rival and not m.support and m not in dopants]
    if weak:
        return weak[0].text
    after = [m for m in scene.materials if m.start >= q.end and not m.rival and not m.support and not m.weak]
    if after and scene.clauses.at(after[0].start) == 0 and not clause and not _GENERIC.search(scene.text[: q.start]):
        gap = scene.text[q.end : after[0].start]
        if _FOR.fullmatch(gap) and not re.search(r", |\bamong\b", gap):
            return after[0].text
    return ""


_WHICH = re.compile(
    r"\b[Tt]he (?:(?P<last>second|latter)|first|former)(?: (?:one|sample|electrode|catalyst"
    r"|anode))?\b(?! (?:cycle|scan|step))"
)


_PRONOUN = re.compile(r"(?:It|This|These|They|Its|Their)\b")


def _earlier(scene: Scene) -> str:
    """The last material that the sentences before made their subject, else the title's."""
    which = _WHICH.search(scene.text)
    if which and scene.before:
        pairs = [r for s in reversed(scene.before) for r in lists_of(s, find_materials(s)) if len(r) == 2]
        if pairs:
            return pairs[0][which["last"] is not None].text
    for sentence in reversed(scene.before[-3:]):
        named = [m for m in find_materials(sentence) if not m.rival and not m.support and not m.weak]
        if named:
            return named[0].text
    named = [m for m in find_materials(scene.subject) if not m.support and not m.weak]
    if named:
        return named[0].text
    for sentence in (*reversed(scene.before[-3:]), scene.subject):
        named = [m for m in find_materials(sentence) if not m.rival and not m.weak]
        if named:
            return named[0].text
    return ""


def reactions_of(scene: Scene, role: Role, roles: Sequence[Role], default: str) -> list[str]:
    """The reaction of each item of a value."""
    n = len(role.quantity.items)
    named = [r for r in scene.reactions if r.name != "water splitting" or role.property == "cell voltage"]
    if role.property == "cell voltage":
        return ["water splitting" if any(r.name == "water splitting" for r in named) else ""] * n
    if n > 1:
        for a, b in pairwise(named):
            gap = scene.between(a.end, b.start)
            if (
                n == 2
                and a.name != b.name
                and re.fullmatch(r"(?: \(\w{3,5}\))?(?:,| and|, and| or|/) ?(?:the |for |for the |in )*", gap)
            ):
                return [a.name, b.name]
    return [_one_reaction(scene, role, roles, named, default)] * n


def _one_reaction(scene: Scene, role: Role, roles: Sequence[Role], named: list[Named], default: str) -> str:
    q = role.quantity
    if not named:
        cathodic = any(
            p.kind == "current density" and p.items[0].value < 0 and abs(p.start - q.end) < 60 for p in scene.quantities
        )
        if cathodic or (q.items[0].value < 0 and role.property == "overpotential"):
            return "HER"
        for sentence in reversed(scene.before[-2:]):
            earlier = [r for r in find_reactions(sentence) if r.name != "water splitting"]
            if earlier and len({r.name for r in earlier}) == 1:
                return earlier[-1].name
        return default
    side = _side(scene, role, roles, named)
    if side:
        return side
    if len({r.name for r in named}) == 1:
        return named[0].name
    later = [
        r.quantity.start
        for r in roles
        if r.quantity.start > q.start and r.what == VALUE and r.property == role.property
    ]
    stop = min(later, default=len(scene.text))
    for r in named:
        if q.end <= r.start < stop:
            gap = scene.between(q.end, r.start)
            if re.fullmatch(r" ?\((?:the )?", gap) or (len(gap) <= 70 and _REACTION_FOR.fullmatch(gap)):
                return r.name
    before = [r for r in named if r.end <= q.start]
    same = [r for r in before if scene.same_clause(r.start, q.start)]
    if same:
        return same[-1].name
    if before:
        return before[-1].name
    return named[0].name


def _side(scene: Scene, role: Role, roles: Sequence[Role], named: list[Named]) -> str:
    """The reaction of an anode or cathode that was named since the value before."""
    if role.property != "overpotential":
        return ""
    earlier = [r.quantity.end for r in roles if r.quantity.end <= role.quantity.start and r.property == role.property]
    if not earlier:
        return ""
    gap = scene.between(max(earlier), role.quantity.start)
    if any(max(earlier) <= r.start < role.quantity.start for r in named):
        return ""
    return "OER" if re.search(r"\banod", gap) else "HER" if re.search(r"\bcathod", gap) else ""
