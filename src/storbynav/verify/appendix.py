"""Vedlegg 3: what its cells may call. Each method returns Markdown that Quarto and kvarto set alike.

    from storbynav.verify.appendix import Appendix
    v = Appendix.open()

Long tables come twice: folded in groups for HTML, close-set and as the print has them for paper.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

from storbynav import findings, paths
from storbynav import formatting as f
from storbynav.disclosure.policy import OUTPUTS, Output, policy
from storbynav.formatting import Markdown, Text
from storbynav.published import Claim, Registry
from storbynav.report import Report
from storbynav.verify import verify
from storbynav.verify.display import Row, rows
from storbynav.verify.model import Verification
from storbynav.verify.norwegian import Contradiction, Told, told

DASHES = 120
LONGEST = 14  # characters that stand beside others in a table on paper
_OUTPUTS: Mapping[Output, str] = {
    "figures": "figurene",
    "tables": "tabellene",
    "text": "tall i teksten",
    "verification": "etterprøvingen",
    "findings": "funnene",
    "notebooks": "arbeidsbøkene",
}
# what print gives of a figure
_STATUS = {
    "published": "alle verdier",
    "constrained": "noen ord eller enkelttall",
    "free": "bare figurteksten",
}


@dataclass(frozen=True)
class Appendix:
    """A report, opened for Vedlegg 3."""

    report: Report
    folder: Path = paths.PUBLISHED

    @classmethod
    def open(cls, path: Path | str | None = None, *, mapping: Path | str | None = None) -> Appendix:
        """Open the shipped survey, or the institute's own file (as `Report.open`)."""
        return cls(Report.open(path, mapping=mapping))

    # ------------------------------------------------------------------ notices and sentences

    def notice(self) -> Markdown:
        """Whether the numbers of this edition are synthetic or measured: from the data set that is loaded."""
        provenance = self.report.survey.provenance
        if not provenance.synthetic:
            kind, title = "note", "Tallene er regnet ut av undersøkelsens egne svar"
            text = "Datasettet er merket som ekte. Utgaven er et utkast som ikke skal spres."
        else:
            kind, title = "important", "Tallene er regnet ut av syntetiske svar"
            text = (
                "Datasettet er laget slik at det gir de trykte tallene. Ingen av svarene er gitt av en "
                "person, og det som ikke er trykt, er ikke målt."
            )
            if provenance.seed is not None:
                text += f" Startverdien for trekningen er {provenance.seed}."
        if provenance.edited:
            text += " Filen er endret etter at den ble laget, og tallene kan avvike av den grunn."
        elif provenance.synthetic and not self.report.calibrated:
            text += " Datasettet er ennå ikke ferdig tilpasset: Tallene er foreløpige."
        return Markdown(f"::: {{.callout-{kind}}}\n## {title}\n\n{text}\n:::\n")

    def protection(self) -> Markdown:
        """What the disclosure policy hides of real answers, in words; nothing for a synthetic survey."""
        if self.report.survey.synthetic:
            return Markdown("")
        rules = policy()
        parts = [
            f"Antall og andeler vises bare når minst {f.number_word(rules.minimum_cell)} har svart det ene "
            f"og minst {f.number_word(rules.minimum_cell)} det andre, eller ingen.",
            "Gjennomsnitt, standardavvik, korrelasjoner og regresjoner bygger på minst "
            f"{f.number_word(rules.minimum_respondents)} svar.",
        ]
        if rules.complementary:
            parts.append("Tall som ville røpe et skjult tall gjennom en sum, er også skjult.")
        if rules.rounding_base > 1:
            parts.append(f"Antall er rundet av til nærmeste {f.number_word(rules.rounding_base)}.")
        parts.append("Tall som er trykt, er kjent fra før og vises.")
        if rules.outputs < set(OUTPUTS):
            left = [word for output, word in _OUTPUTS.items() if output not in rules.outputs]
            parts.append(f"Reglene gjelder ikke for {f.listing(left)}.")
        return Markdown(" ".join(parts) + "\n")

    def wording(self) -> Markdown:
        """Real answers: the questions whose wording print does not give, to be held against the form."""
        if self.report.survey.synthetic:
            return Markdown("")
        ours = [v for v in self.report.survey.codebook.of("survey") if not v.exact]
        if not ours:
            return Markdown("")
        lines = [(f"`{v.id}`", f.escape_markdown(v.label)) for v in ours]
        intro = (
            "Ordlyden til disse spørsmålene er ikke trykt, bare omtalt. Eieren av svarene må se etter at "
            "hvert av dem er koblet til det rette spørsmålet i skjemaet."
        )
        table = _table(("Navn her", "Slik er det omtalt"), lines, (2, 5), escape=False)
        return Markdown(f"{intro}\n\n{table}")

    def verdict(self) -> Text:
        """«846 av 860 …»: how many printed numbers the survey gives, in a sentence."""
        result = self.verification
        total, met, impossible, missed = (
            f.number(len(part))
            for part in (
                result.numbers,
                result.of("reproduced"),
                result.of("impossible"),
                result.of("missed"),
            )
        )
        without = missed if result.of("missed") else "ingen"
        return Text(
            f"Av {total} trykte tall kommer {met} ut av datasettet med trykt presisjon. {impossible} kan "
            f"ikke gjøre det, fordi de strider mot andre trykte tall. Uten en slik grunn mangler {without}."
        )

    def number(self, which: str) -> Text:
        """A count for running text, by name (an unknown one is told all names)."""
        result = self.verification
        known = {
            "total": len(result.numbers),
            "reproduced": len(result.of("reproduced")),
            "impossible": len(result.of("impossible")),
            "missed": len(result.of("missed")),
            "outside": len(result.outside),
            "proofs": len(result.proofs),
            "contradictions": len(self.words.contradictions),
            **{f"findings.{key}": count for key, count in self.findings["counts"].items()},
        }
        if which not in known:
            raise ValueError(f"number kan gi {', '.join(known)}, ikke {which!r}.")
        return f.number(known[which])

    # ------------------------------------------------------------------ tables

    def scoreboard(self) -> Markdown:
        """One line a group: numbers, reproduced, impossible, missed; the sum last."""
        result = self.verification
        lines = [
            (label, *(f.number(g[key]) for key in ("total", "reproduced", "impossible", "missed")))
            for (_, label), g in zip(result.groups, result.as_dict()["groups"], strict=True)
        ]
        lines.append(
            (
                "I alt",
                *(self.number(which) for which in ("total", "reproduced", "impossible", "missed")),
            )
        )
        head = ("Hvor tallene står", "Trykte tall", "Gjenskapt", "Umulige", "Avvik")
        return Markdown(_table(head, lines, (3, 1, 1, 1, 1), right=(1, 2, 3, 4)))

    def proofs(self) -> Markdown:
        """The numbers that cannot hold, why, and what the survey follows instead."""
        holds = {proof.id: proof.holds for proof in self.verification.proofs}
        lines = [
            (
                told_.what,
                told_.reason + ("" if holds.get(told_.id, True) else " (Beviset holder ikke lenger.)"),
                told_.follows,
            )
            for told_ in self.words.proofs
        ]
        return Markdown(
            _table(("Trykt tall", "Hvorfor det ikke går opp", "Datasettet følger"), lines, (2, 4, 2))
        )

    def numbers(self) -> Markdown:
        """Every printed number beside the recomputed one."""
        parts = []
        for key, label in self.verification.groups:
            found = list(rows(self.verification.in_group(key)))
            deviating = sum(row.status != "reproduced" for row in found)
            title = f"{label}: {_counted(len(found), 'tall', 'tall')}"
            title += f", {f.number(deviating)} ikke som trykt" if deviating else ""
            parts.append(_on_screen(_folded(title, _number_table(label, found))))
            parts.append(_on_paper(label, _printed_tables(label, found)))
        return Markdown("\n".join(parts))

    def discrepancies(self) -> Markdown:
        """All contradictions of the print with the reading of this edition."""
        head = ("Nr.", "Trykt utgave", "Denne utgaven")
        parts = []
        for key, label in self.words.groups.items():
            chosen = [c for c in self.words.contradictions if c.group == key]
            table = _table(
                head, [_told(c) for c in chosen], (0.4, 4, 4), escape=False, name=f"Motsigelser: {label}"
            )
            title = f"{label}: {_counted(len(chosen), 'motsigelse', 'motsigelser')}"
            parts += [_on_screen(_folded(title, table)), _on_paper(label, _broad(table))]
        return Markdown("\n".join(parts))

    def finding_counts(self) -> Markdown:
        """How many findings hold, are contradicted by the print itself, or cannot be tested."""
        counts = self.findings["counts"]
        synthetic = self.verification.synthetic
        lines = [
            ("Utsagn om undersøkelsen", counts["all"]),
            ("Kan etterprøves", counts["testable"]),
            ("Holder", counts["hold"]),
            ("Gjengitt, men motsagt av trykt utgave selv", counts["contradicted"]),
            ("Annet utfall enn ventet", counts["changed"]),
        ]
        if synthetic:
            lines += [
                ("Avgjort ved konstruksjon (målet i søket)", counts["targeted"]),
                ("Delvis avgjort ved konstruksjon", counts["partly_targeted"]),
                ("Ikke et mål i søket", counts["not_targeted"]),
            ]
        shown = [(label, f.number(count)) for label, count in lines]
        return Markdown(_table(("", "Antall"), shown, (4, 1), right=(1,)))

    def finding_list(self) -> Markdown:
        """Every finding with its status: folded by chapter on screen; on paper the plain ones by number."""
        head = ("Funn", "Utsagn", "Utfall", "Trykt utgave", "Datasettet")
        parts = []
        by_chapter = groupby(self.findings["findings"], lambda e: self._chapter(e["claim"]))
        for chapter, entries in by_chapter:
            found = list(entries)
            table = _table(head, [_finding(e) for e in found], (0.8, 5, 2, 2, 2), name=f"Funn: {chapter}")
            title = f"{chapter}: {_counted(len(found), 'utsagn', 'utsagn')}"
            parts.append(_on_screen(_folded(title, table)))
            notable = [e for e in found if not _plain(e) and e["checks"]]
            plain = _ranges([int(_finding_number(e)) for e in found if _plain(e)])
            paper = ""
            if notable:
                lines = [_finding(e)[:3] for e in notable]
                paper = _broad(_table(head[:3], lines, (0.5, 5, 4.4), name=f"Funn: {chapter}"))
            holds = f"Holder, og er ikke motsagt av trykt utgave: {plain}.\n" if plain else ""
            holds += _untested(found)
            parts.append(_on_paper(chapter, f"{holds}\n{paper}"))
        return Markdown("\n".join(parts))

    def concordance(self) -> Markdown:
        """Where the figures and tables of the print stand in this edition, and what print gives of them."""
        book = Registry(self.folder)
        found: dict[tuple[str, str, str], list[tuple[int, str]]] = {}
        for kind, entries in (("figur", book.figures), ("tabell", book.tables)):
            for ident, entry in entries.items():
                part, number = ident.split("_")
                where = {"v1": "Vedlegg 1", "v2": "Vedlegg 2", "m": "Hovedrapporten"}[part]
                known = _STATUS[book.figures[ident].status] if kind == "figur" else ""
                known = known or ("innholdet, gjenfortalt" if part == "m" else "alle verdier")
                here = f"[-{_reference(kind, part, int(number))}]"
                found.setdefault((where, kind, known), []).append((int(entry.number), here))
        lines = [
            (
                f"{where}, {kind} {_ranges([printed for printed, _ in sorted(entries)])}",
                f"{kind} {f.listing(here for _, here in sorted(entries))}",
                known,
            )
            for (where, kind, known), entries in sorted(found.items(), key=lambda one: one[0])
        ]
        head = ("Trykt utgave", "Denne utgaven", "Kjent fra trykk")
        return Markdown(_table(head, lines, (2, 4, 1.6), escape=False))

    # ------------------------------------------------------------------ inside

    @cached_property
    def verification(self) -> Verification:
        """The verification of this report's survey."""
        return verify(self.report, self.folder)

    @cached_property
    def findings(self) -> dict[str, Any]:
        """The findings as `storbynav.findings` tells them."""
        return findings.as_json(findings.evaluate_all(self.report.survey))

    @cached_property
    def words(self) -> Told:
        """The Norwegian texts."""
        return told(self.folder, tuple(proof.id for proof in self.verification.proofs))

    def _chapter(self, claim: str) -> str:
        chapter = self._claims[claim].section.split("/")[0].strip()
        return f"Kapittel {chapter}" if chapter.isdigit() else chapter

    @cached_property
    def _claims(self) -> Mapping[str, Claim]:
        return Registry(self.folder).claims


