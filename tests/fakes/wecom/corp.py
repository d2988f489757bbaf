"""The company: its people and teams, and the applications with their secrets."""

from dataclasses import dataclass, field
from typing import Literal

from tests.fakes.wecom.errors import Json

Kind = Literal["app", "contact", "kf", "archive", "directory"]
Family = Literal["message", "media", "people", "contact", "kf", "archive", "directory"]
"""What belongs together when it is asked whether a secret may call something."""

FAMILIES: dict[Kind, frozenset[Family]] = {
    "app": frozenset({"message", "media", "people"}),
    "contact": frozenset({"contact", "media"}),
    "kf": frozenset({"kf", "media"}),
    "archive": frozenset({"archive"}),
    "directory": frozenset({"people", "directory"}),
}


@dataclass
class Department:
    """A team. `leaders`: userids."""

    id: int
    name: str
    parent: int
    order: int = 0
    leaders: list[str] = field(default_factory=list)

    def shape(self) -> Json:
        return {
            "id": self.id,
            "name": self.name,
            "parentid": self.parent,
            "order": self.order,
            "department_leader": self.leaders,
        }


@dataclass
class Staff:
    """An employee. `contact`: may have customers; `licensed`: may use the apps; `archived`: covered by the archive.

    `welcome`: the greeting the console sends to new customers; while there is one, no app gets a code.
    `most_customers`: how many they can take over before they are full.
    """

    userid: str
    name: str
    departments: list[int]
    position: str = ""
    contact: bool = True
    licensed: bool = True
    verified: bool = True
    barred: bool = False
    archived: bool = False
    left_at: int = 0
    welcome: str = ""
    most_customers: int = 20_000
    tags: list[int] = field(default_factory=list)

    @property
    def active(self) -> bool:
        return not self.left_at

    def shape(self, *, full: bool = True) -> Json:
        """As new self-built apps get it: no mobile, no address, no picture."""
        brief: Json = {
            "userid": self.userid,
            "name": self.name,
            "department": self.departments,
            "open_userid": f"woAAA{self.userid}",
        }
        if not full:
            return brief
        return {
            **brief,
            "order": [0] * len(self.departments),
            "position": self.position,
            "is_leader_in_dept": [0] * len(self.departments),
            "main_department": self.departments[0],
            "status": 1 if self.active else 5,
            "enable": 1 if self.active else 0,
            "isleader": 0,
            "hide_mobile": 0,
            "telephone": "",
            "alias": "",
            "extattr": {"attrs": []},
        }


@dataclass
class App:
    """Whoever has a secret of its own.

    `lists_contact`, `lists_kf`: the app is listed there as one that may call it. `visible`: userids it may see, None
    for all. `trusted`: addresses it may call from. `callback`: a callback URL is configured. `token`, `aes_key`: of
    its callbacks. `menu`: as the app created it. `enabled`: switched on in the console.
    """

    name: str
    kind: Kind
    secret: str
    agent_id: int
    token: str
    aes_key: str
    lists_contact: bool = False
    lists_kf: bool = False
    visible: set[str] | None = None
    trusted: set[str] = field(default_factory=lambda: {"127.0.0.1"})
    callback: bool = True
    enabled: bool = True
    menu: Json | None = None

    @property
    def families(self) -> frozenset[Family]:
        more: set[Family] = set()
        if self.lists_contact:
            more.add("contact")
        if self.lists_kf:
            more.add("kf")
        return FAMILIES[self.kind] | more

    def sees(self, userid: str) -> bool:
        return self.visible is None or userid in self.visible
