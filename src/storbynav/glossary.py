"""Abbreviations and terms of the report (``data/report/ordliste.yml``), for its chapter and its checks."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from storbynav import paths
from storbynav.formatting import Markdown, escape_markdown
from storbynav.yamlfile import open_yaml

GLOSSARY_FILE = paths.DATA / "report" / "ordliste.yml"
Kind = Literal["forkortelse", "begrep"]
_KINDS = ("forkortelse", "begrep")
_FIELDS = {"term", "kind", "means", "avoid"}


class GlossaryError(ValueError):
    """The glossary file is wrong; the message names the file, the entry and what to do."""


@dataclass(frozen=True)
class Term:
    """One entry: what the text writes, what it means, and the forms that the text must not use for it."""

    term: str
    kind: str
    means: str
    avoid: tuple[str, ...] = ()


def load(path: Path = GLOSSARY_FILE) -> tuple[Term, ...]:
    """All terms, by kind, in the order of the Norwegian alphabet.

    Raises:
        GlossaryError: the file is missing or not YAML, or entries have unknown or missing fields, an unknown
            kind, or a term twice. All faults are told at once.
    """
    name = paths.shown(path)
    _, raw = open_yaml(path, GlossaryError)
    entries = raw.get("terms") if isinstance(raw, dict) else None
    if not isinstance(entries, list):
        raise GlossaryError(f"{name}: skal ha en liste under «terms:».")
    faults: list[str] = []
    terms: list[Term] = []
    for place, entry in enumerate(entries, 1):
        fault = _fault(entry, {t.term for t in terms})
        if fault:
            faults.append(f"{name}: oppføring {place}: {fault}")
        else:
            avoid = tuple(entry.get("avoid", ()))
            terms.append(Term(entry["term"], entry["kind"], entry["means"], avoid))
    if faults:
        raise GlossaryError("\n".join(faults))
    return tuple(sorted(terms, key=lambda t: (_KINDS.index(t.kind), alphabetical(t.term))))


def markdown(kind: Kind, path: Path = GLOSSARY_FILE) -> Markdown:
    """The terms of one kind as a definition list."""
    shown = [
        f"{escape_markdown(t.term)}\n:   {escape_markdown(t.means)}" for t in load(path) if t.kind == kind
    ]
    return Markdown("\n\n".join(shown))


def alphabetical(word: str) -> tuple[int, ...]:
    """Sorting key of the Norwegian alphabet: æ, ø, å last; capitals and other accents do not count."""
    plain = "".join(
        c if c in "æøå" else unicodedata.normalize("NFD", c)[0]
        for c in unicodedata.normalize("NFC", word).lower()
    )
    return tuple("abcdefghijklmnopqrstuvwxyzæøå".find(c) for c in plain)


def _fault(entry: object, known: set[str]) -> str:
    if not isinstance(entry, dict):
        return "skal ha felter som «term:» og «means:»."
    unknown = sorted(set(entry) - _FIELDS)
    if unknown:
        return f"kjenner ikke feltet {', '.join(unknown)}. Feltene er {', '.join(sorted(_FIELDS))}."
    for field in ("term", "kind", "means"):
        if not isinstance(entry.get(field), str) or not entry[field].strip():
            return f"mangler «{field}:»."
    if entry["kind"] not in _KINDS:
        return f"«kind: {entry['kind']}» finnes ikke. Bruk {' eller '.join(_KINDS)}."
    if not isinstance(entry.get("avoid", []), list):
        return "«avoid:» skal være en liste."
    if entry["term"] in known:
        return f"{entry['term']} står der fra før."
    return ""
