"""Pages that no chapter writes, named under `kvarto: pages:`: figures and tables (`floats`), what the
book was built from (`build`), the accessibility statement (`accessibility`).

A book that has a chapter of the same address keeps its own page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from kvarto import publication
from kvarto.execute.fingerprint import settings
from kvarto.faults import Faults
from kvarto.html import provenance
from kvarto.html.floats import Item
from kvarto.project import CONFIG, Book
from kvarto.structure.ast import NBSP
from kvarto.structure.build import address

NAMES = ("floats", "build", "accessibility")


@dataclass
class Extra:
    """A page: its address from the root, its title, its body and the contents of that."""

    name: str
    href: str
    title: str
    body: Markup
    toc: list[dict[str, Any]] = field(default_factory=list)


def pages(
    book: Book, items: list[Item], data: dict[str, str] | None, macros: Any, faults: Faults
) -> list[Extra]:
    """The pages that the book asks for. `macros` are those of `site.html.j2`, `data` the data's download."""
    wanted = settings(book).get("pages") or []
    taken = {c.html for c in book.chapters}
    out: list[Extra] = []
    for name in [str(n) for n in (wanted if isinstance(wanted, list) else [wanted])]:
        if name not in NAMES:
            what = f"kvarto: pages: «{name}» er ingen side som kvarto kan lage."
            fix = f"Velg blant {', '.join(NAMES)}."
            faults.add(CONFIG, book.line("kvarto"), what, "", fix, kind="pages")
            continue
        href = f"{book.word(f'kvarto-{name}-file')}.html"
        if href in taken:
            continue
        groups, body = {"floats": _floats, "build": _build, "accessibility": _accessibility}[name](
            book, items, data, macros, faults
        )
        if body:
            toc: list[dict[str, Any]] = [
                {"id": i, "title": title, "number": None, "children": []} for i, title in groups
            ]
            out.append(Extra(name, href, book.word(f"kvarto-{name}"), Markup(body), toc))
    return out


Made = tuple[list[tuple[str, str]], str]
"""The headings of a page as (id, title), and its HTML; "" when there is nothing to tell."""


def _floats(book: Book, items: list[Item], data: dict[str, str] | None, macros: Any, _: Faults) -> Made:
    groups = []
    for kind, ident in (("fig", "figures"), ("tbl", "tables")):
        entries = [
            {
                "label": item.label,
                "title": item.title,
                "href": f"{address(item.page)}#{address(item.id)}",
            }
            for item in items
            if item.kind == kind and item.label.strip(NBSP)
        ]
        if entries:
            groups.append(
                {"id": f"kv-{ident}", "title": book.word(f"kvarto-floats-{ident}"), "entries": entries}
            )
    body = str(macros.floats(groups, data, book.words)) if groups else ""
    return [(str(g["id"]), str(g["title"])) for g in groups], body


_GROUPS = (
    ("edition", ("edition",)),
    ("data", ("data",)),
    ("sources", ("text", "code")),
    ("programs", ("programs",)),
)


def _build(book: Book, _: list[Item], __: dict[str, str] | None, macros: Any, faults: Faults) -> Made:
    told = provenance.rows(book, faults)
    groups = []
    for name, members in _GROUPS:
        rows = [row for row in told if row.group in members]
        if rows:
            groups.append({"id": f"kv-{name}", "title": book.word(f"kvarto-build-{name}"), "rows": rows})
    return [(str(g["id"]), str(g["title"])) for g in groups], str(macros.build(groups, book.words))


def _accessibility(book: Book, _: list[Item], __: dict[str, str] | None, macros: Any, faults: Faults) -> Made:
    said = settings(book).get("accessibility")
    if not isinstance(said, dict):
        what = "kvarto: pages: nevner accessibility, men kvarto: accessibility: sier ingenting."
        fix = "Skriv summary, og listene tested, untested og known."
        faults.add(CONFIG, book.line("kvarto"), what, "", fix, kind="pages")
        return [], ""
    facts = publication.of(book)
    contact = facts.contact if facts else None
    summary = said.get("summary") or []
    parts = [
        {
            "id": f"kv-{key}",
            "title": book.word(f"kvarto-accessibility-{key}"),
            "entries": [str(e) for e in (said[key] if isinstance(said[key], list) else [said[key]])],
        }
        for key in ("tested", "untested", "known")
        if said.get(key)
    ]
    view = {
        "paragraphs": summary if isinstance(summary, list) else [summary],
        "parts": parts,
        "contact": contact,
        "link": f"mailto:{contact}" if contact and "@" in contact and "/" not in contact else contact,
        "date": book.date_long,
    }
    headings = [(str(p["id"]), str(p["title"])) for p in parts]
    headings.append(("kv-contact", book.word("kvarto-accessibility-contact")))
    return headings, str(macros.accessibility(view, book.words))
