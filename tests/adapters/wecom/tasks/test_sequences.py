"""The messages of a sequence over 企业群发: the last look before the colleagues get their task."""

from bot.language import sequence_lines
from bot.outreach.sequencing import go_on, let_enter
from crm_core.chat import RoomKind, SenderKind
from crm_core.conversations.tables import Conversation, Message
from crm_core.outreach.sequences import results, sequences
from crm_core.outreach.sequences.tables import Sequence
from crm_core.outreach.tables import TaskState
from tests.adapters.wecom.tasks.campaign import DAY, HOUR, Campaign
from tests.fakes.wecom import customers as far

LINES = "enter: VIP\nexit: not on reply\nat once: Hello\n1 day later 23:00, if no reply: Still there?"


def switched_on(campaign: Campaign) -> int:
    with campaign.database.writing() as session:
        viewer, now = campaign.viewer(session), campaign.now()
        made = sequences.make(session, "Welcome", sequence_lines.read(LINES), viewer=viewer, now=now)
        sequences.switch_on(session, made.sequence, viewer=viewer, now=now)
        return made.sequence.id


def steps_go_on(campaign: Campaign, seconds: float = 0) -> None:
    """Time passes; the sequences are looked after, and then the tasks."""
    campaign.go(seconds)
    campaign.runner.run(let_enter(campaign.core, campaign.now(), config=campaign.settings))
    campaign.runner.run(go_on(campaign.core, campaign.now(), config=campaign.settings))
    campaign.go()


def everybody_sends(campaign: Campaign) -> None:
    for member in (campaign.company.alice, campaign.company.charlie):
        campaign.fake.world.confirm(campaign.task(member).msgid, member)


def reply(campaign: Campaign, customer: far.Customer) -> None:
    customer_id = campaign.ids[customer.external_userid]
    with campaign.database.writing() as session:
        room = Conversation(platform="wecom", platform_id="room", kind=RoomKind.SHARED, created_at=campaign.now())
        session.add(room)
        session.flush()
        session.add(
            Message(
                conversation_id=room.id, platform="wecom", platform_message_id="m", sender_platform_id="u",
                sender_kind=SenderKind.EXTERNAL, customer_id=customer_id, text="好的", sent_at=campaign.now(),
            )
        )  # fmt: skip


def missed(campaign: Campaign, sequence_id: int) -> dict[str, int]:
    """Why the second message did not reach somebody."""
    with campaign.database.reading() as session:
        version = sequences.in_force(session, session.get_one(Sequence, sequence_id))
        return dict(results.of(session, version, viewer=campaign.viewer(session)).steps[1].missed)


def test_who_writes_while_a_follow_up_waits_for_the_morning_is_in_no_task_of_it(campaign: Campaign) -> None:
    sequence_id = switched_on(campaign)
    steps_go_on(campaign)
    campaign.go(60)
    everybody_sends(campaign)
    steps_go_on(campaign, HOUR)
    steps_go_on(campaign, DAY + 10 * HOUR)
    assert campaign.states()[2:] == [TaskState.PLANNED] * 2
    zhang, li, acme = campaign.company.zhang, campaign.company.li, campaign.company.acme
    reply(campaign, zhang)
    steps_go_on(campaign, 11 * HOUR)
    assert campaign.had() == {zhang.external_userid: 1, li.external_userid: 2, acme.external_userid: 2}
    assert missed(campaign, sequence_id) == {"replied": 1}
