"""BRAT standoff annotation: a text and its ``.ann`` file as mentions and links (https://brat.nlplab.org/standoff.html)."""

from __future__ import annotations

import re
from pathlib import Path

from attrs import frozen

from aichemist.chemistry import InputError, Link, Mention

_TEXT_BOUND = re.compile(r"(T\d+)\t(\S+) (\d+ \d+(?:;\d+ \d+)*)\t?(.*)")
_ROLE_NUMBER = re.compile(r"\d+$")


@frozen
class Annotated:
    """One annotated text. Links of events have the argument as head and the event's trigger as tail."""

    id: str
    text: str
    mentions: tuple[Mention, ...]
    links: tuple[Link, ...]


def read_brat(folder: Path, names: tuple[str, ...] | None = None) -> tuple[Annotated, ...]:
    """The ``.txt``/``.ann`` pairs of ``folder`` in the order of their names, or only those in ``names`` (stems).

    A mention in several pieces covers all characters from the first to the last. An event's argument
    ``E1 Operation:T5 Recipe_Precursor:T46`` becomes the link ``Recipe_Precursor`` from T46 to T5; a relation
    ``R1 Number_Of Arg1:T1 Arg2:T2`` the link from Arg1 to Arg2, events standing for their triggers. Numbers at the
    end of role names (``Acts-on2``) are dropped; equivalences, notes and attributes are left out.

    Raises:
        InputError: no pair is found, or a line names offsets outside the text or an unknown id.
    """
    found: list[Annotated] = []
    for path in sorted(Path(folder).glob("*.ann")):
        if names is not None and path.stem not in names:
            continue
        source = path.with_suffix(".txt")
        if not source.is_file():
            raise InputError("the text of this annotation is missing", file=path, mend=f"put {source.name} beside it")
        with source.open(encoding="utf-8", newline="") as stream:
            text = stream.read()
        found.append(_annotated(path, text))
    if not found:
        raise InputError("no BRAT annotation (*.ann beside *.txt) is here", file=folder, mend="give another folder")
    return tuple(found)


def _annotated(path: Path, text: str) -> Annotated:
    mentions: list[Mention] = []
    index: dict[str, int] = {}
    triggers: dict[str, str] = {}
    arguments: list[tuple[int, str, str, str]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        match = _TEXT_BOUND.match(line)
        if match:
            offsets = [int(n) for n in re.findall(r"\d+", match[3])]
            start, end = min(offsets), max(offsets)
            if end > len(text) or start >= end:
                raise InputError("lies outside the text", file=path, line=number, value=match[3])
            index[match[1]] = len(mentions)
            mentions.append(Mention(match[2], start, end, text[start:end]))
        elif line[:1] == "E":
            name, _, body = line.partition("\t")
            trigger, *rest = (part.partition(":")[2::-2] for part in body.split())
            triggers[name] = trigger[0]
            arguments += [(number, _ROLE_NUMBER.sub("", role), target, trigger[0]) for target, role in rest]
        elif line[:1] == "R":
            kind, first, second = line.split("\t")[1].split()[:3]
            arguments.append((number, kind, first.partition(":")[2], second.partition(":")[2]))
    links = []
    for number, kind, head, tail in arguments:
        try:
            links.append(Link(kind, index[triggers.get(head, head)], index[triggers.get(tail, tail)]))
        except KeyError as error:
            raise InputError("names no annotation", file=path, line=number, value=error.args[0]) from None
    return Annotated(path.stem, text, tuple(mentions), tuple(links))
