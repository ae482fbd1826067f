"""The `storbynav` command: one subcommand per job of the analysis package."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from storbynav import findings_command, paths
from storbynav.archive import command as archive_command
from storbynav.disclosure import command as disclosure_command
from storbynav.importing import command as import_command
from storbynav.statcheck import command as statcheck_command
from storbynav.verify import command as verify_command


def main(arguments: list[str] | None = None) -> int:
    """Run a subcommand; returns the exit status."""
    parser = argparse.ArgumentParser(prog="storbynav", description="Analyser og data for rapporten.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="kommando")
    _add_reconstruct(commands)
    import_command.add_to(commands)
    verify_command.add_to(commands)
    statcheck_command.add_to(commands)
    findings_command.add_to(commands)
    disclosure_command.add_to(commands)
    archive_command.add_to(commands)
    options = parser.parse_args(arguments)
    return int(options.run(options))


def _add_reconstruct(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "reconstruct", help="lag den syntetiske undersøkelsen på nytt fra det rapporten oppgir"
    )
    command.add_argument(
        "--published", type=Path, default=paths.PUBLISHED, help="mappe med fakta (data/published)"
    )
    command.add_argument("--out", type=Path, default=paths.SURVEY, help="mappe å skrive til (data/survey)")
    command.add_argument("--seed", type=int, default=None, help="annet frø enn det fakta oppgir")
    command.set_defaults(run=_reconstruct)


def _reconstruct(options: argparse.Namespace) -> int:
    # numba and the solver are not cheap to import, and no other command needs them
    from storbynav.reconstruct.output import write
    from storbynav.reconstruct.people import ReconstructionError
    from storbynav.reconstruct.run import reconstruct

    try:
        result = reconstruct(options.published, options.seed, lambda line: print(line, flush=True))
        write(result, options.out)
    except ReconstructionError as error:
        print(f"Rekonstruksjonen lot seg ikke gjennomføre: {error}", file=sys.stderr)
        return 2
    print(f"Skrev undersøkelsen til {paths.shown(options.out)}.")
    return 0 if not [t for t in result.missed if t.status != "free"] else 1


if __name__ == "__main__":
    sys.exit(main())
