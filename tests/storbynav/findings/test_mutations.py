"""Mutations: damage one thing in the data, and the findings that depend on it fail while the others stand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from storbynav import findings
from storbynav.findings import Finding
from storbynav.findings.base import Atom
from storbynav.findings.predicates.contrasts import Contrast
from storbynav.findings.predicates.correlations import Correlated
from storbynav.findings.predicates.offices import Order, Rank
from storbynav.findings.predicates.regressions import Beta
from storbynav.findings.predicates.shares import Share
from storbynav.survey import Survey

All = tuple[Finding, ...]


def changed(survey: Survey, all_findings: All) -> set[str]:
    return {v.finding.id for v in findings.evaluate_all(survey, findings=all_findings).changed}


def with_column(survey: Survey, name: str, values: pd.Series | np.ndarray) -> Survey:
    return replace(survey, frame=survey.frame.assign(**{name: values}))


def dependents(all_findings: All, variable: str) -> set[str]:
    return {
        f.id
        for f in all_findings
        for check in (*f.checks, *f.instead)
        for atom in check.atoms
        if variable in atom.variables
    }


def must_fail(all_findings: All, breaks) -> set[str]:  # type: ignore[no-untyped-def]
    """Findings that hold only where every atom does, one of which the mutation must break."""
    return {
        f.id
        for f in all_findings
        if f.expect == "holds"
        for check in f.checks
        if check.all_needed and any(breaks(atom) for atom in check.atoms)
    }


@pytest.mark.parametrize("by", ["bg_arbeidsgiver", "ko_ledermodell", "bg_sosionom", "ko_leder_sosionom"])
def test_swapped_group_labels(shipped: Survey, all_findings: All, by: str) -> None:
    codes = sorted(shipped.codebook[by].codes)
    swapped = with_column(shipped, by, sum(codes) - shipped.frame[by])

    def breaks(atom: Atom) -> bool:
        if isinstance(atom, Contrast):
            return atom.by == by and not atom.ns and not atom.among and not atom.item.startswith("part_")
        if isinstance(atom, Correlated):
            return atom.other == by and atom.sign != "" and by != "ko_leder_sosionom"
        return isinstance(atom, Beta) and atom.predictor == by and atom.sign != ""

    failed = changed(swapped, all_findings)
    required = must_fail(all_findings, breaks)
    assert required and required <= failed
    assert failed <= dependents(all_findings, by), "a finding failed that does not depend on the groups"


GROUPS = ["bg_arbeidsgiver", "bg_sosionom", "ko_ledermodell", "ko_leder_sosionom", "ko_aarsverk_klasse"]


def shuffle(survey: Survey, item: str) -> np.ndarray:
    """Answers in an order that goes with no grouping, not even by accident (one shuffle in twenty would)."""
    answers = survey.frame[item]
    draw = np.random.default_rng(20150301)
    for _ in range(500):
        values = answers.copy()
        values[answers.notna()] = draw.permutation(answers.dropna().to_numpy())
        if survey.frame[GROUPS].corrwith(values).abs().max() < 0.03:
            return values.to_numpy()
    raise AssertionError(f"no shuffle of {item} is unrelated to the groups")


@pytest.mark.parametrize("item", ["sa_kompetanse", "int_tett_sammen", "stat_dominerer", "maal_telling"])
def test_a_shuffled_item(shipped: Survey, all_findings: All, item: str) -> None:
    shuffled = with_column(shipped, item, shuffle(shipped, item))

    def breaks(atom: Atom) -> bool:
        if isinstance(atom, Correlated):
            return item in (atom.item, atom.other) and atom.p is not None
        if isinstance(atom, Contrast):
            return atom.item == item and atom.p is not None
        return isinstance(atom, Beta) and atom.item == item and atom.starred is True

    failed = changed(shuffled, all_findings)
    required = must_fail(all_findings, breaks)
    assert required and required <= failed
    assert failed <= dependents(all_findings, item)
    overall = {
        f.id
        for f in all_findings
        if f.checks
        and all(isinstance(a, Share) and not a.among for c in (*f.checks, *f.instead) for a in c.atoms)
    }
    assert not overall & failed, "a shuffle leaves the shares of all as they were"


@pytest.mark.parametrize("item", ["sa_kompetanse", "led_folger", "stat_dominerer", "maal_fanger_ikke"])
def test_a_reversed_scale(shipped: Survey, all_findings: All, item: str) -> None:
    reversed_ = with_column(shipped, item, 6 - shipped.frame[item])

    def breaks(atom: Atom) -> bool:
        if isinstance(atom, Correlated):
            return item == atom.item and atom.sign != ""
        if isinstance(atom, Beta):
            return atom.item == item and atom.sign != ""
        return (
            isinstance(atom, Share)
            and atom.item == item
            and not atom.among
            and atom.bound.decimals is not None
        )

    failed = changed(reversed_, all_findings)
    required = must_fail(all_findings, breaks)
    assert required and required <= failed
    assert failed <= dependents(all_findings, item)


def test_swapped_offices(shipped: Survey, all_findings: All) -> None:
    other = {"fana": "kristiansand", "kristiansand": "fana"}
    swapped = with_column(shipped, "office", shipped.frame["office"].replace(other))

    def of_office(atom: Atom) -> bool:
        if isinstance(atom, Order):
            return bool({"fana", "kristiansand"} & {o for g in atom.groups for o in g})
        groups = getattr(atom, "among", ())
        return (
            getattr(atom, "office", "") != ""
            or any(by == "office" for by, _ in groups)
            or (("office", "kristiansand") in getattr(atom, "where", ()))
        )

    def breaks(atom: Atom) -> bool:
        return isinstance(atom, Rank) and atom.office in other and atom.place in ("highest", "lowest")

    failed = changed(swapped, all_findings)
    assert must_fail(all_findings, breaks) <= failed
    about = {f.id for f in all_findings for c in (*f.checks, *f.instead) for a in c.atoms if of_office(a)}
    assert failed and failed <= about


def test_nothing_changed_fails_nothing(shipped: Survey, all_findings: All) -> None:
    same = with_column(shipped, "sa_ip", shipped.frame["sa_ip"].copy())
    assert changed(same, all_findings) == changed(shipped, all_findings)
