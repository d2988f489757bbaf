"""群发/broadcast: previewed, confirmed once, followed and steered."""

from zoneinfo import ZoneInfo

import pytest

from tests.bot.commands.vips import introduce, make_reachable, recipients
from tests.bot.conftest import Chat, shown


@pytest.fixture
def chat(chat: Chat) -> Chat:
    introduce(chat)
    return chat


def test_the_preview_says_who_would_get_it_and_who_not(chat: Chat) -> None:
    card = chat.card("alice", "broadcast VIP: Hello {name}")
    assert card.title == "Broadcast 1: 2 customers would receive it"
    answer = shown(card)
    assert "Matching: 4 customers" in answer
    assert "1 opted out" in answer
    assert "1 without an account to write to" in answer
    assert [quote.text for quote in card.quotes] == ["Hello Ann", "Hello Ben"]
    assert "at once, when confirmed" in answer
    assert [button.label for button in card.buttons][:2] == ["Send to 2", "Cancel"]
    assert recipients(chat) == []


def test_confirmed_twice_it_is_sent_once(chat: Chat) -> None:
    confirm = chat.card("alice", "broadcast VIP & !lost: Hello {name}").buttons[0].command
    assert "on its way to 1 customer, starting now" in shown(chat.card("alice", "yes"))
    assert "Broadcast 1: being sent" in shown(chat.card("alice", confirm))
    assert recipients(chat) == ["ann"]


def test_no_cancels_the_draft(chat: Chat) -> None:
    chat.card("alice", "broadcast VIP: Hello")
    assert "Broadcast 1 is cancelled" in shown(chat.card("alice", "no"))
    assert "cancelled" in shown(chat.card("alice", "broadcast confirm 1"))
    assert recipients(chat) == []


def test_other_numbers_than_previewed_ask_again(chat: Chat) -> None:
    confirm = chat.card("alice", "broadcast VIP: Hello").buttons[0].command
    chat.card("alice", "tag Ben -VIP")
    card = chat.card("alice", confirm)
    assert "it was 2, now 1" in card.text
    assert recipients(chat) == []
    assert "1 customer" in shown(chat.card("alice", "yes"))


@pytest.mark.parametrize(
    "text",
    [
        "broadcast VIP tomorrow 10am: The sale is on",
        "broadcast VIP tomorrow 10:00: The sale is on",
        "broadcast tomorrow 10am VIP: The sale is on",
        "群发 VIP 明天10点: The sale is on",
        "群发 明天10点 VIP:The sale is on",
    ],
)
def test_a_time_may_stand_beside_the_audience(chat: Chat, text: str) -> None:
    answer = shown(chat.card("alice", text))
    assert "19" in answer
    assert "10:00" in answer
    confirmed = shown(chat.card("alice", "yes"))
    assert "10:00" in confirmed
    assert "scheduled" in shown(chat.card("alice", "broadcast 1"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("broadcast tag:VIP & !lost: hi: there", "Broadcast 1: 1 customer"),
        ("broadcast owner:Alice: hi", "2 customers"),
        ("群发 VIP & !流失: 大家好 {名字}", "1 位客户会收到"),
        ("给所有VIP客户发消息：活动开始了", "2 位客户会收到"),
        ("broadcast mine: hi", "Broadcast 1: 2 customers"),
        ("群发 我的: 大家好", "2 位客户会收到"),
        ("broadcast to my customers & !lost: hi", "Broadcast 1: 1 customer"),
        ("群发 全部: 大家好", "2 位客户会收到"),
        ("群发给所有客户：大家好", "2 位客户会收到"),
        ("broadcast to everybody tomorrow 10am: hi", "10:00"),
        ("broadcast groups of all: hi", "groups of all"),
        ("broadcast Nix: hi", '"Nix"'),
        ("broadcast to Nix: hi", '"Nix"'),
        ("broadcast to VIP: hi", "2 customers"),
        ("群发 发给VIP的群: 大家好", "VIP 的群"),
        (f"群发 {'给' * 1500}: 大家好", "条件太长"),
        ("broadcast VIP & : hi", "VIP & !lost"),
        ("broadcast VIP:", "no text after the colon"),
        ("broadcast VIP hello", "a colon and the text"),
        ("broadcast VIP: hi {nme}", "{nme}"),
        ("broadcast VIP yesterday 10am: hi", "past"),
        ("broadcast 99", "no such broadcast"),
        ("broadcast cancel 99", "no such broadcast"),
        ("broadcast", "There are no broadcasts yet"),
    ],
)
def test_what_is_meant_or_its_mend(chat: Chat, text: str, says: str) -> None:
    assert says in shown(chat.card("alice", text))


