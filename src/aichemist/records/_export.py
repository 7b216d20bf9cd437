"""Observations as CSV and Parquet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aichemist.chemistry import Observation, RecordsError, Space, drop_part, origin, version


def observation_rows(observations: Sequence[Observation], space: Space | None) -> list[dict[str, Any]]:
    """One flat row per sample, with the value of each figure of merit; units stand in the column names. Without a space
    the recipes are left out."""
    details = sorted({name for o in observations for name in o.details})
    realised = space is not None and any(o.realised is not None for o in observations)
    merits = dict.fromkeys((o.name, o.unit) for o in observations)
    of_sample: dict[str, list[Observation]] = {}
    groups: list[list[Observation]] = []
    for o in observations:
        own = of_sample.get(o.sample)
        if own is None or any(o.name == known.name for known in own):
            own = of_sample[o.sample] = []
            groups.append(own)
        own.append(o)
    rows = []
    for own in groups:
        first, found = own[0], {(o.name, o.unit): o for o in own}
        values: dict[str, Any] = {}
        for name, unit in merits:
            one = found.get((name, unit))
            of = f"_{unit}" if unit else ""
            values[f"{name}{of}"] = None if one is None else one.value
            values[f"{name}_uncertainty{of}"] = None if one is None else one.uncertainty
        problems = [f"{o.name}: {o.problem}" if len(merits) > 1 else o.problem for o in own if o.problem]
        rows.append(
            {
                "sample": first.sample,
                "batch": first.batch,
                **({} if space is None else _columns(space, first)),
                **values,
                "problem": "; ".join(problems),
                "made_by": first.made_by,
                "origin": origin(o.made_by for o in own),
                "lab_time_s": max(o.lab_time_s for o in own),
                **(_realised(space, first) if space is not None and realised else {}),
                **{name: next((o.details[name] for o in own if name in o.details), None) for name in details},
                "raw_data": " ".join(dict.fromkeys(name for o in own for name in o.raw_data)),
            }
        )
    return rows


def _columns(space: Space, observation: Observation) -> dict[str, Any]:
    values = observation.recipe.values
    row: dict[str, Any] = {}
    for column in space.columns:
        value = values.get(column.name, 0.0)
        if column.kind == "category":
            row[column.name] = space.label(column.name, value)
        else:
            row[f"fraction_{column.name}" if column.kind == "fraction" else column.name] = value
    return row


def _realised(space: Space, observation: Observation) -> dict[str, Any]:
    """What the vial got by the stations' own measurements; empty cells where there are none."""
    got = observation.realised
    numbers = [c.name for c in space.columns if c.kind != "category"]
    return {f"realised_{n}": None if got is None else got.values.get(n, 0.0) for n in numbers}


def write_observations(folder: Path, observations: Sequence[Observation], space: Space | None) -> list[Path]:
    """Write ``observations.csv`` and ``observations.parquet``; each appears whole or not at all."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = observation_rows(observations, space)
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]) if rows else ["sample"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    paths = [folder / "observations.csv", folder / "observations.parquet"]
    parts = [p.with_name(f".{p.name}.part") for p in paths]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        parts[0].write_text(text.getvalue(), encoding="utf-8")
        told = {"aichemist.origin": origin(o.made_by for o in observations), "aichemist.ai_generated": "no",
                "aichemist.recipes_proposed_by": "software", "aichemist.version": version()}  # fmt: skip
        pq.write_table(pa.Table.from_pylist(rows).replace_schema_metadata(told), parts[1])
        for part, path in zip(parts, paths, strict=True):
            part.replace(path)
    except OSError as error:
        for part in parts:
            drop_part(part)
        raise RecordsError(
            f"{folder}: the observations could not be written: {error.strerror or error}\n"
            "  mend: free some disk space, or copy the runs to a folder that can be written"
        ) from error
    return paths
