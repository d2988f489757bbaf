"""What happened, in order: each request, answer and event, with the time of the fake's clock, as JSON lines."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.fakes.clock import Clock

Entry = dict[str, Any]
Subscriber = Callable[[Entry], None]


class Journal:
    """`kind` names an entry: event, call, answer, violation, download …; the other fields are that kind's own.

    Tokens are never written: a caller is named by what it is (team and app, or secret by name).
    """

    def __init__(self, clock: Clock, path: Path | None = None) -> None:
        self._clock = clock
        self._path = path
        self._lock = threading.Lock()
        self._subscribers: list[Subscriber] = []
        self.entries: list[Entry] = []

    def write(self, kind: str, **fields: Any) -> Entry:
        """Append an entry; subscribers hear of it in the thread that wrote it."""
        with self._lock:
            entry = {"n": len(self.entries) + 1, "at": round(self._clock.now(), 6), "kind": kind, **fields}
            self.entries.append(entry)
            self._append(entry)
        for subscriber in tuple(self._subscribers):
            subscriber(entry)
        return entry

    def of(self, kind: str, **fields: Any) -> Iterator[Entry]:
        """The entries of a kind whose fields equal these."""
        for entry in tuple(self.entries):
            if entry["kind"] == kind and all(entry.get(name) == value for name, value in fields.items()):
                yield entry

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Hear every entry from now on; call what is returned to stop."""
        self._subscribers.append(subscriber)
        return lambda: self._subscribers.remove(subscriber)

    def _append(self, entry: Entry) -> None:
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(entry, ensure_ascii=False, default=str) + "\n")
