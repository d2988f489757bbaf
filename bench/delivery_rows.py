"""What the benches of delivery have to send: copies of broadcasts, and reminders."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert
from sqlmodel import Session, col, func, select

from crm_core.customers.tables import Customer
from crm_core.database import Database
from crm_core.outreach.deliveries import Priority
from crm_core.outreach.tables import Broadcast, BroadcastState, Delivery, DeliveryKind, DeliveryState, Nudge
from crm_core.people.tables import Handle, Staff


def copies(database: Database, lanes: Sequence[str], each: int, now: datetime) -> None:
    """So many copies of a broadcast in each lane, each for another customer, due now."""
    with database.writing() as session:
        for lane in lanes:
            broadcast = Broadcast(
                segment="all", text="{name},新品到了", state=BroadcastState.RUNNING, created_at=now, confirmed_at=now
            )
            session.add(broadcast)
            session.flush()
            ids = _customers(session, each, now)
            rows = [_copy(broadcast.id, lane, customer, now) for customer in ids]
            session.execute(insert(Delivery), rows)


def people(database: Database, lane: str, count: int, now: datetime) -> list[int]:
    """So many members of staff, each known on this platform; their ids."""
    with database.writing() as session:
        members = [
            Staff(name=f"{lane} {n}", name_key=f"{lane} {n}", created_at=now, digest_hour=None) for n in range(count)
        ]
        session.add_all(members)
        session.flush()
        session.add_all(
            Handle(staff_id=member.id, platform=lane, platform_user_id=f"{lane}-{n}")
            for n, member in enumerate(members)
        )
        return [member.id for member in members]


def reminders(database: Database, lane: str, members: Sequence[int], due: Sequence[datetime], now: datetime) -> None:
    """One for each of these moments, for the people in turn; their deliveries are planned already."""
    people = len(members)
    with database.writing() as session:
        first = (session.exec(select(func.max(Nudge.id))).one() or 0) + 1
        session.execute(
            insert(Nudge),
            [
                {
                    "id": first + number,
                    "staff_id": members[number % people],
                    "text": "call",
                    "due_at": at,
                    "next_at": at,
                    "starts_at": at,
                    "timezone": "UTC",
                    "created_at": now,
                    "platform": lane,
                }
                for number, at in enumerate(due)
            ],
        )
        session.execute(
            insert(Delivery),
            [
                {
                    "kind": DeliveryKind.NUDGE,
                    "lane": lane,
                    "platform": lane,
                    "nudge_id": first + number,
                    "recipient": f"{lane}-{number % people}",
                    "staff_id": members[number % people],
                    "priority": Priority.NUDGE,
                    "due_at": at,
                    "not_before": at,
                    "body": {},
                }
                for number, at in enumerate(due)
            ],
        )


def open_count(database: Database) -> int:
    """How many still have to go out."""
    with database.reading() as session:
        waiting = (DeliveryState.DUE, DeliveryState.SENDING)
        return session.exec(select(func.count()).where(col(Delivery.state).in_(waiting))).one()


def _customers(session: Session, count: int, now: datetime) -> list[int]:
    first = (session.exec(select(func.max(Customer.id))).one() or 0) + 1
    ids = list(range(first, first + count))
    session.execute(
        insert(Customer),
        [
            {"id": id_, "name": f"客户{id_}", "name_key": f"客户{id_}", "created_at": now, "updated_at": now}
            for id_ in ids
        ],
    )
    return ids


def _copy(broadcast_id: int, lane: str, customer_id: int, now: datetime) -> dict[str, object]:
    return {
        "kind": DeliveryKind.BROADCAST,
        "lane": lane,
        "platform": lane,
        "recipient": f"{lane}-{customer_id}",
        "broadcast_id": broadcast_id,
        "customer_id": customer_id,
        "priority": Priority.BROADCAST,
        "due_at": now,
        "not_before": now,
        "body": {},
    }
