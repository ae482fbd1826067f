"""``storbynav statcheck``: what in the print does not add up, as lines or as a CSV file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from storbynav import paths
from storbynav.published import PublishedError


def arguments(command: argparse.ArgumentParser) -> None:
    """What the subcommand takes, and what it runs."""
    command.add_argument(
        "--published", type=Path, default=paths.PUBLISHED, help="mappe med det trykte (data/published)"
    )
    command.add_argument("--csv", type=Path, default=None, help="skriv tabellen som CSV hit")
    command.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    """0 when every fault found is a known contradiction of the print, 1 when some are new."""
    # pandas and the codebook: no other command should pay for them
    from storbynav.statcheck.run import KNOWN, statcheck, table

    try:
        faults = statcheck(options.published)
    except PublishedError as error:
        print(f"Statcheck lot seg ikke gjennomføre: {error}", file=sys.stderr)
        return 2
    if options.csv:
        table(faults).to_csv(options.csv, index=False, encoding="utf-8", lineterminator="\n")
    for fault in faults:
        known = f" [{', '.join(fault.discrepancies)}]" if fault.discrepancies else ""
        print(f"{fault.what}: {fault.reason}{known}")
    new = [fault for fault in faults if fault.id not in KNOWN]
    print(f"{len(faults)} steder går ikke opp, {len(new)} av dem er ikke kjent fra før.")
    return 1 if new else 0
