"""`content-visible` and `content-hidden`: which content belongs in this format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kvarto.structure import ast
from kvarto.structure.ast import Attr

VISIBLE, HIDDEN = "content-visible", "content-hidden"
KEYS = ("when-format", "unless-format", "when-meta", "unless-meta")

_SAME = {"html": {"html", "html5", "html4", "html:js"}, "typst": {"typst"}, "docx": {"docx"}}
"""Names that mean the format. Quarto does not take `pdf` for Typst; nor does kvarto, but it tells."""

KNOWN_FORMATS = {
    *_SAME["html"],
    "typst",
    "pdf",
    "latex",
    "docx",
    "odt",
    "epub",
    "revealjs",
    "beamer",
    "pptx",
    "gfm",
    "markdown",
    "commonmark",
    "native",
    "ipynb",
    "jats",
    "asciidoc",
    "llms-txt",
}


def is_conditional(at: Attr) -> bool:
    """Whether these attributes make their element conditional."""
    return VISIBLE in at[1] or HIDDEN in at[1]


def shown(at: Attr, fmt: str, meta: Mapping[str, Any]) -> bool:
    """Whether a conditional element is shown: all conditions hold; `when-meta` needs the boolean true."""
    ok = True
    for key, value in at[2]:
        if key == "when-format":
            ok = ok and value in _SAME[fmt]
        elif key == "unless-format":
            ok = ok and value not in _SAME[fmt]
        elif key == "when-meta":
            ok = ok and lookup(meta, value) is True
        elif key == "unless-meta":
            ok = ok and lookup(meta, value) is not True
    return ok if VISIBLE in at[1] else not ok


def lookup(meta: Mapping[str, Any], dotted: str) -> Any:
    """The value at `a.b.c`, or None."""
    value: Any = meta
    for part in dotted.split("."):
        if isinstance(value, Mapping) and part in value:
            value = value[part]
        else:
            return None
    return value


def bare(at: Attr) -> Attr:
    """The attributes without the condition."""
    return ast.without(at, *KEYS, "when-profile", "unless-profile", classes=(VISIBLE, HIDDEN))
