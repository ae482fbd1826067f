"""What links in a finished PDF are called (`/Contents`), for those who hear them.

Typst 0.15 makes these names itself, in English for footnotes («Footnote 3»), with the bare number for the way
back, with the kind of heading before what is already said («Kapittel Vedlegg 1», «Kapittel, side 11») and
with the blanks of a caption's source; a reference that shows only its number is called no more («V1.1»,
be it a figure or a table). They are put right in the finished file (`increment`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from kvarto.typst import increment

_LINK = re.compile(rb"\n(\d+) 0 obj\n(<</Type/Annot/Subtype/Link(?:(?!endobj).)*?)\nendobj", re.S)
_NAME = re.compile(rb"/Contents(?:\(((?:[^\\()]|\\.)*)\)|<([0-9A-Fa-f]*)>)", re.S)
_ESCAPED = re.compile(r"\\([\\()])")
_TARGET = re.compile(rb"/Dest (\d+ 0 R)")
_ENTRY = re.compile(r"\w+ ([A-Z]?\d[\d.]*)(?= «)")
_FOOTNOTE = re.compile(r"Footnote (\d+)")
_REDUNDANT = re.compile(r"\w+ (\w+ [A-Z]?\d[\d.]*|\w+ [A-Z])(?= «|$)|\w+, (\w+ \d+)$")


def tell(pdf: bytes, words: Mapping[str, str]) -> bytes:
    """The PDF with links named in the book's `words`; unchanged where all is well or of another form."""
    if not increment.possible(pdf):
        return pdf
    changed: dict[int, bytes] = {}
    # Of an object that was changed before, the last form counts.
    links = {int(m[1]): m[2] for m in _LINK.finditer(pdf)}
    listed = _listed(links.values(), words)
    for number, body in links.items():
        found = _NAME.search(body)
        if found is None:
            continue
        old = _text(found)
        new = listed.get((_target(body), old.strip())) or _better(old, words, b"/URI" in body)
        if new != old:
            changed[number] = body[: found.start()] + _written(new) + body[found.end() :]
    return increment.append(pdf, changed)


def _listed(links: Iterable[bytes], words: Mapping[str, str]) -> dict[tuple[bytes, str], str]:
    """By place and number, what the lists of figures and tables call a thing («Figur V1.1»)."""
    found: dict[tuple[bytes, str], str] = {}
    for body in links:
        name = _NAME.search(body) if _target(body) else None
        if name and (entry := _ENTRY.match(_better(_text(name), words, False))):
            found[_target(body), entry[1]] = entry[0]
    return found


def _target(body: bytes) -> bytes:
    """The object of the place that a link leads to, one for all links that do; empty for named places."""
    place = _TARGET.search(body)
    return place[1] if place else b""


def _better(name: str, words: Mapping[str, str], outside: bool) -> str:
    if outside:
        return name
    if note := _FOOTNOTE.fullmatch(name):
        return words["kvarto-footnote"].replace("{n}", note[1])
    if re.fullmatch(r"\d+", name):
        return words["kvarto-back-to-text"].replace("{n}", name)
    tidy = re.sub(r"\s+", " ", name).replace("« ", "«").replace(" »", "»").strip()
    if said := _REDUNDANT.match(tidy):
        return (said[1] or said[2]) + tidy[said.end() :]
    return tidy


def _text(found: re.Match[bytes]) -> str:
    if found[1] is not None:
        return _ESCAPED.sub(r"\1", found[1].decode("latin-1"))
    return bytes.fromhex(found[2].decode("ascii")).decode("utf-16")


def _written(text: str) -> bytes:
    return b"/Contents<FEFF" + text.encode("utf-16-be").hex().upper().encode("ascii") + b">"
