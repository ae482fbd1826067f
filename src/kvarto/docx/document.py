"""The whole book as one pandoc document: front pages, contents, chapters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

from kvarto import pandoc, template
from kvarto.docx import openxml
from kvarto.docx.body import Body, Context, Place, Table
from kvarto.docx.openxml import raw_block
from kvarto.docx.styles import Styles
from kvarto.faults import Faults
from kvarto.project import Book, Chapter, Extension, Format
from kvarto.structure import ast
from kvarto.structure.ast import NBSP, Blocks
from kvarto.structure.model import Structured, StructuredChapter

Resolve = Callable[[Chapter, str], Path | None]
Places = Callable[[StructuredChapter], Place]


@dataclass
class Document:
    """Pandoc's blocks, and what `finish` must know: the tables in order."""

    blocks: Blocks
    tables: list[Table] = field(default_factory=list)


def build(
    book: Book,
    structured: Structured,
    styles: Styles,
    faults: Faults,
    resolve: Resolve,
    picture: Callable[[Path], Path | None],
    places: Places,
) -> Document:
    """The document of a book. `places` gives, for a chapter, where its blocks come from."""
    found = [ident for chapter in structured for ident in ast.ids(chapter.blocks)]
    context = Context(
        styles=styles,
        faults=faults,
        word=book.word,
        picture=picture,
        title_delim=structured.title_delim,
        labels=frozenset(found),
    )
    # What can be referred to gets its name first, in the book's order.
    for ident in found:
        context.names.name(ident)
    options = book.formats["docx"].options
    front = _front(book, faults)
    contents = _contents(book, structured, context, options)
    body: Blocks = []
    for chapter in structured:
        head = chapter.blocks[0]["c"][1] if chapter.blocks else ["", [], []]
        if chapter.chapter.appendix and chapter.chapter.number is not None:
            head[1] = [*head[1], "kv-appendix"]
        writer = Body(context, chapter.chapter.path, partial(resolve, chapter.chapter), places(chapter))
        body += writer.blocks(chapter.blocks)
    return Document([*front, *contents, *body], context.tables)


def reference(book: Book) -> Path | None:
    """The reference document that the book or its format names, or None."""
    fmt = book.formats["docx"]
    return option_file(book, fmt, "reference-doc")


def option_file(book: Book, fmt: Format, key: str) -> Path | None:
    """The file that a format's option names: of the extension's folder, else of the book's."""
    extension = fmt.extension
    return _file(book, extension, extension.contributes.get(key) if extension else None, fmt.options.get(key))


def _file(book: Book, extension: Extension | None, theirs: Any, name: Any) -> Path | None:
    if not name:
        return None
    folder = extension.folder if extension is not None and name == theirs else book.root
    return folder / str(name)


# --- front pages --------------------------------------------------------------------------------------------


def _front(book: Book, faults: Faults) -> Blocks:
    """The pages before the contents: the extension's `kvarto: front`, filled in, or title, authors, date."""
    fmt = book.formats["docx"]
    extension = fmt.extension
    own = fmt.options.get("kvarto")
    name = own.get("front") if isinstance(own, dict) else None
    given = extension.contributes.get("kvarto") if extension else None
    theirs = given.get("front") if isinstance(given, dict) else None
    path = _file(book, extension, theirs, name)
    if path is None:
        return _plain_front(book)
    shown = path.relative_to(book.root).as_posix() if path.is_relative_to(book.root) else str(path)
    try:
        text = template.render(path.read_text(encoding="utf-8"), values(book))
    except template.TemplateError as exc:
        faults.add(shown, exc.line, f"Malen kan ikke leses: {exc}.", kind="template")
        return []
    except OSError:
        faults.add(shown, None, f"Malen {name} finnes ikke.", fix="Rett kvarto: front.", kind="missing-file")
        return []
    blocks, _ = pandoc.read(text)
    return blocks


