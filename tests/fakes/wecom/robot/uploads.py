"""Files from a robot, in pieces: aibot_upload_media_init, _chunk, _finish."""

import base64
import binascii
import hashlib
from dataclasses import dataclass, field

from tests.fakes.wecom import media
from tests.fakes.wecom.api.call import Args
from tests.fakes.wecom.errors import Json, WeComError
from tests.fakes.wecom.state import State

MOST_CHUNKS = 100
CHUNK = 512 * 1024
MINUTELY = 30
HOURLY = 1_000


@dataclass
class Upload:
    type: str
    name: str
    size: int
    chunks: int
    md5: str
    pieces: dict[int, bytes] = field(default_factory=dict)


class Uploads:
    """Of one robot."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._open: dict[str, Upload] = {}
        self._begun: list[float] = []

    def begin(self, body: Args) -> Json:
        now = self._state.clock.now()
        self._begun = [at for at in self._begun if at > now - 3600]
        if len(self._begun) >= HOURLY or sum(at > now - 60 for at in self._begun) >= MINUTELY:
            raise WeComError(45009)
        upload = Upload(
            body.text("type", needed=True),
            body.text("filename", needed=True, most=256),
            body.number("total_size", least=media.LEAST + 1),
            body.number("total_chunks", least=1, most=MOST_CHUNKS),
            body.text("md5"),
        )
        if upload.type not in media.MOST:
            raise WeComError(40004, upload.type)
        self._begun.append(now)
        upload_id = self._state.ids.hex()
        self._open[upload_id] = upload
        return {"upload_id": upload_id}

    def add(self, body: Args) -> Json:
        """Pieces are counted from 0 and may come in any order, and again."""
        upload = self._find(body)
        index = body.number("chunk_index", least=0, most=upload.chunks - 1)
        try:
            piece = base64.b64decode(body.text("base64_data", needed=True), validate=True)
        except binascii.Error:
            raise WeComError(40058, "base64_data") from None
        if len(piece) > CHUNK:
            raise WeComError(45001)
        upload.pieces[index] = piece
        return {}

    def finish(self, body: Args) -> Json:
        """40058 when a piece is missing, or the whole is not what was announced."""
        upload = self._find(body)
        missing = sorted(set(range(upload.chunks)) - set(upload.pieces))
        if missing:
            raise WeComError(40058, f"chunks {missing} are missing")
        content = b"".join(upload.pieces[index] for index in range(upload.chunks))
        if len(content) != upload.size or (upload.md5 and upload.md5 != _md5(content)):
            raise WeComError(40058, "size or md5 differ")
        kept = media.keep(self._state, upload.type, upload.name, "application/octet-stream", content)
        del self._open[body.text("upload_id")]
        return {"type": kept.type, "media_id": kept.id, "created_at": kept.at}

    def _find(self, body: Args) -> Upload:
        upload = self._open.get(body.text("upload_id", needed=True))
        if upload is None:
            raise WeComError(40058, "unknown upload_id")
        return upload


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
