"""The statcheck of the report: the rules on everything that the registry of the print holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from storbynav import formatting as f
from storbynav import paths
from storbynav.codebook import Codebook, load_codebook
from storbynav.published import Cell, PrintedFigure, PublishedError, Registry
from storbynav.statcheck import rules
from storbynav.yamlfile import open_yaml

SLACK = 0.5  # per cent: two printed shares of the same answers may differ by their rounding


@dataclass(frozen=True)
class Fault:
    """Something printed that does not add up.

    `id`: rule and place. `discrepancies`: the entries of discrepancies.yml about it; empty for a new one.
    """

    id: str
    what: str
    reason: str
    lines: str = ""
    discrepancies: tuple[str, ...] = ()


# which contradiction of discrepancies.yml a fault is, by its id; the tests hold this against the registry
KNOWN: Mapping[str, tuple[str, ...]] = {
    "r2:v1_3:led_folger": ("D023",),
    "stars:v1_4:int_kommunal_paa_statlig:int_deltar_team": ("D025",),
    "binary:v1_4:bg_sosionom": ("D012", "D072"),
    "binary:v1_4:int_deltar_team": ("D028",),
    "reference:3149:v1_4": ("D003",),
    "reference:2251:v1_19": ("D004",),
    "reference:2272-2273:v1_26": ("D005",),
    "reference:1345:v2": ("D006",),
    "reference:2128:v1": ("D006",),
    "reference:3353-3354:v1_16": ("D007",),
    "percent:survey.response_rate_pct.1": ("D002",),
    "percent:city:Kristiansand": ("D041",),
    "groups:v1_5": ("D001",),
    "sum:leaders": ("D019",),
    "sum:part_likeverdig": ("D052",),
    "sum:Sagene": ("D016",),
    "sum:employer:Lerkendal": ("D066",),
    "same:bg_erfaring_sosialkontor": ("D011",),
    "subset:bg_sosialhelse_utdanning": ("D013",),
    "differ:bg_sosialhelse_utdanning": ("D014",),
    "n:v1_17": ("D029",),
    "n:v1_24": (),
}


def statcheck(folder: Path = paths.PUBLISHED, codebook: Codebook | None = None) -> tuple[Fault, ...]:
    """Everything in the registry of `folder` that cannot be as printed, in the order of the rules."""
    checker = _Checker(Registry(folder), codebook or load_codebook())
    return tuple(checker.faults())


def table(faults: Sequence[Fault]) -> pd.DataFrame:
    """One row per fault: `id`, `what`, `reason`, `lines`, `discrepancies` (comma-separated)."""
    rows = [(x.id, x.what, x.reason, x.lines, ", ".join(x.discrepancies)) for x in faults]
    return pd.DataFrame(rows, columns=["id", "what", "reason", "lines", "discrepancies"])


class _Checker:
    def __init__(self, registry: Registry, codebook: Codebook) -> None:
        self.registry, self.codebook = registry, codebook
        self.sample = registry.sample
        self.all = int(self.sample["survey"]["answers"]["value"])
        self.sizes = dict(self._sizes())

    def faults(self) -> Iterator[Fault]:
        for part in (
            self._regressions(),
            self._stars(),
            self._moments(),
            self._percentages(),
            self._groups(),
            self._sums(),
            self._same(),
            self._figure_sizes(),
            self._references(),
        ):
            for ident, what, reason, lines in part:
                if reason:
                    yield Fault(ident, what, reason, lines, KNOWN.get(ident, ()))

    # ------------------------------------------------------------ what is known of n

    def _sizes(self) -> Iterator[tuple[str, tuple[int, int, int]]]:
        """Variable → fewest and most valid answers that the print allows, and how many were asked."""
        respondents = self.sample["respondents"]
        municipal = round(respondents["employer_pct"]["kommune"] * self.all / 100)
        asked = {v.id for v in self.codebook if v.asked.rule is not None}
        for figure in self.registry.figures.values():
            if figure.n.low is None or figure.n.high is None or figure.group_variable:
                continue
            for item in figure.items:
                if item in self.codebook:
                    size = figure.n.each.get(item)
                    whole = municipal if item in asked else self.all
                    yield item, (size or figure.n.low, size or figure.n.high, whole)
        for name, shares in (("bg_arbeidsgiver", ("kommune", "stat")),):
            count = sum(round(respondents["employer_pct"][s] * self.all / 100) for s in shares)
            yield name, (count, count, self.all)
        model = self.sample["offices"]["leader_model"]
        if sum(m["value"] for m in model if "value" in m) == self.sample["survey"]["offices"]["value"]:
            yield "ko_ledermodell", (self.all - 1, self.all, self.all)

    def _pair(self, a: str, b: str) -> tuple[int | None, int]:
        """Fewest and most respondents who can have answered both."""
        one, two = self.sizes.get(a), self.sizes.get(b)
        most = min(x[1] for x in (one, two) if x) if one or two else self.all
        if not one or not two:
            return None, most
        # those asked the one were asked the other too; who left one out may not be who left the other out
        missing = (one[2] - one[0]) + (two[2] - two[0])
        return max(min(one[2], two[2]) - missing, 2), most

    # ------------------------------------------------------------ rules

    def _regressions(self) -> Iterator[tuple[str, str, str, str]]:
        rows: dict[str, dict[str, Cell]] = {}
        for cell in self.registry.cells("v1_3"):
            rows.setdefault(cell.row, {})[cell.column] = cell
        for name, row in rows.items():
            reason = rules.r_squared(
                row["F"].value, int(row["df1"].value), int(row["df2"].value), row["R2"].value
            )
            yield (
                f"r2:v1_3:{name}",
                f"Tabell 3, {name}: R² {f.statistic(row['R2'].value)}",
                reason,
                row["R2"].lines,
            )

    def _stars(self) -> Iterator[tuple[str, str, str, str]]:
        for ident in ("v1_2", "v1_4", "v1_5"):
            printed = self.registry.tables[ident]
            levels = (printed.one or 0.05, printed.two or 0.01)
            for cell in self.registry.cells(ident):
                if cell.statistic == "r":
                    fewest, most = self._pair(cell.row, cell.column)
                    reason = rules.stars(cell.value, cell.stars, fewest, most, levels)
                    shown = f"{f.statistic(cell.value)}{cell.stars}"
                    what = f"Tabell {printed.number}, {cell.row} og {cell.column}: {shown}"
                    yield f"stars:{cell.key}", what, reason, cell.lines

    def _moments(self) -> Iterator[tuple[str, str, str, str]]:
        cells: dict[str, dict[str, Cell]] = {}
        for cell in self.registry.cells("v1_4"):
            if cell.statistic in ("mean", "sd"):
                cells.setdefault(cell.row, {})[cell.column] = cell
        shares = self._two_value_shares()
        for name, row in cells.items():
            mean, sd, codes = row["mean"].value, row["sd"].value, self.codebook[name].codes
            what = f"Tabell 4, {name}: M {f.number(mean, 2)}, SD {f.statistic(sd, 3)}"
            if name in shares:
                share, n = shares[name]
                reason = rules.two_values(mean, sd, (min(codes), max(codes)), n, share)
                yield f"binary:v1_4:{name}", what, reason, row["mean"].lines
            else:
                sizes = self.sizes.get(name)
                spans = range(sizes[0], sizes[1] + 1) if sizes else range(10, self.all + 1)
                found = any(
                    not rules.grim(mean, n) and not rules.grimmer(mean, sd, n, min(codes), max(codes))
                    for n in spans
                )
                reason = "" if found else f"ingen n fra {spans[0]} til {spans[-1]} gir både M og SD"
                yield f"grimmer:v1_4:{name}", what, reason, row["mean"].lines

    def _two_value_shares(self) -> dict[str, tuple[Decimal, int]]:
        """Printed share and n of the first code of two-valued variables in Tabell 4."""
        respondents = self.sample["respondents"]
        sosionom = next(s for s in respondents["sosionom_pct"] if "n" in s)
        kommune, stat = (round(respondents["employer_pct"][k] * self.all / 100) for k in ("kommune", "stat"))
        found = {"bg_sosionom": (Decimal(str(sosionom["value"])), int(sosionom["n"]))}
        answered = kommune + stat
        found["bg_arbeidsgiver"] = (Decimal(f"{100 * stat / answered:.1f}"), answered)
        team = respondents["team_work_pct"][0]["value"]
        found["int_deltar_team"] = (Decimal(team), self.all)
        return found

    def _percentages(self) -> Iterator[tuple[str, str, str, str]]:
        survey = self.sample["survey"]
        sent, removed = survey["sent"]["value"], survey["removed_no_longer_employed"]["value"]
        for number, rate in enumerate(survey["response_rate_pct"]):
            printed = Decimal(str(rate["value"]))
            if "words" in rate:
                continue
            given = [
                rules.printed_as(100 * self.all / base, rules.decimals_of(printed))
                for base in (sent, sent - removed)
            ]
            shown = f.listing([str(f.number(g, rules.decimals_of(printed))) for g in given], "eller")
            reason = (
                "" if printed in given else f"{self.all} svar av {sent} eller {sent - removed} gir {shown} %"
            )
            yield (
                f"percent:survey.response_rate_pct.{number}",
                f"Svarprosent {f.whole_or(printed, 1)}",
                reason,
                str(rate["lines"]),
            )
        respondents = self.sample["respondents"]
        simple = [
            *((f"gender:{k}", v) for k, v in respondents["gender_pct"].items() if k != "lines"),
            *((f"employer:{k}", respondents["employer_pct"][k]) for k in ("kommune", "stat")),
            ("social_health", respondents["social_or_health_education_pct"]["value"]),
            ("other_social", respondents["other_social_education_pct"]["value"]),
        ]
        for name, value in simple:
            reason = rules.percentage(Decimal(str(value)), [self.all])
            yield f"percent:{name}", f"Utvalget, {name}: {f.whole_or(Decimal(str(value)), 1)} %", reason, ""
        yield from self._figure_percentages()
        yield from self._cities()

    def _figure_percentages(self) -> Iterator[tuple[str, str, str, str]]:
        for figure in self.registry.figures.values():
            for value in figure.values:
                sizes = self._value_sizes(figure, value.item, value.group)
                if figure.unit == "per cent" and sizes and not value.approx:
                    reason = rules.percentage(value.value, sizes)
                    where = f"{value.item or value.what} {value.group}".strip()
                    what = f"Figur {figure.number}, {where}: {f.whole_or(value.value, 1)} %"
                    yield (
                        f"percent:{figure.id}:{value.item or value.what}:{value.group}",
                        what.strip(),
                        reason,
                        value.lines,
                    )

    def _value_sizes(self, figure: PrintedFigure, item: str, group: str) -> list[int]:
        """The n's that a value of a figure may have; none where its group's n is not printed."""
        if item in figure.n.each:
            return [figure.n.each[item]]
        key = group.replace(" ", "_")
        if key in figure.n.each:
            # the print gives a group's n once for all its items: fewer may have answered one of them
            size = figure.n.each[key]
            answered = [
                o.n.low for o in self.registry.figures.values() if o.items == figure.items and o.n.low
            ]
            others = sum(figure.n.each.values()) - size
            return list(range(max(max(answered) - others, 1), size + 1))
        if group not in ("", "all") or figure.n.low is None or figure.n.high is None:
            return []
        return list(range(figure.n.low, figure.n.high + 1))

    def _cities(self) -> Iterator[tuple[str, str, str, str]]:
        for entry in self.sample["offices"]["respondents_by_portfolio_group_pct"]:
            city = str(entry["group"]).split(" (")[0]
            office = next((o for o in self.sample["office_facts"] if o["office"] == city), None)
            if office is None:
                continue
            n, share = office["respondents"]["n"], Decimal(str(entry["value"]))
            given = rules.printed_as(100 * n / self.all, rules.decimals_of(share))
            reason = (
                ""
                if given == share
                else f"{n} av {self.all} er {f.number(given, 1)} %, ikke {f.number(share, 1)} %"
            )
            yield (
                f"percent:city:{city}",
                f"{city}: {f.number(share, 1)} % av respondentene",
                reason,
                str(entry["lines"]),
            )

    def _groups(self) -> Iterator[tuple[str, str, str, str]]:
        """A share of all against the shares of two groups that are everyone (Figur 5 and 16)."""
        figures = self.registry.figures
        for whole in figures.values():
            for split in figures.values():
                same = split.id != whole.id and whole.items == split.items and split.complete
                if not same or whole.group_variable or sum(split.n.each.values()) != whole.n.high:
                    continue
                reasons = []
                for constraint in whole.constraints:
                    for item in constraint.items:
                        parts = [v.value for v in split.values if v.item == item]
                        if constraint.reading and parts:
                            reasons.append(rules.between(constraint.reading, parts))
                found = [reason for reason in reasons if reason]
                what = f"Figur {whole.number} og figur {split.number}"
                yield f"groups:{whole.id}", what, found[0] if found else "", whole.caption_lines

    def _sums(self) -> Iterator[tuple[str, str, str, str]]:
        offices, leaders = self.sample["offices"], self.sample["leaders"]
        two, one = (m["value"] for m in offices["leader_model"])
        posts = 2 * two + one
        answered = leaders["answered"]["value"]
        missing = posts - answered
        reason = (
            ""
            if missing == 1
            else f"2 × {two} + {one} = {posts} lederstillinger, og {answered} svarte: {missing} mangler"
        )
        yield "sum:leaders", "Alle ledere unntatt én svarte", reason, str(leaders["non_response"]["lines"])
        claim = self.registry.claims.get("C063")
        agree = next(p["agree"] for p in leaders["partnership_items"] if "agree" in p)
        again = claim.values.get("agree") if claim else None
        if claim and again is not None:
            reason = (
                ""
                if again == agree
                else f"{agree} ledere er enige, og så {again}: til sammen {agree + again}"
            )
            yield "sum:part_likeverdig", "Likeverdig partnerskap: enige to ganger", reason, claim.lines
        for office in self.sample["office_facts"]:
            yield from self._office_sums(office)

    def _office_sums(self, office: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
        name = office["office"]
        for field in ("aarsverk", "aarsverk_conflict"):
            said = office.get(field)
            if said:
                parts = [Decimal(str(said[k])) for k in ("stat", "kommune")]
                reason = rules.total(parts, Decimal(str(said["total"])))
                ident = f"sum:{name}" if field.endswith("conflict") else f"sum:{name}:{field}"
                yield ident, f"{name}: årsverk", reason, str(said["lines"])
        said = office["respondents"]
        counts = [Decimal(said[k]) for k in ("aetat", "trygdekontor", "sosialkontor", "ingen")]
        yield (
            f"sum:{name}:respondents",
            f"{name}: respondenter",
            rules.total(counts, Decimal(said["n"])),
            str(said["lines"]),
        )
        equal = any(
            ranking.constraint.startswith("equal number") and name in ranking.offices
            for ranking in self.registry.office_rankings
        )
        if equal:
            reason = f"{said['n']} er et oddetall og kan ikke deles likt" if said["n"] % 2 else ""
            yield (
                f"sum:employer:{name}",
                f"{name}: like mange fra stat og kommune",
                reason,
                str(said["lines"]),
            )

    def _same(self) -> Iterator[tuple[str, str, str, str]]:
        """One thing printed with two values."""
        respondents = self.sample["respondents"]
        agency = [a for a in respondents["former_agency_pct"] if a["agency"] == "sosialkontor"]
        values = sorted({float(a["value"]) for a in agency})
        answered = respondents["former_agency_n"]["value"]
        reason = (
            ""
            if values[-1] - values[0] <= SLACK
            else f"{f.whole_or(values[0], 1)} og {f.whole_or(values[-1], 1)} % av de samme {answered}"
        )
        yield "same:bg_erfaring_sosialkontor", "Erfaring fra sosialkontor", reason, str(agency[0]["lines"])
        whole = respondents["social_or_health_education_pct"]["value"]
        summary = respondents["social_or_health_education_pct_summary"]
        reason = (
            ""
            if abs(whole - summary["value"]) <= SLACK
            else f"{f.whole_or(whole, 1)} % ett sted, over {f.whole_or(summary['value'], 1)} % et annet"
        )
        yield (
            "differ:bg_sosialhelse_utdanning",
            "Sosial- eller helsefaglig utdanning",
            reason,
            str(summary["lines"]),
        )
        parts = [
            Decimal(str(v))
            for v in (
                respondents["sosionom_pct"][0]["value"],
                respondents["other_social_education_pct"]["value"],
            )
        ]
        of_group = float(sum(parts)) * whole / 100
        reason = (
            f"som andeler av gruppen på {f.whole_or(whole, 1)} % ville de to bare være "
            f"{f.number(of_group, 1)} % av alle"
            if of_group < whole - SLACK
            else ""
        )
        yield (
            "subset:bg_sosialhelse_utdanning",
            "Andelene av gruppen med sosial- eller helsefag",
            reason,
            str(respondents["other_social_education_pct"]["lines"]),
        )

    def _figure_sizes(self) -> Iterator[tuple[str, str, str, str]]:
        """n of a figure against what can have answered it."""
        respondents = self.sample["respondents"]
        team = self.registry.figures.get("v1_17")
        taking_part = respondents["team_work_pct"][0]["value"] * self.all / 100
        if team and team.n.high:
            reason = f"bare {f.number(taking_part)} er med i team" if team.n.high > taking_part + 5 else ""
            yield "n:v1_17", f"Figur 17: n = {team.n.high}", reason, team.caption_lines
        employer = self.sizes["bg_arbeidsgiver"][0]
        for figure in self.registry.figures.values():
            plain = next(
                (
                    o
                    for o in self.registry.figures.values()
                    if set(o.items) == set(figure.items)
                    and o.id != figure.id
                    and o.n.low
                    and o.group_variable != "bg_arbeidsgiver"
                ),
                None,
            )
            if (
                figure.group_variable != "bg_arbeidsgiver"
                or not figure.n.low
                or plain is None
                or plain.n.low is None
            ):
                continue
            least = plain.n.low - (self.all - employer)
            reason = (
                f"{plain.n.low} svarte, og høyst {self.all - employer} mangler arbeidsgiver: minst {least}"
                if figure.n.low < least
                else ""
            )
            yield (
                f"n:{figure.id}",
                f"Figur {figure.number}: n = {f.interval(figure.n.low, figure.n.high or 0)}",
                reason,
                figure.caption_lines,
            )

    def _references(self) -> Iterator[tuple[str, str, str, str]]:
        file, content = open_yaml(self.registry.folder / "references.yml", PublishedError)
        top = file.entry(content, "filen")
        topics: dict[str, list[str]] = top.get("topics", dict, {}, True)
        for raw in top.listing("references", dict, True):
            entry = file.entry(raw, f"linje {raw.get('lines')}")
            to, lines = entry.text("to", True), entry.text("lines", True)
            kind = entry.choice("kind", ("figure", "table", "appendix"))
            about = entry.listing("about", str)
            yield (
                f"reference:{lines}:{to}",
                self._target(kind, to),
                self._reference(kind, to, about, topics),
                lines,
            )
        if file.faults:
            raise PublishedError("\n".join(file.faults))

    @staticmethod
    def _target(kind: str, to: str) -> str:
        part, _, number = to.partition("_")
        appendix = f"vedlegg {part[1:]}"
        return (
            f"Henvisning til {appendix}"
            if kind == "appendix"
            else f"Henvisning til {'figur' if kind == 'figure' else 'tabell'} {number} i {appendix}"
        )

    def _reference(self, kind: str, to: str, about: Sequence[str], topics: Mapping[str, list[str]]) -> str:
        if kind == "appendix":
            right = next((part for part, known in topics.items() if about[0] in known), "")
            return "" if right == to else f"stoffet står i vedlegg {right[1:]}"
        if to not in (self.registry.figures if kind == "figure" else self.registry.tables):
            return "den finnes ikke"
        have = self._variables(kind, to)
        absent = [name for name in about if not any(v.startswith(name) for v in have)]
        if not have or not absent:
            return ""
        right_figures = [
            f"figur {g.number}"
            for g in self.registry.figures.values()
            if g.id.startswith("v1_")
            and all(any(v.startswith(n) for v in self._variables("figure", g.id)) for n in about)
        ]
        elsewhere = f"; det gjør {f.listing(right_figures, 'eller')}" if right_figures else ""
        return f"den viser ikke {f.listing(absent)}{elsewhere}"

    def _variables(self, kind: str, ident: str) -> set[str]:
        if kind == "figure":
            figure = self.registry.figures[ident]
            return {*figure.items, figure.group_variable} - {""}
        return {name for cell in self.registry.cells(ident) for name in (cell.row, cell.column)}
