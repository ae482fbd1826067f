"""The words of a figure: the mark inside the picture, its alternative text, the note below it."""

from __future__ import annotations

from collections.abc import Iterable

from storbynav import formatting as f
from storbynav.figures.data import Bar, BarRow, FigureData

SYNTHETIC = "Syntetiske tall"
PRELIMINARY = "Syntetiske tall (foreløpige tall)"
ALT_LIMIT = 600
INTERVAL = "95\u00a0% konfidensintervall"
INTERVAL_SHORT = "95\u00a0% KI"


def printed(data: FigureData) -> str:
    """«Trykt i r2016:02»: the mark on what the source prints."""
    return data.row.place.source.printed


def synthetic_mark(calibrated: bool) -> str:
    """The mark on everything that is not printed."""
    return SYNTHETIC if calibrated else PRELIMINARY


def keys(data: FigureData) -> list[tuple[bool, str]]:
    """The key at the top of the picture: (solid bar?, what it means). Empty for a real survey."""
    if not data.synthetic:
        return []
    published = [bar.status == "published" for bar in data.bars]
    entries = [(True, printed(data))] if any(published) else []
    return entries if all(published) else [*entries, (False, synthetic_mark(data.calibrated))]


def sums(data: FigureData) -> tuple[str, str]:
    """Above the sums at the two sides of a stack."""
    return ("Uenig", "Enig") if data.threshold.endswith("enig") else ("Sum", "Sum")


def mark(data: FigureData) -> str:
    """The mark as one line of text, for the data files."""
    return "; ".join(label for _, label in keys(data))


def bar_source(data: FigureData, bar: Bar) -> str:
    """Where a value comes from, for the data table; of a printed share also where its count and n do."""
    if not data.synthetic:
        return "undersøkelsen"
    if bar.status != "published":
        return str(f.lower_first(synthetic_mark(data.calibrated)))
    source = str(f.lower_first(printed(data)))
    if data.sizes_printed:
        return source
    return f"{'antallet' if data.unit == 'persons' else 'andelen'} er {source}, n er syntetisk"


def note(data: FigureData) -> f.Text:
    """The note below a figure: n, who was asked, what kind of numbers, source."""
    called = data.row.place.source.called
    counted = ""
    if data.synthetic and not data.row.n_printed:
        counted = f", talt i det syntetiske datasettet og ikke oppgitt i {called}"
    parts = [f"{data.n}{counted}.", _shown(data), data.row.base, _status(data)]
    if data.row.tests:
        here = ", og er ikke regnet ut av tallene her" if data.synthetic else ""
        parts.append(f"Signifikans er gjengitt slik {called} oppgir den{here}.")
    if data.intervals and not data.stacked:
        parts.append(_interval(data))
    if data.row.n_per_group:
        parts.append("n ved gruppene er det høyeste antallet svar på en påstand.")
    if data.suppressed:
        parts.append(f"Kolon ({f.SUPPRESSED}): ikke vist, fordi tallet bygger på for få svar.")
    parts += [data.row.remark, data.row.place.origin("figur", data.row.number)]
    return f.Text(" ".join(part for part in parts if part))


def _shown(data: FigureData) -> str:
    """What the bars show: all answers, or what counts as agreeing unless the caption says it."""
    if data.stacked:
        ends = "med 95\u00a0% konfidensintervall (KI, Wilson), " if data.intervals else ""
        labels = [f"«{part.label}»" for part in data.bars[0].parts if part.agrees]
        others = [f"«{part.label}»" for part in data.bars[0].parts[-len(labels) :]]
        return (
            f"Søylene viser alle svarene. Tallet til høyre er {f.listing(labels)} til sammen, {ends}"
            f"tallet til venstre {f.listing(others)}."
        )
    if data.unit == "persons":
        return "Den lyse stripen viser alle som svarte."
    told = data.threshold.removesuffix(" enig") in data.row.caption
    return "" if told else f"Søylene viser andelen som er {data.threshold}."


