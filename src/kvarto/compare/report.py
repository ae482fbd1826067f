"""The comparison as a one-page book: plain Markdown that kvarto renders to a page and a PDF."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from kvarto.compare.blocks import Content
from kvarto.compare.changes import Changes, Edit, Moved
from kvarto.compare.editions import Edition

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|$~^@!\"'])")
_LONGEST = 400
"""Unchanged words kept around a change; longer stretches are cut, the change itself never."""

_WIDTHS = (40, 60, 14, 14)

CONFIG = """\
project:
  type: book
  output-dir: bok
lang: nb-NO
book:
  title: {title}
  chapters: [index.qmd]
format:
  html: default
  typst:
    papersize: a4
    toc-depth: 2
"""


def write(
    folder: Path,
    title: str,
    editions: tuple[Edition, Edition],
    contents: tuple[Content, Content],
    changes: Changes,
) -> None:
    """Write the book's sources into an empty folder; pictures are copied beside them."""
    folder.mkdir(parents=True)
    config = CONFIG.format(title=_yaml(f"Hva er endret? {title}"))
    (folder / "_quarto.yml").write_text(config, encoding="utf-8")
    old, new = editions
    parts = [
        "# Oversikt {.unnumbered}",
        f"Sammenligningen er mellom {_plain(old.name)} og {_plain(new.name)}. "
        "Det som er ~~strøket~~, er borte. Det som er [understreket]{.underline}, er nytt.",
        _overview(changes),
    ]
    if changes.marks:
        parts += ["## Merkede utsagn {.unnumbered}", _marks(changes)]
    if changes.numbers:
        parts += [
            "## Tall i teksten {.unnumbered}",
            _table(("Sted", "Tekst", "Før", "Nå"), _rows(changes.numbers), _WIDTHS),
        ]
    if changes.data:
        parts += ["## Tall i figurer og tabeller {.unnumbered}", *_data(changes.data)]
    if changes.pictures:
        parts += ["## Figurer {.unnumbered}", *_pictures(folder, editions, contents, changes)]
    for page, edits in changes.edits.items():
        heading = contents[1].titles.get(page) or contents[0].titles.get(page) or page
        parts += [f"## Tekst: {_plain(heading)} {{.unnumbered}}", *_edits(edits)]
    (folder / "index.qmd").write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _overview(changes: Changes) -> str:
    if not changes:
        return "**Ingenting er endret.**"
    edited = sum(len(edits) for edits in changes.edits.values())
    rows = [
        ("avsnitt, overskrifter og tabellrader", edited),
        ("tall i teksten", len(changes.numbers)),
        ("tall i figurer og tabeller", len(changes.data)),
        ("figurer som ser annerledes ut", len(changes.pictures)),
        ("merkede utsagn med annen status", len(changes.marks)),
    ]
    return _table(("Endret", "Antall"), [(what, str(count)) for what, count in rows])


def _marks(changes: Changes) -> str:
    rows = [(mark, before or "(ikke med)", after or "(ikke med)") for mark, before, after in changes.marks]
    return _table(("Utsagn", "Før", "Nå"), rows)


def _rows(moved: Iterable[Moved]) -> list[tuple[str, str, str, str]]:
    return [(m.where, m.what, m.old, m.new) for m in moved]


def _data(moved: list[Moved]) -> list[str]:
    parts = []
    for where, of_one in groupby(moved, key=lambda m: m.where):
        rows = [(m.what, m.old, m.new) for m in of_one]
        parts += [f"### {_plain(where)} {{.unnumbered}}", _table(("Hva", "Før", "Nå"), rows, (80, 24, 24))]
    return parts


def _pictures(
    folder: Path,
    editions: tuple[Edition, Edition],
    contents: tuple[Content, Content],
    changes: Changes,
) -> list[str]:
    parts = []
    for number, (path, *there) in enumerate(changes.pictures, 1):
        called = contents[1].called(path) if there[1] else contents[0].called(path)
        shown = []
        for edition, is_there, when in zip(editions, there, ("Før", "Nå"), strict=True):
            if is_there:
                name = f"figur-{number}-{when}{Path(path).suffix}".replace("Nå", "naa").replace("Før", "for")
                (folder / name).write_bytes((edition.output / path).read_bytes())
                shown.append(f'![]({name}){{fig-alt="{when}: {_plain(called)}"}}\n\n{when}')
            else:
                shown.append(f"{when}: finnes ikke")
        parts.append(f"### {_plain(called)} {{.unnumbered}}")
        parts.append(
            "::: {layout-ncol=2}\n\n" + "\n\n".join(f"::: {{.utgave}}\n{s}\n:::" for s in shown) + "\n\n:::"
        )
    return parts


def _edits(edits: list[Edit]) -> list[str]:
    parts = []
    last = ""
    for edit in edits:
        place = edit.place
        if place.heading != last and place.kind not in ("h1", "h2", "h3", "h4"):
            last = place.heading
            parts.append(
                f"### {_plain(last)} {{.unnumbered}}" if last else "### (før første overskrift) {.unnumbered}"
            )
        parts.append("".join(_run(op, text) for op, text in edit.runs))
    return parts


def _run(op: str, text: str) -> str:
    if op == "same":
        if len(text) > _LONGEST:
            half = _LONGEST // 2
            text = f"{text[:half].rsplit(' ', 1)[0]} […] {text[-half:].split(' ', 1)[-1]}"
        return _plain(text)
    lead, body, tail = re.fullmatch(r"(\s*)(.*?)(\s*)", text, re.S).groups()  # type: ignore[union-attr]
    if not body:
        return text
    marked = f"~~{_plain(body)}~~" if op == "old" else f"[{_plain(body)}]{{.underline}}"
    return f"{lead}{marked}{tail}"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]], widths: tuple[int, ...] = ()) -> str:
    """A pipe table; `widths` are the dashes of its rule, which give the columns their share of the line."""
    rules = [":" + "-" * width for width in widths or (3,) * len(head)]
    lines = [f"| {' | '.join(head)} |", "|" + "|".join(rules) + "|"]
    lines += [f"| {' | '.join(_plain(cell) or ' ' for cell in row)} |" for row in rows]
    return "\n".join(lines)


def _plain(text: str) -> str:
    """Text that Markdown shows as it is."""
    text = _SPECIAL.sub(r"\\\1", " ".join(text.split(" ")))
    text = re.sub(r"^(\d+)([.)])", r"\1\\\2", text)
    return re.sub(r"^([-+:=])", r"\\\1", text).replace("\n", " ")


def _yaml(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
