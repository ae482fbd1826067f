"""Markdown of one chapter → pandoc's AST, with HTML tables as real tables; remembered by content."""

from __future__ import annotations

import hashlib
import marshal
import os
import re
import threading
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kvarto import chunks, pandoc
from kvarto.structure import ast
from kvarto.structure.ast import Blocks, Element

VERSION = "1"
"""Part of every key; raise it when this module's results change."""


UNREAD = "Unread: "
"""How the warning begins of a text that pandoc could not read."""


class Store(Protocol):
    """Where results are kept between runs: bytes by key. A dict will do."""

    def get(self, key: str, /) -> bytes | None:
        """The value, or None."""

    def __setitem__(self, key: str, value: bytes, /) -> None:
        """Keep a value."""


class FileStore:
    """A store of one file for each key in a folder, safe to delete. Old entries go when there are many."""

    LIMIT = 600

    def __init__(self, folder: Path) -> None:
        """The folder is made when something is kept."""
        self._folder = folder

    def get(self, key: str, /) -> bytes | None:
        """The value, or None."""
        try:
            return (self._folder / key).read_bytes()
        except OSError:
            return None

    def __setitem__(self, key: str, value: bytes, /) -> None:
        """Keep a value: written aside first, so that a reader never meets half of it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        aside = self._folder / f".{key}.{os.getpid()}.{threading.get_ident()}"
        aside.write_bytes(value)
        aside.replace(self._folder / key)
        kept = [p for p in self._folder.iterdir() if not p.name.startswith(".")]
        if len(kept) > self.LIMIT:
            kept.sort(key=_age)
            for path in kept[: len(kept) // 2]:
                path.unlink(missing_ok=True)


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # gone meanwhile
        return 0.0


@dataclass
class Parsed:
    """Blocks and pandoc's warnings as pairs (text, line of the Markdown or None)."""

    blocks: Blocks
    warnings: list[tuple[str, int | None]]


def key(markdown: str) -> str:
    """The key of a text's result."""
    return "parse-" + hashlib.sha256(f"{VERSION}\0{pandoc.version()}\0{markdown}".encode()).hexdigest()


def parse(markdown: str) -> Parsed:
    """Read one text; what pandoc cannot read stands as it was typed, with a warning that tells why."""
    try:
        blocks, warned = pandoc.read(markdown)
        tables = _html_tables(blocks)
    except pandoc.PandocError as exc:
        reason = " ".join(str(exc).split())
        return Parsed([{"t": "CodeBlock", "c": [["", [], []], markdown]}], [(f"{UNREAD}{reason}", 1)])
    return Parsed(tables, [(w.text, w.line) for w in warned])


_PARSING = threading.Lock()
"""The site and the PDF are made side by side from the same texts: one reads, the other waits."""


_KEPT: OrderedDict[str, list[tuple[chunks.Part, bytes]]] = OrderedDict()
"""Whole texts read in this process, in parts: site, PDF and Word ask for the same ones, a preview again and
again."""
_KEEP = 64


def prepare(texts: Mapping[str, str], store: Store | None = None) -> dict[str, str]:
    """Have several texts read, two at a time, those that the store does not have; long ones in parts
    (`chunks`). Returns their keys.
    """
    keys = {name: key(markdown) for name, markdown in texts.items()}
    new = {name: markdown for name, markdown in texts.items() if keys[name] not in _KEPT}
    parts = {name: chunks.split(markdown) for name, markdown in new.items()}
    pieces = {f"{name}\0{i}": part.text for name, many in parts.items() for i, part in enumerate(many)}
    read = _read_all(pieces, {} if store is None else store)
    for name, many in parts.items():
        _KEPT[keys[name]] = [(part, read[f"{name}\0{i}"]) for i, part in enumerate(many)]
    return keys


def parse_all(texts: Mapping[str, str], store: Store | None = None) -> dict[str, Parsed]:
    """Read several texts, as `prepare` does; every call gives trees of its own: structure changes them in
    place.
    """
    keys = prepare(texts, store)
    out = {}
    for name, own in keys.items():
        parts = [part for part, _ in _KEPT[own]]
        out[name] = _join(parts, [Parsed(*marshal.loads(kept)) for _, kept in _KEPT[own]])
    while len(_KEPT) > _KEEP:
        _KEPT.popitem(last=False)
    return out


def _join(parts: list[chunks.Part], read: list[Parsed]) -> Parsed:
    """The parts of a text as one, with the whole's line numbers."""
    if any(chunks.cites(part.text) for part in parts[1:]):
        chunks.number_notes([parsed.blocks for parsed in read])
    warnings = [
        (text, line + part.first_line - 1 if line else line)
        for part, parsed in zip(parts, read, strict=True)
        for text, line in parsed.warnings
    ]
    return Parsed([block for parsed in read for block in parsed.blocks], warnings)


