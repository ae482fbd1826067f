"""Start values of the answers: who answers, how each question is distributed, and the model for what is not
printed.

Three steps, each fixed before the search: the pattern of missing answers, the number of answers in each
category, and a start from latent factors (satisfaction, integration, criticism of steering, strain, view of
the portfolio) with office effects. The search then only exchanges answers.
"""

from __future__ import annotations

from math import fsum

import numpy as np
from numba import njit
from numpy.typing import NDArray

from storbynav.reconstruct.design import Design
from storbynav.reconstruct.facts import FIXED, Facts, Item, half_interval
from storbynav.reconstruct.people import People, ReconstructionError
from storbynav.reconstruct.rng import State, bell, below, exponential_table, normal, shuffle, stream, unit
from storbynav.reconstruct.solver import correlation

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Mask = NDArray[np.bool_]
FEWEST = 5  # answers in a category: none of the printed distributions has fewer


# ------------------------------------------------------------------ who answers
def missing_pattern(facts: Facts, design: Design, people: People, leader_answers: Int) -> dict[str, Mask]:
    """For each item the respondents with an answer (True), as the printed n's require."""
    state = stream(facts.seed, "missing")
    rules = facts.plan["missing"]
    n = people.count
    tendency = _bell(state, n)
    tendency = tendency + float(rules["tendency_without_gender"]) * (people.gender == 0)
    block_mood: dict[str, Float] = {}
    krs = [o for o, plan in enumerate(design.plans) if plan.services is None]
    outside = np.isin(people.office, krs) | (people.office < 0) | (people.sosionom == 0)
    # the same few people outside Tabell 3 leave the whole first battery blank
    quiet_outside = [
        int(i) for i in np.nonzero((people.office < 0) | ((people.sosionom == 0) & (people.employer != 2)))[0]
    ]
    others = [int(i) for i in np.argsort(-tendency, kind="stable") if np.isin(people.office[i], krs)]
    quiet_outside += others[: int(rules["outside_regression"]["n"]) - len(quiet_outside)]
    unit_leaders = [int(i) for i in np.nonzero(people.role == 1)[0]]
    result: dict[str, Mask] = {}
    for item in facts.items:
        block = item.id.split("_")[0]
        if block not in block_mood:
            block_mood[block] = _bell(state, n)
        noise = _bell(state, n)
        asked = _asked(rules["asked"], item.id, people)
        if item.id in rules["by_leader"]:
            result[item.id] = _leadership_answers(
                item, asked, rules["by_leader"][item.id], design, people, krs, tendency + noise
            )
            continue
        if item.id == facts.leader_item:
            result[item.id] = leader_answers > 0
            continue
        skip = int(asked.sum()) - item.n
        weight = [float(w) for w in rules["weights"].get(block, rules["weights"]["other"])]
        score = weight[0] * tendency + weight[1] * block_mood[block] + weight[2] * noise
        forced: list[int] = []
        barred: list[int] = []
        if block == rules["outside_regression"]["battery"]:
            forced = quiet_outside
            barred = [int(i) for i in np.nonzero(outside)[0] if int(i) not in quiet_outside]
        if item.id in rules["blank_without_employer"]:
            forced = [int(i) for i in np.nonzero(people.employer == 0)[0]]
        if item.id in rules["answered_without_employer"]:
            barred = [int(i) for i in np.nonzero(people.employer == 0)[0]]
        if item.id in rules["employer_known"]:
            unknown = [int(i) for i in np.argsort(-score, kind="stable") if people.employer[i] == 0]
            answered = item.n - int(rules["employer_known"][item.id])
            forced, barred = unknown[: len(unknown) - answered], unknown[len(unknown) - answered :]
        if block in rules["answered_by_leaders"]:
            barred = barred + [i for i in unit_leaders if asked[i]]
        result[item.id] = _choose(asked, score, skip, forced, barred, item.id)
    return result


def _asked(rules: dict[str, dict[str, list[int]]], item: str, people: People) -> Mask:
    """Who got the question: everybody, or those with one of the codes that the facts name."""
    asked = np.ones(people.count, dtype=bool)
    columns = {"bg_arbeidsgiver": people.employer, "bg_rolle": people.role}
    for name, codes in rules.get(item, {}).items():
        asked &= np.isin(columns[name], codes)
    return asked


