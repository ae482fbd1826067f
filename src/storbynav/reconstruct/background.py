"""The stage `design: background`: respondents from printed counts, cross tables and correlations.

Every variable has its printed counts from the start; annealing over exchanges of two respondents' codes then
meets what is printed of two variables together. What is not printed together is left to chance. Groups
(`cluster`) and their properties stay in place; the others are arranged around them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from storbynav.reconstruct.errors import ReconstructionError, fault
from storbynav.reconstruct.facts import Facts, Variable, r_interval
from storbynav.reconstruct.population import UNKNOWN, Int, Population, Table
from storbynav.reconstruct.reading import PLAN
from storbynav.reconstruct.rng import State, below, exponential_table, next_u64, shuffle, stream
from storbynav.reconstruct.solver.statistics import correlation, outside

Float = NDArray[np.float64]
STEPS, TRIES = 300_000, 5
HOT, COLD = 3.0, 0.05
_R_UNIT = 0.002


class Tables(NamedTuple):
    """Printed tables of two variables, one after the other; `lo` and `hi` (tables, codes + 1, codes + 1) hold
    the range of each cell, 0 = missing, -1 where nothing is printed."""

    first: Int
    second: Int
    percent: Int
    lo: Float
    hi: Float


class Pairs(NamedTuple):
    """Printed correlations of two variables and the range of each."""

    first: Int
    second: Int
    lo: Float
    hi: Float


def populations(facts: Facts, say: Callable[[str], None]) -> Iterator[Population]:
    """People that meet all counts, tables and correlations of the background variables."""
    variables = facts.variables
    if not variables:
        raise fault(f"{PLAN}: background", "er tom", "Si hvem som svarte: minst én variabel med antall")
    plan = (facts.plan.get("search") or {}).get("background") or {}
    tries = int(plan.get("restarts", TRIES))
    restarts = int((facts.plan.get("search") or {}).get("restarts", 5))
    say(f"Setter sammen {facts.plan['respondents']} personer fra {len(variables)} bakgrunnsvariabler …")
    found = 0
    missed: list[str] = []
    for attempt in range(tries * restarts):
        state = stream(facts.seed, "background", attempt)
        codes = _start(variables, int(facts.plan["respondents"]), state)
        names = [v.id for v in variables]
        wanted, pairs = _asked_tables(facts, names), _asked_pairs(facts, names, codes)
        movable = _movable(facts, variables)
        if len(movable):
            expo = exponential_table()
            _anneal(codes, movable, wanted, pairs, state, expo, int(plan.get("steps", STEPS)))
        missed = _missed(facts, codes, names, wanted, _asked_pairs(facts, names, codes))
        if missed:
            say(f"  forsøk {attempt + 1}: {len(missed)} bakgrunnstall ble ikke nådd")
            if attempt + 1 >= tries and not found:
                break
            continue
        found += 1
        yield _population(facts, codes, attempt)
    if not found:
        raise ReconstructionError(
            f"{PLAN}: background: disse tallene lot seg ikke oppfylle samtidig: {', '.join(missed[:5])}. "
            "Rett dem, eller før det som ikke kan stemme opp i impossible.yml og ta det ut her."
        )


def tables(facts: Facts) -> list[str]:
    """The further file of this stage: what the groups are, where the facts say anything of it."""
    return [v.id for v in facts.variables if v.ids and any(x.by_group is not None for x in facts.variables)]


def _start(variables: tuple[Variable, ...], n: int, state: State) -> Int:
    """Codes (respondents x variables), 0 = missing, 1 = the first category; groups in order, the rest
    shuffled."""
    codes = np.zeros((n, len(variables)), dtype=np.int64)
    groups = next((v for v, variable in enumerate(variables) if variable.ids), None)
    if groups is not None:
        codes[:, groups] = _repeat(variables[groups])
    for v, variable in enumerate(variables):
        if v == groups:
            continue
        if variable.by_group is not None:
            assert groups is not None
            place = {code: k for k, code in enumerate(variable.categories, 1)}
            of_group = [0, *(0 if code is None else place[code] for code in variable.by_group)]
            codes[:, v] = np.array(of_group, dtype=np.int64)[codes[:, groups]]
        else:
            values = _repeat(variable)
            shuffle(state, values)
            codes[:, v] = values
    return codes


def _repeat(variable: Variable) -> Int:
    places = [k for k, n in enumerate(variable.counts.values(), 1) for _ in range(n)]
    return np.array([*places, *[0] * variable.missing], dtype=np.int64)


def _movable(facts: Facts, variables: tuple[Variable, ...]) -> Int:
    """Variables that something printed ties to another; the groups and their properties never move."""
    tied = {name for table in facts.crosstabs for name in (table.rows, table.columns)}
    tied |= {name for cell in facts.correlations for name in (cell.row, cell.col)}
    free = [v for v, x in enumerate(variables) if not x.ids and x.by_group is None and x.id in tied]
    return np.array(free, dtype=np.int64)


def _values(variable: Variable) -> Int:
    """The code of each place, for correlations; -1 for missing."""
    return np.array([UNKNOWN, *variable.categories], dtype=np.int64)


def _asked_tables(facts: Facts, names: list[str]) -> Tables:
    width = max(len(v.categories) for v in facts.variables) + 1
    lo = np.full((len(facts.crosstabs), width, width), -1.0)
    hi = np.full((len(facts.crosstabs), width, width), -1.0)
    for t, table in enumerate(facts.crosstabs):
        first, second = (facts.variables[names.index(name)] for name in (table.rows, table.columns))
        for (a, b), (least, most) in table.cells.items():
            i, j = list(first.categories).index(a) + 1, list(second.categories).index(b) + 1
            lo[t, i, j], hi[t, i, j] = max(0.0, least), most
    return Tables(
        np.array([names.index(t.rows) for t in facts.crosstabs], dtype=np.int64),
        np.array([names.index(t.columns) for t in facts.crosstabs], dtype=np.int64),
        np.array([int(t.percent) for t in facts.crosstabs], dtype=np.int64),
        lo,
        hi,
    )


def _asked_pairs(facts: Facts, names: list[str], codes: Int) -> tuple[Pairs, Int]:
    """Correlations between background variables, and the codes they are made of (a row per variable)."""
    cells = [c for c in facts.correlations if c.row in names and c.col in names]
    values = np.full(
        (len(names), max(len(v.categories) for v in facts.variables) + 1), UNKNOWN, dtype=np.int64
    )
    for v, variable in enumerate(facts.variables):
        values[v, : len(variable.categories) + 1] = _values(variable)
    spans = []
    for cell in cells:
        a, b = names.index(cell.row), names.index(cell.col)
        for v in (a, b):
            if facts.variables[v].ids:
                raise fault(
                    f"{cell.table}: {cell.row} × {cell.col}",
                    f"{names[v]} er gruppene, som ikke har tallkoder",
                    "Ta ut raden",
                )
        # the number with both may shift by a few in the search: what counts is asked again after it
        n = int(((codes[:, a] != 0) & (codes[:, b] != 0)).sum())
        spans.append(r_interval(cell, n))
        if spans[-1][0] > spans[-1][1]:
            raise fault(
                f"{cell.table}: {cell.row} × {cell.col}",
                f"r = {cell.r:g} kan ikke ha {cell.stars} stjerner ved n = {n}",
                "Rett tallet, eller skriv cellen i impossible_stars og bevis den i impossible.yml",
            )
    return (
        Pairs(
            np.array([names.index(c.row) for c in cells], dtype=np.int64),
            np.array([names.index(c.col) for c in cells], dtype=np.int64),
            np.array([lo for lo, _ in spans], dtype=np.float64),
            np.array([hi for _, hi in spans], dtype=np.float64),
        ),
        values,
    )


@njit(cache=True)
def _loss(codes, tables, pairs, values):
    """What is missed: respondents in the wrong cell, and correlations out of range."""
    loss = 0.0
    width = tables.lo.shape[1]
    for t in range(tables.first.shape[0]):
        loss += _table_loss(codes, tables, t, width)
    for p in range(pairs.first.shape[0]):
        loss += _pair_loss(codes, pairs, values, p)
    return loss


@njit(cache=True)
def _table_loss(codes, tables, t, width):
    count = np.zeros((width, width))
    a, b = tables.first[t], tables.second[t]
    for r in range(codes.shape[0]):
        count[codes[r, a], codes[r, b]] += 1.0
    loss = 0.0
    for i in range(1, width):
        whole = 0.0
        for j in range(1, width):
            whole += count[i, j]
        for j in range(1, width):
            if tables.hi[t, i, j] >= 0.0:
                if tables.percent[t] == 1:
                    share = 100.0 * count[i, j] / whole if whole > 0.0 else 0.0
                    loss += outside(share, tables.lo[t, i, j], tables.hi[t, i, j]) * max(1.0, whole) / 100.0
                else:
                    loss += outside(count[i, j], tables.lo[t, i, j], tables.hi[t, i, j])
    return loss


@njit(cache=True)
def _pair_loss(codes, pairs, values, p):
    a, b = pairs.first[p], pairs.second[p]
    n = sx = sy = sxx = syy = sxy = 0
    for r in range(codes.shape[0]):
        if codes[r, a] != 0 and codes[r, b] != 0:
            x, y = values[a, codes[r, a]], values[b, codes[r, b]]
            n += 1
            sx += x
            sy += y
            sxx += x * x
            syy += y * y
            sxy += x * y
    return outside(correlation(n, sx, sy, sxx, syy, sxy), pairs.lo[p], pairs.hi[p]) / _R_UNIT


@njit(cache=True)
def _loss_of(codes, tables, pairs, values, v):
    """The part of the loss that a variable takes part in."""
    loss = 0.0
    width = tables.lo.shape[1]
    for t in range(tables.first.shape[0]):
        if tables.first[t] == v or tables.second[t] == v:
            loss += _table_loss(codes, tables, t, width)
    for p in range(pairs.first.shape[0]):
        if pairs.first[p] == v or pairs.second[p] == v:
            loss += _pair_loss(codes, pairs, values, p)
    return loss


@njit(cache=True)
def _anneal_codes(codes, movable, tables, pairs, values, state, expo, steps, hot, cold):
    total = _loss(codes, tables, pairs, values)
    n = codes.shape[0]
    for step in range(steps):
        if total <= 1e-12:
            # sums of differences drift: zero is confirmed from scratch
            total = _loss(codes, tables, pairs, values)
            if total <= 0.0:
                break
        x = 1.0 - step / steps
        temp = cold + (hot - cold) * x * x
        v = movable[below(state, movable.shape[0])]
        r1, r2 = below(state, n), below(state, n)
        if codes[r1, v] == codes[r2, v]:
            continue
        before = _loss_of(codes, tables, pairs, values, v)
        if before <= 0.0:
            continue
        keep = codes[r1, v]
        codes[r1, v] = codes[r2, v]
        codes[r2, v] = keep
        change = _loss_of(codes, tables, pairs, values, v) - before
        if change <= temp * expo[next_u64(state) & np.uint64(4095)]:
            total += change
        else:
            codes[r2, v] = codes[r1, v]
            codes[r1, v] = keep
    return _loss(codes, tables, pairs, values)


def _anneal(
    codes: Int, movable: Int, tables: Tables, asked: tuple[Pairs, Int], state: State, expo: Float, steps: int
) -> None:
    pairs, values = asked
    _anneal_codes(codes, movable, tables, pairs, values, state, expo, steps, HOT, COLD)


def _missed(
    facts: Facts, codes: Int, names: list[str], tables: Tables, asked: tuple[Pairs, Int]
) -> list[str]:
    """Tables and correlations that do not hold, in words."""
    pairs, values = asked
    width = tables.lo.shape[1]
    missed = [
        f"{table.source} ({table.rows} × {table.columns})"
        for t, table in enumerate(facts.crosstabs)
        if _table_loss(codes, tables, t, width) > 0.0
    ]
    for p in range(len(pairs.first)):
        if _pair_loss(codes, pairs, values, p) > 0.0:
            missed.append(f"r for {names[int(pairs.first[p])]} × {names[int(pairs.second[p])]}")
    return missed


def _population(facts: Facts, codes: Int, attempt: int) -> Population:
    variables = facts.variables
    columns: dict[str, Int] = {}
    clusters: tuple[str, ...] = ()
    cluster = np.full(len(codes), -1, dtype=np.int64)
    name = str(facts.plan.get("cluster") or "")
    files: dict[str, Table] = {}
    for v, variable in enumerate(variables):
        if variable.ids:
            clusters, cluster = variable.ids, codes[:, v] - 1
            if any(v.by_group is not None for v in variables):
                files[f"{name}.csv"] = _group_table(variable, variables)
        else:
            columns[variable.id] = _values(variable)[codes[:, v]]
    return Population(
        columns=columns,
        clusters=clusters,
        cluster=cluster,
        cluster_name=name,
        tables=files,
        draw=attempt,
    )


def _group_table(groups: Variable, variables: tuple[Variable, ...]) -> Table:
    """One row per group: id, name and the properties of groups."""
    properties = [v for v in variables if v.by_group is not None]
    header = [groups.id, "navn", *(v.id for v in properties)]
    rows: list[list[object]] = []
    for k, name in enumerate(groups.ids):
        codes = [(v.by_group or ())[k] for v in properties]
        rows.append([name, groups.categories[k], *("" if code is None else code for code in codes)])
    return header, rows
