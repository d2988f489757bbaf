"""The library of corp tags, and the tags of each pair."""

from collections.abc import Callable

import pytest

from tests.fakes.wecom import tags
from tests.fakes.wecom.asking import Asking
from tests.fakes.wecom.corp import App
from tests.fakes.wecom.errors import Json
from tests.fakes.wecom.sample import Sample


@pytest.fixture
def heard(company: Sample) -> list[Json]:
    events: list[Json] = []
    company.world.on_event(lambda _, fields: events.append(fields))
    return events


def add(who: Asking, *names: str, group: str = "等级") -> Json:
    named = [{"name": name} for name in names]
    return who.post("externalcontact/add_corp_tag", group_name=group, tag=named)


def test_the_same_name_twice_is_one_tag_and_the_same_group_is_joined(contact: Asking) -> None:
    first = add(contact, "VIP", "VIP")["tag_group"]
    assert [tag["name"] for tag in first["tag"]] == ["VIP"]
    second = add(contact, "普通")["tag_group"]
    assert second["group_id"] == first["group_id"]
    listed = contact.post("externalcontact/get_corp_tag_list")["tag_group"]
    assert [[tag["name"] for tag in group["tag"]] for group in listed] == [["VIP", "普通"]]


@pytest.mark.parametrize(("names", "code"), [(("VIP",), 40071), (("长" * 31,), 40072), (("",), 40063), ((), 40063)])
def test_names_are_unique_and_short(contact: Asking, names: tuple[str, ...], code: int) -> None:
    add(contact, "VIP")
    assert add(contact, *names)["errcode"] == code


def test_there_are_never_more_than_three_thousand(contact: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tags, "MOST", 2)
    assert [add(contact, name)["errcode"] for name in ("one", "two", "three")] == [0, 0, 40126]


def test_an_app_only_touches_what_it_made(company: Sample, crm: Asking, contact: Asking) -> None:
    company.crm.lists_contact = True
    theirs = company.world.tag("VIP")
    assert crm.code("externalcontact/edit_corp_tag", id=theirs.id, name="vip") == 81011
    assert crm.code("externalcontact/del_corp_tag", tag_id=[theirs.id]) == 81011
    own = add(crm, "Mine", group="crm")["tag_group"]["tag"][0]["id"]
    assert crm.code("externalcontact/edit_corp_tag", id=own, name="Ours") == 0
    assert contact.code("externalcontact/del_corp_tag", tag_id=[own, theirs.id]) == 0


def test_a_group_vanishes_with_its_last_tag_and_so_do_the_marks(
    company: Sample, contact: Asking, heard: list[Json]
) -> None:
    tag = company.world.tag("VIP")
    company.world.mark(company.alice, company.zhang, tag)
    assert contact.code("externalcontact/del_corp_tag", tag_id=[tag.id]) == 0
    assert contact.post("externalcontact/get_corp_tag_list")["tag_group"] == []
    assert company.world.relation(company.alice, company.zhang).tags == []
    told = [(one["ChangeType"], one["TagType"]) for one in heard if one["Event"] == "change_external_tag"]
    assert told == [("create", "tag_group"), ("create", "tag"), ("delete", "tag"), ("delete", "tag_group")]
    asked = contact.post("externalcontact/get_corp_tag_list", tag_id=[tag.id])["tag_group"]
    assert asked[0]["tag"][0]["deleted"] is True


def test_a_mark_belongs_to_the_pair_and_comes_back_as_an_event(
    company: Sample, contact: Asking, heard: list[Json]
) -> None:
    vip, new = company.world.tag("VIP"), company.world.tag("New")
    pair = {"userid": "alice", "external_userid": company.li.external_userid}
    assert contact.code("externalcontact/mark_tag", pair, add_tag=[vip.id, new.id]) == 0
    assert contact.code("externalcontact/mark_tag", pair, remove_tag=[new.id]) == 0
    assert company.world.relation(company.alice, company.li).tags == [vip.id]
    assert company.world.relation(company.bob, company.li).tags == []
    assert [one["ChangeType"] for one in heard[-2:]] == ["edit_external_contact"] * 2


def test_a_mark_with_a_tag_that_is_gone_changes_nothing(company: Sample, contact: Asking, heard: list[Json]) -> None:
    vip, gone = company.world.tag("VIP"), company.world.tag("Gone")
    company.world.delete_tag(gone)
    pair = {"userid": "alice", "external_userid": company.zhang.external_userid}
    assert contact.code("externalcontact/mark_tag", pair, add_tag=[vip.id, gone.id]) == 40068
    assert contact.code("externalcontact/mark_tag", pair) == 40063
    assert company.world.relation(company.alice, company.zhang).tags == []
    stranger = pair | {"external_userid": company.acme.external_userid}
    assert contact.code("externalcontact/mark_tag", stranger, add_tag=[vip.id]) == 84061


def test_strategy_tags_are_for_the_secret_of_customer_contact(
    company: Sample, contact: Asking, asking: Callable[[App], Asking], heard: list[Json]
) -> None:
    company.crm.lists_contact = True
    sent = {"strategy_id": 1, "group_name": "北区", "tag": [{"name": "VIP"}]}
    assert asking(company.crm).code("externalcontact/add_strategy_tag", sent) == 48002
    made = contact.post("externalcontact/add_strategy_tag", sent)["tag_group"]
    assert heard[-1]["StrategyId"] == 1
    assert contact.post("externalcontact/get_corp_tag_list")["tag_group"] == []
    assert contact.post("externalcontact/get_strategy_tag_list", strategy_id=1)["tag_group"][0]["strategy_id"] == 1
    pair = {"userid": "alice", "external_userid": company.zhang.external_userid}
    assert contact.code("externalcontact/mark_tag", pair, add_tag=[made["tag"][0]["id"]]) == 0
    shown = contact.get("externalcontact/get", external_userid=company.zhang.external_userid)["follow_user"]
    assert shown[0]["tags"][0]["type"] == 3
