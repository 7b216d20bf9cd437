"""Materials that a sentence names: formulae, sample labels and names of compounds, without electrolytes and gases."""

from __future__ import annotations

import re
from functools import lru_cache

from attrs import evolve, frozen

from aichemist.chemistry import ATOMIC_WEIGHTS

_SYMBOL = "|".join(sorted(ATOMIC_WEIGHTS, key=len, reverse=True))
_COUNT = r"(?:\d{1,3}(?:\.\d{1,4})?|[xyzn](?![a-z])|δ)?(?:[-+±](?:[xyδ]|\d?δ))?"
_FORMULA = re.compile(rf"(?:\d(?=[TH]-))?(?:[α-ωa-z](?=[A-Z]))?(?:\(?(?:{_SYMBOL}){_COUNT}\)?{_COUNT}){{1,12}}")
_PIECE = re.compile(
    r"(?:LDHs?|MOFs?|COFs?|ZIF|MIL|UiO|CNTs?|MWCNTs?|SWCNTs?|CNFs?|r?GO|NGs?|NF|CFP|CFC|CC|CP|CB|GCE?|NC"
    r"|NCNTs?|MXene|NPs?|NSs?|NWs?|NRs?|NAs?|NTs?|QDs?"
    r"|SAs?|SACs?|HEAs?|HEOs?|TM|IF|CF|SS|FTO|ITO|BSCF|PBSCF|LSCF|PBC|XC|Vulcan|PNC|HCNFs?|OOH|OH|hydroxide"
    r"|oxide|graphene|carbon|black|Raney|[1-3][DT]|1T'?|2H"
    r"|[Pp]ristine|based|ref|[α-ω]|[A-Z]{2,5}s?|Pi|(?:Ti|V|Nb|Mo|Ta)\d?C\d?Tx|[a-z]{1,2}|\d{1,4}(?:\.\d{1,3})?(?:%|h|min|°C)?|[A-Z]\d{0,2})"
)
_KNOWN = re.compile(r"LDHs?|MOFs?|COFs?|ZIF|MIL|CNTs?|MWCNTs?|MXene|SACs?|HEAs?|HEOs?|BSCF|PBSCF|LSCF|rGO")
_RAW = re.compile(
    r"(?:[A-Za-z0-9α-ω]{1,6}-)?\((?:[A-Z][a-z]?,){1,5}[A-Z][a-z]?\)[A-Z][A-Za-z0-9]{0,20}(?:[@/-][A-Za-z0-9@/()-]{1,30})?"
    r"|[A-Za-z0-9α-ω(\[][A-Za-z0-9@/()·.+\-δ:&"
    r"|±\[\]'%°]{0,60}"
)
_SPLIT = re.compile(r"[-/@·:+&|]")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: words of two letters or less that are symbols too, and acronyms that read as formulae
_NEVER = _words(
    "In As At He No I Be A B C D E F H K L M N O P R S T U V W X Y Co. On Os. CV UV PV PC BN. IR NHE SHE CP CC "
    "NF CB PBS PS OCP ICP CNs OH O2 H2 N2 Ar CO2 CO H2O H2O2 KOH NaOH LiOH H2SO4 HClO4 HNO3 HCl H3PO4 KCl NaCl "
    "Na2SO4 K2SO4 KHCO3 NaHCO3 KNO3 NaNO3 KBi KPi HPO4 PO4 SO4 NO3 NH3 NH4 CH3OH C2H5OH CH4 C2H4 NaClO4 LiClO4 "
    "KPF6 Ag/AgCl Hg/HgO Hg/Hg2SO4 Hg2Cl2 AgCl HgO Nafion SI Si. II III IV VI VII I-V J-V j-V I/V Ph. PhD Po No. "
    "Nos Sc. Na K Li+ Cs K+ Na+ OH- H+ Cl- CuKα Kα Ba. O-O O-H C-C M-O eg t2g H2/O2 O/H mV eV mA kV µV mAh mW kW"
    " MW µW nW kWh mF HO "
    "HOO OOH* OH* O* *OH *O *OOH CN US UK PhOH Cl2 D2O D2 UPS FPS OCV Pa SCN Ag+ In2 PC. Fig Figs Eq Eqs Ref"
)
_METALS = _words("Ni Co Fe Ir Ru Pt Pd Rh Cu Mn Au Ag Mo W V Cr Ti Zn Sn Bi Pb Os Re Nb Ta Ce La Zr Al Mg Sb Ga Y")
_ELEMENT_NAMES = (
    "nickel|cobalt|iron|iridium|ruthenium|platinum|palladium|rhodium|copper|manganese|gold|silver|molybdenum"
    "|tungsten|vanadium"
    "|chromium|titanium|zinc|tin|bismuth|lead|cerium|lanthanum|aluminium|aluminum|magnesium|antimony|niobium"
    "|tantalum|zirconium"
    "|barium|strontium|calcium|carbon|nitrogen|phosphorus|boron|sulfur|sulphur|selenium"
)
_ANIONS = (
    r"(?:oxy)?hydroxides?|oxyhydroxides?|(?:di|tri|per)?oxides?|phosphides?|sul(?:f|ph)ides?|disul(?:f"
    r"|ph)ides?|selenides?|diselenides?|nitrides?|carbides?|borides?"
    r"|tellurides?|phosphates?|borates?|vanadates?|molybdates?|tungstates?|ferrites?|cobaltites?|manganites?"
    r"|carbonates?(?: hydroxides?)?|(?:meta|pyro)phosphates?|\w{0,8}phosphonates?|silicates?|titanates?|antimonates?"
    r"|nickelates?|cobaltates?|oxyfluorides?|fluorides?|chalcogenides?"
)
_HEADS = (
    rf"(?:LDHs?|MOFs?|NPs|NSs|NWs|NRs|NAs|SACs?|SAs|HEA|HEO|layered double hydroxides?|{_ANIONS}|nano\w{{3,14}}"
    rf"|aerogels?|hydrogels?|alloys?"
    r"|arrays?|(?:thin )?films?|foams?|meshe?s?|foils?|perovskites?|spinels?|hetero(?:structure|junction"
    r"|interface)s?|composites?|clusters?|hybrids?|single[- ]atoms?(?: catalysts?)?"
    r"|(?:micro|hollow )?spheres?|cubes?|fibers?|fibres?|powders?|glass|black|wood-?piles?|quantum dots|dots"
    r"|polymers?|networks?|paper|cloth|felt|plates?|steel|sponge|frameworks?|oxides?)"
)
_ROLES = (
    r"(?:(?:electro|photo)?(?:catalysts?|anodes?|cathodes?|electrodes?)|samples?|benchmarks?|electroly[sz]ers?"
    r"|cells?)"
)
_DOPED = (
    r"(?:[A-Z][a-z]?(?:[,/]? ?[A-Z][a-z]?){0,3}-(?:doped|co-?doped|modified|decorated|incorporated|substituted"
    r"|rich|deficient|coated|loaded|supported|based|containing|intercalated|functionali[sz]ed|activated"
    r"|treated|alloyed|anchored|promoted|free|poor|stabili[sz]ed|leached|etched|induced|exchanged|vacancy))"
)
_BEFORE = (
    r"(?:\w{4,14}-(?:doped|modified|decorated|coated|supported|derived|rich|deficient|treated|engineered"
    r"|etched|reconstructed|annealed|defective)"
    r"|amorphous|crystalline|commercial|bare|pristine|pure|bulk|undoped|doped|defective|mesoporous|porous"
    r"|hollow|ultra-?thin|defect-rich|layered|exfoliated|reduced|annealed|calcined|rutile|benchmark|activated"
    r"|unmodified|blank|monolithic|self-supported|reference|plain|hierarchical|amorphized|electrodeposited"
    r"|single-atom|atomically dispersed|high-entropy|state-of-the-art|nanostructured|spinel|perovskite|black)"
)
_NAMED = re.compile(
    rf"(?<![A-Za-z-])(?:{_BEFORE}[ -]){{0,3}}(?:"
    rf"(?:(?:{_ELEMENT_NAMES})(?:[-–/ ](?:{_ELEMENT_NAMES}))*(?: \([IV]{{1,3}}\))?[ -](?:(?:mixed|layered"
    rf"|double|foam|{_HEADS})[ -]?){{1,3}}(?! catalys)"
    rf"|layered double hydroxides?|(?:carbon|graphene|glassy carbon|stainless steel|MXene"
    rf"|metal[- ]organic framework|graphitic carbon nitride|carbon black|steel|perovskite|spinel|graphene oxide"
    rf"|reduced graphene oxide|high-entropy (?:alloy|oxide)s?)(?: {_HEADS})?)"
    r")(?![A-Za-z]|-(?:free|based|supported|coated))",
    re.I,
)
#: what electrodes are made on
SUBSTRATE = re.compile(
    r"(?:porous |bare )?(?:nickel|Ni|copper|Cu|iron|Fe|titanium|Ti|gold|Au|silver|Ag|steel) (?:foams?|meshe?s?"
    r"|foils?|felts?|plates?|sheets?)"
    r"|glassy carbon|carbon (?:cloth|paper|fib(?:er|re)s?(?: paper)?|felt)|graphite|FTO|ITO|stainless steel",
    re.I,
)
_VAGUE = re.compile(
    r"carbon|graphene|steel|perovskite|spinel|stainless steel|carbon black|perovskite oxides?|\w+ foil"
    r"|activated carbon",
    re.I,
)
_LEFT = re.compile(rf"(?<![A-Za-z])(?:(?:(?i:{_BEFORE})|{_DOPED})[ -]){{1,3}}$")
_RIGHT = re.compile(rf"(?:[ -]{_HEADS}){{1,3}}(?![A-Za-z])")
_LABEL = re.compile(
    r"(?<![A-Za-z])(?:[Ss]ample|[Cc]atalyst|[Ee]lectrode|[Ff]ilm|[Ss]pecimen)s? (?P<label>[A-Z]\d{0,2}|\d{1,2}"
    r"|[A-Z]{1,4}-?\d{1,4})(?![A-Za-z0-9]|\.\d)"
)
#: "NPC-900", "WP1200": sample labels, where no better name is there
_SHORT_LABEL = re.compile(
    r"(?<![A-Za-z0-9-])(?!(?:OER|HER|ORR|XRD|XPS|EIS|CV|LSV|PEM|AEM|RHE|UV|FT|ICP|AM|PBS|KOH|SI|DOI|ISO|CHI"
    r"|JEM|JSM)[-\d])"
    r"[A-Z]{1,5}(?:-[A-Za-z0-9]{1,6}){0,2}-?\d{1,4}(?:-[A-Z0-9]{1,5})?(?![A-Za-z0-9+-]|\.\d)"
)
_SUPPORT_BEFORE = re.compile(
    r"\b(?:(?:supported|grown|deposited|coated|anchored|loaded|dispersed|immobili[sz]ed|decorated|encapsulated"
    r"|confined|embedded|modified|doped|alloyed|mixed)(?: \w{4,12})? (?:on|onto|in|with|into|within|by)|on"
    r"|onto|into|atop)(?: (?:a|an|the))?(?: (?:conductive|porous|bare|planar|flat|commercial|\w{4,12}ed))? $"
)
#: "upon Fe incorporation": no material
_PART = re.compile(
    r"(?:\([IV]+\))?[ -](?:incorporation|doping|dopants?|content|addition|substitution|ions?|sites?|atoms?"
    r"|loading|species|precursors?"
    r"|leaching|exchange|insertion|dissolution|oxidation|introduction|alloying|cations?|centres?|centers?|modification|vacanc)"
)
_TAKES_PLACE = re.compile(
    r"\b(?:work|stud(?:y|ies)|research|based|[A-Z0-9]{2,4}R|evolution|reaction|reduction|oxidation|splitting"
    r"|overpotentials?|slopes?|obtained"
    r"|measured|recorded|found|observed|achieved|attained|reached|delivered|generated|driven|required|needed|passed"
    r"|sustained|current|activity|activities|mV|V|RHE|cm-2|dec-1|catalys\w+|evolved|yielded|performed|proceeds) on "
    r"(?:the |a )?(?:\w+ )?$|(?:^|[,;:] )[Oo]n (?:the |a )?(?:\w+ )?$"
    r"|\b(?:introduc|incorporat|insert|dop|integrat|substitut)\w*(?: of)? [A-Z]\w{0,3} (?:in)?to (?:the )?(?:\w+ )?$"
    r"|\b(?:transform|convert|reconstruct|turn|oxidi[sz]|evolv)\w*(?: \w+){0,3} (?:in)?to (?:the |an? )?(?:\w+ )?$"
)
_RIVAL_BEFORE = re.compile(
    r"\b(?:than|outperform\w*|surpass\w*|exceed\w*|over|versus|vs\.?|rival\w*|beat\w*|superior to|inferior to"
    r"|close to|similar to|comparable (?:to|with)|relative to|compared (?:to|with)|in contrast to|unlike"
    r"|to those? of|to that (?:of|for)|with that (?:of|for)|with those (?:of|for)|beyond|(?<!such )as|like|against"
    r"|than that (?:of|for)|than those (?:of|for)|instead of|from|doping|doped with|incorporat\w+|introduc\w+"
    r"|(?:introduction|incorporation|insertion|doping) of|adding|addition of|substitut\w+)"
    r"(?: (?:that|those) (?:of|for|on|over))?(?: (?:the|a|an|bare|commercial|pure|pristine|both"
    r"|state-of-the-art|benchmark|conventional|noble-metal)){0,3} $",
    re.I,
)


