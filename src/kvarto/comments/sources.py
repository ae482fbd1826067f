"""The book's files as they are now: where a block is, by its bookmark or by its words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kvarto.comments.notes import Place
from kvarto.docx.places import NAME, file_hash, plain, stream_of, text_hash
from kvarto.stamp import tree

Key = tuple[str, int]
"""Letters to look for, and how many of them stand before the point that is meant."""


_SURE, _LEAST = 24, 10
"""Letters that make a piece of text sure to be found in the right place, and the fewest worth looking for."""
_BLOCK = 6000
"""Letters and digits that a block has at most."""


class Sources:
    """The book's .qmd files as they are now."""

    def __init__(self, root: Path) -> None:
        """`root` is the book's folder."""
        self._root = root

    @cached_property
    def _files(self) -> dict[str, _File]:
        found = {}
        for name in sorted(tree(self._root)):
            if name.endswith((".qmd", ".md")):
                text = (self._root / name).read_text(encoding="utf-8-sig", errors="replace")
                found[file_hash(name)] = _File(name, text.split("\n"))
        return found

    def find(self, bookmark: str | None, keys: list[Key]) -> Place | None:
        """The place of a block by its bookmark, then of the first of the keys that stands in it.

        keys: the best first.
        """
        m = NAME.match(bookmark or "")
        file = self._files.get(m["file"]) if m else None
        if m and file:
            line = _line(file.rows, int(m["line"]), m["text"])
            if line is not None:
                return Place(file.path, _within(file, line, keys) or line)
            at = _anywhere([file], keys)
            return at or Place(file.path, min(int(m["line"]), len(file.rows)), "text")
        return _anywhere(list(self._files.values()), keys)


@dataclass
class _File:
    path: str
    rows: list[str]

    @cached_property
    def stream(self) -> tuple[str, list[int]]:
        """Letters and digits of the text, and the line of each."""
        return stream_of("\n".join(self.rows))

    def start(self, line: int) -> int:
        """Where a line begins among the letters."""
        lines = self.stream[1]
        return next((i for i, at in enumerate(lines) if at >= line), len(lines))


def _line(rows: list[str], line: int, digest: str) -> int | None:
    """The line with this hash that is nearest to where it stood."""
    same = [n for n, row in enumerate(rows, 1) if text_hash(row) == digest]
    return min(same, key=lambda n: abs(n - line)) if same else None


def _within(file: _File, line: int, keys: list[Key]) -> int | None:
    """The line of the first key that stands in the block beginning at a line."""
    letters, lines = file.stream
    start = file.start(line)
    for key, ahead in keys:
        found = letters.find(key, start, start + _BLOCK)
        if found >= 0:
            return lines[min(found + ahead, len(lines) - 1)]
    return None


def _anywhere(files: list[_File], keys: list[Key]) -> Place | None:
    """Where the first long key stands that some file has."""
    for key, ahead in keys:
        if len(key) < _SURE:
            continue
        for file in files:
            letters, lines = file.stream
            found = letters.find(key)
            if found >= 0:
                return Place(file.path, lines[min(found + ahead, len(lines) - 1)], "text")
    return None


def keys_of(words: str, before: str, old: str) -> list[Key]:
    """Pieces of a paragraph to look for: deleted text, what stands around it, then all from its start."""
    lead, gone = plain(before)[-_SURE:], plain(old)[:_SURE]
    after = plain(words[len(before) :])[:_SURE]
    near = [(gone, 0), (lead + gone, len(lead)), (lead + after, len(lead)), (lead, len(lead)), (after, 0)]
    return [k for k in [*near, *windows(words)] if len(k[0]) >= _LEAST]


def windows(text: str) -> list[Key]:
    """Pieces of a text that may stand in the source though computed numbers between them do not."""
    letters = plain(text)
    if len(letters) <= 2 * _SURE:
        return [(letters, 0)] if len(letters) >= _LEAST else []
    return [(letters[i : i + _SURE], 0) for i in range(0, len(letters) - _SURE + 1, _SURE // 2)]
