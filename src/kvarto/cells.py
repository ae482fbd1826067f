"""A chapter's pieces: prose with inline expressions, and cells.

    pieces = split(source, book, faults)      # Prose and Cell, in order
    for cell in cells_of(pieces): ...         # the code, in the order it runs
    for inline in inlines_of(pieces): ...

An inline expression is `` `{python} expr` `` in running text, also inside longer code spans and across a line
break; not in code blocks or comments. With doubled braces, `` `{{python}} expr` ``, it is shown and not run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from kvarto import options as cell_options
from kvarto import schema
from kvarto.faults import Fault, Faults
from kvarto.options import Options
from kvarto.project import Book, Chapter, merge
from kvarto.source import Line, Source, classify, closes, open_fence

_CELL = re.compile(r"^\{([A-Za-z][\w-]*)(.*)\}$")
_LITERAL = re.compile(r"^\{\{+([A-Za-z][\w-]*)(.*?)\}+\}$")
_INLINE = re.compile(r"(?<!`)`\{(\{?)(\w+)\}(\}?)[ \t\n]+([^`]+?)`(?!`)")
_LONG_SPAN = re.compile(r"(?<!`)(`{2,})(?!`)(.+?)(?<!`)\1(?!`)", re.S)
_MATH = re.compile(r"(?<!\\)\$\$.+?\$\$|(?<![\\$])\$(?![\s$])(?:[^$\n`]|`[^`\n]*`)+?(?<!\s)\$(?!\d)", re.S)


@dataclass
class Inline:
    """One inline expression: its text, place, and where it stands in its prose (`start`, `end`).

    raw: it stands in code or mathematics, so the value is put in without Markdown escapes.
    literal: not to be run but shown as this (doubled braces).
    """

    expr: str
    path: str
    line: int
    column: int
    start: int
    end: int
    raw: bool = False
    literal: str | None = None


@dataclass
class Prose:
    """Lines between cells, with the expressions in them; `text` is the lines joined."""

    lines: list[Line]
    text: str = ""
    inlines: list[Inline] = field(default_factory=list)


@dataclass
class Cell:
    """A `{python}` cell.

    number: 1-based among the chapter's cells (also those not run). lines: the code without options, each with
    its place. rows: the options as written. faults: mistakes in the options, to be marked in a draft.
    """

    number: int
    options: Options
    lines: list[Line]
    rows: list[str]
    path: str
    line: int
    indent: str = ""
    faults: list[Fault] = field(default_factory=list)

    @property
    def code(self) -> str:
        """The code to run."""
        return "\n".join(line.text for line in self.lines)

    @property
    def runs(self) -> bool:
        """Whether it is to be run: `eval` is on and there is code."""
        return self.options.get("eval") is not False and bool(self.code.strip())

    @property
    def name(self) -> str:
        """How faults name it: its label, or its number."""
        return f"cellen «{self.options.label}»" if self.options.label else f"celle nr. {self.number}"


Piece = Prose | Cell


_FORMAT_KEYS = (
    "code-fold",
    "code-summary",
    "code-line-numbers",
    "fig-cap-location",
    "tbl-cap-location",
    "cap-location",
    "fig-align",
)


def chapter_options(book: Book, chapter: Chapter) -> dict[str, Any]:
    """What `_quarto.yml` and the front matter say of all cells.

    Under `execute:`, or, as Quarto also allows, beside the format's own keys.
    """
    html = book.formats.get("html")
    top = {
        key: value
        for source in ((html.options if html else book.meta), chapter.front)
        for key, value in source.items()
        if key in _FORMAT_KEYS or (key in schema.EXECUTE and schema.fits(value, schema.EXECUTE[key]))
    }
    merged: dict[str, Any] = merge(merge(top, book.execute), chapter.front.get("execute") or {})
    if merged.get("enabled") is False:
        merged["eval"] = False
    return merged


def split(source: Source, book: Book, faults: Faults) -> list[Piece]:
    """Cut a source into prose and cells; wrong options, other languages and open cells are faults."""
    common = chapter_options(book, source.chapter)
    pieces: list[Piece] = []
    prose: list[Line] = []
    labels: dict[str, Cell] = {}
    number = 0
    rows = list(classify(source.lines))
    i = 0
    while i < len(rows):
        line, where = rows[i]
        opened = open_fence(line.text) if where == "fence" else None
        info = _CELL.match(opened[2]) if opened else None
        if opened is None:
            prose.append(line)
            i += 1
            continue
        indent, fence, text = opened
        j = i + 1
        while j < len(rows) and not (rows[j][1] == "fence" and closes(rows[j][0].text, fence)):
            j += 1
        body = [r[0] for r in rows[i + 1 : j]]
        closed = j < len(rows)
        block = [r[0] for r in rows[i : j + 1]]
        i = j + 1
        if info is None or fence[0] == "~":
            prose += _literal(block, text) if _LITERAL.match(text) else block
            continue
        if info[1] != "python":
            faults.add(
                line.path,
                line.no,
                f"Celler i «{info[1]}» støttes ikke.",
                "kvarto kjører bare {python}.",
                f"Skriv ```{info[1]} uten klammer for å vise koden.",
                kind="unsupported",
            )
            prose += [line._replace(text=f"{indent}{fence} {{.{info[1]}}}"), *block[1:]]
            continue
        number += 1
        cell_faults = Faults()
        if not closed:
            cell_faults.add(
                line.path,
                line.no,
                "Cellen er aldri lukket.",
                fix=f"Avslutt den med en linje som bare har {fence}.",
                kind="fence",
            )
        if info[2].strip():
            cell_faults.add(
                line.path,
                line.no,
                f"Celleopsjoner i krøllparentesen støttes ikke: «{info[2].strip()}».",
                fix="Skriv dem som linjer #| nøkkel: verdi øverst i cellen.",
                kind="option",
            )
        body = [
            b._replace(text=b.text[len(indent) :] if b.text.startswith(indent) else b.text.lstrip())
            for b in body
        ]
        option_rows, code = cell_options.split([b.text for b in body])
        first = body[0].no if body else line.no
        options = cell_options.parse(option_rows, line.path, first, common, cell_faults)
        cell = Cell(number, options, body[len(body) - len(code) :], option_rows, line.path, line.no, indent)
        label = options.label
        if label and label in labels:
            other = labels[label]
            cell_faults.add(
                line.path,
                options.lines.get("label", line.no),
                f"Merkelappen «{label}» er brukt to ganger.",
                f"Den første står i {other.path} linje {other.options.lines.get('label', other.line)}.",
                "Gi den ene et annet navn.",
                kind="duplicate-label",
            )
        elif label:
            labels[label] = cell
        cell.faults = list(cell_faults)
        faults.extend(cell.faults)
        if prose:
            pieces.append(_prose(prose, faults))
            prose = []
        pieces.append(cell)
    if prose:
        pieces.append(_prose(prose, faults))
    return pieces


def _literal(block: list[Line], info: str) -> list[Line]:
    """A fence with doubled braces: shown as a block that holds the fence itself, with single braces."""
    opened = open_fence(block[0].text)
    assert opened is not None
    inner = re.sub(r"^\{(\{.*\})\}$", r"\1", info)
    outer = opened[1] + "`"
    return [
        block[0]._replace(text=f"{opened[0]}{outer} {{.markdown}}"),
        block[0]._replace(text=f"{opened[0]}{opened[1]}{inner}"),
        *block[1:],
        block[-1]._replace(text=f"{opened[0]}{outer}"),
    ]


def _prose(lines: list[Line], faults: Faults) -> Prose:
    prose = Prose(lines, "\n".join(line.text for line in lines))
    starts: list[int] = []
    offset = 0
    for line in lines:
        starts.append(offset)
        offset += len(line.text) + 1
    runs: list[tuple[int, int]] = []
    for n, (line, where) in enumerate(classify(lines)):
        if where != "text" or not line.text.strip():
            continue
        end = starts[n] + len(line.text)
        if runs and runs[-1][1] + 1 == starts[n]:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((starts[n], end))
    row = 0
    for begin, end in runs:
        part = prose.text[begin:end]
        if "`{" not in part:
            continue
        comments = [m.span() for m in re.finditer(r"<!--.*?-->", part, re.S)]
        code = [m.span() for m in _LONG_SPAN.finditer(part)]
        maths = [m.span() for m in _MATH.finditer(part)]
        for m in _INLINE.finditer(part):
            if any(a <= m.start() < b for a, b in comments) or bool(m[1]) != bool(m[3]):
                continue
            at = begin + m.start()
            while row + 1 < len(starts) and starts[row + 1] <= at:
                row += 1
            line = lines[row]
            column = at - starts[row] + 1
            if m[1]:
                shown = m[0].replace("{{", "{", 1).replace("}}", "}", 1)
                prose.inlines.append(
                    Inline(m[4], line.path, line.no, column, at, begin + m.end(), literal=shown)
                )
                continue
            if m[2] != "python":
                if m[2] in ("r", "julia", "ojs"):
                    faults.add(
                        line.path,
                        line.no,
                        f"Uttrykk i «{m[2]}» støttes ikke.",
                        "kvarto kjører bare {python}.",
                        column=column,
                        kind="unsupported",
                    )
                continue
            raw = any(a <= m.start() < b for a, b in (*code, *maths))
            prose.inlines.append(
                Inline(
                    " ".join(m[4].split("\n")).strip(), line.path, line.no, column, at, begin + m.end(), raw
                )
            )
    return prose


def cells_of(pieces: list[Piece]) -> Iterator[Cell]:
    """The cells, in order."""
    return (p for p in pieces if isinstance(p, Cell))


def inlines_of(pieces: list[Piece]) -> Iterator[Inline]:
    """The inline expressions, in order."""
    for piece in pieces:
        if isinstance(piece, Prose):
            yield from (i for i in piece.inlines if i.literal is None)
