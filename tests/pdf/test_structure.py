"""What a screen reader and an archive need of the PDF.

No independent PDF/A checker runs here; veraPDF runs in the outside workflow (docs/kvarto.md).
"""

from __future__ import annotations

import io
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import outloud
import pikepdf
import pypdfium2 as pdfium
import pytest
import typst

from kvarto import project, publication
from kvarto.structure import ast
from tests.pdf import tree
from tests.pdf.conftest import ROOT, Built


def test_outloud_finds_no_error(built: Built) -> None:
    result = outloud.check(str(built.path))
    errors = [f for f in result.findings if str(f.severity).lower().endswith("error")]
    assert result.errors == 0, errors


def test_catalogue(pdf: pikepdf.Pdf, built: Built) -> None:
    root = pdf.Root
    assert root["/MarkInfo"]["/Marked"] is True or bool(root["/MarkInfo"]["/Marked"])
    assert str(root["/Lang"]) == "nb-NO"
    assert bool(root["/ViewerPreferences"]["/DisplayDocTitle"])
    assert str(pdf.docinfo["/Title"]) == built.title


def test_declared_standards_and_metadata(pdf: pikepdf.Pdf, built: Built) -> None:
    with pdf.open_metadata() as meta:
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("2", "A")
        assert meta["pdfuaid:part"] == "1"
        assert built.title in str(meta["dc:title"])
        assert "nb-NO" in str(meta["dc:language"])


def test_metadata_says_what_publication_yml_says(report: Built) -> None:
    """Document info and XMP agree with each other and with the file, and say nothing that it leaves open."""
    book = project.load(ROOT)
    facts = publication.of(book)
    assert facts is not None and facts.original is not None
    with pikepdf.open(report.path) as opened:
        info = {key: str(value) for key, value in opened.docinfo.items()}
        with opened.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as meta:
            told = {key: meta[key] for key in meta}
    dc = "{http://purl.org/dc/elements/1.1/}"
    rights = "{http://ns.adobe.com/xap/1.0/rights/}"
    assert told[dc + "title"] == info["/Title"] == book.title
    assert ", ".join(told[dc + "creator"]) == info["/Author"] == ", ".join(a.name for a in book.authors)
    assert told[dc + "description"] == info["/Subject"] == facts.description
    assert told["{http://ns.adobe.com/pdf/1.3/}Keywords"] == info["/Keywords"] == ", ".join(facts.keywords)
    assert told[dc + "publisher"] == {facts.publisher} and told[dc + "date"] == [book.date]
    assert facts.licence.text in told[dc + "rights"]
    assert told[rights + "WebStatement"] == facts.licence.text_url
    assert facts.original.series in told[dc + "source"] and facts.original.authors_text in told[dc + "source"]
    assert (dc + "identifier" in told) is bool(facts.doi or facts.isbn)
    assert info["/CreationDate"].startswith(f"D:{book.date.replace('-', '')}")
    assert told["{http://ns.adobe.com/xap/1.0/}CreateDate"].startswith(book.date)


def test_every_heading_is_a_bookmark(pdf: pikepdf.Pdf) -> None:
    kinds = Counter(kind for kind, _, _ in tree.elements(pdf))
    headings = sum(n for kind, n in kinds.items() if re.fullmatch(r"H[1-6]|H", kind))
    marks = tree.bookmarks(pdf)
    assert headings == len(marks) > 3
    assert all(title.strip() for _, title in marks)


def test_heading_levels_never_skip(pdf: pikepdf.Pdf) -> None:
    levels = [int(kind[1]) for kind, _, _ in tree.elements(pdf) if re.fullmatch(r"H[1-6]", kind)]
    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels))


def test_bookmarks_of_the_demo_are_its_headings(demo: Built) -> None:
    assert demo.structured is not None
    expected = ["Kolofon", "Innhold", "Figurer", "Tabeller"]
    for chapter in demo.structured:
        for heading in chapter.headings:
            word = "Vedlegg " if chapter.chapter.appendix and heading.level == 1 and heading.number else ""
            expected.append(f"{word}{heading.number} {ast.stringify(heading.title)}".strip())
    with pikepdf.open(demo.path) as opened:
        assert [title for _, title in tree.bookmarks(opened)] == expected


