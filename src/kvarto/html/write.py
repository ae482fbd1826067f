"""The pages of the site, written into a folder."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
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
from kvarto.html import cite, floats, metadata, package, views
from kvarto.html.assets import LIB, Assets
from kvarto.html.body import Body, Writer
from kvarto.html.bundles import Figure, Tools
from kvarto.html.extras import Extra
from kvarto.html.extras import pages as pages_of_the_site
from kvarto.html.formulas import mathml
from kvarto.html.search import entries as entries_of
from kvarto.html.search import page_entry
from kvarto.project import Book, Chapter
from kvarto.structure import ast
from kvarto.structure.build import address
from kvarto.structure.model import Structured, StructuredChapter
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
    site = views.site(book, structured, assets, faults, about, extras)
    out = _put(book, structured, written, site, about, data, outdir)
    out += _put_extras(book, structured, extras, site, outdir)
    entries = _entries(book, structured, pages)
    _search(book, entries, extras, outdir)
    hrefs = [address(c.chapter.html or "") for c in pages] + [e.href for e in extras]
    titles = [views.page_title(book, c) for c in pages] + [e.title for e in extras]
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
    about: views.About
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
    site = {**known.site, "draft": views.draft(faults)}
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
    about: views.About,
    store: FileStore,
) -> list[views.Page]:
    """The text of the pages of all chapters, or of those in `only`."""
    pages = [c for c in structured if c.chapter.html]
    formulas = mathml({f for c in pages for f in c.formulas}, store)
    for chapter in pages:
        for tex, _ in sorted(chapter.formulas - set(formulas)):
            _bad_formula(chapter, assets.executed, tex, faults)
    first = pages[0].chapter.id if pages else ""
    return [
        views.Page(
            chapter,
            _body(book, structured, chapter, assets, formulas, about, first),
            views.page_title(book, chapter),
        )
        for chapter in pages
        if not only or chapter.chapter.id in only
    ]


def _put(
    book: Book,
    structured: Structured,
    written: list[views.Page],
    site: dict[str, Any],
    about: views.About,
    data: package.Package | None,
    outdir: Path,
) -> list[Path]:
    """Write the pages of chapters."""
    pages = [c for c in structured if c.chapter.html]
    first = pages[0].chapter.id if pages else ""
    out = []
    for page in written:
        view = views.page(book, structured, page, pages, first)
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
    return [_write_page(book, structured, views.extra(book, extra), site, None, outdir) for extra in extras]


def _write_page(
    book: Book,
    structured: Structured,
    view: dict[str, Any],
    site: dict[str, Any],
    chapter: Chapter | None,
    outdir: Path,
) -> Path:
    own = {"nav": views.nav(book, structured, chapter), "meta": [*views.page_meta(book, view), *site["meta"]]}
    path = outdir / unquote(view["href"])
    path.parent.mkdir(parents=True, exist_ok=True)
    template = environment(book.cache / "jinja").get_template("page.html.j2")
    path.write_text(template.render(site={**site, **own}, page=view), encoding="utf-8")
    return path


def _about(book: Book, data: package.Package | None, store: FileStore, assets: Assets) -> views.About:
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
    return views.About(bool(publication.of(book)), views.downloads(book, data), shown)


def _body(
    book: Book,
    structured: Structured,
    chapter: StructuredChapter,
    assets: Assets,
    formulas: Mapping[tuple[str, bool], str],
    about: views.About,
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


def _entries(
    book: Book, structured: Structured, pages: Iterable[StructuredChapter]
) -> dict[str, list[dict[str, Any]]]:
    """What the search finds in each of these chapters."""
    found = {}
    for chapter in pages:
        title = views.page_title(book, chapter)
        parent = views.parent(book, structured, chapter.chapter)
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
