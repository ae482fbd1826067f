"""Builds a book: reads, runs, structures, writes, and only then replaces the last good output.

    outcome = build(root, Order(targets=("html", "typst", "docx")), progress)
    outcome.code, outcome.faults, outcome.written

Every step works on all chapters and adds to one list of faults; the book is refused at the end, with all of
them. The PDF is made beside the site. In a draft, faults stand marked in the output and nothing is refused
that can be written.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import shutil
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from kvarto import output, project
from kvarto.execute.result import Executed
from kvarto.faults import EXIT_FAULTS, EXIT_OK, EXIT_USAGE, Fault, Faults, KvartoError
from kvarto.lock import WAITING, locked
from kvarto.progress import Progress, Quiet, seconds
from kvarto.project import Book
from kvarto.stamp import Stamp, tree


@dataclass(frozen=True)
class Order:
    """What to build. targets: of `html`, `typst`, `docx`. files: chapters whose pages are wanted (none:
    all). comments: a comment edition (`kvarto.rounds`) in a folder of its own, PDF and DOCX.
    """

    targets: tuple[str, ...] = ("html", "typst", "docx")
    files: tuple[Path, ...] = ()
    draft: bool = False
    output_dir: Path | None = None
    force: bool = False
    comments: bool = False


@dataclass
class Outcome:
    """How it went: exit code, all faults, what was written and how long each part took (seconds)."""

    code: int
    faults: Faults
    written: list[Path] = field(default_factory=list)
    unchanged: bool = False
    parts: dict[str, float] = field(default_factory=dict)


class Warm:
    """What a preview keeps between builds: the process that runs Python, Typst's compiler, and what is known
    of the chapters, so that those whose text alone was edited (`only`) can be built by themselves.
    """

    def __init__(self) -> None:
        """Nothing yet."""
        from kvarto import html, structure

        self.pool: Any = None
        self.compiler: Any = None
        self.compiler_for: Any = None
        self.memory = {target: structure.Memory() for target in ("html", "typst")}
        self.site = html.Known()
        self.written: dict[str, Any] = {}

    def close(self) -> None:
        """Stop what is kept."""
        if self.pool is not None:
            self.pool.close()


def build(root: Path, order: Order, progress: Progress | None = None) -> Outcome:
    """Build the book in `root`. Never raises for a fault of the book; see `Outcome.code`."""
    progress = progress or Quiet()
    with locked(root / ".kvarto", lambda: progress.line(WAITING)):
        try:
            with without_gc():
                return _build(root, order, progress)
        except KvartoError as exc:
            return Outcome(exc.exit_code, Faults(exc.faults))


@contextlib.contextmanager
def without_gc() -> Iterator[None]:
    """No garbage collection meanwhile: trees of many small nodes make it cost a quarter of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _build(root: Path, order: Order, progress: Progress) -> Outcome:
    faults = Faults()
    parts: dict[str, float] = {}
    clock = _Clock(parts)
    book = project.load(root, faults)
    if order.comments:
        book.output_dir = book.output_dir.with_name(book.output_dir.name + output.COMMENTS)
        book.stem += output.COMMENTS_STEM
    if order.output_dir is not None:
        book.output_dir = order.output_dir.resolve()
    output.check(book.output_dir, book.root)
    targets = _targets(book, order, faults)
    only = _only(book, order)
    stamp = Stamp(
        book.cache,
        {
            "targets": targets,
            "draft": order.draft,
            "comments": order.comments,
            "out": str(book.output_dir),
            "only": sorted(only),
        },
    )
    if not order.force and not faults.errors and stamp.holds(book.root, book.output_dir):
        return Outcome(EXIT_OK, faults, unchanged=True, parts=parts)
    before = tree(book.root, [book.output_dir.name])
    clock("load")

    executed = run_cells(book, targets, faults, progress)
    clock("execute")
    new = output.fresh(book.output_dir)
    try:
        made = _write(book, executed, targets, only, new, faults, order, progress, parts)
        clock("write")
        failed = [t for t in targets if t not in made]
        if faults.stop(order.draft) or (failed and not made):
            shutil.rmtree(new, ignore_errors=True)
            return Outcome(EXIT_FAULTS, faults, parts=parts)
        for target in ("html", "typst", "docx"):
            if target not in made or (only and target == "html"):
                output.carry(book.output_dir, new, target)
        output.keep_same(book.output_dir, new)
        output.swap(new, book.output_dir)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    if not faults.errors and not failed:
        _stamp(book, stamp, before)
        _prune(book)
    clock("finish")
    written = [book.output_dir / "index.html"] if "html" in made else []
    written += [book.output_dir / book.pdf_name] if "typst" in made else []
    written += [book.output_dir / book.docx_name] if "docx" in made else []
    return Outcome(EXIT_FAULTS if failed else EXIT_OK, faults, written, parts=parts)


class _Clock:
    """Notes how long each part took since the last call."""

    def __init__(self, parts: dict[str, float]) -> None:
        self.parts, self.at = parts, time.perf_counter()

    def __call__(self, name: str) -> None:
        now = time.perf_counter()
        self.parts[name], self.at = now - self.at, now


