"""Killed between the commit and the 200, or at any other instant: what Slack was told is kept is kept, and once."""

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from random import Random
from threading import Event
from typing import Any

import httpx
from sqlmodel import select

from crm_core.conversations.tables import EnvelopeRow
from crm_core.database import Database
from tests.adapters.slack.knocking import SECRET, Knocker, callback, message

ROOT = Path(__file__).parents[3]
EVENTS = 120
KILLS = 2


@contextmanager
def serving(folder: Path, url: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`crmbot serve` in a process of its own, with Slack away; its address. It is killed in the end."""
    settings = folder / "config.toml"
    settings.write_text('[slack]\napi_url = "http://127.0.0.1:9/api/"\n', encoding="utf-8")
    environment = {
        **os.environ,
        "CRMBOT_DATABASE_URL": url,
        "CRMBOT_SLACK_BOT_TOKEN": "xoxb-hunter2",
        "CRMBOT_SLACK_SIGNING_SECRET": SECRET,
    }
    command = [
        sys.executable,
        "-m",
        "bot.cli",
        "serve",
        "--config",
        str(settings),
        "--port",
        "0",
        "--log-level",
        "error",
    ]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            ready = re.search(r"http://\S+", process.stdout.readline())
            assert ready is not None, "it did not start"
            yield process, ready[0]
        finally:
            process.kill()


def post(url: str, events: Iterable[dict[str, Any]], enough: int, reached: Event) -> set[str]:
    """Post these, eight at a time; which were acknowledged. `reached` is set when there are enough."""
    acknowledged: set[str] = set()

    def one(event: dict[str, Any]) -> None:
        try:
            taken = Knocker(url, client).event(event, x_slack_retry_num="1").status_code == 200
        except httpx.TransportError:
            return
        if taken:
            acknowledged.add(event["event_id"])
            if len(acknowledged) >= enough:
                reached.set()

    with httpx.Client(timeout=30, trust_env=False) as client, ThreadPoolExecutor(8) as pool:
        list(pool.map(one, events))
    reached.set()
    return acknowledged


def kept(url: str) -> Counter[str]:
    database = Database(url)
    with database.reading() as session:
        ids = Counter(session.exec(select(EnvelopeRow.event_id)))
    database.close()
    return ids


def test_an_acknowledged_event_survives_a_kill_and_a_retry_is_kept_once(
    sqlite_database: Database, tmp_path: Path
) -> None:
    database_url = sqlite_database.url
    chance = Random(3)
    events = [callback(message(f"line {number}")) for number in range(EVENTS)]
    acknowledged: set[str] = set()
    for _ in range(KILLS):
        with serving(tmp_path, database_url) as (process, address), ThreadPoolExecutor(1) as pool:
            reached = Event()
            open_ones = [event for event in events if event["event_id"] not in acknowledged]
            posting = pool.submit(post, address, open_ones, chance.randrange(5, EVENTS // 4), reached)
            assert reached.wait(timeout=60)
            process.kill()
            acknowledged |= posting.result(timeout=60)
        assert acknowledged <= kept(database_url).keys()
    with serving(tmp_path, database_url) as (_, address):
        acknowledged |= post(address, events, EVENTS, Event())

    assert acknowledged == {event["event_id"] for event in events}
    assert kept(database_url) == Counter(acknowledged)
