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
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kvarto import publication, schema, yamlio
from kvarto.faults import EXIT_USAGE, Fault, Faults, KvartoError
from kvarto.words import MONTHS_NB, words_for

CONFIG = "_quarto.yml"


@dataclass(frozen=True)
class Author:
    """A person; `affiliations` are plain names."""

    name: str
    affiliations: tuple[str, ...] = ()
    orcid: str | None = None
    email: str | None = None

    def described(self, words: Callable[[str], str] = str) -> dict[str, Any]:
        """As Quarto hands an author to templates (`by-author`); `words` makes a text one of the format."""
        return {
            "name": {"literal": words(self.name)},
            "affiliations": [{"name": words(place)} for place in self.affiliations],
            "orcid": words(self.orcid or ""),
            "email": words(self.email or ""),
        }


@dataclass(frozen=True)
class Extension:
    """A Quarto format extension: its folder, its parsed `_extension.yml`, and what it says of the format.

    `contributes` is the merged metadata for this base format (`common` < `html`/`typst`/`docx`), with
    `template-partials`, `font-paths`, `filters`, `theme`, … relative to `folder`.
    """

    name: str
    folder: Path
    data: dict[str, Any]
    contributes: dict[str, Any]


@dataclass(frozen=True)
class Format:
    """An output format of the book: `base` is `html`, `typst` or `docx`; `name` as written (`storby-typst`).

    `options` are merged: the extension's, then top-level keys of `_quarto.yml`, then the format's own.
    """

    name: str
    base: str
    options: dict[str, Any]
    extension: Extension | None = None


@dataclass
class Chapter:
    """One item of the book, in order. See the module's rules."""

    id: str
    kind: str
    title: str
    source: Path | None = None
    html: str | None = None
    title_text: str = ""
    heading_id: str | None = None
    title_from_meta: bool = False
    numbered: bool = False
    number: int | None = None
    appendix: bool = False
    depth: int = 0
    front: dict[str, Any] = field(default_factory=dict)
    front_lines: dict[tuple[str | int, ...], int] = field(default_factory=dict)
    body_line: int = 1

    @property
    def path(self) -> str | None:
        """The source relative to the root, with slashes; None without source."""
        return self.id if self.source else None

    @property
    def prefix(self) -> str:
        """What stands before the dot in numbers: «1», «V1», or "" when unnumbered."""
        if self.number is None:
            return ""
        return f"V{self.number}" if self.appendix else str(self.number)


@dataclass
class NavItem:
    """A line of the menu: `href` is None for a group without a page; `number` is «1» or ""."""

    text: str
    href: str | None
    chapter: Chapter
    number: str = ""
    children: list[NavItem] = field(default_factory=list)


@dataclass
class Book:
    """Everything said about the book before any chapter is run. See the module's docstring."""

    root: Path
    output_dir: Path
    title: str
    subtitle: str
    authors: list[Author]
    date: str
    lang: str
    words: dict[str, str]
    language: dict[str, str]
    chapters: list[Chapter]
    nav: list[NavItem]
    formats: dict[str, Format]
    bibliography: list[Path]
    csl: Path | None
    crossref: dict[str, Any]
    execute: dict[str, Any]
    meta: dict[str, Any]
    variables: dict[str, Any]
    doc: yamlio.Doc
    stem: str
    resources: list[str] = field(default_factory=list)

    def word(self, key: str, default: str = "") -> str:
        """A word the book prints; keys as in Quarto's `language:`."""
        return self.words.get(key, default)

    def chapter(self, ident: str) -> Chapter:
        """The chapter with this id."""
        return next(c for c in self.chapters if c.id == ident)

    @property
    def pdf_name(self) -> str:
        """The name of the PDF in the output folder."""
        return f"{self.stem}.pdf"

    @property
    def docx_name(self) -> str:
        """The name of the Word file in the output folder."""
        return f"{self.stem}.docx"

    @property
    def sources(self) -> list[Chapter]:
        """Chapters (and parts) that have a source file and a page."""
        return [c for c in self.chapters if c.source]

    @property
    def cache(self) -> Path:
        """Where kvarto keeps what it may reuse; safe to delete."""
        return self.root / ".kvarto"

    @property
    def date_long(self) -> str:
        """The book's date as it is read."""
        return self.long(self.date)

    def long(self, date: str) -> str:
        """A date as it is read («22. november 2026»), or as written when it is no ISO date."""
        m = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", date)
        if not m or not 1 <= int(m[2]) <= 12:
            return date
        if self.lang.split("-")[0] in ("nb", "no", "nn"):
            return f"{int(m[3])}. {MONTHS_NB[int(m[2]) - 1]} {m[1]}"
        return datetime.date(int(m[1]), int(m[2]), int(m[3])).strftime("%B %-d, %Y")

    def line(self, *keys: str | int) -> int | None:
        """The line of a key in `_quarto.yml`, for faults."""
        return self.doc.line(*keys)


