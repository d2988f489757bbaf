"""The log: one line per event on standard error, UTC; no text of customers above debug.

As text for people, or as JSON for what collects logs. `trace` says what a line follows from: the same id on an event,
its answer, and what is sent later because of it.
"""

import json
import logging
import time
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal

from crm_core import trace

_QUIET = ("alembic", "apscheduler", "pgqueuer", "asyncio", "uvicorn.error", "tzlocal")


class Discreet(logging.Formatter):
    """Above debug an exception is told by its kind and its places: its own words may quote a customer or a secret."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")
        self.converter = time.gmtime

    def format(self, record: logging.LogRecord) -> str:
        if record.levelno > logging.DEBUG and record.exc_info:
            record = logging.makeLogRecord({**record.__dict__, "exc_text": _told(record.exc_info[1])})
        return super().format(record)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        line = super().formatMessage(record)
        followed = trace.current()
        return f"{line} [{followed}]" if followed else line


class Structured(logging.Formatter):
    """A JSON object a line: `at`, `level`, `logger`, `message`, `trace`; `error` and `places` of an exception."""

    def format(self, record: logging.LogRecord) -> str:
        document: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        followed = trace.current()
        if followed:
            document["trace"] = followed
        if record.exc_info and record.exc_info[1] is not None:
            document["error"] = type(record.exc_info[1]).__name__
            is_told = record.levelno > logging.DEBUG
            document["places"] = _told(record.exc_info[1]) if is_told else self.formatException(record.exc_info)
        return json.dumps(document, ensure_ascii=False)


def set_up(level: str, form: Literal["text", "json"] = "text") -> None:
    """Send the log to standard error from this level on; what libraries say of themselves from warnings on."""
    handler = logging.StreamHandler()
    handler.setFormatter(Structured() if form == "json" else Discreet())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _told(error: BaseException | None) -> str:
    """Kind and places, what caused it first."""
    told = [] if error is None else [_place(each) for each in _chain(error)]
    return "\n".join(reversed(told))


def _place(error: BaseException) -> str:
    return f"{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}".rstrip()


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error, then what caused it."""
    following: BaseException | None = error
    while following is not None:
        yield following
        following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)
