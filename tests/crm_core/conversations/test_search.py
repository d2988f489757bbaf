"""What was said is found by its words, the newest first, by those who may see it."""

import random
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from crm_core.chat import Happening, InboundMessage, Room, RoomKind, Sender, SenderKind
from crm_core.conversations import message_index, messages, search
from crm_core.conversations.tables import Conversation, Message
from crm_core.customers import records
from crm_core.customers.records import Draft
from crm_core.customers.tables import Customer
from crm_core.errors import Conflict, Invalid
from crm_core.people import operations
from crm_core.people.tables import Operation
from crm_core.people.viewer import Viewer
from crm_core.text import tokens
from crm_core.text.folding import fold
from crm_core.text.newest import newest
from crm_core.text.postings import read, write
from crm_core.text.terms import Term
from tests.crm_core.conftest import NOW, Cast

Posted = InboundMessage


def said(
    number: int, words: str, *, room: str = "hall", platform: str = "slack", sender: str = "guest"
) -> InboundMessage:
    """The message of this number, posted so many minutes after NOW."""
    return InboundMessage(
        platform=platform,
        event_id=f"event-{number}",
        happening=Happening.POSTED,
        room=Room(room, RoomKind.GROUP),
        sender=Sender(sender, name=sender.title(), kind=SenderKind.EXTERNAL),
        platform_message_id=f"message-{number}",
        text=words,
        sent_at=NOW + timedelta(minutes=number),
    )


def record(session: Session, spoken: Iterable[InboundMessage]) -> None:
    for inbound in spoken:
        messages.record(session, inbound, now=NOW)


def texts(found: Iterable[Message]) -> list[str]:
    return [message.text for message in found]


TALK = (
    "您好,请问上次说的发票开好了吗",
    "發票已經寄出,單號 PO-12345",
    "Please send the INVOICE again",
    "订单po12346的货款已付",
    "发现票据不对",
    "好",
    "税的问题下周再谈,invoices are fine",
)


@pytest.fixture
def talk(session: Session, cast: Cast) -> Viewer:
    record(session, (said(number, words) for number, words in enumerate(TALK)))
    return cast.admin


def test_words_of_both_languages_are_found(session: Session, talk: Viewer) -> None:
    cases = {
        "发票": [1, 0], "發票": [1, 0], "开好了": [0], "上次说的发票": [0], "发票 单号": [1], "单号,发票": [1],
        "invoice": [2], "Invoice AGAIN": [2], "invo": [6, 2], "PO-12345": [1], "po12345": [1], "12345": [1],
        "PO-12346": [3], "12346": [3], "PO": [1], "下周 invoices": [6], "发票 invoice": [],
        "不存在": [], "": [], "   ": [],
    }  # fmt: skip
    found = {query: texts(search.search(session, query, viewer=talk)) for query in cases}
    assert found == {query: [TALK[number] for number in numbers] for query, numbers in cases.items()}


def test_one_character_needs_a_customer_or_a_room(session: Session, talk: Viewer) -> None:
    for query in ("税", "发 票", "🌟", "%"):
        with pytest.raises(Invalid, match="search_too_short"):
            search.search(session, query, viewer=talk)
    room = session.exec(select(Conversation)).one()
    assert texts(search.search(session, "税", viewer=talk, conversation_id=room.id)) == [TALK[6]]
    assert texts(search.search(session, "发 票", viewer=talk, conversation_id=room.id)) == [TALK[4], TALK[1], TALK[0]]
    assert texts(search.search(session, "PO-12345", viewer=talk, conversation_id=room.id)) == [TALK[1]]
    assert texts(search.search(session, "%", viewer=talk, conversation_id=room.id)) == []


def test_signs_around_a_word_do_not_matter(session: Session, talk: Viewer) -> None:
    signs = ('"{}', "{}*", "^{}", "{}:-()", "'{}'::", "{}\x00", "\u202e{}", "{} ]]>", "\\{}", "{}🌟", "({}", "{{}}%_")
    for sign in signs:
        query = sign.replace("{}", "发票")
        assert texts(search.search(session, query, viewer=talk)) == [TALK[1], TALK[0]], query
    for query in ("发票 AND", "NEAR(发票)", "发票 OR 合同", "NOT 发票"):
        assert search.search(session, query, viewer=talk) == []


def test_a_query_without_bounds_is_refused(session: Session, cast: Cast) -> None:
    with pytest.raises(Invalid, match="query_too_long"):
        search.search(session, "发票" * 50_000, viewer=cast.admin)


