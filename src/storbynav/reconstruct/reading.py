"""A folder of printed facts, read and checked: ``reconstruction.yml`` and the tables that it names.

Only this module (and, for its own keys, the stage that `design` names) knows the file formats;
docs/reconstruction.md, «Another survey», describes every key. Faults are `ReconstructionError` with file,
entry and what to do.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from storbynav.reconstruct.errors import ReconstructionError, fault
from storbynav.reconstruct.facts import (
    LEVELS,
    Correlation,
    Crosstab,
    Facts,
    Item,
    Moments,
    Predictor,
    Regression,
    Variable,
    counted_interval,
    half_interval,
)
from storbynav.yamlfile import YamlFaultError, did_you_mean, parse_yaml, read_utf8

PLAN = "reconstruction.yml"


def read(folder: Path) -> Facts:
    """Read a folder of published facts.

    Raises
    ------
    ReconstructionError
        A file or an entry is missing or wrong; the message names it and says what to do.
    """
    plan = _plan(folder)
    design = plan.get("design", "background")
    inputs = {PLAN}
    moments: list[Moments] = []
    for told in _entries(plan, "moments"):
        moments += _moments(folder, told)
        inputs.add(told["file"])
    correlations: list[Correlation] = []
    impossible = {(t, frozenset((a, b))) for t, a, b in plan.get("impossible_stars", [])}
    for told in _entries(plan, "correlations"):
        correlations += _correlations(folder, told, impossible)
        inputs.add(told["file"])
    regressions: list[Regression] = []
    for told in _entries(plan, "regressions"):
        regressions += _regressions(folder, told)
        inputs.add(told["file"])
    printed = {(m.table, m.variable): m for m in moments}
    scales = plan.get("scales", {})
    items = tuple(_item(row, printed, scales) for row in _entries(plan, "items"))
    _once([item.id for item in items], "items")
    variables: tuple[Variable, ...] = ()
    crosstabs: tuple[Crosstab, ...] = ()
    if design == "background":
        variables = _variables(plan)
        _once([*(v.id for v in variables), *(i.id for i in items)], "background/items")
        crosstabs = tuple(_crosstab(row, variables) for row in _entries(plan, "crosstabs"))
    return Facts(
        folder=folder,
        plan=plan,
        items=items,
        correlations=tuple(correlations),
        regressions=tuple(regressions),
        moments=tuple(moments),
        variables=variables,
        crosstabs=crosstabs,
        inputs=tuple(sorted(inputs | {str(name) for name in plan.get("other_files", [])})),
        seed=_number(plan, "seed", PLAN),
    )


def known(name: str, names: Collection[str], where: str) -> None:
    """Refuse a name that is none of `names`, with a suggestion."""
    if name not in names:
        raise fault(
            where,
            f"{name} finnes ikke{did_you_mean(name, list(names))}",
            f"Skriv en av {', '.join(sorted(names))}, eller legg den til under background eller items",
        )


def rows(folder: Path, name: str, columns: Iterable[str]) -> list[dict[str, str]]:
    """The rows of a CSV file of the folder, which must have `columns`."""
    path = folder / name
    if not path.is_file():
        raise fault(name, f"filen mangler i {folder}", f"Legg den der, eller ta den ut av {PLAN}")
    try:
        text = read_utf8(path, name)
    except YamlFaultError as error:
        raise ReconstructionError(str(error)) from None
    table = csv.DictReader(text.splitlines())
    missing = [c for c in columns if c not in (table.fieldnames or [])]
    if missing:
        raise fault(
            name,
            f"kolonnen {missing[0]} mangler (filen har {', '.join(table.fieldnames or ['ingen'])})",
            "Rett kolonnenavnene i første linje",
        )
    return list(table)


def _plan(folder: Path) -> dict[str, Any]:
    path = folder / PLAN
    if not path.is_file():
        raise fault(
            PLAN, f"filen mangler i {folder}", "En faktamappe må ha den; docs/reconstruction.md sier hvordan"
        )
    try:
        plan = parse_yaml(read_utf8(path, PLAN), PLAN)
    except YamlFaultError as error:
        raise ReconstructionError(str(error)) from None
    if not isinstance(plan, dict):
        raise fault(PLAN, "er ikke et oppslag (nøkkel: verdi)", "Se docs/reconstruction.md")
    if plan.get("format") != 1:
        raise fault(PLAN, f"format er {plan.get('format')!r}", "Skriv format: 1")
    for key in ("seed", "respondents", "items", "date"):
        if key not in plan:
            raise fault(PLAN, f"mangler {key}", "Se docs/reconstruction.md")
    return plan


def _entries(plan: dict[str, Any], key: str) -> list[dict[str, Any]]:
    told = plan.get(key) or []
    if not isinstance(told, list) or not all(isinstance(row, dict) for row in told):
        raise fault(f"{PLAN}: {key}", "må være en liste av oppslag", "Begynn hver linje med «- {»")
    return told


def _need(row: dict[str, Any], key: str, where: str) -> Any:
    if row.get(key) is None:
        raise fault(where, f"mangler {key}", f"Skriv {key}: …")
    return row[key]


def _number(row: dict[str, Any], key: str, where: str) -> int:
    value = _need(row, key, where)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise fault(where, f"{key} er {value!r}", "Skriv et helt tall fra 0 og opp")
    return value


def _once(names: list[str], where: str) -> None:
    for name in names:
        if names.count(name) > 1:
            raise fault(f"{PLAN}: {where}", f"{name} står to ganger", "Gi hver variabel sin egen id")


def _cell(text: str, where: str) -> float:
    try:
        return float(text.replace(",", ".").replace("−", "-"))
    except ValueError:
        raise fault(
            where, f"{text!r} er ikke et tall", "Skriv tallet med punktum, for eksempel -0.32"
        ) from None


def _stars(text: str, levels: tuple[float, ...], where: str) -> int:
    # a letter after the stars is the print's own footnote
    stars = text.count("*")
    if stars > len(levels):
        raise fault(where, f"{text} har flere stjerner enn nivåene {list(levels)}", "Rett stars i " + PLAN)
    return stars


# ------------------------------------------------------------------ tables
def _levels(told: dict[str, Any], default: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(float(x) for x in told.get("stars", default))


def _moments(folder: Path, told: dict[str, Any]) -> list[Moments]:
    table, name = _need(told, "table", f"{PLAN}: moments"), _need(told, "file", f"{PLAN}: moments")
    decimals = {"mean": 2, "sd": 3} | told.get("decimals", {})
    found = []
    for row in rows(folder, name, ("var", "mean", "sd")):
        where = f"{name}: {row['var']}"
        mean, sd = (None if not row[k] else _cell(row[k], where) for k in ("mean", "sd"))
        if mean is not None or sd is not None:
            found.append(Moments(table, row["var"], mean, sd, int(decimals["mean"]), int(decimals["sd"])))
    return found


def _correlations(
    folder: Path, told: dict[str, Any], impossible: set[tuple[str, frozenset[str]]]
) -> list[Correlation]:
    """All printed cells, in the survey's coding."""
    table, name = _need(told, "table", f"{PLAN}: correlations"), _need(told, "file", f"{PLAN}: correlations")
    levels = _levels(told, LEVELS)
    turned = set(told.get("reversed", []))
    decimals = int(told.get("decimals", 2))
    cells = []
    for row in rows(folder, name, ("row_var", "col_var", "r", "stars")):
        a, b = row["row_var"], row["col_var"]
        where = f"{name}: {a} × {b}"
        if not row["r"]:
            continue
        r = _cell(row["r"], where)
        if abs(r) > 1:
            raise fault(where, f"r er {row['r']}, utenfor -1 til 1", "Rett tallet")
        sign = -1.0 if (a in turned) != (b in turned) else 1.0
        stars = _stars(row["stars"], levels, where)
        certain = (table, frozenset((a, b))) not in impossible
        cells.append(Correlation(table, a, b, sign * r, stars, certain, decimals, levels))
    seen: set[frozenset[str]] = set()
    for cell in cells:
        pair = frozenset((cell.row, cell.col))
        if len(pair) == 1:
            raise fault(f"{name}: {cell.row}", "er korrelert med seg selv", "Ta ut raden")
        if pair in seen:
            raise fault(f"{name}: {cell.row} × {cell.col}", "står to ganger", "Ta ut den ene raden")
        seen.add(pair)
    return cells


