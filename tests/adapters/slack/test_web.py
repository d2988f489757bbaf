"""Calls to Slack: what a plain use of the libraries gets wrong (traps 22 to 28), and what every error means."""

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from pydantic import SecretStr

from adapters.slack.errors import Remedy, SlackError, remedy_of
from adapters.slack.web import Web
from crm_core.chat import Urgency
from tests.adapters.slack.far import Far, Reaction, limited, page, refusal, reset, silence
from tests.conftest import NOW
from tests.fakes.far_side import MovableClock

TOKEN = "xoxb-very-secret"


@dataclass(frozen=True)
class Access:
    team_id: str
    bot_token: str = field(repr=False)


class One:
    """A single installation."""

    def __init__(self, token: str = TOKEN) -> None:
        self.token = token

    async def of(self, team_id: str) -> Access | None:
        return Access(team_id, self.token) if team_id in {"T1", "T2"} else None

    @property
    def home(self) -> Access | None:
        return Access("T1", self.token)


@asynccontextmanager
async def slack(clock: MovableClock) -> AsyncIterator[tuple[Far, Web]]:
    far = Far()
    await far.start()
    web = Web(far.url, One(), clock, sleep=clock.sleep, gone=lambda team, error: far.gone.append((team, error)))
    try:
        yield far, web
    finally:
        await web.close()
        await far.stop()


def with_slack(work: Callable[[Far, Web, MovableClock], Awaitable[None]]) -> None:
    async def run() -> None:
        clock = MovableClock(NOW)
        async with slack(clock) as (far, web):
            await work(far, web, clock)

    asyncio.run(run())


async def failure_of(call: Awaitable[object]) -> SlackError:
    with pytest.raises(SlackError) as caught:
        await call
    return caught.value


def test_a_call_speaks_as_the_installation_and_returns_what_slack_says() -> None:
    async def work(far: Far, web: Web, _: MovableClock) -> None:
        far.will("chat.postMessage", {"ok": True, "ts": "1.2"})
        answer = await web.call("chat.postMessage", channel="C1", text="hi", thread_ts=None, unfurl_links=False)
        assert answer["ts"] == "1.2"
        assert far.asked[0].token == TOKEN
        assert far.asked[0].body == {"channel": "C1", "text": "hi", "unfurl_links": False}

    with_slack(work)


def test_reading_methods_are_asked_with_a_form() -> None:
    async def work(far: Far, web: Web, _: MovableClock) -> None:
        await web.call("conversations.history", channel="C1", include_all_metadata=True, limit=15)
        assert far.asked[0].body == {"channel": "C1", "include_all_metadata": "1", "limit": "15"}

    with_slack(work)


def test_trap_22_a_post_whose_answer_is_lost_is_not_made_again() -> None:
    async def work(far: Far, web: Web, _: MovableClock) -> None:
        far.will("chat.postMessage", reset)
        failure = await failure_of(web.call("chat.postMessage", channel="C1", text="hi"))
        assert failure.unknown
        assert far.methods() == ["chat.postMessage"]

    with_slack(work)


def test_what_may_be_done_twice_is_asked_again_when_the_answer_is_lost() -> None:
    async def work(far: Far, web: Web, _: MovableClock) -> None:
        far.will("users.info", reset, page(503, "<html>sorry</html>"), {"ok": True, "user": {"id": "U1"}})
        answer = await web.call("users.info", user="U1")
        assert answer["user"] == {"id": "U1"}
        assert len(far.asked) == 3

    with_slack(work)


def test_but_not_for_ever() -> None:
    async def work(far: Far, web: Web, _: MovableClock) -> None:
        far.will("users.info", *[page(500, "down")] * 9)
        failure = await failure_of(web.call("users.info", user="U1"))
        assert (failure.status, failure.unknown, failure.remedy) == (500, False, Remedy.RECONCILE)
        assert len(far.asked) == 4

    with_slack(work)


@pytest.mark.parametrize(
    ("header", "least", "most"), [("3", 3, 4), ("0.25", 0.25, 1), (None, 30, 31), ("soon", 30, 31)]
)
def test_trap_23_after_a_429_everybody_keeps_away_for_as_long_as_slack_asks(
    header: str | None, least: float, most: float
) -> None:
    async def work(far: Far, web: Web, clock: MovableClock) -> None:
        far.will("users.info", limited(header))
        at: list[datetime] = []

        async def ask(user: str) -> None:
            await web.call("users.info", user=user)
            at.append(clock())

        await ask("U1")
        await asyncio.gather(ask("U2"), ask("U3"))
        assert least <= (at[0] - NOW).total_seconds() <= most
        assert [asked.body["user"] for asked in far.asked] == ["U1", "U1", "U2", "U3"]

    with_slack(work)


