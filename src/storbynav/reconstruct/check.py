"""Which printed numbers the written survey files show: the manifest's account, from the files alone.

Every check recomputes one number from the CSV files with plain counts and sums, not with the state of the
search, and compares it with the print at its printed precision.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from storbynav.reconstruct.facts import Crosstab, Facts, Item, Regression
from storbynav.reconstruct.impossible import impossible_numbers
from storbynav.reconstruct.printed import value_of
from storbynav.reconstruct.rounding import critical_r, critical_t, round_half_up
from storbynav.reconstruct.stages import stage_of
from storbynav.reconstruct.written import Written

Float = NDArray[np.float64]
Add = Callable[..., None]


@dataclass(frozen=True)
class Check:
    """One printed number: where, what print says, what the survey says."""

    group: str
    id: str
    printed: str
    value: str
    met: bool
    impossible: bool


def check_all(facts: Facts, folder: Path) -> list[Check]:
    """Check every printed number that the survey can show."""
    stage = stage_of(facts)
    cluster = str(facts.plan.get("cluster") or "")
    survey = Written(folder / "survey.csv", (cluster,))
    survey.columns |= stage.join(folder, list(survey[cluster])) if stage.join else {}
    files = {"survey": survey} | {
        name: Written(folder / f"{name}.csv", ("id", cluster)) for name in stage.tables(facts)
    }
    proven = impossible_numbers(facts.folder)
    found: list[Check] = []

    def add(group: str, name: str, printed: Any, value: Any, met: bool | None = None) -> None:
        ok = str(printed) == str(value) if met is None else bool(met)
        found.append(Check(group, name, str(printed), str(value), ok, name in proven))

    for row in facts.plan.get("printed") or []:
        value, met = value_of(row, files)
        add(str(row["group"]), str(row["id"]), row.get("value", row.get("between")), value, met)
    _background(facts, survey, add)
    _items(facts, survey, add)
    _shares(facts, survey, add)
    _differences(facts, survey, add)
    _correlations(facts, survey, add)
    _moments(facts, survey, add)
    for reg in facts.regressions:
        _regression(facts, reg, survey, add)
    if stage.check:
        stage.check(facts, files, add)
    return found


def _background(facts: Facts, survey: Written, add: Add) -> None:
    for variable in facts.variables:
        codes: list[Any] = list(variable.ids or variable.categories)
        if variable.by_group is not None:
            continue  # follows from the groups
        for code, n in zip(codes, variable.counts.values(), strict=True):
            add("background", f"{variable.id}:{code}", n, int(survey.among(variable.id, [code]).sum()))
        if variable.missing:
            add(
                "background",
                f"{variable.id}:missing",
                variable.missing,
                int((~survey.known(variable.id)).sum()),
            )
    for table in facts.crosstabs:
        _crosstab(facts, table, survey, add)


def _crosstab(facts: Facts, table: Crosstab, survey: Written, add: Add) -> None:
    both = survey.known(table.rows) & survey.known(table.columns)
    for (a, b), (lo, hi) in table.cells.items():
        row, column = _code(facts, table.rows, a), _code(facts, table.columns, b)
        inside = survey.among(table.rows, [row]) & both
        hits = int((inside & survey.among(table.columns, [column])).sum())
        value = 100.0 * hits / max(1, int(inside.sum())) if table.percent else float(hits)
        name = f"{table.source}:{table.rows}={row}:{table.columns}={column}"
        add(table.source, name, f"{lo:g}-{hi:g}", f"{value:g}", lo <= value <= hi)


def _code(facts: Facts, name: str, code: int) -> Any:
    variable = next(v for v in facts.variables if v.id == name)
    return variable.ids[code] if variable.ids else code


def _items(facts: Facts, survey: Written, add: Add) -> None:
    group = str(facts.plan.get("items_source", "items"))
    for row, item in zip(facts.plan["items"], facts.items, strict=True):
        told = row.get("agree") or {}
        if "printed" in told:
            share = _agree(survey, item)
            add(
                group, f"share:{item.id}", float(told["printed"]), round_half_up(share, int(told["decimals"]))
            )
        if row.get("counts_source"):
            for code, n in enumerate(item.counts or (), 1):
                add(group, f"count:{item.id}:{code}", n, int(survey.among(item.id, [code]).sum()))
        add(group, f"n:{item.id}", item.n, int(survey.known(item.id).sum()))


def _agree(survey: Written, item: Item, among: Any = True) -> float:
    """Per cent of valid answers that agree."""
    known = survey.known(item.id) & among
    return 100.0 * int((survey.among(item.id, list(item.agreeing)) & known).sum()) / int(known.sum())


def _shares(facts: Facts, survey: Written, add: Add) -> None:
    for kind in ("shares", "means"):
        for row in facts.plan.get(kind) or []:
            if "printed" not in row:
                continue
            item = facts.item(row["item"])
            inside = _group(facts, survey, row["by"], row["group"])
            name = f"{row['source']}:{row['item']}:{row['group']}"
            if kind == "shares":
                value, decimals = _agree(survey, item, inside), int(row["decimals"])
            else:
                value = float(survey[item.id][survey.known(item.id) & inside].mean())
                decimals, name = int(row.get("decimals", 2)), f"{name}:mean"
            rounded = round_half_up(value, decimals)
            add(str(row["source"]), name, float(row["printed"]), rounded, rounded == float(row["printed"]))


def _group(facts: Facts, survey: Written, by: str, group: Any) -> Any:
    crossing = (facts.plan.get("crossings") or {}).get(by)
    if not crossing:
        return survey.among(by, [group])
    first, second = divmod(int(group), 10)
    return survey.among(crossing[0], [first]) & survey.among(crossing[1], [second])


def _differences(facts: Facts, survey: Written, add: Add) -> None:
    """Differences whose significance, or whose t, is printed."""
    for row in facts.plan.get("contrasts") or []:
        if "significant" not in row and "t" not in row:
            continue
        for name in row["items"]:
            item = facts.item(name)
            entry = f"{row['source']}:{name}:{row['by']}:{row['first']}-{row['second']}"
            groups = [
                survey[name][_group(facts, survey, row["by"], row[key]) & survey.known(name)]
                for key in ("first", "second")
            ]
            if "t" in row:
                t = round_half_up(student_t(groups[0], groups[1]), int(row.get("decimals", 2)))
                add(row["source"], f"{entry}:t", float(row["t"]), t, t == float(row["t"]))
            if "significant" not in row:
                continue
            told = row["significant"]
            limit = critical_t(len(groups[0]) + len(groups[1]) - 2, 0.05 if told is False else float(told))
            for kind in row.get("test", ["share"]):
                agree = [np.isin(x, item.agreeing).astype(float) for x in groups]
                sign = -1.0 if item.agreeing[0] == 1 else 1.0
                t = (
                    student_t(agree[0], agree[1])
                    if kind == "share"
                    else sign * student_t(groups[0], groups[1])
                )
                met = abs(t) < limit if told is False else t > limit
                add(
                    row["source"],
                    f"{entry}:{kind}",
                    "no difference" if told is False else f"p < {told}",
                    round(t, 2),
                    met,
                )


def student_t(a: Float, b: Float) -> float:
    """Student's t of two independent samples with pooled variance; 0 without spread."""
    n1, n2 = len(a), len(b)
    pooled = (float(((a - a.mean()) ** 2).sum()) + float(((b - b.mean()) ** 2).sum())) / (n1 + n2 - 2)
    return 0.0 if pooled <= 0 else float((a.mean() - b.mean()) / np.sqrt(pooled * (1 / n1 + 1 / n2)))


