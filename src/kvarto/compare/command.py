"""`kvarto diff`: build both editions, compare them, render what differs."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from kvarto import build, project
from kvarto.compare import blocks, changes, editions, report
from kvarto.execute import fingerprint
from kvarto.faults import Faults, KvartoError
from kvarto.progress import Progress, Quiet


def compare(
    root: Path, revision: str, out: Path | None = None, progress: Progress | None = None
) -> tuple[changes.Changes, Path]:
    """Compare today's edition of the book in `root` with that of a Git revision.

    Writes ``index.html`` and a PDF into `out` (default: ``_endringer/`` in the book's folder), which is
    replaced only when both are made. Returns what differs and the folder.

    Raises
    ------
    KvartoError
        The revision cannot be had, or one of the editions does not build.
    """
    progress = progress or Quiet()
    root = root.resolve()
    target = (out or root / "_endringer").resolve()
    progress.step(f"Bygger utgaven fra {revision}")
    old = editions.at_revision(root, revision, root / ".kvarto" / "utgaver")
    progress.step("Bygger dagens utgave")
    today = root / ".kvarto" / "utgaver" / "naa"
    outcome = build.build(root, build.Order(("html",), draft=True, output_dir=today), progress)
    if outcome.code or not (today / "index.html").is_file():
        raise KvartoError(outcome.faults.errors)
    new = editions.Edition("utgaven slik den er nå", today)
    progress.step("Sammenligner")
    book = project.load(root, Faults())
    attribute = _attribute(book)
    contents = blocks.read(old.output, attribute), blocks.read(new.output, attribute)
    found = changes.find(*contents)
    with tempfile.TemporaryDirectory(prefix="kvarto-diff-") as folder:
        source = Path(folder) / "endringer"
        report.write(source, book.title, (old, new), contents, found)
        written = build.build(source, build.Order(("html", "typst")), progress)
        if written.code:
            raise KvartoError(written.faults.errors)
        made = source / "bok"
        if target.exists():
            shutil.rmtree(target)
        shutil.copytree(made, target)
    return found, target


def _attribute(book: project.Book) -> str:
    """The attribute of annotated spans."""
    settings = fingerprint.settings(book).get("annotations")
    return str(settings.get("attribute") or "ref") if isinstance(settings, dict) else "ref"
