"""What was said while nobody listened, read from the fake Slack."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

import pytest

from crm_core.chat import NotKept
from tests.adapters.slack.history.listener import Listener, Node
from tests.fakes.slack.faults import Fault
from tests.fakes.slack.scene import set_scene
from tests.fakes.slack.server import serving

HOUR = 3600.0
T = TypeVar("T")


@pytest.fixture
def listener() -> Iterator[Listener]:
    scene = set_scene()
    with serving(scene.world):
        yield Listener(scene)


def test_on_the_very_first_start_nothing_of_the_past_is_read(listener: Listener) -> None:
    listener.scene.world.say(listener.scene.alice, listener.scene.sales, "long ago")
    node = _run(listener.repair)
    assert listener.shelf.taken == []
    assert node.health.state() == {"status": "ok", "history": "complete"}


def test_what_was_said_while_it_was_down_is_kept_in_order(listener: Listener) -> None:
    _run(listener.alive)
    _silence(listener, "one", "two", "three")
    node = _run(listener.repair)
    assert listener.shelf.texts() == ["one", "two", "three"]
    assert node.history.progress().channels == 0


def test_it_has_the_shape_of_every_other_message(listener: Listener) -> None:
    _run(listener.alive)
    _silence(listener, "one")
    _run(listener.repair)
    (payload,) = listener.shelf.taken
    assert payload["channel"] == listener.scene.sales.id
    assert payload["user"] == listener.scene.alice.id
    assert payload["team"] == listener.scene.home.id


def test_what_is_kept_already_is_not_kept_again(listener: Listener) -> None:
    _run(listener.alive)
    _silence(listener, "one", "two")
    for message in listener.scene.sales.messages.values():
        listener.shelf.hear(listener.scene.sales, message)
    _run(listener.repair)
    assert listener.shelf.taken == []


def test_what_the_bot_said_itself_is_not_kept(listener: Listener) -> None:
    _run(listener.alive)
    listener.scene.clock.advance(HOUR)
    client = listener.scene.client()
    asyncio.run(client.chat_postMessage(channel=listener.scene.sales.id, text="a reminder"))
    _silence(listener, "one")
    _run(listener.repair)
    assert listener.shelf.texts() == ["one"]


def test_replies_are_kept_also_in_threads_that_began_before(listener: Listener) -> None:
    scene = listener.scene
    scene.clock.advance(HOUR)
    root = scene.world.say(scene.alice, scene.sales, "Quote?")
    listener.shelf.hear(scene.sales, root)
    scene.clock.advance(HOUR)
    _run(listener.alive)
    scene.clock.advance(HOUR)
    scene.world.say(scene.bob, scene.sales, "Here it is", thread=root)
    scene.clock.advance(HOUR)
    _run(listener.repair)
    assert listener.shelf.texts() == ["Here it is"]


def test_a_reply_that_went_to_the_channel_too_is_kept_once(listener: Listener) -> None:
    scene = listener.scene
    _run(listener.alive)
    scene.clock.advance(HOUR)
    root = scene.world.say(scene.alice, scene.sales, "Quote?")
    scene.world.say(scene.bob, scene.sales, "done", thread=root, broadcast=True)
    scene.clock.advance(HOUR)
    _run(listener.repair)
    assert sorted(listener.shelf.texts()) == ["Quote?", "done"]


def test_an_edit_is_kept_also_of_what_was_said_before(listener: Listener) -> None:
    scene = listener.scene
    scene.clock.advance(HOUR)
    before = scene.world.say(scene.alice, scene.sales, "Q3 quote")
    listener.shelf.hear(scene.sales, before)
    scene.clock.advance(HOUR)
    _run(listener.alive)
    scene.clock.advance(HOUR)
    scene.world.edit(before, scene.sales, "Q4 quote")
    scene.clock.advance(HOUR)
    _run(listener.repair)
    assert listener.shelf.texts() == ["Q4 quote"]
    _run(listener.repair)
    assert len(listener.shelf.taken) == 1


def test_what_was_deleted_meanwhile_is_told_and_nothing_else(listener: Listener) -> None:
    scene = listener.scene
    _run(listener.alive)
    scene.clock.advance(5)
    gone, stays = (scene.world.say(scene.alice, scene.sales, text) for text in ("gone", "stays"))
    root = scene.world.say(scene.alice, scene.sales, "thread")
    lost = scene.world.say(scene.bob, scene.sales, "gone reply", thread=root)
    for message in (gone, stays, root, lost):
        listener.shelf.hear(scene.sales, message)
    scene.clock.advance(HOUR)
    scene.world.delete(gone, scene.sales)
    scene.world.delete(lost, scene.sales)
    scene.clock.advance(HOUR)
    _run(listener.repair)
    assert sorted(listener.shelf.gone()) == sorted([gone.ts, lost.ts])
    assert listener.shelf.texts() == []


def test_what_is_missing_and_too_young_is_looked_for_again(listener: Listener) -> None:
    scene = listener.scene
    _run(listener.alive)
    scene.clock.advance(HOUR)
    said = [scene.world.say(scene.alice, scene.sales, text) for text in ("stays", "gone")]
    reply = scene.world.say(scene.bob, scene.sales, "gone reply", thread=said[0])
    for message in (*said, reply):
        listener.shelf.hear(scene.sales, message)
    scene.clock.advance(1)
    scene.world.delete(said[1], scene.sales)
    scene.world.delete(reply, scene.sales)
    scene.clock.advance(1)
    began = scene.clock.now()
    node = _run(listener.repair)
    assert listener.shelf.gone() == [said[1].ts, reply.ts]
    assert listener.shelf.texts() == []
    assert scene.clock.now() - began >= 10
    assert node.history.progress().channels == 0


def test_what_was_said_before_and_deleted_meanwhile_is_told(listener: Listener) -> None:
    scene = listener.scene
    scene.clock.advance(HOUR)
    said = [scene.world.say(scene.alice, scene.sales, text) for text in ("gone", "stays")]
    for message in said:
        listener.shelf.hear(scene.sales, message)
    scene.clock.advance(HOUR)
    _run(listener.alive)
    scene.world.delete(said[0], scene.sales)
    scene.clock.advance(HOUR)
    _run(listener.repair)
    assert listener.shelf.gone() == [said[0].ts]
    assert listener.shelf.texts() == []


def test_a_parent_that_was_deleted_under_its_replies_is_told(listener: Listener) -> None:
    scene = listener.scene
    scene.clock.advance(HOUR)
    root = scene.world.say(scene.alice, scene.sales, "thread")
    reply = scene.world.say(scene.bob, scene.sales, "reply", thread=root)
    for message in (root, reply):
        listener.shelf.hear(scene.sales, message)
    scene.clock.advance(HOUR)
    _run(listener.alive)
    scene.clock.advance(HOUR)
    scene.world.delete(root, scene.sales)
    scene.clock.advance(HOUR)
    _run(listener.repair)
    assert listener.shelf.gone() == [root.ts]


def test_what_was_said_before_the_bot_came_is_none_of_its_business(listener: Listener) -> None:
    scene = listener.scene
    _run(listener.alive)
    scene.clock.advance(HOUR)
    room = scene.world.channel("secret", scene.alice)
    scene.world.say(scene.alice, room, "before")
    scene.world.join(scene.crm, room, inviter=scene.alice)
    scene.world.say(scene.alice, room, "after")
    scene.clock.advance(HOUR)
    _run(listener.repair)
    assert "before" not in listener.shelf.texts()
    assert "after" in listener.shelf.texts()


@pytest.mark.parametrize("short", [False, True])
def test_long_gaps_come_in_pages_each_message_once(listener: Listener, short: bool) -> None:
    _run(listener.alive)
    listener.scene.world.short_pages = short
    said = [f"message {number}" for number in range(450)]
    _silence(listener, *said)
    _run(listener.repair)
    assert sorted(listener.shelf.texts()) == sorted(said)
    assert len(listener.shelf.taken) == 450


def test_a_kill_in_the_middle_is_gone_on_with(listener: Listener) -> None:
    _run(listener.alive)
    said = [f"message {number}" for number in range(450)]
    _silence(listener, *said)

    async def killed() -> None:
        node = listener.node()
        listener.shelf.room_for = 250
        await node.history.beat()
        with pytest.raises(NotKept):
            await node.history.read()
        listener.shelf.room_for = None
        await node.web.close()

    _run(killed)
    pages = len(_asked(listener, "conversations.history"))
    assert pages == 2
    listener.scene.clock.advance(120)
    _run(listener.repair)
    assert sorted(listener.shelf.texts()) == sorted(said)
    assert len(listener.shelf.taken) == 450


def test_in_the_restricted_class_it_asks_once_a_minute_for_fifteen(listener: Listener) -> None:
    listener.scene.crm.app.profile = "restricted"
    _run(listener.alive)
    said = [f"message {number}" for number in range(40)]
    _silence(listener, *said)
    _run(lambda: listener.repair(listener.node("restricted")))
    assert sorted(listener.shelf.texts()) == sorted(said)
    assert {call["limit"] for call in _asked(listener, "conversations.history")} == {"15"}
    assert list(listener.scene.world.journal.of("violation")) == []
    assert list(listener.scene.world.journal.of("ratelimited")) == []


def test_slack_that_asks_to_wait_is_waited_for(listener: Listener) -> None:
    _run(listener.alive)
    _silence(listener, "one")
    listener.scene.world.faults.add("conversations.history", Fault("ratelimited", retry_after=30))
    _run(listener.repair)
    assert listener.shelf.texts() == ["one"]
    assert list(listener.scene.world.journal.of("violation")) == []


def test_a_channel_the_bot_is_thrown_out_of_is_left_alone(listener: Listener) -> None:
    _run(listener.alive)
    _silence(listener, "one")

    async def thrown_out() -> Node:
        node = listener.node()
        await node.history.beat()
        listener.scene.world.leave(listener.scene.crm, listener.scene.sales)
        await node.history.read()
        return node

    assert _run(thrown_out).history.progress().channels == 0
    assert listener.shelf.taken == []


def test_one_channel_that_cannot_be_read_holds_no_other_up(listener: Listener) -> None:
    scene = listener.scene
    other = scene.world.channel("other", scene.alice, members=[scene.crm])
    _run(listener.alive)
    _silence(listener, "one")
    scene.world.say(scene.alice, other, "two")
    scene.clock.advance(HOUR)
    scene.world.faults.add("conversations.history", Fault("error", error="fatal_error"), times=4)
    node = _run(listener.repair)
    assert len(listener.shelf.texts()) == 1
    assert node.history.progress().channels == 1
    _run(lambda: listener.repair(node))
    assert sorted(listener.shelf.texts()) == ["one", "two"]


def _silence(listener: Listener, *words: str) -> None:
    """An hour, what is said then, and another hour."""
    scene = listener.scene
    scene.clock.advance(HOUR)
    for text in words:
        scene.world.say(scene.alice, scene.sales, text)
        scene.clock.advance(1)
    scene.clock.advance(HOUR)


def _asked(listener: Listener, method: str) -> list[dict[str, str]]:
    return [entry["args"] for entry in listener.scene.world.journal.of("call", method=method)]


def _run(work: Callable[[], Awaitable[T]]) -> T:
    async def go() -> T:
        done = await work()
        if isinstance(done, Node):
            await done.web.close()
        return done

    return asyncio.run(go())
