"""Serves a preview's folder to this machine, and its news as server-sent events."""

from __future__ import annotations

import html
import http.server
import mimetypes
import queue
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from kvarto.preview.state import State

EVENTS = "/__kvarto/events"
SCRIPT = "/__kvarto/reload.js"
_OURS = ("localhost", "127.0.0.1", "::1")
_RELOAD = Path(__file__).parents[1] / "static" / "reload.js"


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


class Server(http.server.ThreadingHTTPServer):
    """One thread for each browser."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128
