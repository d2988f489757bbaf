"""The web chat's own door: who may one be, what stands in the rooms, what happens live, and what a person types.

Whoever opens the page picks who they are, so the door opens only to pages of this very machine: the Host header must be
a loopback name (a name that was rebound to 127.0.0.1 is not one), and a browser must not send another page's request.
"""

from collections.abc import AsyncIterator
from typing import Annotated, Any, TypeAlias
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Header, HTTPException, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from adapters.console import files
from adapters.console.client import Console, Post
from adapters.console.keyboard import Keyboard, Press
from adapters.console.world import Person
from crm_core.enclosure import LARGEST, MOST

_Document: TypeAlias = dict[str, Any]

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_PAGE = 60


class Pressed(BaseModel):
    """A button of a card: the post it stands on and its place among the buttons there, from 0."""

    model_config = ConfigDict(extra="forbid")
    post: Annotated[int, Field(ge=1, lt=2**63)]
    button: Annotated[int, Field(ge=0, le=100)]


class LineFile(BaseModel):
    """A file that was taken before, as `POST /console/files` told of it."""

    model_config = ConfigDict(extra="ignore")
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    name: Annotated[str, Field(max_length=300)] = ""


class Line(BaseModel):
    """What the page sends. `event_id` is made by the page, so that it may send the same line again."""

    model_config = ConfigDict(extra="forbid")
    event_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    person: Annotated[str, Field(max_length=64)]
    room: Annotated[str, Field(max_length=200)]
    text: Annotated[str, Field(max_length=200_000)] = ""
    press: Pressed | None = None
    files: Annotated[tuple[LineFile, ...], Field(max_length=MOST)] = ()


def only_this_name(request: Request) -> None:
    """Refuse a request that names another host: a name can be made to lead here."""
    if not is_loopback(request.headers.get("host", "")):
        raise HTTPException(403, "The web chat answers on 127.0.0.1 and localhost only.")


def only_this_machine(request: Request) -> None:
    """Refuse a request that was not made by a page of this machine."""
    only_this_name(request)
    origin = request.headers.get("origin")
    elsewhere = origin is not None and urlsplit(origin).netloc.lower() != request.headers["host"].lower()
    if elsewhere or request.headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
        raise HTTPException(403, "The web chat takes nothing from other pages.")


def is_loopback(host: str) -> bool:
    """Whether this Host header, or host to listen on, means this machine."""
    bare = host if host == "::1" else _hostname(host)
    return bare in LOOPBACK


