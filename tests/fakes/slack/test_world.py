"""What happens in the fake's world is told as Slack tells it."""

import re

import pytest

from tests.fakes.loopback import NotLoopback
from tests.fakes.serving import listen
from tests.fakes.slack.errors import Json, SlackError
from tests.fakes.slack.events import EventContext
from tests.fakes.slack.scene import Scene, set_scene
from tests.fakes.slack.world import World


@pytest.fixture
def scene() -> Scene:
    return set_scene()


def test_the_same_seed_makes_the_same_world() -> None:
    first, second = set_scene(), set_scene()
    assert first.sales.id == second.sales.id
    assert first.events() == second.events()


def test_every_message_of_a_channel_has_a_later_ts(scene: Scene) -> None:
    stamps = [scene.world.say(scene.alice, scene.sales, "hello").ts for _ in range(3)]
    scene.clock.advance(0.5)
    stamps.append(scene.world.say(scene.alice, scene.sales, "hello").ts)
    assert stamps == sorted(set(stamps))
    assert all(re.fullmatch(r"\d{10}\.\d{6}", ts) for ts in stamps)


def test_a_mention_is_told_twice_as_message_and_as_mention(scene: Scene) -> None:
    said = scene.world.say(scene.alice, scene.sales, f"{scene.world.mention(scene.crm)} who owns Acme?")
    message, mention = scene.events()[-2:]
    assert (message["type"], mention["type"]) == ("message", "app_mention")
    assert message["ts"] == mention["ts"] == said.ts
    assert "channel_type" not in mention


def test_a_direct_message_is_no_mention(scene: Scene) -> None:
    direct = scene.world.dm(scene.alice, scene.crm)
    scene.world.say(scene.alice, direct, f"{scene.world.mention(scene.crm)} hello")
    assert scene.events("message.im")[-1]["channel_type"] == "im"
    assert not scene.events("app_mention")


def test_what_people_type_is_escaped_and_their_links_are_wrapped(scene: Scene) -> None:
    said = scene.world.say(scene.alice, scene.sales, "a < b & https://acme.example/?a=1&b=2.")
    assert said.text == "a &lt; b &amp; <https://acme.example/?a=1&amp;b=2>."
    assert said.body["blocks"][0]["elements"][0]["elements"][1] == {
        "type": "link",
        "url": "https://acme.example/?a=1&b=2",
    }


def test_a_reply_names_its_root_and_a_broadcast_brings_it_along(scene: Scene) -> None:
    root = scene.world.say(scene.alice, scene.sales, "Any news of Acme?")
    scene.world.say(scene.bob, scene.sales, "Yes", thread=root)
    scene.world.say(scene.bob, scene.sales, "They signed", thread=root, broadcast=True)
    reply, broadcast = scene.events("message.channels")[-2:]
    assert (reply["thread_ts"], reply["parent_user_id"]) == (root.ts, scene.alice.id)
    assert broadcast["subtype"] == "thread_broadcast"
    assert broadcast["root"]["reply_count"] == 2


def test_a_reply_to_a_reply_belongs_to_the_root(scene: Scene) -> None:
    root = scene.world.say(scene.alice, scene.sales, "Any news?")
    reply = scene.world.say(scene.bob, scene.sales, "Yes", thread=root)
    assert scene.world.say(scene.alice, scene.sales, "Tell", thread=reply).thread_ts == root.ts


def test_an_edit_shows_both_texts_and_who_edited(scene: Scene) -> None:
    said = scene.world.say(scene.alice, scene.sales, "Q3 quote")
    scene.world.edit(said, scene.sales, "Q4 quote")
    changed = scene.events("message.channels")[-1]
    assert changed["subtype"] == "message_changed"
    assert (changed["previous_message"]["text"], changed["message"]["text"]) == ("Q3 quote", "Q4 quote")
    assert changed["message"]["edited"]["user"] == scene.alice.id
    assert "user" not in changed
    assert changed["ts"] > said.ts