def test_mine_are_ones_own_and_everybody_all_whom_one_sees(chat: Chat) -> None:
    assert "Nobody would receive it" in shown(chat.card("bob", "broadcast mine: hi"))
    assert "2 customers would receive it" in shown(chat.card("bob", "broadcast everybody: hi"))
    assert "3 customers would receive it" in shown(chat.card("dora", "broadcast all: hi"))


def test_a_tag_called_like_that_is_a_tag(chat: Chat) -> None:
    chat.card("alice", "tag Ann mine")
    assert "1 customer would receive it" in shown(chat.card("alice", "broadcast mine: hi"))


def test_it_is_followed_and_steered(chat: Chat) -> None:
    chat.card("alice", "broadcast VIP tomorrow 10am: The sale is on")
    chat.card("alice", "yes")
    assert "2 not sent yet" in shown(chat.card("alice", "broadcast pause 1"))
    assert "已暂停" in shown(chat.card("alice", "群发 1"))
    assert "2 to go" in shown(chat.card("alice", "broadcast resume 1"))
    assert "1 · scheduled · VIP · The sale is on · 2 to go" in shown(chat.card("alice", "broadcast"))
    assert "0 had been sent" in shown(chat.card("alice", "broadcast cancel 1"))
    assert "2 cancelled" in shown(chat.card("alice", "broadcast 1"))
    assert "cannot be done" in shown(chat.card("alice", "broadcast resume 1"))


@pytest.mark.parametrize(("who", "says"), [("bob", "Broadcast 1: scheduled"), ("charlie", "no such broadcast")])
def test_others_see_what_their_scope_allows(chat: Chat, who: str, says: str) -> None:
    chat.card("alice", "broadcast VIP tomorrow 10am: The sale is on")
    chat.card("alice", "yes")
    assert says in shown(chat.card(who, "broadcast 1"))


def test_who_may_only_read_sends_nothing(chat: Chat) -> None:
    chat.card("dora", "staff Alice role viewer")
    assert "does not let you send broadcasts" in shown(chat.card("alice", "broadcast VIP: hi"))


def test_at_night_it_is_said_when_customers_receive_it(chat: Chat) -> None:
    assert "quiet hours" not in shown(chat.card("alice", "broadcast VIP: Hello"))
    chat.now = chat.now.astimezone(ZoneInfo("Asia/Shanghai")).replace(hour=23)
    assert "at once, when confirmed (these are quiet hours: it arrives after 9:00" in shown(
        chat.card("alice", "broadcast VIP: Hello")
    )
    assert "starting now (these are quiet hours" in shown(chat.card("alice", "yes"))


@pytest.mark.parametrize(
    ("text", "answer", "says"),
    [
        (
            "broadcast VIP tomorrow 11pm: Hello",
            "yes",
            "(those are quiet hours: it arrives after 9:00 at the customer's)",
        ),
        ("群发 VIP 明天23点: 您好", "是", "（那时是免打扰时段，客户当地 9 点后收到）"),
    ],
)
def test_a_time_in_quiet_hours_is_said_to_be_one(chat: Chat, text: str, answer: str, says: str) -> None:
    assert says in shown(chat.card("alice", text))
    assert says in shown(chat.card("alice", answer))
    assert "quiet" not in shown(chat.card("alice", "broadcast VIP tomorrow 10am: Hello"))


def test_after_a_test_yes_still_confirms_at_the_time_that_was_asked_for(chat: Chat) -> None:
    chat.card("alice", "broadcast VIP tomorrow 10am: The sale is on")
    assert "on its way to you" in shown(chat.card("alice", "broadcast test 1"))
    assert "10:00" in shown(chat.card("alice", "yes"))
    assert "scheduled" in shown(chat.card("alice", "broadcast 1"))


def test_confirmed_from_its_own_card_a_draft_keeps_its_time(chat: Chat) -> None:
    chat.card("alice", "broadcast VIP tomorrow 10am: The sale is on")
    confirm = next(button for button in chat.card("alice", "broadcast 1").buttons if button.label == "Send to 2")
    assert "10:00" in shown(chat.card("alice", confirm.command))


