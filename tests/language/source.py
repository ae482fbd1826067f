"""The prose of a source file: what its author typed for the reader, line by line as it stands in the file."""

from __future__ import annotations

import re

_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_CELL = re.compile(r"^(`{3,}|~{3,})\{?.*?^\1\s*$", re.DOTALL | re.MULTILINE)
_INLINE = re.compile(r"`\{python\} [^`]*`|`[^`\n]*`")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_SHORTCODE = re.compile(r"\{\{<.*?>\}\}", re.DOTALL)
_TARGET = re.compile(r"(?<=\])\([^()\s]*\)")
GAP = "\x00"  # what is left out: it is neither a word nor a space


def prose(text: str) -> str:
    """The text with front matter, cells, code, attributes and link targets blanked; line numbers stay."""
    for pattern in (_FRONT, _COMMENT, _CELL, _INLINE, _SHORTCODE, _TARGET):
        text = pattern.sub(_blank, text)
    return text


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", GAP, match[0])
