"""Rows of every kind lie in WeCom's archive, good and spoilt ones, sealed with several versions of the key; the program
reads them and is killed meanwhile. Afterwards every row that can be understood is in the record once, and every other
one is kept and counted. The exit code is 1 for anything else.

    python -m tests.chaos.wecom_archive [--rows 10000] [--seed 1]
"""

import argparse
import json
import os
import random
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.progress import Progress
from sqlmodel import Session, col, func, select

from adapters.wecom.archive.archive import QUEUE
from adapters.wecom.archive.lag import Reading
from crm_core.conversations.tables import EnvelopeRow, EnvelopeState, Message
from crm_core.database import Database
from crm_core.migrations import run as migrations
from crm_core.platforms import memory, sealed
from tests.chaos.mortal import Mortal, living
from tests.fakes.clock import RealClock
from tests.fakes.finding import Finding
from tests.fakes.wecom.archive.chats import CORP_ID, SECRET, Chats, Row
from tests.fakes.wecom.running import wecom
from tests.fakes.wecom.sample import sample

_PATIENCE = 480.0
_STAFF = ("alice", "bob", "charlie")
_WORDS = ("报价单什么时候能发给我们", "合同周一上午签", "Thanks!", "收到，谢谢", "😀 好的")
_PENDING = (EnvelopeState.RECEIVED, EnvelopeState.RECORDED)


@dataclass(frozen=True)
class Plan:
    """`rows`: in all. `at_once`: a dead program's claim ends with it, instead of running out after 20 seconds."""

    rows: int = 10_000
    kills: int = 2
    seed: int = 1
    at_once: bool = False


@dataclass(frozen=True)
class _Place:
    """Who writes to whom; `room` "" when nobody else is there."""

    sender: str
    to: str
    room: str


@dataclass
class Talk:
    """What people write. `said`: message id → its text, "" once it was recalled. `spoilt`: rows nobody can open."""

    chats: Chats
    chance: random.Random
    said: dict[str, str] = field(default_factory=dict)
    texts: list[Row] = field(default_factory=list)
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
        return _Place(ends[0], ends[1], "wrGroup1" if self.chance.random() < 0.2 else "")

    def _customer(self) -> str:
        return f"wmCustomer{self.chance.randrange(60):022}"

    def _version(self) -> int:
        return self.chance.choice(self.chats.versions)

    def _moment(self) -> datetime:
        self._now += timedelta(milliseconds=self.chance.randrange(1, 900))
        return self._now


def findings(database: Database, chats: Chats, talk: Talk) -> list[Finding]:
    """What is lost, doubled or wrong."""
    with database.reading() as session:
        return [*_of_messages(session, talk.said), *_of_rows(session, chats, talk)]


def is_read(database: Database, chats: Chats) -> bool:
    """Whether every row there is was fetched, opened or set aside, and recorded."""
    with database.reading() as session:
        if _cursor(session).seq < chats.rows[-1].seq or sealed.counts(session, "wecom", QUEUE).get(""):
            return False
        pending = select(func.count()).where(col(EnvelopeRow.state).in_(_PENDING))
        return not session.exec(pending).one()


def _of_messages(session: Session, said: Mapping[str, str]) -> Iterator[Finding]:
    query = select(Message.platform_message_id, Message.text, Message.deleted_at)
    rows = session.exec(query.where(Message.platform == "wecom")).all()
    times = Counter(msgid for msgid, _, _ in rows)
    yield from (Finding("doubled", msgid) for msgid, count in times.items() if count > 1)
    yield from (Finding("lost", msgid) for msgid in said.keys() - times.keys())
    for msgid, text, deleted_at in rows:
        if msgid not in said:
            yield Finding("nobody wrote it", msgid)
        elif text != said[msgid] or (deleted_at is None) is not bool(said[msgid]):
            yield Finding("reads otherwise", msgid)


