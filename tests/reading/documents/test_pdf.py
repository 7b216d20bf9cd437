"""PDF: reading order, hyphens, running heads, references, tables, and files that cannot be read."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from fpdf import FPDF

from aichemist.reading.documents import Unreadable, read_document

PROSE = (
    "The catalyst was prepared by coprecipitation of the nitrates in water and dried in air. It shows a low overpotential "
    "in alkaline electrolyte, and electrochemical measurements indicate stability over many hours of operation. "
)


def page(pdf: FPDF, number: int, head: str = "Journal of Tests 12 (2020) 345-352") -> None:
    pdf.add_page()
    pdf.set_font("Helvetica", size=8)
    pdf.set_xy(15, 8)
    pdf.cell(180, 4, f"{head}   page {number}")
    pdf.set_xy(100, 288)
    pdf.cell(10, 4, str(number))
    pdf.set_font("Helvetica", size=9)


def made(path: Path, pdf: FPDF) -> Path:
    pdf.output(str(path))
    return path


def two_columns(path: Path, pages: int = 3) -> Path:
    pdf = FPDF()
    pdf.set_auto_page_break(False)
    for p in range(pages):
        page(pdf, 345 + p)
        top = 20.0
        if p == 0:
            pdf.set_font("Helvetica", "B", 16)
            pdf.set_xy(15, 18)
            pdf.multi_cell(180, 8, "A nickel iron catalyst for oxygen evolution from water")
            pdf.set_font("Helvetica", size=9)
            pdf.set_xy(15, 36)
            pdf.multi_cell(180, 5, "Abstract. " + PROSE + "doi:10.1234/abc.2020.5. Published 3 May 2020. CC BY 4.0")
            top = 70
        for column in range(2):
            pdf.set_xy(15 + 93 * column, top)
            for n in range(3):
                pdf.set_x(15 + 93 * column)
                pdf.multi_cell(87, 4.5, f"Start{p}{column}{n} {PROSE * 2}End{p}{column}{n}.", align="J")
                pdf.ln(3)
    return made(path, pdf)


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    document = read_document(two_columns(tmp_path / "two columns.pdf"))
    order = [w for w in document.text.split() if w.startswith(("Start", "End"))]
    expected = [
        f"{w}{p}{c}{n}" + ("." if w == "End" else "")
        for p in range(3)
        for c in range(2)
        for n in range(3)
        for w in ("Start", "End")
    ]
    assert order == expected
    assert "Journal of Tests" not in document.text and " 346" not in document.text
    assert (document.title, document.doi, document.year, document.licence, document.format) == (
        "A nickel iron catalyst for oxygen evolution from water", "10.1234/abc.2020.5", 2020, "CC BY 4.0", "pdf",
    )  # fmt: skip
    for paragraph in document.text.split("\n\n")[2:]:
        assert paragraph.count("Start") <= 1


def test_words_broken_at_line_ends_are_joined_and_references_left_out(tmp_path: Path) -> None:
    pdf = FPDF()
    pdf.set_auto_page_break(False)
    page(pdf, 1)
    lines = [
        "1. Introduction", "The oxygen evolution reac-", "tion is slow. Electrochemical steps of the two-", "electron path are",
        "measured on a Ni-", "Fe oxide.", "", "2. Experimental", "Powders were dried at 80 degC.", "", "References",
        "[1] A. Smith, Cerium oxides, J. Mater. Chem. A 5 (2017) 10584.", "[2] B. Jones, Nano Lett. 2011, 11, 3785.",
    ]  # fmt: skip
    y = 20.0
    for line in lines:
        pdf.set_xy(15, y)
        pdf.cell(170, 5, line)
        y += 5
    text = read_document(made(tmp_path / "a.pdf", pdf)).text
    assert "oxygen evolution reaction is slow" in text and "Electrochemical steps" in text
    assert "on a Ni-Fe oxide" in text and "two-electron path" in text
    assert "Smith" not in text and "Nano Lett" not in text and "dried at 80" in text
    kinds = {s.title.lstrip("0123456789. "): s.kind for s in read_document(tmp_path / "a.pdf").sections}
    assert kinds.get("Introduction") == "introduction" and kinds.get("Experimental") == "experimental"


def test_a_clear_table_is_read_with_offsets(tmp_path: Path) -> None:
    pdf = FPDF()
    pdf.set_auto_page_break(False)
    page(pdf, 1)
    pdf.set_xy(15, 20)
    pdf.multi_cell(180, 5, PROSE * 2)
    pdf.ln(6)
    pdf.set_x(15)
    pdf.cell(180, 5, "Table 1. Activity of the catalysts.")
    y = pdf.get_y() + 8
    for row in (
        ("Catalyst", "Overpotential (mV)", "Tafel slope"),
        ("NiFe", "245", "38"),
        ("CoFe", "290", "45"),
        ("Ni", "390", "80"),
    ):
        for i, cell in enumerate(row):
            pdf.set_xy(15 + 55 * i, y)
            pdf.cell(50, 5, cell)
        y += 6
    pdf.set_xy(15, y + 8)
    pdf.multi_cell(180, 5, PROSE)
    document = read_document(made(tmp_path / "t.pdf", pdf))
    (table,) = document.tables
    assert table.caption == "Table 1. Activity of the catalysts." and table.header == (
        "Catalyst",
        "Overpotential (mV)",
        "Tafel slope",
    )
    assert table.rows[1] == ("CoFe", "290", "45")
    for row, spans in zip(table.rows, table.spans, strict=True):
        assert [document.text[a:b] for a, b in spans] == list(row)


def test_five_hundred_pages_in_bounded_time(tmp_path: Path) -> None:
    pdf = FPDF()
    pdf.set_auto_page_break(False)
    for n in range(500):
        page(pdf, n + 1)
        pdf.set_xy(15, 20)
        pdf.multi_cell(180, 5, f"Page{n} {chr(97 + n % 26) * 3}{chr(97 + n // 26) * 3} begins here. " + PROSE * 5)
    path = made(tmp_path / "thesis.pdf", pdf)
    begun = time.process_time()
    document = read_document(path)
    assert document.text.count("Page") == 500 and time.process_time() - begun < 60


def test_files_without_text_are_named(tmp_path: Path) -> None:
    from PIL import Image

    pdf = FPDF()
    for _ in range(3):
        pdf.add_page()
        pdf.image(Image.new("RGB", (60, 60), "white"), x=10, y=10)
    scanned = made(tmp_path / "scan.pdf", pdf)
    locked = FPDF()
    page(locked, 1)
    locked.multi_cell(180, 5, PROSE)
    locked.set_encryption(owner_password="o", user_password="secret")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Cat")
    (tmp_path / "empty.pdf").write_bytes(b"")
    long = FPDF()
    for _ in range(1001):
        long.add_page()
    for path, reason in (
        (scanned, "scanned"), (made(tmp_path / "locked.pdf", locked), "encrypted"), (tmp_path / "broken.pdf", "broken"),
        (tmp_path / "empty.pdf", "empty"), (made(tmp_path / "long.pdf", long), "1001 pages"),
    ):  # fmt: skip
        with pytest.raises(Unreadable, match=reason):
            read_document(path)


def test_a_paper_of_only_references(tmp_path: Path) -> None:
    pdf = FPDF()
    page(pdf, 1)
    pdf.set_xy(15, 20)
    for line in (
        "References",
        "[1] A. Smith, J. Mater. Chem. A 5 (2017) 10584.",
        "[2] B. Jones, Nano Lett. 2011, 11, 3785.",
    ):
        pdf.set_x(15)
        pdf.cell(180, 5, line, new_y="NEXT")
    path = made(tmp_path / "refs.pdf", pdf)
    try:
        assert "Nano Lett" in read_document(path).text  # nothing else is there: the text is kept rather than lost
    except Unreadable as error:
        assert "no text" in str(error)
