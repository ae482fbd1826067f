"""Reading the structure tree of a tagged PDF, and what is painted on its pages."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2 as pdfium
import pypdfium2.raw as raw

PAINTS = {"Tj", "TJ", "'", '"', "f", "F", "f*", "S", "s", "B", "B*", "b", "b*", "sh", "Do", "INLINE IMAGE"}


def elements(pdf: pikepdf.Pdf) -> Iterator[tuple[str, Any, tuple[str, ...]]]:
    """Every structure element in reading order: its type, itself, the types above it."""

    def walk(node: Any, above: tuple[str, ...]) -> Iterator[tuple[str, Any, tuple[str, ...]]]:
        if isinstance(node, pikepdf.Array):
            for kid in node:
                yield from walk(kid, above)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            kind = str(node["/S"])[1:]
            yield kind, node, above
            if "/K" in node:
                yield from walk(node["/K"], (*above, kind))

    yield from walk(pdf.Root["/StructTreeRoot"]["/K"], ())


def attribute(element: Any, key: str) -> Any:
    """An attribute of a structure element (`/Scope`), from its one or several attribute objects."""
    given = element.get("/A")
    for each in given if isinstance(given, pikepdf.Array) else [given]:
        if isinstance(each, pikepdf.Dictionary) and key in each:
            return each[key]
    return None


def kids(element: Any) -> list[Any]:
    """An element's kids that are structure elements."""
    given = element.get("/K", pikepdf.Array())
    found = given if isinstance(given, pikepdf.Array) else [given]
    return [k for k in found if isinstance(k, pikepdf.Dictionary) and "/S" in k]


def untagged(page: pikepdf.Page) -> list[str]:
    """Painting operators on a page outside any marked content (neither tagged nor artifact)."""
    depth, loose = 0, []
    for instruction in pikepdf.parse_content_stream(page):
        op = str(instruction.operator)
        if op in ("BDC", "BMC"):
            depth += 1
        elif op == "EMC":
            depth -= 1
        elif op in PAINTS and depth == 0:
            loose.append(op)
    return loose


def languages(pdf: pikepdf.Pdf) -> set[str]:
    """The languages named on structure elements and on marked content."""
    found = {str(element["/Lang"]) for _, element, _ in elements(pdf) if "/Lang" in element}
    for page in pdf.pages:
        for instruction in pikepdf.parse_content_stream(page, "BDC"):
            about = instruction.operands[1]
            if isinstance(about, pikepdf.Dictionary) and "/Lang" in about:
                found.add(str(about["/Lang"]))
    return found


def bookmarks(pdf: pikepdf.Pdf) -> list[tuple[int, str]]:
    """The outline as (level, title), in order."""

    def walk(items: Any, level: int) -> Iterator[tuple[int, str]]:
        for item in items:
            yield level, str(item.title)
            yield from walk(item.children, level + 1)

    with pdf.open_outline() as outline:
        return list(walk(outline.root, 1))


def read_aloud(path: str | Path) -> list[tuple[str, str]]:
    """What a screen reader hears of a tagged PDF: (type of the innermost element, its words), in order."""
    words = _marked_words(path)
    with pikepdf.open(path) as pdf:
        pages = {page.objgen: number for number, page in enumerate(pdf.pages)}

        def walk(node: Any, kind: str, page: int | None) -> Iterator[tuple[str, str]]:
            if isinstance(node, pikepdf.Array):
                for kid in node:
                    yield from walk(kid, kind, page)
            elif isinstance(node, pikepdf.Dictionary):
                at = pages[node["/Pg"].objgen] if "/Pg" in node else page
                if "/S" in node:
                    yield from walk(node.get("/K", pikepdf.Array()), str(node["/S"])[1:], at)
                elif "/MCID" in node:
                    yield kind, words.get((at, int(node["/MCID"])), "")
            elif page is not None:
                yield kind, words.get((page, int(node)), "")

        return list(walk(pdf.Root["/StructTreeRoot"]["/K"], "", None))


def _marked_words(path: str | Path) -> dict[tuple[int | None, int], str]:
    """The words of each piece of marked content, by page and number."""
    found: dict[tuple[int | None, int], str] = {}
    for number, page in enumerate(pdfium.PdfDocument(path)):
        text = page.get_textpage()
        for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=4):
            mark = raw.FPDFPageObj_GetMarkedContentID(item.raw)
            size = raw.FPDFTextObj_GetText(item.raw, text.raw, None, 0)
            buffer = (ctypes.c_ushort * (size // 2))()
            raw.FPDFTextObj_GetText(item.raw, text.raw, buffer, size)
            words = bytes(buffer)[: size - 2].decode("utf-16-le")
            found[(number, mark)] = found.get((number, mark), "") + words
    return found
