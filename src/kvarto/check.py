"""`kvarto check`: every fault, and what this book forbids, without writing the book.

Two lists. Faults are what kvarto refuses in any book. The lint is what a book may forbid itself, in
`_quarto.yml`:

    kvarto:
      lint: [html-output, warning, address]     # without this key: all; [] for none

Each name is documented in docs/kvarto.md.
"""

from __future__ import annotations

import difflib
import tempfile
from pathlib import Path

from kvarto import build, project, publication
from kvarto.execute import fingerprint
from kvarto.faults import Fault, Faults, KvartoError
from kvarto.progress import Progress, Quiet
from kvarto.project import Book

LINTS: dict[str, str] = {
    "html-output": "a cell gives text/html, which under Quarto makes the page load scripts from a CDN",
    "warning": "a cell's warnings or stderr are printed in the book",
    "empty-inline": "an inline expression gives nothing, where Quarto leaves its source in the text",
    "address": "a cell prints an object's address in memory, which differs in every run",
    "late-option": "an option stands after a cell's code, where it is a mere comment",
    "heading-level": "a heading skips a level, which misleads those who navigate by headings",
    "chapter-title": "a chapter without a heading, which takes its file's name",
    "key": "a key that is nearly, but not quite, one that Quarto and kvarto know",
    "caption": "a label for a figure or table that has no caption, or whose content is of another kind",
    "figure-id": "a figure with a caption but no label: unnumbered on the page, counted in the PDF",
    "format-pdf": '`when-format="pdf"`, which does not match a PDF made with Typst',
    "prose": "words that the book's own rules (`kvarto: prose:`) forbid in its prose",
    "inline-engine": "a chapter has inline expressions but neither a cell nor `engine: jupyter`",
}
"""What a book can forbid: name → what it finds."""


def check(root: Path, progress: Progress | None = None, run: bool = True) -> tuple[Faults, list[Fault]]:
    """All faults of the book in `root` (with notes of open places), and those of its lint that it forbids.

    With `run` off, chapters whose results are not remembered are structured without them.
    """
    progress = progress or Quiet()
    faults = Faults()
    try:
        book = project.load(root, faults)
    except KvartoError as exc:
        return Faults(exc.faults), []
    names = _chosen(book, faults)
    targets = tuple(t for t in ("html", "typst", "docx") if t in book.formats)
    build.check_extensions(book, targets, faults)
    if run:
        executed = build.run_cells(book, targets, faults, progress)
    else:
        from kvarto import execute

        executed = execute.remembered(book, book.sources, targets, faults, progress)
    with tempfile.TemporaryDirectory(prefix="kvarto-check-") as folder:
        progress.step("Kontrollerer")
        build.write_all(book, executed, targets, Path(folder), faults)
    if not all(chapter.known for chapter in executed.values()):
        faults = Faults(f for f in faults if not _may_follow(f))
    faults.extend(publication.unset(book))
    return faults, [f for f in faults.lints if f.kind.removeprefix("lint-") in names]


def forbidden(root: Path, faults: Faults) -> list[Fault]:
    """Those of the lints found that the book in `root` forbids."""
    names = _chosen(project.load(root, Faults()), Faults())
    return [f for f in faults.lints if f.kind.removeprefix("lint-") in names]


_FOLLOWING = {"unknown-reference", "broken-link", "empty-float", "xref", "lint-caption", "lint-figure-id"}


def _may_follow(fault: Fault) -> bool:
    """Whether a fault may be there only because cells have not run: what they write is not there yet."""
    return fault.kind in _FOLLOWING or fault.why.startswith("Typst sier")


def _chosen(book: Book, faults: Faults) -> set[str]:
    value = fingerprint.settings(book).get("lint")
    if value is None:
        return set(LINTS)
    names = [str(v) for v in (value if isinstance(value, list) else [value])]
    for name in names:
        if name not in LINTS:
            near = difflib.get_close_matches(name, LINTS, 1)
            faults.add(
                project.CONFIG,
                book.line("kvarto", "lint"),
                f"Ukjent kontroll «{name}» i kvarto: lint:.",
                f"Kontrollene er {', '.join(LINTS)}.",
                f"Mente du «{near[0]}»?" if near else "",
                kind="config",
            )
    return set(names)
