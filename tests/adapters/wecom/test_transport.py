"""Calls to WeCom: tried again where that helps, never for ever, and what fails is told apart."""

import asyncio
import json

import pytest

from adapters.wecom.errors import Remedy
from tests.adapters.wecom.calling import Calling, calling, failed
from tests.adapters.wecom.far import Reaction, page, refusal, reset


def test_a_call_carries_the_token_in_the_address_alone() -> None:
    async def work(at: Calling) -> None:
        assert await at.transport().post("message/send", {"touser": "张三"}) == {"errcode": 0, "errmsg": "ok"}
        sent = at.far.asked[-1]
        assert (sent.token, sent.query) == ("token-1", {})
        assert json.loads(sent.body) == {"touser": "张三"}

    calling(work)


def test_parameters_of_the_caller_are_left_as_they_are() -> None:
    async def work(at: Calling) -> None:
        body: dict[str, object] = {"a": [1]}
        await at.transport().post("message/send", body)
        assert body == {"a": [1]}
        await at.transport().get("user/get", userid="a b&c", deep=1)
        assert at.far.asked[-1].query == {"userid": "a b&c", "deep": "1"}

    calling(work)


@pytest.mark.parametrize("code", [40014, 42001, 40001, "40014"])
def test_a_token_that_is_no_good_any_more_is_renewed_once_and_the_call_made_again(code: object) -> None:
    async def work(at: Calling) -> None:
        at.far.will("user/get", refusal(code))
        assert (await at.transport().get("user/get"))["errcode"] == 0
        assert at.far.paths() == ["gettoken", "user/get", "gettoken", "user/get"]
        assert at.far.asked[-1].token == "token-2"

    calling(work)


def test_a_token_that_is_refused_for_ever_costs_two_calls_and_one_more_token() -> None:
    async def work(at: Calling) -> None:
        at.far.will("user/get", *[refusal(40014)] * 50)
        transport = at.transport()
        await at.transport().get("agent/get")
        at.far.asked.clear()
        error = await failed(transport.get("user/get"))
        assert error.errcode == 40014
        assert at.far.paths() == ["user/get", "gettoken", "user/get"]

    calling(work)


@pytest.mark.parametrize("code", [-1, 45033, 41063, 6000])
def test_what_is_busy_is_tried_three_times_more_at_odd_moments(code: int) -> None:
    async def work(at: Calling) -> None:
        at.far.will("message/send", *[refusal(code)] * 10)
        error = await failed(at.transport().post("message/send", {}))
        assert (error.errcode, error.what_to_do, error.unknown) == (code, Remedy.RETRY, False)
        assert at.far.paths().count("message/send") == 4
        assert at.clock.slept == pytest.approx([0.45, 0.9, 1.8])

    calling(work)


def test_a_busy_call_that_is_taken_then_is_answered() -> None:
    async def work(at: Calling) -> None:
        at.far.will("message/send", refusal(-1), refusal(-1))
        assert (await at.transport().post("message/send", {}))["errcode"] == 0

    calling(work)


def test_too_many_calls_stop_those_of_this_kind_for_a_minute_then_for_an_hour() -> None:
    async def work(at: Calling) -> None:
        transport = at.transport()
        at.far.will("message/send", refusal(45009), refusal(45009))
        first = await failed(transport.post("message/send", {}))
        assert (first.what_to_do, first.retry_after) == (Remedy.WAIT, 60)
        at.clock.forward(seconds=20)
        assert (await failed(transport.post("message/send", {}))).retry_after == 40
        assert at.far.paths().count("message/send") == 1
        assert await transport.get("user/get")
        at.clock.forward(seconds=41)
        assert (await failed(transport.post("message/send", {}))).retry_after == 3600
        at.clock.forward(seconds=3601)
        assert await transport.post("message/send", {})

    calling(work)


@pytest.mark.parametrize(
    "reaction",
    [
        page(502, "<html>Bad gateway"),
        page(500, ""),
        page(200, "<html>maintenance"),
        page(200, ""),
        page(200, "[]", "application/json"),
        page(200, '{"errcode": 0', "application/json"),
        page(200, '{"errcode": null}', "application/json"),
        page(200, "[" * 100_000, "application/json"),
        reset,
    ],
    ids=["502", "500", "html", "empty", "list", "cut", "null", "nested", "reset"],
)
def test_an_answer_that_cannot_be_read_leaves_a_message_unknown_and_is_asked_for_again_where_that_is_harmless(
    reaction: Reaction,
) -> None:
    async def work(at: Calling) -> None:
        transport = at.transport()
        at.far.reactions["message/send"] = [reaction]
        at.far.reactions["user/get"] = [reaction] * 10
        error = await failed(transport.post("message/send", {}))
        assert (error.errcode, error.what_to_do, error.unknown) == (None, Remedy.RECONCILE, True)
        assert at.far.paths().count("message/send") == 1
        assert not (await failed(transport.get("user/get"))).unknown
        assert at.far.paths().count("user/get") == 4

    calling(work)


