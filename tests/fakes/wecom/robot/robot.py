"""A 智能机器人: the people who talk with it, and what it answers. Its connection is in gateway.py."""

from collections.abc import Callable

from tests.fakes.wecom.corp import App, Staff
from tests.fakes.wecom.errors import Json
from tests.fakes.wecom.robot.chats import Chat, Kind, LaterAnswer, Post, Question
from tests.fakes.wecom.robot.files import Files
from tests.fakes.wecom.robot.uploads import Uploads
from tests.fakes.wecom.state import State


class Robot:
    """All verbs may be called from any thread. `outbox`: takes a question to the one connection there is. `wrote`: is
    called when the robot wrote something.

    `minutely`, `hourly`: how much it may write into one chat.
    """

    def __init__(self, state: State, name: str = "crm") -> None:
        self.state = state
        self.name = name
        self.bot_id = state.ids.new("aib", 29)
        self.secret = state.ids.secret()
        self.app = App(name, "app", self.secret, 0, "", "")
        self.chats: dict[str, Chat] = {}
        self.questions: dict[str, Question] = {}
        self.later: dict[str, LaterAnswer] = {}
        self.files = Files(state)
        self.uploads = Uploads(state)
        self.minutely = 30
        self.hourly = 1_000
        self.outbox: Callable[[Question], None] = lambda _: None
        self.wrote: Callable[[], None] = lambda: None

    def direct(self, staff: Staff) -> Chat:
        """A person's chat with the robot alone."""
        return self.chats.setdefault(staff.userid.lower(), Chat(staff.userid, group=False, members=[staff.userid]))

    def group(self, *staff: Staff) -> Chat:
        """An inner group with the robot in it."""
        with self.state.lock:
            chat = Chat(self.state.ids.new("wr", 30), group=True, members=[one.userid for one in staff])
            self.chats[chat.id.lower()] = chat
            return chat

    def say(self, staff: Staff, words: str, chat: Chat | None = None, *, mention: bool = True) -> Question | None:
        """Write to it; in a group only what mentions it reaches it (None for what does not)."""
        where = chat or self.direct(staff)
        text = f"@{self.name} {words}" if where.group and mention else words
        if where.group and not mention:
            where.posts.append(Post(staff.userid, "text", {"content": text}, self.state.clock.now()))
            return None
        return self.send(staff, "text", {"content": text}, where)

    def send(self, staff: Staff, msgtype: str, inner: Json, chat: Chat | None = None) -> Question:
        """A message of any kind: image, mixed, voice, file …"""
        with self.state.lock:
            where = chat or self.direct(staff)
            assert staff.userid in where.members, f"{staff.name} is not in that chat"
            where.spoken = True
            where.posts.append(Post(staff.userid, msgtype, inner, self.state.clock.now()))
            body = {**self._head(staff.userid, where, msgtype), msgtype: inner}
            body["response_url"] = self._response_url(where, staff.userid)
            return self._ask("message", where, staff.userid, body)

    def send_file(self, staff: Staff, msgtype: str, content: bytes, name: str = "") -> Question:
        """An image, a file or a video: its content waits encrypted at an address, for five minutes."""
        return self.send(staff, msgtype, self.files.keep(content, name))

    def enter(self, staff: Staff) -> Question:
        """Open the chat with it, the first time this day."""
        return self.event(staff, "enter_chat", {})

    def click(self, staff: Staff, post: Post, key: str, picked: dict[str, list[str]] | None = None) -> Question:
        """Press a button of a card. `picked`: option ids by question."""
        card = post.shown_to(staff.userid)
        inner: Json = {"card_type": card["card_type"], "event_key": key, "task_id": card.get("task_id", "")}
        if picked:
            items = [{"question_key": name, "option_ids": {"option_id": ids}} for name, ids in picked.items()]
            inner["selected_items"] = {"selected_item": items}
        chat = next(chat for chat in self.chats.values() if post in chat.posts)
        return self.event(staff, "template_card_event", {"template_card_event": inner}, chat, post=post)

    def event(
        self, staff: Staff, kind: Kind, fields: Json, chat: Chat | None = None, *, post: Post | None = None
    ) -> Question:
        """Any event of a person's."""
        with self.state.lock:
            where = chat or self.direct(staff)
            body = {**self._head(staff.userid, where, "event"), "event": {"eventtype": kind, **fields}}
            return self._ask(kind, where, staff.userid, body, post)

    def repeat(self, question: Question) -> Question:
        """The same message once more, under another req_id."""
        with self.state.lock:
            return self._ask(question.kind, question.chat, question.userid, question.body, question.post)

    def farewell(self) -> Question:
        """What a connection is told that another one takes the place of; nobody may answer it."""
        body: Json = {
            "msgid": self.state.ids.hex(),
            "create_time": self.state.seconds,
            "aibotid": self.bot_id,
            "msgtype": "event",
            "event": {"eventtype": "disconnected_event"},
        }
        nowhere = Chat("", group=False, members=[])
        return Question(self.state.ids.hex(), "disconnected_event", nowhere, "", self.state.clock.now(), body)

    def latest(self, staff: Staff, chat: Chat | None = None) -> Post | None:
        """The last thing it wrote there."""
        posts = [post for post in (chat or self.direct(staff)).posts if not post.author]
        return posts[-1] if posts else None

    def unanswered(self) -> list[Question]:
        """Messages that wait for an answer, or for the end of one."""
        return [one for one in tuple(self.questions.values()) if one.kind == "message" and not one.answered]

    def _head(self, userid: str, chat: Chat, msgtype: str) -> Json:
        where: Json = {"chatid": chat.id, "chattype": "group"} if chat.group else {"chattype": "single"}
        return {
            "msgid": self.state.ids.hex(),
            "create_time": self.state.seconds,
            "aibotid": self.bot_id,
            **where,
            "from": {"userid": userid},
            "msgtype": msgtype,
        }

    def _response_url(self, chat: Chat, userid: str) -> str:
        code = self.state.ids.secret(64)
        self.later[code] = LaterAnswer(chat, userid, self.state.clock.now())
        return f"{self.state.address}/aibot/response?response_code={code}"

    def _ask(self, kind: Kind, chat: Chat, userid: str, body: Json, post: Post | None = None) -> Question:
        now = self.state.clock.now()
        question = Question(self.state.ids.hex(), kind, chat, userid, now, body, post, place=len(chat.posts))
        self.questions[question.req_id] = question
        self.state.journal.write("robot asked", robot=self.name, what=kind, msgid=body["msgid"], userid=userid)
        self.outbox(question)
        return question
