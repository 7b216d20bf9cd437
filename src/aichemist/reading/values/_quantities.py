"""Numbers with units in a tidied sentence: single ones, lists, ranges, with uncertainty and bounds."""

from __future__ import annotations

import re
from itertools import pairwise

from attrs import evolve, frozen

from ._units import Unit, unit_at

_NUMBER = re.compile(
    r"(?<![A-Za-z0-9_.α-ωΑ-Ω])(?<!\d:)(?<!\))(?:\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,6})?(?![\d,])"
    r"|\d{1,3}(?: 000){1,2}(?!\d)|0,\d{1,4}(?!\d)"
    r"|\d{1,7}(?:\.\d{1,7})?|\.\d{1,5})(?P<times> ?[×x*·] ?10(?:\^| )?\(?(?P<power>-? ?\d{1,2})\)?(?!\d)"
    r"|[eE](?P<e>[-+]?\d{1,2})(?!\d))?"
)
_SIGN = re.compile(r"(?:^|[\s(\[=~<>≤≥:@/,])([-+]) ?$")
#: figures, references and pH have numbers that no list goes on from
_NO_QUANTITY = re.compile(r"(?:\bpH(?: ?=| of)?|\b(?:Figs?|Figures?|Tables?|Eqs?|Refs?|refs?|Nos?|Sections?|SI)\.?) ?$")
_PLUS_MINUS = re.compile(r" ?\(?(?:±|\+ ?/ ?-|\+-) ?")
_TO = re.compile(r" ?(?:-|~|to|up to|through) ?")
_AND = re.compile(
    r" ?(?:[,;/&]|,? (?:and|or|&|to)(?: then)?) ?(?:and |or )?(?:only |even |just |a |an "
    r"|as low as |ca\.? |about |around |approximately |respectively )?[~<>≤≥]?-? ?"
)
#: "321 vs 388 mV"
_AGAINST = re.compile(r" (?:vs\.?|versus|against|instead of|rather than|compared (?:to|with)) ")
#: "320 (NiO), 295 (NiFeO) and 350 mV"
_LABEL = re.compile(r" ?\((?:for )?[A-Z](?:[^()]|\([^()]{1,8}\)){0,24}\)(?= ?,| and| or)")
#: "300 mV, about 80 mV less than": the second is a difference
_DIFFERS = re.compile(
    r"[ -](?:lower|less|smaller|higher|more|larger|better|worse|below|above|decrease|increase|reduction|shift"
    r"|improvement|positive|negative)"
)
_BY = re.compile(r"\bby (?:[a-z~]{1,12} ?)?$")
_BETWEEN = re.compile(
    r"\b(?:between|(?:in|within) the range (?:of|from)|ranging from|from)(?: (?:about|ca\.?|roughly"
    r"|approximately))? $"
)
_FROM = re.compile(r"\bfrom(?: (?:an? )?(?:\w{2,14} ){0,2})?(?:~|about |ca\.? )?$")
_CHANGES = re.compile(
    r"\b(?:decreas|increas|drop|fell|fall|reduc|lower|rise|rose|ris|grow|grew|improv|declin|chang|shift|enhanc"
    r"|rais|cut|boost|went|goes|diminish|climb)\w*"
)
_REFERENCE = re.compile(
    r"[ _]?[(\[]?(?:(?:vs\.?|versus|against|relative to|\(?versus)[ _]?(?:the |a )?)?(?P<ref>RHE|SHE|NHE|SCE"
    r"|reversible hydrogen|Ag ?/ ?AgCl|Hg ?/ ?HgO|Li ?/ ?Li\+)"
)

