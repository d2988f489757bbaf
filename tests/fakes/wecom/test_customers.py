"""Customers over the API, and the events of everything that happens between them and the employees."""

import pytest

from tests.fakes.wecom.asking import Asking
from tests.fakes.wecom.corp import App
from tests.fakes.wecom.customers import Customer
from tests.fakes.wecom.errors import Json
from tests.fakes.wecom.running import Fake
from tests.fakes.wecom.sample import Sample


@pytest.fixture
def heard(company: Sample) -> list[tuple[str, str, Json]]:
    """Who heard what: app, Event or ChangeType, all fields."""
    events: list[tuple[str, str, Json]] = []

    def hear(app: App, fields: Json) -> None:
        events.append((app.name, fields.get("ChangeType") or fields["Event"], fields))

    company.world.on_event(hear)
    return events


def pair(company: Sample, customer: Customer | None = None) -> Json:
    return {"userid": "alice", "external_userid": (customer or company.zhang).external_userid}


def test_an_employee_has_a_list_of_customers(company: Sample, contact: Asking) -> None:
    expected = [company.zhang.external_userid, company.li.external_userid]
    assert contact.get("externalcontact/list", userid="alice")["external_userid"] == expected
    assert contact.get("externalcontact/get_follow_user_list")["follow_user"] == ["alice", "Bob", "charlie"]
    dora = company.world.staff_member("dora")
    assert contact.get("externalcontact/list", userid=dora.userid)["errcode"] == 84061


def test_a_customer_is_shown_with_all_who_follow(company: Sample, contact: Asking) -> None:
    answer = contact.get("externalcontact/get", external_userid=company.li.external_userid)
    assert (answer["external_contact"]["name"], answer["external_contact"]["type"]) == ("李四", 1)
    assert [one["userid"] for one in answer["follow_user"]] == ["alice", "Bob"]
    acme = contact.get("externalcontact/get", external_userid=company.acme.external_userid)["external_contact"]
    assert (acme["type"], acme["corp_name"]) == (2, "Acme GmbH")
    assert contact.get("externalcontact/get", external_userid="wm-nobody")["errcode"] == 40096


def test_many_are_fetched_at_once_with_tag_ids(company: Sample, contact: Asking) -> None:
    tag = company.world.tag("VIP")
    company.world.mark(company.alice, company.zhang, tag)
    company.world.mark_personally(company.alice, company.zhang, "golf")
    answer = contact.post("externalcontact/batch/get_by_user", userid_list=["alice"], limit=100)
    infos = [one["follow_info"] for one in answer["external_contact_list"]]
    assert [info["tag_id"] for info in infos] == [[tag.id], []]
    assert all("tags" not in info for info in infos)
    one = contact.get("externalcontact/get", external_userid=company.zhang.external_userid)["follow_user"][0]
    assert [(tag["tag_name"], tag["type"]) for tag in one["tags"]] == [("VIP", 1), ("golf", 2)]


def test_lists_come_in_short_pages_one_of_them_empty_and_cursors_die(
    fake: Fake, company: Sample, contact: Asking
) -> None:
    company.world.short_pages = True
    for number in range(6):
        company.world.befriend(company.alice, company.world.customer(f"customer {number}"))
    names: list[str] = []
    pages, cursor = 0, ""
    while pages == 0 or cursor:
        answer = contact.post("externalcontact/batch/get_by_user", userid_list=["alice"], limit=3, cursor=cursor)
        names += [one["external_contact"]["name"] for one in answer["external_contact_list"]]
        pages, cursor, former = pages + 1, answer.get("next_cursor", ""), cursor
        if pages == 2:
            assert answer["external_contact_list"] == []
            company.world.befriend(company.alice, company.world.customer("late"))
    assert names == ["张三", "李四", *(f"customer {number}" for number in range(6)), "late"]
    fake.advance(3601)
    assert contact.code("externalcontact/batch/get_by_user", userid_list=["alice"], cursor=former) == 40058


def test_a_customer_who_deletes_the_employee_stays_reachable_by_calls(
    company: Sample, contact: Asking, heard: list[tuple[str, str, Json]]
) -> None:
    company.world.drop_staff(company.zhang, company.alice)
    assert contact.code("externalcontact/remark", pair(company), remark="张总") == 0
    assert [name for _, name, _ in heard] == ["del_follow_user", "edit_external_contact"]


def test_an_employee_who_deletes_the_customer_ends_it(
    company: Sample, contact: Asking, heard: list[tuple[str, str, Json]]
) -> None:
    company.world.drop_customer(company.alice, company.zhang)
    assert contact.code("externalcontact/remark", pair(company), remark="张总") == 84061
    assert contact.get("externalcontact/get", external_userid=company.zhang.external_userid)["errcode"] == 84061
    assert [name for _, name, _ in heard] == ["del_external_contact"]