def _of_rows(session: Session, chats: Chats, talk: Talk) -> Iterator[Finding]:
    waiting = sealed.counts(session, "wecom", QUEUE)
    if (kept := sum(waiting.values())) != talk.spoilt or waiting.get(""):
        yield Finding("rows set aside", f"{kept} of {talk.spoilt} that were spoilt: {sorted(waiting)}")
    if _cursor(session).seq != chats.rows[-1].seq:
        yield Finding("not read to the end", str(_cursor(session).seq))
    pending = session.exec(select(func.count()).where(col(EnvelopeRow.state).in_(_PENDING))).one()
    if pending:
        yield Finding("not recorded", f"{pending} envelopes")


def _cursor(session: Session) -> Reading:
    return Reading.of(memory.get(session, "wecom", "archive", QUEUE))


def settings_of(chats: Chats) -> str:
    """The section of the configuration."""
    keys = json.dumps(list(chats.key_files()))
    return f'[wecom.archive]\nlibrary = "{chats.library}"\nsecret = "{SECRET}"\nprivate_keys = {keys}\n'


def forget_claims(database: Database) -> None:
    """Whoever had work is dead, as everybody knows at once."""
    with database.writing() as session:
        for key in memory.everything(session, "wecom", "claim"):
            memory.take(session, "wecom", "claim", key)


def run(plan: Plan, folder: Path, progress: Callable[[int], object] = lambda _: None) -> list[Finding]:
    """Everything that is wrong."""
    chats = Chats(folder / "chats", versions=(1, 2, 3))
    talk = Talk(chats, random.Random(plan.seed))
    while len(chats.rows) < plan.rows * 2 // 3:
        talk.go_on()
    company = sample(RealClock(), seed=plan.seed)
    company.world.corp_id, company.archive.secret = CORP_ID, SECRET
    with wecom(company.world) as fake:
        database = Database(f"sqlite:///{folder / 'chaos.db'}")
        migrations.upgrade(database)
        config = folder / "config.toml"
        section = f'[wecom]\ncorp_id = "{CORP_ID}"\napi_url = "{fake.api_url}"\n'
        config.write_text(f'[database]\nurl = "{database.url}"\n{section}{settings_of(chats)}', encoding="utf-8")
        with living(config, folder / "log", _free_port(), os.environ) as program:
            _read_on(plan, program, database, talk, progress)
            _wait(lambda: is_read(database, chats))
            found = [*findings(database, chats, talk), *_of_log(program)]
        database.close()
    return found


def _read_on(plan: Plan, program: Mortal, database: Database, talk: Talk, progress: Callable[[int], object]) -> None:
    """Killed whenever so many more are recorded; the library has its troubles."""
    for kill in range(plan.kills):
        goal = len(talk.said) * (kill + 1) // (plan.kills + 2)
        _wait(lambda goal=goal: _recorded(database) >= goal)  # type: ignore[misc]
        progress(_recorded(database))
        talk.chats.trouble("chat", "10001", "crash")
        talk.chats.trouble("decrypt", "crash")
        program.die_and_rise(meanwhile=partial(_meanwhile, plan, database, talk))
    progress(_recorded(database))


def _meanwhile(plan: Plan, database: Database, talk: Talk) -> None:
    """People go on writing while it is dead."""
    while len(talk.chats.rows) < plan.rows:
        talk.go_on()
    if plan.at_once:
        forget_claims(database)


def _recorded(database: Database) -> int:
    with database.reading() as session:
        return session.exec(select(func.count()).select_from(Message)).one()


def _of_log(program: Mortal) -> Iterator[Finding]:
    log = program.log.read_text(encoding="utf-8", errors="replace")
    if SECRET in log or "BEGIN" in log:
        yield Finding("a secret in the log")
    if any(words in log for words in _WORDS):
        yield Finding("what people wrote in the log")


def _wait(holds: Callable[[], object]) -> None:
    until = time.monotonic() + _PATIENCE
    while not holds() and time.monotonic() < until:
        time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.wecom_archive", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    plan = Plan(options.rows, seed=options.seed)
    with TemporaryDirectory() as folder, Progress() as bar:
        task = bar.add_task("WeCom's archive", total=plan.rows)
        found = run(plan, Path(folder), lambda done: bar.update(task, completed=done))
    for finding in found[:50]:
        sys.stdout.write(f"{finding}\n")
    sys.stdout.write(f"{plan.rows} rows, {plan.kills} kills: {len(found)} findings\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
