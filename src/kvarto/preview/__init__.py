"""`kvarto preview`: the book on a local address, rebuilt and reloaded as its files are saved.

Threads serve files and watch for edits (`server`, `watching`), one builds (`builder`). When the book has
faults the last good pages stay, with the faults shown over them; the draft of the page is built too, so that
the author sees the change. Only this machine can connect.
"""

from __future__ import annotations

import http.server
import re
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path

from kvarto.faults import EXIT_OK, EXIT_USAGE, Fault, KvartoError
from kvarto.preview.builder import Builder
from kvarto.preview.server import EVENTS, SCRIPT, Server, handler, inside
from kvarto.progress import Progress, Quiet

__all__ = ["EVENTS", "SCRIPT", "Builder", "inside", "serve", "start"]


def start(
    root: Path, targets: tuple[str, ...], port: int, progress: Progress, say: Callable[[str], None]
) -> tuple[Builder, http.server.ThreadingHTTPServer]:
    """A builder and a running server on the first free port from `port` on (0: any)."""
    builder = Builder(root, targets, progress, say)
    ports = [port] if port == 0 else list(range(port, port + 20))
    for number in ports:
        try:
            server = Server(("127.0.0.1", number), handler(builder.state))
            break
        except OSError:
            continue
    else:
        raise KvartoError(
            Fault(
                None,
                None,
                f"Ingen ledig port fra {port} til {port + 19}.",
                fix="Oppgi en annen med --port.",
                kind="usage",
            ),
            EXIT_USAGE,
        )
    threading.Thread(target=server.serve_forever, name="server", daemon=True).start()
    return builder, server


def serve(root: Path, targets: tuple[str, ...], port: int, browser: bool, progress: Progress) -> int:
    """Serve until interrupted."""

    def say(text: str) -> None:
        if not isinstance(progress, Quiet) or re.search(r"\d feil\s*$", text):
            progress.close()
            Progress.line(progress, text)

    builder, server = start(root, targets, port, progress, say)
    address = f"http://localhost:{server.server_address[1]}/"
    say(f"Forhåndsvisning: {address}  (Ctrl-C avslutter)")
    try:
        builder.build()
        if browser:
            webbrowser.open(address)
        builder.watch()
    except KeyboardInterrupt:
        pass
    finally:
        builder.stop()
        server.shutdown()
    say("Avsluttet.")
    return EXIT_OK