#: "a quantum yield of 0.64" has no unit
_BARE_YIELD = re.compile(
    r"\b(?:quantum (?:yield|efficiency)|PLQY|QY|Φ\w{0,3})(?: \([^()]{1,12}\))?(?: of| is| was| ="
    r"|:)? ?(0\.\d{1,4})(?! ?[%\d±-])"
)
_FRACTION = Unit("", "fraction")
#: "needed for j10": the current density by its symbol
_SYMBOL = re.compile(
    r"\b(?:at|for|reach|deliver|drive|attain|achieve|afford|@) ?(?:a "
    r"|an )?([jJ][_@ ]?(?:= ?)?(\d{1,4}))(?![\d.A-Za-z]| ?[mµ]?A)"
)
_CURRENT = Unit("mA/cm2", "current density")
_WORDS_BEFORE = (
    (re.compile(
        r"(?:≤|<=|\b(?:at most|no (?:more|higher|greater|larger) than|not (?:exceed|more than|higher than)\w{0,4}"
        r"|up to))(?: a| an| about)? ?$", re.I), "<="),
    (re.compile(
        r"(?:≥|>=|\b(?:at least|no (?:less|fewer|lower|shorter) than|not (?:less|lower) than))(?: a| an"
        r"| about)? ?$", re.I), ">="),
    (re.compile(
        r"(?:<|«|\b(?:below|under|less than|lower than|smaller than|fewer than|within|inferior to|well below"
        r"|shorter than|without exceeding|not reaching)(?: a| an| about)?(?<!under a)(?<!under an)) ?$", re.I), "<"),
    (re.compile(
        r"(?:>|»|\b(?:above|over|more than|higher than|greater than|larger than|exceeding|exceeds?|exceeded|beyond"
        r"|longer than|in excess of|surpass(?:es|ed|ing)?))(?: a| an| about)? ?$", re.I), ">"),
    (re.compile(
        r"(?:~|≈|\b(?:about|around|approximately|approx\.?|ca\.?|circa|roughly|nearly|almost|close to|some|c\."
        r"|near|an estimated|of order|on the order of))[ ,]?(?:as low as |only |just |a )?$", re.I), "~"),
)  # fmt: skip
#: "no decay over 50 h" is during; "for over 50 h" is longer than
_DURING = re.compile(r"(?<!\bfor )(?<!\bof )(?<!\bexceeding )(?<!\bwell )\b(?:over|within)(?: a| the)? $")
_WORDS_AFTER = (
    (re.compile(r" (?:or|and) (?:less|lower|below|smaller)\b"), "<="),
    (re.compile(r" (?:or|and) (?:more|higher|above|longer|greater|beyond)\b"), ">="),
)


@frozen
class Item:
    """One number at ``[start, end)``; ``value`` as written, not yet in the unit's own spelling."""

    start: int
    end: int
    value: float
    upper: float | None = None
    uncertainty: float | None = None
    comparator: str = "="


@frozen
class Quantity:
    """Numbers that share a unit: one, or a list ("269 and 344 mV"). ``[start, end)`` covers them and the unit.

    ``reference`` is the electrode a potential is against; ``changes`` says that the two numbers are before and after.
    """

    start: int
    end: int
    unit: Unit
    items: tuple[Item, ...]
    reference: str = ""
    changes: bool = False

    @property
    def kind(self) -> str:
        return self.unit.kind


@frozen
class _Token:
    start: int
    end: int
    value: float
    unit: Unit | None
    unit_end: int
    uncertainty: float | None = None


