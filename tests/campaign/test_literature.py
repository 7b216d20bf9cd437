"""Reading as a part of the campaign: the library, the digest, choices beside what papers report."""

from __future__ import annotations

from pathlib import Path

import pytest

from aichemist.campaign import (
    draft_for,
    library,
    literature_digest,
    load_campaign,
    open_database,
    read_folder_into,
)
from aichemist.campaign._against import protocol_choices
from aichemist.chemistry import Digest, Distribution, Evidence, parse_protocol

ARTICLE = """NiFe hydroxides for the oxygen evolution reaction (OER), doi:10.1234/own.1

1. Introduction

Water oxidation needs good catalysts for the OER.

2. Experimental

Ni(NO3)2·6H2O (1 mmol) and Fe(NO3)3·9H2O (0.5 mmol) were dissolved in 20 mL water. Then 5 mL of NaOH solution was added
and the mixture was stirred at 60 °C for 6 h. The precipitate was collected by centrifugation, washed with water three
times, and dried at 80 °C for 12 h. The powder was calcined at 350 °C for 2 h in air.

3. Results

For the OER the NiFe hydroxide needs an overpotential of 262 mV at 10 mA cm-2 in 1 M KOH.
"""


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "my articles"
    folder.mkdir()
    (folder / "own.txt").write_text(ARTICLE)
    (folder / "empty.pdf").write_bytes(b"")
    return folder


def test_a_folder_becomes_a_digest_and_a_draft(articles: Path, files: Path, no_data: None) -> None:
    database = open_database(files / "runs")
    report = read_folder_into(database, articles, workers=1)
    assert (report.files, report.read, report.unchanged) == (2, 1, 0)
    assert [(s.name, s.reason) for s in report.skipped] == [("empty.pdf", "empty")]
    assert read_folder_into(database, articles, workers=1).unchanged >= 1
    campaign = load_campaign(files / "campaigns" / "oer.toml")
    found = literature_digest(campaign, database)
    assert {d.document.id for d in library(database)} >= {"own", "louie_2013"}
    assert any(v.value == 262.0 and v.conditions == "10 mA/cm2" for v in found.values)
    by_name = {d.subject: d for d in found.quantities}
    assert by_name["dry temperature"].median == 80 and by_name["calcine duration"].median == 120
    choices = {c.what: c for c in protocol_choices(campaign.protocol, found)}
    assert choices["dry temperature"].value == 60 and not choices["dry temperature"].within
    draft = draft_for(campaign, database, found)
    assert draft is not None and draft.document.id == "own"
    operations = [s.operation for s in draft.steps]
    assert {"stir", "centrifuge", "dry", "calcine"} <= set(operations)
    import tomllib

    assert parse_protocol(tomllib.loads(draft.toml())).steps
    database.close()


def test_without_articles_the_shipped_summaries_are_the_library(files: Path, no_data: None) -> None:
    database = open_database(files / "runs")
    found = literature_digest(load_campaign(files / "campaigns" / "oer.toml"), database)
    assert found.documents == 10 and found.about == 10 and found.elements
    database.close()


def test_choices_are_compared_in_the_units_of_the_papers() -> None:
    protocol = parse_protocol(
        {
            "protocol": {"name": "p", "variables": []},
            "step": [{"name": "bake", "operation": "calcine", "duration": "2 h", "temperature": "400 degC"}],
        }
    )
    evidence = (Evidence("a", "t", "", "CC BY", "s", 0, 1, 0.5),)
    quantities = (
        Distribution("calcine temperature", "degC", 3, 300, 320, 350, 380, 450, evidence),
        Distribution("calcine duration", "min", 2, 180, 180, 200, 220, 240, evidence),
    )
    digest = Digest("c", 3, 9, (), (), (), quantities=quantities)
    temperature, duration = protocol_choices(protocol, digest)
    assert (temperature.value, temperature.within) == (400.0, True)
    assert (duration.value, duration.within) == (120.0, False)