def _targets(book: Book, order: Order, faults: Faults) -> tuple[str, ...]:
    targets = tuple(t for t in order.targets if t in book.formats and not (order.comments and t == "html"))
    missing = [t for t in order.targets if t not in book.formats]
    if missing and not targets:
        name = missing[0]
        raise KvartoError(
            Fault(
                project.CONFIG,
                book.line("format"),
                f"Boken har ikke noe format {name}.",
                f"format: nevner {', '.join(map(str, book.meta.get('format') or {})) or 'ingenting'}.",
                f"Legg {name} (eller et {name}-format fra en utvidelse) under format:.",
                kind="no-format",
            ),
            EXIT_USAGE,
        )
    check_extensions(book, targets, faults)
    return targets


def check_extensions(book: Book, targets: Iterable[str], faults: Faults) -> None:
    """Fault every format among `targets` whose extension is not there."""
    for target in targets:
        fmt = book.formats[target]
        if fmt.name != target and fmt.extension is None:
            faults.add(
                project.CONFIG,
                book.line("format", fmt.name),
                f"Utvidelsen til formatet {fmt.name} finnes ikke.",
                f"Lette i _extensions/{fmt.name.rpartition('-')[0]}/.",
                "Legg utvidelsen der, eller bruk formatet uten forstavelse.",
                kind="missing-extension",
            )


def _only(book: Book, order: Order) -> set[str]:
    """Ids of the chapters asked for; a file that is only included stands for none."""
    ids = {c.source.resolve(): c.id for c in book.sources if c.source}
    only: set[str] = set()
    for path in order.files:
        ident = ids.get(path.resolve())
        if ident is None:
            raise KvartoError(
                Fault(
                    None,
                    None,
                    f"{path} er ikke et kapittel i boken.",
                    f"Kapitler: {', '.join(ids.values())}.",
                    "Oppgi et kapittel, eller utelat filen for å bygge alt.",
                    kind="usage",
                ),
                EXIT_USAGE,
            )
        only.add(ident)
    # Without an earlier site there is nothing to put single pages into.
    return only if (book.output_dir / "index.html").is_file() else set()


def run_cells(
    book: Book,
    targets: Iterable[str],
    faults: Faults,
    progress: Progress,
    warm: Warm | None = None,
    only: Collection[str] = (),
) -> dict[str, Executed]:
    """The Markdown of every chapter (or of those in `only`), run or remembered."""
    from kvarto import execute

    pool = None
    if warm is not None:
        from kvarto.execute import fingerprint

        if warm.pool is None:
            warm.pool = execute.Pool(book.root, [book.output_dir.name], fingerprint.process_environment(book))
        pool = warm.pool
    chapters = [c for c in book.sources if not only or c.id in only]
    return execute.run(book, chapters, targets, faults, progress, pool=pool)


def _write(
    book: Book,
    executed: dict[str, Executed],
    targets: tuple[str, ...],
    only: set[str],
    new: Path,
    faults: Faults,
    order: Order,
    progress: Progress,
    parts: dict[str, float],
) -> set[str]:
    """Write each target into `new`; returns those that could be written."""
    made: set[str] = set()
    errors: list[BaseException] = []
    for target in targets:  # not in the threads below: they would meet each other's modules half made
        importlib.import_module(
            {"html": "kvarto.html", "typst": "kvarto.typst", "docx": "kvarto.docx"}[target]
        )
    _parse(book, executed, targets)

    def aside(target: str, name: str, write: Callable[[], bool]) -> threading.Thread:
        def run() -> None:
            at = time.perf_counter()
            try:
                if write():
                    made.add(target)
            except BaseException as exc:
                errors.append(exc)
            parts[name] = time.perf_counter() - at

        return threading.Thread(target=run, name=name)

    how: dict[str, Any] = {"draft": order.draft, "comments": order.comments}
    pdf = partial(write_pdf, book, executed, new / book.pdf_name, faults, **how)
    docx = partial(write_docx, book, executed, new / book.docx_name, faults, **how)
    threads = [aside("typst", "pdf", pdf)] if "typst" in targets else []
    threads += [aside("docx", "docx", docx)] if "docx" in targets else []
    progress.step(_making(targets))
    for thread in threads:
        thread.start()
    try:
        if "html" in targets:
            at = time.perf_counter()
            write_html(book, executed, new, faults, only)
            made.add("html")
            parts["html"] = time.perf_counter() - at
    finally:
        for thread in threads:
            thread.join()
    if errors:
        raise errors[0]
    return made


def _making(targets: Iterable[str]) -> str:
    """«Lager nettsted, PDF og Word»."""
    names = [
        name for key, name in (("html", "nettsted"), ("typst", "PDF"), ("docx", "Word")) if key in targets
    ]
    return f"Lager {', '.join(names[:-1])}{' og ' if names[1:] else ''}{names[-1] if names else 'ingenting'}"


def _parse(book: Book, executed: dict[str, Executed], targets: Iterable[str]) -> None:
    """Let pandoc read every text once, before site and PDF ask for it at the same time."""
    from kvarto.structure import parse

    texts = {
        text.key: text.markdown for run in executed.values() for t, text in run.texts.items() if t in targets
    }
    parse.prepare(texts, parse.FileStore(book.cache / "ast"))


