"""What a platform tells about Alice's and Bob's customers, told to the core."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, select

from crm_core.address_book import Connection, Label, Person, Standing
from crm_core.customers.tables import Customer, Identity
from crm_core.people import staff
from crm_core.people.viewer import Viewer
from crm_core.platforms.tables import Chore
from crm_core.relations import connections, departing, library
from crm_core.relations.parties import find, program
from crm_core.relations.tables import Relation
from crm_core.tags import tags
from tests.crm_core.conftest import NOW, Cast

ZHANG = Person("wm-zhang", "开心张三")
LI = Person("wm-li", "李四")


@dataclass
class Book:
    """A platform "wecom" on which Alice is alice and Bob is bob. `now` moves by `wait`."""

    session: Session
    cast: Cast
    now: datetime = NOW

    def __post_init__(self) -> None:
        for name in ("alice", "bob"):
            staff.add_handle(self.session, self.cast.staff[name], "wecom", name)

    @property
    def viewer(self) -> Viewer:
        return program("wecom")

    def wait(self, **amount: float) -> datetime:
        self.now += timedelta(**amount or {"seconds": 10})
        return self.now

    def saw(
        self,
        person: Person = ZHANG,
        member: str = "alice",
        *,
        tags: Sequence[str] = (),
        remark: str = "",
        phones: Sequence[str] = (),
        since: datetime = NOW - timedelta(days=9),
        at: datetime | None = None,
    ) -> frozenset[str]:
        read = Connection(member, since, remark=remark, phones=tuple(phones), tags=tuple(tags))
        read_at = at or self.wait()
        return connections.saw(self.session, "wecom", [(person, read)], read_at=read_at, now=self.now, country="CN")

    def met(self, person: Person = ZHANG, member: str = "alice", *, half: bool = False, state: str = "") -> None:
        at = self.wait()
        connections.met(
            self.session, "wecom", person.platform_id, member, at=at, now=at, half=half, state=state, country="CN"
        )

    def parted(self, how: Standing, person: Person = ZHANG, member: str = "alice", at: datetime | None = None) -> None:
        moment = at or self.wait()
        connections.parted(self.session, "wecom", person.platform_id, member, at=moment, how=how, now=self.now)

    def library(self, *labels: Label, whole: bool = True) -> None:
        at = self.wait()
        library.saw(self.session, "wecom", labels, read_at=at, now=at, whole=whole)

    def relation(self, person: Person = ZHANG, member: str = "alice") -> Relation:
        found = find(self.session, "wecom", member, person.platform_id)
        assert found is not None
        return found

    def customer(self, person: Person = ZHANG) -> Customer:
        identity = self.session.exec(select(Identity).where(Identity.platform_user_id == person.platform_id)).one()
        assert identity.customer_id is not None
        return self.session.get_one(Customer, identity.customer_id)

    def tags(self, person: Person = ZHANG) -> list[str]:
        customer = self.customer(person)
        return tags.of(self.session, [customer.id])[customer.id]

    def tag(self, *names: str, person: Person = ZHANG) -> None:
        """Somebody here tags the customer."""
        at = self.wait()
        tags.add(self.session, self.customer(person), names, viewer=self.cast.admin, now=at)
        self.commit()

    def untag(self, *names: str, person: Person = ZHANG) -> None:
        at = self.wait()
        tags.remove(self.session, self.customer(person), names, viewer=self.cast.admin, now=at)
        self.commit()

    def commit(self) -> None:
        self.session.commit()

    def wanted(self, member: str = "alice", person: Person = ZHANG) -> tuple[set[str], set[str]]:
        """Names to be put on there, and ids to be taken off."""
        found = departing.wanted(self.session, "wecom", str(self.relation(person, member).id))
        return (set(), set()) if found is None else ({label.name for label in found.on}, set(found.off))

    def mark(self, member: str = "alice", person: Person = ZHANG) -> None:
        """What is wanted is marked there."""
        key = str(self.relation(person, member).id)
        found = departing.wanted(self.session, "wecom", key)
        assert found is not None
        departing.marked(self.session, "wecom", key, found, at=self.wait())
        self.commit()

    def chores(self) -> int:
        return len(self.session.exec(select(Chore)).all())
