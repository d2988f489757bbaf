"""What customers do, and what employees and the console do with them: friendships, tags, groups, codes."""

from tests.fakes.wecom import broadcasts, events, groups, relations, tags
from tests.fakes.wecom.broadcasts import Broadcast
from tests.fakes.wecom.corp import Staff
from tests.fakes.wecom.customers import Agreement, Customer, Relation, Standing, ToCustomer
from tests.fakes.wecom.errors import Json
from tests.fakes.wecom.groups import Group
from tests.fakes.wecom.state import State
from tests.fakes.wecom.tags import Tag
from tests.fakes.wecom.ways import Way


class Market(State):
    """Verbs around customers; any thread may call them."""

    def customer(self, name: str, *, corp: str = "") -> Customer:
        """Somebody on WeChat (wm…), or of the company `corp` on WeCom (wo…). Nobody's friend yet."""
        with self.lock:
            customer = Customer(self.ids.new("wo" if corp else "wm"), name, corp_name=corp)
            self.customers[customer.external_userid] = customer
            return customer

    def befriend(self, staff: Staff, customer: Customer, *, half: bool = False, add_way: int = 1) -> Relation:
        """They add each other; `half`: only one of them has so far (then `verify`)."""
        with self.lock:
            return relations.befriend(self, staff, customer, half=half, add_way=add_way)

    def scan(self, customer: Customer, way: Way, staff: Staff) -> Relation:
        """The customer scans a code and becomes this employee's friend: the code's state comes with the event."""
        with self.lock:
            wanted = way.fields.get("user", [])
            assert staff.userid in wanted or not wanted, f"{staff.name} is not behind this code"
            return relations.befriend(self, staff, customer, way=way.state)

    def verify(self, staff: Staff, customer: Customer) -> None:
        """A half friend becomes a whole one: add_external_contact."""
        with self.lock:
            relations.verify(self, staff, self.relation(staff, customer))

    def relation(self, staff: Staff, customer: Customer) -> Relation:
        """What they are to each other, in whatever standing; KeyError when they never met."""
        return self.relations[staff.userid, customer.external_userid]

    def drop_staff(self, customer: Customer, staff: Staff) -> None:
        """The customer deletes the employee: del_follow_user."""
        with self.lock:
            relations.drop_staff(self, self.relation(staff, customer))

    def drop_customer(self, staff: Staff, customer: Customer) -> None:
        """The employee deletes the customer: del_external_contact."""
        with self.lock:
            relations.drop_customer(self, self.relation(staff, customer))

    def talk(self, staff: Staff, customer: Customer) -> None:
        """They write to each other. The API tells nobody; the archive does."""
        with self.lock:
            self.relation(staff, customer).talked_at = self.seconds

    def agree(self, staff: Staff, customer: Customer, agreement: Agreement = "Agree") -> None:
        """To the archive, or not any more. A yes is told: msg_audit_approved."""
        with self.lock:
            relation = self.relation(staff, customer)
            relation.agreement, relation.agreed_at = agreement, self.seconds
            if agreement == "Agree":
                events.contact_changed(self, "msg_audit_approved", relation)

    def note(self, staff: Staff, customer: Customer, **fields: object) -> None:
        """The employee changes remark, description, company or mobiles in their client: edit_external_contact."""
        with self.lock:
            relation = self.relation(staff, customer)
            for name, value in fields.items():
                assert hasattr(relation, name), name
                setattr(relation, name, value)
            relations.edited(self, relation)

    def tag(self, name: str, group: str = "等级") -> Tag:
        """The console makes a tag: change_external_tag. It belongs to no app."""
        with self.lock:
            return tags.add(self, None, tags.group_named(self, None, group), [(name, 0)])[0]

    def rename_tag(self, tag: Tag, name: str) -> None:
        with self.lock:
            tags.edit(self, None, tag.id, name, None)

    def delete_tag(self, tag: Tag) -> None:
        """Off every customer; its group vanishes with its last tag."""
        with self.lock:
            tags.delete(self, None, [tag.id], [])

    def mark(self, staff: Staff, customer: Customer, *marked: Tag) -> None:
        """The employee sets these tags (and no others) in their client: edit_external_contact."""
        with self.lock:
            relation = self.relation(staff, customer)
            relation.tags = [tag.id for tag in marked]
            relations.edited(self, relation)

    def mark_personally(self, staff: Staff, customer: Customer, name: str) -> None:
        """A tag of the employee's own, which has no id."""
        with self.lock:
            relation = self.relation(staff, customer)
            relation.personal.append(("我的标签", name))
            relations.edited(self, relation)

    def group(self, owner: Staff, name: str, members: list[Staff | Customer], *, inner: bool = False) -> Group:
        """A customer group, or an inner one of employees only."""
        with self.lock:
            return groups.create(self, owner, name, members, inner=inner)

    def join(self, group: Group, who: Staff | Customer, *, scene: int = 1, way: Way | None = None) -> None:
        """`scene`: 1 invited by the owner, 2 by a link, 3 by a QR code."""
        with self.lock:
            groups.join(self, group, who, scene=3 if way else scene, way=way.state if way else "")

    def quit(self, group: Group, who: Staff | Customer, *, taken_out: bool = False) -> None:
        with self.lock:
            groups.leave(self, group, who, scene=1 if taken_out else 0)

    def change_group(self, group: Group, *, name: str = "", notice: str = "", owner: Staff | None = None) -> None:
        """One event for each thing that changes."""
        with self.lock:
            for detail, field, value in (
                ("change_name", "name", name),
                ("change_notice", "notice", notice),
                ("change_owner", "owner", owner.userid if owner else ""),
            ):
                if value:
                    setattr(group, field, value)
                    groups.change(self, group, detail)

    def dismiss(self, group: Group) -> None:
        with self.lock:
            groups.dismiss(self, group)

    def confirm(self, broadcast: Broadcast | str, staff: Staff, only: list[Customer | Group] | None = None) -> None:
        """A member presses send for their share of a broadcast (or its msgid): to all, or to `only` these.

        They can do so once it was dispatched and not cancelled, once, and choose only where they may.
        """
        with self.lock:
            task = self.broadcasts[broadcast] if isinstance(broadcast, str) else broadcast
            assert not broadcasts.is_dispatching(self, task), "the members have no notice yet"
            assert not task.cancelled, "it was cancelled"
            assert not task.shares[staff.userid].sent_at, f"{staff.name} has confirmed already"
            assert only is None or task.selectable, "the selection may not be changed"
            chosen = None if only is None else [_id(one) for one in only]
            broadcasts.confirm(self, task, staff.userid, chosen)

    def broadcast_personally(self, staff: Staff, customers: list[Customer], words: str) -> Broadcast:
        """A member's own broadcast, which counts towards the same caps."""
        with self.lock:
            content: Json = {"text": {"content": words}, "attachments": []}
            return broadcasts.send_personally(self, staff.userid, [_id(one) for one in customers], content)

    def reached(self, to: Customer | Group, how: str = "") -> list[ToCustomer]:
        """What this customer or group received, in order; `how`: only welcomes, broadcasts …"""
        with self.lock:
            return [one for one in self.to_customers if one.to == _id(to) and how in {"", one.how}]

    def friends(self, staff: Staff) -> list[Customer]:
        """Whom the employee may write to, by the client's own view."""
        with self.lock:
            found = relations.of_staff(self, staff.userid)
            return [self.customers[one.external_userid] for one in found if one.standing is Standing.FRIENDS]


def _id(to: Customer | Group) -> str:
    return to.external_userid if isinstance(to, Customer) else to.chat_id
