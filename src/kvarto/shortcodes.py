"""Shortcodes: `{{< meta key >}}`, `{{< var key >}}`, `{{< pagebreak >}}`; `include` is `source`'s.

They are resolved after the cells have run, so that what a cell prints may hold them. Code inside cells is
never touched; in shown code the known ones are replaced (as Quarto does) and others are left alone. `{{{< …
>}}}` and `{{</* … */>}}` print the shortcode itself.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from typing import Any

from kvarto.faults import Faults
from kvarto.project import Book, Chapter, merge
from kvarto.source import Line, classify, mark_inline

KNOWN = ("include", "meta", "var", "pagebreak")
_QUARTOS = (
    "env",
    "version",
    "kbd",
    "video",
    "audio",
    "embed",
    "placeholder",
    "lipsum",
    "contents",
    "brand",
    "video",
    "iconify",
    "fa",
    "qr",
    "mermaid",
)
_CODE = re.compile(r"\{\{\{<(.*?)>\}\}\}|\{\{</\*(.*?)\*/>\}\}|\{\{<(.*?)>\}\}")
_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")


def resolve(lines: Sequence[Line], book: Book, chapter: Chapter, target: str, faults: Faults) -> list[Line]:
    """All lines with shortcodes replaced; unknown ones and unknown keys are faults and stay marked."""
    out: list[Line] = []
    for line, where in classify(lines):
        if "{{<" not in line.text or where == "comment":
            out.append(line)
            continue
        if where in ("code", "fence"):
            text = _CODE.sub(lambda m: _in_code(m, book, chapter, target), line.text)
            out.append(line._replace(text=text))
            continue
        m = re.fullmatch(r"\s*\{\{<\s*pagebreak\s*>\}\}\s*", line.text)
        if m:
            out += [line._replace(text=t) for t in ("", "::: {.kv-pagebreak}", ":::", "")]
            continue
        out.append(line._replace(text=_in_text(line, book, chapter, target, faults)))
    return out


def in_title(chapter: Chapter, book: Book, target: str, faults: Faults) -> str:
    """A title from front matter with its shortcodes replaced."""
    if "{{<" not in chapter.title:
        return chapter.title
    line = Line(chapter.title, chapter.id, chapter.front_lines.get(("title",), 1))
    return _in_text(line, book, chapter, target, faults)


def _in_text(line: Line, book: Book, chapter: Chapter, target: str, faults: Faults) -> str:
    text = line.text
    pieces: list[str] = []
    at = 0
    for span in _SPAN.finditer(text):
        if "{{<" not in span[0]:
            continue
        pieces.append(_outside(text[at : span.start()], line, book, chapter, target, faults))
        pieces.append(_CODE.sub(lambda m: _in_code(m, book, chapter, target), span[0]))
        at = span.end()
    pieces.append(_outside(text[at:], line, book, chapter, target, faults))
    return "".join(pieces)


def _outside(text: str, line: Line, book: Book, chapter: Chapter, target: str, faults: Faults) -> str:
    def one(m: re.Match[str]) -> str:
        escaped = m[1] if m[1] is not None else m[2]
        if escaped is not None:
            shown = "{{<" + escaped + ">}}"
            return re.sub(r"([^\w\s])", r"\\\1", shown, flags=re.ASCII)
        value, problem = _value(m[3], book, chapter, target)
        if value is not None:
            return value
        shown, what, why, fix = problem or (m[0], "", "", "")
        faults.add(
            line.path, line.no, what, why, fix, column=line.text.find(m[0]) + 1 or None, kind="shortcode"
        )
        return mark_inline(shown, what)

    done = _CODE.sub(one, text)
    left = re.search(r"\{\{<(?!.*>\}\})", re.sub(r"\[.*?\]\{\.kv-fault.*?\}", "", done))
    if left and "{{<" in text and not re.search(r"\\\{\\\{", done):
        faults.add(
            line.path,
            line.no,
            "Kortkoden er ikke lukket på samme linje.",
            fix="Skriv {{< … >}} på én linje; {{{< … >}}} viser den som tekst.",
            kind="shortcode",
        )
    return done


def _in_code(m: re.Match[str], book: Book, chapter: Chapter, target: str) -> str:
    escaped = m[1] if m[1] is not None else m[2]
    if escaped is not None:
        return "{{<" + escaped + ">}}"
    value, _ = _value(m[3], book, chapter, target)
    return m[0] if value is None else re.sub(r"\\(\W)", r"\1", value)


def _value(
    inside: str, book: Book, chapter: Chapter, target: str
) -> tuple[str | None, tuple[str, str, str, str] | None]:
    """(Markdown, None), or (None, (what the draft shows, what, why, fix))."""
    words = [a.strip("\"'") for a in re.findall(r"\"[^\"]*\"|'[^']*'|\S+", inside)]
    whole = "{{<" + inside + ">}}"
    if not words:
        return None, (whole, "Kortkoden er tom.", "", "Skriv for eksempel {{< meta book.title >}}.")
    name, args = words[0], words[1:]
    if name in ("meta", "var"):
        if len(args) != 1:
            return None, (whole, f"Kortkoden {name} skal ha én nøkkel.", f"Leste {whole}.", "")
        data = _metadata(book, chapter, target) if name == "meta" else book.variables
        value, near = _lookup(data, args[0])
        if value is None or isinstance(value, dict | list):
            kind = "metadata" if name == "meta" else "_variables.yml"
            why = "Nøkkelen har flere verdier under seg." if value is not None else f"Fant den ikke i {kind}."
            fix = f"Mente du «{near}»?" if near else "Rett nøkkelen, eller legg den til."
            return None, (f"?{name}:{args[0]}", f"Ukjent nøkkel «{args[0]}» i kortkoden {name}.", why, fix)
        return show(value), None
    if name == "pagebreak":
        return None, (
            whole,
            "Kortkoden pagebreak må stå alene på linjen.",
            "",
            "Sett den på en egen linje med tom linje over og under.",
        )
    if name == "include":
        return None, (whole, "Kortkoden include må stå alene på linjen.", "", "Sett den på en egen linje.")
    if name in _QUARTOS:
        return None, (
            whole,
            f"Kortkoden «{name}» støttes ikke.",
            f"kvarto kjenner {', '.join(KNOWN)}.",
            "Skriv innholdet rett i teksten, eller lag det i en celle.",
        )
    near_name = difflib.get_close_matches(name, KNOWN, 1)
    return None, (
        whole,
        f"Ukjent kortkode «{name}».",
        f"kvarto kjenner {', '.join(KNOWN)}.",
        f"Mente du «{near_name[0]}»?" if near_name else "{{{< … >}}} viser den som tekst.",
    )


def _metadata(book: Book, chapter: Chapter, target: str) -> dict[str, Any]:
    fmt = book.formats.get(target)
    data = merge(fmt.options if fmt else {}, merge(book.meta, chapter.front))
    number = f"{chapter.prefix} " if chapter.prefix and not chapter.appendix else ""
    # Quarto's own inconsistency: the page's heading on the web, the book's title in the PDF.
    data["title"] = f"{number}{chapter.title}" if target == "html" else book.title
    return data


def _lookup(data: Any, key: str) -> tuple[Any, str | None]:
    """The value of `a.b.1` (lists count from 1), or None and the nearest key there is."""
    at = data
    parts = re.split(r"(?<!\\)\.", key)
    for i, part in enumerate(parts):
        part = part.replace("\\.", ".")
        if isinstance(at, dict) and part in at:
            at = at[part]
        elif isinstance(at, list) and part.isdigit() and 1 <= int(part) <= len(at):
            at = at[int(part) - 1]
        else:
            names = [str(k) for k in at] if isinstance(at, dict) else []
            near = difflib.get_close_matches(part, names, 1)
            return None, ".".join([*parts[:i], near[0]]) if near else None
    return at, None


def show(value: Any) -> str:
    """A YAML value as Markdown: numbers as JavaScript prints them (1.20 → 1.2, 1.0 → 1)."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split("\n")).strip()
