"""Metadata for a data archive: every variable, in the order that the schema wants, and no counts."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import shutil
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from lxml import etree

from storbynav import paths
from storbynav.archive import datapackage, ddi
from storbynav.archive.command import DDI
from storbynav.archive.ddi import NAMESPACE
from storbynav.cli import main
from storbynav.codebook import CodebookError
from storbynav.survey import Provenance, Survey, load

# the sequences of DDI-Codebook 2.5 that are used here
ORDER = {
    "codeBook": ["docDscr", "stdyDscr", "fileDscr", "dataDscr", "otherMat"],
    "citation": ["titlStmt", "rspStmt", "prodStmt", "distStmt"],
    "titlStmt": ["titl", "subTitl", "altTitl", "parTitl", "IDNo"],
    "prodStmt": ["producer", "copyright", "prodDate", "prodPlac", "software", "fundAg"],
    "stdyDscr": ["citation", "studyAuthorization", "stdyInfo", "method", "dataAccs", "othrStdyMat"],
    "stdyInfo": ["studyBudget", "subject", "abstract", "sumDscr"],
    "sumDscr": ["timePrd", "collDate", "nation", "geogCover", "geogUnit", "anlyUnit", "universe", "dataKind"],
    "method": ["dataColl", "notes", "anlyInfo"],
    "dataColl": ["timeMeth", "dataCollector", "frequenc", "sampProc", "deviat", "collMode"],
    "useStmt": ["confDec", "specPerm", "restrctn", "contact", "citReq", "deposReq", "conditions"],
    "fileTxt": ["fileName", "fileCitation", "fileCont", "fileStrc", "dimensns", "fileType"],
    "dimensns": ["caseQnty", "varQnty"],
    "var": ["location", "labl", "qstn", "valrng", "invalrng", "universe", "txt", "catgry", "varFormat"],
    "qstn": ["preQTxt", "qstnLit", "postQTxt"],
    "catgry": ["catValu", "labl"],
}


# the attributes that are used here, with the values that the schema allows (None: any text)
ATTRIBUTES: dict[str, dict[str, set[str] | None]] = {
    "codeBook": {"version": {"2.5"}, "{http://www.w3.org/XML/1998/namespace}lang": None, "ID": None},
    "IDNo": {"agency": None},
    "AuthEnty": {"affiliation": None},
    "prodDate": {"date": None},
    "nation": {"abbr": None},
    "fileDscr": {"ID": None},
    "fileType": {"charset": None},
    "range": {"min": None, "max": None},
    "item": {"VALUE": None},
    "catgry": {"missing": {"Y", "N"}},
    "varFormat": {
        "type": {"numeric", "character"},
        "schema": {"SAS", "SPSS", "IBM", "ANSI", "ISO", "XML-Data", "other"},
    },
    "var": {
        "ID": None,
        "name": None,
        "files": None,
        "intrvl": {"contin", "discrete"},
        "nature": {"nominal", "ordinal", "interval", "ratio", "percent", "other"},
    },
}
SCHEMA = "DDI_SCHEMA"  # names a copy of codebook.xsd with its companions


@pytest.fixture(scope="module")
def shipped() -> Survey:
    return load()


@pytest.fixture(scope="module")
def root(shipped: Survey) -> ElementTree.Element:
    return ElementTree.fromstring(ddi(shipped))


def local(element: ElementTree.Element) -> str:
    return element.tag.removeprefix(f"{{{NAMESPACE}}}")


def variable(root: ElementTree.Element, name: str) -> ElementTree.Element:
    (found,) = [v for v in root.iter(f"{{{NAMESPACE}}}var") if v.get("name") == name]
    return found


def test_elements_stand_in_the_order_of_the_schema(root: ElementTree.Element) -> None:
    assert root.tag == f"{{{NAMESPACE}}}codeBook"
    for element in root.iter():
        order = ORDER.get(local(element))
        if order:
            places = [order.index(local(child)) for child in element]
            assert places == sorted(places), local(element)
    idents = [element.get("ID") for element in root.iter() if element.get("ID")]
    assert len(idents) == len(set(idents))
    files = {f.get("ID") for f in root.iter(f"{{{NAMESPACE}}}fileDscr")}
    assert {v.get("files") for v in root.iter(f"{{{NAMESPACE}}}var")} == files


def test_attributes_and_their_values_are_those_of_the_schema(root: ElementTree.Element) -> None:
    for element in root.iter():
        allowed = ATTRIBUTES.get(local(element), {})
        for name, value in element.attrib.items():
            assert name in allowed, (local(element), name)
            values = allowed[name]
            assert values is None or value in values, (local(element), name, value)
        ident = element.get("ID")
        assert ident is None or re.fullmatch(r"[A-Za-z_][\w.-]*", ident, re.ASCII), ident


@pytest.mark.skipif(SCHEMA not in os.environ, reason=f"{SCHEMA} names no codebook.xsd of DDI-Codebook 2.5")
def test_the_official_schema_accepts_it(shipped: Survey) -> None:
    """The schema is LGPL and does not lie here; it is at https://ddialliance.org/Specification/DDI-Codebook/2.5."""
    schema = etree.XMLSchema(etree.parse(os.environ[SCHEMA]))
    real = replace(shipped, provenance=Provenance(kind="real"), leaders=shipped.leaders.iloc[:0])
    for survey in (shipped, real):
        assert schema.validate(etree.fromstring(ddi(survey))), schema.error_log
    wrong = ddi(shipped).replace(b'nature="nominal"', b'nature="nominell"', 1)
    assert not schema.validate(etree.fromstring(wrong)), "the schema is not looked at"