# ---------------------------------------------------------------------- rows


def _number_table(label: str, found: Sequence[Row]) -> str:
    head = ("Sted", "Trykt", "Beregnet", "Utfall")
    lines = [(r.what, r.printed, r.computed, r.verdict) for r in found]
    return _table(head, lines, (5, 1.6, 1.6, 1.6), right=(1, 2), name=f"Trykt og beregnet: {label}")


def _printed_tables(label: str, found: Sequence[Row]) -> str:
    """The numbers as they stand in print, row by row and column by column; the rest one a line.

    One number where print and the survey agree, both where they do not.
    """
    long = {row.row for row in found if row.column and len(row.printed) > LONGEST}
    placed = [row for row in found if row.column and row.row not in long]
    rest = [row for row in found if row not in placed]
    parts = [_matrix(label, placed)] if placed else []
    if rest:
        lines = [_beside(row) for row in rest]
        widths, right = ((1.6, 2.2, 2.2), ()) if long else ((5, 1.6, 1.2), (1, 2))
        name = f"Trykt og beregnet: {label}" + (", i ord" if placed else "")
        parts.append(_table(("Sted", "Trykt", "Beregnet"), lines, widths, right, escape=False, name=name))
    return "\n".join(parts)


def _matrix(label: str, found: Sequence[Row]) -> str:
    columns = list(dict.fromkeys(row.column for row in found))
    cells: dict[str, dict[str, str]] = {}
    for row in sorted(found, key=_row_number):
        line = cells.setdefault(row.row, {})
        line[row.column] = ", ".join(filter(None, (line.get(row.column), _at_once(row))))
    lines = [
        (f.escape_markdown(head), *(line.get(column, "") for column in columns))
        for head, line in cells.items()
    ]
    # two numbers in a narrow column need more room than one
    many = len(columns) > 8
    widths = [
        1.9 if many and any(" / " in line.get(c, "") for line in cells.values()) else 1.0 for c in columns
    ]
    heads = ("Rad", *(f.escape_markdown(column) for column in columns))
    widest = max(len(head) for head in cells)
    first = min(widest, 30) / 7 * sum(widths) / len(columns) if len(columns) > 4 else 3
    table = _table(
        heads,
        lines,
        (first, *widths),
        range(1, len(heads)),
        escape=False,
        name=f"Trykt og beregnet: {label}",
    )
    return _broad(table) if len(columns) > 4 else table


