"""Row headers, captions and names of tables in the tags of a finished PDF.

Typst 0.15 tags the cells of `table.header` as column headers, but has row headers only behind a feature that
its Python binding cannot switch on. So the first cells of the rows of tables that ask for it become `TH` with
scope `Row` afterwards (`increment`). Typst writes structure elements as plain objects, which are read here
without a PDF library; a file of another form is left untouched.

A table of a float gets its caption as its first child, where a screen reader looks for what the table is
called (Typst leaves it beside the table); one without caption gets its name as `Summary`.

In a small table («Kontor», «Oppgaver») that would have more headers than data, which checkers take for a torn
heading, the word over the row headers becomes an ordinary cell: it heads nothing that is not a header itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kvarto.typst import increment

_OBJECT = re.compile(rb"\n(\d+) 0 obj\n(<</Type/Struct(?:Elem|TreeRoot).*?)\nendobj", re.S)
_PARENT = re.compile(rb"/P (\d+) 0 R")
_TYPE = re.compile(rb"/S/(\w+)")
_REFERENCE = re.compile(rb"(\d+) 0 R")
_INNER = re.compile(rb"<<[^<>]*>>")
_HEADERS = re.compile(rb"/Headers\[[^\]]*\]")
_SECTIONS = (b"THead", b"TBody", b"TFoot")
_COLUMN = re.compile(rb"<</O/Table/Scope/Column[^<>]*>>")
_ROWSPAN = re.compile(rb"/RowSpan (\d+)")


def tag(pdf: bytes, columns: Sequence[int], names: Sequence[str] = ()) -> bytes:
    """The PDF with row headers and named tables.

    `columns` says for each table in reading order how many of a row's first cells are headers, `names` what
    it is called if it has no caption. A PDF with another number of tables, or of another form, comes back
    unchanged.
    """
    if not columns:
        return pdf
    objects = {int(m[1]): m[2] for m in _OBJECT.finditer(pdf)}
    root = next((n for n, body in objects.items() if body.startswith(b"<</Type/StructTreeRoot")), None)
    if root is None or not increment.possible(pdf):
        return pdf
    tables = [n for n in _order(objects, root) if _kind(objects[n]) == b"Table"]
    if len(tables) != len(columns):
        return pdf
    changed: dict[int, bytes] = {}
    for table, count, name in zip(tables, columns, names or [""] * len(tables), strict=True):
        if count:
            changed.update(_table(objects, table, count))
        changed.update(_captioned(objects, table) or _named(objects, table, name))
    return increment.append(pdf, changed)


def _kind(body: bytes) -> bytes:
    m = _TYPE.search(body)
    return m[1] if m else b""


def _kids(body: bytes) -> list[int]:
    """The structure elements among an element's kids (marked content is a dictionary or a bare number)."""
    at = body.rfind(b"/K[")
    if at < 0:
        return []
    inside = _INNER.sub(b"", body[at + 3 :])
    return [int(n) for n in _REFERENCE.findall(inside[: inside.find(b"]")])]


def _order(objects: dict[int, bytes], root: int) -> list[int]:
    """All elements in reading order."""
    out: list[int] = []
    # The root has its kids first and a tree of parents after them.
    top = re.search(rb"/K\[([^\]]*)\]", objects[root])
    stack = [int(n) for n in _REFERENCE.findall(top[1])][::-1] if top else []
    while stack:
        at = stack.pop()
        if at in objects:
            out.append(at)
            stack.extend(reversed(_kids(objects[at])))
    return out


def _table(objects: dict[int, bytes], table: int, count: int) -> dict[int, bytes]:
    """Changed elements of one table: only scopes name headers (Typst's lists would hide the new ones)."""
    changed: dict[int, bytes] = {}
    for section in (k for k in _kids(objects[table]) if _kind(objects[k]) == b"TBody"):
        spanned = 0
        for row in _kids(objects[section]):
            cells = _kids(objects[row])
            own = 0 if spanned else count
            spanned = max(0, spanned - 1)
            for place, cell in enumerate(cells):
                body = _HEADERS.sub(b"", objects[cell])
                if place < own and _kind(body) == b"TD":
                    span = _ROWSPAN.search(body)
                    spanned = max(spanned, int(span[1]) - 1 if span else 0)
                    body = _header(body)
                if body != objects[cell]:
                    changed[cell] = body
    corner = _corner(objects, table)
    kinds = [_kind(changed.get(cell, objects[cell])) for row in _rows(objects, table) for cell in row]
    if corner is not None and count == 1 and kinds.count(b"TH") > kinds.count(b"TD"):
        changed[corner] = _COLUMN.sub(b"", objects[corner].replace(b"/S/TH", b"/S/TD", 1))
    return changed


def _captioned(objects: dict[int, bytes], table: int) -> dict[int, bytes]:
    """The caption that stands before the table, or before the block that the table opens, moved into it."""
    inner = table
    while outer := _PARENT.search(objects[inner]):
        around = int(outer[1])
        beside = _kids(objects.get(around, b""))
        if beside[:1] == [inner] and _kind(objects[around]) == b"Div":
            inner = around
        elif len(beside) > 1 and beside[1] == inner and _kind(objects[beside[0]]) == b"Caption":
            caption = beside[0]
            return {
                around: objects[around].replace(b"/K[%d 0 R " % caption, b"/K[", 1),
                caption: _PARENT.sub(b"/P %d 0 R" % table, objects[caption], count=1),
                table: objects[table].replace(b"/K[", b"/K[%d 0 R " % caption, 1),
            }
        else:
            break
    return {}


def _named(objects: dict[int, bytes], table: int, name: str) -> dict[int, bytes]:
    if not name:
        return {}
    said = b"/A[<</O/Table/Summary<FEFF%s>>>" % name.encode("utf-16-be").hex().upper().encode("ascii")
    body = objects[table]
    return {
        table: body.replace(b"/A[", said, 1) if b"/A[" in body else body.replace(b"/K[", said + b"]/K[", 1)
    }


def _rows(objects: dict[int, bytes], table: int, kind: bytes = b"") -> list[list[int]]:
    """The cells of each row, in all sections or in those of one kind."""
    sections = [k for k in _kids(objects[table]) if _kind(objects[k]) in ((kind,) if kind else _SECTIONS)]
    return [_kids(objects[row]) for section in sections for row in _kids(objects[section])]


def _corner(objects: dict[int, bytes], table: int) -> int | None:
    """The first cell of a header of one row."""
    head = _rows(objects, table, b"THead")
    return head[0][0] if len(head) == 1 and head[0] else None


def _header(body: bytes) -> bytes:
    body = body.replace(b"/S/TD", b"/S/TH", 1)
    if b"/O/Table" in body:
        return body.replace(b"/O/Table", b"/O/Table/Scope/Row", 1)
    if b"/A[" in body:
        return body.replace(b"/A[", b"/A[<</O/Table/Scope/Row>>", 1)
    return body.replace(b"/S/TH", b"/S/TH/A[<</O/Table/Scope/Row>>]", 1)
