"""Buttons, menus, shortcuts and forms of Slack, as people use them."""

import json
from datetime import timedelta
from typing import Any

import pytest

from adapters.slack import forms
from adapters.slack.presses import command_of
from bot.commands import WORDS
from tests.adapters.slack.desk_scene import Desk
from tests.fakes.slack.messages import Message
from tests.fakes.slack.person import Person


@pytest.fixture
def alice(desk: Desk) -> Person:
    return desk.person("alice")


@pytest.fixture
def question(desk: Desk) -> Message:
    """What Erin of Acme asked in the shared channel."""
    company = desk.company
    return company.world.say(company.erin, company.acme_shared, "Can we have the Q4 quote <today>?")


@pytest.fixture
def form(desk: Desk, alice: Person, question: Message) -> Person:
    """Alice with the form for this message before her."""
    assert alice.shortcut("log_to_crm", question, desk.company.acme_shared).error == ""
    desk.settle()
    return alice


def pressed(desk: Desk) -> dict[str, Any]:
    """The last interaction that was kept."""
    bodies = [json.loads(row.body) for row in desk.envelopes()]
    found: dict[str, Any] = [body for body in bodies if body["kind"] == "interactive"][-1]["payload"]
    return found


def interactions(desk: Desk) -> int:
    return sum('"kind":"interactive"' in row.body for row in desk.envelopes())


class TestTypeAhead:
    def test_it_offers_ones_own_before_anything_is_typed(self, form: Person) -> None:
        assert form.form.suggest("Customer", "").labels == ["张三 · Alice", "Acme · Alice"]

    @pytest.mark.parametrize(
        ("typed", "offered"), [("acm", "Acme · Alice"), ("zhangsan", "张三 · Alice"), ("Acmee", "Acme · Alice")]
    )
    def test_it_finds_what_is_half_typed_or_mistyped(self, form: Person, typed: str, offered: str) -> None:
        assert offered in form.form.suggest("Customer", typed).labels

    def test_it_holds_nothing_of_others(self, form: Person) -> None:
        assert form.form.suggest("Customer", "Secret").labels == []

    def test_external_people_and_guests_are_offered_nothing(self, desk: Desk) -> None:
        """Whoever types into the picker of a message that everybody sees."""
        body: dict[str, Any] = {
            "channel": desk.company.acme_shared.id,
            "text": "pick",
            "blocks": [
                {
                    "type": "actions",
                    "block_id": "link",
                    "elements": [{"type": "external_select", "action_id": "pick", "min_query_length": 0}],
                }
            ],
        }
        desk.program.call(desk.web.call("chat.postMessage", **body))
        for name, count in (("erin", 0), ("gina", 0), ("alice", 2)):
            place = desk.person(name).on(desk.company.acme_shared)
            assert len(place.suggest("pick", "").options) == count, name


