"""The door keeps first, answers in time, and never takes in what the bot said itself."""

import asyncio
import gc
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from adapters.slack import words
from adapters.slack.door import Door
from adapters.slack.installation import Installation
from adapters.slack.tickets import Tickets
from crm_core.chat import Cursor, Document, Envelope, NotKept
from tests.adapters.slack.knocking import callback, message, press, slash
from tests.conftest import NOW

CRM = Installation("T_HOME", "U_BOT", "B_CRM", "A_CRM", "xoxb-hunter2")
Answer = Callable[[Document], Awaitable[Document]]


@dataclass
class Home:
    """One workspace; `down`: why it was marked so."""

    installation: Installation | None = CRM
    down: list[str] = field(default_factory=list)

    async def of(self, team_id: str) -> Installation | None:
        return None if team_id == "T_ELSEWHERE" else self.installation

    def mark_down(self, team_id: str, reason: str) -> None:
        self.down.append(f"{team_id} {reason}")


@dataclass
class Attended:
    """`done`: the types of what was attended to."""

    free: asyncio.Event = field(default_factory=asyncio.Event)
    done: list[str] = field(default_factory=list)

    async def attend(self, payload: Document) -> None:
        await self.free.wait()
        self.done.append(str(payload.get("event", payload)["type"]))


@dataclass
class Answering:
    """Answers interactions with this."""

    answer: Answer

    async def handle(self, payload: Document) -> Document:
        return await self.answer(payload)


async def forever(_payload: Document) -> Document:
    await asyncio.Event().wait()
    return {}


async def refuse(_payload: Document) -> Document:
    raise NotKept


class Scene:
    """A door, and what it kept. `on_command`: what happens when a command is kept."""

    def __init__(self, answer: Answer = forever, **settings: Any) -> None:
        self.home = Home()
        self.kept: list[Envelope] = []
        self.errands = Attended()
        self.tickets = Tickets(lambda: NOW, shown_after=0)
        self.on_keeping: Callable[[Envelope], Awaitable[None]] | None = None
        self.door = Door(
            self.home,
            self._accept,
            self.tickets,
            clock=lambda: NOW,
            interactions=Answering(answer),
            errands=self.errands,
            **settings,
        )

    async def _accept(self, envelope: Envelope, note: Cursor | None = None) -> bool:
        assert note is None
        if self.on_keeping is not None:
            await self.on_keeping(envelope)
        new = envelope.event_id not in {one.event_id for one in self.kept}
        self.kept.append(envelope)
        return new


def test_an_answer_in_time_needs_no_looking() -> None:
    async def scene() -> None:
        here = Scene(answer_within=30)

        async def answer(envelope: Envelope) -> None:
            asyncio.get_running_loop().call_soon(here.tickets.use, envelope.event_id)

        here.on_keeping = answer
        assert await here.door.command(slash("find acme")) == {}
        assert not await here.tickets.replaces(here.kept[0].event_id)

    asyncio.run(scene())


def test_a_later_answer_takes_the_place_of_looking_once() -> None:
    async def scene() -> None:
        here = Scene(answer_within=0)
        assert (await here.door.command(slash("find acme")))["text"] == words.LOOKING.both()
        key = here.kept[0].event_id
        assert here.tickets.use(key) == "http://127.0.0.1:9/commands/secret-address"
        assert [await here.tickets.replaces(key), await here.tickets.replaces(key)] == [True, False]

    asyncio.run(scene())


def test_looking_is_taken_away_when_nobody_answers_after_all() -> None:
    async def scene() -> None:
        said: list[tuple[str, Document]] = []
        waited: list[str] = []

        async def settled(key: str) -> None:
            waited.append(key)

        async def respond(address: str, body: Document) -> None:
            said.append((address, body))

        here = Scene(answer_within=0, settled=settled, respond=respond)
        await here.door.command(slash("find acme"))
        await here.door.close()
        assert waited == [here.kept[0].event_id]
        ((address, body),) = said
        assert address.endswith("/commands/secret-address")
        assert body == {"response_type": "ephemeral", "text": words.NO_ANSWER.both(), "replace_original": True}

    asyncio.run(scene())


