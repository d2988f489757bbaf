"""One fetch of a token per secret and validity, whoever asks; and what is secret is nowhere to be seen."""

import asyncio
import logging
import traceback

import pytest

from adapters.wecom.errors import Remedy, WeComError
from adapters.wecom.wire import Asked as Request
from tests.adapters.wecom.calling import Calling, calling, failed
from tests.adapters.wecom.far import SECRET, Reaction, page, refusal, reset


def test_three_nodes_that_start_at_once_fetch_one_token() -> None:
    async def work(at: Calling) -> None:
        nodes = [at.transport() for _ in range(3)]
        await asyncio.gather(*(node.get("user/get") for node in nodes for _ in range(7)))
        assert at.far.paths().count("gettoken") == 1

    calling(work)


def test_when_the_token_is_taken_back_the_nodes_fetch_one_new_token() -> None:
    async def work(at: Calling) -> None:
        nodes = [at.transport() for _ in range(3)]
        await asyncio.gather(*(node.get("agent/get") for node in nodes))
        at.far.will("user/get", *[refusal(42001)] * 20)
        await asyncio.gather(*(node.get("user/get") for node in nodes for _ in range(7)))
        assert at.far.paths().count("gettoken") == 2

    calling(work)


def test_a_restart_goes_on_with_the_token_that_is_there_until_it_is_nearly_over() -> None:
    async def work(at: Calling) -> None:
        await at.transport().get("user/get")
        at.clock.forward(seconds=6800)
        await at.transport().get("user/get")
        assert at.far.paths().count("gettoken") == 1
        at.clock.forward(seconds=200)
        await at.transport().get("user/get")
        assert at.far.paths().count("gettoken") == 2

    calling(work)


def test_one_that_dies_while_it_fetches_holds_the_others_up_for_seconds_only() -> None:
    async def work(at: Calling) -> None:
        await at.transport().check()
        name = next(iter(at.notes.kept))
        at.notes.kept[name] = {"fetching_until": at.clock.now.replace(year=2027).isoformat()}
        assert (await failed(at.transport().check())).reason == "no_answer"
        at.notes.kept[name] = {"fetching_until": at.clock.now.isoformat()}
        await at.transport().check()
        assert at.far.paths().count("gettoken") == 2

    calling(work)


def test_secrets_that_begin_alike_have_tokens_of_their_own() -> None:
    async def work(at: Calling) -> None:
        for secret in (SECRET, f"{SECRET}-2"):
            await at.transport(secret).get("user/get")
        assert {asked.token for asked in at.far.asked if asked.path == "user/get"} == {"token-1", "token-2"}
        await at.transport(corp="ww-another").get("user/get")
        assert at.far.tokens == 3

    calling(work)


def test_neither_the_secret_nor_the_token_stands_in_the_memory_in_clear() -> None:
    async def work(at: Calling) -> None:
        await at.transport().get("user/get")
        kept = repr(at.notes.kept)
        assert "token-1" not in kept
        assert SECRET not in kept
        assert SECRET[:6] not in kept

    calling(work)


def test_a_note_that_cannot_be_opened_is_replaced() -> None:
    async def work(at: Calling) -> None:
        await at.transport().check()
        name = next(iter(at.notes.kept))
        at.notes.kept[name] = {"locked": "gAAAA", "until": "tomorrow"}
        await at.transport().check()
        assert at.far.tokens == 2

    calling(work)


@pytest.mark.parametrize("code", [40001, 40013])
def test_a_wrong_secret_is_said_once_and_then_left_alone_for_longer_and_longer(code: int) -> None:
    async def work(at: Calling) -> None:
        at.far.will("gettoken", *[refusal(code)] * 10)
        transport = at.transport()
        for wait, asked in ((0, 1), (30, 1), (31, 2), (61, 2), (60, 3)):
            at.clock.forward(seconds=wait)
            error = await failed(transport.get("user/get"))
            assert (error.errcode, error.what_to_do, error.path) == (code, Remedy.CONFIGURE, "gettoken")
            assert at.far.paths() == ["gettoken"] * asked

    calling(work)


@pytest.mark.parametrize(
    "reaction",
    [page(200, "<html>"), page(502, ""), {"errcode": 0, "errmsg": "ok"}, {"access_token": None}, reset, refusal(-1)],
    ids=["html", "502", "nothing", "none", "reset", "busy"],
)
def test_a_token_that_does_not_come_is_asked_for_again(reaction: Reaction) -> None:
    async def work(at: Calling) -> None:
        at.far.will("gettoken", reaction)
        assert await at.transport().post("message/send", {})
        assert at.far.paths() == ["gettoken", "gettoken", "message/send"]

    calling(work)


@pytest.mark.parametrize("reaction", [page(502, ""), page(200, "<html>"), reset, refusal(48002), refusal(40014)])
@pytest.mark.parametrize("path", ["gettoken", "message/send"])
def test_no_secret_is_in_what_is_raised_nor_anywhere_behind_it(
    path: str, reaction: Reaction, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    async def work(at: Calling) -> None:
        at.far.will(path, *[reaction] * 9)
        transport = at.transport()
        error = await failed(transport.post("message/send", {"text": "客户的话"}))
        assert_bare(error)
        assert SECRET not in repr(vars(transport)) + repr(error.__dict__)
        await at.far.stop()
        assert_bare(await failed(at.transport("another").post("message/send", {})))

    calling(work)
    for secret in (SECRET, "token-1", "客户的话"):
        assert secret not in caplog.text


def assert_bare(error: WeComError) -> None:
    assert error.__cause__ is None
    assert error.__context__ is None
    told = "".join(traceback.format_exception(error)) + repr(error)
    for secret in (SECRET, "token-", "access_token=", "客户的话"):
        assert secret not in told


def test_a_request_does_not_show_its_token() -> None:
    assert "hunter2" not in repr(Request("get", "user/get", (("access_token", "hunter2"),)))
