"""What papers report of the components of a search space: a prior that data overrule."""

from __future__ import annotations

from attrs import frozen

from aichemist.chemistry import Digest, Distribution, Evidence, Reported, Space


@frozen
class ComponentPrior:
    """One component as the literature has it.

    ``papers`` of ``about`` papers on the topic report it; ``share`` is that share shrunk for few papers, with its 90 %
    interval. ``fraction`` is how its fraction among the metals is spread over papers, ``None`` where none states it;
    ``limits`` are those of the search space, ``outside`` says that half of the reported fractions lie outside them.
    """

    component: str
    papers: int
    about: int
    share: float | None
    share_low: float | None
    share_high: float | None
    fraction: Distribution | None
    limits: tuple[float, float]
    evidence: tuple[Evidence, ...]

    @property
    def outside(self) -> bool:
        """Whether the middle half of the reported fractions has no part in the limits of the search."""
        low, high = self.limits
        return self.fraction is not None and (self.fraction.upper < low or self.fraction.lower > high)


def component_priors(digest: Digest, space: Space) -> tuple[ComponentPrior, ...]:
    """The components of a composition in the order of the space, each with what was reported of it, reported or not."""
    elements: dict[str, Reported] = {r.subject: r for r in digest.elements}
    fractions: dict[str, Distribution] = {d.subject: d for d in digest.fractions}
    about = digest.about or digest.documents
    made = []
    for column in space.columns:
        if column.kind != "fraction":
            continue
        component, limits = column.name, (column.low, column.high)
        said, fraction = elements.get(component), fractions.get(component)
        evidence = dict.fromkeys([*(said.evidence if said else ()), *(fraction.evidence if fraction else ())])
        made.append(
            ComponentPrior(
                component, said.papers if said else 0, about, said.share if said else None,
                said.share_low if said else None, said.share_high if said else None, fraction, limits,
                tuple(evidence),
            )
        )  # fmt: skip
    return tuple(made)
