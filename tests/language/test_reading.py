"""What counts as read: text, captions, alternative texts, labels; not code, formulas or other languages."""

from __future__ import annotations

from pathlib import Path

from tests.language import reading
from tests.language.reading import Piece

PAGE = """<!DOCTYPE html><html lang="nb"><head><title>Tittel</title>
<meta name="description" content="Om boken"><script>var a = "kode"</script></head><body>
<nav aria-label="Hovedmeny"><a href="a.html">Kapittel</a></nav>
<p>En <em>linje</em> med <code>r.share()</code> og <span lang="en">the eating</span>.</p>
<figure><svg role="img" aria-label="Søyler"><text>Tegnet</text></svg>
<figcaption>En figur</figcaption></figure>
<table><tr><td>Celle</td><td>To<br>linjer</td></tr></table><img src="a.png" alt="Et bilde">
</body></html>"""


def test_every_kind_of_text_is_read_and_nothing_else() -> None:
    found = [(piece.kind, piece.text) for piece in reading.read_html(PAGE, "a.html")]
    assert found == [
        ("text", "Tittel"),
        ("description", "Om boken"),
        ("aria-label", "Hovedmeny"),
        ("text", "Kapittel"),
        ("text", "En linje med … og …."),
        ("aria-label", "Søyler"),
        ("text", "En figur"),
        ("text", "Celle"),
        ("text", "To"),
        ("text", "linjer"),
        ("alt", "Et bilde"),
    ]


def test_hard_spaces_are_kept() -> None:
    assert reading.read_html("<p>58\u00a0%\n av</p>", "a") == [Piece("a", "text", "58\u00a0% av")]


def test_publication_texts_are_read_without_its_codes(tmp_path: Path) -> None:
    file = tmp_path / "publication.yml"
    file.write_text("publication:\n  summary: Kort\n  language: nb-NO\n  original: {series: r2016}\n")
    assert [piece.text for piece in reading.publication(file)] == ["Kort"]


def test_a_word_is_found_in_the_sources(tmp_path: Path) -> None:
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "kap-1.qmd").write_text("# En\n\nTo feill.\n", encoding="utf-8")
    assert reading.find("feill", tmp_path) == "report/kap-1.qmd:3"
    assert reading.find("finnes-ikke", tmp_path) == ""


def test_the_book_is_read_whole(pieces: list[Piece]) -> None:
    kinds = {piece.kind for piece in pieces}
    assert {"text", "aria-label", "publication"} <= kinds
    assert len({piece.page for piece in pieces}) > 10
    assert sum(len(piece.text.split()) for piece in pieces) > 40_000
