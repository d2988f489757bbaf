"""The App Home: my day, drawn when it is opened and again after something was changed on it."""

import logging
from collections.abc import Sequence

from adapters.slack import PLATFORM, words
from adapters.slack.envelopes import team_of
from adapters.slack.errors import SlackError
from adapters.slack.format import to_blocks
from adapters.slack.members import People
from adapters.slack.told import object_of, word
from adapters.slack.web import Web
from crm_core.chat import Card, Document, Urgency
from crm_core.desk import Desk

log = logging.getLogger(__name__)

#: Slack takes so many blocks in a view.
MOST_BLOCKS = 100


class Home:
    """Each person's home is drawn by one at a time: who asks meanwhile gets it drawn once more afterwards. Many look at
    it before they say anything, so who they are is learnt then."""

    def __init__(self, desk: Desk, web: Web, people: People) -> None:
        self._desk = desk
        self._web = web
        self._people = people
        self._drawing: dict[str, bool] = {}

    async def draw(self, person: str, team: str = "") -> None:
        """Publish my day for this person. Never raises."""
        if person in self._drawing:
            self._drawing[person] = True
            return
        self._drawing[person] = True
        try:
            while self._drawing[person]:
                self._drawing[person] = False
                await self._publish(person, team)
        finally:
            del self._drawing[person]

    async def attend(self, payload: Document) -> None:
        """Draw it for `app_home_opened`, which comes at every look at it, and for the messages tab too."""
        event = object_of(payload.get("event"))
        person = word(event, "user")
        if event.get("tab") == "home" and person:
            await self._people.learn([person], team_of(payload))
            await self.draw(person, team_of(payload))

    async def _publish(self, person: str, team: str) -> None:
        view = to_home(await self._desk.my_day(PLATFORM, person))
        try:
            await self._web.call("views.publish", team=team, urgency=Urgency.WAITED_FOR, user_id=person, view=view)
        except SlackError as error:
            log.warning("Slack: a home was not drawn: %s", error.error)


def to_home(cards: Sequence[Card]) -> Document:
    """The view of these cards, one under the other; for who has none, why."""
    if not cards:
        return {"type": "home", "blocks": [_text(words.OUTSIDER.both())]}
    blocks: list[Document] = []
    for card in cards:
        drawn = to_blocks(card)
        if blocks and card.title:
            drawn = [{"type": "divider"}, *drawn]
        if len(blocks) + len(drawn) > MOST_BLOCKS:
            break
        blocks += drawn
    return {"type": "home", "blocks": blocks}


def _text(text: str) -> Document:
    return {"type": "section", "text": {"type": "plain_text", "text": text, "emoji": False}}
