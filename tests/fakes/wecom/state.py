"""Everything the fake WeCom knows. The verbs stand in files of their own; world.py puts them together for a script."""

import threading
from typing import TYPE_CHECKING

from tests.fakes.clock import Clock, RealClock
from tests.fakes.faults import Faults
from tests.fakes.journal import Journal
from tests.fakes.loopback import require_loopback
from tests.fakes.wecom.broadcasts import Broadcast, Rules
from tests.fakes.wecom.corp import App, Department, Staff
from tests.fakes.wecom.customers import Customer, Relation, ToCustomer
from tests.fakes.wecom.errors import Json, WeComError
from tests.fakes.wecom.events import Hook
from tests.fakes.wecom.faults import Fault
from tests.fakes.wecom.groups import Group
from tests.fakes.wecom.ids import Ids
from tests.fakes.wecom.inbox import Message, ResponseCode
from tests.fakes.wecom.kf import Kf
from tests.fakes.wecom.limits import Limits
from tests.fakes.wecom.media import Media
from tests.fakes.wecom.tags import TagGroup
from tests.fakes.wecom.tokens import Tokens
from tests.fakes.wecom.ways import Way

if TYPE_CHECKING:
    from tests.fakes.wecom.transfers import Transfer
    from tests.fakes.wecom.welcome import Greeting


class State:
    """`lock`: held while anything is read or changed; the API and the world's verbs take it themselves.

    `hooks`: called with the app and the fields of everything that is told. `sent`: messages to employees.
    `task_ids`: (agent, task_id) of every card there ever was. `short_pages`: lists come in pages shorter than asked
    for, one of them empty where the platform may do that. `extras`: answers carry a field nobody knows and lack some
    that are empty. `relations`: by employee and customer. `to_customers`: what reached customers and their groups.
    `broadcast_times`: by customer or group, when a broadcast reached them. `groups_moved`: when, by former owner.
    `robots`: what get_robot_info says of each. `page_codes`: who opened a page, and until when the code works.
    """

    def __init__(self, *, clock: Clock | None = None, seed: int = 1, journal: Journal | None = None) -> None:
        self.lock = threading.RLock()
        self.clock = clock or RealClock()
        self.ids = Ids(seed)
        self.journal = journal or Journal(self.clock)
        self.hooks: list[Hook] = []
        self.corp_id = self.ids.new("ww", 16)
        self.apps: dict[str, App] = {}
        self.staff: dict[str, Staff] = {}
        self.departments: dict[int, Department] = {1: Department(1, "All", 0)}
        self.tokens = Tokens(self.clock, self.ids)
        self.limits = Limits(self.clock, self.journal)
        self.faults: Faults[Fault] = Faults(seed)
        self.short_pages = False
        self.extras = True
        self.sent: list[Message] = []
        self.response_codes: dict[str, ResponseCode] = {}
        self.task_ids: set[tuple[int, str]] = set()
        self.media: dict[str, Media] = {}
        self.customers: dict[str, Customer] = {}
        self.relations: dict[tuple[str, str], Relation] = {}
        self.to_customers: list[ToCustomer] = []
        self.greetings: dict[str, Greeting] = {}
        self.tag_groups: dict[str, TagGroup] = {}
        self.groups: dict[str, Group] = {}
        self.ways: dict[str, Way] = {}
        self.rules = Rules()
        self.broadcasts: dict[str, Broadcast] = {}
        self.broadcast_times: dict[str, list[int]] = {}
        self.transfers: list[Transfer] = []
        self.groups_moved: dict[str, list[int]] = {}
        self.kf = Kf()
        self.limits.own["kf/sync_msg without token"] = (5, 60)
        self.robots: dict[str, Json] = {}
        self.page_codes: dict[str, tuple[str, float]] = {}
        self._address = "http://127.0.0.1"

    @property
    def address(self) -> str:
        """Where the fake answers, without a slash at the end; set by whoever serves it. NotLoopback."""
        return self._address

    @address.setter
    def address(self, url: str) -> None:
        self._address = require_loopback(url).rstrip("/")

    @property
    def seconds(self) -> int:
        return int(self.clock.now())

    def member(self, userid: str) -> Staff | None:
        """The employee with this id, whatever its case; None when there is none, or they have left."""
        found = next((one for one in self.staff.values() if one.userid.lower() == userid.lower()), None)
        return found if found and found.active else None

    def visible_member(self, app: App, userid: str) -> Staff:
        """60111 unknown or gone, 60011 out of the app's range."""
        found = self.member(userid)
        if found is None:
            raise WeComError(60111, userid)
        if not app.sees(found.userid):
            raise WeComError(60011, userid)
        return found