def test_a_preview_changes_a_message_that_nobody_edited(scene: Scene) -> None:
    said = scene.world.say(scene.alice, scene.sales, "https://acme.example/news")
    scene.world.preview_link(said, scene.sales)
    changed = scene.events("message.channels")[-1]
    assert changed["subtype"] == "message_changed"
    assert changed["message"]["attachments"][0]["from_url"] == "https://acme.example/news"
    assert "edited" not in changed["message"]


def test_housekeeping_comes_as_messages_of_its_own_kinds(scene: Scene) -> None:
    scene.world.set_topic(scene.alice, scene.sales, "Acme week")
    assert scene.events("message.channels")[-1]["subtype"] == "channel_topic"
    scene.world.leave(scene.bob, scene.sales)
    assert scene.events("message.channels")[-1]["subtype"] == "channel_leave"
    assert scene.events("member_left_channel")[-1]["user"] == scene.bob.id
    scene.world.delete_channel(scene.alice, scene.sales)
    assert scene.events("channel_deleted")[-1]["channel"] == scene.sales.id


def test_a_deleted_message_is_gone(scene: Scene) -> None:
    said = scene.world.say(scene.alice, scene.sales, "oops")
    scene.world.delete(said, scene.sales)
    deleted = scene.events("message.channels")[-1]
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", said.ts)
    assert said.ts not in scene.sales.messages


def test_a_deleted_root_leaves_a_stone_while_it_has_replies(scene: Scene) -> None:
    root = scene.world.say(scene.alice, scene.sales, "Any news?")
    reply = scene.world.say(scene.bob, scene.sales, "Yes", thread=root)
    scene.world.delete(root, scene.sales)
    stone = scene.events("message.channels")[-1]
    assert stone["subtype"] == "message_changed"
    assert (stone["message"]["subtype"], stone["message"]["user"]) == ("tombstone", "USLACKBOT")
    scene.world.delete(reply, scene.sales)
    assert scene.sales.threads[root.ts] == []


def test_a_reaction_names_its_message_and_is_given_once(scene: Scene) -> None:
    said = scene.world.say(scene.alice, scene.sales, "done")
    scene.world.react(scene.bob, said, scene.sales)
    event = scene.events("reaction_added")[-1]
    assert (event["item_user"], event["item"]["ts"]) == (scene.alice.id, said.ts)
    with pytest.raises(SlackError, match="already_reacted"):
        scene.world.react(scene.bob, said, scene.sales)
    scene.world.unreact(scene.bob, said, scene.sales)
    assert scene.events("reaction_removed")
    assert "reactions" not in said.body


def test_the_bot_hears_that_it_was_invited_and_by_whom(scene: Scene) -> None:
    channel = scene.world.channel("deals", scene.bob, private=True)
    scene.world.say(scene.bob, channel, "before the bot came")
    scene.world.join(scene.crm, channel, inviter=scene.bob)
    joined, line = scene.events()[-2:]
    assert (joined["type"], joined["inviter"], joined["channel_type"]) == ("member_joined_channel", scene.bob.id, "G")
    assert line["subtype"] == "channel_join"
    assert not any(event.get("text") == "before the bot came" for event in scene.events())


def test_the_bot_hears_nothing_of_channels_it_is_not_in(scene: Scene) -> None:
    channel = scene.world.channel("random", scene.bob)
    before = len(scene.events())
    scene.world.say(scene.bob, channel, f"hello {scene.world.mention(scene.crm)}")
    assert len(scene.events()) == before


def test_what_an_app_is_not_subscribed_to_or_not_allowed_it_does_not_hear(scene: Scene) -> None:
    scene.crm.app.events.discard("reaction_added")
    scene.crm.scopes.discard("channels:history")
    before = len(scene.events())
    scene.world.react(scene.bob, scene.world.say(scene.alice, scene.sales, "hello"), scene.sales)
    assert len(scene.events()) == before


