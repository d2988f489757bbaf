"""conversations.*, users.*, reactions.* and the workspace's own data."""

import asyncio
from typing import Any

import pytest

from tests.fakes.slack.scene import Scene, failure


def ask(work: Any) -> Any:
    return asyncio.run(work)


def refused(work: Any) -> str:
    return str(failure(work).response["error"])


def test_history_is_newest_first_and_its_bounds_are_exclusive(scene: Scene) -> None:
    said = [scene.world.say(scene.alice, scene.sales, f"{number}").ts for number in range(4)]
    client, sales = scene.client(), scene.sales.id

    def between(**bounds: Any) -> list[str]:
        return [message["ts"] for message in ask(client.conversations_history(channel=sales, **bounds))["messages"]]

    assert between(oldest=said[0], latest=said[3]) == [said[2], said[1]]
    assert between(oldest=said[0], latest=said[3], inclusive=True) == said[::-1]
    assert between(oldest=said[1].split(".")[0], limit=2) == [said[3], said[2]]
    assert refused(client.conversations_history(channel=sales, oldest="yesterday")) == "invalid_ts_oldest"


def test_history_shows_replies_only_when_they_were_broadcast(scene: Scene) -> None:
    root = scene.world.say(scene.alice, scene.sales, "Any news?")
    scene.world.say(scene.bob, scene.sales, "quietly", thread=root)
    scene.world.say(scene.bob, scene.sales, "loudly", thread=root, broadcast=True)
    history = ask(scene.client().conversations_history(channel=scene.sales.id, limit=2))["messages"]
    assert [message["text"] for message in history] == ["loudly", "Any news?"]
    assert history[1]["reply_count"] == 2


def test_the_stone_of_a_deleted_root_stands_in_history_and_thread(scene: Scene) -> None:
    root = scene.world.say(scene.alice, scene.sales, "Any news?")
    scene.world.say(scene.bob, scene.sales, "Yes", thread=root)
    scene.world.delete(root, scene.sales)
    thread = ask(scene.client().conversations_replies(channel=scene.sales.id, ts=root.ts))["messages"]
    assert thread[0]["subtype"] == "tombstone"
    assert [message["text"] for message in thread[1:]] == ["Yes"]


def test_a_thread_nobody_started_is_not_found(scene: Scene) -> None:
    assert refused(scene.client().conversations_replies(channel=scene.sales.id, ts="1.000000")) == "thread_not_found"


def test_history_is_for_members(scene: Scene) -> None:
    public = scene.world.channel("random", scene.bob)
    hidden = scene.world.channel("board", scene.bob, private=True)
    client = scene.client()
    assert refused(client.conversations_history(channel=public.id)) == "not_in_channel"
    assert refused(client.conversations_history(channel=hidden.id)) == "channel_not_found"
    assert refused(client.conversations_info(channel=hidden.id)) == "channel_not_found"
    assert ask(client.conversations_info(channel=public.id))["channel"]["is_member"] is False


def test_lists_show_what_was_asked_for(scene: Scene) -> None:
    public = scene.world.channel("random", scene.bob)
    private = scene.world.channel("deals", scene.bob, private=True, members=[scene.crm])
    scene.world.channel("board", scene.bob, private=True)
    direct = scene.world.dm(scene.alice, scene.crm)
    scene.world.archive(scene.bob, public)
    client = scene.client()

    def names(answer: Any) -> set[str]:
        return {channel["id"] for channel in answer["channels"]}

    assert names(ask(client.conversations_list())) == {scene.sales.id, public.id}
    assert names(ask(client.conversations_list(exclude_archived=True))) == {scene.sales.id}
    every = "public_channel,private_channel,im"
    assert names(ask(client.users_conversations(types=every))) == {scene.sales.id, private.id, direct.id}
    assert refused(client.conversations_list(types="secret")) == "invalid_types"


def test_the_bot_joins_public_channels_only_and_hears_of_itself(scene: Scene) -> None:
    public = scene.world.channel("random", scene.bob)
    private = scene.world.channel("deals", scene.bob, private=True, members=[scene.crm])
    client = scene.client()
    assert ask(client.conversations_join(channel=public.id))["channel"]["is_member"]
    assert scene.events("member_joined_channel")[-1]["user"] == scene.crm.bot_user
    assert ask(client.conversations_join(channel=public.id))["warning"] == "already_in_channel"
    assert refused(client.conversations_join(channel=private.id)) == "method_not_supported_for_channel_type"


