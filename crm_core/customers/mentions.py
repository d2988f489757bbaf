"""Customers named in the middle of a sentence, as in 提醒我给周一鸣打电话 or "remind me to call Bob"."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from crm_core.customers import names
from crm_core.customers.tables import Customer, OtherName
from crm_core.people.viewer import Viewer

#: How much of a sentence is searched for names, in characters, and how many words one name may have.
SEARCHED = 300
WORDS = 10

_WORD = re.compile(r"[^\W_㐀-鿿]+|[㐀-鿿]")
_NUMBER = re.compile(r"#(\d{1,18})(?!\d)")


@dataclass(frozen=True)
class Mention:
    """`text[start:end]` names these customers; more than one when they share the name. The viewer's own come first."""

    start: int
    end: int
    customers: tuple[Customer, ...]


def mentioned(session: Session, text: str, *, viewer: Viewer) -> list[Mention]:
    """The customers this viewer may see whose name, other name or number (`#12`) stands in the text, in order.

    The longest name wins where names overlap.
    """
    spans = {span: names.matching_form(text[slice(*span)]) for span in _spans(text[:SEARCHED])}
    known = _by_key(session, sorted(set(spans.values())), viewer)
    found = [Mention(*span, tuple(known[key])) for span, key in spans.items() if key in known]
    return _longest([*_numbered(session, text, viewer), *found])


def _spans(text: str) -> Iterator[tuple[int, int]]:
    words = [match.span() for match in _WORD.finditer(text)]
    for first, (start, _) in enumerate(words):
        for _, end in words[first : first + WORDS]:
            if end - start > 1:
                yield start, end


def _by_key(session: Session, keys: Sequence[str], viewer: Viewer) -> dict[str, list[Customer]]:
    found: dict[str, list[Customer]] = {}
    for at in range(0, len(keys), 500):
        some = keys[at : at + 500]
        named = select(Customer.name_key, Customer).where(col(Customer.name_key).in_(some))
        also = (
            select(OtherName.name_key, Customer)
            .join(Customer, col(Customer.id) == OtherName.customer_id)
            .where(col(OtherName.name_key).in_(some))
        )
        for key, customer in [*session.exec(named), *session.exec(also)]:
            if _shown(customer, viewer) and customer not in found.setdefault(key, []):
                found[key].append(customer)
    return {key: sorted(customers, key=_own_first(viewer)) for key, customers in found.items() if customers}


def _numbered(session: Session, text: str, viewer: Viewer) -> Iterator[Mention]:
    for match in _NUMBER.finditer(text):
        customer = session.get(Customer, int(match[1]))
        if customer is not None and _shown(customer, viewer):
            yield Mention(*match.span(), (customer,))


def _shown(customer: Customer, viewer: Viewer) -> bool:
    return customer.merged_into_id is None and viewer.sees(customer.owner_id)


def _own_first(viewer: Viewer) -> Callable[[Customer], tuple[bool, int]]:
    return lambda customer: (customer.owner_id != viewer.staff_id, customer.id)


def _longest(mentions: Sequence[Mention]) -> list[Mention]:
    kept: list[Mention] = []
    for mention in sorted(mentions, key=lambda one: (one.start - one.end, one.start)):
        if all(mention.end <= other.start or mention.start >= other.end for other in kept):
            kept.append(mention)
    return sorted(kept, key=lambda one: one.start)