def find_root(start: Path) -> Path:
    """The folder of `_quarto.yml` at or above `start`; KvartoError (exit 2) when there is none."""
    start = start.resolve()
    for folder in [start, *start.parents] if start.is_dir() else start.parents:
        if (folder / CONFIG).is_file():
            return folder
    raise KvartoError(
        Fault(
            None,
            None,
            f"Fant ingen bok: {start} har ingen {CONFIG}, og ingen mappe over den heller.",
            fix="Gå til bokens mappe, eller oppgi den: kvarto render MAPPE",
            kind="no-book",
        ),
        EXIT_USAGE,
    )


def load(root: Path, faults: Faults | None = None) -> Book:
    """Read `_quarto.yml`, `_variables.yml`, the extensions it names and the chapters' front matter.

    With `faults`, mistakes that leave a usable book (a wrong type, a missing chapter) are recorded there;
    without it the first pass raises KvartoError with all of them.
    """
    found = Faults() if faults is None else faults
    root = root.resolve()
    doc = _config(root)
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
    chapters, nav = _chapters(root, book_data, doc, words, found)
    title = _plain(book_data.get("title") or data.get("title"))
    project = data.get("project") if isinstance(data.get("project"), dict) else {}
    book = Book(
        root=root,
        output_dir=root / str(project.get("output-dir") or "_book"),
        title=title,
        subtitle=_plain(book_data.get("subtitle")),
        authors=authors_of(book_data.get("author", data.get("author"))),
        date=_date(book_data.get("date", data.get("date"))),
        lang=lang,
        words=words,
        language=language,
        chapters=chapters,
        nav=nav,
        formats=_formats(root, data, doc, found),
        bibliography=_bibliography(root, data, doc, found),
        csl=(root / str(data["csl"])) if data.get("csl") else None,
        crossref=crossref,
        execute=data.get("execute") if isinstance(data.get("execute"), dict) else {},
        meta=data,
        variables=_variables(root),
        doc=doc,
        stem=_stem(str(book_data.get("output-file") or title or "bok")),
        resources=[str(r) for r in _as_list(project.get("resources"))],
    )
    for chapter in chapters:
        own = chapter.front.get("lang")
        if own and str(own) != book.lang:
            found.add(
                chapter.id,
                chapter.front_lines.get(("lang",)),
                f"Kapittelet har et annet språk enn boken: {own}.",
                f"Bokens språk er {book.lang}; ordene og numrene settes i det.",
                "Fjern lang:. Merk tekst på andre språk slik: [text]{lang=en}.",
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


def _config(root: Path) -> yamlio.Doc:
    path = root / CONFIG
    if not path.is_file():
        raise KvartoError(
            Fault(
                None,
                None,
                f"Fant ingen {CONFIG} i {root}.",
                fix="Oppgi bokens mappe: kvarto render MAPPE",
                kind="no-book",
            ),
            EXIT_USAGE,
        )
    doc = yamlio.loads(read_text(path, CONFIG), CONFIG)
    if not isinstance(doc.data, dict):
        raise KvartoError(
            Fault(
                CONFIG,
                1,
                f"{CONFIG} er tom eller ikke en liste av nøkler.",
                fix="Den minste boken har project:, book: og format:.",
                kind="yaml",
            )
        )
    for i, name in enumerate(_as_list(doc.data.get("metadata-files"))):
        extra = root / str(name)
        if not extra.is_file():
            raise KvartoError(
                Fault(
                    CONFIG,
                    doc.line("metadata-files", i),
                    f"Metadatafilen {name} finnes ikke.",
                    fix="Rett stien under metadata-files:.",
                    kind="missing-file",
                )
            )
        more = yamlio.loads(read_text(extra, str(name)), str(name))
        if isinstance(more.data, dict):
            doc.data = merge(more.data, doc.data)
            doc.others.append(more)
    return doc


def read_text(path: Path, shown: str) -> str:
    """A file's text. Raises KvartoError (the file as `shown`) when it is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as exc:
        raise KvartoError(
            Fault(
                shown,
                None,
                "Filen er ikke lagret som UTF-8.",
                f"Byte {exc.start} kan ikke leses.",
                "Lagre filen på nytt med koding UTF-8.",
                kind="encoding",
            )
        ) from exc


def merge(base: Any, over: Any) -> Any:
    """`over` on top of `base`: mappings are merged key by key, anything else is replaced."""
    if isinstance(base, dict) and isinstance(over, dict):
        out = dict(base)
        for key, value in over.items():
            out[key] = merge(out[key], value) if key in out else value
        return out
    return over


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


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


def authors_of(value: Any) -> list[Author]:
    """The authors that `author:` names: text, a list, mappings."""
    out = []
    for item in _as_list(value):
        if isinstance(item, dict):
            name = item.get("name")
            if isinstance(name, dict):
                name = name.get("literal") or " ".join(str(name[k]) for k in ("given", "family") if k in name)
            places = [
                str(a.get("name", "")) if isinstance(a, dict) else str(a)
                for a in _as_list(item.get("affiliation", item.get("affiliations")))
            ]
            out.append(Author(_plain(name), tuple(places), item.get("orcid"), item.get("email")))
        else:
            out.append(Author(str(item)))
    return out


def _date(value: Any) -> str:
    text = _plain(value)
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
    for name in _as_list(data.get("bibliography")):
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


# --- formats and extensions -------------------------------------------------------------------------------

_NOT_METADATA = {
    "project",
    "book",
    "format",
    "execute",
    "language",
    "metadata-files",
    "jupyter",
    "engine",
    "website",
}


def _formats(root: Path, data: dict[str, Any], doc: yamlio.Doc, faults: Faults) -> dict[str, Format]:
    raw = data.get("format")
    if isinstance(raw, str):
        raw = {raw: {}}
    elif isinstance(raw, list):
        raw = {str(k): {} for k in raw}
    elif not isinstance(raw, dict):
        raw = {"html": {}}
    top = {k: v for k, v in data.items() if k not in _NOT_METADATA}
    out: dict[str, Format] = {}
    for name, own in raw.items():
        own = own if isinstance(own, dict) else {}
        ext_name, _, base = name.rpartition("-")
        base = base.split("+")[0]
        if base == "pdf" and not ext_name:
            faults.add(
                CONFIG,
                doc.line("format", name),
                "Formatet pdf (LaTeX) støttes ikke.",
                fix="Bruk typst eller et typst-format fra en utvidelse.",
                kind="unsupported",
            )
            continue
        if base not in ("html", "typst", "docx"):
            continue  # others are Quarto's to write; `--to` names what kvarto writes
        if base in out:
            faults.add(
                CONFIG,
                doc.line("format", name),
                f"Boken har to {base}-formater: {out[base].name} og {name}.",
                fix="Behold ett.",
                kind="unsupported",
            )
            continue
        extension = _extension(root, ext_name, base, doc, name, faults) if ext_name else None
        options = merge(merge(extension.contributes if extension else {}, top), own)
        out[base] = Format(name, base, options, extension)
    return out


def _extension(
    root: Path, name: str, base: str, doc: yamlio.Doc, fmt: str, faults: Faults
) -> Extension | None:
    """`_extensions/NAME` or `_extensions/OWNER/NAME`; None when absent (the PDF step says so)."""
    home = root / "_extensions"
    for folder in [home / name, *sorted(home.glob(f"*/{name}"))]:
        for file in ("_extension.yml", "_extension.yaml"):
            if (folder / file).is_file():
                shown = (folder / file).relative_to(root).as_posix()
                data = yamlio.loads(read_text(folder / file, shown), shown).data or {}
                contributed = (data.get("contributes") or {}).get("formats") or {}
                if base not in contributed and "common" not in contributed:
                    faults.add(
                        CONFIG,
                        doc.line("format", fmt),
                        f"Utvidelsen {name} har ikke noe format {base}.",
                        fix=f"Se contributes: formats: i {shown}.",
                        kind="missing-extension",
                    )
                return Extension(
                    name, folder, data, merge(contributed.get("common") or {}, contributed.get(base) or {})
                )
    return None


# --- chapters ---------------------------------------------------------------------------------------------


def _chapters(
    root: Path, book: dict[str, Any], doc: yamlio.Doc, words: dict[str, str], faults: Faults
) -> tuple[list[Chapter], list[NavItem]]:
    chapters: list[Chapter] = []
    nav: list[NavItem] = []
    seen: dict[str, int | None] = {}
    counters = {False: 0, True: 0}

    def add(
        name: Any, keys: tuple[str | int, ...], into: list[NavItem], kind: str, appendix: bool, depth: int
    ) -> NavItem | None:
        line = doc.line(*keys)
        chapter = _chapter_file(root, str(name), line, kind, faults)
        if chapter is None:
            return None
        if chapter.id in seen:
            faults.add(
                CONFIG,
                line,
                f"Kapittelet {name} står to ganger (også på linje {seen[chapter.id]}).",
                fix="Behold det ene.",
                kind="chapters",
            )
            return None
        seen[chapter.id] = line
        chapter.appendix, chapter.depth = appendix, depth
        if kind == "part":
            chapter.numbered = False
        if chapter.numbered:
            counters[appendix] += 1
            chapter.number = counters[appendix]
        chapters.append(chapter)
        item = NavItem(chapter.title_text, chapter.html, chapter, str(chapter.number or ""))
        into.append(item)
        return item

    def each(
        items: Any, keys: tuple[str | int, ...], into: list[NavItem], appendix: bool, depth: int
    ) -> None:
        for i, entry in enumerate(_as_list(items)):
            at = (*keys, i)
            if isinstance(entry, dict) and "part" in entry:
                name = str(entry["part"])
                group: NavItem | None
                if re.search(r"\.(qmd|md)$", name):
                    group = add(name, (*at, "part"), into, "part", appendix, depth)
                else:
                    part = Chapter(
                        f"part-{sum(c.kind == 'part' for c in chapters) + 1}",
                        "part",
                        name,
                        title_text=plain_text(name),
                        appendix=appendix,
                        depth=depth,
                    )
                    chapters.append(part)
                    group = NavItem(part.title_text, None, part)
                    into.append(group)
                each(
                    entry.get("chapters"),
                    (*at, "chapters"),
                    group.children if group else into,
                    appendix,
                    depth + 1,
                )
            elif isinstance(entry, dict) and ("file" in entry or "href" in entry):
                add(entry.get("file") or entry.get("href"), at, into, "chapter", appendix, depth)
            elif isinstance(entry, str):
                add(entry, at, into, "chapter", appendix, depth)
            else:
                faults.add(
                    CONFIG,
                    doc.line(*at),
                    "Dette er verken et kapittel eller en del.",
                    f"Leste: {entry!r}",
                    "Skriv en fil (kap1.qmd) eller part: med chapters:.",
                    kind="chapters",
                )

    each(book.get("chapters"), ("book", "chapters"), nav, False, 0)
    # Quarto takes `references:` as a last chapter of its own.
    if isinstance(book.get("references"), str):
        add(book["references"], ("book", "references"), nav, "chapter", False, 0)
    if book.get("appendices"):
        word = words.get("section-title-appendices", "Appendices")
        divider = Chapter("appendices", "appendix-divider", word, title_text=plain_text(word), appendix=True)
        chapters.append(divider)
        group = NavItem(divider.title_text, None, divider)
        nav.append(group)
        each(book.get("appendices"), ("book", "appendices"), group.children, True, 1)
    if not any(c.source and c.id in ("index.qmd", "index.md") for c in chapters) and book.get("chapters"):
        faults.add(
            CONFIG,
            doc.line("book", "chapters"),
            "Boken mangler forsiden index.qmd.",
            fix="Legg index.qmd først under book: chapters:.",
            kind="chapters",
        )
    return chapters, nav


def _chapter_file(root: Path, name: str, line: int | None, kind: str, faults: Faults) -> Chapter | None:
    path = (root / name.lstrip("/")).resolve()
    if not path.is_file():
        faults.add(
            CONFIG,
            line,
            f"Kapittelet {name} finnes ikke.",
            f"Lette etter {name} i bokens mappe.",
            "Rett navnet under chapters:, eller lag filen.",
            kind="missing-chapter",
        )
        return None
    if not path.is_relative_to(root):
        faults.add(
            CONFIG,
            line,
            f"Kapittelet {name} ligger utenfor boken.",
            fix="Flytt filen inn i bokens mappe.",
            kind="missing-chapter",
        )
        return None
    if path.suffix not in (".qmd", ".md"):
        faults.add(
            CONFIG,
            line,
            f"Kapittelet {name} er ikke en .qmd- eller .md-fil.",
            fix="Notatbøker (.ipynb) og andre kapitler støttes ikke.",
            kind="unsupported",
        )
        return None
    ident = path.relative_to(root).as_posix()
    try:
        text = read_text(path, ident)
        front, body_line = front_matter(text, ident)
    except KvartoError as exc:
        faults.extend(exc.faults)
        return Chapter(
            ident, kind, path.stem, path, str(Path(ident).with_suffix(".html")), path.stem, numbered=True
        )
    schema.check_front(front, ident, faults)
    data = merge(_folder_metadata(root, path, faults), front.data if isinstance(front.data, dict) else {})
    heading = (
        f"# {data['title']}"
        if data.get("title")
        else _first_heading(text.splitlines()[body_line - 1 :], path, root)
    )
    title, ident_attr, classes = split_heading(heading) if heading else (path.stem, None, [])
    return Chapter(
        id=ident,
        kind=kind,
        title=title,
        source=path,
        html=str(Path(ident).with_suffix(".html").as_posix()),
        title_text=plain_text(title),
        heading_id=ident_attr,
        title_from_meta=bool(data.get("title")) or not heading,
        numbered="unnumbered" not in classes,
        front=data,
        front_lines=front.lines,
        body_line=body_line,
    )


def _folder_metadata(root: Path, path: Path, faults: Faults) -> dict[str, Any]:
    """What `_metadata.yml` in the folders down to a chapter says of it."""
    data: dict[str, Any] = {}
    for folder in reversed([f for f in path.parents if f.is_relative_to(root)]):
        file = folder / "_metadata.yml"
        if file.is_file():
            shown = file.relative_to(root).as_posix()
            try:
                doc = yamlio.loads(read_text(file, shown), shown)
            except KvartoError as exc:
                faults.extend(exc.faults)
                continue
            if isinstance(doc.data, dict):
                schema.check_front(doc, shown, faults)
                data = merge(data, doc.data)
    return data


def front_matter(text: str, path: str) -> tuple[yamlio.Doc, int]:
    """The YAML block at the top of a file, and the 1-based line where the text after it begins."""
    lines = text.split("\n")
    if not lines or lines[0].rstrip() != "---":
        return yamlio.Doc({}, {}, path), 1
    for i, row in enumerate(lines[1:], 1):
        if row.rstrip() in ("---", "..."):
            doc = yamlio.loads("\n".join(lines[1:i]), path, 2)
            if doc.data is None:
                doc.data = {}
            if not isinstance(doc.data, dict):
                raise KvartoError(
                    Fault(
                        path,
                        1,
                        "Metadata øverst i filen er ikke nøkler med verdier.",
                        fix="Skriv for eksempel title: Tittel mellom linjene med ---.",
                        kind="yaml",
                    )
                )
            return doc, i + 2
    raise KvartoError(
        Fault(
            path,
            1,
            "Metadata øverst i filen er ikke lukket.",
            fix="Avslutt blokken med en linje ---.",
            kind="yaml",
        )
    )


_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_INCLUDE = re.compile(r"^\s*\{\{<\s+include\s+(\S+)\s+>\}\}\s*$")


def _outside_code(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Pairs (line, next line) that are not inside fenced code."""
    fence = ""
    for i, row in enumerate(lines):
        m = _FENCE.match(row)
        if fence:
            if m and m[1].startswith(fence) and not row.strip().strip(fence[0]):
                fence = ""
            continue
        if m:
            fence = m[1]
            continue
        yield row, lines[i + 1] if i + 1 < len(lines) else ""


def _first_heading(lines: list[str], path: Path, root: Path, depth: int = 0) -> str | None:
    """The first level-1 heading as an ATX line, looked for in included files too."""
    for row, after in _outside_code(lines):
        if re.match(r"^#\s+\S", row):
            return row
        if row.strip() and re.fullmatch(r"=+\s*", after) and not row.startswith((" ", "\t", ":", "#")):
            return f"# {row.strip()}"
        m = _INCLUDE.match(row)
        if m and depth < 10:
            # Quarto reads every include from the chapter's folder, also inside an included file.
            target = root / m[1].lstrip("/") if m[1].startswith("/") else path.parent / m[1]
            if target.is_file():
                found = _first_heading(
                    target.read_text(encoding="utf-8-sig", errors="replace").splitlines(),
                    path,
                    root,
                    depth + 1,
                )
                if found:
                    return found
    return None


def split_heading(row: str) -> tuple[str, str | None, list[str]]:
    """`# Title {#id .class}` as (title, id, classes)."""
    text = re.sub(r"\s+#+\s*$", "", row.lstrip("#").strip())
    m = re.search(r"\s*\{([^{}<>]*)\}\s*$", text)
    if not m or not re.match(r"\s*(#|\.|-\s*$|-\s|\w[\w-]*=)", m[1]):
        return text, None, []
    tokens = re.findall(r"#[^\s#.}]+(?:\.[^\s}]+)?|\.[\w-]+|(?<!\S)-(?!\S)", m[1])
    ident = next((t[1:] for t in tokens if t.startswith("#")), None)
    classes = ["unnumbered" if t == "-" else t[1:] for t in tokens if not t.startswith("#")]
    return text[: m.start()].strip(), ident, classes


def plain_text(markdown: str) -> str:
    """A title without its Markdown marks: for menus and page titles before pandoc has seen it."""
    text = re.sub(r"\^\[[^\]]*\]|\[\^[^\]]*\]", "", markdown)
    text = re.sub(r"!?\[([^\]]*)\](\([^)]*\)|\{[^}]*\})", r"\1", text)
    text = re.sub(r"`([^`]*)`", r"\1", text)
    text = re.sub(r"(\*{1,3}|(?<!\w)_{1,3})(\S(?:.*?\S)?)\1", r"\2", text)
    return re.sub(r"\\(\W)", r"\1", text).strip()
