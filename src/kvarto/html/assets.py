"""Files of the site: images and downloads of the chapters, the page's own scripts and styles, the book's
look.
"""

from __future__ import annotations

import posixpath
import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import unquote

from kvarto.execute.result import Executed
from kvarto.faults import Faults
from kvarto.html import bundles
from kvarto.html.bundles import Figure
from kvarto.html.package import table_file
from kvarto.project import Book
from kvarto.structure.build import address, relative
from kvarto.structure.model import StructuredChapter
from kvarto.structure.parse import FileStore

LIB = "site_libs"
STATIC = Path(__file__).parent / "static"
_URL = re.compile(r"""url\(\s*['"]?([^'")]+)['"]?\s*\)""")
_IMPORT = re.compile(r"""@import\s+['"]([^'"]+)['"]""")


class Assets:
    """Copies what pages ask for, each file once; answers with its address."""

    def __init__(
        self,
        book: Book,
        executed: Mapping[str, Executed],
        outdir: Path,
        faults: Faults,
        done: Iterable[str] = (),
    ) -> None:
        """`outdir` is the root of the site; files in `done` are there already."""
        self.book, self.executed, self.out, self.faults = book, executed, outdir, faults
        self.done = set(done)
        self.store = FileStore(book.cache / "html")

    # --- the chapters' files ------------------------------------------------------------------------------

    def _place(self, chapter: StructuredChapter, url: str) -> tuple[Path, str] | None:
        """The file that a URL in a chapter means, and where it goes in the site."""
        run = self.executed.get(chapter.chapter.id)
        source = run.resource("html", url) if run else None
        if source is None:
            return None
        name = unquote(url.split("#")[0].split("?")[0])
        folder = posixpath.dirname(chapter.chapter.id)
        target = posixpath.normpath(
            name.lstrip("/") if name.startswith("/") else posixpath.join(folder, name)
        )
        if target.startswith(".."):
            target = posixpath.join(LIB, "files", posixpath.basename(target))
        return source, target

    def copy(self, source: Path, target: str) -> None:
        """Put a file in the site."""
        if target in self.done:
            return
        self.done.add(target)
        place = self.out / target
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, place)

    def _hand_out(self, chapter: StructuredChapter, url: str) -> str:
        found = self._place(chapter, url)
        if found is None:
            return url
        source, target = found
        self.copy(source, target)
        here = chapter.chapter.html or ""
        tail = url[len(url.split("#")[0].split("?")[0]) :]
        return address(relative(here, target).removeprefix("./")) + tail

    def image(self, chapter: StructuredChapter, url: str) -> str:
        """The address of an image on the chapter's page."""
        return url if re.match(r"https?:|data:|//", url) else self._hand_out(chapter, url)

    def link(self, chapter: StructuredChapter, url: str) -> str:
        """The address of a linked file."""
        return self._hand_out(chapter, url)

    def figure(self, chapter: StructuredChapter, url: str, ident: str, alt: str) -> Figure | None:
        """The bundle beside an image, with its files copied."""
        found = self._place(chapter, url)
        if found is None or not (found[0].parent / "figure.json").is_file():
            return None
        source, target = found
        here = chapter.chapter.html or ""
        hrefs: dict[str, str] = {}
        for name in (source.name, "data.csv", "figure.png"):
            file = source.parent / name
            if file.is_file():
                place = posixpath.join(posixpath.dirname(target), name)
                self.copy(file, place)
                hrefs[name] = address(relative(here, place).removeprefix("./"))
        return bundles.read(source, ident, alt, hrefs, self.store)

    def write(self, files: Mapping[str, bytes]) -> None:
        """Put files that the site makes itself in their places."""
        for target, data in files.items():
            place = self.out / target
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
            self.done.add(target)

    def table(self, ident: str) -> list[dict[str, str]]:
        """The files of a numbered table, addresses from the site's root: its CSV, if it has been written."""
        name = table_file(ident)
        return [{"label": "CSV", "href": name, "kind": "csv"}] if name in self.done else []

    # --- the site's own -----------------------------------------------------------------------------------

    def library(self) -> None:
        """kvarto's own scripts and styles."""
        for file in sorted(STATIC.rglob("*")):
            if file.is_file():
                self.copy(file, f"{LIB}/kvarto/{file.relative_to(STATIC).as_posix()}")

    def stylesheets(self) -> list[str]:
        """The look: `css:` of the format extension (relative to it) and of the book, with the files they
        name.
        """
        out: list[str] = []
        fmt = self.book.formats.get("html")
        if fmt is None:
            return out
        own = fmt.options.get("css")
        names = [str(n) for n in (own if isinstance(own, list) else [own] if own else [])]
        if fmt.extension is not None:
            theirs = fmt.extension.contributes.get("css")
            for name in [
                str(n) for n in (theirs if isinstance(theirs, list) else [theirs] if theirs else [])
            ]:
                out.append(
                    self._sheet(
                        fmt.extension.folder / name, fmt.extension.folder, f"{LIB}/{fmt.extension.name}"
                    )
                )
                names = [n for n in names if n != name]
        for name in names:
            path = self.book.root / name.lstrip("/")
            if not path.is_file():
                self.faults.add(
                    "_quarto.yml",
                    self.book.line("format", fmt.name, "css"),
                    f"Stilarket {name} finnes ikke.",
                    fix="Rett stien etter css:.",
                    kind="missing-file",
                )
                continue
            out.append(self._sheet(path, self.book.root, ""))
        return out

    def extension_file(self, name: str) -> str | None:
        """A file of the format extension (a logo), copied; its address from the site's root."""
        fmt = self.book.formats.get("html")
        for folder, prefix in (
            [(fmt.extension.folder, f"{LIB}/{fmt.extension.name}/")] if fmt and fmt.extension else []
        ) + [(self.book.root, "")]:
            if (folder / name).is_file():
                self.copy(folder / name, prefix + name)
                return address(prefix + name)
        return None

    def _sheet(self, path: Path, root: Path, prefix: str) -> str:
        """Copy a style sheet and every local file it names, keeping their places to each other."""
        target = posixpath.join(prefix, path.relative_to(root).as_posix())
        self.copy(path, target)
        text = path.read_text(encoding="utf-8")
        css = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
        for url in [*_URL.findall(css), *_IMPORT.findall(css)]:
            name = unquote(url.split("#")[0].split("?")[0])
            file = (path.parent / name).resolve()
            if not name or re.match(r"[a-z]+:|//", url) or not file.is_relative_to(root.resolve()):
                continue
            if not file.is_file():
                shown = path.relative_to(self.book.root) if path.is_relative_to(self.book.root) else path
                self.faults.add(
                    shown,
                    text.count("\n", 0, text.find(url)) + 1,
                    f"Stilarket nevner filen {name}, som ikke finnes.",
                    fix="Legg filen (en skrift eller et bilde) der, eller ta bort henvisningen.",
                    kind="missing-file",
                )
                continue
            self.copy(file, posixpath.join(prefix, file.relative_to(root.resolve()).as_posix()))
        return address(target)

    def resources(self) -> None:
        """What the book lists under `project: resources:`."""
        for pattern in self.book.resources:
            for file in sorted(self.book.root.glob(pattern)):
                inside = [file] if file.is_file() else sorted(p for p in file.rglob("*") if p.is_file())
                for one in inside:
                    self.copy(one, one.relative_to(self.book.root).as_posix())
