"""The text of Vedlegg 1 against the registry of what the print says.

Read as source: these tests need no survey and no renderer.
"""

import re
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = ROOT / "data" / "published"
CHAPTER = ROOT / "report" / "vedlegg-1.qmd"
FIRST_LINE, LAST_LINE = 2965, 3722  # Vedlegg 1 in the source text

LABEL = re.compile(r"\{#((?:fig|tbl|sec)-[\w-]+)")
REFERENCE = re.compile(r"(?<![\w\\])@([A-Za-z]+-[\w-]+)")


def registry(name: str):
    return yaml.safe_load((PUBLISHED / name).read_text(encoding="utf-8"))


@cache
def text() -> str:
    """The appendix with its includes put in."""
    source = CHAPTER.read_text(encoding="utf-8")
    return re.sub(
        r"\{\{< include (\S+) >\}\}",
        lambda m: (CHAPTER.parent / m[1]).read_text(encoding="utf-8"),
        source,
    )


def in_the_appendix(lines: str) -> bool:
    """Whether any of «3149,3151-3164» lies in Vedlegg 1."""
    spans = [part.split("-") for part in str(lines).split(",")]
    return any(int(span[0]) <= LAST_LINE and int(span[-1]) >= FIRST_LINE for span in spans)


def test_every_claim_of_the_print_is_told_and_bound():
    claims = {c["id"] for c in registry("claims.yml")["claims"]}
    wanted = {c["id"] for c in registry("claims.yml")["claims"] if in_the_appendix(c["lines"])}
    bound = {f"C{ref[2:]}" for ref in re.findall(r'\.funn ref="(f-\d+)"', text())}
    assert len(wanted) == 193
    assert not wanted - bound, "told nowhere in Vedlegg 1"
    assert not bound - claims, "bound to a claim that does not exist"


@pytest.mark.parametrize(("kind", "call", "last"), [("fig", "r.figure", 24), ("tbl", "r.table", 5)])
def test_figures_and_tables_stand_once_with_their_caption(kind, call, last):
    digits = 2 if kind == "fig" else 1
    caption = "v1_{n}" if kind == "fig" else "tbl_v1_{n}"
    for n in range(1, last + 1):
        block = (
            f'::: {{#{kind}-v1-{n:0{digits}d}}}\n```{{python}}\n{call}("v1_{n}")\n```\n\n'
            f'`{{python}} r.caption("{caption.format(n=n)}")`\n:::'
        )
        assert text().count(block) == 1, f"{kind} {n}"


@pytest.mark.parametrize(
    ("kind", "numbers"), [("fig", [f"{n:02d}" for n in range(1, 25)]), ("tbl", ["1", "2", "3", "4", "5"])]
)
def test_floats_come_in_the_order_of_the_print(kind, numbers):
    assert re.findall(rf"\{{#{kind}-v1-(\d+)\}}", text()) == numbers


def test_every_float_is_discussed_in_the_text():
    referred = {ref[0].lower() + ref[1:] for ref in REFERENCE.findall(text())}
    floats = {label for label in LABEL.findall(text()) if not label.startswith("sec-")}
    assert not floats - referred


def test_every_reference_has_its_target():
    targets = set(LABEL.findall(text()))
    assert {ref for ref in REFERENCE.findall(text()) if ref[0].lower() + ref[1:] not in targets} == set()


def test_every_fact_is_in_the_registry():
    known = set(registry("facts.yml")["facts"])
    used = set(re.findall(r'r\.fact\("([^"]+)"\)', text()))
    assert used and not used - known


def test_every_contradiction_has_a_reading():
    contradictions = {d["id"]: d for d in registry("discrepancies.yml")["discrepancies"]}
    readings = registry("readings.yml")["readings"]
    read = [r["id"] for r in readings]
    assert len(read) == len(set(read))
    assert not set(read) - set(contradictions)
    assert [r for r in read if contradictions[r].get("likely")] == [], "already decided in discrepancies.yml"
    touched = {i for i, d in contradictions.items() if any(in_the_appendix(w["lines"]) for w in d["where"])}
    assert {i for i in touched if not contradictions[i].get("likely") and i not in read} == set()
    for reading in readings:
        assert set(reading) == {"id", "basis", "reading", "why"}
        assert reading["basis"] in {"arithmetic", "text", "printed"}
