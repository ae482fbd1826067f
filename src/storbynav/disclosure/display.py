"""Notebooks on real answers: what a cell shows passes the policy, or is not shown.

`storbynav.survey` calls `close` when it has loaded answers of real respondents. In a Jupyter kernel every
output is from then on replaced by a line that says why it is not shown: values of cells, ``display``,
pictures, ``print``, warnings, messages of errors, the pager. What passes is what a gate has let through:
figures and tables of the report, and tables whose every number is a mean, correlation or regression that says
how many respondents it rests on; their classes say so (`MARK`). So no notebook that is stored or sent on
holds more than the report may.

It guards against accidents, like the rest of the disclosure control: whoever has the file can read the file.
"""

from __future__ import annotations

import io
import os
import sys
import traceback
from typing import Any

from storbynav.disclosure.policy import policy
from storbynav.problems import SurveyError

WITHHELD = (
    "Ikke vist: regnet av ekte svar, og ikke gått gjennom reglene i data/disclosure.yml. Det som kan vises, "
    "er figurer og tabeller i rapporten (show.figure, show.printed) og gjennomsnitt, korrelasjoner og "
    "regresjoner med antallet bak (show.table(…, behind=…))."
)
_STOPPED = "stoppet i linje {line} av cellen. Meldingen er ikke vist: Den kan inneholde svar."


MARK = "passed_gate"
"""Class attribute of what may be shown: it has passed a gate, or holds nothing of the answers."""


def close() -> None:
    """Close the outputs of the Jupyter kernel this runs in; elsewhere (a build, a script) nothing happens.

    Raises
    ------
    PolicyError
        There is no policy to go by.
    """
    shell = _kernel()
    if shell is not None and not closed() and "notebooks" in policy().outputs:
        _close(shell)


def closed() -> bool:
    """Whether the outputs of this process are closed."""
    shell = _kernel()
    return shell is not None and isinstance(shell.display_formatter.format, _Formatter)


def _kernel() -> Any:
    """The shell of a notebook; none in a book's cells, whose outputs have their own gates (`Report`)."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell if getattr(shell, "kernel", None) and "QUARTO_PROJECT_ROOT" not in os.environ else None


def _close(shell: Any) -> None:
    formatter = _Formatter(shell.display_formatter.format)
    shell.display_formatter.format = formatter
    publish = shell.display_pub.publish

    def guarded(data: Any, metadata: Any = None, *rest: Any, **more: Any) -> Any:
        if not any(data is one for one in formatter.given):
            data, metadata = {"text/plain": WITHHELD}, None
        return publish(data, metadata, *rest, **more)

    shell.display_pub.publish = guarded
    sys.stdout = output = _Silent(sys.stdout)
    sys.stderr = errors = _Silent(sys.stderr)
    shell.events.register("pre_run_cell", lambda *_: _Silent.begin(output, errors))
    show = shell._showtraceback
    shell._showtraceback = lambda kind, error, lines: show(kind, *_stopped(kind, error))
    shell.set_hook("show_in_pager", lambda *_, **__: None)


class _Formatter:
    """In the place of ``DisplayFormatter.format``."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.given: list[dict[str, Any]] = []

    def __call__(self, obj: Any, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], Any]:
        if getattr(type(obj), MARK, False):
            data, metadata = self.inner(obj, include, exclude)
        else:
            data, metadata = {"text/plain": WITHHELD}, {}
        self.given = [*self.given[-20:], data]
        return data, metadata


class _Silent(io.TextIOBase):
    """A stream that says once per cell that it says nothing."""

    _said = False

    def __init__(self, told: Any) -> None:
        self.told = told

    def __getattr__(self, name: str) -> Any:
        return getattr(self.told, name)  # the kernel tells its streams which cell is running

    @staticmethod
    def begin(*streams: _Silent) -> None:
        for stream in streams:
            stream._said = False

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if text.strip() and not self._said:
            self._said = True
            self.told.write(f"{WITHHELD}\n")
        return len(text)

    def flush(self) -> None:
        self.told.flush()


def _stopped(kind: type[BaseException], error: BaseException) -> tuple[BaseException, list[str]]:
    """Where a cell stopped and why, without what Python's messages may hold: keys and values of frames."""
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if "ipykernel_" in f.filename]
    said = _STOPPED.format(line=lines[-1] if lines else "?")
    if isinstance(error, SurveyError):
        said = "\n".join(str(problem.discreet()) for problem in error.problems)
    elif kind.__module__.startswith("storbynav."):
        said = str(error)
    told = RuntimeError(said)
    if not kind.__module__.startswith("storbynav."):
        error.args = ()  # the kernel repeats them to whoever asked for the cell
    return told, [f"{kind.__name__}: {said}"]
