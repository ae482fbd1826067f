"""What an archive wants to know of the study: from ``publication.yml`` and the facts of the print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from storbynav import facts, paths
from storbynav import formatting as f
from storbynav.survey import Survey


@dataclass(frozen=True)
class Study:
    """The study and the data set; texts in Norwegian. `licence` is empty for real answers."""

    title: str
    abstract: str
    authors: tuple[str, ...]
    institute: str
    funder: str
    series: str
    year: str
    keywords: tuple[str, ...]
    universe: str
    sampling: str
    response: str
    cities: tuple[str, ...]
    kind: str
    licence: Mapping[str, str]
    restriction: str


def study(survey: Survey) -> Study:
    """The study behind a survey. Nothing here is counted from the answers but who they came from."""
    told: dict[str, Any] = yaml.safe_load(paths.PUBLICATION_FILE.read_text("utf-8"))["publication"]
    original, licence = told["original"], told["licence"]
    cities = tuple(dict.fromkeys(survey.offices["city"]))
    synthetic = survey.synthetic
    what = "Syntetisk datasett" if synthetic else "Datasett"
    about = (
        "Svarene er syntetiske: de er laget slik at de gir tallene som er trykt i rapporten. Ingen rad er et "
        "menneske."
        if synthetic
        else "Svarene er gitt av ansatte ved NAV-kontorene. Løpenumrene er uten kobling til person."
    )
    return Study(
        title=f"{original['title']}: {what[0].lower()}{what[1:]} fra spørreundersøkelsen",
        abstract=f"{what} fra spørreundersøkelsen i AFI-rapport {original['series']}. {about}",
        authors=tuple(f"{one['family']}, {one['given']}" for one in original["authors"]),
        institute=original["institute"],
        funder=original["client"],
        series=original["series"],
        year=str(original["year"]),
        keywords=tuple(told["keywords"]),
        universe=f"Ansatte ved NAV-kontorene i {f.listing(cities)}",
        sampling=f"Spørreskjema på e-post til alle {facts.find('survey.sent').shown} ansatte",
        response=f"{facts.find('print.response_rate').shown} av dem som fikk skjemaet, svarte",
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
    )
