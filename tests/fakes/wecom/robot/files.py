"""What people send to a robot: encrypted, at an address that is good for five minutes."""

import base64
import secrets
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from tests.fakes.wecom.cipher import Cipher, padded
from tests.fakes.wecom.errors import Json
from tests.fakes.wecom.state import State

LIFE = 300


@dataclass(frozen=True)
class Kept:
    """`sealed`: AES-256-CBC, padded to 32, the first half of the key as IV."""

    sealed: bytes
    name: str
    at: float


class Files:
    """By the last part of their address."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._kept: dict[str, Kept] = {}

    def keep(self, content: bytes, name: str) -> Json:
        """What stands in the message: the address and the key to it."""
        aes_key = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
        sealed = base64.b64decode(Cipher("", aes_key, "").encrypt(padded(content)))
        code = self._state.ids.secret(40)
        self._kept[code] = Kept(sealed, name, self._state.clock.now())
        return {"url": f"{self._state.address}/aibot/files/{code}", "aeskey": aes_key + "="}

    def serve(self, request: Request) -> Response:
        """404 for what is unknown or too old."""
        kept = self._kept.get(request.path_params["code"])
        if kept is None or kept.at + LIFE <= self._state.clock.now():
            return Response(status_code=404)
        named = kept.name.encode().decode("latin-1")
        headers = {"Content-Disposition": f'attachment; filename="{named}"'} if named else {}
        return Response(kept.sealed, media_type="application/octet-stream", headers=headers)

    def has(self, code: str) -> bool:
        return code in self._kept
