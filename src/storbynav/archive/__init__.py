"""Metadata of a survey for data archives: DDI-Codebook and Frictionless Data Package."""

from storbynav.archive.datapackage import datapackage
from storbynav.archive.ddi import ddi
from storbynav.archive.study import Study, study

__all__ = ["Study", "datapackage", "ddi", "study"]
