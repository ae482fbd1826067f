"""What differs between two editions: paragraphs word by word, numbers, pictures, marks."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Literal

from PIL import Image, ImageChops

from kvarto.compare.blocks import Block, Content

Op = Literal["same", "old", "new"]
_TOKEN = re.compile(r"\s+|[^\s\w]|[\w]+(?:[.,\u00a0\u202f]\d+)*")
_NUMBER = re.compile(r"[−-]?\d+(?:[\u00a0\u202f]\d{3}(?!\d))*(?:,\d+)?|[−-]?,\d+")
_LETTER = re.compile(r"[^\W\d_]")  # a cell without any is a value, also one that is left out
_SHADES = 48  # of 255
_ALIKE = 0.5  # paragraphs less alike than this are one removed and one added


@dataclass(frozen=True)
class Edit:
    """A block that changed: runs of words that stayed, went and came; `old` or `new` is None at the ends."""

    old: Block | None
    new: Block | None
    runs: tuple[tuple[Op, str], ...]

    @property
    def place(self) -> Block:
        """Where a reader finds it."""
        block = self.new or self.old
        assert block is not None
        return block


@dataclass(frozen=True)
class Moved:
    """A number that changed: where it stands, what it says, old and new."""

    where: str
    what: str
    old: str
    new: str


@dataclass
class Changes:
    """Everything that differs, in the order of the book."""

    edits: dict[str, list[Edit]] = field(default_factory=dict)
    numbers: list[Moved] = field(default_factory=list)
    data: list[Moved] = field(default_factory=list)
    pictures: list[tuple[str, bool, bool]] = field(default_factory=list)
    marks: list[tuple[str, str, str]] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.edits or self.numbers or self.data or self.pictures or self.marks)


def find(old: Content, new: Content) -> Changes:
    """Compare two editions."""
    changes = Changes()
    for page in [*new.pages, *(p for p in old.pages if p not in new.pages)]:
        edits = list(_edits(old.pages.get(page, []), new.pages.get(page, [])))
        if edits:
            changes.edits[page] = edits
            changes.numbers += [moved for edit in edits for moved in _numbers(edit)]
    for path in [*new.tables, *(p for p in old.tables if p not in new.tables)]:
        where = new.called(path) if path in new.tables else old.called(path)
        changes.data += _cells(where, old.tables.get(path, []), new.tables.get(path, []))
    for path in [*new.pictures, *(p for p in old.pictures if p not in new.pictures)]:
        if not _look_alike(old.pictures.get(path), new.pictures.get(path)):
            changes.pictures.append((path, path in old.pictures, path in new.pictures))
    for mark in sorted({*old.marks, *new.marks}):
        before, after = old.marks.get(mark, ""), new.marks.get(mark, "")
        if before != after:
            changes.marks.append((mark, before, after))
    return changes


def _look_alike(old: Path | None, new: Path | None) -> bool:
    """Whether two pictures show the same: drawn anew, edges may differ by shades that nobody sees."""
    if old is None or new is None:
        return False
    if old.read_bytes() == new.read_bytes():
        return True
    with Image.open(old) as before, Image.open(new) as after:
        if before.size != after.size:
            return False
        difference = ImageChops.difference(before.convert("RGB"), after.convert("RGB")).convert("L")
        return difference.point(lambda shade: 255 if shade > _SHADES else 0).getbbox() is None


def _edits(old: Sequence[Block], new: Sequence[Block]) -> Iterator[Edit]:
    matcher = difflib.SequenceMatcher(None, [b.text for b in old], [b.text for b in new], autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag != "equal":
            yield from _paired(old[i:j], new[k:m])


def _paired(old: Sequence[Block], new: Sequence[Block]) -> Iterator[Edit]:
    """Pair the blocks of a changed stretch, in order, with the likest that is left."""
    at = 0
    for block in new:
        best, score = None, _ALIKE
        for index in range(at, len(old)):
            if old[index].kind == block.kind:
                ratio = difflib.SequenceMatcher(
                    None, old[index].text.split(), block.text.split(), autojunk=False
                ).ratio()
                if ratio > score:
                    best, score = index, ratio
        if best is None:
            yield Edit(None, block, (("new", block.text),))
            continue
        for gone in old[at:best]:
            yield Edit(gone, None, (("old", gone.text),))
        yield Edit(old[best], block, tuple(runs(old[best].text, block.text)))
        at = best + 1
    for gone in old[at:]:
        yield Edit(gone, None, (("old", gone.text),))


def runs(old: str, new: str) -> Iterator[tuple[Op, str]]:
    """Word by word; a number with its decimals is one word."""
    a, b = _TOKEN.findall(old), _TOKEN.findall(new)
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            yield "same", "".join(a[i:j])
            continue
        if i < j:
            yield "old", "".join(a[i:j])
        if k < m:
            yield "new", "".join(b[k:m])


def _numbers(edit: Edit) -> Iterator[Moved]:
    """Numbers that stand in the place of other numbers, in the same words."""
    if edit.old is None or edit.new is None:
        return
    before, after = _NUMBER.findall(edit.old.text), _NUMBER.findall(edit.new.text)
    if _NUMBER.sub("#", edit.old.text) == _NUMBER.sub("#", edit.new.text):
        pairs = [(o, n) for o, n in zip(before, after, strict=True) if o != n]
    else:
        pairs = []
        found = list(edit.runs)
        for (op, text), (following, replacement) in pairwise(found):
            if (op, following) == ("old", "new"):
                olds, news = _NUMBER.findall(text), _NUMBER.findall(replacement)
                if olds and len(olds) == len(news):
                    pairs += [(o, n) for o, n in zip(olds, news, strict=True) if o != n]
    for old, new in pairs:
        yield Moved(edit.new.heading, _around(edit.new.text, new), old, new)


def _around(text: str, number: str, width: int = 90) -> str:
    at = max(text.find(number), 0)
    start, end = max(at - width // 2, 0), min(at + len(number) + width // 2, len(text))
    start = text.find(" ", start) + 1 if start else 0
    end = text.rfind(" ", start, end) if end < len(text) else end
    return ("… " if start else "") + text[start : max(end, start)].strip() + (" …" if end < len(text) else "")


def _cells(path: str, old: list[list[str]], new: list[list[str]]) -> list[Moved]:
    """Cells of a table of numbers that differ; rows are known by the text they begin with."""
    if not old or not new or old[0] != new[0]:
        return [] if old == new else [Moved(path, "hele tabellen", _size(old), _size(new))]
    head = new[0]
    before, after = _by_label(old[1:]), _by_label(new[1:])
    moved = []
    for label in [*after, *(key for key in before if key not in after)]:
        if label not in before or label not in after:
            moved.append(Moved(path, _label(label), _there(before, label), _there(after, label)))
            continue
        for column, o, n in zip(head, before[label], after[label], strict=False):
            if o != n:
                moved.append(Moved(path, f"{_label(label)}: {column}", o, n))
    return moved


def _by_label(rows: list[list[str]]) -> dict[tuple[str, ...], list[str]]:
    found: dict[tuple[str, ...], list[str]] = {}
    for row in rows:
        label = tuple(cell for cell in row if _LETTER.search(cell))
        key = label
        while key in found:
            key = (*key, "·")
        found[key] = row
    return found


def _label(label: tuple[str, ...]) -> str:
    return ", ".join(dict.fromkeys(part for part in label if part != "·")) or "rad uten tekst"


def _there(rows: dict[tuple[str, ...], list[str]], label: tuple[str, ...]) -> str:
    return "finnes" if label in rows else "finnes ikke"


def _size(rows: list[list[str]]) -> str:
    return f"{max(len(rows) - 1, 0)} rader" if rows else "finnes ikke"
