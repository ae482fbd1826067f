"""The `kvarto` command."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from kvarto import __version__, denied
from kvarto.faults import (
    EXIT_FAULTS,
    EXIT_INTERNAL,
    EXIT_INTERRUPTED,
    EXIT_OK,
    EXIT_USAGE,
    Faults,
    KvartoError,
)

if TYPE_CHECKING:
    from kvarto.progress import Progress

_EXITS = """\
exit codes:
  0    everything asked for was written (or: nothing had changed; check found nothing)
  1    the book has faults; they are listed and the last good output is untouched
  2    the command was called wrongly, there is no book in that folder, or it may not be written
  3    kvarto itself failed; please report it with the lines it prints
  130  interrupted
"""


def main(argv: list[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    parser = _parser()
    options = parser.parse_args(argv)
    if options.command is None:
        parser.print_help()
        return EXIT_USAGE
    try:
        if options.command == "render":
            return _render(options)
        if options.command == "check":
            return _check(options)
        if options.command == "diff":
            return _diff(options)
        if options.command == "comments":
            return _comments(options)
        return _preview(options)
    except KvartoError as exc:
        print("\n\n".join(f.text() for f in exc.faults), file=sys.stderr)
        return exc.exit_code
    except KeyboardInterrupt:
        print("\nAvbrutt.", file=sys.stderr)
        return EXIT_INTERRUPTED
    except Exception as exc:
        if (told := denied.fault(exc)) is not None:
            print(told.text(), file=sys.stderr)
            return EXIT_USAGE
        import traceback

        traceback.print_exc()
        print(
            "kvarto feilet. Boken er ikke skrevet; forrige utgave står urørt. Meld gjerne fra om feilen med "
            "linjene over.",
            file=sys.stderr,
        )
        return EXIT_INTERNAL


_FORMATS = {"html": "html", "pdf": "typst", "docx": "docx"}


def _wanted(value: str) -> tuple[str, ...]:
    """The targets that `--to` names."""
    names = list(_FORMATS) if value == "all" else value.split(",")
    for name in names:
        if name not in _FORMATS:
            raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(_FORMATS)}, all")
    return tuple(dict.fromkeys(_FORMATS[name] for name in names))


def _folder(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "folder", nargs="?", type=Path, default=Path(), help="the book's folder (default: here)"
    )


def _quiet(command: argparse.ArgumentParser) -> None:
    command.add_argument("-q", "--quiet", action="store_true", help="say nothing but faults")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kvarto",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=_EXITS,
        description="Render a small Quarto book to website, PDF and DOCX, from PyPI packages only.",
    )
    parser.add_argument("--version", action="version", version=f"kvarto {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    render = commands.add_parser(
        "render",
        help="build the book",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=_EXITS,
        description="Build the book into its output folder (_book). Chapters whose code and data have not\n"
        "changed are not run again. When the book has faults nothing is written and the last output stays.",
    )
    render.add_argument(
        "paths",
        nargs="*",
        type=Path,
        metavar="FOLDER|FILE",
        help="the book's folder (default: here), or chapters whose pages to build (PDF and DOCX are "
        "always whole)",
    )
    render.add_argument(
        "--to",
        type=_wanted,
        default=_wanted("all"),
        metavar="FORMATS",
        help="what to build: html, pdf, docx, several with commas, or all that the book has (default)",
    )
    render.add_argument(
        "--draft", action="store_true", help="write the book in spite of faults, each marked where it stands"
    )
    render.add_argument(
        "--comments",
        action="store_true",
        help="write a comment edition instead (PDF and DOCX, in a folder of its own): line numbers, a stamp "
        "with the date, room and marks in the margin",
    )
    render.add_argument(
        "--output-dir", type=Path, metavar="DIR", help="write here instead of the book's own folder"
    )
    render.add_argument(
        "--force",
        action="store_true",
        help="build even if nothing has changed (remembered results are still used)",
    )
    render.add_argument("--clean", action="store_true", help="forget all remembered results first (.kvarto)")
    render.add_argument("--timings", action="store_true", help="show how long each part took")
    _quiet(render)

    preview = commands.add_parser(
        "preview",
        help="show the book in a browser and rebuild as you write",
        description="Serve the book on this machine only. Saving a file rebuilds what it touches and "
        "reloads the page; faults are shown in the page and here.",
    )
    _folder(preview)
    preview.add_argument(
        "--port", type=int, default=4848, help="port (default: 4848, or the next that is free)"
    )
    preview.add_argument(
        "--to",
        choices=["html", "all"],
        default="all",
        help="html: leave the PDF out; all: keep it up to date too (default)",
    )
    preview.add_argument("--no-browser", action="store_true", help="do not open a browser")
    _quiet(preview)

    diff = commands.add_parser(
        "diff",
        help="show what has changed since an earlier edition",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=_EXITS,
        description="Build the edition of a Git revision and today's, and write a comparison (page and PDF)\n"
        "into _endringer: text by paragraph, every number that moved, figures side by side, marked\n"
        "statements with another status. The old edition is built by its own code, once.",
    )
    diff.add_argument("revision", metavar="REV", help="commit, branch or tag of the earlier edition")
    _folder(diff)
    diff.add_argument("--output-dir", type=Path, metavar="DIR", help="write here instead of _endringer")
    _quiet(diff)

    check = commands.add_parser(
        "check",
        help="find all faults without writing anything",
        description="Read, run and structure the whole book and list its faults, then what the book's\n"
        "lint list forbids (kvarto: lint: in _quarto.yml). Nothing is written to the output folder.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=_EXITS,
    )
    _folder(check)
    check.add_argument(
        "--no-run", action="store_true", help="do not run Python; only remembered results count"
    )
    _quiet(check)

    comments = commands.add_parser(
        "comments",
        help="list comments and tracked changes of a returned DOCX, with file and line",
        description="List each comment and tracked change of a DOCX that kvarto wrote and somebody has\n"
        "returned, with the .qmd file and line that it is about. Nothing is changed.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    comments.add_argument("file", type=Path, help="the returned DOCX")
    _folder(comments)
    comments.add_argument("--json", action="store_true", help="as JSON, for other programs")
    return parser


def _comments(options: argparse.Namespace) -> int:
    import json

    from kvarto import comments
    from kvarto.faults import Fault
    from kvarto.project import find_root

    root = find_root(options.folder)
    try:
        notes = comments.read(options.file, root)
    except (OSError, comments.NotWordError) as exc:
        gone = not options.file.exists()
        what = (
            f"{options.file} finnes ikke." if gone else f"{options.file} er ikke en Word-fil som kan leses."
        )
        why = "" if gone else str(exc)
        fix = "Oppgi .docx-filen som kom tilbake. En .doc må lagres som .docx først."
        raise KvartoError(Fault(None, None, what, why, fix, kind="usage"), EXIT_USAGE) from exc
    if options.json:
        print(json.dumps([note.as_dict() for note in notes], ensure_ascii=False, indent=2))
    else:
        print(comments.report(notes))
    return EXIT_OK


def _place(paths: list[Path]) -> tuple[Path, tuple[Path, ...]]:
    """The book's root and the chapters named."""
    from kvarto.faults import Fault
    from kvarto.project import CONFIG, find_root

    for path in paths:
        if not path.exists():
            raise KvartoError(
                Fault(
                    None,
                    None,
                    f"{path} finnes ikke.",
                    fix="Oppgi bokens mappe eller et kapittel.",
                    kind="usage",
                ),
                EXIT_USAGE,
            )
    folders = [p for p in paths if p.is_dir()]
    files = tuple(p for p in paths if p.is_file() and p.name != CONFIG)
    if len(folders) > 1:
        raise KvartoError(Fault(None, None, "Oppgi bare én mappe.", kind="usage"), EXIT_USAGE)
    start = folders[0] if folders else (files[0].resolve().parent if files else Path())
    root = start.resolve() if folders and (start / CONFIG).is_file() else find_root(start)
    return root, files


