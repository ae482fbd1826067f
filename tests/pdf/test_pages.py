"""What one sees: margins, sizes of type, repeated headers, measured on the characters of the pages."""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw
import pytest
import typst

from tests.pdf.conftest import ROOT, Built

MM = 72 / 25.4
LEFT, RIGHT, TOP, BOTTOM = 24.5 * MM, 24.5 * MM, 12 * MM, 12 * MM


@dataclass(frozen=True)
class Char:
    page: int
    text: str
    font: str
    size: float
    box: tuple[float, float, float, float]


def chars(path: str) -> Iterator[Char]:
    """Every printed character: font, size on paper in points, box (left, bottom, right, top)."""
    document = pdfium.PdfDocument(path)
    for number in range(len(document)):
        page = document[number]
        text = page.get_textpage()
        for i in range(text.count_chars()):
            code = raw.FPDFText_GetUnicode(text.raw, i)
            if chr(code).isspace() or code in (0, 0xAD, 0xFFFE) or raw.FPDFText_IsGenerated(text.raw, i) == 1:
                continue
            buffer, flags = ctypes.create_string_buffer(128), ctypes.c_int()
            raw.FPDFText_GetFontInfo(text.raw, i, buffer, 128, ctypes.byref(flags))
            matrix = raw.FS_MATRIX()
            raw.FPDFText_GetMatrix(text.raw, i, ctypes.byref(matrix))
            scale = math.sqrt(abs(matrix.a * matrix.d - matrix.b * matrix.c))
            size = raw.FPDFText_GetFontSize(text.raw, i) * scale
            yield Char(number + 1, chr(code), buffer.value.decode().split("+")[-1], size, text.get_charbox(i))


@pytest.fixture(scope="module")
def printed(built: Built) -> list[Char]:
    return list(chars(str(built.path)))


@pytest.fixture(scope="module")
def sizes(built: Built) -> list[tuple[float, float]]:
    return [page.get_size() for page in pdfium.PdfDocument(built.path)]


def test_nothing_stands_outside_the_margins(printed: list[Char], sizes: list[tuple[float, float]]) -> None:
    for c in printed:
        width, height = sizes[c.page - 1]
        left, bottom, right, top = c.box
        assert left >= LEFT and right <= width - RIGHT + 1, (c, width)
        assert bottom >= BOTTOM and top <= height - TOP, (c, height)


def test_the_foot_holds_the_page_number_alone(printed: list[Char], sizes: list[tuple[float, float]]) -> None:
    last = len(sizes)
    for c in printed:
        if c.box[1] < 22 * MM and c.page not in (1, last):
            width = sizes[c.page - 1][0]
            outside = c.box[0] > width - 45 * MM if c.page % 2 else c.box[2] < 45 * MM
            assert c.text.isdigit() and outside, c


def test_type_in_figures_and_tables_is_never_under_8_points(printed: list[Char]) -> None:
    sans = [c for c in printed if c.font.startswith("SourceSans3")]
    assert len(sans) > 500
    small = [c for c in sans if c.size < 7.95]
    assert not small, small[:5]


def test_body_is_set_in_10_points(printed: list[Char]) -> None:
    serif = [round(c.size, 1) for c in printed if c.font.startswith("LibertinusSerif-Regular")]
    assert serif.count(10.0) > 0.75 * len(serif)
    assert min(serif) >= 5.5  # marks of notes; everything else is larger


