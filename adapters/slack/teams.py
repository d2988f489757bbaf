"""Through which workspace a room or a person is reached, when the bot is installed in several."""

from adapters.bounded import Bounded
from adapters.slack.errors import SlackError
from adapters.slack.installation import Installed
from adapters.slack.web import Web
from crm_core.chat import Document, Urgency
from crm_core.desk import Memory

_KIND = "reached_through"
_PATIENCE = 5.0
_MOST = 10_000


class Teams:
    """Asks each workspace whether it knows the room or the person, once, and keeps the answer."""

    def __init__(self, web: Web, installed: Installed, memory: Memory) -> None:
        self._web = web
        self._installed = installed
        self._memory = memory
        self._known = Bounded[str, str](_MOST)

    async def of(self, id_: str) -> str:
        """The id of the workspace, "" for the only one there is. Raises `SlackError` when none knows it."""
        if len(self._installed.all()) < 2:
            return ""
        team = self._known.get(id_) or await self._remembered(id_)
        if not team or await self._installed.of(team) is None:
            team = await self._asked(id_)
            await self._memory.put(_KIND, id_, {"team": team})
        self._known[id_] = team
        return team

    async def _remembered(self, id_: str) -> str:
        document = await self._memory.get(_KIND, id_)
        return str(document["team"]) if document else ""

    async def _asked(self, id_: str) -> str:
        """The first workspace in which the bot is a member of the room, or that is the person's own; else the first
        that knows it at all."""
        seen, failure = "", SlackError("channel_not_found")
        for installation in self._installed.all():
            try:
                facts = await self._facts(id_, installation.team_id)
            except SlackError as error:
                failure = error
                continue
            if facts.get("is_member") or facts.get("is_im") or facts.get("team_id") == installation.team_id:
                return installation.team_id
            seen = seen or installation.team_id
        if not seen:
            raise failure
        return seen

    async def _facts(self, id_: str, team: str) -> Document:
        person = id_[:1] in {"U", "W"}
        answer = await self._web.call(
            "users.info" if person else "conversations.info",
            team=team,
            patience=_PATIENCE,
            urgency=Urgency.WAITED_FOR,
            user=id_ if person else None,
            channel=None if person else id_,
        )
        facts: Document = answer.get("user" if person else "channel") or {}
        return facts
