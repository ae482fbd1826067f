"""Builds that are killed, that meet, and machines that stand in their way: the last good book stays whole."""

from __future__ import annotations

import ctypes
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kvarto.lock import empty, locked
from tests.kvarto.book import HEAD, make
from tests.kvarto.front import HTML_ONLY, kvarto
from tests.tools import strict

# A cell that reads a file, writes one and shows a picture: whatever a build keeps or leaves is in play.
CHAPTER = """# K {{#sec-k}}

Utgave {edition}. Se @fig-a.

```{{python}}
#| label: fig-a
#| fig-cap: "En strek, utgave {cell}."
#| fig-alt: "En strek."
from pathlib import Path
Path("_ut").mkdir(exist_ok=True)
Path("_ut/tall.txt").write_text(Path("tall.txt").read_text() * 2000)
from IPython.display import SVG
SVG('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M1 8 L8 {cell}"/></svg>')
```

Tallet er `{{python}} Path("_ut/tall.txt").read_text()[:4]`.
"""
EDITION = re.compile(r"Utgave (\d+)\.")


def command(folder: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "kvarto.cli", "render", *more, str(folder)]


def write(folder: Path, edition: int, cell: int) -> None:
    (folder / "k.qmd").write_text(CHAPTER.format(edition=edition, cell=cell), encoding="utf-8")
    (folder / "tall.txt").write_text(f"{1000 + cell}", encoding="utf-8")


