"""Putting text into Typst source so that it comes out as it went in.

`text` is for markup, `string` for string literals, `label` for labels, `length` for sizes as authors write
them.
"""

from __future__ import annotations

import re
from functools import lru_cache

from kvarto.characters import CONTROL, TERMINAL

_SPECIAL = re.compile(r"[\\#$*_`<>@\[\]~\"']")
# «//» and «/*» would begin comments; «https:» followed by slashes would become a link.
_SLASHES = re.compile(r"/(?=[/*])|(?<=/)[/*]")
# Shorthands of Typst («--», «...», «-?») would change the author's characters.
_SHORTHAND = re.compile(r"-(?=[-?\d])|(?<=-)-|\.(?=\.\.)|(?<=\.)\.")
_LINE_START = re.compile(r"^(?:[-+=/]|(\d+)(?=[.)]))")
_LABEL = re.compile(r"[\w][\w.:-]*", re.UNICODE)


def clean(value: str) -> str:
    """Without terminal colour codes and control characters, which no PDF may carry."""
    return CONTROL.sub("", TERMINAL.sub("", value))


@lru_cache(1 << 16)  # a book has a hundred thousand words, and most of them often
def text(value: str) -> str:
    """Plain text as Typst markup that prints exactly that text."""
    out = _SPECIAL.sub(r"\\\g<0>", clean(value))
    out = _SLASHES.sub(r"\\\g<0>", out)
    out = _SHORTHAND.sub(r"\\\g<0>", out)
    return _LINE_START.sub(lambda m: f"{m[1]}\\" if m[1] else f"\\{m[0]}", out) if out else out


def string(value: str) -> str:
    """A Typst string literal, quotes included."""
    out = clean(value).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + out.replace("\r", "").replace("\n", "\\n").replace("\t", "\\t") + '"'


def label(ident: str) -> str:
    """A label for an id: `<fig-x>`, or a call of `label` when the id holds characters that form does not
    take.
    """
    return f"<{ident}>" if _LABEL.fullmatch(ident) and ident[-1] not in ".:" else f"#label({string(ident)})"


def label_value(ident: str) -> str:
    """The same where Typst expects a value and not markup (`link`, `ref`)."""
    return label(ident).removeprefix("#")


_LENGTH = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(px|pt|cm|mm|in|em|%)?\s*")
_PER_PX = 0.75
"""Points per CSS pixel."""


def length(value: str) -> str | None:
    """A width or height as Typst writes it; None when it is no size. A bare number means pixels."""
    m = _LENGTH.fullmatch(value)
    if not m:
        return None
    number, unit = float(m[1]), m[2] or "px"
    if unit == "px":
        number, unit = number * _PER_PX, "pt"
    return f"{number:g}{unit}"


def language(tag: str) -> str:
    """A language tag («en», «en-GB») as arguments of Typst's `text`; "" when it is none Typst takes.

    A tag without region takes away the book's: English words in a Norwegian book are not «en-NO».
    """
    m = re.fullmatch(r"([a-zA-Z]{2,3})(?:-([a-zA-Z]{2}))?", tag)
    if not m:
        return ""
    return f"lang: {string(m[1].lower())}, region: {string(m[2].upper()) if m[2] else 'none'}"
