"""How the fake's Web API reads calls, who may call, and how often: asked with Slack's own client over loopback."""

import asyncio
import itertools
import json
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.faults import Faults
from tests.fakes.slack.faults import Fault
from tests.fakes.slack.scene import Scene, failure


async def raw(scene: Scene, method: str, **request: Any) -> Any:
    """A call as another program would make it."""
    async with aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bearer {scene.crm.token}", **request.pop("headers", {})}
        async with session.post(f"{scene.world.address}/api/{method}", headers=headers, **request) as response:
            return await response.json()


def test_the_answer_names_the_scopes_of_the_token(scene: Scene) -> None:
    answer = asyncio.run(scene.client().auth_test())
    assert answer["user_id"] == scene.crm.bot_user
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")


@pytest.mark.parametrize(
    ("token", "error"),
    [("", "not_authed"), ("xoxb-made-up", "invalid_auth"), ("app", "not_allowed_token_type")],
)
def test_only_the_right_token_is_let_in(scene: Scene, token: str, error: str) -> None:
    given = scene.crm.app.app_token if token == "app" else token
    assert failure(scene.client(given).auth_test()).response["error"] == error


def test_an_uninstalled_app_and_a_revoked_token_are_told_apart(scene: Scene) -> None:
    asyncio.run(scene.client().auth_revoke())
    assert failure(scene.client().auth_test()).response["error"] == "token_revoked"
    assert scene.events("tokens_revoked")
    scene.world.uninstall(scene.crm)
    assert failure(scene.client().auth_test()).response["error"] == "account_inactive"


def test_a_missing_scope_says_what_is_needed_and_what_is_there(scene: Scene) -> None:
    scene.crm.scopes = {"users:read"}
    answer = failure(scene.client().chat_postMessage(channel=scene.sales.id, text="hello")).response
    assert answer["error"] == "missing_scope"
    assert (answer["needed"], answer["provided"]) == ("chat:write", "users:read")


def test_a_private_channel_needs_the_scope_of_its_kind(scene: Scene) -> None:
    private = scene.world.channel("deals", scene.alice, private=True, members=[scene.crm])
    scene.crm.scopes.discard("groups:history")
    answer = failure(scene.client().conversations_history(channel=private.id)).response
    assert answer["needed"] == "groups:history"


def test_a_reading_method_does_not_read_json(scene: Scene) -> None:
    answer = asyncio.run(raw(scene, "users.info", json={"user": scene.alice.id}))
    assert answer["error"] == "invalid_arguments"
    answer = asyncio.run(raw(scene, "users.info", data={"user": scene.alice.id}))
    assert answer["user"]["name"] == "alice"


def test_arguments_come_by_query_too_with_numbers_for_flags(scene: Scene) -> None:
    said = scene.world.say(scene.alice, scene.sales, "hello")

    async def get() -> Any:
        query = {"channel": scene.sales.id, "oldest": said.ts, "inclusive": "1", "team_id": "ignored"}
        headers = {"Authorization": f"Bearer {scene.crm.token}"}
        url = f"{scene.world.address}/api/conversations.history"
        async with aiohttp.ClientSession(headers=headers) as session, session.get(url, params=query) as response:
            return await response.json()

    assert [message["ts"] for message in asyncio.run(get())["messages"]] == [said.ts]


def test_lists_and_objects_come_as_json_inside_a_form_and_the_token_too(scene: Scene) -> None:
    form = {
        "token": scene.crm.token,
        "channel": scene.sales.id,
        "text": "hello",
        "blocks": json.dumps([{"type": "divider"}]),
    }
    answer = asyncio.run(raw(scene, "chat.postMessage", data=form, headers={"Authorization": ""}))
    assert answer["message"]["blocks"][0]["type"] == "divider"


def test_json_without_a_charset_is_warned_of(scene: Scene) -> None:
    body = {"channel": scene.sales.id, "text": "hello"}
    answer = asyncio.run(raw(scene, "chat.postMessage", json=body))
    assert answer["warning"] == "missing_charset"
    assert answer["response_metadata"]["warnings"] == ["missing_charset"]


@pytest.mark.parametrize(("body", "error"), [(b"{", "invalid_json"), (b"[]", "json_not_object")])
def test_a_body_that_is_no_object_is_named(scene: Scene, body: bytes, error: str) -> None:
    headers = {"Content-Type": "application/json"}
    assert asyncio.run(raw(scene, "chat.postMessage", data=body, headers=headers))["error"] == error


def test_a_method_nobody_knows_is_named_back(scene: Scene) -> None:
    answer = asyncio.run(raw(scene, "chat.shout"))
    assert answer == {"ok": False, "error": "unknown_method", "req_method": "chat.shout"}


def test_after_fifty_calls_slack_wants_a_pause_and_notes_who_does_not_keep_it(scene: Scene) -> None:
    async def hammer() -> None:
        for _ in range(51):
            await scene.client().conversations_info(channel=scene.sales.id)

    limited = failure(hammer()).response
    assert limited.status_code == 429
    wait = int(limited.headers["Retry-After"])
    assert failure(scene.client().conversations_info(channel=scene.sales.id)).response.status_code == 429
    assert len(scene.world.limits.violations) == 1
    assert asyncio.run(scene.client().conversations_members(channel=scene.sales.id))["ok"]
    scene.clock.advance(wait)
    assert asyncio.run(scene.client().conversations_info(channel=scene.sales.id))["ok"]


