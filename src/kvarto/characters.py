"""Characters that no page and no PDF may hold: those of terminals, and control characters."""

from __future__ import annotations

import re

TERMINAL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07")
"""Colours and titles, as programs write them for a terminal."""

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Control characters but for tabulator and line breaks."""
