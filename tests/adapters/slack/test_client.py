"""Where messages go in Slack, at which pace, and what is done when nobody knows whether they arrived."""

import asyncio
import itertools
import json

import pytest

from adapters.slack.sent import metadata_of
from crm_core.chat import Card, DeliveryError, Field, OutboundMessage, SenderKind, Urgency
from tests.adapters.slack.office import Office, card
from tests.fakes.slack.faults import Fault


def failure_of(office: Office, message: OutboundMessage) -> DeliveryError:
    with pytest.raises(DeliveryError) as refused:
        office.send(message)
    return refused.value


def to_sales(office: Office, text: str = "hello", **more: object) -> OutboundMessage:
    return OutboundMessage(office.scene.sales.id, card(text), **more)  # type: ignore[arg-type]


def test_a_message_stands_in_its_channel_without_previews(office: Office) -> None:
    receipt = office.send(to_sales(office, "Acme & Co <3", key="answer:1"))
    (post,) = office.posts(office.scene.sales)
    assert (post.ts, post.text) == (receipt.platform_message_id, "Acme &amp; Co &lt;3")
    (asked,) = office.asked("chat.postMessage")
    assert [asked[name] for name in ("unfurl_links", "unfurl_media", "link_names")] == [False] * 3


def test_a_message_stands_in_its_thread(office: Office) -> None:
    root = office.scene.world.say(office.scene.alice, office.scene.sales, "about Acme")
    office.send(to_sales(office, thread_id=root.ts))
    assert office.posts(office.scene.sales)[0].thread_ts == root.ts


def test_the_direct_chat_is_opened_once_and_remembered(office: Office) -> None:
    alice = office.scene.alice.id
    room = office.run(office.slack.direct_room(alice))
    assert office.run(office.slack.direct_room(alice)) == room
    again = office.reopened()
    assert again.run(again.slack.direct_room(alice)) == room
    assert len(office.asked("conversations.open")) == 1


def test_nobody_can_be_written_to_who_is_gone(office: Office) -> None:
    office.scene.world.change_user(office.scene.bob, deleted=True)
    with pytest.raises(DeliveryError) as refused:
        office.run(office.slack.direct_room(office.scene.bob.id))
    assert refused.value.permanent


@pytest.mark.parametrize(
    ("error", "permanent", "waits", "unknown"),
    [
        ("channel_not_found", True, False, False),
        ("is_archived", True, False, False),
        ("restricted_action_thread_only_channel", True, False, False),
        ("msg_blocks_too_long", True, False, False),
        ("token_revoked", False, True, False),
        ("missing_scope", False, True, False),
        ("org_login_required", False, True, False),
        ("internal_error", False, False, True),
    ],
)
def test_a_refusal_tells_what_becomes_of_the_message(
    office: Office, error: str, permanent: bool, waits: bool, unknown: bool
) -> None:
    office.scene.world.faults.add("chat.postMessage", Fault("error", error=error), times=None)
    failure = failure_of(office, to_sales(office, "secret talk", key="delivery:1", urgency=Urgency.DUE))
    assert (failure.permanent, failure.retry_after is not None, failure.unknown) == (permanent, waits, unknown)
    assert error in failure.reason
    assert "secret" not in failure.reason


def test_a_penalty_longer_than_patience_is_told_on_and_nobody_calls_meanwhile(office: Office) -> None:
    office.scene.world.faults.add("chat.postMessage", Fault("ratelimited", retry_after=50))
    for _ in range(2):
        failure = failure_of(office, to_sales(office, urgency=Urgency.DUE))
        assert failure.retry_after is not None
        assert 49 <= failure.retry_after <= 51
    assert office.posts(office.scene.sales) == []
    office.scene.clock.advance(51)
    office.send(to_sales(office))
    assert list(office.scene.world.journal.of("violation")) == []


def test_trap_22_an_answer_that_arrived_although_the_connection_broke_is_not_sent_twice(office: Office) -> None:
    office.scene.world.faults.add("chat.postMessage", Fault("drop", after=True))
    receipt = office.send(to_sales(office, key="answer:1"))
    (post,) = office.posts(office.scene.sales)
    assert post.ts == receipt.platform_message_id


