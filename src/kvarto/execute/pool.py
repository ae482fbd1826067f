"""Keeps a runner process (see `runner`) and gives it chapters to run; the warm one of a preview is used
again.

A runner is replaced when a project module or a file read while importing has changed since it started, as its
imports would be stale.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from kvarto.execute import deps

CAN_FORK = hasattr(os, "fork") and not os.environ.get("KVARTO_NO_FORK")


class Pool:
    """Runs jobs for one book. Use as a context manager, or call `close`."""

    def __init__(
        self, root: Path, skip: Iterable[str] = (), environment: dict[str, str] | None = None
    ) -> None:
        """`skip`: folder names that are no inputs (the output folder); `environment` is added to the
        process's."""
        self.root = root
        self.skip = list(skip)
        self.environment = environment or {}
        self._process: subprocess.Popen[str] | None = None
        self._known: dict[str, list[Any]] = {}
        self._imported: set[str] = set()
        self._lock = threading.Lock()

    def __enter__(self) -> Pool:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the process."""
        self.close()

    def run(
        self, jobs: list[dict[str, Any]], modules: list[str], event: Callable[[dict[str, Any]], None]
    ) -> dict[str, dict[str, Any]]:
        """Run all jobs; returns by job id what `job.run_job` wrote, or `{"died": "…"}`."""
        if not CAN_FORK:
            return self._run_apart(jobs, modules, event)
        with self._lock:
            self._ready(modules)
            return self._run(self._process, jobs, event)

    def close(self) -> None:
        """Stop the runner and what it is running."""
        process, self._process = self._process, None
        self._known, self._imported = {}, set()
        if process is None:
            return
        if process.stdin:
            process.stdin.close()
        if process.stdout:
            process.stdout.close()
        process.terminate()
        process.wait()

    def _ready(self, modules: list[str]) -> None:
        if self._process is not None and (self._process.poll() is not None or self._stale()):
            self.close()
        if self._process is None:
            self._process = self._start()
        new = [m for m in modules if m not in self._imported]
        if new:
            self._send(self._process, {"do": "import", "modules": new})
            self._imported.update(new)

    def _start(self) -> subprocess.Popen[str]:
        (self.root / ".kvarto").mkdir(exist_ok=True)
        environment = {**os.environ, **self.environment, "PYTHONIOENCODING": "utf-8", "PYTHONHASHSEED": "0"}
        return subprocess.Popen(
            [sys.executable, "-m", "kvarto.execute.runner", str(self.root), *self.skip],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            cwd=self.root,
            env=environment,
            bufsize=1,
        )

    def _stale(self) -> bool:
        return any(
            deps.file_state(path) is None or deps.file_state(path)[:1] != state[:1]  # type: ignore[index]
            for path, state in self._known.items()
        )

    @staticmethod
    def _send(process: subprocess.Popen[str] | None, order: dict[str, Any]) -> None:
        assert process is not None and process.stdin is not None
        process.stdin.write(json.dumps(order) + "\n")
        process.stdin.flush()

    def _run(
        self,
        process: subprocess.Popen[str] | None,
        jobs: list[dict[str, Any]],
        event: Callable[[dict[str, Any]], None],
    ) -> dict[str, dict[str, Any]]:
        assert process is not None and process.stdout is not None
        folder = self.root / ".kvarto" / "tmp"
        folder.mkdir(parents=True, exist_ok=True)
        files: dict[str, tuple[Path, Path]] = {}
        results: dict[str, dict[str, Any]] = {}
        try:
            for job in jobs:
                stem = uuid.uuid4().hex
                order, out = folder / f"{stem}.job", folder / f"{stem}.out"
                order.write_text(json.dumps(job), encoding="utf-8")
                files[job["id"]] = (order, out)
                self._send(process, {"do": "run", "job": job["id"], "file": str(order), "out": str(out)})
            left = set(files)
            while left:
                row = process.stdout.readline()
                if not row:
                    for ident in left:
                        results[ident] = {"died": "exit"}
                    break
                news = json.loads(row)
                ident = news["job"]
                if news.get("done"):
                    results[ident] = json.loads(files[ident][1].read_text(encoding="utf-8"))
                    self._note(results[ident])
                    left.discard(ident)
                elif "refused" in news:
                    raise OSError(*news["refused"])
                elif "died" in news:
                    results[ident] = {"died": news["died"]}
                    left.discard(ident)
                event(news)
        except BaseException:
            # The runner may still be busy with what nobody waits for.
            self.close()
            raise
        finally:
            for pair in files.values():
                for path in pair:
                    path.unlink(missing_ok=True)
        return results

    def _run_apart(
        self, jobs: list[dict[str, Any]], modules: list[str], event: Callable[[dict[str, Any]], None]
    ) -> dict[str, dict[str, Any]]:
        """Without fork: a fresh process for each chapter, as many at a time as there are cores."""
        todo: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        for job in jobs:
            todo.put(job)
        results: dict[str, dict[str, Any]] = {}

        def work() -> None:
            while not todo.empty():
                try:
                    job = todo.get_nowait()
                except queue.Empty:
                    return
                with Pool(self.root, self.skip, self.environment) as pool:
                    pool._ready(modules)
                    results.update(pool._run(pool._process, [job], event))

        threads = [threading.Thread(target=work) for _ in range(min(len(jobs), os.cpu_count() or 1))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return results

    def _note(self, result: dict[str, Any]) -> None:
        for name, state in result["deps"]["files"].items():
            if name.endswith(".py"):
                self._known[str(self.root / name)] = state
