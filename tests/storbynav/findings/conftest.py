"""A shipped survey, its findings, and funn.yml files of a few lines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from storbynav import findings
from storbynav import survey as surveys
from storbynav.findings import Finding, Results
from storbynav.survey import Survey


@pytest.fixture(scope="session")
def shipped() -> Survey:
    return surveys.load()


@pytest.fixture(scope="session")
def all_findings(shipped: Survey) -> tuple[Finding, ...]:
    return findings.load(survey=shipped)


@pytest.fixture(scope="session")
def results(shipped: Survey, all_findings: tuple[Finding, ...]) -> Results:
    return findings.evaluate_all(shipped, findings=all_findings)


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """Write a funn.yml: the findings' text, indented as in the real file."""

    def write(text: str, sets: str = "{}") -> Path:
        path = tmp_path / "funn.yml"
        path.write_text(f"format: 1\nsets: {sets}\nfindings:\n{text}", encoding="utf-8")
        return path

    return write


@pytest.fixture
def told(file: Callable[..., Path], shipped: Survey) -> Callable[..., str]:
    """The message that a file is refused with."""

    def refuse(text: str, sets: str = "{}") -> str:
        with pytest.raises(findings.FindingsError) as caught:
            findings.load(file(text, sets), shipped)
        return str(caught.value)

    return refuse


@pytest.fixture
def verdict(file: Callable[..., Path]) -> Callable[..., findings.Verdict]:
    """The verdict on one predicate, evaluated on a survey."""

    def evaluate(check: str, survey: Survey, extra: str = "") -> findings.Verdict:
        path = file(f'- id: f-001\n  lines: "1"\n{extra}  checks:\n  - {check}\n')
        return findings.evaluate_all(survey, path=path)["f-001"]

    return evaluate
