"""Structured AST → the site: one page for each chapter, its files, a search index.

    html.write(book, structured, outdir, faults, executed)

Pages need no script to be read and ask no other server for anything. Words come from `book.words`, the frame
from `templates/page.html.j2`, the look from `static/` and the book's own style sheets.
"""

from kvarto.html.write import Known, again, search, write

__all__ = ["Known", "again", "search", "write"]