class TestLogging:
    def test_the_shortcut_opens_a_form_about_the_message(self, form: Person) -> None:
        shown = form.sees.modal(form.app.id)
        for part in ("Log to CRM", "Q4 quote", "Customer", "Only log the message", "How much"):
            assert part in shown

    def test_the_customer_of_the_channel_is_guessed(self, desk: Desk, alice: Person) -> None:
        message = desk.company.world.say(desk.company.bob, desk.company.sales, "they called")
        alice.shortcut("log_to_crm", message, desk.company.sales)
        desk.settle()
        assert "Acme · Alice" in alice.sees.modal(alice.app.id)

    def test_sent_it_is_kept_as_one_command(self, desk: Desk, form: Person, question: Message) -> None:
        form.form.choose("Customer", "Acme · Alice", typing="acm")
        assert form.form.submit().errors == {}
        assert command_of(pressed(desk)) == f"log #1 message {question.ts}"
        assert pressed(desk)["channel"]["id"] == desk.company.acme_shared.id
        assert form.sees.modal(form.app.id) == ""

    def test_with_a_note_and_the_whole_thread(self, desk: Desk, form: Person, question: Message) -> None:
        form.form.choose("Customer", "Acme · Alice", typing="acm")
        form.form.choose("Besides", "Write a note")
        form.form.put("Text", "wants it\ntoday")
        form.form.choose("How much", "The whole thread, not this message alone")
        assert form.form.submit().errors == {}
        assert command_of(pressed(desk)) == f"log #1 message {question.ts} thread\nnote #1: wants it\ntoday"

    def test_with_a_task_at_a_time_of_the_persons_zone(self, desk: Desk, form: Person, question: Message) -> None:
        due = desk.now.replace(second=0, microsecond=0) + timedelta(days=1)
        form.form.choose("Customer", "Acme · Alice", typing="acm")
        form.form.choose("Besides", "Create a task")
        form.form.put("Text", "send the quote by Friday")
        form.form.put("When the task is due", int(due.timestamp()))
        assert form.form.submit().errors == {}
        when = due + timedelta(hours=8)
        expected = f"log #1 message {question.ts}\nremind #1 {when:%Y-%m-%d %H:%M}: send the quote by Friday"
        assert command_of(pressed(desk)) == expected

    def test_what_is_missing_is_said_beside_its_field(self, desk: Desk, form: Person) -> None:
        form.form.choose("Customer", "Acme · Alice", typing="acm")
        form.form.choose("Besides", "Create a task")
        assert form.form.submit().errors == {"text": "Write something here.", "due": "A task needs a time."}
        form.form.put("Text", "x")
        form.form.put("When the task is due", int((desk.now - timedelta(hours=1)).timestamp()))
        assert form.form.submit().errors == {"due": "This time has passed."}
        assert interactions(desk) == 0

    def test_the_hidden_part_holds_no_words_of_anybody(self, form: Person) -> None:
        hidden = form.form.view.body["private_metadata"]
        assert len(hidden) < 200
        assert set(json.loads(hidden)) == {"l", "z", "r", "m"}

    def test_a_form_that_was_closed_meanwhile_is_no_error(self, desk: Desk, alice: Person, question: Message) -> None:
        alice.shortcut("log_to_crm", question, desk.company.acme_shared)
        alice.form.close()
        desk.settle()
        assert alice.sees.modal(alice.app.id) == ""

    def test_a_guest_is_told_politely_and_sees_no_customers(self, desk: Desk, question: Message) -> None:
        gina = desk.person("gina")
        gina.shortcut("log_to_crm", question, desk.company.acme_shared)
        desk.settle()
        shown = gina.sees.modal(gina.app.id)
        assert "I only serve the staff" in shown
        assert "Customer" not in shown


class TestForgedForms:
    """The hidden part of a form is not trusted."""

    def _submit(self, alice: Person, hidden: Any, **values: Any) -> Any:
        view = alice.form.view
        view.body["private_metadata"] = hidden if isinstance(hidden, str) else json.dumps(hidden)
        alice.form.choose("Customer", "Acme · Alice", typing="acm")
        view.values.update(values)
        return alice.form.submit()

    def test_a_channel_the_person_is_not_in_is_refused(self, desk: Desk, form: Person) -> None:
        secret = desk.company.world.channel("secret", desk.company.charlie, members=[desk.company.crm])
        message = desk.company.world.say(desk.company.charlie, secret, "hidden")
        outcome = self._submit(form, {"l": "en", "r": secret.id, "m": message.ts})
        assert "You are not in the channel" in outcome.errors["customer"]
        assert interactions(desk) == 0

    def test_the_direct_chat_of_somebody_else_is_refused(self, desk: Desk, form: Person) -> None:
        other = desk.person("bob").direct
        outcome = self._submit(form, {"l": "en", "r": other.id, "m": "1.1"})
        assert "You are not in the channel" in outcome.errors["customer"]

    @pytest.mark.parametrize(
        "hidden",
        ["", "{}", "[]", "nonsense", '{"r": 5, "m": {}}', '{"r":"../x","m":"1.1"}', '{"r":"C1","m":"1.1\\nundo"}'],
    )
    def test_a_hidden_part_that_is_none_is_out_of_date(self, desk: Desk, form: Person, hidden: str) -> None:
        assert "out of date" in self._submit(form, hidden).errors["customer"]
        assert interactions(desk) == 0

    @pytest.mark.parametrize("picked", ["", "#1\nundo", "#", "42", "#1 x", None, 7])
    def test_a_picked_value_that_is_no_customer_is_refused(self, form: Person, picked: Any) -> None:
        outcome = form.form
        outcome.choose("Customer", "Acme · Alice", typing="acm")
        view = outcome.view
        view.values["customer"]["pick"]["selected_option"] = {"value": picked}
        assert "Pick a customer" in outcome.submit().errors["customer"]


class TestTasks:
    def test_the_global_shortcut_becomes_a_reminder_in_the_direct_chat(self, desk: Desk, alice: Person) -> None:
        due = desk.now.replace(second=0, microsecond=0) + timedelta(hours=3)
        alice.shortcut("new_task")
        desk.settle()
        alice.form.choose("Customer", "张三 · Alice", typing="zhang")
        alice.form.put("Text", "call him")
        alice.form.put("When the task is due", int(due.timestamp()))
        assert alice.form.submit().errors == {}
        assert command_of(pressed(desk)) == f"remind #2 {due + timedelta(hours=8):%Y-%m-%d %H:%M}: call him"
        assert pressed(desk)["channel"]["id"] == alice.direct.id


