"""What customers write to the company's account is in the record, and staff answer from there within the rules."""

import pytest
from sqlmodel import select

from crm_core.conversations.tables import EnvelopeRow, Message
from crm_core.outreach.tables import DeliveryState
from crm_core.platforms import memory
from tests.adapters.wecom.kf.conftest import HOUR, Service
from tests.eventually import eventually


def test_what_a_customer_and_a_servicer_write_is_in_the_record(service: Service) -> None:
    world, company = service.company.world, service.company
    service.customer_says("在吗")
    world.kf_answer(company.alice, service.account, company.zhang, "在的")
    eventually(lambda: service.recorded() == [("张三", "在吗"), ("Alice", "在的")])
    with service.database.reading() as session:
        found = session.exec(select(Message.customer_id)).all()
    assert found == [service.customer_id] * 2


def test_pages_that_are_short_or_empty_are_read_to_the_end(service: Service) -> None:
    service.company.world.short_pages = True
    for n in range(20):
        service.customer_says(str(n))
    eventually(lambda: [text for _, text in service.recorded()] == [str(n) for n in range(20)])


def test_each_account_has_its_own_cursor(service: Service) -> None:
    world = service.company.world
    second = world.kf_account("Acme 售后")
    service.customer_says("一")
    world.kf_say(service.company.zhang, second, "二")
    eventually(lambda: len(cursors(service)) == 2 and texts(service) == {"一", "二"})
    assert all(key in document["cursor"] for key, document in cursors(service).items())


def test_a_token_that_is_too_old_is_left_out(service: Service) -> None:
    service.customer_says("一")
    eventually(lambda: texts(service) == {"一"})
    del service.fake.hearings["crm"]
    service.customer_says("二")
    doors = service.running.program.wecom_doors
    assert doors is not None
    assert doors.kf is not None
    service.running.call(doors.kf.sync.read(service.account.open_kfid, token="stale"))
    eventually(lambda: texts(service) == {"一", "二"})


def test_a_recall_takes_the_message_back(service: Service) -> None:
    msgid = service.customer_says("发错了")
    service.company.world.kf_recall(service.account, service.company.zhang, msgid)
    eventually(lambda: service.recorded() == [("张三", "")])


def test_what_lets_somebody_send_is_not_stored(service: Service) -> None:
    service.company.world.kf_enter(service.company.zhang, service.account)
    service.customer_says("在吗")
    eventually(service.recorded)
    with service.database.reading() as session:
        bodies = "".join(row.body for row in session.exec(select(EnvelopeRow)))
    assert "enter_session" in bodies
    assert "welcome_code" not in bodies
    assert all(token not in bodies for token in service.company.world.kf.tokens)


def test_what_was_written_while_nobody_listened_is_read_at_the_next_start(service: Service) -> None:
    service.customer_says("一")
    eventually(lambda: texts(service) == {"一"})
    del service.fake.hearings["crm"]
    service.customer_says("二")
    doors = service.running.program.wecom_doors
    assert doors is not None
    assert doors.kf is not None
    service.running.call(doors.kf.stop())
    service.running.call(doors.kf.start())
    eventually(lambda: texts(service) == {"一", "二"})


def test_staff_answer_from_the_record_and_it_is_in_the_record(service: Service) -> None:
    service.customer_says("报价单呢")
    eventually(service.recorded)
    said = service.alice_says("回复客服 张三: 马上发您")
    assert "还可回复 4 条" in said
    service.deliver()
    assert service.reached() == ["马上发您"]
    eventually(lambda: service.recorded() == [("张三", "报价单呢"), ("Alice", "马上发您")])
    (delivery,) = service.sent()
    assert delivery.state is DeliveryState.SENT


def test_the_card_counts_down(service: Service) -> None:
    service.customer_says("在吗")
    eventually(service.recorded)
    assert "还可回复 5 条" in service.alice_says("查 张三")
    service.fake.advance(47 * HOUR)
    shown = service.alice_says("查 张三")
    assert "1 小时" in shown
    assert "回复客服" in shown


def test_after_five_answers_the_sixth_is_refused_before_it_is_sent(service: Service) -> None:
    service.customer_says("在吗")
    eventually(service.recorded)
    for n in range(5):
        service.alice_says(f"回复客服 #{service.customer_id}: 第{n}条")
    assert "已经回复了 5 条" in service.alice_says(f"回复客服 #{service.customer_id}: 第六条")
    assert len(service.sent()) == 5
    service.fake.advance(1)
    service.customer_says("又来了")
    eventually(lambda: "又来了" in texts(service))
    assert "还可回复 4 条" in service.alice_says(f"回复客服 #{service.customer_id}: 您好")


def test_after_48_hours_it_is_refused_with_how_long_ago_they_wrote(service: Service) -> None:
    service.customer_says("在吗")
    eventually(service.recorded)
    service.fake.advance(50 * HOUR)
    assert "50 小时前" in service.alice_says("回复客服 张三: 在的")
    assert service.sent() == []


def test_who_never_wrote_cannot_be_answered(service: Service) -> None:
    assert "没有给客服账号写过信" in service.alice_says("回复客服 张三: 您好")


@pytest.mark.parametrize(("fail_type", "why"), [(4, "48 小时"), (10, "拒收"), (8, "企业微信拒绝了")])
def test_a_failure_that_comes_afterwards_is_told_to_the_author(service: Service, fail_type: int, why: str) -> None:
    service.customer_says("在吗")
    eventually(service.recorded)
    service.company.world.kf_fails(fail_type)
    service.alice_says("回复客服 张三: 在的")
    before = len(service.answers())
    service.deliver()
    eventually(lambda: service.sent()[0].state is DeliveryState.DEAD)
    service.deliver()
    eventually(lambda: len(service.answers()) > before)
    assert why in service.answers()[-1]
    assert "没有送达" in service.answers()[-1]


def test_a_customer_in_the_hands_of_a_colleague_is_told_as_such(service: Service) -> None:
    world, company = service.company.world, service.company
    service.customer_says("在吗")
    eventually(service.recorded)
    world.kf_hand(service.account, company.zhang, company.alice)
    service.alice_says("回复客服 张三: 在的")
    before = len(service.answers())
    service.deliver()
    service.deliver()
    eventually(lambda: len(service.answers()) > before)
    assert "人工接待" in service.answers()[-1]
    assert service.reached() == []


def cursors(service: Service) -> dict[str, dict[str, str]]:
    with service.database.reading() as session:
        return memory.everything(session, "wecom", "kf_cursor")


def texts(service: Service) -> set[str]:
    with service.database.reading() as session:
        return set(session.exec(select(Message.text).where(Message.addressed == False)))  # noqa: E712
