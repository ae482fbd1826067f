"""Titles before pandoc has seen them: a chapter's first heading, its attributes, its words without marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")


_INCLUDE = re.compile(r"^\s*\{\{<\s+include\s+(\S+)\s+>\}\}\s*$")


def first_heading(lines: list[str], path: Path, root: Path, depth: int = 0) -> str | None:
    """The first level-1 heading as an ATX line, looked for in included files too."""
    for row, after in _outside_code(lines):
        if re.match(r"^#\s+\S", row):
            return row
        if row.strip() and re.fullmatch(r"=+\s*", after) and not row.startswith((" ", "\t", ":", "#")):
            return f"# {row.strip()}"
        m = _INCLUDE.match(row)
        if m and depth < 10:
            # Quarto reads every include from the chapter's folder, also inside an included file.
            target = root / m[1].lstrip("/") if m[1].startswith("/") else path.parent / m[1]
            if target.is_file():
                found = first_heading(
                    target.read_text(encoding="utf-8-sig", errors="replace").splitlines(),
                    path,
                    root,
                    depth + 1,
                )
                if found:
                    return found
    return None


def split_heading(row: str) -> tuple[str, str | None, list[str]]:
    """`# Title {#id .class}` as (title, id, classes)."""
    text = re.sub(r"\s+#+\s*$", "", row.lstrip("#").strip())
    m = re.search(r"\s*\{([^{}<>]*)\}\s*$", text)
    if not m or not re.match(r"\s*(#|\.|-\s*$|-\s|\w[\w-]*=)", m[1]):
        return text, None, []
    tokens = re.findall(r"#[^\s#.}]+(?:\.[^\s}]+)?|\.[\w-]+|(?<!\S)-(?!\S)", m[1])
    ident = next((t[1:] for t in tokens if t.startswith("#")), None)
    classes = ["unnumbered" if t == "-" else t[1:] for t in tokens if not t.startswith("#")]
    return text[: m.start()].strip(), ident, classes


def plain_text(markdown: str) -> str:
    """A title without its Markdown marks: for menus and page titles before pandoc has seen it."""
    text = re.sub(r"\^\[[^\]]*\]|\[\^[^\]]*\]", "", markdown)
    text = re.sub(r"!?\[([^\]]*)\](\([^)]*\)|\{[^}]*\})", r"\1", text)
    text = re.sub(r"`([^`]*)`", r"\1", text)
    text = re.sub(r"(\*{1,3}|(?<!\w)_{1,3})(\S(?:.*?\S)?)\1", r"\2", text)
    return re.sub(r"\\(\W)", r"\1", text).strip()


def _outside_code(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Pairs (line, next line) that are not inside fenced code."""
    fence = ""
    for i, row in enumerate(lines):
        m = _FENCE.match(row)
        if fence:
            if m and m[1].startswith(fence) and not row.strip().strip(fence[0]):
                fence = ""
            continue
        if m:
            fence = m[1]
            continue
        yield row, lines[i + 1] if i + 1 < len(lines) else ""
