"""The Web API of the fake, asked with Slack's own client over loopback."""

import asyncio
from collections.abc import Iterator

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from tests.fakes.slack.faults import Fault
from tests.fakes.slack.scene import Scene, set_scene
from tests.fakes.slack.server import serving


@pytest.fixture
def scene() -> Iterator[Scene]:
    scene = set_scene()
    with serving(scene.world):
        yield scene


def test_a_post_is_in_the_history_with_its_text_as_slack_rewrites_it(scene: Scene) -> None:
    async def ask() -> str:
        posted = await scene.client().chat_postMessage(channel=scene.sales.id, text="a & b ✅")
        history = await scene.client().conversations_history(channel=scene.sales.id, limit=1)
        assert history["messages"][0]["ts"] == posted["ts"]
        return str(history["messages"][0]["text"])

    assert asyncio.run(ask()) == "a &amp; b :white_check_mark:"


def test_an_app_hears_its_own_post(scene: Scene) -> None:
    asyncio.run(scene.client().chat_postMessage(channel=scene.sales.id, text="hello"))
    assert scene.events("message.channels")[-1]["app_id"] == scene.crm.app.id


def test_a_cut_connection_leaves_the_post_behind(scene: Scene) -> None:
    scene.world.faults.add("chat.postMessage", Fault("drop", after=True))
    before = len(scene.sales.messages)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        asyncio.run(scene.client().chat_postMessage(channel=scene.sales.id, text="hello"))
    assert len(scene.sales.messages) == before + 1


def test_a_token_nobody_gave_is_no_token(scene: Scene) -> None:
    with pytest.raises(SlackApiError, match="invalid_auth"):
        asyncio.run(scene.client("xoxb-made-up").auth_test())
