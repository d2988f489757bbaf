"""What a robot writes: under the req_id of a question, or by itself (aibot_send_msg); every rule that holds for it."""

from collections.abc import Callable

from tests.fakes.wecom import media
from tests.fakes.wecom.api import cards
from tests.fakes.wecom.api.call import Args, Call, size
from tests.fakes.wecom.errors import Json, WeComError
from tests.fakes.wecom.robot.chats import Chat, LaterAnswer, Post, Question
from tests.fakes.wecom.robot.robot import Robot

#: Bytes of a stream, and of a markdown text.
LONGEST = 20_480
#: Seconds: for a welcome and for the answer to a click; for a stream; for a response_url.
AT_ONCE = 5
STREAM = 360
LATER = 3600
MOST_PICTURES = 10

INVALID_REQ_ID = 846605
TOO_LATE = 846608
NO_CONVERSATION = 846607


def respond(robot: Robot, req_id: str, body: Args) -> Json:
    """aibot_respond_msg: only to a message, a click takes no such answer."""
    question = _question(robot, req_id, {"message"})
    kind = body.text("msgtype", needed=True)
    if kind in {"stream", "stream_with_template_card"}:
        _stream(robot, question, body.inner("stream", needed=True))
        if body.has("template_card"):
            _write(robot, question.chat, "template_card", _card(robot, body))
    else:
        _write(robot, question.chat, kind, _checked(robot, kind, body))
    question.answers += 1
    return {}


def welcome(robot: Robot, req_id: str, body: Args) -> Json:
    """aibot_respond_welcome_msg: a text or a card, within five seconds, once."""
    question = _question(robot, req_id, {"enter_chat"})
    _require_at_once(robot, question)
    kind = body.text("msgtype", needed=True)
    if kind not in {"text", "template_card"}:
        raise WeComError(40008, kind)
    inner = _plain(body.inner("text", needed=True)) if kind == "text" else _card(robot, body)
    _write(robot, question.chat, kind, inner)
    question.answers += 1
    return {}


def update(robot: Robot, req_id: str, body: Args) -> Json:
    """aibot_respond_update_msg: the clicked card becomes another one with the same task_id, for some or for all."""
    question = _question(robot, req_id, {"template_card_event"})
    _require_at_once(robot, question)
    if body.text("response_type", needed=True) != "update_template_card":
        raise WeComError(40058, "response_type")
    card = body.inner("template_card", needed=True)
    post = question.post
    if post is None or card.text("task_id", needed=True) != post.body.get("task_id"):
        raise WeComError(40058, "task_id is that of the card that was clicked")
    shown = cards.check(_call(robot, card), card, again=True)
    for userid in body.texts("userids") or question.chat.members:
        post.own[userid] = shown
    question.answers += 1
    return {}


def send(robot: Robot, _: str, body: Args) -> Json:
    """aibot_send_msg: by itself, to who spoke with it before."""
    kind = body.text("msgtype", needed=True)
    if kind == "text":
        raise WeComError(40008, kind)
    chat = robot.chats.get(body.text("chatid", needed=True).lower())
    wanted = body.number("chat_type", 0, least=0, most=2)
    if chat is None or not chat.spoken or (wanted and chat.group != (wanted == 2)):
        raise WeComError(NO_CONVERSATION)
    _write(robot, chat, kind, _checked(robot, kind, body))
    return {}


def answer_later(robot: Robot, later: LaterAnswer, body: Args) -> Json:
    """By response_url: markdown, or a card in a direct chat; once, within an hour."""
    if later.used or later.at + LATER <= robot.state.clock.now():
        raise WeComError(INVALID_REQ_ID, "used or too old")
    kind = body.text("msgtype", needed=True)
    if kind not in {"markdown", "template_card"} or (kind == "template_card" and later.chat.group):
        raise WeComError(40008, kind)
    _write(robot, later.chat, kind, _checked(robot, kind, body))
    later.used = True
    return {}


def unknown(robot: Robot, _: str, body: Args) -> Json:
    """No such cmd."""
    raise WeComError(40058, "unknown cmd")


COMMANDS: dict[str, Callable[[Robot, str, Args], Json]] = {
    "aibot_respond_msg": respond,
    "aibot_respond_welcome_msg": welcome,
    "aibot_respond_update_msg": update,
    "aibot_send_msg": send,
    "aibot_upload_media_init": lambda robot, _, body: robot.uploads.begin(body),
    "aibot_upload_media_chunk": lambda robot, _, body: robot.uploads.add(body),
    "aibot_upload_media_finish": lambda robot, _, body: robot.uploads.finish(body),
}
#: Those that answer under the req_id of a question, one at a time.
RESPONDING = frozenset(("aibot_respond_msg", "aibot_respond_welcome_msg", "aibot_respond_update_msg"))


def _question(robot: Robot, req_id: str, kinds: set[str]) -> Question:
    question = robot.questions.get(req_id)
    if question is None or question.kind not in kinds:
        raise WeComError(INVALID_REQ_ID)
    return question


def _require_at_once(robot: Robot, question: Question) -> None:
    if question.answers or robot.state.clock.now() > question.at + AT_ONCE:
        raise WeComError(TOO_LATE)


def _stream(robot: Robot, question: Question, stream: Args) -> None:
    """The whole text so far, each time; over six minutes after the question, or after its end, it is too late."""
    name = stream.text("id", needed=True, most=256)
    content = stream.text("content", most=LONGEST)
    finish = stream.flag("finish")
    stream.inner("feedback").text("id", most=256)
    if stream.has("msg_item") and not finish:
        raise WeComError(40058, "msg_item comes with the last piece")
    stream.objects("msg_item", most=MOST_PICTURES)
    post = question.streams.get(name)
    if robot.state.clock.now() > question.at + STREAM or (post and post.finished):
        raise WeComError(TOO_LATE)
    if post is None:
        post = question.streams[name] = _write(robot, question.chat, "stream", {})
    post.body = {"content": content, "msg_item": stream.values.get("msg_item", [])}
    post.finished = finish
    robot.state.journal.write("robot stream", robot=robot.name, chat=question.chat.id, finished=finish)


def _checked(robot: Robot, kind: str, body: Args) -> Json:
    if kind == "template_card":
        return _card(robot, body)
    inner = body.inner(kind)
    if kind == "markdown":
        inner.text("content", needed=True, most=LONGEST)
        inner.inner("feedback").text("id", most=256)
    elif kind in {"file", "image", "voice", "video"}:
        media.find(robot.state, inner.text("media_id", needed=True), kind)
    else:
        raise WeComError(40008, kind)
    return inner.values


def _card(robot: Robot, body: Args) -> Json:
    card = body.inner("template_card", needed=True)
    checked = cards.check(_call(robot, card), card)
    if card.has("task_id"):
        robot.state.task_ids.add((robot.app.agent_id, card.text("task_id")))
    return checked


def _plain(text: Args) -> Json:
    content = text.text("content", needed=True)
    if size(content) > LONGEST:
        raise WeComError(45002, "content")
    return {"content": content}


def _call(robot: Robot, args: Args) -> Call:
    return Call(robot.state, "aibot", args, robot.app, {})


def _write(robot: Robot, chat: Chat, msgtype: str, body: Json) -> Post:
    if not chat.spend(robot.state.clock.now(), robot.minutely, robot.hourly):
        raise WeComError(45009)
    post = Post("", msgtype, body, robot.state.clock.now(), finished=msgtype != "stream")
    chat.posts.append(post)
    robot.wrote()
    robot.state.journal.write("robot wrote", robot=robot.name, chat=chat.id, msgtype=msgtype)
    return post
