"""literature facts, correct, corrections: what papers report, what people say of it, and both as files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ._literature_shared import as_text, library, write_text
from ._options import json_option, print_json, runs_option, table
from ._written import written

if TYPE_CHECKING:
    from ..records.literature import Correction, Fact, LiteratureStore

_FILE = click.Path(path_type=Path, dir_okay=False)
_KINDS = ("value", "action", "entity")


@click.command(
    epilog="\b\nExamples:\n  aichemist literature facts --property overpotential --reaction OER\n"
    "  aichemist literature facts --csv facts.csv\n  aichemist literature facts --kind action --document a"
)
@click.option("--kind", type=click.Choice([*_KINDS, "all"]), default="value", show_default=True, help="Kind of fact.")
@click.option("--property", "property_", default=None, help="Only this property (operation, label).")
@click.option("--reaction", default=None, help="Only this reaction, such as OER.")
@click.option("--material", default=None, help="Only materials whose name holds this.")
@click.option("--document", default=None, help="Only of this document.")
@click.option("--min-confidence", type=click.FloatRange(0, 1), default=0.0, help="Only facts at least this sure.")
@click.option("--own", is_flag=True, help="Without results that a paper reports of another.")
@click.option("--csv", "csv_file", type=_FILE, default=None, help="Write as CSV, with DOI and offsets.")
@runs_option
@json_option
def facts(
    kind: str, property_: str | None, reaction: str | None, material: str | None, document: str | None,
    min_confidence: float, own: bool, csv_file: Path | None, runs: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """List what papers report, with conditions, material, DOI and place in the text; corrections included."""
    from ..records.literature import fact_row

    with library(runs) as (_, store):
        if document is not None:
            store.info(document)
        found: Iterator[Fact] = store.facts(
            kind=None if kind == "all" else kind,  # type: ignore[arg-type]
            property=property_, reaction=reaction, material=material, document=document,
            min_confidence=min_confidence, cited=False if own else None,
        )  # fmt: skip
        if csv_file is not None:
            click.echo(f"{_write_csv(csv_file, (fact_row(f) for f in found))} facts in {csv_file}")
        elif as_json:
            print_json([fact_row(f) for f in found])
        elif not print_facts(found) and property_ is not None and kind == "value":
            click.echo("there are values of: " + (", ".join(store.properties()) or "no property"))


def _made(fact: Fact) -> list[str]:
    """Remarks on who says so: a person, or a language model."""
    if fact.corrected:
        return [f"by {fact.made_by}"]
    from ..chemistry import maker_of

    maker = maker_of(fact.made_by)
    return [maker.label] if maker.ai_generated else []


def print_facts(found: Iterable[Fact]) -> int:
    """A table of facts; how many there are."""
    from rich.console import Console

    shown = table("id", "material", "what", "value", "under", "from")
    shown.columns[0].no_wrap = True  # it is copied into other commands
    number = 0
    for f in found:
        number += 1
        remarks = [*(["of another paper"] if f.cited else []), *_made(f)]
        under = "; ".join(part for part in (f.reaction, _conditions(f)) if part)
        place = f"{f.document} {f.start}" + (f" ({', '.join(remarks)})" if remarks else "")
        shown.add_row(
            f.id[:8], as_text(f.material), as_text(f.property or "(no operation)"), as_text(_value(f)), as_text(under),
            as_text(place),
        )  # fmt: skip
    if number:
        Console().print(shown)
    click.echo(f"{number} fact{'' if number == 1 else 's'}; reported, not best: papers publish what worked")
    return number


def _value(fact: Fact) -> str:
    if fact.value is None:
        return fact.subject
    text = f"{fact.value:g}" + ("" if fact.upper is None else f" to {fact.upper:g}")
    return f"{'' if fact.comparator == '=' else fact.comparator + ' '}{text} {fact.unit}".strip()


def _conditions(fact: Fact) -> str:
    from ..records.literature import fact_row

    return str(fact_row(fact)["conditions"])


def _write_csv(path: Path, rows: Iterable[dict[str, Any]]) -> int:
    """A row at a time, whole or not at all; texts that a spreadsheet would run as formulas are quoted."""
    import csv

    from ..records.literature import FACT_COLUMNS

    number = 0
    with written(path) as part, part.open("w", encoding="utf-8", errors="replace", newline="") as file:
        writer = csv.DictWriter(file, FACT_COLUMNS)
        writer.writeheader()
        for row in rows:
            number += 1
            writer.writerow({k: _harmless(v) for k, v in row.items()})
    return number


def _harmless(cell: Any) -> Any:
    if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") and len(cell) > 1:
        return "'" + cell
    return cell


@click.command(
    epilog="\b\nExamples:\n  aichemist literature correct a --fact 3f2a9c1e --field value=250 --by Ann\n"
    "  aichemist literature correct a --fact 3f2a9c1e --wrong --by Ann --note 'a difference, not a value'\n"
    "  aichemist literature correct a --add value --quote '390 mV' --field property=overpotential \\\n"
    "      --field value=390 --field unit=mV --by Ann\n"
    "  aichemist literature correct a --add entity --quote 'Ni foam' --field kind=Material --by Ann"
)
@click.argument("document")
@click.option("--fact", default="", help="Id of the fact, or its beginning, from 'literature facts'.")
@click.option(
    "--field", "--set", "fields", multiple=True, metavar="NAME=VALUE", help="What is right; may be given several times."
)
@click.option("--wrong", is_flag=True, help="The fact is no fact.")
@click.option("--add", type=click.Choice(_KINDS), default=None, help="A fact of this kind was missed.")
@click.option("--quote", default=None, help="With --add: the words as they stand in the document, once.")
@click.option("--span", default=None, metavar="START:END", help="With --add: offsets, where the words stand often.")
@click.option("--by", "who", required=True, help="Who says so.")
@click.option("--note", default="", help="Why.")
@runs_option
def correct(
    document: str, fact: str, fields: tuple[str, ...], wrong: bool, add: str | None, quote: str | None,
    span: str | None, who: str, note: str, runs: Path | None,
) -> None:  # fmt: skip
    """Correct what was read in DOCUMENT. The machine's reading stays; yours wins over it, here and in every export."""
    from ..chemistry import InputError

    given: dict[str, str] = {}
    for text in fields:
        key, mark, value = text.partition("=")
        if not mark:
            raise InputError("is no name and value", key="--field", value=text, mend="write --field value=250")
        given[key.strip()] = value.strip()
    if add is not None and (fact or wrong):
        raise InputError("does not go with --fact or --wrong", key="--add", mend="do one thing at a time")
    if add is None and not fact:
        mend = f"see the ids in 'aichemist literature facts --document {document}'; a missed fact: --add value"
        raise InputError("says which fact", key="--fact", mend=mend)
    if wrong and given:
        raise InputError("does not go with --field", key="--wrong", mend="strike the fact out, or change it")
    with library(runs) as (_, store):
        if add is not None:
            number = store.correct(
                document, "add", who=who, fields=given, kind=add,  # type: ignore[arg-type]
                span=_span(store, document, quote, span), note=note,
            )  # fmt: skip
        else:
            action = "wrong" if wrong else "change"
            number = store.correct(document, action, who=who, fact=fact, fields=given, note=note)  # type: ignore[arg-type]
    click.echo(f"correction {number} stored; the machine's reading stays beside it")


