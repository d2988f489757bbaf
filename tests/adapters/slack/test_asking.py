"""What people expect of a CRM in Slack, from their commands to what they see, through the running program."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import select

from crm_core.chat import RoomKind
from crm_core.conversations.tables import Conversation
from crm_core.people import staff
from crm_core.people.tables import Role
from tests.adapters.cupboard import PDF, PNG
from tests.adapters.slack.desk_scene import Desk
from tests.fakes.slack.elements import NotThere
from tests.fakes.slack.judge import Judge
from tests.fakes.slack.person import Person


@pytest.fixture(autouse=True)
def _judged(desk: Desk) -> Iterator[None]:
    """Nothing is done that Slack would punish, and outsiders see no word of the records."""
    yield
    desk.settle()
    Judge(desk.company.world, markers=("Stage", "Secret")).require_clean()


@pytest.fixture
def alice(desk: Desk) -> Person:
    return desk.person("alice")


@pytest.fixture
def bob(desk: Desk) -> Person:
    return desk.person("bob")


def ask(desk: Desk, person: Person, line: str) -> str:
    """What a command in the channel `sales` shows its author."""
    outcome = person.slash(line, desk.company.sales)
    assert outcome.error == ""
    return desk.told(person, desk.company.sales)


class TestFiles:
    def test_a_file_given_to_the_bot_goes_out_with_a_broadcast_once(self, desk: Desk, alice: Person) -> None:
        world, sales = desk.company.world, desk.company.sales
        with desk.database.writing() as session:
            room = session.exec(select(Conversation).where(Conversation.platform_id == sales.id)).one()
            room.kind = RoomKind.SHARED
            session.add(room)

        def give(name: str, content: bytes, words: str = "") -> str:
            desk.fake.advance(30)
            world.share_file(alice.user, alice.direct, name, content, words=words)
            return desk.told(alice)

        desk.later(hours=12)  # in the quiet hours nothing goes out
        assert "Got file #1: list.pdf (17 B, file)" in give("list.pdf", PDF)
        shown = give("poster.png", PNG, "broadcast lead with file #1: Look")
        assert "poster.png (17 B, picture), list.pdf (17 B, file)" in shown
        desk.fake.advance(30)
        alice.write("yes")
        desk.settle()
        desk.later(minutes=1)
        desk.later(minutes=5)
        posts = [post for post in sales.messages.values() if post.body.get("files")]
        assert [(post.text, [file["name"] for file in post.body["files"]]) for post in posts] == [
            ("Look", ["poster.png", "list.pdf"])
        ]


class TestCommands:
    @pytest.mark.parametrize("line", ["/crm", "/crm help", "/crm find Acme", "/crm nonsense of some kind"])
    def test_every_answer_is_for_the_asker_alone(self, desk: Desk, alice: Person, bob: Person, line: str) -> None:
        before = bob.sees.channel(desk.company.sales)
        assert ask(desk, alice, line)
        assert bob.sees.channel(desk.company.sales) == before

    def test_help_has_examples_and_a_mistyped_command_finds_the_nearest(self, desk: Desk, alice: Person) -> None:
        assert "find" in ask(desk, alice, "/crm help")
        assert "note NAME: TEXT" in ask(desk, alice, "/crm help note")
        assert "Did you mean todo?" in ask(desk, alice, "/crm tdo")

    def test_natural_text_looks_up(self, desk: Desk, alice: Person) -> None:
        assert "Acme #1" in ask(desk, alice, "/crm acme")
        assert "lead" in ask(desk, alice, "/crm what's Acme's stage?")

    def test_a_word_payload_in_a_command_is_no_harm(self, desk: Desk, alice: Person) -> None:
        assert "Noted about Acme" in ask(desk, alice, "/crm note Acme: asked about the payload size")

    def test_one_hit_is_a_card_several_a_choice_and_none_an_offer(self, desk: Desk, alice: Person) -> None:
        card = ask(desk, alice, "/crm find Acme")
        for part in ("Owner", "Alice", "Stage", "Last contact", "Next reminder", "call Acme", "[Note…]", "[Remind…]"):
            assert part in card, part
        ask(desk, alice, "/crm new anyway Acme, Initech")
        assert "1. Acme" in ask(desk, alice, "/crm find Acme")
        assert "Create" in ask(desk, alice, "/crm find Globex")

    def test_a_write_says_what_changed_and_can_be_taken_back(self, desk: Desk, alice: Person) -> None:
        ask(desk, alice, "/crm set Acme stage won")
        assert alice.on(desk.company.sales).click("Undo").error == ""
        assert "lead" in ask(desk, alice, "/crm find Acme")

    def test_a_refusal_names_the_next_step(self, desk: Desk, alice: Person) -> None:
        assert "Send find with a name" in ask(desk, alice, "/crm find #404")


class TestSharing:
    def test_a_card_is_shared_by_a_button_that_asks_first(self, desk: Desk, alice: Person, bob: Person) -> None:
        ask(desk, alice, "/crm find Acme")
        place = alice.on(desk.company.sales)
        assert "confirm" in place.find("Share in channel").body
        place.click("Share in channel")
        assert "Shared by Alice" in desk.told(bob, desk.company.sales)

    def test_in_a_channel_shared_with_others_nothing_is_offered_or_shown(self, desk: Desk, alice: Person) -> None:
        shared = desk.company.acme_shared
        alice.slash("/crm find Acme", shared)
        assert "Acme #1" in desk.told(alice, shared)
        with pytest.raises(NotThere):
            alice.on(shared).find("Share in channel")
        alice.slash("/crm share find Acme", shared)
        assert "nothing was shared" in desk.told(alice, shared)
        for name in ("erin", "gina", "bob"):
            assert "Owner" not in desk.person(name).sees.channel(shared)

    @pytest.mark.parametrize("name", ["erin", "gina"])
    def test_who_does_not_belong_to_the_staff_is_refused_at_a_button(self, desk: Desk, name: str) -> None:
        person, shared = desk.person(name), desk.company.acme_shared
        desk.program.call(
            desk.web.call(
                "chat.postMessage",
                channel=shared.id,
                text="card",
                blocks=[
                    {
                        "type": "actions",
                        "elements": [
                            {
                                "type": "button",
                                "action_id": "command:0",
                                "text": {"type": "plain_text", "text": "Open"},
                                "value": "find #1",
                            }
                        ],
                    }
                ],
            )
        )
        assert person.on(shared).click("Open").error == ""
        shown = desk.told(person, shared)
        assert "I only serve the staff" in shown
        assert "Owner" not in person.sees.channel(shared)
        assert "I only serve" not in desk.person("alice").sees.channel(shared)


class TestLogging:
    def _log(self, desk: Desk, alice: Person, text: str = "Can we have the Q4 quote?") -> str:
        company = desk.company
        message = company.world.say(company.erin, company.acme_shared, text)
        desk.settle()
        alice.shortcut("log_to_crm", message, company.acme_shared)
        desk.settle()
        alice.form.choose("Customer", "Acme · Alice", typing="acm")
        assert alice.form.submit().errors == {}
        return desk.told(alice, company.acme_shared)

    def test_a_message_is_kept_with_the_customer_and_confirmed_with_undo(self, desk: Desk, alice: Person) -> None:
        assert "Logged 1 message to Acme" in self._log(desk, alice)
        assert "Q4 quote" in ask(desk, alice, "/crm history Acme")
        assert alice.on(desk.company.acme_shared).click("Undo").error == ""
        desk.settle()
        assert "Q4 quote" not in ask(desk, alice, "/crm history Acme")

    def test_nobody_else_sees_the_confirmation(self, desk: Desk, alice: Person) -> None:
        self._log(desk, alice)
        for name in ("erin", "gina", "bob"):
            assert "Logged" not in desk.person(name).sees.channel(desk.company.acme_shared), name

    def test_twice_is_noticed(self, desk: Desk, alice: Person) -> None:
        company = desk.company
        message = company.world.say(company.erin, company.acme_shared, "once")
        for _ in range(2):
            alice.shortcut("log_to_crm", message, company.acme_shared)
            desk.settle()
            alice.form.choose("Customer", "Acme · Alice", typing="acm")
            alice.form.submit()
        assert "nothing was logged twice" in desk.told(alice, company.acme_shared)

    def test_a_thread_from_before_the_bot_came_is_fetched_and_logged(self, desk: Desk, alice: Person) -> None:
        company = desk.company
        channel = company.world.channel("old", company.alice, members=[company.bob])
        root = company.world.say(company.bob, channel, "they want a discount")
        company.world.say(company.alice, channel, "ten percent", thread=root)
        company.world.join(company.crm, channel, inviter=company.alice)
        desk.settle()
        alice.mention(channel, "log Acme", thread=root)
        assert "Logged 2 messages to Acme" in desk.told(alice, channel)
        history = ask(desk, alice, "/crm history Acme")
        assert "they want a discount" in history
        assert "ten percent" in history

    def test_a_message_where_the_bot_is_not_is_logged_as_it_was_seen(self, desk: Desk, alice: Person) -> None:
        company = desk.company
        channel = company.world.channel("private", company.alice, members=[company.bob])
        message = company.world.say(company.bob, channel, "they signed")
        alice.shortcut("log_to_crm", message, channel)
        desk.settle()
        alice.form.choose("Customer", "Acme · Alice", typing="acm")
        assert alice.form.submit().errors == {}
        assert "Logged 1 message to Acme" in desk.told(alice)
        assert "they signed" in ask(desk, alice, "/crm history Acme")


class TestReminders:
    def test_a_reminder_comes_to_the_direct_chat_and_its_button_settles_it(self, desk: Desk, alice: Person) -> None:
        desk.later(minutes=2)
        assert "call Acme" in desk.told(alice)
        post = alice.on(alice.direct).post
        assert alice.on(alice.direct, post).click("Done").error == ""
        desk.settle()
        shown = alice.sees.channel(alice.direct)
        assert "Done: call Acme" in shown
        assert "Alice · today" in shown
        assert "[In 1 hour]" not in shown

    def test_the_home_is_drawn_anew_after_its_button(self, desk: Desk, alice: Person) -> None:
        alice.open_home()
        desk.settle()
        assert "[Done]" in alice.sees.home(alice.app.id)
        alice.home.click("Done")
        desk.settle()
        assert "[Done]" not in alice.sees.home(alice.app.id)
        assert "Done: call Acme" in alice.sees.latest(alice.direct)

    def test_who_looks_at_it_before_saying_anything_is_called_by_name(self, desk: Desk) -> None:
        charlie = desk.person("charlie")
        with desk.database.writing() as session:
            member = staff.named(session, "Charlie")
            staff.change(session, member, name=charlie.user.id, role=Role.ADMIN)
        charlie.open_home()
        desk.settle()
        home = charlie.sees.home(charlie.app.id)
        assert charlie.user.id not in home
        assert "charlie" in home


class TestPicking:
    def test_the_customer_picked_in_the_hello_is_linked(self, desk: Desk, alice: Person) -> None:
        company = desk.company
        channel = company.world.channel("deal", company.alice, members=[company.bob])
        company.world.join(company.crm, channel, inviter=company.alice)
        desk.settle()
        alice.on(channel).choose("pick", "Acme · Alice", typing="acm")
        assert "This conversation is about Acme now" in desk.told(alice, channel)
        with desk.database.reading() as session:
            room = session.exec(select(Conversation).where(Conversation.platform_id == channel.id)).one()
        assert room.customer_id == 1


class TestLinks:
    def test_among_colleagues_who_may_see_it_the_record_stands_in_the_room(
        self, desk: Desk, alice: Person, bob: Person
    ) -> None:
        alice.say(desk.company.sales, "see <https://crm.example.com/c/1>")
        desk.settle()
        assert "Owner" in bob.sees.channel(desk.company.sales)


class TestTasks:
    def test_a_task_made_by_the_shortcut_returns_when_it_is_due(self, desk: Desk, alice: Person) -> None:
        due = desk.now.replace(second=0, microsecond=0) + timedelta(hours=3)
        alice.shortcut("new_task")
        desk.settle()
        alice.form.choose("Customer", "张三 · Alice", typing="zhang")
        alice.form.put("Text", "call him tomorrow")
        alice.form.put("When the task is due", int(due.timestamp()))
        assert alice.form.submit().errors == {}
        assert "call him tomorrow" in desk.told(alice)
        desk.later(hours=4)
        assert "[Done]" in desk.told(alice)