def test_numbers_in_the_pdf_are_those_of_the_structure(demo: Built) -> None:
    """Typst counts by the template's rules, kvarto by its own: captions and references must agree."""
    assert demo.structured is not None
    text = " ".join(page.get_textpage().get_text_bounded() for page in pdfium.PdfDocument(demo.path)).replace(
        "\xa0", " "
    )
    for label in demo.structured.labels.values():
        if label.kind in ("fig", "tbl") and not label.sub:
            word = {"fig": "Figur", "tbl": "Tabell"}[label.kind]
            caption = re.sub(r"\s+", " ", ast.stringify(label.title))
            assert f"{word} {label.number}: {caption[:25]}" in re.sub(r"\s+", " ", text), label.id


def _openings(nodes: list[dict[str, Any]]) -> Iterator[str]:
    """The first plain words of each paragraph, heading and caption of the AST, letters and digits alone."""
    for node in nodes:
        content = node["c"]
        if node["t"] in ("Para", "Plain", "Header"):
            inlines = content[2] if node["t"] == "Header" else content
            plain = itertools.takewhile(lambda n: n["t"] in ("Str", "Space", "SoftBreak"), inlines)
            yield "".join(c for n in plain for c in n.get("c", "") if c.isalnum())[:24]
        elif node["t"] == "Div":
            caption = [n for n in content[1] if n["t"] == "Div" and "kv-caption" in n["c"][0][1]]
            yield from _openings([*caption, *(n for n in content[1] if n not in caption)])
        elif node["t"] == "BlockQuote":
            yield from _openings(content)
        elif node["t"] in ("BulletList", "OrderedList"):
            for item in content[1] if node["t"] == "OrderedList" else content:
                yield from _openings(item)


def test_floats_are_read_where_they_are_written(demo: Built) -> None:
    """Figures and tables move on the page; in the tags each text keeps its place."""
    assert demo.structured is not None
    heard = "".join(c for _, words in tree.read_aloud(demo.path) for c in words if c.isalnum())
    at, count = heard.index("Tabeller"), 0  # after the lists, which name much of it
    for chapter in demo.structured:
        for words in _openings(chapter.blocks):
            if len(words) >= 8:
                found = heard.find(words, at)
                assert found >= 0, f"«{words}» is not read after «{heard[at - 40 : at]}»"
                at, count = found + len(words), count + 1
    assert count > 40


def test_floats_of_the_report_are_read_in_their_order(report: Built) -> None:
    """Captions come in the order of their numbers, kind by kind."""
    heard = [words for kind, words in tree.read_aloud(report.path) if kind == "Span"]
    for word, count in (("Figur", 24), ("Tabell", 5)):
        numbers = [int(m[1]) for words in heard if (m := re.match(rf"{word}\sV1\.(\d+):", words))]
        assert numbers == list(range(1, count + 1))


def test_every_figure_and_formula_has_words(pdf: pikepdf.Pdf) -> None:
    found = [(kind, element) for kind, element, _ in tree.elements(pdf) if kind in ("Figure", "Formula")]
    assert found
    for kind, element in found:
        words = str(element.get("/Alt", ""))
        assert len(words.strip()) > 2, kind


def test_table_headers_have_scope(pdf: pikepdf.Pdf) -> None:
    tables = [element for kind, element, _ in tree.elements(pdf) if kind == "Table"]
    assert tables
    headers = [element for kind, element, _ in tree.elements(pdf) if kind == "TH"]
    assert len(headers) >= 2 * len(tables)
    for element in headers:
        assert str(tree.attribute(element, "/Scope")) in ("/Column", "/Row", "/Both")
    for kind, _, above in tree.elements(pdf):
        if kind in ("TH", "TD"):
            assert above[-1] == "TR" and "Table" in above


def test_every_table_of_the_report_has_a_name(report: Built) -> None:
    """Its caption as first child, or a summary where it has none; no name twice."""
    with pikepdf.open(report.path) as opened:
        tables = [element for kind, element, _ in tree.elements(opened) if kind == "Table"]
        captioned = [e for e in tables if str(tree.kids(e)[0]["/S"]) == "/Caption"]
        names = [str(tree.attribute(e, "/Summary")) for e in tables if e not in captioned]
    assert len(captioned) >= 15 and len(names) > 40
    assert "None" not in names
    assert len(set(names)) == len(names), [n for n, times in Counter(names).items() if times > 1]


def test_rows_of_a_wide_table_have_headers(demo: Built) -> None:
    with pikepdf.open(demo.path) as opened:
        scopes = [str(tree.attribute(e, "/Scope")) for kind, e, _ in tree.elements(opened) if kind == "TH"]
    assert scopes.count("/Row") == 12


