"""Changing single objects of a finished PDF by an incremental update, as ISO 32000 describes.

The file is kept whole; the changed objects and a table of their new places are added at its end. Typst writes
its objects plainly, so no PDF library is needed.
"""

from __future__ import annotations

import re

_TRAILER = re.compile(rb"trailer\n<<(.*?)>>\nstartxref\n(\d+)\n%%EOF\s*$", re.S)
_PREVIOUS = re.compile(rb"/Prev \d+")


def possible(pdf: bytes) -> bool:
    """Whether the file ends in a trailer of the form that an update can follow."""
    return _ending(pdf) is not None


def append(pdf: bytes, changed: dict[int, bytes]) -> bytes:
    """The PDF with new bodies for the objects of these numbers; unchanged when there are none."""
    ending = _ending(pdf)
    if not changed or ending is None:
        return pdf
    if not pdf.endswith(
        b"\n"
    ):  # every object begins a line: patterns that say so find them six times as fast
        pdf += b"\n"
    out, places = bytearray(), {}
    for number in sorted(changed):
        places[number] = len(pdf) + len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, changed[number])
    table = len(pdf) + len(out)
    out += b"xref\n"
    for first, run in _runs(sorted(places)):
        out += b"%d %d\n" % (first, run)
        out += b"".join(b"%010d 00000 n\r\n" % places[n] for n in range(first, first + run))
    trailer = _PREVIOUS.sub(b"", ending[1]) + b"/Prev %d" % int(ending[2])
    out += b"trailer\n<<%s>>\nstartxref\n%d\n%%%%EOF\n" % (trailer, table)
    return pdf + bytes(out)


def _ending(pdf: bytes) -> re.Match[bytes] | None:
    return _TRAILER.match(pdf, max(0, pdf.rfind(b"trailer\n")))


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    """Consecutive numbers as (first, how many)."""
    out: list[tuple[int, int]] = []
    for n in numbers:
        if out and n == out[-1][0] + out[-1][1]:
            out[-1] = (out[-1][0], out[-1][1] + 1)
        else:
            out.append((n, 1))
    return out