def _choose(asked: Mask, score: Float, skip: int, forced: list[int], barred: list[int], item: str) -> Mask:
    """Answered = asked less the `skip` respondents with the highest score (forced first, barred never)."""
    answered = asked.copy()
    forced = [i for i in forced if asked[i]]
    if len(forced) > skip:
        raise ReconstructionError(
            f"{item}: {len(forced)} must be missing, but the printed n allows only {skip}"
        )
    answered[forced] = False
    left = skip - len(forced)
    closed = set(barred)
    for i in np.argsort(-score, kind="stable"):
        if left == 0:
            break
        if answered[i] and int(i) not in closed:
            answered[i] = False
            left -= 1
    if left:
        raise ReconstructionError(
            f"{item}: too few respondents may be missing for n = {int(asked.sum()) - skip}"
        )
    return answered


def _leadership_answers(
    item: Item,
    asked: Mask,
    rule: dict[str, int],
    design: Design,
    people: People,
    krs: list[int],
    score: Float,
) -> Mask:
    """The municipal battery: missing answers by leader's education and by being lost to Tabell 3."""
    under = np.where(people.office >= 0, design.leader_sosionom[np.maximum(people.office, 0)], 0) == 1
    lost = asked & (np.isin(people.office, krs) | (people.sosionom == 0))
    skip = int(asked.sum()) - item.n
    need_other, need_lost = int(rule["other"]), int(rule["lost_anyway"])
    need_sos = skip - need_other
    order = [int(i) for i in np.argsort(-score, kind="stable") if asked[i]]
    lost_sos = [i for i in order if lost[i] and under[i]][: min(need_sos, need_lost)]
    lost_other = [i for i in order if lost[i] and not under[i]][: need_lost - len(lost_sos)]
    free_sos = [i for i in order if not lost[i] and under[i]][: need_sos - len(lost_sos)]
    free_other = [i for i in order if not lost[i] and not under[i]][: need_other - len(lost_other)]
    chosen = lost_sos + lost_other + free_sos + free_other
    if len(chosen) != skip:
        raise ReconstructionError(
            f"{item.id}: cannot place {skip} missing answers as Figur 16 and Tabell 3 require"
        )
    answered = asked.copy()
    answered[chosen] = False
    return answered


def leader_item(facts: Facts, people: People, offices: dict[str, Int]) -> Int:
    """Answers to the one item that only leaders were asked (0 = missing): a start that meets its fixed
    correlations.

    With 37 answers most choices of who answered cannot give the printed correlations with education,
    employer and the office variables, so who answered and what is searched for together.
    """
    item = next(i for i in facts.items if i.id == facts.leader_item)
    assert item.counts is not None
    rows = np.nonzero(people.role == 1)[0]
    state = stream(facts.seed, "leader item")
    values = np.concatenate(
        [
            np.repeat(np.arange(1, len(item.counts) + 1), item.counts),
            np.zeros(len(rows) - item.n, dtype=np.int64),
        ]
    ).astype(np.int64)
    shuffle(state, values)
    cells = {name: c for c in facts.correlations for name in (c.row, c.col) if item.id in (c.row, c.col)}
    names = [name for name in FIXED if name in cells]
    columns = {"bg_sosionom": people.sosionom, "bg_arbeidsgiver": people.employer, **offices}
    table = np.zeros((len(rows), len(names)), dtype=np.int64)
    goals = np.zeros((len(names), 2))
    for k, name in enumerate(names):
        column = columns[name][rows]
        lowest = 0 if name == "ko_minimum" else 1
        table[:, k] = np.where(column >= lowest, column + (1 - lowest), 0)
        goals[k] = half_interval(cells[name].r, 2)
    if _fit_leader_item(values, table, goals, state, exponential_table()) > 0.0:
        raise ReconstructionError(
            f"{item.id}: no answers of the leaders give the printed correlations; try another seed"
        )
    result = np.zeros(people.count, dtype=np.int64)
    result[rows] = values
    return result


