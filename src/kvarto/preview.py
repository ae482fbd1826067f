"""`kvarto preview`: the book on a local address, rebuilt and reloaded as its files are saved.

One thread serves files, one watches and builds. The site is built first and shown at once, the PDF after it.
When the book has faults the last good pages stay, with the faults shown over them; the draft of the page is
built too, so that the author sees the change. Only this machine can connect.
"""

from __future__ import annotations

import contextlib
import html
import http.server
import json
import mimetypes
import queue
import re
import shutil
import threading
import time
import webbrowser
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from kvarto import build, denied, project
from kvarto.execute.result import Executed
from kvarto.execute.track import SKIP
from kvarto.faults import EXIT_OK, EXIT_USAGE, Fault, Faults, KvartoError
from kvarto.lock import WAITING, locked
from kvarto.progress import Progress, Quiet, seconds
from kvarto.project import Book

EVENTS = "/__kvarto/events"
SCRIPT = "/__kvarto/reload.js"
_OURS = ("localhost", "127.0.0.1", "::1")
_RELOAD = Path(__file__).parent / "static" / "reload.js"


class State:
    """What the server knows: the folder it serves, the version of each page, the faults; told to all
    browsers."""

    def __init__(self, folder: Path) -> None:
        """Serve `folder`."""
        self.folder = folder
        self.faults = ""
        self.pages: dict[str, str] = {"*": "0"}
        self._listeners: set[queue.SimpleQueue[str | None]] = set()
        self._lock = threading.Lock()

    def message(self) -> str:
        """The news as JSON."""
        return json.dumps({"faults": self.faults, "pages": self.pages}, ensure_ascii=False)

    def listen(self) -> queue.SimpleQueue[str | None]:
        """A queue that gets the news of now, then of every change; None when the server stops."""
        listener: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        with self._lock:
            self._listeners.add(listener)
            listener.put(self.message())
        return listener

    def forget(self, listener: queue.SimpleQueue[str | None]) -> None:
        """A browser has gone."""
        with self._lock:
            self._listeners.discard(listener)

    def tell(self, faults: str, pages: dict[str, str] | None = None) -> None:
        """News for all browsers."""
        with self._lock:
            self.faults = faults
            if pages is not None:
                self.pages = pages
            for listener in self._listeners:
                listener.put(self.message())

    def stop(self) -> None:
        """Let every waiting connection end."""
        with self._lock:
            for listener in self._listeners:
                listener.put(None)


FEW = 2
"""As many chapters, edited at a time, have their pages shown before the rest of the site is written."""


