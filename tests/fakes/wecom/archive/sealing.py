"""How the far side encrypts its rows, written out by hand: RSA padded as PKCS#1 v1.5 says, and a mask for the text.

The program's own side uses a library for the first and the stand-in's C for the second.
"""

import base64
import random
from dataclasses import dataclass
from functools import cache
from hashlib import shake_256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

BITS = 2048


@dataclass(frozen=True)
class KeyPair:
    """One version of the company's key: the numbers of its public half, and the private half as PEM."""

    modulus: int
    exponent: int
    pem: bytes

    def write(self, path: Path) -> Path:
        path.write_bytes(self.pem)
        path.chmod(0o600)
        return path


@cache
def key_pair(version: int) -> KeyPair:
    """The key of this version; made once, because that takes long."""
    del version
    return _pair(rsa.generate_private_key(65537, BITS))


def key_pair_in(path: Path) -> KeyPair:
    """The key that was written to this file."""
    read = load_pem_private_key(path.read_bytes(), None)
    assert isinstance(read, rsa.RSAPrivateKey)
    return _pair(read)


def _pair(key: rsa.RSAPrivateKey) -> KeyPair:
    numbers = key.public_key().public_numbers()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return KeyPair(numbers.n, numbers.e, pem)


def seal(text: bytes, key: KeyPair, chance: random.Random) -> tuple[str, str]:
    """`encrypt_random_key` and `encrypt_chat_msg` of a text."""
    once = bytes(chance.choices(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", k=32))
    return base64.b64encode(encrypt(once, key, chance)).decode(), mask(text, once).hex()


def encrypt(secret: bytes, key: KeyPair, chance: random.Random) -> bytes:
    """RFC 8017, 7.2.1."""
    length = BITS // 8
    filling = bytes(chance.randrange(1, 256) for _ in range(length - 3 - len(secret)))
    block = b"\0\2" + filling + b"\0" + secret
    return pow(int.from_bytes(block), key.exponent, key.modulus).to_bytes(length)


def mask(text: bytes, once: bytes) -> bytes:
    """A check of 8 bytes and the text, xored with SHAKE256 of the key."""
    whole = shake_256(once + text).digest(8) + text
    return bytes(a ^ b for a, b in zip(whole, shake_256(once).digest(len(whole)), strict=True))
