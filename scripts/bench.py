"""How long the book takes to build, whole and in parts, beside the limits it is to keep (`make bench`).

Every figure is measured from outside on a copy of the project, median of several runs: whole commands, and
for the preview the time from a saved edit until the browser is told of the new page and the new PDF lies
there. Processor seconds stand beside, as other work on the machine makes a clock run long. The first line is
a fixed piece of work (importing pandas, statsmodels and matplotlib in a fresh Python) in the same minutes:
machines differ, and the limits are for two cores with nothing else to do. It never fails on a slow machine:
it is a measurement, not a test.

    python scripts/bench.py [--runs N] [--edits N] [--only preview|render] [--chapter FILE …]
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import queue
import re
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = (".git", ".venv", "_book*", ".kvarto", "_figures", "_tables", "__pycache__", ".*_cache")
WORK = "import pandas, statsmodels.api, matplotlib.pyplot"
CHAPTERS = ("report/kap-2/02-arbeidslinja.qmd", "report/vedlegg-1/06-malstyring.qmd")
"""Files to edit: one of a chapter as most are, one of the heaviest chapter."""
T = TypeVar("T")
PART = re.compile(r"^(\w+) +([\d.]+) s$", re.M)


class Took(NamedTuple):
    """Seconds by the clock, and of processor time."""

    wall: float
    cpu: float


def main() -> None:
    """Measure and print one table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=3, help="counted runs of each command (default: 3)")
    parser.add_argument("--edits", type=int, default=7, help="counted edits in a preview (default: 7)")
    parser.add_argument("--only", choices=("preview", "render"), help="measure one half")
    parser.add_argument("--chapter", nargs="+", default=CHAPTERS, help="the source files that are edited")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        book = Path(folder) / "book"
        shutil.copytree(ROOT, book, ignore=shutil.ignore_patterns(*LEFT_OUT))
        edited = [book / name for name in options.chapter]
        for path in edited:
            if not path.is_file():
                sys.exit(f"{path.relative_to(book)}: no such file. Name the book's source files.")
        print(f"{'':46}{'clock':>8}{'processor':>11}{'limit':>8}{'of it':>7}")
        _row("fixed work (imports)", _median(options.runs, lambda: _python("-c", WORK)))
        if options.only != "preview":
            _commands(book, edited, options.runs)
        if options.only != "render":
            _previews(book, edited, options.edits)


def _row(what: str, took: Took, limit: float | None = None, outputs: list[str] | None = None) -> None:
    kept = f"{limit:6.1f} s{100 * took.wall / limit:5.0f} %" if limit else ""
    print(f"{what:46}{took.wall:6.2f} s{took.cpu:9.2f} s{kept}", flush=True)
    runs = [dict(PART.findall(text)) for text in outputs or []]
    for name in runs[0] if runs else ():
        part = statistics.median(float(run[name]) for run in runs if name in run)
        if part >= 0.01:
            print(f"    {name:42}{part:6.2f} s")


# --- whole commands -----------------------------------------------------------------------------------------


def _commands(book: Path, edited: list[Path], runs: int) -> None:
    both = ("--to", "html,pdf")
    cold: list[str] = []
    took = _median(runs, lambda: cold.append(_render(book, *both)), lambda: _forget(book))
    _row("cold build, website and PDF", took, 30, cold)
    every: list[str] = []
    took = _median(runs, lambda: every.append(_render(book)), lambda: _forget(book))
    _row("cold build, DOCX too", took, None, every)
    _render(book, *both)
    _row("unchanged, website and PDF", _median(runs, lambda: _render(book, *both)), 1.5)
    for path in edited:
        for what, arguments, limit in (("website", ("--to", "html"), 2), ("website and PDF", both, 7)):
            _render(book, *arguments)
            parts: list[str] = []
            took = _median(
                runs,
                lambda args=arguments, kept=parts: kept.append(_render(book, *args)),  # type: ignore[misc]
                lambda path=path: _edit(path),  # type: ignore[misc]
            )
            _row(f"text edit, {path.parent.name}: {what}", took, limit, parts)


def _median(runs: int, work: Callable[[], object], before: Callable[[], object] = lambda: None) -> Took:
    times = []
    for _ in range(runs):
        before()
        start, used = time.perf_counter(), _children()
        work()
        times.append(Took(time.perf_counter() - start, _children() - used))
    return _medians(times)


def _medians(times: list[Took]) -> Took:
    return Took(statistics.median(t.wall for t in times), statistics.median(t.cpu for t in times))


