"""The package as a whole: what it offers, and that importing it is cheap."""

from __future__ import annotations

import subprocess
import sys

from storbynav import stats


def test_everything_offered_is_there_and_documented() -> None:
    for name in stats.__all__:
        offered = getattr(stats, name)
        assert callable(offered) is False or offered.__doc__, name


def test_import_leaves_scipy_and_statsmodels_alone() -> None:
    code = "import sys, storbynav.stats; print({'scipy', 'statsmodels'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


def test_no_name_hides_its_module() -> None:
    from types import ModuleType

    for name in (
        "shares",
        "crosstab",
        "correlation",
        "ttest",
        "anova",
        "regression",
        "effects",
        "disclosure",
    ):
        assert isinstance(getattr(stats, name), ModuleType), name
