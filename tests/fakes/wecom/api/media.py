"""media/*"""

import re
from urllib.parse import quote

from starlette.responses import Response

from tests.fakes.wecom import media
from tests.fakes.wecom.api.call import Call
from tests.fakes.wecom.errors import Json, WeComError

IMAGE_ENDINGS = (".jpg", ".jpeg", ".png")


def upload(call: Call) -> Json:
    """Part `media`; created_at travels as a string."""
    name, content_type, content = _part(call)
    kept = media.keep(call.state, call.args.text("type", needed=True), name, content_type, content)
    return {"type": kept.type, "media_id": kept.id, "created_at": str(kept.at)}


def upload_image(call: Call) -> Json:
    name, content_type, content = _part(call)
    kept = media.keep(call.state, "image", name, content_type, content)
    return {"url": f"{call.state.address}/pictures/{kept.id}"}


def get(call: Call) -> Response:
    """The bytes, or the part that a Range asks for."""
    kept = media.find(call.state, call.args.text("media_id", needed=True))
    headers = {"Content-Disposition": _disposition(kept.name), "Accept-Ranges": "bytes"}
    wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", call.range)
    if not wanted:
        return Response(kept.content, headers=headers, media_type=kept.content_type)
    start, total = int(wanted[1]), len(kept.content)
    end = min(int(wanted[2] or total - 1), total - 1)
    if start > end:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{total}"})
    headers["Content-Range"] = f"bytes {start}-{end}/{total}"
    return Response(kept.content[start : end + 1], status_code=206, headers=headers, media_type=kept.content_type)


def _part(call: Call) -> tuple[str, str, bytes]:
    if "media" not in call.files:
        raise WeComError(44001)
    return call.files["media"]


def _disposition(name: str) -> str:
    """Both forms: the raw bytes of the name in UTF-8, as the header's Latin letters, and the one of RFC 5987."""
    raw = name.replace('"', "").encode().decode("latin-1")
    return f"attachment; filename=\"{raw}\"; filename*=utf-8''{quote(name)}"
