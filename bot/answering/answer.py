"""One message to the bot, answered inside one transaction: who is it, what is meant, run it, who may read it."""

import logging
import traceback
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from sqlmodel import Session, col, select

from bot.answering import audience, drafts, files, sharing, standing, trail
from bot.answering.acquaintance import viewer_of, viewer_of_sender
from bot.answering.audience import Reader
from bot.answering.interpreting import Pending, Unanswerable, called, interpret
from bot.answering.scene import Answer, Scene
from bot.answering.stranger import to_stranger
from bot.commands import BARE, BY_NAME, COMMANDS, WORDS, broadcast_files
from bot.commands.command import Command, Detour, Reply, Turn
from bot.commands.naming import is_name
from bot.language import grammar, moments, shortly
from bot.language.phrases import router as phrases
from bot.language.problems import sentence
from bot.language.speaking import language_of
from crm_core.chat import Button, Card, Happening, InboundMessage, RoomKind, Sender, SenderKind
from crm_core.conversations import ledger, prompts, rooms
from crm_core.conversations.tables import Conversation, Prompt
from crm_core.customers.tables import Customer
from crm_core.errors import CrmError
from crm_core.outreach import deliveries
from crm_core.people import operations, staff
from crm_core.people.tables import Staff
from crm_core.rows import add_or_find

log = logging.getLogger(__name__)

_FIRST_WORDS = frozenset(word.split()[0] for word in WORDS if word.isascii())


@dataclass(frozen=True)
class _Outcome:
    """A reply, the name of the command that gave it ("" for none) and what followed its word, and the operation that
    changed something. `idle`: it led to nothing, so that what was open before still is."""

    reply: Reply
    command: str = ""
    rest: str = ""
    operation_id: int | None = None
    idle: bool = False


def answer(session: Session, scene: Scene) -> Answer | None:
    """Answer one message and mark its envelope, in the transaction of `session`; None: nothing to say."""
    if not ledger.mark_answered(session, scene.envelope_id) or not _is_asking(scene.inbound):
        return None
    member = staff.by_handle(session, scene.inbound.platform, scene.inbound.sender.platform_id)
    if member is None:
        return to_stranger(session, scene, _written_in(scene, Pending()) or scene.config.bot.language)
    room = _room(session, scene)
    prompt = prompts.find(session, room.id, scene.inbound.sender.platform_id)
    pending = Pending(*prompts.meant(prompt, scene.now))
    turn = _turn(session, scene, member, room, pending)
    outcome = _outcome(turn, scene, pending)
    text = grammar.clean(scene.inbound.text)
    outcome = replace(outcome, reply=standing.after(turn, text, outcome.reply, pending, idle=outcome.idle))
    others = _readers(session, scene)
    private = bool(others) and _too_private(session, turn, outcome.reply, others)
    if private and outcome.reply.shared:
        outcome = _Outcome(sharing.refused(turn, others))
    apart = private or (scene.discreet and scene.in_group and not outcome.reply.shared)
    _remember(session, scene, room, outcome.reply, before=prompt)
    if apart and scene.direct_room_id:
        _remember(session, scene, _direct_room(session, scene), outcome.reply)
    readers = () if apart else others
    trail.put(turn, outcome.reply, readers, command=outcome.command, operation_id=outcome.operation_id)
    return _answer(turn, scene, outcome, apart=apart, private=private)


def _answer(turn: Turn, scene: Scene, outcome: _Outcome, *, apart: bool, private: bool) -> Answer:
    reply = outcome.reply
    if apart and not private:
        reply = sharing.offered(turn, reply, outcome.command, outcome.rest)
    if not _settles_its_message(turn, scene, reply):
        return Answer(reply.card, apart, turn.language, follows=reply.follows, reader_id=turn.viewer.staff_id or 0)
    when = moments.short(turn.now, now=turn.now, zone=turn.zone, language=turn.language)
    by = turn.say(phrases.BY, who=turn.viewer.name, when=when)
    return Answer(replace(reply.card, text=f"{reply.card.text}\n{by}"), apart, turn.language, replaces=True)


def _settles_its_message(turn: Turn, scene: Scene, reply: Reply) -> bool:
    """Whether the button stood on the message that brought the to-do which is settled now."""
    inbound = scene.inbound
    if inbound.happening is not Happening.PRESSED or reply.closes is None:
        return False
    return deliveries.is_of(turn.session, reply.closes, inbound.platform, inbound.platform_message_id)