def test_an_answer_in_a_thread_is_looked_for_in_the_thread(office: Office) -> None:
    root = office.scene.world.say(office.scene.alice, office.scene.sales, "about Acme")
    office.scene.world.faults.add("chat.postMessage", Fault("html", after=True))
    office.send(to_sales(office, key="answer:1", thread_id=root.ts))
    assert len(office.posts(office.scene.sales)) == 1


def test_an_answer_that_did_not_arrive_is_sent_again(office: Office) -> None:
    office.scene.world.faults.add("chat.postMessage", Fault("drop"))
    office.send(to_sales(office, key="answer:1"))
    assert len(office.posts(office.scene.sales)) == 1


@pytest.mark.parametrize("arrived", [True, False])
def test_a_nudge_with_an_unknown_end_is_looked_for_before_it_is_sent_again(office: Office, arrived: bool) -> None:
    office.scene.world.faults.add("chat.postMessage", Fault("drop", after=arrived))
    nudge = to_sales(office, key="delivery:7:1", urgency=Urgency.DUE)
    assert failure_of(office, nudge).unknown
    found = office.run(office.slack.find(nudge.room_id, nudge.key))
    assert (found is not None) is arrived
    office.send(nudge)
    assert len(office.posts(office.scene.sales)) == 1


def test_after_a_restart_a_message_is_found_by_its_key_alone(office: Office) -> None:
    receipt = office.send(to_sales(office, key="delivery:7:1"))
    for number in range(5):
        office.scene.world.say(office.scene.alice, office.scene.sales, f"talk {number}")
    again = office.reopened()
    assert again.run(again.slack.find(office.scene.sales.id, "delivery:7:1")) == receipt
    assert again.run(again.slack.find(office.scene.sales.id, "delivery:8:1")) is None
    assert again.run(again.slack.find("C-nowhere", "delivery:7:1")) is None


def test_while_slack_cannot_tell_nothing_is_said_to_be_missing(office: Office) -> None:
    office.scene.world.faults.add("conversations.history", Fault("ratelimited", retry_after=99))
    with pytest.raises(DeliveryError) as refused:
        office.run(office.slack.find(office.scene.sales.id, "delivery:7:1"))
    assert refused.value.retry_after is not None


def test_the_metadata_says_nothing_of_anybody(office: Office) -> None:
    marker = "Acme-13800138812"
    about = Card(title=marker, text=marker, fields=(Field("Phone", marker),))
    office.send(OutboundMessage(office.scene.sales.id, about, key=f"answer:{marker}"))
    (post,) = office.posts(office.scene.sales)
    assert post.metadata == metadata_of(f"answer:{marker}")
    assert marker not in json.dumps(post.metadata)
    assert metadata_of("") is None


