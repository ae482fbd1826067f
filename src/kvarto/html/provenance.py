"""What the book was built from, as rows to read and check: edition, data, text, code, packages, programs.

    rows(book)        # [Row("Spørreundersøkelsen", "syntetisk"), Row("survey.csv", "18908f…", hash=True), …]

What a book wants told of its own data and code stands under `kvarto: provenance:`, one mapping a row:

    - {name: Frø, file: data/manifest.yml, key: seed}             the value of a key in a YAML file
    - {name: Opphav, file: data/manifest.yml, key: kind, words: {real: ekte}}   with other words for it
    - {name: Datafilen, file: data/survey.csv}                    the checksum of a file
    - {name: Analysekoden, files: ["src/analyse/**/*.py"]}        one checksum of many files
    - {name: Analysekoden, package: analyse}                      the version of an installed package

With `optional: true` a row whose file or key there is not is left out.

Nothing here depends on the time, the machine or the version control.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import kvarto
from kvarto import pandoc, publication, yamlio
from kvarto.execute.fingerprint import LOCKS, settings
from kvarto.faults import Faults
from kvarto.project import CONFIG, Book

KEYS = {"name", "file", "files", "key", "words", "package", "optional"}


@dataclass(frozen=True)
class Row:
    """A line of the page: `code` for checksums; `group` is the key of the word above its group."""

    group: str
    name: str
    value: str
    code: bool = False


def rows(book: Book, faults: Faults) -> list[Row]:
    """Everything told of the build. A row of the book's that cannot be made is a fault."""
    word = book.word
    facts = publication.of(book)
    out: list[Row] = []
    if facts:
        out.append(Row("edition", word("kvarto-edition"), facts.edition))
    if book.date:
        out.append(Row("edition", word("kvarto-date"), book.date_long))
    out += _own(book, faults)
    out.append(Row("text", word("kvarto-build-text"), checksum(book.root, _texts(book)), code=True))
    for name in LOCKS:
        if (book.root / name).is_file():
            out.append(Row("code", word("kvarto-build-lock"), file_sum(book.root / name), code=True))
            break
    home = Path(kvarto.__file__).parent
    out.append(Row("code", "kvarto", kvarto.__version__))
    code = [p for p in home.rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    out.append(Row("code", word("kvarto-build-kvarto"), checksum(home, code), code=True))
    out.append(Row("programs", "Python", platform.python_version()))
    out.append(Row("programs", "pypandoc-binary", pandoc.version()))
    if "typst" in book.formats:
        out.append(Row("programs", "Typst", version("typst")))
    return out


def _own(book: Book, faults: Faults) -> list[Row]:
    said = settings(book).get("provenance") or []
    out: list[Row] = []
    for i, entry in enumerate(said if isinstance(said, list) else [said]):
        if not isinstance(entry, dict) or not entry.get("name") or set(entry) - KEYS:
            keys = ", ".join(sorted(KEYS))
            what = f"kvarto: provenance: rad {i + 1} kan ikke leses: {entry}."
            _fault(book, faults, what, f"En rad har name og noe av {keys}.")
            continue
        try:
            out.append(_row(book, entry))
        except (OSError, KeyError, PackageNotFoundError) as exc:
            if entry.get("optional") is True:
                continue
            what = f"kvarto: provenance: «{entry['name']}» finnes ikke: {exc}."
            _fault(book, faults, what, "Rett filen, nøkkelen eller pakken.")
    return out


def _fault(book: Book, faults: Faults, what: str, fix: str) -> None:
    faults.add(CONFIG, book.line("kvarto"), what, "", fix, kind="provenance")


def _row(book: Book, entry: dict[str, Any]) -> Row:
    name = str(entry["name"])
    if "package" in entry:
        return Row("data", name, version(str(entry["package"])))
    if "files" in entry:
        patterns = entry["files"] if isinstance(entry["files"], list) else [entry["files"]]
        found = {p for pattern in patterns for p in book.root.glob(str(pattern)) if p.is_file()}
        if not found:
            raise FileNotFoundError(", ".join(map(str, patterns)))
        return Row("data", name, checksum(book.root, found), code=True)
    path = book.root / str(entry["file"])
    if "key" not in entry:
        return Row("data", name, file_sum(path), code=True)
    data = yamlio.loads(path.read_text(encoding="utf-8"), str(entry["file"])).data
    for key in str(entry["key"]).split("."):
        data = data[key]
    words = entry.get("words")
    return Row("data", name, str(words.get(str(data), data) if isinstance(words, dict) else data))


def _texts(book: Book) -> set[Path]:
    """What an author writes: chapters with their includes, settings, references."""
    named = [CONFIG, *(str(n) for n in book.meta.get("metadata-files") or [])]
    found = {book.root / name for name in named} | set(book.bibliography) | set(book.root.glob("*.qmd"))
    folders = {c.source.parent for c in book.sources if c.source} - {book.root}
    found |= {path for folder in folders for path in folder.rglob("*.qmd")}
    return {p for p in [*found, book.csl] if p and p.is_file()}


def file_sum(path: Path) -> str:
    """SHA-256 of a file, as `sha256sum` prints it."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def checksum(root: Path, files: Iterable[Path]) -> str:
    """SHA-256 of `sha256sum`'s own listing of these files, sorted by path: `sha256sum FILES | sha256sum`."""
    listing = {p.relative_to(root).as_posix(): file_sum(p) for p in files}
    text = "".join(f"{value}  {name}\n" for name, value in sorted(listing.items()))
    return hashlib.sha256(text.encode()).hexdigest()
