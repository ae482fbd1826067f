"""The one place that starts pandoc.

The program comes from the wheel `pypandoc-binary` and is called directly. All functions are pure: the same
arguments give the same result, so that callers may remember results by a hash of the arguments and
`version()`.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import queue
import re
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_WARNING = re.compile(r"^\[WARNING\] (?P<text>.*(?:\n(?!\[).*)*)", re.M)
_LINE = re.compile(r"at line (?P<line>\d+)|\(line (?P<line2>\d+)|line (?P<line3>\d+) column")


LIMIT = 60.0
"""Seconds that pandoc may take for one text: some (hundreds of open brackets) would take it years."""


class PandocError(Exception):
    """Pandoc refused; the message is its own. `code` is its exit code."""

    def __init__(self, message: str, code: int) -> None:
        """Keep pandoc's message and exit code."""
        self.code = code
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning of pandoc's: its text and the 1-based line of the input it speaks of, if it names one."""

    text: str
    line: int | None


@cache
def binary() -> str:
    """Path of the pandoc program in the wheel."""
    import pypandoc

    folder = Path(pypandoc.__file__).parent / "files"
    for name in ("pandoc", "pandoc.exe"):
        if (folder / name).exists():
            return str(folder / name)
    return str(pypandoc.get_pandoc_path())


@cache
def version() -> str:
    """The version of the program, part of every fingerprint of its results; read from the wheel."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as package_version

    for name in ("pypandoc-binary", "pypandoc_binary"):
        try:
            return package_version(name)
        except PackageNotFoundError:
            continue
    return "?"


def _surroundings() -> dict[str, str]:
    """The environment for pandoc, which in another locale could not open files named with æ, ø and å."""
    return {**os.environ, "LC_ALL": "C.UTF-8"}


def _bytes(text: str) -> bytes:
    """UTF-8; half a character, as code may print one, becomes «?»."""
    return text.encode("utf-8", "replace")


def run(args: Sequence[str], text: str, cwd: Path | None = None) -> tuple[str, str]:
    """Run pandoc with `text` on standard input; returns standard output and standard error.

    Raises PandocError when its exit code is not 0.
    """
    try:
        done = subprocess.run(
            [binary(), *args],
            input=_bytes(text),
            capture_output=True,
            cwd=cwd,
            env=_surroundings(),
            timeout=LIMIT,
        )
    except subprocess.TimeoutExpired:
        raise PandocError(f"pandoc ble ikke ferdig på {LIMIT:.0f} sekunder", 1) from None
    err = done.stderr.decode(errors="replace")
    if done.returncode:
        raise PandocError(err.strip(), done.returncode)
    return done.stdout.decode(), err


def warnings_of(err: str) -> list[Warned]:
    """The warnings in pandoc's standard error."""
    return [_warned(m["text"].strip()) for m in _WARNING.finditer(err)]


def _warned(text: str) -> Warned:
    at = _LINE.search(text)
    return Warned(text, int(at["line"] or at["line2"] or at["line3"]) if at else None)