@njit(cache=True)
def _fit_leader_item(values, table, goals, state, expo):
    n = values.shape[0]
    current = _leader_loss(values, table, goals)
    steps = 400000
    for step in range(steps):
        if current <= 0.0:
            break
        a, b = below(state, n), below(state, n)
        if values[a] == values[b]:
            continue
        keep = values[a]
        values[a] = values[b]
        values[b] = keep
        new = _leader_loss(values, table, goals)
        if new <= current + 0.1 * (1.0 - step / steps) * expo[below(state, expo.shape[0])]:
            current = new
        else:
            values[b] = values[a]
            values[a] = keep
    return current


@njit(cache=True)
def _leader_loss(values, table, goals):
    loss = 0.0
    for k in range(table.shape[1]):
        n = sx = sy = sxx = syy = sxy = 0
        for i in range(values.shape[0]):
            x, y = values[i], table[i, k]
            if x != 0 and y != 0:
                n += 1
                sx += x
                sy += y
                sxx += x * x
                syy += y * y
                sxy += x * y
        r = correlation(n, sx, sy, sxx, syy, sxy)
        loss += max(0.0, goals[k, 0] - r, r - goals[k, 1])
    return loss


# ------------------------------------------------------------------ how a question is distributed
def category_counts(item: Item, seed: int, unevenness: float) -> Int:
    """Answers per category (code 1 first): printed share, M and SD met, otherwise drawn.

    What print leaves open is a multinomial draw (answers are sampled) from a bell whose categories are each
    more or less popular than the bell says (`unevenness`: relative standard deviation, people favour or avoid
    words). Draws with two tops are drawn again.
    """
    if item.counts is not None:
        return np.array(item.counts, dtype=np.int64)
    state = stream(seed, "counts", item.id)
    lo, hi = _agree_range(item)
    if item.mean is not None and item.sd is not None:
        return _counts_from_moments(item, lo, hi, state, unevenness)
    assert item.sd is not None
    counts = np.zeros(item.points, dtype=np.int64)
    for _ in range(100):
        agree = lo + int(below(state, hi - lo + 1))
        model = _uneven(_bell_shape(item.points, agree / item.n, item.sd), state, unevenness)
        counts[:2] = _sample(state, model[:2], agree)
        counts[2:] = _sample(state, model[2:], item.n - agree)
        if counts.min() >= FEWEST and _one_top(counts):
            return counts
    raise ReconstructionError(f"{item.id}: no draw of 100 uses every category and has one top; change `sd`")


def _uneven(shares: Float, state: State, unevenness: float) -> Float:
    """Shares with each category made more or less popular, by at most two standard deviations."""
    drawn = np.array([min(2.0, max(-2.0, float(normal(state)))) for _ in shares])
    return shares * (1.0 + unevenness * drawn)


def _sample(state: State, weights: Float, total: int) -> Int:
    """Multinomial counts of `total` draws with these weights."""
    counts = np.zeros(len(weights), dtype=np.int64)
    edges = []
    mark = 0.0
    for weight in weights:
        mark += float(weight)
        edges.append(mark)
    for _ in range(total):
        place = float(unit(state)) * mark
        counts[sum(place >= edge for edge in edges[:-1])] += 1
    return counts


def _one_top(counts: Int) -> bool:
    """Whether counts rise to one top and fall from it."""
    steps = np.sign(np.diff(counts))
    return not any(a < 0 < b for k, a in enumerate(steps) for b in steps[k + 1 :])


def _agree_range(item: Item) -> tuple[int, int]:
    if item.agree_count is not None:
        return item.agree_count, item.agree_count
    assert item.agree is not None
    lo = int(np.ceil(item.agree[0] * item.n / 100))
    hi = int(np.floor(item.agree[1] * item.n / 100))
    if lo > hi:
        raise ReconstructionError(
            f"{item.id}: no whole number of {item.n} is {item.agree[0]:.2f}-{item.agree[1]:.2f} per cent"
        )
    return lo, hi


@njit(cache=True)
def _cumulative(t):
    """Distribution function of Student's t with four degrees of freedom: a bell without exp or erf."""
    u = 1.0 + t * t / 4.0
    return 0.5 + 0.375 * t / np.sqrt(u) * (1.0 - t * t / (12.0 * u))


