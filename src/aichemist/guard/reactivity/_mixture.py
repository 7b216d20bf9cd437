"""Which dangers a mixture holds: amounts and concentrations against the conditions of the matrix."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

from attrs import frozen

from ._danger import Danger
from ._groups import GROUPS
from ._matrix import MATRIX

_NO_VOLUME_L = 1e-7


@frozen
class Presence:
    """One substance in a mixture.

    Attributes:
        volume_l: its own, where it is a liquid of itself; 0 for solids and solutes.
        undissolved: a solid that stays one: its surface is neat whatever surrounds it.
        volatile: leaves when the mixture is dried.
    """

    name: str
    groups: frozenset[str]
    mol: float
    volume_l: float = 0.0
    undissolved: bool = False
    volatile: bool = False


@frozen
class Hit:
    """A danger whose conditions are met."""

    danger: Danger
    substances: tuple[str, ...]
    mol: Mapping[str, float]
    gas_mol: float
    heat_j: float
    serious: bool


@lru_cache(maxsize=4096)
def _candidates(present: frozenset[str]) -> tuple[Danger, ...]:
    return tuple(d for d in MATRIX if present.issuperset(d.groups))


def hits(
    mixture: Sequence[Presence], volume_l: float, temperature_k: float = 298.15, *, drying: bool = False
) -> list[Hit]:
    """All dangers of a mixture.

    How concentrated a group is, is counted in what is left without its partners: a drop of concentrated acid does not
    become harmless because there is much ethanol. So more of a partner never makes a mixture look safer.

    Args:
        volume_l: of all liquid.
        drying: the liquid is being driven off: solutes end up neat, volatile substances leave.
    """
    members: dict[str, list[Presence]] = {}
    for substance in mixture:
        if substance.mol > 0:
            for group in substance.groups:
                members.setdefault(group, []).append(substance)
    dry = drying or volume_l <= _NO_VOLUME_L or all(s.undissolved for s in mixture)
    found = []
    for danger in _candidates(frozenset(members)):
        if danger.above_k > temperature_k or (danger.when == "dried" and not dry):
            continue
        hit = _hit(danger, members, volume_l, drying)
        if hit is not None:
            found.append(hit)
    return found


def _hit(danger: Danger, members: Mapping[str, list[Presence]], volume_l: float, drying: bool) -> Hit | None:
    dried = danger.when == "dried"
    sets = {}
    for group in danger.groups:
        those = [s for s in members[group] if not (dried and drying and s.volatile and not danger.volatile_too)]
        if not those:
            return None
        sets[group] = those
    names = {s.name for those in sets.values() for s in those}
    if len(names) < 2 and danger.groups != ("nitrate", "ammonium"):
        return None
    mol: dict[str, float] = {}
    for group, those in sets.items():
        others = {s.name for g, ss in sets.items() if g != group for s in ss}
        own = [s for s in those if s.name not in others] or (those if len(names) > 1 or dried else [])
        mol[group] = amount = sum(s.mol for s in own)
        if amount < danger.least_mol or amount <= 0:
            return None
        partners = {s.name: s for g, ss in sets.items() if g != group for s in ss if s not in own}
        border = danger.dilute.get(group, GROUPS[group].dilute_mol_per_l)
        if border > 0 and not dried and _concentration(own, amount, volume_l, partners) < border:
            return None
    gas = min((mol[g] * n for g, n in danger.gas_per_mol.items()), default=0.0) * danger.gas_share
    heat = danger.heat_j_per_mol * min((mol[g] * danger.heat_equivalents.get(g, 1.0) for g in mol), default=0.0)
    serious = min(mol.values()) >= danger.serious_mol
    return Hit(danger, tuple(sorted(names)), mol, gas, heat, serious)


def _concentration(own: Sequence[Presence], amount: float, volume_l: float, partners: Mapping[str, Presence]) -> float:
    if any(s.undissolved for s in own):
        return math.inf
    around = volume_l - sum(s.volume_l for s in partners.values())
    return amount / around if around > _NO_VOLUME_L else math.inf
