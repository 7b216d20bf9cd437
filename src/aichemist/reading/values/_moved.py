"""Numbers that say how far something moved ("41 mV smaller", "reduced by 60 mV"): they are no values."""

from __future__ import annotations

import re

_FILLER = (
    r"(?:(?:only|just|merely|mere|a mere|about|around|ca\.?|approximately|nearly|almost|roughly|up to|at least"
    r"|as much as|as little as|over|more than|less than|some|another|further|a|an|as|~|<|>|≤|≥|the|significant"
    r"|small|negligible|large|slight|merely|remarkable|huge|additional|of|tiny|minor|~)[ ]?){0,4}"
)
_CHANGE = (
    r"(?:increas|decreas|reduc|improve|differ|shift|loss|decay|drop|degrad|chang|ris|rise|gain|drift|deviat"
    r"|increment|declin|fluctuat|gap|separat|attenuat|growth|enhanc|advantag|variat|diminu|elevat|lower|discrep"
    r"|fade|fading|offset|devi|saving|penalt)\w*"
)
#: just before a number that says how far something moved
_MOVED_BEFORE = re.compile(
    rf"(?:(?<!not )\b{_CHANGE}(?: (?:in|of|for) (?:the |its |their )?(?:\w{{1,20}}[ -]){{0,4}})?(?:of|by"
    rf"|is below|was below|below|under|within|is|was|=|amounts to|amounting to|:)? \(?{_FILLER}"
    rf"|\bΔ\w{{0,6}}(?: (?:value )?of| ?=)? ?{_FILLER}|\b(?:difference|gap|separat|advantag"
    rf"|gain)\w*[^.;,()\d]{{0,40}} \(|\b(?:sav(?:es|ed|ing)|gain(?:s|ed|ing)|another|further|additional"
    rf"|of which) {_FILLER}"
    rf"|± ?)$"
)
_MOVED_BY = re.compile(
    rf"(?<!followed )(?<!given )(?<!shown )(?<!exhibited )(?<!needed )(?<!required )(?<!accompanied )\bby {_FILLER}$"
)
_NOT_MOVED = re.compile(
    r"\b(?:to|from|reduced?|lowered|lower|lowering|reducing|decreased|increased|improved|enhanced|changed|dropped"
    r"|rises|lowers|reduces)(?: [a-z]{1,12}){1,4}of $|\bto $|\bfrom $|lower\w* (?:\w{1,20} ){0,4}(?:of|than) $"
    r"|(?:improved|enhanced|reduced|decreased|increased|lowered) (?:[\w-]{1,20} ){1,5}(?:of |is |was )?$"
)
_MOVED_AFTER = re.compile(
    r"(?: \(\d[\d.]{0,5} ?%\))?[ -](?:(?:in )?(?:the )?(?:cell |over-?)?(?:voltage|potential)s? )?(?:lower"
    r"|higher|smaller|larger|less|better|worse|greater|earlier|fewer|reduction|decrease|increase|improvement"
    r"|shift|difference|drop|loss|rise|gain|decay|degradation"
    r"|negative|positive|cathodic|anodic|cathodically|anodically|steeper|decline|gap|increment|change|lead"
    r"|advantage|separation|enhancement|in excess of|above (?:that|the|those)|below (?:that|the|those)"
    r"|more (?:than|positive|negative)|negatively|positively|drift|fluctuation|superior|ahead|downshift"
    r"|upshift|saving|limit|threshold|window)(?![a-z])"
)


def moved(text: str, start: int, end: int) -> bool:
    """Whether the number at ``[start, end)`` says how far something moved, not where it is."""
    before = text[max(0, start - 80) : start]
    if _MOVED_AFTER.match(text, end, end + 60):
        return True
    if _MOVED_BY.search(before):
        return True
    return _MOVED_BEFORE.search(before) is not None and _NOT_MOVED.search(before) is None
