"""Builds the sample company through the same doors as real data: records, tags, captured messages, nudges."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import cycle, islice
from random import Random

from sqlmodel import Session, select

from bot.language import sequence_lines
from bot.sample import cast, dialogues
from bot.sample.cast import Firm
from crm_core.chat import Happening, InboundMessage, Room, RoomKind, Sender, SenderKind
from crm_core.conversations import links, messages, notes
from crm_core.conversations.tables import Conversation
from crm_core.customers import identities, records
from crm_core.customers.records import Draft
from crm_core.customers.tables import Customer, CustomerKind, Stage, Tier
from crm_core.outreach import nudges
from crm_core.outreach.sequences import entering, sequences
from crm_core.outreach.sequences.company import Company
from crm_core.people import staff as people
from crm_core.people import viewer as viewers
from crm_core.people.tables import Staff
from crm_core.people.viewer import Viewer
from crm_core.tags import tags

PLATFORM = "console"
MONTHS = 6
CUSTOMERS = 120
STAGE_WEIGHTS = {Stage.LEAD: 30, Stage.INTERESTED: 30, Stage.WON: 18, Stage.LOYAL: 12, Stage.LOST: 10}
#: The stages a customer went through before the one they are in.
PATHS = {
    Stage.LEAD: (Stage.LEAD,),
    Stage.INTERESTED: (Stage.LEAD, Stage.INTERESTED),
    Stage.WON: (Stage.LEAD, Stage.INTERESTED, Stage.WON),
    Stage.LOYAL: (Stage.LEAD, Stage.INTERESTED, Stage.WON, Stage.LOYAL),
    Stage.LOST: (Stage.LEAD, Stage.INTERESTED, Stage.LOST),
}


@dataclass(frozen=True)
class Person:
    """A customer to be: what is decided before anything is written."""

    number: int
    name: str
    handle: str
    firm: Firm
    stage: Stage
    owner: str

    @property
    def language(self) -> str:
        return self.firm.language


def build(session: Session, *, now: datetime, seed: int = 7, customers: int = CUSTOMERS) -> Iterator[Customer]:
    """Fill an empty database, giving each customer as soon as it is made; run it to its end.

    The same seed and `now` give the same company.
    """
    chance = Random(seed)  # noqa: S311 (a story, not a secret)
    colleagues = hire(session, now=now - timedelta(days=30 * MONTHS))
    said: list[InboundMessage] = []
    stories: list[tuple[Story, Person, Customer]] = []
    for person in _people(chance, customers):
        story = Story(session, chance, colleagues, now)
        customer = story.begin(person)
        stories.append((story, person, customer))
        said += story.go_on(person, customer)
        yield customer
    messages.record_all(session, sorted(said, key=lambda message: message.sent_at), now=now)
    for story, person, customer in stories:
        story.link(person, customer)
    follow_up(session, colleagues["bob"], now=now)


def follow_up(session: Session, maker: Staff, *, now: datetime) -> None:
    """A sequence for whoever is interested; it is on, and they enter."""
    viewer = viewers.of_staff(session, maker, timezone="Asia/Shanghai", language="zh")
    made = sequences.make(session, cast.SEQUENCE, sequence_lines.read(cast.SEQUENCE_LINES), viewer=viewer, now=now)
    sequences.switch_on(session, made.sequence, viewer=viewer, now=now)
    entering.enter_next(session, made.sequence.id, now=now, company=Company())


def hire(session: Session, *, now: datetime) -> dict[str, Staff]:
    """The staff of the sample company, by handle."""
    return {
        one.handle: people.add(
            session,
            one.name,
            role=one.role,
            team=one.team,
            handle=(PLATFORM, one.handle),
            language=one.language,
            timezone=one.timezone,
            now=now,
        )
        for one in cast.STAFF
    }


def _people(chance: Random, count: int) -> Iterator[Person]:
    firms = {language: cycle([firm for firm in cast.FIRMS if firm.language == language]) for language in ("zh", "en")}
    for number, (name, handle, language) in enumerate(names(count)):
        leading = number < len(cast.LEADING_ZH)
        yield Person(
            number=number,
            name=name,
            handle=handle,
            firm=next(firms[language]),
            stage=chance.choices(list(STAGE_WEIGHTS), list(STAGE_WEIGHTS.values()))[0],
            owner="alice" if leading else chance.choices(("alice", "bob", "charlie", ""), (45, 15, 30, 10))[0],
        )


def names(count: int) -> list[tuple[str, str, str]]:
    """Name, platform id, language: first the leading ones, then Chinese and English in turn, never the same twice."""
    return list(islice(_names(), count))


def _names() -> Iterator[tuple[str, str, str]]:
    for number, name in enumerate(cast.LEADING_ZH):
        yield name, "zhangsan" if number == 0 else f"customer{number}", "zh"
    chinese = (surname + count for count in cast.NUMBERS_ZH for surname in cast.SURNAMES_ZH)
    english = (
        given + suffix for suffix in ("", *(f" {letter}." for letter in "ABCDEFGHIJKL")) for given in cast.GIVEN_EN
    )
    for number, (zh, en) in enumerate(zip(chinese, english, strict=False)):
        yield zh, f"kehu{number}", "zh"
        yield en, en.lower().strip(".").replace(" ", "-"), "en"


@dataclass(frozen=True)
class Story:
    """One customer's months with the company."""

    session: Session
    chance: Random
    colleagues: dict[str, Staff]
    now: datetime

    def begin(self, person: Person) -> Customer:
        """The record of this customer, with tags, and known on the platform."""
        viewer = self._viewer(person.owner or "alice")
        at = self.now - timedelta(days=self.chance.randint(40, 30 * MONTHS))
        customer = records.create(self.session, self._draft(person), viewer=viewer, now=at)
        self._introduce(person, customer, viewer, at)
        if not person.owner:
            records.assign(self.session, customer, None, viewer=self._viewer("admin"), now=at)
        return customer

    def go_on(self, person: Person, customer: Customer) -> list[InboundMessage]:
        """What happened since: notes and nudges; gives what was said, to be recorded with everybody's in order."""
        if not person.owner:
            return []
        viewer = self._viewer(person.owner)
        self._remark(person, customer, viewer)
        self._remind(person, customer, viewer)
        return list(self._talk(person, customer.created_at))

    def link(self, person: Person, customer: Customer) -> None:
        """The room they talked in is about this customer."""
        found = select(Conversation).where(Conversation.platform_id == _room(person))
        for conversation in self.session.exec(found):
            links.link(self.session, conversation, customer, viewer=self._viewer(person.owner), now=self.now)

    def _viewer(self, handle: str) -> Viewer:
        staff = self.colleagues[handle]
        return viewers.of_staff(self.session, staff, timezone="Asia/Shanghai", language="zh")

    def _draft(self, person: Person) -> Draft:
        language, number = person.language, person.number
        phone = (
            f"1380013{8812 + number:04}" if language == "zh" else f"+1 {212 + number // 100} 555 01{number % 100:02}"
        )
        return Draft(
            name=person.name,
            kind=CustomerKind.PERSON,
            phones=(phone,),
            emails=(f"{person.handle}@{person.firm.domain}",),
            company=person.firm.name,
            position=self.chance.choice(cast.POSITIONS[language]),
            stage=person.stage,
            tier=self.chance.choice([*(tier.value for tier in Tier), None]),
            birthday=str(date(1968, 1, 1) + timedelta(days=self.chance.randint(0, 11_000))),
            source=self.chance.choice(cast.SOURCES[language]),
        )

    def _introduce(self, person: Person, customer: Customer, viewer: Viewer, at: datetime) -> None:
        names = self.chance.sample(cast.TAGS[person.language], self.chance.choices((0, 1, 2), (35, 45, 20))[0])
        if names:
            tags.add(self.session, customer, names, viewer=viewer, now=at)
        sender = Sender(person.handle, person.name, SenderKind.EXTERNAL)
        identity = identities.seen(self.session, PLATFORM, sender, now=at, country="CN")
        if identity.customer_id != customer.id:
            identities.link(self.session, identity, customer, by="manual", viewer=viewer, now=at)

    def _talk(self, person: Person, begin: datetime) -> Iterator[InboundMessage]:
        path = PATHS[person.stage]
        span = (self.now - timedelta(hours=6) - begin) / len(path)
        for step, stage in enumerate(path):
            start = begin + span * step + span * self.chance.random() * 0.6
            dialogue = self.chance.choice(dialogues.ALL[person.language][stage])
            yield from self._converse(person, dialogue, start.replace(hour=self.chance.randint(1, 8)), f"{step}")

    def _converse(
        self, person: Person, dialogue: dialogues.Dialogue, at: datetime, name: str
    ) -> Iterator[InboundMessage]:
        seller = self.colleagues[person.owner]
        filled = self._filling(person, at)
        for number, (who, line) in enumerate(dialogue):
            at += timedelta(minutes=self.chance.randint(1, 25))
            sender = (
                Sender(person.handle, person.name, SenderKind.EXTERNAL)
                if who == "c"
                else Sender(person.owner, seller.name, SenderKind.MEMBER)
            )
            yield InboundMessage(
                platform=PLATFORM,
                event_id=f"sample-{person.number}-{name}-{number}",
                happening=Happening.POSTED,
                room=Room(_room(person), RoomKind.SHARED, person.name),
                sender=sender,
                platform_message_id=f"sample-{person.number}-{name}-{number}",
                text=line.format(**filled),
                sent_at=at,
            )

    def _filling(self, person: Person, at: datetime) -> dict[str, str | int]:
        day = at + timedelta(days=self.chance.randint(2, 9))
        weekday = "周" + "一二三四五六日"[day.weekday()] if person.language == "zh" else f"{day:%A}"
        return {
            "product": person.firm.product,
            "count": self.chance.choice((20, 50, 80, 120, 200)),
            "price": self.chance.choice((89, 128, 260, 480)),
            "day": weekday,
        }

    def _remark(self, person: Person, customer: Customer, viewer: Viewer) -> None:
        if self.chance.random() < 0.4:
            at = self.now - timedelta(days=self.chance.randint(1, 60))
            notes.add(
                self.session, customer, self.chance.choice(dialogues.NOTES[person.language]), viewer=viewer, now=at
            )

    def _remind(self, person: Person, customer: Customer, viewer: Viewer) -> None:
        if person.stage is Stage.LOST or self.chance.random() > 0.35:
            return
        nudges.schedule(
            self.session,
            viewer=viewer,
            for_staff=self.colleagues[person.owner],
            text=self.chance.choice(dialogues.NUDGES[person.language]),
            due_at=(self.now + timedelta(days=self.chance.randint(1, 12))).replace(hour=2, minute=0),
            timezone=viewer.timezone,
            now=self.now,
            customer=customer,
            platform=PLATFORM,
        )


def _room(person: Person) -> str:
    return f"group:{person.handle}"
