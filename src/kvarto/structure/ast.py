"""Small helpers over pandoc's JSON AST.

Elements are dicts `{"t": name, "c": content}`, attributes `[id, classes, pairs]`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

Element = dict[str, Any]
Blocks = list[Element]
Inlines = list[Element]
Attr = list[Any]

NBSP = "\u00a0"
SPACE: Element = {"t": "Space"}


def attr(ident: str = "", classes: Iterable[str] = (), **pairs: str) -> Attr:
    """An attribute triple; `_` in a keyword stands for `-`; empty values are left out."""
    return [ident, list(classes), [[k.replace("_", "-"), v] for k, v in pairs.items() if v != ""]]


def div(at: Attr, blocks: Blocks) -> Element:
    """A Div."""
    return {"t": "Div", "c": [at, blocks]}


def span(at: Attr, inlines: Inlines) -> Element:
    """A Span."""
    return {"t": "Span", "c": [at, inlines]}


def text(value: str) -> Element:
    """A Str that may hold spaces (writers do not mind)."""
    return {"t": "Str", "c": value}


def plain(inlines: Inlines) -> Element:
    """A Plain."""
    return {"t": "Plain", "c": inlines}


def fault_mark(message: str) -> Element:
    """A fault of the book, marked in a line."""
    return span(attr("", ["kv-fault"]), words(message))


def fault_block(message: str) -> Element:
    """A fault of the book, marked between blocks."""
    return div(attr("", ["kv-fault"]), [{"t": "Para", "c": words(message)}])


def words(value: str) -> Inlines:
    """Plain text as Str and Space elements; hard spaces stay."""
    out: Inlines = []
    for i, word in enumerate(value.split(" ")):
        if i:
            out.append(SPACE)
        if word:
            out.append(text(word))
    return out


def get(at: Attr, key: str, default: str = "") -> str:
    """The value of an attribute."""
    return next((v for k, v in at[2] if k == key), default)


def has(at: Attr, key: str) -> bool:
    """Whether an attribute is present (perhaps empty)."""
    return any(k == key for k, _ in at[2])


def put(at: Attr, key: str, value: str) -> None:
    """Set or replace an attribute."""
    for pair in at[2]:
        if pair[0] == key:
            pair[1] = value
            return
    at[2].append([key, value])


def without(at: Attr, *keys: str, classes: Iterable[str] = ()) -> Attr:
    """A copy less some attributes and classes."""
    drop = set(classes)
    return [at[0], [c for c in at[1] if c not in drop], [p for p in at[2] if p[0] not in keys]]


ATTR_AT: dict[str, int] = {
    "Div": 0,
    "Span": 0,
    "Code": 0,
    "CodeBlock": 0,
    "Link": 0,
    "Image": 0,
    "Table": 0,
    "Figure": 0,
    "Header": 1,
}


def attr_of(el: Element) -> Attr | None:
    """The attribute triple of an element that has one."""
    i = ATTR_AT.get(el["t"])
    return None if i is None else el["c"][i]


def children(el: Element) -> Iterator[list[Element]]:
    """The lists of elements directly inside an element, in reading order."""
    t = el["t"]
    c = el.get("c")
    if t in (
        "Para",
        "Plain",
        "Emph",
        "Strong",
        "Underline",
        "Strikeout",
        "Superscript",
        "Subscript",
        "SmallCaps",
        "BlockQuote",
        "Note",
    ):
        yield c  # type: ignore[misc]
    elif t in ("Div", "Span", "Link", "Image", "Quoted"):
        yield c[1]  # type: ignore[index]
    elif t == "Header":
        yield c[2]  # type: ignore[index]
    elif t == "Cite":
        yield c[1]  # type: ignore[index]
    elif t in ("BulletList", "LineBlock"):
        yield from c  # type: ignore[misc]
    elif t == "OrderedList":
        yield from c[1]  # type: ignore[index]
    elif t == "DefinitionList":
        for term, definitions in c:  # type: ignore[union-attr]
            yield term
            yield from definitions
    elif t == "Figure":
        yield c[2]  # type: ignore[index]
        yield c[1][1]  # type: ignore[index]
    elif t == "Table":
        yield c[1][1]  # type: ignore[index]
        for row in table_rows(el):
            for cell in row[1]:
                yield cell[4]


def table_rows(table: Element) -> Iterator[list[Any]]:
    """All rows of a Table: head, bodies (their own heads first), foot."""
    _, _, _, head, bodies, foot = table["c"]
    yield from head[1]
    for body in bodies:
        yield from body[2]
        yield from body[3]
    yield from foot[1]


_LEAVES = frozenset(
    ("Str", "Space", "SoftBreak", "LineBreak", "Code", "CodeBlock", "Math", "RawInline", "RawBlock")
)


def walk(elements: Iterable[Element]) -> Iterator[Element]:
    """Every element, parents first."""
    todo = [iter(elements)]
    while todo:
        for el in todo[-1]:
            yield el
            if el["t"] not in _LEAVES:
                todo.append(chain.from_iterable(children(el)))
                break
        else:
            todo.pop()


def ids(blocks: Iterable[Element]) -> Iterator[str]:
    """Every id of an element, in reading order."""
    return (at[0] for at in map(attr_of, walk(blocks)) if at is not None and at[0])


def stringify(inlines: Iterable[Element], *, notes: bool = False) -> str:
    """The plain text of inlines or blocks; notes are left out unless asked for."""
    out: list[str] = []
    _text(inlines, out, notes)
    return "".join(out)


def _text(elements: Iterable[Element], out: list[str], notes: bool) -> None:
    for el in elements:
        t = el["t"]
        if t == "Str":
            out.append(el["c"])
        elif t in ("Space", "SoftBreak", "LineBreak"):
            out.append(" ")
        elif t in ("Code", "Math", "CodeBlock"):
            out.append(el["c"][1])
        elif t == "Note":
            if notes:
                _text(el["c"], out, notes)
        elif t == "Quoted":
            marks = "“”" if el["c"][0]["t"] == "DoubleQuote" else "‘’"
            out.append(marks[0])
            _text(el["c"][1], out, notes)
            out.append(marks[1])
        else:
            if out and t in ("Para", "Plain", "Header", "Div", "Table", "Figure") and out[-1] != " ":
                out.append(" ")
            for inner in children(el):
                _text(inner, out, notes)


def source_like(inlines: Iterable[Element]) -> str:
    """Inlines as they may have been typed, with straight quotes.

    To read attributes that pandoc took for text.
    """
    out: list[str] = []
    for el in inlines:
        t = el["t"]
        if t == "Str":
            out.append(el["c"])
        elif t in ("Space", "SoftBreak", "LineBreak"):
            out.append(" ")
        elif t == "Quoted":
            mark = '"' if el["c"][0]["t"] == "DoubleQuote" else "'"
            out.append(mark + source_like(el["c"][1]) + mark)
        elif t == "Math":
            out.append(f"${el['c'][1]}$")
        elif t == "Code":
            out.append(el["c"][1])
        else:
            out.extend(source_like(inner) for inner in children(el))
    return "".join(out)
