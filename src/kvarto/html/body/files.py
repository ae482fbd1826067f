"""What a page's content asks of the site: addresses of its files, bundles of its figures."""

from __future__ import annotations

from typing import Protocol

from kvarto.html.bundles import Figure
from kvarto.structure.model import StructuredChapter


class Files(Protocol):
    """Where the pages' files go."""

    def image(self, chapter: StructuredChapter, url: str) -> str:
        """The address of an image on the chapter's page; the file is copied."""

    def link(self, chapter: StructuredChapter, url: str) -> str:
        """The address of a file that is linked to; it is copied."""

    def figure(self, chapter: StructuredChapter, url: str, ident: str, alt: str) -> Figure | None:
        """The figure's bundle, when the image has one beside it."""

    def table(self, ident: str) -> list[dict[str, str]]:
        """The files of a numbered table (label, href from the site's root, kind)."""