def test_drafts_of_ones_own_stand_in_the_list_with_how_to_go_on(chat: Chat) -> None:
    send(chat, "broadcast VIP: Hello")
    chat.card("alice", "broadcast VIP tomorrow 10am: The sale is on")
    card = chat.card("alice", "broadcast")
    assert card.items[0] == (
        "2 · draft, to be confirmed · VIP · The sale is on · preview: broadcast 2, drop it: broadcast cancel 2"
    )
    assert card.items[1].startswith("1 · being sent")
    assert card.footer == "One of them: broadcast 2"
    assert (
        "群发 2 · 草稿，待确认 · VIP · The sale is on · 预览：群发 2，取消：群发 取消 2"
        in chat.card("alice", "群发").items
    )
    assert "draft" not in shown(chat.card("bob", "broadcast"))
    preview = chat.card("alice", "broadcast 2")
    assert preview.title == "Broadcast 2: 2 customers would receive it"
    assert "10:00" in shown(chat.card("alice", "yes"))


def test_many_drafts_push_nothing_out_of_the_list(chat: Chat) -> None:
    send(chat, "broadcast VIP: Hello")
    for number in range(12):
        chat.card("alice", f"broadcast VIP: Draft {number}")
    items = chat.card("alice", "broadcast").items
    assert [item.partition(" ")[0] for item in items] == ["13", "12", "11", "1"]


@pytest.mark.parametrize(
    ("text", "tag", "says"),
    [
        ("broadcast 1", "tag Ann -VIP", "Nobody would receive it: no customer whom you see matches."),
        ("群发 1", "tag Ann -VIP", "没有人会收到：你能看到的客户里，没有符合这个人群的。"),
        ("broadcast 1", "set Ann opted out yes", "Left out: 1 without an account to write to, 1 opted out"),
        ("群发 1", "set Ann opted out yes", "不发: 没有可发送的账号 1、退订 1"),
    ],
)
def test_a_draft_that_reaches_nobody_says_why_and_offers_only_what_can_be_done(
    chat: Chat, text: str, tag: str, says: str
) -> None:
    for name in ("Ben", "Cid", *(["Dot"] if tag.startswith("tag") else [])):
        chat.card("alice", f"tag {name} -VIP")
    chat.card("alice", "broadcast VIP: Hello")
    chat.card("alice", tag)
    card = chat.card("alice", text)
    assert says in shown(card)
    assert [button.label for button in card.buttons] == ["Cancel" if text.isascii() else "取消"]
    assert ("cancelled" if text.isascii() else "已取消") in shown(chat.card("alice", "no"))


def test_a_draft_whose_time_has_passed_says_so_and_is_sent_at_once(chat: Chat) -> None:
    chat.card("alice", "broadcast VIP tomorrow 10am: The sale is on")
    chat.later(days=2)
    card = chat.card("alice", "broadcast 1")
    assert "yesterday), has passed: confirmed now, it is sent at once" in card.text
    assert "at once, when confirmed" in shown(card)
    assert "starting now" in shown(chat.card("alice", "yes"))


@pytest.mark.parametrize(
    ("texts", "says"),
    [
        (("broadcast test 1", "yes"), "starting now"),
        (("broadcast send 1",), "starting now"),
        (("群发 确认 1",), "现在开始"),
    ],
)
def test_whose_time_has_passed_is_sent_at_once_also_without_its_preview(
    chat: Chat, texts: tuple[str, ...], says: str
) -> None:
    chat.card("alice", "broadcast VIP tomorrow 10am: The sale is on")
    chat.later(days=2)
    assert says in [shown(chat.card("alice", text)) for text in texts][-1]
    assert recipients(chat) == ["ann", "ben"]


@pytest.mark.parametrize("look", ["broadcast 1", "群发 1", "broadcast test 1"])
def test_a_look_at_the_draft_of_a_colleague_asks_nothing(chat: Chat, look: str) -> None:
    chat.card("bob", "new Bea tag VIP")
    make_reachable(chat, "bob", "Bea")
    chat.card("alice", "broadcast VIP: Hello")
    seen = chat.card("bob", look)
    assert "3 customers" not in shown(seen)
    assert seen.buttons == ()
    for answer in ("yes", "发", "no"):
        chat.card("bob", answer)
    assert chat.card("alice", "broadcast 1").title == "Broadcast 1: 2 customers would receive it"
    assert recipients(chat) == []


@pytest.mark.parametrize("order", ["confirm", "send", "attach", "detach"])
def test_a_draft_is_sent_and_changed_by_its_author_alone(chat: Chat, order: str) -> None:
    chat.card("alice", "broadcast VIP: Hello")
    assert "a draft of Alice's, and only they can send or change it" in shown(chat.card("bob", f"broadcast {order} 1"))
    assert recipients(chat) == []
    assert "Broadcast 1 is cancelled" in shown(chat.card("bob", "broadcast cancel 1"))


def send(chat: Chat, text: str) -> None:
    chat.card("alice", text)
    chat.card("alice", "yes")
