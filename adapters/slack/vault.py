"""Tokens as they stand in the database: encrypted with a key that stands in the configuration alone."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class Unreadable(Exception):
    """None of the keys opens it."""


class Vault:
    """`keys`: base64 of 32 bytes each, with commas between; the first locks, all open. To change the key, put the new
    one first and drop the old one after a start. Raises `ValueError` for what is no key."""

    def __init__(self, keys: str) -> None:
        raw = [_bytes(key.strip()) for key in keys.split(",")]
        self._locks = MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in raw])
        self._first = raw[0]

    @classmethod
    def derived(cls, secret: str, purpose: str) -> "Vault":
        """One with a key of its own, made of another secret of the configuration."""
        key = hmac.new(secret.encode(), f"crmbot {purpose}".encode(), hashlib.sha256).digest()
        return cls(base64.b64encode(key).decode())

    def lock(self, secret: str) -> str:
        return self._locks.encrypt(secret.encode()).decode() if secret else ""

    def open(self, locked: str) -> str:
        """The secret. Raises `Unreadable`."""
        if not locked:
            return ""
        try:
            return self._locks.decrypt(locked.encode()).decode()
        except InvalidToken:
            raise Unreadable from None

    def relock(self, locked: str) -> str:
        """The same, locked by the first key. Raises `Unreadable`."""
        return self.lock(self.open(locked))

    def pass_for(self, purpose: str) -> str:
        """A word that only who has the key can tell."""
        return hmac.new(self._first, f"crmbot {purpose}".encode(), hashlib.sha256).hexdigest()[:40]


def _bytes(key: str) -> bytes:
    try:
        raw = base64.b64decode(key.translate(str.maketrans("-_", "+/")), validate=True)
    except ValueError:
        raw = b""
    if len(raw) != 32:
        raise ValueError("encryption_key: 32 bytes in base64; make one with: openssl rand -base64 32")
    return raw