def apology(session: Session, scene: Scene, error: Exception) -> Answer:
    """What to say when the transaction of `answer` itself failed. Logs without the text of anybody."""
    ledger.mark_answered(session, scene.envelope_id)
    language = _written_in(scene, Pending()) or scene.config.bot.language
    card = Card(text=phrases.APOLOGY.say(language, reference=_logged(error, scene)))
    return Answer(card, scene.discreet and scene.in_group, language)


def _is_asking(inbound: InboundMessage) -> bool:
    """An edit of a command does not run it again, and bots are not talked to."""
    return inbound.sender.kind is not SenderKind.BOT and inbound.happening in {Happening.POSTED, Happening.PRESSED}


def _outcome(turn: Turn, scene: Scene, pending: Pending) -> _Outcome:
    """Run what is meant; whatever goes wrong inside leaves nothing behind but its sentence."""
    text = grammar.clean(scene.inbound.text)
    try:
        with turn.session.begin_nested():
            return _run(turn, text, pending)
    except Detour as detour:
        return _Outcome(detour.reply, idle=True)
    except CrmError as error:
        return _Outcome(Reply(Card(text=sentence(error, turn.language))), idle=True)
    except Exception as error:  # noqa: BLE001
        return _says(turn.say(phrases.APOLOGY, reference=_logged(error, scene)))


def _run(turn: Turn, text: str, pending: Pending) -> _Outcome:
    if len(text) > grammar.LONGEST:
        return _says(turn.say(phrases.TOO_LONG, length=len(text), longest=grammar.LONGEST))
    if not text:
        return _wordless(turn, pending)
    try:
        intent = interpret(text, pending)
    except Unanswerable as error:
        return _unanswerable(turn, error, pending)
    if not intent.explicit and is_name(turn, text):
        return _run_command(turn, BARE, text)
    if intent.command == BARE.name:
        return _no_command(turn, intent.rest, pending)
    return _run_command(turn, BY_NAME[intent.command], intent.rest)


def _no_command(turn: Turn, text: str, pending: Pending) -> _Outcome:
    """A name, or words beside a file; a word for sending may be for a draft."""
    if turn.files:
        return _wordless(turn, pending)
    unsent = drafts.sending(turn, text, pending)
    return _run_command(turn, BARE, text) if unsent is None else _Outcome(unsent)


def _wordless(turn: Turn, pending: Pending) -> _Outcome:
    """A file alone goes where one is waited for."""
    if not turn.files and not turn.missing:
        return _says(turn.say(phrases.EMPTY))
    awaited = pending.answers.get(shortly.FILE)
    if awaited is None:
        return _Outcome(broadcast_files.received(turn))
    intent = called(awaited)
    return _run_command(turn, BY_NAME[intent.command], intent.rest)


def _run_command(turn: Turn, command: Command, rest: str) -> _Outcome:
    """Run one command for this viewer; one that writes is recorded, and its answer says how to undo it."""
    command.require(turn, rest)
    if not command.writes:
        return _Outcome(command.run(turn, rest), command.name, rest)
    spoken = f"{command.word(turn.language)} {rest}".strip()
    with operations.recording(
        turn.session, viewer=turn.viewer, command=spoken, now=turn.now, conversation_id=turn.room.id
    ) as operation:
        reply = command.run(turn, rest)
    if not operations.changes_of(turn.session, operation.id):
        return _Outcome(reply, command.name, rest)
    card = _with_undo(turn, reply.card, operation.id)
    return _Outcome(replace(reply, card=card), command.name, rest, operation.id)


