"""What later batches say of a hypothesis that was judged before."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._runs import Run


def judged_since(run: Run) -> dict[int, str]:
    """Batch -> what all results say of its hypothesis, of the hypotheses that a later batch refuted."""
    from aichemist.brain import judge_again

    own = run.state.of(run.campaign.objective.name)
    found = {b: judge_again(d.hypothesis, own) for b, d in run.state.designs.items() if b in run.state.judgements}
    return {b: said for b, said in found.items() if said and not run.state.judgements[b].startswith("refuted")}
