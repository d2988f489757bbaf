"""企业群发: one task for each member of staff, confirmed or not, and what came of it for each customer."""

from datetime import UTC, datetime

from crm_core.address_book import Standing
from crm_core.customers.tables import Customer
from crm_core.database import Database
from crm_core.outreach import recipients
from crm_core.outreach.tables import DeliveryState, TaskState
from crm_core.people import staff as people
from tests.adapters.wecom.tasks.campaign import DAY, HOUR, Campaign, campaigning

CREATE, TASK, RESULT = "add_msg_template", "get_groupmsg_task", "get_groupmsg_send_result"
WAITING, SENT, DEAD = DeliveryState.WAITING, DeliveryState.SENT, DeliveryState.DEAD


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
            rows = recipients.listed(session, broadcast_id, viewer=campaign.viewer(session), states=(SENT,))
            assert {row.sent_at for row in rows if row.name == "王五"} == {datetime.fromtimestamp(int(sent_at), UTC)}


def test_the_preview_says_who_will_have_to_confirm_and_who_cannot_be_reached(campaign: Campaign) -> None:
    lost = campaign.company.world.customer("赵六")
    campaign.know(lost, campaign.company.bob)
    campaign.connect(lost, campaign.company.bob, Standing.LOST)
    preview = campaign.preview("{name|您}好，我是{owner|小助手}")
    assert preview.asked == (("Alice", 2), ("Charlie", 1))
    assert preview.left_out == {"no_sender": 1}
    assert [sample.text for sample in preview.samples] == ["您好，我是Alice", "您好，我是Alice", "您好，我是Charlie"]


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
    assert campaign.preview("{name}，新品到了").left_out == {"same_text": 3}
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
