"""What goes in as text must come out as that text: tried with Typst itself."""

from __future__ import annotations

import pypdfium2 as pdfium
import pytest
import typst

from kvarto.typst import escape


def printed(markup: str) -> str:
    """The text of a page set from some markup (no smart quotes but those that the markup asks for)."""
    source = f"#set page(width: 60cm)\n#set text(hyphenate: false)\n{markup}\n"
    pdf = typst.compile(source.encode(), format="pdf")
    assert isinstance(pdf, bytes)
    return pdfium.PdfDocument(pdf)[0].get_textpage().get_text_bounded().strip()


@pytest.mark.parametrize(
    "text",
    [
        "a*b*c _d_ `e` $f$ #g [h] @i <j> k~l \\m",
        "p < ,05 & r > 0",
        "1990--2000, 5 - 3, a---b, c...d, -?",
        "- ikke et punkt",
        "+ heller ikke",
        "= ingen overskrift",
        "/ ingen term: her",
        "1. ingen liste",
        "12) heller ikke",
        "https://example.org/a//b",
        "/* ingen kommentar */ // heller ikke",
        "han sa \"ja\" og 'nei'",
        "−,32** og ,08",
    ],
)
def test_text_prints_as_it_is(text: str) -> None:
    assert printed(escape.text(text)) == text


@pytest.mark.parametrize("text", ['med "hermetegn" og \\strek', "to\nlinjer", "#kode[1] $x$ \\u{41}"])
def test_string_is_what_it_holds(text: str) -> None:
    assert printed(f"#{escape.string(text)}").splitlines() == text.splitlines()


def test_colour_codes_of_terminals_are_dropped() -> None:
    assert escape.text("\x1b[31mFeil\x1b[0m\x07") == "Feil"


@pytest.mark.parametrize(
    ("ident", "label"),
    [
        ("fig-x", "<fig-x>"),
        ("mål--og-æøå", "<mål--og-æøå>"),
        ("a b", '#label("a b")'),
        ("slutt.", '#label("slutt.")'),
        ('a"b', '#label("a\\"b")'),
    ],
)
def test_label(ident: str, label: str) -> None:
    assert escape.label(ident) == label
    assert printed(f"#metadata(1) {label}\n#context query({escape.label_value(ident)}).len()") == "1"


@pytest.mark.parametrize(
    ("given", "size"),
    [
        ("50%", "50%"),
        ("4cm", "4cm"),
        ("20", "15pt"),
        ("20px", "15pt"),
        ("1.5in", "1.5in"),
        ("bred", None),
        ("", None),
    ],
)
def test_length(given: str, size: str | None) -> None:
    assert escape.length(given) == size
