"""Comment editions («kommentarutgaver»): the book with marks in its margin, for those who are asked to read.

    rounds.mark(structured, executed)      # before a writer gets it

A `Div` `kv-margin` goes before each block with statements that a file outside says something of
(`kvarto.annotations`): which, and what. One with the class `kv-far` goes before the picture of each float
whose bundle says that its numbers are synthetic. Line numbers, stamp and date are the writers' own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kvarto.execute.result import Executed
from kvarto.project import Book
from kvarto.structure import ast
from kvarto.structure.ast import Blocks, Element
from kvarto.structure.model import Structured


def stamp(book: Book) -> str:
    """What stands on every page."""
    norwegian = book.lang.split("-")[0].lower() in ("nb", "nn", "no")
    words = "UTKAST · kommentarutgave" if norwegian else "DRAFT · for comments"
    return f"{words} · {book.date_long}" if book.date else words


def mark(structured: Structured, executed: Mapping[str, Executed]) -> None:
    """Put the marks into the structured AST, in place."""
    settings = structured.book.meta.get("kvarto")
    told = settings.get("annotations") if isinstance(settings, dict) else None
    told = told if isinstance(told, dict) else {}
    marker = _Marker(structured, *(str(told.get(key) or "") for key in ("class", "attribute", "mark")))
    for chapter in structured:
        found = executed.get(chapter.chapter.id)
        marker.executed = found
        chapter.blocks[:] = marker.blocks(chapter.blocks)


class _Marker:
    def __init__(self, structured: Structured, cls: str, attribute: str, lead: str) -> None:
        self.executed: Executed | None = None
        self._fmt, self._cls, self._attribute, self._lead = structured.fmt, cls, attribute, lead
        self._synthetic = structured.book.word("kvarto-fig-synthetic")

    def blocks(self, blocks: Blocks) -> Blocks:
        """Blocks with a mark before each that needs one; divs are looked into, a list or table is one."""
        out: Blocks = []
        for el in blocks:
            if el["t"] == "Div" and "kv-float" in el["c"][0][1]:
                self._float(el)
            elif el["t"] == "Div":
                el["c"][1] = self.blocks(el["c"][1])
            else:
                rows = self._annotated(el)
                if rows:
                    out.append(_margin(rows))
            out.append(el)
        return out

    def _annotated(self, el: Element) -> list[str]:
        """«Funn f-045, f-046: holder», one row for each thing said."""
        if not self._cls:
            return []
        said: dict[str, list[str]] = {}
        for inner in ast.walk([el]):
            if inner["t"] == "Span" and self._cls in inner["c"][0][1]:
                at = inner["c"][0]
                said.setdefault(ast.get(at, "data-label"), []).append(ast.get(at, self._attribute))
        lead = f"{self._lead} " if self._lead else ""
        return [
            f"{lead}{', '.join(dict.fromkeys(ids))}{': ' if label else ''}{label}"
            for label, ids in said.items()
        ]

    def _float(self, el: Element) -> None:
        at, content = el["c"]
        if ast.get(at, "parent"):
            return
        for inner in ast.walk(content):
            if inner["t"] == "Image" and self._is_synthetic(inner["c"][2][0]):
                el["c"][1] = [_margin([self._synthetic], "kv-far"), *content]
                return

    def _is_synthetic(self, url: str) -> bool:
        """Whether the bundle beside a picture says that it shows values that nobody has measured."""
        file = self.executed.resource(self._fmt, url) if self.executed else None
        facts = _facts(file.parent / "figure.json") if file else {}
        return bool(facts.get("synthetic")) and facts.get("status") != "published"


def _facts(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _margin(rows: list[str], *classes: str) -> Element:
    content: list[Element] = []
    for row in rows:
        content += [*([{"t": "LineBreak"}] if content else []), *ast.words(row)]
    return ast.div(ast.attr("", ["kv-margin", *classes]), [{"t": "Para", "c": content}])
