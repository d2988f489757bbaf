"""The seal by itself: what the library lets through is refused."""

import random
import struct

import pytest
from pydantic import SecretStr

from adapters.wecom.crypto import Cipher, Rejected, Seal
from tests.adapters.wecom.far import CORP
from tests.adapters.wecom.sealing import AES_KEY, TOKEN, Platform
from tests.conftest import NOW

STAMP = str(int(NOW.timestamp()))


def _cipher(key: str = AES_KEY) -> Cipher:
    return Cipher(SecretStr(TOKEN), SecretStr(key), CORP)


def _opened(encrypted: str, signature: str = "") -> str:
    signature = signature or Platform().sign(STAMP, "n", encrypted)
    return _cipher().open(encrypted, Seal(signature, STAMP, "n"))


@pytest.mark.parametrize("key", ["", AES_KEY[:42], AES_KEY + "A"], ids=len)
def test_a_key_of_another_length_is_none(key: str) -> None:
    with pytest.raises(ValueError, match="43"):
        _cipher(key)


@pytest.mark.parametrize("end", [b"\0" * 11 + b"\x0c", b"\0" * 12, b"\x21" * 12, b"\xff" * 12], ids=range(4))
def test_what_is_not_filled_up_as_it_says_is_refused(end: bytes) -> None:
    said = b"x" * (64 - 12 - 16 - 4 - len(CORP))
    plain = b"0123456789abcdef" + struct.pack(">I", len(said)) + said + CORP.encode()
    assert _opened(Platform().encrypt_raw(plain + b"\x0c" * 12)) == said.decode()
    with pytest.raises(Rejected):
        _opened(Platform().encrypt_raw(plain + end))


def test_a_signature_in_other_letters_is_refused() -> None:
    with pytest.raises(Rejected):
        _opened(Platform().encrypt("<xml/>"), "签名")


def test_nobody_can_guess_how_a_reply_begins() -> None:
    cipher, sealed = _cipher(), []
    for _ in range(2):
        random.seed(7)
        sealed.append(cipher.seal("<xml/>", NOW)["Encrypt"])
    assert sealed[0] != sealed[1]
