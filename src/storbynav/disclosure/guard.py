"""Whether version control holds answers of real respondents: looks at the content of tracked files.

A name or an ignored folder is not enough: a renamed export, a file forced in, real answers copied over the
synthetic ones. Refused are

- a manifest that says ``provenance: real``,
- a file of SPSS, SAS, Stata, Excel, R or Parquet, whatever it is called,
- a table of text with the columns of the codebook, or with many rows of codes,

unless it is byte for byte a file that the manifest of a synthetic survey accounts for.
"""

from __future__ import annotations

import csv
import hashlib
import io
import subprocess
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from storbynav import paths
from storbynav.codebook import load_codebook

_MAGIC = {
    b"$FL2": "en SPSS-fil",
    b"$FL3": "en SPSS-fil",
    b"<stata_dta>": "en Stata-fil",
    b"PAR1": "en Parquet-fil",
    b"ARROW1": "en Arrow-fil",
    b"RDX": "en R-fil",
    b"\x00" * 12 + b"\xc2\xea\x81\x60": "en SAS-fil",
    b"\xd0\xcf\x11\xe0": "et regneark i gammelt format",
}
_STATA = {0x69, 0x6C, 0x6E, 0x6F, 0x71, 0x72, 0x73, 0x74, 0x75}  # versions without a name at their head
_TABLES = {".csv", ".tsv", ".txt", ".dat", ".tab", ""}
_NAMES = 6  # columns of the codebook that make a table a table of answers
_ROWS, _CODES = 30, 15  # so many rows of so many codes are answers too, whatever their columns are called
_LARGEST = 99
_MANIFEST = "data/survey/manifest.yml"  # of this project, and of the example books in it


@dataclass(frozen=True)
class Refused:
    """A tracked file that looks like real answers, and why."""

    file: str
    why: str

    def __str__(self) -> str:
        """For people."""
        return f"{self.file}: {self.why}"


def check(root: Path = paths.ROOT) -> list[Refused]:
    """All tracked files of the project that look like real answers.

    Raises
    ------
    RuntimeError
        The project is not under version control, so there is nothing to look at.
    """
    files = tracked(root)
    allowed = frozenset[str]().union(*(_synthetic(root / f) for f in files if f.endswith(_MANIFEST)))
    variables = {variable.id for variable in load_codebook().variables.values()}
    found = []
    for file in files:
        path = root / file
        if path.is_file() and (why := refusal(path, variables, allowed)):
            found.append(Refused(file, why))
    return found


def tracked(root: Path) -> list[str]:
    """The paths that version control knows, committed or about to be."""
    try:
        told = subprocess.run(
            ["git", "-C", str(root), "ls-files", "-z", "--cached"], capture_output=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        raise RuntimeError("Prosjektet er ikke under versjonskontroll.") from None
    return [name for name in told.stdout.decode("utf-8").split("\0") if name]


def refusal(path: Path, variables: Iterable[str], allowed: frozenset[str]) -> str:
    """Why a file must not be tracked; empty where it may. `allowed`: checksums of synthetic files."""
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() in allowed:
        return ""
    for magic, what in _MAGIC.items():
        if content.startswith(magic):
            return f"{what}. Filer med svar hører ikke hjemme i versjonskontroll"
    if content[:1] and content[0] in _STATA and content[1:4] in (b"\x01\x01\x00", b"\x02\x01\x00"):
        return "en Stata-fil. Filer med svar hører ikke hjemme i versjonskontroll"
    if content.startswith(b"PK") and _workbook(content):
        return "et regneark. Filer med svar hører ikke hjemme i versjonskontroll"
    kind = path.suffix.lower()
    if kind in (".yml", ".yaml"):
        return _manifest(content)
    return _answers(content, set(variables)) if kind in _TABLES else ""


def _synthetic(file: Path) -> frozenset[str]:
    """Checksums of a synthetic survey's files from its manifest; none where that does not say so."""
    told = yaml.safe_load(file.read_text("utf-8")) if file.is_file() else None
    if not isinstance(told, dict) or told.get("provenance") != "synthetic":
        return frozenset()
    return frozenset((told.get("checksums") or {}).values())


def _workbook(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return any(name.startswith("xl/") for name in archive.namelist())
    except zipfile.BadZipFile:
        return False


def _manifest(content: bytes) -> str:
    try:
        told = yaml.safe_load(content.decode("utf-8", "replace"))
    except yaml.YAMLError:
        return ""
    if isinstance(told, dict) and told.get("provenance") == "real" and {"checksums", "source"} & told.keys():
        return "manifestet til et datasett med ekte svar"
    return ""


def _answers(content: bytes, variables: set[str]) -> str:
    text = content.decode("utf-8-sig", "replace")
    head = text.split("\n", 1)[0]
    mark = max(";,\t|", key=head.count)
    if not head.count(mark):
        return ""
    rows = list(csv.reader(io.StringIO(text), delimiter=mark))
    named = variables.intersection(cell.strip().strip('"') for cell in rows[0])
    if len(named) >= _NAMES and len(rows) > 1:
        return f"en tabell med {len(named)} av kodebokens kolonner, som ikke er det syntetiske datasettet"
    coded = sum(sum(_is_code(cell) for cell in row) >= _CODES for row in rows[1:])
    if coded >= _ROWS:
        return f"en tabell med {coded} rader av koder, som ikke er det syntetiske datasettet"
    return ""


def _is_code(cell: str) -> bool:
    cell = cell.strip().removesuffix(".0")
    return cell.isdigit() and int(cell) <= _LARGEST
