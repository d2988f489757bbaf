"""The member of staff a delivery is for, and how to speak to them."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.config import Config
from bot.language import moments
from bot.language.phrase import Phrase
from crm_core.customers.families import survivor
from crm_core.customers.tables import Customer
from crm_core.outreach.tables import Delivery
from crm_core.people import viewer as viewers
from crm_core.people.tables import Staff
from crm_core.people.viewer import Viewer


@dataclass(frozen=True)
class Reader:
    """`shown`: customers whom a card shows and the delivery does not name, as whoever composes it adds them."""

    session: Session
    viewer: Viewer
    now: datetime
    shown: list[int] = field(default_factory=list)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.viewer.timezone)

    def say(self, phrase: Phrase, **details: object) -> str:
        return phrase.say(self.viewer.language, **details)

    def when(self, at: datetime) -> str:
        return moments.short(at, now=self.now, zone=self.zone, language=self.viewer.language)

    def customer(self, customer_id: int | None) -> Customer | None:
        """The customer, unless this reader may not see them (any more)."""
        customer = survivor(self.session, customer_id) if customer_id is not None else None
        return customer if customer is not None and self.viewer.sees(customer.owner_id) else None


def of(session: Session, delivery: Delivery, config: Config, now: datetime) -> Reader | None:
    """The reader of a delivery; None for somebody who left the company."""
    staff = session.get(Staff, delivery.staff_id) if delivery.staff_id is not None else None
    if staff is None or not staff.active:
        return None
    return of_staff(session, staff, config, now)


def of_staff(session: Session, staff: Staff, config: Config, now: datetime) -> Reader:
    """This member of staff as a reader."""
    language = staff.wrote_in or config.bot.language
    viewer = viewers.of_staff(session, staff, timezone=config.bot.timezone, language=language)
    return Reader(session, viewer, now)