def _with_undo(turn: Turn, card: Card, operation_id: int) -> Card:
    minutes = int(operations.UNDO_WINDOW.total_seconds() // 60)
    button = Button(turn.say(phrases.UNDO_BUTTON), turn.say(phrases.UNDO_COMMAND, operation=operation_id))
    footer = card.footer or turn.say(phrases.UNDO_FOOTER, minutes=minutes)
    return replace(card, buttons=(*card.buttons, button), footer=footer)


def _unanswerable(turn: Turn, error: Unanswerable, pending: Pending) -> _Outcome:
    """A number that is none of those offered leaves the question open; a yes or no may be for a draft."""
    if error.offered and error.choice.isdecimal():
        return _says(turn.say(phrases.UNKNOWN_CHOICE, choice=error.choice))
    meant = drafts.meant(turn, error, pending)
    if meant is not None:
        return _Outcome(meant)
    if error.choice == shortly.NO:
        return _Outcome(turn.reply(phrases.DROPPED))
    return _says(turn.say(phrases.NOTHING_PENDING))


def _says(text: str) -> _Outcome:
    return _Outcome(Reply(Card(text=text), personal=False), idle=True)


def _turn(session: Session, scene: Scene, member: Staff, room: Conversation, pending: Pending) -> Turn:
    written_in = _language_of(member, scene, pending)
    language = member.language or written_in or member.wrote_in or scene.config.bot.language
    _remember_language(session, member, written_in)
    viewer = viewer_of(session, member, scene.config, language=language)
    return Turn(
        session=session,
        viewer=viewer,
        now=scene.now,
        config=scene.config,
        room=room,
        platform=scene.inbound.platform,
        platform_user_id=scene.inbound.sender.platform_id,
        language=language,
        subject_id=pending.subject_id if pending.subject_id is not None else room.customer_id,
        thread_id=scene.inbound.thread_id,
        others_read=scene.others is None or bool(scene.others),
        call=scene.call,
        awaits=pending.answers.get(shortly.QUESTION, ""),
        files=files.hand_over(session, scene.files, viewer=viewer, room=room, now=scene.now),
        missing=tuple((each.name, each.problem) for each in scene.files if not each.digest),
        commands=COMMANDS,
    )


def _language_of(member: Staff, scene: Scene, pending: Pending) -> str:
    """What the member writes in. A button of a message says its command in the language of whom that was made for."""
    inbound = scene.inbound
    pressed = inbound.happening is Happening.PRESSED and bool(inbound.platform_message_id)
    return member.wrote_in if pressed and member.wrote_in else _written_in(scene, pending)


def _remember_language(session: Session, member: Staff, written_in: str) -> None:
    """For what they are told later without having asked, and for texts that are in no language."""
    if written_in and member.wrote_in != written_in:
        member.wrote_in = written_in
        session.add(member)
        session.flush()


def _written_in(scene: Scene, pending: Pending) -> str:
    """The language of the text; of what it answers, when it is as short as "2"; "" when neither tells."""
    text = grammar.clean(scene.inbound.text[: grammar.LONGEST])
    before = next((said for answer, said in pending.answers.items() if answer != shortly.QUESTION), "")
    otherwise = language_of(before, words=_FIRST_WORDS, otherwise="")
    if before and shortly.answer_of(text):
        return otherwise
    return language_of(text, words=_FIRST_WORDS, otherwise=otherwise)


def _readers(session: Session, scene: Scene) -> tuple[Reader, ...]:
    if not scene.in_group:
        return ()
    if scene.others is None:
        return (Reader(Sender("", kind=SenderKind.EXTERNAL), None),)
    platform = scene.inbound.platform
    return tuple(Reader(sender, viewer_of_sender(session, platform, sender, scene.config)) for sender in scene.others)


def _too_private(session: Session, turn: Turn, reply: Reply, others: tuple[Reader, ...]) -> bool:
    if audience.outsiders_read(others):
        return True
    if not reply.personal:
        return False
    ids = [] if reply.beyond else trail.customers_of(reply)
    owners = list(session.exec(select(Customer.owner_id).where(col(Customer.id).in_(ids)))) if ids else []
    return not audience.all_may_read(others, owners, asker=turn.viewer)


def _logged(error: Exception, scene: Scene) -> str:
    """A reference for a failure. The error's own words may quote a customer, so only its kind and place are logged."""
    reference = uuid4().hex[:8]
    places = "".join(traceback.format_tb(error.__traceback__))
    log.debug("answer %s", reference, exc_info=error)
    log.error("answer %s to envelope %s failed: %s\n%s", reference, scene.envelope_id, type(error).__name__, places)
    return reference


def _room(session: Session, scene: Scene) -> Conversation:
    inbound = scene.inbound
    return _conversation(session, inbound.platform, inbound.room.platform_id, inbound.room.kind, scene.now)


def _conversation(session: Session, platform: str, platform_id: str, kind: RoomKind, now: datetime) -> Conversation:
    def known() -> Conversation | None:
        return rooms.find(session, platform, platform_id)

    new = Conversation(platform=platform, platform_id=platform_id, kind=kind, created_at=now)
    return known() or add_or_find(session, new, known)


def _direct_room(session: Session, scene: Scene) -> Conversation:
    return _conversation(session, scene.inbound.platform, scene.direct_room_id, RoomKind.DIRECT, scene.now)


def _remember(
    session: Session, scene: Scene, room: Conversation, reply: Reply, *, before: Prompt | None = None
) -> None:
    prompts.remember(
        session,
        room.id,
        scene.inbound.sender.platform_id,
        answers=reply.answers,
        subject_id=reply.subject_id,
        now=scene.now,
        listed=reply.todos,
        before=before,
    )
