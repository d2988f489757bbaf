"""企业群发: one task for each member of staff, confirmed or not, and what came of it for each customer."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crm_core.address_book import Standing
from crm_core.customers.tables import Customer
from crm_core.database import Database
from crm_core.errors import Conflict
from crm_core.outreach import broadcasts
from crm_core.outreach.tables import Broadcast, BroadcastState, DeliveryState, TaskState
from crm_core.outreach.tasks import rhythm
from crm_core.outreach.tasks.steering import Reminded
from crm_core.people import staff as people
from tests.adapters.wecom.campaign import DAY, HOUR, Campaign, campaigning
from tests.fakes.journal import Entry
from tests.fakes.wecom.faults import Fault

CREATE, TASK, RESULT = "add_msg_template", "get_groupmsg_task", "get_groupmsg_send_result"
WAITING, SENT, DEAD = DeliveryState.WAITING, DeliveryState.SENT, DeliveryState.DEAD


@pytest.fixture
def campaign(sqlite_database: Database) -> Iterator[Campaign]:
    with campaigning(sqlite_database) as campaign:
        yield campaign


def test_each_customer_is_in_one_task_of_one_member(database: Database) -> None:
    with campaigning(database) as campaign:
        broadcast_id = campaign.created()
        assert [(task.sender, task.state) for task in campaign.tasks()] == [
            ("alice", TaskState.WAITING),
            ("charlie", TaskState.WAITING),
        ]
        assert set(campaign.had().values()) == {1}
        assert campaign.counts(broadcast_id) == {WAITING: 3}
        campaign.fake.world.confirm(campaign.task(campaign.company.alice).msgid, campaign.company.alice)
        campaign.go(60)
        assert campaign.counts(broadcast_id) == {WAITING: 1, SENT: 2}
        campaign.fake.world.confirm(campaign.task(campaign.company.charlie).msgid, campaign.company.charlie)
        campaign.go(5 * 60)
        assert campaign.counts(broadcast_id) == {SENT: 3}
        assert campaign.states() == [TaskState.SENT] * 2
        [sent_at] = {one.at for one in campaign.fake.world.reached(campaign.company.acme)}
        with database.reading() as session:
            rows = broadcasts.deliveries(session, broadcast_id, viewer=campaign.viewer(session), state=SENT)
            assert {row.sent_at for row in rows if row.name == "王五"} == {datetime.fromtimestamp(int(sent_at), UTC)}


def test_the_preview_says_who_will_have_to_confirm_and_who_cannot_be_reached(campaign: Campaign) -> None:
    lost = campaign.company.world.customer("赵六")
    campaign.know(lost, campaign.company.bob)
    campaign.connect(lost, campaign.company.bob, Standing.LOST)
    preview = campaign.preview("{name|您}好,我是{owner|小助手}")
    assert preview.asked == (("Alice", 2), ("Charlie", 1))
    assert preview.left_out == {"no_sender": 1}
    assert [sample.text for sample in preview.samples] == ["您好,我是Alice", "您好,我是Alice", "您好,我是Charlie"]


def test_the_owner_writes_else_who_talked_last_else_who_was_connected_last(database: Database) -> None:
    with campaigning(database) as campaign:
        company, li = campaign.company, campaign.company.li
        assert senders(campaign)["李四"] == "alice"
        campaign.connect(li, company.alice, Standing.DELETED)
        assert senders(campaign)["李四"] == "Bob"
        campaign.fake.advance(60)
        campaign.connect(li, company.charlie)
        assert senders(campaign)["李四"] == "charlie"
        campaign.talked(company.bob, li)
        assert senders(campaign)["李四"] == "Bob"
        with database.writing() as session:
            bob = people.by_name(session, "Bob")
            assert bob is not None
            people.change(session, bob, active=False)
        assert senders(campaign)["李四"] == "charlie"


def senders(campaign: Campaign) -> dict[str, str]:
    """Customer → who is to write to them in a broadcast that is cancelled again."""
    broadcast_id = campaign.send()
    found = campaign.senders(broadcast_id)
    campaign.cancel(broadcast_id)
    return found


def test_groups_are_written_to_by_whose_they_are(database: Database) -> None:
    with campaigning(database) as campaign:
        company, world = campaign.company, campaign.fake.world
        group = world.group(company.bob, "Acme 项目", [company.acme, company.charlie])
        campaign.link(group, company.acme)
        broadcast_id = campaign.send(to_groups=True)
        assert campaign.senders(broadcast_id) == {"王五": "Bob"}
        assert campaign.left_out(broadcast_id) == {"no_group": 2}
        campaign.go()
        campaign.go(60)
        world.confirm(campaign.task(company.bob).msgid, company.bob)
        campaign.go(60)
        assert len(world.reached(group, "broadcast")) == 1
        assert campaign.counts(broadcast_id) == {SENT: 1}
        world.dismiss(group)


def test_a_text_that_names_the_customer_goes_to_nobody_since_all_get_the_same(campaign: Campaign) -> None:
    assert campaign.preview("{name},新品到了").left_out == {"same_text": 3}
    assert campaign.preview("客" * 1300).left_out == {"text_too_long": 3}


def test_nobody_has_it_while_nobody_confirms_and_after_a_week_it_is_taken_back(campaign: Campaign) -> None:
    broadcast_id = campaign.created()
    campaign.go(3 * DAY)
    assert campaign.counts(broadcast_id) == {WAITING: 3}
    campaign.go(5 * DAY)
    assert campaign.states() == [TaskState.CLOSED] * 2
    assert set(campaign.deliveries(broadcast_id).values()) == {(DEAD, "not_confirmed")}
    assert all(made.cancelled for made in campaign.fake.world.broadcasts.values())
    asked = campaign.asked(TASK)
    campaign.go(DAY)
    assert campaign.asked(TASK) == asked


def test_whom_a_member_leaves_out_is_waited_for_a_day(campaign: Campaign) -> None:
    broadcast_id, alice = campaign.created(), campaign.company.alice
    campaign.fake.world.confirm(campaign.task(alice).msgid, alice, [campaign.company.zhang])
    campaign.go(60)
    assert campaign.task(alice).state is TaskState.PART_SENT
    assert campaign.deliveries(broadcast_id)["李四"] == (WAITING, "")
    campaign.go(DAY)
    campaign.go(3 * HOUR)
    assert campaign.deliveries(broadcast_id)["张三"] == (SENT, "")
    assert campaign.deliveries(broadcast_id)["李四"] == (DEAD, "not_chosen")
    assert campaign.task(alice).state is TaskState.SENT


def test_who_ended_the_friendship_meanwhile_is_not_reached(campaign: Campaign) -> None:
    broadcast_id, alice = campaign.created(), campaign.company.alice
    campaign.fake.world.drop_staff(campaign.company.zhang, alice)
    campaign.fake.world.confirm(campaign.task(alice).msgid, alice)
    campaign.go(60)
    assert campaign.deliveries(broadcast_id)["张三"] == (DEAD, "no_friend")
    assert campaign.deliveries(broadcast_id)["李四"] == (SENT, "")


def test_who_had_too_many_by_others_is_not_reached(campaign: Campaign) -> None:
    alice, zhang = campaign.company.alice, campaign.company.zhang
    campaign.fake.world.rules.cap = "1_a_day"
    campaign.fake.world.broadcast_personally(alice, [zhang], "Hello")
    broadcast_id = campaign.created()
    campaign.fake.world.confirm(campaign.task(alice).msgid, alice)
    campaign.go(60)
    assert campaign.deliveries(broadcast_id)["张三"] == (DEAD, "capped")


def test_whom_the_platform_refuses_at_once_is_written_down(campaign: Campaign) -> None:
    stranger = campaign.company.world.customer("赵六")
    campaign.know(stranger, campaign.company.alice)
    campaign.know(campaign.company.world.customer("孙七"), campaign.company.bob)
    broadcast_id = campaign.created()
    assert campaign.deliveries(broadcast_id)["赵六"] == (DEAD, "refused")
    assert campaign.deliveries(broadcast_id)["孙七"] == (DEAD, "refused")
    assert campaign.task(campaign.company.bob).state is TaskState.FAILED
    assert campaign.task(campaign.company.alice).state is TaskState.WAITING


def test_our_own_ledger_keeps_the_cap_before_anything_is_created(sqlite_database: Database) -> None:
    with campaigning(sqlite_database, broadcasts_per_customer="1_a_day") as campaign:
        campaign.created()
        assert campaign.preview().left_out == {"platform_cap": 3}
        campaign.cancel(1)
        campaign.go()
        assert campaign.preview().left_out == {}


def test_who_opted_out_before_the_task_is_created_is_no_part_of_it(campaign: Campaign) -> None:
    broadcast_id = campaign.send()
    with campaign.database.writing() as session:
        session.get_one(Customer, campaign.ids[campaign.company.zhang.external_userid]).opted_out_at = campaign.now()
    campaign.go()
    assert campaign.deliveries(broadcast_id)["张三"] == (DeliveryState.SKIPPED, "opted_out")
    assert campaign.company.zhang.external_userid not in campaign.had()


def test_nobody_is_asked_in_the_night(campaign: Campaign) -> None:
    campaign.fake.advance(12 * HOUR)
    campaign.send()
    campaign.go()
    assert campaign.asked(CREATE) == 0
    [at] = {task.not_before for task in campaign.tasks()}
    assert at.astimezone(UTC).hour == 1
    campaign.go((at - campaign.now()).total_seconds())
    assert campaign.asked(CREATE) == 2


def test_cancelled_the_platform_takes_it_back_and_who_was_reached_stays_reached(campaign: Campaign) -> None:
    broadcast_id, alice = campaign.created(), campaign.company.alice
    campaign.fake.world.confirm(campaign.task(alice).msgid, alice)
    campaign.cancel(broadcast_id)
    campaign.go()
    assert campaign.asked("cancel_groupmsg_send") == 2
    assert campaign.counts(broadcast_id) == {SENT: 2, DeliveryState.CANCELLED: 1}
    assert campaign.states() == [TaskState.CANCELLED] * 2
    with pytest.raises(AssertionError, match="cancelled"):
        campaign.fake.world.confirm(campaign.task(campaign.company.charlie).msgid, campaign.company.charlie)


def test_cancelled_before_it_was_created_nothing_is(campaign: Campaign) -> None:
    broadcast_id = campaign.send()
    campaign.cancel(broadcast_id)
    campaign.go()
    assert campaign.asked(CREATE) == 0
    assert campaign.states() == [TaskState.CANCELLED] * 2
    assert campaign.counts(broadcast_id) == {DeliveryState.CANCELLED: 3}


def test_cancelled_while_it_is_dispatched_it_is_taken_back_afterwards(campaign: Campaign) -> None:
    broadcast_id = campaign.send()
    campaign.go()
    campaign.cancel(broadcast_id)
    campaign.go()
    assert campaign.states() == [TaskState.CANCELLING] * 2
    campaign.go(60)
    assert campaign.states() == [TaskState.CANCELLED] * 2
    assert campaign.had() == {}


def test_somebody_cancelled_it_at_the_platform(campaign: Campaign) -> None:
    broadcast_id = campaign.created()
    for made in campaign.fake.world.broadcasts.values():
        made.cancelled = True
    campaign.go(60)
    assert campaign.states() == [TaskState.CANCELLED] * 2
    assert campaign.counts(broadcast_id) == {DeliveryState.CANCELLED: 3}


def test_only_who_has_not_confirmed_is_reminded_and_three_times_a_day_at_most(campaign: Campaign) -> None:
    broadcast_id, alice, charlie = campaign.created(), campaign.company.alice, campaign.company.charlie
    campaign.fake.world.confirm(campaign.task(alice).msgid, alice)
    campaign.go(60)
    for _ in range(3):
        assert campaign.remind(broadcast_id) == Reminded(1, 0)
        campaign.go(60)
    assert campaign.remind(broadcast_id).too_often == 1
    campaign.go(60)
    shares = campaign.fake.world.broadcasts[campaign.task(charlie).msgid].shares
    assert shares["charlie"].reminded == 3
    assert campaign.asked("remind_groupmsg_send") == 3
    assert [share.reminders for share in campaign.shares(broadcast_id)] == [0, 3]
    campaign.fake.world.confirm(campaign.task(charlie).msgid, charlie)
    campaign.go(5 * 60)
    with pytest.raises(Conflict):
        campaign.remind(broadcast_id)


def test_a_fourth_reminder_that_the_platform_refuses_is_none(campaign: Campaign) -> None:
    broadcast_id = campaign.created()
    for task in campaign.tasks():
        made = campaign.fake.world.broadcasts[task.msgid]
        made.reminders = [campaign.fake.world.clock.now()] * 3
    campaign.remind(broadcast_id)
    campaign.go()
    assert campaign.asked("remind_groupmsg_send") == 2
    campaign.go(60)
    assert campaign.asked("remind_groupmsg_send") == 2
    assert campaign.states() == [TaskState.WAITING] * 2


def test_by_itself_it_reminds_once_on_the_next_workday(campaign: Campaign) -> None:
    campaign.created()
    [at] = {task.remind_at for task in campaign.tasks()}
    assert at == datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    campaign.go((at - campaign.now()).total_seconds() - 60)
    assert campaign.asked("remind_groupmsg_send") == 0
    campaign.go(60)
    assert campaign.asked("remind_groupmsg_send") == 2
    for _ in range(24):
        campaign.go(3 * HOUR)
    assert campaign.asked("remind_groupmsg_send") == 2


def test_it_is_looked_at_often_at_first_and_seldom_later(campaign: Campaign) -> None:
    now = campaign.now()
    waits = [
        rhythm.next_look(now - age, now) - now
        for age in (timedelta(), timedelta(hours=1), timedelta(hours=12), timedelta(days=3))
    ]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(minutes=1), timedelta(hours=3))


def test_an_unknown_name_right_after_its_creation_is_waited_for(campaign: Campaign) -> None:
    campaign.fake.world.rules.dispatch_code, campaign.fake.world.rules.dispatch_seconds = 41047, 300
    campaign.created()
    assert campaign.states() == [TaskState.DISPATCHING] * 2
    campaign.go(600)
    assert campaign.states() == [TaskState.WAITING] * 2


def many(campaign: Campaign, count: int) -> None:
    """So many more customers of Alice's."""
    for number in range(count):
        customer = campaign.company.world.customer(f"customer {number}")
        campaign.company.world.befriend(campaign.company.alice, customer)
        campaign.know(customer, campaign.company.alice)


