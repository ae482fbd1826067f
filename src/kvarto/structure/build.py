"""All chapters together: walk each, then fill in references, links and citations from the book's labels."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Mapping
from urllib.parse import quote, unquote

from kvarto import annotations as annotated  # which needs this package's ast: either may be imported first
from kvarto.execute.result import Executed
from kvarto.faults import Faults
from kvarto.project import Book
from kvarto.structure import ast
from kvarto.structure.ast import NBSP, Element
from kvarto.structure.base import REFERENCE, Draft, Link, Ref, at_pattern, id_pattern
from kvarto.structure.chapter import Walk, title_header
from kvarto.structure.citations import resolve_citations
from kvarto.structure.divs import THEOREM_WORDS
from kvarto.structure.memory import Memory
from kvarto.structure.model import Label, Structured, StructuredChapter
from kvarto.structure.numbers import Counters
from kvarto.structure.parse import FileStore, Parsed, Store, parse_all

CROSSREF_OPTIONS = re.compile(
    r"(fig|tbl|lst|eq|sec|ch|apx|nte|wrn|tip|imp|cau|thm|lof|lot|lol)-(title|prefix)$|(fig|tbl|lst|eq|sub|subref)?-?labels$"
    r"|title-delim$|chapters$|appendix-title$|appendix-delim$|chapters-appendix$|ref-hyperlink$|lof-title$|lot-title$"
)


def build(
    book: Book,
    executed: Mapping[str, Executed],
    faults: Faults,
    fmt: str = "html",
    store: Store | None = None,
    memory: Memory | None = None,
    only: Collection[str] = (),
) -> Structured:
    """Structured AST of the whole book for one format: `html`, `typst` or `docx`.

    With a `memory` of an earlier build of the same book, the chapters in `only` are built and the others
    stand there without blocks.
    """
    store = FileStore(book.cache / "ast") if store is None else store
    if memory is not None:
        memory.begin()
    _check_options(book, faults)
    noted = annotated.load(book, faults)
    before = frozenset(faults)
    drafts: list[Draft] = []
    told: dict[str, Faults] = {}
    chapters = [c for c in book.chapters if not only or c.id in only]
    texts = {c.id: executed[c.id].markdown(fmt) for c in chapters if c.source and c.id in executed}
    parsed = parse_all(texts, store)
    for chapter in book.chapters:
        run = executed.get(chapter.id)
        if memory is not None and only and chapter.id not in only:
            if known := memory.stand_in(chapter, run, fmt):
                drafts.append(known)
                faults.extend(memory.faults(chapter.id))
            continue
        own = told[chapter.id] = Faults(before)
        walk = Walk(book, chapter, run, fmt, own, Counters(chapter.prefix, book.crossref), noted)
        if chapter.id in parsed:
            drafts.append(walk.run(parsed[chapter.id]))
        elif not chapter.source:  # a part by title, the appendices' divider
            drafts.append(walk.run(Parsed([title_header(chapter)], [])))
        else:
            continue
        if memory is not None:
            memory.note(drafts[-1])
    if fmt != "html":
        _unique_ids(drafts)
    labels = _labels(drafts)
    anchors = {(d.chapter.id, ident): label for d in drafts for ident, label in d.ids.items()}
    for draft in drafts:
        for ref in draft.refs:
            _resolve(ref, labels, book, draft, fmt)
        for link in draft.links:
            _resolve_link(link, draft, drafts, anchors, executed.get(draft.chapter.id), book, fmt)
    cited = resolve_citations(book, drafts, fmt, faults, store)
    for ident, own in told.items():
        faults.extend(own)
        if memory is not None:
            memory.blame(ident, (f for f in own if f not in before))
    return Structured(
        book,
        fmt,
        [StructuredChapter(d.chapter, d.blocks, d.headings, d.formulas) for d in drafts],
        labels,
        anchors,
        str(book.crossref.get("title-delim", ":")),
        cited,
        executed,
    )


def _check_options(book: Book, faults: Faults) -> None:
    for key, value in book.crossref.items():
        if not CROSSREF_OPTIONS.fullmatch(key):
            faults.add(
                "_quarto.yml",
                book.line("crossref", key),
                f"Valget crossref: {key} støttes ikke.",
                fix="Ta det bort. Valgene som støttes, står i docs/kvarto.md.",
                kind="unsupported",
            )
        elif not isinstance(value, str | int | float | None):
            faults.add(
                "_quarto.yml",
                book.line("crossref", key),
                f"«crossref: {key}» har feil type.",
                f"Leste {value!r}; her skal det stå tekst.",
                "Skriv ett ord; flertall finnes ikke.",
                kind="wrong-type",
            )
    if book.crossref.get("chapters") is False:
        faults.add(
            "_quarto.yml",
            book.line("crossref", "chapters"),
            "crossref: chapters: false støttes ikke.",
            "Figurer og tabeller nummereres innenfor hvert kapittel.",
            "Ta bort valget.",
            kind="unsupported",
        )


def _labels(drafts: list[Draft]) -> dict[str, Label]:
    """Labels by id; the same id in two chapters is a fault (within one, the walk has said so)."""
    labels: dict[str, Label] = {}
    for draft in drafts:
        for label in draft.labels:
            other = labels.get(label.id)
            if other is not None and other.chapter != label.chapter and REFERENCE.match(label.id):
                there = next(d for d in drafts if d.chapter.id == other.chapter)
                path, line = there.locator.place(there.locator.line(id_pattern(label.id)))
                fault = draft.locator.fault(
                    id_pattern(label.id),
                    f"Merkelappen {label.id} brukes to ganger.",
                    f"Den står også i {path}{f' på linje {line}' if line else ''}.",
                    "Gi den ene et annet navn, og rett henvisningene.",
                    kind="duplicate-id",
                )
                _mark_float(draft, label.id, fault.what)
            labels[label.id] = label
    return labels


def _mark_float(draft: Draft, ident: str, message: str) -> None:
    for el in ast.walk(draft.blocks):
        if el["t"] == "Div" and el["c"][0][0] == ident and "kv-float" in el["c"][0][1]:
            el["c"][1].insert(0, ast.fault_block(message))


def _unique_ids(drafts: list[Draft]) -> None:
    """In PDF and DOCX all chapters are one document: ids that pandoc made must not repeat."""
    seen: set[str] = set()
    for draft in drafts:
        renamed: dict[str, str] = {}
        for ident, label in draft.ids.items():
            if ident in seen and not REFERENCE.match(ident):
                n = 2
                while f"{ident}-{n}" in seen or f"{ident}-{n}" in draft.ids:
                    n += 1
                renamed[ident] = label.target = f"{ident}-{n}"
            seen.add(label.target)
        if renamed:
            for el in ast.walk(draft.blocks):
                at = ast.attr_of(el)
                if at is not None and at[0] in renamed:
                    at[0] = renamed[at[0]]
            for heading in draft.headings:
                heading.id = renamed.get(heading.id, heading.id)


# --- references ---------------------------------------------------------------------------------------------


def _resolve(ref: Ref, labels: dict[str, Label], book: Book, draft: Draft, fmt: str) -> None:
    label = labels.get(ref.target)
    at: ast.Attr
    if label is None or label.kind == "id":
        # A cell that failed has told its fault: that nothing bears its label only follows from it.
        fault = draft.locator.told("cell-error", ref.target) or draft.locator.fault(
            at_pattern(ref.key),
            f"Henvisningen @{ref.key} peker ikke til noe.",
            _near(ref.target, labels),
            f"Rett navnet, eller gi målet merkelappen {{#{ref.target}}}.",
            kind="unknown-reference",
            nth=ref.nth,
        )
        at = ast.attr("", ["kv-ref", "kv-unresolved"], target=ref.target, kind=ref.target.split("-")[0])
        ref.span["c"] = [at, [ast.text(f"?{ref.target}")]]
        at[2].append(["fault", fault.what])
        return
    if ref.prefix is not None:
        prefix = ref.prefix
    elif ref.bare:
        prefix = []
    else:
        word = _word(label, book)
        if ref.capital:
            word = word[:1].upper() + word[1:]
        prefix = ast.words(word)
    number = label.number
    if label.sub:
        number = f"{number}{NBSP}({label.sub})"
    at = ast.attr(
        "",
        ["kv-ref"],
        target=label.target,
        page=label.page or "",
        kind=label.kind,
        prefix=ast.stringify(prefix),
        number=number,
    )
    if label.page_top:
        at[2].append(["page-top", "true"])
    if not label.number:
        # Nothing to count by: the target's title is its name.
        content = [ast.span(ast.attr(), [i for i in label.title if i["t"] != "Note"])]
    elif label.kind in ("sec", "ch", "apx"):
        content = [ast.span(ast.attr(), [*prefix, *([ast.SPACE] if prefix else []), ast.text(number)])]
    else:
        content = [*prefix, *([ast.text(NBSP)] if prefix else []), ast.span(ast.attr(), [ast.text(number)])]
    if fmt == "typst" and label.kind in THEOREM_WORDS:
        # A template numbers floats, equations and headings itself; a theorem's number is text already.
        link_at = ["", ["kv-link"], [["target", label.target], ["page", label.page or ""]]]
        at, content = ast.attr(), [{"t": "Link", "c": [link_at, content, [f"#{label.target}", ""]]}]
    ref.span["c"] = [at, content]


def _word(label: Label, book: Book) -> str:
    word = book.word(f"crossref-{label.kind}-prefix")
    if not word and label.kind in THEOREM_WORDS:
        return THEOREM_WORDS[label.kind][book.lang.split("-")[0].lower() in ("nb", "nn", "no")]
    return word


def _near(target: str, labels: dict[str, Label]) -> str:
    import difflib

    close = difflib.get_close_matches(target, [k for k in labels if REFERENCE.match(k)], 1, 0.75)
    return (
        f"Mente du @{close[0]}?"
        if close
        else "Ingen figur, tabell, formel eller overskrift har den merkelappen."
    )


# --- links --------------------------------------------------------------------------------------------------


def _resolve_link(
    link: Link,
    draft: Draft,
    drafts: list[Draft],
    anchors: dict[tuple[str, str], Label],
    executed: Executed | None,
    book: Book,
    fmt: str,
) -> None:
    el, url = link.link, link.url
    path, _, fragment = url.partition("#")
    path, fragment = unquote(path), unquote(fragment)
    folder = posixpath.dirname(draft.chapter.id)
    pattern = rf"\]\(\s*<?(?:{re.escape(url)}|{re.escape(unquote(url))})"
    target_chapter = draft.chapter.id
    if path:
        full = posixpath.normpath(path.lstrip("/") if path.startswith("/") else posixpath.join(folder, path))
        found = next(
            (d.chapter for d in drafts if d.chapter.source and full in (d.chapter.id, d.chapter.html)), None
        )
        if found is None:
            if full.endswith((".qmd", ".ipynb")) or (
                executed and executed.resource(fmt, path) is None and not _output(book, full)
            ):
                fault = draft.locator.fault(
                    pattern,
                    f"Lenken til {url} peker ikke til noe.",
                    f"{full} er verken et kapittel i boken eller en fil i mappen.",
                    "Rett stien. Kapitler lenkes med filnavnet: [tekst](kap1.qmd).",
                    kind="broken-link",
                )
                _mark_link(el, fault.what)
            return
        target_chapter = found.id
    label = anchors.get((target_chapter, fragment)) if fragment else None
    if fragment and label is None:
        # An id in another chapter, written as if it were in this one.
        others = [a for (_, ident), a in anchors.items() if ident == fragment]
        if path or not others:
            if fragment not in ("refs", "footnotes"):
                fault = draft.locator.fault(
                    pattern,
                    f"Lenken til #{fragment} peker ikke til noe.",
                    f"Ingen overskrift eller div i {target_chapter} heter det.",
                    "Rett navnet etter #.",
                    kind="broken-link",
                )
                _mark_link(el, fault.what)
            return
        label = others[-1]
        target_chapter = label.chapter
    chapter = next(d.chapter for d in drafts if d.chapter.id == target_chapter)
    top = next(d for d in drafts if d.chapter.id == target_chapter)
    ident = label.target if label else (top.headings[0].id if top.headings else "")
    at = el["c"][0]
    ast.put(at, "target", ident)
    ast.put(at, "page", chapter.html or "")
    if "kv-link" not in at[1]:
        at[1].append("kv-link")
    if fmt == "html":
        same = target_chapter == draft.chapter.id
        page = address(relative(draft.chapter.html or "", chapter.html or ""))
        if not path:  # «#id» alone: on this page, or mended as a reference would be
            page = "" if same else page.removeprefix("./")
        el["c"][2][0] = page + (f"#{address(fragment)}" if fragment else "")
    else:
        el["c"][2][0] = f"#{ident}"


def _mark_link(el: Element, message: str) -> None:
    """Put a mark after a link that leads nowhere."""
    link = dict(el)
    el.clear()
    el.update(ast.span(ast.attr(), [link, ast.fault_mark(message)]))


def _output(book: Book, path: str) -> bool:
    """Whether a path names something the build itself writes, or a resource it copies."""
    made = (book.pdf_name, book.docx_name, "search.json", "index.html")
    return path in made or (book.root / path).is_file()


def relative(page: str, target: str) -> str:
    """The path of a file of the book as seen from a page, with «./» in front when it does not climb."""
    path = posixpath.relpath(target, posixpath.dirname(page) or ".")
    return path if path.startswith("../") else f"./{path}"


def address(path: str) -> str:
    """A path or fragment as it stands in an attribute: percent-encoded."""
    return quote(path, safe="/:.~!$&()*+,;=@-_")


__all__ = ["address", "build", "relative"]
