"""The book as its `_quarto.yml` and its chapters' first lines describe it.

    book = load(Path("…"))                 # KvartoError if there is no book or its YAML is broken
    book.title, book.lang, book.word("crossref-fig-title")
    for chapter in book.chapters:          # flat, in reading order; kinds chapter, part, appendix-divider
        chapter.id, chapter.html, chapter.prefix, chapter.numbered
    book.formats["html"].options           # merged: extension < _quarto.yml < format
    book.formats["typst"].extension        # folder with template-partials, fonts; None for plain `typst`
    book.nav                               # the menu as a tree

Rules that other modules may lean on:
- `chapter.id` is unique and is the key of every dict of chapters: the source path relative to the root
  (`under/b.qmd`), `part-N` for a part that is only a title, `appendices` for the divider.
- `chapter.title_from_meta`: the source has no level-1 heading of its own (it gave `title:`, or nothing), so
  whoever builds the structure writes one. Parts given by title and the divider have no source and no page.
- `chapter.numbered` and `chapter.number` are decided here (the heading's class `unnumbered`; parts never have
  numbers) and writers obey. Chapters count 1, 2, …; appendices count 1, 2, … by themselves.
- `chapter.prefix` goes before the dot in «1.2» and «V1.2»; it is "" when unnumbered.
- Words under `language:` win over the defaults of `lang`; keys of `crossref:` (`fig-title`, `tbl-prefix`, …)
  win over both: ask `book.word("crossref-fig-title")`, never a table.
- Paths given in `_quarto.yml` are absolute here.
"""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

from kvarto import publication, schema, yamlio
from kvarto.faults import Faults, KvartoError
from kvarto.project.authors import Author, authors_of
from kvarto.project.chapters import contents
from kvarto.project.config import CONFIG, as_list, find_root, merge, read, read_text, text_of
from kvarto.project.formats import formats
from kvarto.project.frontmatter import front_matter
from kvarto.project.headings import plain_text, split_heading
from kvarto.project.model import Book, Chapter, Extension, Format, NavItem
from kvarto.words import words_for

__all__ = [
    "CONFIG",
    "Author",
    "Book",
    "Chapter",
    "Extension",
    "Format",
    "NavItem",
    "authors_of",
    "find_root",
    "front_matter",
    "load",
    "merge",
    "plain_text",
    "read_text",
    "split_heading",
]


def load(root: Path, faults: Faults | None = None) -> Book:
    """Read `_quarto.yml`, `_variables.yml`, the extensions it names and the chapters' front matter.

    With `faults`, mistakes that leave a usable book (a wrong type, a missing chapter) are recorded there;
    without it the first pass raises KvartoError with all of them.
    """
    found = Faults() if faults is None else faults
    root = root.resolve()
    doc = read(root)
    data = doc.data
    schema.check_project(doc, found)
    publication.check(doc, found)
    book_data = data.get("book") if isinstance(data.get("book"), dict) else {}
    lang = str(data.get("lang") or "en")
    crossref = data.get("crossref") if isinstance(data.get("crossref"), dict) else {}
    words = words_for(lang)
    language = _language(root, data.get("language"), doc, found)
    words.update(language)
    for key, value in crossref.items():
        if re.fullmatch(
            r"(fig|tbl|lst|eq|sec|ch|apx|nte|wrn|tip|imp|cau|thm|lof|lot|lol)-(title|prefix)", key
        ):
            words[f"crossref-{key}"] = str(value)
    chapters, nav = contents(root, book_data, doc, words, found)
    title = text_of(book_data.get("title") or data.get("title"))
    project = data.get("project") if isinstance(data.get("project"), dict) else {}
    book = Book(
        root=root,
        output_dir=root / str(project.get("output-dir") or "_book"),
        title=title,
        subtitle=text_of(book_data.get("subtitle")),
        authors=authors_of(book_data.get("author", data.get("author"))),
        date=_date(book_data.get("date", data.get("date"))),
        lang=lang,
        words=words,
        language=language,
        chapters=chapters,
        nav=nav,
        formats=formats(root, data, doc, found),
        bibliography=_bibliography(root, data, doc, found),
        csl=(root / str(data["csl"])) if data.get("csl") else None,
        crossref=crossref,
        execute=data.get("execute") if isinstance(data.get("execute"), dict) else {},
        meta=data,
        variables=_variables(root),
        doc=doc,
        stem=_stem(str(book_data.get("output-file") or title or "bok")),
        resources=[str(r) for r in as_list(project.get("resources"))],
    )
    for chapter in chapters:
        own = chapter.front.get("lang")
        if own and str(own) != book.lang:
            found.add(
                chapter.id,
                chapter.front_lines.get(("lang",)),
                f"Kapittelet har et annet språk enn boken: {own}.",
                f"Bokens språk er {book.lang}; ordene og numrene settes i det.",
                "Fjern lang:. Merk tekst på andre språk slik: [tekst]{lang=en}.",
                kind="unsupported",
            )
    if book.csl and not book.csl.is_file():
        found.add(
            CONFIG,
            doc.line("csl"),
            f"CSL-filen {data['csl']} finnes ikke.",
            fix="Rett stien etter csl:.",
            kind="missing-file",
        )
    if faults is None and found.errors:
        raise KvartoError(found.errors)
    return book


def _language(root: Path, value: Any, doc: yamlio.Doc, faults: Faults) -> dict[str, str]:
    if isinstance(value, str):
        path = root / value
        if not path.is_file():
            faults.add(CONFIG, doc.line("language"), f"Språkfilen {value} finnes ikke.", kind="missing-file")
            return {}
        value = yamlio.loads(read_text(path, value), str(value)).data
    return (
        {str(k): str(v) for k, v in value.items() if not isinstance(v, dict)}
        if isinstance(value, dict)
        else {}
    )


def _date(value: Any) -> str:
    text = text_of(value)
    return datetime.date.today().isoformat() if text in ("today", "now") else text


def _stem(name: str) -> str:
    name = name.removesuffix(".pdf")
    return re.sub(r'[/\\:*?"<>|]', "", re.sub(r"\s+", "-", name.strip())) or "bok"


def _variables(root: Path) -> dict[str, Any]:
    path = root / "_variables.yml"
    if not path.is_file():
        return {}
    data = yamlio.loads(read_text(path, path.name), path.name).data
    return data if isinstance(data, dict) else {}


def _bibliography(root: Path, data: dict[str, Any], doc: yamlio.Doc, faults: Faults) -> list[Path]:
    out = []
    for name in as_list(data.get("bibliography")):
        path = root / str(name)
        if not path.is_file():
            faults.add(
                CONFIG,
                doc.line("bibliography"),
                f"Referansefilen {name} finnes ikke.",
                fix="Rett stien etter bibliography:.",
                kind="missing-file",
            )
        else:
            out.append(path)
    return out
