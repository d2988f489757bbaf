"""企业群发 in trouble: answers that are late, short, lost or nonsense make no second task and lose nobody."""

import pytest

from adapters.wecom.tasks import Tasks
from adapters.wecom.uploads import Uploads
from crm_core.chat import DeliveryError
from crm_core.database import Database
from crm_core.group_sends import Order, Progress
from crm_core.outreach.tables import Broadcast, BroadcastState, DeliveryState, TaskState
from tests.adapters.cupboard import Cupboard
from tests.adapters.wecom.calling import Calling, calling
from tests.adapters.wecom.tasks.campaign import HOUR, Campaign, campaigning
from tests.conftest import NOW
from tests.fakes.journal import Entry
from tests.fakes.wecom.faults import Fault

CREATE, RESULT = "add_msg_template", "get_groupmsg_send_result"
WAITING, SENT = DeliveryState.WAITING, DeliveryState.SENT


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


@pytest.mark.parametrize("junk", [None, 5, True, [None], [[]], {"a": 1}, [{"userid": ["alice"], "status": {}}]])
def test_answers_that_make_no_sense_are_no_progress(junk: object) -> None:
    async def work(at: Calling) -> None:
        transport = at.transport()
        tasks = Tasks(transport, Uploads(transport, Cupboard(), at.notes, at.clock))
        order = Order(sender="alice", recipients=("wm1",), text="新品到了", to_groups=False)
        at.far.will("externalcontact/add_msg_template", {"errcode": 0, "msgid": junk, "fail_list": junk})
        with pytest.raises(DeliveryError) as refused:
            await tasks.create(order)
        assert refused.value.unknown
        at.far.will("externalcontact/get_groupmsg_task", {"errcode": 0, "task_list": junk, "next_cursor": junk})
        assert await tasks.progress("m1", "alice") == Progress()
        at.far.will("externalcontact/get_groupmsg_list_v2", {"errcode": 0, "group_msg_list": junk})
        assert await tasks.find(order, NOW, NOW, frozenset()) is None

    calling(work)