@frozen
class Material:
    """``text[start:end]`` names a material; a ``rival`` is one that others are compared with, a ``support``
    carries another, a ``weak`` one may be no more than a part of the sentence's material."""

    start: int
    end: int
    text: str
    rival: bool = False
    support: bool = False
    weak: bool = False


@lru_cache(maxsize=64)
def find_materials(text: str) -> tuple[Material, ...]:
    """Materials named in a tidied sentence, in the order written, none overlapping another."""
    spans: list[tuple[int, int, bool]] = []
    for match in _RAW.finditer(text):
        end = _trimmed(text, match.start(), match.end())
        start = match.start()
        while start < end and text[start] in "([" and text[start:end].count("(") > text[start:end].count(")"):
            start += 1
        if _enclosed(text[start:end]):
            start, end = start + 1, end - 1
        if text[start:end].count(")") > text[start:end].count("("):
            continue  # the rest of a formula with a comma in it
        token = text[start:end]
        if text[end : end + 1] in ("+", "-") and re.fullmatch(r"[A-Z][a-z]?\d?", token):
            continue  # an ion
        if re.fullmatch(r"[VAKW]\d{1,2}", token) and re.search(r"\d ?$", text[max(0, start - 2) : start]):
            continue  # "1.8 V7": a unit with the number of a reference
        if len(token) > 1 and _is_material(token):
            weak = token in _METALS
            right = _RIGHT.match(text, end)
            if right:
                end = right.end()
            left = _LEFT.search(text, max(0, start - 60), start)
            if left:
                start = left.start()
            spans.append((start, end, weak and not right and not left))
    spans += [(m.start(), m.end(), _VAGUE.fullmatch(m[0]) is not None) for m in _NAMED.finditer(text)]
    spans += [(m.start(), m.end(), False) for m in _LABEL.finditer(text)]
    spans += [
        (m.start(), m.end(), True)
        for m in _SHORT_LABEL.finditer(text)
        # no figure of the supplement ("S5"), and no unit with a reference ("1.8 V7")
        if m[0] not in _NEVER
        and not re.fullmatch(r"S\d{1,2}", m[0])
        and not re.search(r"\d ?$", text[: m.start()][-2:])
    ]
    spans.sort(key=lambda s: (s[0], -s[1]))
    kept: list[Material] = []
    for start, end, weak in spans:
        if text.startswith((" et al", " and co-w", " and cow"), end):
            continue  # "Bi et al."
        if text[start].islower() and _AGAIN.search(text, max(0, start - 8), start):
            continue  # "this manganese oxide" was named before
        if kept and re.fullmatch(r" ?(?:\([+-]\))? ?\|\| ?", text[kept[-1].end : start]):
            kept[-1] = _made(text, kept[-1].start, end, False)
            continue
        if kept and start < kept[-1].end:
            if start == kept[-1].start or end <= kept[-1].end:
                continue
            start = kept[-1].end
            if not text[start:end].strip(" -"):
                continue
            kept[-1] = _made(text, kept[-1].start, end, kept[-1].weak and weak)
            continue
        kept.append(_made(text, start, end, weak))
    return tuple(_with_aliases(text, kept))