def content(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


def edition(folder: Path) -> int:
    """The edition that the built page says it is."""
    found = EDITION.search((folder / "_book/k.html").read_text(encoding="utf-8"))
    assert found
    return int(found[1])


@pytest.mark.long
def test_fifty_kills_leave_the_last_good_book_whole_and_the_next_build_right(tmp_path: Path) -> None:
    chance = random.Random(20261122)
    folder, fresh = tmp_path / "bok", tmp_path / "ny"
    make(folder)
    write(folder, 0, 0)
    began = time.monotonic()
    assert subprocess.run(command(folder), capture_output=True).returncode == 0
    longest = time.monotonic() - began
    good = {0: content(folder / "_book")}
    killed = 0
    cell = 0
    for number in range(1, 201):
        if killed == 50:
            break
        if chance.random() < 0.4:
            cell += 1
        write(folder, number, cell)
        process = subprocess.Popen(
            command(folder, "--to", "html") if chance.random() < 0.5 else command(folder),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(chance.uniform(0, longest))
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            killed += 1
        else:  # too late: this machine has become faster since the first build
            longest *= 0.9
        process.wait()
        there = edition(folder)
        if there in good:
            assert content(folder / "_book") == good[there], f"kill {number} harmed edition {there}"
        else:
            assert there == number, "a book that nobody asked for"
            now = content(folder / "_book")
            assert set(now) == set(next(iter(good.values()))), f"kill {number} left files out or behind"
            assert now["k.html"].rstrip().endswith(b"</html>") and now["Prøvebok.pdf"].rstrip().endswith(
                b"%%EOF"
            )
        if number % 5 == 0:  # a build that may finish
            done = subprocess.run(command(folder), capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
            assert edition(folder) == number
            good = {number: content(folder / "_book")}
            if number % 25 == 0:
                shutil.rmtree(fresh, ignore_errors=True)
                make(fresh)
                write(fresh, number, cell)
                assert subprocess.run(command(fresh), capture_output=True).returncode == 0
                assert content(fresh / "_book") == good[number], "not as a build from nothing"
                assert (fresh / "_ut/tall.txt").read_bytes() == (folder / "_ut/tall.txt").read_bytes()
        elif there == number:
            good = {number: content(folder / "_book")}
    assert killed == 50, "kills came too late to mean anything"
    # the next build clears what the last kill left
    assert subprocess.run(command(folder), capture_output=True).returncode == 0
    assert [p.name for p in folder.iterdir() if ".kvarto" in p.name] == [".kvarto"]
    assert not list((folder / ".kvarto").rglob(".*")), "half-written files of killed builds stay"
    assert not (folder / ".kvarto/tmp").exists() or not list((folder / ".kvarto/tmp").iterdir())


def test_a_build_killed_alone_takes_its_chapters_with_it(tmp_path: Path) -> None:
    """Only the command dies: what it started must not go on writing beside the next build."""
    make(
        tmp_path,
        "# K\n\n```{python}\nimport os, time\nfrom pathlib import Path\n"
        "Path('pid').write_text(str(os.getpid()))\ntime.sleep(120)\n```\n",
        HTML_ONLY,
    )
    process = subprocess.Popen(
        command(tmp_path), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    until(lambda: (tmp_path / "pid").is_file() and (tmp_path / "pid").read_text() != "")
    chapter = int((tmp_path / "pid").read_text())
    process.kill()
    process.wait()
    until(lambda: not alive(chapter))


def alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "did not happen"
        time.sleep(0.05)


# --- two at once --------------------------------------------------------------------------------------------


def test_two_builds_at_once_wait_for_each_other_and_give_one_book(tmp_path: Path) -> None:
    folder = tmp_path / "bok"
    make(folder, config=HTML_ONLY)
    write(folder, 1, 1)
    both = [
        subprocess.Popen(command(folder), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=120)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert sorted("Ingen endringer" in text for text in said) == [False, True], said
    assert sum("Venter på en annen bygging" in text for text in said) == 1, said
    assert edition(folder) == 1 and not list(folder.glob("_book.*"))


def test_a_build_a_check_and_a_clean_build_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "bok"
    make(folder, config=HTML_ONLY)
    write(folder, 2, 1)
    orders = [
        command(folder),
        command(folder, "--clean"),
        command(folder, "--output-dir", str(tmp_path / "ut")),
    ]
    orders.append([sys.executable, "-m", "kvarto.cli", "check", str(folder)])
    running = [
        subprocess.Popen(order, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for order in orders
    ]
    said = [process.communicate(timeout=240)[0] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0, 0], said
    assert content(folder / "_book") == content(tmp_path / "ut")


def test_the_lock_holds_although_its_folder_is_removed(tmp_path: Path) -> None:
    """`make clean` while a build waits: it must have the new lock, not the old one that nobody else sees."""
    folder = tmp_path / ".kvarto"
    holds = "import sys, time\nfrom pathlib import Path\nfrom kvarto.lock import locked\n"
    with locked(folder, lambda: None):
        (folder / "annet").write_text("x")
        (folder / "mappe").mkdir()
        empty(folder)
        assert [p.name for p in folder.iterdir()] == ["lock"]
        code = holds + (
            "with locked(Path(sys.argv[1]), lambda: print('venter', flush=True)):\n"
            "    print('har', flush=True); time.sleep(60)\n"
        )
        waiting = subprocess.Popen(
            [sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE, text=True
        )
        assert waiting.stdout is not None and waiting.stdout.readline() == "venter\n"
        shutil.rmtree(folder)
    try:
        assert waiting.stdout.readline() == "har\n"
        import fcntl

        with (folder / "lock").open() as there, pytest.raises(BlockingIOError):
            fcntl.flock(there, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        waiting.kill()
        waiting.wait()
        waiting.stdout.close()


# --- a machine in the way -----------------------------------------------------------------------------------


def one_clear_error(done: subprocess.CompletedProcess[str], words: str) -> None:
    assert done.returncode == 2, done.stderr
    assert words in done.stderr and "→" in done.stderr and "Forrige utgave står urørt" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1.5 MB; skipped by name where one cannot be made (that needs root or a user namespace)."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1536k", "none", str(place)], capture_output=True
    )
    if not mounted or mounted.returncode:
        if strict() and os.geteuid() == 0:
            pytest.fail("root, but mount refuses a tmpfs")
        pytest.skip("no right to mount a small disk")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_is_told_and_the_last_book_stays(small_disk: Path) -> None:
    folder = small_disk / "bok"
    make(folder)
    write(folder, 1, 1)
    assert kvarto("render", folder).returncode == 0
    before = content(folder / "_book")
    write(folder, 2, 1)
    filler = small_disk / "fyll"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(b"x" * 1024):
                pass
        except OSError:
            pass
    one_clear_error(kvarto("render", folder), "disken er full")
    assert content(folder / "_book") == before and not list(folder.glob("_book.*"))
    filler.unlink()
    assert kvarto("render", folder).returncode == 0 and edition(folder) == 2


@pytest.mark.parametrize("limit", [0, 2_000, 20_000])
def test_no_room_for_a_file_is_told_and_the_last_book_stays(tmp_path: Path, limit: int) -> None:
    """As a full disk, for whoever may not mount one: no file may grow beyond `limit` bytes."""
    make(tmp_path, config=HTML_ONLY)
    write(tmp_path, 1, 1)
    assert kvarto("render", tmp_path).returncode == 0
    before = content(tmp_path / "_book")
    write(tmp_path, 2, 2)
    done = subprocess.run(
        command(tmp_path),
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert done.returncode in (1, 2) and "Traceback" not in done.stderr, done.stderr
    assert "→" in done.stderr and "Forrige utgave står urørt" in done.stderr
    assert content(tmp_path / "_book") == before and not list(tmp_path.glob("_book.*"))
    assert kvarto("render", tmp_path).returncode == 0 and edition(tmp_path) == 2


@pytest.mark.parametrize(
    "what", ["print('a' * 90_000)", "SVG(svg.replace('>', f'><desc>{\"a\" * 90_000}</desc>', 1))"]
)
def test_no_room_for_results_is_told_as_such(tmp_path: Path, what: str) -> None:
    """The chapter's own process meets the full disk; a bare «Python stopped» would send the author astray."""
    head = "from IPython.display import SVG\nsvg = open('linje.svg').read()"
    make(tmp_path, f"# K\n\n```{{python}}\n{head}\n{what}\n```\n", HTML_ONLY)
    done = subprocess.run(
        command(tmp_path),
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000)),
    )
    one_clear_error(done, "større enn det er lov å skrive")


def without_privileges() -> None:
    """In a child that is about to start a program: root may no longer read and write what modes forbid."""
    if os.geteuid() == 0:
        drop, override, search = 24, 1, 2  # PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        for capability in (override, search):
            if ctypes.CDLL(None).prctl(drop, capability, 0, 0, 0):
                os._exit(99)


@pytest.mark.parametrize("first", [True, False], ids=["never built", "built before"])
def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path, first: bool) -> None:
    folder = tmp_path / "bok"
    make(folder, config=HTML_ONLY)
    write(folder, 1, 1)
    if not first:
        assert kvarto("render", folder).returncode == 0
        write(folder, 2, 1)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        done = subprocess.run(command(folder), capture_output=True, text=True, preexec_fn=without_privileges)
        one_clear_error(done, "ingen tilgang")
        assert first or edition(folder) == 1
    finally:
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
    assert kvarto("render", folder).returncode == 0 and edition(folder) == (1 if first else 2)


@pytest.mark.parametrize("name", ["k.qmd", "_quarto.yml", "tall.txt"])
def test_a_file_that_may_not_be_read_is_told(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "bok"
    make(folder, config=HTML_ONLY)
    write(folder, 1, 1)
    (folder / name).chmod(0)
    done = subprocess.run(command(folder), capture_output=True, text=True, preexec_fn=without_privileges)
    assert done.returncode in (1, 2) and name in done.stderr, done.stderr
    assert "Traceback" not in done.stderr and not (folder / "_book").exists()


# --- fonts and clocks ---------------------------------------------------------------------------------------


def house(folder: Path, page: str = "", css: str = "") -> Path:
    """A book with a format extension of its own: a line of its Typst template, and a style sheet."""
    extension = folder / "_extensions/hus"
    extension.mkdir(parents=True)
    (extension / "_extension.yml").write_text(
        "title: Hus\nauthor: A\nversion: 1.0.0\ncontributes:\n  formats:\n    html:\n      css: hus.css\n"
        "    typst:\n      font-paths: [fonts]\n      template-partials: [page.typ]\n",
        encoding="utf-8",
    )
    (extension / "hus.css").write_text(css, encoding="utf-8")
    (extension / "page.typ").write_text(page, encoding="utf-8")
    formats = HEAD.replace("typst: default", "hus-typst: default").replace(
        "html: default", "hus-html: default"
    )
    make(folder, "# K\n\nTekst.\n", formats)
    return extension


@pytest.mark.parametrize("kind", ["no folder", "empty folder", "broken font"])
def test_a_missing_font_of_the_pdf_is_told(tmp_path: Path, kind: str) -> None:
    extension = house(tmp_path, '#set text(font: "Hus Serif")')
    if kind != "no folder":
        (extension / "fonts").mkdir()
    if kind == "broken font":
        (extension / "fonts/Hus-Regular.otf").write_bytes(b"OTTO ikke en skrift")
    done = kvarto("render", tmp_path)
    assert done.returncode == 1, done.stderr
    assert (
        "Skriften «hus serif» finnes ikke." in done.stderr and "Lette i _extensions/hus/fonts" in done.stderr
    )
    assert done.stderr.count("finnes ikke") == 1 and not (tmp_path / "_book").exists()
    assert kvarto("render", "--draft", tmp_path).returncode == 0
    assert (tmp_path / "_book/Prøvebok.pdf").is_file()


def test_a_missing_font_of_the_site_is_told_with_its_line(tmp_path: Path) -> None:
    css = "/* url(aldri.woff2) */\n@font-face { font-family: Hus;\n  src: url('fonts/Hus.woff2') }\n"
    house(tmp_path, css=css)
    done = kvarto("render", tmp_path)
    assert done.returncode == 1 and "aldri" not in done.stderr
    assert (
        "_extensions/hus/hus.css:3: Stilarket nevner filen fonts/Hus.woff2, som ikke finnes." in done.stderr
    )


def shift(folder: Path, seconds: float) -> None:
    """Set the time of every source, as if the clock had been wrong when they were saved."""
    for path in folder.glob("*.*"):
        if path.is_file():
            os.utime(path, (time.time() + seconds, time.time() + seconds))


@pytest.mark.parametrize("first", [10 * 365 * 86400, -40 * 365 * 86400], ids=["in the future", "in 1986"])
def test_a_wrong_clock_changes_nothing(tmp_path: Path, first: float) -> None:
    """Times are only ever compared for being the same, never for which is later."""
    make(tmp_path, config=HTML_ONLY)
    write(tmp_path, 1, 1)
    shift(tmp_path, first)
    assert kvarto("render", tmp_path).returncode == 0 and edition(tmp_path) == 1
    assert "Ingen endringer" in kvarto("render", tmp_path).stderr
    write(tmp_path, 2, 2)
    shift(
        tmp_path, -first
    )  # saved after the clock was set right (or wrong): far on the other side of the build
    done = kvarto("render", tmp_path)
    assert done.returncode == 0 and edition(tmp_path) == 2, done.stderr
    assert "1002" in (tmp_path / "_book/k.html").read_text(encoding="utf-8"), "the cell must have run again"
    before = content(tmp_path / "_book")
    shift(tmp_path, 0)
    assert kvarto("render", tmp_path, "--force").returncode == 0 and content(tmp_path / "_book") == before
