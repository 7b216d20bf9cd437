"""What a material is to the operation it takes part in: precursor, solvent, target, atmosphere or merely there."""

from __future__ import annotations

from ._pairs import gist
from ._scene import Scene, stem


def first_words(scene: Scene) -> dict[str, int]:
    """The first sentence in which each material stands; a title names the target."""
    found: dict[str, int] = {}
    for number, members in enumerate(scene.members):
        for i in members:
            if scene.codes[i] in "MR":
                found.setdefault(scene.lowered[i], number)
    return found


def role_features(scene: Scene, head: int, tail: int, rank: int, before: str, firsts: dict[str, int]) -> list[str]:
    """What holds for the material ``head`` in the operation ``tail``."""
    text = scene.lowered[head]
    number = scene.sentence[head]
    step = stem(scene.lowered[tail])
    side = "<" if rank < 0 else ">"
    own = gist(text, "M")
    place = scene.at[head]
    classes, begin, end = scene.classes, scene.first[number], scene.last[number]
    around = classes[max(begin, place - 4) : place], classes[place + 1 : min(end, place + 5)]
    amount = ("a" in around[0] or "A" in around[0], "a" in around[1] or "A" in around[1])
    earlier = firsts[text]
    after = "$" if place + 1 >= end else scene.words[place + 1] if scene.owners[place + 1] < 0 else classes[place + 1]
    kind = scene.codes[head]
    low = min(scene.at[tail], place)
    path = [c for c in classes[low + 1 : max(scene.at[tail], place)][:12] if c and c not in "wdDPBm#r0-"]
    return [
        "1", "t" + text, "g" + own, "s" + step, "gs" + own + "|" + step, "ts" + text + "|" + step, "b" + before,
        "bs" + before + "|" + step, "bd" + before + side, "d" + side, f"r{max(min(rank, 3), -3):+d}", "k" + kind,
        "ss" + side + step, f"am{amount[0]:d}{amount[1]:d}", f"n{min(number, 6)}",
        f"e{min(earlier, 4)}:{earlier == number:d}", f"m{min(scene.materials[number], 6)}",
        f"y{number - earlier > 0:d}", "p1" + text[:4], "p2" + text[-4:], "a" + after, "bg" + before + "|" + own,
        f"o{min(scene.operations[number], 4)}",
        f"f{any(c.isdigit() for c in text):d}{len(text.split()) > 1:d}{scene.mentions[head].text[:1].isupper():d}",
        "q" + side + " ".join(path[:6]), f"ba{before}{amount[0]:d}{amount[1]:d}",
        "D" + "".join(sorted({c for c in (*around[0][-2:], *around[1][:2]) if c in ("d", "P")})),
    ]  # fmt: skip
