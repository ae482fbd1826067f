"""What running a chapter gives: Markdown for pandoc, where each line came from, and files that were made.

    text = results[chapter.id].texts["html"]     # or "typst"; the same unless a cell asked for the format
    text.markdown
    path, line = text.locate(17)                 # the source of Markdown line 17 (1-based)
    file = text.resource("k_files/figure-html/fig-en-output-1.svg")   # absolute path, or None
    text.key                                     # hash of Markdown and made files: equal key, equal page

The Markdown of a cell (attributes as pandoc's):

    ::::: {.cell label="fig-en" layout-ncol="2"}
    ``` {.python .cell-code code-fold="true"}
    the code, if echoed
    ```

    ::: {.cell-output .cell-output-stdout}            (also -stderr, -error, -display)
    ...
    :::

    ::: {.kv-cell-caption option="fig-cap"}           (one for each caption: fig-cap, fig-subcap, tbl-cap, …)
    Markdown of the caption
    :::
    :::::
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from kvarto.faults import Fault
    from kvarto.project import Chapter

Line = tuple[str, int]
"""(file relative to the project, 1-based line)."""

SHOWN = (
    "text/markdown",
    "text/html",
    "image/svg+xml",
    "image/png",
    "image/jpeg",
    "text/latex",
    "text/plain",
)
"""Which form of a value is shown: the first there is."""


@dataclass
class Text:
    """A chapter for one target: Markdown, the source of each of its lines, files made by its cells.

    files: path as written in the Markdown (relative to the chapter's folder) → absolute path.
    """

    chapter: Chapter
    root: Path
    markdown: str
    lines: list[Line] = field(default_factory=list)
    files: dict[str, Path] = field(default_factory=dict)

    def locate(self, line: int) -> Line:
        """The source of a 1-based line of the Markdown; the last one's when past the end."""
        if not self.lines:
            return (self.chapter.id, 1)
        return self.lines[max(0, min(line, len(self.lines)) - 1)]

    def resource(self, url: str) -> Path | None:
        """The file that a local link or image path in this chapter means, or None if there is none.

        A leading slash means the project's root. Remote URLs and `data:` give None.
        """
        name = unquote(url.split("#")[0].split("?")[0])
        if not name or "://" in name or name.startswith(("data:", "mailto:")):
            return None
        if name in self.files:
            return self.files[name]
        inside = self.chapter.source is not None and not name.startswith("/")
        base = self.chapter.source.parent if inside and self.chapter.source else self.root
        path = (base / name.lstrip("/")).resolve()
        return path if path.is_file() else None

    @cached_property
    def key(self) -> str:
        """A hash that is equal exactly when the Markdown and the bytes of the made files are."""
        digest = hashlib.sha256(self.markdown.encode())
        for name, path in sorted(self.files.items()):
            digest.update(name.encode())
            digest.update(path.read_bytes() if path.is_file() else b"")
        return digest.hexdigest()


@dataclass
class Executed:
    """A chapter after its cells have run: one `Text` per target, and whether Python ran for it this time.

    `known` is False for one whose cells have no results (`remembered`). `faults` were found up to here.

    The methods ask the text of the target given.
    """

    chapter: Chapter
    texts: dict[str, Text]
    ran: bool = False
    known: bool = True
    faults: tuple[Fault, ...] = ()

    def markdown(self, target: str) -> str:
        """The Markdown of a target."""
        return self.texts[target].markdown

    def place(self, target: str, line: int) -> Line:
        """See `Text.locate`."""
        return self.texts[target].locate(line)

    def resource(self, target: str, url: str) -> Path | None:
        """See `Text.resource`."""
        return self.texts[target].resource(url)

    def key(self, target: str) -> str:
        """See `Text.key`."""
        return self.texts[target].key
