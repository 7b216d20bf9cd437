"""XML, HTML, DOCX and plain text: sections, tables at their offsets, metadata, and files that mean harm."""

from __future__ import annotations

import contextlib
import itertools
import os
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aichemist.chemistry import Document, InputError
from aichemist.reading import read_folder
from aichemist.reading.documents import Unreadable, document_paths, find_sections, other_endings, read_document

LITERATURE = Path(os.environ.get("AICHEMIST_DATA", Path(__file__).parents[4] / "shared/data")).parent / "literature"

JATS = """<?xml version="1.0"?>
<article xmlns:xlink="http://www.w3.org/1999/xlink" article-type="research-article"><front><journal-meta><journal-title-group>
<journal-title>J. Tests</journal-title></journal-title-group></journal-meta><article-meta>
<article-id pub-id-type="pmid">1</article-id><article-id pub-id-type="doi">10.1234/x.5</article-id>
<title-group><article-title>NiFe <italic>layered</italic> hydroxides for H<sub>2</sub>O</article-title></title-group>
<contrib-group><contrib contrib-type="author"><name><surname>Curie</surname><given-names>Marie</given-names></name></contrib></contrib-group>
<pub-date pub-type="epub"><year>2021</year></pub-date><permissions><license xlink:href="http://creativecommons.org/licenses/by/4.0/"/></permissions>
<abstract><p>Cheap catalysts.</p></abstract></article-meta></front>
<body><sec><label>2</label><title>Experimental</title><sec><title>Chemicals</title><p>Nitrates were used<xref ref-type="bibr"><sup>12</sup></xref>
at 10 mA cm<sup>-2</sup> and 10<sup>-3</sup> M [<xref ref-type="bibr">3</xref>].</p>
<p>In the middle <table-wrap id="t1"><label>Table 1</label><caption><p>Activity</p></caption><table><thead>
<tr><th rowspan="2">Catalyst</th><th colspan="2">Overpotential (mV)</th></tr><tr><th>10</th><th>100</th></tr></thead>
<tbody><tr><td>NiFe</td><td>245</td><td>300</td></tr><tr><td rowspan="2">CoFe</td><td>290</td><td>350</td></tr><tr><td>295</td><td>-</td></tr></tbody>
</table></table-wrap> of a paragraph.</p></sec></sec><sec><title>Results</title><p>It works: <inline-formula><alternatives>
<tex-math>\\frac{a}{b}</tex-math><math xmlns="http://www.w3.org/1998/Math/MathML"><mfrac><mi>a</mi><mi>b</mi></mfrac></math></alternatives></inline-formula>.</p></sec></body>
<back><ref-list><ref>Smith, J. Old.</ref></ref-list></back></article>"""

HTML = """<!DOCTYPE html><html><head><title>Site - paper</title><meta name="citation_title" content="A page">
<meta name="citation_doi" content="doi:10.1234/h.1"><meta name="citation_publication_date" content="2019/05/02">
<meta name="citation_author" content="Doe, J."><script>var x = "10.9999/evil";</script></head><body>
<nav>Home About</nav><div class="cookie-banner">Accept</div><main><article><h1>A page</h1><h2>1. Introduction</h2>
<p>Water splits<sup><a href="#r1">1,2</a></sup> at 10 mA cm<sup>&minus;2</sup>.</p><h2>Methods</h2><p>It was dried.</p>
<table><caption>Table 2. Data</caption><tr><th>Catalyst</th><th>Tafel</th></tr><tr><td>NiFe</td><td>38</td></tr></table>
<h2>References</h2><ol><li>Smith, J.</li></ol><h2>Appendix</h2><p>More.</p></article></main><footer>Terms</footer></body></html>"""