def _render(options: argparse.Namespace) -> int:
    from kvarto.build import Order, build, summary
    from kvarto.faults import Fault
    from kvarto.progress import for_terminal

    at = time.perf_counter()
    root, files = _place(options.paths)
    targets = options.to
    if options.comments and targets == ("html",):
        what = "En kommentarutgave er PDF og Word, ikke nettsted."
        fix = "Utelat --to, eller skriv --to pdf eller --to docx."
        raise KvartoError(Fault(None, None, what, fix=fix, kind="usage"), EXIT_USAGE)
    progress = for_terminal(options.quiet)
    if options.clean:
        _forget(root, progress)
    order = Order(targets, files, options.draft, options.output_dir, options.force, options.comments)
    outcome = build(root, order, progress)
    progress.close()
    report = outcome.faults.report()
    if report:
        print(report, file=sys.stderr)
    if not options.quiet:
        print(summary(outcome, time.perf_counter() - at, options.draft, root), file=sys.stderr)
        _tell_lints(root, outcome.faults)
    if options.timings:
        for name, took in outcome.parts.items():
            print(f"{name:10} {took:7.3f} s", file=sys.stderr)
    return outcome.code


def _diff(options: argparse.Namespace) -> int:
    from kvarto.compare import compare
    from kvarto.progress import for_terminal
    from kvarto.project import find_root

    progress = for_terminal(options.quiet)
    found, folder = compare(find_root(options.folder), options.revision, options.output_dir, progress)
    progress.close()
    if not options.quiet:
        edits = sum(len(edits) for edits in found.edits.values())
        print(
            f"{edits} endringer i teksten, {len(found.numbers)} tall i teksten, {len(found.data)} tall i "
            f"figurer og tabeller, {len(found.pictures)} figurer, {len(found.marks)} merkede utsagn.\n"
            f"Skrev {folder / 'index.html'} og PDF-en ved siden av.",
            file=sys.stderr,
        )
    return EXIT_OK


