"""The pages of the site, written into a folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader
from markupsafe import Markup

from kvarto.execute.result import Executed
from kvarto.faults import Faults
from kvarto.html.assets import LIB, Assets
from kvarto.html.body import Body, Writer
from kvarto.html.bundles import Figure
from kvarto.html.formulas import mathml
from kvarto.html.search import entries
from kvarto.project import Book, Chapter, NavItem, authors_of, plain_text
from kvarto.structure import ast
from kvarto.structure.ast import NBSP
from kvarto.structure.build import address
from kvarto.structure.model import Heading, Structured, StructuredChapter
from kvarto.structure.parse import FileStore

TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment(folder: Path) -> Environment:
    """The templates; what they are compiled to is remembered in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=FileSystemBytecodeCache(str(folder)),
    )


@dataclass
class _Page:
    chapter: StructuredChapter
    body: Body
    title: str


def write(
    book: Book,
    structured: Structured,
    outdir: Path,
    faults: Faults,
    executed: Mapping[str, Executed] | None = None,
    only: set[str] | None = None,
) -> list[Path]:
    """Write the whole site (or the pages of the chapters in `only`) into `outdir`; returns the pages written.

    `executed` tells where generated files lie; without it, only files in the book's folder are found.
    Faults that can only be seen here (a formula that is no MathML) are added.
    """
    runs = dict(executed or structured.executed)
    assets = Assets(book, runs, outdir, faults)
    outdir.mkdir(parents=True, exist_ok=True)
    pages = [c for c in structured if c.chapter.html]
    store = FileStore(book.cache / "ast")
    formulas = mathml({f for c in pages for f in c.formulas}, store)
    for chapter in pages:
        for tex, _ in sorted(chapter.formulas - set(formulas)):
            _bad_formula(chapter, runs, tex, faults)
    templates = environment(book.cache / "jinja")
    figure_macros: Any = templates.get_template("figure.html.j2").module

    def tools(figure: Figure) -> str:
        return str(figure_macros.tools(figure, book.words)) + "\n"

    def art(figure: Figure) -> str:
        view = {
            **vars(figure),
            "wide": Markup(figure.wide),
            "narrow": Markup(figure.narrow) if figure.narrow else None,
        }
        return str(figure_macros.art(view))

    first = pages[0].chapter.id if pages else ""
    written: list[_Page] = []
    for chapter in pages:
        if only is not None and chapter.chapter.id not in only:
            continue
        body = Writer(
            chapter,
            book.word,
            assets,
            formulas,
            tools,
            art,
            structured.title_delim,
            chapter.chapter.id == first,
        ).body()
        written.append(_Page(chapter, body, page_title(book, chapter)))
    assets.library()
    assets.resources()
    site = _site(book, structured, assets, faults)
    template = templates.get_template("page.html.j2")
    out: list[Path] = []
    for page in written:
        view = _page(book, structured, page, pages, first)
        own = {
            "nav": _nav(book, structured, page.chapter.chapter),
            "meta": [*_page_meta(view), *site["meta"]],
        }
        html = template.render(site={**site, **own}, page=view)
        path = outdir / (page.chapter.chapter.html or "")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(html, encoding="utf-8")
        out.append(path)
    _search(structured, book, outdir)
    _sitemap(pages, book, outdir)
    return out


def _bad_formula(chapter: StructuredChapter, runs: Mapping[str, Executed], tex: str, faults: Faults) -> None:
    run = runs.get(chapter.chapter.id)
    path, line = chapter.chapter.id, None
    if run is not None:
        markdown = run.markdown("html")
        at = markdown.find(tex)
        if at >= 0:
            path, line = run.place("html", markdown.count("\n", 0, at + len(tex) - len(tex.lstrip())) + 1)
    faults.add(
        path,
        line,
        f"Formelen {' '.join(tex.split())[:60]} lar seg ikke lese.",
        "Den er ikke TeX som pandoc forstår.",
        "Se etter krøllparenteser som ikke er lukket, og kommandoer som ikke finnes.",
        kind="formula",
    )


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