@njit(cache=True)
def _bell_shape(points, agree, sd):
    """Category shares of a bell cut at the half points, with the wanted agreeing share and about the wanted
    SD."""
    lo, hi = 0.2, 3.0
    shares = np.zeros(points)
    for _ in range(50):
        spread = 0.5 * (lo + hi)
        left, right = -6.0, 12.0
        for _ in range(60):
            centre = 0.5 * (left + right)
            below_edge = 0.0
            for k in range(points):
                edge = 1.0 if k == points - 1 else _cumulative((k + 1.5 - centre) / spread)
                shares[k] = edge - below_edge
                below_edge = edge
            if shares[0] + shares[1] > agree:
                left = centre
            else:
                right = centre
        mean = 0.0
        for k in range(points):
            mean += shares[k] * (k + 1)
        variance = 0.0
        for k in range(points):
            variance += shares[k] * (k + 1 - mean) * (k + 1 - mean)
        if np.sqrt(variance) > sd:
            hi = spread
        else:
            lo = spread
    return shares


def _apportion(weights: Float, total: int) -> Int:
    """Whole numbers in proportion to `weights` that add up to `total` (largest remainders)."""
    exact = weights / fsum(weights) * total
    counts = np.floor(exact).astype(np.int64)
    for i in np.argsort(-(exact - counts), kind="stable")[: total - int(counts.sum())]:
        counts[i] += 1
    return counts


def _counts_from_moments(item: Item, lo: int, hi: int, state: State, unevenness: float) -> Int:
    """Counts with the printed mean (2 decimals) and SD (3 decimals), nearest to an uneven bell."""
    assert item.mean is not None and item.sd is not None and item.points == 5
    n = item.n
    mean_lo, mean_hi = half_interval(item.mean, 2)
    sd_lo, sd_hi = half_interval(item.sd, 3)
    best: tuple[float, Int] | None = None
    for agree in range(lo, hi + 1):
        model = _uneven(_bell_shape(5, agree / n, item.sd), state, unevenness) * n
        counts = np.zeros(5, dtype=np.int64)
        odd = float(_nearest_counts(n, agree, model, mean_lo, mean_hi, sd_lo, sd_hi, counts))
        if odd >= 0 and (best is None or odd < best[0]):
            best = (odd, counts)
    if best is None:
        raise ReconstructionError(f"{item.id}: no counts of {n} answers have M {item.mean} and SD {item.sd}")
    return best[1]


@njit(cache=True)
def _nearest_counts(n, agree, model, mean_lo, mean_hi, sd_lo, sd_hi, out):
    """Enumerate the five counts with this many agreeing, sum and sum of squares in range; -1 when there are
    none."""
    best = -1.0
    for s in range(int(np.ceil(mean_lo * n)), int(np.floor(mean_hi * n)) + 1):
        q_lo = int(np.ceil(sd_lo * sd_lo * (n - 1) + s * s / n))
        q_hi = int(np.floor(sd_hi * sd_hi * (n - 1) + s * s / n))
        for q in range(q_lo, q_hi + 1):
            for c1 in range(5, agree):
                c2 = agree - c1
                # c3 + c4 + c5 = rest, 3c3 + 4c4 + 5c5 = s1, 9c3 + 16c4 + 25c5 = q1
                rest, s1, q1 = n - agree, s - c1 - 2 * c2, q - c1 - 4 * c2
                twice = q1 - 7 * s1 + 12 * rest
                if twice % 2 != 0 or twice < 10:
                    continue
                c5 = twice // 2
                c4 = s1 - 3 * rest - 2 * c5
                c3 = rest - c4 - c5
                if c4 < 5 or c3 < 5:
                    continue
                odd = (
                    (c1 - model[0]) ** 2 / model[0]
                    + (c2 - model[1]) ** 2 / model[1]
                    + (c3 - model[2]) ** 2 / model[2]
                    + (c4 - model[3]) ** 2 / model[3]
                    + (c5 - model[4]) ** 2 / model[4]
                )
                if best < 0.0 or odd < best:
                    best = odd
                    out[0], out[1], out[2], out[3], out[4] = c1, c2, c3, c4, c5
    return best


