"""Styles of a reference document: which there are, by id, and kvarto's own where it has none.

styles = Styles.of(reference)          # None: pandoc's own reference document
styles.name("ImageCaption")            # «Image Caption»: what pandoc's `custom-style` wants
styles.prepared(cache)                 # a reference document that has them all
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path

from lxml import etree

from kvarto import pandoc
from kvarto.docx.package import W, q, save
from kvarto.execute.store import atomic_write

PART = "word/styles.xml"


@dataclass
class Styles:
    """The styles of a reference document given as bytes."""

    reference: bytes

    @classmethod
    def of(cls, path: Path | None) -> Styles:
        """Those of a file, or of pandoc's own. Raises OSError, or ValueError for what is no DOCX."""
        content = path.read_bytes() if path else pandoc.data_file("reference.docx")
        styles = cls(content)
        if not styles._own:
            raise ValueError("dokumentet har ingen stiler")
        return styles

    @cached_property
    def _root(self) -> etree._Element:
        try:
            with zipfile.ZipFile(io.BytesIO(self.reference)) as package:
                return etree.fromstring(package.read(PART))
        except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError) as exc:
            raise ValueError(str(exc)) from exc

    @cached_property
    def _own(self) -> dict[str, tuple[str, str]]:
        return _read(self._root)

    @cached_property
    def _plain(self) -> etree._Element:
        text = resources.files("kvarto.docx").joinpath("plain/styles.xml").read_bytes()
        return etree.fromstring(text)

    @cached_property
    def _all(self) -> dict[str, tuple[str, str]]:
        return {**_read(self._plain), **self._own}

    def has(self, ident: str, kind: str) -> bool:
        """Whether the reference document itself has a style of this id and kind (`paragraph`, …)."""
        return self._own.get(ident, ("", ""))[1] == kind

    def name(self, ident: str) -> str:
        """The name of a style that the reference document or kvarto has."""
        return self._all[ident][0]

    def prepared(self, folder: Path) -> Path:
        """The reference document with kvarto's own styles where it lacks them, as a file in a folder."""
        missing = [s for s in self._plain if s.get(q("styleId")) and s.get(q("styleId")) not in self._own]
        key = hashlib.sha256(self.reference + b"".join(etree.tostring(s) for s in missing)).hexdigest()
        path = folder / f"{key[:16]}.docx"
        if not path.is_file():
            parts = {}
            with zipfile.ZipFile(io.BytesIO(self.reference)) as package:
                parts = {name: package.read(name) for name in package.namelist()}
            root = etree.fromstring(parts[PART])
            root.extend(missing)
            parts[PART] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            atomic_write(path, save(parts))
        return path


def _read(root: etree._Element) -> dict[str, tuple[str, str]]:
    """Name and kind of each style by its id."""
    return {
        s.get(q("styleId"), ""): (s.find(f"{W}name").get(q("val"), ""), s.get(q("type"), ""))
        for s in root.iter(f"{W}style")
    }
