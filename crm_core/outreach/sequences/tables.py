"""Tables of sequences: what is planned, and how far each customer is."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from crm_core.columns import Document, Id, UtcDateTime, words
from crm_core.customers.tables import Stage
from crm_core.people.tables import Undoable


class SequenceState(StrEnum):
    """draft → on ⇄ paused; off: nobody enters any more, who is under way goes on; stopped: nobody goes on either."""

    DRAFT = "draft"
    ON = "on"
    PAUSED = "paused"
    OFF = "off"
    STOPPED = "stopped"


class EnrolmentState(StrEnum):
    """active → finished, after the last step; or left before it, see `Leaving`."""

    ACTIVE = "active"
    FINISHED = "finished"
    LEFT = "left"


class Leaving(StrEnum):
    """Why a customer left before the end."""

    REPLIED = "replied"
    STAGE = "stage"
    OPTED_OUT = "opted_out"
    MERGED = "merged"
    LOST = "lost"
    REMOVED = "removed"
    STOPPED = "stopped"


class StepState(StrEnum):
    """planned → sending (a message is on its way) → done; left_out: it was not to be, `problem` says why; failed: the
    platform did not take it; cancelled: the customer left before it."""

    PLANNED = "planned"
    SENDING = "sending"
    DONE = "done"
    LEFT_OUT = "left_out"
    FAILED = "failed"
    CANCELLED = "cancelled"


_ACTIVE = "state = 'active'"
_PLANNED = "state = 'planned'"
_SENDING = "state = 'sending'"


class Sequence(Undoable, table=True):
    """`version`: the one that whoever enters now begins, 0 before the first; the newest may wait to be put in force.

    `on_by_id`: who switched it on, and so in whose sight customers enter by themselves; None: everybody's.
    """

    __table_args__ = ({"sqlite_autoincrement": True},)  # a button "sequence on 3" never means another one
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    name: str
    name_key: str = Field(unique=True)
    state: SequenceState = Field(default=SequenceState.DRAFT, sa_type=words(SequenceState))
    version: int = 0
    created_by_id: int | None = Field(default=None, sa_type=Id, foreign_key="staff.id")
    on_by_id: int | None = Field(default=None, sa_type=Id, foreign_key="staff.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime, description="of the state")


class SequenceVersion(Undoable, table=True):
    """What a sequence does; that never changes once it is written. `entry`: a segment, "" for by hand alone.

    `asked_at`: when somebody else than its author was asked to agree to it; None: nobody is, or they decided.
    `refused_by_id`: who did not agree.
    """

    __tablename__ = "sequence_version"
    __table_args__ = (UniqueConstraint("sequence_id", "number"),)
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    sequence_id: int = Field(sa_type=Id, foreign_key="sequence.id")
    number: int
    entry: str = ""
    stop_on_reply: bool = True
    stages: list[str] = Field(default_factory=list, sa_type=Document, description="a customer who reaches one leaves")
    steps: list[dict[str, Any]] = Field(default_factory=list, sa_type=Document)
    created_by_id: int | None = Field(default=None, sa_type=Id, foreign_key="staff.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    refused_by_id: int | None = Field(default=None, sa_type=Id, foreign_key="staff.id")


class Enrolment(Undoable, table=True):
    """One customer in one sequence, once at a time; they keep the version they began.

    `step`: the last one carried out, 0 before the first. `said_at`: when the first message reached them; a reply is
    what they write later. `replied_step`: the step after which they first did. `entered_by_id` None: by itself.
    """

    __table_args__ = (
        Index("ix_enrolment_active", "sequence_id", "customer_id", unique=True, sqlite_where=text(_ACTIVE),
              postgresql_where=text(_ACTIVE)),
        Index("ix_enrolment_version", "version_id", "state"),
        Index("ix_enrolment_customer", "customer_id"),
    )  # fmt: skip
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    sequence_id: int = Field(sa_type=Id, foreign_key="sequence.id", index=True)
    version_id: int = Field(sa_type=Id, foreign_key="sequence_version.id")
    customer_id: int = Field(sa_type=Id, foreign_key="customer.id")
    state: EnrolmentState = Field(default=EnrolmentState.ACTIVE, sa_type=words(EnrolmentState))
    left_why: str = ""
    entered_at: datetime = Field(sa_type=UtcDateTime)
    entered_by_id: int | None = Field(default=None, sa_type=Id, foreign_key="staff.id")
    entered_stage: Stage = Field(sa_type=words(Stage))
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    step: int = 0
    said_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    replied_step: int | None = None


class EnrolmentStep(Undoable, table=True):
    """One step of one customer. An active enrolment has exactly one that is planned or sending: the next one is written
    in the transaction in which the one before it ends."""

    __tablename__ = "enrolment_step"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "number"),
        Index("ix_enrolment_step_due", "due_at", sqlite_where=text(_PLANNED), postgresql_where=text(_PLANNED)),
        Index("ix_enrolment_step_sending", "broadcast_id", sqlite_where=text(_SENDING),
              postgresql_where=text(_SENDING)),
    )  # fmt: skip
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    enrolment_id: int = Field(sa_type=Id, foreign_key="enrolment.id")
    number: int = Field(description="from 1")
    state: StepState = Field(default=StepState.PLANNED, sa_type=words(StepState))
    due_at: datetime = Field(sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    problem: str = ""
    broadcast_id: int | None = Field(default=None, sa_type=Id, foreign_key="broadcast.id")
    nudge_id: int | None = Field(default=None, sa_type=Id, foreign_key="nudge.id")
