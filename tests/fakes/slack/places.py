"""Where things can be pressed: messages, the Home and modals."""

from typing import TYPE_CHECKING, Any

from tests.fakes.slack import acknowledged, elements, payloads, views
from tests.fakes.slack.acknowledged import Outcome
from tests.fakes.slack.channels import Channel
from tests.fakes.slack.elements import EXTERNAL, STATES, Element, NotThere
from tests.fakes.slack.errors import Json
from tests.fakes.slack.ids import instant
from tests.fakes.slack.kept import View
from tests.fakes.slack.messages import Ephemeral, Message
from tests.fakes.slack.parcel import Kind, Parcel

if TYPE_CHECKING:
    from tests.fakes.slack.person import Person

SHORTEST_QUERY = 3


class Surface:
    """Something with blocks before a person. Elements are named by their label, action_id, block_id or value."""

    def __init__(self, person: "Person") -> None:
        self._person = person
        self._world = person.world

    @property
    def blocks(self) -> list[Json]:
        raise NotImplementedError

    def payload(self) -> Json:
        """block_actions from here, without its actions."""
        raise NotImplementedError

    def click(self, wanted: str) -> Outcome:
        """Press a button."""
        return self._send(self.find(wanted, "button"), None)

    def choose(self, wanted: str, option: str, *, typing: str | None = None) -> Outcome:
        """Pick an option by its text or value. `typing`: what is typed into a type-ahead."""
        element = self.find(wanted)
        if element.type in EXTERNAL:
            offered = list(self.suggest(wanted, option if typing is None else typing).options)
            picked = elements.pick(offered, option, of=element.label)
        else:
            picked = element.option(option)
        return self._put(element, [picked] if STATES.get(element.type) == "selected_options" else picked)

    def put(self, wanted: str, value: Any) -> Outcome:
        """Type a text, pick a date (2026-11-24), a time (09:00), a person by id."""
        return self._put(self.find(wanted), value)

    def suggest(self, wanted: str, typed: str) -> Outcome:
        """Type into a type-ahead and see what is offered; too short a query asks nobody."""
        element = self.find(wanted)
        if element.type not in EXTERNAL:
            raise NotThere(f"{wanted!r} is no type-ahead")
        if len(typed) < element.body.get("min_query_length", SHORTEST_QUERY):
            return Outcome()
        payload = payloads.suggestion(self.payload(), element.block_id, element.action_id, typed)
        parcel = Parcel(Kind.INTERACTION, payload, answerable=True)
        return self._person.act(parcel, lambda reply: acknowledged.to_suggestion(reply.content), self._channel())

    def find(self, wanted: str, kind: str = "") -> Element:
        element = elements.find(self.blocks, wanted)
        if kind and element.type != kind:
            raise NotThere(f"{wanted!r} is a {element.type}, not a {kind}")
        return element

    def _put(self, element: Element, value: Any) -> Outcome:
        return self._send(element, value)

    def _send(self, element: Element, value: Any) -> Outcome:
        at = instant(self._world.clock.now())
        payload = self.payload() | {"actions": [elements.action(element, value, at)]}
        parcel = Parcel(Kind.INTERACTION, payload)
        return self._person.act(parcel, lambda reply: acknowledged.to_action(reply.content), self._channel())

    def _channel(self) -> Channel | None:
        return None


class Place(Surface):
    """A message of a channel: a real one that still stands there."""

    def __init__(self, person: "Person", channel: Channel, post: Message | Ephemeral | None) -> None:
        super().__init__(person)
        self._where = channel
        self.post = self._still_there(post) if post else self._latest()

    @property
    def blocks(self) -> list[Json]:
        blocks: list[Json] = self.post.body.get("blocks") or []
        return blocks + [
            block for part in self.post.body.get("attachments") or () for block in part.get("blocks") or ()
        ]

    def payload(self) -> Json:
        person, url = self._person, self._person.response_url(self._where, self.post)
        with self._world.lock:
            payload = payloads.on_message(
                self._world, person.install, person.user, self._where, self.post, response_url=url
            )
            return payload | {"state": elements.state(self.blocks, {})}

    def _still_there(self, post: Message | Ephemeral) -> Message | Ephemeral:
        if post not in self._person.sees.posts(self._where):
            raise NotThere(f"{self._person.user.name} sees no message {post.ts} there")
        return post

    def _latest(self) -> Message | Ephemeral:
        posts = sorted(self._person.sees.posts(self._where), key=lambda post: post.ts)
        for post in reversed(posts):
            if any(elements.walk(post.body.get("blocks") or [])):
                return post
        raise NotThere(f"{self._person.user.name} sees nothing to press there")

    def _channel(self) -> Channel | None:
        return self._where


class Home(Surface):
    """The app's Home as it was published for this person."""

    @property
    def view(self) -> View:
        view = self._world.homes.get((self._person.app.id, self._person.user.id))
        if view is None:
            raise NotThere(f"{self._person.user.name} has no Home")
        return view

    @property
    def blocks(self) -> list[Json]:
        blocks: list[Json] = self.view.body["blocks"]
        return blocks

    def payload(self) -> Json:
        with self._world.lock:
            self.view.values = elements.state(self.blocks, self.view.values)
            return payloads.on_view(self._world, self._person.install, self._person.user, self.view)


class Form(Home):
    """The modal in front. What is put into its inputs stays here until it is submitted."""

    @property
    def view(self) -> View:
        view = views.top(self._world, self._person.app.id, self._person.user.id)
        if view is None:
            raise NotThere(f"{self._person.user.name} has no modal open")
        return view

    def submit(self) -> Outcome:
        """Send it. Required inputs that are empty keep it here, without the app hearing of it."""
        person, view = self._person, self.view
        if empty := elements.missing(self.blocks, view.values):
            return Outcome(errors=empty)
        with self._world.lock:
            view.values = elements.state(self.blocks, view.values)
            payload = payloads.submission(self._world, person.install, person.user, view)
        parcel = Parcel(Kind.INTERACTION, payload, answerable=True)
        return person.act(
            parcel, lambda reply: acknowledged.to_submission(self._world, person.install, view, reply.content)
        )

    def close(self) -> Outcome:
        """Close it by its cross or its button; the app hears of it only when it asked to."""
        person, view = self._person, self.view
        cleared = bool(view.body.get("clear_on_close"))
        with self._world.lock:
            payload = payloads.closing(self._world, person.install, person.user, view, cleared=cleared)
            if cleared:
                views.close_all(self._world, view.app_id, view.user)
            else:
                views.close(self._world, view)
        if not view.body.get("notify_on_close"):
            return Outcome()
        return person.act(Parcel(Kind.INTERACTION, payload), lambda reply: acknowledged.to_action(reply.content))

    def _put(self, element: Element, value: Any) -> Outcome:
        with self._world.lock:
            self.view.values.setdefault(element.block_id, {})[element.action_id] = elements.entry(element, value)
        if element.is_input and not element.block.get("dispatch_action"):
            return Outcome()
        return self._send(element, value)
