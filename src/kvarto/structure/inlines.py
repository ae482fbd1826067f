"""Markdown in attributes (`title="…"`, `lst-cap="…"`) as inlines; plain words need no pandoc."""

from __future__ import annotations

import json
import re
from functools import lru_cache

from kvarto import pandoc
from kvarto.structure import ast
from kvarto.structure.ast import Inlines

_MARKUP = re.compile(r"[*_`\[\]$<>^~@\\\"'&]|--|\.\.\.|\w://")


@lru_cache(maxsize=2048)
def _read(markdown: str) -> str:
    blocks, _ = pandoc.read(markdown)
    return json.dumps(
        blocks[0]["c"] if blocks and blocks[0]["t"] in ("Para", "Plain") else ast.words(markdown)
    )


def inlines_of(markdown: str) -> Inlines:
    """Inlines of one line of Markdown."""
    if not _MARKUP.search(markdown):
        return ast.words(markdown)
    found: Inlines = json.loads(_read(markdown))
    return found
