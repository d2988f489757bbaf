"""How sequences go on, for the clock: look in a reading session what there is to do, then do it, a little at a time.

Whatever two processes find at once is done once: every row is taken with a lock and looked at again. Whoever is killed
in between has done a step and planned the next, or neither.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from crm_core.outreach.sequences import exits, replies, sequences, steps, waves
from crm_core.outreach.sequences.company import Company
from crm_core.outreach.sequences.steps import Group
from crm_core.outreach.sequences.tables import Leaving


@dataclass(frozen=True)
class ToDo:
    """What was found. `ended`: ids of steps; `replied`: ids of enrolments; `astray`: sequences whose messages do not
    follow their state."""

    astray: list[int] = field(default_factory=list)
    replied: list[int] = field(default_factory=list)
    leaving: dict[int, Leaving] = field(default_factory=dict)
    ended: list[int] = field(default_factory=list)
    due: list[Group] = field(default_factory=list)


def look(session: Session, *, now: datetime) -> ToDo:
    """What there is to do at this moment."""
    return ToDo(
        waves.disagreeing(session),
        replies.unnoticed(session, now=now),
        exits.found(session, now=now),
        steps.ended(session),
        steps.due(session, now=now),
    )


def tidy(session: Session, todo: ToDo, *, now: datetime, company: Company) -> None:
    """Everything but what is due."""
    for sequence_id in todo.astray:
        waves.agree(session, sequences.get(session, sequence_id), now=now)
    replies.note(session, todo.replied)
    exits.let_go(session, todo.leaving, now=now)
    steps.settle(session, todo.ended, now=now, company=company)


def carry_out(session: Session, group: Group, *, now: datetime, company: Company) -> int:
    """Some of what is due of one step, after a last look at who is to leave; how many."""
    exits.let_go(session, exits.found(session, now=now, version_id=group.version_id), now=now)
    return steps.carry_out(session, group, now=now, company=company)
