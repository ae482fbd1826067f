"""Citations and lists of references: all citations of the book go through pandoc's citeproc together.

One start of pandoc for the whole book keeps «2014a» and «2014b» apart the same way on every page. Where a
chapter holds `::: {#refs}`, the list stands there; else each page of the site gets its own, and the PDF one
at the end of the last chapter that cites.
"""

from __future__ import annotations

import hashlib
import json
import marshal
import re
from collections.abc import Mapping
from typing import Any

from kvarto import pandoc
from kvarto.faults import Faults
from kvarto.project import Book
from kvarto.structure import ast, bibliography
from kvarto.structure.ast import Blocks, Element, Inlines
from kvarto.structure.base import Draft, at_pattern
from kvarto.structure.parse import Store

VERSION = "1"


def resolve_citations(book: Book, drafts: list[Draft], fmt: str, faults: Faults, store: Store | None) -> bool:
    """Fill in every Cite and every list of references. Returns whether there were any."""
    cites = [(draft, c) for draft in drafts for c in draft.citations]
    page = next((d for d in drafts if d.refs_div is not None), None)
    nocite = _nocite(book.meta) + [k for d in drafts for k in _nocite(d.chapter.front)]
    if not cites and not nocite:
        return False
    known = bibliography.keys(book)
    bibliography.twice(book, faults)
    for draft, citation in cites:
        for c in citation.cite["c"][0]:
            key = c["citationId"]
            if label := _label(key, drafts):
                citation.fault = f"Henvisningen @{key} peker ikke til noe."
                draft.locator.fault(
                    at_pattern(key),
                    citation.fault,
                    f"Mente du @{label}?",
                    "Merkelapper skrives med bindestrek etter fig, tbl, sec og de andre.",
                    kind="unknown-reference",
                    nth=draft.locator.met(at_pattern(key)),
                )
            elif not book.bibliography:
                draft.locator.fault(
                    at_pattern(key),
                    f"Kilden @{key} er brukt, men boken har ingen referansefil.",
                    "",
                    "Skriv bibliography: kilder.bib i _quarto.yml. Var det en e-postadresse eller et "
                    "brukernavn, skriv \\@.",
                    kind="no-bibliography",
                    nth=draft.locator.met(at_pattern(key)),
                )
            elif known is not None and key not in known:
                citation.fault = f"Kilden @{key} finnes ikke i {_names(book)}."
                draft.locator.fault(
                    at_pattern(key),
                    citation.fault,
                    bibliography.near(key, known),
                    "Rett nøkkelen, eller legg kilden i referansefilen.",
                    kind="unknown-citation",
                    nth=draft.locator.met(at_pattern(key)),
                )
    if not book.bibliography:
        return False
    blocks: Blocks = []
    for _, citation in cites:
        para: Element = {"t": "Para", "c": [citation.cite]}
        blocks.append({"t": "Para", "c": [{"t": "Note", "c": [para]}]} if citation.in_note else para)
    meta: dict[str, Any] = {
        "bibliography": [str(p) for p in book.bibliography],
        "lang": book.lang,
        "link-citations": True,
        "suppress-bibliography": False,
    }
    if book.csl:
        meta["csl"] = str(book.csl)
    if nocite:
        blocks.append(
            {
                "t": "Div",
                "c": [
                    ["", ["kv-nocite"], []],
                    [{"t": "Para", "c": [_cite_of(k) for k in _expand(nocite, known)]}],
                ],
            }
        )
    result = _run(blocks, meta, book, faults, store)
    if result is None:
        return False
    entries: Element | None = None
    if result and result[-1]["t"] == "Div" and result[-1]["c"][0][0] == "refs":
        entries = result.pop()
    for (_, citation), block in zip(cites, result, strict=False):
        done = _cite_in(block)
        if done is not None:
            citation.cite["c"] = done["c"]
    _place(book, drafts, entries, page, fmt)
    return True


def _cite_in(block: Element) -> Element | None:
    return next((el for el in ast.walk([block]) if el["t"] == "Cite"), None)


def _run(
    blocks: Blocks, meta: dict[str, Any], book: Book, faults: Faults, store: Store | None
) -> Blocks | None:
    if book.csl and not book.csl.is_file():  # told when the project was read
        return None
    digest = hashlib.sha256(
        json.dumps([VERSION, pandoc.version(), blocks, meta], ensure_ascii=False).encode()
    )
    for path in [*book.bibliography, *([book.csl] if book.csl else [])]:
        digest.update(path.read_bytes() if path.is_file() else b"")
    key = "citeproc-" + digest.hexdigest()
    kept = store.get(key) if store is not None else None
    if kept is not None:
        found: Blocks = marshal.loads(kept)
        return found
    try:
        result, _ = pandoc.citeproc(blocks, meta, book.root)
    except pandoc.PandocError as exc:
        bibliography.unreadable(book, str(exc), faults)
        return None
    if store is not None:
        store[key] = marshal.dumps(result)
    return result


