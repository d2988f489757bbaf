"""Who there is on the console platform, and which rooms they read.

Everybody has a direct chat with the bot (`direct:<handle>`); the other rooms are groups (`group:<slug>`). A person's
platform id is their handle, in lower case.
"""

from dataclasses import dataclass

from crm_core.chat import Room, RoomKind, Sender, SenderKind

BOT = "crmbot"
_DIRECT = "direct:"


@dataclass(frozen=True)
class Person:
    """Somebody one may be; `about_zh` and `about_en` say who that is in a few words."""

    handle: str
    name: str
    kind: SenderKind = SenderKind.MEMBER
    about_zh: str = ""
    about_en: str = ""
    phone: str = ""
    email: str = ""

    @property
    def sender(self) -> Sender:
        return Sender(self.handle, self.name, self.kind, self.email, self.phone)


@dataclass(frozen=True)
class Group:
    id: str
    title_zh: str
    title_en: str
    kind: RoomKind
    members: tuple[str, ...]

    @property
    def room(self) -> Room:
        return Room(self.id, self.kind, f"{self.title_zh} {self.title_en}")


@dataclass(frozen=True)
class World:
    """`gone`: handles of people who left: nothing reaches them any more."""

    people: tuple[Person, ...] = ()
    groups: tuple[Group, ...] = ()
    gone: frozenset[str] = frozenset()

    def person(self, handle: str) -> Person | None:
        return next((person for person in self.people if person.handle == handle), None)

    def group(self, room_id: str) -> Group | None:
        return next((group for group in self.groups if group.id == room_id), None)

    def groups_of(self, handle: str) -> tuple[Group, ...]:
        return tuple(group for group in self.groups if handle in group.members)

    def rooms_of(self, handle: str) -> tuple[str, ...]:
        """Ids of the rooms this person reads, the direct chat first."""
        return (direct(handle), *(group.id for group in self.groups_of(handle)))

    def room(self, room_id: str) -> Room:
        """The room of this id; a direct chat is there for every handle, known or not."""
        group = self.group(room_id)
        return group.room if group else Room(room_id, RoomKind.DIRECT)

    def has(self, room_id: str) -> bool:
        reader = reader_of(room_id)
        return reader not in self.gone if reader else self.group(room_id) is not None

    def roster(self, room_id: str) -> tuple[Sender, ...]:
        """Who reads in this room, the bot left out."""
        group = self.group(room_id)
        handles = group.members if group else (reader_of(room_id),)
        return tuple(self.sender(handle) for handle in handles if handle)

    def sender(self, handle: str) -> Sender:
        person = self.person(handle)
        return person.sender if person else Sender(handle, handle)


def direct(handle: str) -> str:
    """The room id of this person's chat with the bot."""
    return _DIRECT + handle


def reader_of(room_id: str) -> str:
    """The person of a direct chat; "" for any other room."""
    return room_id.removeprefix(_DIRECT) if room_id.startswith(_DIRECT) else ""


#: The small company of the demo. Two customers of the sample are gone, so that a broadcast has something to report.
DEMO = World(
    people=(
        Person("alice", "Alice", about_zh="销售 · 华东组", about_en="Sales, team East"),
        Person("bob", "Bob", about_zh="华东组经理", about_en="Manager of team East"),
        Person("charlie", "Charlie", about_zh="销售 · 西区组", about_en="Sales, team West"),
        Person("admin", "Admin", about_zh="管理员", about_en="Administrator"),
        Person("zhangsan", "张三", SenderKind.EXTERNAL, "客户", "A customer"),
        Person("guest", "Guest", SenderKind.GUEST, "访客", "A guest"),
    ),
    groups=(
        Group("group:east", "华东组", "Team East", RoomKind.GROUP, ("alice", "bob")),
        Group("group:zhangsan", "张三的项目群", "Project of 张三", RoomKind.SHARED, ("alice", "zhangsan", "guest")),
    ),
    gone=frozenset({"kehu50", "rupert-a"}),
)