def _regressions(folder: Path, told: dict[str, Any]) -> list[Regression]:
    where = f"{PLAN}: regressions"
    table, name, names = (_need(told, key, where) for key in ("table", "file", "predictors"))
    turned = set(told.get("reversed", []))
    for x in turned:
        known(x, names, f"{where}.reversed")
    levels = _levels(told, (0.05,))
    decimals = {"beta": 2, "f": 2, "r2": 2} | told.get("decimals", {})
    needed = ["dv", *(f"{kind}_{x}" for x in names for kind in ("beta", "stars"))]
    found = []
    for row in rows(folder, name, needed):
        entry = f"{name}: {row['dv']}"

        def optional(key: str, row: dict[str, str] = row, entry: str = entry) -> float | None:
            return _cell(row[key], f"{entry}.{key}") if row.get(key) else None

        df2, f, r2 = optional("df2"), optional("F"), optional("R2")
        if r2 is not None and not 0 <= r2 <= 1:
            raise fault(entry, f"R2 er {r2}", "Skriv en andel mellom 0 og 1")
        found.append(
            Regression(
                table=table,
                dv=row["dv"],
                predictors=tuple(Predictor(x, x in turned) for x in names),
                beta=tuple(_cell(row[f"beta_{x}"], f"{entry}.beta_{x}") for x in names),
                stars=tuple(_stars(row[f"stars_{x}"], levels, f"{entry}.stars_{x}") for x in names),
                df2=None if df2 is None else int(df2),
                f=f,
                r2=r2,
                levels=levels,
                beta_decimals=int(decimals["beta"]),
                f_decimals=int(decimals["f"]),
                r2_decimals=int(decimals["r2"]),
            )
        )
    return found


