"""The seal of callbacks, held against the one that the adapter depends on."""

import base64

import pytest
from wechatpy.work.crypto import WeChatCrypto

from tests.fakes.wecom import markup
from tests.fakes.wecom.cipher import Cipher, Unsealed, padded

KEY = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR"
WORDS = ["", "x", "谁负责 Acme?", "🙂\x00\r\n", "a" * 11, "b" * 12, "c" * 13, "长" * 2000]


@pytest.fixture
def cipher() -> Cipher:
    return Cipher("token", KEY, "ww4711")


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("receiveid", ["ww4711", ""])
def test_what_is_sealed_here_is_opened_by_the_library(words: str, receiveid: str) -> None:
    cipher = Cipher("token", KEY, receiveid)
    sealed = cipher.seal(words.encode())
    signature = cipher.sign("1763700000", "77", sealed)
    opened = WeChatCrypto("token", KEY, receiveid).decrypt_message({"Encrypt": sealed}, signature, "1763700000", "77")
    assert opened == words


@pytest.mark.parametrize("words", WORDS)
def test_what_the_library_sealed_is_opened_here(cipher: Cipher, words: str) -> None:
    reply = markup.read(WeChatCrypto("token", KEY, "ww4711").encrypt_message(words, "77", "1763700000").encode())
    assert cipher.is_signed(reply["MsgSignature"], reply["TimeStamp"], reply["Nonce"], reply["Encrypt"])
    assert cipher.open(reply["Encrypt"]) == words.encode()


def test_what_goes_out_can_be_made_to_hold_certain_characters(cipher: Cipher) -> None:
    sealed = cipher.seal(b"4711", showing="+/")
    assert "+" in sealed
    assert "/" in sealed


@pytest.mark.parametrize(
    ("sealed", "why"),
    [
        (lambda cipher: cipher.seal(b"x", receiveid="another"), "another receiver"),
        (lambda cipher: cipher.seal(b"x", receiveid="ww4711x"), "another receiver"),
        (lambda cipher: cipher.encrypt(b"r" * 32), "padding"),
        (lambda cipher: cipher.encrypt(padded(b"r" * 16 + b"\xff\xff\xff\xff")), "length"),
        (lambda cipher: cipher.encrypt(padded(b"r" * 5)), "length"),
        (lambda cipher: cipher.seal(b"x")[:-4], ""),
        (lambda _: "!!!", ""),
        (lambda _: "", "padding"),
        (lambda _: base64.b64encode(b"short").decode(), ""),
    ],
)
def test_what_is_not_sealed_for_us_is_not_opened(cipher: Cipher, sealed: object, why: str) -> None:
    assert callable(sealed)
    with pytest.raises(Unsealed) as caught:
        cipher.open(sealed(cipher))
    assert why in str(caught.value)


def test_a_signature_counts_as_a_whole(cipher: Cipher) -> None:
    good = cipher.sign("1", "2", "three")
    assert cipher.is_signed(good, "1", "2", "three")
    for wrong in (good[:-1], good.upper(), "", "é" * 40):
        assert not cipher.is_signed(wrong, "1", "2", "three")