def find_quantities(text: str) -> tuple[Quantity, ...]:
    """Quantities of a tidied sentence in the order written; numbers without unit only as parts of a list or range."""
    tokens = _tokens(text)
    runs: list[list[tuple[_Token, str]]] = []
    for i, token in enumerate(tokens):
        link = _link(text, tokens[i - 1], token) if i else ""
        if link and runs:
            runs[-1].append((token, link))
        else:
            runs.append([(token, "")])
    found: list[Quantity] = []
    for run in runs:
        found += _of_run(text, run)
    bare = [
        Quantity(m.start(1), m.end(1), _FRACTION, (Item(m.start(1), m.end(1), float(m[1])),))
        for m in _BARE_YIELD.finditer(text)
    ]
    bare += [
        Quantity(m.start(1), m.end(1), _CURRENT, (Item(m.start(2), m.end(2), float(m[2])),))
        for m in _SYMBOL.finditer(text)
    ]
    return tuple(sorted([*found, *bare], key=lambda q: q.start)) if bare else tuple(found)


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        before = text[max(0, start - 3) : start]
        if _NO_QUANTITY.search(text, max(0, start - 10), start):
            continue
        last_end = max(tokens[-1].end, tokens[-1].unit_end) if tokens else -1
        sign = _SIGN.search(before)
        negative = sign is not None and sign[1] == "-"
        try:
            value = float(_plain(match))
        except ValueError:
            continue
        joined = tokens and "-" in before and text[last_end:start].strip() == "-"
        if joined:
            negative = sign is not None and not tokens[-1].value < value
        elif before.endswith("-") and not sign:
            continue  # part of a name, "NiFe-300"
        second = tokens and tokens[-1].unit is None and text[tokens[-1].end : start] == " ("
        closed = end + 1 if text[end : end + 1] == ")" and (second or before.rstrip()[-1:] in ("±", "-")) else end
        found = unit_at(text, closed)
        if found is None and text[end : end + 1].isalpha():
            continue  # "2D", "10th"
        if negative and sign is not None:
            start -= len(before) - sign.start(1)
        token = _Token(start, end, -value if negative else value, *(found or (None, end)))
        if tokens and _PLUS_MINUS.fullmatch(text[max(tokens[-1].end, tokens[-1].unit_end) : start]):
            unit = token.unit or tokens[-1].unit
            last = max(token.end, token.unit_end)
            tokens[-1] = evolve(tokens[-1], end=last, unit=unit, unit_end=last, uncertainty=abs(value))
            continue
        tokens.append(token)
    return tokens


def _plain(match: re.Match[str]) -> str:
    power = match["power"] or match["e"]
    mantissa = match[0][: match.start("times") - match.start()] if match["times"] else match[0]
    if re.fullmatch(r"0,\d{1,4}", mantissa):
        mantissa = mantissa.replace(",", ".")
    mantissa = mantissa.replace(",", "").replace(" ", "")
    return f"{mantissa}e{power.replace(' ', '')}" if power else mantissa


def _link(text: str, last: _Token, token: _Token) -> str:
    """How ``token`` goes on from ``last``: "-" (range), "," (list) or not at all."""
    gap = text[max(last.end, last.unit_end) : token.start]
    if len(gap) > 40:
        return ""
    if last.unit is not None and token.unit is not None and last.unit.kind != token.unit.kind:
        return ""
    if last.unit is not None and token.unit is None:
        return ""
    if last.unit is not None and token.unit is not None and not _alike(last, token):
        return ""
    if gap == " (" and text[token.end : token.end + 1] == ")":
        return ","  # "10 (100) mA cm-2"
    if _TO.fullmatch(gap):
        return "" if "to" in gap and _BY.search(text, max(0, last.start - 24), last.start) else "-"
    label = _LABEL.match(gap) if last.unit is None else None
    if label:
        gap = gap[label.end() :]
    if last.unit is None and _AGAINST.fullmatch(gap):
        return ","
    if _AND.fullmatch(gap) and not (last.unit is not None and _DIFFERS.match(text, token.unit_end)):
        return ","
    return ""


def _alike(last: _Token, token: _Token) -> bool:
    """ "223 mV, 1.57 V" are two things, "270 mV and 0.31 V" are alike."""
    assert last.unit is not None and token.unit is not None
    if last.unit.name == token.unit.name or not last.value or not token.value:
        return True
    return 0.25 < abs(last.value / (token.value * _scale(token.unit, last.unit))) < 4


