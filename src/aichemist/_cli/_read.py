"""read: a folder of articles into the library."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ._options import Whole, json_option, print_json, runs_option, table

if TYPE_CHECKING:
    from rich.console import Console

    from ..campaign import FolderReport, ReadingProgress
    from ..reading.llm import LlmReader

#: names listed for one reason; --json gives them all
_NAMES = 30


@click.command(
    epilog="\b\nExamples:\n  aichemist read papers\n  aichemist read papers --workers 2 --again\n"
    "  aichemist read papers --llm http://127.0.0.1:8000/v1 --llm-model qwen3"
)
@click.argument("folder", type=click.Path(path_type=Path))
@runs_option
@click.option("--workers", type=Whole(1, 256), default=None, help="Processes (default: one per processor).")
@click.option("--again", is_flag=True, help="Read anew what an older version has read, and what was skipped.")
@click.option(
    "--llm", default=None, metavar="URL", help="An OpenAI-compatible endpoint beside the rules; none by default."
)
@click.option("--llm-model", default="", help="Name of the model at that endpoint.")
@click.option("--llm-key-env", default="", metavar="VARIABLE", help="Environment variable that holds the key.")
@click.option("--llm-price-in", type=float, default=0.0, help="Price of a million tokens that go in.")
@click.option("--llm-price-out", type=float, default=0.0, help="Price of a million tokens that come out.")
@click.option("--llm-budget", type=float, default=None, help="Stop asking the model when it has cost this much.")
@json_option
def read(
    folder: Path, runs: Path | None, workers: int | None, again: bool, llm: str | None, llm_model: str,
    llm_key_env: str, llm_price_in: float, llm_price_out: float, llm_budget: float | None, as_json: bool,
) -> None:  # fmt: skip
    """Read the articles of FOLDER (PDF, XML, HTML, DOCX, plain text; one file will do) into the library.

    A second time only what is new or changed is read. What cannot be read is named, and the rest goes on; Ctrl-C keeps
    what was read so far.
    """
    from ..campaign import open_database, read_folder_into, runs_folder

    reader = _model(
        llm, llm_model, llm_key_env, runs_folder(runs) / "llm", llm_price_in, llm_price_out, llm_budget
    )  # fmt: skip
    _listable(folder)  # a wrong path must not leave a database behind
    database = open_database(runs)
    try:
        with _Screen() as screen:
            report = read_folder_into(
                database, folder, workers=workers, again=again, llm=reader, listener=screen.listen
            )  # fmt: skip
    except KeyboardInterrupt:
        click.echo("stopped; what was read is kept. The same command goes on from there.", err=True)
        raise SystemExit(130) from None
    finally:
        database.close()
    if as_json:
        print_json(_plain(report, reader))
    else:
        _print(report, reader)
    if report.files == 0 or len(report.skipped) + len(report.skipped_before) == report.files:
        raise SystemExit(1)


def _listable(folder: Path) -> None:
    from ..reading import document_paths

    document_paths(folder)


class _Screen:
    """How far it is, the pace and the time left."""

    def __enter__(self) -> _Screen:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        columns = (
            TextColumn("reading"), BarColumn(bar_width=24), MofNCompleteColumn(), TextColumn("{task.fields[pace]}"),
            TextColumn("{task.description}"),
        )  # fmt: skip
        self._bars = Progress(*columns, console=Console(stderr=True), transient=True)
        self._task = self._bars.add_task("", total=None, pace="")
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def listen(self, now: ReadingProgress) -> None:
        from rich.markup import escape

        from ..chemistry import format_duration

        pace = ""
        if now.left_s is not None:
            pace = f"{now.papers_per_hour:,.0f} papers/h, ETA {format_duration(now.left_s)}"
        self._bars.update(
            self._task, total=now.total, completed=now.done, description=escape(now.name[-40:]), pace=pace
        )  # fmt: skip


def _model(
    url: str | None, name: str, key_env: str, cache: Path, price_in: float, price_out: float, budget: float | None
) -> LlmReader | None:
    if url is None:
        return None
    from ..campaign import answer_problem
    from ..chemistry import InputError
    from ..reading.llm import AnswerCache, LlmReader, OpenAiModel

    if not name:
        raise InputError("a language model needs its name", key="--llm-model", mend="add --llm-model NAME")
    if key_env and key_env not in os.environ:
        raise InputError(
            "is not set in the environment", key="--llm-key-env", value=key_env, mend=f"export {key_env}=..."
        )
    model = OpenAiModel(url, name, os.environ.get(key_env, "") if key_env else "")
    return LlmReader(
        model, AnswerCache(cache), price_in=price_in, price_out=price_out, budget=budget, screen=answer_problem
    )


def _plain(report: FolderReport, reader: LlmReader | None) -> dict[str, Any]:
    from attrs import asdict

    made = {
        "folder": report.folder, "files": report.files, "read": report.read, "again": report.again,
        "unchanged": report.unchanged, "read_by_older_version": report.older,
        "sentences": report.sentences, "values": report.values, "procedures": report.procedures,
        "seconds": round(report.seconds, 2),
        "papers_per_hour": round(report.papers_per_hour),
        "duplicates": [{"name": name, "same_as": other} for name, other in report.duplicates],
        "other_endings": report.others,
        "flagged": [{"document": name, "flags": list(flags)} for name, flags in report.flagged],
        "skipped": [{"name": s.name, "reason": s.reason} for s in report.skipped],
        "skipped_before": [{"name": s.name, "reason": s.reason} for s in report.skipped_before],
    }  # fmt: skip
    return made if reader is None else made | {"llm": asdict(reader.spent)}


def _print(report: FolderReport, reader: LlmReader | None) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    if report.files == 0:
        console.print(f"{report.folder} holds no article: PDF, XML, HTML, DOCX or plain text", markup=False)
        _print_others(report, console)
        return
    fresh = report.read + report.again
    shown = table("files", "what became of them")
    for number, what in (
        (report.read, "read"), (report.again, "read again"), (report.unchanged, "unchanged since they were read"),
        (len(report.duplicates), "hold a paper that another file holds, too"), (len(report.skipped), "skipped"),
        (len(report.skipped_before), "skipped at an earlier time, not tried now (--again tries them)"),
    ):  # fmt: skip
        if number:
            shown.add_row(str(number), what)
    console.print(shown)
    if fresh:
        console.print(
            f"{report.sentences} sentences, {report.values} values, {report.procedures} procedures in "
            f"{report.seconds:.1f} s ({report.papers_per_hour:,.0f} papers per hour)"
        )
    _print_others(report, console)
    if report.older:
        console.print(f"{report.older} were read by another version: 'aichemist read FOLDER --again' reads them anew")
    if report.flagged:
        shown = table("document", "its text speaks to a program or of harm; it stays data, nothing of it is followed")
        for name, flags in report.flagged[:_NAMES]:
            shown.add_row(_escaped(name), _escaped("\n".join(flags)))
        console.print(shown)
    reasons: dict[str, list[str]] = {}
    for name, other in report.duplicates:
        reasons.setdefault(f"the same paper as {other}", []).append(name)
    for item in [*report.skipped, *report.skipped_before]:
        reasons.setdefault(item.reason, []).append(item.name)
    if reasons:
        shown = table("why", "files", "names")
        for reason, names in sorted(reasons.items(), key=lambda r: -len(r[1])):
            listed = ", ".join(names[:_NAMES]) + (f" and {len(names) - _NAMES} more" if len(names) > _NAMES else "")
            shown.add_row(_escaped(reason), str(len(names)), _escaped(listed))
        console.print(shown)
    if reader is not None:
        spent = reader.spent
        console.print(
            f"language model {_escaped(reader.model.name)}: {spent.calls} calls, {spent.cached} from the cache, "
            f"{spent.failed} failed, {spent.dropped} items dropped, {spent.tokens_in} + {spent.tokens_out} tokens, "
            f"cost {spent.cost:.4g}"
        )
        for problem in spent.problems:
            console.print(f"  {problem}", markup=False)


def _print_others(report: FolderReport, console: Console) -> None:
    if report.others:
        most = sorted(report.others.items(), key=lambda e: (-e[1], e[0]))
        listed = ", ".join(f"{n} {ending or 'without ending'}" for ending, n in most[:_NAMES])
        console.print(f"passed over, for their endings are no articles': {listed}", markup=False)


def _escaped(text: str) -> str:
    """Text of strangers: brackets in it are no markup."""
    from rich.markup import escape

    return escape(text)
