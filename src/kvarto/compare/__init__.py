"""«Hva er endret?»: two editions of a book beside each other (`kvarto diff`).

    compare(root, "v1.0", progress)     # builds the edition at a revision, compares it with today's

`editions` gets and builds the two, `blocks` reads their pages, `changes` finds what differs, `report` tells
it as a small book of one page that kvarto itself renders to HTML and PDF.
"""

from kvarto.compare.command import compare

__all__ = ["compare"]
