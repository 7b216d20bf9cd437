"""Which stretches of an article tell how something was made: scored sentence by sentence, by verbs and amounts.

The weights are ours, set by hand on the train texts of MSPT and on articles; the score is a logistic sum, so that no
single word decides. Neighbours count too: procedures come in runs of sentences.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from aichemist.chemistry import Section

from .._sentences import split_sentences
from ._chemical import formula, name_features
from ._lexicon import LISTS, stem, words_of
from ._normal import normalised
from ._tokens import tokenise
from ._words import number_class, unit_class

_MAKING = frozenset(
    stem(w)
    for w in words_of(
        """dissolve mix stir add heat calcine anneal wash dry centrifuge filter sonicate ultrasonicate transfer
    grind mill ball-mill disperse suspend evaporate reflux precipitate immerse electrodeposit deposit soak rinse age
    pour inject sinter press spin-coat drop-cast dropcast prepare synthesize synthesise cool seal autoclave pyrolyze
    pyrolyse carbonize carbonise etch crystallize recrystallize coat impregnate titrate collect dilute quench degas
    purge bubble polish clean cut grow sputter hydrolyze adjust neutralize purify extract dialyze freeze-dry
    lyophilize fire bake homogenize oxidize reduce activate harvest vortex incubate resuspend decant obtain
    fabricate redisperse coprecipitate co-precipitate place load keep maintain remove ramp"""
    )
)
_IRREGULAR = {"ground": "grind", "held": "keep", "kept": "keep", "left": "keep", "grown": "grow", "frozen": "cool"}
#: any of these tells of looking at a sample, not of making it
_LOOKING = re.compile(
    r"(?i)\b(?:xrd|xps|ftir|hr-?tem|fe-?sem|stem|haadf|eds|edx|edxs|xas|xanes|exafs|icp-?(?:oes|ms|aes)?|uv-vis|afm"
    r"|diffractometer|diffractograms?|spectromet(?:er|ry)|spectroscop(?:y|e|ic)|microscop(?:e|y)|spectra|spectrum"
    r"|diffraction|rietveld|recorded|measured|measurements?|characteri[sz](?:ed|ation)|analy[sz]ed|analyzer"
    r"|potentiostat|voltamm\w{1,12}|chronoampero\w{1,8}|chronopotentio\w{1,8}|galvanostat\w{0,8}|lsv|cvs?|eis"
    r"|impedance|rhe|vs\.? ?(?:she|sce|ag/agcl)|ag/agcl|sce|hg/hgo|reference electrodes?|counter electrodes?"
    r"|three-electrode|scan rates?|ir[- ]compensat\w{1,6}|overpotentials?|tafel|dft|k-points?|cut-?off|calculations?"
    r"|calculated|simulat\w{1,6}|vasp|functional theory|faradaic|turnover|beamline|synchrotron|chromatograph\w{0,4}"
    r"|current densit(?:y|ies)|open[- ]circuit|compartment|thermal cycles?|stability tests?|cell was|cells were"
    r"|potential was"
    r"|photocurrents?|polari[sz]ation curves?|equation|isotherms?|bet)\b"
)
_CLAIMING = re.compile(
    r"(?i)\b(?:fig(?:ure|s)?\b\.?|table|shows?|shown|showed|exhibit\w{0,4}|observed|attributed|indicat\w{1,4}"
    r"|suggest\w{0,4}|reveal\w{0,4}|demonstrat\w{1,4}|reported|et al|because|therefore|however|compared|performance"
    r"|activity|mechanism|peaks?|results?)\b"
)
_CAPTION = re.compile(r"(?i)^(?:fig|scheme|table|going from|micrographs|curves)|\b[a-h]\) |\([a-h][,)–−-]")
_BOUGHT = re.compile(
    r"(?i)\b(?:purchased|supplied|bought|sigma|aldrich|alfa|without further purification|as[- ]received)\b"
)
_PRESENT = re.compile(r"(?i)\b(?:is|are|can|could|may|has been|have been|we (?:show|report|find|found))\b")
_PAST = re.compile(r"(?i)\b(?:was|were)\b")
_AMOUNTS = frozenset({"mass", "vol", "mole", "conc"})
_SETTINGS = frozenset({"temp", "time", "speed"})

#: what the kind of a section adds to the sum
_SECTION = {
    "experimental": 0.7, "supplement": 0.2, "abstract": -1.2, "introduction": -1.5, "results": -0.7,
    "conclusion": -2.0, "acknowledgements": -3.0, "other": 0.0,
}  # fmt: skip
_BIAS = -2.2


def is_procedure(sentence: str) -> float:
    """How surely a sentence belongs to a procedure that makes something, from 0 to 1, by itself."""
    return _logistic(_sum(sentence))


def procedure_spans(
    text: str,
    sections: Sequence[Section] = (),
    sentences: Sequence[tuple[int, int]] | None = None,
) -> tuple[tuple[int, int], ...]:
    """The stretches ``(start, end)`` of an article that are procedures of synthesis, in order, apart from each other.

    ``sections`` are the article's, as far as known (their kind shifts the score); ``sentences`` its sentences, split
    here where not given. A stretch is a run of sentences about making with at least two verbs of making and an amount,
    a temperature or a time.
    """
    places = [(s.start, s.end) for s in split_sentences(text)] if sentences is None else list(sentences)
    found: list[tuple[int, int]] = []
    sums = []
    for start, end in places:
        kind = next((s.kind for s in sections if s.start <= start < s.end), "")
        sums.append(_sum(text[start:end]) + _SECTION.get(kind, 0.0))
    scores = [_logistic(s) for s in sums]
    smooth = [
        0.6 * s + 0.2 * (scores[i - 1] if i else s) + 0.2 * (scores[i + 1] if i + 1 < len(scores) else s)
        for i, s in enumerate(scores)
    ]
    i = 0
    while i < len(places):
        if smooth[i] < 0.5 or scores[i] < 0.5:
            i += 1
            continue
        first = last = i
        while first > 0 and (not found or places[first - 1][0] >= found[-1][1]) and smooth[first - 1] >= 0.4:
            if scores[first - 1] < 0.3:
                break
            first -= 1
        while last + 1 < len(places) and _goes_on(scores, smooth, last + 1):
            last += 1
        while scores[last] < 0.3:
            last -= 1
        span = (places[first][0], places[last][1])
        if _enough(text[span[0] : span[1]]):
            found.append(span)
        i = last + 1
    return tuple(found)


def _goes_on(scores: list[float], smooth: list[float], i: int) -> bool:
    """Whether the run takes sentence ``i``; one weak sentence is bridged where the next is strong."""
    if smooth[i] >= 0.4 and scores[i] >= 0.2:
        return True
    return i + 1 < len(scores) and scores[i] >= 0.1 and scores[i + 1] >= 0.6


def _logistic(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x))


def _enough(text: str) -> bool:
    verbs, amounts, settings, _ = _counts(text)
    return (verbs >= 2 and amounts + settings >= 1) or (verbs == 1 and amounts >= 3)


def _counts(text: str) -> tuple[int, int, int, int]:
    """Verbs of making, amounts, temperatures or times or speeds, formulas and systematic names."""
    words = [normalised(t.text) for t in tokenise(text)]
    verbs = amounts = settings = names = 0
    for i, word in enumerate(words):
        lower = word.lower()
        if number_class(word) and i + 1 < len(words):
            follow = words[i + 2] if words[i + 1] == "-" and i + 2 < len(words) else words[i + 1]
            unit = unit_class(follow)
            amounts += unit in _AMOUNTS and follow != "%"
            settings += unit in _SETTINGS
        elif lower.endswith(("ed", "ing")) or (i == 0 and word[:1].isupper()) or lower in _IRREGULAR:
            verbs += stem(_IRREGULAR.get(lower, word)) in _MAKING
        elif len(formula(word)) and formula(word)[0] in "SO" and len(word) > 2:
            names += 1
        elif lower in ("overnight",):
            settings += 1
        elif any(f.startswith(("es", "hyd")) for f in name_features(lower)) or "solvent" in LISTS.get(stem(word), ()):
            names += 1
    return verbs, amounts, settings, names


def _sum(sentence: str) -> float:
    sentence = sentence[:3000]
    verbs, amounts, settings, names = _counts(sentence)
    looking = len({m.lower() for m in _LOOKING.findall(sentence)})
    claiming = len(_CLAIMING.findall(sentence))
    bought = bool(_BOUGHT.search(sentence))
    total = _BIAS + 1.0 * min(verbs, 1) + 0.7 * min(max(verbs - 1, 0), 3)
    total += 0.9 * min(amounts, 1) + 0.4 * min(max(amounts - 1, 0), 3)
    total += 0.6 * min(settings, 3) + 0.4 * min(names, 2) + 1.0 * bought
    total += 0.8 * bool(_PAST.search(sentence)) - 0.5 * bool(_PRESENT.search(sentence))
    total -= 1.5 * bool(_CAPTION.search(sentence))
    return total - 1.3 * min(looking, 4) - 0.7 * min(claiming, 4)
