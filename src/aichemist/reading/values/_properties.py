"""Words that say which property a number is, and which kinds of unit each property can have."""

from __future__ import annotations

import re

from attrs import frozen

#: property -> kinds of unit; a kind that only one property has needs no word at all
KINDS: dict[str, tuple[str, ...]] = {
    "overpotential": ("potential",),
    "onset potential": ("potential",),
    "onset overpotential": ("potential",),
    "half-wave potential": ("potential",),
    "potential": ("potential",),
    "cell voltage": ("potential",),
    "tafel slope": ("tafel",),
    "current density": ("current density",),
    "limiting current density": ("current density",),
    "exchange current density": ("current density",),
    "mass activity": ("mass activity",),
    "specific activity": ("current density", "mass activity", "other activity"),
    "turnover frequency": ("frequency",),
    "stability": ("time", "cycles"),
    "retention": ("percent",),
    "faradaic efficiency": ("percent",),
    "solar-to-hydrogen efficiency": ("percent",),
    "quantum yield": ("percent", "fraction"),
    "double-layer capacitance": ("capacitance",),
    "electrochemical surface area": ("area", "specific area"),
    "surface area": ("specific area",),
    "charge-transfer resistance": ("resistance",),
    "loading": ("loading",),
    "band gap": ("energy",),
    "activation energy": ("energy", "molar energy"),
    "hydrogen rate": ("rate",),
    "power density": ("power density",),
    "wavelength": ("length",),
    # what is set or belongs to the method: takes its number so that no property does
    "": ("potential", "percent", "time", "cycles", "length", "energy", "area", "loading", "current density"),
}

