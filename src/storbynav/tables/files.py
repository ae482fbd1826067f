"""A table as files beside the figures' bundles: CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from storbynav import formatting as f
from storbynav.figures.words import synthetic_mark
from storbynav.tables.build import DEVIATES
from storbynav.tables.model import FROM_PRINT, Table


def write(table: Table, folder: Path) -> None:
    """Write ``table.csv`` and ``table.json``; files that already say the same are left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (("table.csv", table_csv(table)), ("table.json", table_json(table))):
        file = folder / name
        if not file.is_file() or file.read_bytes() != content:
            file.write_bytes(content)


def mark(table: Table) -> str:
    """«trykt i r2016:02», «syntetiske tall», or both; nothing for a real survey."""
    printed = table.row.place.source.printed
    if table.row.kind in FROM_PRINT:
        return printed
    if not table.synthetic:
        return ""
    synthetic = synthetic_mark(not table.preliminary)
    return {"published": printed, "mixed": f"{printed}; {synthetic}", "synthetic": synthetic}[table.status]


def table_csv(table: Table) -> bytes:
    """As shown but with whole headers, for Norwegian spreadsheets; the last column has each row's source."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(f.csv_row([*(column.header for column in table.columns), "kilde"]))
    for line in table.lines:
        source = _source(table, [cell.as_printed for cell in line.cells if cell.printed or cell.unprinted])
        cells = [cell.shown.replace(f.THIN_SPACE, "") for cell in line.cells]
        writer.writerow(f.csv_row([line.whole or line.header, *cells, f.lower_first(source)]))
    return out.getvalue().encode("utf-8-sig")


def _source(table: Table, met: list[bool]) -> str:
    """Where a row's cells come from; `met`: which of its numbers are as print has them."""
    printed, synthetic = table.row.place.source.printed, synthetic_mark(not table.preliminary)
    if not mark(table):
        return ""
    if all(met):
        return printed
    if table.preliminary or not any(met):
        return synthetic
    return f"{printed}, men tall med {DEVIATES} er {f.lower_first(synthetic)}"


def table_json(table: Table) -> bytes:
    """Id, caption, status, mark, notes, columns and rows as shown."""
    description = {
        "id": table.row.id,
        "label": f"tbl-{table.row.place.key}-{table.row.number}",
        "print": table.row.place.cited("tabell", table.row.number),
        "kind": table.row.kind,
        "status": table.status,
        "synthetic": table.synthetic,
        "preliminary": table.preliminary,
        "mark": mark(table),
        "caption": table.row.caption,
        "notes": [*table.notes, *([table.key] if table.key else [])],
        "columns": [column.header for column in table.columns],
        "rows": [[line.header, *(cell.shown for cell in line.cells)] for line in table.lines],
    }
    return (json.dumps(description, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
