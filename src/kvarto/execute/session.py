"""One chapter's Python: IPython in this process, outputs kept in the order they were made.

Runs in a process of its own (see `runner`). Results are plain data:

    cell:   {"outputs": [{"type": "stream", "name": "stdout", "text": "…"},
                         {"type": "display", "data": {"text/plain": "…", "image/png": {"blob": "ab….png"}}},
                         {"type": "error", …}], "error": None | {...}}
    inline: {"markdown": "…"} | {"plain": "…"} | {"error": {...}}
    error:  {"name", "message", "line" (in the cell, 1-based), "source", "frames", "own", "text", …}
"""

from __future__ import annotations

import ast
import base64
import difflib
import hashlib
import io
import os
import re
import sys
import traceback
import types
import warnings
from pathlib import Path
from typing import Any

from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from kvarto.characters import TERMINAL
from kvarto.execute.result import SHOWN

_BINARY = {"image/png": ".png", "image/jpeg": ".jpg", "application/pdf": ".pdf"}


class _Hook(DisplayHook):
    """Keeps the value of a cell's last expression."""

    def quiet(self) -> bool:
        shell: Any = self.shell
        return bool(self.semicolon_at_end_of_expression(shell.kvarto_code))

    def start_displayhook(self) -> None:
        pass

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None) -> None:
        shell: Any = self.shell
        shell.kvarto_outputs.append({"type": "display", "data": dict(format_dict)})

    def finish_displayhook(self) -> None:
        pass

    def fill_exec_result(self, result: Any) -> None:
        pass


class _Publisher(DisplayPublisher):
    """Keeps what `display()` is given."""

    def publish(
        self,
        data: dict[str, Any],
        metadata: Any = None,
        source: Any = None,
        *,
        transient: Any = None,
        update: bool = False,
        **_: Any,
    ) -> None:
        outputs = self.shell.kvarto_outputs
        ident = (transient or {}).get("display_id")
        if update and ident:
            for entry in outputs:
                if entry.get("id") == ident:
                    entry["data"] = dict(data)
            return
        entry = {"type": "display", "data": dict(data)}
        if ident:
            entry["id"] = ident
        outputs.append(entry)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.kvarto_outputs.clear()


class _Compiler(CachingCompiler):
    """Names cells `<cell N>`, so that nothing about this machine gets into warnings and tracebacks."""

    def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
        return f"<cell {number}>"


class Shell(InteractiveShell):
    """IPython without a terminal, history or colours."""

    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)
    compiler_class = Type(_Compiler)
    kvarto_code = ""
    kvarto_error: str | None = None

    def __init__(self, **kwargs: Any) -> None:
        """As IPython's; outputs are collected in `kvarto_outputs`."""
        self.kvarto_outputs: list[dict[str, Any]] = []
        super().__init__(**kwargs)

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        self.kvarto_error = TERMINAL.sub("", "\n".join(stb) if isinstance(stb, list) else str(stb))

    def init_io(self) -> None:
        """Streams are the session's."""

    def enable_gui(self, gui: Any = None) -> None:
        """There is no screen."""


class _Stream(io.TextIOBase):
    """A text stream that adds to the outputs; consecutive writes to one stream are one output."""

    def __init__(self, shell: Shell, name: str) -> None:
        self._shell, self._name = shell, name

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "utf-8"

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        outputs = self._shell.kvarto_outputs
        if not text:
            return 0
        if outputs and outputs[-1].get("name") == self._name:
            outputs[-1]["text"] += text
        else:
            outputs.append({"type": "stream", "name": self._name, "text": text})
        return len(text)


