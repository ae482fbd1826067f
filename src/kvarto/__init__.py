"""kvarto: a small Quarto book (`_quarto.yml`, `.qmd`) to website, PDF and DOCX, from PyPI wheels only.

It covers the part of Quarto that docs/kvarto.md lists and refuses the rest with file, line and construct.
"""

__version__ = "0.1.0"
