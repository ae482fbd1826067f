"""Comment editions: folder, stamp, line numbers, marks in the margin, in PDF and DOCX."""

from __future__ import annotations

import json
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from lxml import etree

from kvarto import rounds, structure
from kvarto.docx.package import W, load, q
from kvarto.faults import Faults
from kvarto.structure import ast
from tests.kvarto import book as books
from tests.kvarto.docx.word import Word, misordered, text_of
from tests.kvarto.front import kvarto

CONFIG = (
    books.HEAD
    + """  docx: default
kvarto:
  annotations:
    class: funn
    attribute: ref
    file: funn.json
    mark: Funn
"""
)
TEXT = """# Kapittel {#sec-k}

[Flere trives enn mistrives.]{.funn ref="f-1"} [Færre slutter.]{.funn ref="f-2"}

Uten merke.

- [Et punkt med funn.]{.funn ref="f-1"}
- et uten

![Målt](malt/wide.svg){#fig-m fig-alt="Målt"}

![Laget](laget/wide.svg){#fig-l fig-alt="Laget"}
"""
FINDINGS = {
    "f-1": {"outcome": "ok", "label": "holder"},
    "f-2": {"outcome": "ok", "label": "kan ikke etterprøves"},
}


def make(folder: Path) -> Path:
    folder.mkdir()
    (folder / "funn.json").write_text(json.dumps({"annotations": FINDINGS}), encoding="utf-8")
    for name, status in (("malt", "published"), ("laget", "constrained")):
        (folder / name).mkdir()
        (folder / name / "wide.svg").write_text(books.SVG, encoding="utf-8")
        facts = {"status": status, "synthetic": True}
        (folder / name / "figure.json").write_text(json.dumps(facts), encoding="utf-8")
    books.make(folder, TEXT, CONFIG)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book and its comment edition."""
    folder = make(tmp_path_factory.mktemp("runde") / "bok")
    done = kvarto("render", folder, "--comments")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def word(folder: Path) -> Word:
    return Word(folder / "_book-kommentarutgave" / "Prøvebok-utkast.docx")


def test_it_lies_in_a_folder_of_its_own(folder: Path) -> None:
    names = sorted(p.name for p in (folder / "_book-kommentarutgave").iterdir())
    assert names == ["Prøvebok-utkast.docx", "Prøvebok-utkast.pdf"]
    assert not (folder / "_book").exists()


def test_every_page_of_the_pdf_says_what_it_is(folder: Path) -> None:
    pdf = pdfium.PdfDocument(folder / "_book-kommentarutgave" / "Prøvebok-utkast.pdf")
    pages = [page.get_textpage().get_text_bounded() for page in pdf]
    assert pages and all("UTKAST · kommentarutgave · 22. november 2026" in page for page in pages)
    chapter = next(page for page in pages if "trives" in page)
    for mark in ("Funn f-1: holder", "Funn f-2: kan ikke etterprøves", "Syntetiske tall"):
        assert mark in " ".join(chapter.split()), chapter
    assert "\n1" in chapter.replace("\r", "") or chapter.startswith("1"), "lines are numbered"


def test_every_section_of_the_docx_numbers_its_lines(word: Word) -> None:
    sections = list(word.body.iter(q("sectPr")))
    assert sections
    for section in sections:
        numbers = section.find(q("lnNumType"))
        assert numbers is not None and numbers.get(q("countBy")) == "1"


def test_what_is_added_stands_where_word_wants_it(word: Word) -> None:
    for part in ("word/document.xml", "word/styles.xml"):
        assert misordered(etree.fromstring(word.part(part))) == [], part


def test_every_head_of_the_docx_says_what_it_is(word: Word) -> None:
    parts = load(word.path.read_bytes())
    relations = etree.fromstring(parts["word/_rels/document.xml.rels"])
    heads = [r.get("Target") for r in relations if r.get("Type", "").endswith("/header")]
    assert heads
    for name in heads:
        assert "UTKAST · kommentarutgave · 22. november 2026" in text_of(
            etree.fromstring(parts[f"word/{name}"])
        )
    assert word.document.sections[0].header.paragraphs[0].text.startswith("UTKAST")


def test_findings_and_synthetic_figures_are_marked_in_the_margin(word: Word) -> None:
    notes = word.paragraphs("MarginNote")
    assert notes == ["Funn f-1: holder Funn f-2: kan ikke etterprøves", "Funn f-1: holder"]
    assert word.paragraphs("MarginNoteFar") == ["Syntetiske tall"]
    framed = [p for p in word.body.iter(q("p")) if p.find(f"{W}pPr/{W}framePr") is not None]
    assert len(framed) == 3, "beside the text, not in it"
    after = [text_of(p.getnext()) for p in framed]  # type: ignore[arg-type]
    assert after[0].startswith("Flere trives") and after[1].startswith("Et punkt")


def test_the_book_itself_is_left_alone(tmp_path: Path) -> None:
    folder = make(tmp_path / "bok")
    assert kvarto("render", folder, "--to", "html").returncode == 0
    before = (folder / "_book" / "index.html").read_bytes()
    assert kvarto("render", folder, "--comments", "--to", "docx").returncode == 0
    assert (folder / "_book" / "index.html").read_bytes() == before
    again = kvarto("render", folder, "--to", "html")
    assert again.stderr.startswith("Ingen endringer"), again.stderr
    assert kvarto("render", folder, "--comments", "--to", "docx").stderr.startswith("Ingen endringer")


def test_a_site_has_no_comment_edition(folder: Path) -> None:
    done = kvarto("render", folder, "--comments", "--to", "html")
    assert done.returncode == 2 and "En kommentarutgave er PDF og Word" in done.stderr


def test_without_annotations_only_figures_are_marked(tmp_path: Path) -> None:
    folder = make(tmp_path / "bok")
    book = books.make(folder, TEXT, CONFIG.partition("kvarto:")[0])
    executed = books.plain(book)
    built = structure.build(book, executed, Faults(), "docx", {})
    rounds.mark(built, executed)
    marks = [
        ast.stringify(el["c"][1])
        for chapter in built
        for el in ast.walk(chapter.blocks)
        if el["t"] == "Div" and "kv-margin" in el["c"][0][1]
    ]
    assert [m.strip() for m in marks] == ["Syntetiske tall"]
