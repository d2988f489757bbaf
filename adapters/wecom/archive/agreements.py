"""Who agreed to be archived: as rows tell it when it changes, and as WeCom answers when it is asked.

Who was not asked yet, or did not answer, is told of with a time of 0. Pages "获取会话同意情况" and
"获取会话内容存档开启成员列表".
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from adapters.wecom.archive import payload
from adapters.wecom.archive.rows import moment_of
from adapters.wecom.events import Event
from adapters.wecom.markup import text_of
from adapters.wecom.transport import Transport
from crm_core.archiving import Agreement, Consents, ConsentState
from crm_core.chat import Document

#: Pairs that one call may ask for.
PAIRS = 100

_APPROVED = "msg_audit_approved"
_DIGITS = 12

_STATES = {
    "Agree": ConsentState.AGREED,
    "Disagree": ConsentState.DECLINED,
    "Default_Agree": ConsentState.DEFAULT,
}
_ROWS = {"agree": ConsentState.AGREED, "disagree": ConsentState.DECLINED}


def agreements_in(row: Document) -> list[Agreement]:
    """What a row of the kinds agree and disagree says; nothing in any other."""
    kind = row.get("msgtype")
    state = _ROWS.get(kind) if isinstance(kind, str) else None
    if state is None:
        return []
    body = row.get(str(kind))
    told = body if isinstance(body, dict) else {}
    people = payload.people_of(row)
    customer = next((one for one in (told.get("userid"), *people) if _is_customer(one)), None)
    changed_at = moment_of(told.get(f"{kind}_time")) or moment_of(row.get("msgtime"))
    if customer is None or changed_at is None:
        return []
    room = row.get("roomid")
    if isinstance(room, str) and room:
        return [Agreement(customer, state, changed_at, room=room)]
    staff = [person for person in people if not payload.is_customer(person)]
    return [Agreement(customer, state, changed_at, with_whom=person) for person in staff]


class Approvals:
    """Keeps that a customer agreed, as the callback tells it at once."""

    def __init__(self, consents: Consents) -> None:
        self._consents = consents

    async def attend(self, event: Event) -> None:
        """Nothing, unless it says so."""
        member, customer = text_of(event.fields, "UserID"), text_of(event.fields, "ExternalUserID")
        if event.change == _APPROVED and member and customer:
            told_at = _moment(event.fields.get("CreateTime")) or event.received_at
            await self._consents.note([Agreement(customer, ConsentState.AGREED, told_at, with_whom=member)])


class Agreements:
    """Asks WeCom. `transport`: made with the secret of the archive. All raise what it raises."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def licensed(self) -> tuple[str, ...]:
        """The members whose conversations are archived."""
        answer = await self._transport.post("msgaudit/get_permit_user_list", {}, background=True)
        return tuple(one for one in _list(answer.get("ids")) if isinstance(one, str))

    async def of_pairs(self, pairs: Sequence[tuple[str, str]]) -> list[Agreement]:
        """What is agreed between each member of staff and customer."""
        found: list[Agreement] = []
        for at in range(0, len(pairs), PAIRS):
            # The misspelt name is theirs.
            info = [{"userid": staff, "exteranalopenid": customer} for staff, customer in pairs[at : at + PAIRS]]
            answer = await self._transport.post("msgaudit/check_single_agree", {"info": info}, background=True)
            found += [told for one in _list(answer.get("agreeinfo")) if (told := _told(one)) is not None]
        return found

    async def of_room(self, roomid: str) -> list[Agreement]:
        """What is agreed by the customers of a group."""
        answer = await self._transport.post("msgaudit/check_room_agree", {"roomid": roomid}, background=True)
        return [told for one in _list(answer.get("agreeinfo")) if (told := _told(one, roomid)) is not None]


def _told(one: Any, room: str = "") -> Agreement | None:
    """Times of this answer are seconds."""
    if not isinstance(one, dict):
        return None
    customer, state = one.get("exteranalopenid"), _STATES.get(str(one.get("agree_status")))
    if not isinstance(customer, str) or not customer or state is None:
        return None
    changed_at = _moment(one.get("status_change_time"))
    if state is ConsentState.DECLINED and changed_at is None:
        state = ConsentState.UNANSWERED
    changed_at = changed_at or datetime.fromtimestamp(0, UTC)
    return Agreement(customer, state, changed_at, with_whom="" if room else str(one.get("userid", "")), room=room)


def _moment(seconds: Any) -> datetime | None:
    """None for 0 and for nonsense."""
    told = str(seconds)
    found = int(told) if told.isdecimal() and len(told) < _DIGITS else 0
    return datetime.fromtimestamp(found, UTC) if found else None


def _is_customer(value: Any) -> bool:
    return isinstance(value, str) and payload.is_customer(value)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
