"""What sequences go by besides their own plan: the company's country and manners."""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from sqlmodel import Session

from crm_core.customers.tables import Customer
from crm_core.outreach.manners import Manners
from crm_core.people.tables import Staff


@dataclass(frozen=True)
class Company:
    """`country`: whose workdays count."""

    country: str = "CN"
    manners: Manners = field(default_factory=Manners)

    def zone_of(self, session: Session, customer: Customer) -> ZoneInfo:
        """The customer's zone, else their owner's, else the company's."""
        owner = session.get(Staff, customer.owner_id) if customer.owner_id is not None else None
        return ZoneInfo(customer.timezone or (owner.timezone if owner else "") or self.manners.timezone)
