"""What a preview's server knows, told to all browsers as it changes."""

from __future__ import annotations

import json
import queue
import threading
from pathlib import Path


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
