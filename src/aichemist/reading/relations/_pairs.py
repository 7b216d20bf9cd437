"""What can be said of a head and the tail it may belong to: order, distance, what stands between, both texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from attrs import frozen

from ._families import Family
from ._scene import Scene, stem

_PATH_LIMIT = 9
#: no partner is looked for farther away than this many items
_FARTHEST = 250
#: kinds that say nothing of structure; the reduced path leaves them out
_MINOR = frozenset("dDPBmrw0-#T")
_UNITS = (
    ("temp", re.compile(r"(?:deg|[°º˚◦])\s?[cfk]?|℃|k|[cf]|oc")),
    ("time", re.compile(r"h|hr|hrs|hours?|min|mins|minutes?|s|sec|secs|seconds?|d|days?|weeks?|months?")),
    ("mass", re.compile(r"(?:[mkμµun]?)g|grams?")),
    ("vol", re.compile(r"(?:[mμµuc]?)l|cm3|liters?|litres?|cc")),
    ("mole", re.compile(r"(?:[mμµun]?)mol(?:es?)?|equiv\.?|eq|equivalents?")),
    ("conc", re.compile(r"m{1,2}|n|mol ?[l/(].{0,12}|mg/ml|g/l|(?:wt|vol|at|mol)?\.? ?-?%|ppm|wt\.?|%.{0,6}|./[wv]")),
    ("ratio", re.compile(r".{0,30}ratios?|:|fold|times?")),
    ("speed", re.compile(r"rpm|r/min|r\.p\.m\.?")),
    ("press", re.compile(r"(?:[mkgh]?)pa|m?bar|m?torr|atm|psi")),
    ("flow", re.compile(r"sccm|m?l ?(?:/ ?min|min.{1,3})|s\.c\.c\.m\.?")),
    ("rate", re.compile(r".{1,8}/ ?(?:min|h|s)|.{1,8} ?(?:min|h|s) ?[-−–] ?1")),
    ("elec", re.compile(r"(?:[mkμµ]?)[vaw]|k?hz|ev|.{0,6}cm.{0,3}2")),
    ("ph", re.compile(r"ph")),
)  # fmt: skip


@lru_cache(maxsize=32768)
def unit_class(text: str) -> str:
    """The quantity that a unit in small letters measures, or nothing."""
    return next((name for name, pattern in _UNITS if pattern.fullmatch(text)), "") if len(text) <= 30 else ""


@lru_cache(maxsize=32768)
def gist(text: str, code: str) -> str:
    """What a mention's text comes down to: the class of a unit, the stem of an operation, the last word of others."""
    if code in "acpu":
        return unit_class(text) or text
    if code == "#":
        return ":" if ":" in text else "-" if "-" in text[1:] else str(min(len(text), 5))
    if code == "O":
        return stem(text)
    return stem(text.rsplit(None, 1)[-1]) if text.strip() else ""


def sure(confidence: float) -> str:
    """Confidence in eight classes."""
    for k, edge in enumerate((0.35, 0.5, 0.65, 0.8, 0.9, 0.97, 0.995)):
        if confidence < edge:
            return str(k)
    return "7"


def tails_of(scene: Scene, family: Family, head: int, pools: list[list[int]]) -> Iterator[tuple[int, int]]:
    """Candidates ``(tail, rank)``: rank -1, -2, ... to the left (nearest first), 1, 2, ... to the right."""
    pool = pools[scene.sentence[head]]
    here = scene.at[head]
    at = scene.at
    left = right = 0
    split = _first_after(scene, pool, here)
    for k in range(split - 1, -1, -1):
        if pool[k] == head:
            continue
        left += 1
        if left > family.reach or here - at[pool[k]] > _FARTHEST:
            break
        yield pool[k], -left
    for k in range(split, len(pool)):
        if pool[k] == head:
            continue
        right += 1
        if right > family.reach or at[pool[k]] - here > _FARTHEST:
            break
        yield pool[k], right


def _first_after(scene: Scene, pool: list[int], here: int) -> int:
    low, high = 0, len(pool)
    while low < high:
        middle = (low + high) // 2
        if scene.at[pool[middle]] > here:
            high = middle
        else:
            low = middle + 1
    return low


def pools_of(scene: Scene, codes: str) -> list[list[int]]:
    """Per sentence the mentions with one of ``codes``, in order."""
    return [[i for i in members if scene.codes[i] in codes] for members in scene.members]


def chunk_start(scene: Scene, mention: int) -> int:
    """The item at which the phrase of a unit begins: its numbers, their signs and articles stand before it."""
    place, begin = scene.at[mention], scene.first[scene.sentence[mention]]
    steps = 0
    while place > begin and steps < 8:
        name = scene.classes[place - 1]
        joined = name in ("and", "to", "±") and steps and scene.classes[max(place - 2, begin)] == "#"
        if name not in ("#", "", "~", "-", "0", "<", ">") and not joined:
            break
        place -= 1
        steps += 1
    return place


@frozen
class HeadFacts:
    """What is the same for all candidates of a head: gist, the words around its phrase, 1 within brackets.

    ``follow`` is how many heads come between this one and "respectively", -1 where that does not stand after it.
    """

    gist: str
    before: str
    after: str
    depth: str
    follow: int


