"""Overpotentials reported in a sentence, with the current density they hold for.

Careful rather than greedy: a number counts only next to the word, never as a difference, a bound, a range, an applied
potential, a Tafel slope or a scan rate.
"""

from __future__ import annotations

import re

from attrs import frozen

_NUMBER = r"\d{1,4}(?:\.\d{1,4})?"
_ONE_VALUE = rf"{_NUMBER}(?: ?(?:±|\+/-) ?\d{{1,3}}(?:\.\d{{1,3}})?)?"
_LIST = rf"{_ONE_VALUE}(?:(?: ?m ?V)?(?: ?, ?(?:and )?| and ){_ONE_VALUE}){{0,5}}"
_VALUES = re.compile(
    rf"(?<![A-Za-z0-9.\-])(?P<list>{_LIST}) ?(?P<unit>m ?V|V)(?![A-Za-z])"
    r"(?! ?/ ?(?:s|dec)| ?[·.]? ?(?:s|dec|decade) ?-?1?\b| per dec)"
)
_CURRENT = re.compile(
    rf"(?<![A-Za-z0-9.])(?P<sign>-? ?)(?P<list>{_NUMBER}(?:(?: ?, ?(?:and )?| and ){_NUMBER}){{0,4}}) ?(?P<unit>mA|A) ?"
    r"(?:/ ?|[·.]? ?)(?P<area>cm|m)(?:geo)? ?(?:\^? ?-? ?2|²)(?![0-9])"
)
_WORD = re.compile(r"(?<![A-Za-z])(?:over-?potentials?|OVPs?|η(?: ?_?\d{1,3})?)(?![A-Za-z])", re.I)
_EACH = re.compile(_NUMBER)

_WORD_REACH, _CURRENT_REACH = 70, 90
_NOT_BETWEEN = re.compile(
    r"tafel|slope|scan rate|amplitude|onset|cell voltage|cell potential|window|shift|E1/2|half-wave|[;]|\bvs\b", re.I
)
#: just before a number: it is a difference, a bound or something set by the experimenter
_NOT_BEFORE = re.compile(
    r"(?:\bthan|\bby(?: only| about| around| ca\.| approximately)?|difference of|(?:de|in)creas\w* of|reduction of"
    r"|shift of|improvement of|gain of|below|above|under|over|within"
    r"|exceed\w*|up to|between|rang\w* (?:from|between)|scan rate of|slope of|[<>≤≥±])[ (]*$",
    re.I,
)
_NOT_AFTER = re.compile(
    r"^[ ,]*(?:\([^)]{0,20}\) ?)?(?:lower|higher|less|more|smaller|larger|greater|better|worse"
    r"|below|above|decrease|increase|reduction|improvement|difference|shift|than|negative|positive|cathodic|anodic)\b",
    re.I,
)
#: "at an overpotential of 300 mV" sets the potential; the figure reported there is another one
_APPLIED = re.compile(
    r"(?:\b(?:at|under) (?:an |the |a )?(?:\w+ )?$|appl\w+ (?:an |the )?$|\b(?:at|under) η ?= ?$)", re.I
)
_EXPERIMENT = re.compile(r"chronoamp|stepp(?:ed|ing)|\bheld at|\bapplied|polari[sz]ed at|from the equilibrium", re.I)
#: "reaches 10 mA cm-2 at an overpotential of 270 mV" does report one
_AT_CURRENT = re.compile(
    r"A ?(?:/|[·.])? ?c?m(?:geo)? ?\^?-? ?2 (?:was |is |were )?(?:reached |obtained |delivered )?(?:at|under) "
)
_SET_BY = re.compile(
    r" ?(?:was |is |were )?(?:reached |obtained |delivered )?(?:at|under) (?:an |the |a )?(?:\w{1,20} )?"
    r"(?:over-?potentials?|OVPs?|η)(?: of| =)? ?[~(]?",
    re.I,
)
_LOW_MV, _HIGH_MV = 100.0, 1500.0


