"""The words of a figure: the mark inside the picture, its alternative text, the note below it."""

from __future__ import annotations

from storbynav import formatting as f
from storbynav.figures.data import Bar, BarRow, FigureData
from storbynav.stats.disclosure import MARK, THRESHOLD

PRINTED = "Trykt i r2016:02"
SYNTHETIC = "Syntetiske tall"
PRELIMINARY = "Syntetiske tall (foreløpige tall)"
HIDDEN = (
    f"Kolon ({MARK}): ikke vist, fordi bare én til {f.number_word(THRESHOLD - 1)} svarte "
    "det ene eller det andre."
)
COUNTED = ", talt i det syntetiske datasettet og ikke oppgitt i rapporten"


def synthetic_mark(calibrated: bool) -> str:
    """The mark on everything that is not printed."""
    return SYNTHETIC if calibrated else PRELIMINARY


def keys(data: FigureData) -> list[tuple[bool, str]]:
    """The key at the top of the picture: (solid bar?, what it means). Empty for a real survey."""
    if not data.synthetic:
        return []
    published = [bar.status == "published" for bar in data.bars]
    entries = [(True, PRINTED)] if any(published) else []
    return entries if all(published) else [*entries, (False, synthetic_mark(data.calibrated))]


def mark(data: FigureData) -> str:
    """The mark as one line of text, for the data files."""
    return "; ".join(label for _, label in keys(data))


def bar_source(data: FigureData, bar: Bar) -> str:
    """Where one value comes from, for the data table."""
    if not data.synthetic:
        return "undersøkelsen"
    return PRINTED.lower() if bar.status == "published" else synthetic_mark(data.calibrated).lower()


def note(data: FigureData) -> f.Text:
    """The note below a figure: n, who was asked, what kind of numbers, source."""
    counted = COUNTED if data.synthetic and not data.row.n_printed else ""
    parts = [f"{data.n}{counted}.", _threshold(data), data.row.base, _status(data)]
    if data.row.n_per_group:
        parts.append("n ved gruppene er det høyeste antallet svar på en påstand.")
    if data.suppressed:
        parts.append(HIDDEN)
    parts += [data.row.remark, f"Kilde: AFI r2016:02, Vedlegg {data.row.appendix}, figur {data.row.number}."]
    return f.Text(" ".join(part for part in parts if part))


def _threshold(data: FigureData) -> str:
    """What counts as agreeing, unless the caption says it."""
    told = data.threshold.removesuffix(" enig") in data.row.caption
    return "" if told else f"Søylene viser andelen som er {data.threshold}."


def _status(data: FigureData) -> str:
    if not data.synthetic:
        return ""
    if data.status == "published":
        return "Verdiene er trykt i r2016:02 og gjenskapt i et syntetisk datasett."
    if data.mixed:
        text = "Fylte søyler er trykt i r2016:02. Lyse søyler med omriss er syntetiske tall, ikke målt."
    elif data.row.printed:
        text = "Syntetiske tall, ikke målt: datasettet gjengir ennå ikke verdiene som rapporten trykker."
    elif data.status == "constrained":
        text = (
            "Syntetiske tall, ikke målt: rapporten trykker ingen verdier for figuren, "
            f"søylene følger det teksten sier i ord{_exceptions(data)}."
        )
    else:
        text = "Syntetiske tall, ikke målt: rapporten oppgir ikke hva verdiene var."
    return text if data.calibrated else f"{text} Foreløpige tall: datasettet er ikke ferdig tilpasset."


def _exceptions(data: FigureData) -> str:
    """The rows of a constrained figure that the report says nothing about."""
    free = [
        quoted(data, row) if data.row.kind.startswith("shares") else f"«{row.label}»"
        for row in data.rows
        if all(bar.status == "free" for bar in row.bars)
    ]
    return f", bortsett fra for {f.listing(free)}, som den ikke sier noe om" if free else ""


