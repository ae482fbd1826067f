"""The boxes of the office portraits: key facts, and what the report says of the office's place in the survey.

Everything shown is printed in the report: numbers, ranks and words come from the registry
(`storbynav.published`), services from the office table; ``data/report/portraits.yml`` has the Norwegian
words.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from storbynav import formatting as f
from storbynav import paths
from storbynav.formatting import Markdown
from storbynav.published import Registry, registry
from storbynav.published.types import OfficeRanking
from storbynav.survey import Survey
from storbynav.tables import case_offices
from storbynav.yamlfile import open_yaml

PORTRAITS_FILE = paths.DATA / "report" / "portraits.yml"
# the sections of Vedlegg 2; what other chapters say of an office is told there
FIRST_LINE = 3723
RANKS = MappingProxyType(
    {
        "highest": "Høyest",
        "second_highest": "Nest høyest",
        "high": "Høyt",
        "middle": "I midten",
        "low": "Lavt",
        "second_lowest": "Nest lavest",
        "lowest": "Lavest",
    }
)
PERCENTAGES = "Trykte andeler"
RESPONDENTS = "Respondentene"
BACKGROUND = "bg_"
CONFLICT = "†"
MODELS = MappingProxyType({1: "Én leder", 2: "To ledere"})

Pair = tuple[str, str]


class PortraitError(ValueError):
    """The file of portraits is wrong, or an office was asked for that it does not hold."""


@dataclass(frozen=True)
class Portrait:
    """One case office: its `name` in the registry, its `leaders` and `services` in words, a `remark`."""

    office: str
    name: str
    leaders: tuple[str, ...]
    lines: str
    services: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Portraits:
    """All case offices by id, and the Norwegian words for the registry's items and constraints."""

    offices: Mapping[str, Portrait]
    items: Mapping[str, str]
    words: Mapping[str, str]

    def of(self, office: str) -> Portrait:
        """The portrait of an office; `PortraitError` suggests near ids."""
        if office not in self.offices:
            near = difflib.get_close_matches(office, self.offices, n=1)
            hint = f"Mente du {near[0]}?" if near else f"Portrettene er {', '.join(self.offices)}."
            raise PortraitError(f"Ikke noe portrett av kontoret {office!r}. {hint}")
        return self.offices[office]


@lru_cache(maxsize=2)
def load(path: Path = PORTRAITS_FILE) -> Portraits:
    """Read and check the file.

    Raises:
        PortraitError: the file is missing or wrong; one line for each fault.
    """
    file, content = open_yaml(path, PortraitError, "Den har portrettene av kontorene.")
    top = file.entry(content, "filen")
    offices = {}
    for ident, raw in top.get("offices", dict, {}, True).items():
        entry = file.entry(raw, f"offices {ident}", rf"^  {ident}:")
        offices[ident] = Portrait(
            ident,
            entry.text("name", True),
            entry.listing("leaders", str, True),
            entry.text("lines", True),
            entry.text("services"),
            entry.text("remark"),
        )
        entry.done()
    items, words = (MappingProxyType(top.get(part, dict, {}, True)) for part in ("items", "words"))
    top.done()
    if file.faults:
        raise PortraitError("\n".join(file.faults))
    return Portraits(MappingProxyType(offices), items, words)


def key_facts(office: str, survey: Survey, printed: Registry | None = None) -> list[Pair]:
    """What the report prints about the office itself: label and text, line by line."""
    printed = printed or registry()
    portrait = load().of(office)
    told = _office_facts(portrait, printed)
    row = case_offices.office_row(office, survey)
    man_years, respondents = told["aarsverk"], told["respondents"]
    services = portrait.services or f.lower_first(case_offices.services(row, survey))
    return [
        ("By", told["city"]),
        (
            "Årsverk",
            f"{man_years['total']} ({man_years['stat']} statlige, {man_years['kommune']} kommunale)",
        ),
        ("Antall ansatte", case_offices.staff_class(row["staff_class"])),
        ("Ledermodell", MODELS[int(row["leader_model"])]),
        (
            "Ledernes bakgrunn" if row["leader_model"] == 2 else "Lederens bakgrunn",
            str(f.sentence("; ".join(portrait.leaders))),
        ),
        ("Kommunale tjenester", str(f.sentence(services))),
        (
            "Respondenter",
            f"{respondents['n']} ({told['sosionom_respondents_assumed']['value']} sosionomer)",
        ),
    ]