def write_all(
    book: Book, executed: dict[str, Executed], targets: tuple[str, ...], folder: Path, faults: Faults
) -> None:
    """Write everything into a folder, for its faults only."""
    _write(book, executed, targets, set(), folder, faults, Order(), Quiet(), {})


def write_html(
    book: Book,
    executed: dict[str, Executed],
    folder: Path,
    faults: Faults,
    only: Collection[str],
    warm: Warm | None = None,
) -> None:
    """Write the site (or some of its pages) into a folder."""
    from kvarto import html, structure

    memory = warm.memory["html"] if warm else None
    structured = structure.build(book, executed, faults, "html", memory=memory)
    html.write(book, structured, folder, faults, executed, only, None if warm is None or only else warm.site)


def write_pages(
    book: Book,
    executed: dict[str, Executed],
    folder: Path,
    faults: Faults,
    only: Collection[str],
    warm: Warm,
) -> bool:
    """Write the pages of chapters whose text was edited; returns whether the other pages still hold."""
    from kvarto import html, structure

    memory = warm.memory["html"]
    structured = structure.build(book, executed, faults, "html", memory=memory, only=only)
    return html.again(book, structured, folder, faults, executed, only, warm.site) and memory.alike


def write_pdf(
    book: Book,
    executed: dict[str, Executed],
    path: Path,
    faults: Faults,
    draft: bool,
    warm: Warm | None = None,
    comments: bool = False,
    only: Collection[str] = (),
) -> bool:
    """Write the PDF; False when it could not be made. only: chapters edited since the last one, if nothing
    else was.
    """
    from kvarto import rounds, structure, typst

    if warm is None:
        structured = structure.build(book, executed, faults, "typst")
        if comments:
            rounds.mark(structured, executed)
        return typst.write(book, structured, path, faults, executed=executed, draft=draft, comments=comments)
    memory, trial = warm.memory["typst"], Faults(faults)
    structured = structure.build(book, executed, trial, "typst", memory=memory, only=only)
    if only and not memory.alike:  # what other chapters say of these has changed
        trial, only = Faults(faults), ()
        structured = structure.build(book, executed, trial, "typst", memory=memory)
    faults.extend(trial)
    setup = (book.root, str(book.formats["typst"].options), book.date)
    if warm.compiler is None or warm.compiler_for != setup:
        warm.compiler, warm.compiler_for = typst.Compiler(book), setup
    return typst.write(
        book,
        structured,
        path,
        faults,
        executed=executed,
        draft=draft,
        compiler=warm.compiler,
        kept=warm.written,
        only=only,
    )


def write_docx(
    book: Book,
    executed: dict[str, Executed],
    path: Path,
    faults: Faults,
    draft: bool,
    comments: bool = False,
) -> bool:
    """Write the DOCX; False when it could not be made."""
    from kvarto import docx, rounds, structure

    structured = structure.build(book, executed, faults, "docx")
    if comments:
        rounds.mark(structured, executed)
    return docx.write(book, structured, path, faults, executed=executed, draft=draft, comments=comments)


def _stamp(book: Book, stamp: Stamp, before: Any) -> None:
    """Note the build, unless a source was changed while it ran."""
    from kvarto.execute.touched import Touched

    touched = Touched.of(book)
    after = tree(book.root, [book.output_dir.name])
    if {k: v for k, v in before.items() if k not in touched.written} == {
        k: v for k, v in after.items() if k not in touched.written
    }:
        stamp.write(book.root, after, book.output_dir, touched.outside)


def _prune(book: Book, keep: int = 200_000_000) -> None:
    """Keep the cache from growing for ever: unused pictures go, and the oldest of what pandoc said."""
    from kvarto import execute

    execute.prune(book)
    shutil.rmtree(book.cache / "tmp", ignore_errors=True)  # what builds that were killed left half done
    for folder in ("ast", "blobs", "docx", "html", "info", "results", "stamps"):
        for left in (book.cache / folder).glob(".*"):
            left.unlink(missing_ok=True)
    for folder in ("ast", "html", "docx"):
        files = sorted((book.cache / folder).glob("*"), key=lambda p: p.stat().st_mtime_ns, reverse=True)
        total = 0
        for path in files:
            total += path.stat().st_size
            if total > keep:
                path.unlink(missing_ok=True)


def summary(outcome: Outcome, took: float, draft: bool, root: Path) -> str:
    """The last line of a build."""
    if outcome.unchanged:
        return f"Ingen endringer ({seconds(took)})."
    if not outcome.written:
        return "Boken ble ikke skrevet. Forrige utgave står urørt."
    names = []
    for path in outcome.written:
        try:
            names.append(str(path.relative_to(root)))
        except ValueError:
            names.append(str(path))
    listed = " og ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)
    text = f"Skrev {listed} ({seconds(took)})."
    count = len(outcome.faults.errors)
    if count:
        text += f" {count} feil er merket i kladden." if draft else ""
    return text
