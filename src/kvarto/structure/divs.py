"""Divs: callouts, theorems, columns, conditional content, and what is refused."""

from __future__ import annotations

import json
import re

from kvarto.structure import ast, conditional, tables
from kvarto.structure.ast import Attr, Blocks, Element, Inlines
from kvarto.structure.base import (
    FLOAT,
    LAYOUT,
    UNSUPPORTED_CLASSES,
    Base,
)
from kvarto.structure.inlines import inlines_of
from kvarto.structure.model import CALLOUT_KINDS

THEOREM = re.compile(r"(thm|lem|cor|prp|cnj|def|exm|exr)-.+$")
CALLOUT = re.compile(r"callout-(note|tip|warning|important|caution)$")

THEOREM_WORDS: dict[str, tuple[str, str]] = {
    "thm": ("Theorem", "Setning"),
    "lem": ("Lemma", "Lemma"),
    "cor": ("Corollary", "Korollar"),
    "prp": ("Proposition", "Proposisjon"),
    "cnj": ("Conjecture", "Formodning"),
    "def": ("Definition", "Definisjon"),
    "exm": ("Example", "Eksempel"),
    "exr": ("Exercise", "Oppgave"),
}
"""English and Norwegian words, where `book.word` has none."""

PROOFS: dict[str, tuple[str, str]] = {
    "proof": ("Proof", "Bevis"),
    "remark": ("Remark", "Merknad"),
    "solution": ("Solution", "Løsning"),
}

_UNSUPPORTED_PREFIX = ("column-page", "column-screen", "column-body", "panel-")


