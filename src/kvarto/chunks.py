"""Cuts a long chapter where pandoc may read the parts on their own, so that an edit costs one part.

    parts = split(markdown)      # list of Part(text, first_line), or the whole as one part

Reading the parts and joining their blocks gives what reading the whole gives. That holds because cuts are
made only at headings outside divs, code and comments; definitions of links and notes go to the parts that use
them; and a text is left whole when something reaches across a cut: numbered examples, equal headings (their
ids count on), links to headings by their text, open HTML elements.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from kvarto.source import Line, classify

SMALLEST = 3_000
"""Characters below which a part is not worth a file of its own."""

_HEADING = re.compile(r"^#{1,6}\s")
_CUT = re.compile(r"^#{1,4}\s+\S")
_DIV = re.compile(r"^ {0,3}(:{3,})\s*(.*?)\s*$")
_NOTE = re.compile(r"^ {0,3}\[\^([^\]\s]+)\]:")
_LINK = re.compile(r"^ {0,3}\[(?!\^)[^\]]+\]:\s*\S")
_TAG = re.compile(
    r"<(/?)(div|section|details|figure|table|aside|span|p|blockquote|[uod]l|pre)\b[^>]*?(/?)>", re.I
)


@dataclass(frozen=True)
class Part:
    """A part's text and the line (from 1) where it begins in the whole; definitions may follow its lines."""

    text: str
    first_line: int


def split(markdown: str) -> list[Part]:
    """The parts of a chapter's Markdown; one part when it is short or cannot be cut."""
    whole = [Part(markdown, 1)]
    if len(markdown) < 2 * SMALLEST:
        return whole
    rows = markdown.split("\n")
    kinds = [where for _, where in classify([Line(row, "", i) for i, row in enumerate(rows, 1)])]
    cuts = _cuts(rows, kinds)
    if not cuts:
        return whole
    bounds = [0, *cuts, len(rows)]
    spans = list(pairwise(bounds))
    text = [i for i, kind in enumerate(kinds) if kind == "text"]
    if _reaches_across(rows, kinds, spans):
        return whole
    notes = _notes(rows, text)
    links = [rows[i] for i in text if _LINK.match(rows[i])]
    parts: list[Part] = []
    moved = _homeless(rows, notes, spans)
    for begin, end in spans:
        own = list(rows[begin:end])
        used = set(re.findall(r"\[\^([^\]\s]+)\](?!:)", "\n".join(own)))
        extra: list[str] = []
        for name, (first, last) in notes.items():
            inside = begin <= first < end
            if inside and name in moved:
                own[first - begin : last - begin] = [""] * (last - first)
            elif not inside and name in used:
                extra += ["", *rows[first:last]]
        if links:
            here = {row for row in own if _LINK.match(row)}
            extra += ["", *(row for row in links if row not in here)]
        parts.append(Part("\n".join([*own, *extra]) + "\n", begin + 1))
    return parts


_CITATION = re.compile(r"(?<![\w.])@\{?(?!(?:fig|tbl|lst|eq|sec|nte|wrn|tip|imp|cau|thm)-)\w", re.I)


def cites(markdown: str) -> bool:
    """Whether a text cites literature, so that the numbers of its notes matter."""
    return bool(_CITATION.search(markdown))


def number_notes(parts: list[list[Any]]) -> None:
    """Let the note numbers of citations run on from part to part, as when the whole is read (in place)."""
    before = 0
    for blocks in parts:
        before += _number(blocks, before, False)


def _number(node: Any, offset: int, in_note: bool) -> int:
    """Add to the note numbers below a node; returns how many notes and citations in the text it has."""
    if isinstance(node, list):
        return sum(_number(item, offset, in_note) for item in node)
    if not isinstance(node, dict):
        return 0
    kind, content = node.get("t"), node.get("c") or []
    if kind == "Cite":
        for citation in content[0]:
            citation["citationNoteNum"] += offset
        return 0 if in_note else 1
    if kind == "Note":
        _number(content, offset, True)
        return 1
    return _number(content, offset, in_note)


