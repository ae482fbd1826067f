"""Row headers in the tags of a finished PDF.

Typst 0.15 tags the cells of `table.header` as column headers, but has row headers only behind a feature that
its Python binding cannot switch on. So the first cells of the rows of tables that ask for it become `TH` with
scope `Row` afterwards, by an incremental update as ISO 32000 describes: the file is kept, the changed
objects and a new table of their places are added at its end. Typst writes structure elements as plain
objects, which are read here without a PDF library; a file of another form is left untouched.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_OBJECT = re.compile(rb"(\d+) 0 obj\n(<</Type/Struct(?:Elem|TreeRoot).*?)\nendobj", re.S)
_TYPE = re.compile(rb"/S/(\w+)")
_REFERENCE = re.compile(rb"(\d+) 0 R")
_INNER = re.compile(rb"<<[^<>]*>>")
_HEADERS = re.compile(rb"/Headers\[[^\]]*\]")
_TRAILER = re.compile(rb"trailer\n<<(.*?)>>\nstartxref\n(\d+)\n%%EOF\s*$", re.S)
_ROWSPAN = re.compile(rb"/RowSpan (\d+)")


def tag(pdf: bytes, columns: Sequence[int]) -> bytes:
    """The PDF with row headers.

    `columns` says for each table in reading order how many of a row's first cells are headers. A PDF with
    another number of tables, or of another form, comes back unchanged.
    """
    if not any(columns):
        return pdf
    trailer = _TRAILER.search(pdf)
    objects = {int(m[1]): m[2] for m in _OBJECT.finditer(pdf)}
    root = next((n for n, body in objects.items() if body.startswith(b"<</Type/StructTreeRoot")), None)
    if trailer is None or root is None:
        return pdf
    tables = [n for n in _order(objects, root) if _kind(objects[n]) == b"Table"]
    if len(tables) != len(columns):
        return pdf
    changed: dict[int, bytes] = {}
    for table, count in zip(tables, columns, strict=True):
        if count:
            changed.update(_table(objects, table, count))
    return pdf + _update(len(pdf), changed, trailer[1], int(trailer[2])) if changed else pdf


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
    return changed


def _header(body: bytes) -> bytes:
    body = body.replace(b"/S/TD", b"/S/TH", 1)
    if b"/O/Table" in body:
        return body.replace(b"/O/Table", b"/O/Table/Scope/Row", 1)
    if b"/A[" in body:
        return body.replace(b"/A[", b"/A[<</O/Table/Scope/Row>>", 1)
    return body.replace(b"/S/TH", b"/S/TH/A[<</O/Table/Scope/Row>>]", 1)


def _update(start: int, changed: dict[int, bytes], trailer: bytes, previous: int) -> bytes:
    out, places = bytearray(), {}
    for number in sorted(changed):
        places[number] = start + len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, changed[number])
    table = start + len(out)
    out += b"xref\n"
    for first, run in _runs(sorted(places)):
        out += b"%d %d\n" % (first, run)
        out += b"".join(b"%010d 00000 n\r\n" % places[n] for n in range(first, first + run))
    out += b"trailer\n<<%s/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (trailer, previous, table)
    return bytes(out)


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    """Consecutive numbers as (first, how many)."""
    out: list[tuple[int, int]] = []
    for n in numbers:
        if out and n == out[-1][0] + out[-1][1]:
            out[-1] = (out[-1][0], out[-1][1] + 1)
        else:
            out.append((n, 1))
    return out
