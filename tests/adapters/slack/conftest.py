"""The running program with Slack configured, and the fake Slack it was installed in."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlmodel import col, select

from bot import config
from bot.config import Config
from crm_core.conversations.tables import EnvelopeRow
from crm_core.database import Database
from tests.adapters.slack.knocking import SECRET, Knocker
from tests.fakes.slack.scene import Scene, set_scene
from tests.fakes.slack.server import serving
from tests.running import Running, running


@pytest.fixture
def scene() -> Iterator[Scene]:
    scene = set_scene()
    with serving(scene.world):
        yield scene


def configured(database: Database, scene: Scene, **settings: Any) -> Config:
    """Slack over HTTP, in the scene's workspace."""
    section = {
        "bot_token": scene.crm.token,
        "signing_secret": SECRET,
        "api_url": f"{scene.world.address}/api/",
        **settings,
    }
    return config.parse({"database": {"url": database.url}, "slack": section})


@pytest.fixture
def program(sqlite_database: Database, scene: Scene) -> Iterator[Running]:
    with running(configured(sqlite_database, scene)) as program:
        yield program


@pytest.fixture
def slack(program: Running) -> Iterator[Knocker]:
    with httpx.Client(timeout=30, trust_env=False) as client:
        yield Knocker(program.url, client)


def kept(program: Running) -> list[EnvelopeRow]:
    """What stands in the ledger, in order."""
    with program.program.core.database.reading() as session:
        return list(session.exec(select(EnvelopeRow).order_by(col(EnvelopeRow.id))))