def test_half_a_friend_is_none_yet(company: Sample, contact: Asking, heard: list[tuple[str, str, Json]]) -> None:
    wang = company.world.customer("王五")
    company.world.befriend(company.alice, wang, half=True)
    assert contact.code("externalcontact/remark", pair(company, wang), remark="x") == 84061
    company.world.verify(company.alice, wang)
    assert contact.code("externalcontact/remark", pair(company, wang), remark="x") == 0
    assert [name for _, name, _ in heard][:2] == ["add_half_external_contact", "add_external_contact"]


def test_remarks_change_only_where_they_are_given(company: Sample, contact: Asking) -> None:
    full = {"remark": "张总", "description": "buys", "remark_company": "Acme", "remark_mobiles": ["13800000000"]}
    assert contact.code("externalcontact/remark", pair(company) | full) == 0
    assert contact.code("externalcontact/remark", pair(company), remark_mobiles=[""]) == 0
    relation = company.world.relation(company.alice, company.zhang)
    assert (relation.remark, relation.company, relation.mobiles) == ("张总", "Acme", [])
    assert contact.code("externalcontact/remark", pair(company), remark="长" * 21) == 45002


def test_a_self_built_app_sees_customers_when_it_is_listed_and_only_of_its_people(company: Sample, crm: Asking) -> None:
    assert crm.get("externalcontact/list", userid="alice")["errcode"] == 48002
    company.crm.lists_contact = True
    company.crm.visible = {"alice"}
    assert crm.get("externalcontact/list", userid="alice")["errcode"] == 0
    assert crm.get("externalcontact/list", userid="charlie")["errcode"] == 60011
    assert crm.get("externalcontact/list", userid="nobody")["errcode"] == 60111
    company.alice.contact = False
    assert crm.get("externalcontact/list", userid="alice")["errcode"] == 84074


def test_an_app_hears_of_its_own_people_only(company: Sample, heard: list[tuple[str, str, Json]]) -> None:
    company.crm.lists_contact = True
    company.crm.visible = {"alice"}
    company.world.befriend(company.bob, company.zhang)
    company.world.befriend(company.alice, company.acme)
    assert [app for app, _, _ in heard] == ["contact", "crm", "contact"]
    fields = heard[1][2]
    assert (fields["FromUserName"], fields["UserID"], "AgentID" in fields) == ("sys", "alice", False)


def welcome(code: str) -> Json:
    return {"welcome_code": code, "text": {"content": "您好"}}


def test_a_welcome_is_sent_once_within_twenty_seconds(
    fake: Fake, company: Sample, contact: Asking, heard: list[tuple[str, str, Json]]
) -> None:
    wang = company.world.customer("王五")
    company.world.befriend(company.alice, wang)
    code = heard[-1][2]["WelcomeCode"]
    fake.advance(20)
    assert [contact.code("externalcontact/send_welcome_msg", welcome(code)) for _ in range(2)] == [0, 41051]
    assert [one.content["text"]["content"] for one in company.world.reached(wang)] == ["您好"]
    company.world.befriend(company.bob, wang)
    fake.advance(21)
    assert contact.code("externalcontact/send_welcome_msg", welcome(heard[-1][2]["WelcomeCode"])) == 41050


def test_the_first_app_welcomes_and_no_app_gets_another_ones_code(
    company: Sample, crm: Asking, contact: Asking, heard: list[tuple[str, str, Json]]
) -> None:
    company.crm.lists_contact = True
    company.world.befriend(company.alice, company.acme)
    codes = {app: fields["WelcomeCode"] for app, _, fields in heard}
    assert crm.code("externalcontact/send_welcome_msg", welcome(codes["contact"])) == 41050
    assert crm.code("externalcontact/send_welcome_msg", welcome(codes["crm"])) == 0
    assert contact.code("externalcontact/send_welcome_msg", welcome(codes["contact"])) == 41051


def test_when_the_console_welcomes_there_is_no_code(company: Sample, heard: list[tuple[str, str, Json]]) -> None:
    company.alice.welcome = "Hello from the console"
    company.world.befriend(company.alice, company.acme)
    assert "WelcomeCode" not in heard[-1][2]
    assert [one.how for one in company.world.reached(company.acme)] == ["console welcome"]


def test_who_already_talks_needs_no_welcome(
    company: Sample, contact: Asking, heard: list[tuple[str, str, Json]]
) -> None:
    company.world.befriend(company.alice, company.acme)
    company.world.talk(company.alice, company.acme)
    assert contact.code("externalcontact/send_welcome_msg", welcome(heard[-1][2]["WelcomeCode"])) == 41051