def _row_number(row: Row) -> int:
    """4 of «(4) Ledelsen følger …»: the order of the print, wherever a row has its first number."""
    found = re.match(r"\((\d+)\)", row.row)
    return int(found[1]) if found else 0


def _at_once(row: Row) -> str:
    printed, computed = f.escape_markdown(row.printed), f.escape_markdown(row.computed)
    if row.status == "reproduced" and row.printed == row.computed:
        return printed
    return f"{printed} / **{computed}**"


def _beside(row: Row) -> tuple[str, str, str]:
    computed = f.escape_markdown(row.computed)
    return (
        f.escape_markdown(row.what),
        f.escape_markdown(row.printed),
        computed if row.status == "reproduced" else f"**{computed}**",
    )


def _told(c: Contradiction) -> tuple[str, str, str]:
    why = f" {f.escape_markdown(c.why)}" if c.why else ""
    return (
        c.id.removeprefix("D").lstrip("0"),
        f"**{f.escape_markdown(c.topic)}.** {f.escape_markdown(c.says)}",
        f.escape_markdown(c.reading) + why,
    )


def _finding(entry: dict[str, Any]) -> tuple[str, str, str, str, str]:
    says = [s["says"] for check in entry["checks"] for s in check["statements"]]
    shown = "; ".join(says[:2]) + (f" og {f.number(len(says) - 2)} krav til" if len(says) > 2 else "")
    remark = entry["note"] or entry["reason"]
    status = f"{f.sentence(entry['label'])}. {remark}" if remark else f.sentence(entry["label"])
    return (
        _finding_number(entry),
        f.sentence(shown) if shown else "–",
        status,
        f.sentence(entry["print"]["words"]),
        f.sentence(entry["basis_words"]) or "–",
    )


