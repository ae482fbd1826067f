"""Fixtures: the built book, a server on localhost, one browser, tabs that note what they fetch."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from tests.pages.reading import Site
from tests.tools import require

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
DEVICES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 375, "height": 740}}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep each file of this folder in one worker, so that its tests share a server and a browser."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


def render(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run ``kvarto render`` in a folder."""
    kvarto = Path(sys.executable).with_name("kvarto")
    return subprocess.run([kvarto, "render", *options], cwd=folder, capture_output=True, text=True)


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Hold a lock that all test processes on this machine respect (where the system has such locks)."""
    with (Path(tempfile.gettempdir()) / f"kvarto-test-{name}.lock").open("w") as lock:
        if fcntl is not None:
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def sample(folder: Path, look: str = "") -> Path:
    """Copy the sample book (tests/pages/book: every construct once) to `folder`, in an extension's look."""
    shutil.copytree(HERE / "book", folder, dirs_exist_ok=True)
    if look:
        shutil.copytree(ROOT / "_extensions" / look, folder / "_extensions" / look)
        settings = folder / "_quarto.yml"
        text = settings.read_text(encoding="utf-8").replace("  html:", f"  {look}-html:")
        settings.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session", params=["book", "sample"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The website: the book as built (rendered now when nobody has), and the sample book in the same look."""
    if request.param == "sample":
        folder = sample(tmp_path_factory.mktemp("sample"), look="storby")
        done = render(folder, "--to", "html", "--quiet")
        output = folder / "_book"
    else:
        output = Path(os.environ.get("BOOK_DIR", ROOT / "_book"))
        with alone("book"):
            done = None if (output / "index.html").exists() else render(ROOT, "--quiet")
    if done is not None and done.returncode:
        pytest.fail(f"kvarto render: exit {done.returncode}\n{done.stderr[-3000:]}", pytrace=False)
    return Site(output)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve a folder on localhost; yields the address, with a closing slash."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def address(site: Site) -> Iterator[str]:
    """Where the website is served."""
    with serve(site.folder) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:  # noqa: F821, UP037 - playwright is imported only where Chromium is found
    """Headless Chromium of this machine."""
    chromium = require("chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium), args=ARGUMENTS)
        yield browser
        browser.close()


class Visit:
    """A tab on the book. Remembers what went wrong: foreign requests, failed ones, script errors."""

    def __init__(self, context, address: str) -> None:
        self.context, self.address = context, address
        self.page = context.new_page()
        self.foreign: list[str] = []
        self.failed: list[str] = []
        self.errors: list[str] = []
        self.page.on("request", self._request)
        self.page.on("response", self._response)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._console)

    def _response(self, response) -> None:
        if response.status >= 400:
            self.failed.append(f"{response.status} {response.url}")

    def _console(self, message) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def _request(self, request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob", "file") and not request.url.startswith(self.address):
            self.foreign.append(request.url)

    def go(self, name: str):
        """Open a page of the book (path from its root, perhaps a fragment); fonts are in when it returns."""
        path, _, fragment = name.partition("#")
        self.page.goto(self.address + quote(path) + (f"#{quote(fragment)}" if fragment else ""))
        self.page.evaluate("document.fonts.ready.then(() => true)")
        return self.page

    @property
    def wrong(self) -> list[str]:
        """Everything that a silent page would not have done."""
        return self.foreign + self.failed + self.errors


@pytest.fixture
def visit_at(browser) -> Iterator[Callable[..., Visit]]:
    """Make a tab on any address: ``visit_at(address, "phone", "dark")``."""
    contexts = []

    def make(
        address: str, device: str = "desktop", theme: str = "light", width: int | None = None, **more
    ) -> Visit:
        viewport = DEVICES[device] if width is None else {"width": width, "height": 800}
        context = browser.new_context(viewport=viewport, color_scheme=theme, reduced_motion="reduce", **more)
        context.set_default_timeout(15_000)
        contexts.append(context)
        return Visit(context, address)

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def visit(visit_at, address: str) -> Callable[..., Visit]:
    """Make a tab: ``visit("phone", "dark")``, ``visit(width=320)``, ``visit(java_script_enabled=False)``."""
    return functools.partial(visit_at, address)
