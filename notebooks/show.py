"""What the notebooks share: computed rows as Markdown tables, and pictures with alternative text.

Every notebook imports it as ``import show``: Jupyter and nbval run a notebook in its own folder. Numbers are
written by `storbynav.formatting` alone; a format here only chooses which of its styles a column has.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
from IPython.display import Image
from matplotlib.figure import Figure

from storbynav import figures, tables
from storbynav import formatting as f
from storbynav.catalogue import load_catalogue
from storbynav.disclosure import Gate, display, policy
from storbynav.figures import charts, style, words
from storbynav.report import Report
from storbynav.survey import Survey

Format = Callable[[Any], str]
DPI = 160


class Shown:
    """Markdown for a notebook; where no Markdown is set (a terminal) its source is shown, not its address."""

    def __init__(self, markdown: str) -> None:
        self.markdown = markdown

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/markdown": self.markdown, "text/plain": self.markdown}


class Passed(Shown):
    """What may be shown of real answers too: a gate has let it through (`storbynav.disclosure.display`)."""

    passed_gate = True


class PassedPicture(Image):
    """A picture of the report, which is drawn of what its gate lets through."""

    passed_gate = True


# ---------------------------------------------------------------- formats of columns


def text(value: Any) -> str:
    """As it is."""
    return f.MISSING if _missing(value) else str(value)


def count(value: Any) -> str:
    """«3 098»."""
    return f.MISSING if _missing(value) else str(f.number(value))


def number(decimals: int = 2) -> Format:
    """«1,64»."""
    return lambda value: f.MISSING if _missing(value) else str(f.number(value, decimals))


def share(decimals: int = 1) -> Format:
    """A proportion (0–1) as «58,8 %»."""
    return lambda value: (
        f.MISSING if _missing(value) else str(f.percent(100 * float(value), decimals))
    )


def coefficient(decimals: int = 2) -> Format:
    """The style of statistical tables: «,32», «−,19»."""
    return lambda value: f.MISSING if _missing(value) else str(f.statistic(value, decimals))


def points(decimals: int = 1) -> Format:
    """A difference of proportions in percentage points: «4,4», «−1,2»; the column's head names the unit."""
    return lambda value: (
        f.MISSING if _missing(value) else str(f.number(100 * float(value), decimals))
    )


def p_value(value: Any) -> str:
    """«< ,001», «,032»: the column's head says p."""
    if _missing(value):
        return f.MISSING
    return str(f.p_value(value)).removeprefix(f"p{f.HARD_SPACE}").removeprefix(f"={f.HARD_SPACE}")


def yes(value: Any) -> str:
    """«ja» or «nei»."""
    return f.MISSING if _missing(value) else "ja" if value else "nei"


def _missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and value != value)


# ---------------------------------------------------------------- tables


def table(
    rows: pd.DataFrame | list[dict[str, Any]],
    columns: Mapping[str, tuple[str, Format]],
    note: str = "",
    behind: str = "",
) -> Shown:
    """Rows as a Markdown table.

    Parameters
    ----------
    columns
        Field of `rows` → (header, format), in the order shown. Columns whose format is `text` are set to the
        left, numbers to the right.
    note
        A line below, such as `synthetic(survey)`.
    behind
        Field with the number of respondents behind a row whose numbers are means, spreads, correlations or
        regressions. Of real answers such a table alone is shown, its rows of too few as «:»; shares and
        counts have no such row of their own, since others give them away: see `report_table`.

    Raises
    ------
    KeyError
        A field that the rows do not have.
    """
    records: list[dict[Any, Any]] = (
        rows.to_dict("records") if isinstance(rows, pd.DataFrame) else list(rows)
    )
    gate = Gate(policy() if display.closed() else None)
    few = [bool(behind) and gate.few(int(record[behind])) for record in records]
    lines = [
        _line(f.escape_markdown(header) for header, _ in columns.values()),
        _line(":---" if form is text else "---:" for _, form in columns.values()),
        *(
            _line(
                f.SUPPRESSED if small and form is not text else f.escape_markdown(form(record[key]))
                for key, (_, form) in columns.items()
            )
            for record, small in zip(records, few, strict=True)
        ),
    ]
    kind = Passed if behind else Shown
    return kind("\n".join(lines) + (f"\n\n*{note}*" if note else ""))


def printed(table_: tables.Table) -> Passed:
    """A table of the report, with its notes; what differs from print carries a mark explained there."""
    lines = [
        _line(column.header for column in table_.columns),
        _line(":---" if column.align == "left" else "---:" for column in table_.columns),
        *(
            _line(
                [
                    f.escape_markdown(line.header),
                    *(f.escape_markdown(cell.shown) for cell in line.cells),
                ]
            )
            for line in table_.lines
        ),
    ]
    note = f.escape_markdown(" ".join(table_.notes))
    return Passed("\n".join([f"**{table_.row.caption}**", "", *lines, "", note]))


def _line(cells: Any) -> str:
    return "| " + " | ".join(cells) + " |"


def synthetic(survey: Survey) -> str:
    """The mark of an output that rests on answers which print does not determine; empty for a real survey."""
    if not survey.synthetic:
        return ""
    return (
        f"{words.synthetic_mark(Report.open().calibrated)}: regnet av konstruerte svar, ikke målt."
    )


# ---------------------------------------------------------------- pictures


def figure(ident: str, survey: Survey) -> Image:
    """A figure of the report as its download shows it: caption, mark, n and source in the picture."""
    row = load_catalogue().figure(ident)
    data = figures.compute(row, survey, calibrated=Report.open().calibrated)
    with style.drawing():
        return picture(charts.draw(data, style.PAGE).figure(), str(words.alt(data)), PassedPicture)


def report_table(ident: str, survey: Survey) -> tables.Table:
    """A table of the report, computed."""
    return tables.build(load_catalogue().table(ident), survey, calibrated=Report.open().calibrated)


def picture(drawn: Figure, alt: str, kind: type[Image] = Image) -> Image:
    """A matplotlib figure as PNG with alternative text; the bytes do not vary."""
    out = io.BytesIO()
    drawn.savefig(out, format="png", dpi=DPI, facecolor="white", metadata={"Software": None})
    return kind(data=out.getvalue(), width=round(drawn.get_figwidth() * 96), alt=alt)
