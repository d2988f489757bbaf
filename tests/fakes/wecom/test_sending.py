"""Messages to employees: what is accepted, what of it arrives, and what may be done with it afterwards."""

import pytest

from tests.fakes.wecom.asking import Asking
from tests.fakes.wecom.errors import Json
from tests.fakes.wecom.running import Fake
from tests.fakes.wecom.sample import Sample


def text(company: Sample, words: str = "hello", to: str = "alice", **fields: object) -> Json:
    body: Json = {"touser": to, "msgtype": "text", "agentid": company.crm.agent_id, "text": {"content": words}}
    return body | fields


def card(company: Sample, task_id: str = "t1", **fields: object) -> Json:
    shown: Json = {
        "card_type": "button_interaction",
        "main_title": {"title": "Acme"},
        "button_list": [{"text": "Done", "key": "done"}],
        "task_id": task_id,
    }
    shown |= fields
    return {"touser": "alice", "msgtype": "template_card", "agentid": company.crm.agent_id, "template_card": shown}


def test_a_message_stands_in_the_chat_of_its_receiver(company: Sample, crm: Asking) -> None:
    answer = crm.post("message/send", text(company, "你好"))
    assert (answer["errcode"], answer["errmsg"]) == (0, "ok")
    assert [one.body["content"] for one in company.world.received(company.alice)] == ["你好"]
    assert company.world.received(company.bob) == []


def test_some_wrong_receivers_are_named_in_lower_case_beside_errcode_0(company: Sample, crm: Asking) -> None:
    company.world.extras = False
    company.charlie.licensed = False
    answer = crm.post("message/send", text(company, to="alice|BOB|Nobody|charlie"))
    assert (answer["errcode"], answer["invaliduser"], answer["unlicenseduser"]) == (0, "nobody", "charlie")
    assert company.world.sent[0].delivered == ["alice", "Bob"]


def test_when_nobody_can_be_reached_it_is_an_error(company: Sample, crm: Asking) -> None:
    assert crm.code("message/send", text(company, to="nobody")) == 81013
    company.crm.visible = {"Bob"}
    assert crm.code("message/send", text(company)) == 81013
    assert crm.code("message/send", text(company, to="")) == 82001


def test_a_team_receives_and_so_do_the_teams_under_it(company: Sample, crm: Asking) -> None:
    under = company.world.team("north", company.sales)
    dora = company.world.staff_member("dora", team=under)
    assert crm.code("message/send", text(company, to="", toparty=str(company.sales.id))) == 0
    assert company.world.sent[0].delivered == ["alice", "Bob", dora.userid]


def test_what_is_above_thirty_a_minute_is_dropped_without_a_word(fake: Fake, company: Sample, crm: Asking) -> None:
    assert {crm.code("message/send", text(company, str(number))) for number in range(33)} == {0}
    assert len(company.world.received(company.alice)) == 30
    assert sum(len(one.dropped) for one in company.world.sent) == 3
    fake.advance(60)
    crm.post("message/send", text(company, "later"))
    assert len(company.world.received(company.alice)) == 31


def test_a_thousand_an_hour_is_the_other_limit(company: Sample, crm: Asking) -> None:
    company.world.limits.person_hourly = 2
    for number in range(3):
        crm.post("message/send", text(company, str(number)))
    assert len(company.world.received(company.alice)) == 2


def test_the_same_words_within_the_interval_are_swallowed_when_asked_to(
    fake: Fake, company: Sample, crm: Asking
) -> None:
    checked = text(company, enable_duplicate_check=1, duplicate_check_interval=60)
    assert [crm.code("message/send", checked) for _ in range(2)] == [0, 0]
    assert len(company.world.received(company.alice)) == 1
    fake.advance(61)
    crm.post("message/send", checked)
    assert len(company.world.received(company.alice)) == 2


