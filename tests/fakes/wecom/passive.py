"""The answer to a callback: unsealed, checked, and shown to the person (被动回复消息格式)."""

from collections.abc import Callable
from typing import Any

from tests.fakes.wecom import card_xml, inbox, markup
from tests.fakes.wecom.api import cards
from tests.fakes.wecom.api.call import Args, Call
from tests.fakes.wecom.cipher import Cipher, Unsealed
from tests.fakes.wecom.corp import App
from tests.fakes.wecom.errors import Json, WeComError
from tests.fakes.wecom.markup import NotWellFormed
from tests.fakes.wecom.parcel import Parcel, Reply
from tests.fakes.wecom.world import World

TEXT = 2048


class Nonsense(Exception):
    """An answer that the platform throws away; the person sees nothing of it."""


def show(world: World, app: App, cipher: Cipher, parcel: Parcel, reply: Reply) -> None:
    """Put the answer before the person; what is wrong with it is a violation."""
    if not reply.body:
        return
    try:
        fields = unseal(cipher, reply.body)
        with world.lock:
            _require_address(world, parcel, fields)
            msgid = _present(world, app, parcel, fields)
    except (Nonsense, NotWellFormed, Unsealed, WeComError) as error:
        world.journal.write("violation", what="passive reply", text=str(error), app=app.name, name=parcel.name)
    else:
        world.journal.write("passive", app=app.name, msgid=msgid, userid=parcel.person, msgtype=fields["MsgType"])


def unseal(cipher: Cipher, body: bytes) -> Json:
    """The fields inside. Raises `Nonsense`, `NotWellFormed`, `Unsealed`."""
    outer = markup.read(body)
    sealed, signature, timestamp, nonce = (
        _text(outer, name) for name in ("Encrypt", "MsgSignature", "TimeStamp", "Nonce")
    )
    if not cipher.is_signed(signature, timestamp, nonce, sealed):
        raise Nonsense("the signature is wrong")
    return markup.read(cipher.open(sealed))


def _require_address(world: World, parcel: Parcel, fields: Json) -> None:
    if not parcel.person:
        raise Nonsense(f"nobody is there to see an answer to {parcel.name}")
    if _text(fields, "ToUserName") != parcel.person or _text(fields, "FromUserName") != world.corp_id:
        raise Nonsense("ToUserName is the person, FromUserName the company")
    if not _text(fields, "CreateTime").isdecimal():
        raise Nonsense("CreateTime is a number")


def _present(world: World, app: App, parcel: Parcel, fields: Json) -> str:
    kind = _text(fields, "MsgType")
    if kind in {"update_button", "update_template_card", "update_taskcard"}:
        return _change_card(world, app, parcel, kind, fields)
    if kind not in BODIES:
        raise Nonsense(f"{kind} cannot be answered")
    return world.show(app, world.staff[parcel.person], kind, BODIES[kind](fields)).msgid


def _change_card(world: World, app: App, parcel: Parcel, kind: str, fields: Json) -> str:
    if parcel.fields.get("Event") != "template_card_event":
        raise Nonsense(f"{kind} answers a click on a card only")
    message = next(one for one in world.sent if one.app is app and one.task_id == parcel.fields["TaskId"])
    if kind == "update_template_card":
        card = Args(card_xml.to_json(_object(fields, "TemplateCard")))
        change: Json = {"template_card": cards.check(Call(world, "passive", card, app, {}), card, again=True)}
    else:
        change = {"button": {"replace_name": _text(_object(fields, "Button"), "ReplaceName")}}
    inbox.change_card(world, message, [parcel.person], change)
    return message.msgid


def _plain(fields: Json) -> Json:
    content = _text(fields, "Content")
    if len(content.encode()) > TEXT:
        raise Nonsense(f"a text of {len(content.encode())} bytes")
    return {"content": content}


def _file(name: str) -> Callable[[Json], Json]:
    return lambda fields: {"media_id": _text(_object(fields, name), "MediaId")}


def _video(fields: Json) -> Json:
    video = _object(fields, "Video")
    return {
        "media_id": _text(video, "MediaId"),
        "title": str(video.get("Title", "")),
        "description": str(video.get("Description", "")),
    }


def _news(fields: Json) -> Json:
    items: Any = _object(fields, "Articles").get("item") or []
    articles = items if isinstance(items, list) else [items]
    if str(len(articles)) != _text(fields, "ArticleCount") or not 1 <= len(articles) <= 8:
        raise Nonsense("ArticleCount says how many articles there are, 1 to 8")
    return {"articles": [{name.lower(): value for name, value in one.items()} for one in articles]}


BODIES: dict[str, Callable[[Json], Json]] = {
    "text": _plain,
    "image": _file("Image"),
    "voice": _file("Voice"),
    "video": _video,
    "news": _news,
}


def _text(fields: Json, name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise Nonsense(f"no {name}")
    return value


def _object(fields: Json, name: str) -> Json:
    value = fields.get(name)
    if not isinstance(value, dict):
        raise Nonsense(f"no {name}")
    return value
