"""Which way an answer takes: where it was asked for, to one reader alone, in the place of another, or apart."""

import pytest

from crm_core.chat import DeliveryError, OutboundMessage
from tests.adapters.slack.office import Office, card
from tests.fakes.slack.channels import Channel
from tests.fakes.slack.faults import Fault
from tests.fakes.slack.messages import Ephemeral, Message
from tests.fakes.slack.people import User
from tests.fakes.slack.web_api.hooks import new_response_url

COMMAND = "command:1"
PRESS = "interactive:1"


class Asked:
    """Alice asks in a channel, so that there is an address to answer to."""

    def __init__(
        self, office: Office, token: str, channel: Channel, original: Message | Ephemeral | None = None
    ) -> None:
        self.office = office
        self.url = new_response_url(
            office.scene.world,
            app_id=office.scene.crm.app.id,
            team=office.scene.home.id,
            channel=channel.id,
            user=office.scene.alice.id,
            original=original,
        )
        office.tickets.keep(token, self.url)


def whispered(office: Office, user: User | None = None) -> list[Ephemeral]:
    user = user or office.scene.alice
    return [each for each in office.scene.world.ephemerals if each.user == user.id]


def answer(
    office: Office,
    token: str = "",
    *,
    room_id: str = "",
    only_for: str | None = None,
    thread_id: str = "",
    replaces: str = "",
) -> OutboundMessage:
    """For Alice alone in the sales channel, unless said otherwise."""
    return OutboundMessage(
        room_id or office.scene.sales.id,
        card("Acme is hot"),
        only_for=office.scene.alice.id if only_for is None else only_for,
        thread_id=thread_id,
        reply_token=token,
        key="answer:1",
        replaces=replaces,
    )


def test_an_answer_for_one_reader_goes_where_it_was_asked_for(office: Office) -> None:
    Asked(office, COMMAND, office.scene.sales)
    office.send(answer(office, COMMAND))
    (seen,) = whispered(office)
    assert seen.body["text"] == "Acme is hot"
    assert office.posts(office.scene.sales) == []
    assert office.asked("chat.postEphemeral") == []


def test_without_an_address_it_is_shown_to_the_reader_in_the_room(office: Office) -> None:
    office.send(answer(office))
    assert len(whispered(office)) == 1
    assert office.posts(office.scene.sales) == []


def test_asked_in_a_thread_it_is_shown_in_the_thread(office: Office) -> None:
    root = office.scene.world.say(office.scene.bob, office.scene.sales, "about Acme")
    Asked(office, PRESS, office.scene.sales)
    office.send(answer(office, PRESS, thread_id=root.ts))
    assert whispered(office)[0].body["thread_ts"] == root.ts


def test_trap_27_when_the_address_is_used_up_or_dead_there_is_another_way(office: Office) -> None:
    Asked(office, COMMAND, office.scene.sales)
    office.scene.world.response_urls.clear()
    office.send(answer(office, COMMAND))
    assert len(whispered(office)) == 1
    assert len(office.asked("chat.postEphemeral")) == 1


def test_who_left_the_room_is_answered_in_their_direct_chat(office: Office) -> None:
    office.scene.world.leave(office.scene.alice, office.scene.sales)
    office.send(answer(office))
    assert whispered(office) == []
    direct = office.run(office.slack.direct_room(office.scene.alice.id))
    assert [post.text for post in office.posts(direct)] == ["Acme is hot"]
    assert office.posts(office.scene.sales) == []


def test_where_the_bot_is_not_in_the_room_the_address_still_answers(office: Office) -> None:
    elsewhere = office.scene.world.channel("elsewhere", office.scene.alice, private=True)
    Asked(office, COMMAND, elsewhere)
    office.send(answer(office, COMMAND, room_id=elsewhere.id))
    assert [seen.channel for seen in whispered(office)] == [elsewhere.id]


def test_a_command_in_a_direct_chat_of_two_people_is_seen_by_who_gave_it_alone(office: Office) -> None:
    theirs = office.scene.world.dm(office.scene.alice, office.scene.bob)
    Asked(office, COMMAND, theirs)
    office.send(answer(office, COMMAND, room_id=theirs.id, only_for=""))
    assert [seen.channel for seen in whispered(office)] == [theirs.id]
    assert not [message for message in theirs.messages.values() if message.body.get("bot_id")]


def test_what_was_pressed_in_a_direct_chat_is_answered_for_good(office: Office) -> None:
    direct = office.run(office.slack.direct_room(office.scene.alice.id))
    Asked(office, PRESS, office.scene.world.channels[direct])
    office.send(answer(office, PRESS, room_id=direct, only_for=""))
    assert len(office.posts(direct)) == 1
    assert whispered(office) == []