def _interval(data: FigureData) -> str:
    """Whose the intervals are: print gives none, so they are worked out from its shares and n."""
    if not data.synthetic:
        return "Tynne streker: 95\u00a0% konfidensintervall (Wilson)."
    return (
        "Tynne streker: 95\u00a0% konfidensintervall (Wilson), regnet ut her av trykt andel og n; "
        f"{data.row.place.source.called} oppgir ingen."
    )


def _status(data: FigureData) -> str:
    if not data.synthetic:
        return ""
    where, called = f.lower_first(printed(data)), data.row.place.source.called
    if data.status == "published":
        return f"Verdiene er {where} og gjenskapt i et syntetisk datasett."
    if data.mixed:
        text = f"Fylte søyler er {where}. Lyse søyler med omriss er syntetiske tall, ikke målt."
    elif data.row.printed:
        text = f"Syntetiske tall, ikke målt: datasettet gjengir ennå ikke verdiene som {called} trykker."
    elif data.status == "constrained":
        text = (
            f"Syntetiske tall, ikke målt: {called} trykker ingen verdier for figuren, "
            f"og søylene følger det teksten sier i ord{_exceptions(data)}."
        )
    else:
        text = f"Syntetiske tall, ikke målt: {called} oppgir ikke hva verdiene var."
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
    """The alternative text: what is drawn, what kind of numbers they are, and the numbers.

    The mark comes before the numbers: who hears the text shall know what they are. Where it would be longer
    than `ALT_LIMIT`, it tells the lowest and the highest values; the rest is in the figure's table.
    """
    texts = [_alt(data, _gap(data), _values(data)), _alt(data, "", _values(data))]
    if by_office(data):
        texts = []  # seven values in a row are more than a listener can keep
    short = _alt(data, _gap(data), _extremes(data)) if data.row.by else texts[0]
    return f.Text(next((text for text in texts if len(text) <= ALT_LIMIT), short))


def _alt(data: FigureData, gap: str, numbers: str) -> str:
    told: dict[str, str] = {"groups": f.listing([_in_text(data, group) for group in data.groups])}
    told |= {"lead": _lead(data), "gap": gap}
    drawn, _, rest = data.row.alt.format_map(told).partition(". ")
    if data.stacked:
        labels = [part.label for part in data.bars[0].parts]
        drawn = f"{drawn.removesuffix('.')}, delt etter svar fra «{labels[-1]}» til «{labels[0]}»"
    parts = [drawn.removesuffix(".") + ".", _alt_mark(data), *rest.split(" "), numbers]
    return " ".join(part for part in parts if part)


def _alt_mark(data: FigureData) -> str:
    if not data.synthetic:
        return ""
    later = "" if data.calibrated else " og foreløpige"
    if data.status == "published":
        return f"Verdiene er {f.lower_first(printed(data))}."
    if not data.mixed:
        return f"Syntetiske tall: verdiene er konstruert{later}, ikke målt."
    if not data.row.by:
        return ""  # `_values` tells the two kinds apart
    told = [
        f"{quoted(data, row)} ({_bars(data, bars)})"
        for row in data.rows
        if (bars := [bar for bar in row.bars if bar.status == "published"])
    ]
    return f"{printed(data)}: {f.listing(told)}. De andre tallene er syntetiske{later}, ikke målt."


def quoted(data: FigureData, row: BarRow) -> str:
    """The short form of a statement in quotation marks, anything else as it is."""
    if data.row.kind.startswith("shares") and data.row.answer is None and data.row.rows is None:
        return "«" + row.short.replace("«", "‘").replace("»", "’") + "»"
    return row.short


def _values(data: FigureData) -> str:
    if data.row.by:
        rows = [
            f"{quoted(data, row)} {f.listing([_spoken(data, bar) for bar in row.bars])}" for row in data.rows
        ]
        return f"{_of(data)}, i samme rekkefølge: {'; '.join(rows)}."
    if not data.synthetic or not data.mixed:
        return f"{_of(data)}: {_listed(data, data.rows)}."
    kinds = {True: [], False: []}  # type: dict[bool, list[BarRow]]
    for row in data.rows:
        kinds[row.bars[0].status == "published"].append(row)
    later = "" if data.calibrated else " og foreløpige"
    return (
        f"{printed(data)}: {_listed(data, kinds[True])}. "
        f"Syntetiske{later} tall, ikke målt: {_listed(data, kinds[False])}."
    )


