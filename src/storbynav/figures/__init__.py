"""Figures: computed from the survey, one row of the catalogue each, written as bundles of files."""

from storbynav.figures.bundle import write
from storbynav.figures.compute import FigureError, compute
from storbynav.figures.data import Bar, BarRow, FigureData
from storbynav.figures.protection import entry

__all__ = ["Bar", "BarRow", "FigureData", "FigureError", "compute", "entry", "write"]