_CUES: tuple[tuple[str, str], ...] = (
    ("", r"(?:scan|sweep)(?:ning)? rates?|amplitudes?|(?:potential|voltage) (?:window|range|region|step|interval|gap)s?"
         r"|windows?|open[- ]circuit(?: (?:potential|voltage)s?)?|(?:accelerating|acceleration|tube) voltage"
         r"|pulse|amplified|equilibrium potential|thermodynamic(?:ally)? (?:potential|limit|value|voltage)s?"
             r"|reversible potential"
         r"|iR[- ](?:drop|compensat\w*|correct\w*)|binding energ\w+|standard deviation|error|peak separation|ΔE\w*"
         r"|fluctuation|deviations?|peak (?:shift|position)s?|atomic ratio|content|purity|yields? of|porosity"
             r"|humidity|band[- ]?width|resolution|lasers?|LEDs?|theoretical(?:ly)?|steps?|ramp rates?|(?:AC|ac|DC"
             r"|dc) (?:voltage|potential)s?|perturbation|polariz?s?ed|potential limit|transmittance|mass loss"
             r"|weight loss"),
    ("exchange current density", r"exchange[- ]current(?: densit(?:y|ies))?|[ji] ?_?0(?![\d.])"),
    ("limiting current density",
        r"(?:diffusion[- ])?limit(?:ing|ed)[- ]current(?: densit(?:y|ies))?|j ?_?[Ll](?![a-z])"),
    ("specific activity",
        r"specific (?:OER |HER )?activit(?:y|ies)|intrinsic (?:current densit|activit)(?:y|ies)"
        r"|(?:ECSA|BET|surface|EASA)[- ]normali[sz]ed (?:OER |HER )?(?:currents?|(?:current densit|activit)(?:y|ies))"),
    ("mass activity",
        r"mass[- ](?:normali[sz]ed )?(?:specific )?activit(?:y|ies)|mass[- ]specific (?:activit|current)\w*"
        r"|specific mass activit(?:y|ies)"),
    ("current density", r"(?:photo)?current(?: densit(?:y|ies))?|photocurrents?|(?<![A-Za-z])[jJ](?= ?[=~>(])"),
    ("onset overpotential", r"(?:onset|threshold) over-?potentials?|onset η"),
    ("onset potential", r"(?:begins|starts|sets in|commences|started|begin|start)(?= at \d)"
    r"|onset(?:[- ](?:potential|voltage)s?)?|E ?_?onset|U ?_?onset"),
    ("half-wave potential", r"half-?[- ]?wave(?: potentials?)?|E ?_?1 ?/ ?2"),
    ("cell voltage",
        r"cell (?:voltage|potential)s?|(?:full[- ]?cell|operating|operation|working|electrolysis|bias|applied"
        r"|input|driving)? ?voltages?"),
    ("overpotential",
        r"over-? ?potentials?|over-?voltages?|OVPs?|(?:(?<![A-Za-z])[ηh](?=_?\d{1,4}(?![\d.]))"
        r"|η)(?:[ _@]?(?:j ?= ?)?\(?(?P<eta>\d{1,4})(?:mA(?:[/ ]cm\^?-?2)?)?\)?(?! ?m?V))?(?:OER|HER)?"),
    ("potential",
        r"(?:electrode |working |applied |anodic |anode )?potentials?"
        r"|(?<![A-Za-z])E ?_?(?:j ?=? ?_?@?)?(?P<at>\d{2,4})?(?= ?(?:=|\(|of|was|is|value))"),
    ("tafel slope", r"Tafel(?: slopes?| values?)?"),
    ("turnover frequency", r"turn-?over frequenc(?:y|ies)|TOFs?"),
    ("faradaic efficiency",
        r"[Ff]arada(?:ic|y)(?:'s)? ?(?:current )?(?:[Ee]fficienc(?:y|ies)|yields?)|FEs?(?:[_ ]?[OH]2)?(?![a-z])"
        r"|current efficienc(?:y|ies)|coulombic efficienc(?:y|ies)"),
    ("solar-to-hydrogen efficiency",
        r"(?:solar[- ]to[- ]hydrogen|STH)(?: \(STH\))?(?: conversion)? ?(?:ef-? ?ficienc(?:y|ies))?"),
    ("quantum yield",
        r"quantum (?:yield|efficienc)\w*|(?:PL|photoluminescence|fluorescence) quantum|AQ[YE]s?|[EI]QEs?|PLQYs?"
        r"|QYs?(?![a-z])"),
    ("retention",
        r"ret(?:ain\w*|entions?)|(?:left|remaining)(?= after)|of (?:its|the|their) (?:initial|original)"
         r"|(?:was|were|is|are) (?:maintained|preserved|kept)|(?:maintain|preserv|remain"
        r"|keep)\w* (?:at )?(?=(?:about |over |nearly |~|ca\. )?\d)"),
    ("double-layer capacitance", r"double-? ?layer(?: capacitances?)?|[Cc] ?_?dl|C ?_?DL"),
    ("electrochemical surface area",
        r"electro-?chemical(?:ly)?[- ](?:(?:active|accessible|real) )?surface areas?|ECSAs?|active surface areas?"),
    ("surface area",
        r"(?:BET |[Bb]runauer\W{1,3}Emmett\W{1,3}Teller |specific )(?:specific )?surface areas?|surface areas?"),
    ("charge-transfer resistance", r"charge-? ?transfer resistances?|[Rr] ?_?ct|R ?_?CT"),
    ("loading", r"load(?:ing|ings|ed)"),
    ("activation energy",
        r"(?:apparent |electrochemical )?activation (?:energ(?:y|ies)|barriers?)|E ?_?a(?:pp)?(?= ?(?:=|\(|of|was"
        r"|is|value))"),
    ("band gap", r"band ?-?gaps?|E ?_?g(?![a-z])|gap energ\w+"),
    ("hydrogen rate",
        r"(?:hydrogen|H2)[- ](?:evolution|production|generation|evolving)(?: \(HER\))? (?:rate|activit)\w*"
        r"|(?:production|evolution|generation) rates?"),
    ("power density", r"(?:peak |maximum )?power densit(?:y|ies)"),
    ("wavelength",
        r"wavelengths?|emission|emits?|fluorescence|photoluminescence|absorption|absorbs?|excitation|λ(?:max|em|ex"
        r"|abs)?|luminescence"),
    ("stability",
        r"stab(?:le|ly|ility)|durab(?:le|ility)|continuous(?:ly)?|long-term|operat(?:ion|ing|es|ed|e)|electrolysis"
        r"|lifetimes?|endurance|chronopotentiometr\w+|chronoamperometr\w+|sustain\w*|robust\w*|withst[ao]\w+"
        r"|degradation|deactivation|decay|CP test|last(?:s|ed|ing)|stays?|stayed|unchanged|steady|steadily|runs?"
        r"|running|ran|worked|works|working|endur\w+|surviv\w+|(?:no|negligible|without|little|minimal) "
        r"(?:an? |any )?(?:\w{4,13} ){0,2}(?:loss|change|decline|drop|fading|attenuation)|kept|keeps|maintain\w*"
        r"|cycl(?:es|ed) for"),
)  # fmt: skip

_SPELLINGS = tuple((name, re.compile(rf"(?<![A-Za-z])(?:{pattern})(?![A-Za-z]{{2}})")) for name, pattern in _CUES)
_CASE = re.compile(r"(?<![A-Za-z])[A-Z](?=[a-z]{2})")


@frozen
class Cue:
    """A word for a property at ``[start, end)``; ``current`` is the figure in "η10", in mA/cm2."""

    property: str
    start: int
    end: int
    current: float | None = None

    def fits(self, kind: str) -> bool:
        return kind in KINDS[self.property]


def find_cues(text: str) -> tuple[Cue, ...]:
    """Words for properties in the order written; where two overlap, the longer one, then the more special one."""
    lowered = _CASE.sub(
        lambda m: m[0].lower() if m[0] not in "T" or text[m.start() : m.start() + 5] != "Tafel" else m[0], text
    )
    found: list[Cue] = []
    for name, pattern in _SPELLINGS:
        for match in pattern.finditer(lowered):
            if match.end() == match.start():
                continue
            figure = (match.groupdict().get("eta") or match.groupdict().get("at")) if match.lastindex else None
            found.append(Cue(name, match.start(), match.end(), float(figure) if figure else None))
    found.sort(key=lambda c: (c.start, -c.end))
    kept: list[Cue] = []
    for cue in found:
        if kept and cue.start < kept[-1].end:
            if cue.end - cue.start > kept[-1].end - kept[-1].start:
                kept[-1] = cue
            continue
        kept.append(cue)
    return tuple(kept)
