"""The words of «Hovedfunn»: its alternative text and the note below it."""

from __future__ import annotations

from storbynav import formatting as f
from storbynav.figures.overview import Bars, Group, Overview, OverviewError

_NONE = "ingen"


def mark(overview: Overview) -> str:
    """The mark on the data files."""
    return overview.place.source.printed if overview.synthetic else ""


def note(overview: Overview) -> f.Text:
    """How signs and columns are to be read, and where the numbers come from."""
    parts = [overview.note]
    if overview.synthetic:
        where = f.lower_first(overview.place.source.printed)
        parts.append(f"Alle tallene er {where} og gjenskapt i et syntetisk datasett.")
    if overview.left_out:
        left = f.number_word(overview.left_out)
        parts.append(f"Utelatt, fordi datasettet ikke gir det trykte tallet: {left}.")
    parts.append(overview.source)
    return f.Text(" ".join(" ".join(parts).split(" ")))


def alt(overview: Overview) -> f.Text:
    """The alternative text: per block and column, how many statements the group agrees more and less with.

    Raises:
        OverviewError: the template asks for something that there is not.
    """
    try:
        filled = overview.alt.format(
            mark=f"Tallene er {f.lower_first(mark(overview))}." if overview.synthetic else "",
            groups=" ".join(_group(overview, group) for group in overview.groups),
            bars=" ".join(_bars(bars) for bars in overview.bars),
        )
    except KeyError as error:
        raise OverviewError(f"alt: {error} finnes ikke. Det som finnes, er mark, groups og bars.") from None
    return f.Text(" ".join(part for part in filled.split(" ") if part).strip())


def _group(overview: Overview, group: Group) -> str:
    parts = []
    for key in group.factors:
        values = [row.cells[key] for row in group.rows]
        shown = [value for value in values if value and value.significant]
        more = sum(value.shown > 0 for value in shown)
        counts = [
            f"{word} i {f.number_word(count)}"
            for word, count in (("mer", more), ("mindre", len(shown) - more))
            if count
        ]
        told = f.lower_first(overview.factors[key].label)
        parts.append(f"{told} {f.listing(counts) if counts else _NONE}")
    number = f.number_word(len(group.rows))
    return f"{group.title}, {number} påstander: {'; '.join(parts)}. {_strongest(overview, group)}"


def _strongest(overview: Overview, group: Group) -> str:
    """The value farthest from zero, with its row and column."""
    size, row, key = max(
        ((abs(value.shown), row, key) for row in group.rows for key, value in row.cells.items() if value),
        key=lambda found: found[0],
    )
    value = row.cells[key]
    assert value is not None and size is not None
    where = f"{f.lower_first(overview.factors[key].label)}, «{row.label}»"
    return f"Sterkest: {where}, {f.number(value.shown, 2)}."


def _bars(bars: Bars) -> str:
    data = bars.data
    rows = []
    for row in data.rows:
        values = f.listing([data.value_text(bar) for bar in row.bars])
        rows.append(f"{f.lower_first(row.label)} {values}")
    groups = f" ({f.listing([f.lower_first(name) for name in data.groups], 'mot')})" if data.groups else ""
    return f"{bars.title}{groups}: {'; '.join(rows)}."
