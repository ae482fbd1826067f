"""The written files of a reconstruction as arrays, for checks that know nothing of the search."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from storbynav.reconstruct.errors import fault

Float = NDArray[np.float64]
Mask = NDArray[np.bool_]
Join = Callable[[Path, list[str]], dict[str, Any]]  # folder, group of each respondent -> further columns


class Written:
    """Columns of a CSV file: numbers as floats with NaN = missing, `texts` as they stand.

    Parameters
    ----------
    path
        The file.
    texts
        Columns of text; a column that holds anything else than numbers is one too.
    """

    def __init__(self, path: Path, texts: tuple[str, ...] = ()) -> None:
        """Read the file."""
        rows = csv_rows(path)
        self.name = path.name
        self.count = len(rows)
        self.columns: dict[str, Any] = {}
        for name in rows[0]:
            cells = [row[name] for row in rows]
            self.columns[name] = np.array(cells) if name in texts else _numbers(cells)

    def __getitem__(self, name: str) -> Any:
        """A column."""
        if name not in self.columns:
            raise fault(self.name, f"har ingen kolonne {name}", f"Kolonnene er {', '.join(self.columns)}")
        return self.columns[name]

    def known(self, name: str) -> Mask:
        """Who has a value."""
        values = self[name]
        return np.asarray(values != "") if values.dtype.kind in "US" else ~np.isnan(values)

    def among(self, name: str, codes: list[Any]) -> Mask:
        """Who has one of `codes`."""
        values = self[name]
        wanted = (
            [str(code) for code in codes] if values.dtype.kind in "US" else [float(code) for code in codes]
        )
        return np.isin(values, wanted)

    def valid(self, name: str) -> Float:
        """The values that are not missing."""
        return np.asarray(self[name][self.known(name)], dtype=float)


def _numbers(cells: list[str]) -> Any:
    try:
        return np.array([float(cell) if cell else np.nan for cell in cells])
    except ValueError:
        return np.array(cells)


def csv_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))
