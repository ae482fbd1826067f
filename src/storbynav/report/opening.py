"""Opening the survey that a chapter asks: read once as long as its files stay the same."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from storbynav import paths
from storbynav import survey as surveys
from storbynav.survey import Survey
from storbynav.yamlfile import parse_yaml


def survey_of(file: Path, mapping: Path | None) -> Survey:
    """The survey in a file; `mapping` as for `storbynav.survey.load`."""
    read_with_it = (file.parent / name for name in ("offices.csv", "leaders.csv", "manifest.yml"))
    return _load(file, mapping, tuple(_stamp(path) for path in (file, *read_with_it)))


def _stamp(file: Path) -> tuple[str, int, int]:
    """What changes when a file does."""
    try:
        stat = file.stat()
    except OSError:
        return (str(file), 0, 0)
    return (str(file), stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=2)
def _load(file: Path, mapping: Path | None, _stamps: tuple[tuple[str, int, int], ...]) -> Survey:
    """The survey, read once for all chapters of a session as long as its files stay the same."""
    return surveys.load(file, mapping=mapping)


def calibrated(file: Path) -> bool:
    """Whether the manifest says that the synthetic survey meets what print says."""
    manifest = file.parent / "manifest.yml"
    if not manifest.is_file():
        return False
    told = parse_yaml(manifest.read_text(encoding="utf-8"), paths.shown(manifest))
    return isinstance(told, dict) and told.get("calibrated") is True
