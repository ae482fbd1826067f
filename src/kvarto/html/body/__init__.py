"""Structured AST of one chapter → the HTML inside `main`."""

from kvarto.html.body.files import Files
from kvarto.html.body.writer import Body, Writer

__all__ = ["Body", "Files", "Writer"]
