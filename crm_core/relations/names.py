"""How customers and staff are called, for words that name them."""

from sqlmodel import Session

from crm_core.address_book import Greeting
from crm_core.customers import identities
from crm_core.relations.parties import staff_of


def greeting(session: Session, platform: str, contact: str, member: str) -> Greeting:
    """Names for a welcome; "" for what is not known. The customer goes by the name they gave themselves."""
    identity = identities.find(session, platform, contact)
    staff = staff_of(session, platform, [member]).get(member.lower())
    return Greeting("" if identity is None else identity.display_name, "" if staff is None else staff.name)
