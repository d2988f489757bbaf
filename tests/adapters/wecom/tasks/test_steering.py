"""企业群发 steered: taken back, reminded of, looked at."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crm_core.errors import Conflict
from crm_core.outreach.tables import DeliveryState, TaskState
from crm_core.outreach.tasks import rhythm
from crm_core.outreach.tasks.steering import Reminded
from tests.adapters.wecom.tasks.campaign import HOUR, Campaign

CREATE = "add_msg_template"
SENT = DeliveryState.SENT


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
    assert at == datetime(2025, 11, 24, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
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
