"""Types of the keys kvarto knows, in `_quarto.yml` and front matter; unknown keys are metadata and pass."""

from __future__ import annotations

import difflib
import re
from typing import Any

from kvarto.faults import Faults
from kvarto.yamlio import Doc

_NAMES = {
    "bool": "true eller false",
    "text": "tekst",
    "map": "nøkler med verdier (innrykket under)",
    "list": "en liste",
    "number": "et tall",
}


def _is(value: Any, kind: str) -> bool:
    if kind.startswith("="):
        return isinstance(value, str) and value == kind[1:]
    return {
        "bool": isinstance(value, bool),
        "text": isinstance(value, str | int | float) and not isinstance(value, bool),
        "map": isinstance(value, dict),
        "list": isinstance(value, list),
        "number": isinstance(value, int | float) and not isinstance(value, bool),
    }[kind]


def describe(kinds: tuple[str, ...]) -> str:
    """«true eller false, eller «fenced»»."""
    return ", eller ".join(f"«{k[1:]}»" if k.startswith("=") else _NAMES[k] for k in kinds)


def fits(value: Any, kinds: tuple[str, ...]) -> bool:
    """Whether the value has one of the kinds; an empty value (null) always fits."""
    return value is None or any(_is(value, k) for k in kinds)


def decimal_point(value: Any) -> str:
    """What to do about a number with a comma, as Norwegians write it; empty for any other value."""
    if isinstance(value, str) and re.fullmatch(r"-?\d+,\d+", value):
        return f"Skriv desimaler med punktum: {value.replace(',', '.')}."
    return ""


CELL: dict[str, tuple[str, ...]] = {
    "echo": ("bool", "=fenced"),
    "output": ("bool", "=asis", "=all"),
    "include": ("bool",),
    "eval": ("bool",),
    "warning": ("bool",),
    "error": ("bool",),
}
"""What a cell, a chapter and the book may say of running cells."""

EXECUTE: dict[str, tuple[str, ...]] = {
    **CELL,
    "enabled": ("bool",),
    "cache": ("bool", "=refresh"),
    "freeze": ("bool", "=auto"),
    "fig-width": ("number",),
    "fig-height": ("number",),
    "fig-dpi": ("number",),
    "fig-format": ("text",),
    "daemon": ("bool", "number"),
    "keep-md": ("bool",),
    "keep-ipynb": ("bool",),
    "ipynb-shell-interactivity": ("text",),
}

PROJECT: dict[tuple[str, ...], tuple[str, ...]] = {
    ("project",): ("map",),
    ("project", "type"): ("text",),
    ("project", "output-dir"): ("text",),
    ("project", "execute-dir"): ("=project", "=file"),
    ("project", "resources"): ("list", "text"),
    ("lang",): ("text",),
    ("language",): ("map", "text"),
    ("book",): ("map",),
    ("book", "title"): ("text",),
    ("book", "subtitle"): ("text",),
    ("book", "author"): ("text", "list", "map"),
    ("book", "date"): ("text",),
    ("book", "chapters"): ("list",),
    ("book", "appendices"): ("list",),
    ("book", "references"): ("text",),
    ("book", "output-file"): ("text",),
    ("bibliography",): ("text", "list"),
    ("csl",): ("text",),
    ("crossref",): ("map",),
    ("execute",): ("map",),
    ("format",): ("map", "text", "list"),
    ("jupyter",): ("text", "map", "bool"),
    ("engine",): ("text",),
    ("toc",): ("bool",),
    ("toc-depth",): ("number",),
    ("number-sections",): ("bool",),
    ("number-depth",): ("number",),
    ("metadata-files",): ("list",),
    ("nocite",): ("text",),
    ("citeproc",): ("bool",),
    ("fig-width",): ("number",),
    ("fig-height",): ("number",),
}

FRONT: dict[tuple[str, ...], tuple[str, ...]] = {
    ("title",): ("text",),
    ("engine",): ("text",),
    ("jupyter",): ("text", "map", "bool"),
    ("execute",): ("map",),
    ("lang",): ("text",),
    ("toc",): ("bool",),
    ("toc-depth",): ("number",),
    ("number-sections",): ("bool",),
    ("number-depth",): ("number",),
    ("nocite",): ("text",),
    ("fig-width",): ("number",),
    ("fig-height",): ("number",),
}


def _get(data: Any, keys: tuple[str, ...]) -> Any:
    for key in keys:
        if not isinstance(data, dict) or key not in data:
            return None
        data = data[key]
    return data


def _check(doc: Doc, table: dict[tuple[str, ...], tuple[str, ...]], faults: Faults) -> None:
    wanted = dict(table)
    wanted.update({("execute", k): v for k, v in EXECUTE.items()})
    for keys, kinds in wanted.items():
        value = _get(doc.data, keys)
        if not fits(value, kinds):
            faults.add(
                *doc.place(*keys),
                f"«{': '.join(keys)}» har feil type.",
                f"Leste {value!r}; her skal det stå {describe(kinds)}.",
                decimal_point(value),
                kind="wrong-type",
            )


