"""What goes to customers: a text and up to nine attachments, for welcomes and for broadcasts."""

from tests.fakes.wecom import media
from tests.fakes.wecom.api.call import Args, Call
from tests.fakes.wecom.errors import Json, WeComError

TEXT = 4000
MOST = 9


def read(call: Call) -> Json:
    """{"text", "attachments"}; 40063 when there is neither, 45002 too long, 40058 too many, 40007 for a dead file."""
    text = call.args.inner("text")
    content = text.text("content", most=TEXT)
    found = call.args.objects("attachments", most=MOST)
    if not content and not found:
        raise WeComError(40063, "text or attachments")
    for attachment in found:
        _check(call, attachment)
    return {"text": {"content": content}, "attachments": [one.values for one in found]}


def _check(call: Call, attachment: Args) -> None:
    kind = attachment.text("msgtype", needed=True)
    if kind not in {"image", "link", "miniprogram", "video", "file"}:
        raise WeComError(40008, kind)
    body = attachment.inner(kind, needed=True)
    if kind == "link":
        body.text("title", needed=True, most=128)
        body.text("picurl", most=2048)
        body.text("desc", most=512)
        body.text("url", needed=True, most=2048)
    elif kind == "miniprogram":
        body.text("title", needed=True, most=64)
        body.text("appid", needed=True)
        body.text("page", needed=True)
        media.find(call.state, body.text("pic_media_id", needed=True), "image")
    elif kind != "image" or not body.has("pic_url"):
        media.find(call.state, body.text("media_id", needed=True), kind)
