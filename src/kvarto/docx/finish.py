"""What pandoc's DOCX lacks: sections, tables for screen readers, pictures' names, properties, equal bytes."""

from __future__ import annotations

import re
from copy import deepcopy
from xml.sax.saxutils import escape

from lxml import etree

from kvarto import publication, rounds
from kvarto.docx import package
from kvarto.docx.body import Table
from kvarto.docx.package import PIC, WP, A, R, W, q
from kvarto.project import Book

DOCUMENT = "word/document.xml"
NOTES = "word/footnotes.xml"
_RELATIONS = "word/_rels/document.xml.rels"
_DECORATIVE = "http://schemas.microsoft.com/office/drawing/2017/decorative"
_DECORATIVE_URI = "{C183D7F6-B498-43B3-948B-1728B52AA6E4}"
_LYING = {"top": 1361, "bottom": 1134}  # twips: a page that lies is low, and what lies on it is long
WIDE = 8
"""Columns beyond which a table on a page that stands is set close."""
KEPT_ROWS = 18
"""A table with no more rows than this stays on one page with its caption and note."""


def finish(content: bytes, book: Book, tables: list[Table], comments: bool = False) -> bytes:
    """The finished package. `tables` are those of the text in order; `comments`: a comment edition."""
    parts = package.load(content)
    root = etree.fromstring(parts[DOCUMENT])
    body = root.find(q("body"))
    if comments:
        _number_lines(body)
        _frames(body, parts)
        _stamp(parts, body, rounds.stamp(book))
    _sections(body)
    _tables(body, tables)
    _pictures(body)
    _boxes(body)
    notes = etree.fromstring(parts[NOTES]) if NOTES in parts else None
    _bookmarks([root] if notes is None else [root, notes])
    parts[DOCUMENT] = _xml(root)
    if notes is not None:
        parts[NOTES] = _xml(notes)
    _running_head(parts, book)
    _properties(parts, book)
    return package.save(parts)


def _xml(root: etree._Element) -> bytes:
    etree.cleanup_namespaces(root, keep_ns_prefixes=["w", "r", "wp", "a", "pic", "m"])
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _bookmarks(roots: list[etree._Element]) -> None:
    """Numbers of their own for bookmarks: each end belongs to the nearest start that is still open."""
    nth = 0
    for root in roots:
        stack: list[str] = []
        for el in root.iter(q("bookmarkStart"), q("bookmarkEnd")):
            if el.tag == q("bookmarkStart"):
                nth += 1
                stack.append(str(nth))
                el.set(q("id"), str(nth))
            else:
                el.set(q("id"), stack.pop())


# --- sections -----------------------------------------------------------------------------------------------


def _sections(body: etree._Element) -> None:
    """Sections with the last one's settings, on their side or upright; only the first has a first page."""
    last = body.find(q("sectPr"))
    if last is None:
        last = etree.SubElement(body, q("sectPr"))
    for mark in list(body.iterfind(f"{W}p/{W}pPr/{W}sectPr")):
        made = deepcopy(last)
        if mark.get(q("rsidR")) == "landscape":
            _turn(made)
            _widen(mark.getparent().getparent())
        paragraph = mark.getparent().getparent()
        before = paragraph.getprevious()
        if before is not None and before.tag == q("p") and before.find(f"{W}pPr/{W}sectPr") is None:
            _properties_of(before).append(made)
            body.remove(paragraph)
        else:  # after a table there must be a paragraph to end the section: one that takes no room
            mark.getparent().replace(mark, made)
            _small(paragraph)
    everything = [*body.iterfind(f"{W}p/{W}pPr/{W}sectPr"), last]
    for section in everything[1:]:
        for own in section.findall(q("titlePg")):
            section.remove(own)


def _turn(section: etree._Element) -> None:
    size = section.find(q("pgSz"))
    if size is None:
        return
    width, height = size.get(q("w")), size.get(q("h"))
    size.set(q("w"), height)
    size.set(q("h"), width)
    size.set(q("orient"), "landscape")
    margins = section.find(q("pgMar"))
    for side, most in _LYING.items():
        if margins is not None and int(margins.get(q(side), "0")) > most:
            margins.set(q(side), str(most))


