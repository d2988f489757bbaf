"""Tables of everything said later."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from crm_core import trace
from crm_core.columns import Document, Id, UtcDateTime, words
from crm_core.people.tables import Undoable


class NudgeState(StrEnum):
    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class BroadcastState(StrEnum):
    """draft → [approval →] scheduled → running ⇄ paused → done; cancelled from any but the last.

    approval: somebody else has to agree first. refused: they did not; nobody received it.
    """

    DRAFT = "draft"
    APPROVAL = "approval"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"
    REFUSED = "refused"


#: Nothing more comes of it.
BROADCAST_OVER = frozenset({BroadcastState.DONE, BroadcastState.CANCELLED, BroadcastState.REFUSED})


class BroadcastWork(StrEnum):
    """What is done for a large one a slice at a time: its audience counted, or frozen, or divided into tasks."""

    NONE = ""
    COUNT = "count"
    FREEZE = "freeze"
    TASKS = "tasks"


class DeliveryState(StrEnum):
    """due → sending → sent; dead: given up; skipped: left out at the last check. `problem` says why.

    waiting: a member of staff was asked to send it, and has not.
    """

    DUE = "due"
    SENDING = "sending"
    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"
    CANCELLED = "cancelled"
    HELD = "held"
    SKIPPED = "skipped"


class TaskState(StrEnum):
    """planned → creating → dispatching → waiting → part_sent → sent.

    creating: the platform is being asked, or was and nobody knows what came of it. dispatching: it has the task, and is
    handing it out. waiting: the member of staff was asked. part_sent: they sent it, to some. sent: what came of every
    customer is known. closed: it was not confirmed in time. cancelling: by us; the platform is still to be told.
    failed: the platform did not take it.
    """

    PLANNED = "planned"
    CREATING = "creating"
    DISPATCHING = "dispatching"
    WAITING = "waiting"
    PART_SENT = "part_sent"
    SENT = "sent"
    CLOSED = "closed"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    FAILED = "failed"


class DeliveryKind(StrEnum):
    """answer: what a member of staff writes to a customer through the company's account."""

    NUDGE = "nudge"
    DIGEST = "digest"
    NOTICE = "notice"
    BROADCAST = "broadcast"
    ANSWER = "answer"


#: Nothing, also where a statement of many rows does not say.
_EMPTY = {"server_default": ""}

#: Nudges that will be said again.
UNSAID = "next_at IS NOT NULL"

#: Tasks about which something is still to be done.
UNFINISHED = "state IN ('planned', 'creating', 'dispatching', 'waiting', 'part_sent', 'cancelling')"

#: Broadcasts for which something is done a slice at a time.
AT_WORK = "work <> '' OR unsettled"

#: Broadcasts whose progress a message shows.
LIVE = "shown_at IS NOT NULL"

#: Deliveries that a member of staff has to send, and was not asked to.
UNASKED = "broadcast_id IS NOT NULL AND staff_id IS NOT NULL AND task_id IS NULL"

#: Deliveries that a member of staff was asked to send, and those of nudges: of many copies of a broadcast none.
ASKED, SAID = "task_id IS NOT NULL", "nudge_id IS NOT NULL"

#: Deliveries that still have to go out. Spelled out in queries, not bound: only then the partial indexes are used.
OPEN = "state IN ('due', 'sending')"

#: The problem of what a restore left out: it may have been sent before the backup was brought back.
RESTORED = "restored"

#: Deliveries that were given up, spelled out for the same reason.
DEAD = "delivery.state = 'dead'"


