"""Prose, cells and their results put together as the Markdown of a chapter, every line with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from kvarto.cells import Cell, Inline, Piece, Prose
from kvarto.execute.result import SHOWN
from kvarto.faults import Fault
from kvarto.project import Chapter
from kvarto.source import Line, mark_block, mark_inline

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~^$=@&])")


@dataclass
class Assembled:
    """Lines of a chapter, files by their path in the Markdown; for the lint the places of outputs by kind
    (`lint.OUTPUTS`), and expressions that gave nothing."""

    lines: list[Line]
    files: dict[str, Path] = field(default_factory=dict)
    outputs: dict[str, list[Line]] = field(default_factory=dict)
    empty_inlines: list[Inline] = field(default_factory=list)

    def note(self, kind: str, place: Line) -> None:
        """Keep the place of an output for the lint."""
        self.outputs.setdefault(kind, []).append(place)


def escape(text: str) -> str:
    """Plain text as Markdown that shows just it; quotes are left to pandoc's smart typography."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.splitlines()) if "\n" in text else text)


def assemble(
    chapter: Chapter,
    pieces: list[Piece],
    keys: dict[int, str],
    results: dict[str, Any],
    faults: dict[int, list[Fault]],
    blobs: Path,
) -> Assembled:
    """The chapter's lines. `faults` holds, by `id()` of a cell or inline, what is to be marked in its
    place."""
    out = Assembled([])
    writer = _Writer(chapter, results, faults, blobs, out)
    for piece in pieces:
        if isinstance(piece, Prose):
            writer.prose(piece, keys)
        else:
            writer.cell(piece, keys.get(id(piece)))
    return out


