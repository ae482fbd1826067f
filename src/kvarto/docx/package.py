"""An Office package as a mapping of parts, and the same bytes for the same parts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W = f"{{{WORD}}}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
PIC = "{http://schemas.openxmlformats.org/drawingml/2006/picture}"

_FIRST = ("[Content_Types].xml", "_rels/.rels")
_WHEN = (1980, 1, 1, 0, 0, 0)
"""The earliest that a zip file can say: the date of the document is in its properties."""


def q(name: str) -> str:
    """A name in Word's own namespace."""
    return W + name


def load(content: bytes) -> dict[str, bytes]:
    """The parts of a package. Raises zipfile.BadZipFile."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def save(parts: Mapping[str, bytes]) -> bytes:
    """A package of the parts, in an order and with times that depend on nothing else."""
    out = io.BytesIO()
    order = [n for n in _FIRST if n in parts] + sorted(n for n in parts if n not in _FIRST)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as package:
        for name in order:
            info = zipfile.ZipInfo(name, _WHEN)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            info.create_system = 3
            package.writestr(info, parts[name])
    return out.getvalue()
