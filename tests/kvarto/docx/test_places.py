"""Where a block comes from, by its words."""

from __future__ import annotations

import re
from pathlib import Path

from kvarto.docx.places import NAME, Places, file_hash, plain, stream_of, text_hash
from kvarto.structure.ast import Element
from tests.kvarto import book as books


def para(*inlines: Element | str) -> Element:
    return {"t": "Para", "c": [{"t": "Str", "c": i} if isinstance(i, str) else i for i in inlines]}


def line(name: str | None) -> int:
    m = NAME.match(name or "")
    assert m is not None, name
    return int(m["line"])


def finder(folder: Path, text: str):  # type: ignore[no-untyped-def]
    book = books.make(folder, text)
    return Places(book.root).chapter(books.plain(book)["k.qmd"])


def test_equal_texts_are_told_apart_by_their_order(tmp_path: Path) -> None:
    find = finder(tmp_path, "# K\n\nSamme ord igjen.\n\nNoe annet her.\n\nSamme ord igjen.\n")
    found = [line(find(para(t))) for t in ("Samme ord igjen.", "Noe annet her.", "Samme ord igjen.")]
    assert found == [3, 5, 7]


def test_markup_attributes_and_links_are_passed_over(tmp_path: Path) -> None:
    link = "[lenke](https://example.org/x)"
    text = f'# K\n\n[Et **viktig** funn]{{.funn ref="f-1"}} med {link} til nettet\nog mer.\n'
    find = finder(tmp_path, text)
    assert line(find(para("Et viktig funn med lenke til nettet og mer."))) == 3


def test_words_after_a_reference_are_enough(tmp_path: Path) -> None:
    find = finder(tmp_path, "# K\n\nTekst.\n\n@fig-x viser at kommunene er ulike på dette feltet.\n")
    ref = {"t": "Span", "c": [["", ["kv-ref"], []], [{"t": "Str", "c": "Figur 1.1"}]]}
    assert line(find(para(ref, " viser at kommunene er ulike på dette feltet."))) == 5


def test_what_is_not_in_the_source_has_no_place(tmp_path: Path) -> None:
    find = finder(tmp_path, "# K\n\nTekst.\n")
    assert find(para("Dette står ikke noe sted i filen.")) is None
    assert find(para("!")) is None


def test_a_line_is_named_once_and_by_its_text(tmp_path: Path) -> None:
    book = books.make(tmp_path, "# K\n\nTekst.\n")
    places = Places(book.root)
    name = places.name("k.qmd", 3)
    assert name == f"_kv_{file_hash('k.qmd')}_3_{text_hash('  Tekst. ')}"
    assert places.name("k.qmd", 3) is None
    assert places.name("k.qmd", 99) is None and places.name("borte.qmd", 1) is None
    assert len(name) <= 40 and re.fullmatch(r"\w+", name)


def test_streams_hold_letters_with_their_lines() -> None:
    letters, lines = stream_of("Én, to!\n`{python} r.share('x')` tre\n")
    assert letters == plain("Én to tre") and lines == [1] * 4 + [2] * 3