@frozen
class Overpotential:
    """One reported overpotential; ``current_ma_per_cm2`` is ``None`` where the sentence does not say."""

    value_mv: float
    current_ma_per_cm2: float | None
    confidence: float


def find_overpotentials(sentence: str) -> tuple[Overpotential, ...]:
    """Overpotentials of a tidied sentence, in the order written.

    Values and current densities given as lists of equal length are paired ("280 and 330 mV at 10 and 100 mA cm-2").
    Values outside 100 to 1500 mV and every value at a negative (cathodic) current are left out. The reaction is not
    looked at here: see ``_topics``.
    """
    words = [m.span() for m in _WORD.finditer(sentence)]
    if not words:
        return ()
    currents = list(_CURRENT.finditer(sentence))
    found: list[Overpotential] = []
    for match in _VALUES.finditer(sentence):
        if not _stands_near_word(sentence, match, words):
            continue
        values = [float(x) * (1000 if match["unit"] == "V" else 1) for x in _plain_numbers(match["list"])]
        group = _current_for(match, currents, sentence)
        pairs: list[tuple[float, float | None]]
        if group is None:
            if _EXPERIMENT.search(sentence):
                continue  # a potential that was set, with no current reported for it
            pairs = [(v, None) for v in values]
        else:
            if group["sign"].strip():
                continue
            scale = (1000 if group["unit"] == "A" else 1) * (1e-4 if group["area"] == "m" else 1)
            at = [float(x) * scale for x in _EACH.findall(group["list"])]
            if len(at) == 1:
                pairs = [(v, at[0]) for v in values]
            elif len(at) == len(values):
                pairs = list(zip(values, at, strict=True))
            else:
                pairs = [(v, None) for v in values]
        found += [
            Overpotential(round(v, 6), None if a is None else round(a, 6), 0.9 if a is not None else 0.5)
            for v, a in pairs
            if _LOW_MV <= v <= _HIGH_MV
        ]
    return tuple(dict.fromkeys(found))


def _plain_numbers(text: str) -> list[str]:
    return _EACH.findall(re.sub(r"(?:±|\+/-) ?[\d.]{1,8}", "", text))


def _stands_near_word(sentence: str, match: re.Match[str], words: list[tuple[int, int]]) -> bool:
    before = sentence[max(0, match.start() - 40) : match.start()]
    after = sentence[match.end() : match.end() + 40]
    if _NOT_BEFORE.search(before) or _NOT_AFTER.search(after) or re.match(r" ?(?:RHE|vs)\b", after):
        return False
    for start, end in words:
        if end <= match.start() <= end + _WORD_REACH:
            between = sentence[end : match.start()]
            if _NOT_BETWEEN.search(between):
                continue
            lead = sentence[max(0, start - 24) : start]
            if (
                len(between) <= 12
                and _APPLIED.search(lead)
                and not _AT_CURRENT.search(sentence[max(0, start - 44) : start])
            ):
                continue
            return True
        if match.end() <= start <= match.end() + 16:
            between = sentence[match.end() : start]
            if re.fullmatch(r" ?(?:of |in |OER |as |the |\()*", between) and not _APPLIED.search(before):
                return True
    return False


def _current_for(match: re.Match[str], currents: list[re.Match[str]], sentence: str) -> re.Match[str] | None:
    """The current density after the value, else the one before it, as long as no other value lies between."""
    for current in reversed(currents):
        if current.end() <= match.start() and _SET_BY.fullmatch(sentence[current.end() : match.start()]):
            return current
    for current in currents:
        if match.end() <= current.start() <= match.end() + _CURRENT_REACH:
            between = sentence[match.end() : current.start()]
            return None if _VALUES.search(between) else current
    for current in reversed(currents):
        if match.start() - _CURRENT_REACH <= current.end() <= match.start():
            return current
    return None