def test_short_and_empty_pages_lose_nobody(campaign: Campaign) -> None:
    many(campaign, 7)
    broadcast_id, alice = campaign.created(), campaign.company.alice
    campaign.fake.world.short_pages = True
    campaign.fake.world.confirm(campaign.task(alice).msgid, alice)
    asked = campaign.asked(RESULT)
    campaign.go(60)
    assert campaign.counts(broadcast_id) == {SENT: 9, WAITING: 1}
    assert campaign.asked(RESULT) - asked > 4


def test_a_place_in_the_results_that_is_too_old_is_looked_for_from_the_start(campaign: Campaign) -> None:
    many(campaign, 7)
    broadcast_id, alice = campaign.created(), campaign.company.alice
    campaign.fake.world.confirm(campaign.task(alice).msgid, alice)
    before: list[int] = []

    def dawdle(entry: Entry) -> None:
        """After the first page of the results two hours pass."""
        if entry["kind"] == "answer" and entry["path"].endswith(RESULT):
            before.append(entry["errcode"])
            if len(before) == 1:
                campaign.clock.advance(2 * HOUR)

    campaign.fake.journal.subscribe(dawdle)
    campaign.go(60)
    assert before[:2] == [0, 40058]
    assert campaign.counts(broadcast_id) == {SENT: 9, WAITING: 1}


