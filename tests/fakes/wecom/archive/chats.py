"""What people write to each other, as the platform archives it for its customers.

chats = Chats(folder)
chats.text("alice", CUSTOMER, "您好")
chats.trouble("chat", "10001")

Rows lie in files that the stand-in library beside them reads (`standin.c` says which).
"""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.fakes.wecom.archive import library, sealing

Json = dict[str, Any]
Clock = Callable[[], datetime]

CORP_ID = "ww1234567890abcdef"
SECRET = "archive-secret-Xq3vT9"
#: How long the platform keeps rows.
KEPT = timedelta(days=5)


@dataclass(frozen=True)
class Row:
    """A row as it is handed out, and what is in it."""

    seq: int
    msgid: str
    version: int
    said: Json
    at: datetime
    line: str


@dataclass
class Chats:
    """`rows` holds everything that was ever archived, also what the platform forgot. `kept`: the folder is filled
    already, by another process. `first`: their numbers begin above it."""

    folder: Path
    clock: Clock = lambda: datetime.now(UTC)
    versions: Sequence[int] = (1,)
    rows: list[Row] = field(default_factory=list)
    kept: bool = False
    corp_id: str = CORP_ID
    secret: str = SECRET
    first: int = 0

    def __post_init__(self) -> None:
        if self.kept:
            self.library = self.folder / library.NAME
            return
        self.folder.mkdir(exist_ok=True)
        self.library = library.placed_in(self.folder)
        (self.folder / "door").write_text(f"{self.corp_id}\n{self.secret}\n")
        (self.folder / "rows").write_text("")
        (self.folder / "media").mkdir(exist_ok=True)
        self._chance = random.Random(7)
        self._seq = self.first
        self._pairs = {n: sealing.key_pair_in(path) for n in self.versions if (path := self._key_file(n)).exists()}
        self._troubles = 0

    def key_files(self, *versions: int) -> tuple[str, ...]:
        """`[wecom.archive] private_keys` for these versions, all without any."""
        if self.kept:
            return tuple(f"{path.stem.removeprefix('key-')}:{path}" for path in sorted(self.folder.glob("key-*.pem")))
        chosen = versions or self.versions
        return tuple(f"{n}:{self._pair(n).write(self._key_file(n))}" for n in chosen)

    def _key_file(self, version: int) -> Path:
        return self.folder / f"key-{version}.pem"

    def _pair(self, version: int) -> sealing.KeyPair:
        """The one that lies in the folder since an earlier run, else a new one."""
        return self._pairs.get(version) or sealing.key_pair(version)

    def text(self, sender: str, to: str | Sequence[str], words: str, **more: Any) -> Row:
        return self.said(sender, to, "text", {"content": words}, **more)

    def said(
        self,
        sender: str,
        to: str | Sequence[str],
        msgtype: str,
        body: Json,
        *,
        key: str = "",
        room: str = "",
        version: int = 0,
        msgid: str = "",
        at: datetime | None = None,
        **more: Any,
    ) -> Row:
        """`key`: of the body, where it is not the type. `more`: what stands beside the body."""
        people = [to] if isinstance(to, str) else list(to)
        when = at or self.clock()
        row: Json = {
            "msgid": msgid or self.new_id(),
            "action": "recall" if msgtype == "revoke" else "send",
            "from": sender,
            "tolist": people,
            "roomid": room,
            "msgtime": int(when.timestamp() * 1000),
            "msgtype": msgtype,
            key or msgtype: body,
            **more,
        }
        return self.row(row, version=version, at=when)

    def row(self, said: Json, *, version: int = 0, at: datetime | None = None, raw: bytes | None = None) -> Row:
        """Any row. `raw`: its text where that is no JSON of `said`."""
        text = raw if raw is not None else json.dumps(said, ensure_ascii=False).encode()
        used = version or self.versions[-1]
        key, message = sealing.seal(text, self._pair(used), self._chance)
        return self.handed_out(
            {
                "msgid": said.get("msgid", "?"),
                "publickey_ver": used,
                "encrypt_random_key": key,
                "encrypt_chat_msg": message,
            },
            said,
            at,
        )

    def handed_out(self, row: Json, said: Json | None = None, at: datetime | None = None) -> Row:
        """A row as the library hands it out, however spoilt."""
        self._seq += self._chance.choice((1, 1, 1, 2, 7))
        line = json.dumps({"seq": self._seq, **row})
        made = Row(
            self._seq,
            str(row.get("msgid", "")),
            version if isinstance(version := row.get("publickey_ver"), int) else 0,
            said or {},
            at or self.clock(),
            line,
        )
        self.rows.append(made)
        with (self.folder / "rows").open("a") as file:
            file.write(f"{made.seq}\t{line}\n")
        return made

    def poisoned(self, what: str) -> Row:
        """A row that does harm to the library that opens it: "crash" or "hang"."""
        key, _ = sealing.seal(b"", self._pair(self.versions[-1]), self._chance)
        version = self.versions[-1]
        return self.handed_out(
            {"msgid": self.new_id(), "publickey_ver": version, "encrypt_random_key": key, "encrypt_chat_msg": what}
        )

    def again(self, row: Row) -> Row:
        """The same message in another row."""
        return self.row(row.said, version=row.version, at=row.at)

    def forget(self) -> int:
        """What is older than five days is gone; how many rows."""
        kept = [row for row in self.rows if row.at > self.clock() - KEPT]
        made = self.folder / "rows.new"
        made.write_text("".join(f"{row.seq}\t{row.line}\n" for row in kept))
        made.rename(self.folder / "rows")
        return len(self.rows) - len(kept)

    def file(self, content: bytes) -> str:
        """Put a file among the media; its id."""
        file_id = "".join(self._chance.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef0123456789", k=120))
        (self.folder / "media" / file_id).write_bytes(content)
        return file_id

    def chunks_of(self, size: int) -> None:
        """From now on so many bytes of a file go out at a time."""
        (self.folder / "chunk").write_text(str(size))

    def trouble(self, call: str, *what: str) -> None:
        """The next calls (chat, decrypt, media, init) go wrong, one after the other."""
        (self.folder / "trouble").mkdir(exist_ok=True)
        for one in what:
            self._troubles += 1
            (self.folder / "trouble" / f"{self._troubles:06}.{call}.{one}").touch()

    def calls(self, of: str = "") -> list[str]:
        """What the library was asked, in order."""
        journal = self.folder / "journal"
        lines = journal.read_text().splitlines() if journal.exists() else []
        return [line for line in lines if line.startswith(of)]

    def new_id(self, end: str = "_external") -> str:
        return "".join(self._chance.choices("0123456789", k=19)) + f"_{int(self.clock().timestamp() * 1000)}{end}"
