"""The company as its apps see it: people, teams, menus, files, and who agreed to the archive."""

from collections.abc import Callable

import pytest

from tests.fakes.loopback import NotLoopback
from tests.fakes.wecom.asking import Asking
from tests.fakes.wecom.corp import App
from tests.fakes.wecom.errors import Json
from tests.fakes.wecom.running import Fake
from tests.fakes.wecom.sample import Sample, sample


def upload(asking: Asking, name: str, content: bytes, kind: str = "file") -> Json:
    part = {"media": (name, content, "application/octet-stream")}
    answer: Json = asking.raw("POST", "media/upload", params={"type": kind}, files=part).json()
    return answer


def test_people_and_teams_as_far_as_the_app_sees(company: Sample, crm: Asking) -> None:
    assert crm.get("user/get", userid="ALICE")["name"] == "Alice"
    assert "mobile" not in crm.get("user/get", userid="alice")
    company.crm.visible = {"alice"}
    assert crm.get("user/get", userid="Bob")["errcode"] == 60011
    assert crm.get("user/get", userid="nobody")["errcode"] == 60111
    listed = crm.get("user/list", department_id=company.sales.id)["userlist"]
    assert [one["userid"] for one in listed] == ["alice"]
    assert crm.get("user/list", department_id=1)["userlist"] == []
    assert len(crm.get("user/simplelist", department_id=1, fetch_child=1)["userlist"]) == 1
    assert crm.get("user/list", department_id=99)["errcode"] == 60003
    names = [one["name"] for one in crm.get("department/list")["department"]]
    assert names == ["All", "销售部", "财务部"]
    assert crm.post("user/list_id", limit=10)["dept_user"] == [{"userid": "alice", "department": company.sales.id}]


def test_who_moves_or_leaves_is_told(company: Sample, crm: Asking) -> None:
    heard: list[tuple[str, Json]] = []
    company.world.on_event(lambda app, fields: heard.append((app.name, fields)))
    company.world.move(company.charlie, company.sales)
    company.world.leave(company.bob)
    assert [(app, one["ChangeType"], one["UserID"]) for app, one in heard] == [
        ("crm", "update_user", "charlie"),
        ("crm", "delete_user", "Bob"),
    ]
    assert crm.get("user/get", userid="Bob")["errcode"] == 60111


def test_an_employee_writes_enters_and_presses_the_menu(company: Sample) -> None:
    heard: list[Json] = []
    company.world.on_event(lambda _, fields: heard.append(fields))
    first = company.world.say(company.alice, company.crm, "hello")
    second = company.world.say(company.alice, company.crm, "again")
    company.world.enter(company.alice, company.crm)
    company.world.press_menu(company.alice, company.crm, "todo")
    assert second["MsgId"] > first["MsgId"]
    assert [one.get("Event", one["MsgType"]) for one in heard] == ["text", "text", "enter_agent", "click"]
    assert {one["AgentID"] for one in heard} == {company.crm.agent_id}


def test_a_menu_has_three_buttons_at_most(company: Sample, crm: Asking) -> None:
    agent = {"agentid": str(company.crm.agent_id)}

    def create(*buttons: Json) -> int:
        answer = crm.raw("POST", "menu/create", params=agent, json={"button": list(buttons)}).json()
        return int(answer["errcode"])

    assert crm.get("menu/get", **agent)["errcode"] == 46003
    button: Json = {"type": "click", "name": "我的待办", "key": "todo"}
    assert create(button, {"name": "更多", "sub_button": [button]}) == 0
    assert crm.get("menu/get", **agent)["button"][0]["key"] == "todo"
    assert create(*[button] * 4) == 40016
    assert create(button | {"name": "客" * 6}) == 45002
    assert create({"name": "x"}) == 40063
    assert crm.get("menu/delete", **agent)["errcode"] == 0
    assert crm.get("menu/get", agentid=1)["errcode"] == 301002
    assert crm.get("agent/get", **agent)["name"] == "crm"


