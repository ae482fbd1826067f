"""pandoc's AST of every chapter → the structured AST of docs/architecture.md, for all chapters together.

    structured = structure.build(book, executed, faults, "html", store)    # or "typst"
    for chapter in structured: chapter.blocks, chapter.headings
    structured.labels["fig-x"].number, .page

`executed` maps chapter ids to what running them gave. Mistakes go to `faults`, each with file and line, and
stand marked in the result (`kv-unresolved`, `kv-fault`), so that a draft can be written all the same. `store`
remembers what pandoc said, by content; any dict-like thing of bytes.
"""

from __future__ import annotations

from kvarto.structure.build import build
from kvarto.structure.memory import Memory
from kvarto.structure.model import Heading, Label, Structured, StructuredChapter
from kvarto.structure.parse import Store

__all__ = ["Heading", "Label", "Memory", "Store", "Structured", "StructuredChapter", "build"]
