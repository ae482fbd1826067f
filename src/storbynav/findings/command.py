"""``storbynav findings``: evaluate the report's statements and write ``findings.json``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from storbynav import findings, paths, survey
from storbynav.problems import SurveyError
from storbynav.published import PublishedError


def arguments(command: argparse.ArgumentParser) -> None:
    """What the subcommand takes, and what it runs."""
    command.add_argument("--survey", type=Path, default=None, help="undersøkelsen (.csv, .sav)")
    command.add_argument("--mapping", type=Path, default=None, help="kolonnekart for en egen fil")
    command.add_argument("--file", type=Path, default=None, help="funnene (report/funn.yml)")
    command.add_argument("--out", type=Path, default=None, help="skriv findings.json hit")
    command.add_argument("--all", action="store_true", help="vis alle funn, ikke bare de som avviker")
    command.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    try:
        loaded = survey.load(options.survey, mapping=options.mapping)
        results = findings.evaluate_all(loaded, path=options.file or findings.FILE)
    except (SurveyError, PublishedError, findings.FindingsError) as error:
        print(error, file=sys.stderr)
        return 2
    written = findings.write(results, options.out) if options.out else findings.write(results)
    for verdict in results.verdicts if options.all else results.changed:
        label, text = findings.describe(verdict)
        print(f"{paths.shown(options.file or findings.FILE)}:{verdict.finding.line}: ", end="")
        print(f"{verdict.finding.id} {label}: {text}")
    print(summary(results))
    print(f"Skrev {paths.shown(written)}.")
    return 1 if results.changed else 0


def summary(results: findings.Results) -> str:
    """How the statements fared, in Norwegian: as expected, deviating, not to be tried."""
    c = findings.as_json(results)["counts"]
    text = (
        f"{c['as_expected']} av {c['testable']} funn som kan etterprøves, er som ventet "
        f"({c['hold']} holder, {c['contradicted']} er motsagt av trykt utgave selv). "
        f"{c['changed']} avviker. {c['all'] - c['testable']} kan ikke etterprøves."
    )
    if results.survey.synthetic:
        text += (
            f" Ved konstruksjon: {c['targeted']}, delvis: {c['partly_targeted']}, "
            f"ikke mål i søket: {c['not_targeted']}."
        )
    return text
