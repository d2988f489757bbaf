"""What went wrong lately, as the log has it: for the status, and counted for the metrics."""

import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock

from crm_core.chat import Document

_OURS = ("bot", "adapters", "scheduler", "crm_core")
_MOST = 30
_LONGEST = 200


@dataclass(frozen=True)
class Trouble:
    """`part`: which part of the program said so. `text`: the line of the log, which quotes no customer."""

    part: str
    level: str
    text: str
    at: datetime
    count: int = 1


class Troubles(logging.Handler):
    """Listens to the log from warnings on; the latest kinds of trouble, each once. `count` hears (part, level)."""

    def __init__(self, count: Callable[[str, str], None]) -> None:
        super().__init__(logging.WARNING)
        self._count = count
        self._known: OrderedDict[tuple[str, str], Trouble] = OrderedDict()
        self._guard = Lock()

    def emit(self, record: logging.LogRecord) -> None:
        part = part_of(record.name)
        self._count(part, record.levelname.lower())
        text = " ".join(record.getMessage().split())[:_LONGEST]
        at = datetime.fromtimestamp(record.created, UTC)
        with self._guard:
            key = (record.name, str(record.msg))
            before = self._known.pop(key, None)
            self._known[key] = Trouble(
                part, record.levelname.lower(), text, at, 1 if before is None else before.count + 1
            )
            while len(self._known) > _MOST:
                self._known.popitem(last=False)

    def lately(self, count: int) -> list[Document]:
        """The latest, newest first, to be kept as JSON."""
        with self._guard:
            newest = list(self._known.values())[-count:]
        return [
            {"part": one.part, "level": one.level, "text": one.text, "at": one.at.isoformat(), "count": one.count}
            for one in reversed(newest)
        ]


def part_of(logger: str) -> str:
    """`slack`, `wecom`, `backup` …: the folder or file under ours; `library` for all others."""
    top, _, rest = logger.partition(".")
    if top not in _OURS:
        return "library"
    return rest.split(".")[0] if rest else top
