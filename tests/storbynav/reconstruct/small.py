"""A survey that exists, and the folder of facts that would be printed of it."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from storbynav.reconstruct.rounding import critical_r, critical_t, round_half_up

Codes = NDArray[np.int64]  # 0 = missing


def invented(seed: int, n: int, items: int, points: int, groups: int, missing: float) -> dict[str, Codes]:
    """Answers of `n` people in `groups` places: two background variables and questions that hang together."""
    rng = np.random.default_rng(seed)
    people = {
        "sted": np.sort(rng.integers(1, groups + 1, size=n)),
        "kjonn": rng.choice([0, 1, 2], size=n, p=[0.04, 0.5, 0.46]),
        "alder": rng.choice([1, 2, 3], size=n),
    }
    common = rng.normal(size=n)
    cuts = np.quantile(rng.normal(size=4000), np.arange(1, points) / points)
    for k in range(items):
        latent = 0.6 * common + 0.8 * rng.normal(size=n) + 0.3 * (people["kjonn"] == 2) + rng.normal(0, 0.4)
        answers = 1 + np.searchsorted(cuts, latent)
        people[f"q_{k}"] = np.where(rng.random(n) < missing, 0, answers)
    return {name: values.astype(np.int64) for name, values in people.items()}


def correlated(a: Codes, b: Codes) -> tuple[float, int]:
    """Pairwise r and n."""
    both = (a > 0) & (b > 0)
    return float(np.corrcoef(a[both], b[both])[0, 1]), int(both.sum())


def table(path: Path, header: list[str], rows: list[list[Any]]) -> None:
    """Write a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerows([header, *rows])


def plan_of(survey: dict[str, Codes], points: int) -> dict[str, Any]:
    """What would be printed of a survey, tables apart."""
    n = len(survey["sted"])
    questions = [name for name in survey if name.startswith("q_")]

    def categories(name: str) -> list[dict[str, int]]:
        codes = np.unique(survey[name][survey[name] > 0])
        return [{"code": int(c), "n": int((survey[name] == c).sum())} for c in codes]

    crossed = {
        int(a): {int(b): int(((survey["alder"] == a) & (survey["kjonn"] == b)).sum()) for b in (1, 2)}
        for a in (1, 2, 3)
    }
    items = []
    for name in questions:
        valid = survey[name][survey[name] > 0]
        share = round_half_up(100 * float((valid <= 2).mean()), 1)
        items.append(
            {
                "id": name,
                "n": len(valid),
                "points": points,
                "agree": {"printed": share, "decimals": 1},
                "table": "t1",
            }
        )
    return {
        "format": 1,
        "name": "oppdiktet",
        "seed": 5,
        "date": "2026-01-15",
        "respondents": n,
        "cluster": "sted",
        "background": [{"id": name, "categories": categories(name)} for name in ("sted", "kjonn", "alder")],
        "crosstabs": [{"source": "t0", "rows": "alder", "columns": "kjonn", "counts": crossed}],
        "items": items,
        "moments": [{"table": "t1", "file": "t1_moments.csv", "decimals": {"mean": 2, "sd": 2}}],
        "correlations": [{"table": "t2", "file": "t2_correlations.csv"}],
    }


def write_facts(folder: Path, survey: dict[str, Codes], points: int, **changes: Any) -> Path:
    """The folder of facts of a survey; `changes` replace keys of the plan (None: leave out)."""
    folder.mkdir(parents=True, exist_ok=True)
    questions = [name for name in survey if name.startswith("q_")]
    moments = []
    for name in questions:
        valid = survey[name][survey[name] > 0]
        mean, sd = round_half_up(valid.mean(), 2), round_half_up(valid.std(ddof=1), 2)
        moments.append([name, f"{mean:.2f}", f"{sd:.2f}"])
    table(folder / "t1_moments.csv", ["var", "mean", "sd"], moments)
    cells = []
    names = ["alder", "kjonn", *questions]
    for i, a in enumerate(names):
        for b in names[:i]:
            r, n = correlated(survey[a], survey[b])
            stars = "*" * sum(abs(r) >= critical_r(n, level) for level in (0.05, 0.01))
            cells.append([a, b, f"{round_half_up(r, 2):.2f}", stars])
    table(folder / "t2_correlations.csv", ["row_var", "col_var", "r", "stars"], cells)
    plan = plan_of(survey, points) | changes
    plan = {key: value for key, value in plan.items() if value is not None}
    (folder / "reconstruction.yml").write_text(yaml.safe_dump(plan, allow_unicode=True), encoding="utf-8")
    return folder


def regression_row(survey: dict[str, Codes], dv: str, predictors: list[str]) -> tuple[list[str], list[Any]]:
    """A printed row: standardised betas with stars, residual df and R²."""
    use = np.all([survey[name] > 0 for name in (dv, *predictors)], axis=0)
    columns = [survey[name][use].astype(float) for name in (*predictors, dv)]
    z = np.column_stack([(c - c.mean()) / c.std(ddof=1) for c in columns])
    x, y, k = z[:, :-1], z[:, -1], len(predictors)
    beta, *_ = np.linalg.lstsq(x, y, rcond=None)
    df2 = len(y) - k - 1
    r2 = 1 - float(((y - x @ beta) ** 2).sum() / (y**2).sum())
    se = np.sqrt((1 - r2) / df2 * np.diag(np.linalg.inv(x.T @ x / (len(y) - 1))))
    stars = ["*" if abs(b / s) >= critical_t(df2, 0.05) else "" for b, s in zip(beta, se, strict=True)]
    header, row = ["dv"], [dv]
    for name, b, star in zip(predictors, beta, stars, strict=True):
        header += [f"beta_{name}", f"stars_{name}"]
        row += [f"{round_half_up(float(b), 2):.2f}", star]
    return [*header, "df2", "R2"], [*row, df2, f"{round_half_up(r2, 2):.2f}"]
