"""A DOCX as tests look at it: by python-docx where it knows the thing, else by its XML."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from lxml import etree

from kvarto import docx as writer
from kvarto.docx.package import WP, R, W, q
from kvarto.faults import Faults
from kvarto.project import Book
from kvarto.structure import Structured, ast
from tests.kvarto import book as books

HEAD = books.HEAD.replace("  typst: default\n", "  docx: default\n")


@dataclass(frozen=True)
class Word:
    """A DOCX on disk."""

    path: Path

    @cached_property
    def document(self) -> Document:
        """As python-docx reads it."""
        return docx.Document(str(self.path))

    def part(self, name: str) -> bytes:
        """The bytes of a part."""
        with zipfile.ZipFile(self.path) as package:
            return package.read(name)

    @cached_property
    def body(self) -> etree._Element:
        """`w:body`."""
        found = etree.fromstring(self.part("word/document.xml")).find(q("body"))
        assert found is not None
        return found

    @cached_property
    def notes(self) -> list[str]:
        """The texts of the footnotes."""
        root = etree.fromstring(self.part("word/footnotes.xml"))
        return [text_of(n) for n in root if n.get(q("type")) is None]

    @cached_property
    def bookmarks(self) -> list[str]:
        """Names of bookmarks in the text."""
        return [b.get(q("name"), "") for b in self.body.iter(q("bookmarkStart"))]

    def codes(self, word: str) -> list[str]:
        """Field codes that begin with a word."""
        found = (" ".join((i.text or "").split()) for i in self.body.iter(q("instrText")))
        return [code for code in found if code.split()[0] == word]

    def marked(self, name: str) -> str:
        """The text within a bookmark that stands in one paragraph."""
        start = next(b for b in self.body.iter(q("bookmarkStart")) if b.get(q("name")) == name)
        out, el = [], start.getnext()
        while el is not None and not (el.tag == q("bookmarkEnd") and el.get(q("id")) == start.get(q("id"))):
            out.append(text_of(el))
            el = el.getnext()
        return "".join(out)

    def paragraphs(self, style: str = "") -> list[str]:
        """Texts of the paragraphs of a style (its id), tables' included; of all without."""
        return [
            text_of(p)
            for p in self.body.iter(q("p"))
            if not style or p.xpath("string(w:pPr/w:pStyle/@w:val)", namespaces={"w": W[1:-1]}) == style
        ]

    def pictures(self) -> list[tuple[str, str]]:
        """Alternative text and target of each picture."""
        found = []
        for inline in self.body.iter(f"{WP}inline"):
            alt = inline.find(f"{WP}docPr").get("descr", "")  # type: ignore[union-attr]
            blip = next(inline.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}blip"))
            found.append((alt, blip.get(f"{R}embed", "")))
        return found


def text_of(el: etree._Element) -> str:
    """What is read, without field codes; tabs and breaks are spaces."""
    out = []
    for node in el.iter(q("t"), q("tab"), q("br")):
        if node.tag == q("t"):
            out.append(node.text or "")
        elif node.getparent().tag == q("r"):  # type: ignore[union-attr]
            out.append(" ")
    return "".join(out)


def missing_texts(pages: Structured, word: Word) -> list[str]:
    """Texts of another format's structured AST that stand in no paragraph or note of the DOCX."""
    there = "\n".join(flat(p) for p in [*word.paragraphs(), *word.notes])
    texts = [
        flat(ast.stringify(el["c"][2] if el["t"] == "Header" else el["c"]))
        for chapter in pages
        for el in ast.walk(chapter.blocks)
        if el["t"] in ("Para", "Plain", "Header") and not _is_picture(el)
    ]
    assert texts
    return [text for text in texts if text not in there]


def _is_picture(el: dict[str, Any]) -> bool:
    return el["t"] in ("Para", "Plain") and any(i["t"] == "Image" for i in el["c"])


ORDER = {
    "pPr": (
        "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers "
        "pBdr shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE "
        "autoSpaceDN bidi adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents "
        "suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle "
        "rPr sectPr pPrChange"
    ),
    "tblPr": (
        "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc "
        "tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption "
        "tblDescription tblPrChange"
    ),
    "tcPr": (
        "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText "
        "vAlign hideMark"
    ),
    "sectPr": (
        "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders "
        "lnNumType pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter "
        "docGrid printerSettings"
    ),
    "style": (
        "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed "
        "qFormat locked personal personalCompose personalReply rsid pPr rPr tblPr trPr tcPr "
        "tblStylePr"
    ),
}
"""The order of children that the standard (ECMA-376) asks for, and Word with it."""


def misordered(root: etree._Element) -> list[str]:
    """Elements of a part whose children do not stand in the order that Word wants."""
    wrong = []
    for name, order in ORDER.items():
        wanted = {q(child): n for n, child in enumerate(order.split())}
        for el in root.iter(q(name)):
            places = [wanted[child.tag] for child in el]
            if places != sorted(places):
                wrong.append(etree.tostring(el).decode()[:400])
    return wrong


def flat(text: str) -> str:
    """Text with plain single spaces."""
    return " ".join(text.replace("\xa0", " ").split())


def write(book: Book, out: Path, faults: Faults | None = None, draft: bool = False) -> Word:
    """Write a book's DOCX; asserts that nothing is wrong unless `faults` is given."""
    found = Faults() if faults is None else faults
    structured = books.structured(book, "docx", found)
    writer.write(book, structured, out, found, executed=books.plain(book), draft=draft)
    if faults is None:
        assert not found.errors, found.report()
    return Word(out)


def made(folder: Path, chapter: str, config: str = HEAD, **files: str) -> Word:
    """The DOCX of a book with this text in its one chapter."""
    return write(books.make(folder / "bok", chapter, config, **files), folder / "bok.docx")
