"""Who or what made a record, and the words by which people are told."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from attrs import frozen

MakerKind = Literal["person", "rule", "model", "instrument", "twin", "software"]

#: what made a figure -> what people are told of it; a simulated figure is never called measured
ORIGINS = {"twin": "simulated", "instrument": "measured", "person": "entered by a person"}

_MODEL = re.compile(r"(?P<name>.+) \(prompt (?P<version>[^,()]+)(?:, (?P<prompt>[0-9a-f]+))?\)")


@frozen
class Maker:
    """Who or what made a record.

    Attributes:
        kind: ``model`` is a language model; what a learner or a template makes is ``software``; ``rule`` a
            fixed rule of reading or review.
        name: of the model, learner, software; ``person:<id>`` of a person.
        version: of the software; for a model that of the question it was asked.
        prompt: for a model: beginning of the SHA-256 of the question.
    """

    kind: MakerKind
    name: str = ""
    version: str = ""
    prompt: str = ""

    @property
    def ai_generated(self) -> bool:
        """Whether a language model wrote it; then it is marked where it is shown (GB 45438-2025; EU AI Act Art. 50)."""
        return self.kind == "model"

    @property
    def label(self) -> str:
        """For people, e.g. ``AI-generated: qwen3 (prompt 1, 9f86d081884c)``."""
        rest = ", ".join(p for p in (f"prompt {self.version}" if self.version else "", self.prompt) if p)
        match self.kind:
            case "model":
                return f"AI-generated: {self.name}" + (f" ({rest})" if rest else "")
            case "twin":
                return "simulated" + (f" ({self.name})" if self.name else "")
            case "software" | "rule":
                return " ".join(p for p in (self.kind, self.name, self.version) if p)
        return " ".join(p for p in (ORIGINS.get(self.kind, self.kind), self.name) if p)


def software(name: str) -> Maker:
    """Something that this program made by itself."""
    return Maker("software", name, version())


@lru_cache(maxsize=1)
def version() -> str:
    """Of this program."""
    from importlib import metadata

    try:
        return metadata.version("aichemist")
    except metadata.PackageNotFoundError:  # run from a folder
        return "unknown"


def maker_of(made_by: str, *, corrected: bool = False) -> Maker:
    """The maker that a short text names: ``rules``, a language model with its prompt, or a person.

    Args:
        corrected: the fact is a person's word.
    """
    if corrected:
        return Maker("person", made_by)
    if made_by in ("", "rules") or (made_by.startswith(("reading ", "rules")) and "(prompt" not in made_by):
        return Maker("rule", "reading", version())
    found = _MODEL.fullmatch(made_by.rpartition("; ")[2])
    if found is not None:
        return Maker("model", found["name"], found["version"], found["prompt"] or "")
    return Maker("model", made_by)


def origin(made_by: Iterable[str]) -> str:
    """Where figures come from: ``simulated``, ``measured``, how many of each, or ``none`` where there are none."""
    kinds = [ORIGINS.get(m, m) for m in made_by]
    each = dict.fromkeys(kinds)
    if len(each) < 2:
        return next(iter(each), "none")
    return ", ".join(f"{kinds.count(k)} {k}" for k in each)
