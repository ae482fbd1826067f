"""Which files the cells of a book have to do with, as its stored results tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kvarto.execute.store import Store
from kvarto.project import Book


@dataclass(frozen=True)
class Touched:
    """Files that cells have read, looked for in vain, and written: relative to the book's folder, or whole
    paths of files outside it.
    """

    read: frozenset[str]
    absent: frozenset[str]
    written: frozenset[str]

    @classmethod
    def of(cls, book: Book) -> Touched:
        """As the store remembers it."""
        read: set[str] = set()
        absent: set[str] = set()
        written: set[str] = set()
        store = Store(book.cache)
        for chapter in book.sources:
            for variant in store.load(chapter.id).values():
                deps = variant.get("deps", {})
                read.update(deps.get("files", {}))
                absent.update(deps.get("absent", ()))
                written.update(deps.get("outputs", {}))
        return cls(frozenset(read), frozenset(absent), frozenset(written))

    def __contains__(self, name: str) -> bool:
        """Whether a file is any of these."""
        return name in self.read or name in self.absent or name in self.written

    @property
    def outside(self) -> set[str]:
        """The files outside the book's folder that were read."""
        return {name for name in self.read if name.startswith("/")}

    def ours(self, names: Iterable[str], root: Path) -> bool:
        """Whether all these files were written by the book's own cells."""
        return all(name in self.written and (root / name).exists() for name in names)
