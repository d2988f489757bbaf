"""The log: one line per event on standard error, UTC; no text of customers above debug."""

import logging
import time

_QUIET = ("alembic", "apscheduler", "pgqueuer", "asyncio", "uvicorn.error", "tzlocal")


def set_up(level: str) -> None:
    """Send the log to standard error from this level on; what libraries say of themselves from warnings on."""
    formatter = logging.Formatter("%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