_LOST = "Innholdet ville falt bort uten varsel."
_HEAD = "Sett det i utvidelsens mal eller stilark."
REFUSED: dict[str, tuple[str, str]] = {
    "filters": ("kvarto kjører ikke Lua-filtre.", "Bare filtre i formatets egen utvidelse godtas."),
    "shortcodes": ("kvarto kjører ikke egne kortkoder i Lua.", "Fjern nøkkelen."),
    "include-in-header": (_LOST, _HEAD),
    "include-before-body": (_LOST, _HEAD),
    "include-after-body": (_LOST, _HEAD),
    "header-includes": (_LOST, _HEAD),
    "include-before": (_LOST, _HEAD),
    "include-after": (_LOST, _HEAD),
    "template": ("Maler settes av formatets utvidelse.", "Legg malen i _extensions/."),
    "profile": ("kvarto har ingen profiler.", "Legg valgene i _quarto.yml."),
    "from": ("kvarto leser alltid pandocs Markdown, uten andre tillegg.", "Fjern nøkkelen."),
    "shift-heading-level-by": ("Overskriftene ville fått andre nivåer og numre.", "Skriv nivåene i teksten."),
    "number-offset": ("Kapitlene ville fått andre numre.", "Fjern nøkkelen."),
    "params": ("kvarto setter ikke inn parametere i celler.", "Skriv verdiene i en celle."),
}
"""Keys that would change or lose content: why they are refused, and what to do."""

REFUSED_IN_CHAPTERS: dict[str, tuple[str, str]] = {
    **REFUSED,
    "format": ("Formatene gjelder hele boken.", "Sett valgene under format: i _quarto.yml."),
    "bibliography": ("Referansefilene gjelder hele boken.", "Sett dem i _quarto.yml."),
    "csl": ("Referansestilen gjelder hele boken.", "Sett den i _quarto.yml."),
    "crossref": ("Valgene for henvisninger gjelder hele boken.", "Sett dem i _quarto.yml."),
    "language": ("Ordene gjelder hele boken.", "Sett dem i _quarto.yml."),
    "abstract": (_LOST, "Skriv sammendraget i teksten."),
}


def _refuse(doc: Doc, at: tuple[str, ...], table: dict[str, tuple[str, str]], faults: Faults) -> None:
    block = _get(doc.data, at) if at else doc.data
    if not isinstance(block, dict):
        return
    for key, (why, fix) in table.items():
        if block.get(key) and (key, block[key]) != ("from", "markdown"):
            name = ": ".join((*at, key))
            faults.add(*doc.place(*at, key), f"«{name}» støttes ikke.", why, fix, kind="unsupported")


_OTHERS = {
    ("project",): "render preview pre-render post-render lib-dir title",
    ("book",): "date-format date-modified description doi image image-alt cover-image cover-image-alt "
    "downloads tools sharing search page-navigation page-footer sidebar navbar favicon site-url repo-url "
    "repo-actions repo-branch reader-mode open-graph twitter-card body-header body-footer margin-header "
    "margin-footer license keywords abstract comments announcement bread-crumbs back-to-top-navigation "
    "issue-url other-links",
    ("format",): "html typst pdf docx epub gfm",
    (): "website toc-title citation title subtitle author date abstract keywords description lof lot license "
    "theme filters shortcodes profile kvarto fig-format fig-dpi papersize code-fold link-citations "
    "reference-location",
}
"""Keys that Quarto knows beside those of `PROJECT`: near ones are slips, others an author's own metadata."""


def _near_keys(doc: Doc, at: tuple[str, ...], faults: Faults) -> None:
    block = _get(doc.data, at) if at else doc.data
    if not isinstance(block, dict):
        return
    known = [*(keys[-1] for keys in PROJECT if keys[:-1] == at), *_OTHERS[at].split()]
    for key in map(str, block):
        near = difflib.get_close_matches(key, known, 1, cutoff=0.72) if key not in known else []
        if near:
            faults.add(
                doc.path,
                doc.line(*at, key),
                f"Nøkkelen «{': '.join((*at, key))}» er ukjent og virker ikke.",
                fix=f"Mente du «{near[0]}»?",
                kind="lint-key",
                severity="lint",
            )


def check_project(doc: Doc, faults: Faults) -> None:
    """Record wrong types and unsupported settings of `_quarto.yml`."""
    _check(doc, PROJECT, faults)
    for at in _OTHERS:
        _near_keys(doc, at, faults)
    _refuse(doc, (), REFUSED, faults)
    for name in _get(doc.data, ("format",)) if isinstance(_get(doc.data, ("format",)), dict) else ():
        if str(name).rpartition("-")[2] in ("html", "typst", "docx"):
            _refuse(doc, ("format", str(name)), REFUSED, faults)
    kind = _get(doc.data, ("project", "type"))
    if kind != "book":
        faults.add(
            doc.path,
            doc.line("project", "type"),
            "kvarto bygger bare bøker.",
            f"project: type: er {kind!r}.",
            "Skriv type: book under project:.",
            kind="unsupported",
        )
    if _get(doc.data, ("project", "pre-render")):
        faults.add(
            doc.path,
            doc.line("project", "pre-render"),
            "pre-render-skript kjøres ikke av kvarto.",
            fix="Lag filene i en celle, eller før boken bygges.",
            kind="unsupported",
        )
    if doc.data.get("engine") not in (None, "jupyter", "markdown"):
        faults.add(
            doc.path,
            doc.line("engine"),
            f"Motoren «{doc.data['engine']}» støttes ikke.",
            fix="Bruk engine: jupyter.",
            kind="unsupported",
        )
    book = doc.data.get("book")
    if not isinstance(book, dict) or not book.get("chapters"):
        faults.add(
            doc.path,
            doc.line("book"),
            "Boken har ingen kapitler.",
            fix="List filene under book: chapters:.",
            kind="chapters",
        )


def check_front(doc: Doc, path: str, faults: Faults) -> None:
    """Record wrong types and unsupported settings of a chapter's front matter."""
    _check(doc, FRONT, faults)
    _near_keys(doc, (), faults)
    _refuse(doc, (), REFUSED_IN_CHAPTERS, faults)
    if isinstance(doc.data, dict) and doc.data.get("engine") not in (None, "jupyter", "markdown"):
        faults.add(
            path,
            doc.line("engine"),
            f"Motoren «{doc.data['engine']}» støttes ikke.",
            fix="Bruk engine: jupyter.",
            kind="unsupported",
        )
