"""«Hovedfunn» as files, in the form of every figure's bundle (docs/architecture.md)."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from storbynav import formatting as f
from storbynav.figures import bundle, overview_words
from storbynav.figures.overview import Group, Overview, Value

IDENT = "hovedfunn"
ABSENT = ""


def write(overview: Overview, folder: Path) -> dict[str, Any]:
    """Write the bundle into `folder` and return what ``figure.json`` says."""
    return bundle.store(folder, describe(overview), _plain(overview), lambda: _files(overview))


def describe(overview: Overview) -> dict[str, Any]:
    """What ``figure.json`` holds."""
    from storbynav.figures.style import PALETTE

    return {
        "id": IDENT,
        "label": f"fig-{IDENT}",
        "print": overview.place.name,
        "kind": "overview",
        "status": "published",
        "synthetic": overview.synthetic,
        "preliminary": False,
        "mark": overview_words.mark(overview),
        "n": "",
        "alt": str(overview_words.alt(overview)),
        "caption": overview.caption,
        "note": str(overview_words.note(overview)),
        "palette": dict(PALETTE),
        "table": table(overview),
    }


def table(overview: Overview) -> dict[str, list[Any]]:
    """The dots as a table for people; a cell is empty where the printed table has no such factor."""
    columns = ["Påstand", *(factor.label for factor in overview.factors.values()), "Kilde"]
    rows = [
        [row.label, *(_cell(row.cells, key) for key in overview.factors), group.measure]
        for group in overview.groups
        for row in group.rows
    ]
    return {"columns": columns, "rows": rows}


def table_csv(overview: Overview) -> bytes:
    """One line per value, dots and bars: UTF-8 with byte order mark, semicolon, decimal comma."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(f.csv_row(["figur", "del", "påstand", "gruppe", "verdi", "signifikans", "mål", "kilde"]))
    source = f.lower_first(overview_words.mark(overview)) if overview.synthetic else "undersøkelsen"
    for group in overview.groups:
        for row in group.rows:
            for key, value in row.cells.items():
                if value:
                    label = overview.factors[key].label
                    shown = f.number(value.shown, 2)
                    origin = f"{source}, fortegnet snudd" if value.turned else source
                    writer.writerow(
                        f.csv_row(
                            [IDENT, group.title, row.label, label, shown, value.stars, group.measure, origin]
                        )
                    )
    for bars in overview.bars:
        for bar_row in bars.data.rows:
            for bar in bar_row.bars:
                shown = f.number(bar.value, bar.decimals)
                measure = f"{bars.measure}, prosent"
                writer.writerow(
                    f.csv_row([IDENT, bars.title, bar_row.label, bar.label, shown, "", measure, source])
                )
    return out.getvalue().encode("utf-8-sig")


def _cell(cells: Any, key: str) -> str:
    if key not in cells:
        return ABSENT
    value: Value | None = cells[key]
    return str(f.statistic(value.shown, 2, value.stars)) if value else f.MISSING


def _files(overview: Overview) -> dict[str, bytes]:
    from storbynav.figures import overview_chart

    pictures = bundle.pictures(
        lambda variant: overview_chart.draw(overview, variant),
        overview.caption,
        str(overview_words.alt(overview)),
        overview_words.mark(overview),
    )
    return {**pictures, "data.csv": table_csv(overview)}


def _plain(overview: Overview) -> list[Any]:
    def group(g: Group) -> list[Any]:
        cells = [
            [row.label, {k: v and [str(v.shown), v.stars] for k, v in row.cells.items()}] for row in g.rows
        ]
        return [g.title, g.measure, cells]

    bars = [
        [b.title, b.measure, [[r.label, [[x.label, str(x.value)] for x in r.bars]] for r in b.data.rows]]
        for b in overview.bars
    ]
    factors = [[factor.key, factor.label] for factor in overview.factors.values()]
    texts = [str(overview_words.note(overview)), str(overview_words.alt(overview)), overview.caption]
    return [factors, [group(g) for g in overview.groups], bars, texts, overview.synthetic]