def _children() -> float:
    """Processor seconds of the programs that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _python(*arguments: str, environment: dict[str, str] | None = None) -> str:
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, env=environment)
    if done.returncode:
        sys.exit(f"{' '.join(arguments)} failed:\n{done.stderr}")
    return done.stderr


def _render(book: Path, *arguments: str) -> str:
    return _python(
        "-m", "kvarto.cli", "render", "--timings", *arguments, str(book), environment=_environment(book)
    )


def _environment(book: Path) -> dict[str, str]:
    """The copy's own packages, not those the environment was installed from: its data lie beside them."""
    return {**os.environ, "PYTHONPATH": str(book / "src")}


def _forget(book: Path) -> None:
    for name in ("_book", ".kvarto", "_figures", "_tables"):
        shutil.rmtree(book / name, ignore_errors=True)


def _edit(path: Path) -> str:
    """Add a sentence that is new each time to the end of a source file; returns a word that only it holds."""
    word = f"prøveord{time.time_ns()}"
    with path.open("a", encoding="utf-8") as out:
        out.write(f"\nEn ny setning med et {word}.\n")
    return word


# --- the preview --------------------------------------------------------------------------------------------


def _previews(book: Path, edited: list[Path], edits: int) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "kvarto.cli", "preview", "--no-browser", "--quiet", "--port", str(port)]
    server = subprocess.Popen(
        [*command, str(book)],
        env=_environment(book),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        preview = _Preview(book, server.pid, f"http://localhost:{port}")
        for path in edited:
            page, pdf = preview.measure(path, edits)
            _row(f"preview, {path.parent.name}: edit to page", page, 0.5)
            _row(f"preview, {path.parent.name}: edit to PDF", pdf, 2)
    finally:
        server.terminate()
        server.wait(10)


class _Preview:
    """A running preview as a browser meets it: it is told of new pages."""

    def __init__(self, book: Path, pid: int, base: str) -> None:
        self.book, self.pid, self.base = book, pid, base
        self.pdf = _wait(lambda: next((book / ".kvarto/preview").glob("*.pdf"), None), 180)
        self.version: dict[str, str] = {}
        self.told: queue.SimpleQueue[tuple[float, dict[str, str]]] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with urllib.request.urlopen(f"{self.base}/__kvarto/events") as stream:
            for row in stream:
                if row.startswith(b"data: "):
                    self.told.put((time.perf_counter(), json.loads(row[6:])["pages"]))

    def measure(self, edited: Path, edits: int) -> tuple[Took, Took]:
        """Median from a saved edit until the page's news, and until the PDF is there; the first edit does not
        count."""
        page = _page_of(self.book, edited)
        pages, pdfs = [], []
        for _ in range(edits + 1):
            self._rest()
            made, used, start = self.pdf.stat().st_mtime_ns, self._used(), time.perf_counter()
            word = _edit(edited).encode()
            at = self._news(page, word)
            pages.append(Took(at - start, self._used() - used))
            _wait(lambda made=made: self.pdf.stat().st_mtime_ns != made, 60)  # type: ignore[misc]
            pdfs.append(Took(time.perf_counter() - start, self._used() - used))
        return _medians(pages[1:]), _medians(pdfs[1:])

    def _news(self, page: str, word: bytes) -> float:
        """When the browser was told of the page with this word on it."""
        version = self.version.get(page)
        while True:
            at, self.version = self.told.get(timeout=60)
            if self.version.get(page) != version and word in _get(f"{self.base}/{page}"):
                return at

    def _rest(self) -> None:
        """Wait until it has nothing more to do."""
        used = -1.0
        while used != (used := self._used()):
            time.sleep(1)
        with contextlib.suppress(queue.Empty):
            while True:
                _, self.version = self.told.get_nowait()

    def _used(self) -> float:
        """Processor seconds of the preview and of the programs it keeps; 0 where the system does not say."""
        total, todo = 0, [self.pid]
        with contextlib.suppress(OSError):
            while todo:
                pid = todo.pop()
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                total += sum(map(int, fields[11:15]))
                todo += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        return total / os.sysconf("SC_CLK_TCK")


def _page_of(book: Path, edited: Path) -> str:
    """The page an edited file ends up on: its own, or that of the chapter that includes it."""
    own = edited.relative_to(book)
    for chapter in sorted(book.glob("report/*.qmd")):
        if f"{own.parent.name}/{own.name}" in chapter.read_text(encoding="utf-8"):
            return chapter.relative_to(book).with_suffix(".html").as_posix()
    return own.with_suffix(".html").as_posix()


def _get(url: str) -> bytes:
    with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5) as answer:
        return bytes(answer.read())
    return b""


def _wait(ask: Callable[[], T | None], seconds: float) -> T:
    """The first true answer; ends the program when none comes in time."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        if got := ask():
            return got
        time.sleep(0.01)
    sys.exit("The preview did not answer in time.")


if __name__ == "__main__":
    main()