def _widen(end: etree._Element) -> None:
    """Let notes on a page that lies use more of its width: back to where the section begins."""
    paragraph = end.getprevious()
    while paragraph is not None and paragraph.find(f"{W}pPr/{W}sectPr") is None:
        if paragraph.tag == q("p") and _style_of(paragraph).endswith("-note"):
            indent = etree.Element(q("ind"))
            indent.set(q("right"), "0")
            _in_order(_properties_of(paragraph), indent)
        paragraph = paragraph.getprevious()


def _small(paragraph: etree._Element) -> None:
    properties = _properties_of(paragraph)
    section = properties.find(q("sectPr"))
    spacing = etree.Element(q("spacing"))
    for key, value in (("before", "0"), ("after", "0"), ("line", "20"), ("lineRule", "exact")):
        spacing.set(q(key), value)
    section.addprevious(spacing)
    run = etree.Element(q("rPr"))
    etree.SubElement(run, q("sz")).set(q("val"), "2")
    section.addprevious(run)


def _properties_of(paragraph: etree._Element) -> etree._Element:
    found = paragraph.find(q("pPr"))
    if found is None:
        found = etree.Element(q("pPr"))
        paragraph.insert(0, found)
    return found


# --- comment editions ---------------------------------------------------------------------------------------

_AFTER_LINES = ("pgNumType", "cols", "formProt", "vAlign", "noEndnote", "titlePg", "textDirection", "bidi")
_KINDS = ("default", "first")


def _number_lines(body: etree._Element) -> None:
    """Line numbers on each page; sections are copies of the last one's settings."""
    last = body.find(q("sectPr"))
    if last is None:
        last = etree.SubElement(body, q("sectPr"))
    numbers = etree.Element(q("lnNumType"))
    for key, value in (("countBy", "1"), ("restart", "newPage")):
        numbers.set(q(key), value)
    later = {q(name) for name in _AFTER_LINES}
    at = next((child for child in last if child.tag in later), None)
    if at is None:
        last.append(numbers)
    else:
        at.addprevious(numbers)


def _frames(body: etree._Element, parts: dict[str, bytes]) -> None:
    """Frames on the paragraphs themselves: a style's frame is not known to every program."""
    styles = etree.fromstring(parts["word/styles.xml"])
    frames = {s.get(q("styleId")): s.find(f"{W}pPr/{W}framePr") for s in styles.iter(q("style"))}
    for paragraph in body.iter(q("p")):
        frame = frames.get(_style_of(paragraph))
        if frame is not None:
            paragraph.find(f"{W}pPr/{W}pStyle").addnext(deepcopy(frame))


def _stamp(parts: dict[str, bytes], body: etree._Element, words: str) -> None:
    """The stamp at the head of every page: in the reference document's own heads, or in new ones."""
    section = body.find(q("sectPr"))
    relations = etree.fromstring(parts[_RELATIONS])
    targets = {r.get("Id"): r.get("Target") for r in relations}
    there = {h.get(q("type")): targets[h.get(f"{R}id")] for h in section.findall(q("headerReference"))}
    wanted = _KINDS if section.find(q("titlePg")) is not None else _KINDS[:1]
    for kind in wanted:
        if kind not in there:
            there[kind] = _new_header(parts, relations, section, kind)
    for name in there.values():
        root = etree.fromstring(parts[f"word/{name}"])
        paragraph = etree.Element(q("p"))
        style = etree.SubElement(etree.SubElement(paragraph, q("pPr")), q("pStyle"))
        style.set(q("val"), "DraftStamp")
        text = etree.SubElement(etree.SubElement(paragraph, q("r")), q("t"))
        text.text = words
        root.insert(0, paragraph)
        parts[f"word/{name}"] = _xml(root)
    parts[_RELATIONS] = _xml(relations)


def _new_header(
    parts: dict[str, bytes], relations: etree._Element, section: etree._Element, kind: str
) -> str:
    """An empty head of a kind; returns the name of its part."""
    name, ident = f"kvarto-{kind}.xml", f"rIdKvarto{kind.capitalize()}"
    parts[f"word/{name}"] = _xml(etree.Element(q("hdr"), nsmap={"w": W[1:-1]}))
    types = etree.fromstring(parts["[Content_Types].xml"])
    etree.SubElement(
        types,
        f"{{{types.nsmap[None]}}}Override",
        PartName=f"/word/{name}",
        ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml",
    )
    parts["[Content_Types].xml"] = _xml(types)
    etree.SubElement(
        relations, f"{{{relations.nsmap[None]}}}Relationship", Id=ident, Type=f"{R[1:-1]}/header", Target=name
    )
    reference = etree.Element(q("headerReference"))
    reference.set(q("type"), kind)
    reference.set(f"{R}id", ident)
    section.insert(0, reference)
    return name


