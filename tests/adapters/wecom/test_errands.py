"""Events that are no messages are looked after by who asked for it, also after a crash."""

import asyncio
from datetime import timedelta

import pytest

from adapters.wecom.errands import AGAIN, GIVEN_UP, Errands
from adapters.wecom.events import Event, event_of
from crm_core.chat import Document, NotKept
from tests.adapters.wecom.calling import Clock, Notes

FIELDS = {"Event": "change_external_contact", "ChangeType": "add_external_contact", "WelcomeCode": "hunter2"}


class Broken(Notes):
    async def put(self, kind: str, key: str, document: Document) -> None:
        raise OSError((kind, key, document))


def heard(clock: Clock) -> Event:
    return event_of({"FromUserName": "sys", **FIELDS}, clock())


def test_an_event_is_told_with_its_secrets_and_noted_without() -> None:
    async def work() -> None:
        clock, notes, got = Clock(), Notes(), list[Event]()
        errands = Errands(notes, clock)

        async def attend(event: Event) -> None:
            assert "hunter2" not in str(notes.kept)
            assert notes.kept
            got.append(event)

        errands.on(["change_external_contact"], attend)
        event = heard(clock)
        assert errands.concerns(event)
        await errands.note(event)
        errands.attend(event)
        await errands.close()
        assert (got[0].change, got[0].secrets) == ("add_external_contact", {"WelcomeCode": "hunter2"})
        assert "hunter2" not in repr(got[0])
        assert notes.kept == {}

    asyncio.run(work())


def test_what_a_crash_or_a_failure_left_is_looked_after_again() -> None:
    async def work() -> None:
        clock, notes, got = Clock(), Notes(), list[Event]()
        await Errands(notes, clock).note(heard(clock))
        errands = Errands(notes, clock)

        async def attend(event: Event) -> None:
            got.append(event)
            if len(got) == 1:
                raise OSError

        errands.on(["change_external_contact"], attend)
        for _ in range(4):
            await errands.sweep()
            await errands.close()
            clock.now += AGAIN
        assert [event.fields["ChangeType"] for event in got] == ["add_external_contact"] * 2
        assert notes.kept == {}

    asyncio.run(work())


def test_what_comes_again_while_it_is_looked_after_is_looked_after_once_more() -> None:
    async def work() -> None:
        clock, notes, got = Clock(), Notes(), list[Event]()
        errands, busy, free = Errands(notes, clock), asyncio.Event(), asyncio.Event()

        async def attend(event: Event) -> None:
            got.append(event)
            assert notes.kept
            busy.set()
            await free.wait()

        errands.on(["change_external_contact"], attend)
        for _ in range(4):
            await errands.note(heard(clock))
            errands.attend(heard(clock))
            await busy.wait()
            clock.now += timedelta(seconds=1)
        free.set()
        await errands.close()
        assert [event.received_at - got[0].received_at for event in got] == [timedelta(), timedelta(seconds=3)]
        assert notes.kept == {}
        await errands.note(heard(clock))
        errands.attend(heard(clock))
        await errands.close()
        assert len(got) == 3

    asyncio.run(work())


def test_what_another_node_heard_meanwhile_is_not_struck_out() -> None:
    async def work() -> None:
        clock, notes, got = Clock(), Notes(), list[Event]()
        errands, another = Errands(notes, clock), Errands(notes, clock)

        async def attend(event: Event) -> None:
            got.append(event)
            clock.now += timedelta(seconds=1)
            if len(got) == 1:
                await another.note(heard(clock))

        errands.on(["change_external_contact"], attend)
        await errands.note(heard(clock))
        errands.attend(heard(clock))
        await errands.close()
        assert len(notes.kept) == 1
        clock.now += AGAIN
        await errands.sweep()
        await errands.close()
        assert len(got) == 2
        assert notes.kept == {}

    asyncio.run(work())


def test_what_nobody_looks_after_or_is_a_day_old_is_struck_out() -> None:
    async def work() -> None:
        clock, notes = Clock(), Notes()
        await Errands(notes, clock).note(heard(clock))
        await Errands(notes, clock).sweep()
        assert notes.kept == {}
        errands = Errands(notes, clock)
        errands.on(["change_external_contact"], _never)
        await errands.note(heard(clock))
        clock.now += GIVEN_UP + timedelta(seconds=1)
        await errands.sweep()
        assert notes.kept == {}

    asyncio.run(work())


def test_what_cannot_be_noted_is_not_acknowledged() -> None:
    async def work() -> None:
        with pytest.raises(NotKept):
            await Errands(Broken(), Clock()).note(heard(Clock()))

    asyncio.run(work())


async def _never(event: Event) -> None:
    raise AssertionError
