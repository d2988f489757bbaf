"""Acting as an employee: what can be done in the client, delivered to the app as WeCom does."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tests.fakes.wecom.corp import App, Staff
from tests.fakes.wecom.errors import Json
from tests.fakes.wecom.inbox import Message
from tests.fakes.wecom.running import Fake
from tests.fakes.wecom.sight import Sight


class NotThere(Exception):
    """The person cannot do that: there is no such button, option, menu entry or card before them."""


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

    def card(self, message: Message | None = None) -> "Card":
        """A card before them: this one, or the latest."""
        if message is None:
            had = self.world.received(self.staff, self.app)
            cards = [one for one in had if one.msgtype == "template_card"]
            if not cards:
                raise NotThere(f"{self.staff.name} has no card")
            message = cards[-1]
        return Card(self, message)

    def act(self, work: Callable[[], object], *, awaits: bool = True) -> str:
        """Do something, wait until it was delivered, and see what is new. `awaits`: the judge wants an answer to it."""
        before = self.sees.app(self.app).splitlines()
        self.world.journal.write("acted", userid=self.staff.userid, app=self.app.name, awaits=awaits)
        work()
        self.fake.settle()
        after = self.sees.app(self.app).splitlines()
        return "\n".join(after[_common(before, after) :])

    def _menu_entry(self, label: str) -> Json:
        top = (self.app.menu or {}).get("button", [])
        for entry in [*top, *(one for each in top for one in each.get("sub_button") or ())]:
            if entry["name"] == label and not entry.get("sub_button"):
                found: Json = entry
                return found
        raise NotThere(f"there is no {label} in the menu")


@dataclass
class Card:
    """A card in somebody's hand; `picks`: what they picked so far, option ids by question."""

    person: Person
    message: Message
    picks: dict[str, list[str]] = field(default_factory=dict)

    @property
    def shown(self) -> Json:
        return self.message.shown_to(self.person.staff.userid)

    def choose(self, option: str, question: str = "") -> "Card":
        """Pick an option by its words; `question`: by its title, where several have it. Ticks more where it may."""
        for one in self._questions():
            named = question in {"", one.get("title"), one["question_key"]}
            found = next((each["id"] for each in one["option_list"] if each["text"] == option), None)
            if named and found is not None:
                self._pick(one, found)
                return self
        raise NotThere(f"there is no {option} to pick")

    def click(self, label: str) -> str:
        """Press a button by its words, or submit; what appeared thereafter."""
        if self.shown.get("replaced_button"):
            raise NotThere(f"the button says {self.shown['replaced_button']}, and is dead")
        menu = (self.shown.get("action_menu") or {}).get("action_list", ())
        if key := _key(menu, label):
            return self._press(key, menu=True)
        buttons = [*(self.shown.get("button_list") or ()), self.shown.get("submit_button") or {"text": ""}]
        if key := _key(buttons, label):
            return self._press(key)
        raise NotThere(f"there is no button {label}")

    def _press(self, key: str, *, menu: bool = False) -> str:
        person = self.person
        picked = None if menu else self._picked()
        return person.act(lambda: person.world.click(person.staff, self.message, key, picked, menu=menu))

    def _questions(self) -> list[Json]:
        card = self.shown
        found = [*(card.get("select_list") or ())]
        return found + [card[name] for name in ("button_selection", "checkbox") if card.get(name)]

    def _pick(self, question: Json, option: str) -> None:
        several = question is self.shown.get("checkbox") and question.get("mode") == 1
        had = self.picks.get(question["question_key"], []) if several else []
        self.picks[question["question_key"]] = [*had, option]

    def _picked(self) -> dict[str, list[str]]:
        """What goes out: of a list that was not touched the one that is set, or the first."""
        return {
            one["question_key"]: self.picks.get(one["question_key"]) or self._preset(one) for one in self._questions()
        }

    def _preset(self, question: Json) -> list[str]:
        if question is self.shown.get("checkbox"):
            return [one["id"] for one in question["option_list"] if one.get("is_checked")]
        return [question.get("selected_id") or question["option_list"][0]["id"]]


def _key(holders: Iterable[Json], label: str) -> str:
    return str(next((one["key"] for one in holders if one["text"] == label and "key" in one), ""))


def _common(before: list[str], after: list[str]) -> int:
    """How many lines at the beginning are the same."""
    for number, (one, other) in enumerate(zip(before, after, strict=False)):
        if one != other:
            return number
    return min(len(before), len(after))
