"""Acting as an employee: what can be done in the client, delivered to the app as WeCom does."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from tests.fakes.wecom.corp import App, Staff
from tests.fakes.wecom.errors import Json
from tests.fakes.wecom.inbox import Message
from tests.fakes.wecom.pressing import Card, NotThere, Picked
from tests.fakes.wecom.robot.chats import Chat, Post
from tests.fakes.wecom.robot.robot import Robot
from tests.fakes.wecom.running import Fake
from tests.fakes.wecom.sight import Sight


class Person:
    """One employee before their client. Call it from outside the fake's loop; every action waits for its answer.

    `sees`: their eyes. `app`: whose chat they are in.
    """

    def __init__(self, fake: Fake, staff: Staff, app: App) -> None:
        self.fake = fake
        self.staff = staff
        self.app = app
        self.world = fake.world
        self.sees = Sight(fake.world, staff)

    def say(self, words: str) -> str:
        """Write to the app; what appeared thereafter."""
        return self.act(lambda: self.world.say(self.staff, self.app, words))

    def enter(self) -> str:
        """Open the chat with the app. Nobody has to answer that."""
        return self.act(lambda: self.world.enter(self.staff, self.app), awaits=False)

    def press_menu(self, label: str) -> str:
        """An entry of the app's menu, by its words."""
        entry = self._menu_entry(label)
        if entry.get("type") != "click":
            raise NotThere(f"{label} opens a page: {entry.get('url', '')}")
        return self.act(lambda: self.world.press_menu(self.staff, self.app, entry["key"]))

    def card(self, message: Message | None = None) -> Card:
        """A card of the app before them: this one, or the latest."""
        found = message or _latest(self.world.received(self.staff, self.app))

        def press(key: str, picked: Picked | None, *, menu: bool) -> str:
            return self.act(lambda: self.world.click(self.staff, found, key, picked, menu=menu))

        return Card(lambda: found.shown_to(self.staff.userid), press)

    def robot_card(self, robot: Robot, chat: Chat | None = None) -> Card:
        """The robot's latest card in their chat, or in a group."""
        post = _latest((chat or robot.direct(self.staff)).posts)

        def press(key: str, picked: Picked | None, *, menu: bool) -> str:
            return robot.click(self.staff, post, key, picked).req_id

        return Card(lambda: post.shown_to(self.staff.userid), press)

    def act(self, work: Callable[[], object], *, awaits: bool = True) -> str:
        """Do something, wait until it was delivered, and see what is new. `awaits`: the judge wants an answer to it."""
        before = self.sees.lines(self.app)
        self.world.journal.write("acted", userid=self.staff.userid, app=self.app.name, awaits=awaits)
        work()
        self.fake.settle()
        after = self.sees.lines(self.app)
        return "\n".join(after[_common(before, after) :])

    def _menu_entry(self, label: str) -> Json:
        top = (self.app.menu or {}).get("button", [])
        for entry in [*top, *(one for each in top for one in each.get("sub_button") or ())]:
            if entry["name"] == label and not entry.get("sub_button"):
                found: Json = entry
                return found
        raise NotThere(f"there is no {label} in the menu")


M = TypeVar("M", Message, Post)


def _latest(messages: Sequence[M]) -> M:
    cards = [one for one in messages if one.msgtype == "template_card"]
    if not cards:
        raise NotThere("there is no card")
    return cards[-1]


def _common(before: list[str], after: list[str]) -> int:
    """How many lines at the beginning are the same."""
    for number, (one, other) in enumerate(zip(before, after, strict=False)):
        if one != other:
            return number
    return min(len(before), len(after))
