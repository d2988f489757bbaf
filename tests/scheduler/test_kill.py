"""kill -9 of the process at every instant of a due nudge: nothing is lost, and nothing doubled."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import unquote

import pytest
from sqlmodel import select

from crm_core.database import Database
from crm_core.outreach import nudges
from crm_core.outreach.tables import Delivery, DeliveryState
from crm_core.people import staff
from crm_core.people.tables import Role
from crm_core.people.viewer import of_staff
from tests.lives import KILLED, Lives


class Recorder(ThreadingHTTPServer):
    """A far side that tells duplicates apart by nothing: it keeps every message as often as it comes."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.got: list[str] = []


class _Handler(BaseHTTPRequestHandler):
    server: Recorder

    def do_POST(self) -> None:
        self.server.got.append(unquote(self.path[1:]))
        self._answer(200)

    def do_GET(self) -> None:
        self._answer(200 if unquote(self.path[1:]) in self.server.got else 404)

    def log_message(self, *args: object) -> None:
        """Stay silent."""

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()


class Mortals(Lives):
    """Lives of the pump over one database."""

    def __init__(self, far_side: Recorder) -> None:
        super().__init__("tests.scheduler.mortal", str(far_side.server_address[1]))
        self.far_side = far_side

    def live(self, url: str, *, die: str = "", late: int = 0, can_tell: bool = True) -> int:
        """One life; how it ended: 0 when everything was sent."""
        return self.begin({"url": url, "die": die, "late": late, "can_tell": can_tell})


@pytest.fixture(scope="module")
def mortals() -> Iterator[Mortals]:
    far_side = Recorder()
    thread = Thread(target=far_side.serve_forever, daemon=True)
    thread.start()
    mortals = Mortals(far_side)
    yield mortals
    mortals.end()
    far_side.shutdown()
    far_side.server_close()
    thread.join()


def prepare(url: str, *, each: int) -> None:
    """So many due nudges for Alice and for Bob; one of Alice's repeats."""
    long_ago = datetime.now(UTC) - timedelta(hours=1)
    database = Database(url)
    with database.writing() as session:
        for name in ("Alice", "Bob"):
            person = staff.add(session, name, role=Role.SALES, now=long_ago, handle=("console", name.lower()))
            staff.change(session, person, digest_hour=None)
            for number in range(each):
                nudges.schedule(
                    session,
                    viewer=of_staff(session, person, timezone="Asia/Shanghai", language="zh"),
                    for_staff=person,
                    text=f"{name} {number}",
                    due_at=long_ago + timedelta(seconds=1 + number),
                    timezone="Asia/Shanghai",
                    now=long_ago,
                    platform="console",
                )
    database.close()


def states(url: str) -> Counter[DeliveryState]:
    database = Database(url)
    with database.reading() as session:
        found = session.exec(select(Delivery)).all()
    database.close()
    return Counter(delivery.state for delivery in found)


#: Taking the lane, claiming, marking with what is claimed next, and sending, each before and after, until all are sent.
INSTANTS = tuple(
    f"{side} {what} {number}"
    for what, most in (("write", 4), ("send", 2))
    for number in range(1, most + 1)
    for side in ("before", "after")
)


@pytest.mark.parametrize("instant", INSTANTS)
def test_whenever_it_is_killed_every_nudge_is_said_once(
    mortals: Mortals, sqlite_database: Database, instant: str
) -> None:
    prepare(sqlite_database.url, each=2)
    mortals.far_side.got.clear()
    assert mortals.live(sqlite_database.url, die=instant) == KILLED
    assert mortals.live(sqlite_database.url, late=10) == 0
    assert sorted(Counter(mortals.far_side.got).values()) == [1, 1, 1, 1]
    assert states(sqlite_database.url) == {DeliveryState.SENT: 4}


@pytest.mark.parametrize("instant", ["before send 1", "after send 1", "after write 3"])
def test_where_the_platform_cannot_tell_only_what_was_being_sent_is_repeated(
    mortals: Mortals, sqlite_database: Database, instant: str
) -> None:
    prepare(sqlite_database.url, each=2)
    mortals.far_side.got.clear()
    assert mortals.live(sqlite_database.url, die=instant, can_tell=False) == KILLED
    assert mortals.live(sqlite_database.url, late=10, can_tell=False) == 0
    got = Counter(mortals.far_side.got)
    assert len(got) == 4
    people = Counter(message.split()[0] for message, times in got.items() for _ in range(times - 1))
    assert set(people.values()) <= {1}
    assert states(sqlite_database.url) == {DeliveryState.SENT: 4}


def test_killed_again_and_again_it_ends_with_every_nudge_said_once(mortals: Mortals, sqlite_database: Database) -> None:
    prepare(sqlite_database.url, each=10)
    mortals.far_side.got.clear()
    for life, instant in enumerate(("after send 3", "before write 7", "after send 1", "after write 5", "after send 4")):
        assert mortals.live(sqlite_database.url, die=instant, late=10 * life) == KILLED
    assert mortals.live(sqlite_database.url, late=60) == 0
    assert sorted(Counter(mortals.far_side.got).values()) == [1] * 20
    assert states(sqlite_database.url) == {DeliveryState.SENT: 20}
