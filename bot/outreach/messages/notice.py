"""Short notices to staff about their nudges and broadcasts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from bot.config import Config
from bot.language import broadcast_text, moments, noun, reasons
from bot.language.phrases import broadcast_tasks as tasks
from bot.language.phrases import outreach as phrases
from bot.language.phrases import undelivered
from bot.outreach.messages import answer, archive, backup, contacts, handover
from bot.outreach.messages import broadcasts as broadcast_messages
from bot.outreach.messages import nudge as nudge_message
from bot.outreach.messages import sequences as sequence_messages
from bot.outreach.messages.reader import Reader
from crm_core.chat import Button, Card, Field
from crm_core.outreach import deliveries, enclosures, recipients
from crm_core.outreach.deliveries import Verdict
from crm_core.outreach.tables import Broadcast, Delivery, Nudge, NudgeState, Task, TaskState
from crm_core.outreach.tasks import progress
from crm_core.people.tables import Staff

#: So late it is said; a notice is asked for at no certain minute.
_LATE = timedelta(minutes=5)
#: It shows what customers see, and nothing else.
_TEST = "broadcast_test"


def compose(reader: Reader, delivery: Delivery, config: Config) -> Card | Verdict:
    """The card; where it comes late, because nothing went out for a while, it says so."""
    notice = delivery.body["notice"]
    told = _OF_CONFIG[notice](reader, delivery, config) if notice in _OF_CONFIG else _told(reader, delivery)
    late = reader.now - delivery.due_at
    if late < _LATE or isinstance(told, Verdict) or notice == _TEST:
        return told
    said = reader.say(phrases.LATE, span=moments.span(late, reader.viewer.language))
    return replace(told, footer=" · ".join(part for part in (told.footer, said) if part))


def _told(reader: Reader, delivery: Delivery) -> Card | Verdict:
    return _NOTICES[delivery.body["notice"]](reader, delivery)


def _assigned(reader: Reader, delivery: Delivery) -> Card | Verdict:
    nudge = reader.session.get(Nudge, delivery.body["nudge_id"])
    if nudge is None or nudge.state is not NudgeState.OPEN or nudge.staff_id != delivery.staff_id:
        return deliveries.cancel("nudge_moved")
    customer = reader.customer(nudge.customer_id)
    fields = [Field(reader.say(phrases.WHEN), reader.when(nudge.due_at))]
    if customer is not None:
        fields.insert(0, Field(reader.say(phrases.CUSTOMER), customer.name))
    return Card(
        title=reader.say(phrases.ASSIGNED, by=delivery.body["by"], id=nudge.id),
        text=nudge_message.text_of(reader, nudge, customer),
        fields=tuple(fields),
        buttons=nudge_message.buttons(reader, nudge, customer),
    )


def _nudge_dead(reader: Reader, delivery: Delivery) -> Card | Verdict:
    nudge = reader.session.get(Nudge, delivery.body["nudge_id"])
    if nudge is None or nudge.state is not NudgeState.OPEN:
        return deliveries.cancel("nudge_moved")
    person = reader.session.get(Staff, nudge.staff_id)
    name = person.name if person else "?"
    platform = delivery.body["platform"]
    reason = reasons.plain(delivery.body["reason"], reader.viewer.language)
    customer = reader.customer(nudge.customer_id)
    return Card(
        title=reader.say(phrases.NUDGE_DEAD, id=nudge.id, name=name),
        text=reader.say(phrases.NUDGE_DEAD_TEXT, platform=platform, reason=reason, name=name),
        items=(nudge_message.text_of(reader, nudge, customer),),
        buttons=(*_again(reader, delivery), *nudge_message.buttons(reader, nudge, customer)),
    )


def _again(reader: Reader, delivery: Delivery) -> tuple[Button, ...]:
    failed = delivery.body.get("delivery_id")
    if failed is None:
        return ()
    return (Button(reader.say(phrases.AGAIN), reader.say(undelivered.AGAIN_COMMAND, id=failed)),)


def _broadcast_done(reader: Reader, delivery: Delivery) -> Card | Verdict:
    broadcast = reader.session.get(Broadcast, delivery.body["broadcast_id"])
    if broadcast is None:
        return deliveries.cancel("broadcast_gone")
    counts = recipients.counts(reader.session, broadcast.id)
    lines = (
        reader.say(phrases.STATES[state], count=count) for state, count in counts.items() if state in phrases.STATES
    )
    button = Button(reader.say(phrases.BROADCAST_BUTTON), reader.say(phrases.BROADCAST_COMMAND, id=broadcast.id))
    return Card(title=reader.say(phrases.BROADCAST_DONE, id=broadcast.id), items=tuple(lines), buttons=(button,))


def _task(reader: Reader, delivery: Delivery) -> Card | Verdict:
    """What to confirm, and for whom; the platform asks as well."""
    task = reader.session.get(Task, delivery.body["task_id"])
    if task is None or task.state not in {TaskState.DISPATCHING, TaskState.WAITING}:
        return deliveries.cancel("task_moved")
    broadcast = reader.session.get_one(Broadcast, task.broadcast_id)
    author = broadcast.created_by_id and reader.session.get(Staff, broadcast.created_by_id)
    count = progress.waiting(reader.session, task.id)
    things = noun.GROUPS if task.to_groups else noun.CUSTOMERS
    text = reader.say(
        tasks.TASK,
        id=broadcast.id,
        by=author.name if author else "API",
        customers=things.count(reader.viewer.language, count),
        text=broadcast_text.in_short(task.text, enclosures.of(broadcast), reader.viewer.language, longest=40),
    )
    return Card(text=text)


def _robot_pushed_out(reader: Reader, _delivery: Delivery) -> Card | Verdict:
    return Card(title=reader.say(phrases.ROBOT_PUSHED_OUT), text=reader.say(phrases.ROBOT_PUSHED_OUT_TEXT))


_NOTICES: dict[str, Callable[[Reader, Delivery], Card | Verdict]] = {
    "nudge_assigned": _assigned,
    "nudge_dead": _nudge_dead,
    "broadcast_done": _broadcast_done,
    "task": _task,
    "customers_assigned": handover.compose,
    "customer_lost": contacts.lost,
    "staff_left": contacts.left,
    "transfer": contacts.transfer,
    "group_transfer": contacts.group_transfer,
    "robot_pushed_out": _robot_pushed_out,
    "answer_failed": answer.failed,
    "archive_behind": archive.behind,
    "archive_lost": archive.lost,
    "archive_key": archive.key,
    "backup_failed": backup.failed,
    "backup_overdue": backup.overdue,
}

_OF_CONFIG: dict[str, Callable[[Reader, Delivery, Config], Card | Verdict]] = {
    "broadcast_counted": broadcast_messages.counted,
    "broadcast_approval": broadcast_messages.to_approve,
    "broadcast_approved": broadcast_messages.approved,
    "broadcast_refused": broadcast_messages.refused,
    "broadcast_stopped": broadcast_messages.stopped,
    _TEST: broadcast_messages.test,
    "sequence_approval": sequence_messages.to_approve,
    "sequence_approved": sequence_messages.approved,
    "sequence_refused": sequence_messages.refused,
    "sequence_taken_over": sequence_messages.taken_over,
    "sequence_withdrawn": sequence_messages.withdrawn,
}