def _site(book: Book, structured: Structured, assets: Assets, faults: Faults) -> dict[str, Any]:
    fmt = book.formats.get("html")
    theirs = _mapping(fmt.extension.contributes.get("kvarto")) if fmt and fmt.extension else {}
    about = _mapping(book.meta.get("book"))
    own = {**theirs, **_mapping(book.meta.get("kvarto"))}

    def file(key: str) -> str | None:
        name = about.get(key) or own.get(key)
        return assets.extension_file(str(name)) if name else None

    description = about.get("description") or own.get("description")
    return {
        "title": plain_text(book.title),
        "subtitle": plain_text(book.subtitle),
        "lang": book.lang,
        "authors": [a.name for a in book.authors],
        "date": book.date_long,
        "downloads": _downloads(book),
        "strings": book.words,
        "stylesheets": assets.stylesheets(),
        "scripts": [],
        "meta": _meta(book, description),
        "logo": file("logo"),
        "favicon": file("favicon"),
        "description": description,
        "citation": own.get("citation"),
        "licence": own.get("licence"),
        "footer": own.get("footer"),
        "kicker": own.get("kicker"),
        "draft": {"count": len(faults.errors)} if faults.errors else None,
        "search": True,
        "homepage": next((c.chapter.html for c in structured if c.chapter.html), "index.html"),
    }


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _downloads(book: Book) -> list[dict[str, str]]:
    wanted = _mapping(book.meta.get("book")).get("downloads")
    names = wanted if isinstance(wanted, list) else [wanted] if wanted else []
    return [{"label": "PDF", "href": address(book.pdf_name), "kind": "pdf"} for n in names if str(n) == "pdf"]


def _meta(book: Book, description: Any) -> list[dict[str, str]]:
    meta = [
        {"property": "og:site_name", "content": plain_text(book.title)},
        {"property": "og:type", "content": "book"},
        {"property": "og:locale", "content": book.lang.replace("-", "_")},
        {"name": "citation_title", "content": plain_text(book.title)},
    ]
    if description:
        meta.append({"property": "og:description", "content": str(description)})
    meta += [{"name": "citation_author", "content": a.name} for a in book.authors]
    if book.date:
        meta.append({"name": "citation_publication_date", "content": book.date.replace("-", "/")})
    meta.append({"name": "citation_language", "content": book.lang})
    return meta


def _page_meta(view: dict[str, Any]) -> list[dict[str, str]]:
    return [{"property": "og:title", "content": view["doctitle"]}]


def _nav(book: Book, structured: Structured, current: Chapter) -> list[dict[str, Any]]:
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
            "current": chapter.id == current.id,
            "children": [item(child) for child in nav.children],
        }

    return [item(nav) for nav in book.nav]


def _page(
    book: Book, structured: Structured, page: _Page, pages: list[StructuredChapter], first: str
) -> dict[str, Any]:
    chapter = page.chapter.chapter
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
    toc = toc_tree(page.chapter.headings[1:], depth_limit) if options.get("toc", True) is not False else []
    return {
        "title": Markup(page.body.title or ast.stringify(page.chapter.title)),
        "doctitle": plain_text(book.title) if is_index else f"{page.title} – {plain_text(book.title)}",
        "number": str(chapter.number) if chapter.number is not None and not chapter.appendix else None,
        "label": appendix_label(book, chapter),
        "delim": appendix_delim(book),
        "ident": chapter.heading_id,
        "kind": kind,
        "body": Markup(page.body.html),
        "toc": toc,
        "subtitle": plain_text(words("subtitle")),
        "authors": [] if is_index else [a.name for a in authors_of(front.get("author"))],
        "date": book.long(words("date")),
        "prev": _neighbour(book, pages[i - 1]) if i else None,
        "next": _neighbour(book, pages[i + 1]) if i + 1 < len(pages) else None,
        "href": address(chapter.html or ""),
        "rel_root": "../" * depth,
        "parent": _parent(book, structured, chapter),
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


def _parent(book: Book, structured: Structured, chapter: Chapter) -> str | None:
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


def _search(structured: Structured, book: Book, outdir: Path) -> None:
    found: list[dict[str, Any]] = []
    for chapter in structured:
        if chapter.chapter.html:
            title = page_title(book, chapter)
            parent = _parent(book, structured, chapter.chapter)
            found += entries(chapter, title, [*([parent] if parent else []), title])
    text = json.dumps(found, ensure_ascii=False, indent=1)
    (outdir / "search.json").write_text(text + "\n", encoding="utf-8")
    # Opened from disk, a page may not fetch; a script it may load.
    script = outdir / LIB / "kvarto" / "search-data.js"
    script.parent.mkdir(parents=True, exist_ok=True)
    script.write_text(f"window.kvartoSearchData = {text};\n", encoding="utf-8")


def _sitemap(pages: list[StructuredChapter], book: Book, outdir: Path) -> None:
    """`sitemap.xml`, where the book says what its address will be (`book: site-url`)."""
    site = _mapping(book.meta.get("book")).get("site-url")
    if not site:
        return
    base = str(site).rstrip("/")
    urls = [f"{base}/{address(c.chapter.html or '')}" for c in pages]
    rows = "".join(f"<url><loc>{escape(url)}</loc></url>\n" for url in urls)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    (outdir / "sitemap.xml").write_text(f"{head}{rows}</urlset>\n", encoding="utf-8")