def test_lines_hold_about_75_characters(built: Built) -> None:
    document = pdfium.PdfDocument(built.path)
    lines = [
        line.strip()
        for page in document
        for line in page.get_textpage().get_text_bounded().splitlines()
        if len(line.strip()) > 55
    ]
    full = sorted(len(line) for line in lines if re.match(r"^[a-zæøå]", line))
    assert 62 <= full[len(full) // 2] <= 84


def test_page_number_stands_outside_on_every_page_but_the_covers(built: Built) -> None:
    document = pdfium.PdfDocument(built.path)
    for number in range(1, len(document) - 1):
        page = document[number]
        width, _ = page.get_size()
        left = width - 45 * MM if (number + 1) % 2 else 0
        corner = page.get_textpage().get_text_bounded(left=left, bottom=0, right=left + 45 * MM, top=21 * MM)
        assert corner.strip() == str(number + 1)


def test_a_table_shorter_than_a_page_is_not_broken_from_its_note(built: Built) -> None:
    """A note that begins a page would stand apart from its table or figure."""
    for number, page in enumerate(pdfium.PdfDocument(built.path), 1):
        width, height = page.get_size()
        text = page.get_textpage().get_text_bounded(left=0, bottom=0, right=width, top=height - 26 * MM)
        assert not re.match(r"\s*(Kilde:|Pearsons r|n = \d|Rad \d)", text), f"side {number}"


def test_a_chapter_opens_its_page(report: Built) -> None:
    """No figure or table stands above the heading of a chapter."""
    document = pdfium.PdfDocument(report.path)
    opened = 0
    for mark in document.get_toc(max_depth=1):
        title, dest = re.sub(r"\s+", "", mark.get_title()), mark.get_dest()
        if dest is None or title == "Tabeller":  # may follow the list of figures
            continue
        text = re.sub(r"\s+", "", document[dest.get_index()].get_textpage().get_text_bounded())
        assert text.startswith(title[:30]), f"side {dest.get_index() + 1}: {text[:40]}"
        opened += 1
    assert opened > 15


def test_the_length_of_the_book(report: Built) -> None:
    """Figures that no longer share pages with text would make it longer."""
    assert 120 <= len(pdfium.PdfDocument(report.path)) <= 156


def test_running_head_names_the_chapter(demo: Built) -> None:
    document = pdfium.PdfDocument(demo.path)
    heads = []
    for page in document:
        _, height = page.get_size()
        text = page.get_textpage().get_text_bounded(top=height, bottom=height - 24 * MM, left=0, right=1000)
        heads.append(re.sub(r"\s+", " ", text).strip())
    assert "1 Metode og utvalg" in heads and "2 Funn" in heads
    # A long title is shortened at its first full stop.
    assert "Vedlegg 1 Sammenhenger mellom spørsmålene" in heads


def test_long_table_repeats_its_header(demo: Built) -> None:
    document = pdfium.PdfDocument(demo.path)
    pages = [p.get_textpage().get_text_bounded() for p in document]
    rows = [
        i
        for i, text in enumerate(pages)
        if re.search(r"Kontor \d+ (Oslo|Bergen|Trondheim|Stavanger|Kristiansand)", text)
    ]
    assert len(rows) >= 2
    assert all("Tjenester" in pages[i] for i in rows)


def test_wide_table_lies_on_a_page_of_its_own(demo: Built) -> None:
    document = pdfium.PdfDocument(demo.path)
    lying = [p for p in document if p.get_size()[0] > p.get_size()[1]]
    assert len(lying) == 1
    text = lying[0].get_textpage().get_text_bounded()
    assert "Tabell V1.1" in text and "Pearsons r" in text and "Etter tabellen" not in text


def test_numbered_callout_says_its_number(demo: Built) -> None:
    text = "\n".join(p.get_textpage().get_text_bounded() for p in pdfium.PdfDocument(demo.path)).replace(
        "\xa0", " "
    )
    assert "Merk 1.1: Om tallene" in text and "Se Merk 1.1" in text


def test_the_template_numbers_callouts_before_quartos_rule_sees_them(tmp_path: Path) -> None:
    """Quarto's own rule takes apart the callout it knows; with this template's it would stop Typst."""
    (tmp_path / "callout.typ").write_text(
        """
#show figure: it => if it.kind.starts-with("quarto-callout-") { panic("Quarto's rule") } else { it }
#let callout-numbering = n => "7." + str(n)
"""
        + (ROOT / "_extensions/storby/typst-template.typ").read_text(encoding="utf-8")
        + """
#show <storby-callout-title>: storby-callout-title
#show figure: storby-numbered-callout
#let one(title, label) = [#figure([
#block[#callout(body: [Innhold.], title: title, icon_color: rgb("#EB9113"), icon: none)]
], caption: figure.caption(position: top, []),
kind: "quarto-callout-Advarsel", supplement: "Advarsel") #label]
#one([Med tittel], <wrn-a>)
#one([], <wrn-b>)
Se @wrn-b.
""",
        encoding="utf-8",
    )
    made = typst.compile(str(tmp_path / "callout.typ"), format="pdf")
    text = pdfium.PdfDocument(made)[0].get_textpage().get_text_bounded().replace("\xa0", " ")
    assert "Advarsel 7.1: Med tittel" in text and re.search(r"Advarsel 7\.2\s+Innhold", text)


def test_lists_leave_panels_and_notes_out(demo: Built) -> None:
    document = pdfium.PdfDocument(demo.path)
    page = next(
        t for p in document if "Figurer" in (t := p.get_textpage().get_text_bounded()) and "Tabeller" in t
    )
    assert "Figur 2.2" in page and "(a)" not in page and "Kvinner" not in page
    assert "lang hale" not in page
