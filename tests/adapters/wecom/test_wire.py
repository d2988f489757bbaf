"""One request: never longer than it may take, whatever the far side does."""

import asyncio
import time

import pytest
from aiohttp import web

from adapters.wecom import wire
from adapters.wecom.errors import WeComError
from adapters.wecom.wire import Asked, Client
from tests.adapters.wecom.calling import Calling, calling, failed
from tests.adapters.wecom.far import page, silence


async def drip(request: web.Request) -> web.StreamResponse:
    """An answer that comes a byte at a time and does not end."""
    answer = web.StreamResponse()
    await answer.prepare(request)
    for _ in range(2_000):
        try:
            await answer.write(b" ")
        except ConnectionError:
            break
        await asyncio.sleep(0.01)
    return answer


@pytest.mark.parametrize("path", ["gettoken", "message/send"])
def test_a_far_side_that_says_nothing_is_left_after_a_while(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "READ", 0.1)

    async def work(at: Calling) -> None:
        until = asyncio.Event()
        at.far.will(path, *[silence(until)] * 9)
        error = await failed(at.transport().post("message/send", {}))
        assert (error.reason, error.path) == ("no_answer", path)
        assert error.unknown is (path == "message/send")
        until.set()

    calling(work)


def test_an_answer_that_drips_is_left_when_its_time_is_over() -> None:
    async def work(at: Calling) -> None:
        at.far.will("user/get", drip)
        client = Client(at.far.url)
        started = time.monotonic()
        answer = await asyncio.to_thread(client.ask, Asked("get", "user/get", seconds=0.2))
        client.close()
        assert isinstance(answer, WeComError)
        assert answer.unknown
        assert time.monotonic() - started < 5

    calling(work)


def test_an_answer_without_end_is_not_kept() -> None:
    async def work(at: Calling) -> None:
        client = Client(at.far.url)
        answer = await asyncio.to_thread(client.ask, Asked("get", "user/get", most=10))
        client.close()
        assert isinstance(answer, WeComError)
        assert answer.reason == "unreadable"

    calling(work)


def test_a_file_outside_the_api_is_fetched_whole_from_whatever_its_address_is() -> None:
    async def work(at: Calling) -> None:
        at.far.will("files/报价 单.pdf", page(200, b"x" * 100_000), page(200, b"x" * 100_000), page(404, "gone"))
        url = f"{at.far.url}files/报价 单.pdf?sign=a/b"
        assert await asyncio.to_thread(wire.download, url, 100_000, 5.0) == b"x" * 100_000
        with pytest.raises(wire.TooLong):
            await asyncio.to_thread(wire.download, url, 99_999, 5.0)
        assert await asyncio.to_thread(wire.download, url, 100_000, 5.0) is None
        assert [(asked.query, asked.token) for asked in at.far.asked] == [({"sign": "a/b"}, "")] * 3

    calling(work)


@pytest.mark.parametrize("url", ["", "nowhere", "http://", "http://[", "http://a..b/", "http://127.0.0.1:99999/a"])
def test_a_file_whose_address_is_none_is_not_to_be_had(url: str) -> None:
    assert wire.download(url, 100, 1.0) is None


def test_a_file_that_comes_too_slowly_is_not_to_be_had() -> None:
    async def work(at: Calling) -> None:
        at.far.will("files/slow", drip)
        assert await asyncio.to_thread(wire.download, f"{at.far.url}files/slow", 100_000, 0.2) is None

    calling(work)


def test_the_client_of_the_library_holds_no_secret_and_fetches_no_token() -> None:
    client = Client("http://127.0.0.1:9/")
    with pytest.raises(NotImplementedError):
        client.fetch_access_token()
    assert not client.secret
    client.close()
