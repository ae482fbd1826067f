"""The output formats that `format:` lists, merged with what their extensions say of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kvarto import yamlio
from kvarto.faults import Faults
from kvarto.project.config import CONFIG, merge, read_text
from kvarto.project.model import Extension, Format

_NOT_METADATA = {
    "project",
    "book",
    "format",
    "execute",
    "language",
    "metadata-files",
    "jupyter",
    "engine",
    "website",
}


def formats(root: Path, data: dict[str, Any], doc: yamlio.Doc, faults: Faults) -> dict[str, Format]:
    """The formats that kvarto writes, by base: `html`, `typst`, `docx`. Others are Quarto's."""
    raw = data.get("format")
    if isinstance(raw, str):
        raw = {raw: {}}
    elif isinstance(raw, list):
        raw = {str(k): {} for k in raw}
    elif not isinstance(raw, dict):
        raw = {"html": {}}
    top = {k: v for k, v in data.items() if k not in _NOT_METADATA}
    out: dict[str, Format] = {}
    for name, own in raw.items():
        own = own if isinstance(own, dict) else {}
        ext_name, _, base = name.rpartition("-")
        base = base.split("+")[0]
        if base == "pdf" and not ext_name:
            faults.add(
                CONFIG,
                doc.line("format", name),
                "Formatet pdf (LaTeX) støttes ikke.",
                fix="Bruk typst eller et typst-format fra en utvidelse.",
                kind="unsupported",
            )
            continue
        if base not in ("html", "typst", "docx"):
            continue  # others are Quarto's to write; `--to` names what kvarto writes
        if base in out:
            faults.add(
                CONFIG,
                doc.line("format", name),
                f"Boken har to {base}-formater: {out[base].name} og {name}.",
                fix="Behold ett.",
                kind="unsupported",
            )
            continue
        extension = _extension(root, ext_name, base, doc, name, faults) if ext_name else None
        options = merge(merge(extension.contributes if extension else {}, top), own)
        out[base] = Format(name, base, options, extension)
    return out


def _extension(
    root: Path, name: str, base: str, doc: yamlio.Doc, fmt: str, faults: Faults
) -> Extension | None:
    """`_extensions/NAME` or `_extensions/OWNER/NAME`; None when absent (the PDF step says so)."""
    home = root / "_extensions"
    for folder in [home / name, *sorted(home.glob(f"*/{name}"))]:
        for file in ("_extension.yml", "_extension.yaml"):
            if (folder / file).is_file():
                shown = (folder / file).relative_to(root).as_posix()
                data = yamlio.loads(read_text(folder / file, shown), shown).data or {}
                contributed = (data.get("contributes") or {}).get("formats") or {}
                if base not in contributed and "common" not in contributed:
                    faults.add(
                        CONFIG,
                        doc.line("format", fmt),
                        f"Utvidelsen {name} har ikke noe format {base}.",
                        fix=f"Se contributes: formats: i {shown}.",
                        kind="missing-extension",
                    )
                return Extension(
                    name, folder, data, merge(contributed.get("common") or {}, contributed.get(base) or {})
                )
    return None