def _forget(root: Path, progress: Progress) -> None:
    """Remove what is remembered, once no other build works on it."""
    from kvarto.lock import WAITING, empty, locked

    with locked(root / ".kvarto", lambda: progress.line(WAITING)):
        empty(root / ".kvarto")


def _tell_lints(root: Path, faults: Faults) -> None:
    """What the book forbids itself does not stop it from being written, but its author should know."""
    if faults.lints:
        from kvarto.check import forbidden

        if told := forbidden(root, faults):
            head = "Dette bør rettes, men hindrer ikke byggingen:"
            print("\n\n".join([head, *(f.text() for f in told)]), file=sys.stderr)


def _check(options: argparse.Namespace) -> int:
    from kvarto.check import check
    from kvarto.lock import WAITING, locked
    from kvarto.progress import for_terminal
    from kvarto.project import find_root

    root = find_root(options.folder)
    progress = for_terminal(options.quiet)
    with locked(root / ".kvarto", lambda: progress.line(WAITING)):
        faults, forbidden = check(root, progress, run=not options.no_run)
    progress.close()
    if faults.errors:
        print(faults.report(), file=sys.stderr)
    if forbidden:
        head = "Dette forbyr boken (kvarto: lint: i _quarto.yml):"
        print("\n\n".join([head, *(f.text() for f in forbidden)]), file=sys.stderr)
    if faults.notes and not options.quiet:
        head = "Dette står åpent; boken skriver «ikke oppgitt»:"
        print("\n".join([head, *(f"    {f.text()}" for f in faults.notes)]), file=sys.stderr)
    if faults.errors or forbidden:
        return EXIT_FAULTS
    if not options.quiet:
        print("Ingen feil.", file=sys.stderr)
    return EXIT_OK


def _preview(options: argparse.Namespace) -> int:
    from kvarto.preview import serve
    from kvarto.progress import for_terminal
    from kvarto.project import find_root

    targets = ("html",) if options.to == "html" else ("html", "typst")
    return serve(
        find_root(options.folder), targets, options.port, not options.no_browser, for_terminal(options.quiet)
    )


if __name__ == "__main__":
    sys.exit(main())
