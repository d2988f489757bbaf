"""Bare calls to Slack: what a refusal says."""

import asyncio

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.direct import open_session
from adapters.slack import calls
from adapters.slack.calls import Refused
from adapters.slack.pacing import LONGEST_PAUSE, UNSAID


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7.0), ("inf", UNSAID), ("soon", UNSAID), ("999999999", LONGEST_PAUSE)]
)
def test_whatever_slack_says_the_wait_is_bounded(header: str, seconds: float) -> None:
    assert asyncio.run(_refused(header)).retry_after == seconds


async def _refused(retry_after: str) -> Refused:
    async def refuse(_: web.Request) -> web.Response:
        return web.Response(status=429, headers={"Retry-After": retry_after})

    app = web.Application()
    app.router.add_post("/auth.test", refuse)
    async with TestServer(app) as server, open_session() as session:
        with pytest.raises(Refused) as refused:
            await calls.call(session, str(server.make_url("/")), "auth.test", "xoxb-1")
        return refused.value
