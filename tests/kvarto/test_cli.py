import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kvarto import __version__, cli
from tests.kvarto.book import make
from tests.kvarto.front import HTML_ONLY, kvarto


def test_version_and_help() -> None:
    assert kvarto("--version").stdout == f"kvarto {__version__}\n"
    shown = kvarto("--help")
    assert shown.returncode == 0 and "exit codes:" in shown.stdout and "preview" in shown.stdout
    for command in ("render", "preview", "check"):
        assert kvarto(command, "--help").returncode == 0


def test_wrong_calls_exit_2_with_what_to_do(tmp_path: Path) -> None:
    assert kvarto().returncode == 2
    assert kvarto("rendr").returncode == 2
    empty = kvarto("render", tmp_path)
    assert (
        empty.returncode == 2 and "Fant ingen bok" in empty.stderr and "kvarto render MAPPE" in empty.stderr
    )
    assert "finnes ikke" in kvarto("render", tmp_path / "borte").stderr


def test_render_from_the_folder_below_and_by_file(tmp_path: Path) -> None:
    make(tmp_path, config=HTML_ONLY)
    (tmp_path / "under").mkdir()
    assert kvarto("render", "--to", "html", cwd=tmp_path / "under").returncode == 0
    assert (tmp_path / "_book/k.html").is_file()
    (tmp_path / "k.qmd").write_text("# Endret\n", encoding="utf-8")
    done = kvarto("render", "--to", "html", "k.qmd", cwd=tmp_path)
    assert done.returncode == 0 and "Endret" in (tmp_path / "_book/k.html").read_text(encoding="utf-8")


def test_formats_can_be_named_together(tmp_path: Path) -> None:
    make(tmp_path, config=HTML_ONLY + "  docx: default\n")
    done = kvarto("render", tmp_path, "--to", "html,docx")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "_book/index.html").is_file() and list((tmp_path / "_book").glob("*.docx"))
    wrong = kvarto("render", tmp_path, "--to", "odt")
    assert wrong.returncode == 2 and "html, pdf, docx, all" in wrong.stderr


def test_the_last_line_says_what_came_of_it(tmp_path: Path) -> None:
    make(tmp_path, config=HTML_ONLY)
    assert kvarto("render", tmp_path).stderr.splitlines()[-1].startswith("Skrev _book/index.html (")
    assert kvarto("render", tmp_path).stderr.startswith("Ingen endringer (")
    assert kvarto("render", tmp_path, "--quiet").stderr == ""
    (tmp_path / "k.qmd").write_text("# K\n\n@fig-x\n", encoding="utf-8")
    assert kvarto("render", tmp_path).stderr.endswith("Boken ble ikke skrevet. Forrige utgave står urørt.\n")
    draft = kvarto("render", tmp_path, "--draft")
    assert draft.returncode == 0 and draft.stderr.endswith("1 feil er merket i kladden.\n")


def test_clean_forgets_and_timings_tell(tmp_path: Path) -> None:
    make(tmp_path, "```{python}\n1\n```\n", HTML_ONLY)
    kvarto("render", tmp_path)
    done = kvarto("render", tmp_path, "--clean", "--timings")
    assert "k.qmd: kjører 1 steg" in done.stderr and "execute " in done.stderr


def test_a_failure_of_kvarto_itself_exits_3(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from kvarto import build

    make(tmp_path, config=HTML_ONLY)

    def broken(*_: object) -> None:
        raise RuntimeError("innvendig")

    monkeypatch.setattr(build, "write_html", broken)
    assert cli.main(["render", str(tmp_path)]) == 3
    err = capsys.readouterr().err
    assert "RuntimeError: innvendig" in err and "forrige utgave står urørt" in err


def test_an_interrupt_exits_130(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kvarto import build

    make(tmp_path, config=HTML_ONLY)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(build, "write_html", stop)
    assert cli.main(["render", str(tmp_path), "--quiet"]) == 130


@pytest.mark.skipif(not hasattr(os, "fork"), reason="signals of process groups")
def test_ctrl_c_ends_a_running_cell_and_leaves_nothing_behind(tmp_path: Path) -> None:
    make(tmp_path, config=HTML_ONLY)
    assert kvarto("render", tmp_path).returncode == 0
    before = (tmp_path / "_book/k.html").read_bytes()
    cell = "import os, time\nopen('pid', 'w').write(str(os.getpid()))\ntime.sleep(600)"
    (tmp_path / "k.qmd").write_text(f"# Ny\n\n```{{python}}\n{cell}\n```\n", encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "kvarto.cli", "render", str(tmp_path)],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # a test run started in the background ignores interrupts, and its children would too
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    pid = tmp_path / "pid"
    deadline = time.monotonic() + 60
    while not (pid.is_file() and pid.read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130 and err.endswith("Avbrutt.\n")
    while True:
        try:
            os.kill(int(pid.read_text()), 0)
        except ProcessLookupError:
            break
        assert time.monotonic() < deadline, "the cell is still running"
        time.sleep(0.05)
    assert (tmp_path / "_book/k.html").read_bytes() == before
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith("_book")] == ["_book"]


def test_a_disk_that_cannot_be_written_is_no_failure_of_kvarto(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device", "/bok/_book/k.html")

    monkeypatch.setattr(cli, "_render", full)
    assert cli.main(["render", str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert "/bok/_book/k.html: disken er full" in told and "Traceback" not in told
