"""literature: look into the library: list, search, show, pages, digest, draft."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ._literature_facts import correct, corrections, facts, print_facts
from ._literature_shared import as_text, library, write_text
from ._options import Whole, json_option, print_json, runs_option, table

_OUT = click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), default=None, help="File to write."
)
_GOAL = click.option(
    "--goal", "goal", type=click.Path(path_type=Path), required=True, help="A campaign file: its goal, space and lab."
)


@click.group(
    epilog="\b\nExamples:\n  aichemist read papers\n  aichemist literature search overpotential NiFe\n"
    "  aichemist literature digest --goal campaigns/oer.toml"
)
def literature() -> None:
    """Look into the library of articles: search, show, facts, corrections, digest for a goal, draft protocol."""


_commands: tuple[click.Command, ...] = (facts, correct, corrections)
for _command in _commands:
    literature.add_command(_command)


@literature.command(
    "list", epilog="\b\nExamples:\n  aichemist literature list\n  aichemist literature list --topic OER"
)
@click.option("--topic", default=None, help="Only documents that concern this, such as OER.")
@click.option("--skipped", is_flag=True, help="The files that were left out, and why.")
@runs_option
@json_option
def list_(topic: str | None, skipped: bool, runs: Path | None, as_json: bool) -> None:
    """List the documents of the library."""
    from attrs import asdict
    from rich.console import Console

    with library(runs) as (_, store):
        if skipped:
            _list_skipped([(s.name, s.reason) for s in store.skipped()], as_json)
            return
        documents, counts = store.documents(topic=topic), store.counts()
    if as_json:
        print_json([asdict(d) for d in documents])
        return
    shown = table("document", "title", "year", "concerns", "values", "doi")
    for d in documents:
        shown.add_row(
            as_text(d.id), as_text(d.title), str(d.year or ""), ", ".join(d.topics), str(d.values), as_text(d.doi),
        )  # fmt: skip
    Console().print(shown)
    click.echo(", ".join(f"{n} {what}" for what, n in counts.items()))
    if not counts["documents"]:
        click.echo("The library is empty: read a folder of articles with 'aichemist read FOLDER'.")


def _list_skipped(found: list[tuple[str, str]], as_json: bool) -> None:
    from rich.console import Console

    if as_json:
        print_json([{"name": name, "reason": reason} for name, reason in found])
        return
    shown = table("file", "why it was left out")
    for name, reason in found:
        shown.add_row(as_text(name), as_text(reason))
    Console().print(shown)


@literature.command(
    epilog="\b\nExamples:\n  aichemist literature search overpotential NiFe\n"
    "  aichemist literature search '\"iron content\" overpotential' -- -zinc\n"
    "  aichemist literature search nickel iron --property overpotential --topic OER\n"
    "  aichemist literature search 'how long does the anode last' --dense models/all-MiniLM-L6-v2"
)
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", type=Whole(1, 1000), default=10, show_default=True, help="How many sentences.")
@click.option("--document", default=None, help="Only in this document.")
@click.option("--property", "property_", default=None, help="Only sentences that report a value of this property.")
@click.option("--topic", default=None, help="Only documents that concern this, such as OER.")
@click.option(
    "--dense",
    type=click.Path(path_type=Path),
    default=None,
    metavar="FOLDER",
    help="Search by meaning with the sentence encoder in this folder (config.json, tokenizer.json, model.safetensors).",
)
@runs_option
@json_option
def search(
    words: tuple[str, ...], limit: int, document: str | None, property_: str | None, topic: str | None,
    dense: Path | None, runs: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Find sentences by WORDS, best first (BM25). "Exact phrases" in quotes; -word, after --, leaves sentences out.

    With --dense, sentences that mean much the same are found, whatever their words; none is shipped.
    """
    from attrs import asdict
    from rich.console import Console

    from ..campaign import runs_folder, search_by_meaning
    from ..records.literature import marked_words

    query = " ".join(words)
    with library(runs) as (_, store):
        if document is not None:
            store.info(document)
        if dense is not None:
            hits = search_by_meaning(
                store, query, dense, runs_folder(runs) / "dense", limit=limit, document=document, property=property_,
                topic=topic, listener=_progress,
            )  # fmt: skip
        else:
            hits = store.search(query, limit=limit, document=document, property=property_, topic=topic)
    if as_json:
        print_json([asdict(h) for h in hits])
        return
    console = Console(highlight=False)
    measure, digits = ("BM25", 1) if dense is None else ("cosine", 3)
    for hit in hits:
        sentence = as_text(" ".join(hit.sentence.split()))
        for start, end in marked_words(sentence.plain, query):
            sentence.stylize("bold green", start, end)
        console.print(sentence)
        place = f"  {hit.document}, characters {hit.start} to {hit.end}; {hit.title}; doi {hit.doi or 'not known'}"
        console.print(
            as_text(f"{place}; {hit.licence or 'licence not stated'}; {measure} {hit.score:.{digits}f}"), style="dim"
        )
    if not hits:
        console.print("no sentence has any of these words" if dense is None else "there are no sentences to search")