def test_captions_stand_with_what_they_describe(pdf: pikepdf.Pdf) -> None:
    captions = [above for kind, _, above in tree.elements(pdf) if kind == "Caption"]
    assert captions
    assert all(set(above) & {"Figure", "Table", "Div", "Sect", "NonStruct", "Aside"} for above in captions)


def test_notes_and_lists_are_tagged(demo: Built) -> None:
    with pikepdf.open(demo.path) as opened:
        kinds = Counter(kind for kind, _, _ in tree.elements(opened))
    assert kinds["Note"] == 1 and kinds["TOC"] >= 3 and kinds["L"] >= 3
    assert kinds["BlockQuote"] == 1 and kinds["Link"] > 10


def test_texts_that_stand_alone_are_paragraphs(pdf: pikepdf.Pdf, built: Built) -> None:
    """A note, a lead, the title of a box: only captions, also those of panels, have words in no paragraph."""
    panels = [x for x in built.structured.labels.values() if x.sub] if built.structured else []
    loose = [
        above[-1]
        for kind, element, above in tree.elements(pdf)
        if kind == "Span" and str(tree.attribute(element, "/Placement")) == "/Block"
    ]
    assert "Caption" in loose
    assert [kind for kind in loose if kind != "Caption"] == ["Div"] * len(panels)


def test_quotations_hold_paragraphs(demo: Built) -> None:
    with pikepdf.open(demo.path) as opened:
        quoted = [element for kind, element, _ in tree.elements(opened) if kind == "BlockQuote"]
        assert [[str(kid["/S"]) for kid in tree.kids(element)] for element in quoted] == [["/P"]]


def test_languages_are_those_that_are_marked(demo: Built, report: Built) -> None:
    """Code is in the book's language, foreign words in theirs, none in an English of Norway."""
    for built in (demo, report):
        with pikepdf.open(built.path) as opened:
            assert tree.languages(opened) == {"nb-NO", "en"}


def test_numbers_of_headings_stand_apart_from_their_words(demo: Built) -> None:
    pieces = [words for kind, words in tree.read_aloud(demo.path) if re.fullmatch("H[2-6]", kind)]
    numbers = [words for words in pieces if re.fullmatch(r"V?\d+(\.\d+)+\s?", words)]
    assert len(numbers) > 3
    assert all(words.endswith(" ") for words in numbers), numbers


def test_the_check_for_untagged_paint_sees_it() -> None:
    """The same page with and without tags."""
    source = b'#set document(title: "T")\n#set text(lang: "nb")\n= A\nTekst. #rect[x]\n'
    for tags in (True, False):
        made = typst.compile(source, format="pdf", pdf_tags=tags)
        with pikepdf.open(io.BytesIO(made)) as opened:
            assert bool(tree.untagged(opened.pages[0])) is not tags


def test_nothing_is_painted_untagged(pdf: pikepdf.Pdf) -> None:
    for number, page in enumerate(pdf.pages, 1):
        assert tree.untagged(page) == [], f"side {number}"


def test_fonts_are_embedded_and_ours(pdf: pikepdf.Pdf) -> None:
    names = set()
    for obj in pdf.objects:
        if isinstance(obj, pikepdf.Dictionary) and obj.get("/Type") == "/FontDescriptor":
            assert any(key in obj for key in ("/FontFile", "/FontFile2", "/FontFile3")), obj["/FontName"]
            names.add(str(obj["/FontName"]).lstrip("/").split("+")[-1].split("-")[0])
    assert {"LibertinusSerif", "SourceSans3"} <= names
    assert names <= {"LibertinusSerif", "SourceSans3", "SourceCodePro", "NewCMMath"}


def test_page_labels_are_the_pages_own_numbers(pdf: pikepdf.Pdf) -> None:
    labels = pdf.Root["/PageLabels"]["/Nums"]
    assert len(labels) >= 2 and labels[0] == 0
    document = [page.label for page in pdf.pages]
    inner = document[1:-1]
    assert inner == [str(n) for n in range(2, len(inner) + 2)]


def test_no_javascript_no_attachments(pdf: pikepdf.Pdf) -> None:
    assert "/JavaScript" not in pdf.Root.get("/Names", {})
    assert len(pdf.attachments) == 0


@pytest.mark.parametrize("key", ["/Author", "/CreationDate"])
def test_author_and_date(demo: Built, key: str) -> None:
    with pikepdf.open(demo.path) as opened:
        assert str(opened.docinfo[key]) in (
            "Kari Nordmann, Ola Hansen",
            "Kari Nordmann; Ola Hansen",
            "D:20261122120000Z",
            "D:20261122120000+00'00'",
            "D:20261122120000Z00'00'",
        )