def profile(office: str, printed: Registry | None = None) -> list[Pair]:
    """How Vedlegg 2 places the office among the seven: rank or words, and what they are about.

    Shares that the report prints come first, then ranks from highest to lowest, then words. What the report
    contradicts elsewhere ends in `CONFLICT`.

    Raises:
        PortraitError: an item or a constraint of the registry has no Norwegian words.
    """
    printed = printed or registry()
    portraits = load()
    name = portraits.of(office).name
    shares: list[str] = []
    ranked: dict[str, list[str]] = {label: [] for label in RANKS.values()}
    said: dict[str, list[str]] = {}
    for entry in printed.office_rankings:
        if entry.offices != (name,):
            continue
        mark = CONFLICT if entry.conflict else ""
        if entry.value_pct is not None:
            if (share := _share(entry, portraits)) not in shares:
                shares.append(share)
        elif _first_line(entry) < FIRST_LINE:
            continue
        elif entry.rank:
            ranked[RANKS[entry.rank]].append(_about(entry, portraits) + mark)
        else:
            words = _look_up(entry.constraint, portraits.words, "words")
            if entry.items[0].startswith(BACKGROUND):
                said.setdefault(RESPONDENTS, []).append(words + mark)
            else:
                said.setdefault(words, []).append(_about(entry, portraits) + mark)
    rows = [(PERCENTAGES, shares), *ranked.items(), *said.items()]
    return [(label, str(f.sentence(", ".join(about)))) for label, about in rows if about]


def facts_markdown(office: str, survey: Survey) -> Markdown:
    """The key facts as a table of two columns, and where they come from."""
    name = load().of(office).name
    return _box(
        f"Nøkkeltall for NAV {name}",
        ("Nøkkeltall", f"NAV {name}"),
        key_facts(office, survey),
        "Tjenestene er dem ut over minimumsløsningen. Trykt i r2016:02, Vedlegg 2: teksten, tabell 1 og 2 og "
        f"figur 1. {load().of(office).remark}".strip(),
    )


def profile_markdown(office: str) -> Markdown:
    """The profile as a table of two columns, and what it rests on."""
    rows = profile(office)
    note = (
        "Plasseringen blant de sju kontorene, slik r2016:02 beskriver den i Vedlegg 2. Andelene bak den er "
        "ikke trykt, bortsett fra dem som står her."
    )
    if any(CONFLICT in label + about for label, about in rows):
        note += f" {CONFLICT} Trykt utgave motsier seg selv, se note til vurderingen."
    return _box(
        f"Hvor NAV {load().of(office).name} plasserer seg", ("Plassering", "Hva det gjelder"), rows, note
    )


def _box(name: str, header: Pair, rows: Iterable[Pair], note: str) -> Markdown:
    lines = [header, *rows]
    cells = [f"| {f.escape_markdown(label)} | {f.escape_markdown(text)} |" for label, text in lines]
    table = "\n".join([cells[0], "|:" + "-" * 34 + "|:" + "-" * 84 + "|", *cells[1:]])
    told = f"::: {{.tabell-note}}\n{f.escape_markdown(note)}\n:::"
    box = f'::: {{.row-headers aria-label="{name}"}}\n{table}\n:::\n\n{told}'
    return Markdown(f":::: {{.nokkeltall}}\n{box}\n::::\n")


def _office_facts(portrait: Portrait, printed: Registry) -> Mapping[str, Any]:
    for facts in printed.sample["office_facts"]:
        if facts["office"] == portrait.name:
            return dict(facts)
    raise PortraitError(f"sample.yml har ikke office_facts for {portrait.name}.")


def _share(entry: OfficeRanking, portraits: Portraits) -> str:
    value = f.percent(entry.value_pct or 0, 0)
    amount = f"{entry.words} {value}" if entry.words else str(value)
    return f"{_about(entry, portraits)}: {amount}"


def _about(entry: OfficeRanking, portraits: Portraits) -> str:
    return _look_up("+".join(entry.items), portraits.items, "items")


def _look_up(key: str, words: Mapping[str, str], part: str) -> str:
    if key not in words:
        raise PortraitError(f"{paths.shown(PORTRAITS_FILE)}: {part} mangler {key!r}.")
    return words[key]


def _first_line(entry: OfficeRanking) -> int:
    return int(entry.lines.split("-")[0].split(",")[0])