def _hostname(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def routes(console: Console, keyboard: Keyboard, language: str) -> APIRouter:
    """The routes under `/console`. `language` is the one the page starts in."""
    router = APIRouter(prefix="/console", dependencies=[Depends(only_this_machine)], include_in_schema=False)
    chat = _Chat(console, keyboard)

    async def known(person: Annotated[str, Query(max_length=64)]) -> Person:
        return chat.known(person)

    reader: TypeAlias = Annotated[Person, Depends(known)]

    @router.get("/people")
    async def people() -> _Document:
        known = [_person(person) for person in console.world.people]
        return {"language": language, "people": known, "largest": LARGEST, "most": MOST}

    @router.get("/rooms")
    async def rooms(person: reader) -> _Document:
        shown = [await chat.room(room_id, person) for room_id in console.world.rooms_of(person.handle)]
        return {"rooms": shown, "cursor": max((post["id"] for room in shown for post in room["posts"]), default=0)}

    @router.get("/earlier")
    async def earlier(
        person: reader,
        room: Annotated[str, Query(max_length=200)],
        before: Annotated[int, Query(ge=1, lt=2**63)],
    ) -> _Document:
        chat.must_read(person, room)
        return {"posts": await chat.latest(room, person, before)}

    @router.get("/live", response_class=EventSourceResponse)
    async def live(
        person: reader,
        after: Annotated[int, Query(ge=0, lt=2**63)] = 0,
        last_event_id: Annotated[int | None, Header(ge=0, lt=2**63)] = None,
    ) -> AsyncIterator[ServerSentEvent]:
        newest = after if last_event_id is None else last_event_id
        yield ServerSentEvent(comment="hello", retry=1000)
        async for post in console.live(person.handle, newest):
            newest = max(newest, post.id)
            yield ServerSentEvent(data=_post(post), event="post", id=str(newest))

    @router.post("/files", status_code=201, max_body_size=LARGEST + 1)
    async def take_file(
        request: Request, person: reader, name: Annotated[str, Query(max_length=300)] = ""
    ) -> _Document:
        del person
        return await files.take(console.shelf, await request.body(), name)

    @router.get("/files")
    async def file(
        person: reader,
        room: Annotated[str, Query(max_length=200)],
        post: Annotated[int, Query(ge=1, lt=2**63)],
        place: Annotated[int, Query(ge=0, lt=MOST)] = 0,
    ) -> Response:
        chat.must_read(person, room)
        return await files.shown(console.shelf, await chat.shown(person, room, post), place)

    @router.post("/lines", status_code=202)
    async def lines(request: Request) -> _Document:
        return _post(await chat.take(await _line(request)))

    return router


class _Chat:
    def __init__(self, console: Console, keyboard: Keyboard) -> None:
        self._console = console
        self._keyboard = keyboard

    def known(self, handle: str) -> Person:
        person = self._console.world.person(handle)
        if person is None:
            raise HTTPException(404, "There is nobody of this name.")
        return person

    def must_read(self, person: Person, room_id: str) -> None:
        if room_id not in self._console.world.rooms_of(person.handle):
            raise HTTPException(403, "This person is not in the room.")

    async def room(self, room_id: str, person: Person) -> _Document:
        group = self._console.world.group(room_id)
        posts = await self.latest(room_id, person)
        if group is None:
            return {"id": room_id, "direct": True, "members": [], "posts": posts}
        title = {"zh": group.title_zh, "en": group.title_en}
        return {"id": room_id, "direct": False, "title": title, "members": list(group.members), "posts": posts}

    async def latest(self, room_id: str, person: Person, before: int | None = None) -> list[_Document]:
        posts = await self._console.board.latest(room_id, reader=person.handle, limit=_PAGE, before=before)
        return [_post(post) for post in posts]

    async def shown(self, person: Person, room_id: str, number: int) -> Post | None:
        """The post of this number, if this person is shown it in this room."""
        found = await self._console.board.after({room_id: number - 1}, reader=person.handle, limit=1)
        return found[0] if found and found[0].id == number else None

    async def take(self, line: Line) -> Post:
        """Let the person type the line, or press the button."""
        person = self.known(line.person)
        self.must_read(person, line.room)
        if line.press is not None:
            return await self._press(line, line.press, person)
        if not line.text.replace("\0", "").strip() and not line.files:
            raise HTTPException(422, "There is nothing in this message.")
        given = [await files.known(self._console.shelf, file.digest, file.name) for file in line.files]
        return await self._keyboard.type(
            person.sender, self._console.world.room(line.room), line.text, event_id=line.event_id, files=given
        )

    async def _press(self, line: Line, pressed: Pressed, person: Person) -> Post:
        """The command is read from the card, so that nothing can be pressed that was not shown to this person."""
        post = await self.shown(person, line.room, pressed.post)
        buttons = [] if post is None else post.card.get("buttons", [])
        if pressed.button >= len(buttons):
            raise HTTPException(404, "There is no such button.")
        assert post is not None  # noqa: S101
        button = buttons[pressed.button]
        return await self._keyboard.type(
            person.sender,
            self._console.world.room(line.room),
            button["command"],
            event_id=line.event_id,
            press=Press(pressed.post, button["label"]),
            only_for=post.only_for,
        )


async def _line(request: Request) -> Line:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415, "Send JSON with Content-Type: application/json.")
    try:
        return Line.model_validate_json(await request.body())
    except ValidationError as error:
        where = ", ".join(".".join(str(part) for part in problem["loc"]) or "body" for problem in error.errors())
        raise HTTPException(422, f"This is not a line of the chat: {where}.") from None


def _person(person: Person) -> _Document:
    return {
        "handle": person.handle,
        "name": person.name,
        "kind": person.kind.value,
        "about": {"zh": person.about_zh, "en": person.about_en},
    }


def _post(post: Post) -> _Document:
    return {
        "id": post.id,
        "room": post.room_id,
        "author": post.author_id,
        "card": dict(post.card),
        "at": post.at.isoformat(),
        "private": bool(post.only_for),
        "answer": post.is_answer,
    }
