"""Write every figure and table as files, to look at: ``python -m storbynav.figures --out MAPPE``."""

from __future__ import annotations

import argparse
import html
import sys
from pathlib import Path
from typing import Any

from storbynav import figures, tables
from storbynav.figures import overview, overview_bundle
from storbynav.report import Report


def main(arguments: list[str] | None = None) -> int:
    """Write the bundles, and ``index.html`` with all pictures side by side; 0, or 1 with a message."""
    parser = argparse.ArgumentParser(prog="python -m storbynav.figures", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("_figures"), help="mappen filene skrives til")
    parser.add_argument("--survey", type=Path, help="en annen undersøkelse enn data/survey/survey.csv")
    parser.add_argument("ids", nargs="*", metavar="ID", help="bare disse figurene (v1_6 …)")
    chosen = parser.parse_args(arguments)
    try:
        report = Report.open(chosen.survey)
        pictures = [_write(report, ident, chosen.out) for ident in chosen.ids or report.catalogue.figures]
        if not chosen.ids:
            told = overview_bundle.write(
                overview.make(report.catalogue, report.survey), chosen.out / overview_bundle.IDENT
            )
            pictures.insert(0, _shown(overview_bundle.IDENT, chosen.out, told))
        for row in () if chosen.ids else report.catalogue.tables.values():
            table = tables.build(row, report.survey, calibrated=report.calibrated)
            tables.write(table, chosen.out / f"tbl_{row.id}")
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    page = f'<meta charset="utf-8"><style>{_STYLE}</style>\n' + "\n".join(pictures)
    (chosen.out / "index.html").write_text(page, encoding="utf-8")
    print(f"{len(pictures)} figurer i {chosen.out}. Se på dem i {chosen.out / 'index.html'}.")
    return 0


_STYLE = (
    "body{font:15px/1.4 sans-serif;max-width:1100px;margin:2rem auto}"
    "section{display:flex;gap:3rem;align-items:start}figcaption{margin:.5rem 0 3rem;color:#555}"
)


def _write(report: Report, ident: str, out: Path) -> str:
    data = figures.compute(report.catalogue.figure(ident), report.survey, calibrated=report.calibrated)
    return _shown(ident, out, figures.write(data, out / ident))


def _shown(ident: str, out: Path, told: dict[str, Any]) -> str:
    wide, narrow = ((out / ident / f"{name}.svg").read_text(encoding="utf-8") for name in ("wide", "narrow"))
    text = f"{told['print']}: {told['caption']}. {told['note']} Alternativ tekst: {told['alt']}"
    caption = html.escape(text)
    return f"<figure><section>{wide}{narrow}</section><figcaption>{caption}</figcaption></figure>"


if __name__ == "__main__":
    sys.exit(main())