def _place(book: Book, drafts: list[Draft], entries: Element | None, page: Draft | None, fmt: str) -> None:
    """Put the list of references where it belongs, and say on which page each key is found."""
    if entries is None:  # every key is unknown
        entries = ast.div(ast.attr("refs"), [])
    by_key = {el["c"][0][0].removeprefix("ref-"): el for el in entries["c"][1] if el["t"] == "Div"}
    base = entries["c"][0]
    if page is not None and page.refs_div is not None:
        own = page.refs_div["c"][0]
        page.refs_div["c"] = [["refs", sorted({*own[1], *base[1]}), base[2]], list(entries["c"][1])]
        for draft in drafts:
            _link_keys(draft, page.chapter.html or "", by_key)
        return
    if fmt == "html":
        for draft in drafts:
            keys = {c["citationId"] for x in draft.citations for c in x.cite["c"][0]}
            if draft.chapter.source:  # as under Quarto, uncited works stand in the list of every page
                uncited = _nocite(book.meta) + _nocite(draft.chapter.front)
                keys.update(_expand(uncited, frozenset(by_key)))
            own_entries = [el for key, el in by_key.items() if key in keys]
            if own_entries:
                draft.blocks.append(ast.div(["refs", base[1], base[2]], own_entries))
            _link_keys(draft, draft.chapter.html or "", by_key)
        return
    last = next((d for d in reversed(drafts) if d.citations), drafts[-1] if drafts else None)
    if last is not None:
        if by_key:
            last.blocks.append(ast.div(["refs", base[1], base[2]], list(entries["c"][1])))
        for draft in drafts:
            _link_keys(draft, last.chapter.html or "", by_key)


def _link_keys(draft: Draft, page: str, entries: Mapping[str, Element]) -> None:
    """Tell the writers where the entries of a Cite stand.

    Attributes cannot hang on a Cite, so a Span wraps it.
    """
    for citation in draft.citations:
        cite = dict(citation.cite)
        keys = " ".join(c["citationId"] for c in cite["c"][0])
        cite["c"][1] = _links(cite["c"][1], page, entries)
        citation.cite.clear()
        marks = [ast.fault_mark(citation.fault)] if citation.fault else []
        citation.cite.update(ast.span(ast.attr("", ["kv-cite"], keys=keys, page=page), [cite, *marks]))


def _links(inlines: Inlines, page: str, entries: Mapping[str, Element]) -> Inlines:
    """citeproc's links know their page; one to an entry that is not there (an unknown key) is no link."""
    out: Inlines = []
    for el in inlines:
        for part in ast.children(el):
            part[:] = _links(part, page, entries)
        if el["t"] == "Link" and el["c"][2][0].startswith("#ref-"):
            ident = el["c"][2][0][1:]
            if ident.removeprefix("ref-") not in entries:
                out.extend(el["c"][1])
                continue
            el["c"][0] = ["", ["kv-link"], [["target", ident], ["page", page]]]
        out.append(el)
    return out


def _label(key: str, drafts: list[Draft]) -> str:
    """The label that a key without its hyphen (`fig_x`, `figx`) was to be; empty where it is none."""
    m = re.match(r"(fig|tbl|lst|eq|sec)[_.]?(\w.*)$", key, re.I)
    meant = f"{m[1].lower()}-{m[2]}" if m else ""
    return meant if any(label.id == meant for draft in drafts for label in draft.labels) else ""


def _names(book: Book) -> str:
    return ", ".join(p.name for p in book.bibliography)


def _nocite(meta: Mapping[str, Any]) -> list[str]:
    """Keys to be listed though nothing cites them: `nocite: "@a, @b"`, or `@*` for all."""
    value = meta.get("nocite")
    text = " ".join(map(str, value)) if isinstance(value, list) else str(value or "")
    return re.findall(r"@([^\s,;]+)", text)


def _expand(keys: list[str], known: frozenset[str] | None) -> list[str]:
    return sorted(known or ()) if "*" in keys else keys


def _cite_of(key: str) -> Element:
    return {
        "t": "Cite",
        "c": [
            [
                {
                    "citationId": key,
                    "citationPrefix": [],
                    "citationSuffix": [],
                    "citationMode": {"t": "NormalCitation"},
                    "citationNoteNum": 0,
                    "citationHash": 0,
                }
            ],
            [ast.text(f"[@{key}]")],
        ],
    }