def _with_aliases(text: str, found: list[Material]) -> list[Material]:
    """ "Cobalt phosphate (Co-Pi)": one material, by what stands in the brackets."""
    kept: list[Material] = []
    for material in found:
        last = kept[-1] if kept else None
        if (
            last is not None
            and " " in last.text
            and text[last.end : material.start] == " ("
            and text[material.end : material.end + 1] == ")"
            and not SUBSTRATE.fullmatch(last.text)
        ):
            kept[-1] = evolve(last, end=material.end + 1, text=material.text, weak=False)
            continue
        kept.append(material)
    return kept


#: "5 % Ir"
_SHARE = re.compile(r"\d ?(?:at|wt|mol)? ?\.?%? ?% $")
#: "NiRu-BDC, a ruthenium-modified framework" but not "Herein, a ..."
_APPOSED = re.compile(
    r"[ (][\w()/@.-]*[A-Z0-9][\w()/@.-]*, an? $|^[\w()/@.-]*[A-Z0-9][\w()/@.-]*[A-Z0-9][\w()/@.-]*, an? $"
)
_AGAIN = re.compile(r"\b[Tt]h(?:is|ese) $")
#: what metals come as
_SALT = re.compile(r"^[A-Z][a-z]?(?:Cl\d?|\(NO3\)\d|\(CH3COO\)\d|\(OAc\)\d|\(acac\)\d)(?:·\d?H2O)?$")
#: "attained over Mo2C": not beyond it
_OVER = re.compile(
    r"\b(?:OER|HER|ORR|evolution|oxidation|reduction|cm-2|mV|V|RHE|attained|obtained|achieved"
    r"|reached|measured) over (?:the )?$"
)


