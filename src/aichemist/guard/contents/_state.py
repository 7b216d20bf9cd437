"""What one vial holds at one moment, by the guard's bookkeeping."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from attrs import field, frozen

from ..reactivity import Presence
from ._kinds import Kind

ROOM_K = 298.15


@frozen(slots=False, eq=False)
class State:
    """Contents and condition of one vial.

    Attributes:
        mol: amounts of all kinds.
        solid: the part of it that was added, or precipitated, as a solid that does not dissolve.
        volume_l: of all liquid; volumes of stocks add up, solids take none.
        pending: soluble solids that no liquid has met yet.
        dissolving: those that meet liquid in this step.
        vented: danger id -> mol of its gas that has left while the vial was open and mixed.
    """

    mol: Mapping[Kind, float] = field(factory=dict)
    solid: Mapping[Kind, float] = field(factory=dict)
    volume_l: float = 0.0
    capped: bool = False
    purged: bool = False
    spun: bool = False
    pending: Mapping[Kind, float] = field(factory=dict)
    dissolving: Mapping[Kind, float] = field(factory=dict)
    vented: Mapping[str, float] = field(factory=dict)

    @cached_property
    def presence(self) -> tuple[Presence, ...]:
        made = []
        for kind, amount in self.mol.items():
            own = self.own_volume_l(kind, amount)
            undissolved = self.solid.get(kind, 0.0) > 0.5 * amount
            made.append(Presence(kind.name, kind.groups, amount, own, undissolved, kind.evaporates(ROOM_K + 60)))
        return tuple(made)

    def own_volume_l(self, kind: Kind, amount: float) -> float:
        """Volume of a liquid by itself, at most that of all liquid there is; 0 for a solid or a solute gas."""
        if not kind.liquid or self.volume_l <= 0:
            return 0.0
        density = kind.density_kg_per_l or 1.0
        return min(self.volume_l, amount * kind.molar_mass_kg_per_mol / density)

    @cached_property
    def mass_kg(self) -> float:
        return sum(k.molar_mass_kg_per_mol * n for k, n in self.mol.items())

    def kg(self, kind: Kind) -> float:
        return kind.molar_mass_kg_per_mol * self.mol.get(kind, 0.0)

    @cached_property
    def liquids(self) -> Mapping[Kind, float]:
        """Kinds that are liquid by themselves -> mol."""
        return {k: n for k, n in self.mol.items() if k.liquid}