def test_a_channel_takes_a_message_a_second_after_a_short_burst(scene: Scene) -> None:
    async def burst() -> None:
        for number in range(6):
            await scene.client().chat_postMessage(channel=scene.sales.id, text=f"{number}")

    assert failure(burst()).response.status_code == 429
    scene.clock.advance(1)
    assert asyncio.run(scene.client().chat_postMessage(channel=scene.sales.id, text="again"))["ok"]


def test_a_restricted_app_reads_fifteen_messages_a_minute(scene: Scene) -> None:
    scene.crm.app.profile = "restricted"
    for number in range(20):
        scene.world.say(scene.alice, scene.sales, f"{number}")
    page = asyncio.run(scene.client().conversations_history(channel=scene.sales.id, limit=200))
    assert len(page["messages"]) == 15
    limited = failure(scene.client().conversations_history(channel=scene.sales.id)).response
    assert limited.headers["Retry-After"] == "60"


def test_an_ordered_429_is_a_penalty_like_any_other(scene: Scene) -> None:
    scene.world.faults.add("auth.test", Fault("ratelimited", retry_after=30))
    assert failure(scene.client().auth_test()).response.headers["Retry-After"] == "30"
    assert failure(scene.client().auth_test()).response.status_code == 429
    assert scene.world.limits.violations
    scene.clock.advance(30)
    assert asyncio.run(scene.client().auth_test())["ok"]


def post(client: AsyncWebClient, scene: Scene) -> None:
    asyncio.run(client.chat_postMessage(channel=scene.sales.id, text="hello"))


@pytest.mark.parametrize("after", [False, True])
def test_a_cut_connection_may_leave_the_post_behind(scene: Scene, after: bool) -> None:
    scene.world.faults.add("chat.postMessage", Fault("drop", after=after))
    before = len(scene.sales.messages)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        post(scene.client(), scene)
    assert len(scene.sales.messages) == before + after


def test_no_answer_at_all_may_leave_the_post_behind(scene: Scene) -> None:
    scene.world.faults.add("chat.postMessage", Fault("hang", after=True))
    before = len(scene.sales.messages)
    call = scene.client().chat_postMessage(channel=scene.sales.id, text="hello")
    with pytest.raises(asyncio.TimeoutError):
        asyncio.run(asyncio.wait_for(call, timeout=0.2))
    assert len(scene.sales.messages) == before + 1


def test_an_outage_answers_with_a_page(scene: Scene) -> None:
    scene.world.faults.add("chat.postMessage", Fault("html", status=502))
    assert failure(scene.client().chat_postMessage(channel=scene.sales.id, text="hello")).response.status_code == 502
    post(scene.client(), scene)


def test_broken_json_is_broken_json(scene: Scene) -> None:
    scene.world.faults.add("*", Fault("garbage"))
    assert "non-JSON" in str(failure(scene.client().auth_test()))
    assert asyncio.run(scene.client().auth_test())["ok"]


def test_faults_by_chance_are_the_same_for_the_same_seed(scene: Scene) -> None:
    def met() -> list[bool]:
        faults: Faults[Fault] = Faults(seed=7)
        faults.add("*", Fault("html"), times=None, chance=0.5)
        return [faults.take("auth.test") is not None for _ in range(50)]

    assert met() == met()
    assert 0 < sum(met()) < 50


def test_lists_come_in_short_pages_and_empty_ones_and_are_complete_in_the_end(scene: Scene) -> None:
    for number in range(9):
        scene.world.user(f"person{number}", scene.home)
    scene.world.short_pages = True

    async def pages() -> list[list[str]]:
        client, found, cursor = scene.client(), [], ""
        while True:
            page = await client.users_list(limit=5, cursor=cursor)
            found.append([user["id"] for user in page["members"]])
            cursor = page["response_metadata"]["next_cursor"]
            if not cursor:
                return found

    found = asyncio.run(pages())
    assert [] in found
    assert max(len(page) for page in found) < 5
    assert sorted(itertools.chain(*found)) == sorted(["USLACKBOT", *scene.world.users])


def test_a_page_is_found_again_when_messages_come_in_between(scene: Scene) -> None:
    said = [scene.world.say(scene.alice, scene.sales, f"{number}").ts for number in range(4)]
    client = scene.client()
    first = asyncio.run(client.conversations_history(channel=scene.sales.id, limit=2))
    scene.world.say(scene.alice, scene.sales, "late")
    cursor = first["response_metadata"]["next_cursor"]
    second = asyncio.run(client.conversations_history(channel=scene.sales.id, limit=2, cursor=cursor))
    seen = [message["ts"] for page in (first, second) for message in page["messages"]]
    assert seen == said[::-1]


@pytest.mark.parametrize("age", [0, 3601])
def test_a_cursor_is_for_its_method_and_for_an_hour(scene: Scene, age: int) -> None:
    page = asyncio.run(scene.client().users_list(limit=1))
    cursor = page["response_metadata"]["next_cursor"]
    scene.clock.advance(age)
    work = scene.client().users_list(cursor=cursor) if age else scene.client().conversations_list(cursor=cursor)
    assert failure(work).response["error"] == "invalid_cursor"