# ------------------------------------------------------------------ start from latent factors
def start(
    facts: Facts, design: Design, people: People, answered: dict[str, Mask], leader_answers: Int
) -> Int:
    """Answers (respondents x items, 0 = missing) with every category count met."""
    state = stream(facts.seed, "start")
    model = facts.plan["model"]
    names: list[str] = list(model["factors"])
    n = people.count
    scores = _factor_scores(state, n, names, model)
    known = {plan.id: o for o, plan in enumerate(design.plans)}
    for k, name in enumerate(names):
        effect = _bell(state, len(design.plans)) * float(model["office_sd"].get(name, 0.0))
        for office, shifts in model["office_start"].items():
            effect[known[office]] = float(shifts.get(name, effect[known[office]]))
        scores[:, k] += _of_office(people, effect)
    answers = np.zeros((n, len(facts.items)), dtype=np.int64)
    for c, item in enumerate(facts.items):
        if item.id == facts.leader_item:
            answers[:, c] = leader_answers
            continue
        explained = 0.0
        latent = np.zeros(n)
        for name, loading in item.factors.items():
            latent = latent + loading * scores[:, names.index(name)]
            explained += loading * loading
        latent = latent + float(np.sqrt(max(0.2, 1.0 - explained))) * _bell(state, n)
        latent = latent + _of_office(people, _bell(state, len(design.plans)) * float(model["office_item_sd"]))
        rows = np.nonzero(answered[item.id])[0]
        order = rows[np.argsort(-latent[rows], kind="stable")]  # most agreeing first
        place = 0
        counts = category_counts(item, facts.seed, float(model["unevenness"]))
        for code, count in enumerate(counts, 1):
            answers[order[place : place + int(count)], c] = code
            place += int(count)
    return answers


def _of_office(people: People, effect: Float) -> Float:
    """The effect of each respondent's office, 0 without one."""
    return np.where(people.office >= 0, effect[np.maximum(people.office, 0)], 0.0)


def _factor_scores(state: State, n: int, names: list[str], model: dict[str, object]) -> Float:
    """Correlated factor scores by a hand-written Cholesky step (no BLAS, so the same bits everywhere)."""
    k = len(names)
    r = correlation_matrix(names, model)
    low = np.zeros((k, k))
    for i in range(k):
        for j in range(i + 1):
            total = r[i, j]
            for m in range(j):
                total -= low[i, m] * low[j, m]
            low[i, j] = float(np.sqrt(total)) if i == j else total / low[j, j]
    draws = [_bell(state, n) for _ in range(k)]
    scores = np.zeros((n, k))
    for i in range(k):
        for j in range(i + 1):
            scores[:, i] += low[i, j] * draws[j]
    return scores


def correlation_matrix(names: list[str], model: dict[str, object]) -> Float:
    """Correlations of the latent factors as the plan states them."""
    r = np.eye(len(names))
    stated = model["correlations"]
    assert isinstance(stated, dict)
    for pair, value in stated.items():
        a, b = pair.split("-")
        r[names.index(a), names.index(b)] = r[names.index(b), names.index(a)] = float(value)
    return r


def _bell(state: State, n: int) -> Float:
    out = np.zeros(n)
    bell(state, out)
    return out


def team_composition(facts: Facts, people: People, answers: Int) -> Int:
    """Whom people work with in teams (1 mostly state, 2 mostly municipal, 3 even), n and shares as
    printed."""
    state = stream(facts.seed, "team")
    rule = facts.plan["missing"]["team_composition"]
    columns = [item.id for item in facts.items]
    takes_part = answers[:, columns.index(rule["after"])]
    known = [int(i) for i in np.nonzero(people.employer != 0)[0]]
    order = [i for i in known if takes_part[i] == 1]
    rest = [i for i in known if takes_part[i] != 1 and people.role[i] != 1]
    leaders = [i for i in known if people.role[i] == 1]
    for pool in (rest, leaders):
        for i in range(len(pool) - 1, 0, -1):
            j = int(below(state, i + 1))
            pool[i], pool[j] = pool[j], pool[i]
    chosen = (order + leaders + rest)[: int(rule["n"])]
    result = np.zeros(people.count, dtype=np.int64)
    for code, key in ((1, "stat"), (2, "kommune")):
        rows = [i for i in chosen if people.employer[i] == code]
        counts = _apportion(np.array(rule[key], dtype=float), len(rows))
        mixing = _bell(state, len(rows))
        ranked = [rows[k] for k in np.argsort(mixing, kind="stable")]
        place = 0
        for answer, count in enumerate(counts, 1):
            result[ranked[place : place + int(count)]] = answer
            place += int(count)
    return result
