"""How a question is distributed: the number of answers in each category, fixed before the search.

A printed share, M and SD are met exactly, by enumeration; of all counts that do, those nearest to an uneven
bell are taken. What print leaves open is a multinomial draw from such a bell: one cut at the half points
whose categories are each more or less popular than the bell says (`unevenness`: relative standard deviation,
people favour or avoid words).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import fsum

import numpy as np
from numba import njit
from numpy.typing import NDArray

from storbynav.reconstruct.errors import fault, no_count
from storbynav.reconstruct.facts import EDGE, Item, counted_interval, half_interval
from storbynav.reconstruct.reading import PLAN
from storbynav.reconstruct.rng import State, below, normal, stream, unit
from storbynav.reconstruct.solver.statistics import invert

Int = NDArray[np.int64]
Float = NDArray[np.float64]
UNEVENNESS = 0.12
_SAME_SHAPE = 0.1  # a chosen SD beside a printed M is met within this part of it
_LOOPS = 3_000_000  # combinations of the leading categories that are tried beside a mean and an SD


@dataclass(frozen=True)
class Shape:
    """What is asked of every distribution: how uneven, and at least so many answers in each category."""

    unevenness: float = UNEVENNESS
    fewest: int = 0


def category_counts(item: Item, seed: int, shape: Shape) -> Int:
    """Answers per category (code 1 first): printed share, M and SD met, otherwise drawn.

    Draws with two tops are drawn again, a hundred times.
    """
    if item.counts is not None:
        return np.array(item.counts, dtype=np.int64)
    if item.agreeing[0] != 1:  # the agreeing end is the upper one: the same question with its scale turned
        turned = replace(
            item,
            agreeing=tuple(range(1, len(item.agreeing) + 1)),
            mean=None if item.mean is None else item.points + 1 - item.mean,
        )
        return category_counts(turned, seed, shape)[::-1].copy()
    state = stream(seed, "counts", item.id)
    lo, hi = _agree_range(item)
    if item.mean is not None:
        return _counts_from_moments(item, lo, hi, state, shape)
    assert item.sd is not None
    inside = len(item.agreeing)
    for attempt in range(200):
        agree = lo + int(below(state, hi - lo + 1))
        counts = np.zeros(item.points, dtype=np.int64)
        model = _uneven(_bell_shape(item.points, inside, agree / item.n, item.sd), state, shape.unevenness)
        counts[:inside] = _sample(state, model[:inside], agree)
        counts[inside:] = _sample(state, model[inside:], item.n - agree)
        # a share that makes two tops of any draw is met all the same
        if counts.min() >= shape.fewest and (attempt >= 100 or _one_top(counts)):
            return counts
    raise fault(
        f"{PLAN}: items.{item.id}",
        f"ingen av 200 trekninger gir hver kategori minst {shape.fewest} svar",
        "Endre sd, eller senk model.fewest",
    )


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
    where = f"{PLAN}: items.{item.id}"
    if item.agree_count is not None:
        if not 0 <= item.agree_count <= item.n:
            raise fault(where, f"counts_agree er {item.agree_count} av n = {item.n}", "Rett tallet")
        return item.agree_count, item.agree_count
    if item.agree is None:
        return 0, item.n
    lo = max(0, int(np.ceil(item.agree[0] * item.n / 100)))
    hi = min(item.n, int(np.floor(item.agree[1] * item.n / 100)))
    if lo > hi:
        do = "Rett n eller andelen, eller før den opp i impossible.yml og les den som range"
        raise no_count(where, item.n, *item.agree, do)
    return lo, hi


@njit(cache=True)
def _cumulative(t):
    """Distribution function of Student's t with four degrees of freedom: a bell without exp or erf."""
    u = 1.0 + t * t / 4.0
    return 0.5 + 0.375 * t / np.sqrt(u) * (1.0 - t * t / (12.0 * u))


@njit(cache=True)
def _bell_shape(points, inside, agree, sd):
    """Category shares of a bell cut at the half points, with the wanted share in the first `inside`
    categories and about the wanted SD."""
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
            first = 0.0
            for k in range(inside):
                first += shares[k]
            if first > agree:
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


def _counts_from_moments(item: Item, lo: int, hi: int, state: State, shape: Shape) -> Int:
    """Counts with the printed mean and SD, nearest to an uneven bell."""
    assert item.mean is not None and item.sd is not None
    n, inside, points = item.n, len(item.agreeing), item.points
    where = f"{PLAN}: items.{item.id}"
    mean = counted_interval(item.mean, item.mean_decimals, n, 1.0)
    if np.ceil(mean[0] * n) > np.floor(mean[1] * n) or not mean[1] >= 1 - EDGE or mean[0] > points + EDGE:
        raise fault(
            where, f"ingen sum av n = {n} svar fra 1 til {points} gir M {item.mean}", "Rett M eller n"
        )
    sd = half_interval(item.sd, item.sd_decimals)
    if not item.sd_printed:
        sd = item.sd * (1 - _SAME_SHAPE), item.sd * (1 + _SAME_SHAPE)
    best: tuple[float, Int] | None = None
    for low in (mean[0], mean[0] - 2 * EDGE):  # a mean exactly half way prints upwards: where no other fits
        ends = (low, mean[1], max(0.0, sd[0]), sd[1])
        for agree in range(lo, hi + 1):
            model = _uneven(_bell_shape(points, inside, agree / n, item.sd), state, shape.unevenness) * n
            if points > 5:  # too many combinations to try all: those near a model that has the moments
                model = _calibrated(model, inside, agree, item.mean, item.sd)
            counts = np.zeros(points, dtype=np.int64)
            odd = float(_nearest_counts(n, inside, agree, model, ends, shape.fewest, _LOOPS, counts))
            if odd >= 0 and (best is None or odd < best[0]):
                best = (odd, counts)
        if best is not None:
            return best[1]
    share = "" if item.agree is None and item.agree_count is None else f" med {lo}-{hi} enige"
    raise fault(
        where,
        f"ingen fordeling av n = {n} svar{share} har M {item.mean} og SD {item.sd}",
        "Rett tallene, eller før dem opp i impossible.yml",
    )


