"""Tables: computed from the survey, one row of the catalogue each, set as Markdown and written as files."""

from storbynav.tables.build import TableError, build, emails_sent, entry, pearson
from storbynav.tables.files import write
from storbynav.tables.markdown import markdown
from storbynav.tables.model import Cell, Column, Line, Table
from storbynav.tables.regression import regressions

__all__ = [
    "Cell",
    "Column",
    "Line",
    "Table",
    "TableError",
    "build",
    "emails_sent",
    "entry",
    "markdown",
    "pearson",
    "regressions",
    "write",
]
