"""Messages by the robot: the answer to a question goes back with it, everything else is pushed where somebody has
spoken to the robot."""

import logging
from uuid import uuid4

from adapters.receipts import Receipts
from adapters.wecom import cards, format, rooms  # noqa: A004
from adapters.wecom.allowance import Allowance
from adapters.wecom.errors import Remedy, WeComError, undelivered
from adapters.wecom.robot import frames, payload
from adapters.wecom.robot.answers import LONGEST, Answers, is_there_already
from adapters.wecom.robot.chats import Chat, Chats
from adapters.wecom.robot.files import Files
from adapters.wecom.robot.outlet import NearestOutlet
from adapters.wecom.robot.questions import Question, Questions
from crm_core.chat import Attachment, Card, DeliveryError, Document, OutboundMessage, Receipt, Sender

log = logging.getLogger(__name__)

_ASKED = f"{payload.KIND}:"


class Robot:
    """`alone`: there is no app, so the robot brings everything."""

    def __init__(
        self,
        outlet: NearestOutlet,
        answers: Answers,
        questions: Questions,
        chats: Chats,
        allowance: Allowance,
        *,
        alone: bool,
        files: Files | None = None,
    ) -> None:
        self._files = files
        self._outlet = outlet
        self._answers = answers
        self._questions = questions
        self._chats = chats
        self._allowance = allowance
        self._alone = alone
        self._shown = Receipts()

    def takes(self, message: OutboundMessage) -> bool:
        """The answer goes out by the door the question came in by."""
        return message.reply_token.startswith(_ASKED) or (self._alone and rooms.is_direct(message.room_id))

    async def roster(self, room_id: str) -> tuple[Sender, ...] | None:
        """WeCom does not tell a robot who is in a group."""
        if rooms.is_direct(room_id) or await self._chats.find(room_id) is None:
            return None
        raise DeliveryError("nobody can tell who reads in this group", permanent=True)

    async def reaches(self, room_id: str) -> bool:
        """Whether it may write there by itself."""
        return await self._chats.find(room_id) is not None

    async def fetch(self, room_id: str, file: Attachment, most: int) -> bytes | None:
        """What was given to the robot within minutes."""
        del room_id
        return None if self._files is None else await self._files.fetch(file.platform_file_id, most)

    async def send(self, message: OutboundMessage) -> Receipt:
        question = self._questions.find(message.reply_token)
        try:
            if question is not None:
                return await self._answer(question, message)
            return await self._push(message)
        except WeComError as error:
            failure = error
        raise undelivered(failure)

    async def _answer(self, question: Question, message: OutboundMessage) -> Receipt:
        """With the question if that is still possible."""
        async with question.turn:
            if question.answered:
                return await self._push(message)
            try:
                if question.press:
                    return await self._change(question, message)
                return await self._say(question, message)
            except WeComError as error:
                if error.what_to_do not in {Remedy.LATE, Remedy.FIX}:
                    raise
                log.warning("WeCom: an answer goes out by itself: %s", error)
            self._questions.close(question)
            return await self._push(message)

    async def _change(self, question: Question, message: OutboundMessage) -> Receipt:
        """The pressed card, at once or not at all; other answers to a press are messages of their own."""
        if not message.replaces or not cards.fits(message.card):
            return await self._push(message)
        await self._answers.change(question, {**cards.changed(message.card), "task_id": message.replaces})
        return Receipt(message.replaces)

    async def _say(self, question: Question, message: OutboundMessage) -> Receipt:
        said, buttons = _parts(message.card, message.key, words=question.begun)
        first = buttons[0] if buttons and len(said) <= 1 else None
        await self._answers.say(question, said[0] if said else "", first)
        rest: list[Document] = [_markdown(page) for page in said[1:]]
        rest += [_card(each) for each in buttons if each is not first]
        for number, body in enumerate(rest):
            await self._post(question.chat, message, body, number)
        return Receipt(str(buttons[0]["task_id"]) if buttons else message.reply_token)

    async def _push(self, message: OutboundMessage) -> Receipt:
        chat = await self._chats.find(message.room_id)
        if chat is None:
            raise DeliveryError("nobody has written to the robot there yet", permanent=True)
        said, buttons = _parts(message.card, message.key)
        bodies = [*map(_markdown, said), *map(_card, buttons)]
        receipts = [await self._post(chat, message, body, number) for number, body in enumerate(bodies)]
        return receipts[-1]

    async def _post(self, chat: Chat, message: OutboundMessage, body: Document, number: int) -> Receipt:
        """One of the parts of a message, each of them once."""
        part = f"{message.key}#{number}" if message.key else ""
        task_id = str(body.get("template_card", {}).get("task_id", ""))
        receipt = self._shown.receipt(chat.room_id, part)
        if receipt is None:
            await self._allowance.take(chat.room_id, message.urgency)
            again = self._shown.is_unsure(chat.room_id, part)
            try:
                await self._push_once(chat, body, task_id, again=again)
            except WeComError as error:
                if error.unknown:
                    self._shown.keep(chat.room_id, part, None)
                raise
            receipt = Receipt(task_id or f"pushed:{part or uuid4().hex}")
            self._shown.keep(chat.room_id, part, receipt)
        return receipt

    async def _push_once(self, chat: Chat, body: Document, task_id: str, *, again: bool) -> None:
        """A card that may be there is sent again: the same card is refused. Words are not: WeCom would show them
        twice, and the connection hardly ever ends between hearing and acknowledging them."""
        whole = {"chatid": chat.chatid, "chat_type": chat.chat_type, **body}
        try:
            await self._outlet.ask(frames.SEND, whole)
        except WeComError as error:
            if again and task_id and is_there_already(error):
                return
            if not error.unknown or task_id:
                raise
            log.warning("WeCom: nobody knows whether a message was shown: %s", error)


def _parts(card: Card, key: str, *, words: bool = False) -> tuple[list[str], list[Document]]:
    """The words and the cards of a message, at least one of them; `words`: at least words."""
    buttons = cards.of(card, key)
    if buttons and cards.fits(card) and not words:
        return [], buttons
    said = format.pages(card, format.PLAIN_MARKDOWN, LONGEST)
    return said or ["…"], buttons


def _markdown(page: str) -> Document:
    return {"msgtype": "markdown", "markdown": {"content": page}}


def _card(card: Document) -> Document:
    return {"msgtype": "template_card", "template_card": card}
