"""Whether printed statistics can belong together: arithmetic on intervals of rounding, no data.

A printed number stands for all values that round to it. Each rule says what is wrong, in Norwegian, or gives
an empty string. GRIM (Brown and Heathers 2017) asks whether a mean or percentage of whole numbers can come
from n answers, GRIMMER (Anaya 2016) the same of a standard deviation; the comparison of a test statistic
with what is printed beside it follows statcheck (Nuijten and colleagues 2016).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from storbynav import formatting as f
from storbynav.published import decimals_of, printed_as
from storbynav.stats import t_two_sided


def interval(printed: Decimal) -> tuple[float, float]:
    """The values that print as this number: half a unit of its last digit to each side."""
    half = Decimal(5).scaleb(-decimals_of(printed) - 1)
    return float(printed - half), float(printed + half)


def r_squared(f_value: Decimal, df1: int, df2: int, r2: Decimal) -> str:
    """F and R² of one regression: R² = df1·F / (df1·F + df2)."""
    low, high = (df1 * x / (df1 * x + df2) for x in interval(f_value))
    decimals = decimals_of(r2)
    if r2 in (printed_as(low, decimals), printed_as(high, decimals)):
        return ""
    given = f.statistic((low + high) / 2, decimals + 2)
    return f"F = {f.number(f_value, 2)} med {df1} og {df2} frihetsgrader gir R² = {given}"


def p_of_r(r: float, n: int) -> float:
    """Two-sided p of a correlation."""
    df = n - 2
    return float(t_two_sided(r * math.sqrt(df / (1 - r * r)), df))


def stars(r: Decimal, printed: str, fewest: int | None, most: int, levels: Sequence[float]) -> str:
    """Stars of a correlation whose pairwise n lies between `fewest` (None: unknown) and `most`."""
    low, high = sorted(abs(x) for x in interval(r))
    if interval(r)[0] < 0 < interval(r)[1]:
        low = 0.0
    count = len(printed)
    if count and p_of_r(min(high, 0.999), most) >= levels[count - 1]:
        limit = f.statistic(levels[count - 1])
        return f"|r| under {f.statistic(high, 3)} har ikke p < {limit} med n = {most} eller færre"
    if fewest is not None and count < len(levels) and p_of_r(low, fewest) < levels[count]:
        limit = f.statistic(levels[count])
        return f"|r| over {f.statistic(low, 3)} har p < {limit} allerede med n = {fewest}"
    return ""


def percentage(printed: Decimal, sizes: Iterable[int]) -> str:
    """A percentage of whole people: some n must have a count that prints so."""
    tried = list(sizes)
    decimals = decimals_of(printed)
    for n in tried:
        guess = int(float(printed) * n / 100)
        if any(
            printed_as(float(Fraction(100 * k, n)), decimals) == printed
            for k in range(max(0, guess - 1), min(n, guess + 2) + 1)
        ):
            return ""
    span = f"n = {tried[0]}" if len(tried) == 1 else f"n fra {tried[0]} til {tried[-1]}"
    return f"ingen av {span} har et antall som gir {f.number(printed, decimals)} %"


def grim(mean: Decimal, n: int) -> str:
    """A mean of n whole answers: some sum must print so."""
    return "" if _sums(mean, n) else f"ingen sum av {n} hele svar gir M = {f.number(mean, decimals_of(mean))}"


def grimmer(mean: Decimal, sd: Decimal, n: int, low: int, high: int) -> str:
    """Mean and standard deviation of n whole answers from `low` to `high`.

    The sum of squares of whole numbers is whole, has the parity of their sum, and lies between that of
    answers as equal and as unequal as the sum allows. These conditions are necessary, not sufficient: real
    answers never fail, and few impossible ones pass.
    """
    decimals = decimals_of(sd)
    for total in _sums(mean, n):
        least, most = _squares(total, n, low, high)
        centre = float(sd) ** 2 * (n - 1) + total * total / n
        reach = (2 * float(sd) * 10.0**-decimals + 10.0 ** (-2 * decimals)) * (n - 1) + 2
        for squares in range(max(least, int(centre - reach)), min(most, int(centre + reach)) + 1):
            variance = Fraction(squares * n - total * total, n * (n - 1))
            even = (squares - total) % 2 == 0 and variance >= 0
            if even and printed_as(math.sqrt(variance), decimals) == sd:
                return ""
    return (
        f"ingen {n} svar fra {low} til {high} har både M = {f.number(mean, decimals_of(mean))} "
        f"og SD = {f.statistic(sd, decimals)}"
    )


def two_values(mean: Decimal, sd: Decimal, codes: tuple[int, int], n: int, share: Decimal) -> str:
    """M and SD of a variable with two codes, of which `share` per cent of `n` have the first."""
    low, high = codes
    first = float(share) * n / 100
    counts = [
        k
        for k in range(int(first) - 2, int(first) + 4)
        if printed_as(100 * k / n, decimals_of(share)) == share
    ]
    for k in counts:
        m = (low * k + high * (n - k)) / n
        s = (high - low) * math.sqrt(k * (n - k) / n / (n - 1))
        if printed_as(m, decimals_of(mean)) == mean and printed_as(s, decimals_of(sd)) == sd:
            return ""
        given = f"M = {f.number(m, decimals_of(mean) + 1)} og SD = {f.statistic(s, decimals_of(sd) + 1)}"
    if not counts:
        return percentage(share, [n])
    return f"{f.number(share, decimals_of(share))} % av {n} gir {given}"


def between(whole: tuple[float, float], parts: Sequence[Decimal]) -> str:
    """The share of all lies between the shares of its groups."""
    low, high = (float(edge) for edge in (min(parts), max(parts)))
    if whole[1] < low or whole[0] > high:
        return (
            f"andelen for alle må ligge mellom gruppenes, {f.number(low, 1)} og {f.number(high, 1)} %, "
            f"men er sagt å være {f.interval(*whole)} %"
        )
    return ""


def total(parts: Sequence[Decimal], whole: Decimal) -> str:
    """Parts add up to the whole, each rounded."""
    slack = sum(interval(p)[1] - float(p) for p in (*parts, whole)) if any(map(decimals_of, parts)) else 0.0
    if abs(float(sum(parts)) - float(whole)) <= slack:
        return ""
    added = " + ".join(f.whole_or(p, 1) for p in parts)
    return f"{added} = {f.whole_or(sum(parts), 1)}, ikke {f.whole_or(whole, 1)}"


def _sums(mean: Decimal, n: int) -> list[int]:
    low, high = interval(mean)
    decimals = decimals_of(mean)
    return [
        s
        for s in range(int(low * n) - 1, int(high * n) + 2)
        if printed_as(float(Fraction(s, n)), decimals) == mean
    ]


def _squares(total_: int, n: int, low: int, high: int) -> tuple[int, int]:
    """Smallest and largest sum of squares of n answers from `low` to `high` with this sum."""
    each, rest = divmod(total_, n)
    least = (n - rest) * each * each + rest * (each + 1) ** 2
    spread = total_ - n * low
    at_top, left = divmod(spread, high - low)
    if at_top >= n:
        return least, n * high * high
    return least, at_top * high * high + (low + left) ** 2 + (n - at_top - 1) * low * low
