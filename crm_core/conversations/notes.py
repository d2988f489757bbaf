"""What staff write down about a customer."""

from datetime import datetime

from sqlmodel import Session

from crm_core.conversations.tables import Note
from crm_core.customers.permits import require_write
from crm_core.customers.tables import Customer
from crm_core.errors import Invalid
from crm_core.people.viewer import Viewer
from crm_core.text.tidying import paragraphs

#: Longest note, in characters.
LONGEST = 4000


def add(session: Session, customer: Customer, text: str, *, viewer: Viewer, now: datetime) -> Note:
    """Keep a note of this viewer on the customer.

    Raises `Invalid` (`note_empty`, `note_too_long`), `NotFound`, `NotAllowed`.
    """
    require_write(viewer, customer)
    note = Note(customer_id=customer.id, staff_id=viewer.staff_id, author=viewer.name, text=parse_text(text), at=now)
    session.add(note)
    session.flush()
    return note


def parse_text(text: str) -> str:
    """The form that is stored. Raises `Invalid` (`note_empty`, `note_too_long`)."""
    tidy = paragraphs(text) if len(text) <= 2 * LONGEST else text
    if len(tidy) > LONGEST:
        raise Invalid("note_too_long", limit=LONGEST)
    if not tidy:
        raise Invalid("note_empty")
    return tidy
