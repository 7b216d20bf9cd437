"""Folders of articles, broken ones among them, and the summaries that ship."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from aichemist.chemistry import InputError
from aichemist.reading import Corpus, Document, Skipped, joined, read_folder, shipped_corpus

TEXTS = Path(os.environ.get("AICHEMIST_DATA", Path(__file__).parents[3] / "shared" / "data")).parent / "literature/text"


def test_broken_files_are_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"Good title\nMore, doi:10.1234/abc.5. The end.")
    (tmp_path / "b.txt").write_bytes(b"bad \xff\xfe bytes")
    (tmp_path / "c.txt").write_bytes(b"  \n ")
    with (tmp_path / "d.txt").open("wb") as file:
        file.truncate(200_000_001)
    (tmp_path / "e.md").write_text("not an article")
    (tmp_path / "f.txt").mkdir()
    corpus = read_folder(tmp_path)
    assert [d.id for d in corpus.documents] == ["a"]
    assert corpus.documents[0].title == "Good title"
    assert corpus.documents[0].doi == "10.1234/abc.5"
    assert corpus.documents[0].licence == "not stated"
    reasons = {s.name: s.reason for s in corpus.skipped}
    assert set(reasons) == {"b.txt", "c.txt", "d.txt"}
    assert "position 4" in reasons["b.txt"]
    assert reasons["c.txt"] == "empty"
    assert "too large" in reasons["d.txt"]


def test_attribution_comes_from_the_readme_above(tmp_path: Path) -> None:
    folder = tmp_path / "text"
    folder.mkdir()
    (folder / "x_1.txt").write_text("Something else on line one.")
    (tmp_path / "README.md").write_text("- x_1: A title, with a comma (Journal), doi:10.1/x, CC-BY 4.0; 7 words\n")
    # a DOI has at least four digits in its prefix: this row is no attribution
    assert read_folder(folder).documents[0].title == "Something else on line one."
    (tmp_path / "README.md").write_text("- x_1: A title, with a comma (Journal), doi:10.1002/x, CC-BY 4.0; 7 words\n")
    document = read_folder(folder).documents[0]
    assert (document.title, document.doi, document.licence) == (
        "A title, with a comma (Journal)",
        "10.1002/x",
        "CC-BY 4.0",
    )


def test_offsets_survive_windows_line_ends(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"One.\r\nTwo.")
    assert read_folder(tmp_path).documents[0].text == "One.\r\nTwo."


def test_a_missing_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be listed"):
        read_folder(tmp_path / "nowhere")


def test_shipped_corpus_is_attributed() -> None:
    corpus = shipped_corpus()
    assert 6 <= len(corpus.documents) <= 10
    assert len({d.doi for d in corpus.documents}) == len(corpus.documents)
    for document in corpus.documents:
        assert re.fullmatch(r"10\.\d{4}/\S+", document.doi)
        assert "written by the AI-Chemist developers" in document.licence
        assert re.search(r"(19|20)\d\d", document.title)
        assert 2 <= document.text.count(". ") + 1 <= 6


@pytest.mark.skipif(not TEXTS.is_dir(), reason="no literature beside the repository")
def test_real_articles_have_title_doi_and_licence() -> None:
    corpus = read_folder(TEXTS)
    assert len(corpus.documents) == 18
    assert not corpus.skipped
    for document in corpus.documents:
        assert document.doi.startswith("10.")
        assert document.licence.startswith("CC")
        assert document.title.endswith(")")


def test_joined_takes_a_paper_once() -> None:
    a = Corpus("a", (Document("x", "t", "10.1000/A", "CC BY", "long"), Document("y", "t", "", "CC BY", "text")))
    b = Corpus("b", (Document("z", "t", "10.1000/a", "MIT", "short"),), (Skipped("bad.txt", "empty"),))
    both = joined(a, b)
    assert [d.id for d in both.documents] == ["x", "y"]
    assert both.name == "a + b"
    assert both.skipped == b.skipped
