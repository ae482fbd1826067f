"""Statistics of the survey: pure functions of columns and frames, tidy frames out.

Rules that hold for all of them: missing answers are NaN and left out pairwise (in regressions listwise);
`n` counts valid answers; shares are proportions (0–1); a result that the data cannot give is NaN where a
table may go on without it, and a `StatisticsError` where it cannot; nothing is rounded and nothing
formatted.

`chi_square` and `t_tests` are what ``data/survey/tables.sps`` has SPSS compute of tables and groups; the
backtests hold them, as the rest, against what PSPP makes of it.
"""

from storbynav.stats._common import StatisticsError, Values, stars, t_two_sided
from storbynav.stats.anova import Anova, anovas, one_way_anova, post_hoc
from storbynav.stats.correlation import Correlation, correlate, correlations, moments
from storbynav.stats.crosstab import ChiSquare, chi_square, cross_table, overlap
from storbynav.stats.disclosure import suppress, suppress_frame
from storbynav.stats.effects import (
    ProportionTest,
    cohens_d,
    cohens_h,
    compare_proportions,
    correlation_interval,
    eta_squared,
)
from storbynav.stats.regression import Regression, ols, regressions
from storbynav.stats.shares import Share, agreement, frequencies, share, wilson
from storbynav.stats.ttest import TTest, t_test, t_tests

__all__ = [
    "Anova",
    "ChiSquare",
    "Correlation",
    "ProportionTest",
    "Regression",
    "Share",
    "StatisticsError",
    "TTest",
    "Values",
    "agreement",
    "anovas",
    "chi_square",
    "cohens_d",
    "cohens_h",
    "compare_proportions",
    "correlate",
    "correlation_interval",
    "correlations",
    "cross_table",
    "eta_squared",
    "frequencies",
    "moments",
    "ols",
    "one_way_anova",
    "overlap",
    "post_hoc",
    "regressions",
    "share",
    "stars",
    "suppress",
    "suppress_frame",
    "t_test",
    "t_tests",
    "t_two_sided",
    "wilson",
]