def test_during_a_penalty_no_call_is_made_and_who_cannot_wait_is_told_how_long() -> None:
    async def work(far: Far, web: Web, clock: MovableClock) -> None:
        far.will("views.open", limited("7"))
        for _ in range(2):
            failure = await failure_of(web.call("views.open", patience=1.0, urgency=Urgency.WAITED_FOR))
            assert failure.error == "ratelimited"
            assert failure.retry_after == pytest.approx(7, abs=0.2)
        await web.call("views.publish")
        assert far.methods() == ["views.open", "views.publish"]

    with_slack(work)


def test_a_penalty_of_one_workspace_is_none_for_another() -> None:
    async def work(far: Far, web: Web, clock: MovableClock) -> None:
        far.will("users.info", limited("60"))
        await failure_of(web.call("users.info", user="U1", patience=1))
        await web.call("users.info", user="U1", team="T2", patience=1)
        assert (await failure_of(web.call("users.info", user="U1", team="T1", patience=1))).error == "ratelimited"
        assert clock() == NOW

    with_slack(work)


def test_trap_24_a_call_ends_after_its_own_timeout_also_in_a_shared_session() -> None:
    async def work(far: Far, web: Web, _: MovableClock) -> None:
        let_go = asyncio.Event()
        far.will("chat.postMessage", silence(let_go))
        failure = await failure_of(web.call("chat.postMessage", channel="C1", text="hi", seconds=0.05))
        let_go.set()
        assert (failure.error, failure.unknown) == ("no_answer", True)

    with_slack(work)


def test_a_far_side_that_is_not_there_has_done_nothing() -> None:
    async def work(far: Far, web: Web, _: MovableClock) -> None:
        await far.stop()
        failure = await failure_of(web.call("chat.postMessage", channel="C1", text="hi"))
        assert (failure.error, failure.unknown, failure.remedy) == ("unreachable", False, Remedy.WAIT)

    with_slack(work)


def test_trap_25_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    async def work(far: Far, web: Web, _: MovableClock) -> None:
        await web.call("auth.test")
        assert far.methods() == ["auth.test"]

    with_slack(work)


@pytest.mark.parametrize(
    ("reaction", "error"),
    [
        (page(502, "<html>bad gateway</html>"), "http_502"),
        (page(200, "<html>sign in</html>"), "http_200"),
        (page(200, "certainly", "text/plain"), "no_answer"),
        (page(200, "{broken", "application/json"), "http_200"),
        (page(200, "[1]", "application/json"), "no_answer"),
        (page(200, "", "application/json"), "http_200"),
    ],
)
def test_trap_26_an_answer_that_is_none_leaves_a_post_unknown(reaction: Reaction, error: str) -> None:
    async def work(far: Far, web: Web, _: MovableClock) -> None:
        far.will("chat.postMessage", reaction)
        failure = await failure_of(web.call("chat.postMessage", channel="C1", text="hi"))
        assert (failure.error, failure.unknown) == (error, True)
        assert len(far.asked) == 1

    with_slack(work)


@pytest.mark.parametrize(
    ("status", "text", "error", "unknown"),
    [
        (404, "used_url", "used_url", False),
        (404, "expired_url", "expired_url", False),
        (404, "gone", "expired_url", False),
        (302, "", "expired_url", False),
        (500, "oops", "http_500", True),
    ],
)
def test_trap_27_a_dead_response_url_is_an_error(status: int, text: str, error: str, unknown: bool) -> None:
    async def work(far: Far, web: Web, _: MovableClock) -> None:
        far.will("hook", page(status, text, "text/plain"))
        failure = await failure_of(web.respond(f"{far.url}hook", {"text": "hi"}))
        assert (failure.error, failure.unknown) == (error, unknown)

    with_slack(work)


def test_a_response_url_takes_what_it_is_given_without_a_token() -> None:
    async def work(far: Far, web: Web, _: MovableClock) -> None:
        await web.respond(f"{far.url}hook", {"text": "hi", "replace_original": True})
        assert far.asked[0].token == ""
        assert far.asked[0].body == {"text": "hi", "replace_original": True}

    with_slack(work)


