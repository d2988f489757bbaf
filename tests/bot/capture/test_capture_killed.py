"""Killed at any instant, the capture path loses nothing that it acknowledged, and keeps nothing twice."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from random import Random
from threading import Thread

from sqlmodel import col, select

from crm_core.conversations import ledger
from crm_core.conversations.tables import BoardPost, EnvelopeRow, Message
from crm_core.database import Database

ROOT = Path(__file__).parents[3]
EVENTS = 600
KILLS = 3


class Process:
    """The intake in a process of its own; `acknowledged` holds what it has said it keeps."""

    def __init__(self, url: str) -> None:
        self.acknowledged: list[str] = []
        self._running = subprocess.Popen(
            [sys.executable, "-m", "tests.bot.capture.capture_process", url],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        )

    def feed(self, lines: Iterable[str]) -> Thread:
        """Write the lines, and end of file, in a thread of its own; a process that is gone ends it, too."""
        thread = Thread(target=self._write, args=(list(lines),))
        thread.start()
        return thread

    def wait_for(self, count: int | None) -> None:
        """Read so many acknowledgements, or all."""
        assert self._running.stdout is not None
        for line in self._running.stdout:
            self.acknowledged.append(line.decode().strip())
            if len(self.acknowledged) == count:
                return

    def kill(self) -> None:
        self._running.kill()
        self.wait_for(None)
        self._end()

    def finish(self) -> int:
        self.wait_for(None)
        return self._end()

    def _write(self, lines: list[str]) -> None:
        assert self._running.stdin is not None
        with self._running.stdin as stdin, suppress(BrokenPipeError):
            for line in lines:
                stdin.write(line.encode())

    def _end(self) -> int:
        assert self._running.stdout is not None
        self._running.stdout.close()
        return self._running.wait()


def lines_of(numbers: Iterable[int]) -> list[str]:
    """One in ten is said to the bot."""
    return [f"e{n} {'!' if n % 10 == 0 else ''}text{n}\n" for n in numbers]


def test_nothing_acknowledged_is_lost_and_nothing_is_doubled(database_url: str) -> None:
    chance = Random(7)
    processes = [Process(database_url) for _ in range(KILLS + 1)]
    acknowledged: set[str] = set()
    for process in processes[:-1]:
        waiting = [n for n in range(EVENTS) if f"e{n}" not in acknowledged]
        again = chance.sample(range(EVENTS), 60)
        feeding = process.feed(lines_of(chance.sample([*waiting, *again], len(waiting) + len(again))))
        process.wait_for(chance.randrange(1, EVENTS // KILLS))
        process.kill()
        feeding.join()
        acknowledged.update(process.acknowledged)
        assert acknowledged <= kept(database_url).keys()
    last = processes[-1]
    waiting = [n for n in range(EVENTS) if f"e{n}" not in acknowledged]
    feeding = last.feed(lines_of([*waiting, *range(0, EVENTS, 7)]))
    assert last.finish() == 0
    feeding.join()
    assert acknowledged.union(last.acknowledged) == {f"e{n}" for n in range(EVENTS)}
    assert kept(database_url) == Counter({f"e{n}": 1 for n in range(EVENTS)})
    assert recorded(database_url) == Counter({f"{'!' if n % 10 == 0 else ''}text{n}": 1 for n in range(EVENTS)})
    assert effects(database_url) == Counter({f"!text{n}": 1 for n in range(0, EVENTS, 10)})
    assert owed(database_url) == 0


def kept(url: str) -> Counter[str]:
    database = Database(url)
    with database.reading() as session:
        rows = session.exec(select(EnvelopeRow)).all()
    database.close()
    return Counter(row.event_id for row in rows)


def owed(url: str) -> int:
    """How many envelopes wait to be recorded or answered."""
    database = Database(url)
    with database.reading() as session:
        waiting = len(ledger.waiting(session, EVENTS))
    database.close()
    return waiting


def recorded(url: str) -> Counter[str]:
    database = Database(url)
    with database.reading() as session:
        texts = Counter(session.exec(select(Message.text)).all())
    database.close()
    return texts


def effects(url: str) -> Counter[str]:
    database = Database(url)
    with database.reading() as session:
        posts = session.exec(select(BoardPost).where(col(BoardPost.room_id) == "effects")).all()
    database.close()
    return Counter(post.card["text"] for post in posts)