def _untested(found: Sequence[dict[str, Any]]) -> str:
    """The findings that nothing can try, with the reason: a list, since there is no statement to show."""
    reasons: dict[tuple[str, str], list[int]] = {}
    for entry in found:
        if not _plain(entry) and not entry["checks"]:
            why = (f.sentence(entry["label"]), entry["note"] or entry["reason"])
            reasons.setdefault(why, []).append(int(_finding_number(entry)))
    parts = []
    for label in dict.fromkeys(label for label, _ in reasons):
        told = [f"{_ranges(ns)}: {why}" for (said, why), ns in reasons.items() if said == label]
        parts.append(f"\n{label}" + (f", {told[0]}\n" if len(told) == 1 else _bullets(told)))
    return "".join(parts)


def _bullets(items: Sequence[str]) -> str:
    return ":\n\n" + "".join(f"- {item}\n" for item in items)


def _finding_number(entry: dict[str, Any]) -> str:
    return str(entry["id"]).removeprefix("f-").lstrip("0")


def _ranges(numbers: Sequence[int]) -> str:
    """«1, 5–7 og 9»."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return f.listing(str(r[0]) if len(r) == 1 else f"{r[0]}–{r[-1]}" for r in runs)


def _plain(entry: dict[str, Any]) -> bool:
    """A finding that holds as expected, by construction, and that the print does not speak against."""
    return (
        entry["outcome"] == "ok"
        and entry["holds"] is True
        and entry["expect"] == "holds"
        and not entry["note"]
        and entry["print"]["support"] != "contradicted"
        and entry["basis"] != "not_targeted"
    )


def _reference(kind: str, part: str, number: int) -> str:
    if kind == "figur":
        return f"@fig-{part}-{number:02d}"
    return f"@tbl-{part}-{number}"


# ---------------------------------------------------------------------- Markdown


def _table(
    head: Sequence[str],
    lines: Iterable[Sequence[str]],
    widths: Sequence[float],
    right: Sequence[int] = (),
    escape: bool = True,
    name: str = "",
) -> str:
    """A pipe table with columns in proportion to `widths`, whose first column heads its rows.

    `name`: what a table that has no caption is called by those who hear it.
    """
    marks = []
    for i, width in enumerate(widths):
        dashes = "-" * max(3, round(DASHES * width / sum(widths)))
        marks.append(dashes + ":" if i in right else ":" + dashes)
    shown = [
        "| " + " | ".join(f.escape_markdown(cell) if escape else cell for cell in line) + " |"
        for line in lines
    ]
    body = "\n".join(["| " + " | ".join(head) + " |", "|" + "|".join(marks) + "|", *shown])
    called = f' aria-label="{name}"' if name else ""
    return f"::: {{.row-headers{called}}}\n{body}\n:::\n"


def _folded(title: str, content: str) -> str:
    return f'::::: {{.callout-note collapse="true" icon="false"}}\n## {title}\n\n{content}\n:::::\n'


def _only(html: bool, content: str) -> str:
    """Content for HTML, or for everything else."""
    when = ".content-visible" if html else ".content-hidden"
    return f':::::: {{{when} when-format="html"}}\n{content}\n::::::\n'


def _on_screen(content: str) -> str:
    return _only(True, content)


def _on_paper(title: str, content: str) -> str:
    return _only(False, f"### {title} {{.unnumbered .unlisted}}\n\n{_close(content)}")


def _broad(content: str) -> str:
    return f"::::: {{.bred}}\n{content}\n:::::"


def _close(content: str) -> str:
    return f":::: {{.tett}}\n{content}\n::::"


def _counted(count: int, one: str, many: str) -> str:
    return f"{f.number(count)} {one if count == 1 else many}"