def test_a_private_channel_tells_its_own_kind_of_events(scene: Scene) -> None:
    channel = scene.world.channel("deals", scene.bob, private=True, members=[scene.crm])
    scene.world.rename(scene.bob, channel, "big-deals")
    assert scene.events("group_rename")[-1]["type"] == "group_rename"
    assert scene.events("message.groups")[-1]["subtype"] == "channel_name"


def test_nobody_speaks_in_an_archived_channel_or_from_outside(scene: Scene) -> None:
    charlie = scene.world.user("charlie", scene.home)
    with pytest.raises(SlackError, match="not_in_channel"):
        scene.world.say(charlie, scene.sales, "hello")
    scene.world.archive(scene.alice, scene.sales)
    assert scene.events("channel_archive")
    with pytest.raises(SlackError, match="is_archived"):
        scene.world.say(scene.alice, scene.sales, "hello")


def test_other_bots_speak_with_their_own_ids_and_webhooks_without_a_user(scene: Scene) -> None:
    other = scene.world.bot("ci", scene.home)
    scene.world.join(other, scene.sales)
    scene.world.say(other, scene.sales, "build ok")
    scene.world.say_by_webhook(scene.sales, "build ok", username="ci")
    modern, old = scene.events("message.channels")[-2:]
    assert modern["bot_id"] == other.bot_id
    assert "subtype" not in modern
    assert (old["subtype"], old["username"]) == ("bot_message", "ci")
    assert "user" not in old


def test_an_own_link_is_told_even_where_the_bot_is_not(scene: Scene) -> None:
    scene.crm.app.unfurl_domains = ("crm.example.com",)
    channel = scene.world.channel("random", scene.bob)
    said = scene.world.say(scene.bob, channel, "see https://crm.example.com/c/42 and https://other.example/")
    event = scene.events("link_shared")[-1]
    assert event["links"] == [{"url": "https://crm.example.com/c/42", "domain": "crm.example.com"}]
    assert (event["message_ts"], event["is_bot_user_member"]) == (said.ts, False)
    scene.world.compose_link(scene.bob, "https://crm.example.com/c/43")
    composed = scene.events("link_shared")[-1]
    assert composed["channel"] == "COMPOSER"
    assert composed["message_ts"] == composed["unfurl_id"]


def test_the_envelope_names_one_authorization(scene: Scene) -> None:
    heard: list[Json] = []

    def hear(event: Json, context: EventContext) -> None:
        heard.append(context.envelope(event))

    scene.world.hooks.append(hear)
    scene.world.say(scene.alice, scene.sales, "hello")
    [envelope] = heard
    assert envelope["type"] == "event_callback"
    assert envelope["event"]["text"] == "hello"
    assert [one["user_id"] for one in envelope["authorizations"]] == [scene.crm.bot_user]
    assert envelope["event_time"] == int(scene.clock.now())


def test_the_last_an_app_hears_is_that_it_was_taken_out(scene: Scene) -> None:
    scene.world.uninstall(scene.crm)
    assert [event["type"] for event in scene.events()[-2:]] == ["app_uninstalled", "tokens_revoked"]
    before = len(scene.events())
    scene.world.say(scene.alice, scene.sales, "hello")
    assert len(scene.events()) == before


def test_an_app_that_comes_back_is_the_same_bot_with_another_token(scene: Scene) -> None:
    bot, token = scene.crm.bot_user, scene.crm.token
    scene.world.uninstall(scene.crm)
    assert bot not in scene.sales.members
    again = scene.world.install(scene.crm.app, scene.home)
    assert again.bot_user == bot
    assert again.token != token


def test_the_fake_points_at_this_machine_only() -> None:
    with pytest.raises(NotLoopback):
        World().address = "https://slack.com"
    with pytest.raises(NotLoopback):
        listen("192.0.2.1")
