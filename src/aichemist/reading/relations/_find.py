"""Mentions -> links: candidates, their chances, and the choice among them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aichemist.chemistry import Link, Mention

from ._chain import AHEAD, TRUST, chain_features, expected, operations_of
from ._families import ARGUMENT, FAMILIES, NEXT, ROLES, Family
from ._model import Models, PairModel, logistic, shipped, softmax
from ._pairs import head_facts, none_features, pair_features, pools_of, tails_of
from ._roles import first_words, role_features
from ._scene import Scene, scene_of


def find_links(text: str, mentions: Sequence[Mention], sentences: Sequence[Any] | None = None) -> tuple[Link, ...]:
    """Links between ``mentions`` of ``text``, in the scheme of MSPT (Mysore et al. 2019, 10.18653/v1/W19-4007).

    A number goes to its unit (``Number_Of``), an amount to its materials (``Amount_Of``), a condition to its operation
    (``Condition_Of``), a material to its operation in a role (``Recipe_Precursor``, ``Solvent_Material``,
    ``Recipe_Target``, ``Atmospheric_Material``, ``Participant_Material``), an operation to the next one
    (``Next_Operation``), and so on; `FAMILIES` lists them all. Each head has one tail, but for amounts, descriptors,
    properties and brands. ``confidence`` is the chance that the link and both of its mentions are right, given the
    confidence of the mentions; 1 in a mention is taken as certain.

    Args:
        text: the text into which the mentions' offsets point.
        mentions: in any order; ``head`` and ``tail`` of a link are places in this sequence. Kinds other than those of
            MSPT get no links.
        sentences: ``(start, end)`` of each sentence in order, or objects with ``start`` and ``end``; found if not
            given. Links stay within a sentence, but for ``Next_Operation``.

    Returns:
        The links, in the order of their heads and tails in ``mentions``.
    """
    if not mentions:
        return ()
    scene = scene_of(text, mentions, _bounds(text, sentences))
    models = shipped()
    found = _links(scene, models)
    return tuple(sorted(found, key=lambda link: (link.head, link.tail, link.kind)))


def _bounds(text: str, sentences: Sequence[Any] | None) -> list[tuple[int, int]]:
    if sentences is None:
        from .._sentences import split_sentences

        sentences = split_sentences(text)
    return [(s[0], s[1]) if isinstance(s, tuple) else (s.start, s.end) for s in sentences]


def _links(scene: Scene, models: Models) -> list[Link]:
    found: list[Link] = []
    firsts = first_words(scene)
    pools = {codes: pools_of(scene, codes) for codes in {f.tails for f in FAMILIES}}
    for family, model in zip(FAMILIES, models.pairs, strict=True):
        for members in scene.members:
            for head in members:
                if scene.codes[head] in family.heads:
                    found += _of_head(scene, family, model, head, pools[family.tails], models, firsts)
    found = _without_circles(found)
    return found + _chain(scene, models.chain)


def _of_head(
    scene: Scene,
    family: Family,
    model: PairModel,
    head: int,
    pools: list[list[int]],
    models: Models,
    firsts: dict[str, int],
) -> list[Link]:
    tails = list(tails_of(scene, family, head, pools))
    if not tails:
        return []
    facts = head_facts(scene, head)
    scores = [model.score(pair_features(scene, family, head, t, r, facts)) for t, r in tails]
    if not model.softmax:
        chances = [logistic(s) for s in scores]
        return [
            Link(family.kind, head, t, round(p, 4))
            for (t, _), p in zip(tails, chances, strict=True)
            if p >= model.threshold
        ]
    scores.append(model.score(none_features(scene, head, facts, len(tails))))
    chances = softmax(scores)[:-1]
    best = max(range(len(tails)), key=lambda k: (chances[k], -k))
    tail, rank = tails[best]
    chance = chances[best]
    kind = family.kind
    if kind == ARGUMENT:
        roles = models.roles.chances(role_features(scene, head, tail, rank, facts.before, firsts))
        role = max(range(len(ROLES)), key=lambda k: (roles[k], -k))
        kind = ROLES[role]
        chance *= roles[role]
    return [Link(kind, head, tail, round(chance, 4))] if chance >= model.threshold else []


def _without_circles(links: list[Link]) -> list[Link]:
    """Of two mentions that each stand for the other only the surer link is kept."""
    pairs = {(a.head, a.tail): a.confidence for a in links if a.kind == "Coref_Of"}
    return [
        a for a in links
        if a.kind != "Coref_Of"
        or (a.confidence, -a.head) > (pairs.get((a.tail, a.head), -1.0), -a.tail)
    ]  # fmt: skip


def _chain(scene: Scene, model: PairModel) -> list[Link]:
    """Each operation's next one, surest pairs first: one before and one after each."""
    row = operations_of(scene)
    pairs: list[tuple[float, int, int]] = []
    for k in range(len(row)):
        for ahead in range(1, min(AHEAD, len(row) - 1 - k) + 1):
            chance = logistic(
                TRUST * expected(scene, row, k, ahead) + model.score(chain_features(scene, row, k, ahead))
            )
            if chance >= model.threshold:
                pairs.append((chance, k, k + ahead))
    pairs.sort(key=lambda p: (-p[0], p[1], p[2]))
    heads: set[int] = set()
    tails: set[int] = set()
    found: list[Link] = []
    for chance, k, n in pairs:
        if k not in heads and n not in tails:
            heads.add(k)
            tails.add(n)
            found.append(Link(NEXT, row[k], row[n], round(chance, 4)))
    return found
