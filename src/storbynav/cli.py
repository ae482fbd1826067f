"""The `storbynav` command: one subcommand per job of the analysis package.

A subcommand is the `command` module of its package: `arguments` says what it takes and what it runs. Only the
one that is asked for is imported, for pandas and the statistics take longer to load than a help text to read.
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module

COMMANDS = {
    "reconstruct": ("reconstruct", "lag den syntetiske undersøkelsen på nytt fra det rapporten oppgir"),
    "import": (
        "importing",
        "les inn en egen fil med svar, kontroller den og skriv datasettet til en privat mappe",
    ),
    "verify": (
        "verify",
        "regn ut alle trykte tall fra undersøkelsen og sammenlign med trykt utgave",
    ),
    "statcheck": ("statcheck", "finn trykt statistikk som ikke går opp, uten å bruke svarene"),
    "findings": ("findings", "etterprøv funnene i teksten mot undersøkelsen"),
    "disclosure": ("disclosure", "kontroller at en ferdig bok ikke røper noe om få personer"),
    "metadata": (
        "archive",
        "skriv metadata for et dataarkiv: DDI-Codebook (ddi.xml) og datapackage.json",
    ),
}
"""Name of each subcommand: the package that has it, and what it does."""


def main(arguments: list[str] | None = None) -> int:
    """Run a subcommand; returns the exit status."""
    given = sys.argv[1:] if arguments is None else arguments
    parser = argparse.ArgumentParser(prog="storbynav", description="Analyser og data for rapporten.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="kommando")
    for name, (package, purpose) in COMMANDS.items():
        command = commands.add_parser(name, help=purpose)
        if given[:1] == [name]:
            import_module(f"storbynav.{package}.command").arguments(command)
    options = parser.parse_args(given)
    return int(options.run(options))


if __name__ == "__main__":
    sys.exit(main())