def _enclosed(piece: str) -> bool:
    """Whether the first bracket closes with the last character: "(NiO)", "(Ni(OH)2)", not "(Ni)(Fe)"."""
    if not (piece.startswith("(") and piece.endswith(")")):
        return False
    depth = 0
    for i, ch in enumerate(piece):
        depth += (ch == "(") - (ch == ")")
        if depth == 0:
            return i == len(piece) - 1
    return False


def _made(text: str, start: int, end: int, weak: bool) -> Material:
    name = text[start:end].strip(" -,;")
    before = text[max(0, start - 60) : start]
    part = name in _METALS and (_PART.match(text, end) is not None or _SHARE.search(before) is not None)
    made_on = _SUPPORT_BEFORE.search(before) is not None and (
        _TAKES_PLACE.search(before) is None or SUBSTRATE.fullmatch(name) is not None
    )
    apposition = name[:1].islower() and _APPOSED.search(before) is not None
    return Material(
        start, start + len(name) if text[start:].startswith(name) else end, name,
        rival=_RIVAL_BEFORE.search(before) is not None and _OVER.search(before) is None,
        support=made_on or part or re.match(r"[ -]supported [A-Z]", text[end : end + 12]) is not None,
        weak=weak or apposition or SUBSTRATE.fullmatch(name) is not None or _SALT.search(name) is not None,
    )  # fmt: skip


