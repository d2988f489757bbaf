"""From committed envelopes to messages: many in one transaction; one that cannot be understood is set aside alone."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session

from bot.clock import Clock
from crm_core.chat import Envelope, Happening, InboundMessage, Source
from crm_core.conversations import ledger, messages
from crm_core.conversations.messages import Noted
from crm_core.database import Database, is_unavailable
from crm_core.errors import CrmError, Invalid

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Captured:
    """An envelope that is committed."""

    envelope_id: int
    envelope: Envelope


@dataclass(frozen=True)
class Owed:
    """A recorded message that was said to the bot and waits for its answer."""

    captured: Captured
    inbound: InboundMessage


@dataclass(frozen=True)
class _Understood:
    captured: Captured
    inbounds: tuple[InboundMessage, ...]


class Recorder:
    """Records on the thread that calls it; one at a time, so that a room stays in order."""

    def __init__(self, database: Database, sources: Mapping[str, Source], clock: Clock, country: str) -> None:
        self._database = database
        self._sources = sources
        self._clock = clock
        self._country = country

    def record(self, captured: Sequence[Captured], *, urgent: bool = False) -> list[Owed]:
        """Record these envelopes, in order; what is owed an answer. Raises what `is_unavailable`: record them again.

        `urgent`: somebody may wait for it.
        """
        understood = [one for one in map(self._understand, captured) if one is not None]
        try:
            return self._store(understood, urgent=urgent)
        except Exception as error:  # one of them, and its neighbours must not suffer
            if is_unavailable(error):
                raise
            log.debug("a batch of %d envelopes is recorded one by one", len(understood), exc_info=True)
            return [owed for one in understood for owed in self._store_alone(one)]

    def _understand(self, captured: Captured) -> _Understood | None:
        try:
            return _Understood(captured, self._parse(captured.envelope))
        except Exception as error:  # whatever a payload can do to its parser
            log.debug("payload of envelope %d", captured.envelope_id, exc_info=True)
            self._set_aside(captured, error)
            return None

    def _parse(self, envelope: Envelope) -> tuple[InboundMessage, ...]:
        if not ledger.is_text(envelope):
            raise Invalid("envelope_not_text")
        inbounds = self._sources[envelope.platform].parse(envelope.body)
        if sum(inbound.addressed for inbound in inbounds) > 1:
            raise Invalid("envelope_with_several_requests")
        return inbounds

    def _store(self, understood: Sequence[_Understood], *, urgent: bool = False) -> list[Owed]:
        with self._database.writing(urgent=urgent) as session:
            return self._store_in(session, understood)

    def _store_in(self, session: Session, understood: Sequence[_Understood]) -> list[Owed]:
        inbounds = [inbound for one in understood for inbound in one.inbounds]
        noted = iter(messages.record_all(session, inbounds, now=self._clock(), country=self._country))
        owed = [
            Owed(one.captured, inbound)
            for one in understood
            for inbound in one.inbounds
            if _is_owed(session, one.captured, inbound, next(noted))
        ]
        waiting = [one.captured.envelope_id for one in owed]
        ledger.mark_recorded(session, waiting)
        ledger.finish(session, {one.captured.envelope_id for one in understood}.difference(waiting))
        return owed

    def _store_alone(self, one: _Understood) -> list[Owed]:
        try:
            try:
                return self._store([one])
            except IntegrityError:  # another process made the same conversation or message at the same moment
                return self._store([one])
        except Exception as error:
            if is_unavailable(error):
                raise
            log.debug("recording envelope %d", one.captured.envelope_id, exc_info=True)
            self._set_aside(one.captured, error)
            return []

    def _set_aside(self, captured: Captured, error: Exception) -> None:
        problem = code_of(error)
        log.warning("envelope %d of %s is set aside: %s", captured.envelope_id, captured.envelope.platform, problem)
        with self._database.writing() as session:
            ledger.set_aside(session, captured.envelope_id, problem)


def _is_owed(session: Session, captured: Captured, inbound: InboundMessage, noted: Noted) -> bool:
    """Whether it is to be answered: when several events bring one message, in the first that is for the bot."""
    if not inbound.addressed or inbound.recovered:
        return False
    if inbound.happening is not Happening.POSTED or noted.message_id is None:
        return True
    return messages.claim(session, noted.message_id, captured.envelope_id)


def code_of(error: Exception) -> str:
    """What went wrong, without a word of what was said."""
    if isinstance(error, CrmError):
        return error.problem
    return type(error.orig if isinstance(error, DBAPIError) and error.orig is not None else error).__name__
