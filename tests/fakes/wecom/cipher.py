"""The seal of callbacks (加解密方案说明), written from its description: AES-256-CBC inside, SHA-1 outside."""

import base64
import binascii
import hashlib
import hmac
import secrets

from cryptography.hazmat.primitives.ciphers import Cipher as Machine
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC

BLOCK = 32
RANDOM = 16
LENGTH = 4


class Unsealed(ValueError):
    """Not sealed with this key for this receiver, or broken; says what is wrong with it."""


class Cipher:
    """`token` signs, `aes_key` (43 letters and digits) encrypts, `receiveid` says for whom: the company's id for apps,
    "" for robots.
    """

    def __init__(self, token: str, aes_key: str, receiveid: str) -> None:
        self.token = token
        self.receiveid = receiveid
        self._key = base64.b64decode(aes_key + "=")

    def sign(self, timestamp: str, nonce: str, sealed: str) -> str:
        """Hex, over the four in the order of the alphabet."""
        joined = "".join(sorted((self.token, timestamp, nonce, sealed)))
        return hashlib.sha1(joined.encode(), usedforsecurity=False).hexdigest()

    def is_signed(self, signature: str, timestamp: str, nonce: str, sealed: str) -> bool:
        return hmac.compare_digest(signature.encode(), self.sign(timestamp, nonce, sealed).encode())

    def seal(self, message: bytes, *, receiveid: str | None = None, showing: str = "") -> str:
        """In base64. `receiveid`: another one than its own. `showing`: characters that are to occur in what comes out,
        such as "+/"; the random bytes at the beginning make that come true.
        """
        named = self.receiveid if receiveid is None else receiveid
        inner = len(message).to_bytes(LENGTH, "big") + message + named.encode()
        while True:
            sealed = self.encrypt(padded(secrets.token_bytes(RANDOM) + inner))
            if all(sign in sealed for sign in showing):
                return sealed

    def open(self, sealed: str) -> bytes:
        """The message. Raises `Unsealed`."""
        try:
            plain = _unpadded(self.decrypt(base64.b64decode(sealed, validate=True)))
        except (binascii.Error, ValueError) as error:
            raise Unsealed(str(error)) from error
        end = RANDOM + LENGTH + int.from_bytes(plain[RANDOM : RANDOM + LENGTH], "big")
        if len(plain) < RANDOM + LENGTH or end > len(plain):
            raise Unsealed("the length is wrong")
        if plain[end:] != self.receiveid.encode():
            raise Unsealed("sealed for another receiver")
        return plain[RANDOM + LENGTH : end]

    def encrypt(self, plain: bytes) -> str:
        """Whole blocks, whatever is in them, to base64."""
        machine = self._machine().encryptor()
        return base64.b64encode(machine.update(plain) + machine.finalize()).decode()

    def decrypt(self, raw: bytes) -> bytes:
        """Whole blocks, with their padding; ValueError for what is no whole block."""
        machine = self._machine().decryptor()
        return machine.update(raw) + machine.finalize()

    def _machine(self) -> Machine[CBC]:
        return Machine(AES256(self._key), CBC(self._key[:16]))


def padded(plain: bytes) -> bytes:
    """PKCS#7 with blocks of 32."""
    rest = BLOCK - len(plain) % BLOCK
    return plain + bytes([rest]) * rest


def _unpadded(plain: bytes) -> bytes:
    rest = plain[-1] if plain else 0
    if not 1 <= rest <= BLOCK or plain[-rest:] != bytes([rest]) * rest:
        raise Unsealed("the padding is wrong")
    return plain[:-rest]
