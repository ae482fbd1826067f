"""Each predicate against the same number computed another way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats as scipy_stats

from storbynav import stats
from storbynav.findings import Verdict
from storbynav.findings.data import PREDICTORS, Data
from storbynav.findings.printed import Printed
from storbynav.findings.targets import Targets
from storbynav.published import registry
from storbynav.survey import Survey

Verdicts = Callable[..., Verdict]


def shown(verdict: Verdict) -> str:
    return verdict.lines[0][0].shown.replace("\u00a0", " ").replace("\u202f", " ")


def agree(survey: Survey, item: str, **groups: object) -> float:
    answers = survey.answers(item, **groups).dropna()  # type: ignore[arg-type]
    return 100 * float(answers.isin([1, 2]).mean())


def test_share_is_met_at_its_printed_precision(shipped: Survey, verdict: Verdicts) -> None:
    exact = agree(shipped, "maal_konkurranse")
    assert round(exact, 1) == 21.5
    assert verdict('{share: maal_konkurranse, is: "21.5"}', shipped).holds
    assert not verdict('{share: maal_konkurranse, is: "21.6"}', shipped).holds
    assert not verdict('{share: maal_konkurranse, is: "21.4"}', shipped).holds
    assert shown(verdict("{share: maal_konkurranse, above: 1}", shipped)).endswith("21,5 %")


def test_share_of_all_counts_those_without_an_answer(survey: Survey, verdict: Verdicts) -> None:
    yes = int((survey.frame["bg_kjonn"] == 1).sum())
    for base, total in (("all", len(survey)), ("valid", survey.valid_n("bg_kjonn"))):
        per_cent = round(100 * yes / total, 3)
        assert verdict(f'{{share: bg_kjonn, answer: kvinne, base: {base}, is: "{per_cent}"}}', survey).holds
    assert survey.valid_n("bg_kjonn") < len(survey)


def test_interval_ends_are_included(shipped: Survey, verdict: Verdicts) -> None:
    assert verdict("{count: respondents, between: [997, 997]}", shipped).holds
    assert verdict("{count: respondents, above: 997}", shipped).holds
    assert not verdict("{count: respondents, above: 998}", shipped).holds
    assert not verdict("{count: respondents, below: 996}", shipped).holds


@pytest.mark.parametrize("item", ["sa_ip", "led_folger", "maal_telling"])
def test_contrast_is_students_t_on_the_share(survey: Survey, verdict: Verdicts, item: str) -> None:
    parts = [
        survey.answers(item, ko_ledermodell=g).dropna().isin([1, 2]).to_numpy(float)
        for g in ("to_ledere", "en_leder")
    ]
    t, p = scipy_stats.ttest_ind(*parts)
    more = "{compare: %s, by: ko_ledermodell, more: to_ledere, less: en_leder%s}"
    assert verdict(more % (item, ""), survey).holds == (t > 0)
    for level in (0.05, 0.01):
        assert verdict(more % (item, f", p: {level}"), survey).holds == (t > 0 and p < level)
    assert verdict(f"{{alike: {item}, by: ko_ledermodell, groups: [en_leder, to_ledere]}}", survey).holds == (
        p >= 0.05
    )
    gap = 100 * (parts[0].mean() - parts[1].mean())
    assert verdict(more % (item, f", points: {abs(gap) + 0.01}"), survey).holds is False
    assert verdict(more % (item, f", points: {gap - 0.01}"), survey).holds is True


def test_contrast_on_the_scale_and_with_pairs(shipped: Survey, verdict: Verdicts) -> None:
    a, b = (shipped.answers("sa_ip", ko_portefoljegruppe=g).dropna() for g in ("mellomstor", "minimum"))
    t, p = scipy_stats.ttest_ind(a, b)
    assert t < 0 and p < 0.01
    scale = (
        "{compare: sa_ip, by: ko_portefoljegruppe, more: mellomstor, less: minimum, test: scale, p: 0.05%s}"
    )
    assert verdict(scale % "", shipped).holds
    enough = int(0.05 / p) + 1
    assert not verdict(scale % f", pairs: {enough}", shipped).holds


def test_betas_are_those_of_the_regressions(shipped: Survey) -> None:
    data = Data(shipped)
    for item in ("led_folger", "sa_ip"):
        frame = shipped.for_table([item, *PREDICTORS], "v1_3")
        fit = stats.ols(frame, item, list(PREDICTORS))
        mine = data.betas(item)
        np.testing.assert_allclose(mine.beta, fit.coefficients["beta"], rtol=1e-9)
        np.testing.assert_allclose(mine.p, fit.coefficients["p"], rtol=1e-6)
        assert mine.r2 == pytest.approx(fit.r2) and mine.df2 == fit.df2


def test_regression_predicates(shipped: Survey, verdict: Verdicts) -> None:
    assert verdict("{largest: led_folger, of: ko_ledermodell, only: true}", shipped).holds
    assert not verdict("{largest: led_folger, of: ko_antall_tjenester}", shipped).holds
    assert not verdict("{largest: led_arbeidssituasjon, of: ko_ledermodell, only: true}", shipped).holds
    assert verdict("{starred: ko_ledermodell, items: [led_folger, sa_ip], between: [1, 1]}", shipped).holds
    assert verdict('{r2: led_folger, is: "8"}', shipped).holds
    assert verdict("{bigger: sa_oversikt, of: ko_aarsverk_klasse, than: ko_antall_tjenester}", shipped).holds


def test_rank_counts_the_seven_and_ties_share_places(shipped: Survey, verdict: Verdicts) -> None:
    frame = shipped.frame.copy()
    seven = ["fana", "ytrebygda", "hundvaag-storhaug", "lerkendal", "sagene", "ostensjo", "kristiansand"]
    for place, office in enumerate(seven):
        mine = frame.index[frame["office"] == office]
        frame.loc[mine, "sa_ip"] = np.where(np.arange(len(mine)) < len(mine) * (7 - place) / 8, 1.0, 5.0)
    made = replace(shipped, frame=frame)
    for office, place in zip(
        seven, ["highest", "second_highest", "high", "middle", "low", "second_lowest", "lowest"], strict=True
    ):
        assert verdict(f"{{rank: sa_ip, office: {office}, place: {place}}}", made).holds, office
    assert not verdict("{rank: sa_ip, office: ytrebygda, place: highest}", made).holds
    assert verdict("{rank: sa_ip, office: ytrebygda, place: highest, tie: 20}", made).holds
    assert verdict("{order: sa_ip, offices: [fana, [ytrebygda, lerkendal], kristiansand]}", made).holds
    assert not verdict("{order: sa_ip, offices: [[fana, lerkendal], ytrebygda]}", made).holds


def test_counts_of_offices_leaders_and_respondents(shipped: Survey, verdict: Verdicts) -> None:
    assert verdict("{count: offices, where: {city: [Oslo, Bergen], leader_model: 2}, is: 22}", shipped).holds
    leaders = shipped.leaders
    uneven = int(((leaders["ldr_sosionom"] == 1) & (leaders["ldr_ansatt"] == 2)).sum())
    assert verdict(
        f"{{count: leaders, where: {{ldr_sosionom: sosionom, ldr_ansatt: kommune}}, is: {uneven}}}", shipped
    ).holds
    disagree = int(leaders["part_uenigheter"].isin([4, 5]).sum())
    assert verdict(f"{{count: leaders, where: {{part_uenigheter: disagree}}, is: {disagree}}}", shipped).holds
    answered = int(leaders["ldr_hele_tjenesteaspektet"].notna().sum())
    assert answered < len(leaders)
    assert verdict(
        f"{{count: leaders, where: {{ldr_hele_tjenesteaspektet: answered}}, is: {answered}}}", shipped
    ).holds


def test_leaders_are_split_by_the_model_of_their_office(shipped: Survey) -> None:
    data = Data(shipped)
    model = shipped.leaders["office"].map(shipped.offices["leader_model"])
    mask = data.mask("part_likeverdig", (("ko_ledermodell", "to_ledere"),))
    assert mask.tolist() == (model == 2).tolist() and 0 < mask.sum() < len(mask)


def test_most_asks_for_some_of_the_statements(shipped: Survey, verdict: Verdicts) -> None:
    three = "{share: [sa_kompetanse, sa_prioriterer, sa_ip], above: 50%s}"
    assert not verdict(three % "", shipped).holds
    assert verdict(three % ", most: 2", shipped).holds
    assert not verdict(three % ", most: 3", shipped).holds


def test_a_contradicted_statement_must_be_false_and_its_reading_true(
    shipped: Survey, verdict: Verdicts
) -> None:
    extra = "  expect: contradicted\n  note: x\n  instead:\n  - {%s}\n"
    good = extra % 'share: sa_kompetanse, is: "78"'
    assert verdict("{share: sa_kompetanse, above: 90}", shipped, good).ok
    assert not verdict("{share: sa_kompetanse, above: 70}", shipped, good).ok
    wrong = verdict("{share: sa_kompetanse, above: 90}", shipped, extra % 'share: sa_kompetanse, is: "79"')
    assert not wrong.ok and wrong.holds is False and wrong.reading_holds is False


def test_print_is_read_in_the_coding_of_its_tables(shipped: Survey) -> None:
    printed = Printed(registry(), shipped.codebook)
    # Tabell 5: -,26** with 2 = sosionom: they agree more. Tabell 4: -,47**: sosionomer are municipal
    more, evidence = printed.agrees_more("stat_dominerer", "bg_sosionom", "sosionom", "ikke") or (None, None)
    assert more is True and evidence is not None and evidence.stars == "**"
    assert printed.coefficient("v1_5", "stat_dominerer", "bg_sosionom").reversed  # type: ignore[union-attr]
    assert not printed.coefficient("v1_4", "bg_arbeidsgiver", "bg_sosionom").reversed  # type: ignore[union-attr]
    kommune = printed.agrees_more("stat_dominerer", "bg_arbeidsgiver", "kommune", "stat")
    assert kommune is not None and kommune[0] is True


def test_a_number_does_not_bear_itself_out(shipped: Survey) -> None:
    printed = Printed(registry(), shipped.codebook)
    assert printed.shares("maal_konkurranse", ())
    assert printed.without("1238-1239").shares("maal_konkurranse", ()) == []


def test_what_was_a_target_is_told_apart(verdict: Verdicts, shipped: Survey) -> None:
    basis = {
        "{share: sa_kompetanse, above: 1}": "targeted",
        "{corr: sa_ip, with: bg_sosionom, table: v1_2, p: 0.05}": "targeted",
        "{compare: sa_prioriterer, by: ko_ledermodell, more: to_ledere, less: en_leder}": "targeted",
        "{share: port_styrker_sosialt, among: {bg_sosionom: sosionom}, above: 1}": "not_targeted",
        "{compare: bel_turnover, by: bg_kjonn, more: mann, less: kvinne}": "not_targeted",
    }
    for check, wanted in basis.items():
        assert verdict(check, shipped).basis == wanted, check
    real = replace(shipped, provenance=replace(shipped.provenance, kind="real"))
    assert verdict("{share: sa_kompetanse, above: 1}", real).basis == "real"


def test_without_a_list_of_targets_nothing_is_by_construction(tmp_path, shipped: Survey) -> None:  # type: ignore[no-untyped-def]
    targets = Targets(registry(), tmp_path)
    assert not targets.known and not targets.share("sa_kompetanse")
    assert not targets.coefficient("v1_2", "sa_ip", "bg_sosionom")
