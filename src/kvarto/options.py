"""Cell options (`#| key: value`): which there are, their types, and what a cell ends up with."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from typing import Any

from kvarto import schema, yamlio
from kvarto.faults import Faults, KvartoError

Kinds = tuple[str, ...]

OPTIONS: dict[str, Kinds] = {
    "label": ("text",),
    **schema.CELL,
    "fig-cap": ("text", "list"),
    "fig-alt": ("text", "list"),
    "fig-subcap": ("text", "list", "bool"),
    "fig-align": ("text",),
    "fig-width": ("number",),
    "fig-height": ("number",),
    "fig-cap-location": ("text",),
    "tbl-cap": ("text", "list"),
    "tbl-subcap": ("text", "list", "bool"),
    "tbl-colwidths": ("text", "list", "bool"),
    "tbl-cap-location": ("text",),
    "cap-location": ("text",),
    "lst-cap": ("text",),
    "lst-label": ("text",),
    "layout-ncol": ("number",),
    "layout-nrow": ("number",),
    "layout": ("text", "list"),
    "code-fold": ("bool", "=show"),
    "code-summary": ("text",),
    "code-line-numbers": ("bool", "text"),
    "code-overflow": ("text",),
    "classes": ("text", "list"),
}
"""What a cell may say. Anything else is refused."""

IGNORED = ("tags", "export", "slideshow", "cache", "fig-dpi", "fig-format")
"""Taken and without effect here: figures are always SVG, results are always remembered."""

UNSUPPORTED = (
    "column",
    "fig-column",
    "tbl-column",
    "panel",
    "fig-env",
    "fig-pos",
    "fig-scap",
    "fig-link",
    "file",
    "filename",
    "code-annotations",
    "layout-align",
    "layout-valign",
    "eval-after",
    "freeze",
    "context",
)

_EXECUTE_DEFAULTS: dict[str, Any] = {
    "echo": True,
    "output": True,
    "include": True,
    "eval": True,
    "warning": True,
    "error": False,
}


@dataclass
class Options:
    """A cell's options: `own` are those written in it, with the line of each; `get` falls back on the
    chapter's."""

    own: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    chapter: dict[str, Any] = field(default_factory=dict)

    def get(self, key: str, default: Any = None) -> Any:
        """The cell's value, else the chapter's, else Quarto's default."""
        for layer in (self.own, self.chapter, _EXECUTE_DEFAULTS):
            if layer.get(key) is not None:
                return layer[key]
        return default

    @property
    def label(self) -> str | None:
        """The cell's label, if it has one."""
        value = self.own.get("label")
        return str(value) if value is not None else None


_OPTION_LINE = re.compile(r"^#\|\s?(.*)$")


def split(code: list[str]) -> tuple[list[str], list[str]]:
    """The YAML lines (`#|` taken off) at the top of a cell, and the code after them."""
    n = 0
    while n < len(code) and (m := _OPTION_LINE.match(code[n])):
        n += 1
    return [m[1] for row in code[:n] if (m := _OPTION_LINE.match(row))], code[n:]


def parse(rows: list[str], path: str, first_line: int, chapter: dict[str, Any], faults: Faults) -> Options:
    """Read a cell's options; unknown keys, wrong types and computed values are faults."""
    options = Options(chapter=chapter)
    if not rows:
        return options
    try:
        doc = yamlio.loads("\n".join(rows), path, first_line)
    except KvartoError as exc:
        faults.extend(exc.faults)
        return options
    if doc.data is None:
        return options
    if not isinstance(doc.data, dict):
        faults.add(
            path,
            first_line,
            "Celleopsjonene kan ikke leses.",
            f"Leste {doc.data!r}.",
            "Skriv #| nøkkel: verdi, én på hver linje.",
            kind="option",
        )
        return options
    for key, value in doc.data.items():
        line = doc.line(key) or first_line
        if key in IGNORED:
            continue
        if key not in OPTIONS:
            _unknown(str(key), path, line, faults)
            continue
        if not schema.fits(value, OPTIONS[key]):
            faults.add(
                path,
                line,
                f"Celleopsjonen «{key}» har feil type.",
                f"Leste {value!r}; her skal det stå {schema.describe(OPTIONS[key])}.",
                schema.decimal_point(value),
                kind="wrong-type",
            )
            continue
        if isinstance(value, str) and re.search(r"`\{python\}", value):
            faults.add(
                path,
                line,
                f"Uttrykk i «#| {key}» regnes ikke ut.",
                f"Leste {value!r}.",
                "Sett cellen i en boks ::: {#fig-…} og skriv teksten som siste avsnitt der; "
                "en beregnet alternativ tekst må cellen skrive selv.",
                kind="option",
            )
            continue
        options.own[key] = value
        options.lines[key] = line
    return options


def _unknown(key: str, path: str, line: int, faults: Faults) -> None:
    if key in UNSUPPORTED:
        faults.add(
            path,
            line,
            f"Celleopsjonen «{key}» støttes ikke.",
            "Den finnes i Quarto, men ikke i kvarto.",
            "Fjern den.",
            kind="unknown-option",
        )
        return
    dashed = key.replace("_", "-").replace(".", "-").lower()
    near = [dashed] if dashed in OPTIONS else difflib.get_close_matches(key, OPTIONS, 1, 0.5)
    faults.add(
        path,
        line,
        f"Ukjent celleopsjon «{key}».",
        "",
        f"Mente du «{near[0]}»?" if near else "Se tabellen i docs/kvarto.md.",
        kind="unknown-option",
    )