# ------------------------------------------------------------------ questions
def _item(
    row: dict[str, Any], printed: dict[tuple[str, str], Moments], scales: dict[str, dict[str, Any]]
) -> Item:
    name = str(_need(row, "id", f"{PLAN}: items"))
    where = f"{PLAN}: items.{name}"
    scale: dict[str, Any] = {}
    if "scale" in row:
        known(row["scale"], list(scales), f"{where}.scale")
        scale = scales[row["scale"]]
    categories = {int(k): str(v) for k, v in scale.get("categories", {}).items()}
    points = int(row.get("points", len(categories) or 5))
    if categories and sorted(categories) != list(range(1, points + 1)):
        raise fault(f"{PLAN}: scales.{row['scale']}", "kodene må løpe fra 1 uten hull", "Kod om skalaen")
    n = _number(row, "n", where)
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
                float(agree["printed"]), int(_need(agree, "decimals", f"{where}.agree")), n
            )
        else:
            lo, hi = _need(agree, "range", f"{where}.agree")
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


# ------------------------------------------------------------------ who the respondents are
def _variables(plan: dict[str, Any]) -> tuple[Variable, ...]:
    total = _number(plan, "respondents", PLAN)
    cluster = plan.get("cluster")
    told = _entries(plan, "background")
    found: list[Variable] = []
    for row in told:
        name = str(_need(row, "id", f"{PLAN}: background"))
        found.append(_variable(row, name, total, name == cluster))
    groups = next((v for v in found if v.id == cluster), None)
    if cluster is not None and groups is None:
        raise fault(f"{PLAN}: cluster", f"{cluster} står ikke under background", "Legg den til der")
    if groups is None:
        for row in told:
            if "of" in row:
                raise fault(
                    f"{PLAN}: background.{row['id']}", "of krever at planen har cluster", "Skriv cluster: …"
                )
        return tuple(found)
    return tuple(
        v if "of" not in row else _of_groups(row, v, groups) for row, v in zip(told, found, strict=True)
    )


