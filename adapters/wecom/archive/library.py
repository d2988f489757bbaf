"""Calls to the library of the platform, which runs in a process of its own."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from adapters.wecom.archive.process import PATIENCE, Companion, Frame, Patience, Sleep
from crm_core.chat import Document

#: Seconds the library itself may wait for the platform in one call.
NETWORK_SECONDS = 10

_CHILD = Path(__file__).with_name("child.py")

Pair = tuple[bytes, bytes]


class LibraryError(Exception):
    """The library refused. `code`: 10000 and more its own, see its page "错误码"."""

    def __init__(self, code: int) -> None:
        super().__init__(f"code {code}")
        self.code = code

    @property
    def passing(self) -> bool:
        """Worth another try: network, parsing of what came, system."""
        return self.code in {10001, 10002, 10003}


class LibraryMissing(Exception):
    """The file is not there, is for another machine, or is another library. The text names the mend."""


@dataclass(frozen=True)
class Chunk:
    """A piece of a file. `index`: what the next is asked with."""

    data: bytes
    index: str
    finished: bool


class Library:
    """One process; calls wait for each other. All raise `LibraryError`, `LibraryMissing` and `Died`."""

    def __init__(
        self,
        path: str,
        corp_id: str,
        secret: SecretStr,
        *,
        patience: Patience = PATIENCE,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._path = path
        self._corp_id = corp_id
        self._secret = secret
        self._process = Companion(
            "the library of the archive",
            (sys.executable, "-I", str(_CHILD)),
            self._hello,
            self._welcome,
            patience=patience,
            sleep=sleep,
        )

    async def chat(self, seq: int, limit: int) -> bytes:
        """Rows after this number, as the JSON that the library gives."""
        answer, body = await self._process.ask({"do": "chat", "seq": seq, "limit": limit, "seconds": NETWORK_SECONDS})
        _require_good(answer)
        return body

    async def decrypt(self, pairs: Sequence[Pair]) -> list[bytes | int]:
        """The text of each pair of key and message, or the code of why there is none."""
        lengths = [(len(key), len(message)) for key, message in pairs]
        body = b"".join(part for pair in pairs for part in pair)
        answer, texts = await self._process.ask({"do": "decrypt", "lengths": lengths}, body)
        found: list[bytes | int] = []
        at = 0
        for code, length in answer["rows"]:
            found.append(texts[at : at + length] if code == 0 else int(code))
            at += length
        return found

    async def media(self, file_id: str, index: str) -> Chunk:
        """A piece of a file; `index` "" for the first."""
        answer, data = await self._process.ask(
            {"do": "media", "file": file_id, "index": index, "seconds": NETWORK_SECONDS}
        )
        _require_good(answer)
        return Chunk(data, str(answer["index"]), bool(answer["finished"]))

    async def close(self) -> None:
        """End the process."""
        await self._process.close()

    def _hello(self) -> Frame:
        secret = self._secret.get_secret_value()
        return {"do": "open", "library": self._path, "corp_id": self._corp_id, "secret": secret}, b""

    def _welcome(self, answer: Document) -> None:
        if "problem" in answer:
            raise LibraryMissing(_MENDS[answer["problem"]].format(path=self._path))
        _require_good(answer)


_MENDS = {
    "missing": "[wecom.archive] library: {path} cannot be loaded. Name the file libWeWorkFinanceSdk_C.so of this "
    "machine's kind, from the page 会话内容存档 → SDK下载",
    "foreign": "[wecom.archive] library: {path} is another library. Name the file libWeWorkFinanceSdk_C.so",
}


def _require_good(answer: Document) -> None:
    if answer["code"] != 0:
        raise LibraryError(int(answer["code"]))
