"""在职/离职继承: who takes over whose customers and groups, and when."""

import pytest

from tests.fakes.wecom.asking import Asking
from tests.fakes.wecom.errors import Json
from tests.fakes.wecom.running import Fake
from tests.fakes.wecom.sample import Sample

DAY = 86_400


def hand(company: Sample, to: str = "Bob", **fields: object) -> Json:
    sent: Json = {"handover_userid": "alice", "takeover_userid": to}
    return sent | {"external_userid": [company.zhang.external_userid]} | fields


def result(contact: Asking, path: str = "externalcontact/transfer_result") -> list[int]:
    contact.renew()
    rows = contact.post(path, handover_userid="alice", takeover_userid="Bob")["customer"]
    return [row["status"] for row in rows]


def test_a_customer_changes_hands_after_a_day(fake: Fake, company: Sample, contact: Asking) -> None:
    heard: list[Json] = []
    company.world.on_event(lambda _, fields: heard.append(fields))
    company.world.note(company.alice, company.zhang, remark="张总")
    sent = hand(company, transfer_success_msg="您好,我是 Bob")
    assert contact.post("externalcontact/transfer_customer", sent)["customer"][0]["errcode"] == 0
    assert result(contact) == [2]
    fake.advance(DAY)
    assert result(contact) == [1]
    assert company.world.relation(company.bob, company.zhang).remark == "张总"
    assert [(one["ChangeType"], one.get("Source", "")) for one in heard[1:]] == [
        ("del_external_contact", "DELETE_BY_TRANSFER"),
        ("add_external_contact", ""),
    ]
    assert [one.sender for one in company.world.reached(company.zhang, "transfer")] == ["Bob"]


def test_a_customer_may_refuse(fake: Fake, company: Sample, contact: Asking) -> None:
    heard: list[Json] = []
    company.world.on_event(lambda _, fields: heard.append(fields))
    company.zhang.refuses_transfer = True
    contact.post("externalcontact/transfer_customer", hand(company))
    fake.advance(DAY)
    assert result(contact) == [3]
    assert heard[-1]["FailReason"] == "customer_refused"
    assert company.world.relation(company.alice, company.zhang).usable


def test_the_receiver_may_be_full_by_then(fake: Fake, company: Sample, contact: Asking) -> None:
    company.bob.most_customers = 2
    contact.post("externalcontact/transfer_customer", hand(company))
    company.world.befriend(company.bob, company.acme)
    fake.advance(DAY)
    assert result(contact) == [4]


def test_each_customer_has_a_code_of_their_own(fake: Fake, company: Sample, contact: Asking) -> None:
    def codes() -> list[int]:
        ids = [company.zhang.external_userid, company.acme.external_userid]
        answer = contact.post("externalcontact/transfer_customer", hand(company, external_userid=ids))
        return [one["errcode"] for one in answer["customer"]]

    assert codes() == [0, 40131]
    assert codes() == [40129, 40131]
    fake.advance(DAY)
    contact.renew()
    back: Json = {"handover_userid": "Bob", "takeover_userid": "alice"}
    back["external_userid"] = [company.zhang.external_userid]
    assert contact.post("externalcontact/transfer_customer", back)["customer"][0]["errcode"] == 40128


@pytest.mark.parametrize(("field", "value", "code"), [("verified", False, 40098), ("barred", True, 40143)])
def test_not_everybody_may_take_over(company: Sample, contact: Asking, field: str, value: bool, code: int) -> None:
    setattr(company.bob, field, value)
    assert contact.code("externalcontact/transfer_customer", hand(company)) == code
    assert contact.code("externalcontact/transfer_customer", hand(company, "alice")) == 40130


def test_customers_of_who_left_wait_for_somebody(fake: Fake, company: Sample, contact: Asking) -> None:
    assert contact.code("externalcontact/resigned/transfer_customer", hand(company)) == 40097
    company.world.leave(company.alice)
    waiting = contact.post("externalcontact/get_unassigned_list", page_id=0, page_size=1)
    assert (waiting["info"][0]["external_userid"], waiting["is_last"]) == (company.zhang.external_userid, False)
    assert contact.code("externalcontact/transfer_customer", hand(company)) == 60111
    started = contact.post("externalcontact/resigned/transfer_customer", hand(company))
    assert started["customer"][0]["errcode"] == 0
    rest = contact.post("externalcontact/get_unassigned_list")["info"]
    assert [one["external_userid"] for one in rest] == [company.li.external_userid]
    fake.advance(DAY)
    assert result(contact, "externalcontact/resigned/transfer_result") == [1]


def test_groups_change_hands_at_once(company: Sample, contact: Asking) -> None:
    group = company.world.group(company.alice, "Acme", [company.zhang])
    move: Json = {"chat_id_list": [group.chat_id, "wr-unknown"], "new_owner": "Bob"}
    failed = contact.post("externalcontact/groupchat/transfer", move)["failed_chat_list"]
    assert [one["errcode"] for one in failed] == [90500, 86003]
    assert contact.post("externalcontact/groupchat/onjob_transfer", move)["failed_chat_list"][0]["errcode"] == 86003
    assert (group.owner, "Bob" in group.members) == ("Bob", True)
    company.world.leave(company.bob)
    assert group.status == 1
    move |= {"new_owner": "charlie", "chat_id_list": [group.chat_id]}
    assert contact.post("externalcontact/groupchat/onjob_transfer", move)["failed_chat_list"][0]["errcode"] == 90502
    assert contact.post("externalcontact/groupchat/transfer", move)["failed_chat_list"] == []
    assert (group.owner, group.status) == ("charlie", 3)
