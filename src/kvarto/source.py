"""A chapter's text with its includes put in, every line knowing its file and line.

    source = read(book, chapter, faults)
    source.lines            # list of Line(text, path, no); front matter is left out
    source.files            # every file read, for watching and for fingerprints
    for line, where in classify(source.lines): ...   # where: "text", "fence", "code", "comment"

Includes (`{{< include _part.qmd >}}` alone on its line, also inside a code block) are read before anything
else, and all their paths are relative to the chapter's folder, as in Quarto, also inside a file in another
folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from kvarto.faults import Faults, KvartoError
from kvarto.project import Book, Chapter, front_matter, read_text

_INCLUDE = re.compile(r"^(\s*)\{\{<\s*include\s+(.+?)\s*>\}\}\s*$")
_OPEN_FENCE = re.compile(r"^(\s*)(`{3,}|~{3,})(.*)$")


class Line(NamedTuple):
    """One line: its text, the file it stands in (relative to the project) and its 1-based number there."""

    text: str
    path: str
    no: int


@dataclass
class Source:
    """A chapter's lines after includes; `files` are absolute paths of everything read for it."""

    chapter: Chapter
    lines: list[Line] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All lines as one string."""
        return "\n".join(line.text for line in self.lines)


def read(book: Book, chapter: Chapter, faults: Faults) -> Source:
    """Read a chapter with its includes; missing, circular and unreadable files are faults."""
    source = Source(chapter)
    if chapter.source is not None:
        _read_file(book, chapter, chapter.source, (), source, faults)
    return source


def _read_file(
    book: Book, chapter: Chapter, path: Path, trail: tuple[Path, ...], source: Source, faults: Faults
) -> None:
    shown = _relative(path, book.root)
    source.files.append(path)
    try:
        text = read_text(path, shown)
        front, first = front_matter(text, shown)
    except KvartoError as exc:
        faults.extend(exc.faults)
        return
    if trail and first > 1:
        faults.add(
            shown,
            1,
            "En innlemmet fil kan ikke ha egen metadata (blokken mellom ---).",
            f"Nøkler: {', '.join(map(str, front.data)) or 'ingen'}.",
            "Flytt nøklene til kapittelets egen fil.",
            kind="include",
        )
    rows = text.split("\n")
    if rows and rows[-1] == "":
        rows.pop()
    for no, row in enumerate(rows[first - 1 :], first):
        row = row.rstrip("\r")
        m = _INCLUDE.match(row)
        if not m:
            source.lines.append(Line(row, shown, no))
            continue
        name = m[2].strip("\"'")
        assert chapter.source is not None
        target = (
            book.root / name.lstrip("/") if name.startswith("/") else chapter.source.parent / name
        ).resolve()
        if not target.is_file():
            near = path.parent / name
            fix = "Rett stien, eller lag filen."
            if near.is_file():
                right = Path(_relative(near, chapter.source.parent)).as_posix()
                fix = f"Stier regnes fra kapittelets mappe, også i innlemmede filer: skriv {right}."
            faults.add(
                shown,
                no,
                f"Filen {name} som skal innlemmes, finnes ikke.",
                f"Lette etter {_relative(target, book.root)}.",
                fix,
                kind="missing-include",
            )
            source.lines += mark_block(f"Filen {name} finnes ikke.", shown, no)
        elif target == path or target in trail:
            faults.add(
                shown,
                no,
                f"Filen {name} innlemmer seg selv.",
                " → ".join(_relative(p, book.root) for p in (*trail, path, target)),
                "Fjern den ene innlemmingen.",
                kind="include",
            )
        else:
            _read_file(book, chapter, target, (*trail, path), source, faults)


def _relative(path: Path, root: Path) -> str:
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        import os

        return Path(os.path.relpath(path, root)).as_posix()


def mark_block(message: str, path: str, no: int) -> list[Line]:
    """Lines that mark a fault as a block of its own, for drafts."""
    clean = re.sub(r"([\\`*_{}\[\]<>#|$~^@!])", r"\\\1", " ".join(message.split()))
    return [Line(row, path, no) for row in ("", "::: {.kv-fault}", clean, ":::", "")]


def mark_inline(shown: str, message: str) -> str:
    """Markdown that marks a fault inside a line: `shown` is what the reader of the draft sees."""
    text = re.sub(r"([\\`*_{}\[\]<>#|$~^@!\"'])", r"\\\1", shown)
    title = message.replace("\\", "\\\\").replace('"', '\\"').replace("{{<", "{ {<")
    return f'[{text}]{{.kv-fault title="{title}"}}'


def classify(lines: Sequence[Line] | Iterable[Line]) -> Iterator[tuple[Line, str]]:
    """Each line with what it is: `text`; `fence` (a code fence); `code` (inside one); `comment` (in `<!--
    -->`)."""
    fence = ""
    comment = False
    for line in lines:
        text = line.text
        if fence:
            if closes(text, fence):
                fence = ""
                yield line, "fence"
            else:
                yield line, "code"
            continue
        if comment:
            comment = "-->" not in text
            yield line, "comment"
            continue
        bare = text.lstrip()
        if bare.startswith(("```", "~~~")) and (opened := open_fence(text)):
            fence = opened[1]
            yield line, "fence"
            continue
        if bare.startswith("<!--"):
            comment = "-->" not in text
            yield line, "comment" if comment or re.fullmatch(r"<!--.*?-->\s*", bare) else "text"
            continue
        yield line, "text"


def closes(text: str, fence: str) -> bool:
    """Whether this line closes the code fence that was opened with `fence`."""
    bare = text.strip()
    return len(bare) >= len(fence) and bare != "" and set(bare) == {fence[0]}


def open_fence(text: str) -> tuple[str, str, str] | None:
    """(indentation, fence, info string) when the line opens a code block, else None."""
    m = _OPEN_FENCE.match(text)
    if not m or (m[2][0] == "`" and "`" in m[3]):
        return None
    return m[1], m[2], m[3].strip()


_DIV = re.compile(r"^ {0,3}(:{3,})\s*(.*?)\s*$")


def check_divs(lines: Sequence[Line], faults: Faults) -> list[str]:
    """Fault every `:::` that is never closed or closes nothing, and code fences left open.

    Returns the closers that would mend it, to be put at the end of a draft.
    """
    open_divs: list[Line] = []
    before = ""
    fence_line: Line | None = None
    for line, where in classify(lines):
        if where == "fence":
            fence_line = line if fence_line is None else None
        if where == "text":
            m = _DIV.match(line.text) if ":::" in line.text else None
            if m and (not m[2] or re.fullmatch(r":+", m[2])):
                if open_divs:
                    open_divs.pop()
                else:
                    faults.add(
                        line.path,
                        line.no,
                        "«:::» lukker en boks som ikke er åpnet.",
                        fix="Fjern linjen, eller åpne boksen med for eksempel ::: {.callout-note} over.",
                        kind="div",
                    )
            elif m and (m[2].startswith("{") or re.fullmatch(r"[\w.-]+\s*:*", m[2])):
                if before.strip() and not _block_edge(before):
                    faults.add(
                        line.path,
                        line.no,
                        "Boksen må ha en tom linje over seg.",
                        "Uten den leses «:::» som vanlig tekst.",
                        "Sett inn en tom linje.",
                        kind="div",
                    )
                else:
                    open_divs.append(line)
        before = line.text if where != "comment" else ""
    if fence_line is not None:
        faults.add(
            fence_line.path,
            fence_line.no,
            "Kodeblokken er aldri lukket.",
            fix="Avslutt den med en linje som bare har ```.",
            kind="fence",
        )
    swallowed = [(f.path, f.line or 0) for f in faults if f.kind == "fence"] if open_divs else []
    for line in open_divs:
        if any(path == line.path and at > line.no for path, at in swallowed):
            continue  # code that is never closed has taken the end of the box with it
        faults.add(
            line.path,
            line.no,
            f"Boksen «{line.text.strip()}» er aldri lukket.",
            fix="Sett inn en linje med ::: der boksen slutter.",
            kind="div",
        )
    return [":::"] * len(open_divs)


def _block_edge(text: str) -> bool:
    """Whether a fenced div may follow this line directly: after another fence, a heading or a list of
    headings."""
    return bool(
        _DIV.match(text)
        or re.match(r"^#{1,6}\s", text)
        or re.match(r"^\s*(`{3,}|~{3,})\s*$", text)
        or re.fullmatch(r"\s*<!--.*-->\s*", text)
        or re.fullmatch(r"\s*([-*_]\s*){3,}", text)
        or re.match(r"^\s*\|.*\|\s*$|^\+[-=+]+\+$", text)
        or re.match(r"^\[\^[^\]]+\]:", text) is not None
    )
