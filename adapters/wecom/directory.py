"""The company's directory, as far as the app may see it: who is of the staff, in which team, and who left.

All of it is read at a start, every six hours, and soon after WeCom tells of a change. What was read last is kept, and
only what differs from that is passed on. Somebody who cannot be seen any more has left only if WeCom says that there is
no such member.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from adapters.health import Health
from adapters.wecom.errors import WeComError
from adapters.wecom.events import Event
from adapters.wecom.markup import text_of
from adapters.wecom.transport import Transport
from crm_core.chat import Document
from crm_core.desk import Memory
from crm_core.roll import Member, Roll

log = logging.getLogger(__name__)

NAMES = ("change_contact",)
AGAIN = timedelta(hours=6)

_PART = "directory"
#: What is kept of a member, by their userid in small letters.
KIND = "member"
_DONE = ("directory", "read")
_LOOK = 900.0
#: Seconds after a change in which further ones are waited for.
_SETTLES = 3.0
_GONE = 60111
_LEFT_STATES = frozenset({2, 5})


class Directory:
    """`settles`: seconds after a change in which further ones are waited for."""

    def __init__(
        self,
        transport: Transport,
        agent_id: int,
        roll: Roll,
        memory: Memory,
        *,
        clock: Callable[[], datetime],
        health: Health,
        settles: float = _SETTLES,
    ) -> None:
        self._transport = transport
        self._agent_id = agent_id
        self._roll = roll
        self._memory = memory
        self._clock = clock
        self._health = health
        self._settles = settles
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to read, in the background."""
        self._task = asyncio.create_task(self._keep(), name="wecom directory")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def attend(self, event: Event) -> None:
        """Something changed in the directory."""
        old, new = text_of(event.fields, "UserID"), text_of(event.fields, "NewUserID")
        if event.change == "update_user" and old and new:
            await self._rename(old, new)
        self._changed.set()

    async def sync(self) -> None:
        """Read all of it, and pass on what is new. Raises `WeComError`."""
        teams = _Teams(await self._departments())
        listed = await self._listed(teams)
        noted = await self._memory.all(KIND)
        seen = {_key(user): _said(user, teams) for user in listed if not _is_gone(user)}
        changes = {key: said for key, said in seen.items() if noted.get(key) != said}
        await self._roll.saw([_member(said, noted.get(key)) for key, said in changes.items()])
        for key, said in changes.items():
            await self._memory.put(KIND, key, said)
        disabled = {_key(user) for user in listed if _is_gone(user)}
        for key, known in noted.items():
            if key not in seen and not known.get("left") and (key in disabled or await self._is_no_more(known)):
                await self._roll.left(str(known["userid"]))
                await self._memory.put(KIND, key, {**known, "left": True})

    async def _keep(self) -> None:
        while True:
            changed = self._changed.is_set()
            self._changed.clear()
            try:
                if changed or await self._is_due():
                    await self.sync()
                    self._health.good(_PART)
            except WeComError as error:
                log.warning("WeCom: the directory was not read: %s", error)
                self._health.good(_PART, f"not read: {error.reason}")
            except Exception as error:
                log.warning("WeCom: the directory was not read: %s", type(error).__name__)
                log.debug("reading the directory", exc_info=True)
            await self._changed_within(_LOOK)

    async def _changed_within(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return
        await asyncio.sleep(self._settles)

    async def _is_due(self) -> bool:
        """Whether nobody read it for hours; then it is this node that does."""
        noted, now = await self._memory.get(*_DONE), self._clock()
        if noted is not None and now - datetime.fromisoformat(str(noted["at"])) < AGAIN:
            return False
        return await self._memory.replace(*_DONE, noted, {"at": now.isoformat()})

    async def _rename(self, old: str, new: str) -> None:
        await self._roll.renamed(old, new)
        noted = await self._memory.take(KIND, old.lower())
        if noted is not None:
            await self._memory.put(KIND, new.lower(), {**noted, "userid": new})

    async def _departments(self) -> list[Document]:
        return _objects(await self._transport.get("department/list", background=True), "department")

    async def _listed(self, teams: "_Teams") -> list[Document]:
        """Everybody in the teams that the app sees, and who is let in alone."""
        found: dict[str, Document] = {}
        for root in teams.roots():
            answer = await self._transport.get("user/list", background=True, department_id=root, fetch_child=1)
            found |= {_key(user): user for user in _objects(answer, "userlist") if user.get("userid")}
        for userid in await self._let_in_alone():
            if userid.lower() not in found:
                found[userid.lower()] = await self._transport.get("user/get", background=True, userid=userid)
        return [user for user in found.values() if user.get("userid")]

    async def _let_in_alone(self) -> list[str]:
        """Members whom the app sees without their team."""
        shown = (await self._transport.get("agent/get", background=True, agentid=self._agent_id)).get("allow_userinfos")
        return [str(user.get("userid", "")) for user in _objects(shown if isinstance(shown, dict) else {}, "user")]

    async def _is_no_more(self, known: Document) -> bool:
        """Whether the company has no such member, rather than the app no sight of them."""
        try:
            return _is_gone(await self._transport.get("user/get", background=True, userid=str(known["userid"])))
        except WeComError as error:
            if error.errcode == _GONE:
                return True
            log.debug("WeCom: a member cannot be seen: %s", error)
            return False


class _Teams:
    """Departments by number; those of one name are told apart by what is above them."""

    def __init__(self, departments: list[Document]) -> None:
        self._all = {_number(one.get("id")): one for one in departments}
        names = [str(one.get("name", "")) for one in departments]
        self._double = {name for name in names if names.count(name) > 1}

    def roots(self) -> list[int]:
        return [number for number, one in self._all.items() if _number(one.get("parentid")) not in self._all]

    def name(self, number: int) -> str:
        """ "" for the whole company, which is no team."""
        one = self._all.get(number)
        if one is None or number == 1:
            return ""
        name = str(one.get("name", ""))
        above = self.name(_number(one.get("parentid"))) if name in self._double else ""
        return f"{above}/{name}" if above else name

    def leads(self, number: int, userid: str) -> bool:
        leaders = self._all.get(number, {}).get("department_leader")
        return isinstance(leaders, list) and userid in leaders


def _said(user: Document, teams: _Teams) -> Document:
    """What is kept of a member."""
    userid = str(user["userid"])
    numbers = user.get("department")
    own = [_number(one) for one in numbers] if isinstance(numbers, list) else []
    main = _number(user.get("main_department")) or (own[0] if own else 0)
    flags = user.get("is_leader_in_dept")
    flagged = isinstance(flags, list) and any(
        _number(flag) == 1 for number, flag in zip(own, flags, strict=False) if number == main
    )
    leads = flagged or teams.leads(main, userid)
    return {"userid": userid, "name": str(user.get("name", "")), "team": teams.name(main), "leads": leads}


def _member(said: Document, before: Mapping[str, object] | None) -> Member:
    return Member(
        str(said["userid"]),
        str(said["name"]),
        str(said["team"]),
        leads=bool(said["leads"]),
        moved=before is not None and before.get("team") != said["team"],
        back=before is not None and bool(before.get("left")),
    )


def _is_gone(user: Document) -> bool:
    """Left, or barred in the console; who has not signed in yet is there."""
    return _number(user.get("status", 1)) in _LEFT_STATES or str(user.get("enable", 1)) == "0"


def _key(user: Document) -> str:
    return str(user.get("userid", "")).lower()


def _objects(answer: Document, name: str) -> list[Document]:
    return list(_only_objects(answer.get(name)))


def _only_objects(value: object) -> Iterator[Document]:
    for one in value if isinstance(value, list) else ():
        if isinstance(one, dict):
            yield one


def _number(value: object) -> int:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() else 0