def test_trap_28_one_client_carries_every_call_and_adds_nothing_to_it() -> None:
    async def work(far: Far, web: Web, _: MovableClock) -> None:
        await web.call("auth.test")
        first = web._session
        await web.call("users.info", user="U1", team="T1")
        assert web._session is first
        assert [asked.body for asked in far.asked] == [{}, {"user": "U1"}]

    with_slack(work)


def test_a_missing_scope_is_named() -> None:
    async def work(far: Far, web: Web, _: MovableClock) -> None:
        far.will("users.info", refusal("missing_scope", needed="users:read", provided="chat:write"))
        failure = await failure_of(web.call("users.info", user="U1"))
        assert (failure.remedy, failure.needed, failure.provided) == (Remedy.GRANT, "users:read", "chat:write")

    with_slack(work)


def test_an_installation_that_is_gone_is_left_alone_until_later() -> None:
    async def work(far: Far, web: Web, clock: MovableClock) -> None:
        far.will("chat.postMessage", refusal("token_revoked"))
        for _ in range(3):
            failure = await failure_of(web.call("chat.postMessage", channel="C1", text="hi"))
            assert failure.remedy is Remedy.RECONNECT
        assert len(far.asked) == 1
        assert far.gone == [("T1", "token_revoked")]
        clock.forward(seconds=61)
        await web.call("chat.postMessage", channel="C1", text="hi")

    with_slack(work)


def test_a_workspace_that_is_not_installed_is_not_called() -> None:
    async def work(far: Far, web: Web, _: MovableClock) -> None:
        failure = await failure_of(web.call("users.info", user="U1", team="T-elsewhere"))
        assert (failure.error, far.asked) == ("not_authed", [])

    with_slack(work)


def test_trap_20_a_token_that_expired_is_renewed_once_and_the_call_made_again() -> None:
    async def run() -> None:
        far, clock, one = Far(), MovableClock(NOW), One("xoxe-old")
        renewals: list[str] = []

        async def renew(team: str) -> bool:
            renewals.append(team)
            one.token = "xoxe-new"
            return True

        await far.start()
        web = Web(far.url, one, clock, sleep=clock.sleep, renew=renew)
        far.will("chat.postMessage", refusal("token_expired"), {"ok": True}, *[refusal("token_expired")] * 2)
        await web.call("chat.postMessage", channel="C1", text="hi")
        assert [asked.token for asked in far.asked] == ["xoxe-old", "xoxe-new"]
        assert (await failure_of(web.call("chat.postMessage", channel="C1", text="hi"))).error == "token_expired"
        assert len(renewals) == 2
        await web.close()
        await far.stop()

    asyncio.run(run())


def test_the_token_is_in_no_error_no_traceback_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def work(far: Far, web: Web, _: MovableClock) -> None:
        reactions = (reset, page(500, TOKEN), limited("99"), refusal("invalid_auth"), page(200, f"{{{TOKEN}"))
        for reaction in reactions:
            far.will("chat.update", *[reaction] * 4)
            failure = await failure_of(web.call("chat.update", channel="C1", text="secret talk", patience=5))
            far.reactions.clear()
            told = "".join(traceback.TracebackException.from_exception(failure, capture_locals=True).format())
            assert TOKEN not in told + repr(failure)
            assert (failure.__context__, failure.__cause__) == (None, None)
            assert "secret talk" not in repr(failure)

    with_slack(work)
    said = "".join(record.getMessage() + str(record.exc_text) for record in caplog.records)
    assert TOKEN not in said
    assert "secret talk" not in said


def test_another_token_may_be_given_and_is_hidden_alike() -> None:
    async def work(far: Far, web: Web, _: MovableClock) -> None:
        far.will("apps.connections.open", {"ok": True, "url": "ws://"}, refusal("invalid_auth"))
        await web.call("apps.connections.open", token=SecretStr("xapp-1"))
        assert far.asked[0].token == "xapp-1"
        failure = await failure_of(web.call("apps.connections.open", token=SecretStr("xapp-1")))
        told = "".join(traceback.TracebackException.from_exception(failure, capture_locals=True).format())
        assert "xapp-1" not in told
        assert far.gone == []

    with_slack(work)


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        ("restricted_action_read_only_channel", Remedy.GIVE_UP),
        ("invalid_blocks_format", Remedy.FIX),
        ("something_new", Remedy.GIVE_UP),
        ("http_503", Remedy.RECONCILE),
        ("already_reacted", Remedy.DONE),
        ("users_not_found", Remedy.NOBODY),
        ("org_login_required", Remedy.WAIT),
    ],
)
def test_every_error_has_its_remedy(error: str, remedy: Remedy) -> None:
    assert remedy_of(error) is remedy
