"""Rounds of a preview: after each edit what its author looks at first, the rest behind it.

A round first shows the pages of the chapters that were edited. Then come the PDF and what the edit changed
elsewhere; what of that is not done when something more is saved waits for the next round. An edit of text
alone costs its own chapters (`Known.edited`); after anything else the whole book is looked at.
"""

from __future__ import annotations

import contextlib
import shutil
import time
import traceback
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from kvarto import build, denied, execute, html, project
from kvarto.execute.result import Executed
from kvarto.execute.touched import Touched
from kvarto.faults import Fault, Faults, KvartoError
from kvarto.lock import WAITING, locked
from kvarto.preview.known import Known, keys
from kvarto.preview.publish import publish
from kvarto.preview.state import State
from kvarto.preview.watching import News
from kvarto.progress import Progress, seconds
from kvarto.project import Book

FEW = 2
"""As many chapters, edited at a time, have their pages shown before the rest of the site is written."""


class Builder:
    """Builds into a folder of the preview's own (`.kvarto/preview`), so that `_book` stays the last real
    build.
    """

    def __init__(
        self, root: Path, targets: tuple[str, ...], progress: Progress, say: Callable[[str], None]
    ) -> None:
        """`say` prints a line."""
        self.root, self.targets, self.progress, self.say = root, targets, progress, say
        self.folder = root / ".kvarto" / "preview"
        self.state = State(self.folder)
        self.news = News(root)
        self._warm = build.Warm()
        self._known: Known | None = None
        self._site_faults: list[Fault] = []
        self._pdf_faults: list[Fault] = []
        self._site_due = self._index_due = False
        self._pdf_due: set[str] | None = None
        """Chapters edited since the PDF was made; None: anything may have changed."""
        self._began, self._head = 0.0, ""

    def build(self, reason: str = "", names: Collection[str] = ()) -> None:
        """One round; `names` are the files saved since the last. Whatever goes wrong is told, never
        raised.
        """
        self._began, self._head = time.perf_counter(), f"{reason}: " if reason else ""
        with self._telling(), build.without_gc(), locked(self.root / ".kvarto", lambda: self.say(WAITING)):
            known, self._known = self._known, None  # after a failure the next round takes nothing for granted
            self._known = self._catch_up(self._show(known, names))

    def watch(self) -> None:
        """Build whenever files of the book change, until `stop`."""
        self.news.start()
        while names := self.news.take():
            first, more = min(names), len(names) - 1
            if not self._ours(names):
                self.build(f"{first} og {more} til" if more else first, names)

    def stop(self) -> None:
        """End `watch` and what is kept warm."""
        self.news.stop()
        self.state.stop()
        self._warm.close()

    def _ours(self, names: Collection[str]) -> bool:
        """Whether all these files were written by the book's own cells."""
        if self._known is not None and self._known.edited(names):
            return False
        with contextlib.suppress(KvartoError):
            return Touched.of(project.load(self.root, Faults())).ours(names, self.root)
        return False

    # --- what is shown first --------------------------------------------------------------------------------

    def _show(self, known: Known | None, names: Collection[str]) -> Known:
        """Show the edited pages, or the whole site, and note what is left to do."""
        book, said = self._load()
        same = known is not None and (book, said) == (known.book, known.said)
        if known is not None and same and (edited := known.edited(names)):
            return self._edit(known, edited)
        return self._look(known, book, said)

    def _edit(self, known: Known, edited: set[str]) -> Known:
        """Show chapters whose text was edited, with what is known of the others."""
        fresh = self._run(known.book, edited)
        now = known.after(fresh)
        faults = now.faults()
        if changed := known.differing(now.keys):
            self._index_due = True
            if self._pdf_due is not None:
                self._pdf_due |= changed
            with self._aside(whole=False) as new:
                alike = build.write_pages(now.book, now.executed, new, faults, changed, self._warm)
            self._site_due |= not alike or any(run.ran for run in fresh.values())
            self._shown(faults, "siden klar")
        return now

    def _look(self, known: Known | None, book: Book, said: tuple[Fault, ...]) -> Known:
        """Look at the whole book: show the pages of a few chapters that differ, else all pages."""
        executed = self._run(book)
        now = Known(book, said, executed, keys(executed), Touched.of(book))
        changed = known.differing(now.keys) if known else set()
        few = changed if len(changed) <= FEW else set()
        self._pdf_due = None
        faults = self._write_site(now, few)
        self._shown(faults, "siden klar" if few else "nettsted klart")
        return now

    # --- the rest -------------------------------------------------------------------------------------------

    def _catch_up(self, known: Known) -> Known:
        """Do what is left, until something more is saved."""
        if self._pdf_due != set() and not self.news.waiting():
            self._write_pdf(known)
        if self._site_due and not self.news.waiting():
            self._site_faults = list(self._write_site(known))
            self._tell()
        if self._index_due and not self.news.waiting():
            with self._aside(whole=False) as new:
                html.search(known.book, new, self._warm.site)
            self._index_due = False
            if self._missed(known):
                return self._catch_up(self._look(known, *self._load()))
        return known

    def _missed(self, known: Known) -> bool:
        """Whether anything has changed that nobody told of (a file outside the folder)."""
        book, said = self._load()
        if (book, said) != (known.book, known.said):
            return True
        now = execute.remembered(book, book.sources, self._wanted(book), Faults())
        return any(
            known.keys[ident] != keys({ident: run})[ident]
            for ident, run in now.items()
            if run.known or not known.executed[ident].faults  # cells that failed are not remembered
        )

    def _write_pdf(self, known: Known) -> None:
        book = known.book
        only, self._pdf_due = self._pdf_due or (), set()
        if "typst" not in self._wanted(book):
            return
        faults = known.faults()
        new = self.folder.with_name("preview.pdf")
        if build.write_pdf(book, known.executed, new, faults, True, self._warm, only=only):
            new.replace(self.folder / book.pdf_name)  # in one move: a reader may be at it
            self.say(f"{self._head}PDF klar på {self._took()}")
        self._pdf_faults = list(faults)
        self._tell()

    def _write_site(self, known: Known, only: Collection[str] = ()) -> Faults:
        """Write and publish the site, or the pages of some chapters."""
        faults = known.faults()
        with self._aside(whole=not only) as new:
            build.write_html(known.book, known.executed, new, faults, only, self._warm)
        self._site_due, self._index_due = bool(only), False
        return faults

    # --- tools ----------------------------------------------------------------------------------------------

    def _load(self) -> tuple[Book, tuple[Fault, ...]]:
        """The book, and what is wrong with it as a whole."""
        faults = Faults()
        book = project.load(self.root, faults)
        book.output_dir = self.folder
        return book, tuple(faults)

    def _wanted(self, book: Book) -> tuple[str, ...]:
        return tuple(t for t in self.targets if t in book.formats)

    def _run(self, book: Book, only: Collection[str] = ()) -> dict[str, Executed]:
        return build.run_cells(book, self._wanted(book), Faults(), self.progress, self._warm, only)

    @contextlib.contextmanager
    def _aside(self, *, whole: bool) -> Iterator[Path]:
        """A folder to write pages into, published at the end; `whole`: they are all there are."""
        new = self.folder.with_name("preview.new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        yield new
        publish(new, self.state, whole=whole)

    def _took(self) -> str:
        return seconds(time.perf_counter() - self._began)

    def _shown(self, faults: Faults, what: str) -> None:
        self._site_faults, self._pdf_faults = list(faults), []
        self._tell()
        count = len(faults.errors)
        self.say(f"{self._head}{what} på {self._took()}" + (f", {count} feil" if count else ""))

    def _tell(self) -> None:
        found = [*self._site_faults, *self._pdf_faults]
        # what the book forbids in its prose is best told while it is written; other lint is for `check`
        told = Faults(f for f in found if f.severity == "error" or f.kind == "lint-prose")
        report = told.report(lint=True)
        if report and report != self.state.faults:
            self.say("\n" + report + "\n")
        self.state.tell(report)

    @contextlib.contextmanager
    def _telling(self) -> Iterator[None]:
        """Tell what goes wrong: a broken state must not end the preview."""
        try:
            yield
            return
        except KvartoError as exc:
            self._site_faults = exc.faults
        except Exception as exc:
            if (told := denied.fault(exc)) is None:
                traceback.print_exc()
                why, fix = f"{type(exc).__name__}: {exc}", "Se terminalen. Neste lagring prøver på nytt."
                told = Fault(None, None, "kvarto feilet under byggingen.", why, fix, kind="internal")
            self._site_faults = [told]
        self._pdf_faults = []
        self._tell()
