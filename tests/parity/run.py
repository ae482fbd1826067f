"""Compare kvarto with Quarto's facts for case folders: `python tests/parity/run.py CASE…`

Each folder holds a book and its `expected.json`. Prints one line for each difference that deliberate.yml does
not account for. Exit code 1 if there is any. `--no-pdf` leaves the PDF out, `--keep DIR` keeps the rendered
books, `-v` shows what is accounted for and what kvarto said.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from compare import CASES, compare


def main() -> int:
    """Run the cases given (all of cases/ without arguments)."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("cases", nargs="*", type=Path)
    ap.add_argument("--no-pdf", action="store_true")
    ap.add_argument("--keep", type=Path)
    ap.add_argument("-v", action="store_true")
    o = ap.parse_args()
    cases = o.cases or sorted(p for p in CASES.iterdir() if p.is_dir())
    bad = 0
    with tempfile.TemporaryDirectory() as tmp:
        for case in cases:
            result = compare(case.resolve(), (o.keep or Path(tmp)) / case.name, with_pdf=not o.no_pdf)
            state = "refused, draft compared" if result.refused else f"exit {result.exit_code}"
            print(f"{'ok  ' if not result.differences else 'DIFF'} {case.name} ({state})")
            for at, a, b in result.differences:
                print(f"     {at}\n        quarto {_short(a)}\n        kvarto {_short(b)}")
            if o.v:
                for (at, a, b), rule in result.deliberate:
                    print(f"     on purpose ({rule}): {at}: {_short(a)} → {_short(b)}")
                print("     | " + result.messages.strip().replace("\n", "\n     | "))
            bad += bool(result.differences)
    print(f"{len(cases) - bad} of {len(cases)} the same")
    return 1 if bad else 0


def _short(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)[:400]


if __name__ == "__main__":
    sys.exit(main())
