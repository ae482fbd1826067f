"""Questions: what is printed, or chosen, of how each is answered."""

from __future__ import annotations

from typing import Any

from storbynav.reconstruct.errors import fault
from storbynav.reconstruct.facts import Item, Moments, counted_interval
from storbynav.reconstruct.reading.plan import PLAN, known, need, number


def read_item(
    row: dict[str, Any], printed: dict[tuple[str, str], Moments], scales: dict[str, dict[str, Any]]
) -> Item:
    """A row of `items`; `printed`: M and SD by table and variable."""
    name = str(need(row, "id", f"{PLAN}: items"))
    where = f"{PLAN}: items.{name}"
    scale: dict[str, Any] = {}
    if "scale" in row:
        known(row["scale"], list(scales), f"{where}.scale")
        scale = scales[row["scale"]]
    categories = {int(k): str(v) for k, v in scale.get("categories", {}).items()}
    points = int(row.get("points", len(categories) or 5))
    if categories and sorted(categories) != list(range(1, points + 1)):
        raise fault(f"{PLAN}: scales.{row['scale']}", "kodene må løpe fra 1 uten hull", "Kod om skalaen")
    n = number(row, "n", where)
    if n == 0:
        raise fault(where, "n er 0: spørsmålet er aldri besvart", "Ta det ut, eller rett n")
    agreeing = tuple(int(c) for c in row.get("agreement", scale.get("agreement", (1, 2))))
    low, high = tuple(range(1, len(agreeing) + 1)), tuple(range(points - len(agreeing) + 1, points + 1))
    if tuple(sorted(agreeing)) not in (low, high):
        raise fault(
            f"{where}.agreement",
            f"{list(agreeing)} er ikke den ene enden av skalaen 1-{points}",
            "Rett kodene",
        )
    agree = row.get("agree")
    span = None
    if agree is not None:
        if "printed" in agree:
            span = counted_interval(
                float(agree["printed"]), int(need(agree, "decimals", f"{where}.agree")), n
            )
        else:
            lo, hi = need(agree, "range", f"{where}.agree")
            span = float(lo), float(hi)
        if not (span[0] < span[1] and span[1] > 0 and span[0] < 100):
            raise fault(
                f"{where}.agree", f"{span[0]:g}-{span[1]:g} er ingen prosent", "Skriv tall mellom 0 og 100"
            )
    moments = None
    if "table" in row:
        moments = printed.get((row["table"], name))
        if moments is None:
            raise fault(
                where, f"table: {row['table']} har ingen rad med M for {name}", f"Rett filen eller {PLAN}"
            )
    counts = row.get("counts")
    if counts is not None and (len(counts) != points or sum(counts) != n or min(counts) < 0):
        raise fault(
            f"{where}.counts",
            f"{counts} er ikke {points} antall som blir {n} til sammen",
            "Rett counts eller n",
        )
    if counts is None and agree is None and row.get("counts_agree") is None and moments is None:
        raise fault(
            where,
            "ingenting sier hvordan det er besvart",
            "Gi agree, counts_agree, counts eller table (M), eller velg en andel: agree: {range: [40, 60]}",
        )
    factors = {str(k): float(v) for k, v in row.get("factors", {}).items()}
    sd = moments.sd if moments else None
    printed_sd = sd is not None
    if sd is None and counts is None:
        sd = float(row.get("sd", (points - 1) / 4))
    return Item(
        id=name,
        n=n,
        points=points,
        agree=span,
        agree_count=row.get("counts_agree"),
        counts=None if counts is None else tuple(int(c) for c in counts),
        mean=moments.mean if moments else None,
        sd=sd,
        factors=factors,
        agreeing=tuple(sorted(agreeing)),
        mean_decimals=moments.mean_decimals if moments else 2,
        sd_decimals=moments.sd_decimals if moments else 3,
        sd_printed=printed_sd,
        label=str(row.get("label", "")),
        categories=categories,
    )
