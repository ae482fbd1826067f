"""How a publication is cited: its own reference, that of the work it retells, BibTeX and RIS of both."""

from __future__ import annotations

import re
from pathlib import Path

from kvarto.html import cite
from kvarto.project import Book
from tests.kvarto.book import make
from tests.kvarto.html.publication import CONFIG


def references(folder: Path) -> tuple[Book, dict[str, cite.Reference]]:
    book = make(folder, config=CONFIG)
    return book, {one.name: one for one in cite.references(book)}


def test_a_book_that_is_no_publication_has_no_references(tmp_path: Path) -> None:
    assert cite.references(make(tmp_path)) == []


def test_text_in_the_book_s_style(tmp_path: Path) -> None:
    book, found = references(tmp_path)
    store: dict[str, bytes] = {}
    said = cite.texts(book, list(found.values()), store)
    assert set(said) == {"edition", "original"}
    assert "Nordmann" in said["original"] and "1999" in said["original"]
    assert "<em>" in said["original"] or "<i>" in said["original"]
    kept = dict(store)
    assert cite.texts(book, list(found.values()), store) == said and store == kept


def test_bibtex(tmp_path: Path) -> None:
    _, found = references(tmp_path)
    entry = cite.bibtex(found["original"].item)
    assert entry.startswith("@techreport{nordmann1999,\n")
    assert "author = {Nordmann, Kari and Østby, Ola}" in entry
    assert r"title = {{Kår \& vilkår: 100 \% sant}}" in entry
    assert "type = {PI-rapport}" in entry and "number = {1999:1}" in entry
    assert entry.count("{") == entry.count("}")
    edition = cite.bibtex(found["edition"].item)
    assert "author = {{Prøvelaget}}" in edition and "number = {0.2}" in edition
    assert "url = {https://eksempel.no/bok_1}" in edition


def test_ris(tmp_path: Path) -> None:
    _, found = references(tmp_path)
    rows = cite.ris(found["original"].item).split("\r\n")
    assert rows[0] == "TY  - RPRT" and rows[-2:] == ["ER  - ", ""]
    assert [r for r in rows if r.startswith("AU")] == ["AU  - Nordmann, Kari", "AU  - Østby, Ola"]
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", row) for row in rows[:-1])
    assert "DA  - 2026/11/22" in cite.ris(found["edition"].item)
