"""The words of «Hovedfunn»: its alternative text and the note below it."""

from __future__ import annotations

from storbynav import formatting as f
from storbynav.figures import words
from storbynav.figures.overview import Bars, Group, Overview, OverviewError

_NONE = "ikke signifikant mer eller mindre enige i noen"


def mark(overview: Overview) -> str:
    """The mark on the data files."""
    return words.PRINTED if overview.synthetic else ""


def note(overview: Overview) -> f.Text:
    """How signs and columns are to be read, and where the numbers come from."""
    parts = [overview.note]
    if overview.synthetic:
        parts.append("Alle tallene er trykt i r2016:02 og gjenskapt i et syntetisk datasett.")
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
            groups=" ".join(_group(overview, group) for group in overview.groups),
            bars=" ".join(_bars(bars) for bars in overview.bars),
        )
    except KeyError as error:
        raise OverviewError(f"alt: {error} finnes ikke. Det som finnes, er groups og bars.") from None
    printed = "Tallene er trykt i r2016:02." if overview.synthetic else ""
    return f.Text(" ".join(f"{filled} {printed}".split(" ")).strip())


def _group(overview: Overview, group: Group) -> str:
    parts = []
    for key in group.factors:
        values = [row.cells[key] for row in group.rows]
        shown = [value for value in values if value and value.significant]
        more = sum(value.shown > 0 for value in shown)
        less = len(shown) - more
        counts = [
            f"{word} enige i {f.number_word(count)}"
            for word, count in (("mer", more), ("mindre", less))
            if count
        ]
        told = f"signifikant {f.listing(counts)}" if counts else _NONE
        parts.append(f"{overview.factors[key].told} {told}")
    number = f.number_word(len(group.rows))
    return f"{group.title}, {number} påstander: {'; '.join(parts)}."


def _bars(bars: Bars) -> str:
    data = bars.data
    rows = []
    for row in data.rows:
        label = f.lower_first(row.label)
        if data.row.by:
            values = [f"{f.lower_first(bar.label)} {data.value_text(bar)}" for bar in row.bars]
            rows.append(f"{label}: {', '.join(values)}")
        else:
            rows.append(f"{label} {data.value_text(row.bars[0])}")
    return f"{bars.title}: {'; '.join(rows)}."
