"""Customers come, are noted, tagged and lost, and gather in groups; now and then somebody tags one of them here."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from sqlmodel import Session, col, select

from crm_core.conversations.tables import Conversation, Membership
from crm_core.customers.tables import Identity
from crm_core.relations.parties import USABLE
from crm_core.relations.tables import CustomerGroupRow, PlatformTag, Relation, RelationTag, TagWish
from tests.chaos.wecom_part import Stage
from tests.fakes.finding import Finding
from tests.fakes.wecom import truth
from tests.fakes.wecom.corp import Staff
from tests.fakes.wecom.customers import Customer, Standing
from tests.fakes.wecom.customers import Relation as Friendship
from tests.fakes.wecom.groups import Group

_TAGS = ("VIP", "报价中", "决策人", "老客户", "易流失")
#: WeCom tells moments in whole seconds: nobody is deleted and added again within one.
_REST = 2


class Contacts:
    """A third of the customers is there before the program is."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._world = stage.company.world
        self._tags = [self._world.tag(name) for name in _TAGS]
        self._groups: list[Group] = []
        self._touched: dict[str, int] = defaultdict(int)
        self._number = 0
        for _ in range(stage.plan.contacts // 3):
            self._come()

    def config(self) -> str:
        return f'contact_secret = "{self._stage.company.contact.secret}"\n'

    def begin(self) -> None:
        """Everything happens in `go_on`."""

    def go_on(self) -> None:
        happens = (self._come, self._note, self._mark, self._leave, self._gather, self._tag_here)
        self._stage.chance.choices(happens, (4, 4, 4, 1, 1, 1))[0]()

    def findings(self) -> Iterator[Finding]:
        with self._world.lock:
            yield from truth.compare_contacts(self._world, self._stage.look(_customers))
            yield from truth.compare_tags(self._world, self._stage.look(_tags))
            yield from self._group_findings(self._stage.look(_groups))
        for wish in self._stage.look(_wishes):
            yield Finding("tag not marked", wish)

    def _come(self) -> None:
        """Somebody new, as long as there is room; then somebody who is there meets another colleague."""
        if self._number < self._stage.plan.contacts:
            self._number += 1
            self._befriend(self._world.customer(f"客户{self._number:04}"))
        else:
            self._befriend(self._world.customers[self._any_friendship().external_userid])

    def _befriend(self, customer: Customer) -> None:
        staff = self._stage.chance.choice(self._stage.people)
        known = self._world.relations.get((staff.userid, customer.external_userid))
        if known is None or (known.standing is not Standing.FRIENDS and self._rested(known)):
            self._world.befriend(staff, customer)
            self._touch(staff.userid, customer.external_userid)

    def _note(self) -> None:
        staff, customer = self._friends()
        self._world.note(staff, customer, remark=f"备注{self._stage.chance.randrange(10_000)}")

    def _mark(self) -> None:
        staff, customer = self._friends()
        self._world.mark(staff, customer, *self._stage.chance.sample(self._tags, self._stage.chance.randrange(3)))

    def _leave(self) -> None:
        """The customer deletes the colleague, or the other way round."""
        friendship = self._any_friendship()
        if self._rested(friendship):
            staff, customer = self._pair(friendship)
            self._touch(staff.userid, customer.external_userid)
            if self._stage.chance.random() < 0.5:
                self._world.drop_staff(customer, staff)
            else:
                self._world.drop_customer(staff, customer)

    def _gather(self) -> None:
        """A group is opened, joined or renamed."""
        staff, customer = self._friends()
        group = self._stage.chance.choice(self._groups) if self._groups else None
        if group is None or len(self._groups) < 10:
            self._groups.append(self._world.group(staff, f"群{len(self._groups)}", [customer]))
        elif customer.external_userid not in group.members:
            self._world.join(group, customer)
        else:
            self._world.change_group(group, name=f"群{self._stage.chance.randrange(1000)}")

    def _tag_here(self) -> None:
        """An administrator tags a customer in the CRM, if it knows them yet."""
        _, customer = self._friends()
        known = self._stage.look(lambda session: _customer_id(session, customer.external_userid))
        if known is not None:
            self._stage.post(f"customers/{known}/tags", {"add": [self._stage.chance.choice(_TAGS)]})

    def _any_friendship(self) -> Friendship:
        friends = [one for one in self._world.relations.values() if one.standing is Standing.FRIENDS]
        return self._stage.chance.choice(friends)

    def _friends(self) -> tuple[Staff, Customer]:
        return self._pair(self._any_friendship())

    def _pair(self, one: Friendship) -> tuple[Staff, Customer]:
        return self._world.staff[one.userid], self._world.customers[one.external_userid]

    def _touch(self, userid: str, external_userid: str) -> None:
        self._touched[userid + external_userid] = self._world.seconds

    def _rested(self, one: Friendship) -> bool:
        return self._world.seconds - self._touched[one.userid + one.external_userid] >= _REST

    def _group_findings(self, kept: dict[str, tuple[str, str, set[str]]]) -> Iterator[Finding]:
        for group in self._world.groups.values():
            if kept.get(group.chat_id) != (group.name, group.owner, set(group.members)):
                yield Finding("wrong group", f"{group.name}: {kept.get(group.chat_id)}")


def _customers(session: Session) -> Iterable[dict[str, Any]]:
    """What is kept of customers, in the shape the fake compares."""
    tags = defaultdict(list)
    query = select(RelationTag.relation_id, PlatformTag.name).join(
        PlatformTag, col(PlatformTag.id) == RelationTag.platform_tag_id
    )
    for relation_id, name in session.exec(query.where(col(RelationTag.is_on), col(PlatformTag.gone_at).is_(None))):
        tags[relation_id].append(name)
    found: dict[str, dict[str, Any]] = {}
    wanted = select(Identity.platform_user_id, Relation).join(Relation, col(Relation.identity_id) == Identity.id)
    for contact, relation in session.exec(wanted.where(col(Relation.standing).in_(USABLE))):
        item = found.setdefault(contact, {"external_userid": contact, "followers": {}})
        item["followers"][relation.member] = {"remark": relation.remark, "tags": tags[relation.id]}
    return list(found.values())


def _tags(session: Session) -> list[dict[str, str]]:
    query = select(PlatformTag).where(col(PlatformTag.gone_at).is_(None))
    return [{"group": one.group_name, "name": one.name} for one in session.exec(query)]


def _groups(session: Session) -> dict[str, tuple[str, str, set[str]]]:
    """Chat id → title, owner, who is in it."""
    present = defaultdict(set)
    for stay in session.exec(select(Membership).where(col(Membership.left_at).is_(None))):
        present[stay.conversation_id].add(stay.platform_user_id)
    query = select(Conversation, CustomerGroupRow).join(
        CustomerGroupRow, col(CustomerGroupRow.conversation_id) == Conversation.id
    )
    return {room.platform_id: (room.title, row.owner_member, present[room.id]) for room, row in session.exec(query)}


def _wishes(session: Session) -> list[str]:
    """Tags that WeCom was not told yet."""
    return [f"{one.name} on {one.relation_id}" for one in session.exec(select(TagWish).where(TagWish.problem == ""))]


def _customer_id(session: Session, contact: str) -> int | None:
    query = select(Identity.customer_id).where(Identity.platform_user_id == contact)
    return session.exec(query).first()