# --- tables -------------------------------------------------------------------------------------------------


def _tables(body: etree._Element, tables: list[Table]) -> None:
    found = list(body.iter(q("tbl")))
    lying = _on_pages_that_lie(body)
    if len(found) != len(tables):  # never seen; a table taken for another would be worse than none
        return
    for el, told in zip(found, tables, strict=True):
        if told.layout:
            _layout(el)
        else:
            _data(el, told, el not in lying)


def _on_pages_that_lie(body: etree._Element) -> set[etree._Element]:
    """The tables of landscape sections."""
    out: set[etree._Element] = set()
    since: list[etree._Element] = []
    for child in body:
        if child.tag == q("tbl"):
            since.append(child)
        size = child.find(f"{W}pPr/{W}sectPr/{W}pgSz")
        if size is not None:
            out.update(since if size.get(q("orient")) == "landscape" else ())
            since = []
    return out


def _style(properties: etree._Element, name: str) -> None:
    style = properties.find(q("tblStyle"))
    if style is None:
        style = etree.Element(q("tblStyle"))
        properties.insert(0, style)
    style.set(q("val"), name)


def _layout(el: etree._Element) -> None:
    _style(el.find(q("tblPr")), "Layout")


def _look(properties: etree._Element, header: bool, first: bool) -> None:
    look = properties.find(q("tblLook"))
    if look is None:
        look = etree.SubElement(properties, q("tblLook"))
    look.attrib.clear()
    value = 0x0400 | 0x0200 | (0x20 if header else 0) | (0x80 if first else 0)
    look.set(q("val"), f"{value:04X}")
    for key, on in (
        ("firstRow", header),
        ("lastRow", False),
        ("firstColumn", first),
        ("lastColumn", False),
        ("noHBand", True),
        ("noVBand", True),
    ):
        look.set(q(key), "1" if on else "0")


def _data(el: etree._Element, told: Table, upright: bool) -> None:
    """Header rows repeated, row headers told, rows whole, cells in the styles of tables.

    A table of many columns on a page that stands is set smaller, with less room between them.
    """
    properties = el.find(q("tblPr"))
    _style(properties, "Table")
    rows = el.findall(q("tr"))
    headers = [r for r in rows if r.find(f"{W}trPr/{W}tblHeader") is not None]
    _look(properties, bool(headers), told.row_headers > 0)
    narrow = "Narrow" if upright and len(el.findall(f"{W}tblGrid/{W}gridCol")) > WIDE else ""
    if narrow:
        margins = etree.Element(q("tblCellMar"))
        for side in ("left", "right"):
            margin = etree.SubElement(margins, q(side))
            margin.set(q("w"), "25")
            margin.set(q("type"), "dxa")
        properties.find(q("tblLook")).addprevious(margins)
    for name in ("tblCaption", "tblDescription"):
        for old in properties.findall(q(name)):
            properties.remove(old)
    if told.caption:
        etree.SubElement(properties, q("tblCaption")).set(q("val"), " ".join(told.caption.split()))
    after = el.getnext()
    note = after is not None and _style_of(after).endswith("-note")
    for nth, row in enumerate(rows):
        own = row.find(q("trPr"))
        if own is None:
            own = etree.Element(q("trPr"))
            row.insert(0, own)
        if own.find(q("cantSplit")) is None:
            own.insert(0, etree.Element(q("cantSplit")))
        header = row in headers
        keep = header or (len(rows) <= KEPT_ROWS and (nth < len(rows) - 1 or note))
        for paragraph in row.iter(q("p")):
            if next(paragraph.iterancestors(q("tbl"))) is not el:
                continue
            _cell_paragraph(paragraph, ("TableHeading" if header else "TableText") + narrow, keep)


def _style_of(paragraph: etree._Element) -> str:
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    return "" if style is None else style.get(q("val"), "")


def _cell_paragraph(paragraph: etree._Element, style: str, keep: bool) -> None:
    properties = _properties_of(paragraph)
    own = properties.find(q("pStyle"))
    if own is None:
        own = etree.Element(q("pStyle"))
        properties.insert(0, own)
    own.set(q("val"), style)
    if keep and properties.find(q("keepNext")) is None:
        own.addnext(etree.Element(q("keepNext")))


# --- boxes --------------------------------------------------------------------------------------------------


