"""What machines read of the site: meta tags, JSON-LD, the site map, llms.txt.

Addresses are absolute where the publication gives the site's address, and relative or left out where not.
"""

from __future__ import annotations

import json
from html import escape
from typing import Any
from urllib.parse import quote

from kvarto import publication
from kvarto.html.package import Package
from kvarto.project import Book, plain_text

MIME = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "data": "application/zip",
}


def site_url(book: Book) -> str:
    """The address of the site, with a slash at its end; "" where none is given."""
    facts = publication.of(book)
    own = book.meta.get("book")
    url = (facts.url if facts else None) or (own.get("site-url") if isinstance(own, dict) else None)
    return str(url).rstrip("/") + "/" if url else ""


def description(book: Book) -> str:
    """A sentence or two about the book."""
    facts = publication.of(book)
    own = book.meta.get("book")
    said = own.get("description") if isinstance(own, dict) else None
    extra = book.meta.get("kvarto")
    return str(said or (facts.description if facts else "") or (extra or {}).get("description") or "")


Meta = list[dict[str, str]]


def of_site(book: Book, downloads: list[dict[str, str]]) -> Meta:
    """Meta tags that all pages share: Open Graph, and what reference managers read."""
    facts = publication.of(book)
    title = plain_text(book.title)
    meta: Meta = [
        {"property": "og:site_name", "content": title},
        {"property": "og:locale", "content": book.lang.replace("-", "_")},
        {"name": "citation_title", "content": title},
    ]
    if text := description(book):
        meta.append({"property": "og:description", "content": text})
    meta += [{"name": "citation_author", "content": a.name} for a in book.authors]
    if book.date:
        meta.append({"name": "citation_publication_date", "content": book.date.replace("-", "/")})
        meta.append({"property": "article:modified_time", "content": book.date})
    meta.append({"name": "citation_language", "content": book.lang})
    if facts:
        pairs = [
            ("citation_publisher", facts.publisher),
            ("citation_technical_report_number", facts.edition),
            ("citation_keywords", "; ".join(facts.keywords)),
            ("citation_isbn", facts.isbn),
            ("citation_issn", facts.issn),
            ("citation_doi", facts.doi),
        ]
        meta += [{"name": name, "content": value} for name, value in pairs if value]
        meta.append({"name": "keywords", "content": ", ".join(facts.keywords)})
    base = site_url(book)
    pdf = next((d for d in downloads if d["kind"] == "pdf"), None)
    if base and pdf:
        meta.append({"name": "citation_pdf_url", "content": base + pdf["href"]})
    return meta


def of_page(book: Book, doctitle: str, href: str, is_index: bool) -> Meta:
    """Meta tags of one page."""
    meta: Meta = [
        {"property": "og:title", "content": doctitle},
        {"property": "og:type", "content": "book" if is_index else "article"},
        {"name": "twitter:card", "content": "summary"},
    ]
    if base := site_url(book):
        meta.append({"property": "og:url", "content": base + ("" if href == "index.html" else href)})
    return meta