def test_text_is_counted_in_bytes_and_cut(company: Sample, crm: Asking) -> None:
    assert crm.code("message/send", text(company, "客" * 700)) == 0
    assert company.world.sent[0].body["content"] == "客" * 682
    markdown = {"touser": "alice", "msgtype": "markdown", "agentid": company.crm.agent_id}
    assert crm.code("message/send", markdown, markdown={"content": "客" * 683}) == 45002


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"agentid": 1}, 301002),
        ({"agentid": "1000002"}, 40058),
        ({"msgtype": "shout"}, 40008),
        ({"msgtype": None}, 40063),
        ({"text": None}, 40063),
        ({"text": "hello"}, 40058),
        ({"text": {"content": 5}}, 40058),
        ({"touser": "|".join(str(number) for number in range(1001))}, 40058),
        ({"toparty": "|".join(str(number) for number in range(101))}, 82002),
    ],
)
def test_what_is_not_as_documented_is_refused(company: Sample, crm: Asking, change: Json, code: int) -> None:
    assert crm.code("message/send", text(company) | change) == code
    assert company.world.sent == []


def test_a_card_is_changed_once_by_its_response_code(company: Sample, crm: Asking) -> None:
    answer = crm.post("message/send", card(company))
    change = {"agentid": company.crm.agent_id, "response_code": answer["response_code"], "userids": ["alice"]}
    change["button"] = {"replace_name": "Done by Alice"}
    assert crm.code("message/update_template_card", change) == 0
    shown = company.world.received(company.alice)[0].shown_to("alice")
    assert shown["replaced_button"] == "Done by Alice"
    assert crm.code("message/update_template_card", change) == 40058


def test_each_click_brings_another_response_code_and_it_does_not_live_for_ever(
    fake: Fake, company: Sample, crm: Asking
) -> None:
    crm.post("message/send", card(company))
    fields = company.world.click(company.alice, company.world.sent[0], "done")
    assert (fields["EventKey"], fields["TaskId"], fields["AgentID"]) == ("done", "t1", company.crm.agent_id)
    fake.advance(86_401)
    crm.renew()
    change = {"agentid": company.crm.agent_id, "response_code": fields["ResponseCode"], "atall": 1}
    assert crm.code("message/update_template_card", change, button={"replace_name": "Done"}) == 40058


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"task_id": "has blank"}, 40058),
        ({"task_id": ""}, 40063),
        ({"card_type": "poster"}, 40058),
        ({"button_list": [{"text": str(number), "key": str(number)} for number in range(7)]}, 40058),
        ({"button_list": [{"text": "a", "key": "k"}, {"text": "b", "key": "k"}]}, 40058),
        ({"button_list": []}, 40063),
        ({"main_title": {}}, 40063),
        ({"card_type": "text_notice"}, 40063),
        ({"card_type": "multiple_interaction", "select_list": [{"question_key": "q", "option_list": []}]}, 40063),
    ],
)
def test_a_card_is_held_to_its_page(company: Sample, crm: Asking, fields: Json, code: int) -> None:
    assert crm.code("message/send", card(company, **fields)) == code


def test_a_task_id_is_never_used_twice_and_buttons_need_a_callback(company: Sample, crm: Asking) -> None:
    assert [crm.code("message/send", card(company)) for _ in range(2)] == [0, 40058]
    company.crm.callback = False
    assert crm.code("message/send", card(company, "t2")) == 43012


def test_a_message_is_recalled_within_a_day_by_its_own_app(fake: Fake, company: Sample, crm: Asking) -> None:
    first, second = (crm.post("message/send", text(company, word))["msgid"] for word in ("one", "two"))
    assert crm.code("message/recall", msgid=first) == 0
    assert [one.body["content"] for one in company.world.received(company.alice)] == ["two"]
    fake.advance(86_401)
    crm.renew()
    assert crm.code("message/recall", msgid=second) == 41064
    assert crm.code("message/recall", msgid="5") == 41065
