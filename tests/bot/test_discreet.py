"""On a platform where answers are for the asker alone until they are shared; and buttons that settle their message."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlmodel import select

from crm_core.chat import Card, Happening, OutboundMessage, SenderKind
from crm_core.outreach.tables import Delivery
from crm_core.people.tables import AuditEntry
from tests.bot.conftest import CUSTOMER, GUEST, Chat, colleague, shown

TEAM = "group:team"
ALL = "group:all"
ACME = "group:acme"


@pytest.fixture
def discreet(chat: Chat) -> Chat:
    chat.card("alice", "new Acme 13800138812")
    chat.platform.discreet = True
    chat.platform.rooms[TEAM] = (colleague("alice"), colleague("bob"))
    chat.platform.rooms[ALL] = (colleague("alice"), colleague("charlie"))
    chat.platform.rooms[ACME] = (colleague("alice"), CUSTOMER)
    return chat


def labels(message: OutboundMessage) -> list[str]:
    return [button.label for button in message.card.buttons]


class TestWhereOnlyWhatCallsTheBotIsHeard:
    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("find Globex", "Answer /crm yes"),
            ("note #1", "Answer: /crm TEXT, or: /crm cancel"),
            ("set #1 position", "Answer: /crm VALUE"),
            ("remind me to call Acme", "/crm Friday 3pm"),
            ("segment mine", "such as /crm 2"),
        ],
    )
    def test_a_hint_says_how_to_answer_there(self, discreet: Chat, text: str, says: str) -> None:
        discreet.platform.call = "/crm "
        (there,) = discreet.say("alice", text, room=TEAM)
        assert says in shown(there.card)
        assert says not in shown(discreet.card("alice", text))
        assert says.replace("/crm ", "") in shown(discreet.card("alice", text))

    def test_the_answer_is_understood_with_what_calls_the_bot(self, discreet: Chat) -> None:
        discreet.say("alice", "find Globex", room=TEAM)
        (message,) = discreet.say("alice", "@机器人 yes", room=TEAM)
        assert "Created" in shown(message.card)


class TestSharing:
    def test_an_answer_goes_to_the_asker_alone_with_a_button_to_share_it(self, discreet: Chat) -> None:
        (message,) = discreet.say("alice", "find Acme", room=TEAM)
        assert message.only_for == "alice"
        share = message.card.buttons[-1]
        assert (share.label, share.command) == ("Share in channel", "share find #1")
        assert "Everybody in this channel" in share.confirm

    def test_pressed_it_is_shown_to_all_and_says_who_shared_it(self, discreet: Chat) -> None:
        (message,) = discreet.say("alice", "share find #1", room=TEAM, happening=Happening.PRESSED)
        assert message.only_for == ""
        assert "138" in shown(message.card)
        assert "Shared by Alice" in message.card.footer
        assert "Share in channel" not in labels(message)

    def test_who_read_it_is_on_record(self, discreet: Chat) -> None:
        discreet.say("alice", "share find #1", room=TEAM)
        with discreet.database.reading() as session:
            entry = session.exec(select(AuditEntry).where(AuditEntry.action == "saw share")).one()
        assert (entry.customer_id, entry.details) == (1, {"readers": ["bob"]})

    @pytest.mark.parametrize(("room", "why"), [(ACME, "outside the company"), (ALL, "may not see this")])
    def test_where_somebody_may_not_read_it_it_is_not_offered_and_refused(
        self, discreet: Chat, room: str, why: str
    ) -> None:
        (message,) = discreet.say("alice", "find Acme", room=room)
        assert message.only_for == "alice"
        assert "Share in channel" not in labels(message)
        (message,) = discreet.say("alice", "share find Acme", room=room)
        assert message.only_for == "alice"
        assert why in message.card.text
        assert "138" not in shown(message.card)

    def test_nothing_was_seen_by_anybody_when_it_was_refused(self, discreet: Chat) -> None:
        discreet.say("alice", "share find Acme", room=ALL)
        with discreet.database.reading() as session:
            assert session.exec(select(AuditEntry).where(AuditEntry.action == "saw share")).all() == []

    @pytest.mark.parametrize(
        "text", ["share tag Acme VIP", "share undo", "share share find Acme", "分享 新建 王五", "share staff"]
    )
    def test_only_what_reads_is_shared(self, discreet: Chat, text: str) -> None:
        (message,) = discreet.say("alice", text, room=TEAM)
        assert message.only_for == "alice"
        assert "share find Acme" in message.card.text or "分享 查 Acme" in message.card.text

    def test_a_history_and_a_bare_name_are_shared_too(self, discreet: Chat) -> None:
        for text in ("share history Acme", "share Acme", "分享 查 Acme"):
            (message,) = discreet.say("alice", text, room=TEAM)
            assert message.only_for == "", text

    def test_hidden_customers_stay_hidden(self, discreet: Chat) -> None:
        (message,) = discreet.say("charlie", "share find #1", room=ALL)
        assert "138" not in shown(message.card)
        assert message.only_for == "charlie" or "Acme" not in shown(message.card)

    def test_in_the_direct_chat_there_is_nobody_to_share_with(self, discreet: Chat) -> None:
        assert "Only you and I" in discreet.card("alice", "share find Acme").text
        assert "Share in channel" not in [button.label for button in discreet.card("alice", "find Acme").buttons]

    def test_help_is_whispered_and_not_shared(self, discreet: Chat) -> None:
        for text in ("help", "", "nonsense of some kind"):
            (message,) = discreet.say("alice", text, room=TEAM)
            assert message.only_for == "alice"
            assert "Share in channel" not in labels(message)


class TestOutsiders:
    @pytest.mark.parametrize("outsider", [CUSTOMER, GUEST])
    @pytest.mark.parametrize("text", ["find #1", "done #1", "完成 #1", "link #1", "garbage \u202e"])
    def test_their_presses_are_refused_to_them_alone(self, discreet: Chat, outsider: object, text: str) -> None:
        who = outsider if outsider is CUSTOMER else GUEST
        (message,) = discreet.say(who, text, room=ACME, happening=Happening.PRESSED)
        assert message.only_for == who.platform_id
        assert "Acme" not in shown(message.card)
        assert message.card.buttons == ()

    def test_strangers_of_the_workspace_are_refused_to_them_alone(self, discreet: Chat) -> None:
        (message,) = discreet.say("mallory", "find #1", room=TEAM, happening=Happening.PRESSED)
        assert message.only_for == "mallory"
        assert "138" not in shown(message.card)


class TestForgedButtons:
    @pytest.mark.parametrize(
        "value", ["find #999999999999999999", "find #2", "undo 77", "done #404", "done", "snooze #1 x", "{}", "#", "2"]
    )
    def test_a_value_that_was_never_on_a_button_is_refused_in_words(self, discreet: Chat, value: str) -> None:
        discreet.card("charlie", "new Secret 13900139912")
        (message,) = discreet.say("alice", value, happening=Happening.PRESSED)
        assert "Secret" not in shown(message.card)
        assert "139" not in shown(message.card)
        assert shown(message.card)


class TestSettling:
    @pytest.fixture
    def press(self, discreet: Chat) -> Callable[[str, str], OutboundMessage]:
        """Press a button of the message that brought reminder 1, unless another message is named."""
        discreet.card("alice", "remind me in 2 hours to call Acme")
        with discreet.database.writing() as session:
            session.exec(select(Delivery)).one().platform_message_id = "nudge-message"
        discreet.later(hours=2)

        def press(text: str, message_id: str = "nudge-message") -> OutboundMessage:
            inbound, envelope_id = discreet.envelope("alice", text, happening=Happening.PRESSED)
            (message,) = discreet.handle(replace(inbound, platform_message_id=message_id), envelope_id)
            return message

        return press

    @pytest.mark.parametrize("text", ["done #1", "snooze #1 1 hour", "stop #1", "稍后 #1 明天9点"])
    def test_the_message_of_the_reminder_is_replaced_and_says_who_and_when(
        self, press: Callable[..., OutboundMessage], text: str
    ) -> None:
        message = press(text)
        assert message.replaces == "nudge-message"
        assert "Alice · " in message.card.text
        assert "12:20" in message.card.text

    def test_it_can_still_be_undone(self, press: Callable[..., OutboundMessage]) -> None:
        assert [button.label for button in press("done #1").card.buttons] == ["Undo"]

    def test_a_second_press_is_told_who_was_first_and_replaces_nothing(
        self, press: Callable[..., OutboundMessage]
    ) -> None:
        press("done #1")
        message = press("done #1")
        assert message.replaces == ""
        assert "You closed it just now: call Acme (today 12:20)" in message.card.text

    def test_a_button_on_a_list_replaces_nothing(self, press: Callable[..., OutboundMessage]) -> None:
        assert press("done #1", "some-list").replaces == ""

    @pytest.mark.usefixtures("press")
    def test_a_typed_command_replaces_nothing(self, discreet: Chat) -> None:
        (message,) = discreet.say("alice", "done #1")
        assert message.replaces == ""


def test_settings_show_and_change_ones_own(discreet: Chat) -> None:
    def fields(card: Card) -> dict[str, str]:
        return {field.label: field.value for field in card.fields}

    assert fields(discreet.card("alice", "settings"))["Daily digest"] == "at 9:00"
    discreet.card("alice", "settings digest 8")
    discreet.card("alice", "settings zone Asia/Tokyo")
    discreet.card("alice", "settings language en")
    found = fields(discreet.card("alice", "我的设置"))
    assert found == {"Language": "English", "Time zone": "Asia/Tokyo", "Daily digest": "at 8:00"}
    assert discreet.card("alice", "settings role admin").text
    assert "Settings of Alice" in discreet.card("alice", "settings").title


def test_a_guest_with_the_rights_of_staff_is_an_outsider_to_others(discreet: Chat) -> None:
    discreet.platform.rooms[TEAM] = (colleague("alice"), colleague("bob", SenderKind.GUEST))
    (message,) = discreet.say("alice", "share find Acme", room=TEAM)
    assert "outside the company" in message.card.text
