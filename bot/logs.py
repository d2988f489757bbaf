"""The log: one line per event on standard error, UTC; no text of customers above debug."""

import logging
import time
import traceback

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


def set_up(level: str) -> None:
    """Send the log to standard error from this level on; what libraries say of themselves from warnings on."""
    handler = logging.StreamHandler()
    handler.setFormatter(Discreet())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _told(error: BaseException | None) -> str:
    """Kind and places, what caused it first."""
    told = []
    while error is not None:
        told.append(f"{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}".rstrip())
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(reversed(told))
