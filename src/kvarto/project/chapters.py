"""The chapters, parts and appendices that `book:` lists, in reading order, and the menu they make."""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import Any

from kvarto import schema
from kvarto.faults import Faults, KvartoError
from kvarto.project.config import CONFIG, as_list, merge, read_text
from kvarto.project.frontmatter import folder_metadata, front_matter
from kvarto.project.headings import first_heading, plain_text, split_heading
from kvarto.project.model import Chapter, NavItem
from kvarto.yamlio import Doc, Keys


def contents(
    root: Path, book: dict[str, Any], doc: Doc, words: dict[str, str], faults: Faults
) -> tuple[list[Chapter], list[NavItem]]:
    """The chapters in reading order, and the menu.

    book: what stands under `book:`. words: the words that the book prints (the appendices' divider is one).
    """
    listed = _Contents(root, doc, faults)
    listed.each(book.get("chapters"), ("book", "chapters"), listed.nav)
    # Quarto takes `references:` as a last chapter of its own.
    if isinstance(book.get("references"), str):
        listed.add(book["references"], ("book", "references"), listed.nav)
    if book.get("appendices"):
        word = words.get("section-title-appendices", "Appendices")
        divider = Chapter("appendices", "appendix-divider", word, title_text=plain_text(word), appendix=True)
        group = listed.group(divider, listed.nav)
        listed.each(book["appendices"], ("book", "appendices"), group.children, appendix=True, depth=1)
    chapters = listed.chapters
    if not any(c.source and c.id in ("index.qmd", "index.md") for c in chapters) and book.get("chapters"):
        faults.add(
            CONFIG,
            doc.line("book", "chapters"),
            "Boken mangler forsiden index.qmd.",
            fix="Legg index.qmd først under book: chapters:.",
            kind="chapters",
        )
    return chapters, listed.nav


class _Contents:
    """The book's contents as far as they have been read; numbers are given in the order of reading."""

    def __init__(self, root: Path, doc: Doc, faults: Faults) -> None:
        self.chapters: list[Chapter] = []
        self.nav: list[NavItem] = []
        self._root, self._doc, self._faults = root, doc, faults
        self._seen: dict[str, int | None] = {}
        self._counted = {False: 0, True: 0}

    def each(
        self, items: Any, keys: Keys, into: list[NavItem], appendix: bool = False, depth: int = 0
    ) -> None:
        """All entries of a list. keys: where it stands in `_quarto.yml`. into: the menu they go into."""
        for i, entry in enumerate(as_list(items)):
            at = (*keys, i)
            if isinstance(entry, dict) and "part" in entry:
                self._part(entry, at, into, appendix, depth)
            elif isinstance(entry, dict) and ("file" in entry or "href" in entry):
                self.add(entry.get("file") or entry.get("href"), at, into, appendix=appendix, depth=depth)
            elif isinstance(entry, str):
                self.add(entry, at, into, appendix=appendix, depth=depth)
            else:
                self._faults.add(
                    CONFIG,
                    self._doc.line(*at),
                    "Dette er verken et kapittel eller en del.",
                    f"Leste: {entry!r}",
                    "Skriv en fil (kap1.qmd) eller part: med chapters:.",
                    kind="chapters",
                )

    def _part(self, entry: dict[str, Any], at: Keys, into: list[NavItem], appendix: bool, depth: int) -> None:
        name = str(entry["part"])
        group: NavItem | None
        if re.search(r"\.(qmd|md)$", name):
            group = self.add(name, (*at, "part"), into, "part", appendix, depth)
        else:
            ident = f"part-{sum(c.kind == 'part' for c in self.chapters) + 1}"
            text = plain_text(name)
            part = Chapter(ident, "part", name, title_text=text, appendix=appendix, depth=depth)
            group = self.group(part, into)
        inside = group.children if group else into
        self.each(entry.get("chapters"), (*at, "chapters"), inside, appendix, depth + 1)

    def group(self, chapter: Chapter, into: list[NavItem]) -> NavItem:
        """A heading of the contents that has no page of its own."""
        self.chapters.append(chapter)
        item = NavItem(chapter.title_text, None, chapter)
        into.append(item)
        return item

    def add(
        self,
        name: Any,
        keys: Keys,
        into: list[NavItem],
        kind: str = "chapter",
        appendix: bool = False,
        depth: int = 0,
    ) -> NavItem | None:
        """A chapter with its number; None, and a fault, where there is no such file or it stands already."""
        line = self._doc.line(*keys)
        chapter = _chapter_file(self._root, str(name), line, kind, self._faults)
        if chapter is None:
            return None
        if chapter.id in self._seen:
            self._faults.add(
                CONFIG,
                line,
                f"Kapittelet {name} står to ganger (også på linje {self._seen[chapter.id]}).",
                fix="Behold det ene.",
                kind="chapters",
            )
            return None
        self._seen[chapter.id] = line
        chapter.appendix, chapter.depth = appendix, depth
        if kind == "part":
            chapter.numbered = False
        if chapter.numbered:
            self._counted[appendix] += 1
            chapter.number = self._counted[appendix]
        self.chapters.append(chapter)
        item = NavItem(chapter.title_text, chapter.html, chapter, str(chapter.number or ""))
        into.append(item)
        return item