def test_looking_that_an_answer_replaced_is_left_alone() -> None:
    async def scene() -> None:
        said: list[Document] = []

        async def answer(key: str) -> None:
            assert here.tickets.use(key) is not None
            assert await here.tickets.replaces(key)

        async def note(_address: str, body: Document) -> None:
            said.append(body)

        here = Scene(answer_within=0, settled=answer, respond=note)
        await here.door.command(slash("find acme"))
        await here.door.close()
        assert said == []

    asyncio.run(scene())


def test_a_command_never_fails_in_the_face_of_who_typed_it() -> None:
    async def hang(_envelope: Envelope) -> None:
        await asyncio.Event().wait()

    async def fail(_envelope: Envelope) -> None:
        raise NotKept

    async def scene() -> None:
        here = Scene(deadline=0.01)
        for trouble, sentence in ((hang, words.SLOW.both()), (fail, words.NOT_KEPT.both())):
            here.on_keeping = trouble
            assert await here.door.command(slash("x")) == {"response_type": "ephemeral", "text": sentence}

    asyncio.run(scene())


FORM: Document = {
    "type": "view_submission",
    "view": {"blocks": [{"type": "section"}, {"type": "input", "block_id": "n"}]},
}


@pytest.mark.parametrize(
    ("payload", "reply"),
    [
        ({"type": "block_suggestion", "value": "ac"}, {"options": []}),
        (FORM, {"response_action": "errors", "errors": {"n": words.SLOW.both()}}),
        ({"type": "view_submission", "view": {"blocks": None}}, {}),
        (press(), {}),
    ],
)
def test_what_takes_too_long_is_answered_before_slack_gives_up(payload: Document, reply: Document) -> None:
    async def scene() -> None:
        assert await Scene(forever, deadline=0.01).door.interactive(payload) == reply

    asyncio.run(scene())


def test_a_form_that_could_not_be_kept_says_so_and_a_press_is_refused() -> None:
    async def scene() -> None:
        here = Scene(refuse)
        assert (await here.door.interactive(FORM))["errors"] == {"n": words.NOT_KEPT.both()}
        with pytest.raises(NotKept):
            await here.door.interactive(press())

    asyncio.run(scene())


def test_what_is_no_message_is_attended_to_once_and_after_it_is_kept() -> None:
    async def scene() -> None:
        here = Scene()
        opened = callback({"type": "app_home_opened", "user": "U_ALICE"})
        for event in (opened, opened, callback(message())):
            await here.door.event(event)
        await here.door.event({"type": "app_rate_limited", "team_id": "T_HOME"})
        assert (len(here.kept), here.errands.done) == (3, [])
        gc.collect()
        here.errands.free.set()
        await here.door.close()
        assert here.errands.done == ["app_home_opened", "app_rate_limited"]

    asyncio.run(scene())


def test_an_event_that_is_not_kept_is_not_attended_to() -> None:
    async def scene() -> None:
        here = Scene()

        async def fail(_envelope: Envelope) -> None:
            raise NotKept

        here.on_keeping = fail
        with pytest.raises(NotKept):
            await here.door.event(callback({"type": "app_uninstalled"}))
        here.errands.free.set()
        await here.door.close()
        assert (here.errands.done, here.home.down) == ([], [])

    asyncio.run(scene())


def test_errands_that_never_end_do_not_hold_up_the_stop() -> None:
    async def scene() -> None:
        here = Scene()
        await here.door.event(callback({"type": "app_home_opened"}))
        await here.door.close(seconds=0)

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("event", "down"),
    [
        ({"type": "app_uninstalled"}, ["T_HOME app_uninstalled"]),
        ({"type": "tokens_revoked", "tokens": {"bot": ["U_BOT"], "oauth": []}}, ["T_HOME tokens_revoked"]),
        ({"type": "tokens_revoked", "tokens": {"oauth": ["U_ALICE"]}}, []),
        ({"type": "tokens_revoked"}, []),
    ],
)
def test_being_thrown_out_of_a_workspace_marks_it(event: Document, down: list[str]) -> None:
    async def scene() -> None:
        here = Scene()
        await here.door.event(callback(event))
        assert here.home.down == down

    asyncio.run(scene())


def test_what_the_bot_did_itself_is_not_kept_and_what_others_did_is() -> None:
    async def scene() -> None:
        here = Scene()
        await here.door.event(callback(message("our answer", user="U_BOT")))
        await here.door.event(callback(message("hello")))
        assert [json.loads(envelope.body)["payload"]["event"]["text"] for envelope in here.kept] == ["hello"]

    asyncio.run(scene())
