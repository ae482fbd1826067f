"""Who the respondents are: background variables, groups and cross tables."""

from __future__ import annotations

from typing import Any

from storbynav.reconstruct.errors import fault
from storbynav.reconstruct.facts import Crosstab, Variable, half_interval
from storbynav.reconstruct.reading.plan import PLAN, entries, known, need, number


def read_variables(plan: dict[str, Any]) -> tuple[Variable, ...]:
    """All background variables; those that are properties of the groups are counted."""
    total = number(plan, "respondents", PLAN)
    cluster = plan.get("cluster")
    told = entries(plan, "background")
    found: list[Variable] = []
    for row in told:
        name = str(need(row, "id", f"{PLAN}: background"))
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
    listed = need(row, "categories", where)
    labels: dict[int, str] = {}
    counts: dict[int, int] = {}
    ids: list[str] = []
    of_groups = "of" in row
    for place, each in enumerate(listed):
        code = need(each, "code", where)
        if groups:
            ids.append(str(code))
        elif isinstance(code, bool) or not isinstance(code, int) or code < 0:
            raise fault(where, f"koden {code!r}", "Koder er hele tall fra 0 og opp")
        key = place if groups else int(code)
        if key in labels or ids.count(str(code)) > 1:
            raise fault(where, f"koden {code} står to ganger", "Gi hver kategori sin kode")
        labels[key] = str(each.get("label", code))
        if not of_groups:
            counts[key] = number(each, "n", f"{where}.{code}")
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
    told = {str(k): v for k, v in need(row, "values", where).items()}
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


def read_crosstab(row: dict[str, Any], variables: tuple[Variable, ...]) -> Crosstab:
    """A row of `crosstabs`."""
    source = str(need(row, "source", f"{PLAN}: crosstabs"))
    by_name = {v.id: v for v in variables}
    names = [str(need(row, key, f"{PLAN}: crosstabs.{source}")) for key in ("rows", "columns")]
    where = f"{PLAN}: crosstabs.{source} ({names[0]} × {names[1]})"
    for name in names:
        known(name, list(by_name), where)
    first, second = by_name[names[0]], by_name[names[1]]
    percent = "percent" in row
    told = row["percent"] if percent else need(row, "counts", where)
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
