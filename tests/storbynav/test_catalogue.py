"""The catalogue: complete, and in agreement with the registry of the print."""

from __future__ import annotations

import re

import pytest
import yaml

from storbynav import paths
from storbynav.catalogue import CATALOGUE_FILE, CatalogueError, FigureRow, load_catalogue, parse_catalogue
from storbynav.codebook import Codebook
from storbynav.survey import load

CATALOGUE = load_catalogue()
FIGURES = list(CATALOGUE.figures.values())
OFFICES = set(load().offices.index)
REGISTRY = {
    row["id"]: row
    for row in yaml.safe_load((paths.PUBLISHED / "figures.yml").read_text(encoding="utf-8"))["figures"]
}
MINIMAL = """
source: {name: Rapporten, short: rapporten, called: rapporten, places: {v1: {name: Vedlegg 1, number: V1}}}
groupings:
  bg_arbeidsgiver: {label: arbeidsgiver, groups: {1: Stat, 2: Kommune}}
figures:
- {id: v1_1, number: 1, kind: shares, items: [sa_ip], caption: En, alt: Alt, unprinted: free}
tables:
- {id: v1_1, number: 1, kind: emails, caption: E-poster}
"""


def test_has_every_figure_and_table_of_both_appendices_in_order() -> None:
    figures = [("v1", n) for n in range(1, 25)] + [("v2", n) for n in range(1, 11)]
    tables = [("v1", n) for n in range(1, 6)] + [("v2", n) for n in range(1, 3)]
    for rows, wanted in ((FIGURES, figures), (list(CATALOGUE.tables.values()), tables)):
        assert [row.id for row in rows] == [f"{place}_{n}" for place, n in wanted]
        assert [(row.place.key, row.number) for row in rows] == wanted


def test_captions_are_there_and_differ() -> None:
    captions = [row.caption for row in [*FIGURES, *CATALOGUE.tables.values()]]
    assert all(len(caption) > 20 for caption in captions)
    assert len(set(captions)) == len(captions)


@pytest.mark.parametrize("row", FIGURES, ids=lambda row: row.id)
def test_the_figure_has_the_items_and_groups_of_the_registry(row: FigureRow, codebook: Codebook) -> None:
    registry = REGISTRY[row.id]
    if row.kind == "offices":
        assert set(row.items) - {"minimum"} == set(codebook.services)
    elif isinstance(registry["items"], list):
        assert set(row.items) == set(registry["items"])
    else:
        assert registry["items"].startswith("unknown subset")
    groups = registry["groups"]
    if isinstance(groups, dict):
        variables = groups["var"] if isinstance(groups["var"], list) else [groups["var"]]
        ours = {grouping.variable for grouping in (row.by, row.rows) if grouping}
        assert ours <= {word for text in variables for word in re.findall(r"[a-z_]+", text)}


@pytest.mark.parametrize("row", FIGURES, ids=lambda row: row.id)
def test_n_counts_as_printed_where_the_registry_has_it(row: FigureRow) -> None:
    assert row.n_printed == bool(REGISTRY[row.id].get("n"))


def test_figures_whose_items_are_not_printed_share_them_out() -> None:
    """Figures 4 to 10 of Vedlegg 2: every item of a group in one figure, and the note says so."""
    groups = yaml.safe_load((paths.PUBLISHED / "figures.yml").read_text(encoding="utf-8"))["figure_groups"]
    for group in groups:
        first, last = (int(n) for n in re.findall(r"(?<=_)\d+", group["id"]))
        rows = [CATALOGUE.figure(f"v2_{n}") for n in range(first, last + 1)]
        items = [item for row in rows for item in row.items]
        assert len(items) == len(set(items))
        assert set(items) == set(group["items"])
        assert all("Rapporten sier ikke hvilke" in row.remark for row in rows)


@pytest.mark.parametrize("row", FIGURES, ids=lambda row: row.id)
def test_every_code_and_item_is_in_the_codebook(row: FigureRow, codebook: Codebook) -> None:
    if row.kind != "offices":
        for item in row.items:
            assert item in codebook
    for grouping in (row.by, row.rows):
        if grouping:
            offices = grouping.variable == codebook.office_column
            known = OFFICES if offices else set(codebook[grouping.variable].codes)
            assert set(grouping.groups) <= known
    for variable, code in row.where.items():
        assert code in codebook[variable].codes
    if row.kind.startswith("distribution"):
        codes = set(codebook[row.items[0]].codes)
        assert set(row.labels) == codes
        assert {*row.last, *row.free, *(p.item for p in row.printed)} <= codes


