"""chat.*: what is posted, changed, taken away and unfurled, and what Slack refuses."""

import asyncio
from typing import Any

import pytest

from tests.fakes.slack.errors import Json
from tests.fakes.slack.scene import Scene, failure


def ask(work: Any) -> Any:
    return asyncio.run(work)


def refused(work: Any) -> str:
    return str(failure(work).response["error"])


def blocks(text: str) -> list[Json]:
    return [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]


def test_a_post_is_answered_as_it_stands_with_ids_and_the_bots_profile(scene: Scene) -> None:
    posted = ask(scene.client().chat_postMessage(channel=scene.sales.id, text="a <b> & c", blocks=blocks("hi")))
    message = posted["message"]
    assert message["text"] == "a &lt;b&gt; &amp; c"
    assert message["blocks"][0]["block_id"]
    assert (message["bot_id"], message["bot_profile"]["app_id"]) == (scene.crm.bot_id, scene.crm.app.id)
    event = scene.events("message.channels")[-1]
    assert (event["ts"], event["bot_id"]) == (posted["ts"], scene.crm.bot_id)
    assert "subtype" not in event


def test_escaped_text_and_mentions_stay_as_they_are(scene: Scene) -> None:
    words = (
        f"&lt;Acme&gt; &amp; {scene.world.mention(scene.alice)} <https://crm.example/c/1|Acme> <!date^1^{{date}}|now>"
    )
    posted = ask(scene.client().chat_postMessage(channel=scene.sales.id, text=words))
    assert posted["message"]["text"] == words


def test_text_past_forty_thousand_characters_is_cut(scene: Scene) -> None:
    posted = ask(scene.client().chat_postMessage(channel=scene.sales.id, text="x" * 40_001))
    assert len(posted["message"]["text"]) == 40_000


def test_a_reply_goes_into_its_thread(scene: Scene) -> None:
    root = scene.world.say(scene.alice, scene.sales, "Any news?")
    client = scene.client()
    ask(client.chat_postMessage(channel=scene.sales.id, text="Yes", thread_ts=root.ts))
    thread = ask(client.conversations_replies(channel=scene.sales.id, ts=root.ts))["messages"]
    assert [message["text"] for message in thread] == ["Any news?", "Yes"]
    assert (thread[0]["reply_count"], thread[0]["latest_reply"]) == (1, thread[1]["ts"])
    history = ask(client.conversations_history(channel=scene.sales.id, limit=1))["messages"]
    assert history[0]["ts"] == root.ts
    work = client.chat_postMessage(channel=scene.sales.id, text="Yes", thread_ts="1.000000")
    assert refused(work) == "thread_not_found"


def test_a_persons_id_opens_the_direct_chat(scene: Scene) -> None:
    posted = ask(scene.client().chat_postMessage(channel=scene.alice.id, text="Good morning"))
    assert posted["channel"] == scene.world.dm(scene.alice, scene.crm).id
    assert scene.events("message.im")[-1]["text"] == "Good morning"


def test_metadata_is_kept_and_shown_on_request_only(scene: Scene) -> None:
    client = scene.client()
    metadata = {"event_type": "crm_outbox", "event_payload": {"key": "k1"}}
    posted = ask(client.chat_postMessage(channel=scene.sales.id, text="hello", metadata=metadata))
    ask(client.chat_update(channel=scene.sales.id, ts=posted["ts"], text="hello again"))
    [quiet] = ask(client.conversations_history(channel=scene.sales.id, limit=1))["messages"]
    [full] = ask(client.conversations_history(channel=scene.sales.id, limit=1, include_all_metadata=True))["messages"]
    assert "metadata" not in quiet
    assert full["metadata"] == metadata


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ({"event_type": "x"}, "invalid_metadata_schema"),
        ({"event_type": "x", "event_payload": {"a": None}}, "invalid_metadata_schema"),
        ({"event_type": "x", "event_payload": {"a": "x" * 9000}}, "metadata_too_large"),
    ],
)
def test_metadata_of_a_wrong_shape_is_refused(scene: Scene, metadata: Json, error: str) -> None:
    work = scene.client().chat_postMessage(channel=scene.sales.id, text="hello", metadata=metadata)
    assert refused(work) == error


def test_what_cannot_be_posted_says_why(scene: Scene) -> None:
    client, sales = scene.client(), scene.sales.id
    assert refused(client.api_call("chat.postMessage", json={"channel": sales})) == "no_text"
    assert refused(client.chat_postMessage(channel="C0NOWHERE", text="x")) == "channel_not_found"
    assert refused(client.chat_postMessage(channel=sales, text="x", blocks=blocks(""))) == "invalid_blocks"
    assert refused(client.chat_postMessage(channel=sales, text="x", blocks="[{")) == "invalid_blocks_format"
    assert refused(client.chat_postMessage(channel=sales, text="x", markdown_text="x")) == "markdown_text_conflict"
    many: list[Any] = [{"text": "x"}] * 101
    assert refused(client.chat_postMessage(channel=sales, text="x", attachments=many)) == "too_many_attachments"
    assert refused(client.chat_postMessage(channel=sales, text="x", username="Boss")) == "missing_scope"


def test_where_cannot_be_posted_says_why(scene: Scene) -> None:
    client = scene.client()
    public = scene.world.channel("random", scene.bob)
    hidden = scene.world.channel("board", scene.bob, private=True)
    assert refused(client.chat_postMessage(channel=public.id, text="x")) == "not_in_channel"
    assert refused(client.chat_postMessage(channel=hidden.id, text="x")) == "channel_not_found"
    scene.sales.posting = "admins"
    assert refused(client.chat_postMessage(channel=scene.sales.id, text="x")) == "restricted_action"
    scene.world.archive(scene.alice, scene.sales)
    assert refused(client.chat_postMessage(channel=scene.sales.id, text="x")) == "is_archived"
    scene.crm.scopes.add("chat:write.public")
    assert ask(client.chat_postMessage(channel=public.id, text="x"))["ok"]


