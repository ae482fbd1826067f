"""What a publication says of itself, in the metadata of a finished PDF (XMP).

Typst writes title, author, description, keywords, language and date. Who publishes, what one may do with the
text, the book's identifier and the work it retells are added here, in the Dublin Core and rights schemas that
PDF/A-2 knows without a description of its own (`increment`).
"""

from __future__ import annotations

import re
from html import escape

from kvarto.publication import Publication
from kvarto.typst import increment

_PACKET = re.compile(
    rb"\n(\d+) 0 obj\n<</Length \d+(/Type/Metadata/Subtype/XML)>>\nstream\n(.*?)\nendstream\nendobj", re.S
)
_END = b"</rdf:RDF>"
_SPACES = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/"'


def tell(pdf: bytes, publication: Publication | None, date: str) -> bytes:
    """The PDF with these facts; unchanged without a publication, or when the file is of another form.

    date: the book's, as ISO text.
    """
    found = _PACKET.search(pdf)
    if publication is None or found is None or _END not in found[3] or not increment.possible(pdf):
        return pdf
    more = f'<rdf:Description rdf:about="" {_SPACES}>{_facts(publication, date)}</rdf:Description>'
    packet = found[3].replace(_END, more.encode() + _END, 1)
    body = b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(packet), found[2], packet)
    return increment.append(pdf, {int(found[1]): body})


def _facts(publication: Publication, date: str) -> str:
    licence, original = publication.licence, publication.original
    rights = f"{licence.text_name} ({licence.text})" if licence.text_name else licence.text
    identifier = f"doi:{publication.doi}" if publication.doi else f"urn:isbn:{publication.isbn or ''}"
    source = ""
    if original:
        source = f"{original.authors_text} ({original.year}): {original.title}."
        source += f" {original.institute}, {original.series}"
    return "".join(
        (
            _list("dc:publisher", "Bag", publication.publisher),
            _list("dc:date", "Seq", date),
            _alternatives("dc:rights", rights, publication.language),
            _text("dc:identifier", identifier if publication.doi or publication.isbn else None),
            _text("dc:source", source),
            _text("xmpRights:Marked", "True"),
            _text("xmpRights:WebStatement", licence.text_url),
        )
    )


def _text(name: str, value: str | None) -> str:
    return f"<{name}>{escape(value, quote=False)}</{name}>" if value else ""


def _list(name: str, kind: str, value: str | None) -> str:
    return f"<{name}><rdf:{kind}>{_text('rdf:li', value)}</rdf:{kind}></{name}>" if value else ""


def _alternatives(name: str, value: str, lang: str) -> str:
    rows = "".join(
        f'<rdf:li xml:lang="{tag}">{escape(value, quote=False)}</rdf:li>' for tag in ("x-default", lang)
    )
    return f"<{name}><rdf:Alt>{rows}</rdf:Alt></{name}>" if value else ""