def _variable(row: dict[str, Any], name: str, total: int, groups: bool) -> Variable:
    where = f"{PLAN}: background.{name}"
    listed = _need(row, "categories", where)
    labels: dict[int, str] = {}
    counts: dict[int, int] = {}
    ids: list[str] = []
    of_groups = "of" in row
    for place, each in enumerate(listed):
        code = _need(each, "code", where)
        if groups:
            ids.append(str(code))
        elif isinstance(code, bool) or not isinstance(code, int) or code < 0:
            raise fault(where, f"koden {code!r}", "Koder er hele tall fra 0 og opp")
        key = place if groups else int(code)
        if key in labels or ids.count(str(code)) > 1:
            raise fault(where, f"koden {code} står to ganger", "Gi hver kategori sin kode")
        labels[key] = str(each.get("label", code))
        if not of_groups:
            counts[key] = _number(each, "n", f"{where}.{code}")
    known_n = sum(counts.values())
    missing = total - known_n
    if not of_groups and missing != row.get("missing", missing if missing >= 0 else 0):
        raise fault(
            where,
            f"{known_n} i kategoriene og {row.get('missing', 0)} uten svar blir ikke {total}",
            "Rett n, missing eller respondents",
        )
    return Variable(
        name, str(row.get("label", name)), labels, counts, 0 if of_groups else missing, tuple(ids)
    )


def _of_groups(row: dict[str, Any], variable: Variable, groups: Variable) -> Variable:
    """A property of the groups: every respondent of a group has its code."""
    where = f"{PLAN}: background.{variable.id}"
    if row["of"] != groups.id:
        raise fault(where, f"of: {row['of']} er ikke {groups.id}", f"Skriv of: {groups.id}")
    told = {str(k): v for k, v in _need(row, "values", where).items()}
    for name in told:
        known(name, groups.ids, f"{where}.values")
    for code in told.values():
        if code is not None and code not in variable.categories:
            raise fault(where, f"koden {code} er ikke blant categories", "Rett values")
    codes = tuple(told.get(name) for name in groups.ids)
    counts = dict.fromkeys(variable.categories, 0)
    for place, code in enumerate(codes):
        if code is not None:
            counts[code] += groups.counts[place]
    missing = sum(groups.counts.values()) + groups.missing - sum(counts.values())
    return Variable(variable.id, variable.label, variable.categories, counts, missing, (), codes)


def _crosstab(row: dict[str, Any], variables: tuple[Variable, ...]) -> Crosstab:
    source = str(_need(row, "source", f"{PLAN}: crosstabs"))
    by_name = {v.id: v for v in variables}
    names = [str(_need(row, key, f"{PLAN}: crosstabs.{source}")) for key in ("rows", "columns")]
    where = f"{PLAN}: crosstabs.{source} ({names[0]} × {names[1]})"
    for name in names:
        known(name, list(by_name), where)
    first, second = by_name[names[0]], by_name[names[1]]
    percent = "percent" in row
    told = row["percent"] if percent else _need(row, "counts", where)
    decimals = int(row.get("decimals", 0))
    cells: dict[tuple[int, int], tuple[float, float]] = {}
    for a, line in told.items():
        for b, value in line.items():
            key = _code(first, a, where), _code(second, b, where)
            if percent:
                cells[key] = half_interval(float(value), decimals)
            elif isinstance(value, list):
                cells[key] = float(value[0]), float(value[1])
            else:
                cells[key] = float(value), float(value)
    if not percent:
        _fits(cells, first, second, where)
    return Crosstab(source, names[0], names[1], cells, percent)


def _code(variable: Variable, code: Any, where: str) -> int:
    if variable.ids:
        known(str(code), variable.ids, where)
        return variable.ids.index(str(code))
    if code not in variable.categories:
        raise fault(where, f"{variable.id} har ingen kode {code}", f"Kodene er {list(variable.categories)}")
    return int(code)


def _fits(
    cells: dict[tuple[int, int], tuple[float, float]], first: Variable, second: Variable, where: str
) -> None:
    """A row or column of counts must fit into the respondents of its category."""
    for place, variable in ((0, first), (1, second)):
        for code, n in variable.counts.items():
            least = sum(lo for key, (lo, _) in cells.items() if key[place] == code)
            if least > n:
                raise fault(
                    where,
                    f"cellene for {variable.id} {variable.categories[code]} blir {least:g}, "
                    f"men bare {n} har svart det",
                    "Rett tabellen eller n i background",
                )
