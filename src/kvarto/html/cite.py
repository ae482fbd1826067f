"""How to cite the book, and the work it retells: as text in the book's own citation style, BibTeX and RIS.

    for one in references(book): one.name, one.item
    texts(book, store)            # HTML of each, by name
    bibtex(item), ris(item)

An item is a reference in CSL-JSON (https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html).
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from kvarto import pandoc, publication
from kvarto.project import Book, plain_text
from kvarto.publication import Publication
from kvarto.structure.parse import Store


@dataclass(frozen=True)
class Reference:
    """name: `edition` or `original`, its key and file name. title: what it is called above the reference."""

    name: str
    title: str
    item: dict[str, Any]


def references(book: Book) -> list[Reference]:
    """The edition and what it retells; nothing for a book that is no publication."""
    facts = publication.of(book)
    if facts is None:
        return []
    out = [Reference("edition", book.word("kvarto-cite-edition"), _edition(book, facts))]
    if facts.original:
        out.append(Reference("original", book.word("kvarto-cite-original"), _original(book, facts)))
    return out


def _edition(book: Book, facts: Publication) -> dict[str, Any]:
    title = ": ".join(t for t in (plain_text(book.title), plain_text(book.subtitle)) if t)
    names = [a.name for a in book.authors]
    item: dict[str, Any] = {
        "id": "edition",
        "type": "report",
        "title": title,
        "author": [_name(n, literal=n == facts.publisher) for n in names],
        "genre": book.word("kvarto-edition"),
        "number": facts.edition,
        "publisher": facts.publisher if facts.publisher not in names else None,
        "issued": _issued(book.date),
        "language": facts.language,
        "URL": facts.url,
        "DOI": facts.doi,
        "ISBN": facts.isbn,
    }
    return {key: value for key, value in item.items() if value}


def _original(book: Book, facts: Publication) -> dict[str, Any]:
    original = facts.original
    assert original is not None
    genre = book.word("kvarto-cite-genre").replace("{institute}", original.institute_short or "").strip(" -")
    return {
        "id": "original",
        "type": "report",
        "title": original.title,
        "author": [{"given": p.given, "family": p.family} for p in original.authors],
        "genre": genre[:1].upper() + genre[1:],
        "number": original.series,
        "publisher": original.institute,
        "issued": _issued(original.year),
        "language": facts.language,
    }


def _name(name: str, literal: bool) -> dict[str, str]:
    given, _, family = name.rpartition(" ")
    return {"literal": name} if literal or not given else {"given": given, "family": family}


def _issued(date: str) -> dict[str, Any] | None:
    parts = [int(p) for p in re.findall(r"\d+", date)]
    return {"date-parts": [parts[:3]]} if parts else None


def style(book: Book) -> str:
    """What the book's citation style is called: «APA» when its title says so, else the book's word."""
    if book.csl and book.csl.is_file():
        title = re.search(r"<title>(.*?)</title>", book.csl.read_text(encoding="utf-8"), re.S)
        if title and re.search(r"\bAPA\b|American Psychological", title[1]):
            return "APA"
    return book.word("kvarto-cite-text")


def texts(book: Book, found: list[Reference], store: Store) -> dict[str, str]:
    """Each reference as HTML in the book's citation style, by name; remembered, pandoc starts once."""
    if not found:
        return {}
    items = [one.item for one in found]
    csl = book.csl if book.csl and book.csl.is_file() else None
    read = csl.read_bytes() if csl else b""
    asked = json.dumps([pandoc.version(), items, book.lang], ensure_ascii=False)
    key = "cite-" + hashlib.sha256(asked.encode() + read).hexdigest()
    kept = store.get(key)
    if kept is None:
        kept = json.dumps(pandoc.references(items, book.lang, csl), ensure_ascii=False).encode()
        store[key] = kept
    said: dict[str, str] = json.loads(kept)
    return said


_BIBTEX = {
    "title": "title",
    "publisher": "institution",
    "genre": "type",
    "number": "number",
    "URL": "url",
    "DOI": "doi",
    "ISBN": "isbn",
}
_ESCAPE: dict[int, str] = str.maketrans(
    {c: f"\\{c}" for c in "&%$#_{}"} | {"~": r"\~{}", "^": r"\^{}", "\\": r"\textbackslash{}"}
)


def bibtex(item: dict[str, Any]) -> str:
    """A `@techreport` entry; its key is the first author's name and the year."""
    authors = item.get("author", [])
    year = str(item["issued"]["date-parts"][0][0]) if "issued" in item else ""
    first = (authors[0].get("family") or authors[0]["literal"]) if authors else item["title"]
    key = re.sub(
        r"[^a-z]", "", _ascii(first.lower().split(" ")[-1] if authors else first.split(" ")[0].lower())
    )
    names = [
        f"{{{_tex(a['literal'])}}}" if "literal" in a else f"{_tex(a['family'])}, {_tex(a['given'])}"
        for a in authors
    ]
    rows = [("author", " and ".join(names))] if names else []
    # The title in braces of its own: styles shall not change its capitals.
    for name, called in _BIBTEX.items():
        value = str(item.get(name, ""))
        if value:
            plain = value if name in ("URL", "DOI") else _tex(value)
            rows.append((called, f"{{{plain}}}" if name == "title" else plain))
    if "institution" not in dict(rows) and names:
        rows.append(("institution", names[0]))
    rows += [("year", year)] if year else []
    body = ",\n".join(f"  {name} = {{{value}}}" for name, value in rows)
    return f"@techreport{{{key}{year},\n{body}\n}}\n"


def ris(item: dict[str, Any]) -> str:
    """A RIS record of type RPRT."""
    rows = [("TY", "RPRT")]
    for author in item.get("author", []):
        rows.append(("AU", author.get("literal") or f"{author['family']}, {author['given']}"))
    rows.append(("TI", item["title"]))
    if "issued" in item:
        parts = item["issued"]["date-parts"][0]
        rows.append(("PY", str(parts[0])))
        if len(parts) == 3:
            rows.append(("DA", "{:04}/{:02}/{:02}".format(*parts)))
    for tag, name in (
        ("M3", "genre"),
        ("SN", "number"),
        ("PB", "publisher"),
        ("LA", "language"),
        ("UR", "URL"),
    ):
        if item.get(name):
            rows.append((tag, str(item[name])))
    if item.get("DOI"):
        rows.append(("DO", str(item["DOI"])))
    rows.append(("ER", ""))
    return "".join(f"{tag}  - {value}\r\n" for tag, value in rows)


def _tex(text: str) -> str:
    return text.translate(_ESCAPE)


def _ascii(text: str) -> str:
    plain = text.replace("æ", "ae").replace("ø", "o")
    return unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
