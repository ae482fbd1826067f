"""Identifiers, classes and attributes of the AST as attributes of an HTML element."""

from __future__ import annotations

import re
from html import escape

from kvarto.structure.ast import Attr

_GLOBAL_ATTRIBUTES = {
    "id",
    "class",
    "style",
    "title",
    "lang",
    "dir",
    "role",
    "tabindex",
    "hidden",
    "translate",
}
_LINK_ATTRIBUTES = {"rel", "target", "download", "hreflang", "type"}


def identifier(ident: str) -> str:
    """` id="…"`, or nothing."""
    return f' id="{escape(ident)}"' if ident else ""


def attributes(at: Attr, drop: tuple[str, ...] = ()) -> str:
    """All of them, but for the keys in `drop`."""
    cls = f' class="{escape(" ".join(at[1]))}"' if at[1] else ""
    return identifier(at[0]) + cls + pairs([p for p in at[2] if p[0] not in drop])


def pairs(given: list[list[str]]) -> str:
    """Keys and values: what HTML knows under its name, other names as `data-…`, and nothing else."""
    out = ""
    for key, value in given:
        if key in _GLOBAL_ATTRIBUTES or key in _LINK_ATTRIBUTES or key.startswith(("data-", "aria-")):
            name = key
        elif re.fullmatch(r"[a-zA-Z][\w.-]*", key):
            name = f"data-{key}"
        else:
            continue
        out += f' {name}="{escape(value)}"'
    return out
