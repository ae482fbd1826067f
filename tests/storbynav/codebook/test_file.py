"""The shipped codebook holds what the registry says; a wrong codebook is refused with its lines."""

from __future__ import annotations

import re

import pytest
import yaml

from storbynav import paths
from storbynav.codebook import Codebook, CodebookError, load_codebook, parse_codebook

TEXT = paths.CODEBOOK_FILE.read_text(encoding="utf-8")
ITEMS = yaml.safe_load((paths.PUBLISHED / "items.yml").read_text(encoding="utf-8"))["items"]
# kept otherwise here: one column per user group, and the leader form's office facts in offices.csv
ELSEWHERE = {
    "bg_brukergrupper",
    "ldr_aarsverk_stat",
    "ldr_aarsverk_kommune",
    "ldr_antall_ansatte",
    "ldr_tjenester",
}


def faults(text: str) -> str:
    with pytest.raises(CodebookError) as caught:
        parse_codebook(text, "kodebok.yml")
    return str(caught.value)


def test_every_registered_item_is_there(codebook: Codebook) -> None:
    assert {i["id"] for i in ITEMS} - ELSEWHERE == {v.id for v in codebook} - {
        f"bg_gruppe_{g}" for g in ("nedsatt_arbeidsevne", "ungdom", "flyktninger", "aap", "sosialhjelp")
    }


@pytest.mark.parametrize("item", [i for i in ITEMS if i["id"] not in ELSEWHERE], ids=lambda i: i["id"])
def test_wording_as_registered(codebook: Codebook, item: dict) -> None:
    variable = codebook[item["id"]]
    assert variable.label == item["label"]
    assert variable.exact == item["wording"].startswith("exact")
    assert variable.lines == item["lines"]
    assert list(variable.tables) == item["tables"]
    assert variable.stem is None or variable.stem.name == item["stem"]


def test_likert_direction_is_that_of_the_appendix(codebook: Codebook) -> None:
    scale = codebook["sa_kompetanse"].scale
    assert [scale.label(c) for c in range(1, 6)] == [
        "helt enig",
        "delvis enig",
        "verken enig eller uenig",
        "delvis uenig",
        "helt uenig",
    ]
    assert codebook["sa_kompetanse"].agreement == (1, 2)
    assert scale.code("helt_uenig") == 5


def test_leadership_items_went_to_municipal_staff(codebook: Codebook) -> None:
    for item in ("led_folger", "led_arbeidssituasjon", "led_fagutvikling"):
        rule = codebook[item].asked.rule
        assert rule is not None
        assert codebook[rule.variable].scale.label(rule.codes[0]) == "kommune"


def test_columns_and_services(codebook: Codebook) -> None:
    assert codebook.columns("survey")[:2] == ("id", "office")
    assert "ko_ledermodell" not in codebook.columns("survey")
    assert len(codebook.services) == 6
    assert "part_likeverdig" in codebook.columns("leaders")


def test_recoding(codebook: Codebook) -> None:
    assert codebook.recoding("bg_sosionom", "v1_5") == {1: 2, 2: 1}
    assert codebook.recoding("bg_sosionom", "v1_2") == {1: 1, 2: 2}


def test_which_figures_use_a_variable(codebook: Codebook) -> None:
    assert {v.id for v in codebook if "v1_6" in v.figures} == {
        "bg_sosionom",
        "bg_erfaring_sosialkontor",
        "bg_jobber_vanskeligstilte",
    }


def test_unknown_names_suggest(codebook: Codebook) -> None:
    with pytest.raises(CodebookError, match="Mente du sa_kompetanse"):
        codebook["sa_kompetnse"]
    with pytest.raises(CodebookError, match="stat \\(1\\), kommune \\(2\\)"):
        codebook["bg_arbeidsgiver"].scale.category("fylke")
    with pytest.raises(CodebookError, match="ingen enighetskoder"):
        _ = codebook["bg_rolle"].agreement


def test_missing_file_is_named(tmp_path) -> None:
    with pytest.raises(CodebookError, match=r"borte\.yml: kodeboken mangler"):
        load_codebook(tmp_path / "borte.yml")


def test_wrong_encoding_has_its_line(tmp_path) -> None:
    path = tmp_path / "kodebok.yml"
    path.write_bytes("format: 1\n# så\n".encode("latin-1"))
    with pytest.raises(CodebookError, match=r"kodebok\.yml:2: filen er ikke UTF-8"):
        load_codebook(path)


def test_syntax_error_has_line_and_column() -> None:
    assert re.match(r"kodebok\.yml:3:\d+: ikke gyldig YAML", faults("format: 1\nscales:\n\t- x\n"))


