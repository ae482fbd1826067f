"""Where a paragraph of the DOCX stands in the sources, as the name of a hidden bookmark at its beginning.

`_kv_1f0c9a_112_7be2`: a hash of the file's path, its line, a hash of that line's text. So the way back needs
no table and survives another person's Word: see `kvarto.comments`. pandoc's AST has no positions; a block is
found by its words, which stand in the chapter's Markdown in the same order.
"""

from __future__ import annotations

import hashlib
import re
from functools import cached_property
from pathlib import Path

from kvarto.execute.result import Executed
from kvarto.structure import ast
from kvarto.structure.ast import Element, Inlines

NAME = re.compile(r"_kv_(?P<file>[0-9a-f]{6})_(?P<line>\d+)_(?P<text>[0-9a-f]{4})$")
"""The form of a place's bookmark."""

_LONG, _SHORT, _NEAR = 40, 16, 4000
# What stands in the Markdown and not in the text of the AST, or the other way round.
_MARKUP = re.compile(
    r"`\{python\}[^`]*`"  # computed, or about to be
    r"|(?<!\\)\{[^{}\n]*\}"  # attributes
    r"|\{[#.][^{}]*\}"
    r"|\]\([^()\s]*\)"  # targets of links
    r"|<!--.*?-->"
    r"|\[\^[^\]\s]+\]"
    r"|(?<![\w])@[\w:-]+",
    re.S,
)
_BREAKS = {"Note", "Cite", "Math", "Image", "RawInline", "Code"}


def file_hash(path: str) -> str:
    """What stands for a file (a path relative to the book, with slashes)."""
    return hashlib.sha256(path.encode()).hexdigest()[:6]


def text_hash(line: str) -> str:
    """What stands for a line's text; spaces at its ends do not count."""
    return hashlib.sha256(line.strip().encode()).hexdigest()[:4]


def plain(text: str) -> str:
    """Letters and digits alone, small: what two spellings of a text have in common."""
    return "".join(c for c in text.casefold() if c.isalnum())


def stream_of(markdown: str) -> tuple[str, list[int]]:
    """The letters and digits of a Markdown text's words, and the line (from 1) of each."""
    text = _MARKUP.sub(lambda m: "\n" * m[0].count("\n"), markdown)
    letters: list[str] = []
    lines: list[int] = []
    for number, row in enumerate(text.split("\n"), 1):
        kept = plain(row)
        letters.append(kept)
        lines += [number] * len(kept)
    return "".join(letters), lines


class Places:
    """Finds the blocks of a book; one place is given once."""

    def __init__(self, root: Path) -> None:
        """`root` is the book's folder."""
        self._root = root
        self._given: set[str] = set()
        self._lines: dict[str, list[str]] = {}

    def chapter(self, executed: Executed | None) -> _Chapter:
        """A finder for one chapter, to be called with its blocks in their order."""
        return _Chapter(self, executed)

    def name(self, path: str, line: int) -> str | None:
        """The bookmark of a line, or None when it has been given or the file cannot be read."""
        if path not in self._lines:
            try:
                self._lines[path] = (self._root / path).read_text(encoding="utf-8-sig").split("\n")
            except OSError:
                self._lines[path] = []
        rows = self._lines[path]
        if not 0 < line <= len(rows):
            return None
        name = f"_kv_{file_hash(path)}_{line}_{text_hash(rows[line - 1])}"
        if name in self._given:
            return None
        self._given.add(name)
        return name


class _Chapter:
    def __init__(self, places: Places, executed: Executed | None) -> None:
        self._places, self._executed = places, executed
        self._at = 0

    @cached_property
    def _stream(self) -> tuple[str, list[int]]:
        """The Markdown's letters and digits, and the line (from 1) of each."""
        return stream_of(self._executed.markdown("docx") if self._executed else "")

    def __call__(self, node: Element) -> str | None:
        """The bookmark of a block's place, or None when it is not found."""
        if self._executed is None:
            return None
        key = _key(node)
        if len(key) < 3:
            return None
        stream, lines = self._stream
        near = None if len(key) >= _SHORT else self._at + _NEAR
        found = stream.find(key, self._at, near)
        if found < 0 and len(key) >= _SHORT:
            found = stream.find(key)
        if found < 0:
            return None
        self._at = found + len(key)
        path, line = self._executed.place("docx", lines[found])
        return self._places.name(path, line)


def _key(node: Element) -> str:
    """The first words of a block that stand in the Markdown as they are, as letters and digits."""
    if node["t"] == "Header":
        inlines: Inlines = node["c"][2]
    elif node["t"] == "Div":  # a float: its caption
        inlines = [i for b in node["c"][1][-1]["c"][1] for i in b.get("c", [])]
    else:
        inlines = node["c"]
    runs = [""]
    _runs(inlines, runs)
    kept = [plain(run) for run in runs]
    return next((run for run in kept if len(run) >= _SHORT), max(kept, key=len))[:_LONG]


def _runs(inlines: Inlines, runs: list[str]) -> None:
    """The text of inlines, cut where the Markdown has something else."""
    for el in inlines:
        kind = el["t"]
        at = ast.attr_of(el)
        made = at is not None and bool({"kv-ref", "kv-cite", "kv-fault", "kv-margin"} & set(at[1]))
        if kind in _BREAKS or made:
            runs.append("")
        elif kind == "Str":
            runs[-1] += el["c"]
        elif kind in ("Space", "SoftBreak", "LineBreak"):
            runs[-1] += " "
        else:
            for inner in ast.children(el):
                _runs(inner, runs)
