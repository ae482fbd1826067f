"""What the plan says of groups and in single numbers: keys that must be there, values of the right kind."""

from __future__ import annotations

from typing import Any

from storbynav.reconstruct.errors import fault
from storbynav.reconstruct.reading.plan import PLAN, entries, need
from storbynav.yamlfile import did_you_mean

# keys of the plan; a stage that makes people itself (`design`) has more of its own
KEYS = (
    *("format", "name", "seed", "date", "respondents", "design", "cluster", "background", "crosstabs"),
    *("items", "items_source", "scales", "correlations", "impossible_stars", "moments", "regressions"),
    *("contrasts", "shares", "means", "item_gaps", "orders", "crossings", "printed", "missing", "model"),
    *("search", "labels", "other_files"),
)
NEEDED = {
    "contrasts": ("source", "by", "items"),
    "shares": ("source", "item", "by", "group"),
    "means": ("source", "item", "by", "group", "printed"),
    "item_gaps": ("source", "first", "second", "by", "group", "range"),
    "printed": ("group", "id", "what"),
}
SAYINGS = ("significant", "t", "share_t", "mean_t", "gap", "anova")
_RANGES = ("range", "share_t", "mean_t", "gap", "anova", "between")
_NUMBERS = ("printed", "t", "value", "decimals", "n")


def check_statements(plan: dict[str, Any], design: str) -> None:
    """Refuse statements that lack a key, or hold something else than numbers where numbers belong."""
    if design == "background":
        for key in plan:
            if key not in KEYS:
                raise fault(
                    PLAN,
                    f"{key} er ingen nøkkel{did_you_mean(str(key), KEYS)}",
                    f"Nøklene er {', '.join(KEYS)}",
                )
    for section, keys in NEEDED.items():
        for place, row in enumerate(entries(plan, section), 1):
            where = f"{PLAN}: {section}.{row.get('source', row.get('id', place))}"
            for key in keys:
                need(row, key, where)
            _values(row, where)
            if section == "contrasts":
                _says_something(row, where)
            if section == "shares" and "printed" not in row and "range" not in row:
                raise fault(where, "mangler printed eller range", "Skriv andelen i gruppen")
            if section == "shares" and "printed" in row:
                need(row, "decimals", where)


def _says_something(row: dict[str, Any], where: str) -> None:
    if not any(key in row for key in SAYINGS):
        raise fault(where, "sier ikke noe om forskjellen", f"Skriv en av {', '.join(SAYINGS)}")
    if "anova" not in row:
        for key in ("first", "second"):
            need(row, key, where)
    told = row.get("significant", False)
    if told is not False and not (isinstance(told, float) and 0 < told < 1):
        raise fault(where, f"significant er {told!r}", "Skriv nivået, for eksempel 0.05, eller false")
    if any(kind not in ("share", "mean") for kind in row.get("test", [])):
        raise fault(where, f"test er {row['test']}", "Skriv [share], [mean] eller begge")


def _values(row: dict[str, Any], where: str) -> None:
    for key in _NUMBERS:
        if key in row and (isinstance(row[key], bool) or not isinstance(row[key], int | float)):
            raise fault(where, f"{key} er {row[key]!r}", "Skriv et tall")
    for key in _RANGES:
        if key not in row:
            continue
        span = row[key]
        right = isinstance(span, list) and len(span) == 2 and all(isinstance(x, int | float) for x in span)
        if not right or span[0] > span[1]:
            raise fault(where, f"{key} er {span!r}", "Skriv det minste og det største tallet: [40, 60]")