def _span(store: LiteratureStore, document: str, quote: str | None, span: str | None) -> tuple[int, int]:
    from ..chemistry import InputError

    text = store.machine_reading(document).document.text
    if span is not None:
        start, _, end = span.partition(":")
        if not (start.isdecimal() and end.isdecimal()):
            raise InputError("is no pair of offsets", key="--span", value=span, mend="write --span 120:126")
        return int(start), int(end)
    if not quote:
        raise InputError("is needed with --add", key="--quote", mend="give the words as they stand in the document")
    places: list[int] = []
    at = text.find(quote)
    while at >= 0 and len(places) < 20:
        places.append(at)
        at = text.find(quote, at + 1)
    if len(places) != 1:
        spans = " or ".join(f"--span {p}:{p + len(quote)}" for p in places[:5])
        raise InputError(
            f"stands {len(places)} times in the document" if places else "does not stand in the document",
            key="--quote", value=quote, mend=spans or "copy them from 'aichemist literature show DOC -o page.html'",
        )  # fmt: skip
    return places[0], places[0] + len(quote)


@click.command(
    epilog="\b\nExamples:\n  aichemist literature corrections\n"
    "  aichemist literature corrections --export corrections.jsonl --brat brat"
)
@click.option("--export", type=_FILE, default=None, help="Write JSON lines: machine, person, sentence, offsets.")
@click.option(
    "--brat", type=click.Path(path_type=Path, file_okay=False), default=None,
    help="Write BRAT files of the sentences whose entities were corrected, as training data.",
)  # fmt: skip
@runs_option
@json_option
def corrections(export: Path | None, brat: Path | None, runs: Path | None, as_json: bool) -> None:
    """List what people corrected, or export it as training data."""
    from rich.console import Console

    from ..records.literature import brat_pairs

    with library(runs) as (_, store):
        found = store.corrections()
        if export is not None:
            import json

            write_text(export, "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in _rows(store, found)))
            click.echo(f"{len(found)} corrections in {export}")
        if brat is not None:
            number = 0
            for name, text, annotation in brat_pairs(store):
                number += 1
                write_text(brat / f"{name}.txt", text)
                write_text(brat / f"{name}.ann", annotation)
            click.echo(f"sentences of {number} documents in {brat}")
        if export is not None or brat is not None:
            return
        if as_json:
            print_json(list(_rows(store, found)))
            return
    shown = table("no.", "document", "words", "what", "says", "by", "note")
    for c in found:
        says = "; ".join(f"{k} = {v}" for k, v in c.fields.items())
        shown.add_row(
            str(c.id), as_text(c.document), as_text(c.quote), f"{c.action} {c.kind}", as_text(says), as_text(c.who),
            as_text(c.note),
        )  # fmt: skip
    Console().print(shown)


def _rows(store: LiteratureStore, found: Iterable[Correction]) -> Iterator[dict[str, Any]]:
    from ..records.literature import correction_row

    known = {d.id for d in store.documents()}
    for c in found:
        if c.document in known:
            reading = store.machine_reading(c.document)
            yield correction_row(c, reading.document.text, reading.sentences)
        else:
            yield correction_row(c)
