"""The numbers of the book to take away: one CSV file for all figures, one for each table, described by a
`datapackage.json` (https://datapackage.org), and all of it in one zip file.
"""

from __future__ import annotations

import hashlib
import io
import json
import posixpath
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from typing import Any

from kvarto import publication
from kvarto.html import tables
from kvarto.html.floats import Item
from kvarto.project import Book, plain_text
from kvarto.structure import ast

FOLDER = "data"
FIGURES = "figures.csv"
_STAMP = (1980, 1, 1, 0, 0, 0)  # the zip format's own zero: a date of the day would change the bytes


@dataclass(frozen=True)
class Package:
    """Files by their path from the site's root; `zip` is the path of the one that holds the others."""

    files: dict[str, bytes]
    zip: str

    @property
    def size(self) -> int:
        """Bytes of the zip file."""
        return len(self.files[self.zip])


def table_file(ident: str) -> str:
    """Where a table's CSV lies in the site."""
    return posixpath.join(FOLDER, f"{_slug(ident)}.csv")


def build(book: Book, items: list[Item]) -> Package | None:
    """The package of a book's figures and tables; None when none of them holds numbers."""
    content: dict[str, bytes] = {}
    resources: list[dict[str, Any]] = []
    figures = [item for item in items if item.kind == "fig" and item.csv]
    if figures:
        rows = united(book, figures)
        content[FIGURES] = tables.to_csv(rows, book.lang)
        title = book.word("kvarto-data-figures")
        resources.append(_resource(book, "figures", FIGURES, rows, content[FIGURES], title))
        resources[-1]["figures"] = [_about(item) for item in figures]
    for item in items:
        if item.kind == "tbl" and item.id and item.data:
            name = posixpath.basename(table_file(item.id))
            content[name] = table_csv(book, item)
            title = f"{item.label}: {item.title}".replace(ast.NBSP, " ").removesuffix(": ")
            about = _resource(book, _slug(item.id), name, item.data, content[name], title)
            resources.append({**about, **{k: v for k, v in _about(item).items() if k in ("status", "notes")}})
    if not resources:
        return None
    described = {**_head(book), "resources": resources}
    content["datapackage.json"] = (json.dumps(described, ensure_ascii=False, indent=1) + "\n").encode()
    name = f"{FOLDER}/{book.stem}-data.zip"
    files = {posixpath.join(FOLDER, path): data for path, data in content.items()}
    return Package({**files, name: _zip(content)}, name)


def table_csv(book: Book, item: Item) -> bytes:
    """A table's CSV: the file that came with it, or its cells."""
    if item.csv:
        return item.csv.read_bytes()
    head, *rows = item.data
    return tables.to_csv([[cell or book.word("kvarto-data-row") for cell in head], *rows], book.lang)


def united(book: Book, figures: list[Item]) -> list[list[str]]:
    """One table of all figures' values: number and title in front, then every column that some figure has.

    A column that several figures have stands once; where a figure lacks it, it is empty.
    """
    read = [(item, item.data) for item in figures]
    names = list(dict.fromkeys(name for _, rows in read for name in rows[0]))
    # what all figures have comes where most of them have it; the rest before it, as first met
    common = [n for n in names if all(n in rows[0] for _, rows in read)]
    lead, tail = common[:1], common[1:]
    names = [*lead, *(n for n in names if n not in common), *tail]
    first = [book.word("kvarto-data-number"), book.word("kvarto-data-title")]
    out = [[*first, *names]]
    for item, rows in read:
        label = item.label.replace(ast.NBSP, " ")
        for row in rows[1:]:
            cells = dict(zip(rows[0], row, strict=False))
            out.append([label, item.title, *(tables.plain(cells.get(n, "")) for n in names)])
    return out


def _about(item: Item) -> dict[str, Any]:
    """What a bundle says of its numbers."""
    said: dict[str, Any] = {
        "id": item.facts.get("id") or item.id,
        "label": item.label.replace(ast.NBSP, " "),
        "title": item.title,
        "page": f"{item.page}#{item.id}" if item.id else item.page,
        "status": item.facts.get("status"),
        "synthetic": item.facts.get("synthetic"),
        "mark": item.facts.get("mark"),
        "note": item.facts.get("note"),
        "notes": item.facts.get("notes"),
    }
    return {key: value for key, value in said.items() if value not in (None, "", [])}


def _head(book: Book) -> dict[str, Any]:
    facts = publication.of(book)
    title = plain_text(book.title)
    head: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": _slug(title),
        "title": f"{book.word('kvarto-data')}: {title}",
    }
    if facts is None:
        return head
    head |= {"description": facts.description, "version": facts.edition}
    if facts.url:
        head["homepage"] = facts.url
    if book.date:
        head["created"] = f"{book.date}T00:00:00Z"
    head["keywords"] = list(facts.keywords)
    licence = {
        "name": facts.licence.text.replace(" ", "-"),
        "title": facts.licence.text_name,
        "path": facts.licence.text_url,
    }
    head["licenses"] = [{key: value for key, value in licence.items() if value}]
    if facts.original:
        head["sources"] = [{"title": f"{facts.original.title} ({facts.original.series})"}]
    head["contributors"] = [{"title": a.name, "role": "author"} for a in book.authors]
    return head


def _resource(
    book: Book, name: str, path: str, rows: list[list[str]], data: bytes, title: str
) -> dict[str, Any]:
    header = [cell or f"{book.word('kvarto-data-row')}" for cell in rows[0]]
    return {
        "name": name,
        "path": path,
        "title": title,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8-sig",
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
        "dialect": {"delimiter": tables.separator(book.lang), "lineTerminator": "\r\n", "header": True},
        "schema": {
            "fields": [_field(label, [row[i] for row in rows[1:]]) for i, label in enumerate(header)],
            "missingValues": [""],
        },
    }


def _field(name: str, values: list[str]) -> dict[str, Any]:
    """A column: whole numbers, numbers (with their decimal sign) or text."""
    full = [v for v in values if v]
    if full and all(re.fullmatch(r"-?\d+", v) for v in full):
        return {"name": name, "type": "integer"}
    for sign in (",", "."):
        if full and all(re.fullmatch(rf"-?\d+(\{sign}\d+)?", v) for v in full):
            return {"name": name, "type": "number", "decimalChar": sign}
    return {"name": name, "type": "string"}


def _slug(text: str) -> str:
    plain = text.lower().replace("æ", "ae").replace("ø", "o").replace("å", "a")
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "data"


def _zip(content: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(content):
            archive.writestr(zipfile.ZipInfo(name, _STAMP), content[name], zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()
