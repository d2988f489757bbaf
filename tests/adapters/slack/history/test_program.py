"""The running program: it is stopped, people go on talking, it starts again."""

import threading
import time
from datetime import datetime

import httpx
from sqlmodel import col, select

from adapters.slack.history.gaps import stamp
from crm_core.conversations.tables import Message
from crm_core.database import Database
from crm_core.platforms import completeness, memory
from tests.adapters.slack.conftest import configured
from tests.fakes.slack.scene import Scene
from tests.running import running


def test_what_was_said_while_it_was_stopped_is_recorded_and_never_answered(
    sqlite_database: Database, scene: Scene
) -> None:
    scene.clock.advance_to(time.time())
    whole = configured(sqlite_database, scene)
    with running(whole, clock=lambda: _now(scene)):
        _until_complete(sqlite_database, scene)
    scene.clock.advance(3600)
    world, sales = scene.world, scene.sales
    gone = world.say(scene.alice, sales, "A slip")
    kept = world.say(scene.alice, sales, "Is anybody there?")
    world.say(scene.bob, sales, "Tomorrow", thread=kept)
    world.say(scene.alice, sales, f"{world.mention(scene.crm)} help")
    scene.clock.advance(3600)
    with running(whole, clock=lambda: _now(scene)) as program:
        _until_complete(sqlite_database, scene)
        assert httpx.get(f"{program.url}/readyz").json()["platforms"]["slack"]["status"] == "ok"
    assert _said(sqlite_database) == ["A slip", "Is anybody there?", "Tomorrow", "help"]

    world.delete(gone, sales)
    world.edit(kept, sales, "Is anybody here?")
    scene.clock.advance(3600)
    with running(whole, clock=lambda: _now(scene)):
        _until_complete(sqlite_database, scene)
    assert _said(sqlite_database) == ["", "Is anybody here?", "Tomorrow", "help"]
    assert list(world.journal.of("call", method="chat.postMessage")) == []


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
    return scene.clock.utc_now()


def _said(database: Database) -> list[str]:
    """What stands in the record, in order."""
    with database.reading() as session:
        return list(session.exec(select(Message.text).order_by(col(Message.sent_at))))
