"""Where a campaign finds its literature and the twin its measured data; says what it chose."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from aichemist.chemistry import Digest, Simplex

from ._file import Campaign

if TYPE_CHECKING:
    from aichemist.lab.twin import OverpotentialMap
    from aichemist.records import Database

    from ._literature import ReadingProgress
    from ._runs import Run

PLATE = "oer_plate_3496"


def overpotential_map() -> OverpotentialMap:
    """The measured map where plate 3496 is at hand, else the fitted one that ships."""
    from aichemist.lab.twin import load_map
    from aichemist.records.datasets import find

    folder = find(PLATE)
    return load_map(None if folder is None else folder / "data.csv")


def in_acid(campaign: Campaign) -> bool:
    """Whether the protocol tests electrodes in sulfuric acid."""
    return any(s.parameters.get("electrolyte") == "sulfuric acid" for s in campaign.protocol.steps)


def twin_model(campaign: Campaign, here: OverpotentialMap) -> dict[str, str]:
    """What the twin takes for true about the objectives: ``map``, ``map_source`` and ``map_citation``."""
    from aichemist.lab.twin import acid_map, hydrogen_map

    figure_of_merit = campaign.objective.name
    if in_acid(campaign):
        acid = acid_map()
        return {"map": acid.description, "map_source": "fitted in acid", "map_citation": acid.citation}
    if figure_of_merit == "overpotential":
        return {"map": here.description, "map_source": here.source, "map_citation": here.citation}
    if figure_of_merit == "hydrogen":
        fitted = hydrogen_map()
        return {"map": fitted.description, "map_source": "fitted", "map_citation": fitted.citation}
    return {
        "map": "models of substances and instruments; see the page of the task",
        "map_source": "model", "map_citation": "named beside the numbers in lab/twin",
    }  # fmt: skip


def literature_folder(campaign: Campaign) -> Path | None:
    """The folder named in the campaign file, else the articles of the data set ``literature``, where present."""
    from aichemist.chemistry import InputError
    from aichemist.records.datasets import find

    if campaign.literature:
        base = Path(campaign.documents.paths["campaign"]).parent
        for folder in (base / campaign.literature, Path(campaign.literature)):
            if folder.is_dir():
                return folder
        raise InputError(
            "there is no such folder", file=campaign.documents.paths["campaign"], key="reading.folder",
            value=campaign.literature, mend="name a folder of articles, or remove the key",
        )  # fmt: skip
    articles = find("literature")
    return articles / "text" if articles is not None else None


@frozen
class ReadingResult:
    """The digest and what was read, in one sentence."""

    digest: Digest
    said: str


def read_literature(
    campaign: Campaign, database: Database, listener: Callable[[ReadingProgress], None] | None = None
) -> ReadingResult:
    """Read what is new in the campaign's folder of articles into the library, and digest the library for the goal."""
    from ._literature import literature_digest, read_folder_into

    folder = literature_folder(campaign)
    read = ""
    if folder is not None:
        report = read_folder_into(database, folder, listener=listener)
        fresh, skipped = report.read + report.again, len(report.skipped)
        read = f" ({fresh} read now from {folder}{f', {skipped} skipped' if skipped else ''})"
    result = literature_digest(campaign, database)
    where = result.corpus if folder else f"{result.corpus} (no folder of articles found)"
    return ReadingResult(result, f"{result.documents} documents, {result.sentences} sentences: {where}{read}")


def twin_rank(run: Run) -> dict[str, float] | None:
    """The best observed recipe's rank by the twin's own map: for judging a run, never used by it.

    ``None`` while nothing was observed, or when the map at hand is not the one that the run used.
    """
    best = run.best
    space = run.campaign.space
    if best is None or run.campaign.objective.name != "overpotential" or not isinstance(space, Simplex):
        return None
    here = overpotential_map()
    if here.source != run.state.started.get("map_source"):
        return None
    import numpy as np

    points, names = space.enumerate(), space.components
    values = np.array([here.overpotential_v(dict(zip(names, p, strict=True))) for p in points])
    own = here.overpotential_v(best.recipe.values)
    better = values < own - 1e-12 if run.campaign.objective.direction == "minimise" else values > own + 1e-12
    rank = int(better.sum()) + 1
    return {"rank": rank, "of": len(points), "top_percent": 100 * rank / len(points), "true_value_mv": own * 1e3}
