"""The running program: it is stopped, people go on talking, it starts again."""

import json
import threading
import time
from datetime import UTC, datetime

import httpx
from sqlmodel import col, select

from adapters.slack.history.gaps import stamp
from crm_core.conversations.tables import EnvelopeRow
from crm_core.database import Database
from crm_core.platforms import completeness, memory
from tests.adapters.slack.conftest import configured
from tests.fakes.slack.scene import Scene
from tests.running import running


def test_what_was_said_while_it_was_stopped_is_in_the_ledger(sqlite_database: Database, scene: Scene) -> None:
    scene.clock.advance_to(time.time())
    whole = configured(sqlite_database, scene)

    with running(whole, clock=lambda: _now(scene)):
        _until_complete(sqlite_database, scene)
        assert _past(sqlite_database) == []
    scene.clock.advance(3600)
    scene.world.say(scene.alice, scene.sales, "Is anybody there?")
    scene.clock.advance(3600)
    with running(whole, clock=lambda: _now(scene)) as program:
        _until_complete(sqlite_database, scene)
        assert httpx.get(f"{program.url}/readyz").json()["platforms"]["slack"]["status"] == "ok"
    assert [payload["text"] for payload in _past(sqlite_database)] == ["Is anybody there?"]


def _until_complete(database: Database, scene: Scene) -> None:
    """Wait until the pulse is that of this moment, and nothing is left to be read before it."""
    pause = threading.Event()
    for _ in range(1000):
        with database.reading() as session:
            pulses = [memo["at"] for memo in memory.everything(session, "slack", "history pulse").values()]
            if pulses == [stamp(_now(scene))] and not completeness.behind(session):
                return
        pause.wait(0.02)
    raise AssertionError(pulses)


def _now(scene: Scene) -> datetime:
    return datetime.fromtimestamp(scene.clock.now(), UTC)


def _past(database: Database) -> list[dict[str, str]]:
    with database.reading() as session:
        rows = session.exec(select(EnvelopeRow).where(col(EnvelopeRow.event_id).startswith("history:"))).all()
    return [json.loads(row.body)["payload"] for row in rows]