def _plain_front(book: Book) -> Blocks:
    rows = [
        ("Title", book.title),
        ("Subtitle", book.subtitle),
        ("Author", ", ".join(a.name for a in book.authors)),
        ("Date", book.date_long),
    ]
    return [
        ast.div(["", [], [["custom-style", style]]], [{"t": "Para", "c": ast.words(value)}])
        for style, value in rows
        if value
    ]


def values(book: Book) -> dict[str, Any]:
    """What a front page may name: the book's metadata as Markdown."""
    return {
        **{
            str(k): _value(v)
            for k, v in book.meta.items()
            if k not in ("project", "format", "book", "kvarto")
        },
        "title": book.title,
        "subtitle": book.subtitle,
        "by-author": [author.described() for author in book.authors],
        "date": book.date_long,
        "lang": book.lang,
    }


def _value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(k): _value(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_value(v) for v in value]
    return value if isinstance(value, bool) else "" if value is None else str(value)


# --- contents -----------------------------------------------------------------------------------------------


def _contents(book: Book, structured: Structured, context: Context, options: Mapping[str, Any]) -> Blocks:
    """Contents and lists as TOC fields, their results written out (without page numbers, which only a program
    that lays the pages out can know: updating the field in Word fills them in).
    """
    out: Blocks = []
    own = options.get("kvarto")
    unlisted = str(own.get("unlisted") or "") if isinstance(own, dict) else ""
    if options.get("toc", True) is not False:
        depth = int(options.get("toc-depth", 3))
        rows = [
            (
                f"TOC{heading.level}",
                context.names.name(heading.id),
                _number(book, chapter, heading.level, heading.number),
                ast.stringify(heading.title),
            )
            for chapter in structured
            for heading in chapter.headings
            if heading.level <= depth and heading.id
        ]
        out += _list(
            book.word("toc-title-document"), f'TOC \\o "1-{depth}" \\h \\z \\u', rows, context.styles
        )
    for key, kind in (("lof", "fig"), ("lot", "tbl")):
        if not options.get(key):
            continue
        label = book.word(f"crossref-{kind}-title")
        rows = [
            (
                "TableofFigures",
                context.names.name(found.id),
                f"{label}{NBSP}{found.number}",
                _title(found.title, unlisted),
            )
            for found in structured.labels.values()
            if found.kind == kind and found.number and not found.sub
        ]
        if rows:
            code = f'TOC \\h \\z \\c "{label}"'
            out += _list(book.word(f"crossref-{key}-title"), code, rows, context.styles)
    return out


def _number(book: Book, chapter: StructuredChapter, level: int, number: str) -> str:
    word = book.word("crossref-apx-prefix") if chapter.chapter.appendix and level == 1 else ""
    return f"{word}{NBSP}{number}" if word and number else number


def _title(inlines: list[Any], unlisted: str) -> str:
    """A caption's text for a list: without its notes and spans of the class `unlisted`."""
    return ast.stringify(
        i for i in inlines if i["t"] != "Note" and not (i["t"] == "Span" and unlisted in i["c"][0][1])
    ).strip()


def _list(title: str, code: str, rows: list[tuple[str, str, str, str]], styles: Styles) -> Blocks:
    """A heading and a TOC field with a line for each row: style, bookmark, number, title."""
    head = ast.div(
        ["", [], [["custom-style", styles.name("TOCHeading")]]], [{"t": "Para", "c": ast.words(title)}]
    )
    if not rows:
        return []
    paragraphs = []
    for nth, (style, name, number, text) in enumerate(rows):
        first = openxml.field_start(code) if nth == 0 else ""
        last = openxml.FIELD_END if nth == len(rows) - 1 else ""
        lead = openxml.text_run(number) + openxml.TAB if number else ""
        page = openxml.TAB + openxml.field_start(f"PAGEREF {name} \\h") + openxml.FIELD_END
        paragraphs.append(
            f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{first}'
            f'<w:hyperlink w:anchor="{escape(name)}" w:history="1">{lead}{openxml.text_run(text)}{page}'
            f"</w:hyperlink>{last}</w:p>"
        )
    return [head, raw_block("".join(paragraphs))]
