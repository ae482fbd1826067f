"""Runs a book's cells and inline expressions, or remembers what they gave.

    executed = run(book, book.sources, targets=("html", "typst"), faults=faults, progress=progress)
    executed["kap1.qmd"].texts["html"].markdown

Python starts only for chapters whose results are not remembered: those where a cell or expression is new, or
where something they depend on has changed (see `fingerprint`). All chapters that must run share one process's
imports and each gets a fork of it. One run serves all targets unless the code asked which target it is
running for.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from dataclasses import field as dc_field
from typing import Any

from kvarto import cells, shortcodes, slips, source
from kvarto.cells import Cell, Inline, Piece, Prose
from kvarto.execute import deps, fingerprint
from kvarto.execute.assemble import Assembled, assemble
from kvarto.execute.plan import Step, plan
from kvarto.execute.pool import Pool
from kvarto.execute.result import Executed, Text
from kvarto.execute.store import Store, blob_names
from kvarto.faults import Fault, Faults
from kvarto.project import Book, Chapter
from kvarto.source import Source

__all__ = ["Executed", "Pool", "Text", "read", "run"]

MANY = 3
"""More chapters than this share the imports that the book names under `kvarto: preload:`."""


@dataclass
class Read:
    """A chapter read and cut up: what `run` works on; `variants` are the results per target («*» for all)."""

    chapter: Chapter
    source: Source
    pieces: list[Piece]
    steps: list[Step]
    keys: dict[int, str]
    variants: dict[str, Any] = dc_field(default_factory=dict)
    ran: bool = False


class Silent:
    """Progress that says nothing; see `kvarto.progress` for those that do."""

    def chapter(self, ident: str, state: str, done: int = 0, of: int = 0) -> None:
        """A chapter is `cached`, `unknown`, `waiting`, `running` or `done`."""


def read(book: Book, chapters: Iterable[Chapter], faults: Faults) -> list[Read]:
    """Read and cut up chapters without running anything."""
    base = fingerprint.environment(book)
    out = []
    for chapter in chapters:
        text = source.read(book, chapter, faults)
        pieces = cells.split(text, book, faults)
        slips.find(text, pieces, faults)
        steps, keys = plan(pieces, base + json.dumps(fingerprint.chapter_settings(book, chapter)))
        out.append(Read(chapter, text, pieces, steps, keys))
    return out


def run(
    book: Book,
    chapters: Iterable[Chapter],
    targets: Iterable[str],
    faults: Faults,
    progress: Any = None,
    *,
    pool: Pool | None = None,
    write: bool = True,
) -> dict[str, Executed]:
    """Run what must be run and put every chapter's Markdown together.

    Mistakes (in sources, options, cells, shortcodes) go to `faults` and are marked in the Markdown where they
    stand. With `write` off nothing is remembered. A `pool` given is left open.
    """
    progress = progress or Silent()
    targets = list(targets)
    reads = read(book, chapters, faults)
    store = Store(book.cache)
    stale: list[Read] = []
    for item in reads:
        if not item.steps:
            item.variants = {"*": {"results": {}}}
            progress.chapter(item.chapter.id, "plain")
            continue
        item.variants = _remembered(book, store, item, targets)
        if item.variants:
            progress.chapter(item.chapter.id, "cached")
        else:
            stale.append(item)
            progress.chapter(item.chapter.id, "waiting", 0, len(item.steps))
    if stale:
        own = pool is None
        pool = pool or Pool(book.root, [book.output_dir.name], fingerprint.process_environment(book))
        try:
            _run_stale(book, stale, targets, pool, store, faults, progress, write)
        finally:
            if own:
                pool.close()
    return {item.chapter.id: _executed(book, item, targets, store, faults) for item in reads}


def remembered(
    book: Book, chapters: Iterable[Chapter], targets: Iterable[str], faults: Faults, progress: Any = None
) -> dict[str, Executed]:
    """As `run`, but without starting Python: steps that nothing is remembered of are left out."""
    progress = progress or Silent()
    targets = list(targets)
    store = Store(book.cache)
    reads = read(book, chapters, faults)
    for item in reads:
        item.variants = _remembered(book, store, item, targets) if item.steps else {}
        if item.steps:
            progress.chapter(item.chapter.id, "cached" if item.variants else "unknown")
    out: dict[str, Executed] = {}
    for item in reads:
        known = bool(item.variants) or not item.steps
        item.variants = item.variants or {"*": {"results": {}}}
        out[item.chapter.id] = replace(_executed(book, item, targets, store, faults), known=known)
    return out


def _variant_names(variants: dict[str, Any], targets: list[str]) -> list[str]:
    return ["*"] if "*" in variants else targets


def _remembered(book: Book, store: Store, item: Read, targets: list[str]) -> dict[str, Any]:
    """The remembered variants if they answer for all steps and targets and still hold, else nothing."""
    variants = store.load(item.chapter.id)
    for name in _variant_names(variants, targets):
        variant = variants.get(name)
        if variant is None or any(step.key not in variant["results"] for step in item.steps):
            return {}
        if deps.changed(book.root, variant["deps"]) is not None or not store.has_blobs(variant["results"]):
            return {}
    return variants


def _run_stale(
    book: Book,
    stale: list[Read],
    targets: list[str],
    pool: Pool,
    store: Store,
    faults: Faults,
    progress: Any,
    write: bool,
) -> None:
    from kvarto.execute.job import imports

    modules = imports(step.code for item in stale for step in item.steps if step.kind == "cell")
    if len(stale) > MANY:
        modules += fingerprint.declared(book, "preload")

    def event(news: dict[str, Any]) -> None:
        ident = news["job"].rpartition("|")[0]
        if news.get("done"):
            progress.chapter(ident, "done")
        elif "step" in news:
            progress.chapter(ident, "running", news["step"], news["of"])

    def go(items: list[Read], target: str) -> dict[str, Any]:
        longest_first = sorted(items, key=_cells, reverse=True)
        return pool.run([_job(book, item, target, store) for item in longest_first], modules, event)

    first = targets[0]
    outcome = go(stale, first)
    again: list[Read] = []
    for item in stale:
        result = outcome[f"{item.chapter.id}|{first}"]
        if "died" in result:
            _died(item, result["died"], faults)
            item.variants = {"*": {"results": {}}}
            continue
        item.ran = True
        if result["asked_format"]:
            item.variants = {first: result}
            if len(targets) > 1:
                again.append(item)
        else:
            item.variants = {"*": result}
    for target in targets[1:]:
        if not again:
            break
        outcome = go(again, target)
        for item in again:
            result = outcome[f"{item.chapter.id}|{target}"]
            if "died" in result:
                _died(item, result["died"], faults)
                result = {"results": {}}
            item.variants[target] = result
    for item in stale:
        if write and item.ran and not any(_failed(item, v) for v in item.variants.values()):
            kept = store.load(item.chapter.id) if "*" not in item.variants else {}
            kept.pop("*", None)
            store.save(item.chapter.id, {**kept, **item.variants})


def _cells(item: Read) -> int:
    """How much there is to run, as far as can be told beforehand."""
    return sum(step.kind == "cell" for step in item.steps)


def _failed(item: Read, variant: dict[str, Any]) -> bool:
    """Whether a step failed that may not fail: such results are not remembered."""
    results = variant["results"]
    return "deps" not in variant or any(
        (results.get(s.key) or {"error": True}).get("error") and not s.allow_error for s in item.steps
    )


def _job(book: Book, item: Read, target: str, store: Store) -> dict[str, Any]:
    chapter = item.chapter
    assert chapter.source is not None
    return {
        "id": f"{chapter.id}|{target}",
        "document": str(chapter.source),
        "cwd": str(fingerprint.work_folder(book, chapter)),
        "blobs": str(store.blobs),
        "env": fingerprint.job_environment(book, chapter, target),
        "depends": fingerprint.declared(book, "depends"),
        "steps": [
            {
                "kind": s.kind,
                "key": s.key,
                "code": s.code,
                "settings": s.settings,
                "allow_error": s.allow_error,
            }
            for s in item.steps
        ],
    }


def _died(item: Read, how: str, faults: Faults) -> None:
    faults.add(
        item.chapter.id,
        None,
        "Python stoppet uventet mens kapittelet ble kjørt.",
        f"Prosessen endte med {how}.",
        "Se .kvarto/python.log. Minnet kan være brukt opp, eller et bibliotek kan ha krasjet.",
        kind="crash",
    )


# --- from results to Markdown ---


def _executed(book: Book, item: Read, targets: list[str], store: Store, faults: Faults) -> Executed:
    texts: dict[str, Text] = {}
    common: tuple[Assembled, list[source.Line]] | None = None
    for target in targets:
        variant = item.variants.get(target) or item.variants.get("*") or {"results": {}}
        if common is None or "*" not in item.variants:
            marks = _step_faults(item, variant["results"], faults)
            common = (
                (
                    assembled := assemble(
                        item.chapter, item.pieces, item.keys, variant["results"], marks, store.blobs
                    )
                ),
                assembled.lines,
            )
            _lint(item, assembled, faults)
        assembled, lines = common
        lines = shortcodes.resolve(lines, book, item.chapter, target, faults)
        closers = source.check_divs(lines, faults)
        rows = [line.text for line in lines] + ["", *closers] if closers else [line.text for line in lines]
        end = (lines[-1].path, lines[-1].no) if lines else (item.chapter.id, 1)
        places = [(line.path, line.no) for line in lines] + [end] * (len(rows) - len(lines))
        texts[target] = Text(item.chapter, book.root, "\n".join(rows) + "\n", places, dict(assembled.files))
    return Executed(item.chapter, texts, item.ran)


def _step_faults(item: Read, results: dict[str, Any], faults: Faults) -> dict[int, list[Fault]]:
    """Faults of steps that failed, by the `id()` of their cell or inline; they are added to `faults` too.

    What only failed because an earlier cell did is marked in its place, but told as a count at that cell.
    """
    followers = Counter(
        root for r in results.values() if (root := (r.get("error") or {}).get("follows")) is not None
    )
    marks: dict[int, list[Fault]] = {}

    def note(thing: Cell | Inline, allowed: bool = False) -> None:
        key = item.keys.get(id(thing), "")
        error = (results.get(key) or {}).get("error")
        if not error or allowed:
            return
        fault = _step_fault(thing, error, followers[key])
        marks.setdefault(id(thing), []).append(fault)
        if not error.get("follows"):
            faults.put(fault)

    for piece in item.pieces:
        if isinstance(piece, Cell):
            marks[id(piece)] = list(piece.faults)
            note(piece, bool(piece.options.get("error")))
        elif isinstance(piece, Prose):
            for inline in piece.inlines:
                note(inline)
    return marks


def _step_fault(thing: Cell | Inline, error: dict[str, Any], followers: int) -> Fault:
    first, *rest = error["message"].strip().splitlines() or [""]
    message = f"{error['name']}: {first}" if first else error["name"]
    if error.get("missing"):
        message, rest = f"filen {error['missing']} finnes ikke ({error['name']}).", []
    why = ""
    if followers:
        things = "1 celle eller uttrykk" if followers == 1 else f"{followers} celler og uttrykk"
        why = f"{things} lenger ned bygger på denne cellen og kunne ikke kjøres."
    rows = [row.strip() for row in rest if row.strip()]
    if isinstance(thing, Cell) and error["source"]:
        rows.insert(0, error["source"])
    rows += [f"{file}:{line} i {function}" for file, line, function in error["frames"]]
    detail = "\n".join(rows)
    if isinstance(thing, Inline):
        return Fault(
            thing.path,
            thing.line,
            f"Uttrykket `{{python}} {thing.expr}` stoppet: {message}",
            why,
            _fix(error),
            column=thing.column,
            detail=detail,
            kind="inline-error",
        )
    line = error["line"]
    at = thing.lines[line - 1] if line and 0 < line <= len(thing.lines) else None
    return Fault(
        at.path if at else thing.path,
        at.no if at else thing.line,
        f"{thing.name[0].upper()}{thing.name[1:]} stoppet: {message}",
        why,
        _fix(error),
        detail=detail,
        kind="cell-error",
    )


def _fix(error: dict[str, Any]) -> str:
    if error.get("missing"):
        return "Rett stien, eller legg filen der. Stier regnes fra mappen til kapittelets fil."
    if error.get("module"):
        return f"Pakken «{error['module']}» er ikke installert der kvarto kjører."
    return ""


def _lint(item: Read, assembled: Assembled, faults: Faults) -> None:
    """What Quarto treats worse than kvarto, or a book may not want: only `kvarto check` tells."""
    for place in assembled.html_outputs:
        faults.add(
            place.path,
            place.no,
            "Cellen gir HTML (text/html).",
            "Under Quarto henter siden da skript fra et nettsted.",
            "Gi et Markdown-objekt i stedet.",
            kind="lint-html-output",
            severity="lint",
        )
    for place in assembled.stderr_outputs:
        faults.add(
            place.path,
            place.no,
            "Cellen skriver advarsler (stderr) i boken.",
            fix="Rett årsaken, eller sett #| warning: false.",
            kind="lint-warning",
            severity="lint",
        )
    for place in assembled.addresses:
        faults.add(
            place.path,
            place.no,
            "Cellen viser en adresse i minnet (« at 0x…»), som er ny ved hver kjøring.",
            fix="Avslutt siste linje med semikolon, eller gi en verdi som kan leses.",
            kind="lint-address",
            severity="lint",
        )
    for inline in assembled.empty_inlines:
        faults.add(
            inline.path,
            inline.line,
            f"Uttrykket `{{python}} {inline.expr}` gir tom tekst.",
            "Quarto lar da selve uttrykket stå i teksten.",
            "Gi noe som ikke er tomt.",
            column=inline.column,
            kind="lint-empty-inline",
            severity="lint",
        )
    inlines = list(cells.inlines_of(item.pieces))
    engine = item.chapter.front.get("engine")
    if inlines and not any(cells.cells_of(item.pieces)) and engine != "jupyter":
        faults.add(
            inlines[0].path,
            inlines[0].line,
            "Filen har uttrykk, men ingen celle.",
            "Quarto kjører da ikke uttrykkene.",
            "Skriv engine: jupyter øverst i kapittelets fil.",
            kind="lint-inline-engine",
            severity="lint",
        )


def prune(book: Book) -> None:
    """Delete pictures that no remembered result names any more, once they are many."""
    store = Store(book.cache)
    if not store.blobs.is_dir():
        return
    there = list(store.blobs.iterdir())
    used: set[str] = set()
    for chapter in book.sources:
        for variant in store.load(chapter.id).values():
            used |= blob_names(variant["results"])
    if len(there) > 2 * len(used) + 50:
        for path in there:
            if path.name not in used:
                path.unlink(missing_ok=True)