def _trimmed(text: str, start: int, end: int) -> int:
    while end > start:
        piece = text[start:end]
        last = piece[-1]
        if (
            last in ".:+-/@&'·±%°["
            or (last == ")" and piece.count(")") > piece.count("("))
            or (last == "(")
            or (last == "]" and piece.count("]") > piece.count("["))
        ):
            end -= 1
            continue
        opened = piece.rfind("(")
        if opened > 0 and piece.count("(") > piece.count(")"):
            end = start + opened
            continue
        break
    return end


#: "S-(Ni,Fe)OOH"; "NiFeM", where M is told in words
_MIXED = re.compile(
    r"(?:[A-Za-z0-9α-ω]{1,6}-)?\((?:[A-Z][a-z]?,){1,5}[A-Z][a-z]?\)[A-Z]|(?:Ni|Fe|Co|Mn|Cu|Ru|Ir){2,4}[MX](?![A-Za-z0-9])"
)


def _is_material(token: str) -> bool:
    if token in _NEVER or (token[0].isdigit() and not re.match(r"\d[TH]-", token)):
        return False
    if token in _METALS or (token[0] == "(" and "," in token) or _MIXED.match(token):
        return True
    if re.match(r"[mkµn]?[AV]/", token):
        return False
    if re.fullmatch(r"[A-Z][a-z]?\d?[+-]|[A-Z][a-z]?\d?\+", token):
        return False
    pieces = [p for p in _SPLIT.split(token.replace("(", "").replace(")", "")) if p]
    if _FORMULA.fullmatch(token) and _counts(token):
        return True
    good = False
    for piece in pieces:
        if piece in ("doped", "loaded", "supported", "modified", "decorated", "coated", "derived", "type"):
            continue
        if good and re.fullmatch(r"[a-z]{4,12}(?:ate|ite|ide)", piece):
            continue
        if _KNOWN.fullmatch(piece):
            good = True
        elif _FORMULA.fullmatch(piece) and piece not in _NEVER:
            good = good or _counts(piece) or piece in _METALS
        elif not _PIECE.fullmatch(piece):
            return False
    return good and len(pieces) >= 1