def test_a_direct_chat_is_opened_once_and_found_again(scene: Scene) -> None:
    client = scene.client()
    first = ask(client.conversations_open(users=[scene.alice.id]))["channel"]["id"]
    again = ask(client.conversations_open(users=[scene.alice.id], return_im=True))["channel"]
    assert (first, again["user"]) == (again["id"], scene.alice.id)
    group = ask(client.conversations_open(users=[scene.alice.id, scene.bob.id]))["channel"]["id"]
    assert scene.world.channels[group].kind == "mpim"


def test_a_direct_chat_needs_people_who_can_be_written_to(scene: Scene) -> None:
    client = scene.client()
    assert refused(client.conversations_open(users=[])) == "users_list_not_supplied"
    assert refused(client.conversations_open(users=["U0NOBODY"])) == "user_not_found"
    assert refused(client.conversations_open(users=[scene.alice.id] * 9)) == "too_many_users"
    scene.world.change_user(scene.bob, deleted=True)
    assert refused(client.conversations_open(users=[scene.bob.id])) == "user_disabled"


def test_people_are_found_by_id_and_by_address(scene: Scene) -> None:
    client = scene.client()
    guest = scene.world.user("gina", scene.home, guest="single")
    shown = ask(client.users_info(user=guest.id))["user"]
    assert (shown["is_restricted"], shown["is_ultra_restricted"]) == (True, True)
    found = ask(client.users_lookupByEmail(email="ALICE@home.example"))["user"]
    assert found["id"] == scene.alice.id
    assert refused(client.users_info(user="U0NOBODY")) == "user_not_found"
    scene.world.change_user(scene.alice, deleted=True)
    assert refused(client.users_lookupByEmail(email="alice@home.example")) == "users_not_found"
    assert scene.events("user_change")[-1]["user"]["deleted"]


def test_addresses_need_their_own_scope_and_locales_must_be_asked_for(scene: Scene) -> None:
    client = scene.client()
    shown = ask(client.users_info(user=scene.alice.id, include_locale=True))["user"]
    assert (shown["profile"]["email"], shown["locale"]) == ("alice@home.example", "en-US")
    scene.crm.scopes.discard("users:read.email")
    shown = ask(client.users_info(user=scene.alice.id))["user"]
    assert "email" not in shown["profile"]
    assert "locale" not in shown


def test_slackbot_is_known_and_by_its_flags_no_bot(scene: Scene) -> None:
    shown = ask(scene.client().users_info(user="USLACKBOT"))["user"]
    assert (shown["name"], shown["is_bot"]) == ("slackbot", False)


def test_the_workspace_and_bots_are_described(scene: Scene) -> None:
    client = scene.client()
    assert ask(client.team_info())["team"]["domain"] == "home"
    assert ask(client.bots_info(bot=scene.crm.bot_id))["bot"]["app_id"] == scene.crm.app.id
    assert refused(client.bots_info(bot="B0NOBODY")) == "bot_not_found"


def test_a_bot_reacts_once_and_hears_it(scene: Scene) -> None:
    client = scene.client()
    said = scene.world.say(scene.alice, scene.sales, "done")
    ask(client.reactions_add(channel=scene.sales.id, timestamp=said.ts, name="eyes"))
    assert scene.events("reaction_added")[-1]["user"] == scene.crm.bot_user
    again = client.reactions_add(channel=scene.sales.id, timestamp=said.ts, name="eyes")
    assert refused(again) == "already_reacted"
    missing = client.reactions_add(channel=scene.sales.id, timestamp="1.000000", name="eyes")
    assert refused(missing) == "message_not_found"
    ask(client.reactions_remove(channel=scene.sales.id, timestamp=said.ts, name="eyes"))
    assert scene.events("reaction_removed")


@pytest.mark.parametrize("name", ["two words", "ÄÖ"])
def test_a_reaction_has_a_name_of_plain_letters(scene: Scene, name: str) -> None:
    said = scene.world.say(scene.alice, scene.sales, "done")
    assert refused(scene.client().reactions_add(channel=scene.sales.id, timestamp=said.ts, name=name)) == "invalid_name"
