"""The reconstruction from beginning to end: facts and a seed in, the survey's files out."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from storbynav.reconstruct import answers as start_values
from storbynav.reconstruct import assemble, leaders
from storbynav.reconstruct.assemble import Target
from storbynav.reconstruct.design import Design, DesignTargets, search
from storbynav.reconstruct.facts import EDGE, FIXED, Facts, r_interval, read
from storbynav.reconstruct.people import People, ReconstructionError, build, phi, round_half_up
from storbynav.reconstruct.rng import permutation, stream
from storbynav.reconstruct.solver import Search

Int = NDArray[np.int64]
CODE_VERSION = "1"  # raise when the same facts and seed give other files
USER_GROUPS = ("bg_gruppe_nedsatt_arbeidsevne", "bg_gruppe_ungdom", "bg_gruppe_flyktninger", "bg_gruppe_aap", "bg_gruppe_sosialhjelp")


@dataclass(frozen=True)
class Reconstruction:
    """Everything a reconstruction made."""

    facts: Facts
    design: Design
    people: People
    leaders: list[leaders.Leader]
    items: Int  # (respondents, items), 0 = missing
    composition: Int
    targets: list[Target]
    loss: NDArray[np.float64]

    @property
    def missed(self) -> list[Target]:
        """Targets of the search that do not hold."""
        return [self.targets[int(i)] for i in np.nonzero(self.loss > 0.0)[0]]


def reconstruct(folder: Path, seed: int | None = None, say: Callable[[str], None] = print,
                budget: float = 1.0) -> Reconstruction:
    """Make a survey that meets the facts in `folder`.

    Parameters
    ----------
    folder
        A folder of published facts (``data/published``).
    seed
        Another seed than the folder's own.
    say
        Receives progress lines (Norwegian).
    budget
        Multiplies the steps of the search for answers; tests use a small one.
    """
    facts = read(folder)
    if seed is not None:
        facts = replace(facts, seed=seed)
    clock = time.monotonic()
    say(f"Leser fakta fra {folder.name}: {len(facts.items)} spørsmål, {len(facts.offices)} kontorer, frø {facts.seed}.")
    say("Søker etter et kontordesign (hvem som arbeider hvor, og hva kontorene er) …")
    plan = facts.plan["search"]["design"]
    targets = design_targets(facts)
    design, chosen, people, leader_item = None, None, None, None
    for attempt in range(int(plan["restarts"])):
        found = search(targets, facts.seed + 1000003 * attempt, 1, int(plan["steps"]), say)
        if found.loss > 0.0:
            continue
        try:
            chosen = leaders.plan_leaders(facts, found)
            people = build(found, facts.plan["people"], facts.agencies, [(x.office, x.employer, x.sosionom) for x in chosen], facts.seed)
            counts = leaders.leader_counts(found, chosen)
            leader_item = start_values.leader_item(facts, people, assemble.office_variables(found, people, counts))
        except ReconstructionError as error:
            say(f"  designet lar seg ikke befolke ({error}); prøver et nytt")
            continue
        design = found
        break
    if design is None or chosen is None or people is None or leader_item is None:
        raise ReconstructionError("no office design meets the facts with this seed; try another (--seed) or more restarts")
    answered = start_values.missing_pattern(facts, design, people, leader_item)
    items = start_values.start(facts, design, people, answered, leader_item)
    problem, names = assemble.build(facts, design, people, counts, items)
    say(f"Design funnet etter {time.monotonic() - clock:.0f} s. Søker etter svar som møter {len(names)} mål …")
    state = Search(problem, stream(facts.seed, "anneal"))
    rounds = [(int(steps * budget), float(hot), float(cold)) for steps, hot, cold in facts.plan["search"]["rounds"]]
    solution = state.solve(rounds, say)
    composition = start_values.team_composition(facts, people, solution.answers[:, len(FIXED) :])
    result = Reconstruction(facts, design, people, chosen, solution.answers[:, len(FIXED) :], composition, names, solution.loss)
    say(f"Ferdig etter {time.monotonic() - clock:.0f} s: {len(names) - len(result.missed)} av {len(names)} mål møtt.")
    for target in result.missed:
        say(f"  ikke møtt: {target.id}")
    return result


# ------------------------------------------------------------------ what the design is asked for
def design_targets(facts: Facts) -> DesignTargets:
    """Targets of the office design from the facts."""
    people = facts.plan["people"]
    offices = facts.plan["offices"]
    by_sos = {c.row if c.col == "bg_sosionom" else c.col: c.r for c in facts.correlations
              if c.table == "v1_2" and "bg_sosionom" in (c.row, c.col)}
    rows = facts.regressions
    sos = np.array([[-by_sos[r.dv] - 0.012, -by_sos[r.dv] + 0.012] for r in rows])
    claims = np.zeros((len(rows), 5, 2))
    claims[:, :, 0], claims[:, :, 1] = -9.0, 9.0
    order = ["ko_ledermodell", "ko_aarsverk_klasse", "ko_antall_tjenester", "bg_sosionom", "ko_leder_sosionom"]
    for i, row in enumerate(rows):
        for name, span in facts.plan["design_claims"].get(row.dv, {}).items():
            claims[i, order.index(name)] = span
    cells = {frozenset((c.row, c.col)): c for c in facts.correlations if c.table == "v1_4"}
    pairs = (("ko_ledermodell", "bg_sosionom"), ("ko_ledermodell", "bg_arbeidsgiver"), ("ko_aarsverk_klasse", "bg_sosionom"),
             ("ko_aarsverk_klasse", "bg_arbeidsgiver"), ("ko_aarsverk_klasse", "ko_ledermodell"), ("ko_minimum", "bg_sosionom"),
             ("ko_minimum", "bg_arbeidsgiver"), ("ko_minimum", "ko_ledermodell"), ("ko_minimum", "ko_aarsverk_klasse"))
    correlations = []
    for pair in pairs:
        lo, hi = r_interval(cells[frozenset(pair)], 880 if "ko_minimum" in pair else 940 if "ko_aarsverk_klasse" in pair else 970)
        correlations.append((lo + 0.0003, hi - 0.0003))
    two, large = offices["two_leader_respondents"], offices["large_respondents"]
    bounds = np.array([
        two, [large, large], offices["minimum_respondents"], offices["minimum_mean"],
        offices["leader_sosionom_municipal_staff"], offices["leader_sosionom_offices"],
        [offices["minimum_offices"]] * 2, offices["office_municipal_share"], offices["office_sosionom_share"],
    ], dtype=float)
    return DesignTargets(
        plans=facts.offices, type_totals=_type_totals(people), city_totals={k: int(v) for k, v in facts.plan["cities"].items()},
        regressions=rows, regression_sos=sos, regression_claims=claims, correlations=np.array(correlations), bounds=bounds,
        medium=int(offices["medium"]),
    )


def _type_totals(people: dict[str, Any]) -> Int:
    """People of each employer and education, so that their correlation prints as it does (the unplaced person apart)."""
    employer, education = people["employer"], people["sosionom"]
    missing = people["sosionom_missing_employer"]
    no_employer = int(employer["missing"])
    sos_unknown = round(no_employer * int(education["ja"]) / (int(education["ja"]) + int(education["nei"])))
    sos = int(education["ja"]) - sos_unknown
    kom = int(employer["kommune"]) - int(missing["kommune"])
    stat = int(employer["stat"]) - int(missing["stat"])
    n = kom + stat
    best = min((abs(phi(both, sos - both, kom - both, n - sos - kom + both) - float(people["employer_sosionom_r"])), both)
               for both in range(min(sos, kom) + 1))[1]
    totals = np.zeros(9, dtype=np.int64)
    totals[:3] = sos - best, stat - (sos - best) - 1, int(missing["stat"])  # one state employee has no office
    totals[3:6] = best, kom - best, int(missing["kommune"])
    totals[6:8] = sos_unknown, no_employer - sos_unknown
    return totals


# ------------------------------------------------------------------ files
def survey_rows(result: Reconstruction) -> tuple[list[str], list[list[object]]]:
    """Header and rows of survey.csv, respondents in a random order."""
    p, d = result.people, result.design
    names = [item.id for item in result.facts.items]
    background: list[tuple[str, Int]] = [
        ("bg_kjonn", p.gender), ("bg_arbeidsgiver", p.employer), ("bg_sosialhelse_utdanning", p.social_health),
        ("bg_sosionom", p.sosionom), ("bg_annen_sosialfaglig", p.other_social), ("bg_erfaring_tidligere_etat", p.agency),
        ("bg_erfaring_sosialkontor", p.sosialkontor), ("bg_rolle", p.role),
    ]
    header = ["id", "office", *[name for name, _ in background], *USER_GROUPS, "bg_jobber_vanskeligstilte"]
    for name in names:
        header.append(name)
        if name == "int_deltar_team":
            header.append("int_team_sammensetning")
    rows: list[list[object]] = []
    for number, i in enumerate(permutation(stream(result.facts.seed, "order"), p.count), 1):
        row: list[object] = [number, d.plans[p.office[i]].id if p.office[i] >= 0 else ""]
        row += [_cell(values[i]) for _, values in background]
        row += ["" if v < 0 else int(v) for v in p.user_groups[i]]
        row.append(_cell(p.disadvantaged[i]))
        for c, name in enumerate(names):
            row.append(_cell(result.items[i, c]))
            if name == "int_deltar_team":
                row.append(_cell(result.composition[i]))
        rows.append(row)
    return header, rows


def _cell(value: Any) -> object:
    return "" if value == 0 else int(value)


def _csv(header: list[str], rows: list[list[object]]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue().encode("utf-8")


def write(result: Reconstruction, folder: Path) -> None:
    """Write survey.csv, offices.csv, leaders.csv, survey.sav and manifest.yml into `folder`."""
    from storbynav.reconstruct.check import check_all

    header, rows = survey_rows(result)
    offices = leaders.office_table(result.facts, result.design, result.leaders)
    people = leaders.leader_table(result.facts, result.design, result.leaders)
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "survey.csv": _csv(header, rows),
        "offices.csv": _csv(list(offices[0]), [list(o.values()) for o in offices]),
        "leaders.csv": _csv(list(people[0]), [list(x.values()) for x in people]),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    # a manifest of an older survey would make the loader call the new one edited
    (folder / "manifest.yml").unlink(missing_ok=True)
    date = dt.date.fromisoformat(str(result.facts.plan["date"]))
    _write_sav(folder, date)
    files["survey.sav"] = (folder / "survey.sav").read_bytes()
    checks = check_all(result.facts, folder)
    search_groups: dict[str, dict[str, Any]] = {}
    for target, loss in zip(result.targets, result.loss, strict=True):
        key = {"published": "search_published", "constrained": "search_constrained", "free": "search_model"}[target.status]
        entry = search_groups.setdefault(key, {"targets": 0, "met": 0, "missed": []})
        entry["targets"] += 1
        entry["met"] += int(loss <= 0.0)
        if loss > 0.0:
            entry["missed"].append(target.id)
    printed: dict[str, dict[str, Any]] = {}
    for check in checks:
        entry = printed.setdefault(check.group, {"numbers": 0, "met": 0, "impossible": [], "missed": []})
        entry["numbers"] += 1
        entry["met"] += int(check.met)
        if not check.met:
            entry["impossible" if check.impossible else "missed"].append(check.id)
    manifest = {
        "provenance": "synthetic",
        "calibrated": not any(entry["missed"] for entry in printed.values()),
        "seed": result.facts.seed,
        "code_version": CODE_VERSION,
        "date": date.isoformat(),
        "respondents": result.people.count,
        "checksums": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())},
        "facts": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in _inputs(result.facts.folder)},
        "printed": printed,
        "search": search_groups,
    }
    text = yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True, width=110)
    note = "# Written by `storbynav reconstruct`. Synthetic answers: no respondent and no office of the real survey is here.\n"
    (folder / "manifest.yml").write_text(note + text, encoding="utf-8", newline="\n")


def _inputs(folder: Path) -> list[Path]:
    """The files of the facts that decide the outcome."""
    names = ["reconstruction.yml", "table_v1_2_correlations_long.csv", "table_v1_3_regression.csv",
             "table_v1_4_correlations_long.csv", "table_v1_4_correlations_matrix.csv", "table_v1_5_correlations_long.csv",
             "table_v2_2_experience.csv"]
    return [folder / name for name in names]


def _write_sav(folder: Path, date: dt.date) -> None:
    from storbynav.sav import write_sav
    from storbynav.survey import load

    write_sav(load(folder / "survey.csv"), folder / "survey.sav", date)


__all__ = ["EDGE", "Reconstruction", "design_targets", "reconstruct", "round_half_up", "survey_rows", "write"]
