"""The running program with WeCom configured, and what stands in for the platform."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from sqlmodel import col, select

from bot import config
from bot.config import Config
from crm_core.conversations.tables import EnvelopeRow
from crm_core.database import Database
from crm_core.people import staff
from crm_core.people.tables import Role
from tests.adapters.wecom.far import CORP, SECRET, Far
from tests.adapters.wecom.knocking import AGENT, Knocker
from tests.adapters.wecom.office import Office, open_offices
from tests.adapters.wecom.sealing import AES_KEY, TOKEN
from tests.conftest import NOW
from tests.running import Running, running


@pytest.fixture
def far() -> Iterator[Far]:
    with far_side() as far:
        yield far


@contextmanager
def far_side() -> Iterator[Far]:
    """The stand-in, in a loop of its own."""
    far, loop = Far(), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(far.start(), loop).result(10)
    yield far
    asyncio.run_coroutine_threadsafe(far.stop(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def configured(database: Database, far: Far, **settings: Any) -> Config:
    """The app with its callback."""
    section = {
        "corp_id": CORP,
        "agent_id": AGENT,
        "secret": SECRET,
        "token": TOKEN,
        "encoding_aes_key": AES_KEY,
        "api_url": far.url,
        **settings,
    }
    return config.parse({"database": {"url": database.url}, "wecom": section})


@pytest.fixture
def program(sqlite_database: Database, far: Far) -> Iterator[Running]:
    hire(sqlite_database)
    with running(configured(sqlite_database, far)) as program:
        yield program


def hire(database: Database) -> None:
    """Alice, who is of the staff."""
    with database.writing() as session:
        staff.add(session, "Alice", role=Role.SALES, team="Sales", handle=("wecom", "alice"), now=NOW)


@pytest.fixture
def wecom(program: Running) -> Iterator[Knocker]:
    with httpx.Client(timeout=30, trust_env=False) as client:
        yield Knocker(program.url, client)


def kept(program: Running) -> list[dict[str, Any]]:
    """What stands in the ledger, in order."""
    with program.program.core.database.reading() as session:
        rows = session.exec(select(EnvelopeRow).order_by(col(EnvelopeRow.id)))
        return [json.loads(row.body) for row in rows]


@pytest.fixture
def office() -> Iterator[Office]:
    """The sending side over the fake WeCom, with the sample company in it."""
    with open_offices() as office:
        yield office