def _cuts(rows: list[str], kinds: list[str]) -> list[int]:
    """Indices of headings to cut at, so far apart that every part is worth it."""
    cuts: list[int] = []
    depth = size = 0
    after = [0] * (len(rows) + 1)
    for i in range(len(rows) - 1, -1, -1):
        after[i] = after[i + 1] + len(rows[i]) + 1
    for i, (row, kind) in enumerate(zip(rows, kinds, strict=True)):
        if kind == "text":
            m = _DIV.match(row)
            if m and (not m[2] or set(m[2]) == {":"}):
                depth = max(0, depth - 1)
            elif m:
                depth += 1
            clear = i > 0 and not rows[i - 1].strip() and kinds[i - 1] == "text"
            if depth == 0 and clear and _CUT.match(row) and size >= SMALLEST and after[i] >= SMALLEST:
                cuts.append(i)
                size = 0
        size += len(row) + 1
    return cuts


def _reaches_across(rows: list[str], kinds: list[str], spans: list[tuple[int, int]]) -> bool:
    """Whether something in one part changes how another is read."""
    names: Counter[str] = Counter()
    titles: list[str] = []
    prose: list[str] = []
    for begin, end in spans:
        seen: set[str] = set()
        tags: Counter[str] = Counter()
        for i in range(begin, end):
            if kinds[i] != "text":
                continue
            row = rows[i]
            prose.append(row)
            if re.match(r"^\s*\(@", row) or (re.fullmatch(r"(=+|-+)\s*", row) and i and rows[i - 1].strip()):
                return True  # numbered examples; headings by underlining, which are not looked for
            for m in _TAG.finditer(row):
                if not m[3]:
                    tags[m[2].lower()] += -1 if m[1] else 1
            if _HEADING.match(row):
                title = re.sub(r"\{[^{}]*\}\s*$", "", row.lstrip("#")).strip()
                titles.append(title)
                ident = re.search(r"\{[^{}]*#([^\s}]+)", row)
                name = re.sub(r"[\W_]+", "", ident[1] if ident else title).casefold()
                seen.add(name.lstrip("0123456789"))
        names.update(seen)
        if any(tags.values()):
            return True
    if any(count > 1 for count in names.values()):
        return True
    text = "\n".join(prose)
    return any(f"[{title}]" in text for title in titles if title)


def _notes(rows: list[str], text: list[int]) -> dict[str, tuple[int, int]]:
    """Where each note is defined: first line and the line after its last."""
    notes: dict[str, tuple[int, int]] = {}
    for i in text:
        m = _NOTE.match(rows[i])
        if not m:
            continue
        end = i + 1
        while end < len(rows) and (rows[end].startswith(("    ", "\t")) or _lazy(rows, end)):
            end += 1
        notes[m[1]] = (i, end)
    return notes


def _lazy(rows: list[str], at: int) -> bool:
    """Whether a line goes on with the note before it: lazy text, or an empty line before indented text."""
    row = rows[at]
    if row.strip():
        return bool(rows[at - 1].strip()) and not _NOTE.match(row) and not _LINK.match(row)
    return at + 1 < len(rows) and rows[at + 1].startswith(("    ", "\t"))


def _homeless(rows: list[str], notes: dict[str, tuple[int, int]], spans: list[tuple[int, int]]) -> set[str]:
    """Notes that are used in other parts only: pandoc would warn of them where they are defined."""
    out: set[str] = set()
    for name, (first, _) in notes.items():
        mark = re.compile(rf"\[\^{re.escape(name)}\](?!:)")
        users = [any(mark.search(row) for row in rows[begin:end]) for begin, end in spans]
        home = next(n for n, (begin, end) in enumerate(spans) if begin <= first < end)
        if any(users) and not users[home]:
            out.add(name)
    return out
