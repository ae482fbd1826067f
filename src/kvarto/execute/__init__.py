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
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from kvarto import cells, prose, shortcodes, source
from kvarto.cells import Piece
from kvarto.execute import deps, failed, fingerprint, looked
from kvarto.execute.assemble import Assembled, assemble
from kvarto.execute.job import imports
from kvarto.execute.lint import lint
from kvarto.execute.plan import Step, plan
from kvarto.execute.pool import Pool
from kvarto.execute.result import Executed, Text
from kvarto.execute.store import Store, blob_names
from kvarto.faults import Faults
from kvarto.project import Book, Chapter
from kvarto.source import Source

__all__ = ["Executed", "Pool", "Text", "read", "run"]

MANY = 3
"""More chapters than this share the imports that the book names under `kvarto: preload:`."""


@dataclass
class Read:
    """A chapter read and cut up: what `run` works on; `variants` are the results per target («*» for all),
    `faults` what is wrong in it."""

    chapter: Chapter
    source: Source
    pieces: list[Piece]
    steps: list[Step]
    keys: dict[int, str]
    variants: dict[str, Any] = field(default_factory=dict)
    ran: bool = False
    faults: Faults = field(default_factory=Faults)


class Silent:
    """Progress that says nothing; see `kvarto.progress` for those that do."""

    def chapter(self, ident: str, state: str, done: int = 0, of: int = 0) -> None:
        """A chapter is `cached`, `unknown`, `waiting`, `running` or `done`."""


def read(book: Book, chapters: Iterable[Chapter], faults: Faults) -> list[Read]:
    """Read and cut up chapters without running anything."""
    base = fingerprint.environment(book)
    rules = prose.load(book, faults)
    out = []
    for chapter in chapters:
        own = Faults()
        text = source.read(book, chapter, own)
        pieces = cells.split(text, book, own)
        looked.through(text, pieces, rules, book.cache, own)
        steps, keys = plan(pieces, base + json.dumps(fingerprint.chapter_settings(book, chapter)))
        out.append(Read(chapter, text, pieces, steps, keys, faults=own))
        faults.extend(own)
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
            _run_stale(book, stale, targets, pool, store, progress, write)
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
    progress: Any,
    write: bool,
) -> None:
    """Run chapters for the first target, then those that asked for the format for each of the others."""
    modules = imports(step.code for item in stale for step in item.steps if step.kind == "cell")
    if len(stale) > MANY:
        modules += fingerprint.declared(book, "preload")

    def event(news: dict[str, Any]) -> None:
        ident = news["job"].rpartition("|")[0]
        if news.get("done"):
            progress.chapter(ident, "done")
        elif "step" in news:
            progress.chapter(ident, "running", news["step"], news["of"])

    wanted = sorted(stale, key=_cells, reverse=True)
    for target in targets:
        outcome = pool.run([_job(book, item, target, store) for item in wanted], modules, event)
        for item in wanted:
            result = outcome[f"{item.chapter.id}|{target}"]
            if "died" in result:
                failed.died(item.chapter, result["died"], item.faults)
                item.variants[target if item.variants else "*"] = {"results": {}}
            elif result["asked_format"] or item.variants:
                item.variants[target] = result
            else:
                item.variants["*"] = result
        wanted = [item for item in wanted if target in item.variants]
        if not wanted:
            break
    for item in stale:
        item.ran = any("deps" in variant for variant in item.variants.values())
        if write and item.ran and not any(_incomplete(item, v) for v in item.variants.values()):
            kept = store.load(item.chapter.id) if "*" not in item.variants else {}
            kept.pop("*", None)
            store.save(item.chapter.id, {**kept, **item.variants})


def _cells(item: Read) -> int:
    """How much there is to run, as far as can be told beforehand."""
    return sum(step.kind == "cell" for step in item.steps)


def _incomplete(item: Read, variant: dict[str, Any]) -> bool:
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


def _executed(book: Book, item: Read, targets: list[str], store: Store, faults: Faults) -> Executed:
    texts: dict[str, Text] = {}
    assembled: Assembled | None = None
    for target in targets:
        if assembled is None or "*" not in item.variants:
            variant = item.variants.get(target) or item.variants.get("*") or {"results": {}}
            assembled = _assembled(item, variant["results"], store, item.faults)
        texts[target] = _text(book, item.chapter, assembled, target, item.faults)
    faults.extend(item.faults)
    return Executed(item.chapter, texts, item.ran, faults=tuple(item.faults))


def _assembled(item: Read, results: dict[str, Any], store: Store, faults: Faults) -> Assembled:
    marks = failed.marks(item.pieces, item.keys, results, faults)
    assembled = assemble(item.chapter, item.pieces, item.keys, results, marks, store.blobs)
    lint(item.chapter, item.pieces, assembled, faults)
    return assembled


def _text(book: Book, chapter: Chapter, assembled: Assembled, target: str, faults: Faults) -> Text:
    """The chapter for a target: shortcodes replaced, boxes that were left open closed at the end."""
    lines = shortcodes.resolve(assembled.lines, book, chapter, target, faults)
    rows = [line.text for line in lines]
    places = [(line.path, line.no) for line in lines]
    if closers := source.check_divs(lines, faults):
        end = places[-1] if places else (chapter.id, 1)
        rows += ["", *closers]
        places += [end] * (1 + len(closers))
    return Text(chapter, book.root, "\n".join(rows) + "\n", places, dict(assembled.files))


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
