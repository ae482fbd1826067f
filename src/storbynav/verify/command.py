"""``storbynav verify``: the scoreboard, and what was missed."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from storbynav import paths
from storbynav.problems import SurveyError
from storbynav.published import PublishedError
from storbynav.verify.model import Verification, VerificationError


def arguments(command: argparse.ArgumentParser) -> None:
    """What the subcommand takes, and what it runs."""
    command.add_argument("--survey", type=Path, default=paths.SURVEY_FILE, help="undersøkelsen (.csv, .sav)")
    command.add_argument("--mapping", type=Path, default=None, help="kolonnekart for en egen fil")
    command.add_argument(
        "--published", type=Path, default=paths.PUBLISHED, help="mappe med det trykte (data/published)"
    )
    command.add_argument("--json", type=Path, default=None, help="skriv hele resultatet som JSON hit")
    command.add_argument("--all", action="store_true", help="vis alle tall, ikke bare de som avviker")
    command.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    # the statistics behind the report are not cheap to import, and no other command needs them
    from storbynav.report import Report
    from storbynav.verify import verify

    try:
        result = verify(Report.open(options.survey, mapping=options.mapping), options.published)
    except (VerificationError, SurveyError, PublishedError) as error:
        print(f"Etterprøvingen lot seg ikke gjennomføre: {error}", file=sys.stderr)
        return 2
    if options.json:
        options.json.write_text(result.as_json(), encoding="utf-8", newline="\n")
    print("\n".join(lines(result, everything=options.all)))
    return 0 if result.passed else 1


def lines(result: Verification, everything: bool = False) -> list[str]:
    """The scoreboard: one line a group, then what deviates, then the verdict."""
    width = max(len(label) for _, label in result.groups)
    shown = [f"{'':{width}}  {'tall':>5}  {'gjenskapt':>9}  {'umulige':>7}  {'avvik':>6}"]
    for group in result.as_dict()["groups"]:
        shown.append(
            f"{group['label']:{width}}  {group['total']:>5}  {group['reproduced']:>9}  "
            f"{group['impossible']:>7}  {group['missed']:>6}"
        )
    for number in result.numbers:
        if everything or number.status != "reproduced":
            what = {
                "reproduced": "gjenskapt",
                "impossible": f"umulig ({number.impossible})",
                "missed": "AVVIK",
            }
            shown.append(
                f"  {what[number.status]}: {number.id}: trykt {number.printed}, beregnet {number.computed} "
                f"[{dict(result.groups)[number.group]}: {number.what}]"
            )
    for proof in result.unproven:
        shown.append(f"  BEVIS HOLDER IKKE: {proof.id}: {proof.what}: {proof.reason}")
    proven = f"{len(result.proofs) - len(result.unproven)} av {len(result.proofs)} bevis holder"
    shown.append(f"{len(result.outside)} tall gjelder ikke undersøkelsen; {proven}.")
    shown.append(verdict(result))
    return shown


def verdict(result: Verification) -> str:
    """«N of M reproduced at printed precision; K impossible; 0 missed», in Norwegian."""
    return (
        f"{len(result.of('reproduced'))} av {len(result.numbers)} gjenskapt med trykt presisjon; "
        f"{len(result.of('impossible'))} umulige; {len(result.of('missed'))} avvik"
    )
