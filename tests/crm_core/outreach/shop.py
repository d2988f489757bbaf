"""A shop with customers of the tag VIP, and broadcasts to them."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from crm_core.chat import RoomKind
from crm_core.conversations.tables import Conversation
from crm_core.customers import records
from crm_core.customers.records import Draft
from crm_core.customers.tables import Customer, Identity
from crm_core.outreach import broadcasts, previews
from crm_core.outreach.manners import POLITE, Manners
from crm_core.outreach.tables import Broadcast, Delivery, DeliveryState
from crm_core.people.viewer import Viewer
from tests.crm_core.conftest import Cast

TEXT = "{name},您好!{owner|我们}给您准备了新品。"


@dataclass
class Shop:
    """Customers of the tag VIP and the broadcasts to them."""

    session: Session
    cast: Cast
    now: datetime

    def customer(
        self, name: str, *, viewer: Viewer | None = None, reached: bool = True, phones: tuple[str, ...] = ()
    ) -> Customer:
        draft = Draft(name=name, tags=("VIP",), phones=phones)
        customer = records.create(
            self.session, draft, viewer=viewer or self.cast.alice, now=self.now, allow_duplicate=True
        )
        if reached:
            self.identity(customer, name)
        return customer

    def identity(self, customer: Customer, platform_user_id: str, platform: str = "console") -> None:
        self.session.add(
            Identity(
                platform=platform,
                platform_user_id=platform_user_id,
                customer_id=customer.id,
                first_seen_at=self.now,
            )
        )
        self.session.flush()

    def channel(
        self, customer: Customer, platform_id: str, *, kind: RoomKind = RoomKind.SHARED, at: datetime | None = None
    ) -> None:
        self.session.add(
            Conversation(
                platform="slack",
                platform_id=platform_id,
                kind=kind,
                customer_id=customer.id,
                created_at=self.now,
                last_message_at=at,
            )
        )
        self.session.flush()

    def draft(self, text: str = TEXT) -> Broadcast:
        return broadcasts.draft(self.session, "VIP", text, viewer=self.cast.alice, now=self.now)

    def preview(self, manners: Manners = POLITE) -> previews.Preview:
        found = previews.preview(self.session, self.draft(), viewer=self.cast.alice, now=self.now, manners=manners)
        assert found is not None
        return found

    def confirmed(self, at: datetime | None = None) -> Broadcast:
        return broadcasts.confirm(self.session, self.draft(), viewer=self.cast.alice, now=self.now, at=at)

    def rows(self, broadcast: Broadcast) -> list[Delivery]:
        self.session.expire_all()
        return list(self.session.exec(select(Delivery).where(Delivery.broadcast_id == broadcast.id)))

    def recipients(self, broadcast: Broadcast) -> list[str]:
        return sorted(row.recipient for row in self.rows(broadcast))

    def send_all(self, broadcast: Broadcast, at: datetime) -> None:
        for row in self.rows(broadcast):
            row.state, row.sent_at = DeliveryState.SENT, at
            self.session.add(row)
        self.session.flush()