def _of(data: FigureData) -> str:
    return f"Andel som er {data.threshold}" if data.stacked else "Alle verdier"


def _listed(data: FigureData, rows: Iterable[BarRow]) -> str:
    return f.listing([f"{quoted(data, row)} {_spoken(data, row.bars[0])}" for row in rows])


def _extremes(data: FigureData) -> str:
    """Row by row the lowest and the highest value, with the groups that have them."""
    parts = []
    for row in data.rows:
        shown = [bar for bar in row.bars if not bar.hidden]
        if not shown:
            parts.append(f"{quoted(data, row)}: ikke vist")
            continue
        low, high = (
            [bar for bar in shown if bar.shown == edge]
            for edge in (min(bar.shown for bar in shown), max(bar.shown for bar in shown))
        )
        ends = [
            f"{_spoken(data, bars[0])} ({f.listing([group_name(data, bar) for bar in bars])})"
            for bars in (low, high)
        ]
        hidden = f.listing([group_name(data, bar) for bar in row.bars if bar.hidden])
        left_out = f", ikke vist for {hidden}" if hidden else ""
        parts.append(f"{quoted(data, row)} fra {ends[0]} til {ends[1]}{left_out}")
    return f"Laveste og høyeste verdi: {'; '.join(parts)}."


def _bars(data: FigureData, bars: Iterable[Bar]) -> str:
    return ", ".join(f"{group_name(data, bar)} {_spoken(data, bar)}" for bar in bars)


def _spoken(data: FigureData, bar: Bar) -> str:
    return "ikke vist" if bar.hidden else str(data.value_text(bar))


def group_name(data: FigureData, bar: Bar) -> str:
    """The group in running text: names keep their capital."""
    return _in_text(data, bar.label)


def _in_text(data: FigureData, group: str) -> str:
    return data.row.by.in_text(group) if data.row.by else group


def by_office(data: FigureData) -> bool:
    """Whether the bars of a row are offices, which are named and not told by their order."""
    return data.row.by is not None and data.row.by.variable == "office"


def _lead(data: FigureData) -> str:
    """Which group has the highest value how often, as the reader sees the values."""
    if not data.row.by:
        return ""
    wins = dict.fromkeys(data.groups, 0)
    even = 0
    rows = _complete(data)
    for row in rows:
        highest = max(bar.shown for bar in row.bars)
        leaders = [bar.label for bar in row.bars if bar.shown == highest]
        if len(leaders) > 1:
            even += 1
        else:
            wins[leaders[0]] += 1
    ranked = sorted(((count, group) for group, count in wins.items() if count), key=lambda pair: -pair[0])
    parts = [f"{_in_text(data, group)} på {f.number_word(count)}" for count, group in ranked]
    if even:
        parts.append(f"likt på {f.number_word(even)}")
    if not parts:
        return ""
    if len(parts) == 1 and ranked and len(rows) == len(data.rows):
        return f"Høyest andel på alle {f.number_word(len(rows))}: {_in_text(data, ranked[0][1])}."
    return f"Høyest andel: {f.listing(parts)}."


def _gap(data: FigureData) -> str:
    """The row where the groups lie furthest apart."""
    if not data.row.by or not (rows := _complete(data)):
        return ""
    row = max(rows, key=lambda r: max(b.shown for b in r.bars) - min(b.shown for b in r.bars))
    return f"Størst er forskjellen for {quoted(data, row)}: {_bars(data, row.bars)}."


def _complete(data: FigureData) -> list[BarRow]:
    """The rows all of whose values are shown: only they can be compared."""
    return [row for row in data.rows if not any(bar.hidden for bar in row.bars)]
