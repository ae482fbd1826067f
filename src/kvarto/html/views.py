"""What the template gets: the site, its menu, and each page, as plain values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from kvarto import publication
from kvarto.faults import Faults
from kvarto.html import metadata, package
from kvarto.html.assets import Assets
from kvarto.html.body import Body
from kvarto.html.extras import Extra
from kvarto.project import Book, Chapter, NavItem, authors_of, plain_text
from kvarto.structure import ast
from kvarto.structure.ast import NBSP
from kvarto.structure.build import address
from kvarto.structure.model import Heading, Structured, StructuredChapter


@dataclass
class Page:
    """A page of a chapter, before the template."""

    chapter: StructuredChapter
    body: Body
    title: str


@dataclass
class About:
    """What the site offers besides its text: files to take away, references to cite."""

    publication: bool
    downloads: list[dict[str, str]]
    references: list[dict[str, Any]]


# --- titles -------------------------------------------------------------------------------------------------


def appendix_label(book: Book, chapter: Chapter) -> str | None:
    """«Vedlegg 1» for a numbered appendix."""
    if not (chapter.appendix and chapter.number is not None):
        return None
    return f"{book.word('crossref-apx-prefix')} {chapter.number}"


def appendix_delim(book: Book) -> str:
    """What stands between «Vedlegg 1» and the title: « — », or the book's `appendix-delim` and a space."""
    own = book.crossref.get("appendix-delim")
    return " — " if own is None else f"{own} "


def page_title(book: Book, chapter: StructuredChapter) -> str:
    """The page's title with its number, as text: «1  Metode», «Vedlegg 1 — Skjema»."""
    title = ast.stringify(chapter.title)
    label = appendix_label(book, chapter.chapter)
    if label:
        return label + appendix_delim(book) + title
    return f"{chapter.chapter.number}{NBSP}{NBSP}{title}" if chapter.chapter.number is not None else title


# --- what the template gets ---------------------------------------------------------------------------------


def site(
    book: Book, structured: Structured, assets: Assets, faults: Faults, about: About, extras: list[Extra]
) -> dict[str, Any]:
    """What all pages share."""
    fmt = book.formats.get("html")
    theirs = _mapping(fmt.extension.contributes.get("kvarto")) if fmt and fmt.extension else {}
    said = _mapping(book.meta.get("book"))
    own = {**theirs, **_mapping(book.meta.get("kvarto"))}

    def file(key: str) -> str | None:
        name = said.get(key) or own.get(key)
        return assets.extension_file(str(name)) if name else None

    first = next((c for c in structured if c.chapter.html), None)
    return {
        "title": plain_text(book.title),
        "subtitle": plain_text(book.subtitle),
        "lang": book.lang,
        "authors": [a.name for a in book.authors],
        "date": book.date_long,
        "downloads": about.downloads,
        "strings": book.words,
        "stylesheets": assets.stylesheets(),
        "scripts": [],
        "meta": metadata.of_site(book, about.downloads),
        "url": metadata.site_url(book),
        "logo": file("logo"),
        "favicon": file("favicon"),
        "description": metadata.description(book),
        "publication": about.publication,
        "references": about.references,
        "cite_id": _place_of(first, "cite-box") if about.references and first else None,
        "citation": own.get("citation"),
        "licence": own.get("licence"),
        "footer": own.get("footer"),
        "kicker": own.get("kicker"),
        "draft": draft(faults),
        "search": True,
        "homepage": first.chapter.html if first else "index.html",
        "extras": [{"name": e.name, "href": e.href, "title": e.title} for e in extras],
    }


def draft(faults: Faults) -> dict[str, int] | None:
    """What every page says of a book with faults."""
    return {"count": len(faults.errors)} if faults.errors else None


def _place_of(chapter: StructuredChapter, name: str) -> str | None:
    """The id of a div of this class in a chapter, or of the heading above it."""
    last = ""
    for el in ast.walk(chapter.blocks):
        if el["t"] == "Header":
            last = el["c"][1][0]
        elif el["t"] == "Div" and name in el["c"][0][1]:
            return el["c"][0][0] or last or None
    return None


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def downloads(book: Book, data: package.Package | None) -> list[dict[str, str]]:
    """What the book offers under `book: downloads:`, and its numbers."""
    wanted = _mapping(book.meta.get("book")).get("downloads")
    names = [str(n) for n in (wanted if isinstance(wanted, list) else [wanted] if wanted else [])]
    made = [("pdf", "PDF", "typst", book.pdf_name), ("docx", "Word", "docx", book.docx_name)]
    out = [
        {"label": label, "href": address(name), "kind": kind}
        for kind, label, target, name in made
        if kind in names and target in book.formats
    ]
    if data and publication.of(book):
        size = f"{max(1, round(data.size / 1000))}{NBSP}kB"
        out.append(
            {
                "label": book.word("kvarto-data-download"),
                "href": address(data.zip),
                "kind": "data",
                "size": size,
            }
        )
    return out