class _Reader:
    """A pandoc that stays to read one text after another (see `pandoc_reader.lua`).

    `waits` is False while a text is being read, and for good when the program has ended.
    """

    def __init__(self) -> None:
        script = Path(__file__).with_name("pandoc_reader.lua")
        self._process = subprocess.Popen(
            [binary(), "lua", str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_surroundings(),
        )
        self.waits = True
        self._send(_abbreviations().encode() + b"\n")

    def read(self, markdown: str) -> dict[str, Any]:
        """What the script answers; PandocError when pandoc refuses, or has ended."""
        text = _bytes(markdown.expandtabs(4))  # as pandoc's command line does
        self.waits = False
        assert self._process.stdout is not None
        late = threading.Event()

        def stop() -> None:
            late.set()
            self._process.kill()

        watch = threading.Timer(LIMIT, stop)
        watch.daemon = True
        watch.start()
        try:
            self._send(b"%d\n%b" % (len(text), text))
            state, _, length = self._process.stdout.readline().partition(b" ")
            answer = self._process.stdout.read(int(length or 0))
        finally:
            watch.cancel()
        self.waits = bool(state)
        if late.is_set():
            raise PandocError(f"pandoc ble ikke ferdig på {LIMIT:.0f} sekunder", 1)
        if state != b"ok":
            raise PandocError(answer.decode(errors="replace") or "pandoc stoppet uventet", 1)
        found: dict[str, Any] = json.loads(answer)
        return found

    def close(self) -> None:
        """End the program."""
        self._process.kill()
        with contextlib.suppress(OSError):
            self._process.communicate()

    def _send(self, data: bytes) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # reading the answer tells
            self._process.stdin.write(data)
            self._process.stdin.flush()


@cache
def _abbreviations() -> str:
    """Pandoc's own list, which only its command line puts to use by itself."""
    return " ".join(run(["--print-default-data-file", "abbreviations"], "")[0].split())


_IDLE: queue.SimpleQueue[_Reader] = queue.SimpleQueue()
"""Readers that wait for a text; there are as many as have ever been at work at the same time."""


@atexit.register
def _close_readers() -> None:
    while not _IDLE.empty():
        _IDLE.get().close()


def read(markdown: str) -> tuple[list[dict[str, Any]], list[Warned]]:
    """Blocks of a Markdown text, as pandoc's JSON, and pandoc's warnings."""
    try:
        reader = _IDLE.get_nowait()
    except queue.Empty:
        reader = _Reader()
    try:
        answer = reader.read(markdown)
    finally:
        if reader.waits:
            _IDLE.put(reader)
        else:
            reader.close()
    warnings = [m["pretty"] for m in reversed(answer["messages"]) if m["verbosity"] == "WARNING"]
    return answer["document"]["blocks"], [_warned(text) for text in warnings]


def read_html(fragments: Sequence[str]) -> list[list[dict[str, Any]]]:
    """Blocks of each HTML fragment, in one start of the program."""
    if not fragments:
        return []
    joined = "\n".join(f'<div class="kv-fragment">{f}</div>' for f in fragments)
    out, _ = run(["-f", "html", "-t", "json"], joined)
    divs = [b for b in json.loads(out)["blocks"] if b["t"] == "Div" and "kv-fragment" in b["c"][0][1]]
    if len(divs) != len(fragments):
        raise PandocError("HTML i boken er ikke balansert", 0)
    return [d["c"][1] for d in divs]


def document(blocks: list[dict[str, Any]], meta: dict[str, Any] | None = None) -> str:
    """A whole pandoc JSON document around some blocks."""
    return json.dumps(
        {"pandoc-api-version": api_version(), "meta": meta or {}, "blocks": blocks}, ensure_ascii=False
    )


@cache
def api_version() -> list[int]:
    """The version of the JSON form, asked of the program once."""
    out, _ = run(["-f", "markdown", "-t", "json"], "")
    return json.loads(out)["pandoc-api-version"]


def mathml(formulas: Sequence[tuple[str, bool]]) -> list[str | None]:
    """MathML of TeX formulas `(tex, display)`; None for one that pandoc cannot translate."""
    if not formulas:
        return []
    blocks = [
        {
            "t": "Div",
            "c": [
                ["", ["kv-math"], []],
                [
                    {
                        "t": "Plain",
                        "c": [{"t": "Math", "c": [{"t": "DisplayMath" if display else "InlineMath"}, tex]}],
                    }
                ],
            ],
        }
        for tex, display in formulas
    ]
    out, _ = run(["-f", "json", "-t", "html", "--mathml", "--wrap=none"], document(blocks))
    parts = out.split('<div class="kv-math">')[1:]
    found: list[str | None] = []
    for part in parts:
        m = re.search(r"<math.*</math>", part, re.S)
        found.append(m[0] if m else None)
    return found


def citeproc(
    blocks: list[dict[str, Any]], meta: dict[str, Any], cwd: Path
) -> tuple[list[dict[str, Any]], list[Warned]]:
    """Blocks with citations resolved by pandoc's citeproc; `meta` is pandoc metadata as plain JSON values.

    Raises PandocError when a bibliography or style cannot be read.
    """
    out, err = run(
        ["-f", "json", "-t", "json", "--citeproc"],
        document(blocks, {k: _meta(v) for k, v in meta.items()}),
        cwd,
    )
    return json.loads(out)["blocks"], warnings_of(err)


def docx(blocks: list[dict[str, Any]], meta: dict[str, Any], reference: Path) -> bytes:
    """A DOCX of some blocks, with the styles of a reference document. Raises PandocError."""
    args = ["-f", "json", "-t", "docx", f"--reference-doc={reference}"]
    args += ["--syntax-highlighting=none", "-o", "-"]
    text = document(blocks, {k: _meta(v) for k, v in meta.items()})
    done = subprocess.run(
        [binary(), *args], input=text.encode(), capture_output=True, env=_surroundings(), check=False
    )
    if done.returncode:
        raise PandocError(done.stderr.decode(errors="replace").strip(), done.returncode)
    return done.stdout


def data_file(name: str) -> bytes:
    """One of pandoc's own data files, such as `reference.docx`."""
    args = [binary(), "--print-default-data-file", name]
    return subprocess.run(args, capture_output=True, check=True).stdout


def _meta(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"t": "MetaBool", "c": value}
    if isinstance(value, list):
        return {"t": "MetaList", "c": [_meta(v) for v in value]}
    return {"t": "MetaString", "c": str(value)}


def references(items: Sequence[dict[str, Any]], lang: str, csl: Path | None) -> dict[str, str]:
    """Each CSL-JSON item as the HTML of its entry in a list of references, by id."""
    about = {"nocite": "@*", "lang": lang, "references": list(items)}
    front = f"---\n{json.dumps(about, ensure_ascii=False)}\n---\n"
    style = ["--csl", str(csl)] if csl else []
    out, _ = run(["-f", "markdown", "-t", "html", "--citeproc", "--wrap=none", *style], front)
    entry = r'<div id="ref-(?P<id>[^"]+)" class="csl-entry"[^>]*>(?P<html>.*?)</div>'
    return {m["id"]: m["html"].strip() for m in re.finditer(entry, out, re.S)}