@pytest.mark.parametrize("row", FIGURES, ids=lambda row: row.id)
def test_printed_values_are_those_of_the_registry(row: FigureRow) -> None:
    known = {(value["value"], value["lines"]) for value in REGISTRY[row.id]["values"]}
    for printed in row.printed:
        assert (printed.value, printed.lines) in known


@pytest.mark.parametrize("ident", ["v1_6", "v1_16"])
def test_figures_with_all_values_in_print_are_complete(ident: str) -> None:
    row = CATALOGUE.figure(ident)
    groups = list(row.by.groups) if row.by else [None]
    assert REGISTRY[ident]["complete"]
    assert all(row.printed_value(item, group) for item in row.items for group in groups)


def test_the_tables_have_the_variables_of_the_registry(codebook: Codebook) -> None:
    for row in CATALOGUE.tables.values():
        items = {item.item for item in (*row.rows, *row.outcomes, *row.predictors)}
        if row.offices is None:
            assert items == {v.id for v in codebook if row.id in v.tables} - {"ldr_sosionom"}
        else:
            assert set(row.offices.groups) <= OFFICES


@pytest.mark.parametrize(
    ("ident", "hint"),
    [("v16", "Mente du v1_6"), ("v1_25", "Mente du v1_[25]"), ("nix", "Katalogen har v1_1")],
)
def test_an_unknown_figure_is_refused_with_near_ones(ident: str, hint: str) -> None:
    with pytest.raises(CatalogueError, match=f"Ukjent figur: '{ident}'.*{hint}"):
        CATALOGUE.figure(ident)


def test_tables_are_found_with_and_without_prefix() -> None:
    assert CATALOGUE.table("tbl_v1_2") is CATALOGUE.table("v1_2")
    with pytest.raises(CatalogueError, match="Ukjent tabell"):
        CATALOGUE.table("tbl_v1_9")


def test_reads_a_minimal_catalogue() -> None:
    catalogue = parse_catalogue(MINIMAL)
    assert catalogue.figure("v1_1").order == "value"
    assert catalogue.table("v1_1").levels == (0.05, 0.01)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("kind: shares", "kind: pie", r"c\.yml:6: figures v1_1: kind: 'pie' er ikke en av shares, shares_by"),
        ("kind: shares", "kind: shares_by", "by hører til"),
        ("caption: En,", "", "mangler 'caption'"),
        ("alt: Alt", "alt: Alt, by: bg_kjonn, kind: shares_by", "'bg_kjonn' står ikke under groupings"),
        ("unprinted: free", "unprinted: kanskje", "er ikke en av constrained, free"),
        ("unprinted: free", "unprinted: free, orden: value", r"ukjent felt 'orden' \(mente du order"),
        ("kind: emails", "kind: e-mail", r"c\.yml:8: tables v1_1: kind"),
        (
            "figures:\n",
            "figures:\n- {id: v1_9, number: 1, kind: shares, items: [a], caption: b, alt: c, unprinted: free}\n",  # noqa: E501
            "nummer 1 finnes to ganger",
        ),
        ("groupings:", "groupings: [", r"c\.yml:\d+:\d+: ikke gyldig YAML"),
        ("{id: v1_1, number: 1, kind: shares", "{id: en, number: 1, kind: shares", "må si hvor i kilden"),
        ("figures:\n- {id: v1_1", "figures:\n- {id: k4_1", r"places har ikke 'k4'. Den har: v1"),
        ("name: Rapporten, ", "", r"c\.yml:2: source: mangler feltet name"),
        ("kind: shares", "kind: counts", "av typen counts må ha rows"),
        ("kind: emails", "kind: experience", "mangler 'offices'"),
        ("kind: emails", "kind: experience, offices: byer", "offices: 'byer' står ikke under groupings"),
    ],
)
def test_a_wrong_row_is_named_with_line_and_field(old: str, new: str, message: str) -> None:
    assert old in MINIMAL
    with pytest.raises(CatalogueError, match=message):
        parse_catalogue(MINIMAL.replace(old, new, 1), "c.yml")


def test_a_missing_catalogue_is_named(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(CatalogueError, match="katalogen over figurer og tabeller mangler"):
        load_catalogue(tmp_path / CATALOGUE_FILE.name)


def test_every_data_file_is_yaml_for_the_plain_reader_too():
    """The compiled reader takes more than the standard; a machine without it would refuse the file."""
    for path in sorted([*paths.DATA.rglob("*.yml"), *paths.REPORT.glob("*.yml")]):
        yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
