"""企业群发: nothing is sent until members confirm, and then not to everybody."""

from collections.abc import Callable

import pytest

from tests.fakes.wecom.asking import Asking
from tests.fakes.wecom.broadcasts import Cap
from tests.fakes.wecom.customers import Customer
from tests.fakes.wecom.errors import Json
from tests.fakes.wecom.running import Fake
from tests.fakes.wecom.sample import Sample

Create = Callable[..., Json]
TASK = "externalcontact/get_groupmsg_task"
RESULT = "externalcontact/get_groupmsg_send_result"


@pytest.fixture
def create(fake: Fake, contact: Asking) -> Create:
    """Create a broadcast and wait until it was dispatched."""

    def work(*customers: Customer, words: str = "News", **fields: object) -> Json:
        ids = [one.external_userid for one in customers]
        sent: Json = {"external_userid": ids, "text": {"content": words}, **fields}
        answer = contact.post("externalcontact/add_msg_template", sent)
        fake.advance(5)
        return answer

    return work


def statuses(contact: Asking, msgid: str, userid: str = "alice") -> list[int]:
    return [one["status"] for one in contact.post(RESULT, msgid=msgid, userid=userid)["send_list"]]


def test_nobody_has_it_while_nobody_confirms(company: Sample, contact: Asking, create: Create) -> None:
    msgid = create(company.zhang, company.acme)["msgid"]
    assert contact.post(TASK, msgid=msgid)["task_list"] == [
        {"userid": "alice", "status": 0},
        {"userid": "charlie", "status": 0},
    ]
    assert statuses(contact, msgid) == [0]
    assert company.world.reached(company.zhang) == []


def test_who_confirms_reaches_their_customers(company: Sample, contact: Asking, create: Create) -> None:
    msgid = create(company.zhang, company.acme)["msgid"]
    company.world.confirm(msgid, company.alice)
    assert [one["status"] for one in contact.post(TASK, msgid=msgid)["task_list"]] == [2, 0]
    assert statuses(contact, msgid) == [1]
    assert [one.content["text"]["content"] for one in company.world.reached(company.zhang)] == ["News"]
    assert company.world.reached(company.acme) == []


def test_while_it_is_dispatched_there_is_nothing_to_ask(fake: Fake, company: Sample, contact: Asking) -> None:
    made = contact.post("externalcontact/add_msg_template", sender="alice", text={"content": "News"})
    assert contact.code(TASK, msgid=made["msgid"]) == 41063
    fake.advance(5)
    assert contact.code(TASK, msgid=made["msgid"]) == 0
    assert contact.code(TASK, msgid="made-up") == 41047


def test_the_one_who_talked_last_is_asked_unless_a_sender_is_named(
    fake: Fake, company: Sample, contact: Asking, create: Create
) -> None:
    company.world.talk(company.alice, company.li)
    fake.advance(1)
    company.world.talk(company.bob, company.li)
    asked = contact.post(TASK, msgid=create(company.li)["msgid"])["task_list"]
    named = contact.post(TASK, msgid=create(company.li, sender="alice")["msgid"])["task_list"]
    assert [one["userid"] for one in (*asked, *named)] == ["Bob", "alice"]


def test_who_cannot_be_reached_is_named_beside_errcode_0(company: Sample, contact: Asking, create: Create) -> None:
    stranger = company.world.customer("nobody's")
    answer = create(company.zhang, stranger)
    assert (answer["errcode"], answer["fail_list"]) == (0, [stranger.external_userid])
    assert create(stranger)["errcode"] == 41048


def test_who_is_no_friend_any_more_is_status_2(company: Sample, contact: Asking, create: Create) -> None:
    msgid = create(company.zhang, company.li, sender="alice")["msgid"]
    company.world.drop_staff(company.zhang, company.alice)
    company.world.confirm(msgid, company.alice)
    assert statuses(contact, msgid) == [2, 1]


@pytest.mark.parametrize("capped", [("1_a_day", 1), ("7_a_week", 7), ("month_days", 30)])
def test_above_the_cap_it_is_status_3_and_nobody_says_so_before(
    fake: Fake, company: Sample, contact: Asking, create: Create, capped: tuple[Cap, int]
) -> None:
    company.world.rules.cap = capped[0]
    for _ in range(capped[1]):
        company.world.broadcast_personally(company.alice, [company.zhang], "Hello")
    answer = create(company.zhang, company.li, sender="alice")
    assert answer["fail_list"] == []
    company.world.confirm(answer["msgid"], company.alice)
    assert statuses(contact, answer["msgid"]) == [3, 1]
    fake.advance(31 * 86_400)
    contact.renew()
    again = create(company.zhang)["msgid"]
    company.world.confirm(again, company.alice)
    assert statuses(contact, again) == [1]


def test_a_platform_that_tells_the_cap_at_once(company: Sample, create: Create) -> None:
    company.world.rules.cap, company.world.rules.tells_cap = "1_a_day", True
    company.world.broadcast_personally(company.alice, [company.zhang], "Hello")
    assert create(company.zhang, company.li, sender="alice")["fail_list"] == [company.zhang.external_userid]


def test_a_member_may_leave_some_out_only_where_it_is_allowed(company: Sample, contact: Asking, create: Create) -> None:
    fixed = create(company.zhang, company.li, sender="alice")["msgid"]
    with pytest.raises(AssertionError, match="may not be changed"):
        company.world.confirm(fixed, company.alice, [company.zhang])
    msgid = create(company.zhang, company.li, sender="alice", allow_select=True)["msgid"]
    company.world.confirm(msgid, company.alice, [company.zhang])
    assert statuses(contact, msgid) == [1, 0]
    with pytest.raises(AssertionError, match="confirmed already"):
        company.world.confirm(msgid, company.alice)


