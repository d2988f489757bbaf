"""What the manager and the members of staff see of a broadcast that members have to confirm."""

from sqlmodel import select

from bot.commands.broadcast import run_broadcast
from bot.commands.command import Reply, Turn
from bot.outreach.courier import Composed, compose
from crm_core.chat import Card, RoomKind
from crm_core.conversations.tables import Conversation
from crm_core.customers.tables import Customer
from crm_core.outreach.tables import Delivery, DeliveryKind
from crm_core.tags import tags
from tests.adapters.cupboard import PDF
from tests.adapters.wecom.tasks.campaign import DAY, HOUR, Campaign


def say(campaign: Campaign, rest: str, *, language: str = "zh") -> Card:
    """What "群发 REST" is answered with, Dora asking."""
    with campaign.database.writing() as session:
        turn = Turn(
            session=session,
            viewer=campaign.viewer(session),
            now=campaign.now(),
            config=campaign.settings,
            room=Conversation(platform="console", platform_id="", kind=RoomKind.DIRECT, created_at=campaign.now()),
            platform="console",
            platform_user_id="dora",
            language=language,
        )
        reply = run_broadcast(turn, rest)
        assert isinstance(reply, Reply)
        return reply.card


def field(card: Card, label: str) -> str:
    return next((one.value for one in card.fields if one.label == label), "")


def test_the_preview_names_who_confirms_and_the_confirmation_says_that_it_waits_for_them(campaign: Campaign) -> None:
    preview = say(campaign, "VIP: 新品到了")
    assert field(preview, "由谁确认") == "Alice 2、Charlie 1"
    confirmed = say(campaign, "确认 1 (3)")
    assert "2 位同事" in confirmed.footer
    assert field(say(campaign, "VIP: 新品到了 {name}"), "不发") == "企业微信群发写不了各人的名字，请写成 {name|您} 3"


def test_the_card_shows_who_has_confirmed_and_why_some_were_not_reached(campaign: Campaign) -> None:
    broadcast_id, alice = campaign.created(), campaign.company.alice
    campaign.fake.world.drop_staff(campaign.company.zhang, alice)
    campaign.fake.world.confirm(campaign.task(alice).msgid, alice)
    campaign.go(60)
    card = say(campaign, str(broadcast_id))
    assert card.items[0] == "Charlie：等待确认 · 待发 1"
    assert card.items[1] == "Alice：今天 12:41 已确认 · 已发 1 · 没发到 1（已不是好友 1）"
    assert card.buttons[0].command == f"群发 提醒 {broadcast_id}"
    assert "等同事确认 1" in field(card, "进度")
    assert "Charlie: not confirmed yet" in say(campaign, str(broadcast_id), language="en").items[0]


def test_reminding_says_whom_it_reaches_and_that_there_are_three_a_day(campaign: Campaign) -> None:
    broadcast_id = campaign.created()
    for _ in range(3):
        assert say(campaign, f"提醒 {broadcast_id}").text == "正在请企业微信提醒 2 位同事。"
        campaign.go(60)
    assert "3 次" in say(campaign, f"remind {broadcast_id}").text
    assert say(campaign, str(broadcast_id)).items[0].endswith("已提醒 3 次")


def test_looking_at_the_card_has_the_platform_asked_soon(campaign: Campaign) -> None:
    broadcast_id, alice = campaign.created(), campaign.company.alice
    campaign.go(2 * DAY)
    campaign.fake.world.confirm(campaign.task(alice).msgid, alice)
    campaign.go(HOUR)
    assert campaign.task(alice).confirmed_at is None
    say(campaign, str(broadcast_id))
    campaign.go()
    assert campaign.task(alice).confirmed_at is not None


def test_each_member_is_told_in_one_line_what_to_confirm(campaign: Campaign) -> None:
    broadcast_id = campaign.created()
    with campaign.database.reading() as session:
        told = session.exec(select(Delivery).where(Delivery.kind == DeliveryKind.NOTICE))
        notices = sorted(told, key=lambda notice: notice.recipient)
        assert [notice.recipient for notice in notices] == ["alice", "charlie"]
        made = compose(session, notices[0], campaign.settings, campaign.now())
        said = f"群发 #{broadcast_id}（Dora）：请在企业微信“客户联系 → 群发助手”里确认，发给你的 2 位客户：新品到了"
        assert made == Composed(Card(text=said))


def test_of_files_alone_their_names_are_told(campaign: Campaign) -> None:
    campaign.created(text="", files=[campaign.give("目录.pdf", PDF)])
    with campaign.database.reading() as session:
        [notice, *_] = session.exec(select(Delivery).where(Delivery.kind == DeliveryKind.NOTICE)).all()
        made = compose(session, notice, campaign.settings, campaign.now())
        assert isinstance(made, Composed)
        assert made.card.text.endswith("位客户：目录.pdf")


def test_groups_are_named_in_both_languages(campaign: Campaign) -> None:
    group = campaign.fake.world.group(campaign.company.bob, "Acme 项目", [campaign.company.acme])
    campaign.link(group, campaign.company.acme)
    for words in ("VIP 的群: 周五直播", "VIP群: 周五直播", "groups of VIP: Live", "VIP 的群 明天10点: 周五直播"):
        card = say(campaign, words)
        assert (field(card, "人群"), field(card, "由谁确认")) == ("VIP 的群", "Bob 1")


def test_of_groups_the_command_that_reaches_them_is_for_their_groups(campaign: Campaign) -> None:
    group = campaign.fake.world.group(campaign.company.bob, "Acme 项目", [campaign.company.acme])
    campaign.link(group, campaign.company.acme)
    mend = field(say(campaign, "VIP 的群: {name}您好"), "改写后可发")
    assert mend == "群发 VIP 的群: {name|}您好"
    assert field(say(campaign, mend.removeprefix("群发 ")), "由谁确认") == "Bob 1"


def test_a_tag_that_ends_like_a_group_is_a_tag(campaign: Campaign) -> None:
    with campaign.database.writing() as session:
        one = session.get_one(Customer, campaign.ids[campaign.company.zhang.external_userid])
        tags.add(session, one, ["老客户群"], viewer=campaign.viewer(session), now=campaign.now())
    assert field(say(campaign, "老客户群: 你好"), "由谁确认") == "Alice 1"