def test_a_code_brings_its_state_with_the_new_friend(
    fake: Fake, company: Sample, contact: Asking, heard: list[tuple[str, str, Json]]
) -> None:
    made = contact.post("externalcontact/add_contact_way", type=1, scene=2, state="fair", user=["alice"])
    way = company.world.ways[made["config_id"]]
    assert made["qr_code"].startswith("http://127.0.0.1")
    company.world.scan(company.acme, way, company.alice)
    assert heard[-1][2]["State"] == "fair"
    listed = contact.post("externalcontact/list_contact_way")["contact_way"]
    assert listed == [{"config_id": way.config_id}]
    assert contact.code("externalcontact/update_contact_way", config_id=way.config_id, state="shop") == 0
    shown = contact.post("externalcontact/get_contact_way", config_id=way.config_id)["contact_way"]
    assert (shown["state"], shown["user"]) == ("shop", ["alice"])
    assert contact.code("externalcontact/del_contact_way", config_id=way.config_id) == 0
    assert contact.code("externalcontact/get_contact_way", config_id=way.config_id) == 40058


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"user": ["alice", "Bob"]}, 40058),
        ({"user": ["nobody"]}, 60111),
        ({"state": "x" * 31}, 45002),
        ({"type": 3}, 40058),
        ({"is_temp": True, "expires_in": 15 * 86_400}, 40058),
    ],
)
def test_a_contact_way_is_held_to_its_page(contact: Asking, fields: Json, code: int) -> None:
    sent: Json = {"type": 1, "scene": 2, "user": ["alice"]}
    assert contact.code("externalcontact/add_contact_way", sent | fields) == code


def test_a_customer_group_shows_its_roster_and_tells_its_changes(
    company: Sample, contact: Asking, heard: list[tuple[str, str, Json]]
) -> None:
    group = company.world.group(company.alice, "Acme 项目", [company.zhang])
    before = group.version
    company.world.join(group, company.li, scene=3)
    company.world.change_group(group, name="Acme", owner=company.bob)
    company.world.quit(group, company.zhang)
    shown = contact.post("externalcontact/groupchat/get", chat_id=group.chat_id, need_name=1)["group_chat"]
    assert [member["name"] for member in shown["member_list"]] == ["Alice", "李四"]
    assert (shown["name"], shown["owner"]) == ("Acme", "Bob")
    details = [fields.get("UpdateDetail", "") for _, _, fields in heard]
    assert details == ["", "add_member", "change_name", "change_owner", "del_member"]
    assert (heard[1][2]["LastMemVer"], heard[1][2]["MemChangeList"]) == (before, {"Item": [company.li.external_userid]})
    company.world.dismiss(group)
    assert contact.code("externalcontact/groupchat/get", chat_id=group.chat_id) == 86003


def test_groups_are_listed_by_owner_and_inner_ones_are_no_customer_groups(company: Sample, contact: Asking) -> None:
    ours = company.world.group(company.alice, "Acme", [company.zhang])
    company.world.group(company.bob, "Other", [company.li])
    inner = company.world.group(company.alice, "Team", [company.bob], inner=True)
    answer = contact.post("externalcontact/groupchat/list", owner_filter={"userid_list": ["alice"]}, limit=10)
    assert answer["group_chat_list"] == [{"chat_id": ours.chat_id, "status": 0}]
    assert contact.code("externalcontact/groupchat/get", chat_id=inner.chat_id) == 90501
    found = contact.post("externalcontact/opengid_to_chatid", opengid=ours.opengid)
    assert found["chat_id"] == ours.chat_id
    for number in range(1000):
        company.world.staff_member(f"person{number}")
    assert contact.code("externalcontact/groupchat/list", limit=10) == 81017


def test_a_code_leads_into_a_group(company: Sample, contact: Asking, heard: list[tuple[str, str, Json]]) -> None:
    group = company.world.group(company.alice, "Acme", [company.zhang])
    made = contact.post("externalcontact/groupchat/add_join_way", scene=2, chat_id_list=[group.chat_id], state="fair")
    company.world.join(group, company.li, way=company.world.ways[made["config_id"]])
    members = contact.post("externalcontact/groupchat/get", chat_id=group.chat_id)["group_chat"]["member_list"]
    assert [member.get("state", "") for member in members] == ["", "", "fair"]
    assert "name" not in members[0]
    assert contact.code("externalcontact/groupchat/del_join_way", config_id=made["config_id"]) == 0


def test_very_many_followers_come_five_hundred_a_page(company: Sample, contact: Asking) -> None:
    for number in range(500):
        company.world.befriend(company.world.staff_member(f"person{number}"), company.li)
    wanted = company.li.external_userid
    first = contact.get("externalcontact/get", external_userid=wanted)
    rest = contact.get("externalcontact/get", external_userid=wanted, cursor=first["next_cursor"])
    assert [len(first["follow_user"]), len(rest["follow_user"])] == [500, 2]


def test_who_has_no_licence_is_named_beside_the_others(company: Sample, contact: Asking) -> None:
    company.bob.licensed = False
    answer = contact.post("externalcontact/batch/get_by_user", userid_list=["alice", "Bob"])
    assert answer["fail_info"] == {"unlicensed_userid_list": ["Bob"]}
    assert len(answer["external_contact_list"]) == 2
