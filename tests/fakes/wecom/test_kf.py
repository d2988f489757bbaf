"""微信客服: what sync_msg brings, and how far an app may answer."""

import pytest

from tests.fakes.wecom.asking import Asking
from tests.fakes.wecom.errors import Json
from tests.fakes.wecom.kf import Account
from tests.fakes.wecom.running import Fake
from tests.fakes.wecom.sample import Sample

HOUR = 3600


@pytest.fixture
def account(company: Sample) -> Account:
    return company.world.kf_account("Acme", [company.alice])


@pytest.fixture
def heard(company: Sample) -> list[Json]:
    events: list[Json] = []
    company.world.on_event(lambda _, fields: events.append(fields))
    return events


def sync(kf: Asking, account: Account, **fields: object) -> Json:
    sent: Json = {"open_kfid": account.open_kfid, **fields}
    return kf.post("kf/sync_msg", sent)


def words(company: Sample, account: Account, content: str = "hello", **fields: object) -> Json:
    sent: Json = {"touser": company.zhang.external_userid, "open_kfid": account.open_kfid}
    return sent | {"msgtype": "text", "text": {"content": content}} | fields


def test_the_doorbell_has_no_sender_and_a_token_for_ten_minutes(
    fake: Fake, company: Sample, kf: Asking, account: Account, heard: list[Json]
) -> None:
    company.world.kf_say(company.zhang, account, "在吗")
    assert (heard[-1]["OpenKfId"], "FromUserName" in heard[-1]) == (account.open_kfid, False)
    token = heard[-1]["Token"]
    answer = sync(kf, account, token=token)
    assert [(one["origin"], one["text"]["content"]) for one in answer["msg_list"]] == [(3, "在吗")]
    fake.advance(601)
    assert sync(kf, account, token=token)["errcode"] == 95007


def test_without_a_token_a_strict_limit_counts(fake: Fake, kf: Asking, account: Account) -> None:
    assert [sync(kf, account)["errcode"] for _ in range(6)] == [0] * 5 + [45009]
    fake.advance(60)
    assert sync(kf, account)["errcode"] == 0


def test_pages_may_be_empty_though_there_is_more_and_nothing_is_lost(
    company: Sample, kf: Asking, account: Account, heard: list[Json]
) -> None:
    for number in range(5):
        company.world.kf_say(company.zhang, account, str(number))
    company.world.short_pages = True
    seen: list[str] = []
    sizes: list[int] = []
    cursor, more = "", 1
    while more:
        answer = sync(kf, account, token=heard[-1]["Token"], cursor=cursor, limit=3)
        seen += [one["text"]["content"] for one in answer["msg_list"]]
        sizes.append(len(answer["msg_list"]))
        cursor, more = answer["next_cursor"], answer["has_more"]
    assert seen == ["0", "1", "2", "3", "4"]
    assert sizes == [0, 2, 0, 2, 0, 1]
    company.world.kf_say(company.zhang, account, "later")
    later = sync(kf, account, cursor=f"{cursor}.p")
    assert [one["text"]["content"] for one in later["msg_list"]] == ["later"]


def test_each_account_has_cursors_of_its_own(company: Sample, kf: Asking, account: Account) -> None:
    other = company.world.kf_account("Other")
    company.world.kf_say(company.zhang, account, "hello")
    cursor = sync(kf, account)["next_cursor"]
    assert len(cursor.encode()) <= 64
    assert sync(kf, other, cursor=cursor)["errcode"] == 40058
    assert sync(kf, other)["msg_list"] == []
    assert kf.code("kf/sync_msg", open_kfid="wk-unknown") == 95000


def test_what_the_api_sent_does_not_come_back_and_old_rows_are_gone(
    fake: Fake, company: Sample, kf: Asking, account: Account
) -> None:
    company.world.kf_say(company.zhang, account, "hello")
    assert kf.code("kf/send_msg", words(company, account)) == 0
    company.world.kf_answer(company.alice, account, company.zhang, "by hand")
    assert [one["origin"] for one in sync(kf, account)["msg_list"]] == [3, 5]
    fake.advance(3 * 86_400)
    kf.renew()
    assert sync(kf, account)["msg_list"] == []


def test_five_answers_to_a_message_within_48_hours(fake: Fake, company: Sample, kf: Asking, account: Account) -> None:
    assert kf.code("kf/send_msg", words(company, account)) == 95002
    company.world.kf_say(company.zhang, account, "hello")
    assert [kf.code("kf/send_msg", words(company, account)) for _ in range(6)] == [0] * 5 + [95001]
    company.world.kf_say(company.zhang, account, "still there?")
    fake.advance(48 * HOUR)
    kf.renew()
    assert kf.code("kf/send_msg", words(company, account)) == 0
    fake.advance(1)
    assert kf.code("kf/send_msg", words(company, account)) == 95002
    assert len(company.world.reached(company.zhang, "kf")) == 6


