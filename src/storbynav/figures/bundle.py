"""A figure as files: wide and narrow SVG, PNG, CSV and a JSON that describes them.

Nothing is drawn when the files on disk already show the same data, made by the same code.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import warnings
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from storbynav import formatting as f
from storbynav.figures import words
from storbynav.figures.compute import BY_OFFICE
from storbynav.figures.data import Bar, BarRow, FigureData

if TYPE_CHECKING:
    from storbynav.figures.sheet import Sheet
    from storbynav.figures.style import Variant

FILES = ("wide.svg", "narrow.svg", "figure.png", "data.csv", "figure.json")
PNG_DPI = 192
_VALUES = {"percent": "Andel", "offices": "Antall kontorer", "persons": "Antall"}
_COLUMNS = {"percent": "prosent", "offices": "antall_kontorer", "persons": "antall_personer"}

_HEAD = re.compile(r"^.*?(?=<svg )", re.DOTALL)
_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
_DEFS = re.compile(r"\s*<defs>\s*<style.*?</style>\s*</defs>", re.DOTALL)
_COMMENT = re.compile(r"\s*<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_ID = re.compile(r' id="[^"]*"')
_NOTHING = re.compile(r'\s*<g>\s*<path d="[^"]*" style="fill: none"/>\s*</g>')


def write(data: FigureData, folder: Path) -> dict[str, Any]:
    """Write the bundle of one figure into `folder` and return what ``figure.json`` says.

    The files are left alone when they already show `data`.
    """
    return store(folder, describe(data), _plain(data), lambda: _files(data))


def store(
    folder: Path, description: dict[str, Any], shown: object, make: Callable[[], dict[str, bytes]]
) -> dict[str, Any]:
    """Write a bundle, the files of `make` and `description`, unless the folder already shows `shown`."""
    digest = hashlib.sha256(_code().encode())
    digest.update(repr(shown).encode())
    fingerprint = digest.hexdigest()[:24]
    known = _known(folder)
    if known.get("fingerprint") == fingerprint:
        return known
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "figure.json").unlink(missing_ok=True)
    for name, content in make().items():
        (folder / name).write_bytes(content)
    description["fingerprint"] = fingerprint
    text = json.dumps(description, ensure_ascii=False, indent=1) + "\n"
    (folder / "figure.json").write_text(text, encoding="utf-8")
    return description


def describe(data: FigureData) -> dict[str, Any]:
    """What ``figure.json`` holds (docs/architecture.md, «A figure bundle»): text for the reader."""
    from storbynav.figures.style import PALETTE

    return {
        "id": data.row.id,
        "label": label(data),
        "print": data.row.place.cited("figur", data.row.number),
        "kind": data.row.kind,
        "status": data.status,
        "synthetic": data.synthetic,
        "preliminary": data.synthetic and not data.calibrated,
        "mark": words.mark(data),
        "n": str(data.n),
        "alt": str(words.alt(data)),
        "caption": data.row.caption,
        "note": str(words.note(data)),
        "palette": dict(PALETTE),
        "table": table(data),
    }


def label(data: FigureData) -> str:
    """The id by which the text refers to a figure, «fig-v2-03»."""
    return f"fig-{data.row.place.key}-{data.row.number:02d}"


def table(data: FigureData) -> dict[str, list[Any]]:
    """The figure's numbers as a table for people: one row per item, one column per group.

    Where all answers are known, one row per bar and one column per category.
    """
    if data.stacked:
        return _answers(data)
    first = _first_column(data)
    columns = [first, *(data.groups or [_VALUES[data.unit]])]
    single = data.intervals and not data.groups
    if single:
        columns.append(words.INTERVAL)
    if not data.n_beside:
        columns.append("n")
    if data.row.tests:
        columns.append(f"Signifikans i {data.row.place.source.called}")
    if data.synthetic:
        columns.append("Kilde")
    rows = []
    for row in data.rows:
        if data.n_beside:
            cells = [row.label, *(f"{data.value_text(bar)} ({bar.size})" for bar in row.bars)]
        else:
            values = [_with_interval(data, bar) if data.groups else _value(data, bar) for bar in row.bars]
            cells = [row.label, *values]
            if single:
                cells.append(str(data.interval_text(row.bars[0])))
            cells.append(_sizes(row))
        if data.row.tests:
            cells.append(data.row.test(row.key))
        rows.append([*cells, _row_source(data, row)] if data.synthetic else cells)
    return {"columns": columns, "rows": rows}


def _sizes(row: BarRow) -> str:
    """n of a row: one number, or those of its bars in their order where they differ."""
    sizes = [str(bar.size_number) for bar in row.bars]
    return sizes[0] if len(set(sizes)) == 1 else str(f.listing(sizes))


def _answers(data: FigureData) -> dict[str, list[Any]]:
    """The table of a figure that shows all answers: the categories in the order of the scale."""
    parts = data.bars[0].parts
    group = ["Gruppe"] if data.groups else []
    interval = [words.INTERVAL] if data.intervals else []
    columns = [_first_column(data), *group, *(str(f.sentence(part.label)) for part in parts)]
    columns += [str(f.sentence(data.threshold)), *interval, "n", *(["Kilde"] if data.synthetic else [])]
    rows = []
    for row in data.rows:
        for bar in row.bars:
            cells = [row.label, *([bar.label] if group else [])]
            cells += [str(f.percent(data.part_value(bar, part), bar.decimals)) for part in bar.parts]
            cells += [_value(data, bar), *([str(data.interval_text(bar))] if interval else [])]
            cells.append(str(f.number(bar.n)))
            rows.append([*cells, f.sentence(words.bar_source(data, bar))] if data.synthetic else cells)
    return {"columns": columns, "rows": rows}


def _value(data: FigureData, bar: Bar) -> str:
    return str(data.value_text(bar))


def _with_interval(data: FigureData, bar: Bar) -> str:
    return f"{_value(data, bar)} ({data.interval_text(bar)})" if bar.interval else _value(data, bar)


def table_csv(data: FigureData) -> bytes:
    """One line per value, for Norwegian spreadsheets: UTF-8 with byte order mark, semicolon, comma.

    The bounds of the interval are empty where there is none. A figure of all answers has a line for each
    category, and one for those who agree; `svar` says which.
    """
    unit = _COLUMNS[data.unit]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    answer = ["svar"] if data.stacked else []
    bounds = ["nedre95", "øvre95"]
    writer.writerow(
        f.csv_row(
            ["figur", _first_column(data).lower(), "gruppe", *answer, unit, *bounds, "antall", "n", "kilde"]
        )
    )
    for row in data.rows:
        for bar in row.bars:
            value, count = (
                (f.SUPPRESSED,) * 2 if bar.hidden else (f.number(bar.value, bar.decimals), bar.count)
            )
            source = words.bar_source(data, bar)
            # the interval of a printed share is no finer than the share
            finest = bar.decimals if data.synthetic else 1
            limits = [f.number(bound, finest) for bound in bar.interval] if bar.interval else ["", ""]
            start = [data.row.id, row.label, bar.label]
            for part in bar.parts:
                share = f.number(data.part_value(bar, part), bar.decimals)
                writer.writerow(f.csv_row([*start, part.label, share, "", "", part.count, bar.n, source]))
            told = [data.threshold] if bar.parts else []
            writer.writerow(f.csv_row([*start, *told, value, *limits, count, bar.n or f.SUPPRESSED, source]))
    return out.getvalue().encode("utf-8-sig")


def _first_column(data: FigureData) -> str:
    if data.row.row_header:
        return data.row.row_header
    if data.row.rows and data.row.rows.variable == BY_OFFICE:
        return "Kontor"
    if data.row.kind.startswith("distribution") or data.row.answer is not None or data.row.rows:
        return str(f.sentence(data.row.rows.label)) if data.row.rows else "Kategori"
    return "Påstand"


def _row_source(data: FigureData, row: BarRow) -> str:
    sources = {words.bar_source(data, bar) for bar in row.bars}
    if len(sources) == 1:
        return str(f.sentence(sources.pop()))
    printed = [words.group_name(data, bar) for bar in row.bars if bar.status == "published"]
    others = words.synthetic_mark(data.calibrated).lower()
    return f"{words.printed(data)}: {f.listing(printed)}. Ellers {others}"


def _files(data: FigureData) -> dict[str, bytes]:
    from storbynav.figures import charts

    drawn = pictures(
        lambda variant: charts.draw(data, variant), data.row.caption, str(words.alt(data)), words.mark(data)
    )
    return {**drawn, "data.csv": table_csv(data)}


def pictures(draw: Callable[[Variant], Sheet], title: str, alt: str, mark: str) -> dict[str, bytes]:
    """The files of the pictures: two SVG variants and the PNG, which says what it is in its metadata."""
    from storbynav.figures import style

    files = {}
    with style.drawing(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font")  # of a label in another script
        for variant in (style.WIDE, style.NARROW):
            out = io.BytesIO()
            draw(variant).figure().savefig(out, format="svg", metadata={"Date": None})
            files[f"{variant.name}.svg"] = tidy_svg(out.getvalue().decode(), alt)
        out = io.BytesIO()
        metadata = {"Software": None, "Title": title, "Description": alt, "Comment": mark}
        options = {"compress_level": 3}
        page = draw(style.PAGE).figure()
        page.savefig(out, format="png", dpi=PNG_DPI, facecolor="white", metadata=metadata, pil_kwargs=options)
        files["figure.png"] = out.getvalue()
    return files


def tidy_svg(svg: str, alt: str) -> bytes:
    """Make matplotlib's SVG fit to stand alone or inside a page.

    No document type, no style that would reach the page around it, no ids that two pictures share; a
    fall-back for the font; the alternative text (with the synthetic mark) as description.
    """
    svg = _HEAD.sub("", svg)
    for pattern in (_METADATA, _DEFS, _COMMENT):
        svg = pattern.sub("", svg)
    svg = _TAG.sub(lambda tag: _ID.sub("", tag[0]), svg)
    svg = _NOTHING.sub("", svg)
    svg = svg.replace("'Source Sans 3'", "'Source Sans 3', 'Source Sans Pro', sans-serif")
    svg = svg.replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "")
    svg = svg.replace(">", f">\n <desc>{escape(alt)}</desc>", 1)
    return svg.encode("utf-8")


def _known(folder: Path) -> dict[str, Any]:
    """What the folder's ``figure.json`` says, if all files of the bundle are there."""
    if not all((folder / name).is_file() for name in FILES):
        return {}
    try:
        known = json.loads((folder / "figure.json").read_text(encoding="utf-8"))
    except ValueError:
        return {}
    return known if isinstance(known, dict) else {}


def _plain(data: FigureData) -> list[Any]:
    def bar(b: Bar) -> list[Any]:
        known = [b.label, str(b.value), b.count, b.n, b.status, b.decimals, b.hidden]
        return [*known, bool(b.interval), [[part.label, part.count] for part in b.parts]]

    row = {name: str(value) for name, value in vars(data.row).items() if name not in ("labels", "where")}
    rows = [[r.key, r.label, r.short, r.n, [bar(b) for b in r.bars]] for r in data.rows]
    return [row, data.unit, data.synthetic, data.calibrated, data.threshold, rows]


@lru_cache(maxsize=1)
def _code() -> str:
    """A digest of what shapes a picture besides its data: this package, formatter, matplotlib, fonts."""
    from importlib.metadata import version

    here = Path(__file__).parent
    digest = hashlib.sha256(version("matplotlib").encode())
    fonts = here.parents[2] / "_extensions" / "storby" / "fonts"
    for file in [*sorted(here.glob("*.py")), Path(f.__file__), *sorted(fonts.glob("SourceSans3-*.otf"))]:
        digest.update(file.read_bytes())
    return digest.hexdigest()