class Nudge(Undoable, table=True):
    """A follow-up that returns to the chat when due. A snoozed one is open with a later `due_at` and `snoozes` > 0.

    `due_at` is the occurrence at hand: the one to come, or the last one said and not yet done. `next_at` is when it is
    said next: `due_at` before it was said, the following occurrence of a recurring one afterwards, None when there is
    nothing more to say. `starts_at` is the first occurrence, from which those of a recurring nudge are reckoned.
    `closed_at` and `closed_by_id` say who was the last to close it, or an occurrence of it, and when.
    """

    __table_args__ = (
        Index("ix_nudge_staff", "staff_id", "state", "due_at"),
        Index("ix_nudge_next", "next_at", sqlite_where=text(UNSAID), postgresql_where=text(UNSAID)),
        {"sqlite_autoincrement": True},  # a button "done #12" never means another one
    )
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    staff_id: int = Field(sa_type=Id, foreign_key="staff.id")
    created_by_id: int | None = Field(default=None, sa_type=Id, foreign_key="staff.id")
    customer_id: int | None = Field(default=None, sa_type=Id, foreign_key="customer.id", index=True)
    text: str
    due_at: datetime = Field(sa_type=UtcDateTime)
    next_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    starts_at: datetime = Field(sa_type=UtcDateTime)
    timezone: str
    recurrence: str = Field(default="", description="an RRULE; empty: once")
    state: NudgeState = Field(default=NudgeState.OPEN, sa_type=words(NudgeState))
    snoozes: int = 0
    platform: str = Field(default="", description="where it was asked for, and so where it returns")
    delivered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_by_id: int | None = Field(default=None, sa_type=Id, foreign_key="staff.id")
    trace: str = Field(default_factory=trace.current, sa_column_kwargs=_EMPTY, description="what it follows from")


class Broadcast(SQLModel, table=True):
    """`done_to`: the last customer id that `work` came to. `counted`: what the last count found, as a document.

    `files`: documents of `crm_core.enclosure.Enclosure`, in order.
    `unsettled`: some of its deliveries are still to follow the state. `shown`: the message that shows how it goes, as a
    document; `shown_at`: when that is brought up to date next.
    """

    __table_args__ = (
        Index("ix_broadcast_work", "id", sqlite_where=text(AT_WORK), postgresql_where=text(AT_WORK)),
        Index("ix_broadcast_shown", "shown_at", sqlite_where=text(LIVE), postgresql_where=text(LIVE)),
    )
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    created_by_id: int | None = Field(default=None, sa_type=Id, foreign_key="staff.id", index=True)
    segment: str
    text: str
    files: list[dict[str, Any]] = Field(default_factory=list, sa_type=Document)
    state: BroadcastState = Field(default=BroadcastState.DRAFT, sa_type=words(BroadcastState))
    send_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    left_out: dict[str, Any] = Field(default_factory=dict, sa_type=Document, description="reason → count")
    to_groups: bool = Field(default=False, description="to the groups linked to the customers, not to them")
    platform: str = Field(default="", description="where it was asked for, and so where it is told of")
    resends_id: int | None = Field(default=None, sa_type=Id, foreign_key="broadcast.id", index=True,
                                   description="to those whom this one failed to reach")  # fmt: skip
    decided_by_id: int | None = Field(
        default=None, sa_type=Id, foreign_key="staff.id", description="who approved or refused it"
    )
    work: BroadcastWork = Field(default=BroadcastWork.NONE, sa_type=words(BroadcastWork))
    done_to: int = Field(default=0, sa_type=Id)
    counted: dict[str, Any] = Field(default_factory=dict, sa_type=Document)
    unsettled: bool = False
    shown: dict[str, Any] = Field(default_factory=dict, sa_type=Document)
    shown_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    sequence_id: int | None = Field(
        default=None, sa_type=Id, foreign_key="sequence.id", index=True, description="a step of this sequence"
    )


