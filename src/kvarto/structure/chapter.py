"""One chapter: pandoc's AST → structured AST, with numbers; references and citations are left to be filled
in.

The order of the book's constructs is the order of this walk: what is hidden in the format takes no number,
and a float takes its number before its parts do.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property

from kvarto import shortcodes
from kvarto.project import Chapter
from kvarto.structure import ast
from kvarto.structure.ast import Blocks, Element, Inlines
from kvarto.structure.base import FLOAT, Draft
from kvarto.structure.cells import Cells
from kvarto.structure.divs import Divs
from kvarto.structure.floats import Floats
from kvarto.structure.inlines import inlines_of
from kvarto.structure.model import Heading
from kvarto.structure.parse import UNREAD, Parsed
from kvarto.structure.text import Text

_BROKEN_FENCE = re.compile(r"^:{3,}(\s|$|\{)?")


class Walk(Divs, Cells, Floats, Text):
    """The walk of one chapter. Make one, call `run`."""

    @cached_property
    def _block(self) -> dict[str, Callable[[Element], Blocks]]:
        """What handles each kind of block."""
        return {
            "Div": self._div,
            "Header": self._header,
            "Figure": self._figure,
            "Table": self._table,
            "CodeBlock": self._code,
            "RawBlock": self._raw_block,
            "Para": self._para,
            "Plain": self._para,
            "LineBlock": self._line_block,
            "DefinitionList": self._definitions,
        }

    def run(self, parsed: Parsed) -> Draft:
        """Walk the chapter's blocks."""
        self._pandoc_warnings(parsed)
        blocks = parsed.blocks
        if self.chapter.title_from_meta:
            title = shortcodes.in_title(self.chapter, self.book, self.fmt, self.faults)
            blocks = [title_header(self.chapter, title), *blocks]
        else:
            blocks = _heading_first(blocks)
        blocks = self.blocks(blocks)
        return Draft(
            self.chapter,
            blocks,
            self.headings,
            self.labels,
            self.refs,
            self.citations,
            self.links,
            self.refs_div,
            self.at,
            self.ids,
            self.formulas,
        )

    def _pandoc_warnings(self, parsed: Parsed) -> None:
        for text, line in parsed.warnings:
            if m := re.match(r"Div at line (\d+) column \d+ unclosed", text):
                self.at.fault(
                    None,
                    "En div (:::) er ikke lukket.",
                    "Alt etter denne linjen havner inne i den.",
                    "Skriv ::: på en egen linje der den slutter.",
                    kind="unclosed-div",
                    line=int(m[1]),
                )
            elif m := re.match(r"Note with key '(.+?)' defined at line (\d+)", text):
                self.at.fault(
                    None,
                    f"Fotnoten [^{m[1]}] er skrevet, men ikke brukt i teksten.",
                    fix=f"Sett merket [^{m[1]}] der noten hører til, eller ta bort noten.",
                    kind="unused-note",
                    line=int(m[2]),
                )
            elif text.startswith("Duplicate note reference"):
                name = re.search(r"'\^?(.+?)'", text)
                self.at.fault(
                    None,
                    f"To fotnoter i samme kapittel heter [^{name[1] if name else '?'}].",
                    fix="Gi den ene et annet merke.",
                    kind="duplicate-note",
                    line=line,
                )
            elif text.startswith(UNREAD):
                self.at.fault(
                    None,
                    "Pandoc kunne ikke lese stykket som begynner her.",
                    text.removeprefix(UNREAD),
                    "Se etter parenteser eller tegn som gjentas mange ganger uten å lukkes. Del opp stykket.",
                    kind="pandoc",
                    line=line,
                )
            elif text.startswith(("Duplicate link reference", "Could not parse", "Reference not found")):
                self.at.fault(None, "Pandoc forstår ikke denne linjen.", text, kind="pandoc", line=line)

    def blocks(self, blocks: Blocks) -> Blocks:
        """Transform a list of blocks."""
        out: Blocks = []
        for el in blocks:
            handler = self._block.get(el["t"])
            if handler is not None:
                out.extend(handler(el))
            elif el["t"] == "BlockQuote":
                el["c"] = self.blocks(el["c"])
                out.append(el)
            elif el["t"] == "BulletList":
                el["c"] = [self.blocks(item) for item in el["c"]]
                out.append(el)
            elif el["t"] == "OrderedList":
                el["c"][1] = [self.blocks(item) for item in el["c"][1]]
                out.append(el)
            else:
                out.append(el)
        return out

    def _line_block(self, el: Element) -> Blocks:
        el["c"] = [self.inlines(row) for row in el["c"]]
        return [el]

    def _definitions(self, el: Element) -> Blocks:
        el["c"] = [
            [self.inlines(term), [self.blocks(d) for d in definitions]] for term, definitions in el["c"]
        ]
        return [el]

    def _para(self, el: Element) -> Blocks:
        content: Inlines = el["c"]
        if len(content) == 1 and content[0]["t"] == "Image":
            image = content[0]
            at = image["c"][0]
            if FLOAT.match(at[0]):
                # An image with a label, without a caption or in a tight list: still a numbered figure.
                ident, at[0] = at[0], ""
                caption, image["c"][1] = image["c"][1], []
                return [self._float(ident, [ast.plain([image])], caption, ast.attr())]
            el["c"] = self._image(image)
            return [el]
        linked = _linked_figure(content)
        if linked is not None:
            # A figure that is a link: the label and the caption are the image's.
            image = linked["c"][1][0]
            ident, image["c"][0][0] = image["c"][0][0], ""
            caption, image["c"][1] = image["c"][1], []
            return [self._float(ident, [ast.plain([linked])], caption, ast.attr())]
        fence = content and content[0]["t"] == "Str" and _BROKEN_FENCE.match(content[0]["c"])
        if fence and not self.at.escaped(ast.stringify(content)):
            nth = self.at.met("stray fence")
            pattern = rf"^\s*{re.escape(content[0]['c'])}"
            if not self.at.known("div", pattern, nth):
                self.at.fault(
                    pattern,
                    "Denne linjen med ::: hører ikke til noen boks.",
                    "Den blir stående som tekst.",
                    "Ta den bort, eller åpne boksen med ::: {.klasse} (med en tom linje foran).",
                    kind="stray-div",
                    nth=nth,
                )
        el["c"] = self.inlines(content)
        return [el]

    def _header(self, el: Element) -> Blocks:
        level, at, content = el["c"]
        if level > 6:
            self.at.fault(
                r"^\s*#{7,}",
                "Overskrifter har høyst seks nivåer.",
                f"Denne har {level}.",
                "Bruk færre #.",
                kind="heading-depth",
                nth=self.at.met("deep heading"),
            )
            el["c"][0] = level = 6
        content = self.inlines(content)
        el["c"][2] = content
        title = [i for i in content if i["t"] != "Note"]
        chapter = self.chapter
        if not self.headings and level == 1:
            number = str(chapter.number) if chapter.number is not None else ""
            kind = ("apx" if chapter.appendix else "ch") if chapter.kind == "chapter" else "ch"
            el["c"][1] = at = ast.without(at, "number")
            if number:
                ast.put(at, "number", number)
            # A template that numbers no headings has nothing to refer to by number.
            counted = number if self.fmt == "html" or self.numbered_sections else ""
            self._label(at[0], kind, counted, title, page_top=True)
            self.headings.append(Heading(1, at[0], number, title))
            return [el]
        if level == 1:
            self.at.fault(
                rf"^#\s+{re.escape(ast.stringify(title)[:20].split(' ')[0])}",
                f"Kapittelet har en overskrift til på øverste nivå: «{ast.stringify(title)}».",
                "En fil er ett kapittel med én overskrift på nivå 1 (#).",
                "Bruk ## for underkapitler, eller flytt teksten til en egen fil.",
                kind="second-chapter",
            )
            level = el["c"][0] = 2
        number = ""
        if "unnumbered" not in at[1]:
            number = self.count.section(level)
        shown = number if level <= self.number_depth and self.numbered_sections else ""
        if shown:
            ast.put(at, "number", shown)
        self._label(at[0], "sec", number if self.numbered_sections else "", title)
        listed = not {"unnumbered", "unlisted"} <= set(at[1])
        self.headings.append(Heading(level, at[0], shown, title, listed))
        return [el]

    def _raw_block(self, el: Element) -> Blocks:
        fmt, content = el["c"]
        return [el] if self._raw(fmt, content, block=True) else []