def _calibrated(model: Float, inside: int, agree: int, mean: float, sd: float) -> Float:
    """The model moved as little as possible (chi-square) until it has the agreeing number, M and SD."""
    points, n = len(model), fsum(model)
    code = np.arange(1, points + 1, dtype=float)
    terms = [np.ones(points), code, code * code, (code <= inside).astype(float)]
    wanted = [n, n * mean, sd * sd * (n - 1) + n * mean * mean, float(agree)]
    for _ in range(20):
        model = np.maximum(model, 0.25)
        gram = np.array([[fsum(model * a * b) for b in terms] for a in terms])
        inverse = np.zeros((4, 4))
        if not invert(gram, inverse):
            return model
        off = [w - fsum(model * t) for w, t in zip(wanted, terms, strict=True)]
        move = [fsum(inverse[i, j] * off[j] for j in range(4)) for i in range(4)]
        model = model * (1.0 + sum(x * t for x, t in zip(move, terms, strict=True)))
        if float(model.min()) > 0.0:
            break
    return np.maximum(model, 0.25)


@njit(cache=True)
def _nearest_counts(n, inside, agree, model, ends, fewest, loops, out):
    """Enumerate the counts with this many agreeing, sum and sum of squares in range, and keep those nearest
    to `model`; -1 when there are none.

    The last three categories follow from the others. With so many others that all cannot be tried, only those
    near the model are.
    """
    mean_lo, mean_hi, sd_lo, sd_hi = ends
    points = model.shape[0]
    lead = max(0, points - 3)
    best = -1.0
    counts = np.zeros(points, np.int64)
    low = np.zeros(lead, np.int64)
    high = np.zeros(lead, np.int64)
    # where all agreeing categories lead, the last of them follows from the number agreeing
    tied = inside - 1 if 1 <= inside <= lead else -1
    reach = n
    for _ in range(30):
        size = 1.0
        for k in range(lead):
            low[k] = max(fewest, int(model[k]) - reach)
            high[k] = min(agree if k < inside else n - agree, int(model[k]) + reach)
            if k != tied:
                size *= max(1, high[k] - low[k] + 1)
        if size <= loops:
            break
        reach = reach * 2 // 3
    for k in range(lead):
        if low[k] > high[k]:
            return best
    for s in range(int(np.ceil(mean_lo * n)), int(np.floor(mean_hi * n)) + 1):
        q_lo = int(np.ceil(sd_lo * sd_lo * (n - 1) + s * s / n))
        q_hi = int(np.floor(sd_hi * sd_hi * (n - 1) + s * s / n))
        for k in range(lead):
            counts[k] = low[k]
        going = True
        while going:
            if tied >= 0:
                counts[tied] = agree
                for k in range(tied):
                    counts[tied] -= counts[k]
            rest, s1, q0 = n, s, 0
            for k in range(lead):
                rest -= counts[k]
                s1 -= (k + 1) * counts[k]
                q0 += (k + 1) * (k + 1) * counts[k]
            if rest >= 0:
                best = _close(
                    best, counts, lead, rest, s1, q_lo - q0, q_hi - q0, inside, agree, model, fewest, out
                )
            k = lead - 1
            while k >= 0:
                if k != tied:
                    counts[k] += 1
                    if counts[k] <= high[k]:
                        break
                    counts[k] = low[k]
                k -= 1
            going = k >= 0
    return best


@njit(cache=True)
def _close(best, counts, lead, rest, s1, q_lo, q_hi, inside, agree, model, fewest, out):
    """Fill the categories after the `lead` leading ones from their number, sum and sum of squares."""
    points = model.shape[0]
    last = points - lead
    if last == 3:
        a = lead + 1
        # with codes a, a+1, a+2: sum of (x - a)(x - a - 1) is twice the number of the last
        base = 2 * a + 1
        for q in range(q_lo, q_hi + 1):
            twice = q - base * s1 + a * (a + 1) * rest
            if twice % 2 != 0 or twice < 0:
                continue
            counts[lead + 2] = twice // 2
            counts[lead + 1] = s1 - a * rest - 2 * counts[lead + 2]
            counts[lead] = rest - counts[lead + 1] - counts[lead + 2]
            best = _keep(best, counts, inside, agree, model, fewest, out)
        return best
    # two categories: the second is the sum less the number
    counts[1] = s1 - rest
    counts[0] = rest - counts[1]
    q = counts[0] + 4 * counts[1]
    if q_lo <= q <= q_hi:
        best = _keep(best, counts, inside, agree, model, fewest, out)
    return best


@njit(cache=True)
def _keep(best, counts, inside, agree, model, fewest, out):
    """The distance of `counts` from the model where it is allowed and nearer than `best`."""
    agreeing = 0
    for k in range(counts.shape[0]):
        if counts[k] < fewest:
            return best
        if k < inside:
            agreeing += counts[k]
    if agreeing != agree:
        return best
    odd = 0.0
    for k in range(counts.shape[0]):
        expected = max(model[k], 0.25)
        odd += (counts[k] - model[k]) ** 2 / expected
    if best < 0.0 or odd < best:
        best = odd
        for k in range(counts.shape[0]):
            out[k] = counts[k]
    return best