def test_what_is_for_everybody_is_posted_also_where_the_bot_is_not_in_the_room(office: Office) -> None:
    elsewhere = office.scene.world.channel("elsewhere", office.scene.alice, private=True)
    Asked(office, PRESS, elsewhere)
    office.send(answer(office, PRESS, room_id=elsewhere.id, only_for=""))
    assert [post.text for post in office.posts(elsewhere)] == ["Acme is hot"]


def test_a_message_is_replaced_through_its_address(office: Office) -> None:
    direct = office.run(office.slack.direct_room(office.scene.alice.id))
    nudge = office.send(OutboundMessage(direct, card("call Acme"), key="delivery:1"))
    (post,) = office.posts(direct)
    Asked(office, PRESS, office.scene.world.channels[direct], post)
    done = OutboundMessage(direct, card("done"), reply_token=PRESS, key="answer:2", replaces=post.ts)
    assert office.send(done) == nudge
    assert [each.text for each in office.posts(direct)] == ["done"]
    assert office.asked("chat.update") == []


def test_without_an_address_it_is_updated_and_keeps_its_key(office: Office) -> None:
    direct = office.run(office.slack.direct_room(office.scene.alice.id))
    receipt = office.send(OutboundMessage(direct, card("call Acme"), key="delivery:1"))
    office.send(OutboundMessage(direct, card("done"), key="answer:2", replaces=receipt.platform_message_id))
    assert [each.text for each in office.posts(direct)] == ["done"]
    assert office.run(office.slack.find(direct, "delivery:1")) == receipt


@pytest.mark.parametrize("error", ["message_not_found", "cant_update_message", "edit_window_closed"])
def test_what_cannot_be_replaced_any_more_is_said_anew(office: Office, error: str) -> None:
    direct = office.run(office.slack.direct_room(office.scene.alice.id))
    receipt = office.send(OutboundMessage(direct, card("call Acme"), key="delivery:1"))
    office.scene.world.faults.add("chat.update", Fault("error", error=error))
    office.send(OutboundMessage(direct, card("done"), key="answer:2", replaces=receipt.platform_message_id))
    assert [each.text for each in office.posts(direct)] == ["call Acme", "done"]


def test_what_only_one_may_read_never_takes_the_place_of_what_all_see(office: Office) -> None:
    receipt = office.send(OutboundMessage(office.scene.sales.id, card("for all"), key="answer:0"))
    (post,) = office.posts(office.scene.sales)
    Asked(office, PRESS, office.scene.sales, post)
    office.send(answer(office, PRESS, replaces=receipt.platform_message_id))
    assert [each.text for each in office.posts(office.scene.sales)] == ["for all"]
    assert [each.body["text"] for each in whispered(office)] == ["Acme is hot"]


def test_a_whisper_whose_end_is_unknown_is_not_repeated(office: Office) -> None:
    Asked(office, COMMAND, office.scene.sales)
    office.scene.world.faults.add("hooks", Fault("drop", after=True))
    with pytest.raises(DeliveryError) as failed:
        office.send(answer(office, COMMAND))
    assert failed.value.unknown
    assert len(whispered(office)) == 1


async def acknowledge(office: Office) -> None:
    """With "Looking…", since no answer came in time."""
    assert not await office.tickets.answered(COMMAND, 0)
    office.tickets.acknowledged(COMMAND)


def test_looking_is_taken_away_by_the_answer(office: Office) -> None:
    looking = Ephemeral("1.1", office.scene.sales.id, office.scene.alice.id, {"text": "Looking…"})
    office.scene.world.ephemerals.append(looking)
    Asked(office, COMMAND, office.scene.sales, looking)
    office.run(acknowledge(office))
    office.send(answer(office, COMMAND))
    assert [each.body["text"] for each in whispered(office)] == ["Acme is hot"]


def test_looking_goes_also_when_the_answer_is_for_everybody(office: Office) -> None:
    looking = Ephemeral("1.1", office.scene.sales.id, office.scene.alice.id, {"text": "Looking…"})
    office.scene.world.ephemerals.append(looking)
    Asked(office, COMMAND, office.scene.sales, looking)
    office.run(acknowledge(office))
    office.send(answer(office, COMMAND, only_for=""))
    assert whispered(office) == []
    assert [post.text for post in office.posts(office.scene.sales)] == ["Acme is hot"]
