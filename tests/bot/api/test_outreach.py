"""Nudges and broadcasts over REST."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from bot.config import parse
from crm_core.chat import Sender, SenderKind
from crm_core.customers import identities
from crm_core.customers.tables import Customer
from crm_core.enclosure import LARGEST
from crm_core.outreach import broadcasts
from crm_core.outreach.tables import Broadcast, BroadcastState
from crm_core.people.tables import Role, Staff
from crm_core.people.viewer import Viewer, of_token
from tests.adapters.cupboard import PDF
from tests.bot.api.conftest import CONFIG, Rest, Served
from tests.conftest import NOW

LATER = (NOW + timedelta(hours=3)).isoformat()


def test_a_nudge_is_set_for_a_member_of_staff(rest: Rest) -> None:
    number = rest.create("张三")
    body = {"staff": "Alice", "text": "send the quote", "at": LATER, "customer_id": number}
    created = rest.admin.post("/nudges", json=body)
    assert created.status_code == 201
    (listed,) = rest.admin.get("/nudges").json()["items"]
    assert listed == created.json()
    assert (listed["staff"], listed["customer_id"], listed["state"]) == ("Alice", number, "open")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"staff": "Nobody"}, 404),
        ({"staff": "Bob"}, 422),
        ({"at": "2026-11-18T10:00:00"}, 422),
        ({"at": (NOW - timedelta(hours=1)).isoformat()}, 422),
        ({"text": ""}, 422),
        ({"customer_id": 999}, 404),
        ({"recurrence": "FREQ=SOMETIMES"}, 422),
    ],
)
def test_a_nudge_that_cannot_be_is_refused(sqlite_rest: Rest, change: dict[str, object], status: int) -> None:
    body = {"staff": "Alice", "text": "send the quote", "at": LATER} | change
    assert sqlite_rest.admin.post("/nudges", json=body).status_code == status
    assert sqlite_rest.admin.get("/nudges").json()["items"] == []


def test_the_form_of_a_recurrence_is_documented(sqlite_rest: Rest, served: Served) -> None:
    written = served.app.openapi()["components"]["schemas"]["NudgeIn"]["properties"]["recurrence"]
    assert "RFC 5545" in written["description"]
    for rule in written["examples"]:
        body = {"staff": "Alice", "text": "call", "at": LATER, "recurrence": rule}
        answer = sqlite_rest.admin.post("/nudges", json=body)
        assert (answer.status_code, answer.json().get("recurrence")) == (201, rule), answer.text


@pytest.mark.parametrize(
    ("path", "body", "needed"),
    [
        ("/customers", {"name": "张三"}, "change customers"),
        ("/nudges", {"staff": "Alice", "text": "call", "at": LATER}, "hand customers over"),
        ("/broadcasts", {"segment": "VIP", "text": "hello"}, "send broadcasts"),
        ("/broadcasts/1/cancel", None, "send broadcasts"),
        ("/files?name=a", None, "send broadcasts"),
        ("/deliveries/1/retry", None, "change customers"),
        ("/outgoing/pause", None, "run the bot"),
    ],
)
def test_who_may_not_hears_which_right_it_takes(
    sqlite_rest: Rest, path: str, body: dict[str, object] | None, needed: str
) -> None:
    answer = sqlite_rest.reader.post(path, json=body)
    assert (answer.status_code, answer.json()["error"]) == (403, "right_missing")
    assert needed in answer.json()["message"]


def test_a_broadcast_freezes_its_audience_and_counts_it(rest: Rest) -> None:
    _reachable(rest, rest.create("张三", tags=["VIP"]), "zhangsan")
    rest.create("李四", tags=["VIP"])
    rest.create("王五")
    created = rest.admin.post("/broadcasts", json={"segment": "VIP", "text": "{name}您好", "at": LATER})
    assert created.status_code == 201, created.text
    shown = rest.admin.get(f"/broadcasts/{created.json()['id']}").json()
    assert sum(shown["counts"].values()) == 1
    assert sum(shown["left_out"].values()) == 1
    (delivery,) = rest.admin.get(f"/broadcasts/{shown['id']}/deliveries").json()["items"]
    assert (delivery["name"], delivery["platform"], delivery["state"]) == ("张三", "console", "due")


def test_a_broadcast_takes_files_along(rest: Rest) -> None:
    _reachable(rest, rest.create("张三", tags=["VIP"]), "zhangsan")
    given = rest.admin.post("/files", params={"name": "报价单.pdf"}, content=PDF)
    assert given.status_code == 201, given.text
    assert {**given.json(), "id": 1} == {"id": 1, "name": "报价单.pdf", "mime": "application/pdf", "size": len(PDF)}
    body = {"segment": "VIP", "files": [given.json()["id"]], "at": LATER}
    created = rest.admin.post("/broadcasts", json=body)
    assert created.status_code == 201, created.text
    assert created.json()["files"] == [{"name": "报价单.pdf", "mime": "application/pdf", "size": len(PDF)}]


@pytest.mark.parametrize("content", [b"", b"\0" * (LARGEST + 1)])
def test_a_file_that_cannot_go_out_is_refused(sqlite_rest: Rest, content: bytes) -> None:
    assert sqlite_rest.admin.post("/files", params={"name": "a"}, content=content).status_code in {413, 422}
    assert sqlite_rest.reader.post("/files", params={"name": "a"}, content=b"x").status_code == 403


def test_a_file_that_is_not_there_stops_the_broadcast(sqlite_rest: Rest) -> None:
    sqlite_rest.create("张三", tags=["VIP"])
    response = sqlite_rest.admin.post("/broadcasts", json={"segment": "VIP", "text": "hello", "files": [7]})
    assert (response.status_code, response.json()["error"]) == (404, "attachment_not_found")


def test_a_broadcast_is_paused_resumed_and_cancelled(rest: Rest) -> None:
    _reachable(rest, rest.create("张三", tags=["VIP"]), "zhangsan")
    number = rest.admin.post("/broadcasts", json={"segment": "VIP", "text": "hello", "at": LATER}).json()["id"]
    assert rest.admin.post(f"/broadcasts/{number}/pause").json()["state"] == "paused"
    assert rest.admin.post(f"/broadcasts/{number}/resume").json()["state"] in {"scheduled", "running"}
    assert rest.admin.post(f"/broadcasts/{number}/cancel").json()["counts"] == {"cancelled": 1}
    over = rest.admin.post(f"/broadcasts/{number}/resume")
    assert (over.status_code, f"GET /broadcasts/{number} " in over.json()["message"]) == (409, True)
    other = rest.admin.post("/broadcasts", json={"segment": "VIP", "text": "hello", "at": LATER}).json()["id"]
    early = rest.admin.post(f"/broadcasts/{other}/resend")
    assert (early.status_code, f"POST /broadcasts/{other}/cancel" in early.json()["message"]) == (409, True)


def test_a_broadcast_says_who_refused_it(sqlite_rest: Rest) -> None:
    _reachable(sqlite_rest, sqlite_rest.create("张三", tags=["VIP"]), "zhangsan")
    number = sqlite_rest.admin.post("/broadcasts", json={"segment": "VIP", "text": "hello", "at": LATER}).json()["id"]
    assert sqlite_rest.admin.get(f"/broadcasts/{number}").json()["decided_by"] is None
    with sqlite_rest.database.writing() as session:
        broadcast, alice = session.get_one(Broadcast, number), session.exec(select(Staff).limit(1)).one()
        broadcast.state = BroadcastState.APPROVAL
        session.flush()
        viewer = Viewer(alice.id, alice.name, Role.MANAGER, None, "Asia/Shanghai")
        broadcasts.refuse(session, broadcast, viewer=viewer, now=NOW)
        name = alice.name
    shown = sqlite_rest.admin.get(f"/broadcasts/{number}").json()
    assert (shown["state"], shown["decided_by"]) == ("refused", name)
    for order in ("pause", "resume", "cancel", "resend"):
        again = sqlite_rest.admin.post(f"/broadcasts/{number}/{order}")
        assert (again.status_code, again.json()["error"]) == (409, "broadcast_refused")
        assert "send another with POST /broadcasts" in again.json()["message"]


@pytest.mark.parametrize(
    "change", [{"segment": "nothing"}, {"segment": "VIP & ("}, {"text": ""}, {"text": "x" * 5000}, {"at": "tomorrow"}]
)
def test_a_broadcast_that_cannot_be_is_refused(sqlite_rest: Rest, change: dict[str, str]) -> None:
    sqlite_rest.create("张三", tags=["VIP"])
    response = sqlite_rest.admin.post("/broadcasts", json={"segment": "VIP", "text": "hello"} | change)
    assert response.status_code in {404, 422}


def test_the_manners_of_the_configuration_hold_here_too(sqlite_rest: Rest, served: Served) -> None:
    _reachable(sqlite_rest, sqlite_rest.create("张三", tags=["VIP"]), "zhangsan")
    strict = parse({"api": CONFIG.model_dump()["api"], "outreach": {"broadcasts_per_week": 1}})
    served.app.state.api = replace(served.app.state.api, config=strict)
    for status in (201, 422):
        assert sqlite_rest.admin.post("/broadcasts", json={"segment": "VIP", "text": "hello"}).status_code == status


def test_a_reader_may_not_broadcast(sqlite_rest: Rest) -> None:
    assert sqlite_rest.reader.post("/broadcasts", json={"segment": "VIP", "text": "hello"}).status_code == 403


def test_a_broadcast_that_is_not_there_is_not_found(sqlite_rest: Rest) -> None:
    assert sqlite_rest.admin.get("/broadcasts/99").status_code == 404
    assert sqlite_rest.admin.post("/broadcasts/99/pause").status_code == 404


def _reachable(rest: Rest, number: int, handle: str) -> None:
    viewer = of_token("test", Role.ADMIN, timezone="Asia/Shanghai", language="zh")
    with rest.database.writing() as session:
        customer = session.get_one(Customer, number)
        identity = identities.seen(session, "console", Sender(handle, kind=SenderKind.EXTERNAL), now=NOW, country="CN")
        identities.link(session, identity, customer, by="manual", viewer=viewer, now=NOW)
