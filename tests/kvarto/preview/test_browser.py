"""The preview as a browser meets it."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kvarto import preview
from kvarto.progress import Quiet
from tests.kvarto.book import make
from tests.kvarto.front import HTML_ONLY


class Browser:
    """Listens to the preview's events and fetches pages."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said: list[str] = []
        self.builder, self.server = preview.start(folder, ("html",), 0, Quiet(), self.said.append)
        self.port = self.server.server_address[1]
        self.builder.build()
        self.events: list[dict[str, Any]] = []
        self._connection = http.client.HTTPConnection("localhost", self.port, timeout=60)
        self._connection.request("GET", preview.EVENTS)
        stream = self._connection.getresponse()
        threading.Thread(target=self._listen, args=(stream,), daemon=True).start()
        threading.Thread(target=self.builder.watch, daemon=True).start()
        self.until(lambda: bool(self.events))
        time.sleep(0.5)  # the watcher needs a moment before it sees changes

    def _listen(self, stream: http.client.HTTPResponse) -> None:
        for row in stream.fp:
            if row.startswith(b"data: "):
                self.events.append(json.loads(row[6:]))

    def until(self, true: Callable[[], bool], seconds: float = 40) -> None:
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, (
                f"did not happen; events: {self.events[-2:]}, said: {self.said[-4:]}"
            )
            time.sleep(0.02)

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("localhost", self.port, timeout=30)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")

    def version(self, page: str) -> str:
        return str(self.events[-1]["pages"].get(page))

    def close(self) -> None:
        self.builder.stop()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    make(
        tmp_path,
        "# K\n\nFørst.\n\n`{python} 40 + 2`\n",
        HTML_ONLY.replace("k.qmd]", "k.qmd, l.qmd]"),
        l_qmd="# L\n",
    )
    browser = Browser(tmp_path)
    yield browser
    browser.close()


def test_a_saved_file_changes_its_page_and_no_other(browser: Browser) -> None:
    status, page = browser.get("/k.html")
    assert status == 200 and "Først." in page and "42" in page and preview.SCRIPT in page
    before, other = browser.version("k.html"), browser.version("l.html")
    (browser.folder / "k.qmd").write_text("# K\n\nNå.\n\n`{python} 40 + 2`\n", encoding="utf-8")
    browser.until(lambda: browser.version("k.html") != before)
    assert "Nå." in browser.get("/k.html")[1]
    assert browser.version("l.html") == other
    assert browser.get("/")[0] == 200


def test_the_edited_page_comes_first_and_what_it_changes_elsewhere_after(browser: Browser) -> None:
    before = len(browser.events)
    (browser.folder / "k.qmd").write_text("# Et nytt navn\n\n`{python} 40 + 2`\n", encoding="utf-8")
    browser.until(lambda: "Et nytt navn" in browser.get("/l.html")[1])
    browser.until(lambda: len({event["pages"]["l.html"] for event in browser.events[before:]}) == 2)
    pages = [event["pages"] for event in browser.events[before:]]
    assert len({page["k.html"] for page in pages}) == 1, "the edited page is shown once, and first"


def test_faults_are_shown_and_go_away_again(browser: Browser) -> None:
    good = (browser.folder / "k.qmd").read_text(encoding="utf-8")
    (browser.folder / "k.qmd").write_text(good + "\n@fig-borte\n", encoding="utf-8")
    browser.until(lambda: "@fig-borte" in browser.events[-1]["faults"])
    assert any("@fig-borte" in text for text in browser.said)
    assert "?fig-borte" in browser.get("/k.html")[1]
    (browser.folder / "k.qmd").write_text(good, encoding="utf-8")
    browser.until(lambda: browser.events[-1]["faults"] == "")


def test_a_broken_book_does_not_end_the_preview(browser: Browser) -> None:
    config = (browser.folder / "_quarto.yml").read_text(encoding="utf-8")
    (browser.folder / "_quarto.yml").write_text("book: [\n", encoding="utf-8")
    browser.until(lambda: "gyldig YAML" in browser.events[-1]["faults"])
    assert browser.get("/k.html")[0] == 200, "the last good page stays"
    (browser.folder / "_quarto.yml").write_text(config.replace("Prøvebok", "Ny bok"), encoding="utf-8")
    browser.until(lambda: browser.events[-1]["faults"] == "" and "Ny bok" in browser.get("/k.html")[1])


def test_only_this_machine_and_only_the_book_is_served(browser: Browser) -> None:
    assert browser.server.server_address[0] == "127.0.0.1"
    assert browser.get("/k.html", Host="et-annet-sted.example")[0] == 403
    assert browser.get("/../../_quarto.yml")[0] == 404
    assert browser.get("/%2e%2e/%2e%2e/_quarto.yml")[0] == 404
    assert browser.get("/borte.html")[0] == 404
    assert not (browser.folder / "_book").exists(), "the preview leaves the built book alone"
