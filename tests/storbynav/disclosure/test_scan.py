"""The scan of a finished book: quiet on what the gate let through, and loud on every planted leak."""

from __future__ import annotations

import io
import shutil
import struct
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest

from storbynav import figures
from storbynav import formatting as f
from storbynav.catalogue import load_catalogue
from storbynav.disclosure import Gate, ledger
from storbynav.disclosure.reading import ReadError, pages
from storbynav.disclosure.scan import ROWS, Runs, scan
from storbynav.figures.data import Bar, FigureData
from storbynav.report import Report
from storbynav.survey import Survey

IDENT = "v2_6"  # shares by office, some of few
CATALOGUE = load_catalogue()
ROW = CATALOGUE.figure(IDENT)
SMALL = replace(CATALOGUE, figures={IDENT: ROW}, tables={"v2_2": CATALOGUE.table("v2_2")})


@pytest.fixture(scope="module")
def made(real: Survey, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a figure and a table as a build leaves them, a page that shows both, and the ledger."""
    root = tmp_path_factory.mktemp("bygg")
    report = Report(real, CATALOGUE, True, root / "_figures")
    report.figure(IDENT)
    report.table("v2_2")
    book = root / "_book"
    shutil.copytree(root / "_figures", book / "_figures")
    svg = (book / "_figures" / IDENT / "wide.svg").read_text("utf-8")
    alt = figures.bundle.describe(figures.compute(ROW, real))["alt"]
    table = figures.bundle.table(figures.compute(ROW, real))
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in table["rows"])
    inner = svg.replace("<svg ", f'<svg aria-label="{alt}" ', 1)
    page = f'<html><body><div id="fig-v2-06">{inner}<table>{rows}</table></div></body></html>'
    (book / "vedlegg-2.html").write_text(page, encoding="utf-8")
    return root


@pytest.fixture
def book(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "b")
    return tmp_path / "b"


@pytest.fixture
def leaks(real: Survey) -> Callable[[Path], list[str]]:
    def run(root: Path) -> list[str]:
        entries = ledger.read(root / ledger.FOLDER)
        return [str(leak) for leak in scan(root / "_book", real, entries, SMALL).leaks]

    return run


@pytest.fixture(scope="module")
def hidden(real: Survey) -> tuple[FigureData, Bar, Bar]:
    """The figure, a hidden bar of it, and the same bar as it is."""
    shown, whole = figures.compute(ROW, real), figures.compute(ROW, real, gate=Gate(None))
    raw = {row.key: row for row in whole.rows}
    for row in shown.rows:
        for bar, was in zip(row.bars, raw[row.key].bars, strict=True):
            if bar.hidden and 0 < was.count < was.n:
                return whole, bar, was
    raise AssertionError("nothing is hidden")


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8-sig")
    assert old in text, (file.name, old)
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_what_the_gate_lets_through_is_no_leak(book: Path, leaks: Callable[[Path], list[str]]) -> None:
    assert leaks(book) == []


def test_a_hidden_bar_keeps_nothing_of_its_value(hidden: tuple[FigureData, Bar, Bar]) -> None:
    _, bar, was = hidden
    assert was.count and (bar.value, bar.count, bar.interval, bar.parts) == (0, 0, None, ())


@pytest.mark.parametrize("name", ["wide.svg", "narrow.svg"])
def test_a_value_in_a_picture(
    book: Path, leaks: Callable[[Path], list[str]], hidden: tuple[FigureData, Bar, Bar], name: str
) -> None:
    data, _, was = hidden
    edit(book / "_book" / "_figures" / IDENT / name, ">:</text>", f">{data.value_text(was)}</text>")
    assert any(name in leak and "bildet viser noe annet" in leak for leak in leaks(book))


def test_a_value_in_an_inline_picture_and_under_it(
    book: Path, leaks: Callable[[Path], list[str]], hidden: tuple[FigureData, Bar, Bar]
) -> None:
    data, _, was = hidden
    edit(book / "_book" / "vedlegg-2.html", ">:</text>", f">{data.value_text(was)}</text>")
    edit(book / "_book" / "vedlegg-2.html", "<td>: (n", f"<td>{data.value_text(was)} (n")
    found = leaks(book)
    assert any("bildet viser" in leak for leak in found)
    assert any("under figuren er ikke den som kan vises" in leak for leak in found)


def test_a_value_in_an_alternative_text(book: Path, leaks: Callable[[Path], list[str]]) -> None:
    edit(book / "_book" / "vedlegg-2.html", "ikke vist for", "3 % for")
    assert any("alternative teksten" in leak for leak in leaks(book))


def test_a_count_in_a_data_file_also_inside_a_zip(book: Path, leaks: Callable[[Path], list[str]]) -> None:
    file = book / "_book" / "_figures" / IDENT / "data.csv"
    edit(file, ";:;;;:;", ";12;;;3;")
    assert any("data.csv: figur v2_6: linjen" in leak for leak in leaks(book))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("figures.csv", file.read_text("utf-8"))
    file.unlink()
    (book / "_book" / "data.zip").write_bytes(packed.getvalue())
    assert any("data.zip/figures.csv: figur v2_6: linjen" in leak for leak in leaks(book))


def test_a_count_in_a_table(book: Path, leaks: Callable[[Path], list[str]], real: Survey) -> None:
    """Tabell 2 hides nothing of answers that are as printed; of others it does, and the scan knows."""
    frame = real.frame.copy()
    there = frame.index[frame["office"] == "fana"]
    frame.loc[there, "bg_erfaring_tidligere_etat"] = 4.0
    frame.loc[there[:2], "bg_erfaring_tidligere_etat"] = 1.0
    other = replace(real, frame=frame)
    report = Report(other, CATALOGUE, True, book / "_figures")
    report.table("v2_2")
    target = book / "_book" / "data"
    target.mkdir()
    shutil.copy(book / "_figures" / "tbl_v2_2" / "table.csv", target / "tbl-v2-2.csv")
    only = [entry for entry in ledger.read(book / ledger.FOLDER) if entry.output == "tables"]
    shutil.rmtree(book / "_book" / "_figures")
    (book / "_book" / "vedlegg-2.html").unlink()
    assert not scan(book / "_book", other, only, SMALL).leaks
    edit(target / "tbl-v2-2.csv", "Fana;44;:", "Fana;44;2")
    assert any("tabell tbl-v2-2" in str(leak) for leak in scan(book / "_book", other, only, SMALL).leaks)


WORD = 'xmlns:w="w" xmlns:wp="wp"'


def docx(file: Path, body: str, **parts: bytes) -> None:
    """A DOCX with this text; `parts`: further files, by name with `_` for `/` and `__` for a point."""
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document {WORD}><w:body>{body}</w:body></w:document>")
        for name, content in parts.items():
            archive.writestr(name.replace("__", ".").replace("_", "/"), content)


def paragraph(text: str, style: str = "BodyText") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{escape(text)}</w:t></w:r></w:p>'


def picture(alt: str) -> str:
    return f"<w:p><w:drawing><wp:docPr id='1' descr={quoteattr(alt)}/></w:drawing></w:p>"


def png(words: str) -> bytes:
    text = b"Comment\0" + words.encode("latin-1")
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", len(text)) + b"tEXt" + text + b"\0\0\0\0"


def test_a_docx_with_what_may_be_shown(
    book: Path, leaks: Callable[[Path], list[str]], real: Survey, hidden: tuple[FigureData, Bar, Bar]
) -> None:
    data, _, was = hidden
    shown = str(figures.words.alt(figures.compute(ROW, real)))
    elsewhere = paragraph("Et annet avsnitt", "Heading2") + paragraph(f"Her er {data.value_text(was)}.")
    text = paragraph("Portrett", "Heading2") + picture(shown) + paragraph(ROW.caption) + elsewhere
    parts = {"docProps_core__xml": b"<a>Tittel 2 %</a>", "word_media_a__png": png("a")}
    docx(book / "_book" / "bok.docx", text, **parts)
    assert leaks(book) == []


def test_a_value_in_a_docx(
    book: Path, leaks: Callable[[Path], list[str]], hidden: tuple[FigureData, Bar, Bar]
) -> None:
    data, _, was = hidden
    value = str(data.value_text(was))
    whole = str(figures.words.alt(data))
    assert not [one for one in leaks(book) if "bok.docx" in one]

    def told(body: str, **parts: bytes) -> list[str]:
        docx(book / "_book" / "bok.docx", body, **parts)
        return [one for one in leaks(book) if "bok.docx" in one]

    assert any("alternative teksten" in one for one in told(picture(whole)))
    section = paragraph("Portrett", "Heading2") + paragraph(ROW.caption) + paragraph(f"Det er {value}.")
    assert any(f"siden viser {value}" in one for one in told(section))
    for name in ("docProps_core__xml", "word_comments__xml", "word_footer1__xml"):
        found = told("", **{name: f"<a>{value}</a>".encode()})
        assert any("bare en skjult søyle" in one for one in found), name
    assert any("bare en skjult søyle" in one for one in told("", word_media_a__png=png(f"andel {value}")))


def test_a_count_in_a_table_of_a_docx(book: Path, real: Survey) -> None:
    frame = real.frame.copy()
    there = frame.index[frame["office"] == "fana"]
    frame.loc[there, "bg_erfaring_tidligere_etat"] = 4.0
    frame.loc[there[:2], "bg_erfaring_tidligere_etat"] = 1.0
    other = replace(real, frame=frame)
    Report(other, CATALOGUE, True, book / "_figures").table("v2_2")
    only = [entry for entry in ledger.read(book / ledger.FOLDER) if entry.output == "tables"]
    lines = (book / "_figures" / "tbl_v2_2" / "table.csv").read_text("utf-8-sig").splitlines()[1:]
    shutil.rmtree(book / "_book")
    (book / "_book").mkdir()
    caption = CATALOGUE.table("v2_2").caption

    def written(rows: list[str]) -> list[str]:
        cells = ["".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row.split(";")[:-1]) for row in rows]
        table = f"<w:tblPr><w:tblCaption w:val={quoteattr('Tabell V2.2: ' + caption)}/></w:tblPr>"
        table += "".join(f"<w:tr>{row}</w:tr>" for row in cells)
        docx(book / "_book" / "bok.docx", f"<w:tbl>{table}</w:tbl>")
        return [str(leak) for leak in scan(book / "_book", other, only, SMALL).leaks]

    assert written(lines) == []
    wrong = [line.replace("Fana;44;:", "Fana;44;2") for line in lines]
    assert any("tabell tbl-v2-2" in one for one in written(wrong))


@pytest.mark.parametrize("mark", [",", "; ", "\t", "</td><td>", '", "'])
def test_a_respondents_row_in_whatever_form(
    book: Path, leaks: Callable[[Path], list[str]], real: Survey, mark: str
) -> None:
    names = [v.id for v in real.codebook.of("survey")]
    answers = mark.join(str(int(x)) for x in real.frame.loc[7, names].dropna())
    file = book / "_book" / "hemmelig.html"
    file.write_text(f"<table><tr><td>{answers}</td></tr></table>", encoding="utf-8")
    assert any(leak == f"hemmelig.html: {ROWS}" for leak in leaks(book))


def test_the_answers_to_a_question_one_after_the_other(real: Survey) -> None:
    runs = Runs(real)
    assert runs.found(" ".join(str(int(x)) for x in real.frame["led_folger"].dropna()[40:70]))
    assert not runs.found("Figur 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 og 14")
    assert not runs.found("1.25 3.5 4.75 2.0 1.5 1.25 3.5 4.75 2.0 1.5 1.25 3.5 4.75 2.0 1.5")


def test_a_figure_without_account_and_a_file_that_cannot_be_read(
    book: Path, leaks: Callable[[Path], list[str]]
) -> None:
    for file in (book / ledger.FOLDER).glob("figures-*"):
        file.unlink()
    assert any("ikke i regnskapet" in leak for leak in leaks(book))
    (book / "_book" / "ødelagt.docx").write_bytes(b"PK ikke en hel fil")
    with pytest.raises(ReadError, match="ikke en hel fil"):
        list(pages(book / "_book"))


def test_hidden_values_are_a_colon_with_a_note_in_the_text() -> None:
    assert f.Suppressed() == ":"
    assert f.Suppressed()._repr_markdown_() == ":^[Tallet er ikke vist, fordi det bygger på for få svar.]"
