"""`python -m bot.backup.child`: one backup, in a process of its own: answers share no interpreter with it.

It is told what to do as JSON on standard input, `{"url", "file"}`, since a command line could be read by others; it
tells what it did as JSON on standard output: `{"rows", "bytes", "taken_at", "seconds"}`, or `{"problem"}` in a word.
"""

import json
import os
import sys
import time
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from bot.clock import utc_now
from crm_core.backup import taking
from crm_core.chat import Document
from crm_core.database import Database
from crm_core.errors import CrmError

_NICE = 10


def main() -> int:
    """0 done, 1 not."""
    with suppress(OSError):
        os.nice(_NICE)
    wanted = json.loads(sys.stdin.read())
    try:
        told = _take(wanted["url"], Path(wanted["file"]))
    except CrmError as error:
        told = {"problem": error.problem}
    except OSError as error:
        told = {"problem": error.strerror or type(error).__name__}
    except Exception as error:  # noqa: BLE001 - its words may quote a row or a password
        told = {"problem": type(error).__name__}
    sys.stdout.write(json.dumps(told))
    return int("problem" in told)


def _take(url: str, file: Path) -> Document:
    now, began = utc_now(), time.perf_counter()
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = Database(url)
    try:
        manifest = taking.take(database, file, now=now, version=version("crmbot"))
    finally:
        database.close()
    return {
        "rows": manifest.rows,
        "bytes": file.stat().st_size,
        "taken_at": now.isoformat(),
        "seconds": round(time.perf_counter() - began, 1),
    }


if __name__ == "__main__":
    sys.exit(main())