class TestHome:
    def test_it_shows_my_day(self, desk: Desk, alice: Person) -> None:
        alice.open_home()
        desk.settle()
        shown = alice.sees.home(alice.app.id)
        for part in ("Alice, today is", "call Acme", "Done", "Recent customers", "sales → Acme", "Settings", "Help"):
            assert part in shown, part
        assert "Secret" not in shown

    def test_a_press_on_it_is_kept_for_the_direct_chat_and_draws_it_anew(self, desk: Desk, alice: Person) -> None:
        alice.open_home()
        desk.settle()
        before = alice.home.view.hash
        assert alice.home.click("Done").error == ""
        desk.settle()
        assert command_of(pressed(desk)) == "done #1"
        assert pressed(desk)["channel"]["id"] == alice.direct.id
        assert alice.home.view.hash != before

    def test_it_is_drawn_within_slacks_limits(self, desk: Desk, alice: Person) -> None:
        alice.open_home()
        desk.settle()
        assert len(alice.home.blocks) <= 100
        assert list(desk.fake.journal.of("violation")) == []

    def test_a_guest_finds_a_polite_word_there(self, desk: Desk) -> None:
        gina = desk.person("gina")
        gina.open_home()
        desk.settle()
        assert "I only serve the staff" in gina.sees.home(gina.app.id)


class TestNonsense:
    """What was never sent by our own forms and cards gets a quiet answer, and changes nothing."""

    @pytest.mark.parametrize(
        "payload",
        [
            {},
            {"type": "block_actions"},
            {"type": "block_actions", "user": {"id": "U1"}, "actions": []},
            {"type": "block_actions", "user": {"id": "U1"}, "actions": [{}]},
            {"type": "block_actions", "user": {"id": "U1"}, "actions": "x"},
            {"type": "block_actions", "user": "U1", "actions": [{"action_id": "a", "value": "find #1"}]},
            {"type": "block_suggestion", "user": {"id": "U1"}},
            {"type": "block_suggestion", "user": {"id": "U1"}, "action_id": "else", "block_id": "x", "value": 5},
            {"type": "message_action", "user": {"id": "U1"}},
            {"type": "message_action", "user": {"id": "U1"}, "callback_id": "other"},
            {"type": "shortcut", "user": {"id": "U1"}, "callback_id": None},
            {"type": "view_submission", "user": {"id": "U1"}},
            {"type": "view_submission", "user": {"id": "U1"}, "view": {"callback_id": "log_form"}},
            {"type": "view_submission", "user": {"id": "U1"}, "view": {"callback_id": "log_form", "state": []}},
            {"type": "view_closed", "user": {"id": "U1"}, "view": {"callback_id": "log_form"}},
            {"type": "workflow_step_edit", "user": {"id": "U1"}},
            {"type": ["list"], "user": {"id": "U1"}},
        ],
    )
    def test_it_is_passed_over(self, desk: Desk, payload: dict[str, Any]) -> None:
        reply = desk.program.call(desk.interactions.handle({**payload, "team": {"id": desk.company.home.id}}))
        assert reply in ({}, {"options": []}) or "errors" in reply
        assert interactions(desk) == 0

    def test_a_link_that_looks_like_a_button_is_not_kept(self, desk: Desk, alice: Person) -> None:
        payload = {
            "type": "block_actions",
            "user": {"id": alice.user.id},
            "actions": [{"type": "button", "action_id": "open", "block_id": "b", "url": "https://x.example"}],
        }
        assert desk.program.call(desk.interactions.handle(payload)) == {}
        assert interactions(desk) == 0


def test_bolt_reads_nothing_from_the_environment(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from adapters.slack.interactions import Interactions

    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"):
        monkeypatch.setenv(name, "from-the-environment")
    again = Interactions(desk.interactions.handlers)
    asked = {
        "type": "block_suggestion",
        "user": {"id": desk.company.alice.id},
        "team": {"id": desk.company.home.id},
        "action_id": "pick",
        "block_id": "customer",
        "value": "acm",
    }
    assert [one["value"] for one in desk.program.call(again.handle(asked))["options"]] == ["#1"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_words_of_the_forms_are_words_of_the_commands(language: str) -> None:
    said = forms.COMMANDS[language]
    assert (WORDS[said["log"]], WORDS[said["note"]], WORDS[said["task"]]) == ("log", "note", "remind")