def test_messages_of_a_channel_keep_their_pace_and_urgent_ones_go_first(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.ways.PATIENCE", None)

    async def everything() -> None:
        kinds = (Urgency.BULK, Urgency.BULK, Urgency.DUE, Urgency.DUE, Urgency.WAITED_FOR)
        sends = [
            office.slack.send(to_sales(office, f"{urgency.name} {number}", urgency=urgency))
            for number, urgency in enumerate(kinds)
        ]
        await asyncio.gather(*sends)

    office.run(everything())
    posts = office.posts(office.scene.sales)
    assert [post.text for post in posts] == ["BULK 0", "WAITED_FOR 4", "DUE 2", "DUE 3", "BULK 1"]
    at = [float(post.ts) for post in posts]
    assert all(round(later - earlier, 3) >= 1 for earlier, later in itertools.pairwise(at))


def test_the_roster_tells_members_guests_and_customers_apart_without_the_bot(office: Office) -> None:
    world, sales = office.scene.world, office.scene.sales
    away = world.workspace("acme")
    guest, customer = world.user("gina", office.scene.home, guest="single"), world.user("charlie", away)
    world.connect(sales, away)
    world.join(guest, sales)
    world.join(customer, sales)
    kinds = {sender.platform_id: sender.kind for sender in office.run(office.slack.roster(sales.id))}
    assert kinds == {
        office.scene.alice.id: SenderKind.MEMBER,
        office.scene.bob.id: SenderKind.MEMBER,
        guest.id: SenderKind.GUEST,
        customer.id: SenderKind.EXTERNAL,
    }


def test_who_is_not_known_in_time_is_taken_for_an_outsider(office: Office) -> None:
    office.people.strangers.add(office.scene.bob.id)
    kinds = {sender.platform_id: sender.kind for sender in office.run(office.slack.roster(office.scene.sales.id))}
    assert kinds[office.scene.bob.id] is SenderKind.EXTERNAL


def test_a_roster_is_asked_for_once_until_somebody_comes_or_goes(office: Office) -> None:
    sales, carol = office.scene.sales, office.scene.world.user("carol", office.scene.home)
    for _ in range(3):
        office.run(office.slack.roster(sales.id))
    assert len(office.asked("conversations.members")) == 1
    office.scene.world.join(carol, sales)
    office.slack.roster_changed(sales.id)
    assert carol.id in {sender.platform_id for sender in office.run(office.slack.roster(sales.id))}


def test_a_roster_over_several_pages_is_whole_and_one_without_end_is_refused(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, sales = office.scene.world, office.scene.sales
    world.short_pages = True
    for number in range(30):
        world.join(world.user(f"rep{number}", office.scene.home), sales)
    assert len(office.run(office.slack.roster(sales.id))) == 32
    office.slack.roster_changed(sales.id)
    monkeypatch.setattr("adapters.slack.members.MOST_MEMBERS", 10)
    with pytest.raises(DeliveryError):
        office.run(office.slack.roster(sales.id))


def test_a_room_the_bot_is_not_in_has_no_roster(office: Office) -> None:
    with pytest.raises(DeliveryError):
        office.run(office.slack.roster("C-elsewhere"))


def test_state_tells_how_it_is(office: Office) -> None:
    assert office.run(office.slack.state()) == {"status": "ok", "workspace": "ok"}


def test_several_workspaces_are_each_reached_through_their_own_installation(office: Office) -> None:
    world = office.scene.world
    away = world.workspace("away")
    dave = world.user("dave", away)
    bot = world.install(office.scene.crm.app, away)
    theirs = world.channel("theirs", dave, members=[bot])
    office = office.reopened()

    assert office.send(OutboundMessage(theirs.id, card("hello"))).platform_message_id in theirs.messages
    direct = office.run(office.slack.direct_room(dave.id))
    assert office.send(OutboundMessage(direct, card("hello"))).platform_message_id in world.channels[direct].messages
    assert [sender.platform_id for sender in office.run(office.slack.roster(theirs.id))] == [dave.id]
    assert office.send(to_sales(office)).platform_message_id in office.scene.sales.messages
    looked = len(office.asked("conversations.info"))
    again = office.reopened()
    again.send(OutboundMessage(theirs.id, card("hello again")))
    assert len(office.asked("conversations.info")) == looked


def test_a_room_that_no_workspace_knows_is_refused_for_good(office: Office) -> None:
    office.scene.world.install(office.scene.crm.app, office.scene.world.workspace("away"))
    office = office.reopened()
    assert failure_of(office, OutboundMessage("C-nowhere", card("hello"))).permanent


def test_a_room_whose_id_changed_is_followed(office: Office) -> None:
    sales, before = office.scene.sales, office.scene.sales.id
    receipt = office.send(to_sales(office, key="delivery:1"))
    office.scene.world.change_id(sales)
    office.moved[before] = sales.id
    assert office.run(office.slack.find(before, "delivery:1")) == receipt
    assert len(office.run(office.slack.roster(before))) == 2
    office.send(OutboundMessage(before, card("hello"), key="answer:2"))
    office.send(OutboundMessage(before, card("psst"), key="answer:3", only_for=office.scene.alice.id))
    assert [post.text for post in office.posts(sales)] == ["hello", "hello"]
    assert [seen.channel for seen in office.scene.world.ephemerals] == [sales.id]