def test_an_edited_message_is_found_by_its_new_words_and_a_deleted_one_not_at_all(session: Session, cast: Cast) -> None:
    first = said(1, "发票寄北京")
    record(session, [first, said(2, "发票寄上海")])
    edited = replace(
        first, event_id="e1", happening=Happening.EDITED, text="合同寄北京", sent_at=NOW + timedelta(hours=1)
    )
    record(session, [edited])
    assert texts(search.search(session, "发票", viewer=cast.admin)) == ["发票寄上海"]
    assert texts(search.search(session, "合同", viewer=cast.admin)) == ["合同寄北京"]
    record(
        session, [replace(first, event_id="e2", happening=Happening.DELETED, text="", sent_at=NOW + timedelta(hours=2))]
    )
    assert search.search(session, "合同", viewer=cast.admin) == []
    assert search.search(session, "北京", viewer=cast.admin) == []


def test_what_is_in_a_room_platform_or_from_a_sender(session: Session, cast: Cast) -> None:
    record(
        session,
        [
            said(1, "发票 一"),
            said(2, "发票 二", room="yard"),
            said(3, "发票 三", platform="wecom", sender="laoli"),
        ],
    )
    yard = session.exec(select(Conversation).where(Conversation.platform_id == "yard")).one()
    find = search.search
    assert texts(find(session, "发票", viewer=cast.admin, conversation_id=yard.id)) == ["发票 二"]
    assert texts(find(session, "发票", viewer=cast.admin, platform="wecom")) == ["发票 三"]
    assert texts(find(session, "发票", viewer=cast.admin, sender="Laoli")) == ["发票 三"]
    assert texts(find(session, "发票", viewer=cast.admin, limit=2)) == ["发票 三", "发票 二"]
    last = min(message.id for message in find(session, "发票", viewer=cast.admin, limit=2))
    assert texts(find(session, "发票", viewer=cast.admin, before_id=last)) == ["发票 一"]


@pytest.fixture
def three(session: Session, cast: Cast, now: datetime) -> dict[str, Customer]:
    """A customer of Alice, one of Charlie, one of the pool; each said something in a room of their own."""
    made = {}
    for at, (name, owner) in enumerate((("张三", "Alice"), ("李四", "Charlie"), ("王五", "pool"))):
        customer = made[name] = records.create(session, Draft(name, owner=owner), viewer=cast.admin, now=now)
        record(session, [said(at, f"{name}要发票", room=name, sender=name)])
        room = session.exec(select(Conversation).where(Conversation.platform_id == name)).one()
        room.customer_id = customer.id
        session.add(room)
        session.flush()
    return made


def test_only_what_belongs_to_visible_customers_is_found(
    session: Session, cast: Cast, three: dict[str, Customer]
) -> None:
    assert texts(search.search(session, "发票", viewer=cast.alice)) == ["王五要发票", "张三要发票"]
    assert texts(search.search(session, "发票", viewer=cast.charlie)) == ["王五要发票", "李四要发票"]
    assert len(search.search(session, "发票", viewer=cast.admin)) == 3
    assert search.search(session, "发票", viewer=cast.alice, customer_id=three["李四"].id) == []
    assert texts(search.search(session, "票", viewer=cast.charlie, customer_id=three["李四"].id)) == ["李四要发票"]


def test_a_customer_handed_over_takes_the_messages_along(
    session: Session, cast: Cast, now: datetime, three: dict[str, Customer]
) -> None:
    with operations.recording(session, viewer=cast.admin, command="assign", now=now) as operation:
        records.assign(session, three["张三"], cast.staff["charlie"], viewer=cast.admin, now=now)
    session.commit()
    assert texts(search.search(session, "张三", viewer=cast.charlie)) == ["张三要发票"]
    assert search.search(session, "张三", viewer=cast.alice) == []
    operations.undo(session, operation, viewer=cast.admin, now=now)
    session.commit()
    assert texts(search.search(session, "张三", viewer=cast.alice)) == ["张三要发票"]
    assert search.search(session, "张三", viewer=cast.charlie) == []


def test_messages_of_a_merged_customer_belong_to_the_survivors_owner(
    session: Session, cast: Cast, now: datetime, three: dict[str, Customer]
) -> None:
    with operations.recording(session, viewer=cast.admin, command="merge", now=now) as operation:
        three["李四"].merged_into_id = three["张三"].id
        session.add(three["李四"])
    session.commit()
    assert texts(search.search(session, "李四", viewer=cast.alice)) == ["李四要发票"]
    assert len(search.search(session, "发票", viewer=cast.alice, customer_id=three["张三"].id)) == 2
    assert search.search(session, "李四", viewer=cast.charlie) == []
    operations.undo(session, operation, viewer=cast.admin, now=now)
    session.commit()
    assert search.search(session, "李四", viewer=cast.alice) == []
    assert texts(search.search(session, "李四", viewer=cast.charlie)) == ["李四要发票"]


