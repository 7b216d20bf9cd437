"""One line of the matrix: which groups, what they do together, and from when on it matters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from attrs import field, frozen

from aichemist.chemistry import Outcome

#: what a danger may do
EFFECTS = (
    "heat", "fire", "explosion", "flammable gas", "toxic gas", "pressure", "polymerisation", "shock-sensitive product",
)  # fmt: skip
#: ``mixed``: as soon as the groups meet; ``dried``: only where no liquid keeps them apart, or evaporation takes it away
When = Literal["mixed", "dried"]


@frozen
class Danger:
    """What two or three groups do together.

    Attributes:
        groups: group ids; each must be there, in at least two different substances.
        effects: of :data:`EFFECTS`.
        outcome: of a hit, from ``serious_mol`` on; ``measures`` between ``least_mol`` and that; ``None``: the danger
            is judged by the amount of its gas and heat alone.
        least_mol: amounts of any of the groups below it are of no concern.
        dilute: group -> border in mol/L, where it is another than the group's own.
        above_k: only at or above this temperature.
        gas: formula of the gas that is set free, "" for none.
        gas_per_mol: group -> mol of gas per mol of it; the group that gives least is the limit (an upper bound).
        gas_share: part of that bound that truly leaves, for gases that stay dissolved or reactions that are slow.
        heat_j_per_mol: heat per mol of whichever group there is least of, each counted by ``heat_equivalents``.
        volatile_too: in a dried mixture, solvents that leave count as well.
    """

    groups: tuple[str, ...]
    effects: tuple[str, ...]
    outcome: Outcome | None
    reason: str
    source: str
    mend: str = ""
    least_mol: float = 2e-4
    serious_mol: float = 0.0
    dilute: Mapping[str, float] = field(factory=dict)
    above_k: float = 0.0
    when: When = "mixed"
    gas: str = ""
    gas_per_mol: Mapping[str, float] = field(factory=dict)
    gas_share: float = 1.0
    heat_j_per_mol: float = 0.0
    heat_equivalents: Mapping[str, float] = field(factory=dict)
    volatile_too: bool = False

    @property
    def id(self) -> str:
        return "+".join(self.groups) + (":dried" if self.when == "dried" else "") + (":hot" if self.above_k else "")


def each(first: str, partners: str, *rest: object, **more: object) -> tuple[Danger, ...]:
    """The same danger of one group with each of several (their ids separated by spaces)."""

    def only(key: str, groups: tuple[str, str]) -> dict[str, object]:
        table = more.get(key)
        return {key: {g: v for g, v in table.items() if g in groups}} if isinstance(table, dict) else {}

    return tuple(
        Danger(pair, *rest, **{**more, **only("dilute", pair), **only("heat_equivalents", pair)})  # type: ignore[arg-type]
        for pair in ((first, partner) for partner in partners.split())
    )
