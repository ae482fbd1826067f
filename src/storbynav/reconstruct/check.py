"""Which printed numbers the written survey files show: the manifest's account, from the files alone.

Every check recomputes one number from survey.csv, offices.csv and leaders.csv with plain counts and sums,
not with the state of the search, and compares it with the print at its printed precision.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from storbynav.reconstruct.facts import PREDICTORS, Facts
from storbynav.reconstruct.rounding import critical_r, critical_t, round_half_up

Float = NDArray[np.float64]


@dataclass(frozen=True)
class Check:
    """One printed number: where, what print says, what the survey says."""

    group: str
    id: str
    printed: str
    value: str
    met: bool
    impossible: bool


def check_all(facts: Facts, folder: Path) -> list[Check]:
    """Check every printed number that the survey can show."""
    data = Tables(folder)
    proven = _impossible(facts.folder)
    found: list[Check] = []

    def add(group: str, name: str, printed: Any, value: Any, met: bool | None = None) -> None:
        ok = str(printed) == str(value) if met is None else bool(met)
        found.append(Check(group, name, str(printed), str(value), ok, name in proven))

    _sample(data, add)
    _figures(facts, data, add)
    _correlations(facts, data, add)
    _regressions(facts, data, add)
    _vedlegg_2(facts, data, add)
    _leaders(data, add)
    return found


Add = Callable[..., None]


def _impossible(folder: Path) -> set[str]:
    path = folder / "impossible.yml"
    if not path.is_file():
        return set()
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))["impossible"]
    return {str(number) for entry in entries for number in entry["numbers"]}


class Tables:
    """The three CSV files as float arrays by column, NaN = missing, with the office variables joined."""

    def __init__(self, folder: Path) -> None:
        """Read the files in `folder`."""
        rows = _rows(folder / "survey.csv")
        self.office = [row["office"] for row in rows]
        self.columns: dict[str, Float] = {
            name: np.array([float(row[name]) if row[name] else np.nan for row in rows])
            for name in rows[0]
            if name != "office"
        }
        self.offices = {row["office"]: row for row in _rows(folder / "offices.csv")}
        self.leaders = _rows(folder / "leaders.csv")
        services = [name for name in next(iter(self.offices.values())) if name.startswith("tj_")]

        def join(value: Callable[[dict[str, str]], str]) -> Float:
            by_office = {name: value(row) for name, row in self.offices.items()}
            return np.array([float(by_office[o]) if o and by_office[o] else np.nan for o in self.office])

        self.columns["ko_ledermodell"] = join(lambda o: o["leader_model"])
        self.columns["ko_aarsverk_klasse"] = join(
            lambda o: o["size_class"] if int(o["leader_answers"]) else ""
        )
        self.columns["ko_antall_tjenester"] = join(
            lambda o: "" if any(not o[s] for s in services) else str(sum(int(o[s]) for s in services))
        )
        self.columns["ko_minimum"] = join(lambda o: o["minimum"])
        self.columns["ko_leder_sosionom"] = join(lambda o: o["leader_sosionom"])
        self.city = np.array([self.offices[o]["city"] if o else "" for o in self.office])

    def __getitem__(self, name: str) -> Float:
        """A column."""
        return self.columns[name]

    def percent(
        self, name: str, codes: tuple[int, ...], base: str | int = "valid", among: Any = None
    ) -> float:
        """Per cent with one of `codes`, of valid answers (or of everyone: base = "all")."""
        values = self[name] if among is None else self[name][among]
        n = len(values) if base == "all" else int((~np.isnan(values)).sum())
        return 100.0 * int(np.isin(values, codes).sum()) / n

    def n(self, name: str) -> int:
        """Valid answers."""
        return int((~np.isnan(self[name])).sum())


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _sample(t: Tables, add: Add) -> None:
    total = len(t.office)
    add("sample", "answers", 997, total)
    for name, column, code, printed in (
        ("gender:kvinne", "bg_kjonn", 1, 73.4),
        ("gender:mann", "bg_kjonn", 2, 25.0),
        ("employer:kommune", "bg_arbeidsgiver", 2, 56.6),
        ("employer:stat", "bg_arbeidsgiver", 1, 41.8),
        ("social_health", "bg_sosialhelse_utdanning", 1, 46.8),
        ("sosionom:of_all", "bg_sosionom", 1, 35.9),
        ("other_social", "bg_annen_sosialfaglig", 1, 10.6),
    ):
        add("sample", name, printed, round_half_up(t.percent(column, (code,), "all"), 1))
    add("sample", "gender:missing", 1.6, round_half_up(100 * (total - t.n("bg_kjonn")) / total, 1))
    for city, printed in (("Oslo", 50.6), ("Bergen", 24.6), ("Kristiansand", 5.3)):
        add("sample", f"city:{city}", printed, round_half_up(100 * int((t.city == city).sum()) / total, 1))
    both = int(np.isin(t.city, ("Trondheim", "Stavanger")).sum())
    add("sample", "city:Trondheim og Stavanger", 19.5, round_half_up(100 * both / total, 1))
    add("sample", "agency:n", 987, t.n("bg_erfaring_tidligere_etat"))
    add("sample", "agency:ingen", 38.6, round_half_up(t.percent("bg_erfaring_tidligere_etat", (4,)), 1))
    add(
        "sample", "agency:sosialkontor", 33.7, round_half_up(t.percent("bg_erfaring_tidligere_etat", (3,)), 1)
    )
    add("sample", "role:n", 987, t.n("bg_rolle"))
    for code, lo, hi in ((4, 47, 50), (3, 10, 12), (5, 10, 12)):
        share = t.percent("bg_rolle", (code,))
        add("sample", f"role:{code}", f"{lo}-{hi}", round(share, 1), lo <= share <= hi)
    educated = t["bg_sosialhelse_utdanning"] == 1
    share = t.percent("bg_rolle", (4,), "all", educated)
    add("sample", "role:4:social_health", "over 50", round(share, 1), share > 50)
    add("sample", "team:of_all", 76, int(round_half_up(t.percent("int_deltar_team", (1,), "all"), 0)))
    minimum = [o for o, row in t.offices.items() if row["minimum"] == "0"]
    add("sample", "minimum:offices", 5, len(minimum))
    add(
        "sample",
        "minimum:respondents",
        13,
        int(round_half_up(100 * sum(o in minimum for o in t.office) / total, 0)),
    )
    sos, exp, work = (t[n] for n in ("bg_sosionom", "bg_erfaring_sosialkontor", "bg_jobber_vanskeligstilte"))
    for name, base, other, printed in (
        ("overlap:se", sos, exp, 65.6),
        ("overlap:sv", sos, work, 66.9),
        ("overlap:ev", exp, work, 60.7),
    ):
        among = (base == 1) & ~np.isnan(other)
        add(
            "sample", name, printed, round_half_up(100 * int((other[among] == 1).sum()) / int(among.sum()), 1)
        )
    cities = [row["city"] for row in t.offices.values()]
    for city, count in (("Oslo", 15), ("Bergen", 8), ("Trondheim", 4), ("Stavanger", 4), ("Kristiansand", 1)):
        add("offices", f"offices:{city}", count, cities.count(city))
    rows = list(t.offices.values())
    add("offices", "offices:two", 22, sum(r["leader_model"] == "2" for r in rows))
    add("offices", "offices:one", 10, sum(r["leader_model"] == "1" for r in rows))
    add("offices", "offices:medium", 12, sum(r["size_class"] == "2" for r in rows))
    add("offices", "offices:large", 20, sum(r["size_class"] == "3" for r in rows))
    for name, count in (("16-39", 2), ("40-99", 18), ("over 100", 12)):
        add("offices", f"staff:{name}", count, sum(r["staff_class"] == name for r in rows))
    hours = [float(r["aarsverk_stat"]) + float(r["aarsverk_kommune"]) for r in rows]
    kom = 100 * sum(float(r["aarsverk_kommune"]) for r in rows) / sum(hours)
    add("offices", "aarsverk:smallest", 37, int(min(hours)))
    add("offices", "aarsverk:largest", 188, round(max(hours)))
    add("offices", "aarsverk:kommune", 57, int(round_half_up(kom, 0)))
    add("offices", "aarsverk:stat", 42, int(round_half_up(100 - kom, 0)))
    add(
        "offices",
        "aarsverk:class",
        "as counted",
        "",
        all((h <= 70) == (r["size_class"] == "2") for h, r in zip(hours, rows, strict=True)),
    )


def _figures(facts: Facts, t: Tables, add: Add) -> None:
    for name, n, printed in (
        ("bg_jobber_vanskeligstilte", 987, 58.8),
        ("bg_erfaring_sosialkontor", 987, 36.0),
        ("bg_sosionom", 991, 36.1),
    ):
        add("v1_6", f"v1_6:n:{name}", n, t.n(name))
        add("v1_6", f"v1_6:{name}", printed, round_half_up(t.percent(name, (1,)), 1))
    for prefix, lo, hi, group in (
        ("sa_", 972, 985, "v1_4"),
        ("led_", 558, 562, "v1_5"),
        ("port_", 955, 962, "v1_9"),
        ("bel_", 793, 976, "v1_20"),
        ("maal_", 948, 967, "v1_22"),
        ("stat_", 962, 970, "v1_23"),
    ):
        counts = [t.n(i.id) for i in facts.items if i.id.startswith(prefix)]
        add("figures", f"{group}:n:min", lo, min(counts))
        add("figures", f"{group}:n:max", hi, max(counts))
    employer = ~np.isnan(t["bg_arbeidsgiver"])
    for prefix, lo, hi, group in (("port_", 955, 962, "v1_10"), ("stat_", 945, 952, "v1_24")):
        counts = [int((~np.isnan(t[i.id]) & employer).sum()) for i in facts.items if i.id.startswith(prefix)]
        add("figures", f"{group}:n:min", lo, min(counts))
        add("figures", f"{group}:n:max", hi, max(counts))
    for name in ("int_kommunal_paa_statlig", "int_statlig_paa_kommunal"):
        add("figures", f"v1_18:n:{name}", 841, int((~np.isnan(t[name]) & employer).sum()))
    add("figures", "v1_17:n", 841, int((~np.isnan(t["int_team_sammensetning"]) & employer).sum()))
    kom, stat = t["bg_arbeidsgiver"] == 2, t["bg_arbeidsgiver"] == 1
    add(
        "figures",
        "v1_17:even:kommune",
        28,
        int(round_half_up(t.percent("int_team_sammensetning", (3,), "valid", kom), 0)),
    )
    share = t.percent("int_team_sammensetning", (3,), "valid", stat)
    add("figures", "v1_17:even:stat", "just below 36", round(share, 2), 35.0 <= share < 36.0)
    for item in facts.plan["items"]:
        agree = item.get("agree", {})
        share = t.percent(item["id"], (1, 2))
        if "printed" in agree:
            add(
                "figures",
                f"share:{item['id']}",
                float(agree["printed"]),
                round_half_up(share, int(agree["decimals"])),
            )
        add("figures", f"n:{item['id']}", item["n"], t.n(item["id"]))
    leader = t["ko_leder_sosionom"]
    for code, n in ((1, 273), (0, 289)):
        counts = [
            int((~np.isnan(t[i.id]) & (leader == code)).sum()) for i in facts.items if i.id.startswith("led_")
        ]
        add("v1_16", f"v1_16:n:{code}", n, max(counts))
    for row in facts.plan["shares"]:
        if row["source"] == "v1_16":
            share = t.percent(row["item"], (1, 2), "valid", leader == row["group"])
            add(
                "v1_16", f"v1_16:{row['item']}:{row['group']}", float(row["printed"]), round_half_up(share, 1)
            )


def pearson(x: Float, y: Float) -> tuple[float, int]:
    """Pairwise r and n."""
    ok = ~np.isnan(x) & ~np.isnan(y)
    a, b = x[ok] - x[ok].mean(), y[ok] - y[ok].mean()
    return float((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum())), int(ok.sum())


def _correlations(facts: Facts, t: Tables, add: Add) -> None:
    for cell in facts.correlations:
        r, n = pearson(t[cell.row], t[cell.col])
        stars = 2 if abs(r) >= critical_r(n, 0.01) else 1 if abs(r) >= critical_r(n, 0.05) else 0
        name = f"{cell.table}:{cell.row}:{cell.col}"
        add(
            cell.table,
            f"{name}:r",
            f"{abs(cell.r):.2f}" if cell.r == 0 else f"{cell.r:.2f}",
            f"{round_half_up(r, 2) + 0.0:.2f}",
            round_half_up(r, 2) == round(cell.r, 2),
        )
        add(cell.table, f"{name}:stars", "*" * cell.stars, "*" * stars)
    with (facts.folder / "table_v1_4_correlations_matrix.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            values = t[row["var"]][~np.isnan(t[row["var"]])]
            add("v1_4", f"v1_4:{row['var']}:mean", float(row["mean"]), round_half_up(float(values.mean()), 2))
            add(
                "v1_4", f"v1_4:{row['var']}:sd", float(row["sd"]), round_half_up(float(values.std(ddof=1)), 3)
            )


def _regressions(facts: Facts, t: Tables, add: Add) -> None:
    for reg in facts.regressions:
        columns = [t[name] if name != "bg_sosionom" else 2 - t[name] for name in PREDICTORS]
        y = t[reg.dv]
        ok = ~np.isnan(y)
        for c in columns:
            ok &= ~np.isnan(c)
        x = np.column_stack([c[ok] for c in columns])
        z = (x - x.mean(0)) / x.std(0, ddof=1)
        w = (y[ok] - y[ok].mean()) / y[ok].std(ddof=1)
        r_xx, r_xy = z.T @ z / (len(w) - 1), z.T @ w / (len(w) - 1)
        beta = np.linalg.solve(r_xx, r_xy)
        r2 = float(beta @ r_xy)
        df2 = len(w) - 6
        f = r2 / 5 / ((1 - r2) / df2)
        se = np.sqrt((1 - r2) / df2 * np.diag(np.linalg.inv(r_xx)))
        limit = critical_t(df2, 0.05)
        for j, name in enumerate(PREDICTORS):
            add("v1_3", f"v1_3:{reg.dv}:{name}:beta", reg.beta[j], round_half_up(float(beta[j]), 2))
            add("v1_3", f"v1_3:{reg.dv}:{name}:star", reg.starred[j], bool(abs(beta[j] / se[j]) >= limit))
        add("v1_3", f"v1_3:{reg.dv}:df", f"5, {reg.df2}", f"5, {df2}")
        add("v1_3", f"v1_3:{reg.dv}:F", reg.f, round_half_up(float(f), 2))
        add("v1_3", f"v1_3:{reg.dv}:R2", reg.r2, round_half_up(r2, 2))


def _vedlegg_2(facts: Facts, t: Tables, add: Add) -> None:
    names = {row["name"]: office for office, row in t.offices.items()}
    sosionomer = {row["name"]: row.get("sosionom") for row in facts.plan["offices"]["list"]}
    office = np.array(t.office)
    with (facts.folder / "table_v2_2_experience.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            here = office == names[row["office"]]
            name = names[row["office"]]
            add("v2_2", f"v2_2:{name}:n", int(row["n"]), int(here.sum()))
            for code, key in enumerate(
                ("erfaring_aetat", "erfaring_trygdekontor", "erfaring_sosialkontor", "ingen_erfaring"), 1
            ):
                add(
                    "v2_2",
                    f"v2_2:{name}:{key}",
                    int(row[key]),
                    int((t["bg_erfaring_tidligere_etat"][here] == code).sum()),
                )
            add(
                "v2_fig1",
                f"v2_fig1:{name}",
                sosionomer[row["office"]],
                int((t["bg_sosionom"][here] == 1).sum()),
            )
    with (facts.folder / "table_v2_1_offices.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            have = t.offices[names[row["office"]]]
            for key in ("aarsverk_stat", "aarsverk_kommune"):
                add("v2_1", f"v2_1:{names[row['office']]}:{key}", float(row[key]), float(have[key]))
            add(
                "v2_1",
                f"v2_1:{names[row['office']]}:staff",
                row["antall_ansatte"].lower(),
                have["staff_class"],
            )
    for item in facts.plan["shares"]:
        if item["source"] == "v2_3" and "printed" in item:
            share = t.percent(item["item"], (1, 2), "valid", office == item["group"])
            add("v2_3", f"v2_3:{item['item']}:{item['group']}", item["printed"], int(round_half_up(share, 0)))


def _leaders(t: Tables, add: Add) -> None:
    rows = t.leaders
    add("leaders", "leaders:n", 52, len(rows))
    for code, name, count in ((1, "stat", 24), (2, "kommune", 20), (3, "begge", 6), (4, "ingen", 2)):
        add(
            "leaders",
            f"leaders:experience:{name}",
            count,
            sum(r["ldr_ledererfaring"] == str(code) for r in rows),
        )
    add("leaders", "leaders:sosionom", 17, sum(r["ldr_sosionom"] == "1" for r in rows))
    add(
        "leaders",
        "leaders:sosionom:kommune",
        14,
        sum(r["ldr_sosionom"] == "1" and r["ldr_ansatt"] == "2" for r in rows),
    )
    answered = [r for r in rows if r["ldr_hele_tjenesteaspektet"]]
    add("leaders", "leaders:hele:n", 45, len(answered))
    add("leaders", "leaders:hele:liten", 40, sum(r["ldr_hele_tjenesteaspektet"] == "3" for r in answered))
    for name, agree, disagree in (
        ("part_likeverdig", 28, 19),
        ("part_bedre_i_stand", 33, 12),
        ("part_uenigheter", 14, 22),
        ("part_merarbeid", 18, 26),
    ):
        values = [int(r[name]) for r in rows if r[name]]
        add("leaders", f"leaders:{name}:agree", agree, sum(v <= 2 for v in values))
        add("leaders", f"leaders:{name}:disagree", disagree, sum(v >= 4 for v in values))