def test_a_codebook_that_says_nothing_of_the_study(shipped: Survey) -> None:
    silent = replace(shipped, codebook=replace(shipped.codebook, study=None))
    with pytest.raises(CodebookError, match="mangler delen study"):
        ddi(silent)


def test_every_variable_is_there_with_its_codes(root: ElementTree.Element, shipped: Survey) -> None:
    names = {v.get("name") for v in root.iter(f"{{{NAMESPACE}}}var")}
    assert names >= set(shipped.codebook.variables)
    for told in shipped.codebook.variables.values():
        found = variable(root, told.id)
        codes = {c.findtext(f"{{{NAMESPACE}}}catValu") for c in found.iter(f"{{{NAMESPACE}}}catgry")}
        assert codes >= {str(code) for code in told.codes}
        assert found.findtext(f"{{{NAMESPACE}}}labl") == told.label
        assert found.findtext(f"{{{NAMESPACE}}}universe", "").casefold() == told.asked.label.casefold()


def test_wording_only_where_print_gives_it(root: ElementTree.Element, shipped: Survey) -> None:
    for told in shipped.codebook.of("survey"):
        literal = variable(root, told.id).findtext(f"{{{NAMESPACE}}}qstn/{{{NAMESPACE}}}qstnLit")
        assert literal == (told.label if told.exact else None)


def test_missing_codes_are_marked(root: ElementTree.Element) -> None:
    found = variable(root, "led_folger")
    missing = [c for c in found.iter(f"{{{NAMESPACE}}}catgry") if c.get("missing") == "Y"]
    assert [c.findtext(f"{{{NAMESPACE}}}labl") for c in missing] == ["ikke spurt", "ubesvart"]


def test_no_frequencies_and_no_licence_for_real_answers(shipped: Survey) -> None:
    real = replace(shipped, provenance=Provenance(kind="real"))
    text = ddi(real).decode("utf-8")
    assert "catStat" not in text and "sumStat" not in text
    assert "Syntetisk" not in text and "fortrolige" in text
    assert "licenses" not in json.loads(datapackage(real, paths.SURVEY))


def test_the_package_describes_the_files_as_they_are(shipped: Survey) -> None:
    told = json.loads(datapackage(shipped, paths.SURVEY))
    assert [r["name"] for r in told["resources"]] == ["survey", "leaders", "offices"]
    for resource in told["resources"]:
        file = paths.SURVEY / resource["path"]
        assert resource["hash"] == "sha256:" + hashlib.sha256(file.read_bytes()).hexdigest()
        rows = list(csv.DictReader(file.open(encoding="utf-8", newline="")))
        fields = {field["name"]: field for field in resource["schema"]["fields"]}
        assert list(fields) == list(rows[0])
        for name, field in fields.items():
            allowed = field.get("constraints", {}).get("enum")
            values = {row[name] for row in rows} - {""}
            if allowed:
                assert values <= {str(code) for code in allowed}, name
            if field["type"] == "integer":
                assert all(value.isdigit() for value in values), name


def test_the_shipped_metadata_is_up_to_date(tmp_path: Path) -> None:
    for file in paths.SURVEY.iterdir():
        shutil.copy(file, tmp_path)
    assert main(["metadata", str(tmp_path)]) == 0
    for name in (DDI, "datapackage.json"):
        assert (tmp_path / name).read_bytes() == (paths.SURVEY / name).read_bytes(), "run make data"