def report(book: Book, downloads: list[dict[str, str]], package: Package | None, root: str) -> str:
    """JSON-LD of the front page: the report, what it retells, its files and its data. "" for no publication.

    `root` leads from the page to the site's root.
    """
    facts = publication.of(book)
    if facts is None:
        return ""
    base = site_url(book) or root
    authors = [
        {"@type": "Organization" if a.name == facts.publisher else "Person", "name": a.name}
        for a in book.authors
    ]
    licence = facts.licence.text_url or facts.licence.text
    shared: dict[str, Any] = {
        "author": authors,
        "publisher": {"@type": "Organization", "name": facts.publisher} if facts.publisher else None,
        "datePublished": book.date,
        "dateModified": book.date,
        "inLanguage": book.lang,
        "license": licence,
        "version": facts.edition,
        "isAccessibleForFree": True,
    }
    said: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Report",
        "name": plain_text(book.title),
        "alternativeHeadline": plain_text(book.subtitle),
        "abstract": facts.summary,
        "description": facts.description,
        "reportNumber": facts.series,
        "keywords": list(facts.keywords),
        **shared,
        "url": site_url(book),
        "identifier": f"https://doi.org/{facts.doi}" if facts.doi else None,
        "isbn": facts.isbn,
        "encoding": [
            {"@type": "MediaObject", "encodingFormat": MIME[d["kind"]], "contentUrl": base + d["href"]}
            for d in downloads
            if d["kind"] in ("pdf", "docx")
        ],
    }
    if facts.original:
        original = facts.original
        said["isBasedOn"] = {
            "@type": "Report",
            "name": original.title,
            "reportNumber": original.series,
            "author": [
                {"@type": "Person", "givenName": p.given, "familyName": p.family} for p in original.authors
            ],
            "publisher": {"@type": "Organization", "name": original.institute},
            "funder": {"@type": "Organization", "name": original.client},
            "datePublished": original.year,
        }
    if package:
        said["hasPart"] = {
            "@type": "Dataset",
            "name": f"{book.word('kvarto-data')}: {plain_text(book.title)}",
            "description": facts.statement,
            **shared,
            "keywords": list(facts.keywords),
            "distribution": [
                {"@type": "DataDownload", "encodingFormat": kind, "contentUrl": base + quote(path)}
                for path, kind in (
                    (package.zip, "application/zip"),
                    ("data/datapackage.json", "application/json"),
                )
            ],
        }
    return dumps(said)


def chapter(book: Book, title: str, number: str, root: str) -> str:
    """JSON-LD of a chapter's page."""
    if publication.of(book) is None:
        return ""
    return dumps(
        {
            "@context": "https://schema.org",
            "@type": "Chapter",
            "name": title,
            "position": number,
            "inLanguage": book.lang,
            "isPartOf": {
                "@type": "Report",
                "name": plain_text(book.title),
                "url": site_url(book) or f"{root}index.html",
            },
        }
    )


def dumps(said: Any) -> str:
    """JSON that may stand in a script element; empty values are left out."""
    return json.dumps(_full(said), ensure_ascii=False, indent=1).replace("<", "\\u003c")


def _full(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _full(v) for k, v in value.items() if v not in (None, "", [], {})}
    return [_full(v) for v in value] if isinstance(value, list) else value


def sitemap(book: Book, hrefs: list[str]) -> str:
    """`sitemap.xml`; "" where the site's address is not known, since it may hold none but whole addresses."""
    base = site_url(book)
    if not base:
        return ""
    changed = f"<lastmod>{escape(book.date)}</lastmod>" if book.date else ""
    rows = "".join(f"<url><loc>{escape(base + href)}</loc>{changed}</url>\n" for href in hrefs)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return f"{head}{rows}</urlset>\n"


def llms(book: Book, pages: list[tuple[str, str]], downloads: list[dict[str, str]], cite: list[str]) -> str:
    """`llms.txt` (https://llmstxt.org): what the book is, its pages as (title, address), files, citations."""
    base = site_url(book)
    facts = publication.of(book)
    title = ": ".join(t for t in (plain_text(book.title), plain_text(book.subtitle)) if t)
    parts = [f"# {title}", f"> {description(book)}" if description(book) else ""]
    if facts:
        parts.append(facts.statement)
    parts.append(_links(book.word("kvarto-nav-label"), [(t, base + href) for t, href in pages]))
    if downloads:
        parts.append(
            _links(book.word("kvarto-downloads"), [(d["label"], base + d["href"]) for d in downloads])
        )
    if cite:
        parts.append(f"## {book.word('kvarto-cite')}\n\n" + "\n".join(f"- {one}" for one in cite))
    return "\n\n".join(p for p in parts if p) + "\n"


def _links(title: str, links: list[tuple[str, str]]) -> str:
    return f"## {title}\n\n" + "\n".join(f"- [{name}]({href})" for name, href in links)
