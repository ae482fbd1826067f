"""funn.yml: what is wrong is told with file, line, what to do; and the shipped file covers every claim."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from storbynav.findings import Finding
from storbynav.published import registry

ONE = '- id: f-045\n  lines: "897"\n  checks:\n  - {share: sa_kompetanse, is: "78"}\n'


def one(check: str) -> str:
    return ONE.replace('{share: sa_kompetanse, is: "78"}', check)


def test_every_claim_has_one_finding_with_its_lines(all_findings: tuple[Finding, ...]) -> None:
    claims = registry().claims
    assert [f.claim for f in all_findings] == list(claims)
    assert all(f.lines == claims[f.claim].lines for f in all_findings)


def test_contradicted_claims_are_expected_to_fail_and_say_why(all_findings: tuple[Finding, ...]) -> None:
    claims = registry().claims
    contradicted = {f.id for f in all_findings if f.expect == "contradicted"}
    by_print = {f"f-{ident[1:]}" for ident, c in claims.items() if c.support == "contradicted"}
    # 13 per cent at minimum offices is of all respondents (readings.yml D040): the data follow both numbers
    assert by_print - contradicted == {"f-185"}
    assert all(f.note for f in all_findings if f.expect == "contradicted")


@pytest.mark.parametrize(
    ("check", "words"),
    [
        ('{share: sa_kompetense, is: "78"}', "Mente du sa_kompetanse"),
        ('{shar: sa_kompetanse, is: "78"}', "ukjent predikat (mente du share?)"),
        ("{share: sa_kompetanse}", "skriv én av is, between, above og below"),
        ('{share: sa_kompetanse, is: "78", above: 3}', "skriv én av is"),
        ("{share: sa_kompetanse, is: mange}", "er ikke et tall"),
        ("{share: sa_kompetanse, between: [9, 3]}", "between: skal være [minst, mest]"),
        ('{share: sa_kompetanse, is: "78", amoung: {}}', "ukjent felt 'amoung' (mente du among?)"),
        (
            '{share: sa_kompetanse, is: "78", among: {office: fanna}}',
            "ukjent gruppe 'fanna' av office (mente du fana?)",
        ),
        ('{share: sa_kompetanse, is: "78", among: {bg_arbeidsgiver: staten}}', "Den har stat, kommune"),
        ('{share: bg_kjonn, is: "78"}', "har ingen enighetskoder"),
        ("{share: $sa, above: 1}", "mengden $sa finnes ikke"),
        ("{compare: sa_ip, by: ko_ledermodell, more: to_leder, less: en_leder}", "mente du to_ledere?"),
        ("{compare: sa_ip, by: ko_ledermodell, more: to_ledere}", "mangler less"),
        ("{compare: sa_ip, by: ko_ledermodell, more: to_ledere, less: en_leder, p: 0.1}", "p: må være"),
        ("{rank: sa_ip, office: bergen-03, place: low}", "er ikke et av de sju kontorene"),
        ("{rank: sa_ip, office: fana, place: best}", "er ikke en av highest"),
        ("{beta: sa_ip, of: bg_kjonn, starred: true}", "er ikke med i tabell 3"),
        ("{corr: sa_ip, with: bg_sosionom, table: v1_9, ns: true}", "table: må være"),
        ("{count: kontorer, is: 3}", "count: må være offices"),
        ("{count: offices, where: {citi: Oslo}, is: 3}", "kolonnen 'citi' (mente du city?)"),
        ("{quantity: response, is: 3}", "ukjent størrelse"),
        ("{share: sa_ip, above: 1, most: 2}", "most: må være fra 1 til 1"),
    ],
)
def test_a_wrong_predicate_is_told_with_line(told: Callable[..., str], check: str, words: str) -> None:
    message = told(one(check))
    assert message.split(": ")[0].endswith("funn.yml:4") and "f-045" in message and words in message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('- id: f-045\n  lines: "1"\n', "funnet har ingen påstand. Skriv checks"),
        (ONE + "  none: kan ikke\n", "både checks og none"),
        (ONE + "  expect: kanskje\n", "expect: 'kanskje' er ikke en av"),
        (ONE + "  expect: contradicted\n", "krever note"),
        (ONE + "  instead:\n  - {share: sa_ip, above: 1}\n", "instead hører til"),
        (ONE + "  merk: x\n", "ukjent felt 'merk'"),
        (ONE.replace("f-045", "f-45"), "skal være f- og tre sifre"),
        (ONE.replace("f-045", "f-999"), "claims.yml har ingen påstand C999"),
        (ONE.replace('  lines: "897"\n', ""), "mangler lines"),
    ],
)
def test_a_wrong_finding_is_told(told: Callable[..., str], text: str, words: str) -> None:
    assert words in told(text)


def test_two_faults_are_told_at_once(told: Callable[..., str]) -> None:
    message = told(one("{share: x, above: 1}") + one("{share: y, above: 1}").replace("045", "046"))
    assert [row.split(": ")[0].rsplit(":", 1)[1] for row in message.splitlines()] == ["4", "8"]


def test_an_id_bound_twice_to_opposite_predicates(told: Callable[..., str]) -> None:
    way = "{compare: sa_ip, by: ko_ledermodell, more: to_ledere, less: en_leder}"
    other = "{compare: sa_ip, by: ko_ledermodell, more: en_leder, less: to_ledere}"
    message = told(one(way) + one(other))
    assert "bundet to ganger med motsatte påstander" in message
    assert "linje 4, den andre på linje 8" in message
    same = told(one(way) + one(way))
    assert "bundet to ganger." in same and "motsatte" not in same


@pytest.mark.parametrize(
    ("one_way", "other_way"),
    [
        ("{share: sa_ip, below: 40}", "{share: sa_ip, above: 41}"),
        ('{share: sa_ip, is: "33"}', '{share: sa_ip, is: "34"}'),
        (
            "{alike: sa_ip, by: ko_ledermodell, groups: [en_leder, to_ledere]}",
            "{compare: sa_ip, by: ko_ledermodell, more: to_ledere, less: en_leder, p: 0.05}",
        ),
        (
            '{corr: sa_ip, with: bg_sosionom, table: v1_2, sign: "+"}',
            '{corr: sa_ip, with: bg_sosionom, table: v1_2, sign: "-"}',
        ),
        (
            "{corr: sa_ip, with: bg_sosionom, table: v1_2, p: 0.05}",
            "{corr: sa_ip, with: bg_sosionom, table: v1_2, ns: true}",
        ),
        ("{beta: sa_ip, of: bg_sosionom, starred: true}", "{beta: sa_ip, of: bg_sosionom, starred: false}"),
        ("{rank: sa_ip, office: fana, place: highest}", "{rank: sa_ip, office: fana, place: low}"),
        ("{largest: sa_ip, of: bg_sosionom}", "{largest: sa_ip, of: ko_ledermodell}"),
        ("{count: leaders, is: 52}", "{count: leaders, below: 51}"),
    ],
)
def test_opposite_predicates_in_one_finding(told: Callable[..., str], one_way: str, other_way: str) -> None:
    message = told(one(one_way) + f"  - {other_way}\n")
    assert "to predikater som ikke kan være sanne samtidig" in message


def test_agreeing_predicates_are_no_clash(file: Callable, shipped: object) -> None:
    from storbynav import findings

    text = one("{share: sa_ip, above: 30}") + "  - {share: sa_ip, below: 36}\n"
    assert len(findings.load(file(text), shipped)[0].checks) == 2
