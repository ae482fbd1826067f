"""What an archive wants to know of the study: from the codebook, ``publication.yml`` and the facts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from storbynav import facts, paths
from storbynav import formatting as f
from storbynav.codebook import CodebookError
from storbynav.survey import Survey


@dataclass(frozen=True)
class Study:
    """The study and the data set; texts in Norwegian. `licence` is empty for real answers."""

    name: str
    title: str
    abstract: str
    authors: tuple[str, ...]
    institute: str
    funder: str
    agency: str
    series: str
    year: str
    keywords: tuple[str, ...]
    universe: str
    sampling: str
    mode: str
    response: str
    nation: tuple[str, str] | None
    cities: tuple[str, ...]
    kind: str
    licence: Mapping[str, str]
    restriction: str
    files: Mapping[str, str]
    rows: Mapping[str, str]


def study(survey: Survey) -> Study:
    """The study behind a survey. Nothing here is counted from the answers but who they came from.

    What is said of the work comes from ``publication.yml``: of the original where there is one, else of the
    book itself; what is said of the data from the codebook.

    Raises
    ------
    CodebookError
        The codebook says nothing of the study.
    """
    text = survey.codebook.study
    if text is None:
        raise CodebookError("Kodeboken mangler delen study: det som arkivet skal vite om undersøkelsen.")
    work = _work()
    cities = tuple(dict.fromkeys(survey.offices["city"])) if survey.codebook.office_column else ()
    synthetic = survey.synthetic
    what = "Syntetisk datasett" if synthetic else "Datasett"
    licence = work.licence
    return Study(
        name=text.name,
        title=f"{work.title}: {what[0].lower()}{what[1:]} fra spørreundersøkelsen",
        abstract=f"{what} fra {text.source}. {text.synthetic if synthetic else text.real}",
        authors=work.authors,
        institute=work.institute,
        agency=work.agency,
        funder=work.funder,
        series=work.series,
        year=work.year,
        keywords=work.keywords,
        universe=_filled(text.universe, cities),
        sampling=_filled(text.sampling, cities),
        mode=text.mode,
        response=_filled(text.response, cities),
        nation=(text.nation, text.nation_code) if text.nation else None,
        cities=cities,
        kind="Syntetiske enkeltsvar" if synthetic else "Enkeltsvar",
        licence={
            "name": str(licence["text"]).replace(" ", "-"),
            "title": licence["text-name"],
            "path": licence["text-url"],
        }
        if synthetic
        else {},
        restriction="" if synthetic else "Svarene er fortrolige og deles ikke uten avtale med eieren.",
        files=text.files,
        rows=text.rows,
    )


@dataclass(frozen=True)
class _Work:
    """The work that the survey belongs to, as ``publication.yml`` describes it."""

    title: str
    authors: tuple[str, ...]
    institute: str
    agency: str
    funder: str
    series: str
    year: str
    keywords: tuple[str, ...]
    licence: Mapping[str, str]


def _work() -> _Work:
    told: dict[str, Any] = yaml.safe_load(paths.PUBLICATION_FILE.read_text("utf-8"))
    book, facts_of = told["book"], told["publication"]
    keywords, licence = tuple(facts_of["keywords"]), facts_of["licence"]
    original = facts_of.get("original")
    if original:
        return _Work(
            title=original["title"],
            authors=tuple(f"{one['family']}, {one['given']}" for one in original["authors"]),
            institute=original["institute"],
            agency=original.get("institute-short") or "",
            funder=original["client"],
            series=original["series"],
            year=str(original["year"]),
            keywords=keywords,
            licence=licence,
        )
    publisher, series = facts_of.get("publisher") or "", facts_of.get("series") or ""
    year = str(book["date"])[:4]
    return _Work(book["title"], (book["author"],), publisher, "", "", series, year, keywords, licence)


_FACT = re.compile(r"\{([\w.]+)\}")


def _filled(text: str, cities: tuple[str, ...]) -> str:
    """A text of the codebook with the places and facts that it names."""
    return _FACT.sub(lambda m: f.listing(cities) if m[1] == "places" else facts.find(m[1]).shown, text)
