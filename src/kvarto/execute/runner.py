"""The process that runs Python for a book: `python -m kvarto.execute.runner ROOT`.

Reads one JSON object a line on stdin and writes events, one a line, on stdout:

    {"do": "import", "modules": ["pandas", …]}            pays for imports once
    {"do": "run", "job": "k.qmd", "file": JOB, "out": RESULT}   a fork runs the job and writes RESULT
    → {"job": "k.qmd", "step": 3}     {"job": "k.qmd", "done": true}     {"job": "k.qmd", "died": "signal 11"}

Every chapter runs in a fork of this process, so chapters see the imported modules and nothing of each other.
Where `os.fork` is missing, the caller starts one runner for each job and the job runs in it (see `pool`).
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import selectors
import signal
import sys
from pathlib import Path
from typing import Any

from kvarto.execute.job import project_modules, run_job
from kvarto.execute.track import Tracker

CAN_FORK = hasattr(os, "fork") and not os.environ.get("KVARTO_NO_FORK")


def main() -> None:
    """Serve until stdin closes."""
    root = Path(sys.argv[1])
    skip = tuple(sys.argv[2:])
    # Events keep the real stdout; whatever C code or child processes print goes to the log.
    events = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    log = os.open(root / ".kvarto" / "python.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.dup2(log, 1)
    os.dup2(log, 2)
    sys.path[:] = [p for p in sys.path if p not in ("", str(root), str(Path.cwd()))]
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    tracker = Tracker(root, skip)
    tracker.install()
    tracker.active = False
    from kvarto.execute.session import make_shell

    shell = make_shell()
    server = _Server(root, tracker, shell, events)
    server.serve()


class _Server:
    def __init__(self, root: Path, tracker: Tracker, shell: Any, events: Any) -> None:
        self.root, self.tracker, self.shell, self.events = root, tracker, shell, events
        self.selector = selectors.DefaultSelector()
        self.children: dict[int, tuple[int, str]] = {}
        self.waiting: list[dict[str, Any]] = []
        self.limit = max(1, os.cpu_count() or 1)
        signal.signal(signal.SIGTERM, self._stop)

    def serve(self) -> None:
        if not CAN_FORK:
            for order in sys.stdin:
                self._order(json.loads(order))
            return
        buffer = b""
        self.selector.register(0, selectors.EVENT_READ)
        while True:
            for key, _ in self.selector.select():
                if key.fd != 0:
                    self._from_child(key.fd)
                    continue
                chunk = os.read(0, 65536)
                if not chunk:
                    self._stop()  # whoever asked is done, or killed: nothing may be written after that
                buffer += chunk
                while b"\n" in buffer:
                    row, buffer = buffer.split(b"\n", 1)
                    self._order(json.loads(row))

    def _stop(self, *_: Any) -> None:
        """Take the chapters that are running along."""
        for pid, _job in self.children.values():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        os._exit(143)

    def _order(self, order: dict[str, Any]) -> None:
        if order["do"] == "import":
            self.tracker.active = True
            for name in order["modules"]:
                # A failing import is told by the cell that makes it.
                with contextlib.suppress(BaseException):
                    importlib.import_module(name)
            self.tracker.active = False
            # Modules are noted by each chapter's own imports; here they would be those of all chapters.
            self.tracker.reads = {p for p in self.tracker.reads if not p.endswith(".py")}
            # What the forks would each find out about the modules they share.
            project_modules(order["modules"], set(sys.modules), self.root, self.tracker)
        elif not CAN_FORK:
            self._run(order, self._say)
            self._say({"job": order["job"], "done": True})
        else:
            self.waiting.append(order)
            self._start()

    def _start(self) -> None:
        while self.waiting and len(self.children) < self.limit:
            order = self.waiting.pop(0)
            reading, writing = os.pipe()
            pid = os.fork()
            if pid == 0:
                os.close(reading)
                self._child(order, writing)
            os.close(writing)
            self.children[reading] = (pid, order["job"])
            self.selector.register(reading, selectors.EVENT_READ)

    def _child(self, order: dict[str, Any], writing: int) -> None:
        code = 1
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            self.selector.close()
            nothing = os.open(os.devnull, os.O_RDONLY)
            os.dup2(nothing, 0)
            with os.fdopen(writing, "w", encoding="utf-8", buffering=1) as pipe:

                def say(event: dict[str, Any]) -> None:
                    print(json.dumps(event), file=pipe, flush=True)

                try:
                    self._run(order, say)
                except OSError as exc:  # no room for the results, say: it is told where the book is built
                    say({"job": order["job"], "refused": [exc.errno, exc.strerror, exc.filename]})
                    raise
            code = 0
        except KeyboardInterrupt:
            pass
        except BaseException:
            import traceback

            os.write(2, traceback.format_exc().encode())
        finally:
            os._exit(code)

    def _from_child(self, fd: int) -> None:
        chunk = os.read(fd, 65536)
        pid, job = self.children[fd]
        if chunk:
            for row in chunk.decode().splitlines():
                with contextlib.suppress(ValueError):
                    self._say(json.loads(row))
            return
        self.selector.unregister(fd)
        os.close(fd)
        del self.children[fd]
        _, status = os.waitpid(pid, 0)
        code = os.waitstatus_to_exitcode(status)
        if code == 0:
            self._say({"job": job, "done": True})
        else:
            self._say({"job": job, "died": f"signal {-code}" if code < 0 else f"exit code {code}"})
        self._start()

    def _say(self, event: dict[str, Any]) -> None:
        print(json.dumps(event), file=self.events, flush=True)

    def _run(self, order: dict[str, Any], say: Any) -> None:
        job = json.loads(Path(order["file"]).read_text(encoding="utf-8"))
        run_job(job, Path(order["out"]), self.root, self.shell, self.tracker, say)


if __name__ == "__main__":
    main()