class Divs(Base):
    """The part of the walk that handles divs."""

    def _div(self, el: Element) -> Blocks:
        at: Attr = el["c"][0]
        ident, classes, _ = at
        if conditional.is_conditional(at):
            return self._conditional(el)
        for name in classes:
            if name in UNSUPPORTED_CLASSES or name.startswith(_UNSUPPORTED_PREFIX):
                what, fix = UNSUPPORTED_CLASSES.get(name, (f"Klassen {name} støttes ikke.", "Fjern boksen."))
                fault = self.at.fault(
                    rf"\.{re.escape(name)}(?![\w-])|:::+\s*{re.escape(name)}\s*$",
                    what,
                    "",
                    fix,
                    kind="unsupported",
                    nth=self.at.met(f"class {name}"),
                )
                return [self.mark_block(fault), *self.blocks(el["c"][1])]
        if "columns" in classes:
            return self._columns(el)
        callout = next((m[1] for c in classes if (m := CALLOUT.match(c))), None)
        if callout:
            return self._callout(el, callout)
        if "cell" in classes:
            return self._cell(el)
        if "kv-pagebreak" in classes or "kv-fault" in classes:
            return [el]
        if THEOREM.match(ident) or set(classes) & set(PROOFS):
            return self._theorem(el)
        if ident == "refs":
            self.refs_div = el
            self._label("refs", "id", public=False)
            return [el]
        if FLOAT.match(ident):
            return [self._float_div(el)]
        if any(c.startswith("callout-") and c not in ("callout-title", "callout-body") for c in classes):
            name = next(c for c in classes if c.startswith("callout-"))
            fault = self.at.fault(
                rf"{re.escape(name)}",
                f"Boksen {name} finnes ikke.",
                "",
                "Typene er callout-note, -tip, -warning, -important og -caution.",
                kind="unknown-callout",
            )
            return [self.mark_block(fault), *self.blocks(el["c"][1])]
        if "list-table" in classes:
            table = tables.list_table(at, el["c"][1])
            if table is None:
                fault = self.at.fault(
                    r"\.list-table",
                    "Listen i list-table er ikke en tabell.",
                    "Hvert punkt er en rad, og hvert underpunkt en celle.",
                    "Skriv alle rader som - - celle.",
                    kind="list-table",
                    nth=self.at.met("list-table"),
                )
                return [self.mark_block(fault), *self.blocks(el["c"][1])]
            out = self._table(table)
            rest = ast.without(at, "header-rows", "header-cols", "aligns", "widths", classes=("list-table",))
            return [ast.div(rest, out)] if rest[0] or rest[1] else out
        if any(ast.has(at, key) for key in LAYOUT):
            return [self._layout(el)]
        if ident:
            self._label(ident, "id", public=False)
        el["c"][1] = self.blocks(el["c"][1])
        if "row-headers" in classes:
            tables.apply_row_headers(el["c"][1], ast.get(at, tables.NAME))
            el["c"][0] = ast.without(at, tables.NAME)
        return [el]

    def _conditional(self, el: Element) -> Blocks:
        at = el["c"][0]
        self._check_condition(at)
        if not conditional.shown(at, self.fmt, self.meta):
            return []
        rest = conditional.bare(at)
        if rest[0] or rest[1] or rest[2]:
            el["c"][0] = rest
            return self._div(el)
        return self.blocks(el["c"][1])

    def _callout(self, el: Element, kind: str) -> Blocks:
        at: Attr = el["c"][0]
        inner: Blocks = el["c"][1]
        own: Inlines | None = None
        if ast.has(at, "title"):
            own = self.inlines(inlines_of(ast.get(at, "title")))
        elif inner and inner[0]["t"] == "Header":
            own = self.inlines(inner[0]["c"][2])
            inner = inner[1:]
        appearance = ast.get(at, "appearance", "default")
        if appearance not in ("default", "simple", "minimal"):
            self.at.fault(
                r"appearance=",
                f"Utseendet «{appearance}» finnes ikke for en boks.",
                "",
                "Bruk default, simple eller minimal.",
                kind="unknown-callout",
            )
            appearance = "default"
        out = ast.attr(
            at[0],
            ["kv-callout", *[c for c in at[1] if not CALLOUT.match(c)]],
            type=kind,
            appearance=appearance,
            collapse=ast.get(at, "collapse"),
            icon=ast.get(at, "icon"),
        )
        default = ast.words(self.book.word(f"callout-{kind}-title", kind.capitalize()))
        ident = at[0]
        if ident.startswith(CALLOUT_KINDS[kind] + "-"):
            number = self.count.next(CALLOUT_KINDS[kind])
            word = self.book.word(f"crossref-{CALLOUT_KINDS[kind]}-prefix")
            ast.put(out, "label", word)
            ast.put(out, "number", number)
            self._label(ident, CALLOUT_KINDS[kind], number, own or default)
        elif ident:
            self._label(ident, "id", public=False)
        if own is None:
            ast.put(out, "title", "default")
        title = ast.div(ast.attr("", ["kv-title"]), [ast.plain(own if own is not None else default)])
        return [ast.div(out, [title, *self.blocks(inner)])]

    def _theorem(self, el: Element) -> Blocks:
        """Theorem-like divs («Setning 1.1 (Navn)») and proofs («Bevis.»).

        The name begins the first paragraph.
        """
        at, inner = el["c"]
        name: Inlines | None = None
        if ast.has(at, "name"):
            name = self.inlines(inlines_of(ast.get(at, "name")))
        elif inner and inner[0]["t"] == "Header":
            name, inner = self.inlines(inner[0]["c"][2]), inner[1:]
        m = THEOREM.match(at[0])
        if m:
            number = self.count.next(m[1])
            word = self.book.word(f"crossref-{m[1]}-title") or THEOREM_WORDS[m[1]][self._norwegian()]
            said = [
                *ast.words(f"{word} {number}"),
                *([ast.SPACE, ast.text("("), *name, ast.text(")")] if name else []),
            ]
            title = ast.span(ast.attr("", ["theorem-title"]), [{"t": "Strong", "c": said}])
            self._label(at[0], m[1], number, name)
            at = [
                at[0],
                ["theorem", *[c for c in at[1] if c != "theorem"]],
                [p for p in at[2] if p[0] != "name"],
            ]
        else:
            kind = next(c for c in at[1] if c in PROOFS)
            word = self.book.word(f"environment-{kind}-title") or PROOFS[kind][self._norwegian()]
            said = [*ast.words(word), *([ast.SPACE, ast.text("("), *name, ast.text(")")] if name else [])]
            title = ast.span(ast.attr("", ["proof-title"]), [{"t": "Emph", "c": said}, ast.text(".")])
            if at[0]:
                self._label(at[0], "id", public=False)
        body = self.blocks(inner)
        if body and body[0]["t"] in ("Para", "Plain"):
            body[0]["c"] = [title, ast.SPACE, *body[0]["c"]]
        else:
            body.insert(0, {"t": "Para", "c": [title]})
        return [ast.div(at, body)]

    def _columns(self, el: Element) -> Blocks:
        """`.columns` with `.column` divs: panels beside each other."""
        at, inner = el["c"]
        columns = [b for b in inner if b["t"] == "Div" and "column" in b["c"][0][1]]
        if len(columns) != len(inner) or not columns:
            fault = self.at.fault(
                r"\.columns",
                "I en boks med klassen columns kan det bare stå bokser med klassen column.",
                "",
                'Legg alt innholdet i ::: {.column width="50%"}.',
                kind="columns",
            )
            return [self.mark_block(fault), *self.blocks(inner)]
        widths = [_percent(ast.get(c["c"][0], "width")) or 100 / len(columns) for c in columns]
        panels = [ast.div(ast.attr("", ["kv-panel"]), self.blocks(c["c"][1])) for c in columns]
        return [ast.div([at[0], ["kv-layout"], [["layout", json.dumps([widths])]]], panels)]


def _percent(value: str) -> float | None:
    m = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*%?\s*", value)
    return float(m[1]) if m else None
