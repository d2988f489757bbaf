"""A card in somebody's hand: picking by the words that stand there, and pressing."""

from collections.abc import Callable, Iterable
from typing import Protocol

from tests.fakes.wecom.errors import Json

Picked = dict[str, list[str]]
"""Option ids by question."""


class NotThere(Exception):
    """The person cannot do that: there is no such button, option, menu entry or card before them."""


class Press(Protocol):
    def __call__(self, key: str, picked: Picked | None, *, menu: bool) -> str:
        """Tell the app. `menu`: an entry of the card's own menu. What appeared thereafter."""


class Card:
    """A card in somebody's hand: `look` says what it shows now, `press` what a press with these picks does.

    `picks`: what they picked so far, option ids by question.
    """

    def __init__(self, look: Callable[[], Json], press: Press) -> None:
        self.picks: Picked = {}
        self._look = look
        self._press = press

    @property
    def shown(self) -> Json:
        return self._look()

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
            return self._press(key, None, menu=True)
        buttons = [*(self.shown.get("button_list") or ()), self.shown.get("submit_button") or {"text": ""}]
        if key := _key(buttons, label):
            return self._press(key, self._picked(), menu=False)
        raise NotThere(f"there is no button {label}")

    def _questions(self) -> list[Json]:
        card = self.shown
        found = [*(card.get("select_list") or ())]
        return found + [card[name] for name in ("button_selection", "checkbox") if card.get(name)]

    def _pick(self, question: Json, option: str) -> None:
        several = question is self.shown.get("checkbox") and question.get("mode") == 1
        had = self.picks.get(question["question_key"], []) if several else []
        self.picks[question["question_key"]] = [*had, option]

    def _picked(self) -> Picked:
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
