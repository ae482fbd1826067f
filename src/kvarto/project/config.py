"""`_quarto.yml` and the metadata files that it names, as one document that knows the line of every key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kvarto import yamlio
from kvarto.faults import EXIT_USAGE, Fault, KvartoError

CONFIG = "_quarto.yml"


def find_root(start: Path) -> Path:
    """The folder of `_quarto.yml` at or above `start`; KvartoError (exit 2) when there is none."""
    start = start.resolve()
    for folder in [start, *start.parents] if start.is_dir() else start.parents:
        if (folder / CONFIG).is_file():
            return folder
    raise KvartoError(
        Fault(
            None,
            None,
            f"Fant ingen bok: {start} har ingen {CONFIG}, og ingen mappe over den heller.",
            fix="Gå til bokens mappe, eller oppgi den: kvarto render MAPPE",
            kind="no-book",
        ),
        EXIT_USAGE,
    )


def read(root: Path) -> yamlio.Doc:
    """The book's settings; KvartoError when there are none, or a file is missing or broken."""
    path = root / CONFIG
    if not path.is_file():
        raise KvartoError(
            Fault(
                None,
                None,
                f"Fant ingen {CONFIG} i {root}.",
                fix="Oppgi bokens mappe: kvarto render MAPPE",
                kind="no-book",
            ),
            EXIT_USAGE,
        )
    doc = yamlio.loads(read_text(path, CONFIG), CONFIG)
    if not isinstance(doc.data, dict):
        raise KvartoError(
            Fault(
                CONFIG,
                1,
                f"{CONFIG} er tom eller ikke en liste av nøkler.",
                fix="Den minste boken har project:, book: og format:.",
                kind="yaml",
            )
        )
    for i, name in enumerate(as_list(doc.data.get("metadata-files"))):
        extra = root / str(name)
        if not extra.is_file():
            raise KvartoError(
                Fault(
                    CONFIG,
                    doc.line("metadata-files", i),
                    f"Metadatafilen {name} finnes ikke.",
                    fix="Rett stien under metadata-files:.",
                    kind="missing-file",
                )
            )
        more = yamlio.loads(read_text(extra, str(name)), str(name))
        if isinstance(more.data, dict):
            doc.data = merge(more.data, doc.data)
            doc.others.append(more)
    return doc


def read_text(path: Path, shown: str) -> str:
    """A file's text. Raises KvartoError (the file as `shown`) when it is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as exc:
        before = exc.object[: exc.start]
        if before.removeprefix(b"\xef\xbb\xbf") == b"" and exc.object[:2] in (b"\xff\xfe", b"\xfe\xff"):
            line, why = 1, "Den er lagret som UTF-16 («Unicode» i noen programmer)."
        else:
            line = before.count(b"\n") + 1
            near = exc.object[before.rfind(b"\n") + 1 :].split(b"\n")[0].decode("cp1252", "replace").strip()
            why = f"Der står trolig «{near[:60]}»."
        raise KvartoError(
            Fault(
                shown,
                line,
                "Filen er ikke lagret som UTF-8.",
                why,
                "Lagre filen på nytt med koding UTF-8.",
                kind="encoding",
            )
        ) from exc


def merge(base: Any, over: Any) -> Any:
    """`over` on top of `base`: mappings are merged key by key, anything else is replaced."""
    if isinstance(base, dict) and isinstance(over, dict):
        out = dict(base)
        for key, value in over.items():
            out[key] = merge(out[key], value) if key in out else value
        return out
    return over


def as_list(value: Any) -> list[Any]:
    """What YAML gives as nothing, one thing or a list of things, as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def text_of(value: Any) -> str:
    """A value of YAML as text; nothing is ""."""
    return "" if value is None else str(value)
