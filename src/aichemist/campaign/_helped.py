"""What a campaign may use beside its own measurements: a table of theory, and earlier runs in the database.

Both are fixed when the run starts, so that a resumed run thinks what the first process thought: the table is copied
into the run's folder, and of each earlier run the number of observations is kept in the journal.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from aichemist.chemistry import InputError, Observation, RecordsError, Space, drop_part

from ._file import Campaign

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aichemist.brain.learning import Earlier, Theory
    from aichemist.records import Database

TABLE = "theory.csv"
#: an earlier run with fewer valid measurements has nothing to say
_FEWEST = 8


@frozen(eq=False)
class Helped:
    """What the surrogates may listen to."""

    theory: Theory | None = None
    earlier: tuple[Earlier, ...] = ()


def theory_path(campaign: Campaign) -> Path | None:
    """The table that the campaign file names, beside it, one folder up, or in the working folder.

    Raises:
        InputError: there is no such file.
    """
    if not campaign.theory:
        return None
    file = Path(campaign.documents.paths["campaign"])
    for folder in (file.parent, file.parent.parent, Path.cwd()):
        if (folder / campaign.theory).is_file():
            return folder / campaign.theory
    raise InputError(
        "there is no such file", file=file, key="theory.file", value=campaign.theory,
        mend="name a CSV of the variables and calculated descriptors, beside the campaign file",
    )  # fmt: skip


def check_helped(campaign: Campaign, database: Database) -> None:
    """Before a run is made.

    Raises:
        InputError: no such table or run, or one that says nothing about this campaign's space and objectives.
    """
    source = theory_path(campaign)
    if source is not None:
        _learn(campaign, source)
    for name in campaign.transfer:
        told, _ = _observations(database, name, campaign)
        _earlier(campaign, database, name, len(told), first=True)


def taken_along(campaign: Campaign, database: Database, folder: Path) -> dict[str, Any]:
    """At the start of a run: copy the table, count the earlier observations; what the journal is to keep.

    Raises:
        RecordsError: the run's folder cannot be written.
    """
    kept: dict[str, Any] = {}
    source = theory_path(campaign)
    if source is not None:
        content = source.read_bytes()
        part = folder / f".{TABLE}.part"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            part.write_bytes(content)
            part.replace(folder / TABLE)
        except OSError as error:
            drop_part(part)
            raise RecordsError(f"{folder / TABLE}: cannot be written: {error.strerror or error}") from error
        kept["theory"] = {"file": str(source), "sha256": hashlib.sha256(content).hexdigest()}
    if campaign.transfer:
        kept["earlier"] = {}
        for name in campaign.transfer:
            kept["earlier"][name] = len(_observations(database, name, campaign)[0])
    return kept


def helped(campaign: Campaign, database: Database, folder: Path, started: Mapping[str, Any]) -> Helped:
    """What was taken along, ready to be listened to.

    Raises:
        InputError: the copy of the table was changed since, or an earlier run is gone.
    """
    theory = None
    if "theory" in started:
        path = folder / TABLE
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != started["theory"]["sha256"]:
            raise InputError("is missing or was changed since the run began", file=path, mend="put it back as it was")
        theory = _learn(campaign, path)
    earlier: list[Earlier] = []
    for name, count in started.get("earlier", {}).items():
        earlier += _earlier(campaign, database, name, int(count))
    return Helped(theory, tuple(earlier))


def _learn(campaign: Campaign, path: Path) -> Theory:
    from aichemist.brain import read_theory

    return read_theory(path, campaign.space).learn(seed=campaign.seed, fidelity=campaign.fidelity)


def _observations(database: Database, name: str, campaign: Campaign) -> tuple[list[Observation], Space]:
    """All observations of a run, and the space it searched."""
    from aichemist.chemistry import from_plain
    from aichemist.records import RunJournal, find_run

    from ._file import Documents, build_campaign
    from ._snapshots import read_stand

    try:
        info = find_run(database, name)
    except RecordsError:
        raise InputError(
            "there is no run of this name in the database", file=campaign.documents.paths["campaign"],
            key="transfer.runs", value=name, mend="'aichemist runs' lists them",
        ) from None  # fmt: skip
    there = build_campaign(from_plain(info.config["documents"], Documents))
    return read_stand(RunJournal(database, info.id)).campaign.observations, there.space


def _earlier(
    campaign: Campaign, database: Database, name: str, count: int, *, first: bool = False
) -> Sequence[Earlier]:
    import numpy as np

    from aichemist.brain.learning import Earlier
    from aichemist.brain.learning._learner import together

    told, space = _observations(database, name, campaign)
    found = []
    for objective in campaign.goal.objectives:
        own = [o for o in told[:count] if o.name == objective.name and np.isfinite(o.value)]
        if not own:
            continue
        x, y, _ = together(space, own, (objective.name,))
        shared = Earlier.shared(name, space.names, campaign.space.names, x, y[:, 0], objective.name)
        if len(shared.y) >= _FEWEST:
            found.append(shared)
    if first and not found:
        raise InputError(
            f"has fewer than {_FEWEST} valid measurements of {' or '.join(o.name for o in campaign.goal.objectives)} "
            "in variables of this space", file=campaign.documents.paths["campaign"], key="transfer.runs", value=name,
            mend="name a run that measured the same over (mostly) the same variables",
        )  # fmt: skip
    return found
