"""What a person sees: their chats with the apps and with the robot, and what reached a customer. All plain text."""

from collections.abc import Iterator
from datetime import datetime

from tests.fakes.wecom import render
from tests.fakes.wecom.broadcasts import CHINA
from tests.fakes.wecom.corp import App, Staff
from tests.fakes.wecom.customers import Customer
from tests.fakes.wecom.errors import Json
from tests.fakes.wecom.inbox import Message
from tests.fakes.wecom.robot.chats import Chat, Post
from tests.fakes.wecom.world import World


class Sight:
    """The eyes of one employee."""

    def __init__(self, world: World, staff: Staff) -> None:
        self._world = world
        self._staff = staff

    def app(self, app: App) -> str:
        """The chat with an app: what the person wrote, pressed and received, in order, and the menu below."""
        bar = render.menu(app.menu)
        return "\n".join([*self.lines(app), bar] if bar else self.lines(app))

    def lines(self, app: App) -> list[str]:
        """The chat without the menu."""
        with self._world.lock:
            return [line for item in self._items(app) for line in item]

    def latest(self, app: App) -> str:
        """The last message of the app, as it stands now."""
        with self._world.lock:
            had = self._world.received(self._staff, app)
            return "\n".join(self.words(had[-1])) if had else ""

    def words(self, message: Message) -> list[str]:
        """One message, without its time."""
        return render.message(message.msgtype, message.shown_to(self._staff.userid))

    def robot(self, chat: Chat, name: str) -> str:
        """A chat with a robot of this name; a stream that still grows ends with an ellipsis."""
        with self._world.lock:
            return "\n".join(line for post in chat.posts for line in self._post(post, name))

    def tasks(self) -> str:
        """Broadcasts that wait for this person to press send, with whom they would reach."""
        with self._world.lock:
            return "\n".join(self._tasks())

    def _items(self, app: App) -> Iterator[list[str]]:
        messages = {message.msgid: message for message in self._world.received(self._staff, app)}
        for entry in tuple(self._world.journal.entries):
            if entry["kind"] == "event" and entry["app"] == app.name and self._is_mine(entry["fields"]):
                yield _stamped(entry["at"], self._staff.userid, [_done(entry["fields"])])
            elif entry["kind"] in {"sent", "passive"} and (message := messages.pop(entry["msgid"], None)):
                yield _stamped(entry["at"], app.name, self.words(message))

    def _is_mine(self, fields: Json) -> bool:
        return fields.get("FromUserName") == self._staff.userid

    def _post(self, post: Post, name: str) -> list[str]:
        lines = render.message(post.msgtype, post.shown_to(self._staff.userid))
        lines += [] if post.finished else ["…"]
        return _stamped(post.at, post.author or name, lines)

    def _tasks(self) -> Iterator[str]:
        for broadcast in self._world.broadcasts.values():
            share = broadcast.shares.get(self._staff.userid)
            if share is None or share.sent_at or broadcast.cancelled or broadcast.creator:
                continue
            names = ", ".join(self._named(target.to) for target in share.targets)
            yield f"{broadcast.msgid}  {render.content(broadcast.content)}  → {names}"

    def _named(self, to: str) -> str:
        known = self._world.customers.get(to) or self._world.groups.get(to)
        return known.name if known else to


def of_customer(world: World, customer: Customer) -> str:
    """What reached a customer: welcomes, broadcasts, answers of kf."""
    with world.lock:
        given = world.reached(customer)
        return "\n".join(
            line for one in given for line in _stamped(one.at, f"{one.sender} ({one.how})", _given(one.content))
        )


def _given(content: Json) -> list[str]:
    msgtype = content.get("msgtype")
    if isinstance(msgtype, str):
        return render.message(msgtype, content.get(msgtype) or {})
    return [render.content(content)]


def _done(fields: Json) -> str:
    """What a person did, in their own words where they used some."""
    if fields["MsgType"] == "text":
        return str(fields["Content"])
    if fields["MsgType"] != "event":
        return f"[{fields['MsgType']}]"
    picked = fields.get("SelectedItems", {}).get("SelectedItem", ())
    picks = ["/".join(one["OptionIds"]["OptionId"]) for one in picked]
    return f"({' '.join([str(fields['Event']), str(fields.get('EventKey', '')), *picks]).rstrip()})"


def _stamped(at: float, author: str, lines: list[str]) -> list[str]:
    clock = datetime.fromtimestamp(at, CHINA).strftime("%H:%M")
    first, *rest = lines or [""]
    return [f"{clock} {author}: {first}", *(f"      {line}" for line in rest)]
