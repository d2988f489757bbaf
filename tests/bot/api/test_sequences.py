"""Sequences over REST."""

import pytest

from crm_core.chat import Sender, SenderKind
from crm_core.customers import identities
from crm_core.customers.tables import Customer
from crm_core.people.tables import Role
from crm_core.people.viewer import of_token
from tests.bot.api.conftest import Rest
from tests.conftest import NOW

WELCOME: dict[str, object] = {
    "name": "Welcome",
    "enter": "VIP",
    "exit": ["reply", "won"],
    "steps": [
        {"wait": "at once", "message": "Hello {name|there}"},
        {"wait": "3个工作日后 10:00", "if_no_reply": True, "message": "Did you have a look?"},
        {"wait": "day 7", "remind": "Call them"},
    ],
}


def made(rest: Rest) -> str:
    """The path of a new sequence for the VIPs, of whom there is one more."""
    rest.create("王五", tags=["VIP"])
    response = rest.admin.post("/sequences", json=WELCOME)
    assert response.status_code == 201, response.text
    return f"/sequences/{response.json()['id']}"


def reachable(rest: Rest, number: int) -> None:
    with rest.database.writing() as session:
        sender = Sender("zhangsan", "张三", SenderKind.EXTERNAL)
        known = identities.seen(session, "console", sender, now=NOW, country="CN")
        session.flush()
        viewer = of_token("admin", Role.ADMIN, timezone="Asia/Shanghai", language="zh")
        identities.link(session, known, session.get_one(Customer, number), by="manual", viewer=viewer, now=NOW)


def test_a_sequence_is_made_previewed_steered_and_followed(rest: Rest) -> None:
    number = rest.create("张三", tags=["VIP"])
    reachable(rest, number)
    path = made(rest)
    assert rest.admin.get(f"{path}/preview").json() == {"entering": 2, "left_out": {"no_channel": 1}}
    assert rest.admin.post(f"{path}/on").json()["state"] == "on"
    assert rest.admin.post(f"{path}/customers", json={"customer_id": number}).status_code == 201
    [under_way] = rest.admin.get(f"{path}/customers").json()["items"]
    assert (under_way["customer_id"], under_way["step"], under_way["sending"]) == (number, 1, False)
    found = rest.admin.get(f"{path}/results").json()
    assert (found["entered"], found["active"], found["steps"][0]["waiting"]) == (1, 1, 1)
    assert rest.admin.delete(f"{path}/customers/{number}").status_code == 200
    assert rest.admin.get(f"{path}/customers").json()["items"] == []
    states = [rest.admin.post(f"{path}/{order}").json()["state"] for order in ("pause", "resume", "off", "stop")]
    assert states == ["paused", "on", "off", "stopped"]


def test_a_new_version_waits_to_be_switched_on(sqlite_rest: Rest) -> None:
    path = made(sqlite_rest)
    sqlite_rest.admin.post(f"{path}/on")
    changed = sqlite_rest.admin.put(path, json={**WELCOME, "exit": ["not on reply"]}).json()
    assert (changed["version"], changed["newest"], changed["exit"]) == (1, 2, ["not on reply"])
    assert sqlite_rest.admin.post(f"{path}/on").json()["version"] == 2
    assert sqlite_rest.admin.post(f"{path}/move").status_code == 200
    assert sqlite_rest.reader.get(path).json()["newest"] == 2
    assert [one["name"] for one in sqlite_rest.reader.get("/sequences").json()["items"]] == ["Welcome"]


def test_what_is_shown_of_a_sequence_may_be_sent_back(sqlite_rest: Rest) -> None:
    path = made(sqlite_rest)
    shown = sqlite_rest.admin.get(path).json()
    assert (shown["enter"], shown["exit"]) == ("VIP", ["reply", "won"])
    assert shown["steps"][1] == {
        "wait": "3 workdays 10:00", "if_no_reply": True, "message": "Did you have a look?", "remind": "",
    }  # fmt: skip
    again = sqlite_rest.admin.put(path, json=shown)
    assert again.status_code == 200, again.text
    assert again.json() == shown
    copy = sqlite_rest.admin.post("/sequences", json={**shown, "name": "Copy"})
    assert copy.status_code == 201, copy.text
    assert (copy.json()["steps"], copy.json()["exit"]) == (shown["steps"], shown["exit"])


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"name": ""}, 422),
        ({"enter": "Sunshine"}, 404),
        ({"exit": ["sunshine"]}, 422),
        ({"steps": []}, 422),
        ({"steps": [{"message": "Hi", "remind": "Call"}]}, 422),
        ({"steps": [{"wait": "5 parsecs", "message": "Hi"}]}, 422),
        ({"steps": [{"wait": "9999 days", "message": "Hi"}]}, 422),
        ({"steps": [{"wait": "day 0", "message": "Hi"}]}, 422),
        ({"steps": [{"message": "Hi {colour}"}]}, 422),
        ({"steps": [{"message": "x" * 2001}]}, 422),
        ({"surprise": 1}, 422),
    ],
)
def test_a_sequence_that_cannot_be_is_refused(sqlite_rest: Rest, change: dict[str, object], status: int) -> None:
    sqlite_rest.create("张三", tags=["VIP"])
    assert sqlite_rest.admin.post("/sequences", json={**WELCOME, **change}).status_code == status
    assert sqlite_rest.admin.get("/sequences").json()["items"] == []


def test_a_reader_steers_nothing(sqlite_rest: Rest) -> None:
    path = made(sqlite_rest)
    for response in (
        sqlite_rest.reader.post("/sequences", json=WELCOME),
        sqlite_rest.reader.post(f"{path}/on"),
        sqlite_rest.reader.post(f"{path}/customers", json={"customer_id": 1}),
    ):
        assert (response.status_code, response.json()["error"]) == (403, "right_missing")
        assert "send broadcasts" in response.json()["message"]
    assert sqlite_rest.nobody.get("/sequences").status_code == 401
    assert sqlite_rest.admin.get("/sequences/999").status_code == 404