def test_a_post_that_only_reads_is_asked_again() -> None:
    async def work(at: Calling) -> None:
        for path in ("externalcontact/batch/get_by_user", "kf/sync_msg", "externalcontact/groupchat/list"):
            at.far.will(path, reset)
            assert await at.transport().post(path, {})

    calling(work)


def test_an_answer_is_taken_with_its_broken_letters_in_sight_and_its_code_as_text() -> None:
    async def work(at: Calling) -> None:
        body = b'{"errcode": "0", "name": "\xe5\xbc\xff", "also": "tab\there"}'
        at.far.will("user/get", page(200, body, "application/json"))
        assert await at.transport().get("user/get") == {"errcode": 0, "name": "\ufffd\ufffd", "also": "tab\there"}

    calling(work)


def test_nobody_follows_to_another_address() -> None:
    async def work(at: Calling) -> None:
        at.far.will("user/get", page(302, "", Location=f"{at.far.url}elsewhere"))
        error = await failed(at.transport().get("user/get"))
        assert error.what_to_do is Remedy.CONFIGURE
        assert "elsewhere" not in at.far.paths()

    calling(work)


def test_a_refusal_for_good_is_not_asked_again() -> None:
    async def work(at: Calling) -> None:
        for code, remedy in ((48002, Remedy.CONFIGURE), (81013, Remedy.GONE), (45002, Remedy.FIX),
                             (999999, Remedy.GIVE_UP)):  # fmt: skip
            at.far.will("message/send", refusal(code))
            assert (await failed(at.transport().post("message/send", {}))).what_to_do is remedy
        assert at.far.paths().count("message/send") == 4

    calling(work)


def test_where_nobody_listens_nothing_was_sent() -> None:
    async def work(at: Calling) -> None:
        await at.transport().check()
        await at.far.stop()
        error = await failed(at.transport().post("message/send", {}))
        assert (error.reason, error.unknown) == ("unreachable", False)

    calling(work)


def test_the_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    async def work(at: Calling) -> None:
        assert await at.transport().get("user/get")

    calling(work)


def test_a_file_goes_out_whole_when_its_token_was_too_old() -> None:
    async def work(at: Calling) -> None:
        content = bytes(range(256)) * 40
        at.far.will("media/upload", refusal(42001), {"errcode": 0, "media_id": "m1"})
        assert await at.transport().upload("file", "报价单.pdf", content, "application/pdf") == "m1"
        first, second = (asked for asked in at.far.asked if asked.path == "media/upload")
        assert content in first.body
        assert content in second.body
        assert "报价单.pdf".encode() in second.body

    calling(work)


def test_a_file_that_looks_like_a_refusal_is_a_file_when_it_has_a_name() -> None:
    async def work(at: Calling) -> None:
        named = {"Content-Disposition": 'attachment; filename="a.json"'}
        at.far.will("media/get", page(200, b"123", "application/json", **named))
        file = await at.transport().download("m1")
        assert (file.content, file.disposition) == (b"123", 'attachment; filename="a.json"')
        at.far.will("media/get", refusal(40007))
        assert (await failed(at.transport().download("m1"))).errcode == 40007
        at.far.will("media/get", *[page(200, "<html>")] * 4)
        assert (await failed(at.transport().download("m1"))).reason == "unreadable"

    calling(work)


def test_a_file_that_is_too_large_is_not_read_to_its_end() -> None:
    async def work(at: Calling) -> None:
        named = {"Content-Disposition": "attachment"}
        at.far.will("media/get", page(200, b"x" * 200_000, "image/png", **named))
        assert (await failed(at.transport().download("m1", most=100_000))).reason == "too_long"
        assert at.far.paths().count("media/get") == 1

    calling(work)


def test_twenty_calls_at_once_are_all_answered() -> None:
    async def work(at: Calling) -> None:
        transport = at.transport()
        answers = await asyncio.gather(*(transport.get("user/get", userid=f"u{n}") for n in range(20)))
        assert {answer["errcode"] for answer in answers} == {0}
        assert at.far.paths().count("gettoken") == 1

    calling(work)