def test_a_cancelled_one_cannot_be_confirmed_or_asked_about(company: Sample, contact: Asking, create: Create) -> None:
    msgid = create(company.zhang, company.acme)["msgid"]
    company.world.confirm(msgid, company.alice)
    assert contact.code("externalcontact/cancel_groupmsg_send", msgid=msgid) == 0
    assert {contact.code(path, msgid=msgid, userid="alice") for path in (TASK, RESULT)} == {41093}
    with pytest.raises(AssertionError, match="cancelled"):
        company.world.confirm(msgid, company.charlie)
    assert len(company.world.reached(company.zhang)) == 1


def test_the_fourth_reminder_of_a_day_is_refused(fake: Fake, company: Sample, contact: Asking, create: Create) -> None:
    msgid = create(company.zhang)["msgid"]
    codes = [contact.code("externalcontact/remind_groupmsg_send", msgid=msgid) for _ in range(4)]
    assert codes == [0, 0, 0, 41094]
    assert company.world.broadcasts[msgid].shares["alice"].reminded == 3
    fake.advance(86_400)
    contact.renew()
    assert contact.code("externalcontact/remind_groupmsg_send", msgid=msgid) == 0


def test_of_groups_only_those_that_were_sent_to_are_listed(company: Sample, contact: Asking, create: Create) -> None:
    first, second = (company.world.group(company.alice, name, [company.zhang]) for name in ("one", "two"))
    theirs = company.world.group(company.bob, "three", [company.li])
    answer = create(
        chat_type="group",
        sender="alice",
        chat_id_list=[first.chat_id, second.chat_id, theirs.chat_id],
        allow_select=True,
    )
    assert answer["fail_list"] == [theirs.chat_id]
    company.world.confirm(answer["msgid"], company.alice, [second])
    rows = contact.post(RESULT, msgid=answer["msgid"], userid="alice")["send_list"]
    assert [(row["chat_id"], row["status"]) for row in rows] == [(second.chat_id, 1)]
    assert len(company.world.reached(second, "broadcast")) == 1
    assert create(chat_type="group")["errcode"] == 40063


def test_an_audience_may_be_named_by_tags(company: Sample, contact: Asking, create: Create) -> None:
    vip = company.world.tag("VIP")
    company.world.mark(company.alice, company.zhang, vip)
    made = create(tag_filter={"group_list": [{"tag_list": [vip.id]}]})
    assert [one.to for one in company.world.broadcasts[made["msgid"]].shares["alice"].targets] == [
        company.zhang.external_userid
    ]


def test_results_come_in_pages_and_rows_added_meanwhile_lose_none(
    company: Sample, contact: Asking, create: Create
) -> None:
    customers = [company.world.customer(f"customer {number}") for number in range(7)]
    for customer in customers:
        company.world.befriend(company.alice, customer)
    msgid = create(*customers)["msgid"]
    company.world.confirm(msgid, company.alice)
    company.world.short_pages = True
    seen: list[str] = []
    sizes: list[int] = []
    cursor = ""
    while not sizes or cursor:
        answer = contact.post(RESULT, msgid=msgid, userid="alice", limit=4, cursor=cursor)
        sizes.append(len(answer["send_list"]))
        seen += [row["external_userid"] for row in answer["send_list"]]
        cursor = answer.get("next_cursor", "")
    assert seen == [one.external_userid for one in customers]
    assert (sizes[1], max(sizes)) == (0, 2)


def test_what_was_made_is_listed_with_times_as_they_come(company: Sample, contact: Asking, create: Create) -> None:
    company.world.broadcast_personally(company.alice, [company.zhang], "Hello")
    for _ in range(10):
        create(company.zhang)
    now = company.world.seconds
    sent: Json = {"chat_type": "single", "start_time": now - 86_400, "end_time": now}
    rows = contact.post("externalcontact/get_groupmsg_list_v2", sent)["group_msg_list"]
    assert {type(row["create_time"]) for row in rows} == {int, str}
    assert [row.get("creator", "") for row in rows] == ["alice"] + [""] * 10
    own = contact.post("externalcontact/get_groupmsg_list_v2", sent, filter_type=1)["group_msg_list"]
    assert [row["creator"] for row in own] == ["alice"]
    assert contact.code("externalcontact/get_groupmsg_list_v2", sent, start_time=now - 40 * 86_400) == 40058


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"chat_type": "everyone"}, 40058),
        ({"external_userid": ["wm"] * 10_001}, 40058),
        ({"external_userid": [5]}, 40058),
        ({"text": {"content": "客" * 1334}}, 45002),
        ({"text": {}}, 40063),
        ({"attachments": [{"msgtype": "image", "image": {"media_id": "gone"}}]}, 40007),
        ({"attachments": [{"msgtype": "link", "link": {"title": "客" * 43, "url": "https://a"}}]}, 45002),
        ({"attachments": [{"msgtype": "image", "image": {"pic_url": "https://a"}}] * 10}, 40058),
        ({"sender": "nobody"}, 60111),
        ({"allow_select": "yes"}, 40058),
    ],
)
def test_a_broadcast_is_held_to_its_page(contact: Asking, fields: Json, code: int) -> None:
    sent: Json = {"sender": "alice", "text": {"content": "News"}}
    assert contact.code("externalcontact/add_msg_template", sent | fields) == code
