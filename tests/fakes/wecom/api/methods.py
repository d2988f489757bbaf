"""The calls there are: who may make them, how, and what does them. Chapters of the facts, in their order."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from starlette.responses import Response

from tests.fakes.wecom.api import media, message
from tests.fakes.wecom.api.call import Call
from tests.fakes.wecom.corp import Family
from tests.fakes.wecom.errors import Json


@dataclass(frozen=True)
class Method:
    """`upload`: takes a multipart body instead of JSON."""

    run: Callable[[Call], Json | Response]
    verb: Literal["GET", "POST"]
    family: Family
    upload: bool = False


METHODS: dict[str, Method] = {
    "message/send": Method(message.send, "POST", "message"),
    "message/recall": Method(message.recall, "POST", "message"),
    "message/update_template_card": Method(message.update_card, "POST", "message"),
    "media/upload": Method(media.upload, "POST", "media", upload=True),
    "media/uploadimg": Method(media.upload_image, "POST", "media", upload=True),
    "media/get": Method(media.get, "GET", "media"),
}
