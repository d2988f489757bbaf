"""The platform's side of the seal, written after its page, beside the code that it tests."""

import base64
import hashlib
import os
import re
import struct
from dataclasses import dataclass
from datetime import datetime

import httpx
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from tests.adapters.wecom.far import CORP

TOKEN = "hJqcu3uJ9Tn2gXPmxx2w9kkCkCE2EPYo"
AES_KEY = "6qkdMrq68nTKduznJYO1A37W2oEgpkMUvkttRToqhUt"


@dataclass(frozen=True)
class Platform:
    """`receive_id`: whom it seals for."""

    token: str = TOKEN
    aes_key: str = AES_KEY
    receive_id: str = CORP

    def encrypt(self, text: str | bytes) -> str:
        said = text.encode() if isinstance(text, str) else text
        plain = os.urandom(16) + struct.pack(">I", len(said)) + said + self.receive_id.encode()
        pad = 32 - len(plain) % 32
        return self.encrypt_raw(plain + bytes([pad]) * pad)

    def encrypt_raw(self, blocks: bytes) -> str:
        encryptor = self._cipher().encryptor()
        return base64.b64encode(encryptor.update(blocks) + encryptor.finalize()).decode()

    def decrypt(self, encrypted: str) -> str:
        decryptor = self._cipher().decryptor()
        plain = decryptor.update(base64.b64decode(encrypted)) + decryptor.finalize()
        plain = plain[: -plain[-1]]
        (length,) = struct.unpack(">I", plain[16:20])
        assert plain[20 + length :].decode() == self.receive_id
        return plain[20 : 20 + length].decode()

    def sign(self, timestamp: str, nonce: str, encrypted: str) -> str:
        return hashlib.sha1(
            "".join(sorted((self.token, timestamp, nonce, encrypted))).encode(), usedforsecurity=False
        ).hexdigest()

    def query(self, encrypted: str, at: datetime, nonce: str = "n0nce") -> dict[str, str]:
        timestamp = str(int(at.timestamp()))
        return {"msg_signature": self.sign(timestamp, nonce, encrypted), "timestamp": timestamp, "nonce": nonce}

    def opened(self, reply: httpx.Response) -> str:
        """The text in a sealed reply, whose signature is checked."""
        part = {name: _element(reply.text, name) for name in ("Encrypt", "MsgSignature", "TimeStamp", "Nonce")}
        assert part["MsgSignature"] == self.sign(part["TimeStamp"], part["Nonce"], part["Encrypt"])
        return self.decrypt(part["Encrypt"])

    def _cipher(self) -> Cipher[modes.CBC]:
        key = base64.b64decode(self.aes_key + "=")
        return Cipher(algorithms.AES(key), modes.CBC(key[:16]))


def _element(text: str, name: str) -> str:
    found = re.search(rf"<{name}>(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?</{name}>", text, re.DOTALL)
    assert found, name
    return found[1]