MUTATIONS = [
    ("agreement: [1, 2]", "agreement: [1, 7]", "enighetskoden 7"),
    ("key: delvis_enig,", "key: helt_enig,", "nøkkel 'helt_enig' finnes to ganger"),
    ("{code: 2, key: delvis_enig", "{code: 1, key: delvis_enig", "kode 1 finnes to ganger"),
    ("  scale: enig5\n", "  scale: enig6\n", "scale: 'enig6' er ikke definert (mente du enig5?)"),
    ("  stem: stem_sa\n", "  stem: stem_so\n", "stem: 'stem_so' er ikke definert"),
    ("  asked: alle\n", "  asked: allle\n", "mente du alle?"),
    ("- id: sa_ip\n", "- id: sa_oversikt\n", "id finnes to ganger"),
    ("- id: sa_ip\n", "- id: SA-IP\n", "id må være små bokstaver"),
    ("  wording: exact\n", "  wording: nearly\n", "wording: 'nearly' er ikke en av exact, paraphrase"),
    ("  valence: 0\n", "  valence: 3\n", "valence: 3 er ikke"),
    ("  question: single\n", "  qestion: single\n", "ukjent felt 'qestion' (mente du question?)"),
    ("codes: [2]}, lines", "codes: [3]}, lines", "bg_arbeidsgiver har ingen kode 3"),
    ("rule: {variable: bg_arbeidsgiver", "rule: {variable: bg_eier", "ingen variabel 'bg_eier'"),
    ("v1_3: {1: 1, 2: 0}", "v1_3: {1: 1}", "må omkode nøyaktig kodene [1, 2]"),
    ("code: 98", "code: 5", "kode 5 er både svar og manglende"),
    ("column: leader_model}", "column: leader_mode}", "offices.csv har ikke 'leader_mode'"),
    ("Oslo: 1, Bergen: 2", "Oslo: 9, Bergen: 2", "gruppekoden 9 finnes ikke"),
    ("    higher_means: mer uenig\n", "", "mangler higher_means"),
    ("implied_by: [bg_gruppe_nedsatt_arbeidsevne", "implied_by: [bg_kjonn", "er ikke en avkryssing"),
    ("- {column: city,", "- {column: by,", "mangler kolonnen city"),
    ("format: 1", "format: 2", "format 2 er ukjent"),
    ("  mode: Spørreskjema", "  mote: Spørreskjema", "study: mangler feltet mode"),
    ("  files: {survey: Svar", "  files: {svar: Svar", "study files: ukjent felt 'svar'"),
    ("office_column: office\n", "", "kontorer krever office_column"),
    ("office_column: office\n", "", "variabel ko_ledermodell: table: derived krever office_column"),
    ("\n  enig5:\n", "\n  Enig-5:\n", "navnet må være små bokstaver"),
    ("empty_in_csv: true", "empty_in_csv: false", "en tom celle er et manglende svar"),
    ("bg_rolle, codes: [1]}", "bg_rolle, codes: []}", "codes er tom"),
    ("98, key: ikke_spurt", "98, key: ikkespurt", "codes mangler nøkkelen ikke_spurt"),
    ("code: 98, key: ikke_spurt", "code: 99, key: ikke_spurt", "kode 99 finnes to ganger"),
    ("{code: 1, key: ja, label: ja}", "{code: 3, key: ja, label: ja}", "kodene må stå i stigende rekkefølge"),
    ("    kind: count\n", "    kind: nominal\n", "tallskalaer har ingen kategorier, alle andre må ha dem"),
    ("    - {code: 2, key: mann, label: mann}\n", "", "må ha 2 kategorier, ikke 1"),
    ("    threshold: helt eller delvis enig\n", "", "agreement og threshold må stå sammen"),
    ("key: kvinne,", "key: Kvinne,", "nøkkelen 'Kvinne' må være små bokstaver"),
    ("  table: derived\n", "  table: survey\n", "derive skal stå på avledede variabler"),
    ("recodings:\n  bg_sosionom:", "recodings:\n  bg_sosionam:", "ingen slik variabel"),
    ("  higher_means: mer uenig", "  higher_means: ' '", "mangler higher_means"),
    ('  short: "Utdannet sosionom"', '  short: " "', "short er tom"),
    ("agreement: [1, 2]", "agreement: [1, x]", "agreement: 'x' har feil type"),
    ("\n    inferred: true\n", "\n    inferred: ja\n", "inferred: 'ja' har feil type"),
    (
        "kommunalt_ansatte: {label: kommunalt ansatte, rule",
        "ka: {label: k, rule",
        "asked: 'kommunalt_ansatte' er ikke definert",
    ),
    ("  ja_nei:\n", "  ja_nei: nei\n  x:\n", "scales ja_nei: må være et oppslag"),
]


@pytest.mark.parametrize(("old", "new", "message"), MUTATIONS, ids=[m[2][:40] for m in MUTATIONS])
def test_a_wrong_codebook_is_refused(old: str, new: str, message: str) -> None:
    assert old in TEXT
    told = faults(TEXT.replace(old, new, 1))
    assert message in told
    assert re.search(r"kodebok\.yml:\d+: ", told)


def test_the_line_named_is_the_entry(codebook: Codebook) -> None:
    text = TEXT.replace("- id: sa_ip\n  table: survey\n", "- id: sa_ip\n  table: surveys\n")
    line = text.splitlines().index("- id: sa_ip") + 1
    assert f"kodebok.yml:{line}: variabel sa_ip: table: 'surveys'" in faults(text)


def test_all_faults_come_at_once() -> None:
    text = TEXT.replace("agreement: [1, 2]", "agreement: [1, 7]", 1)
    text = text.replace("  valence: 0\n", "  valence: 3\n", 1)
    told = faults(text)
    assert told.startswith("Kodeboken har 2 feil:")
    assert "enighetskoden 7" in told
    assert "valence" in told


WITHOUT_OFFICES = """
format: 1
id_column: id
missing:
  codes: [{code: 98, key: ikke_spurt, label: ikke spurt}, {code: 99, key: ubesvart, label: ubesvart}]
audiences:
  alle: {label: alle}
scales:
  filial:
    kind: nominal
    categories: [{code: 1, key: nord, label: Nord, people: de fra nord}, {code: 2, key: sor, label: Sør}]
variables:
- {id: filial, table: survey, label: Filial, short: filial, wording: exact, question: single, scale: filial,
   asked: alle}
"""


def test_a_survey_may_have_no_offices() -> None:
    book = parse_codebook(WITHOUT_OFFICES)
    assert book.office_column == ""
    assert book.columns("survey") == ("id", "filial")
    assert (book.offices, book.stems, book.recodings) == ((), {}, {})
    assert [c.people for c in book["filial"].scale.categories] == ["de fra nord", ""]
