"""Simulated is never shown as measured, and what a model wrote is marked: over every output of a run."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from PIL import Image

from aichemist._cli import cli
from aichemist._cli._watch_view import look
from aichemist.campaign import Follower, Progress, load_campaign, message_for, run
from aichemist.campaign._notify import Notifier
from aichemist.chemistry import Maker, from_plain, maker_of, origin


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import shutil

    from aichemist.campaign import examples_folder

    files = tmp_path_factory.mktemp("origin")
    for name in ("campaigns", "labs", "protocols"):
        shutil.copytree(examples_folder() / name, files / name)
    path = files / "campaigns" / "oer.toml"
    path.write_text(path.read_text().replace("samples = 96", "samples = 8").replace("batch = 8", "batch = 4"))
    heard: list[Progress] = []
    done = run(load_campaign(path), name="a", runs=files / "runs", seed=1, listener=heard.append)
    assert any(p.best and p.best.origin == "simulated" for p in heard)
    done.report()
    return files / "runs"


def test_every_file_says_simulated(runs: Path) -> None:
    folder = runs / "a"
    rows = list(csv.DictReader((folder / "observations.csv").open()))
    assert len(rows) == 8 and {(r["made_by"], r["origin"]) for r in rows} == {("twin", "simulated")}
    table = pq.read_table(folder / "observations.parquet")
    assert set(table["origin"].to_pylist()) == {"simulated"}
    assert table.schema.metadata[b"aichemist.origin"] == b"simulated"
    pictures = sorted(folder.glob("*.png"))
    assert len(pictures) == 4
    for picture in pictures:
        assert "simulated" in Image.open(picture).info["Description"]
    assert all(pq.read_schema(f).metadata for f in (folder / "raw").rglob("*.parquet"))
    page = (folder / "report.html").read_text()
    assert '<meta name="aichemist-provenance" content="simulated: digital twin">' in page
    assert '<meta name="ai-generated" content="no">' in page
    assert page.count('<div class="plot" data-origin="simulated">') == 4
    assert len(re.findall(r'<details id="b\d+-\d+" data-origin="simulated"', page)) == 8
    assert 'class="best" data-origin="simulated"' in page and "Proposed by software" in page
    assert "measured</span>" not in page and page.count("<dc:description>simulated</dc:description>") == 4


def test_every_command_says_simulated(runs: Path) -> None:
    where = ["--runs", str(runs)]
    said = CliRunner().invoke(cli, ["show", "a", *where])
    lines = [line for line in said.output.splitlines() if re.search(r"b\d{3}-\d\d", line) and "│" in line]
    assert lines and "simulat" in said.output
    data = json.loads(CliRunner().invoke(cli, ["show", "a", *where, "--json"]).output)
    assert data["origin"] == "simulated" == data["best"]["origin"]
    assert {o["origin"] for o in data["observations"]} == {"simulated"}
    with Follower("a", runs) as follower:
        assert "(simulated)" in look(follower).head


def test_every_message_says_simulated(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, ...]] = []
    notifier = Notifier(["json://localhost"], run="a", mark="simulated")
    monkeypatch.setattr(Notifier, "tell", lambda self, *message: told.append(message))
    for kind, payload in (
        ("campaign_finished", {"reason": "target reached"}), ("question_asked", {"text": "?", "choices": {}}),
        ("interlock_tripped", {"name": "n"}), ("controlled", {"what": "stop"}),
    ):  # fmt: skip
        assert message_for(kind, payload, "a") is not None
        notifier.take(kind, payload)
    assert len(told) == 4 and all("(simulated)" in title for _, title, _ in told)


def test_the_journal_says_who_made_what(runs: Path) -> None:
    from aichemist.campaign import open_run

    found = open_run("a", runs=runs)
    for design in found.state.designs.values():
        assert design.made_by.kind == "software" and "ensemble" in design.made_by.name and design.made_by.version
        assert design.hypothesis.made_by.kind == "software"
    assert {r.made_by.kind for r in found.state.reviews.values()} == {"rule"}
    assert found.state.digest is not None and found.state.digest.made_by.kind == "rule"
    entry = next(e for e in found.entries if e.kind == "design_reviewed")
    assert entry.payload["review"]["made_by"]["name"] == "guard"


def test_a_journal_from_before_can_be_read() -> None:
    from aichemist.chemistry import Evidence, Hypothesis, Review

    assert from_plain({"outcome": "allow", "findings": [], "rules": []}, Review).made_by.kind == "rule"
    assert from_plain({"statement": "s", "numbers": {}, "refuted_if": ""}, Hypothesis).made_by.kind == "software"
    old = {
        "document": "d",
        "title": "",
        "doi": "",
        "licence": "",
        "sentence": "s",
        "start": 0,
        "end": 1,
        "confidence": 1.0,
    }
    assert from_plain(old, Evidence).made_by == "rules"


def test_makers_from_the_texts_of_facts() -> None:
    assert maker_of("rules").kind == "rule" and maker_of("reading 2").kind == "rule"
    made = maker_of("Qwen/Qwen3-8B (prompt 1, 0123456789ab)")
    assert made == Maker("model", "Qwen/Qwen3-8B", "1", "0123456789ab") and made.ai_generated
    assert made.label == "AI-generated: Qwen/Qwen3-8B (prompt 1, 0123456789ab)"
    assert maker_of("qwen (prompt 1)").prompt == "" and maker_of("Ada", corrected=True).kind == "person"
    assert (
        origin(["twin", "twin"]) == "simulated" and origin(["twin", "person"]) == "1 simulated, 1 entered by a person"
    )
    assert origin([]) == "none"
