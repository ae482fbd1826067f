"""What of the book can be shown in a list or taken away as data: its figures and tables, in reading order."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kvarto.execute.result import Executed
from kvarto.html import tables
from kvarto.structure import ast
from kvarto.structure.ast import NBSP, Blocks, Element, Inlines
from kvarto.structure.model import StructuredChapter

FILE = "data-file"
"""An attribute of a div around a table: the CSV file with its numbers, as a link of the chapter."""


@dataclass
class Item:
    """A figure or table with a number, or a picture without one that has a bundle.

    label: «Figur 1.2», "" without number. page: its HTML file. rows: a table as it stands. csv: the file with
    its numbers. facts: `figure.json` or `table.json`, {} without.
    """

    kind: str
    id: str
    label: str
    caption: Inlines
    page: str
    rows: list[list[str]] = field(default_factory=list)
    csv: Path | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The caption as text; the bundle's own for a picture that has none here."""
        return ast.stringify(self.caption) or str(self.facts.get("caption") or self.facts.get("title") or "")

    @property
    def data(self) -> list[list[str]]:
        """Its numbers: of the file beside it, or of the table itself; [] for a picture alone."""
        if self.csv is not None:
            return tables.from_csv(self.csv.read_bytes())
        return [[tables.plain(cell) for cell in row] for row in self.rows]


def of_chapter(chapter: StructuredChapter, runs: Mapping[str, Executed]) -> list[Item]:
    """The figures and tables of a chapter with a page."""
    out: list[Item] = []
    if chapter.chapter.html:
        _blocks(chapter, chapter.blocks, runs, out)
    return out


def collect(chapters: Iterable[list[Item]]) -> list[Item]:
    """All figures and tables of the book. A bundle that is shown twice comes once, with its number if any."""
    out = [item for items in chapters for item in items]
    numbered = {item.csv for item in out if item.label and item.csv}
    seen: set[Path] = set()
    kept = []
    for item in out:
        if item.csv and not item.label and (item.csv in numbered or item.csv in seen):
            continue
        if item.csv:
            seen.add(item.csv)
        kept.append(item)
    return kept


def _blocks(
    chapter: StructuredChapter, blocks: Blocks, runs: Mapping[str, Executed], out: list[Item]
) -> None:
    for el in blocks:
        if el["t"] == "Div" and "kv-float" in el["c"][0][1]:
            if el["c"][0][1][1] in ("fig", "tbl"):
                out.append(_float(chapter, el, runs))
            else:
                _blocks(chapter, el["c"][1], runs, out)
        elif el["t"] in ("Para", "Plain", "Figure"):
            for image in ast.walk([el]):
                if image["t"] == "Image" and (found := _bundle(chapter, image, runs)):
                    out.append(
                        Item("fig", "", "", [], chapter.chapter.html or "", csv=found[0], facts=found[1])
                    )
        else:
            for inner in ast.children(el):
                _blocks(chapter, inner, runs, out)


def _float(chapter: StructuredChapter, el: Element, runs: Mapping[str, Executed]) -> Item:
    at, inner = el["c"]
    label = f"{ast.get(at, 'label')}{NBSP}{ast.get(at, 'number')}"
    caption: Inlines = inner[-1]["c"][1][0]["c"] if inner and inner[-1]["c"][1] else []
    item = Item(at[1][1], at[0], label, caption, chapter.chapter.html or "")
    for part in ast.walk(inner[:-1]):
        if part["t"] == "Image" and item.csv is None and (found := _bundle(chapter, part, runs)):
            item.csv, item.facts = found
        elif part["t"] == "Table" and not item.rows:
            item.rows = tables.grid(part)
        elif part["t"] == "Div" and (name := ast.get(part["c"][0], FILE)):
            item.csv = _resource(chapter, name, runs)
            item.facts = _facts(item.csv, "table.json")
    return item


def _resource(chapter: StructuredChapter, url: str, runs: Mapping[str, Executed]) -> Path | None:
    run = runs.get(chapter.chapter.id)
    return run.resource("html", url) if run else None


def _bundle(
    chapter: StructuredChapter, image: Element, runs: Mapping[str, Executed]
) -> tuple[Path, dict[str, Any]] | None:
    """(data.csv, figure.json) beside an image."""
    source = _resource(chapter, image["c"][2][0], runs)
    if source is None or not (source.parent / "data.csv").is_file():
        return None
    facts = _facts(source, "figure.json")
    return (source.parent / "data.csv", facts) if facts else None


def _facts(file: Path | None, name: str) -> dict[str, Any]:
    if file is None or not (file.parent / name).is_file():
        return {}
    found = json.loads((file.parent / name).read_text(encoding="utf-8"))
    return found if isinstance(found, dict) else {}