def head_facts(scene: Scene, head: int) -> HeadFacts:
    """The facts of ``head``."""
    number = scene.sentence[head]
    place = scene.at[head]
    mark = scene.respectively[number]
    follow = -1
    if mark > place:
        follow = sum(place < scene.at[i] < mark and scene.codes[i] == scene.codes[head] for i in scene.members[number])
    return HeadFacts(
        gist(scene.lowered[head], scene.codes[head]),
        item(scene, chunk_start(scene, head) - 1, number),
        item(scene, place + 1, number),
        str(min(max(scene.depth[place], 0), 1)),
        follow,
    )


def item(scene: Scene, k: int, number: int) -> str:
    """The word at place ``k``, the code of the mention there, or a sign for an end of sentence ``number``."""
    if k < scene.first[number]:
        return "^"
    if k >= scene.last[number]:
        return "$"
    return scene.words[k] if scene.owners[k] < 0 else scene.classes[k]


def none_features(scene: Scene, head: int, facts: HeadFacts, count: int) -> list[str]:
    """What speaks for a head that belongs to nothing."""
    g, before = facts.gist, facts.before
    code = scene.codes[head]
    number = scene.sentence[head]
    return [
        "N", "Nk" + code, f"Ng{code}{g}", "Nb" + before, "Na" + facts.after,
        "Nc" + sure(scene.mentions[head].confidence), f"Nn{min(count, 4)}", "Nd" + facts.depth, f"Ns{min(number, 3)}",
        "Nt" + scene.lowered[head], f"Nbg{before}|{g}", "Nw" + item(scene, scene.first[number], number),
    ]  # fmt: skip


def pair_features(scene: Scene, family: Family, head: int, tail: int, rank: int, facts: HeadFacts) -> list[str]:
    """Names of what holds for this pair."""
    g, before, after, depth = facts.gist, facts.before, facts.after, facts.depth
    heads = family.heads
    classes = scene.classes
    h, t = scene.at[head], scene.at[tail]
    side = "<" if rank < 0 else ">"
    i, j = (t, h) if t < h else (h, t)
    number = scene.sentence[head]
    begin, end = scene.first[number], scene.last[number]
    gt = gist(scene.lowered[tail], scene.codes[tail])
    kinds = side + scene.codes[head] + scene.codes[tail]

    full: list[str] = []
    reduced: list[str] = []
    rivals = tails = operations = 0
    previous = ""
    seen: set[str] = set()
    for k in range(i + 1, j):
        name = classes[k]
        if not name or (name == "w" and previous == "w"):
            continue
        previous = name
        if scene.owners[k] >= 0:
            if name in heads:
                rivals += 1
            if name in family.tails:
                tails += 1
            if name == "O":
                operations += 1
        seen.add(name)
        if len(full) <= _PATH_LIMIT:
            full.append(name)
        if name not in _MINOR and len(reduced) <= _PATH_LIMIT:
            reduced.append(name)
    path = " ".join(full) if len(full) <= _PATH_LIMIT else "long"
    short = " ".join(reduced) if len(reduced) <= _PATH_LIMIT else "long"
    commas = min(scene.commas[j] - scene.commas[i], 3)
    deeper = scene.depth[t] - scene.depth[h]
    gap = min((j - i).bit_length(), 6)
    r = f"{max(min(rank, 4), -4):+d}"
    tb, ta = item(scene, t - 1, number), item(scene, t + 1, number)
    # is another head closer to this tail, on its far side?
    step = -1 if t < h else 1
    far = ""
    for k in range(t + step, t + 5 * step, step):
        if not begin <= k < end:
            break
        if scene.owners[k] >= 0:
            name = classes[k]
            far = "h" if name in heads else "t" if name in family.tails else far + name
            if far[-1:] in "ht":
                break
        elif classes[k] in ("(", ")", ",", "and", "of", ";"):
            far += classes[k][0]
    confidence = scene.mentions[head].confidence, scene.mentions[tail].confidence
    found = [
        "s" + side, "k" + kinds, "r" + r, "rk" + r + kinds, "p" + side + path, "q" + side + short,
        "qk" + kinds + short, f"pg{side}{path}|{g}",
        "b" + side + before, "bk" + kinds + before, f"br{r}{before}", f"bq{before}{side}{short}",
        f"bg{before}{side}{g}",
        "g" + side + g, f"gr{r}{g}", "gt" + side + gt, f"gg{g}|{gt}", f"ggs{side}{g}|{gt}", f"tr{r}{gt}",
        f"c{commas}{side}", f"cr{commas}{r}", f"d{side}{deeper}", f"dd{side}{depth}{deeper}",
        f"h{side}{min(rivals, 3)}", f"hr{r}{min(rivals, 3)}", f"t{side}{min(tails, 3)}",
        f"o{side}{min(operations, 3)}", f"l{side}{gap}",
        "u" + side + tb, "v" + side + ta, "a" + side + after, f"ut{tb}{side}{before}",
        "f" + side + far, f"fq{side}{far}|{short}",
        "m" + sure(min(confidence)), "mh" + sure(confidence[0]), "mt" + sure(confidence[1]),
    ]  # fmt: skip
    if facts.follow >= 0:
        # "A and B (1 and 2 g, respectively)": the second from the end belongs to the second from the end
        aligned = facts.follow == abs(rank) - 1
        found += [f"R{side}{aligned:d}", f"R{side}{aligned:d}{facts.follow > 0:d}"]
    found += ["x" + side + name for name in sorted(seen)]
    return found