def test_busy_and_too_many_calls_are_waited_out(campaign: Campaign) -> None:
    campaign.fake.world.faults.add(f"externalcontact/{CREATE}", Fault("frequency", seconds=60))
    broadcast_id = campaign.send()
    campaign.go()
    assert set(campaign.states()) == {TaskState.PLANNED}
    campaign.go(120)
    campaign.go(120)
    assert campaign.counts(broadcast_id) == {WAITING: 3}
    assert set(campaign.had().values()) == {1}


def test_what_the_platform_does_not_take_fails_with_the_reason(campaign: Campaign) -> None:
    campaign.fake.world.faults.add(f"externalcontact/{CREATE}", Fault("error", code=60111), times=2)
    broadcast_id = campaign.created()
    assert campaign.states() == [TaskState.FAILED] * 2
    assert {problem for _, problem in campaign.deliveries(broadcast_id).values()} == {
        "externalcontact/add_msg_template: errcode 60111"
    }
    with campaign.database.reading() as session:
        assert session.get_one(Broadcast, broadcast_id).state is BroadcastState.DONE


@pytest.mark.parametrize("kind", ["drop", "html", "cut"])
def test_an_answer_that_is_lost_makes_no_second_task(database: Database, kind: str) -> None:
    with campaigning(database) as campaign:
        fault = Fault(kind, after=True)  # type: ignore[arg-type]
        campaign.fake.world.faults.add(f"externalcontact/{CREATE}", fault, times=2)
        broadcast_id = campaign.send()
        campaign.go()
        assert campaign.states() == [TaskState.CREATING] * 2
        campaign.go(120)
        campaign.go(60)
        assert campaign.states() == [TaskState.WAITING] * 2
        assert campaign.asked(CREATE) == 2
        assert campaign.counts(broadcast_id) == {WAITING: 3}
        assert {task.msgid for task in campaign.tasks()} == set(campaign.fake.world.broadcasts)


def test_a_call_that_was_lost_is_made_again(campaign: Campaign) -> None:
    campaign.fake.world.faults.add(f"externalcontact/{CREATE}", Fault("drop"), times=2)
    campaign.send()
    campaign.go()
    assert campaign.states() == [TaskState.CREATING] * 2
    campaign.go(120)
    campaign.go(60)
    assert set(campaign.had().values()) == {1}
    assert campaign.states() == [TaskState.WAITING] * 2


def test_the_same_words_sent_twice_are_two_tasks_each_known_for_itself(campaign: Campaign) -> None:
    first = campaign.created()
    campaign.fake.world.faults.add(f"externalcontact/{CREATE}", Fault("drop", after=True), times=2)
    second = campaign.send()
    campaign.go()
    campaign.go(120)
    assert len({task.msgid for task in campaign.tasks()}) == 4
    assert (campaign.counts(first), campaign.counts(second)) == ({WAITING: 3}, {WAITING: 3})
