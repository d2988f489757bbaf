"""What staff hear of their customers on a platform: who left, whose customers wait, how hand-overs ended."""

from sqlmodel import col, select

from bot.language import noun
from bot.language.listing import listed
from bot.language.phrases import contacts as phrases
from bot.outreach.messages.reader import Reader
from crm_core.address_book import Standing, TransferState
from crm_core.chat import Button, ButtonStyle, Card, Field
from crm_core.conversations.tables import Conversation
from crm_core.customers import contacts
from crm_core.customers.tables import ContactKind, Customer
from crm_core.outreach import deliveries
from crm_core.outreach.deliveries import Verdict
from crm_core.outreach.tables import Delivery
from crm_core.people.tables import Staff
from crm_core.relations.alerts import still_lost
from crm_core.relations.parties import of_customer, staff_of
from crm_core.relations.tables import CustomerGroupRow, GroupTransfer, Relation, Transfer

_NAMED = 10


def lost(reader: Reader, delivery: Delivery) -> Card | Verdict:
    """A customer deleted a member of staff; nothing, when they are connected again."""
    relation = reader.session.get(Relation, delivery.body["relation_id"])
    customer = reader.customer(delivery.body["customer_ids"][0])
    if customer is None or relation is None or not still_lost(relation):
        return deliveries.cancel("connected_again")
    phones = _phones(reader, customer) if reader.viewer.sees_sensitive(customer.owner_id) else ""
    fields = (
        Field(reader.say(phrases.PHONE), phones),
        Field(reader.say(phrases.OTHERS), _others(reader, relation, customer)),
    )
    commands = (
        (phrases.NOTE_BUTTON, phrases.NOTE_COMMAND),
        (phrases.REMIND_BUTTON, phrases.REMIND_COMMAND),
        (phrases.STAGE_BUTTON, phrases.STAGE_COMMAND),
    )
    return Card(
        title=reader.say(phrases.LOST, name=customer.name, member=delivery.body["member"]),
        text=reader.say(phrases.LOST_TEXT),
        fields=tuple(field for field in fields if field.value),
        buttons=tuple(Button(reader.say(word), reader.say(command, id=customer.id)) for word, command in commands),
    )


def left(reader: Reader, delivery: Delivery) -> Card | Verdict:
    """Whose customers wait for a colleague; nothing, when they were all handed over meanwhile."""
    staff = reader.session.get(Staff, delivery.body["staff_id"])
    query = select(Customer).where(
        Customer.owner_id == delivery.body["staff_id"], col(Customer.merged_into_id).is_(None)
    )
    waiting = reader.session.exec(query.order_by(col(Customer.last_contact_at).desc(), col(Customer.id))).all()
    seen = [customer for customer in waiting if reader.viewer.sees(customer.owner_id)]
    if staff is None or not seen:
        return deliveries.cancel("handed_over")
    more = len(seen) - _NAMED
    items = [reader.say(phrases.LEFT_ITEM, name=one.name, id=one.id) for one in seen[:_NAMED]]
    expression = reader.say(phrases.LEFT_EXPRESSION, name=staff.name)
    customers = noun.CUSTOMERS.count(reader.viewer.language, len(seen))
    return Card(
        title=reader.say(phrases.LEFT, name=staff.name, customers=customers),
        text=reader.say(phrases.LEFT_TEXT, expression=expression),
        items=(*items, reader.say(phrases.AND_MORE, count=more)) if more > 0 else tuple(items),
    )


def transfer(reader: Reader, delivery: Delivery) -> Card | Verdict:
    """How a hand-over on the platform ended."""
    row = reader.session.get(Transfer, delivery.body["transfer_id"])
    customer = None if row is None else reader.session.get(Customer, row.customer_id)
    if row is None or customer is None:
        return deliveries.cancel("transfer_gone")
    show = Button(reader.say(phrases.SHOW), reader.say(phrases.SHOW_COMMAND, id=customer.id), ButtonStyle.PRIMARY)
    seen = reader.viewer.sees(customer.owner_id)
    return Card(text=outcome(reader, row, customer.name), buttons=(show,) if seen else ())


def group_transfer(reader: Reader, delivery: Delivery) -> Card | Verdict:
    """How the hand-over of a customer group ended."""
    row = reader.session.get(GroupTransfer, delivery.body["transfer_id"])
    if row is None:
        return deliveries.cancel("transfer_gone")
    group = reader.session.get_one(CustomerGroupRow, row.group_id)
    room = reader.session.get_one(Conversation, group.conversation_id)
    before, after = _names(reader, room.platform, row.from_member, row.to_member)
    if row.state is TransferState.DONE:
        return Card(text=reader.say(phrases.GROUP_DONE, name=room.title, before=before, after=after))
    code = row.problem.rpartition(" ")[2]
    mend = reader.say(phrases.GROUP_MENDS.get(code, phrases.NO_MEND), before=before, after=after)
    return Card(text=reader.say(phrases.GROUP_FAILED, name=room.title, before=before, reason=row.problem, mend=mend))


def outcome(reader: Reader, row: Transfer, name: str) -> str:
    """One sentence with its mend."""
    platform = reader.session.get_one(Relation, row.relation_id).platform
    before, after = _names(reader, platform, row.from_member, row.to_member)
    whole = {"done": phrases.TRANSFER_DONE, "refused": phrases.TRANSFER_REFUSED, "full": phrases.TRANSFER_FULL}
    if row.state in whole:
        return reader.say(whole[row.state], name=name, before=before, after=after)
    code = row.problem.rpartition(" ")[2]
    mend = reader.say(phrases.MENDS.get(code, phrases.NO_MEND), before=before, after=after)
    return reader.say(phrases.TRANSFER_FAILED, name=name, before=before, reason=row.problem, mend=mend)


def _names(reader: Reader, platform: str, *members: str) -> list[str]:
    """What members of staff are called, their ids where nobody is known."""
    people = staff_of(reader.session, platform, members)
    return [people[member.lower()].name if member.lower() in people else member for member in members]


def _phones(reader: Reader, customer: Customer) -> str:
    points = contacts.of(reader.session, [customer.id])[customer.id]
    phones = [contacts.shown(point.kind, point.value) for point in points if point.kind is ContactKind.PHONE]
    return listed(phones[:2], reader.viewer.language)


def _others(reader: Reader, relation: Relation, customer: Customer) -> str:
    others = of_customer(reader.session, customer.id, (Standing.ADDED,), relation.platform)
    people = staff_of(reader.session, relation.platform, [one.member for one in others])
    return listed((member.name for member in people.values()), reader.viewer.language)