def make_shell() -> Shell:
    """A fresh shell with the namespace `__main__`; its figures are SVG without date or machine in them."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.banner1 = ""
    config.InlineBackend.figure_formats = {"svg"}
    config.InlineBackend.print_figure_kwargs = {"bbox_inches": "tight", "metadata": {"Date": None}}
    module = types.ModuleType("__main__")
    module.__dict__["__builtins__"] = __builtins__
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        shell: Shell = Shell.instance(config=config, user_module=module)
    return shell


class Session:
    """Runs the steps of one chapter in a shell; `blobs` is the folder for pictures."""

    def __init__(self, shell: Shell, root: Path, blobs: Path) -> None:
        """Take over stdout, stderr and `__main__` of this process."""
        self.shell, self.root, self.blobs = shell, str(root), blobs
        sys.modules["__main__"] = shell.user_module
        sys.stdout, sys.stderr = _Stream(shell, "stdout"), _Stream(shell, "stderr")

    def cell(self, code: str, settings: dict[str, Any]) -> dict[str, Any]:
        """Run a cell."""
        shell = self.shell
        shell.kvarto_outputs = outputs = []
        shell.kvarto_code, shell.kvarto_error = code, None
        size = self._figure_size(settings)
        number = shell.execution_count
        try:
            result = shell.run_cell(code, store_history=True)
        finally:
            if size:
                sys.modules["matplotlib"].rcParams["figure.figsize"] = size
        if shell.execution_count == number:
            shell.execution_count += 1
        failure = result.error_before_exec or result.error_in_exec
        if isinstance(failure, KeyboardInterrupt):
            raise failure
        error = None
        if failure is not None:
            error = self._error(failure, f"<cell {number}>", code)
            error["text"] = shell.kvarto_error or error["message"]
            outputs.append({"type": "error", "text": error["text"]})
        return {"outputs": [self._clean(o) for o in outputs], "error": error}

    def inline(self, expr: str) -> dict[str, Any]:
        """Evaluate an expression; text printed on the way is an error, as it would be lost."""
        shell = self.shell
        shell.kvarto_outputs = []
        name = "<inline>"
        try:
            code = compile(ast.parse(expr, name, "eval"), name, "eval")
            value = eval(code, shell.user_ns)
            assert shell.display_formatter is not None
            formats, _ = shell.display_formatter.format(value, include={"text/markdown", "text/plain"})
        except KeyboardInterrupt:
            raise
        except BaseException as exc:
            return {"error": self._error(exc, name, expr)}
        printed = "".join(o["text"] for o in shell.kvarto_outputs if o.get("name") == "stdout")
        if printed.strip():
            lost = RuntimeError(
                f"uttrykket skrev ut {printed.strip()[:60]!r}; bare verdien kommer med i teksten"
            )
            return {"error": self._error(lost, name, expr)}
        if "text/markdown" in formats:
            return {"markdown": str(formats["text/markdown"])}
        if isinstance(value, str):
            return {"plain": str(value)}
        return {"plain": formats.get("text/plain", repr(value))}

    def _of_project(self, kind: type[BaseException]) -> bool:
        """Whether the project's own code defines this error: then its message is written for authors."""
        file = str(getattr(sys.modules.get(kind.__module__), "__file__", ""))
        return file.startswith(self.root + os.sep) and "site-packages" not in file

    def _figure_size(self, settings: dict[str, Any]) -> Any:
        if not settings:
            return None
        import matplotlib

        size = list(matplotlib.rcParams["figure.figsize"])
        matplotlib.rcParams["figure.figsize"] = [
            settings.get("fig-width", size[0]),
            settings.get("fig-height", size[1]),
        ]
        return size

    def _clean(self, output: dict[str, Any]) -> dict[str, Any]:
        output.pop("id", None)
        if "text" in output:
            output["text"] = TERMINAL.sub("", re.sub(r"<cell \d+>", "<cell>", output["text"]))
        if "data" in output:
            output["data"] = {
                mime: self._data(mime, value) for mime, value in output["data"].items() if mime in KEEP
            }
        return output

    def _data(self, mime: str, value: Any) -> Any:
        if mime in _BINARY:
            raw = value if isinstance(value, bytes) else base64.b64decode(value)
            return self._blob(raw, _BINARY[mime])
        if mime == "image/svg+xml":
            return self._blob((value if isinstance(value, str) else value.decode()).encode(), ".svg")
        return value if isinstance(value, str) else str(value)

    def _blob(self, raw: bytes, suffix: str) -> dict[str, str]:
        name = hashlib.sha256(raw).hexdigest()[:40] + suffix
        path = self.blobs / name
        if not path.is_file() or path.stat().st_size != len(raw):
            self.blobs.mkdir(parents=True, exist_ok=True)
            temp = self.blobs / f".{name}.{os.getpid()}"
            temp.write_bytes(raw)
            temp.replace(path)
        return {"blob": name}

    def _error(self, exc: BaseException, name: str, code: str) -> dict[str, Any]:
        line = None
        frames: list[list[Any]] = []
        for frame in traceback.extract_tb(exc.__traceback__):
            if frame.filename == name and line is None:
                line = frame.lineno
            inside = frame.filename.startswith(self.root + os.sep)
            if inside and "site-packages" not in frame.filename and "/kvarto/execute/" not in frame.filename:
                frames.append([os.path.relpath(frame.filename, self.root), frame.lineno, frame.name])
        if isinstance(exc, SyntaxError) and exc.filename in (name, None) and line is None:
            line = exc.lineno
        own = self._of_project(type(exc))
        if frames and not own:
            trace = "".join(traceback.format_exception(exc))
            os.write(2, TERMINAL.sub("", trace).encode("utf-8", "replace"))  # .kvarto/python.log
        rows = code.split("\n")
        missing = exc.filename if isinstance(exc, FileNotFoundError) else None
        return {
            "name": type(exc).__name__,
            "message": TERMINAL.sub("", exc.msg if isinstance(exc, SyntaxError) else str(exc)),
            "line": line,
            "source": rows[line - 1].strip() if line and 0 < line <= len(rows) else "",
            "frames": [] if own else frames[-1:],
            "own": own,
            "missing": os.fspath(missing) if isinstance(missing, str | os.PathLike) else None,
            "module": exc.name if isinstance(exc, ModuleNotFoundError) else None,
            "undefined": exc.name if isinstance(exc, NameError) else None,
            "similar": _similar(exc),
        }


def _similar(exc: BaseException) -> str | None:
    """The attribute of the object that is spelt most like the one that it lacks."""
    if not isinstance(exc, AttributeError) or not exc.name:
        return None
    try:
        names = [name for name in dir(exc.obj) if not name.startswith("_")]
    except Exception:  # an object of the book's own may do anything
        return None
    return next(iter(difflib.get_close_matches(exc.name, names, 1)), None)


KEEP = (
    *SHOWN,
    "application/vnd.jupyter.widget-view+json",
    "application/javascript",
)