def _progress(done: int, total: int) -> None:
    """How far the vectors are, on standard error, where someone looks."""
    if sys.stderr.isatty():
        click.echo(f"\rvectors of {done} of {total} documents" + ("\n" if done == total else ""), err=True, nl=False)


@literature.command(
    epilog="\b\nExamples:\n  aichemist literature show electrolysis_01\n  aichemist literature show a -o a.html"
)
@click.argument("document")
@_OUT
@runs_option
@json_option
def show(document: str, output: Path | None, runs: Path | None, as_json: bool) -> None:
    """Show what was read in DOCUMENT: values and procedures, or with -o a page with the evidence highlighted."""
    from rich.console import Console

    from ..campaign import attribution, document_page
    from ..chemistry import to_plain

    with library(runs) as (_, store):
        if output is not None:
            write_text(output, document_page(store, document))
            click.echo(str(output))
            return
        reading, info = store.reading(document), store.info(document)
        found = list(store.facts(document=document))
    if as_json:
        print_json(to_plain(reading))
        return
    console = Console(highlight=False)
    console.print(as_text(attribution(info)))
    console.print(
        f"concerns {', '.join(reading.topics) or 'no known topic'}; {len(reading.sentences)} sentences; read by "
        f"{reading.made_by}"
    )
    for flag in reading.flags:
        console.print(as_text(f"flagged: {flag}"), style="bold")
    if found:
        print_facts(found)
    for procedure in reading.procedures:
        shown = table("action", "operation", "with", "temperature", "time", "under")
        for a in procedure.actions:
            with_ = "; ".join(" ".join([i.text, *(c.text for c in i.amounts)]) for i in a.ingredients)
            shown.add_row(
                as_text(a.verb), a.operation or "(no station)", as_text(with_),
                "" if a.temperature_k is None else f"{a.temperature_k - 273.15:g} degC",
                "" if a.duration_s is None else f"{a.duration_s / 3600:.3g} h", as_text(a.atmosphere),
            )  # fmt: skip
        console.print(shown)


@literature.command(epilog="\b\nExample:\n  aichemist literature pages -o pages")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to write."
)
@runs_option
def pages(output: Path, runs: Path | None) -> None:
    """Write one HTML page per document and an index of them."""
    from rich.console import Console
    from rich.progress import track

    from ..campaign import document_page, index_page

    with library(runs) as (_, store):
        documents = store.documents()
        for info in track(documents, "pages", console=Console(stderr=True), transient=True):
            write_text(output / f"{info.id}.html", document_page(store, info.id))
    write_text(output / "index.html", index_page(documents))
    click.echo(str(output / "index.html"))


@literature.command(epilog="\b\nExample:\n  aichemist literature digest --goal campaigns/oer.toml")
@_GOAL
@runs_option
@json_option
def digest(goal: Path, runs: Path | None, as_json: bool) -> None:
    """Say what the library reports for a goal: elements, precursors, ranges, values, contradictions."""
    from ..campaign import literature_digest, load_campaign
    from ..chemistry import to_plain

    campaign = load_campaign(goal)
    with library(runs) as (database, _):
        found = literature_digest(campaign, database)
    if as_json:
        print_json(to_plain(found))
    else:
        from ._digest import print_digest

        print_digest(found)


@literature.command(epilog="\b\nExample:\n  aichemist literature draft --goal campaigns/oer.toml -o draft.toml")
@_GOAL
@_OUT
@runs_option
def draft(goal: Path, output: Path | None, runs: Path | None) -> None:
    """Draft a protocol for the lab of a campaign from the procedure in the library that it can carry out best."""
    from ..campaign import draft_for, literature_digest, load_campaign
    from ..chemistry import InputError

    campaign = load_campaign(goal)
    with library(runs) as (database, _):
        made = draft_for(campaign, database, literature_digest(campaign, database))
    if made is None:
        raise InputError(
            "no procedure in the library uses one of the campaign's components and has three actions the lab can do",
            key="--goal", value=str(goal), mend="read more articles with 'aichemist read FOLDER'",
        )  # fmt: skip
    if output is None:
        click.echo(made.toml())
    else:
        write_text(output, made.toml())
        click.echo(
            f"{output}: {len(made.steps)} steps after {made.document.id}; {len(made.unmapped)} things the lab cannot "
            f"do, {len(made.missing)} not in stock"
        )
