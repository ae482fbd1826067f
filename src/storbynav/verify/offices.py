"""The case offices as the print describes them: man-years, staff, leaders, services, respondents."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from decimal import ROUND_DOWN, Decimal
from typing import Any

from storbynav import formatting as f
from storbynav.published import Registry, decimals_of
from storbynav.report import Report
from storbynav.verify.cells import office_id
from storbynav.verify.compute import parsed
from storbynav.verify.model import Number

GROUP = "casekontor"
_EMPLOYER = {"stat": "statlige årsverk", "kommune": "kommunale årsverk", "total": "årsverk i alt"}
_LEADER_MODEL = {1: "én-leder", 2: "to-leder"}
_SIZE = {1: "lite", 2: "mellomstort", 3: "stort"}
_SOURCES = {"aarsverk": "text", "aarsverk_table": "table", "aarsverk_conflict": "conflict"}
HANDLED = (*_SOURCES, "respondents", "sosionom_respondents_assumed")


def numbers(registry: Registry, report: Report, cut: Collection[str]) -> Iterator[Number]:
    """What ``sample.yml`` says of each case office, compared with the survey's office table.

    `cut` names the numbers that the print cuts instead of rounding.
    """
    for facts in registry.sample["office_facts"]:
        office = office_id(report, facts["office"])
        row = report.survey.offices.loc[office]
        for field, source in _SOURCES.items():
            yield from _man_years(facts, field, source, office, row, cut)
        yield from _kind(facts, office, row, report)
        yield from _respondents(facts, office, report)


def _man_years(
    facts: Mapping[str, Any], field: str, source: str, office: str, row: Any, cut: Collection[str]
) -> Iterator[Number]:
    said = facts.get(field, {})
    have = {part: Decimal(str(row[f"aarsverk_{part}"])) for part in ("stat", "kommune")}
    have["total"] = have["stat"] + have["kommune"]
    for part in ("total", "stat", "kommune"):
        if part not in said:
            continue
        ident = f"office:{office}:{source}:{part}"
        if source == "conflict":
            if said[part] == facts["aarsverk"][part]:
                continue  # only the number that differs from the other places is a printed contradiction
            ident = f"{office}:{part}:{said[part]}"
        printed = Decimal(str(said[part]))
        step = Decimal(1).scaleb(-decimals_of(printed))
        decimals = decimals_of(printed)
        if ident in cut:
            computed, how = have[part].quantize(step, ROUND_DOWN), ", avkortet"
        else:
            computed, how = f.half_up(have[part], decimals), ""
        if source == "table":  # the cell of Tabell 1, which counts there
            ident = f"v2_1:{office}:aarsverk_{part}"
        place = {"text": "i teksten", "table": "i tabell 1", "conflict": "i teksten, annet sted"}[source]
        yield Number(
            ident,
            GROUP,
            f"{facts['office']}: {_EMPLOYER[part]} {place}{how}",
            str(f.number(printed, decimals)),
            str(f.number(computed, decimals)),
            computed == printed,
            str(said.get("lines", "")),
            row=f.sentence(f"{_EMPLOYER[part]} {place}{how}"),
            column=facts["office"],
        )


def _kind(facts: Mapping[str, Any], office: str, row: Any, report: Report) -> Iterator[Number]:
    name = facts["office"]
    staff = facts["staff_class"]
    model = facts["leader_model"]
    size = facts["size_class"]
    found = [
        ("staff", "antall ansatte", staff["value"].lower(), row["staff_class"], staff["lines"]),
        ("model", "ledermodell", model["value"], _LEADER_MODEL[int(row["leader_model"])], model["lines"]),
        ("size", "størrelse", size, _SIZE[int(row["size_class"])], ""),
    ]
    services = facts["services_table"]
    taken = [s for s in report.survey.codebook.services if row[s] == 1]
    unknown = bool(row[list(report.survey.codebook.services)].isna().any())
    said = services["value"]
    found.append(
        (
            "services",
            "tjenester",
            _listed(said, report) if isinstance(said, list) else "ikke oppgitt",
            "ikke oppgitt" if unknown else _listed(taken, report),
            services["lines"],
        )
    )
    for key, what, printed, computed, lines in found:
        yield Number(
            f"office:{office}:{key}",
            GROUP,
            f"{name}: {what}",
            _dashed(printed),
            _dashed(computed),
            printed == computed,
            str(lines),
            row=f.sentence(what),
            column=name,
        )


def _dashed(text: str) -> str:
    """A range as readers see it: «16–39»."""
    return re.sub(r"(?<=\d)-(?=\d)", f.EN_DASH, text)


def _listed(services: list[str], report: Report) -> str:
    """Names of services in the order of the codebook; «minimumsløsningen» for none."""
    known = report.survey.codebook.services
    labels = report.catalogue.figure("v1_1").labels
    chosen = [f.lower_first(labels[s]) for s in known if s in services]
    strange = [s for s in services if s not in known]
    return ", ".join([*chosen, *strange]) or "minimumsløsningen"


def _respondents(facts: Mapping[str, Any], office: str, report: Report) -> Iterator[Number]:
    """The cells of Tabell 2 and the bars of Figur 1 once more, under the ids with which they count there."""
    said = facts["respondents"]
    labels = {"aetat": "fra Aetat", "n": "respondenter", "ingen": "ingen tidligere etat"}
    column = {"n": "n", "ingen": "ingen_erfaring"}
    for key in ("n", "aetat", "trygdekontor", "sosialkontor", "ingen"):
        if key == "n":
            text = report.respondents(office=office)
        else:
            text = report.count("bg_erfaring_tidligere_etat", key, office=office)
        yield Number(
            f"v2_2:{office}:{column.get(key, f'erfaring_{key}')}",
            GROUP,
            f"{facts['office']}: {labels.get(key, f'fra {key}')}",
            str(f.number(said[key])),
            str(text),
            parsed(text) == said[key],
            str(said["lines"]),
            row=f.sentence(labels.get(key, f"fra {key}")),
            column=facts["office"],
            withheld=report.gate.take(),
        )
    assumed = facts["sosionom_respondents_assumed"]
    text = report.count("bg_sosionom", "sosionom", office=office)
    yield Number(
        f"v2_fig1:{office}",
        GROUP,
        f"{facts['office']}: sosionomer",
        str(f.number(assumed["value"])),
        str(text),
        parsed(text) == assumed["value"],
        str(assumed["lines"]),
        row="Sosionomer",
        column=facts["office"],
        withheld=report.gate.take(),
    )
