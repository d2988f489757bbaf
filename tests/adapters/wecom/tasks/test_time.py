"""A task is created within the time for which one worker has it, or not at all."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from aiohttp import web

from adapters.wecom import tasks as creating
from adapters.wecom import transport, wire
from adapters.wecom.tasks import Tasks
from adapters.wecom.uploads import Uploads
from bot.outreach.task_work import LEASE
from crm_core.chat import DeliveryError
from crm_core.group_sends import Order
from tests.adapters.cupboard import PDF, Cupboard
from tests.adapters.wecom.calling import Calling, calling
from tests.adapters.wecom.far import refusal

CREATE = "externalcontact/add_msg_template"
ORDER = Order("alice", "新品到了", ("wm1",))


@dataclass
class Closing(Cupboard):
    """One that gives each file once; who asks again waits, after `late` was called."""

    late: Callable[[], None] = lambda: None

    async def content(self, digest: str) -> bytes:
        if digest not in self.contents:
            self.late()
            await asyncio.Event().wait()
        return self.contents.pop(digest)


def passing(monkeypatch: pytest.MonkeyPatch, seconds: float) -> Callable[[], None]:
    """Lets so many seconds pass at once for who waits in this loop."""

    def pass_by() -> None:
        loop = asyncio.get_running_loop()
        now = loop.time
        monkeypatch.setattr(loop, "time", lambda: now() + seconds)

    return pass_by


async def refused(at: Calling, order: Order, shelf: Cupboard) -> DeliveryError:
    made = at.transport()
    with pytest.raises(DeliveryError) as failure:
        await Tasks(made, Uploads(made, shelf, at.notes, at.clock)).create(order)
    return failure.value


def test_whoever_creates_a_task_gives_up_before_another_worker_has_it() -> None:
    last_request = wire.WHOLE + wire.CONNECT + wire.READ
    assert timedelta(seconds=creating.WHOLE + last_request) < LEASE
    assert wire.WHOLE + transport._OVERTIME < creating._LEAST


def test_with_too_little_time_left_no_task_is_created(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(creating, "WHOLE", creating._LEAST - 1)

    async def work(at: Calling) -> None:
        failure = await refused(at, ORDER, Cupboard())
        assert (failure.unknown, failure.permanent) == (False, False)
        assert at.far.paths() == []

    calling(work)


def test_files_that_have_to_be_uploaded_twice_have_no_more_time_than_the_task(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(creating, "WHOLE", creating._LEAST + 100)

    async def work(at: Calling) -> None:
        shelf = Closing(late=passing(monkeypatch, 101))
        order = Order("alice", "新品到了", ("wm1",), files=(shelf.put("报价单.pdf", PDF),))
        at.far.will("media/upload", {"errcode": 0, "media_id": "m1"})
        at.far.will(CREATE, refusal(40007))
        failure = await refused(at, order, shelf)
        assert (failure.unknown, failure.permanent) == (False, False)
        assert at.far.paths().count(CREATE) == 1

    calling(work)


def test_a_creation_that_is_not_answered_in_time_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(creating, "WHOLE", 30.0)
    monkeypatch.setattr(creating, "_LEAST", 0.0)

    async def work(at: Calling) -> None:
        until, late = asyncio.Event(), passing(monkeypatch, 31)

        async def dawdle(_: web.Request) -> web.StreamResponse:
            late()
            await until.wait()
            return web.json_response({"errcode": 0, "msgid": "m1"})

        at.far.will(CREATE, dawdle)
        try:
            failure = await refused(at, ORDER, Cupboard())
        finally:
            until.set()
        assert (failure.unknown, failure.reason) == (True, "add_msg_template: no answer in time")

    calling(work)
