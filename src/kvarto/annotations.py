"""Annotated spans: words in the text that a file outside says something of.

    kvarto:
      annotations:
        class: funn               # spans with this class …
        attribute: ref            # … name an entry by this attribute: […]{.funn ref="f-1"}
        file: _figures/findings/findings.json
        name: Funnet              # what an entry is called in messages (optional)
        mark: Funn                # what a mark in the margin of a comment edition begins with (optional)
        strict: true              # false: an entry that is not «ok» is marked in the book and stops nothing

The file is JSON: ``{"annotations": {"f-1": {"outcome": "ok", "label": "…", "text": "…"}}}``; a cell of
the book may write it. kvarto reads `outcome` («ok», or anything else: marked after the span, in words) and
`text` (what the mark says), and hands `label` on as ``data-label``. It knows nothing of what they mean.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kvarto.faults import Fault, Faults
from kvarto.project import CONFIG, Book
from kvarto.structure import ast
from kvarto.structure.ast import Attr, Inlines
from kvarto.structure.locate import Locator

KEYS = ("class", "attribute", "file", "name", "mark", "strict")
OK = "ok"


@dataclass(frozen=True)
class Annotation:
    """What the file says of one id."""

    outcome: str
    label: str = ""
    text: str = ""


@dataclass(frozen=True)
class Annotations:
    """The book's setting and the entries of the file; `entries` is None where the file could not be used."""

    cls: str
    attribute: str
    entries: Mapping[str, Annotation] | None
    file: str
    name: str = "Merknaden"
    strict: bool = True

    def marks(self, at: Attr, where: Locator) -> Inlines:
        """What stands after a span with these attributes: nothing when all is well.

        Records a fault for an id that is missing, unknown or not «ok»; puts the entry's label on the span.
        """
        ident = ast.get(at, self.attribute)
        if self.entries is not None and ident in self.entries and self.cls not in at[1]:
            self._other_class(at, ident, where)
        if self.cls not in at[1] or self.entries is None or re.search('["“”«»]', ident or ""):
            return []  # quotes that are none are told where they stand (`leftovers`)
        if not ident:
            pattern = rf"\{{[^}}]*\.{re.escape(self.cls)}(?![\w-])(?![^}}]*\b{re.escape(self.attribute)}=)"
            fault = where.fault(
                pattern,
                f"En tekst med klassen .{self.cls} sier ikke hva den viser til.",
                "",
                f'Skriv […]{{.{self.cls} {self.attribute}="…"}}, eller ta bort klassen.',
                kind="annotation-missing",
                nth=where.met(pattern),
            )
            return _mark(fault.what)
        pattern = rf"\b{re.escape(self.attribute)}=[\"']?{re.escape(ident)}(?![\w-])"
        nth = where.met(pattern)
        entry = self.entries.get(ident)
        if entry is None:
            near = difflib.get_close_matches(ident, self.entries, 1)
            fault = where.fault(
                pattern,
                f"{self.name} {ident} finnes ikke.",
                f"Mente du {near[0]}?" if near else f"{self.file} har ingen med den id-en.",
                f"Rett {self.attribute}, eller legg til {ident} der de er skrevet.",
                kind="annotation-unknown",
                nth=nth,
            )
            return _mark(fault.what)
        if entry.label:
            ast.put(at, "data-label", entry.label)
        if entry.outcome == OK:
            return []
        where.fault(
            pattern,
            f"{self.name} {ident} er ikke som ventet: {entry.text or entry.label or entry.outcome}",
            "",
            "Rett teksten eller det den bygger på. Med --draft blir stedet merket, og boken skrevet.",
            kind="annotation-changed",
            nth=nth,
            severity="error" if self.strict else "lint",
        )
        return _mark(entry.text or f"{self.name} {ident}: {entry.label or entry.outcome}")

    def _other_class(self, at: Any, ident: str, where: Locator) -> None:
        pattern = rf"\b{re.escape(self.attribute)}=[\"']?{re.escape(ident)}(?![\w-])"
        shown = " ".join(f".{name}" for name in at[1]) or "ingen klasse"
        where.fault(
            pattern,
            f"Teksten viser til {ident}, men har ikke klassen .{self.cls}.",
            f"Den har {shown}.",
            f'Skriv {{.{self.cls} {self.attribute}="{ident}"}}.',
            kind="annotation-class",
            nth=where.met(pattern),
        )


def _mark(text: str) -> Inlines:
    """«[funnet holder ikke i dataene: …]» after the span: in words, and a fault's look in both formats."""
    return [ast.SPACE, ast.fault_mark(f"[{text}]")]


def load(book: Book, faults: Faults) -> Annotations | None:
    """The book's annotations as they are now; None when it has none. What is wrong with them is a fault."""
    settings = book.meta.get("kvarto")
    told: Any = settings.get("annotations") if isinstance(settings, dict) else None
    if told is None:
        return None
    wrong = _wrong(told)
    if wrong:
        _config_fault(book, faults, *wrong)
        return None
    file = str(told["file"])
    return Annotations(
        cls=str(told["class"]),
        attribute=str(told["attribute"]),
        entries=_read(book, file, faults),
        file=file,
        name=str(told.get("name") or "Merknaden"),
        strict=told.get("strict", True) is not False,
    )


def _wrong(told: Any) -> tuple[str, str] | None:
    """What is wrong with the setting, and what to do."""
    fix = "Skriv class, attribute og file under kvarto: annotations:."
    if not isinstance(told, dict):
        return "«kvarto: annotations» skal ha nøkler under seg.", fix
    for key in told:
        if key not in KEYS:
            near = difflib.get_close_matches(str(key), KEYS, 1)
            return f"«kvarto: annotations: {key}» er ukjent.", f"Mente du {near[0]}?" if near else fix
    for key in ("class", "attribute", "file"):
        if not isinstance(told.get(key), str) or not told[key]:
            return f"«kvarto: annotations» mangler {key}.", fix
    if not isinstance(told.get("strict", True), bool):
        return "«kvarto: annotations: strict» må være true eller false.", "Rett verdien."
    return None


def _config_fault(book: Book, faults: Faults, what: str, fix: str, why: str = "") -> Fault:
    return faults.add(CONFIG, book.line("kvarto", "annotations"), what, why, fix, kind="annotation-settings")


def _read(book: Book, file: str, faults: Faults) -> Mapping[str, Annotation] | None:
    try:
        data = json.loads((book.root / file).read_bytes())
    except FileNotFoundError:
        _config_fault(
            book, faults, f"{file} finnes ikke.", "Sett inn cellen som skriver filen, eller rett file:."
        )
        return None
    except (OSError, ValueError) as error:
        _config_fault(book, faults, f"{file} kan ikke leses.", "Lag filen på nytt.", str(error))
        return None
    entries = data.get("annotations") if isinstance(data, dict) else None
    if not isinstance(entries, dict) or not all(
        isinstance(e, dict) and isinstance(e.get("outcome"), str) for e in entries.values()
    ):
        why = "annotations: skal ha en outcome for hver id."
        _config_fault(book, faults, f"{file} har ikke merknader.", "Lag filen på nytt.", why)
        return None
    return {
        ident: Annotation(e["outcome"], str(e.get("label", "")), str(e.get("text", "")))
        for ident, e in entries.items()
    }