class Task(SQLModel, table=True):
    """What one member of staff is asked to send for a broadcast, where the platform lets nobody else do it.

    Its customers are the deliveries with its id. `not_before`: when it is looked after next; while it is being looked
    after, the lease. `tried_at`: when the platform was last asked to create it, `created_at`: when it said that it did.
    `msgid` is the platform's name of it. `remind_at`: when the member is reminded next, unless they sent it.
    `reminders`: when they were, as ISO times.
    """

    __table_args__ = (
        Index("ix_task_due", "not_before", sqlite_where=text(UNFINISHED), postgresql_where=text(UNFINISHED)),
        Index("ix_task_msgid", "platform", "msgid", unique=True, sqlite_where=text("msgid <> ''"),
              postgresql_where=text("msgid <> ''")),
        UniqueConstraint("broadcast_id", "platform", "staff_id", "part"),
    )  # fmt: skip
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    broadcast_id: int = Field(sa_type=Id, foreign_key="broadcast.id")
    platform: str
    staff_id: int = Field(sa_type=Id, foreign_key="staff.id")
    sender: str = Field(description="platform id of the member of staff")
    part: int = Field(default=0, description="from 0, where one task cannot hold all customers of a member")
    to_groups: bool = False
    text: str = ""
    state: TaskState = Field(default=TaskState.PLANNED, sa_type=words(TaskState))
    msgid: str = ""
    not_before: datetime = Field(sa_type=UtcDateTime)
    attempts: int = Field(default=0, description="failures one after the other")
    worker: str = ""
    tried_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    looked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    remind_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reminders: list[str] = Field(default_factory=list, sa_type=Document)
    problem: str = ""


class Delivery(SQLModel, table=True):
    """One message on its way. `not_before` is the due time, the back-off, and while sending the lease.

    A nudge has one row for each occurrence, a broadcast one for each customer. `staff_id` is whom it goes to, or who
    sends it when it goes to a customer by way of a task. `problem` is for people and for the log:
    a word for why it was left out, or the platform's reason.
    """

    __table_args__ = (
        Index(
            "ix_delivery_due",
            "lane",
            "priority",
            "not_before",
            "id",
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
        Index("ix_delivery_room", "recipient", "lane", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
        Index("ix_delivery_dead", "id", sqlite_where=text("state = 'dead'"), postgresql_where=text("state = 'dead'")),
        Index("ix_delivery_broadcast", "broadcast_id", "state"),
        Index("ix_delivery_task", "task_id", "state", sqlite_where=text(ASKED), postgresql_where=text(ASKED)),
        Index("ix_delivery_nudge", "nudge_id", "due_at", unique=True, sqlite_where=text(SAID),
              postgresql_where=text(SAID)),
        Index(
            "ix_delivery_asked",
            "broadcast_id",
            "platform",
            "staff_id",
            "id",
            sqlite_where=text(UNASKED),
            postgresql_where=text(UNASKED),
        ),
        UniqueConstraint("broadcast_id", "customer_id"),
    )  # fmt: skip
    id: int = Field(default=None, sa_type=Id, primary_key=True)
    kind: DeliveryKind = Field(sa_type=words(DeliveryKind))
    lane: str
    platform: str
    recipient: str = Field(description="platform id of the person or the shared room it goes to")
    nudge_id: int | None = Field(default=None, sa_type=Id, foreign_key="nudge.id", ondelete="SET NULL")
    broadcast_id: int | None = Field(default=None, sa_type=Id, foreign_key="broadcast.id")
    task_id: int | None = Field(default=None, sa_type=Id, foreign_key="task.id")
    customer_id: int | None = Field(default=None, sa_type=Id, foreign_key="customer.id", index=True)
    staff_id: int | None = Field(default=None, sa_type=Id, foreign_key="staff.id")
    priority: int
    state: DeliveryState = Field(default=DeliveryState.DUE, sa_type=words(DeliveryState))
    together: str = Field(default="", description="the same word on all that went out as one message")
    due_at: datetime = Field(sa_type=UtcDateTime)
    not_before: datetime = Field(sa_type=UtcDateTime)
    attempts: int = Field(default=0, description="tries that may have reached the platform")
    pump: str = ""
    body: dict[str, Any] = Field(default_factory=dict, sa_type=Document)
    problem: str = ""
    platform_message_id: str = ""
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    trace: str = Field(default_factory=trace.current, sa_column_kwargs=_EMPTY, description="what it follows from")


class Lane(SQLModel, table=True):
    """`owner` is the token of the newest pump of this lane; older ones stop when they see another.

    `used_at`: when something was last claimed where a distance between messages is kept.
    """

    name: str = Field(primary_key=True)
    owner: str
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Fired(SQLModel, table=True):
    """The last slot of each periodic job, set by compare-and-set so that one node acts."""

    name: str = Field(primary_key=True)
    slot: datetime = Field(sa_type=UtcDateTime)