def _near(root: Path, name: str) -> str:
    """The chapter's file that has the same name elsewhere, or nearly this one; empty where there is none."""
    files = sorted(
        path.relative_to(root).as_posix()
        for path in root.rglob("*.qmd")
        if not any(part.startswith((".", "_")) for part in path.relative_to(root).parts)
    )
    same = [file for file in files if Path(file).name.casefold() == Path(name).name.casefold()]
    near = same or difflib.get_close_matches(name, files, 1, cutoff=0.75)
    return f"Mente du {near[0]}?" if near else ""


def _chapter_file(root: Path, name: str, line: int | None, kind: str, faults: Faults) -> Chapter | None:
    path = (root / name.lstrip("/")).resolve()
    if not path.is_file():
        faults.add(
            CONFIG,
            line,
            f"Kapittelet {name} finnes ikke.",
            _near(root, name) or f"Lette etter {name} i bokens mappe.",
            "Rett navnet under chapters:, eller lag filen.",
            kind="missing-chapter",
        )
        return None
    if not path.is_relative_to(root):
        faults.add(
            CONFIG,
            line,
            f"Kapittelet {name} ligger utenfor boken.",
            fix="Flytt filen inn i bokens mappe.",
            kind="missing-chapter",
        )
        return None
    if path.suffix not in (".qmd", ".md"):
        faults.add(
            CONFIG,
            line,
            f"Kapittelet {name} er ikke en .qmd- eller .md-fil.",
            fix="Notatbøker (.ipynb) og andre kapitler støttes ikke.",
            kind="unsupported",
        )
        return None
    ident = path.relative_to(root).as_posix()
    try:
        text = read_text(path, ident)
        front, body_line = front_matter(text, ident)
    except KvartoError as exc:
        faults.extend(exc.faults)
        return Chapter(
            ident, kind, path.stem, path, str(Path(ident).with_suffix(".html")), path.stem, numbered=True
        )
    schema.check_front(front, ident, faults)
    data = merge(folder_metadata(root, path, faults), front.data if isinstance(front.data, dict) else {})
    heading = (
        f"# {data['title']}"
        if data.get("title")
        else first_heading(text.splitlines()[body_line - 1 :], path, root)
    )
    title, ident_attr, classes = split_heading(heading) if heading else (path.stem, None, [])
    return Chapter(
        id=ident,
        kind=kind,
        title=title,
        source=path,
        html=str(Path(ident).with_suffix(".html").as_posix()),
        title_text=plain_text(title),
        heading_id=ident_attr,
        title_from_meta=bool(data.get("title")) or not heading,
        numbered="unnumbered" not in classes,
        front=data,
        front_lines=front.lines,
        body_line=body_line,
    )
