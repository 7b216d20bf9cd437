"""Which operation comes next: nearly always the next one in the text, unless that is no step or a new recipe begins."""

from __future__ import annotations

import math

from ._pairs import item, sure
from ._scene import Scene, stem

#: how many operations ahead the next one is looked for
AHEAD = 4
#: wrong mentions come together, so that confidences count for less than if each stood for itself (cross-validated)
TRUST = 0.5
#: classes of items that say nothing of the order of steps
_ASIDE = frozenset("dDPBm#rw0-acpC")
_PATH_LIMIT = 7


def operations_of(scene: Scene) -> list[int]:
    """All operations in the order of the text."""
    return [i for members in scene.members for i in members if scene.codes[i] == "O"]


def expected(scene: Scene, row: list[int], k: int, ahead: int) -> float:
    """The logit of the chance that ``row[k]`` and ``row[k + ahead]`` are steps and those between are none.

    It takes mentions to be right or wrong independently of each other. The model starts from `TRUST` times this.
    """
    mentions = scene.mentions
    chance = _held(mentions[row[k]].confidence) * _held(mentions[row[k + ahead]].confidence)
    for i in row[k + 1 : k + ahead]:
        chance *= 1.0 - _held(mentions[i].confidence)
    return max(min(math.log(chance / (1.0 - chance)), 6.0), -6.0)


def chain_features(scene: Scene, row: list[int], k: int, ahead: int) -> list[str]:
    """What holds for the pair ``row[k]`` -> ``row[k + ahead]`` of the operations ``row``."""
    i, j = row[k], row[k + ahead]
    mentions, words = scene.mentions, scene.words
    a, b = scene.sentence[i], scene.sentence[j]
    gap = min(b - a, 4)
    between = max(mentions[j].start - mentions[i].end, 0)
    far = min(between.bit_length(), 10)
    paragraph = a != b and scene.text.find("\n", mentions[i].end, mentions[j].start) >= 0
    step = math.floor(2 * expected(scene, row, k, ahead)) / 2
    least = min(mentions[i].confidence, mentions[j].confidence)
    first = scene.first[b]
    one, two = ("=", "=") if a == b else (words[first], " ".join(words[first : first + 2]))
    x, y = scene.at[i], scene.at[j]
    long = y - x > 150
    verbs = 9 if long else sum(
        scene.owners[n] < 0 and len(words[n]) > 4 and words[n].endswith(("ed", "ing")) for n in range(x + 1, y)
    )  # fmt: skip
    conditions = 9 if long else sum(scene.classes[n] in "cC" and scene.owners[n] >= 0 for n in range(x + 1, y))
    found = [
        f"Q{step:g}", f"N{ahead}", f"Qn{step:g}:{ahead}", f"g{gap}", f"d{far}", f"n{paragraph:d}",
        f"gn{gap}{paragraph:d}",
        "m" + sure(least), f"o{one}", f"oo{two}", f"f{min(k, 3)}:{ahead}", f"e{len(row) - k - ahead == 1:d}",
        f"dg{far}:{gap}", f"v{min(verbs, 4)}", f"c{min(conditions, 3)}",
        "hs" + stem(scene.lowered[i]), "ts" + stem(scene.lowered[j]), "hl" + scene.lowered[i], "tl" + scene.lowered[j],
        "hb" + item(scene, x - 1, a), "tb" + item(scene, y - 1, b),
        "ha" + item(scene, x + 1, a), "ta" + item(scene, y + 1, b),
    ]  # fmt: skip
    if mentions[i].confidence >= 1.0:
        found.append("given")
    found += ["ks" + stem(scene.lowered[n]) for n in row[k + 1 : k + ahead]]
    if a == b:
        path = [] if long else [c for c in scene.classes[x + 1 : y] if c and c not in _ASIDE]
        found.append("P" + (" ".join(path) if len(path) < _PATH_LIMIT and not long else "long"))
    return found


def _held(confidence: float) -> float:
    """A confidence away from 0 and 1, where a logit ends."""
    return min(max(confidence, 0.002), 0.998)
