"""What the child process does: run a chapter's steps, then say what they depended on."""

from __future__ import annotations

import ast
import json
import os
import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from kvarto.execute import deps
from kvarto.execute.track import Tracker


def run_job(
    job: dict[str, Any],
    out: Path,
    root: Path,
    shell: Any,
    tracker: Tracker,
    say: Callable[[dict[str, Any]], None],
) -> None:
    """Run all steps and write `{"results": {key: …}, "deps": …, "asked_format": bool}` to `out`.

    After a failing cell the others still run, so that all faults come at once; a NameError about a name that
    it would have made carries `follows`, the key of that cell.
    """
    from kvarto.execute.session import Session

    base = set(sys.modules)
    os.environ.update(job["env"])
    os.chdir(job["cwd"])
    sys.path.insert(0, job["cwd"])
    sys.argv = [job["document"]]
    if "matplotlib" in sys.modules:  # else it will read the file when a cell imports it
        sys.modules["matplotlib"].rc_file(job["env"]["MATPLOTLIBRC"], use_default_template=False)
    session = Session(shell, root, Path(job["blobs"]))
    tracker.active = True
    tracker.asked_format = False
    results: dict[str, Any] = {}
    lost: dict[str, str] = {}  # name → key of the step whose failure left it unmade
    for n, step in enumerate(job["steps"]):
        if step["kind"] == "cell":
            result = session.cell(step["code"], step["settings"])
        elif step["key"] in results:
            continue
        else:
            result = session.inline(step["code"])
        error = result.get("error")
        if error is not None:
            origin = lost.get(error["undefined"] or "")
            if origin:
                error["follows"] = origin
            if step["kind"] == "cell" and not step["allow_error"]:
                lost.update(dict.fromkeys(assigned(step["code"]), origin or step["key"]))
        elif step["kind"] == "cell":
            for name in assigned(step["code"]):
                lost.pop(name, None)
        results[step["key"]] = result
        say({"job": job["id"], "step": n + 1, "of": len(job["steps"])})
    tracker.active = False
    wanted = imports(step["code"] for step in job["steps"])
    modules = project_modules(wanted, base, root, tracker)
    found = deps.describe(root, tracker.reads | modules, tracker.folders, tracker.writes, job["depends"])
    temp = out.with_suffix(".part")
    temp.write_text(
        json.dumps({"results": results, "deps": found, "asked_format": tracker.asked_format}),
        encoding="utf-8",
    )
    temp.replace(out)


def assigned(code: str) -> set[str]:
    """Names that a cell makes at its top level or anywhere in it."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return set()
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).split(".")[0])
    return names


def imports(codes: Iterable[str]) -> list[str]:
    """Modules that pieces of code import, in order; lines that are not Python (magics) are skipped."""
    found: dict[str, None] = {}
    for code in codes:
        for text in (code, "\n".join(r for r in code.split("\n") if not r.lstrip().startswith(("%", "!")))):
            try:
                tree = ast.parse(text)
            except (SyntaxError, ValueError):
                continue
            for node in ast.walk(tree):
                if isinstance(node, ast.Import):
                    found.update(dict.fromkeys(a.name for a in node.names))
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    found[node.module] = None
                    found.update(
                        dict.fromkeys(f"{node.module}.{a.name}" for a in node.names if a.name != "*")
                    )
            break
    return list(found)


def project_modules(wanted: list[str], base: set[str], root: Path, tracker: Tracker) -> set[str]:
    """Source files of the book's author that the chapter's code imports, directly or through others.

    What was loaded before the chapter began (for other chapters too) counts when an import statement leads to
    it; what was loaded since counts always.
    """

    def file_of(name: str) -> str | None:
        path = getattr(sys.modules.get(name), "__file__", None)
        full = tracker.inside(path) if path else None
        return full if full and full.endswith(".py") else None

    out: set[str] = set()
    todo = list(wanted) + [name for name in sys.modules if name not in base]
    seen: set[str] = set()
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        parent = name.rpartition(".")[0]
        if parent:
            todo.append(parent)
        path = file_of(name)
        if path is None or path in out:
            continue
        out.add(path)
        todo += _imported(path, name if path.endswith("__init__.py") else parent, _stamp(path))
    return out


def _stamp(path: str) -> tuple[int, int]:
    try:
        stat = Path(path).stat()
    except OSError:
        return (0, 0)
    return (stat.st_mtime_ns, stat.st_size)


@cache
def _imported(path: str, package: str, stamp: tuple[int, int]) -> tuple[str, ...]:
    """Names that may be modules which a file imports; remembered, as chapters share most of their modules."""
    try:
        tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError):
        return ()
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [a.name for a in node.names]
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".") if node.level else []
            head = ".".join(parts[: len(parts) - node.level + 1]) if node.level else ""
            module = ".".join(p for p in (head, node.module or "") if p)
            names += [module, *(f"{module}.{a.name}" for a in node.names)]
    return tuple(names)
