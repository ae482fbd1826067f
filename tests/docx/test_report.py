"""The book's own DOCX: nothing lost, nothing without a name, every number as in PDF and site."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pikepdf
from lxml import etree

from kvarto import publication
from kvarto.docx.package import R, W, q
from kvarto.docx.places import NAME, file_hash, plain
from kvarto.project import Book
from kvarto.structure import Structured
from tests.kvarto.docx.word import Word, flat, misordered, missing_texts, text_of
from tests.pdf import tree

ROOT = Path(__file__).parents[2]


def test_every_picture_says_what_it_shows(report: Word, pages: Structured) -> None:
    figures = [label for label in pages.labels.values() if label.kind == "fig"]
    alts = [alt for alt, _ in report.pictures()]
    assert len(alts) == len(figures) >= 35
    assert all(len(alt) > 60 for alt in alts)
    captions = {flat(c) for c in report.paragraphs("ImageCaption")}
    assert not captions & {flat(a) for a in alts}, "not the caption once more"


def test_every_table_has_its_header_row_and_row_headers(report: Word) -> None:
    tables = list(report.body.iter(q("tbl")))
    assert len(tables) >= 30
    for table in tables:
        rows = table.findall(q("tr"))
        repeated = [r.find(f"{W}trPr/{W}tblHeader") is not None for r in rows]
        assert repeated[0] and not repeated[-1], text_of(rows[0])
        assert repeated == sorted(repeated, reverse=True), "header rows come first"
        look = table.find(f"{W}tblPr/{W}tblLook")
        assert look is not None and look.get(q("firstRow")) == "1"
    headed = [t for t in tables if t.find(f"{W}tblPr/{W}tblLook").get(q("firstColumn")) == "1"]  # type: ignore[union-attr]
    assert len(headed) > len(tables) / 2
    named = [t for t in tables if t.find(f"{W}tblPr/{W}tblCaption") is not None]
    assert len(named) >= len(report.paragraphs("TableCaption"))


def test_heading_levels_do_not_skip(report: Word) -> None:
    levels = [
        int(p.style.name.split()[1])  # type: ignore[union-attr]
        for p in report.document.paragraphs
        if p.style is not None and re.fullmatch(r"Heading \d", str(p.style.name))
    ]
    assert levels[0] == 1 and len(levels) > 200
    assert all(now <= before + 1 for before, now in pairwise(levels))


def test_captions_have_the_numbers_of_the_site(report: Word, pages: Structured) -> None:
    for kind, word, style in (("fig", "Figur", "ImageCaption"), ("tbl", "Tabell", "TableCaption")):
        numbers = [label.number for label in pages.labels.values() if label.kind == kind and not label.sub]
        said = [m[1] for c in report.paragraphs(style) if (m := re.match(rf"{word}\s(V?[\d.]*\d)", c))]
        assert said == numbers


def test_every_field_and_link_leads_to_a_bookmark(report: Word) -> None:
    names = set(report.bookmarks)
    codes = report.codes("REF")
    assert len(codes) > 150
    assert {c.split()[1] for c in codes + report.codes("PAGEREF")} <= names
    anchors = {h.get(q("anchor")) for h in report.body.iter(q("hyperlink")) if h.get(q("anchor"))}
    assert anchors <= names
    assert len(report.bookmarks) == len(names), "a name once"


def test_references_show_what_they_refer_to(report: Word) -> None:
    """The stored result of each REF field is the text that updating it in Word would give."""
    looked = 0
    for code in report.body.iter(q("instrText")):
        words = (code.text or "").split()
        if not words or words[0] != "REF":
            continue
        shown, run = [], code.getparent().getnext()  # type: ignore[union-attr]
        while run is not None and run.find(f"{W}fldChar[@{W}fldCharType='end']") is None:
            shown.append(text_of(run))
            run = run.getnext()
        assert "".join(shown) == report.marked(words[1]), words[1]
        looked += 1
    assert looked > 150


def test_counting_anew_gives_the_same_numbers(report: Word) -> None:
    """What Word would make of the SEQ fields: the number after `\\r`, else one more."""
    counts: dict[str, int] = {}
    for code in report.body.iter(q("instrText")):
        words = (code.text or "").split()
        if not words or words[0] != "SEQ":
            continue
        reset = int(words[words.index("\\r") + 1]) if "\\r" in words else None
        counts[words[1]] = reset if reset is not None else counts[words[1]] + 1
        shown = code.getparent().getnext().getnext()  # type: ignore[union-attr]
        assert text_of(shown) == str(counts[words[1]]), words


def test_as_many_footnotes_as_in_the_pdf(report: Word, pdf: pikepdf.Pdf) -> None:
    kinds = [kind for kind, _, _ in tree.elements(pdf)]
    assert len(report.notes) == kinds.count("Note") + kinds.count("FENote") > 100
    assert len(list(report.body.iter(q("footnoteReference")))) == len(report.notes)
    assert all(note.strip() for note in report.notes)


def test_nothing_that_the_pdf_says_is_missing(report: Word, printed: Structured) -> None:
    """The same text: what is for the pages alone (`when-format="html"`) stands in neither."""
    assert missing_texts(printed, report) == []


def test_contents_list_what_the_book_has(report: Word, pages: Structured) -> None:
    chapters = [flat(r) for r in report.paragraphs("TOC1")]
    assert len(chapters) == len(pages.chapters)
    figures = [r for r in report.paragraphs("TableofFigures") if r.startswith("Figur")]
    assert len(figures) == len(report.paragraphs("ImageCaption"))


def test_wide_tables_lie(report: Word) -> None:
    turned = [s.find(q("pgSz")).get(q("orient")) for s in report.body.iter(q("sectPr"))]  # type: ignore[union-attr]
    assert turned[-1] is None
    for before, after in pairwise(turned):
        assert "landscape" not in (before, after) or before != after, "each alone"


def test_properties_are_those_of_the_publication(report: Word, book: Book) -> None:
    facts = publication.of(book)
    assert facts is not None
    core = report.document.core_properties
    assert (core.title, core.subject) == (book.title, book.subtitle)
    assert core.author == ", ".join(a.name for a in book.authors)
    assert core.language == facts.language == book.lang
    assert core.comments == facts.description
    assert core.keywords == ", ".join(facts.keywords)
    assert core.created is not None and core.created.date().isoformat() == book.date == str(
        core.modified.date()
    )  # type: ignore[union-attr]


def test_it_is_small_enough_to_mail(report: Word) -> None:
    assert report.path.stat().st_size < 8_000_000


def test_every_place_is_where_its_words_are(report: Word) -> None:
    """A hidden bookmark's line holds words of the paragraph that begins with it."""
    files = {
        file_hash(p.relative_to(ROOT).as_posix()): p for p in ROOT.rglob("*.qmd") if "tests" not in p.parts
    }
    placed = wrong = prose = 0
    for paragraph in report.body.iter(q("p")):
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        name = "" if style is None else style.get(q("val"), "")
        mark = next((b.get(q("name"), "") for b in paragraph.iter(q("bookmarkStart"))), "")
        m = NAME.match(mark)
        words = plain(text_of(paragraph))
        if name in ("BodyText", "FirstParagraph", "Compact") and len(words) > 80:
            prose += 1
            placed += m is not None
        if m and name in ("BodyText", "FirstParagraph"):
            rows = files[m["file"]].read_text(encoding="utf-8").split("\n")
            near = plain(" ".join(rows[int(m["line"]) - 1 : int(m["line"]) + 1]))
            wrong += not any(words[i : i + 12] in near for i in range(0, max(1, len(words) - 12), 6))
    assert prose > 500
    assert placed / prose > 0.97
    assert wrong / placed < 0.01


def test_elements_stand_in_the_order_that_word_wants(report: Word) -> None:
    for part in ("word/document.xml", "word/footnotes.xml", "word/styles.xml"):
        assert misordered(etree.fromstring(report.part(part))) == [], part


def test_everything_that_is_named_is_there(report: Word) -> None:
    """Styles, relations and numbers of lists that the text uses exist."""
    styles = {s.get(q("styleId")) for s in etree.fromstring(report.part("word/styles.xml")).iter(q("style"))}
    used = {el.get(q("val")) for kind in ("pStyle", "rStyle", "tblStyle") for el in report.body.iter(q(kind))}
    assert used <= styles
    relations = {r.get("Id") for r in etree.fromstring(report.part("word/_rels/document.xml.rels"))}
    wanted = {v for el in report.body.iter() for k, v in el.attrib.items() if str(k).startswith(R)}
    assert wanted <= relations
    numbering = etree.fromstring(report.part("word/numbering.xml"))
    numbers = {n.get(q("numId")) for n in numbering.iter(q("num"))}
    assert {n.get(q("val")) for n in report.body.iter(q("numId"))} <= numbers
