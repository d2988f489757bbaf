"""The seal on what WeCom sends and gets ("加解密方案说明"): a signature over everything, AES around the text.

wechatpy knows the cipher. What it lets through or trips over is caught here: whatever is wrong is `Rejected`.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import SecretStr
from wechatpy.work.crypto import PrpCrypto, WeChatCrypto

#: How far the moment of a request may be from ours.
WINDOW = timedelta(minutes=5)

_LONGEST = 128
_BLOCK = 32


class Rejected(Exception):
    """It does not come from WeCom, not for us, or not now. Holds nothing of it."""


@dataclass(frozen=True)
class Seal:
    """What stands in the address of a request, and in a reply."""

    signature: str
    timestamp: str
    nonce: str

    def require_recent(self, now: datetime) -> None:
        """Raises `Rejected`; for what is too long, too."""
        if not (self.timestamp.isascii() and self.timestamp.isdigit() and len(self.timestamp) <= 12):
            raise Rejected
        if not self.signature or max(len(self.signature), len(self.nonce)) > _LONGEST:
            raise Rejected
        if abs(now.timestamp() - int(self.timestamp)) > WINDOW.total_seconds():
            raise Rejected


class _Random(PrpCrypto):  # type: ignore[misc]
    """With a beginning nobody can guess."""

    def get_random_string(self) -> str:
        return secrets.token_hex(8)


class Cipher:
    """`receive_id`: whom it is for, the company; "" for a robot. Raises `ValueError` for what is no key."""

    def __init__(self, token: SecretStr, aes_key: SecretStr, receive_id: str) -> None:
        if len(aes_key.get_secret_value()) != 43:
            raise ValueError("encoding_aes_key: 43 letters and digits")
        self._token = token
        self._receive_id = receive_id
        self._crypto = WeChatCrypto(token.get_secret_value(), aes_key.get_secret_value(), receive_id)
        self._sealing = _Random(self._crypto.key)

    def open(self, encrypted: str, seal: Seal) -> str:
        """The text within, once the signature holds. Raises `Rejected`, whatever is wrong."""
        good = self._signature(encrypted, seal.timestamp, seal.nonce)
        if not hmac.compare_digest(good.encode(), seal.signature.encode("utf-8", "replace")):
            raise Rejected
        try:
            self._require_padding(base64.b64decode(encrypted, validate=True))
            text: str = self._crypto.decrypt_message({"Encrypt": encrypted}, good, seal.timestamp, seal.nonce)
        except Exception:  # noqa: BLE001
            text = ""
        if not text:
            raise Rejected
        return text

    def seal(self, text: str, now: datetime) -> Mapping[str, str | int]:
        """The four parts of a reply: Encrypt, MsgSignature, TimeStamp, Nonce."""
        encrypted = self._sealing.encrypt(text, self._receive_id).decode()
        timestamp, nonce = str(int(now.timestamp())), secrets.token_hex(8)
        signature = self._signature(encrypted, timestamp, nonce)
        return {"Encrypt": encrypted, "MsgSignature": signature, "TimeStamp": int(timestamp), "Nonce": nonce}

    def _require_padding(self, sealed: bytes) -> None:
        """At its end a number as often as it says, 1 to 32. Raises `Rejected`."""
        plain: bytes = self._sealing.cipher.decrypt(sealed)
        times = plain[-1]
        if not 1 <= times <= _BLOCK or not plain.endswith(bytes([times]) * times):
            raise Rejected

    def _signature(self, encrypted: str, timestamp: str, nonce: str) -> str:
        parts = sorted(
            part.encode("utf-8", "replace") for part in (self._token.get_secret_value(), timestamp, nonce, encrypted)
        )
        return hashlib.sha1(b"".join(parts), usedforsecurity=False).hexdigest()