class Week:
    """Random posts, edits, deletes, hand-overs, merges, links and undos."""

    WORDS = ("发票", "合同", "报价", "invoice", "PO-1", "好", "订单", "样品")

    def __init__(self, session: Session, cast: Cast) -> None:
        self.session = session
        self.cast = cast
        self.chance = random.Random(7)
        self.customers = [records.create(session, Draft(f"客户{at}"), viewer=cast.alice, now=NOW) for at in range(4)]
        self.posted: list[InboundMessage] = []
        self.done: list[Operation] = []

    def step(self, number: int) -> None:
        act = self.chance.choice(
            (self.post, self.post, self.edit, self.edit, self.assign, self.merge, self.link, self.undo)
        )
        if act == self.undo:
            self.undo(number)
        else:
            with operations.recording(self.session, viewer=self.cast.admin, command="x", now=NOW) as operation:
                act(number)
            if act in {self.assign, self.merge, self.link}:
                self.done.append(operation)
        self.session.commit()

    def post(self, number: int) -> None:
        words = "".join(self.chance.choices(self.WORDS, k=3))
        room, sender = f"room{self.chance.randrange(4)}", f"guest{self.chance.randrange(3)}"
        self.posted.append(said(number, words, room=room, sender=sender))
        record(self.session, self.posted[-1:])

    def edit(self, number: int) -> None:
        happening = self.chance.choice((Happening.EDITED, Happening.EDITED, Happening.DELETED))
        words = "" if happening is Happening.DELETED else "".join(self.chance.choices(self.WORDS, k=2))
        was, at = self.chance.choice(self.posted), NOW + timedelta(days=1, minutes=number)
        record(self.session, [replace(was, event_id=f"edit-{number}", happening=happening, text=words, sent_at=at)])

    def assign(self, _number: int) -> None:
        to = self.chance.choice((self.cast.staff["alice"], self.cast.staff["charlie"], None))
        records.assign(self.session, self.chance.choice(self.customers), to, viewer=self.cast.admin, now=NOW)

    def merge(self, _number: int) -> None:
        keep, other = self.chance.sample(self.customers, 2)
        if other.merged_into_id is None and keep.merged_into_id is None:
            other.merged_into_id = keep.id
            self.session.add(other)

    def link(self, _number: int) -> None:
        room = self.session.exec(select(Conversation).order_by(col(Conversation.id))).first()
        if room is not None:
            room.customer_id = self.chance.choice([*(customer.id for customer in self.customers), None])
            self.session.add(room)

    def undo(self, _number: int) -> None:
        while self.done:
            operation = self.done.pop()
            if operations.changes_of(self.session, operation.id):
                with suppress(Conflict):
                    operations.undo(self.session, operation, viewer=self.cast.admin, now=NOW)
                return


def test_after_any_sequence_of_changes_the_index_holds_what_is_there(session: Session, cast: Cast) -> None:
    week = Week(session, cast)
    week.post(0)
    for number in range(1, 150):
        week.step(number)
    assert_exact(session)


def assert_exact(session: Session) -> None:
    session.expire_all()
    expected: dict[str, list[int]] = {}
    for message in session.exec(select(Message).order_by(col(Message.id).desc())):
        for token in tokens.of_message(message.text, message.owner_id):
            expected.setdefault(token, []).append(message.id)
    vocabulary = {*expected, "o0", "o1", "o5", "发票", "合同", "winvoice", "票合", "好"}
    for token in vocabulary:
        told = [id_ for ids in newest(session, message_index.INDEX, Term(token), below=2**62) for id_ in ids]
        assert told == expected.get(token, []), token
    if session.get_bind().dialect.name == "sqlite":
        write(session, "INSERT INTO search_message(search_message) VALUES ('integrity-check')")
        write(session, "CREATE VIRTUAL TABLE temp.seen USING fts5vocab(main, search_message, row)")
        held = dict(read(session, "SELECT term, doc FROM temp.seen"))
        assert held == {token: len(ids) for token, ids in expected.items()}
    else:
        assert read(session, "SELECT id FROM search_message WHERE NOT words @@ ('y' || (id >> 15))::tsquery") == []


def test_a_rebuilt_index_holds_the_same(session: Session, talk: Viewer) -> None:
    told: list[tuple[int, int]] = []
    message_index.reindex(session, lambda done, total: told.append((done, total)))
    assert told == [(7, 7)]
    assert not message_index.outdated(session)
    assert texts(search.search(session, "发票", viewer=talk)) == [TALK[1], TALK[0]]
    assert_exact(session)


def test_pairs_find_every_text_that_holds_the_words(session: Session, cast: Cast) -> None:
    chance = random.Random(3)
    letters = "发票合同单号寄a1 ,。"
    talk = ["".join(chance.choices(letters, k=chance.randrange(1, 20))) for _ in range(300)]
    record(session, (said(number, words or "-") for number, words in enumerate(talk)))
    for _ in range(60):
        query = "".join(chance.choices("发票合同单号寄", k=chance.randrange(2, 5)))
        found = texts(search.search(session, query, viewer=cast.admin, limit=1000))
        assert found == [words for words in reversed(talk) if fold(query) in fold(words)]
