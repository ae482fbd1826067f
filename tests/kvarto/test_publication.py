"""`publication:` is read, checked with file and line, and its open places are listed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from kvarto import cli, project, publication
from kvarto.faults import Faults
from tests.kvarto import book as books

ROOT = Path(__file__).parents[2]
GOOD = (ROOT / "publication.yml").read_text(encoding="utf-8")
HEAD = re.sub(r"  (title|author|date):.*\n", "", books.HEAD).replace(
    "lang: nb-NO\n", "lang: nb-NO\nmetadata-files: [publication.yml]\n"
)


def load(folder: Path, text: str) -> tuple[project.Book, Faults]:
    """A small book with this publication.yml."""
    folder.mkdir(exist_ok=True)
    (folder / "_quarto.yml").write_text(HEAD, encoding="utf-8")
    (folder / "publication.yml").write_text(text, encoding="utf-8")
    for name in ("index.qmd", "k.qmd"):
        (folder / name).write_text("# K\n", encoding="utf-8")
    faults = Faults()
    return project.load(folder, faults), faults


def test_the_books_own_file_is_good_and_read_whole(tmp_path: Path) -> None:
    book, faults = load(tmp_path, GOOD)
    assert not faults.errors, faults.report()
    facts = publication.of(book)
    assert facts is not None and facts.original is not None
    data: dict[str, Any] = yaml.safe_load(GOOD)["publication"]
    assert facts.edition == data["edition"] and facts.keywords == tuple(data["keywords"])
    assert facts.original.authors[0] == publication.Person("Knut", "Fossestøl")
    assert (facts.licence.code, facts.licence.text) == ("MIT", "CC BY 4.0")
    assert "r2016:02" in facts.kind and facts.isbn is None


def test_a_book_without_the_key_is_none(tmp_path: Path) -> None:
    book = books.make(tmp_path)
    assert publication.of(book) is None and not len(publication.unset(book))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  edition:", "  editon:", "Ukjent nøkkel «publication: editon»"),
        ("    client:", "    klient:", "Ukjent nøkkel «publication: original: klient»"),
        ("isbn: null", "isbn: 978-82-7609-001-1", "ISBN"),
        ("issn: null", "issn: 0378-5956", "ISSN"),
        ("doi: null", "doi: https://doi.org/10.1/x", "DOI"),
        ("  url: null", "  url: storby.no", "nettadresse"),
        ("contact: null", "contact: ring oss", "e-postadresse"),
        ("series: null", "series: [a]", "feil type"),
        ("date: 2026-11-22", "date: 2026-11-31", "ingen dato"),
        ("date: 2026-11-22", "date: today", "ingen dato"),
        ("language: nb-NO", "language: nn-NO", "bokens lang: er nb-NO"),
        ("{given: Elin, family: Borg}", "{given: Elin, family: Bork}", "Elin Bork står i authors"),
        ("{given: Elin, family: Borg}", "Elin Borg", "noe annet enn en person"),
        ("keywords: [NAV", "keywords: NAV # [", "liste av tekster"),
        ("    code: MIT", "    code: null", "«publication: licence: code» mangler"),
        ('year: "2016"', "year: i fjor", "årstall"),
        ('title: "Betingelser for sosialt arbeid i NAV"\n  sub', "sub", "«book: title» mangler"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert GOOD.count(old) == 1
    text = GOOD.replace(old, new)
    _, faults = load(tmp_path, text)
    told = [f for f in faults.errors if said in f.what + f.why]
    assert told, faults.report()
    # What is missing under book: is told at publication:, which asks for it.
    at = text.index("\npublication:") + 1 if "book:" in said else GOOD.index(old)
    assert (told[0].path, told[0].line) == ("publication.yml", text[:at].count("\n") + 1)


def test_good_numbers_pass(tmp_path: Path) -> None:
    text = (
        GOOD.replace("isbn: null", "isbn: 978-82-02-24567-2")
        .replace("issn: null", "issn: 0378-5955")
        .replace("doi: null", "doi: 10.1234/storby.1")
        .replace("  url: null", "  url: https://storby.example.no/nav/")
        .replace("contact: null", "contact: post@example.no")
        .replace("series: null", "series: Notater 1")
        .replace("repository: null", "repository: https://example.org/storby")
    )
    book, faults = load(tmp_path, text)
    assert not faults.errors, faults.report()
    assert not len(publication.unset(book))


def test_open_places_are_listed_where_they_can_be_filled(tmp_path: Path) -> None:
    book, _ = load(tmp_path, GOOD)
    notes = list(publication.unset(book))
    assert {n.what.split("»")[0].split(": ")[1] for n in notes} == {
        "contact", "url", "repository", "series", "isbn", "issn", "doi"
    }  # fmt: skip
    for note in notes:
        assert note.severity == "note"
        assert note.line is not None and "null" in GOOD.splitlines()[note.line - 1]


def test_check_lists_them_and_is_still_content(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load(tmp_path, GOOD)
    assert cli.main(["check", str(tmp_path)]) == 0
    told = capsys.readouterr().err
    assert "«ikke oppgitt»" in told and re.search(r"publication\.yml:\d+: «publication: isbn»", told)


def test_every_key_is_documented() -> None:
    text = (ROOT / "docs" / "publikasjon.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"`([a-z-]+)`", "\n".join(r for r in text.splitlines() if r.startswith("| `"))))
    assert {path[-1] for path in publication.FIELDS} <= shown