def page_meta(book: Book, view: dict[str, Any]) -> list[dict[str, str]]:
    """The metadata of a page."""
    return metadata.of_page(book, view["doctitle"], view["href"], view["kind"] == "index")


def nav(book: Book, structured: Structured, current: Chapter | None) -> list[dict[str, Any]]:
    """The menu as a tree, as `current` shows it."""
    titles = {c.chapter.id: ast.stringify(c.title) for c in structured}
    first = next((c.chapter.id for c in structured if c.chapter.html), "")

    def item(nav: NavItem) -> dict[str, Any]:
        chapter = nav.chapter
        kind = {"part": "part", "appendix-divider": "appendices"}.get(chapter.kind) or (
            "index" if chapter.id == first else "appendix" if chapter.appendix else "chapter"
        )
        label = appendix_label(book, chapter)
        return {
            "title": titles.get(chapter.id) or nav.text,
            "number": None if label else (nav.number or None),
            "label": label,
            "href": address(nav.href) if nav.href else None,
            "kind": kind,
            "current": current is not None and chapter.id == current.id,
            "children": [item(child) for child in nav.children],
        }

    return [item(nav) for nav in book.nav]


def page(
    book: Book, structured: Structured, made: Page, pages: list[StructuredChapter], first: str
) -> dict[str, Any]:
    """A page of a chapter; `first` is the id of the chapter that is the front page."""
    chapter = made.chapter.chapter
    is_index = chapter.id == first
    kind = (
        "index"
        if is_index
        else "part"
        if chapter.kind == "part"
        else "appendix"
        if chapter.appendix
        else "chapter"
    )
    i = next(n for n, c in enumerate(pages) if c.chapter.id == chapter.id)
    depth = (chapter.html or "").count("/")
    front = chapter.front
    words: Callable[[str], str] = lambda key: str(front[key]) if front.get(key) else ""  # noqa: E731
    fmt = book.formats.get("html")
    options = {**(fmt.options if fmt else {}), **front}
    depth_limit = int(options.get("toc-depth") or 3)
    toc = toc_tree(made.chapter.headings[1:], depth_limit) if options.get("toc", True) is not False else []
    return {
        "title": Markup(made.body.title or ast.stringify(made.chapter.title)),
        "doctitle": plain_text(book.title) if is_index else f"{made.title} – {plain_text(book.title)}",
        "number": str(chapter.number) if chapter.number is not None and not chapter.appendix else None,
        "label": appendix_label(book, chapter),
        "delim": appendix_delim(book),
        "ident": chapter.heading_id,
        "kind": kind,
        "body": Markup(made.body.html),
        "toc": toc,
        "subtitle": plain_text(words("subtitle")),
        "authors": [] if is_index else [a.name for a in authors_of(front.get("author"))],
        "date": book.long(words("date")),
        "prev": _neighbour(book, pages[i - 1]) if i else None,
        "next": _neighbour(book, pages[i + 1]) if i + 1 < len(pages) else None,
        "href": address(chapter.html or ""),
        "rel_root": "../" * depth,
        "parent": parent(book, structured, chapter),
    }


def _neighbour(book: Book, chapter: StructuredChapter) -> dict[str, Any]:
    label = appendix_label(book, chapter.chapter)
    number = str(chapter.chapter.number) if chapter.chapter.number is not None and not label else None
    return {
        "title": ast.stringify(chapter.title),
        "number": number,
        "label": label,
        "href": address(chapter.chapter.html or ""),
    }


def parent(book: Book, structured: Structured, chapter: Chapter) -> str | None:
    """The title of the part that a chapter stands in."""
    for nav in book.nav:
        if any(child.chapter.id == chapter.id for child in nav.children):
            titles = {c.chapter.id: ast.stringify(c.title) for c in structured}
            return titles.get(nav.chapter.id) or nav.text
    return None


def toc_tree(headings: list[Heading], depth: int) -> list[dict[str, Any]]:
    """The page's contents as a tree, down to heading level `depth`."""
    root: list[dict[str, Any]] = []
    stack: list[tuple[int, list[dict[str, Any]]]] = [(1, root)]
    for heading in headings:
        if heading.level > depth or not heading.id or not heading.listed:
            continue
        while len(stack) > 1 and stack[-1][0] >= heading.level:
            stack.pop()
        item: dict[str, Any] = {
            "id": heading.id,
            "title": ast.stringify(heading.title),
            "number": heading.number or None,
            "children": [],
        }
        stack[-1][1].append(item)
        stack.append((heading.level, item["children"]))
    return root


def extra(book: Book, extra: Extra) -> dict[str, Any]:
    """A page that no chapter writes, for the template."""
    return {
        "title": extra.title,
        "doctitle": f"{extra.title} – {plain_text(book.title)}",
        "kind": "extra",
        "body": extra.body,
        "toc": extra.toc if len(extra.toc) > 1 else [],
        "href": extra.href,
        "rel_root": "",
    }
