"""The running program with Slack configured, and the fake Slack it was installed in."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlmodel import col, select

from bot import config
from bot.config import Config
from crm_core.conversations.tables import EnvelopeRow
from crm_core.database import Database
from tests.adapters.slack.desk_scene import Desk, open_desk
from tests.adapters.slack.knocking import SECRET, Knocker
from tests.adapters.slack.office import Office, open_offices
from tests.fakes.slack.hearing import Hearing
from tests.fakes.slack.running import Fake
from tests.fakes.slack.running import slack as faking
from tests.fakes.slack.sample import Sample, sample
from tests.fakes.slack.scene import Scene, set_scene
from tests.fakes.slack.server import serving
from tests.fakes.slack.sockets import Gateway
from tests.running import Running, running


@pytest.fixture
def scene() -> Iterator[Scene]:
    scene = set_scene()
    with serving(scene.world):
        yield scene


@pytest.fixture
def company() -> Sample:
    company = sample()
    company.world.limits.on = False
    return company


@pytest.fixture
def fake(company: Sample) -> Iterator[Fake]:
    with faking(company.world) as fake:
        yield fake


@pytest.fixture
def hearing(fake: Fake, company: Sample) -> Hearing:
    return fake.open_sockets(company.app)


@pytest.fixture
def gateway(hearing: Hearing) -> Gateway:
    assert hearing.gateway
    return hearing.gateway


def configured(database: Database, scene: Scene, **settings: Any) -> Config:
    """Slack over HTTP, in the scene's workspace; by the real clock, so without hours in which nobody is written to."""
    section = {
        "bot_token": scene.crm.token,
        "signing_secret": SECRET,
        "api_url": f"{scene.world.address}/api/",
        **settings,
    }
    always = {"quiet_from": 0, "quiet_to": 0}
    return config.parse({"database": {"url": database.url}, "slack": section, "outreach": always})


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


def stored(program: Running) -> list[dict[str, Any]]:
    return [json.loads(row.body) for row in kept(program)]


@pytest.fixture
def office() -> Iterator[Office]:
    """The sending side over the fake Slack, with a small company in it."""
    with open_offices() as office:
        yield office


@pytest.fixture
def desk(sqlite_database: Database, fake: Fake, company: Sample) -> Iterator[Desk]:
    """The running program in the sample company, over HTTP."""
    with open_desk(sqlite_database, fake, company) as desk:
        yield desk
