"""Marks that Markdown does not take for marks: they would stand in the text, or not apply.

Each rule looks at a paragraph as the author wrote it, without what code and formulas hold. A fault says what
the mark was meant to be; who means it as text writes `\\` before it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kvarto.faults import Faults
from kvarto.marks import CODE, COMMENT, MATH, SHORTCODE, row_cells
from kvarto.source import Line, classify

_EDGE = re.compile(r"\s{0,3}(:{3,}|#{1,6}\s)|\s*<!--.*-->\s*$|\s*([-*_]\s*){3,}$")
_ITEM = re.compile(r"\s*([-*+]|\d+[.)]|\(?[a-z#@]{1,3}[.)])\s")
_ATTRIBUTE = r"""(?:[#.][^\s{}"'“”«»=,]+|-|=\w+|[\w:.-]+=(?:"[^"]*"|'[^']*'|[^\s{}"'“”«»]+))"""
_ATTRIBUTES = re.compile(rf"\s*(?:{_ATTRIBUTE}(?:\s+{_ATTRIBUTE})*\s*)?")
_LIKE_ATTRIBUTES = re.compile(r"\s*(?:[#.][\w-]|[\w-]+\s*=)")
_LABEL = re.compile(r"#(fig|tbl|lst|eq|sec)_[\w-]*")
_LINK = re.compile(r"\[[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*\]\([^()]*(?:\([^()]*\)[^()]*)*\)$", re.S)
_TARGET = r"(?:https?://|[\w./-]+\.(?:qmd|html?|pdf|docx|csv|svg|png|jpe?g)\b)"
_ROW = re.compile(r"\s{0,3}\|.*\|\s*$")
_RULE = re.compile(r"\s{0,3}\|[\s:|-]*-[\s:|-]*\|\s*$")


@dataclass(frozen=True)
class Block:
    """Lines without an empty one between them; `text` is theirs, with blanks for what code and such hold."""

    lines: Sequence[Line]
    whole: str
    text: str

    def line(self, at: int) -> tuple[Line, int]:
        """The line of a place in the text, and the column there (from 1)."""
        before = self.text[:at]
        return self.lines[before.count("\n")], at - (before.rfind("\n") + 1) + 1


def find(lines: Sequence[Line], faults: Faults) -> None:
    """Record the marks of a chapter that are none."""
    _whole_file(lines, faults)
    for block in blocks(lines):
        told: set[int] = set()  # one line, one message: the others follow from the first
        for rule in _RULES:
            for at, what, why, fix in rule(block):
                line, column = block.line(at)
                if line.no not in told:
                    told.add(line.no)
                    faults.add(line.path, line.no, what, why, fix, column=column, kind="mark")


def blocks(lines: Iterable[Line]) -> Iterator[Block]:
    """The blocks of prose of a chapter, in order."""
    held: list[Line] = []
    for line, where in [*classify(lines), (Line("", "", 0), "text")]:
        words = where == "text" and line.text.strip(" >\t")  # an empty line of a quotation ends a block too
        if words and (not held or held[-1].path == line.path):
            held.append(line)
            continue
        if held:
            yield _block(held)
        held = [line] if words else []


def _block(lines: Sequence[Line]) -> Block:
    whole = "\n".join(line.text for line in lines)
    text = re.sub(r"\\[^\n]", "  ", whole) if "`" not in whole else whole
    for pattern in (CODE, COMMENT, MATH, SHORTCODE):
        text = pattern.sub(_blank, text)
    return Block(tuple(lines), whole, re.sub(r"\\[^\n]", "  ", text))


def _blank(match: re.Match[str]) -> str:
    """The same shape without content: backticks stay, as attributes may follow them."""
    return re.sub(r"[^\n`]", " ", match[0])


Found = Iterator[tuple[int, str, str, str]]
"""Place in the text, what is wrong, why, what to do."""

_STAYS = "Den blir stående som tekst, og det den sier, gjelder ikke."
_APART = "Da hører den ikke til noe, og blir stående som tekst."


def _braces(block: Block) -> Found:
    """Attributes: where they may stand, and how they are written."""
    for m in re.finditer(r"\{([^{}]*)\}", block.text):
        start, inner = m.start(), m[1]
        line, column = block.line(start)
        before = line.text[: column - 1]
        ahead = block.text[:start]
        first = block.lines[0].text
        caption = bool(re.match(r"[\s>]*(:|Table:)\s", first)) and not before.startswith("|")
        own = caption or bool(re.match(r"#{1,6}\s+\S|[\s>]*:{3,}|[\s>]*\$\$", before))
        shown = " ".join(f"{{{inner}}}".split())
        if re.fullmatch(r"\s*[Pp]ython\s*", inner) and not own:
            yield (
                start,
                "Uttrykket står ikke mellom to ` (aksent den andre veien), og blir ikke regnet ut.",
                "Det ville stått i teksten slik det er skrevet.",
                "Skriv `{python} verdi`, med ` både foran og bak.",
            )
        elif ahead.endswith("]") or (own and inner.strip()) or _LINK.search(ahead[-600:]):
            if ahead.endswith("]") and not _opened(ahead):
                fix = "Sett [ foran teksten det gjelder, eller skriv \\] om tegnet er tekst."
                yield len(ahead) - 1, "Hakeparentesen er aldri åpnet.", _STAYS, fix
            elif not _ATTRIBUTES.fullmatch(inner) and "\\" not in block.whole[start : m.end()]:
                why, fix = _badly(inner)
                yield start, f"Krøllparentesen {shown} lar seg ikke lese.", why, fix
        elif not _LIKE_ATTRIBUTES.match(inner) or ahead.endswith(("`", "$", "\n$$")):
            continue
        elif re.search(r"[\])]\s+$", ahead):
            yield start, f"Det står et mellomrom foran {shown}.", _APART, "Ta bort mellomrommet."
        elif ahead.endswith(")"):
            fix = f"Skriv [teksten]{shown}, med hakeparenteser."
            yield start, f"{shown} står etter runde parenteser.", _APART, fix
        else:
            fix = "Den skal stå rett etter ], en lenke eller et bilde, eller sist i en overskrift."
            yield start, f"Krøllparentesen {shown} hører ikke til noe.", _STAYS, fix
        if label := _LABEL.match(inner.strip()):
            right = label[0].replace("_", "-", 1)
            why = "Bare de med bindestrek får nummer og kan vises til."
            yield start, f"Merkelappen {label[0]} skrives med bindestrek.", why, f"Skriv {right}."


def _opened(text: str) -> bool:
    """Whether the bracket that ends a text has its beginning there."""
    depth = 0
    for sign in reversed(text):
        depth += {"]": 1, "[": -1}.get(sign, 0)
        if not depth:
            return True
    return False


def _badly(inner: str) -> tuple[str, str]:
    """Why attributes are none, and what to do."""
    if re.search(r"[“”«»]", inner):
        return "Anførselstegnene er ikke rette.", 'Skriv rette anførselstegn: navn="verdi".'
    if inner.count('"') % 2:
        return "Et anførselstegn er ikke lukket.", 'Skriv ett foran og ett bak verdien: navn="verdi".'
    if re.search(r"\s=|=\s", inner):
        return "Det er mellomrom rundt =.", 'Skriv uten: navn="verdi".'
    if "," in inner:
        return "Det er et komma mellom delene.", "Skill dem med mellomrom."
    return "En klasse begynner med punktum, en id med #.", 'Skriv for eksempel {.klasse navn="verdi"}.'


def _notes(block: Block) -> Found:
    text = block.text
    for m in re.finditer(r"\^\((?![^)^\s]*\)\^)", text):
        fix = "Skriv ^[noten], med hakeparenteser."
        yield m.start(), "«^(» er ingen fotnote.", "Tegnene og noten ville stått i teksten.", fix
    for m in re.finditer(r"\^[ \t]+\[", text):
        if re.search(r"\^[^\s^]+\^$", text[: m.start() + 1]):  # the end of a superscript
            continue
        yield m.start(), "Det står et mellomrom i fotnoten.", "Den leses da ikke som note.", "Skriv ^[ uten."
    for m in re.finditer(r"\]\^(?=[\s.,;:!?]|$)", text):
        fix = "Skriv ^[noten], med taket foran."
        yield m.start(), "Taket ^ står etter fotnoten.", "Den leses da ikke som note.", fix
    for m in re.finditer(r"\^\[", text):
        if not _closed(text[m.end() - 1 :]):
            fix = "Sett ] der noten slutter, i samme avsnitt."
            yield m.start(), "Fotnoten er aldri lukket.", "Den leses da ikke som note.", fix


def _closed(text: str) -> bool:
    """Whether the bracket that begins a text has its end there."""
    depth = 0
    for sign in text:
        depth += {"[": 1, "]": -1}.get(sign, 0)
        if not depth:
            return True
    return False


_OTHER = re.compile(r"(?:\(python\)|\[python\]|python|py|r)\s+(.+)", re.S)


def _inlines(block: Block) -> Found:
    """Code in a line that was to be an expression."""
    for m in CODE.finditer(block.whole):
        code = m[2].strip()
        if m[2].startswith("{python}\n") and len(m[1]) == 2:
            yield m.start(), "En celle begynner og slutter med tre `.", "Her er det to.", "Skriv ```{python}."
        elif re.match(r"\{\s*python\s*\}", code, re.I) and not code.startswith("{python}"):
            what = "Uttrykket begynner ikke med {python}, og blir ikke regnet ut."
            yield m.start(), what, f"Der står {code[: code.index('}') + 1]}.", "Skriv `{python} verdi`."
        elif (other := _OTHER.match(code)) and _call(other[1]):
            what = "Uttrykket mangler {python}, og blir ikke regnet ut."
            yield m.start(), what, "Det ville stått som kode i teksten.", f"Skriv `{{python}} {other[1]}`."


def _call(code: str) -> bool:
    """Whether this is Python that calls something: nobody shows that by accident."""
    try:
        return any(isinstance(node, ast.Call) for node in ast.walk(ast.parse(code.strip(), mode="eval")))
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False


def _links(block: Block) -> Found:
    text = block.text
    for m in re.finditer(rf"\][ \t]+\((?={_TARGET}|#[\w-]+\))", text):
        what = "Det står et mellomrom mellom ] og ( i lenken eller bildet."
        yield m.start(), what, "Da er det verken lenke eller bilde.", "Ta bort mellomrommet."
    for m in re.finditer(rf"\([^()\n]*\)\[(?={_TARGET})", text):
        fix = "Skriv [tekst](adresse)."
        yield m.start(), "Parentesene i lenken er byttet om.", "Den leses da ikke som lenke.", fix
    for m in re.finditer(rf"\]\((?={_TARGET})[^)]*$", text):
        yield m.start() + 1, "Lenken eller bildet er aldri lukket.", _STAYS, "Sett ) etter adressen."


def _headings(block: Block) -> Found:
    at = 0
    for k, line in enumerate(block.lines):
        text = line.text
        if re.match(r"#{2,6}[^\s#{.]|#[A-Za-zÆØÅæøå]", text):
            fix = "Sett et mellomrom etter #. Er det tekst, skriv \\#."
            yield at, "Overskriften mangler mellomrom etter #.", "Den blir stående som vanlig tekst.", fix
        elif k and re.match(r"#{1,6}\s+\S", text) and not _EDGE.match(block.lines[k - 1].text):
            why = "Den blir stående som tekst i avsnittet over."
            yield at, "Overskriften må ha en tom linje over seg.", why, "Sett inn en tom linje."
        if m := re.match(r"#{1,6}\s.*\((#(?:sec|fig|tbl)-[\w-]+)\)\s*$", text):
            why = "Den blir stående som tekst, og overskriften får den ikke."
            yield at + m.start(1) - 1, "Merkelappen står i runde parenteser.", why, f"Skriv {{{m[1]}}}."
        at += len(text) + 1


def _lists(block: Block) -> Found:
    at, start, plain = 0, True, False
    for line in block.lines:
        text = line.text
        if start:
            plain = not re.match(r"\s*(>|\||\+[-=]|:\s|\[\^|    )", text) and not _ITEM.match(text)
        elif plain and re.match(r"([-*+]|1[.)])\s+\S", text):
            why = "Uten den blir punktene stående etter hverandre i avsnittet."
            yield at, "Listen må ha en tom linje over seg.", why, "Sett inn en tom linje, eller skriv \\-."
            return
        start = bool(_EDGE.match(text))
        at += len(text) + 1


def _tables(block: Block) -> Found:
    rows = [bool(_ROW.match(line.text)) for line in block.lines]
    if not any(rows) or any(re.match(r"\s*\+[-=]", line.text) for line in block.lines):
        return
    first = rows.index(True)
    at = sum(len(line.text) + 1 for line in block.lines[:first])
    run = [line for line, row in zip(block.lines[first:], rows[first:], strict=True) if row]
    rules = [k for k, line in enumerate(run) if _RULE.match(line.text)]
    if len(run) < 2:
        return
    above = block.lines[first - 1].text if first else ""
    if not rules:
        fix = "Sett inn en linje som |---|---| under den første."
        yield at, "Tabellen mangler streken under hodet.", "Da er den ingen tabell.", fix
    elif rules[0] == 1 and (head := len(row_cells(run[0].text))) != (rule := len(row_cells(run[1].text))):
        what = f"Streken under tabellhodet har {_number(rule)}, hodet har {_number(head)}."
        yield at + len(run[0].text) + 1, what, "Da er den ingen tabell.", "Gi dem like mange."
    elif above and not _EDGE.match(above) and not re.match(r"\s*(:|Table:)\s", above):
        yield at, "Tabellen må ha en tom linje over seg.", "Uten den er den tekst.", "Sett inn en tom linje."


def _number(columns: int) -> str:
    return "1 kolonne" if columns == 1 else f"{columns} kolonner"


def _others(block: Block) -> Found:
    text = block.text
    for m in re.finditer(r"(?m)^ {0,3}::(?!:)[ \t]*\{", text):
        yield m.start(), "En boks åpnes og lukkes med tre kolon.", "«::» leses som tekst.", "Skriv :::."
    for m in re.finditer(r"\{\{?<?\s*(meta|var|include|pagebreak)\b[^}\n]*\}", text):
        fix = f"Skriv {{{{< {m[1]} … >}}}}."
        yield m.start(), f"Kortkoden {m[1]} er ikke skrevet riktig.", "Den ville stått i teksten.", fix
    for m in re.finditer(r"(?m)^(<{7}|>{7}) .*", text):
        why, fix = "Git har satt det der to endringer møttes.", "Velg teksten som gjelder, og slett merkene."
        yield m.start(), f"Linjen er et flettemerke: {m[0][:40]}", why, fix
    strong = [m.start() for m in re.finditer(r"\*\*", re.sub(r"(?m)^\s*(\*\s*){3,}$", _blank, text))]
    if len(strong) % 2:
        fix = "Skriv ** både foran og bak ordene."
        yield strong[-1], "Stjernene ** for halvfet er ikke lukket.", "De ville stått i teksten.", fix


_RULES: tuple[Callable[[Block], Found], ...] = (
    _others,
    _braces,
    _notes,
    _inlines,
    _links,
    _headings,
    _lists,
    _tables,
)


def _whole_file(lines: Sequence[Line], faults: Faults) -> None:
    """What concerns more than a paragraph: comments, metadata below the top, notes without words."""

    def add(line: Line, *told: str, **more: Any) -> None:
        faults.add(line.path, line.no, *told, kind="mark", **more)

    placed = [line for line, where in classify(lines) if where in ("text", "comment")]
    for k, line in enumerate(placed):
        if "<!--" in (text := CODE.sub(_blank, line.text)):
            rest = "\n".join([text[text.rindex("<!--") :], *(later.text for later in placed[k + 1 :])])
            if "-->" not in rest:
                lost = "Alt etter den ville falt bort."
                add(line, "Kommentaren er aldri lukket.", lost, "Avslutt den med -->.")
                break
    prose = [line for line, where in classify(lines) if where == "text"]
    for k, line in enumerate(prose):
        after = prose[k + 1].text if k + 1 < len(prose) else ""
        if re.fullmatch(r"\[\^[^\]\s]+\]:\s*", line.text) and not re.match(r"( {4}|\t)\S", after):
            add(line, "Fotnoten har ingen tekst.", "", "Skriv teksten etter kolon.")
        if (
            re.fullmatch(r"-{3,}\s*", line.text)
            and re.match(r"[\w-]+:(\s|$)", after)
            and any(re.fullmatch(r"(-{3,}|\.\.\.)\s*", later.text) for later in prose[k + 2 : k + 40])
        ):
            what = "Metadata må begynne på filens første linje, med nøyaktig tre bindestreker."
            add(line, what, "Her leses det ikke som metadata.", "Flytt blokken øverst i kapittelets fil.")
            break
