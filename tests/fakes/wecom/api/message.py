"""message/*: to employees."""

from collections.abc import Callable

from tests.fakes.wecom import inbox, media
from tests.fakes.wecom.api import cards
from tests.fakes.wecom.api.call import Args, Call, size
from tests.fakes.wecom.api.receivers import Receivers, read
from tests.fakes.wecom.errors import Json, WeComError
from tests.fakes.wecom.inbox import Message

TEXT = 2048
DUPLICATE_SECONDS = 1800
DUPLICATE_MOST = 4 * 3600


def send(call: Call) -> Json:
    """Partly wrong receivers are errcode 0 with lists; all of them wrong 81013."""
    msgtype = call.args.text("msgtype", needed=True)
    _require_agent(call)
    if msgtype not in CHECKS:
        raise WeComError(40008, msgtype)
    for name in ("safe", "enable_id_trans", "enable_duplicate_check"):
        call.args.number(name, 0, least=0, most=2)
    interval = call.args.number("duplicate_check_interval", DUPLICATE_SECONDS, least=1, most=DUPLICATE_MOST)
    body = CHECKS[msgtype](call, call.args.inner(msgtype, needed=True))
    receivers = read(call)
    message = Message(str(call.state.ids.number()), call.app, msgtype, body, call.state.clock.now())
    checked = call.args.number("enable_duplicate_check", 0)
    inbox.deliver(call.state, message, receivers.userids, interval=interval if checked else 0)
    return _answer(call, message, receivers)


def _answer(call: Call, message: Message, receivers: Receivers) -> Json:
    answer: Json = {**receivers.invalid(), "msgid": message.msgid}
    if message.task_id:
        call.state.task_ids.add((call.app.agent_id, message.task_id))
    if message.msgtype == "template_card" and cards.is_interactive(message.body):
        answer["response_code"] = inbox.response_code(call.state, message)
    return answer


def recall(call: Call) -> Json:
    inbox.recall(call.state, call.app, call.args.text("msgid", needed=True))
    return {}


def update_card(call: Call) -> Json:
    """By a response_code, which works once: other words on the button, or another card."""
    _require_agent(call)
    code = call.args.text("response_code", needed=True)
    change: Json = {}
    if call.args.has("template_card"):
        change["template_card"] = cards.check(call, call.args.inner("template_card"), again=True)
    else:
        name = call.args.inner("button", needed=True).text("replace_name", needed=True)
        change["button"] = {"replace_name": name}
    everyone = call.args.number("atall", 0, least=0, most=1)
    wanted = [] if everyone else call.args.texts("userids", most=100)
    message = inbox.use_code(call.state, call.app, code)
    known = [one for one in wanted if one.lower() in {had.lower() for had in message.delivered}]
    inbox.change_card(call.state, message, known, change)
    return {"invaliduser": [one.lower() for one in wanted if one not in known]}


def _require_agent(call: Call) -> None:
    if call.args.number("agentid") != call.app.agent_id:
        raise WeComError(301002)


def _text(call: Call, body: Args) -> Json:
    """What is longer is cut, without a word; the journal keeps that it was."""
    content = body.text("content", needed=True)
    if size(content) > TEXT:
        call.state.journal.write("cut", app=call.app.name, path=call.path, size=size(content))
        content = content.encode()[:TEXT].decode("utf-8", "ignore")
    return {"content": content}


def _markdown(call: Call, body: Args) -> Json:
    return {"content": body.text("content", needed=True, most=TEXT)}


def _textcard(call: Call, body: Args) -> Json:
    return {
        "title": body.text("title", needed=True, most=128),
        "description": body.text("description", needed=True, most=512),
        "url": body.text("url", needed=True, most=2048),
        "btntxt": body.text("btntxt", chars=4),
    }


def _file(kind: str) -> Callable[[Call, Args], Json]:
    def check(call: Call, body: Args) -> Json:
        media.find(call.state, body.text("media_id", needed=True), kind)
        return body.values

    return check


def _video(call: Call, body: Args) -> Json:
    media.find(call.state, body.text("media_id", needed=True), "video")
    body.text("title", most=128)
    body.text("description", most=512)
    return body.values


def _news(call: Call, body: Args) -> Json:
    for article in body.objects("articles", needed=True, most=8):
        article.text("title", needed=True, most=128)
        article.text("description", most=512)
        article.text("url", most=2048)
        if not article.has("url") and not article.has("pagepath"):
            raise WeComError(40063, "url")
    return body.values


def _mpnews(call: Call, body: Args) -> Json:
    for article in body.objects("articles", needed=True, most=8):
        article.text("title", needed=True, most=128)
        media.find(call.state, article.text("thumb_media_id", needed=True), "image")
        article.text("content", needed=True, most=666 * 1024)
        article.text("digest", most=512)
    return body.values


def _miniprogram(call: Call, body: Args) -> Json:
    body.text("appid", needed=True)
    body.text("title", needed=True, chars=12)
    body.text("description", chars=12)
    for item in body.objects("content_item", most=10):
        item.text("key", needed=True, chars=10)
        item.text("value", needed=True, chars=30)
    return body.values


CHECKS: dict[str, Callable[[Call, Args], Json]] = {
    "text": _text,
    "markdown": _markdown,
    "textcard": _textcard,
    "image": _file("image"),
    "voice": _file("voice"),
    "file": _file("file"),
    "video": _video,
    "news": _news,
    "mpnews": _mpnews,
    "miniprogram_notice": _miniprogram,
    "template_card": cards.check,
}
