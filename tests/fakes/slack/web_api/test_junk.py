"""Whatever an app sends, Slack answers with an error by name, never with an outage."""

import asyncio
import json
import random
from typing import Any

import aiohttp

from tests.fakes.slack.scene import Scene
from tests.fakes.slack.web_api.methods import METHODS

VALUES: tuple[Any, ...] = (
    "",
    "-1",
    "nan",
    "1.000000",
    "[1]",
    "{}",
    "null",
    "\ud83d",
    None,
    1.5,
    True,
    [],
    [None],
    {"a": None},
    [{"type": "section", "text": 5}],
    [{"type": "actions", "elements": [{"type": "static_select", "options": [1], "option_groups": [2]}]}],
    [{"type": [1]}],
    [{"id": 5}],
    {"type": "modal", "blocks": [1]},
    {"type": "home", "blocks": [{"type": "table", "rows": 5}]},
    {"event_type": "x", "event_payload": {"a": [{"b": None}]}},
)
NAMES = [
    "attachments",
    "blocks",
    "channel",
    "channel_id",
    "client_id",
    "code",
    "cursor",
    "email",
    "event_context",
    "external_id",
    "file",
    "files",
    "filename",
    "hash",
    "latest",
    "length",
    "limit",
    "markdown_text",
    "message_ts",
    "metadata",
    "name",
    "oldest",
    "source",
    "team",
    "text",
    "thread_ts",
    "timestamp",
    "trigger_id",
    "ts",
    "types",
    "unfurl_id",
    "unfurls",
    "user",
    "user_id",
    "users",
    "view",
    "view_id",
]
ENDING = {"apps.uninstall", "auth.revoke"}


def test_no_argument_breaks_a_method(scene: Scene) -> None:
    scene.world.limits.on = False
    chance = random.Random(5)
    broken: list[str] = []

    async def ask(session: aiohttp.ClientSession, method: str) -> None:
        args = {name: chance.choice(VALUES) for name in chance.sample(NAMES, 12)}
        args |= {"channel": scene.sales.id, "user": scene.alice.id} if chance.random() < 0.7 else {}
        token = scene.crm.app.app_token if METHODS[method].takes == "app" else scene.crm.token
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json; charset=utf-8"}
        query = {name: value for name, value in args.items() if isinstance(value, str) and value.isascii()}
        sent = {"params": query} if chance.random() < 0.5 else {"data": json.dumps(args).encode()}
        async with session.post(f"{scene.world.address}/api/{method}", headers=headers, **sent) as response:
            answer = await response.text()
            if response.status != 200 or not answer.startswith('{"ok":'):
                broken.append(f"{method} {args} {answer}")

    async def hammer() -> None:
        async with aiohttp.ClientSession() as session:
            for method in sorted(METHODS.keys() - ENDING):
                for _ in range(8):
                    await ask(session, method)

    asyncio.run(hammer())
    assert broken == []