def alt(data: FigureData) -> f.Text:
    """The alternative text: the catalogue's template filled with what was computed.

    The mark comes right after the first sentence, which says what is drawn: who hears the text shall know
    what kind of numbers they are before the numbers.
    """
    drawn, _, told = data.row.alt.format_map(_Computed(data)).partition(". ")
    parts = [drawn.removesuffix(".") + ".", _alt_mark(data), told]
    return f.Text(" ".join(part for part in parts if part).strip())


def _alt_mark(data: FigureData) -> str:
    if not data.synthetic:
        return ""
    later = "" if data.calibrated else " og foreløpige"
    if data.status == "published":
        return "Verdiene er trykt i r2016:02."
    if data.mixed:
        printed = [
            _named(data, row, bar) for row in data.rows for bar in row.bars if bar.status == "published"
        ]
        return f"Trykt i r2016:02: {f.listing(printed)}. De andre tallene er syntetiske{later}, ikke målt."
    return f"Syntetiske tall: verdiene er konstruert{later}, ikke målt."


class _Computed(dict[str, str]):
    """What an alt template may ask for; anything else is a fault in the catalogue."""

    def __init__(self, data: FigureData) -> None:
        ranked = sorted(data.rows, key=lambda row: -row.bars[0].value)
        super().__init__(
            values=_values(data),
            groups=f.listing([f.lower_first(group) for group in data.groups]),
            top=quoted(data, ranked[0]),
            top_value=data.value_text(ranked[0].bars[0]),
            bottom=quoted(data, ranked[-1]),
            bottom_value=data.value_text(ranked[-1].bars[0]),
            lead=_lead(data) if data.row.by else "",
            gap=_gap(data) if data.row.by else "",
        )


def quoted(data: FigureData, row: BarRow) -> str:
    """The short form of a statement in quotation marks, anything else as it is."""
    if data.row.kind.startswith("shares") and data.row.answer is None and data.row.rows is None:
        return "«" + row.short.replace("«", "‘").replace("»", "’") + "»"
    return row.short


def _named(data: FigureData, row: BarRow, bar: Bar) -> str:
    return quoted(data, row) + (f" ({group_name(data, bar)})" if data.row.by else "")


def _values(data: FigureData) -> str:
    if not data.row.by:
        return f.listing([f"{quoted(data, row)} {_spoken(data, row.bars[0])}" for row in data.rows])
    return "; ".join(f"{quoted(data, row)}: {_bars(data, row)}" for row in data.rows)


def _bars(data: FigureData, row: BarRow) -> str:
    return ", ".join(f"{group_name(data, bar)} {_spoken(data, bar)}" for bar in row.bars)


def _spoken(data: FigureData, bar: Bar) -> str:
    return "ikke vist" if bar.hidden else str(data.value_text(bar))


def group_name(data: FigureData, bar: Bar) -> str:
    """The group in running text: names of offices keep their capital."""
    by_office = data.row.by is not None and data.row.by.variable == "office"
    return bar.label if by_office else f.lower_first(bar.label)


def _lead(data: FigureData) -> str:
    """Which group has the highest value how often, as the reader sees the values."""
    wins = dict.fromkeys(data.groups, 0)
    even = 0
    for row in data.rows:
        highest = max(bar.shown for bar in row.bars)
        leaders = [bar.label for bar in row.bars if bar.shown == highest]
        if len(leaders) > 1:
            even += 1
        else:
            wins[leaders[0]] += 1
    ranked = sorted(((count, group) for group, count in wins.items() if count), key=lambda pair: -pair[0])
    parts = [f"{f.lower_first(group)} på {f.number_word(count)}" for count, group in ranked]
    if even:
        parts.append(f"likt på {f.number_word(even)}")
    if len(parts) == 1 and ranked:
        return f"Høyest andel på alle {f.number_word(len(data.rows))}: {f.lower_first(ranked[0][1])}."
    return f"Høyest andel: {f.listing(parts)}."


def _gap(data: FigureData) -> str:
    row = max(data.rows, key=lambda r: max(b.shown for b in r.bars) - min(b.shown for b in r.bars))
    return f"Størst er forskjellen for {quoted(data, row)}: {_bars(data, row)}."
