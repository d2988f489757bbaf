"""Sequences under the clock: customers enter, steps are carried out, and what came of them is written down."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.config import Config
from bot.outreach.company import company_of
from crm_core.database import is_unavailable
from crm_core.outreach.sequences import entering, progress
from scheduler.together import Store

log = logging.getLogger(__name__)

#: So many slices of one step, or of those who enter, in one go; the rest the next time.
_SLICES = 20


async def let_enter(store: Store, now: datetime, *, config: Config) -> None:
    """Everybody whom a sequence waits for."""
    company = company_of(config)
    look = partial(entering.waiting, now=now, timezone=config.bot.timezone)
    for sequence_id in await store.read(look):
        await _in_slices(store, partial(entering.enter_next, sequence_id=sequence_id, now=now, company=company))


async def go_on(store: Store, now: datetime, *, config: Config) -> None:
    """Who replied or is to leave, what was sent, and then whatever is due."""
    company = company_of(config)
    todo = await store.read(partial(progress.look, now=now))
    if todo.astray or todo.replied or todo.leaving or todo.ended:
        await store.write(partial(progress.tidy, todo=todo, now=now, company=company))
        todo = await store.read(partial(progress.look, now=now))
    for group in todo.due:
        await _in_slices(store, partial(progress.carry_out, group=group, now=now, company=company))


async def _in_slices(store: Store, work: Callable[[Session], int]) -> None:
    """One transaction after the other until nothing is left; what cannot be done keeps nobody else waiting."""
    try:
        for _ in range(_SLICES):
            if not await store.write(work):
                break
    except Exception as error:
        if is_unavailable(error):
            raise
        log.exception("a sequence waits")
