"""How long the book takes to build, whole and in parts (`make bench`).

Every figure is a whole command on a copy of the project, timed from outside, median of several runs.
Beside each stands its ratio to a fixed piece of work (importing pandas, statsmodels and matplotlib in a
fresh Python) measured in the same minutes: machines and their loads differ, the ratio travels better than
the seconds. It never fails on a slow machine: it is a measurement, not a test.

    python scripts/bench.py [--runs N] [--chapter report/vedlegg-1/06-malstyring.qmd]
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = (".git", ".venv", "_book*", ".kvarto", "_figures", "_tables", "__pycache__", ".*_cache")
WORK = "import pandas, statsmodels.api, matplotlib.pyplot"
T = TypeVar("T")
PART = re.compile(r"^(\w+) +([\d.]+) s$", re.M)


def main() -> None:
    """Measure and print one table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=3, help="counted runs of each (default: 3)")
    parser.add_argument(
        "--chapter", default="report/vedlegg-1/06-malstyring.qmd", help="the source file that is edited"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        book = Path(folder) / "book"
        shutil.copytree(ROOT, book, ignore=shutil.ignore_patterns(*LEFT_OUT))
        edited = book / options.chapter
        if not edited.is_file():
            sys.exit(f"{options.chapter}: no such file. Name one of the book's source files with --chapter.")
        unit = _median(options.runs, lambda: _python("-c", WORK))
        print(f"{'fixed work (imports)':42} {unit:6.2f} s   ratio 1.0")

        cold: list[str] = []
        both = ("--to", "html,pdf")
        seconds = _median(options.runs, lambda: cold.append(_render(book, *both)), lambda: _forget(book))
        _row("cold build, website and PDF", seconds, unit, cold)
        every: list[str] = []
        seconds = _median(options.runs, lambda: every.append(_render(book)), lambda: _forget(book))
        _row("cold build, DOCX too", seconds, unit, every)
        _render(book, *both)
        _row("unchanged, website and PDF", _median(options.runs, lambda: _render(book, *both)), unit)
        for what, arguments in (("website", ("--to", "html")), ("website and PDF", both)):
            parts: list[str] = []
            seconds = _median(
                options.runs,
                lambda args=arguments, kept=parts: kept.append(_render(book, *args)),  # type: ignore[misc]
                lambda: _edit(edited),
            )
            _row(f"text edit in one chapter, {what}", seconds, unit, parts)
        page, pdf = _preview(book, edited, options.runs)
        _row("preview: text edit to changed page", page, unit)
        _row("preview: text edit to PDF", pdf, unit)


def _row(what: str, seconds: float, unit: float, outputs: list[str] | None = None) -> None:
    print(f"{what:42} {seconds:6.2f} s   ratio {seconds / unit:.1f}")
    runs = [dict(PART.findall(text)) for text in outputs or []]
    for name in runs[0] if runs else ():
        took = statistics.median(float(run[name]) for run in runs if name in run)
        if took >= 0.01:
            print(f"    {name:38} {took:6.2f} s")


def _median(runs: int, work: Callable[[], object], before: Callable[[], object] = lambda: None) -> float:
    times = []
    for _ in range(runs):
        before()
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


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


def _preview(book: Path, edited: Path, runs: int) -> tuple[float, float]:
    """Median seconds from a saved edit until the served page, and the served PDF, have changed."""
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
    base = f"http://localhost:{port}/"
    page = base + _page_of(book, edited)
    try:
        pdf = base + _wait(lambda: _pdf_name(base), 120)
        before = _wait(lambda: _get(pdf), 120)
        pages, pdfs = [], []
        for _ in range(runs):
            time.sleep(1)
            start = time.perf_counter()
            word = _edit(edited).encode()
            _wait(partial(_holds, page, word), 60)
            pages.append(time.perf_counter() - start)
            before = _wait(partial(_newer, pdf, before), 60)
            pdfs.append(time.perf_counter() - start)
        return statistics.median(pages), statistics.median(pdfs)
    finally:
        server.terminate()
        server.wait(10)


def _page_of(book: Path, edited: Path) -> str:
    """The page an edited file ends up on: its own, or that of the chapter that includes it."""
    own = edited.relative_to(book)
    for chapter in sorted(book.glob("report/*.qmd")):
        if f"{own.parent.name}/{own.name}" in chapter.read_text(encoding="utf-8"):
            return chapter.relative_to(book).with_suffix(".html").as_posix()
    return own.with_suffix(".html").as_posix()


def _pdf_name(base: str) -> str | None:
    found = re.search(rb'href="([^"/]+\.pdf)"', _get(base))
    return found[1].decode() if found else None


def _holds(url: str, word: bytes) -> bool:
    return word in _get(url)


def _newer(url: str, before: bytes) -> bytes:
    got = _get(url)
    return got if got != before else b""


def _get(url: str) -> bytes:
    with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5) as answer:
        return bytes(answer.read())
    return b""


def _wait(ask: Callable[[], T], seconds: float) -> T:
    """The first true answer; ends the program when none comes in time."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        if got := ask():
            return got
        time.sleep(0.02)
    sys.exit("The preview did not answer in time.")


if __name__ == "__main__":
    main()
