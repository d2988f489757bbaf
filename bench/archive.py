"""How many rows of WeCom's archive a second are fetched, decrypted and committed, beside bare RSA decryption of them.

The library is the stand-in of the tests, in its own process as always; the rows are sealed with RSA-2048 as WeCom seals
them. Opening the keys takes most of the work, and no program opens them faster than the bare decryption.
"""

import asyncio
import base64
import json
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bench.report import Row, Section, machine
from bench.store import DATA, Progress
from crm_core.database import Database
from crm_core.migrations import run as migrations
from tests.adapters.wecom.archive.reading import CUSTOMER, reading, until
from tests.fakes.wecom.archive import sealing
from tests.fakes.wecom.archive.chats import Chats

TITLE = "Archive of WeCom"
ROWS = 10_000

_TEXT = "您好，请问 {n} 号报价单什么时候能发给我们？采购部下周一上午十点要开会讨论价格和交期，谢谢。"
_CUSTOMERS = 200
_TARGET = 2_000


@dataclass(frozen=True)
class Measured:
    """Rows a second: until all are opened and in the ledger, and until all are recorded as messages."""

    committed: float
    recorded: float


def run(progress: Progress, rows: int = ROWS) -> list[Section]:
    DATA.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=DATA) as folder:
        chats = _chats(Path(folder) / "chats", rows, progress)
        locks = [base64.b64decode(json.loads(row.line)["encrypt_random_key"]) for row in chats.rows]
        alone, both = _bare(locks, 1), _bare(locks, 2)
        progress("archive: rows read", 0, 1)
        found = asyncio.run(_read(Path(folder), chats))
        progress("archive: rows read", 1, 1)
    size = len(chats.rows[0].line)
    note = (
        f"{rows:,} rows of {size} bytes from {_CUSTOMERS} conversations, RSA-2048, pages of 1,000, the library in its "
        f"own process; SQLite, `synchronous=FULL`; {machine()}."
    )
    measured = [
        Row("bare RSA decryption, one thread", _cells(alone, alone, both)),
        Row("bare RSA decryption, two threads", _cells(both, alone, both)),
        Row(
            "fetched, kept, decrypted and committed to the ledger",
            _cells(found.committed, alone, both),
            f"≥ {_TARGET:,} a second",
            found.committed >= _TARGET,
        ),
        Row("the same, and recorded with text index", _cells(found.recorded, alone, both)),
    ]
    return [Section(TITLE, note, ("rows a second", "× bare, one thread", "× bare, two threads"), measured)]


def _chats(folder: Path, rows: int, progress: Progress) -> Chats:
    chats = Chats(folder)
    for n in range(rows):
        customer = f"{CUSTOMER[:-3]}{n % _CUSTOMERS:03}"
        chats.text(customer, f"staff{n % 10}", _TEXT.format(n=n))
        if n % 100 == 0:
            progress("archive: rows sealed", n, rows)
    progress("archive: rows sealed", rows, rows)
    return chats


def _bare(locks: Sequence[bytes], threads: int) -> float:
    key = load_pem_private_key(sealing.key_pair(1).pem, None)
    assert isinstance(key, rsa.RSAPrivateKey)
    scheme = padding.PKCS1v15()

    def open_all(part: Sequence[bytes]) -> None:
        for lock in part:
            key.decrypt(lock, scheme)

    parts = [locks[at::threads] for at in range(threads)]
    with ThreadPoolExecutor(threads) as pool:
        started = perf_counter()
        list(pool.map(open_all, parts))
        return len(locks) / (perf_counter() - started)


async def _read(folder: Path, chats: Chats) -> Measured:
    """From the start of the archive, with its processes, to the last row."""
    database = Database(f"sqlite:///{folder / 'archive.db'}")
    migrations.upgrade(database)
    started = perf_counter()
    async with reading(database, chats) as bench:
        await until(lambda: bench.archive.opened >= len(chats.rows))
        committed = perf_counter() - started
        await until(lambda: not bench.intake.backlog()["unsettled"])
        recorded = perf_counter() - started
    database.close()
    return Measured(len(chats.rows) / committed, len(chats.rows) / recorded)


def _cells(rate: float, alone: float, both: float) -> tuple[str, str, str]:
    return f"{rate:,.0f}", f"{rate / alone:.2f}", f"{rate / both:.2f}"
