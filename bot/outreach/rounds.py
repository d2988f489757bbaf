"""What the clock looks after: nudges whose row is missing, digests whose hour has come, broadcasts that end, sequences
that go on, files nobody sends."""

from datetime import datetime, timedelta
from functools import partial

from bot.config import Config
from bot.outreach import sequencing
from bot.outreach.company import digest_settings
from crm_core.files import shelf
from crm_core.outreach import digest, enclosures, notices, occurrences
from scheduler.lanes import TICK, Round
from scheduler.together import Store

#: So many files are looked up at once.
_FILES = 20


def rounds(config: Config) -> tuple[Round, ...]:
    """Each first looks in a reading session: at rest, the clock writes nothing."""
    settings = digest_settings(config)

    async def send_digests(store: Store, now: datetime) -> None:
        for staff_id in await store.read(partial(digest.whose_turn, now=now, settings=settings)):
            await store.write(partial(digest.plan, staff_id=staff_id, now=now, settings=settings))

    return (
        Round("nudges", timedelta(), plan_nudges),
        Round("digests", timedelta(seconds=30), send_digests),
        Round("files", timedelta(hours=1), throw_away_files),
        Round("broadcasts", timedelta(seconds=10), finish_broadcasts),
        Round("entries", timedelta(seconds=30), partial(sequencing.let_enter, config=config)),
        Round("sequences", timedelta(seconds=5), partial(sequencing.go_on, config=config)),
    )


async def plan_nudges(store: Store, now: datetime) -> None:
    """Give every nudge that is said within two ticks its delivery row, whoever changed it."""
    ids = await store.read(lambda session: occurrences.unplanned(session, until=now + 2 * TICK))
    if ids:
        await store.write(lambda session: occurrences.reconcile(session, ids))


async def finish_broadcasts(store: Store, now: datetime) -> None:
    """Move broadcasts on, and tell whose ended."""
    if await store.read(notices.broadcasts_moving):
        await store.write(lambda session: notices.tell_of_ended_broadcasts(session, now=now))


async def throw_away_files(store: Store, now: datetime) -> None:
    """Files that nobody sends, each in a transaction of its own; those of broadcasts that are over stay a while."""
    for file_id in await store.read(enclosures.over):
        await store.write(partial(enclosures.let_go, file_id=file_id, now=now))
    while unused := await store.read(partial(shelf.unused, now=now, limit=_FILES)):
        for file_id in unused:
            await store.write(partial(shelf.throw_away, file_id=file_id, now=now))
