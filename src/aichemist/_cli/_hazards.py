"""hazards show, list, import: what the guard knows of substances, and who knew it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ._options import json_option, print_json, table

if TYPE_CHECKING:
    from ..guard.knowledge import Substance

_SOURCES = {
    "curated": "our curated table",
    "chemicals": "library chemicals",
    "sds": "your SDS table",
    "clp": "imported CLP Annex VI",
}


@click.group()
def hazards() -> None:
    """Show what the guard knows of substances, and where it is written. Completeness is never claimed."""


@hazards.command(
    epilog="\b\nExamples:\n  aichemist hazards show 'nickel nitrate hexahydrate'\n"
    "  aichemist hazards show 67-64-1 --json\n"
    "  aichemist hazards show 'my dye' --sds my_sds.csv\n\nExit code 1: no source knew the substance."
)
@click.argument("substance")
@click.option(
    "--sds", type=click.Path(path_type=Path, dir_okay=False, exists=True), default=None,
    help="Your own safety data, a CSV file (docs/hazards.md).",
)  # fmt: skip
@json_option
@click.pass_context
def show(ctx: click.Context, substance: str, sds: Path | None, as_json: bool) -> None:
    """Show SUBSTANCE (name, formula, CAS number, InChIKey or SMILES): identity, hazards, numbers, alerts, lists."""
    from ..campaign import knowledge

    found = knowledge(sds, fresh=True).find(substance)
    if as_json:
        print_json(as_data(found))
    else:
        _print(found)
    ctx.exit(0 if found.known else 1)


def as_data(found: Substance) -> dict[str, Any]:
    """A substance as plain data, keys as in the record."""
    from attrs import asdict

    from ..guard.knowledge import catalogue_alerts, screening, statement, structural_findings

    data = asdict(found, recurse=False)
    data["known"] = found.known
    data["sensitive"] = sorted(found.sensitive)
    data["knew"] = dict(found.knew)
    data["hazards"] = [{"code": h.code, "text": statement(h.code), "source": h.source} for h in found.hazards]
    data["alerts"] = [asdict(a) for a in structural_findings(found)]
    data["lists"] = [asdict(s) for s in screening(found)]
    data["drug_likeness_alerts"] = catalogue_alerts(found.smiles)
    return data


def _print(found: Substance) -> None:
    from rich.console import Console
    from rich.markup import escape

    from ..guard.knowledge import catalogue_alerts, screening, statement, structural_findings

    console = Console(highlight=False)
    console.print(f"[bold]{escape(found.name or found.asked)}[/bold]")
    identity = [found.formula, f"CAS {found.cas}" if found.cas else "", found.inchikey, found.state]
    console.print(escape("  ".join(part for part in identity if part)), soft_wrap=True)
    if found.note:
        console.print(escape(f"Note: {found.note}"))
    if not found.known:
        console.print("[bold]No source of hazards knows it: not runnable without a person's word.[/bold]")
    if found.hazards:
        shown = table("code", "hazard", "source")
        for h in found.hazards:
            shown.add_row(h.code, statement(h.code), escape(h.source))
        console.print(shown)
    elif found.known:
        console.print("Not classified as hazardous by the sources that know it.")
    for label, value in _numbers(found):
        console.print(f"{label}: {value}")
    for alert in structural_findings(found):
        console.print(escape(f"Structure ({alert.severity}): {alert.message}. Source: {alert.source}"))
    for entry in screening(found):
        console.print(escape(f"List ({entry.severity}): {entry.text}. Source: {entry.source}"))
    for text in catalogue_alerts(found.smiles):
        console.print(escape(f"Beside it, {text}"))
    for name, knew in found.knew.items():
        console.print(f"{'knew it' if knew else 'did not know it'}: {_SOURCES.get(name, name)}")


def _numbers(found: Substance) -> list[tuple[str, str]]:
    def celsius(value: float | None) -> str:
        return "" if value is None else f"{value - 273.15:.0f} degC"

    limit = found.exposure_limit_kg_per_m3
    energy = found.enthalpy_of_formation_j_per_mol
    rows = [
        ("Molar mass", f"{1000 * found.molar_mass_kg_per_mol:.2f} g/mol" if found.molar_mass_kg_per_mol else ""),
        ("Density", f"{found.density_kg_per_l:.2f} kg/L" if found.density_kg_per_l else ""),
        ("Melting point", celsius(found.melting_point_k)),
        ("Boiling point", celsius(found.boiling_point_k)),
        ("Flash point", celsius(found.flash_point_k)),
        ("Autoignition", celsius(found.autoignition_k)),
        ("Decomposition", celsius(found.decomposition_k)),
        ("Enthalpy of formation", f"{energy / 1000:.0f} kJ/mol" if energy is not None else ""),
        ("Exposure limit", f"{limit * 1e6:.3g} mg/m3" if limit else ""),
        ("Carcinogen", found.carcinogen),
        ("Keep away from", ", ".join(sorted(found.sensitive))),
    ]
    return [(label, value) for label, value in rows if value]


@hazards.command(
    "list", epilog="\b\nExamples:\n  aichemist hazards list\n  aichemist hazards list metal_nitrates --json"
)
@click.argument("family", default="")
@json_option
def list_(family: str, as_json: bool) -> None:
    """List the families of the curated table, or the substances of one FAMILY."""
    from collections import Counter

    from rich.console import Console

    from ..chemistry import InputError
    from ..guard.knowledge import entries

    counts = Counter(e.family for e in entries())
    if family and family not in counts:
        raise InputError(
            "is no family of the curated table", key="FAMILY", value=family, mend=f"known: {', '.join(sorted(counts))}"
        )
    chosen = [e for e in entries() if e.family == family]
    if as_json:
        rows = [
            {"name": e.name, "formula": e.formula, "cas": e.cas, "hazards": [h.code for h in e.hazards]} for e in chosen
        ]
        print_json(rows if family else dict(sorted(counts.items())))
        return
    if family:
        shown = table("name", "formula", "CAS", "hazards")
        for e in chosen:
            shown.add_row(e.name, e.formula, e.cas, " ".join(h.code for h in e.hazards) or "not classified")
    else:
        shown = table("family", "substances")
        for name, count in sorted(counts.items()):
            shown.add_row(name, str(count))
        shown.add_row("all", str(sum(counts.values())))
    Console(highlight=False).print(shown)


@hazards.command(
    "import",
    epilog="\b\nExamples:\n  aichemist hazards import annex_vi_clp_table.xlsx\n  aichemist hazards import my_sds.csv",
)
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def import_(file: Path, as_json: bool) -> None:
    """Import FILE into your data folder, for all reviews: the official CLP Annex VI list (XLSX, as ECHA publishes it),
    or your own safety data (CSV, docs/hazards.md), which come before all other sources."""
    from ..chemistry import InputError
    from ..guard.knowledge import import_clp, keep_sds

    if file.is_dir():
        raise InputError("is a folder, not a file", key="FILE", value=str(file), mend="name the .xlsx or .csv in it")
    if file.suffix.lower() == ".csv":
        count, path = keep_sds(file)
        if as_json:
            print_json({"entries": count, "file": file.name, "path": path})
        else:
            click.echo(f"{count} {'substance' if count == 1 else 'substances'} of {file.name}, kept in {path}")
        return
    click.echo(f"reading {file} (the whole list takes some ten seconds) ...", err=True)
    made = import_clp(file)
    if as_json:
        print_json(
            {"entries": made.entries, "file": made.file, "sha256": made.sha256, "date": made.date, "path": made.path}
        )
    else:
        click.echo(f"{made.entries} entries of {made.file} (SHA-256 {made.sha256[:16]}...), kept in {made.path}")
