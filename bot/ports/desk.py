"""What the adapters may ask of the product for a person: `crm_core.desk.Desk` over the core."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from sqlmodel import Session

from bot import cards
from bot.answering import audience
from bot.answering.acquaintance import viewer_of, viewer_of_sender
from bot.answering.audience import Reader as RoomReader
from bot.clock import Clock
from bot.commands.command import Turn
from bot.config import Config
from bot.language.phrases import desk as phrases
from bot.outreach.messages import my_day
from bot.outreach.messages.reader import Reader
from bot.threads import Core
from crm_core.chat import Card, Picker, Room, RoomKind, Sender, SenderKind
from crm_core.conversations import rooms
from crm_core.conversations.tables import Conversation
from crm_core.customers import families, find, identities, listing, recent, records
from crm_core.customers.tables import Customer
from crm_core.desk import Choice, Colleague, Preview
from crm_core.errors import CrmError
from crm_core.people import audit, staff
from crm_core.people.viewer import Right, Viewer

T = TypeVar("T")

#: What is typed into a field that suggests customers is cut here, in characters.
LONGEST = 60

_REMEMBERED = 20_000
_AGAIN = timedelta(minutes=10)
_OUTSIDER = Sender("", kind=SenderKind.EXTERNAL)


@dataclass(frozen=True)
class _Found(Generic[T]):
    """`shown`: the customers it shows; `readers`: who else is shown them."""

    what: T
    shown: Iterable[int] = ()
    readers: Sequence[str] = ()


class CoreDesk:
    """Whatever it shows is on record; the same customer shown to the same person again within minutes is not repeated
    there, since a list of suggestions is shown with every key."""

    def __init__(self, core: Core, config: Config, clock: Clock) -> None:
        self._core = core
        self._config = config
        self._clock = clock
        self._recorded: OrderedDict[tuple[int | None, str, int], datetime] = OrderedDict()

    async def colleague(self, platform: str, person_id: str) -> Colleague | None:
        return await self._core.read(lambda session: self._colleague(session, platform, person_id))

    async def suggest(self, platform: str, person_id: str, text: str, limit: int = 20) -> tuple[Choice, ...]:
        def look(reader: Reader) -> _Found[tuple[Choice, ...]]:
            found = _suggested(reader, text.strip()[:LONGEST], limit)
            return _Found(tuple(_choices(reader, found)), [one.id for one in found])

        return await self._shown(platform, person_id, "suggest", look, ())

    async def my_day(self, platform: str, person_id: str) -> tuple[Card, ...]:
        def look(reader: Reader) -> _Found[tuple[Card, ...]]:
            return _Found(*my_day.compose(reader, platform))

        return await self._shown(platform, person_id, "my day", look, ())

    async def preview(
        self, platform: str, person_id: str, reference: str, others: Sequence[Sender] | None = ()
    ) -> Preview | None:
        def look(reader: Reader) -> _Found[Preview | None]:
            customer = _referred(reader, reference)
            if customer is None:
                return _Found(None)
            apart = not self._all_may_read(reader, platform, customer, others)
            card = cards.customer_card(self._turn(reader, platform, person_id), customer)
            readers = [] if apart else [one.platform_id for one in others or ()]
            return _Found(Preview(card, apart), [customer.id], readers)

        return await self._shown(platform, person_id, "preview", look, None)

    async def guess(self, platform: str, person_id: str, room_id: str, author_id: str = "") -> Choice | None:
        def look(reader: Reader) -> _Found[Choice | None]:
            customer = _guessed(reader, platform, room_id, author_id)
            return _Found(None) if customer is None else _Found(_choices(reader, [customer])[0], [customer.id])

        return await self._shown(platform, person_id, "guess", look, None)

    async def hello(self, platform: str, person_id: str, room: Room) -> Card | None:
        def look(reader: Reader) -> _Found[Card | None]:
            customer = _guessed(reader, platform, room.platform_id, "")
            return _Found(_hello(reader, room, customer), [] if customer is None else [customer.id])

        return await self._shown(platform, person_id, "hello", look, None)

    async def _shown(
        self,
        platform: str,
        person_id: str,
        action: str,
        look: Callable[[Reader], _Found[T]],
        nothing: T,
    ) -> T:
        """What `look` finds for this person, with the customers it shows put on record before anybody sees it."""

        def read(session: Session) -> tuple[_Found[T], Viewer | None]:
            reader = self._reader(session, platform, person_id)
            return (_Found(nothing), None) if reader is None else (look(reader), reader.viewer)

        found, viewer = await self._core.read(read)
        if viewer is not None:
            await self._put_on_record(viewer, action, found)
        return found.what

    async def _put_on_record(self, viewer: Viewer, action: str, found: "_Found[T]") -> None:
        """What others are shown each time, the rest once in a while."""
        now, ids = self._clock(), list(dict.fromkeys(found.shown))
        if found.readers:
            await self._core.write(lambda session: self._shown_to(session, viewer, action, found))
        elif fresh := self._fresh(viewer, action, ids):
            await self._core.write(
                lambda session: audit.saw_each(session, fresh, viewer=viewer, action=action, now=now)
            )
            self._remember(viewer, action, fresh, now)

    def _shown_to(self, session: Session, viewer: Viewer, action: str, found: "_Found[T]") -> None:
        for id_ in found.shown:
            details = {"readers": list(found.readers)}
            audit.saw(session, viewer=viewer, action=action, now=self._clock(), customer_id=id_, details=details)

    def _fresh(self, viewer: Viewer, action: str, ids: Sequence[int]) -> list[int]:
        since = self._clock() - _AGAIN
        return [id_ for id_ in ids if self._recorded.get((viewer.staff_id, action, id_), since) <= since]

    def _remember(self, viewer: Viewer, action: str, ids: Sequence[int], now: datetime) -> None:
        for id_ in ids:
            self._recorded[viewer.staff_id, action, id_] = now
            self._recorded.move_to_end((viewer.staff_id, action, id_))
        while len(self._recorded) > _REMEMBERED:
            self._recorded.popitem(last=False)

    def _colleague(self, session: Session, platform: str, person_id: str) -> Colleague | None:
        reader = self._reader(session, platform, person_id)
        return None if reader is None else Colleague(reader.viewer.name, reader.viewer.language, reader.viewer.timezone)

    def _reader(self, session: Session, platform: str, person_id: str) -> Reader | None:
        member = staff.by_handle(session, platform, person_id)
        if member is None:
            return None
        viewer = viewer_of(session, member, self._config)
        return Reader(session, viewer, self._clock()) if viewer.may(Right.READ) else None

    def _turn(self, reader: Reader, platform: str, person_id: str) -> Turn:
        return Turn(
            session=reader.session,
            viewer=reader.viewer,
            now=reader.now,
            config=self._config,
            room=Conversation(platform=platform, platform_id="", kind=RoomKind.DIRECT, created_at=reader.now),
            platform=platform,
            platform_user_id=person_id,
            language=reader.viewer.language,
        )

    def _all_may_read(self, reader: Reader, platform: str, customer: Customer, others: Sequence[Sender] | None) -> bool:
        readers = [
            RoomReader(one, viewer_of_sender(reader.session, platform, one, self._config))
            for one in ([_OUTSIDER] if others is None else others)
        ]
        if audience.outsiders_read(readers):
            return False
        return audience.all_may_read(readers, [customer.owner_id], asker=reader.viewer)


def _suggested(reader: Reader, text: str, limit: int) -> list[Customer]:
    if not text:
        return recent.of(reader.session, viewer=reader.viewer, limit=limit)
    hits = find.find(reader.session, text, viewer=reader.viewer, now=reader.now, limit=limit)
    return [hit.customer for hit in hits]


def _choices(reader: Reader, customers: Sequence[Customer]) -> list[Choice]:
    around = listing.names_around(reader.session, customers)
    return [
        Choice(
            f"#{one.id}",
            one.name,
            " · ".join(
                part
                for part in (around.companies.get(one.company_id or 0), around.owners.get(one.owner_id or 0))
                if part
            ),
        )
        for one in customers
    ]


def _referred(reader: Reader, reference: str) -> Customer | None:
    number = reference.removeprefix("#")
    if not (number.isascii() and number.isdecimal() and len(number) <= 18):
        return None
    try:
        return records.get(reader.session, int(number), viewer=reader.viewer)
    except CrmError:
        return None


def _guessed(reader: Reader, platform: str, room_id: str, author_id: str) -> Customer | None:
    """The customer of the room, else of the author; None when it is hidden from this person."""
    room = rooms.find(reader.session, platform, room_id)
    author = identities.find(reader.session, platform, author_id) if author_id else None
    for place in (room, author):
        if place is not None and place.customer_id is not None:
            customer = families.survivor(reader.session, place.customer_id)
            if reader.viewer.sees(customer.owner_id):
                return customer
    return None


def _hello(reader: Reader, room: Room, customer: Customer | None) -> Card:
    text = reader.say(phrases.HELLO_SHARED if room.kind is RoomKind.SHARED else phrases.HELLO)
    if customer is not None:
        return Card(text=text, footer=reader.say(phrases.LINKED, name=customer.name))
    if not reader.viewer.may(Right.WRITE):
        return Card(text=text)
    return Card(text=text, picker=Picker(reader.say(phrases.PICK), reader.say(phrases.PICK_COMMAND)))
