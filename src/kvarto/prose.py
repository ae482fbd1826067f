"""What a book forbids in its own prose: patterns of a YAML file, looked for in what the author typed.

    kvarto:
      prose: report/prosa.yml

    rules:
      - pattern: '\\d+ %'
        what: "«{found}» er skrevet for hånd."     # {found}: the words
        fix: Regn tallet ut.
        except:                                     # may stand: where, the words around them, why
          - {file: index.qmd, text: inntil 40 %, why: Et eksempel.}

Code, comments, attributes, shortcodes and the addresses of links are not prose; nor are annotated spans
(`kvarto: annotations:`), which something else answers for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kvarto import yamlio
from kvarto.faults import Faults, KvartoError
from kvarto.marks import CODE, COMMENT, SHORTCODE
from kvarto.project import CONFIG, Book, read_text
from kvarto.source import Line, classify

_TARGET = re.compile(r"(?<=\])\([^()\s]*\)")
_ATTRIBUTES = re.compile(r"(?<=[\])\w}\x00])\{[^{}]*\}|\s\{[.#][^{}]*\}")
GAP = "\x00"
"""What is left out: it is neither a word nor a space."""


@dataclass(frozen=True)
class Exempt:
    """Words that may stand: the file, the words as typed, and why."""

    file: str
    text: str
    why: str


@dataclass(frozen=True)
class Rule:
    """A pattern, what is told of its words, what to do, and where it may stand."""

    pattern: re.Pattern[str]
    what: str
    fix: str
    exceptions: tuple[Exempt, ...] = ()


@dataclass(frozen=True)
class Found:
    """Words that a rule forbids, where they stand, and what stands around them."""

    rule: Rule
    line: Line
    column: int
    words: str
    around: str

    @property
    def allowed_by(self) -> list[Exempt]:
        """The exceptions that let it stand."""
        return [e for e in self.rule.exceptions if e.file == self.line.path and e.text in self.around]


@dataclass(frozen=True)
class Prose:
    """A book's rules; `span` is the class of its annotated spans."""

    rules: tuple[Rule, ...]
    span: str = ""

    def find(self, lines: Sequence[Line]) -> Iterator[Found]:
        """Everything in some lines that a rule finds, allowed or not."""
        text = self.text(lines)
        starts = [0]
        for line in lines:
            starts.append(starts[-1] + len(line.text) + 1)
        for rule in self.rules:
            for m in rule.pattern.finditer(text):
                around = re.sub(rf"[\s{GAP}]+", " ", text[max(0, m.start() - 45) : m.end() + 30]).strip()
                row = text.count("\n", 0, m.start())
                yield Found(rule, lines[row], m.start() - starts[row] + 1, re.sub(r"\s+", " ", m[0]), around)

    def text(self, lines: Sequence[Line]) -> str:
        """What is left of the lines when all that is no prose is blanked; places stay."""
        kept = (line.text if where == "text" else GAP * len(line.text) for line, where in classify(lines))
        text = "\n".join(kept)
        for pattern in (COMMENT, CODE, SHORTCODE, _TARGET):
            text = pattern.sub(_blank, text)
        if self.span:
            span = rf"\[(?:[^\[\]]|\[[^\[\]]*\])*\]\{{[^{{}}]*\.{re.escape(self.span)}(?![\w-])[^{{}}]*\}}"
            while (shorter := re.sub(span, _blank, text)) != text:  # one may stand in the note of another
                text = shorter
        return _ATTRIBUTES.sub(_blank, text)


def check(prose: Prose, lines: Sequence[Line], faults: Faults) -> None:
    """Record what the rules forbid in a chapter."""
    for found in prose.find(lines):
        if not found.allowed_by:
            faults.add(
                found.line.path,
                found.line.no,
                found.rule.what.replace("{found}", found.words),
                f"… {found.around} …",
                found.rule.fix,
                column=found.column,
                kind="lint-prose",
                severity="lint",
            )


def load(book: Book, faults: Faults) -> Prose | None:
    """The book's rules; None where it has none, or where they cannot be read, which is a fault."""
    settings = book.meta.get("kvarto")
    settings = settings if isinstance(settings, dict) else {}
    name = settings.get("prose")
    if name is None:
        return None
    path = book.root / str(name)
    line = book.line("kvarto", "prose")
    if not path.is_file():
        what = f"Filen {name} med regler for teksten finnes ikke."
        faults.add(CONFIG, line, what, "", "Rett kvarto: prose:, eller lag filen.", kind="prose-settings")
        return None
    try:
        told = yamlio.loads(read_text(path, str(name)), str(name)).data
        annotations = settings.get("annotations")
        span = str(annotations.get("class", "")) if isinstance(annotations, dict) else ""
        return Prose(tuple(_rule(one) for one in told["rules"]), span)
    except KvartoError as error:
        faults.extend(error.faults)
    except (KeyError, TypeError, AttributeError, re.error) as error:
        what = f"{name} har ikke regler som kan leses."
        fix = "Skriv rules: en liste med pattern, what og fix (docs/kvarto.md)."
        faults.add(str(name), None, what, f"{type(error).__name__}: {error}", fix, kind="prose-settings")
    return None


def read(path: Path, span: str = "") -> Prose:
    """The rules of a file that is known to be right."""
    told = yamlio.loads(path.read_text(encoding="utf-8"), path.name).data
    return Prose(tuple(_rule(one) for one in told["rules"]), span)


def _rule(told: Any) -> Rule:
    return Rule(
        re.compile(told["pattern"], re.IGNORECASE | re.VERBOSE),
        str(told["what"]),
        str(told["fix"]),
        tuple(Exempt(**one) for one in told.get("except") or ()),
    )


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", GAP, match[0])
