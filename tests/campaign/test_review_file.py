"""``aichemist.review``: what the guard says of a file, its hash, its page."""

from __future__ import annotations

from pathlib import Path

import pytest

import aichemist
from aichemist.campaign import Reviewed, load_design, review_page, write_review_page
from aichemist.chemistry import InputError, RecordsError

DESIGN = """
[design]
name = "too <much>"
vials = 2
[[stock]]
name = "water"
state = "liquid"
solute = "H2O"
[[step]]
operation = "dispense_liquid"
volumes = { water = "VOLUME" }
"""


def reviewed(folder: Path, volume: str) -> Reviewed:
    path = folder / "design.toml"
    path.write_text(DESIGN.replace("VOLUME", volume))
    return aichemist.review(path)


def test_findings_of_several_vials_are_one(tmp_path: Path) -> None:
    found = reviewed(tmp_path, "25 mL")
    assert (found.kind, found.outcome, found.vials) == ("design", "refuse", 2)
    (concern,) = (c for c in found.concerns if c.finding.rule == "vial_volume")
    assert concern.samples == ("b001-01", "b001-02")
    plain = found.to_plain()
    assert plain["outcome"] == "refuse" and plain["findings"][0]["samples"] == ["b001-01", "b001-02"]
    assert set(plain["rules"]) >= {"vial_volume", "stock"} and len(plain["hash"]) == 64


def test_the_hash_follows_the_design(tmp_path: Path) -> None:
    one, again, other = (reviewed(tmp_path, v).subject.hash for v in ("5 mL", "5.0 mL", "5.01 mL"))
    assert one == again != other
    assert aichemist.review(load_design(tmp_path / "design.toml")).subject.hash == other


def test_a_campaign_is_reviewed_at_its_corners_and_all_over(files: Path) -> None:
    path = files / "campaigns" / "oer.toml"
    found = aichemist.review(path)
    assert found.kind == "campaign" and found.vials > 100 and "corners" in found.looked_at
    assert aichemist.review(aichemist.load_campaign(path)).subject == found.subject
    lab = files / "labs" / "ustc.toml"
    lab.write_text(lab.read_text().replace('vial_capacity = "20 mL"', 'vial_capacity = "6 mL"'))
    assert aichemist.review(path).outcome == "refuse"


def test_neither_the_one_nor_the_other(files: Path) -> None:
    with pytest.raises(InputError, match="neither a campaign file nor a design file"):
        aichemist.review(files / "labs" / "ustc.toml")


def test_the_page_stands_alone_and_is_escaped(tmp_path: Path) -> None:
    found = reviewed(tmp_path, "25 mL")
    page = review_page(found)
    assert "too &lt;much&gt;" in page and "too <much>" not in page
    assert found.subject.hash in page and "Refused" in page and "cannot see" in page and "b001-01, b001-02" in page
    assert "http" not in page.replace("http-equiv", "")
    assert write_review_page(found, tmp_path / "a" / "r.html").read_text() == page
    with pytest.raises(RecordsError, match="cannot be written"):
        write_review_page(found, tmp_path / "design.toml" / "r.html")


def test_what_is_wrong_in_the_labs_guard_table_is_said_with_its_file(files: Path) -> None:
    lab = files / "labs" / "ustc.toml"
    lab.write_text(lab.read_text() + '\n[guard]\ntwo_person = "refuse"\n')
    with pytest.raises(InputError, match="must be a list of names") as caught:
        aichemist.check_campaign(aichemist.load_campaign(files / "campaigns" / "oer.toml"))
    assert caught.value.file == str(lab) and caught.value.key == "guard.two_person"