def _boxes(body: etree._Element) -> None:
    """Room after the last paragraph of each box; between its own paragraphs there is none."""
    for paragraph in body.iter(q("p")):
        style, after = _style_of(paragraph), paragraph.getnext()
        following = _style_of(after) if after is not None and after.tag == q("p") else ""
        box = style.removesuffix("Title")
        if box in ("Callout", "CalloutStrong") and (following != box):
            spacing = etree.Element(q("spacing"))
            spacing.set(q("after"), "220")
            _in_order(_properties_of(paragraph), spacing)


def _in_order(properties: etree._Element, new: etree._Element) -> None:
    """Put a spacing or an indent where the schema wants it: before alignment, run properties and section."""
    for old in properties.findall(new.tag):
        properties.remove(old)
    later = [q(n) for n in ("ind", "contextualSpacing", "jc", "outlineLvl", "rPr", "sectPr")]
    if new.tag == q("ind"):
        later = later[1:]
    at = next((child for child in properties if child.tag in later), None)
    if at is None:
        properties.append(new)
    else:
        at.addprevious(new)


# --- pictures -----------------------------------------------------------------------------------------------


def _pictures(body: etree._Element) -> None:
    """A number and a name for each picture, its alternative text in the one place where programs look."""
    for nth, frame in enumerate(body.iter(f"{WP}inline", f"{WP}anchor"), 1):
        shown = frame.find(f"{WP}docPr")
        shown.set("id", str(nth))
        shown.set("name", f"Bilde {nth}")
        alt = shown.get("descr", "").strip()
        if "title" in shown.attrib:
            del shown.attrib["title"]
        shown.set("descr", alt)
        inner = frame.find(f".//{PIC}cNvPr")
        if inner is not None:
            inner.set("descr", alt)
            inner.set("name", f"Bilde {nth}")
        if not alt:
            _decorative(shown)


def _decorative(shown: etree._Element) -> None:
    """An ornament: Word's own mark for what a screen reader passes by."""
    extensions = etree.SubElement(shown, f"{A}extLst")
    one = etree.SubElement(extensions, f"{A}ext", uri=_DECORATIVE_URI)
    mark = etree.SubElement(one, f"{{{_DECORATIVE}}}decorative", nsmap={"adec": _DECORATIVE})
    mark.set("val", "1")


# --- the running head ---------------------------------------------------------------------------------------


def _running_head(parts: dict[str, bytes], book: Book) -> None:
    """The book's title as the result of a STYLEREF field: for a program that does not know the field."""
    for name in [n for n in parts if re.fullmatch(r"word/header\d+\.xml", n)]:
        root = etree.fromstring(parts[name])
        for code in root.iter(q("instrText")):
            shown = code.getparent().getnext()
            shown = shown.getnext() if shown is not None else None
            text = shown.find(q("t")) if shown is not None else None
            if "STYLEREF" in (code.text or "") and text is not None and not text.text:
                text.text = book.title
        parts[name] = _xml(root)


# --- properties ---------------------------------------------------------------------------------------------

_CORE = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" \
xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" \
xmlns:dcmitype="http://purl.org/dc/dcmitype/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{rows}\
</cp:coreProperties>"""
_APP = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">\
<Application>kvarto</Application></Properties>"""
_CUSTOM = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" \
xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"></Properties>"""


def _properties(parts: dict[str, bytes], book: Book) -> None:
    """Title, subject, author, language and date: the book's, and no other date."""
    facts = publication.of(book)
    author = ", ".join(a.name for a in book.authors) or (facts.publisher if facts else None) or ""
    rows = [
        ("dc:title", book.title),
        ("dc:subject", book.subtitle),
        ("dc:creator", author),
        ("cp:keywords", ", ".join(facts.keywords) if facts else ""),
        ("dc:description", facts.description if facts else str(book.meta.get("description") or "")),
        ("dc:language", book.lang),
        ("cp:lastModifiedBy", author),
        ("cp:version", facts.edition if facts else ""),
    ]
    text = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in rows if value)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", book.date):
        for name in ("created", "modified"):
            text += f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{book.date}T00:00:00Z</dcterms:{name}>'
    parts["docProps/core.xml"] = _CORE.format(rows=text).encode()
    parts["docProps/app.xml"] = _APP.encode()
    if "docProps/custom.xml" in parts:
        parts["docProps/custom.xml"] = _CUSTOM.encode()
