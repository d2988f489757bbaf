"""response_url: who may say what, how often and how long."""

import asyncio
from typing import Any

import pytest
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.fakes.slack.channels import Channel
from tests.fakes.slack.messages import Ephemeral, Message
from tests.fakes.slack.scene import Scene
from tests.fakes.slack.web_api.hooks import new_response_url


def url(scene: Scene, channel: Channel | None = None, original: Message | Ephemeral | None = None) -> str:
    return new_response_url(
        scene.world,
        app_id=scene.crm.app.id,
        team=scene.home.id,
        channel=(channel or scene.sales).id,
        user=scene.alice.id,
        original=original,
    )


def respond(to: str, **body: Any) -> tuple[int, str]:
    answer = asyncio.run(AsyncWebhookClient(to, retry_handlers=[]).send_dict(body))
    return answer.status_code, answer.body


def test_an_answer_is_for_the_asker_only_unless_it_says_otherwise(scene: Scene) -> None:
    before = len(scene.sales.messages)
    assert respond(url(scene), text="Acme: Alice") == (200, "ok")
    [whispered] = scene.world.ephemerals
    assert (whispered.user, whispered.body["text"]) == (scene.alice.id, "Acme: Alice")
    assert len(scene.sales.messages) == before


def test_an_answer_for_all_passes_into_channels_the_bot_is_not_in(scene: Scene) -> None:
    channel = scene.world.channel("random", scene.alice)
    assert respond(url(scene, channel), text="Acme: Alice", response_type="in_channel")[0] == 200
    [said] = [message for message in channel.messages.values() if message.text == "Acme: Alice"]
    assert (said.body["subtype"], said.body["bot_id"]) == ("bot_message", scene.crm.bot_id)


def test_five_answers_and_no_sixth(scene: Scene) -> None:
    to = url(scene)
    assert [respond(to, text=f"{number}")[0] for number in range(6)] == [200] * 5 + [404]
    assert respond(to, text="once more") == (404, "used_url")


def test_half_an_hour_and_no_longer(scene: Scene) -> None:
    to = url(scene)
    scene.clock.advance(30 * 60 + 1)
    assert respond(to, text="late") == (404, "expired_url")


def test_the_original_is_replaced_and_the_change_is_told(scene: Scene) -> None:
    posted = asyncio.run(scene.client().chat_postMessage(channel=scene.sales.id, text="open"))
    original = scene.sales.messages[posted["ts"]]
    respond(url(scene, original=original), text="done by Alice", replace_original=True)
    assert original.text == "done by Alice"
    assert scene.events("message.channels")[-1]["subtype"] == "message_changed"
    respond(url(scene, original=original), delete_original=True)
    assert posted["ts"] not in scene.sales.messages


def test_an_ephemeral_original_is_replaced_and_taken_away_too(scene: Scene) -> None:
    respond(url(scene), text="Looking…")
    [whispered] = scene.world.ephemerals
    respond(url(scene, original=whispered), text="Acme", replace_original=True)
    assert (whispered.body["text"], len(scene.world.ephemerals)) == ("Acme", 1)
    respond(url(scene, original=whispered), delete_original=True)
    assert not scene.world.ephemerals


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"response_type": "ephemeral"}, "no_text"),
        ({"text": "x", "blocks": [{"type": "section"}]}, "invalid_blocks"),
        ({"delete_original": True}, "message_not_found"),
    ],
)
def test_what_makes_no_message_is_refused(scene: Scene, body: dict[str, Any], error: str) -> None:
    assert respond(url(scene), **body) == (400, error)


def test_an_address_nobody_gave_is_not_found(scene: Scene) -> None:
    assert respond(f"{scene.world.address}/hooks/actions/T0/nothing", text="x")[0] == 404