class _Writer:
    def __init__(
        self,
        chapter: Chapter,
        results: dict[str, Any],
        faults: dict[int, list[Fault]],
        blobs: Path,
        out: Assembled,
    ) -> None:
        self.results, self.faults, self.blobs, self.out = results, faults, blobs, out
        self.folder = f"{PurePosixPath(chapter.id).stem}_files/figure-html"

    # --- prose ---

    def prose(self, prose: Prose, keys: dict[int, str]) -> None:
        if not prose.inlines:
            self.out.lines += prose.lines
            return
        text, at, row = prose.text, 0, 0
        done = ""
        for inline in prose.inlines:
            done, row = self._take(done, text[at : inline.start], prose.lines, row)
            value = inline.literal if inline.literal is not None else self._inline(inline, keys[id(inline)])
            first = prose.lines[row]
            *whole, last = (done + value).split("\n")
            self.out.lines += [first._replace(text=part) for part in whole]
            done = last
            row += text.count("\n", inline.start, inline.end)
            at = inline.end
        done, row = self._take(done, text[at:], prose.lines, row)
        self.out.lines.append(prose.lines[row]._replace(text=done))

    def _take(self, done: str, text: str, lines: list[Line], row: int) -> tuple[str, int]:
        parts = text.split("\n")
        for part in parts[:-1]:
            self.out.lines.append(lines[row]._replace(text=done + part))
            done, row = "", row + 1
        return done + parts[-1], row

    def _inline(self, inline: Inline, key: str) -> str:
        for fault in self.faults.get(id(inline), ()):
            return mark_inline(f"`{{python}} {inline.expr}`", fault.what)
        result = self.results.get(key)
        if result is None or result.get("error"):
            return mark_inline(f"`{{python}} {inline.expr}`", "Uttrykket er ikke regnet ut.")
        if "markdown" in result:
            value = result["markdown"].strip("\n")
        elif inline.raw:
            value = result["plain"]
        else:
            value = escape(result["plain"])
        if not value:
            self.out.empty_inlines.append(inline)
        return value

    # --- cells ---

    def cell(self, cell: Cell, key: str | None) -> None:
        place = Line("", cell.path, cell.line)
        for fault in self.faults.get(id(cell), ()):
            self._add(mark_block(fault.what, fault.path or cell.path, fault.line or cell.line), cell.indent)
        options = cell.options
        if options.get("include") is False:
            return
        result = self.results.get(key) if key else None
        outputs = result["outputs"] if result else []
        if result and result.get("error") and not options.get("error"):
            outputs = [o for o in outputs if o["type"] != "error"]
        code = self._code(cell)
        show = options.get("output")
        body = [] if show is False else self._outputs(cell, outputs, asis=show == "asis")
        if not code and not body:
            return
        # A cell that only prints Markdown as it is, with nothing to number, needs no box around it.
        if (
            show == "asis"
            and not code
            and not options.own.keys() & {"label", "fig-cap", "tbl-cap", "layout-ncol"}
        ):
            self._add([place, *body, place], cell.indent)
            return
        rows = [
            place,
            place._replace(text=f"::::: {self._attributes(cell)}"),
            *code,
            *body,
            *self._captions(cell),
            place._replace(text=":::::"),
            place,
        ]
        self._add(rows, cell.indent)

    def _add(self, lines: Iterable[Line], indent: str) -> None:
        self.out.lines += [line._replace(text=indent + line.text if line.text else "") for line in lines]

    def _attributes(self, cell: Cell) -> str:
        own = cell.options.own
        label = cell.options.label
        parts = []
        numbered = bool(label and re.match(r"(fig|tbl|lst)-", label))
        if label and not numbered:
            parts.append(f"#{label}")
        parts.append(".cell")
        classes = own.get("classes") or []
        parts += [
            f".{c.lstrip('.')}" for c in (classes.split() if isinstance(classes, str) else map(str, classes))
        ]
        if numbered:
            parts.append(attribute("label", label))
        for key in (
            "layout",
            "layout-ncol",
            "layout-nrow",
            "tbl-colwidths",
            "fig-align",
            "fig-cap-location",
            "tbl-cap-location",
            "cap-location",
            "lst-label",
        ):
            value = own.get(
                key, cell.options.chapter.get(key) if key.endswith(("-location", "fig-align")) else None
            )
            if value is not None:
                parts.append(attribute(key, value))
        return "{" + " ".join(parts) + "}"

    def _code(self, cell: Cell) -> list[Line]:
        echo = cell.options.get("echo")
        if not echo or not (cell.code.strip() or echo == "fenced"):
            return []
        place = Line("", cell.path, cell.line)
        lines = list(cell.lines)
        if echo == "fenced":
            kept = [
                place._replace(text=f"#| {row}") for row in cell.rows if not re.match(r"\s*echo\s*:", row)
            ]
            lines = [place._replace(text="```{python}"), *kept, *lines, place._replace(text="```")]
        while lines and not lines[-1].text.strip():
            lines.pop()
        parts = [".python", ".cell-code"]
        fold = cell.options.get("code-fold")
        if fold:
            parts.append(attribute("code-fold", "show" if fold == "show" else "true"))
            if cell.options.get("code-summary"):
                parts.append(attribute("code-summary", cell.options.get("code-summary")))
        fence = fence_for("\n".join(line.text for line in lines))
        return [
            place._replace(text=f"{fence} {{{' '.join(parts)}}}"),
            *lines,
            place._replace(text=fence),
            place,
        ]

    def _outputs(self, cell: Cell, outputs: list[dict[str, Any]], asis: bool) -> list[Line]:
        place = Line("", cell.path, cell.line)
        rows: list[Line] = []
        alts = _list(cell.options.own.get("fig-alt"))
        pictures = 0
        for number, output in enumerate(outputs, 1):
            if output["type"] == "stream":
                if output["name"] == "stderr":
                    if cell.options.get("warning") is False:
                        continue
                    self.out.note("warning", place)
                elif asis:
                    rows += [place, *self._split(output["text"], place), place]
                    continue
                rows += self._box(place, output["name"], self._block(output["text"], place))
            elif output["type"] == "error":
                rows += self._box(place, "error", self._block(output["text"], place))
            else:
                mime = next((m for m in SHOWN if m in output["data"]), None)
                if mime is None:
                    continue
                value = output["data"][mime]
                if isinstance(value, dict):
                    alt = alts[pictures] if pictures < len(alts) else (alts[0] if len(alts) == 1 else None)
                    pictures += 1
                    rows += self._box(
                        place, "display", [self._picture(cell, place, value["blob"], number, alt)]
                    )
                elif mime in ("text/markdown", "text/latex"):
                    inner = self._split(value, place)
                    rows += (
                        [place, *inner, place]
                        if asis
                        else self._box(place, "display", inner, ".cell-output-markdown")
                    )
                elif mime == "text/html":
                    self.out.note("html-output", place)
                    fence = fence_for(value)
                    rows += self._box(
                        place,
                        "display",
                        [
                            place._replace(text=f"{fence}{{=html}}"),
                            *self._split(value, place),
                            place._replace(text=fence),
                        ],
                    )
                else:
                    if re.search(r" at 0x[0-9a-f]{6,}", value):
                        self.out.note("address", place)
                    rows += self._box(place, "display", self._block(value, place))
        return rows

    def _picture(self, cell: Cell, place: Line, blob: str, number: int, alt: str | None) -> Line:
        stem = cell.options.label or f"cell-{cell.number + 1}"
        name = f"{self.folder}/{stem}-output-{number}{Path(blob).suffix}"
        self.out.files[name] = self.blobs / blob
        attributes = "" if alt is None else "{" + attribute("fig-alt", alt) + "}"
        return place._replace(text=f"![]({name}){attributes}")

    def _box(self, place: Line, kind: str, inner: list[Line], more: str = "") -> list[Line]:
        classes = f"::: {{.cell-output .cell-output-{kind}{' ' + more if more else ''}}}"
        return [place, place._replace(text=classes), *inner, place._replace(text=":::"), place]

    def _block(self, text: str, place: Line) -> list[Line]:
        fence = fence_for(text)
        return [
            place._replace(text=fence),
            *self._split(text.rstrip("\n"), place),
            place._replace(text=fence),
        ]

    def _split(self, text: str, place: Line) -> list[Line]:
        return [place._replace(text=row) for row in text.split("\n")]

    def _captions(self, cell: Cell) -> list[Line]:
        rows: list[Line] = []
        for key in ("fig-cap", "tbl-cap", "lst-cap", "fig-subcap", "tbl-subcap"):
            value = cell.options.own.get(key)
            # `fig-subcap: true` asks for letters without words.
            texts = [""] if value is True and key.endswith("-subcap") else _list(value)
            place = Line("", cell.path, cell.options.lines.get(key, cell.line))
            for text in texts:
                rows += [
                    place,
                    place._replace(text=f'::: {{.kv-cell-caption option="{key}"}}'),
                    *self._split(text, place),
                    place._replace(text=":::"),
                ]
        return rows


def _list(value: Any) -> list[str]:
    if value is None or isinstance(value, bool):
        return []
    return [str(v) for v in value] if isinstance(value, list) else [str(value)]


def attribute(key: str, value: Any) -> str:
    """`key="value"` as pandoc reads it."""
    if isinstance(value, list):
        import json

        value = json.dumps(value)
    elif isinstance(value, bool):
        value = "true" if value else "false"
    text = " ".join(str(value).split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'{key}="{text}"'


def fence_for(text: str) -> str:
    """A backtick fence longer than any in the text."""
    longest = max((len(m) for m in re.findall(r"`{3,}", text)), default=2)
    return "`" * (longest + 1)