def test_blocks_that_say_nothing_to_a_screen_reader_are_noted(scene: Scene) -> None:
    with pytest.warns(UserWarning, match="text"):
        ask(scene.client().chat_postMessage(channel=scene.sales.id, blocks=blocks("hi")))
    assert [entry["what"] for entry in scene.world.journal.of("violation")] == ["blocks without top-level text"]


def test_an_update_keeps_the_blocks_it_does_not_name_and_is_told(scene: Scene) -> None:
    client = scene.client()
    posted = ask(client.chat_postMessage(channel=scene.sales.id, text="open", blocks=blocks("open")))
    ask(client.chat_update(channel=scene.sales.id, ts=posted["ts"], text="done"))
    event = scene.events("message.channels")[-1]
    assert event["subtype"] == "message_changed"
    assert (event["message"]["text"], event["previous_message"]["text"]) == ("done", "open")
    assert event["message"]["blocks"][0]["text"]["text"] == "open"
    ask(client.chat_update(channel=scene.sales.id, ts=posted["ts"], text="done", blocks=[]))
    assert not scene.sales.messages[posted["ts"]].body["blocks"]


def test_only_own_messages_are_changed_and_taken_away(scene: Scene) -> None:
    client, sales = scene.client(), scene.sales.id
    said = scene.world.say(scene.alice, scene.sales, "hello")
    posted = ask(client.chat_postMessage(channel=sales, text="hello"))["ts"]
    assert refused(client.chat_update(channel=sales, ts=said.ts, text="x")) == "cant_update_message"
    assert refused(client.chat_delete(channel=sales, ts=said.ts)) == "cant_delete_message"
    assert refused(client.chat_update(channel=sales, ts=posted, text="x" * 4001)) == "msg_too_long"
    ask(client.chat_delete(channel=sales, ts=posted))
    assert refused(client.chat_update(channel=sales, ts=posted, text="x")) == "message_not_found"
    assert refused(client.chat_delete(channel=sales, ts=posted)) == "message_not_found"
    assert scene.events("message.channels")[-1]["deleted_ts"] == posted


def test_an_ephemeral_message_is_for_one_member_and_in_no_history(scene: Scene) -> None:
    client = scene.client()
    answer = ask(client.chat_postEphemeral(channel=scene.sales.id, user=scene.alice.id, text="psst"))
    [whispered] = scene.world.ephemerals
    assert (whispered.ts, whispered.user, whispered.body["text"]) == (answer["message_ts"], scene.alice.id, "psst")
    history = ask(client.conversations_history(channel=scene.sales.id))["messages"]
    assert not any(message["text"] == "psst" for message in history)
    assert refused(client.chat_update(channel=scene.sales.id, ts=whispered.ts, text="x")) == "message_not_found"
    charlie = scene.world.user("charlie", scene.home)
    work = client.chat_postEphemeral(channel=scene.sales.id, user=charlie.id, text="psst")
    assert refused(work) == "user_not_in_channel"


def test_a_link_of_a_message_leads_to_it(scene: Scene) -> None:
    root = scene.world.say(scene.alice, scene.sales, "hello")
    reply = scene.world.say(scene.bob, scene.sales, "hi", thread=root)
    client = scene.client()
    link = ask(client.chat_getPermalink(channel=scene.sales.id, message_ts=reply.ts))["permalink"]
    assert link.endswith(f"/p{reply.ts.replace('.', '')}?thread_ts={root.ts}&cid={scene.sales.id}")


def test_an_unfurl_is_told_as_a_change_that_nobody_edited(scene: Scene) -> None:
    scene.crm.app.unfurl_domains = ("crm.example.com",)
    url = "https://crm.example.com/c/42?a=1&b=2"
    said = scene.world.say(scene.alice, scene.sales, url)
    unfurls = {url: {"blocks": blocks("*Acme*")}}
    ask(scene.client().chat_unfurl(channel=scene.sales.id, ts=said.ts, unfurls=unfurls))
    event = scene.events("message.channels")[-1]
    assert event["subtype"] == "message_changed"
    assert event["message"]["attachments"][0]["from_url"] == url
    assert "edited" not in event["message"]
    assert event["message"]["text"] == event["previous_message"]["text"]


def test_only_announced_links_are_unfurled(scene: Scene) -> None:
    scene.crm.app.unfurl_domains = ("crm.example.com",)
    said = scene.world.say(scene.alice, scene.sales, "https://crm.example.com/c/42")
    client, sales = scene.client(), scene.sales.id
    other: dict[str, Any] = {"https://crm.example.com/c/43": {"text": "x"}}
    assert refused(client.chat_unfurl(channel=sales, ts=said.ts, unfurls=other)) == "cannot_unfurl_url"
    assert refused(client.chat_unfurl(channel=sales, ts="1.000000", unfurls=other)) == "cannot_find_message"


def test_a_link_in_the_composer_is_previewed_there(scene: Scene) -> None:
    scene.crm.app.unfurl_domains = ("crm.example.com",)
    scene.world.compose_link(scene.alice, "https://crm.example.com/c/42")
    event = scene.events("link_shared")[-1]
    unfurls: dict[str, Any] = {"https://crm.example.com/c/42": {"blocks": blocks("*Acme*")}}
    ask(scene.client().chat_unfurl(unfurl_id=event["unfurl_id"], source=event["source"], unfurls=unfurls))
    assert list(scene.world.unfurls[event["unfurl_id"]].shown) == ["https://crm.example.com/c/42"]
