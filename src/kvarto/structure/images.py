"""Whether a picture file is what its name says: a wrong one would show as a hole on the page."""

from __future__ import annotations

from pathlib import Path

_SIGNS: dict[str, tuple[bytes, ...]] = {
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".gif": (b"GIF87a", b"GIF89a"),
    ".webp": (b"RIFF",),
}
_SVG_HEAD = 4096  # a declaration, a doctype and comments may stand before the root


def unreadable(file: Path) -> str:
    """Why the file cannot be shown, or nothing; formats that are not known here pass."""
    suffix = file.suffix.lower()
    with file.open("rb") as stream:
        head = stream.read(_SVG_HEAD)
    if not head:
        return "Filen er tom."
    if suffix == ".svg":
        return "" if b"<svg" in head else "Filen heter .svg, men innholdet er ikke SVG."
    signs = _SIGNS.get(suffix, ())
    if signs and not head.startswith(signs):
        return f"Filen heter {suffix}, men innholdet er ikke et slikt bilde."
    return ""
