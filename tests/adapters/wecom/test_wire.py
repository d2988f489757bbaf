"""One request: never longer than it may take, whatever the far side does."""

import asyncio
import time

import pytest
from aiohttp import web

from adapters.wecom import wire
from adapters.wecom.errors import WeComError
from adapters.wecom.wire import Asked, Client
from tests.adapters.wecom.calling import Calling, calling, failed
from tests.adapters.wecom.far import silence


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


def test_the_client_of_the_library_holds_no_secret_and_fetches_no_token() -> None:
    client = Client("http://127.0.0.1:9/")
    with pytest.raises(NotImplementedError):
        client.fetch_access_token()
    assert not client.secret
    client.close()