def _heading_first(blocks: Blocks) -> Blocks:
    """The chapter's heading before what the author wrote above it, as on Quarto's pages.

    Else that text would end the chapter before it in the PDF.
    """
    at = next((i for i, el in enumerate(blocks) if el["t"] == "Header" and el["c"][0] == 1), 0)
    return [blocks[at], *blocks[:at], *blocks[at + 1 :]] if at else blocks


def _linked_figure(inlines: Inlines) -> Element | None:
    """The Link of a paragraph that holds nothing but a link around an image with a figure's label."""
    if len(inlines) != 1 or inlines[0]["t"] != "Link":
        return None
    inner = inlines[0]["c"][1]
    is_figure = len(inner) == 1 and inner[0]["t"] == "Image" and FLOAT.match(inner[0]["c"][0][0])
    return inlines[0] if is_figure else None


def title_header(chapter: Chapter, markdown: str = "") -> Element:
    """The heading of a chapter (or part) whose title is metadata: `markdown`, else as it is written there."""
    title = inlines_of(markdown or chapter.title)
    slug = re.sub(r"[^\w\s.-]", "", ast.stringify(title).lower())
    ident = chapter.heading_id or re.sub(r"^[^a-zæøå]+", "", re.sub(r"\s+", "-", slug.strip())) or "section"
    return {"t": "Header", "c": [1, [ident, [] if chapter.numbered else ["unnumbered"], []], title]}
