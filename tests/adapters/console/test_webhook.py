"""The web chat's door over real HTTP."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import Session, select

from adapters.console.webhook import is_loopback
from bot import config
from crm_core.chat import Button, Card, OutboundMessage
from crm_core.conversations.tables import EnvelopeRow
from tests.running import Running, running


@pytest.fixture
def http(running_program: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running_program.url, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def door(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """One program for all the refusals: they change nothing."""
    path = tmp_path_factory.mktemp("door") / "crmbot.db"
    path.write_bytes(sqlite_template.read_bytes())
    settings = config.parse({"database": {"url": f"sqlite:///{path}"}, "console": {"web": True}})
    with running(settings) as program, httpx.Client(base_url=program.url, timeout=30) as client:
        yield client


def line(text: str = "大家好", **other: Any) -> dict[str, Any]:
    return {"event_id": "one", "person": "alice", "room": "group:east", "text": text, **other}


def posts(http: httpx.Client, person: str, room: str) -> list[dict[str, Any]]:
    rooms = http.get("/console/rooms", params={"person": person}).json()["rooms"]
    return next(one["posts"] for one in rooms if one["id"] == room)


@contextmanager
def live(
    http: httpx.Client, person: str, after: int = 0, back_from: int | None = None
) -> Iterator[Iterator[dict[str, Any]]]:
    """The posts that arrive in the live stream of a person."""
    headers = {} if back_from is None else {"Last-Event-ID": str(back_from)}
    with http.stream("GET", "/console/live", params={"person": person, "after": after}, headers=headers) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        lines = response.iter_lines()
        next(lines)
        yield (json.loads(one.removeprefix("data: ")) for one in lines if one.startswith("data: "))


def test_a_line_reaches_the_others_in_the_room_and_the_ledger(http: httpx.Client, running_program: Running) -> None:
    answer = http.post("/console/lines", json=line())

    assert answer.status_code == 202
    assert [post["card"] for post in posts(http, "bob", "group:east")] == [{"text": "大家好"}]
    with Session(running_program.program.core.database.engine) as session:
        (envelope,) = session.exec(select(EnvelopeRow))
    assert (envelope.platform, envelope.event_id) == ("console", "alice:one")


def test_a_line_sent_again_changes_nothing(http: httpx.Client) -> None:
    first, again = (http.post("/console/lines", json=line()) for _ in range(2))

    assert first.json() == again.json()
    assert len(posts(http, "bob", "group:east")) == 1


def test_the_same_event_id_of_another_person_is_another_line(http: httpx.Client) -> None:
    http.post("/console/lines", json=line())
    http.post("/console/lines", json=line(person="bob"))

    assert len(posts(http, "alice", "group:east")) == 2


def test_the_answer_arrives_live(http: httpx.Client) -> None:
    with live(http, "alice") as arriving:
        http.post("/console/lines", json=line("help", room="direct:alice"))
        mine, answer = next(arriving), next(arriving)

    assert (mine["author"], mine["card"]) == ("alice", {"text": "help"})
    assert (answer["author"], answer["room"]) == ("crmbot", "direct:alice")


def test_what_another_process_puts_on_the_board_arrives_too(http: httpx.Client, running_program: Running) -> None:
    from crm_core.conversations import board
    from crm_core.database import Database
    from tests.conftest import NOW

    other = Database(running_program.program.core.database.url)
    with live(http, "bob") as arriving:
        with other.writing() as session:
            board.append(session, room_id="direct:bob", author_id="crmbot", card={"text": "hello"}, now=NOW)
        assert next(arriving)["card"] == {"text": "hello"}
    other.close()


def test_who_comes_back_gets_what_they_missed(http: httpx.Client, running_program: Running) -> None:
    console = running_program.program.console
    ids = [running_program.call(console.post("group:east", "alice", {"text": "hello"})).id for _ in range(40)]

    with live(http, "bob", back_from=ids[30]) as arriving:
        arrived = [post["id"] for post in takewhile(lambda post: post["id"] < ids[-1], arriving)]

    assert set(ids[31:-1]) <= set(arrived)
    assert len(arrived) == len(set(arrived)) < 35


def test_what_is_for_one_reader_reaches_nobody_else(http: httpx.Client, running_program: Running) -> None:
    secret = OutboundMessage("group:east", Card(text="for alice"), only_for="alice")
    with live(http, "bob") as bobs, live(http, "alice") as alices:
        running_program.call(running_program.program.console.send(secret))
        http.post("/console/lines", json=line("for all"))
        assert [next(alices)["card"]["text"], next(alices)["card"]["text"]] == ["for alice", "for all"]
        assert next(bobs)["card"]["text"] == "for all"

    assert [post["private"] for post in posts(http, "alice", "group:east")] == [True, False]
    assert [post["card"]["text"] for post in posts(http, "bob", "group:east")] == ["for all"]


def test_older_posts_come_page_by_page(http: httpx.Client, running_program: Running) -> None:
    console = running_program.program.console
    ids = [running_program.call(console.post("group:east", "alice", {"text": "hello"})).id for _ in range(65)]

    newest = [post["id"] for post in posts(http, "bob", "group:east")]
    earlier = http.get("/console/earlier", params={"person": "bob", "room": "group:east", "before": newest[0]}).json()

    assert newest == ids[5:]
    assert [post["id"] for post in earlier["posts"]] == ids[:5]


def press(http: httpx.Client, post: int, button: int, **other: Any) -> httpx.Response:
    sent = {"event_id": "press", "person": "alice", "room": "direct:alice", "press": {"post": post, "button": button}}
    return http.post("/console/lines", json=sent | other)


def test_a_button_runs_the_command_it_was_shown_with(http: httpx.Client, running_program: Running) -> None:
    card = Card(text="?", buttons=(Button("帮助", "help"),))
    receipt = running_program.call(running_program.program.console.send(OutboundMessage("direct:alice", card)))

    with live(http, "alice", int(receipt.platform_message_id) + 20) as arriving:
        assert press(http, int(receipt.platform_message_id), 0).status_code == 202
        assert next(one for one in arriving if "press" in one["card"])["card"]["press"]["label"] == "帮助"
        assert next(arriving)["author"] == "crmbot"


def test_a_button_nobody_showed_cannot_be_pressed(http: httpx.Client, running_program: Running) -> None:
    card = Card(text="?", buttons=(Button("帮助", "help"),))
    message = OutboundMessage("group:east", card, only_for="bob")
    post = int(running_program.call(running_program.program.console.send(message)).platform_message_id)

    assert press(http, post, 0, room="group:east").status_code == 404
    assert press(http, post, 1, room="group:east", person="bob").status_code == 404
    assert press(http, post + 1, 0).status_code == 404


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (line(person="nobody"), 404),
        (line(person="charlie"), 403),
        (line(room="direct:bob"), 403),
        (line(room="group:nowhere"), 403),
        (line(text=""), 422),
        (line(text=" \n\0 "), 422),
        (line(text="x" * 200_001), 422),
        (line(event_id="a b"), 422),
        (line(event_id="x" * 65), 422),
        (line(more="x"), 422),
        (line(press={"post": 0, "button": 0}), 422),
        (line(press={"post": 10**30, "button": 0}), 422),
        ([], 422),
    ],
)
def test_a_line_that_makes_no_sense_is_refused(door: httpx.Client, sent: Any, status: int) -> None:
    answer = door.post("/console/lines", json=sent)

    assert answer.status_code == status
    assert answer.json()["detail"]
    assert posts(door, "alice", "group:east") == []


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b'{"event_id": "\\ud800"}', b"[" * 100_000])
def test_a_body_that_is_no_json_is_refused(door: httpx.Client, body: bytes) -> None:
    answer = door.post("/console/lines", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 422


def test_a_form_of_another_page_cannot_write(door: httpx.Client) -> None:
    assert door.post("/console/lines", data={"text": "x"}).status_code == 415
    assert door.post("/console/lines", content=b"{}", headers={"Content-Type": "text/plain"}).status_code == 415


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Host": "elsewhere.example"},
        {"Host": "127.0.0.1.elsewhere.example"},
        {"Host": "[::1"},
    ],
)
def test_other_pages_and_rebound_names_are_refused(door: httpx.Client, headers: dict[str, str]) -> None:
    assert door.post("/console/lines", json=line(), headers=headers).status_code == 403
    assert door.get("/console/rooms", params={"person": "alice"}, headers=headers).status_code == 403


def test_the_page_is_not_shown_under_a_rebound_name(door: httpx.Client) -> None:
    assert door.get("/", headers={"Host": "elsewhere.example"}).status_code == 403
    assert door.get("/", headers={"Host": "localhost:8765"}).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/console/rooms", 422),
        ("/console/rooms?person=nobody", 404),
        ("/console/live?person=nobody", 404),
        ("/console/live?person=alice&after=-1", 422),
        ("/console/live?person=alice&after=99999999999999999999999", 422),
        ("/console/earlier?person=charlie&room=group:east&before=9", 403),
        ("/console/earlier?person=alice&room=group:east&before=x", 422),
        ("/static/../../config.py", 404),
        ("/static/%2e%2e%2fpages.py", 404),
        ("/nothing", 404),
    ],
)
def test_a_malformed_question_is_refused(door: httpx.Client, path: str, status: int) -> None:
    assert door.get(path).status_code == status


def test_loopback_is_told_from_other_hosts() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "127.0.0.1:8765", "localhost:80", "LOCALHOST", "[::1]:8765", "::1")))
    assert not any(map(is_loopback, ("", "10.0.0.1", "192.168.1.2:8765", "localhost.example", "[", "a@b:c:d")))
