from pathlib import Path

import pytest

from kvarto import project
from kvarto.faults import EXIT_USAGE, Faults, KvartoError
from kvarto.project import plain_text, split_heading
from tests.kvarto.book import HEAD, make

BOOK = """project:
  type: book
  output-dir: ut
lang: nb-NO
metadata-files: [felles.yml]
language:
  crossref-ch-prefix: Kapittel
crossref:
  fig-title: Fig.
book:
  author: [Kari Nordmann, {name: Ola Hansen, affiliation: AFI, orcid: 0000-0002-1825-0097}]
  date: 2026-11-22
  chapters:
    - index.qmd
    - part: "Del I: *Rammer*"
      chapters: [a.qmd]
    - part: del.qmd
      chapters:
        - under/b.qmd
  appendices: [v.qmd, w.qmd]
toc: true
format:
  html: {toc: false}
  eget-typst: {papersize: a4}
"""


EXTENSION = """contributes:
  formats:
    common: {lof: true}
    typst: {papersize: a5, font-paths: [f]}
"""


def write(folder: Path) -> None:
    for name, text in {
        "_quarto.yml": BOOK,
        "felles.yml": "book:\n  title: En lang tittel\nserie: r1\n",
        "index.qmd": "# Forord {.unnumbered}\n",
        "a.qmd": "```\n# ikke\n```\n\nTittel\n======\n",
        "del.qmd": "# Del II {#sec-del}\n",
        "under/b.qmd": "---\ntitle: Fra *metadata*\n---\n\nTekst.\n",
        "v.qmd": "{{< include _v.qmd >}}\n",
        "_v.qmd": "# Skjema {#sec-v .x}\n",
        "w.qmd": "# W {-}\n",
        "_extensions/eget/_extension.yml": EXTENSION,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def test_a_book_is_read_whole(tmp_path: Path) -> None:
    write(tmp_path)
    book = project.load(tmp_path)
    assert [(c.id, c.kind, c.title_text, c.prefix, c.html) for c in book.chapters] == [
        ("index.qmd", "chapter", "Forord", "", "index.html"),
        ("part-1", "part", "Del I: Rammer", "", None),
        ("a.qmd", "chapter", "Tittel", "1", "a.html"),
        ("del.qmd", "part", "Del II", "", "del.html"),
        ("under/b.qmd", "chapter", "Fra metadata", "2", "under/b.html"),
        ("appendices", "appendix-divider", "Bilag", "", None),
        ("v.qmd", "chapter", "Skjema", "V1", "v.html"),
        ("w.qmd", "chapter", "W", "", "w.html"),
    ]
    assert book.title == "En lang tittel" and book.pdf_name == "En-lang-tittel.pdf"
    assert book.date_long == "22. november 2026"
    assert [(a.name, a.affiliations) for a in book.authors] == [
        ("Kari Nordmann", ()),
        ("Ola Hansen", ("AFI",)),
    ]
    assert book.authors[1].described(str.upper) == {
        "name": {"literal": "OLA HANSEN"},
        "affiliations": [{"name": "AFI"}],
        "orcid": "0000-0002-1825-0097",
        "email": "",
    }
    assert book.meta["serie"] == "r1" and book.output_dir == tmp_path / "ut"
    assert [(n.text, n.href, [c.text for c in n.children]) for n in book.nav][1:3] == [
        ("Del I: Rammer", None, ["Tittel"]),
        ("Del II", "del.html", ["Fra metadata"]),
    ]


def test_words_come_from_the_book_then_the_language(tmp_path: Path) -> None:
    write(tmp_path)
    book = project.load(tmp_path)
    assert book.word("crossref-ch-prefix") == "Kapittel"
    assert book.word("crossref-fig-title") == "Fig." and book.word("crossref-fig-prefix") == "Figur"
    assert book.word("crossref-apx-prefix") == "Bilag"
    assert book.language == {"crossref-ch-prefix": "Kapittel"}


def test_a_format_is_extension_then_book_then_its_own(tmp_path: Path) -> None:
    write(tmp_path)
    formats = project.load(tmp_path).formats
    assert formats["html"].options["toc"] is False
    typst = formats["typst"]
    assert typst.name == "eget-typst" and typst.extension is not None
    assert (
        typst.options["papersize"] == "a4" and typst.options["lof"] is True and typst.options["toc"] is True
    )
    assert typst.extension.folder == tmp_path / "_extensions/eget"


@pytest.mark.parametrize(
    ("old", "new", "line", "part"),
    [
        ("[index.qmd, k.qmd]", "[index.qmd, borte.qmd]", 14, "Kapittelet borte.qmd finnes ikke."),
        ("[index.qmd, k.qmd]", "[k.qmd]", 14, "mangler forsiden index.qmd"),
        ("[index.qmd, k.qmd]", "[index.qmd, k.qmd, k.qmd]", 14, "k.qmd står to ganger"),
        ("type: book", "type: website", 2, "bare bøker"),
        ("type: book", "type: book\n  pre-render: x.py", 3, "pre-render"),
        ("lang: nb-NO", "lang: nb-NO\nbibliography: borte.bib", 4, "borte.bib finnes ikke"),
        ("lang: nb-NO", "lang: nb-NO\ncsl: borte.csl", 4, "borte.csl finnes ikke"),
        ("lang: nb-NO", "lang: nb-NO\ntoc: kanskje", 4, "«toc» har feil type"),
        ("lang: nb-NO", "lang: nb-NO\nexecute:\n  echo: ja", 5, "«execute: echo» har feil type"),
    ],
)
def test_a_wrong_book_is_told_with_its_line(tmp_path: Path, old: str, new: str, line: int, part: str) -> None:
    make(tmp_path)
    (tmp_path / "_quarto.yml").write_text(HEAD.replace(old, new), encoding="utf-8")
    faults = Faults()
    project.load(tmp_path, faults)
    assert [(f.path, f.line, part in f.what) for f in faults.errors] == [("_quarto.yml", line, True)], (
        faults.report()
    )


@pytest.mark.parametrize(
    ("config", "front", "place", "part"),
    [
        ("filters: [min.lua]\n", "", "_quarto.yml:18", "«filters» støttes ikke"),
        ("include-before-body: x.html\n", "", "_quarto.yml:18", "«include-before-body» støttes ikke"),
        ("profile: {default: prod}\n", "", "_quarto.yml:18", "«profile» støttes ikke"),
        ("", "bibliography: a.bib", "k.qmd:2", "«bibliography» støttes ikke"),
        ("", "format: {html: {toc: false}}", "k.qmd:2", "«format» støttes ikke"),
        ("", "abstract: Kort", "k.qmd:2", "«abstract» støttes ikke"),
        ("", "engine: knitr", "k.qmd:2", "Motoren «knitr» støttes ikke"),
        ("from: markdown+emoji\n", "", "_quarto.yml:18", "«from» støttes ikke"),
        ("number-offset: 3\n", "", "_quarto.yml:18", "«number-offset» støttes ikke"),
        ("", "shift-heading-level-by: 1", "k.qmd:2", "«shift-heading-level-by» støttes ikke"),
        ("", "lang: en", "k.qmd:2", "et annet språk enn boken: en"),
    ],
)
def test_keys_that_would_lose_content_are_refused(
    tmp_path: Path, config: str, front: str, place: str, part: str
) -> None:
    make(tmp_path)
    (tmp_path / "_quarto.yml").write_text(HEAD + config, encoding="utf-8")
    (tmp_path / "k.qmd").write_text(f"---\n{front}\n---\n\n# K\n" if front else "# K\n", encoding="utf-8")
    faults = Faults()
    project.load(tmp_path, faults)
    assert [(f.place, part in f.what) for f in faults.errors] == [(place, True)], faults.report()


def test_settings_that_change_nothing_pass(tmp_path: Path) -> None:
    make(tmp_path, "---\nlang: nb-NO\n---\n\n# K\n", HEAD + "from: markdown\n")
    faults = Faults()
    project.load(tmp_path, faults)
    assert not faults.errors, faults.report()


def test_metadata_of_a_folder_reaches_its_chapters(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "under/_metadata.yml").write_text("execute:\n  echo: false\nserie: r2\n", encoding="utf-8")
    book = project.load(tmp_path)
    assert book.chapter("under/b.qmd").front["execute"] == {"echo": False}
    assert "serie" not in book.chapter("a.qmd").front


def test_front_matter_never_closed_is_a_fault(tmp_path: Path) -> None:
    make(tmp_path)
    (tmp_path / "k.qmd").write_text("---\ntitle: K\n\nTekst.\n", encoding="utf-8")
    faults = Faults()
    project.load(tmp_path, faults)
    assert [f.place for f in faults.errors] == ["k.qmd:1"] and "ikke lukket" in faults.errors[0].what


def test_no_book_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(KvartoError) as caught:
        project.find_root(tmp_path)
    assert caught.value.exit_code == EXIT_USAGE


def test_the_root_is_found_from_below(tmp_path: Path) -> None:
    write(tmp_path)
    assert project.find_root(tmp_path / "under") == tmp_path.resolve()


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("# Tittel", ("Tittel", None, [])),
        ("# Tittel {#sec-a .unnumbered}", ("Tittel", "sec-a", ["unnumbered"])),
        ("# Tittel {-}", ("Tittel", None, ["unnumbered"])),
        ("# Tittel {#sec-a.b} #", ("Tittel", "sec-a.b", [])),
        ("# Sett {a, b}", ("Sett {a, b}", None, [])),
    ],
)
def test_headings_are_split(row: str, expected: tuple[str, str | None, list[str]]) -> None:
    assert split_heading(row) == expected


def test_plain_text_of_a_title() -> None:
    assert (
        plain_text("*Mål* og `kode` i [NAV](x.qmd)^[note], snake_case og A\\&B")
        == "Mål og kode i NAV, snake_case og A&B"
    )
