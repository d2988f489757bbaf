"""Rows of every kind come into WeCom's archive, good and spoilt ones, sealed with several versions of the key; the
library has its troubles. In the end every row that can be understood is in the record once, and every other one is kept
and counted."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import or_
from sqlmodel import Session, col, func, select

from adapters.wecom.archive.archive import QUEUE
from adapters.wecom.archive.lag import Reading
from crm_core.conversations.tables import Conversation, EnvelopeRow, EnvelopeState, Message
from crm_core.platforms import memory, sealed
from tests.chaos.wecom_part import Stage
from tests.fakes.finding import Finding
from tests.fakes.wecom.archive.chats import Chats, Row
from tests.fakes.wecom.events import archive_grew

_STAFF = ("alice", "bob", "charlie")
_GROUP = "wrChaosGroup"
_WORDS = ("报价单什么时候能发给我们", "合同周一上午签", "Thanks!", "收到，谢谢", "😀 好的")
_PENDING = (EnvelopeState.RECEIVED, EnvelopeState.RECORDED)
#: Steps between two doorbells, and between two troubles of the library.
_RINGS, _TROUBLES = 25, 90
_TROUBLE = (("chat", "10001"), ("decrypt", "crash"), ("chat", "crash"), ("chat", "short"))


class Archive:
    """What people write, and what the program has of it."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        crm, archive = stage.company.crm, stage.company.archive
        archive.token, archive.aes_key = crm.token, crm.aes_key
        self._chats = Chats(stage.folder / "chats", versions=(1, 2, 3))
        (self._chats.folder / "door").write_text(f"{stage.company.world.corp_id}\n{archive.secret}\n")
        self._talk = Talk(self._chats, random.Random(stage.plan.seed))
        self._steps = 0

    def config(self) -> str:
        keys = json.dumps(list(self._chats.key_files()))
        secret = self._stage.company.archive.secret
        section = f'library = "{self._chats.library}"\nsecret = "{secret}"\nprivate_keys = {keys}\n'
        return f"\n[wecom.archive]\n{section}"

    def begin(self) -> None:
        self._stage.fake.deliver_to(self._stage.company.archive, f"{self._stage.program.url}/wecom/callback")

    def go_on(self) -> None:
        """A few rows; the last versions of the key come later."""
        self._steps += 1
        self._talk.versions = self._chats.versions[: 1 + 3 * self._steps // (self._stage.plan.steps + 1)]
        for _ in range(self._stage.plan.rows_a_step):
            self._talk.go_on()
        if self._steps % _RINGS == 0:
            archive_grew(self._stage.company.world)
        if self._steps % _TROUBLES == 0:
            self._chats.trouble(*self._stage.chance.choice(_TROUBLE))

    def findings(self) -> Iterable[Finding]:
        found = self._stage.look(self._judged)
        log = self._stage.program.log.read_text(encoding="utf-8", errors="replace")
        if any(words in log for words in (*_WORDS, self._stage.company.archive.secret)):
            found.append(Finding("archive: in the log", "what people wrote, or the secret"))
        return found

    def _judged(self, session: Session) -> list[Finding]:
        return [*_of_messages(session, self._talk.said), *_of_rows(session, self._chats, self._talk.spoilt)]


@dataclass(frozen=True)
class _Place:
    """Who writes to whom; `room` "" when nobody else is there."""

    sender: str
    to: str
    room: str


@dataclass
class Talk:
    """What people write. `said`: message id → its text, "" once it was recalled. `spoilt`: rows nobody can open.
    `versions`: of the key, which are in use."""

    chats: Chats
    chance: random.Random
    said: dict[str, str] = field(default_factory=dict)
    texts: list[Row] = field(default_factory=list)
    versions: Sequence[int] = (1,)
    spoilt: int = 0
    _now: datetime = field(default_factory=lambda: datetime.now(UTC) - timedelta(hours=6))

    def go_on(self) -> None:
        """One row, or two that belong together."""
        happens: Mapping[Callable[[], object], int] = {
            self._text: 75,
            self._recall: 5,
            self._recall_before: 1,
            self._again: 4,
            self._with_controls: 2,
            self._unknown_kind: 2,
            self._among_staff: 4,
            self._switch: 1,
            self._spoil: 6,
        }
        (one,) = self.chance.choices(list(happens), list(happens.values()))
        one()

    def _text(self) -> None:
        words, place = f"{self.chance.choice(_WORDS)} {len(self.said)}", self._place()
        row = self.chats.text(
            place.sender, place.to, words, room=place.room, at=self._moment(), version=self._version()
        )
        self.said[row.msgid] = words
        self.texts.append(row)

    def _recall(self) -> None:
        if self.texts:
            said = self.chance.choice(self.texts[-200:]).said
            self._take_back(said["msgid"], _Place(said["from"], said["tolist"][0], said["roomid"]))

    def _recall_before(self) -> None:
        """The row of the recall comes before the row of what was recalled."""
        msgid, at, place = self.chats.new_id(), self._moment(), self._place()
        self._take_back(msgid, place)
        self.chats.text(place.sender, place.to, "发错了", room=place.room, msgid=msgid, at=at, version=self._version())

    def _again(self) -> None:
        if self.texts:
            self.chats.again(self.chance.choice(self.texts[-1500:]))

    def _with_controls(self) -> None:
        msgid, at = self.chats.new_id(), self._moment()
        text = '{"msgid":"%s","action":"send","from":"%s","tolist":["alice"],"roomid":"","msgtime":%d,'
        text += '"msgtype":"text","text":{"content":"第\x01一\t行\x00"}}'
        raw = (text % (msgid, self._customer(), at.timestamp() * 1000)).encode()
        self.chats.row({"msgid": msgid}, raw=raw, version=self._version())
        self.said[msgid] = "第一\t行"

    def _unknown_kind(self) -> None:
        row = self.chats.said(
            self._customer(), "alice", "hologram", {"angle": 3}, at=self._moment(), version=self._version()
        )
        self.said[row.msgid] = "[hologram]"

    def _among_staff(self) -> None:
        """Kept, and in nobody's record."""
        self.chats.text("alice", "bob", "中午吃什么", msgid=self.chats.new_id(""), version=self._version())

    def _switch(self) -> None:
        self.chats.row({"msgid": self.chats.new_id(""), "action": "switch", "time": 1554119421840, "user": "alice"})

    def _spoil(self) -> None:
        """A row that cannot be opened."""
        self.spoilt += 1
        sorts: Sequence[Callable[[], object]] = (
            lambda: self.chats.handed_out({"msgid": "x"}),
            lambda: self.chats.handed_out({"publickey_ver": "one", "encrypt_random_key": "", "encrypt_chat_msg": ""}),
            lambda: self.chats.handed_out({"publickey_ver": 1, "encrypt_random_key": "!!!", "encrypt_chat_msg": "00"}),
            lambda: self.chats.row({"msgid": f"{self.spoilt}_external"}, raw=b"not json"),
            lambda: self.chats.row({"msgid": f"{self.spoilt}_external"}, raw=b"[1, 2]"),
            lambda: self.chats.text(self._customer(), "alice", "谁也打不开", version=9),
        )
        self.chance.choice(sorts)()

    def _take_back(self, msgid: str, place: "_Place") -> None:
        self.chats.said(place.sender, place.to, "revoke", {"pre_msgid": msgid}, room=place.room, at=self._moment())
        self.said[msgid] = ""

    def _place(self) -> "_Place":
        ends = [self.chance.choice(_STAFF), self._customer()]
        self.chance.shuffle(ends)
        return _Place(ends[0], ends[1], _GROUP if self.chance.random() < 0.2 else "")

    def _customer(self) -> str:
        return f"wmCustomer{self.chance.randrange(60):022}"

    def _version(self) -> int:
        return self.chance.choice(self.versions)

    def _moment(self) -> datetime:
        self._now += timedelta(milliseconds=self.chance.randrange(1, 900))
        return self._now


def _of_messages(session: Session, said: Mapping[str, str]) -> Iterator[Finding]:
    query = (
        select(Message.platform_message_id, Message.text, Message.deleted_at)
        .join(Conversation, col(Conversation.id) == col(Message.conversation_id))
        .where(or_(col(Conversation.platform_id).startswith("pair:"), col(Conversation.platform_id) == _GROUP))
    )
    rows = session.exec(query).all()
    times = Counter(msgid for msgid, _, _ in rows)
    yield from (Finding("archive: doubled", msgid) for msgid, count in times.items() if count > 1)
    yield from (Finding("archive: lost", msgid) for msgid in said.keys() - times.keys())
    for msgid, text, deleted_at in rows:
        if msgid not in said:
            yield Finding("archive: nobody wrote it", msgid)
        elif text != said[msgid] or (deleted_at is None) is not bool(said[msgid]):
            yield Finding("archive: reads otherwise", msgid)


def _of_rows(session: Session, chats: Chats, spoilt: int) -> Iterator[Finding]:
    waiting = sealed.counts(session, "wecom", QUEUE)
    if (kept := sum(waiting.values())) != spoilt or waiting.get(""):
        yield Finding("archive: rows set aside", f"{kept} of {spoilt} that were spoilt: {sorted(waiting)}")
    reading = Reading.of(memory.get(session, "wecom", "archive", QUEUE))
    if reading.seq != chats.rows[-1].seq:
        yield Finding("archive: not read to the end", str(reading.seq))
    pending = session.exec(select(func.count()).where(col(EnvelopeRow.state).in_(_PENDING))).one()
    if pending:
        yield Finding("archive: not recorded", f"{pending} envelopes")