def test_a_page_knows_who_opened_it_once_within_five_minutes(fake: Fake, company: Sample, crm: Asking) -> None:
    code = company.world.page_code("alice")
    assert crm.get("auth/getuserinfo", code=code)["userid"] == "alice"
    assert crm.get("auth/getuserinfo", code=code)["errcode"] == 42022
    outside = company.world.page_code(company.zhang.external_userid)
    assert "openid" in crm.get("auth/getuserinfo", code=outside)
    stale = company.world.page_code("alice")
    fake.advance(301)
    assert crm.get("auth/getuserinfo", code=stale)["errcode"] == 42022
    assert crm.get("auth/getuserinfo", code="made-up")["errcode"] == 40029


def test_a_file_lives_three_days_and_comes_back_with_its_name(fake: Fake, company: Sample, crm: Asking) -> None:
    kept = upload(crm, "报价.txt", b"0123456789")
    assert isinstance(kept["created_at"], str)
    got = crm.raw("GET", "media/get", params={"media_id": kept["media_id"]})
    assert got.content == b"0123456789"
    disposition = got.headers["content-disposition"]
    assert disposition == "attachment; filename=\"报价.txt\"; filename*=utf-8''%E6%8A%A5%E4%BB%B7.txt"
    part = crm.raw("GET", "media/get", params={"media_id": kept["media_id"]}, headers={"Range": "bytes=2-4"})
    assert (part.status_code, part.content, part.headers["content-range"]) == (206, b"234", "bytes 2-4/10")
    fake.advance(3 * 86_400)
    crm.renew()
    assert crm.get("media/get", media_id=kept["media_id"])["errcode"] == 40007


@pytest.mark.parametrize(
    ("name", "kind", "content", "code"),
    [
        ("a.gif", "image", b"0123456789", 40004),
        ("a.txt", "poster", b"0123456789", 40004),
        ("a.txt", "file", b"01234", 40006),
        ("a.txt", "file", b"", 44001),
        ("a.amr", "voice", bytes((2 << 20) + 1), 45001),
    ],
)
def test_a_file_is_held_to_its_limits(crm: Asking, name: str, kind: str, content: bytes, code: int) -> None:
    assert upload(crm, name, content, kind)["errcode"] == code


def test_a_picture_for_texts_has_an_address(crm: Asking) -> None:
    part = {"media": ("a.png", b"0123456789", "image/png")}
    assert crm.raw("POST", "media/uploadimg", files=part).json()["url"].startswith("http://127.0.0.1")
    assert crm.raw("POST", "media/uploadimg", json={}).json()["errcode"] == 44001


def test_who_agreed_to_the_archive(company: Sample, asking: Callable[[App], Asking]) -> None:
    archive = asking(company.archive)
    company.alice.archived = True
    company.world.agree(company.alice, company.zhang)
    assert archive.post("msgaudit/get_permit_user_list")["ids"] == ["alice"]
    pairs = [{"userid": "alice", "exteranalopenid": one.external_userid} for one in (company.zhang, company.li)]
    answer = archive.post("msgaudit/check_single_agree", info=pairs)
    assert [one["agree_status"] for one in answer["agreeinfo"]] == ["Agree", "Disagree"]
    assert archive.code("msgaudit/check_single_agree", info=pairs * 51) == 301060
    group = company.world.group(company.alice, "Acme", [company.zhang])
    inner = company.world.group(company.alice, "Team", [company.bob], inner=True)
    room = archive.post("msgaudit/check_room_agree", roomid=group.chat_id)["agreeinfo"]
    assert [one["agree_status"] for one in room] == ["Agree"]
    assert archive.post("msgaudit/groupchat/get", roomid=inner.chat_id)["roomname"] == "Team"
    assert archive.code("msgaudit/groupchat/get", roomid=group.chat_id) == 86003


def test_the_fake_answers_on_this_machine_only(company: Sample) -> None:
    with pytest.raises(NotLoopback):
        company.world.address = "http://203.0.113.7"


def test_the_same_seed_gives_the_same_company(company: Sample) -> None:
    again = sample()
    assert again.crm.secret == company.crm.secret
    assert again.zhang.external_userid == company.zhang.external_userid
