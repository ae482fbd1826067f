"""The codebook as DDI-Codebook 2.5 XML, the form that data archives take (https://ddialliance.org).

    ddi(survey)      # bytes, the same for the same survey

Element order follows the schema, whose sequences an importer may insist on.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from storbynav import formatting as f
from storbynav.archive.study import Study, study
from storbynav.codebook import Variable
from storbynav.survey import Survey

NAMESPACE = "ddi:codebook:2_5"
_LEVELS = {
    "ordinal": "ordinal",
    "nominal": "nominal",
    "binary": "nominal",
    "multiple": "nominal",
    "numeric": "ratio",
    "count": "ratio",
}
_FILES = {"survey": "F1", "derived": "F1", "leaders": "F2", "offices": "F3"}


def ddi(survey: Survey) -> bytes:
    """Study, files and variables of a survey with their Norwegian labels, codes, missing codes and universe.

    No frequencies: a codebook describes the questions, and counts pass the disclosure gate elsewhere.
    """
    about = study(survey)
    root = Element(
        "codeBook",
        {"xmlns": NAMESPACE, "version": "2.5", "xml:lang": "nb", "ID": about.name},
    )
    _document(root, about)
    _study(root, about)
    _files(root, survey, about)
    data = SubElement(root, "dataDscr")
    book = survey.codebook
    _name(data, book.id_column, "Løpenummer", "F1", "discrete")
    if book.office_column:
        _name(data, book.office_column, book.office_label(book.office_column), "F1", "discrete")
    for table in ("survey", "derived", "leaders"):
        for variable in book.of(table):
            if table != "leaders" or not survey.leaders.empty:
                _variable(data, variable, survey)
    for column in book.offices:
        _name(data, f"offices.{column.column}", column.label, "F3", "discrete")
    indent(root, " ")
    head = b'<?xml version="1.0" encoding="UTF-8"?>\n'
    return head + tostring(root, encoding="unicode").encode("utf-8") + b"\n"


def _text(parent: Element, tag: str, text: str, **attributes: str) -> Element:
    element = SubElement(parent, tag, attributes)
    element.text = text
    return element


def _document(root: Element, about: Study) -> None:
    citation = SubElement(SubElement(root, "docDscr"), "citation")
    _text(SubElement(citation, "titlStmt"), "titl", f"Kodebok. {about.title}")


def _study(root: Element, about: Study) -> None:
    described = SubElement(root, "stdyDscr")
    citation = SubElement(described, "citation")
    titles = SubElement(citation, "titlStmt")
    _text(titles, "titl", about.title)
    if about.series:
        _text(titles, "IDNo", about.series, **({"agency": about.agency} if about.agency else {}))
    people = SubElement(citation, "rspStmt")
    for author in about.authors:
        _text(people, "AuthEnty", author, **({"affiliation": about.institute} if about.institute else {}))
    made = SubElement(citation, "prodStmt")
    if about.institute:
        _text(made, "producer", about.institute)
    _text(made, "prodDate", about.year, date=about.year)
    if about.funder:
        _text(made, "fundAg", about.funder)
    info = SubElement(described, "stdyInfo")
    subject = SubElement(info, "subject")
    for keyword in about.keywords:
        _text(subject, "keyword", keyword)
    _text(info, "abstract", about.abstract)
    summary = SubElement(info, "sumDscr")
    if about.nation:
        name, code = about.nation
        _text(summary, "nation", name, **({"abbr": code} if code else {}))
    for city in about.cities:
        _text(summary, "geogCover", city)
    _text(summary, "anlyUnit", "Person")
    _text(summary, "universe", about.universe)
    _text(summary, "dataKind", about.kind)
    method = SubElement(described, "method")
    collected = SubElement(method, "dataColl")
    _text(collected, "sampProc", about.sampling)
    _text(collected, "collMode", about.mode)
    if about.response:
        _text(SubElement(method, "anlyInfo"), "respRate", about.response)
    use = SubElement(SubElement(described, "dataAccs"), "useStmt")
    if about.restriction:
        _text(use, "restrctn", about.restriction)
    else:
        _text(use, "conditions", f"{about.licence['title']}: {about.licence['path']}")


def _files(root: Element, survey: Survey, about: Study) -> None:
    book = survey.codebook
    tables = {
        "survey": (len(survey), len(book.columns("survey"))),
        "leaders": (len(survey.leaders), len(book.columns("leaders"))),
        "offices": (len(survey.offices), len(book.offices)),
    }
    for table, (rows, columns) in tables.items():
        if not rows:
            continue
        text = SubElement(SubElement(root, "fileDscr", {"ID": _FILES[table]}), "fileTxt")
        _text(text, "fileName", f"{table}.csv")
        if about.rows[table]:
            _text(text, "fileCont", about.rows[table])
        size = SubElement(text, "dimensns")
        _text(size, "caseQnty", str(rows))
        _text(size, "varQnty", str(columns))
        _text(text, "fileType", "text/csv", charset="UTF-8")


def _name(data: Element, name: str, label: str, file: str, interval: str) -> Element:
    ident = "V_" + name.replace(".", "_")
    var = SubElement(data, "var", {"ID": ident, "name": name, "files": file, "intrvl": interval})
    _text(var, "labl", label)
    return var


def _variable(data: Element, variable: Variable, survey: Survey) -> None:
    scale = variable.scale
    interval = "contin" if scale.kind in ("numeric", "count") else "discrete"
    var = _name(data, variable.id, variable.label, _FILES[variable.table], interval)
    if variable.table != "derived":
        question = SubElement(var, "qstn")
        if variable.stem:
            _text(question, "preQTxt", variable.stem.label)
        if variable.exact:
            _text(question, "qstnLit", variable.label)
    if scale.minimum is not None or scale.maximum is not None:
        bounds = {
            key: f"{bound:g}"
            for key, bound in (("min", scale.minimum), ("max", scale.maximum))
            if bound is not None
        }
        SubElement(SubElement(var, "valrng"), "range", bounds)
    if variable.table == "survey":
        missing = SubElement(var, "invalrng")
        for code in survey.codebook.missing:
            SubElement(missing, "item", {"VALUE": str(code.code)})
    _text(var, "universe", str(f.sentence(variable.asked.label)))
    notes = []
    if variable.table == "derived":
        notes.append("Avledet av kontortabellen.")
    elif not variable.exact:
        notes.append("Ordlyden er ikke trykt. Etiketten er en omskriving.")
    if scale.higher_means:
        notes.append(f"Høyere kode betyr {scale.higher_means}.")
    if scale.inferred:
        notes.append("Svaralternativene er ikke trykt i sin helhet.")
    if notes:
        _text(var, "txt", " ".join(notes))
    for category in scale.categories:
        one = SubElement(var, "catgry")
        _text(one, "catValu", str(category.code))
        _text(one, "labl", category.label)
    if variable.table == "survey":
        for code in survey.codebook.missing:
            one = SubElement(var, "catgry", {"missing": "Y"})
            _text(one, "catValu", str(code.code))
            _text(one, "labl", code.label)
    SubElement(var, "varFormat", {"type": "numeric", "schema": "other"})
    var.set("nature", _LEVELS[scale.kind])
