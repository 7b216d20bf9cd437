"""A draft protocol as a TOML file that a chemist can finish."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._draft import DraftProtocol, DraftStep

_WIDTH = 110


def as_toml(draft: DraftProtocol) -> str:
    """The protocol file: what the lab cannot do first, then the steps, each with its sentence as a comment.

    Text of papers stands in comments only, on one line each and without control characters.
    """
    document = draft.document
    head = [
        "# A draft made by AI-Chemist from one paper: read every line before it is run.",
        *_comment(f"{document.title}; doi {document.doi or 'not known'}; {document.licence}"),
    ]
    if draft.scale < 1:
        head += _comment(f"amounts of the paper times {draft.scale:.3g}, so that they fit a vial")
    for what in draft.unmapped:
        head += _comment(f"the lab cannot: {what}")
    for what in draft.missing:
        head += _comment(f"not in stock: {what}")
    lines = [
        *head, "", "[protocol]", f"name = {json.dumps(draft.name)}",
        f"title = {json.dumps('Draft after ' + _plain(document.title)[:150], ensure_ascii=False)}",
        f"source = {json.dumps('doi ' + document.doi if document.doi else document.id)}", "",
    ]  # fmt: skip
    counts: dict[str, int] = {}
    for step in draft.steps:
        counts[step.operation] = counts.get(step.operation, 0) + 1
        number = counts[step.operation]
        name = step.operation if number == 1 else f"{step.operation}_{number}"
        lines += [*_step(step, name), ""]
    return "\n".join(lines)


def _step(step: DraftStep, name: str) -> Iterator[str]:
    yield from _comment(f"{step.why}{'; ' + '; '.join(step.notes) if step.notes else ''}")
    if step.evidence is not None:
        at = f"{step.evidence.document}, characters {step.evidence.start} to {step.evidence.end}"
        yield from _comment(f"{at}: {_plain(step.evidence.sentence)}")
    yield "[[step]]"
    yield f'name = "{name}"'
    yield f'operation = "{step.operation}"'
    for field, value in step.parameters.items():
        if isinstance(value, dict):
            entries = ", ".join(f"{json.dumps(k)} = {_quantity(field, v)}" for k, v in value.items())
            yield f"{field.rsplit('_', 1)[0]} = {{ {entries} }}"
        elif isinstance(value, (int, float)):
            yield f"{field.rsplit('_', 1)[0]} = {_quantity(field, float(value))}"


def _quantity(field: str, value: float) -> str:
    unit = field.rsplit("_", 1)[1]
    if unit == "k":
        return f'"{value - 273.15:.6g} degC"'
    if unit == "s":
        return f'"{value / 60:.6g} min"'
    if unit == "l":
        return f'"{value * 1e3:.4g} mL"'
    if unit == "kg":
        return f'"{value * 1e6:.4g} mg"'
    return f'"{value:.6g} {({"rpm": "rpm", "w": "W"}).get(unit, unit)}"'


def _plain(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\s]+", " ", text).strip()


def _comment(text: str) -> Iterator[str]:
    import textwrap

    for line in textwrap.wrap(_plain(text), _WIDTH) or [""]:
        yield f"# {line}"
