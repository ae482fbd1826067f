"""Numbers about the survey that somebody typed instead of computing or binding them.

Digits with %, statistics and number words («halvparten», «en tredel», «to av tre», «flertallet») may stand
only in inline code or in a bound finding. What is told in an interview, or quoted from the print, is listed
with its reason in ``tall.yml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.language.reading import ROOT
from tests.language.source import GAP, unbound

ALLOWED_FILE = Path(__file__).parent / "tall.yml"

_SMALL = "én|ett|to|tre|fire|fem|seks|sju|syv|åtte|ni|ti|elleve|tolv"
NUMBER = re.compile(
    r"\d[\d,]*\s*(?:\\\s)?%"
    r"|\bprosent(?:en|poeng|andel\w*)?\b"
    r"|\bhalvpart\w*"
    r"|\b\w*(?:halv|tre|fjerde|fem|ti)(?:dje|te)?del(?:er|en|ene)?\b"
    r"|\b\w*(?:flertall|mindretall)\w*"
    rf"|\b(?:{_SMALL}|\d+)\s+av\s+(?:de\s+)?(?:{_SMALL}|\d+)\b(?!-)"
    r"|\bhver\s+(?:annen|andre|tredje|fjerde|femte|tiende)\b"
    r"|\bdobbelt\s+så\s+(?:mange|ofte|stor)\w*"
    r"|(?<!\w)[nNrRpPtF]\*?\s*[=<>]\s*[\d,−-]+"
    r"|(?<![\w,])[−-]?,\d\d\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Typed:
    """A number in the prose, with the line it stands in."""

    file: str
    line: int
    found: str
    around: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: «{self.found}» i «{self.around}»"


@dataclass(frozen=True)
class Allowed:
    """A number that may stand: the words around it as typed, and why."""

    file: str
    text: str
    why: str


def allowed(path: Path = ALLOWED_FILE) -> list[Allowed]:
    """The list of exceptions; a fault in it is a `TypeError`."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8")) or []
    return [Allowed(**entry) for entry in raw]


def typed(file: Path, root: Path = ROOT) -> Iterator[Typed]:
    """The typed numbers of one source file."""
    yield from typed_in(file.read_text(encoding="utf-8"), file.relative_to(root).as_posix())


def typed_in(text: str, name: str) -> Iterator[Typed]:
    """The typed numbers of a text; `name` is used in messages."""
    left = unbound(text)
    for match in NUMBER.finditer(left):
        around = re.sub(rf"[\s{GAP}]+", " ", left[max(0, match.start() - 45) : match.end() + 30]).strip()
        found = re.sub(r"\s+", " ", match[0])
        yield Typed(name, left.count("\n", 0, match.start()) + 1, found, around)


def judge(
    found: Iterable[Typed], exceptions: Iterable[Allowed], root: Path = ROOT
) -> tuple[list[Typed], list[Allowed]]:
    """Numbers that nothing allows, and exceptions that allow nothing."""
    known = list(exceptions)
    used: set[Allowed] = set()
    faults = []
    for number in found:
        fitting = [e for e in known if e.file == number.file and e.text in number.around]
        used.update(fitting)
        if not fitting:
            faults.append(number)
    return faults, [e for e in known if e not in used]