def test_an_accepted_message_may_fail_later(company: Sample, kf: Asking, account: Account) -> None:
    company.world.kf_say(company.zhang, account, "hello")
    company.world.kf_fails(4)
    answer = kf.post("kf/send_msg", words(company, account, msgid="own-1"))
    assert (answer["errcode"], answer["msgid"]) == (0, "own-1")
    row = sync(kf, account)["msg_list"][-1]
    assert (row["event"]["event_type"], row["event"]["fail_msgid"], row["event"]["fail_type"]) == (
        "msg_send_fail",
        "own-1",
        4,
    )
    assert "external_userid" not in row
    assert company.world.reached(company.zhang, "kf") == []


def test_a_human_has_the_session_until_it_ends(fake: Fake, company: Sample, kf: Asking, account: Account) -> None:
    company.world.kf_say(company.zhang, account, "hello")
    place: Json = {"open_kfid": account.open_kfid, "external_userid": company.zhang.external_userid}
    trans = "kf/service_state/trans"
    assert kf.code(trans, place, service_state=3, servicer_userid="Bob") == 95004
    assert kf.code(trans, place, service_state=3, servicer_userid="alice") == 0
    assert kf.code("kf/send_msg", words(company, account)) == 95018
    assert kf.code(trans, place, service_state=1) == 95016
    last = kf.post(trans, place, service_state=4)["msg_code"]
    assert kf.code("kf/send_msg", words(company, account)) == 95013
    bye: Json = {"code": last, "msgtype": "text", "text": {"content": "bye"}}
    assert [kf.code("kf/send_msg_on_event", bye) for _ in range(2)] == [0, 41050]
    company.world.kf_say(company.zhang, account, "again")
    assert kf.post("kf/service_state/get", place)["service_state"] == 0


def test_a_welcome_within_twenty_seconds_and_only_every_48_hours(
    fake: Fake, company: Sample, kf: Asking, account: Account
) -> None:
    def welcome(event: Json) -> int:
        sent: Json = {"code": event["welcome_code"], "msgtype": "text", "text": {"content": "您好"}}
        return kf.code("kf/send_msg_on_event", sent)

    late = company.world.kf_enter(company.li, account)
    fake.advance(21)
    assert welcome(late) == 41050
    assert welcome(company.world.kf_enter(company.zhang, account, scene="shop")) == 0
    assert "welcome_code" not in company.world.kf_enter(company.zhang, account)
    account.welcome = True
    assert "welcome_code" not in company.world.kf_enter(company.acme, account)


def test_sessions_change_hands_and_messages_are_recalled(company: Sample, kf: Asking, account: Account) -> None:
    msgid = company.world.kf_say(company.zhang, account, "oops")
    company.world.kf_recall(account, company.zhang, msgid)
    company.world.kf_hand(account, company.zhang, company.alice)
    company.world.kf_hand(account, company.zhang, company.alice, change=3)
    events = [one["event"] for one in sync(kf, account)["msg_list"][1:]]
    assert events[0]["recall_msgid"] == msgid
    assert [one.get("change_type") for one in events] == [None, 1, 3]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"msgtype": "news"}, 40008),
        ({"text": {"content": "客" * 683}}, 45002),
        ({"msgid": "x" * 33}, 40058),
        ({"touser": "wm-nobody"}, 40096),
        ({"msgtype": "msgmenu", "msgmenu": {"list": [{"type": "click"}]}}, 40063),
        ({"msgtype": "image", "image": {"media_id": "gone"}}, 40007),
    ],
)
def test_an_answer_is_held_to_its_page(company: Sample, kf: Asking, account: Account, fields: Json, code: int) -> None:
    company.world.kf_say(company.zhang, account, "hello")
    assert kf.code("kf/send_msg", words(company, account) | fields) == code


def test_accounts_and_their_servicers(company: Sample, kf: Asking, account: Account) -> None:
    picture = ("face.png", b"0123456789", "image/png")
    media_id = kf.raw("POST", "media/upload", params={"type": "image"}, files={"media": picture}).json()["media_id"]
    made = kf.post("kf/account/add", name="Shop", media_id=media_id)["open_kfid"]
    listed = kf.post("kf/account/list", offset=0, limit=100)["account_list"]
    assert [one["name"] for one in listed] == ["Acme", "Shop"]
    added = kf.post("kf/servicer/add", open_kfid=made, userid_list=["Bob", "nobody"])["result_list"]
    assert [one["errcode"] for one in added] == [0, 60111]
    assert [one["userid"] for one in kf.get("kf/servicer/list", open_kfid=made)["servicer_list"]] == ["Bob"]
    assert kf.post("kf/add_contact_way", open_kfid=made, scene="fair")["url"].startswith("http://127.0.0.1")
    assert kf.code("kf/account/del", open_kfid=made) == 0
    known = kf.post("kf/customer/batchget", external_userid_list=[company.zhang.external_userid, "wm-nobody"])
    assert (known["customer_list"][0]["nickname"], known["invalid_external_userid"]) == ("张三", ["wm-nobody"])
