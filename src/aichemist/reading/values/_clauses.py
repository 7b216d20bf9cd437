"""Where a sentence turns to another sample, and which of its parts report the result of another paper."""

from __future__ import annotations

import re
from bisect import bisect_right

_TURN = re.compile(
    r"; ?|,? (?:while|whereas|whilst|although|though|but|yet|however|in contrast|by contrast|by comparison"
    r"|in comparison)\b"
    r"|,? (?:compared|relative) (?:with|to)\b|,? in (?:comparison|contrast) (?:with|to)\b|\b(?:than"
    r"|outperform\w*|surpass\w*|exceed(?:s|ed|ing) (?:those|that)|superior to|inferior to|versus"
    r"|vs\.? (?!(?:the )?(?:RHE|SHE|NHE|SCE|Ag|Hg|reversible|Li)))"
    r"|,? as (?:opposed|compared) to\b|,? (?:which|that|and) (?:is|are|was|were) (?:\w+ )?(?:close|similar"
    r"|comparable|better|lower|higher|superior|inferior|smaller|larger|among)\b|,? (?:close|similar"
    r"|comparable) to\b|,? against (?=\d|that|those|the)|,? better than\b|,? (?:about |nearly |approximately "
    r"|~|almost |some |over |more than )?\d[\d.]{0,4}[- ]?(?:times|fold)\b"
    r"|,? (?:is |was )?(?:two|three|four|five|six|ten|several|twice|half|double)[- ](?:times|fold|that|those"
    r"|the value)\b"
)
_CITED = re.compile(
    r"\bet al(?![a-z])|\b(?:typically|usually|generally|commonly) (?:requires?|needs?|shows?|is|are|exhibits?)\b"
    r"|\b(?:conventional|common|typical)ly reported\b"
    r"|\b(?:some|other|many|several|previous|earlier|prior|recent|most) (?:studies|works"
    r"|groups|reports|authors|researchers|publications|papers)\b|\b(?:previous|earlier|prior|recent"
    r"|published)(?:ly)?[ -](?:report\w*|publi\w+|stud\w+|stat\w+|obtain\w*|work|works|record|literature|value"
    r"|result)\w*|(?<!best )(?<!lowest )(?<!highest )\breported (?:by|in|for|previously|earlier|recently"
    r"|elsewhere|value|result|catalyst|benchmark|literature)\w*"
    r"|\b(?:previously|earlier|elsewhere|formerly|already) (?:reported|published|described|obtained|found"
    r"|measured|achieved|documented|recorded)\b"
    r"|\b(?:reported|published|described) (?:\w+ ){0,2}(?:previously|earlier|elsewhere|in (?:the )?literature)"
    r"|\bliterature\b|\b(?:has|have|had) (?:also )?been (?:previously )?(?:reported|shown|found|published)\b"
    r"|\bin (?:a |an )?(?:previous|earlier|prior|recent) (?:work|study|report|paper)|\bof (?:ref"
    r"|reference)s?\.? ?\[?\d|\bin (?:ref|reference)s?\.? ?\[?\d|\b[Rr]ef\. ?\[?\d{1,3}|\bother groups?\b"
    r"|\b(?:most|many|other|some|several)(?: of the)?(?: recently| previously| already| ever)? reported\b"
    r"|(?<!best )(?<!lowest )(?<!highest )\breported\b(?= (?:\w+ ){0,3}(?:catalysts?|electrocatalysts?"
    r"|values?))"
    r"|\b\w+ and (?:co-?workers|colleagues)\b|\bgroup of\b|\bthe reported\b"
    r"|\bearlier (?:report|work)s?\b|\breported (?:a |an )?(?:overpotentials?|Tafel|values?)\b",
    re.I,
)
#: "among the lowest values reported" praises one's own
_PRAISE = re.compile(r"\b(?:one of|among|amongst|best|lowest|highest|smallest|record)\b[^.;,]{0,50}$", re.I)
_NUMBERED = re.compile(r"\[ ?\d{1,3}(?: ?[,;-] ?\d{1,3}){0,8} ?\]")
_OWN = re.compile(
    r"\b(?:we|our|ours|here|herein|this (?:work|study|paper|report)|the present|as-(?:prepared|synthesi[sz]ed"
    r"|obtained|fabricated)|in the present)\b",
    re.I,
)


class Clauses:
    """The parts of one tidied sentence; a position belongs to the part that begins last before it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._turns = [m.start() for m in _TURN.finditer(text)]
        self._cited = [
            m.span() for m in _CITED.finditer(text) if not _PRAISE.search(text, max(0, m.start() - 60), m.start())
        ]
        self._numbered = [m.span() for m in _NUMBERED.finditer(text)]
        self._owned = [m.start() for m in _OWN.finditer(text)]

    def at(self, position: int) -> int:
        """The number of the part that ``position`` lies in, from 0."""
        return bisect_right(self._turns, position)

    def span(self, part: int) -> tuple[int, int]:
        """The characters of that part."""
        start = self._turns[part - 1] if part else 0
        end = self._turns[part] if part < len(self._turns) else len(self._text)
        return start, end

    def cited(self, start: int, end: int) -> bool:
        """Whether the value at ``[start, end)`` is said to be another paper's."""
        part = self.at(start)
        begin, stop = self.span(part)
        if any(begin <= a < stop for a, _ in self._cited):
            return not self._own_in(begin, stop) or self._nearer_cited(start, begin, stop)
        return any(begin <= a < stop for a, _ in self._numbered) and not self._own_in(begin, stop)

    def _own_in(self, begin: int, stop: int) -> bool:
        return any(begin <= a < stop for a in self._owned)

    def _nearer_cited(self, at: int, begin: int, stop: int) -> bool:
        cited = min(abs(a - at) for a, _ in self._cited if begin <= a < stop)
        own = min(abs(a - at) for a in self._owned if begin <= a < stop)
        return cited < own