class Builder:
    """Builds into a folder of the preview's own (`.kvarto/preview`), so that `_book` stays the last real
    build.

    After an edit of a chapter: its page, the PDF, then the other pages, which it seldom changes.
    """

    def __init__(
        self, root: Path, targets: tuple[str, ...], progress: Progress, say: Callable[[str], None]
    ) -> None:
        """`say` prints a line."""
        self.root, self.targets, self.progress, self.say = root, targets, progress, say
        self.folder = root / ".kvarto" / "preview"
        self.state = State(self.folder)
        self.warm = build.Warm()
        self._keys: dict[str, str] = {}
        self._stop = threading.Event()

    def build(self, reason: str = "") -> None:
        """Build the site, show it, then the PDF. Whatever goes wrong is told, never raised."""
        at = time.perf_counter()
        try:
            with (
                build.without_gc(),
                locked(self.root / ".kvarto", lambda: self.say(WAITING)),
            ):
                self._build(reason, at)
        except KvartoError as exc:
            self._tell(Faults(exc.faults))
        except Exception as exc:  # a broken state must not end the preview
            if (told := denied.fault(exc)) is not None:
                self._tell(Faults([told]))
                return
            import traceback

            traceback.print_exc()
            self._tell(
                Faults(
                    [
                        Fault(
                            None,
                            None,
                            "kvarto feilet under byggingen.",
                            f"{type(exc).__name__}: {exc}",
                            "Se terminalen. Neste lagring prøver på nytt.",
                            kind="internal",
                        )
                    ]
                )
            )

    def _build(self, reason: str, at: float) -> None:
        faults = Faults()
        book = project.load(self.root, faults)
        book.output_dir = self.folder
        targets = tuple(t for t in self.targets if t in book.formats)
        executed = build.run_cells(book, targets, faults, self.progress, self.warm)
        keys = {ident: run.key("html") for ident, run in executed.items()}
        same = self._keys.keys() == keys.keys()
        edited = {ident for ident, key in keys.items() if self._keys[ident] != key} if same else set()
        first = edited if len(edited) <= FEW else set()
        self._keys = {}
        self._site(book, executed, faults, first)
        self._tell(faults)
        head = f"{reason}: " if reason else ""
        self.say(
            f"{head}{'siden' if first else 'nettsted'} klar{'' if first else 't'} på "
            f"{seconds(time.perf_counter() - at)}" + (f", {len(faults.errors)} feil" if faults.errors else "")
        )
        if "typst" in targets:
            before = len(faults.errors)
            if build.write_pdf(book, executed, self.folder / book.pdf_name, faults, True, self.warm):
                self.say(f"{head}PDF klar på {seconds(time.perf_counter() - at)}")
            if len(faults.errors) != before:
                self._tell(faults)
        if first:
            self._site(book, executed, faults, set())
            self._tell(faults)
        self._keys = keys

    def _site(self, book: Book, executed: dict[str, Executed], faults: Faults, only: set[str]) -> None:
        """Write and publish the site, or the pages of some chapters."""
        new = self.folder.with_name("preview.new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        build.write_html(book, executed, new, faults, only)
        self._publish(new, whole=not only)

    def _publish(self, new: Path, *, whole: bool) -> None:
        """Put changed files in place and give pages that differ a new version; `whole`: what is not there
        is gone."""
        self.folder.mkdir(parents=True, exist_ok=True)
        pages: dict[str, str] = {}
        seen: set[Path] = set()
        other = self.state.pages.get("*", "0")
        stamp = str(time.time_ns())
        for path in sorted(new.rglob("*")):
            if not path.is_file():
                continue
            name = path.relative_to(new)
            target = self.folder / name
            seen.add(name)
            same = (
                target.is_file()
                and target.stat().st_size == path.stat().st_size
                and target.read_bytes() == path.read_bytes()
            )
            if not same:
                target.parent.mkdir(parents=True, exist_ok=True)
                path.replace(target)
            if name.suffix == ".html":
                before = self.state.pages.get(name.as_posix(), other)
                pages[name.as_posix()] = before if same else stamp
            elif not same and name.suffix in (".css", ".svg", ".png", ".jpg"):
                other = stamp
        if whole:
            for path in sorted(self.folder.rglob("*.html")):
                if path.relative_to(self.folder) not in seen:
                    path.unlink()
        else:
            pages = {**self.state.pages, **pages}
        shutil.rmtree(new, ignore_errors=True)
        if other == stamp:  # a style or picture changed: every page may look different
            pages = dict.fromkeys(pages, stamp)
        self.state.tell(self.state.faults, {**pages, "*": other})

    def _tell(self, faults: Faults) -> None:
        report = faults.report()
        if report and report != self.state.faults:
            self.say("\n" + report + "\n")
        self.state.tell(report)

    def watch(self) -> None:
        """Build whenever files of the book change, until `stop`."""
        from watchfiles import watch

        for changes in watch(
            self.root,
            watch_filter=self._wanted,
            debounce=80,
            step=20,
            stop_event=self._stop,
            raise_interrupt=False,
        ):
            names = sorted({Path(p).relative_to(self.root).as_posix() for _, p in changes})
            if self._ours(names):
                continue
            self.build(names[0] if len(names) == 1 else f"{names[0]} og {len(names) - 1} til")

    def _wanted(self, _: Any, path: str) -> bool:
        parts = Path(path).relative_to(self.root).parts
        folders = parts[:-1]
        if any(p in SKIP or p.startswith((".", "_book")) or p.endswith(".egg-info") for p in folders):
            return False
        name = parts[-1] if parts else ""
        return not (
            name.startswith(".") or name.endswith(("~", ".swp", ".tmp", ".pyc", ".part")) or name == "4913"
        )

    def _ours(self, names: Iterable[str]) -> bool:
        """Whether all these files were written by the book's own cells."""
        from kvarto.execute.store import Store

        outputs: set[str] = set()
        with contextlib.suppress(KvartoError):
            store = Store(self.root / ".kvarto")
            for chapter in project.load(self.root, Faults()).sources:
                for variant in store.load(chapter.id).values():
                    outputs |= set(variant.get("deps", {}).get("outputs", {}))
        return all(name in outputs and (self.root / name).exists() for name in names)

    def stop(self) -> None:
        """End `watch` and what is kept warm."""
        self._stop.set()
        self.state.stop()
        self.warm.close()


def handler(state: State) -> type[http.server.BaseHTTPRequestHandler]:
    """A request handler for a preview's folder."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """Answer a request."""
            try:
                if not self._local():
                    self._send(403, b"Bare denne maskinen.", "text/plain; charset=utf-8")
                    return
                path = unquote(urlsplit(self.path).path)
                if path == EVENTS:
                    self._events()
                elif path == SCRIPT:
                    self._send(200, _RELOAD.read_bytes(), "text/javascript; charset=utf-8")
                else:
                    self._file(path)
            except OSError:  # the browser has gone, or the file was replaced meanwhile
                self.close_connection = True

        do_HEAD = do_GET  # noqa: N815

        def _local(self) -> bool:
            """Refuse other names for this address (DNS rebinding), and what another site's page asks for: it
            must not read the book through the browser."""
            try:
                names = [urlsplit(f"//{host}").hostname for host in self.headers.get_all("Host", [])]
                names += [urlsplit(origin).hostname for origin in self.headers.get_all("Origin", [])]
                if netloc := urlsplit(self.path).netloc:
                    names.append(urlsplit(f"//{netloc}").hostname)
            except ValueError:
                return False
            return "Host" in self.headers and all(name in _OURS for name in names)

        def _events(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Cache-Control", "no-store")
            self.send_header("Connection", "close")
            self.end_headers()
            self.close_connection = True
            if self.command == "HEAD":
                return
            listener = state.listen()
            try:
                while True:
                    try:
                        news = listener.get(timeout=15)
                    except queue.Empty:
                        self.wfile.write(b": still here\n\n")
                        self.wfile.flush()
                        continue
                    if news is None:
                        return
                    self.wfile.write(f"data: {news}\n\n".encode())
                    self.wfile.flush()
            finally:
                state.forget(listener)

        def _file(self, path: str) -> None:
            target = inside(state.folder, path)
            if target is None or target.suffix == ".html":
                body = target.read_bytes() if target else _placeholder(path, state).encode()
                script = f'<script src="{SCRIPT}"></script>'.encode()
                at = body.rfind(b"</body>")
                body = body[:at] + script + body[at:] if at >= 0 else body + script
                self._send(200 if target else 404, body, "text/html; charset=utf-8")
                return
            kind = mimetypes.guess_type(target.name)[0] or "application/octet-stream"
            if kind.startswith("text/") or kind == "application/json":
                kind += "; charset=utf-8"
            self._send(200, target.read_bytes(), kind)

        def _send(self, code: int, body: bytes, kind: str) -> None:
            self.send_response(code)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("X-Content-Type-Options", "nosniff")
            self.send_header("Cross-Origin-Resource-Policy", "same-origin")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Requests are not worth a line."""

    return Handler


def inside(folder: Path, path: str) -> Path | None:
    """The file that a request's path means, every link followed; None for no file or one outside `folder`."""
    try:
        root = folder.resolve()
        target = (root / path.lstrip("/")).resolve()
        if target.is_dir():
            target = (target / "index.html").resolve()
        return target if target.is_relative_to(root) and target.is_file() else None
    except (OSError, ValueError, RuntimeError):  # a name too long, a NUL, a loop of links
        return None


def _placeholder(path: str, state: State) -> str:
    message = "Boken har ingen slik side." if (state.folder / "index.html").is_file() else "Boken bygges …"
    return (
        f'<!doctype html><html lang="nb"><meta charset="utf-8"><title>{html.escape(message)}</title>'
        f"<body><p>{html.escape(message)} <code>{html.escape(path)}</code></p></body></html>"
    )


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128


def start(
    root: Path, targets: tuple[str, ...], port: int, progress: Progress, say: Callable[[str], None]
) -> tuple[Builder, http.server.ThreadingHTTPServer]:
    """A builder and a running server on the first free port from `port` on (0: any)."""
    builder = Builder(root, targets, progress, say)
    ports = [port] if port == 0 else list(range(port, port + 20))
    for number in ports:
        try:
            server = _Server(("127.0.0.1", number), handler(builder.state))
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