def _counts(formula: str) -> bool:
    """Whether it reads as a compound rather than a word in capitals: a metal, or two elements with a figure."""
    symbols = re.findall(_SYMBOL, formula)
    if formula.isupper() and not any(ch.isdigit() for ch in formula):
        return formula in ("NC", "WC", "BN", "VN", "BP", "WS", "WN")
    metals = [s for s in symbols if s in _METALS]
    return (bool(metals) and (len(symbols) >= 2 or len(formula) > len(metals[0]))) or (
        len(set(symbols)) >= 2 and any(ch.isdigit() or ch in "xyδ" for ch in formula)
    )


def lists_of(text: str, materials: tuple[Material, ...]) -> tuple[tuple[Material, ...], ...]:
    """Runs of two or more materials joined by commas and "and": "NiFe, CoFe and Ni"."""
    runs: list[list[Material]] = []
    for i, material in enumerate(materials):
        gap = text[materials[i - 1].end : material.start] if i else ""
        if i and _JOIN.fullmatch(gap):
            runs[-1].append(material)
        else:
            runs.append([material])
    return tuple(tuple(run) for run in runs if len(run) > 1)


_JOIN = re.compile(
    r"(?: (?:catalysts?|electrodes?|samples?))?(?: ?, ?| ?[<>] ?| and | or |, and |, or | & |; ?|, as well as "
    r"| as well as | versus | vs\.? )(?:and )?(?:the |that of |those of |for |of |on |with |a |its |our |bare "
    r"|its \w{4,12} counterpart )?"
)
