"""Links of the PDF say what they lead to, in the book's language."""

from __future__ import annotations

import io

import pikepdf
import pytest
import typst

from kvarto.typst import linknames, rowheaders
from kvarto.words import words_for

SOURCE = """#set document(title: "T")
#set text(lang: "nb")
#set heading(numbering: (..n) => if n.pos().len() == 1 [Vedlegg #n.pos().first()] else [1.1])
#outline()
= Ett <a>
Se @a og #link(<b>)[der]. En note.#footnote[Med #link("https://example.org/7")[7].] #link(<f>)[Bildet]
Som #ref(<f>, supplement: []) og #ref(<t>, supplement: []) viser.
#table(columns: 2, table.header([By], [n]), [Oslo], [1])
#figure([x], caption: [ En tekst ], kind: "x", supplement: "Figur") <f>
#figure([y], caption: [Tall], kind: "y", supplement: "Tabell") <t>
#outline(target: figure.where(kind: "x"))
#outline(target: figure.where(kind: "y"))
#heading(numbering: none)[To (deler)] <b>
"""


@pytest.fixture(scope="module")
def plain() -> bytes:
    pdf = typst.compile(SOURCE.encode(), format="pdf", pdf_standards=["ua-1", "a-2a"], timestamp=0)
    assert isinstance(pdf, bytes)
    return pdf


def names(pdf: bytes) -> list[str]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert not opened.get_warnings()
        return [str(a["/Contents"]) for page in opened.pages for a in page.get("/Annots", [])]


def test_names_of_links(plain: bytes) -> None:
    assert "Footnote 1" in names(plain), "Typst names them itself: this module may not be needed any more"
    told = names(linknames.tell(plain, words_for("nb-NO")))
    assert told == [
        "Vedlegg 1 «Ett» side 1",
        "«To (deler)» side 1",
        "Vedlegg 1",
        "side 1",
        "Note 1",
        "Figur 1",
        "Figur 1",
        "Tabell 1",
        "Figur 1 «En tekst» side 1",
        "Tabell 1 «Tall» side 1",
        "Tilbake til teksten fra note 1",
        "https://example.org/7",
    ]


def test_it_follows_another_change_of_the_file(plain: bytes) -> None:
    first = rowheaders.tag(plain, [1])
    both = linknames.tell(first, words_for("nb-NO"))
    assert both.startswith(first) and len(both) > len(first) > len(plain)
    assert names(both) == names(linknames.tell(plain, words_for("nb-NO")))
    assert linknames.tell(both, words_for("nb-NO")) == both


def test_a_file_of_another_form_is_left_alone() -> None:
    assert linknames.tell(b"", words_for("nb-NO")) == b""