def wrote(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def cells_are_at_their_offsets(document: Document) -> None:
    for table in document.tables:
        for row, spans in zip(table.rows, table.spans, strict=True):
            assert [document.text[a:b] for a, b in spans] == list(row)
            assert all(table.start <= a <= b <= table.end for a, b in spans)


def test_jats(tmp_path: Path) -> None:
    document = read_document(wrote(tmp_path, "a.xml", JATS))
    assert (document.title, document.doi, document.year, document.licence, document.journal, document.authors) == (
        "NiFe layered hydroxides for H2O", "10.1234/x.5", 2021, "CC BY 4.0", "J. Tests", ("Marie Curie",),
    )  # fmt: skip
    assert document.format == "jats"
    assert "Nitrates were used at 10 mA cm-2 and 10-3 M [3]." in document.text
    assert "In the middle of a paragraph." in document.text and "It works: a/b." in document.text
    assert "Smith" not in document.text and "frac{" not in document.text
    assert [(s.title, s.kind) for s in document.sections] == [
        ("Abstract", "abstract"), ("2 Experimental", "experimental"), ("Chemicals", "experimental"), ("Results", "results"),
    ]  # fmt: skip
    (table,) = document.tables
    assert table.header == ("Catalyst", "Overpotential (mV) 10", "Overpotential (mV) 100")
    assert table.rows == (("NiFe", "245", "300"), ("CoFe", "290", "350"), ("CoFe", "295", "-"))
    cells_are_at_their_offsets(document)
    assert "CoFe; Overpotential (mV) 10: 290" in document.text


def test_html(tmp_path: Path) -> None:
    document = read_document(wrote(tmp_path, "a.html", HTML))
    assert (document.title, document.doi, document.year, document.authors) == (
        "A page",
        "10.1234/h.1",
        2019,
        ("Doe, J.",),
    )
    assert "Water splits at 10 mA cm−2." in document.text
    for left_out in ("Home", "Accept", "Terms", "Smith", "evil", "Site"):
        assert left_out not in document.text
    assert "More." in document.text
    assert [s.kind for s in document.sections if s.title] == ["other", "introduction", "experimental", "supplement"]
    assert document.tables[0].rows == (("NiFe", "38"),) and document.tables[0].caption == "Table 2. Data"
    cells_are_at_their_offsets(document)


def test_docx(tmp_path: Path) -> None:
    import docx

    made = docx.Document()
    made.core_properties.title = "A draft"
    made.core_properties.author = "Ann; Bob"
    made.add_heading("Experimental", 1)
    made.add_paragraph("Nitrates were mixed. doi:10.1234/d.1")
    made.add_paragraph("Table 1. Data")
    table = made.add_table(2, 2)
    for i, text in enumerate(("Catalyst", "η10 (mV)", "NiFe", "245")):
        table.cell(i // 2, i % 2).text = text
    made.add_heading("References", 1)
    made.add_paragraph("Smith, J.")
    made.save(str(tmp_path / "d.docx"))
    document = read_document(tmp_path / "d.docx")
    assert (document.title, document.doi, document.authors, document.format) == (
        "A draft",
        "10.1234/d.1",
        ("Ann", "Bob"),
        "docx",
    )
    assert document.tables[0].header == ("Catalyst", "η10 (mV)") and document.tables[0].caption == "Table 1. Data"
    assert "Smith" not in document.text and document.sections[0].kind == "experimental"
    cells_are_at_their_offsets(document)


@pytest.mark.skipif(not (LITERATURE / "elsevier_xml").is_dir(), reason="no articles beside the repository")
def test_elsevier_articles_are_read_whole() -> None:
    corpus = read_folder(LITERATURE / "elsevier_xml")
    assert len(corpus.documents) == 14 and corpus.skipped == ()
    for document in corpus.documents:
        assert document.doi.startswith("10.1016/") and document.licence == "CC BY 3.0" and document.year in (2013, 2014)
        assert document.authors and document.journal and len(document.text) > 8000
        assert "http://" not in document.title and document.sections[0].kind == "abstract"
        cells_are_at_their_offsets(document)
    assert sum(len(d.tables) for d in corpus.documents) >= 18
    assert sum(any(s.kind == "experimental" for s in d.sections) for d in corpus.documents) >= 13


@pytest.mark.skipif(not (LITERATURE / "text").is_dir(), reason="no articles beside the repository")
def test_plain_articles_keep_their_text_and_get_sections() -> None:
    corpus = read_folder(LITERATURE / "text")
    assert len(corpus.documents) == 18
    for document in corpus.documents:
        with (LITERATURE / "text" / document.name).open(encoding="utf-8", newline="") as stream:
            assert document.text == stream.read()
        assert document.sections[0].start == 0 and document.sections[-1].end == len(document.text)
        assert "CC" in document.licence and document.doi
    assert sum(any(s.kind == "experimental" for s in d.sections) for d in corpus.documents) >= 8


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("bomb.xml", '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><article article-type="x"><front/>&b;</article>', "bomb"),
        ("file.xml", '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><article article-type="x"><front/>&a;</article>', "bomb"),
        ("unknown.xml", "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"x\">]><article>&b;</article>", "no known kind"),
        ("cut.xml", JATS[:900], "no well-formed XML"),
        ("none.xml", '<article article-type="x"><front/></article>', "no text"),
        ("other.xml", b"\x00\x01\x02" * 100, "no known kind"),
        ("a.txt", b"caf\xe9 \xff\xfe\x81" * 3, "not UTF-8|no known kind"),
        ("zip.docx", b"PK\x03\x04broken", "no readable Word document"),
        ("page.html", "<html><body><nav>x</nav></body></html>", "no text"),
        ("empty.txt", "  \n ", "empty"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(tmp_path: Path, name: str, content: str | bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read_document(wrote(tmp_path, name, content))


def test_an_archive_that_unpacks_to_too_much(tmp_path: Path) -> None:
    path = tmp_path / "bomb.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 310_000_000)
    with pytest.raises(Unreadable, match="unpacks to 310 MB"):
        read_document(path)


def test_a_wrong_extension_does_not_matter(tmp_path: Path) -> None:
    assert read_document(wrote(tmp_path, "page.txt", HTML)).format == "html"
    assert read_document(wrote(tmp_path, "article.html", JATS)).format == "jats"
    with pytest.raises(Unreadable, match=r"is pdf in a file called paper.txt"):
        read_document(wrote(tmp_path, "paper.txt", b"%PDF-1.4 broken"))


def test_other_encodings_and_scripts(tmp_path: Path) -> None:
    chinese = "镍铁催化剂在碱性溶液中的过电位为245 mV。" * 20
    assert read_document(wrote(tmp_path, "c.txt", chinese)).text == chinese
    assert read_document(wrote(tmp_path, "u.txt", chinese.encode("utf-16"))).text == chinese
    latin = "Die Überspannung beträgt 245 mV, gemessen für das Nickelblech in Kalilauge. " * 20
    assert "Überspannung" in read_document(wrote(tmp_path, "l.txt", latin.encode("cp1252"))).text


def test_deep_nesting_is_bounded(tmp_path: Path) -> None:
    deep = (
        '<article article-type="x"><front/><body>' + "<sec>" * 5000 + "<p>x</p>" + "</sec>" * 5000 + "</body></article>"
    )
    begun = time.process_time()
    with pytest.raises(Unreadable):
        read_document(wrote(tmp_path, "deep.xml", deep))
    page = "<html><body>" + "<div>" * 5000 + "text" + "</div>" * 5000
    with contextlib.suppress(Unreadable):
        read_document(wrote(tmp_path, "deep.html", page))
    assert time.process_time() - begun < 10


def test_the_files_of_a_folder(tmp_path: Path) -> None:
    for name in ("b.txt", "a.PDF", "README.md", ".hidden.txt", "~$x.docx", "data.csv", "x.xml"):
        wrote(tmp_path, name, "x")
    (tmp_path / "süß und leer").mkdir()
    wrote(tmp_path / "süß und leer", "c.html", "x")
    assert [n for _, n in document_paths(tmp_path)] == ["a.PDF", "b.txt", "süß und leer/c.html", "x.xml"]
    assert document_paths(tmp_path / "b.txt") == ((tmp_path / "b.txt", "b.txt"),)
    assert other_endings(tmp_path) == {".csv": 1} and other_endings(tmp_path / "b.txt") == {}
    with pytest.raises(InputError, match="cannot be listed"):
        document_paths(tmp_path / "none")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400))
def test_sections_cover_any_text(text: str) -> None:
    sections = find_sections(text)
    assert sections[-1].end == len(text)
    for before, after in itertools.pairwise(sections):
        assert before.end == after.start