def _read_all(texts: Mapping[str, str], store: Store) -> dict[str, bytes]:
    """Each text read, as bytes for `marshal`."""
    out: dict[str, bytes] = {}
    missing = _from_store(texts, store, out)
    if missing:
        with _PARSING:
            missing = _from_store(missing, store, out)
            with ThreadPoolExecutor(2) as pool:
                for name, parsed in zip(missing, pool.map(parse, missing.values()), strict=True):
                    out[name] = marshal.dumps((parsed.blocks, parsed.warnings))
                    if not any(text.startswith(UNREAD) for text, _ in parsed.warnings):
                        store[key(missing[name])] = out[name]
    return out


def _from_store(texts: Mapping[str, str], store: Store, out: dict[str, bytes]) -> dict[str, str]:
    """Put what the store has into `out`; returns the texts that it does not have."""
    missing: dict[str, str] = {}
    for name, markdown in texts.items():
        kept = store.get(key(markdown))
        if kept is None:
            missing[name] = markdown
        else:
            out[name] = kept
    return missing


# --- HTML tables --------------------------------------------------------------------------------------------

_TABLE = re.compile(r"<table\b.*?</table\s*>", re.S | re.I)
_STYLE = re.compile(r"<style\b.*?</style\s*>", re.S | re.I)
_WRAPPER = re.compile(r"(?:<div>|<div class=\"[^\"]*\">|</div>|\s)*", re.I)


def _html_tables(blocks: Blocks) -> Blocks:
    """Raw HTML tables become Table elements: pandoc itself reads them, all in one start."""
    jobs: list[_Job] = []
    blocks = _collect(blocks, jobs)
    if jobs:
        for job, found in zip(jobs, pandoc.read_html([j.html for j in jobs]), strict=True):
            tables = found
            if job.inner:
                tables = _put_back(found, job.inner)
            job.holder["c"][1] = tables
    return _splice(blocks)


@dataclass
class _Job:
    html: str
    inner: list[Element]
    holder: Element


def _collect(blocks: Blocks, jobs: list[_Job]) -> Blocks:
    out: Blocks = []
    i = 0
    while i < len(blocks):
        el = blocks[i]
        if el["t"] == "RawBlock" and el["c"][0] == "html":
            html: str = el["c"][1]
            if _TABLE.search(html):
                out.extend(_split(html, jobs))
                i += 1
                continue
            if re.match(r"\s*<table\b", html, re.I):
                # Written without {=html}: pandoc gives the tags one by one, with Markdown between them.
                end = next(
                    (
                        k
                        for k in range(i, len(blocks))
                        if blocks[k]["t"] == "RawBlock" and re.search(r"</table\s*>", blocks[k]["c"][1], re.I)
                    ),
                    None,
                )
                if end is not None:
                    job = _joined(blocks[i : end + 1])
                    jobs.append(job)
                    out.append(job.holder)
                    i = end + 1
                    continue
        if el["t"] in ("Div", "Figure", "BlockQuote", "BulletList", "OrderedList", "DefinitionList"):
            for inner in ast.children(el):
                if inner and "t" in inner[0]:
                    inner[:] = _collect(inner, jobs)
        out.append(el)
        i += 1
    return out


def _holder() -> Element:
    return ast.div(ast.attr("", ["kv-splice"]), [])


def _split(html: str, jobs: list[_Job]) -> Blocks:
    out: Blocks = []
    at = 0
    html = _STYLE.sub("", html)
    for m in _TABLE.finditer(html):
        _rest(html[at : m.start()], out)
        holder = _holder()
        jobs.append(_Job(m[0], [], holder))
        out.append(holder)
        at = m.end()
    _rest(html[at:], out)
    return out


def _rest(html: str, out: Blocks) -> None:
    # pandas puts its table in an empty div; such wrappers carry nothing.
    if not _WRAPPER.fullmatch(html):
        out.append({"t": "RawBlock", "c": ["html", html]})


def _joined(blocks: Blocks) -> _Job:
    html: list[str] = []
    inner: list[Element] = []
    for el in blocks:
        if el["t"] == "RawBlock":
            html.append(el["c"][1])
        else:
            html.append(f'<div data-kv="{len(inner)}"></div>')
            inner.append(el)
    return _Job("".join(html), inner, _holder())


def _put_back(blocks: Blocks, inner: list[Element]) -> Blocks:
    for el in list(ast.walk(blocks)):
        for part in ast.children(el):
            for i, child in enumerate(part):
                if child["t"] == "Div" and ast.has(child["c"][0], "kv"):
                    part[i] = inner[int(ast.get(child["c"][0], "kv"))]
    return blocks


def _splice(blocks: Blocks) -> Blocks:
    out: Blocks = []
    for el in blocks:
        if el["t"] == "Div" and el["c"][0][1] == ["kv-splice"]:
            out.extend(el["c"][1])
            continue
        if el["t"] in ("Div", "Figure", "BlockQuote", "BulletList", "OrderedList", "DefinitionList"):
            for part in ast.children(el):
                if part and "t" in part[0]:
                    part[:] = _splice(part)
        out.append(el)
    return out
