"""The codebook: every variable of the survey, typed and checked.

`load_codebook` reads ``data/survey/codebook.yml`` (its head documents the format) into frozen dataclasses and
checks the file itself: everything that is wrong with it is reported at once, with file, line and entry.
"""

from storbynav.codebook.file import load_codebook, parse_codebook
from storbynav.codebook.model import (
    Audience,
    AudienceRule,
    Category,
    Codebook,
    CodebookError,
    Derive,
    MissingCode,
    OfficeColumn,
    Scale,
    Stem,
    StudyText,
    Table,
    Variable,
)

__all__ = [
    "Audience",
    "AudienceRule",
    "Category",
    "Codebook",
    "CodebookError",
    "Derive",
    "MissingCode",
    "OfficeColumn",
    "Scale",
    "Stem",
    "StudyText",
    "Table",
    "Variable",
    "load_codebook",
    "parse_codebook",
]
