"""House style and terms: what the text must not hold, as rules that each name what they find.

A rule looks either at the pieces of the rendered pages or at the lines of the sources, where spaces and
signs are still as they were typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from storbynav.glossary import Term
from tests.language import reading
from tests.language.reading import Piece
from tests.language.source import prose


@dataclass(frozen=True)
class Find:
    """Something against the house style: where, what, and what to do."""

    place: str
    found: str
    rule: str

    def __str__(self) -> str:
        return f"{self.place}: «{self.found}» – {self.rule}"


@dataclass(frozen=True)
class Rule:
    """A pattern that must not occur, with what to do instead."""

    pattern: re.Pattern[str]
    advice: str


def _rule(pattern: str, advice: str, flags: int = 0) -> Rule:
    return Rule(re.compile(pattern, flags), advice)


SHOWN = (
    _rule(r"[\"“”„]", "bruk « og »"),
    _rule(r"(?<=\d)%|(?<=\d) %", "hardt mellomrom mellom tallet og %"),
    _rule(r"\d[\s\u00a0]*prosent\b", "skriv % etter siffer"),
    _rule(r"\b(?:Nav|nav)(?=[- ]|s?\b)(?!-lenke)", "skriv NAV"),
    _rule(r"\bNAV[- ]?[Kk]ontor(?<!NAV-kontor)", "skriv NAV-kontor med bindestrek"),
    _rule(r" [,;:!?](?=\s|$)(?!\))", "ikke mellomrom foran skilletegn"),
    _rule(r"(?<=\w)\s-\s(?=\w)", "bruk tankestrek (–)"),
    _rule(r"(?<=\d)-(?=\d)(?!\d*-)", "bruk tankestrek (–) mellom tall"),
    _rule(r"(?<!\.)\.\.(?!\.)", "ett punktum"),
    _rule(r"\bvedlegg \d", "skriv Vedlegg med stor bokstav foran tallet"),
)
TYPED = (
    _rule(r"(?<=\S)  +(?=\S)", "ett mellomrom"),
    _rule(r"(?<=[a-zæøå])\bNAV|NAV(?=[a-zæøå]{2})(?!s\b)", "bindestrek etter NAV"),
)
# As the print has them, in quotation marks.
QUOTED = ("«18-83 fordelingen»",)
ENGLISH = re.compile(
    r"\b(?:search|menu|next|previous|copy|copied|close|download|contents|chapter|appendix|figure|skip|"
    r"warning|toggle|back to|home|light|dark|footnotes?|references|source|published|author|date|abstract)\b",
    re.IGNORECASE,
)


def shown(pieces: Iterable[Piece]) -> Iterator[Find]:
    """House style in the rendered pages."""
    for piece in pieces:
        text = piece.text
        for quoted in QUOTED:
            text = text.replace(quoted, " " * len(quoted))
        for rule in SHOWN:
            for match in rule.pattern.finditer(text):
                around = piece.text[max(0, match.start() - 30) : match.end() + 20]
                yield Find(piece.page, around, rule.advice)


def typed(files: Iterable[Path], root: Path = reading.ROOT) -> Iterator[Find]:
    """House style in the sources."""
    for file in files:
        name = file.relative_to(root).as_posix()
        for number, line in enumerate(prose(file.read_text(encoding="utf-8")).split("\n"), 1):
            if line.lstrip().startswith(("|", ":::", "-  ")) or re.match(r"\s*[+|]", line):
                continue  # tables are aligned with spaces
            body = re.sub(r"^\s*(?:[-*>]|\d+\.|:)?\s*", "", line)
            for rule in TYPED:
                for match in rule.pattern.finditer(body):
                    around = body[max(0, match.start() - 30) : match.end() + 20]
                    yield Find(f"{name}:{number}", around, rule.advice)


def english(pieces: Iterable[Piece]) -> Iterator[Find]:
    """English words among what the site itself says: labels, tooltips, and texts that every page has."""
    every = list(pieces)
    names = {piece.page for piece in every if piece.page.endswith(".html")}
    on: dict[str, set[str]] = {}
    for piece in every:
        on.setdefault(piece.text, set()).add(piece.page)
    for piece in every:
        own = piece.kind in reading.LABELS or (len(names) > 1 and on[piece.text] >= names)
        for match in ENGLISH.finditer(piece.text) if own else ():
            yield Find(piece.page, match[0], "nettstedets egne ord skal være norske")


def terms(pieces: Iterable[Piece], glossary: Iterable[Term]) -> Iterator[Find]:
    """Forms that the glossary says to avoid, as whole words.

    Capitals count only where the form differs from the term by them alone («FOU» for «FoU»).
    """
    rules = [
        (form, term.term, re.compile(rf"(?<![\w-]){re.escape(form)}(?![\w-])", _flags(form, term.term)))
        for term in glossary
        for form in term.avoid
    ]
    for piece in pieces:
        for form, term, pattern in rules:
            if pattern.search(piece.text):
                place = reading.find(form) or piece.page
                yield Find(place, form, f"ordlisten har «{term}»")


def _flags(form: str, term: str) -> int:
    return 0 if form.lower() == term.lower() else re.IGNORECASE


def apart(pieces: Iterable[Piece], words: Iterable[str]) -> Iterator[Find]:
    """Two words side by side that the book elsewhere writes as one («oppgave portefølje»)."""
    joined = {word.lower() for word in words}
    seen = set()
    for piece in pieces:
        for match in _PAIR.finditer(piece.text):
            first, second = match[1].lower(), match[2]
            if second[0].isupper() or first in _SMALL or (first, second) in seen:
                continue
            if any(f"{first}{link}{second}" in joined for link in ("", "s", "e")):
                seen.add((first, second))
                place = reading.find(f"{match[1]} {second}") or piece.page
                yield Find(place, f"{match[1]} {second}", "står som ett ord et annet sted i boken")


_PAIR = re.compile(r"(?=(?<![\w-])([^\W\d_]{3,}) ([^\W\d_]{3,})(?![\w-]))")
_SMALL = {
    *(
        "alle",
        "andre",
        "bak",
        "bare",
        "der",
        "den",
        "det",
        "etter",
        "for",
        "fra",
        "her",
        "hva",
        "hver",
        "inn",
        "med",
    ),
    *("mellom", "men", "mot", "nær", "når", "opp", "over", "som", "sam", "til", "under", "ute", "ved", "vel"),
}
