"""Where the robot may write by itself: in chats where somebody has spoken to it. Kept over restarts, for all nodes."""

from dataclasses import dataclass

from adapters.wecom import rooms
from crm_core.desk import Memory

_KIND = "robot_chat"
_SINGLE, _GROUP = 1, 2


@dataclass(frozen=True)
class Chat:
    """`chatid`: of a direct chat the userid, as the platform writes it."""

    chatid: str
    group: bool

    @property
    def room_id(self) -> str:
        return self.chatid if self.group else rooms.direct(self.chatid)

    @property
    def chat_type(self) -> int:
        """In the words of `aibot_send_msg`."""
        return _GROUP if self.group else _SINGLE


class Chats:
    """By the id of the room."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._known: dict[str, Chat] = {}

    async def note(self, chat: Chat) -> None:
        """Somebody spoke there."""
        key = _key(chat.room_id)
        if self._known.get(key) != chat:
            await self._memory.put(_KIND, key, {"chatid": chat.chatid, "group": chat.group})
            self._known[key] = chat

    async def find(self, room_id: str) -> Chat | None:
        """The chat, if anybody spoke there."""
        key = _key(room_id)
        if key not in self._known:
            noted = await self._memory.get(_KIND, key)
            if noted is None:
                return None
            self._known[key] = Chat(str(noted["chatid"]), bool(noted["group"]))
        return self._known[key]


def _key(room_id: str) -> str:
    """Userids come in any case."""
    return room_id.lower() if rooms.is_direct(room_id) else room_id
