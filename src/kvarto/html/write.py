"""The pages of the site, written into a folder."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader
from markupsafe import Markup

from kvarto import publication
from kvarto.execute.result import Executed
from kvarto.faults import Faults
from kvarto.html import cite, floats, metadata, package
from kvarto.html.assets import LIB, Assets
from kvarto.html.body import Body, Writer
from kvarto.html.bundles import Figure, Tools
from kvarto.html.extras import Extra
from kvarto.html.extras import pages as pages_of_the_site
from kvarto.html.formulas import mathml
from kvarto.html.search import entries as entries_of
from kvarto.html.search import page_entry
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
    only: Collection[str] = (),
    known: Known | None = None,
) -> list[Path]:
    """Write the whole site (or the pages of the chapters in `only`) into `outdir`; returns the pages written.

    `executed` tells where generated files lie; without it, only files in the book's folder are found.
    Faults that can only be seen here (a formula that is no MathML) are added. `known` is told what `again`
    needs.
    """
    runs = dict(executed or structured.executed)
    assets = Assets(book, runs, outdir, faults)
    outdir.mkdir(parents=True, exist_ok=True)
    pages = [c for c in structured if c.chapter.html]
    store = FileStore(book.cache / "ast")
    own = {c.chapter.id: floats.of_chapter(c, runs) for c in pages}
    marks = {ident: repr(items) for ident, items in own.items()} if known is not None else {}
    items = floats.collect(own.values())
    data = package.build(book, items)
    if data:
        assets.write(data.files)
    about = _about(book, data, store, assets)
    written = _bodies(book, structured, only, assets, faults, about, store)
    assets.library()
    assets.resources()
    link = next((d for d in about.downloads if d["kind"] == "data"), None)
    boxes: Any = environment(book.cache / "jinja").get_template("site.html.j2").module
    extras = pages_of_the_site(book, items, link, boxes, faults)
    site = _site(book, structured, assets, faults, about, extras)
    out = _put(book, structured, written, site, about, data, outdir)
    out += _put_extras(book, structured, extras, site, outdir)
    entries = _entries(book, structured, pages)
    _search(book, entries, extras, outdir)
    hrefs = [address(c.chapter.html or "") for c in pages] + [e.href for e in extras]
    titles = [page_title(book, c) for c in pages] + [e.title for e in extras]
    if text := metadata.sitemap(book, hrefs):
        (outdir / "sitemap.xml").write_text(text, encoding="utf-8")
    if about.publication:
        cited = [re.sub(r"<[^>]+>", "", unescape(r["forms"][0]["html"])) for r in about.references]
        text = metadata.llms(book, list(zip(titles, hrefs, strict=True)), about.downloads, cited)
        (outdir / "llms.txt").write_text(text, encoding="utf-8")
    if known is not None:
        known.site, known.about, known.data, known.extras = site, about, data, extras
        known.files, known.marks, known.entries = assets.done, marks, entries
    return out


class Known:
    """A site that was written: what its pages share, and what its lists tell of each chapter."""

    site: dict[str, Any]
    about: _About
    data: package.Package | None
    extras: list[Extra]
    files: set[str]
    marks: dict[str, str]
    entries: dict[str, list[dict[str, Any]]]


def again(
    book: Book,
    structured: Structured,
    outdir: Path,
    faults: Faults,
    executed: Mapping[str, Executed],
    only: Collection[str],
    known: Known,
) -> bool:
    """Write the pages of chapters whose text was edited since the site was written, and nothing else.

    `structured` need hold the blocks of these chapters alone. Returns whether the lists of the site (figures
    and tables, their data) are right as they are; `search` brings the index up to date.
    """
    assets = Assets(book, executed, outdir, faults, known.files)
    outdir.mkdir(parents=True, exist_ok=True)
    chapters = [c for c in structured if c.chapter.id in only and c.chapter.html]
    marks = {c.chapter.id: repr(floats.of_chapter(c, executed)) for c in chapters}
    alike = all(known.marks[ident] == mark for ident, mark in marks.items())
    written = _bodies(book, structured, only, assets, faults, known.about, FileStore(book.cache / "ast"))
    site = {**known.site, "draft": _draft(faults)}
    _put(book, structured, written, site, known.about, known.data, outdir)
    known.entries.update(_entries(book, structured, chapters))
    known.files = assets.done
    return alike and site["draft"] == known.site["draft"]


def search(book: Book, outdir: Path, known: Known) -> None:
    """Write the search index with what `again` has seen."""
    _search(book, known.entries, known.extras, outdir)


def _bodies(
    book: Book,
    structured: Structured,
    only: Collection[str],
    assets: Assets,
    faults: Faults,
    about: _About,
    store: FileStore,
) -> list[_Page]:
    """The text of the pages of all chapters, or of those in `only`."""
    pages = [c for c in structured if c.chapter.html]
    formulas = mathml({f for c in pages for f in c.formulas}, store)
    for chapter in pages:
        for tex, _ in sorted(chapter.formulas - set(formulas)):
            _bad_formula(chapter, assets.executed, tex, faults)
    first = pages[0].chapter.id if pages else ""
    return [
        _Page(
            chapter,
            _body(book, structured, chapter, assets, formulas, about, first),
            page_title(book, chapter),
        )
        for chapter in pages
        if not only or chapter.chapter.id in only
    ]


def _put(
    book: Book,
    structured: Structured,
    written: list[_Page],
    site: dict[str, Any],
    about: _About,
    data: package.Package | None,
    outdir: Path,
) -> list[Path]:
    """Write the pages of chapters."""
    pages = [c for c in structured if c.chapter.html]
    first = pages[0].chapter.id if pages else ""
    out = []
    for page in written:
        view = _page(book, structured, page, pages, first)
        root = view["rel_root"]
        view["linked_data"] = Markup(
            metadata.report(book, about.downloads, data, root)
            if view["kind"] == "index"
            else metadata.chapter(
                book, ast.stringify(page.chapter.title), view["label"] or view["number"], root
            )
        )
        out.append(_write_page(book, structured, view, site, page.chapter.chapter, outdir))
    return out


def _put_extras(
    book: Book, structured: Structured, extras: list[Extra], site: dict[str, Any], outdir: Path
) -> list[Path]:
    """Write the pages that no chapter writes."""
    return [_write_page(book, structured, _extra(book, extra), site, None, outdir) for extra in extras]


def _write_page(
    book: Book,
    structured: Structured,
    view: dict[str, Any],
    site: dict[str, Any],
    chapter: Chapter | None,
    outdir: Path,
) -> Path:
    own = {"nav": _nav(book, structured, chapter), "meta": [*_page_meta(book, view), *site["meta"]]}
    path = outdir / unquote(view["href"])
    path.parent.mkdir(parents=True, exist_ok=True)
    template = environment(book.cache / "jinja").get_template("page.html.j2")
    path.write_text(template.render(site={**site, **own}, page=view), encoding="utf-8")
    return path


@dataclass
class _About:
    """What the site offers besides its text: files to take away, references to cite."""

    publication: bool
    downloads: list[dict[str, str]]
    references: list[dict[str, Any]]


def _about(book: Book, data: package.Package | None, store: FileStore, assets: Assets) -> _About:
    """The downloads, and the references with their files written."""
    found = cite.references(book)
    texts = cite.texts(book, found, store)
    shown = []
    for one in found:
        files = {"bib": cite.bibtex(one.item), "ris": cite.ris(one.item)}
        assets.write({f"cite/{one.name}.{ext}": text.encode() for ext, text in files.items()})
        forms: list[dict[str, Any]] = [{"label": cite.style(book), "html": Markup(texts.get(one.name, ""))}]
        forms += [
            {
                "label": label,
                "code": files[ext].replace("\r\n", "\n").strip(),
                "href": f"cite/{one.name}.{ext}",
            }
            for ext, label in (("bib", "BibTeX"), ("ris", "RIS"))
        ]
        shown.append({"name": one.name, "title": one.title, "forms": forms})
    return _About(bool(publication.of(book)), _downloads(book, data), shown)


def _body(
    book: Book,
    structured: Structured,
    chapter: StructuredChapter,
    assets: Assets,
    formulas: Mapping[tuple[str, bool], str],
    about: _About,
    first: str,
) -> Body:
    templates = environment(book.cache / "jinja")
    macros: Any = templates.get_template("figure.html.j2").module
    boxes: Any = templates.get_template("site.html.j2").module
    root = "../" * (chapter.chapter.html or "").count("/")

    def tools(what: Tools) -> str:
        return str(macros.tools(what, book.words)) + "\n"

    def art(figure: Figure) -> str:
        narrow = Markup(figure.narrow) if figure.narrow else None
        return str(macros.art({**vars(figure), "wide": Markup(figure.wide), "narrow": narrow}))

    inserts = {}
    if about.references:
        inserts["cite-box"] = str(boxes.cite(about.references, book.words, root, 3))
    if about.downloads:
        inserts["download-box"] = str(boxes.downloads(about.downloads, book.words, root))
    return Writer(
        chapter,
        book.word,
        assets,
        formulas,
        tools,
        art,
        structured.title_delim,
        chapter.chapter.id == first,
        inserts,
    ).body()


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


def _site(
    book: Book, structured: Structured, assets: Assets, faults: Faults, about: _About, extras: list[Extra]
) -> dict[str, Any]:
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
        "draft": _draft(faults),
        "search": True,
        "homepage": first.chapter.html if first else "index.html",
        "extras": [{"name": e.name, "href": e.href, "title": e.title} for e in extras],
    }


def _draft(faults: Faults) -> dict[str, int] | None:
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


def _downloads(book: Book, data: package.Package | None) -> list[dict[str, str]]:
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


def _page_meta(book: Book, view: dict[str, Any]) -> list[dict[str, str]]:
    return metadata.of_page(book, view["doctitle"], view["href"], view["kind"] == "index")


def _nav(book: Book, structured: Structured, current: Chapter | None) -> list[dict[str, Any]]:
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


def _extra(book: Book, extra: Extra) -> dict[str, Any]:
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


def _entries(
    book: Book, structured: Structured, pages: Iterable[StructuredChapter]
) -> dict[str, list[dict[str, Any]]]:
    """What the search finds in each of these chapters."""
    found = {}
    for chapter in pages:
        title = page_title(book, chapter)
        parent = _parent(book, structured, chapter.chapter)
        found[chapter.chapter.id] = entries_of(chapter, title, [*([parent] if parent else []), title])
    return found


def _search(
    book: Book, entries: Mapping[str, list[dict[str, Any]]], extras: list[Extra], outdir: Path
) -> None:
    found = [entry for own in entries.values() for entry in own]
    found += [page_entry(extra.href, extra.title) for extra in extras]
    text = json.dumps(found, ensure_ascii=False, indent=1)
    (outdir / "search.json").write_text(text + "\n", encoding="utf-8")
    # Opened from disk, a page may not fetch; a script it may load.
    script = outdir / LIB / "kvarto" / "search-data.js"
    script.parent.mkdir(parents=True, exist_ok=True)
    script.write_text(f"window.kvartoSearchData = {text};\n", encoding="utf-8")