def pearson(x: Float, y: Float) -> tuple[float, int]:
    """Pairwise r and n."""
    ok = ~np.isnan(x) & ~np.isnan(y)
    a, b = x[ok] - x[ok].mean(), y[ok] - y[ok].mean()
    return float((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum())), int(ok.sum())


def _correlations(facts: Facts, survey: Written, add: Add) -> None:
    for cell in facts.correlations:
        r, n = pearson(survey[cell.row], survey[cell.col])
        stars = sum(abs(r) >= critical_r(n, level) for level in cell.levels)
        name = f"{cell.table}:{cell.row}:{cell.col}"
        printed, d = round(cell.r, cell.decimals), cell.decimals
        met = round_half_up(r, d) == printed
        add(cell.table, f"{name}:r", f"{printed + 0.0:.{d}f}", f"{round_half_up(r, d) + 0.0:.{d}f}", met)
        add(cell.table, f"{name}:stars", "*" * cell.stars, "*" * stars)


def _moments(facts: Facts, survey: Written, add: Add) -> None:
    for row in facts.moments:
        values = survey.valid(row.variable)
        for kind, printed, value, decimals in (
            ("mean", row.mean, values.mean(), row.mean_decimals),
            ("sd", row.sd, values.std(ddof=1), row.sd_decimals),
        ):
            if printed is not None:
                add(
                    row.table,
                    f"{row.table}:{row.variable}:{kind}",
                    printed,
                    round_half_up(float(value), decimals),
                )


def _regression(facts: Facts, reg: Regression, survey: Written, add: Add) -> None:
    k = len(reg.predictors)
    columns = []
    for p in reg.predictors:
        values = survey[p.name]
        columns.append(np.nanmax(values) - values if p.reversed else values)
    y = survey[reg.dv]
    ok = ~np.isnan(y)
    for c in columns:
        ok &= ~np.isnan(c)
    x = np.column_stack([c[ok] for c in columns])
    z = (x - x.mean(0)) / x.std(0, ddof=1)
    w = (y[ok] - y[ok].mean()) / y[ok].std(ddof=1)
    r_xx, r_xy = z.T @ z / (len(w) - 1), z.T @ w / (len(w) - 1)
    beta = np.linalg.solve(r_xx, r_xy)
    r2 = float(beta @ r_xy)
    df2 = len(w) - k - 1
    f = r2 / k / ((1 - r2) / df2)
    se = np.sqrt((1 - r2) / df2 * np.diag(np.linalg.inv(r_xx)))
    name = f"{reg.table}:{reg.dv}"
    for j, p in enumerate(reg.predictors):
        stars = sum(bool(abs(beta[j] / se[j]) >= critical_t(df2, level)) for level in reg.levels)
        add(reg.table, f"{name}:{p.name}:beta", reg.beta[j], round_half_up(float(beta[j]), reg.beta_decimals))
        add(reg.table, f"{name}:{p.name}:star", "*" * reg.stars[j], "*" * stars)
    if reg.df2 is not None:
        add(reg.table, f"{name}:df", f"{k}, {reg.df2}", f"{k}, {df2}")
    if reg.f is not None:
        add(reg.table, f"{name}:F", reg.f, round_half_up(float(f), reg.f_decimals))
    if reg.r2 is not None:
        add(reg.table, f"{name}:R2", reg.r2, round_half_up(r2, reg.r2_decimals))
