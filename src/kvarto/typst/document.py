"""One Typst document of the whole book: the extension's template around all chapters.

Order, as under Quarto: numbering.typ, the definitions, typst-template.typ, header-includes, page.typ,
typst-show.typ, body. Without an extension (plain `typst`) kvarto's own small partials in `plain/` are used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from kvarto import pandoc, rounds, template
from kvarto.faults import Fault, Faults
from kvarto.project import Book, Chapter, Extension
from kvarto.structure import ast
from kvarto.typst import escape, math
from kvarto.typst.body import Body, Context, Node

PARTIALS = ("numbering.typ", "typst-template.typ", "page.typ", "typst-show.typ")
_DEFINED = re.compile(r"^#let\s+([A-Za-z][\w-]*)", re.M)
_MARKDOWN = re.compile(r"[*_`\[\]<>$\\^~@{}]|--|\.\.\.|['\"]")
_NOT_VALUES = {
    "project",
    "book",
    "format",
    "language",
    "execute",
    "bibliography",
    "csl",
    "metadata-files",
    "crossref",
}

Resolve = Callable[[Chapter, str], Path | None]


@dataclass(frozen=True)
class Span:
    """Lines of the document that a chapter filled: `first` to `last`, 1-based."""

    first: int
    last: int
    chapter: Chapter


@dataclass(frozen=True)
class Document:
    """The source and which lines of it came from where.

    row_headers: for each table in order, how many of the first cells of its rows are headers.
    table_names: for each, what it is called where it has no caption, or "".
    images: the files of its pictures in order.
    """

    text: str
    spans: tuple[Span, ...]
    row_headers: tuple[int, ...] = ()
    table_names: tuple[str, ...] = ()
    images: tuple[Path, ...] = ()

    def chapter_at(self, line: int) -> Chapter | None:
        """The chapter that a line of the document came from."""
        return next((s.chapter for s in self.spans if s.first <= line <= s.last), None)


@dataclass
class Written:
    """A chapter as Typst, kept by a preview. ids: all in its blocks; used: those it was first to write."""

    text: str
    row_headers: list[int]
    table_names: list[str]
    images: list[Path]
    ids: frozenset[str]
    used: set[str]
    faults: list[Fault]


def build(
    book: Book,
    structured: Mapping[str, list[Node]],
    faults: Faults,
    resolve: Resolve,
    draft: bool = False,
    comments: bool = False,
    kept: dict[str, Written] | None = None,
    only: Collection[str] = (),
) -> Document:
    """The document of a book. `structured` holds the blocks of each chapter by its id.

    comments: a comment edition, with stamp, numbered lines and what `kvarto.rounds` has marked. kept: what
    earlier calls wrote, for the chapters that are not in `only`; it is brought up to date.
    """
    kept = {} if kept is None else kept
    stay = {c.id: kept[c.id] for c in book.chapters if only and c.id not in only and c.id in kept}
    fmt = book.formats.get("typst")
    extension = fmt.extension if fmt else None
    partials = _partials(book, extension, faults)
    values = variables(book)
    chapters = [(c, structured.get(c.id, [])) for c in book.chapters]
    formulas = math.convert(math.formulas([blocks for _, blocks in chapters]))
    ids = {c.id: stay[c.id].ids if c.id in stay else frozenset(ast.ids(blocks)) for c, blocks in chapters}
    functions = frozenset(_DEFINED.findall(partials["typst-template.typ"] + "\n" + partials["numbering.typ"]))
    context = Context(
        root=book.root,
        lang=book.lang,
        faults=faults,
        formulas=formulas,
        functions=functions,
        prefix=extension.name if extension else "kv",
        labels=frozenset().union(*ids.values()),
        word=book.word,
    )

    def filled(name: str) -> str:
        try:
            return template.render(partials[name], values)
        except template.TemplateError as exc:
            faults.add(
                _shown(book, extension, name), exc.line, f"Malen kan ikke leses: {exc}.", kind="template"
            )
            return ""

    kinds = ("note", "tip", "warning", "important", "caution")
    words = sorted({book.word(f"callout-{k}-title") for k in kinds})
    counted = [f"quarto-float-{k}" for k in ("fig", "tbl", "lst")] + [f"quarto-callout-{w}" for w in words]
    head = [
        filled("numbering.typ"),
        f"#let kv-counted = ({', '.join(map(escape.string, counted))})",
        _own("definitions.typ"),
        filled("typst-template.typ"),
        filled("page.typ"),
        _draft(book, faults, draft, comments) if draft or comments else "",
        _own("comments.typ") if comments else "",
        "#set page(margin: (right: 60mm))" if comments and extension is None else "",
        filled("typst-show.typ"),
        _own("opening.typ"),
        _own("lines.typ") if comments else "",
    ]
    out = "\n".join(head)
    line = out.count("\n") + 1
    parts, spans = [out], []
    row_headers, table_names, images = list[int](), list[str](), list[Path]()
    for chapter, blocks in chapters:
        if (written := stay.get(chapter.id)) is None:
            written = _written(chapter, blocks, context, resolve, ids[chapter.id])
        else:
            context.used |= written.used
            faults.extend(written.faults)
        kept[chapter.id] = written
        row_headers += written.row_headers
        table_names += written.table_names
        images += written.images
        text = "\n" + written.text
        spans.append(Span(line + 1, line + 1 + text.count("\n"), chapter))
        line += text.count("\n") + 1
        parts.append(text)
    text = "\n".join(parts) + "\n"
    return Document(text, tuple(spans), tuple(row_headers), tuple(table_names), tuple(images))


def _own(name: str) -> str:
    return resources.files("kvarto.typst").joinpath(name).read_text(encoding="utf-8")


def _written(
    chapter: Chapter, blocks: list[Node], context: Context, resolve: Resolve, ids: frozenset[str]
) -> Written:
    context.row_headers, context.table_names, context.images = [], [], []
    told, used = frozenset(context.faults), frozenset(context.used)
    text = _chapter(chapter, blocks, context, resolve)
    new = [f for f in context.faults if f not in told]
    made = context.row_headers, context.table_names, context.images
    return Written(text, *made, ids, set(context.used - used), new)


def _chapter(chapter: Chapter, blocks: list[Node], context: Context, resolve: Resolve) -> str:
    call = {"part": "part", "appendix-divider": "appendices"}.get(chapter.kind)
    opening = f"{context.prefix}-{call}" if call and f"{context.prefix}-{call}" in context.functions else None
    if not blocks:
        blocks = [
            {"t": "Header", "c": [1, ["", ["unnumbered"], []], [{"t": "Str", "c": chapter.title_text}]]}
        ]
    body = Body(context, chapter.path, lambda src: resolve(chapter, src), opening)
    return body.blocks(blocks)


def _draft(book: Book, faults: Faults, draft: bool, comments: bool) -> str:
    """A stamp on every page of a draft or a comment edition, in words."""
    count = len(faults.errors) if draft else 0
    norwegian = book.lang[:2] in ("nb", "nn", "no")
    stamp = "Utkast – ikke til publisering" if norwegian else "Draft – not for publication"
    if comments:
        stamp = rounds.stamp(book)
    if count:
        stamp += f" – {count} feil" if norwegian else f" – {count} faults"
    # In the background: Typst 0.15 tags a foreground wrongly where a list runs over two pages. The cover has
    # it in front: a background of its own may hide it.
    place = (
        "place(top + center, dy: 6mm, box(fill: white, inset: 1mm, "
        f'text(size: 9pt, weight: "bold", fill: rgb("#9a1b1b"), {escape.string(stamp)})))'
    )
    front = f", foreground: context if here().page() == 1 {{ {place} }}" if comments else ""
    return f"#set page(background: {place}{front})"


# --- template -----------------------------------------------------------------------------------------------


def _shown(book: Book, extension: Extension | None, name: str) -> str:
    return (extension.folder / name).relative_to(book.root).as_posix() if extension else name


def _partials(book: Book, extension: Extension | None, faults: Faults) -> dict[str, str]:
    """The text of each partial: the extension's, or kvarto's plain one for those it does not replace."""
    plain = resources.files("kvarto.typst").joinpath("plain")
    found = {name: plain.joinpath(name).read_text(encoding="utf-8") for name in PARTIALS}
    listed = extension.contributes.get("template-partials", []) if extension else []
    for name in listed if isinstance(listed, list) else [listed]:
        file = extension.folder / str(name) if extension else Path(str(name))
        if file.name not in PARTIALS:
            faults.add(
                _shown(book, extension, "_extension.yml"),
                None,
                f"Malen {name} er ikke støttet.",
                f"kvarto bruker {', '.join(PARTIALS)}.",
                kind="template",
            )
        elif not file.is_file():
            faults.add(
                _shown(book, extension, "_extension.yml"),
                None,
                f"Malen {name} finnes ikke.",
                fix="Rett listen template-partials.",
                kind="missing-file",
            )
        else:
            found[file.name] = file.read_text(encoding="utf-8")
    return found


def variables(book: Book) -> dict[str, Any]:
    """What a template may name, with Quarto's names."""
    fmt = book.formats.get("typst")
    options = fmt.options if fmt else {}
    lang, _, region = book.lang.partition("-")
    own = {k: v for k, v in {**book.meta, **options}.items() if k not in _NOT_VALUES}
    return {
        **{k: _value(v) for k, v in own.items()},
        "title": markup(book.title),
        "subtitle": markup(book.subtitle),
        "by-author": [author.described(markup) for author in book.authors],
        "date": markup(book.date),
        "lang": lang,
        "region": region,
        "toc-title": markup(book.word("toc-title-document")),
        "toc-depth": str(options.get("toc-depth", 3)),
        "papersize": str(options.get("papersize", "")),
        "lof": bool(options.get("lof")),
        "lot": bool(options.get("lot")),
        "quarto": {"language": {k: markup(v) for k, v in book.words.items()}},
    }


def _value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(k): _value(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_value(v) for v in value]
    return value if isinstance(value, bool) else "" if value is None else markup(str(value))


def markup(value: str) -> str:
    """A piece of metadata (Markdown) as Typst markup."""
    if not value or not _MARKDOWN.search(value):
        return escape.text(value) if value else ""
    blocks, _ = pandoc.read(value)
    context = Context(root=Path(), lang="nb", faults=Faults(), formulas={})
    body = Body(context, None, lambda _: None)
    return body.blocks(blocks).strip()