def _of_run(text: str, run: list[tuple[_Token, str]]) -> list[Quantity]:
    """Cut a run of linked numbers where no unit follows, and make its items."""
    last_with_unit = max((i for i, (t, _) in enumerate(run) if t.unit is not None), default=-1)
    run = run[: last_with_unit + 1]
    if not run:
        return []
    unit = run[-1][0].unit
    assert unit is not None
    # one kind in a run by construction, but mV may stand beside V
    units: list[Unit] = []
    here = unit
    for token, _ in reversed(run):
        here = token.unit or here
        units.append(here)
    units.reverse()
    items: list[Item] = []
    changes = False
    i = 0
    while i < len(run):
        token, link = run[i]
        scale = _scale(units[i], unit)
        spread = None if token.uncertainty is None else token.uncertainty * scale
        if link == "-" and items and items[-1].upper is None:
            low, high = items[-1].value, token.value * scale
            joined_by = text[items[-1].end : token.start]
            if "-" in joined_by:
                high = abs(high) if low >= 0 else -abs(high)
            before = text[max(0, items[-1].start - 90) : items[-1].start]
            if _power_of_ten(low, high, run, i):
                items[-1] = evolve(items[-1], value=10.0**-high, end=max(token.end, token.unit_end))
            elif "to" in joined_by and (low > high or _CHANGES.search(before)) and _FROM.search(before):
                changes = True
                items.append(Item(token.start, max(token.end, token.unit_end), high))
            elif "to" in joined_by and low > high > 0 and not _FROM.search(before):
                items.append(Item(token.start, max(token.end, token.unit_end), high))
            else:
                end = max(token.end, token.unit_end)
                items[-1] = evolve(items[-1], value=min(low, high), upper=max(low, high), end=end)
        else:
            items.append(Item(token.start, max(token.end, token.unit_end), token.value * scale, uncertainty=spread))
        i += 1
    if len(items) == 2 and items[0].upper is None and re.search(r"\band\b", text[items[0].end : items[1].start]):
        before = text[max(0, items[0].start - 40) : items[0].start]
        if _BETWEEN.search(before) and not before.endswith("from "):
            low, high = sorted((items[0].value, items[1].value))
            items = [Item(items[0].start, items[1].end, low, upper=high)]
    items = [_with_comparator(text, item, unit.kind) for item in items]
    # "below 300 and 350 mV": the bound holds for both
    for k, (first, second) in enumerate(pairwise(items)):
        if first.comparator != "=" and second.comparator == "=" and len(text[first.end : second.start]) <= 6:
            items[k + 1] = evolve(second, comparator=first.comparator)
    end = items[-1].end
    reference = _REFERENCE.match(text, end)
    return [
        Quantity(items[0].start, end, unit, tuple(items), (reference["ref"] if reference else ""), changes)
    ]  # fmt: skip


def _power_of_ten(low: float, high: float, run: list[tuple[_Token, str]], i: int) -> bool:
    """ "10-3 A cm-2" is a power that lost its superscript, "10-30 mA cm-2" a range."""
    return low == 10 and 0 < high <= 9 and run[i][0].start - run[i - 1][0].end == 1


def _scale(own: Unit, common: Unit) -> float:
    if own.name == common.name:
        return own.factor / common.factor
    return {("V", "mV"): 1000.0, ("mV", "V"): 1e-3, ("min", "h"): 1 / 60, ("mA/mg", "A/mg"): 1e-3}.get(
        (own.name, common.name), 1.0
    )


def _with_comparator(text: str, item: Item, kind: str) -> Item:
    before = text[max(0, item.start - 40) : item.start]
    if kind in ("time", "cycles") and _DURING.search(before):
        return item
    for pattern, comparator in _WORDS_BEFORE:
        if pattern.search(before):
            return evolve(item, comparator=comparator)
    after = text[item.end : item.end + 24]
    for pattern, comparator in _WORDS_AFTER:
        if pattern.match(after):
            return evolve(item, comparator=comparator)
    return item
