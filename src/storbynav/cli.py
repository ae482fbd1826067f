"""The `storbynav` command: one subcommand per job of the analysis package."""

from __future__ import annotations

import argparse
import sys

from storbynav.archive import command as archive_command
from storbynav.disclosure import command as disclosure_command
from storbynav.findings import command as findings_command
from storbynav.importing import command as import_command
from storbynav.reconstruct import command as reconstruct_command
from storbynav.statcheck import command as statcheck_command
from storbynav.verify import command as verify_command


def main(arguments: list[str] | None = None) -> int:
    """Run a subcommand; returns the exit status."""
    parser = argparse.ArgumentParser(prog="storbynav", description="Analyser og data for rapporten.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="kommando")
    reconstruct_command.add_to(commands)
    import_command.add_to(commands)
    verify_command.add_to(commands)
    statcheck_command.add_to(commands)
    findings_command.add_to(commands)
    disclosure_command.add_to(commands)
    archive_command.add_to(commands)
    options = parser.parse_args(arguments)
    return int(options.run(options))


if __name__ == "__main__":
    sys.exit(main())
