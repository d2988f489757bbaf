"""The company's keys: read from files, used here and beside, never shown."""

import base64
from pathlib import Path
from random import Random

import pytest

from adapters.wecom.archive.keys import MANY, Keys
from adapters.wecom.archive.ring import KeyFileError, Lock, Refused, ring_of_files
from tests.bot.capture.capturing import conduct
from tests.fakes.wecom.archive import sealing
from tests.fakes.wecom.archive.chats import Chats

ONCE = b"A" * 32


def files(chats: Chats, *versions: int) -> dict[int, Path]:
    return {int(one.split(":", 1)[0]): Path(one.split(":", 1)[1]) for one in chats.key_files(*versions)}


def lock(version: int, secret: bytes = ONCE) -> Lock:
    locked = sealing.encrypt(secret, sealing.key_pair(version), Random(1))
    return Lock(version, base64.b64encode(locked).decode())


@pytest.mark.parametrize("count", [1, MANY * 3 + 1])
def test_each_row_is_opened_with_the_key_of_its_version(chats: Chats, count: int) -> None:
    keys = Keys(ring_of_files(files(chats, 1, 2)))
    locks = [lock(1), lock(2), lock(3), Lock(1, "???"), lock(1, b"with\0inside")] * count

    async def scene() -> None:
        found = await keys.unlock(locks)
        assert found[:3] == [ONCE, ONCE, Refused("key_3_unknown")]
        assert found[3:5] == [Refused("key_does_not_fit")] * 2
        assert found == found[:5] * count
        await keys.close()

    conduct(scene)


def test_without_the_process_beside_keys_are_opened_here(chats: Chats, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.wecom.archive.keys._RUN", "raise SystemExit")
    keys = Keys(ring_of_files(files(chats, 1)))

    async def scene() -> None:
        assert await keys.unlock([lock(1)] * MANY) == [ONCE] * MANY
        await keys.close()

    conduct(scene)


def test_a_file_that_is_no_key_is_named_with_the_page_of_the_console(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    for content in (b"", b"nonsense", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"):
        path.write_bytes(content)
        with pytest.raises(KeyFileError, match=r"key\.pem is no private RSA key.*version 2.*消息加密公钥"):
            ring_of_files({2: path})
    with pytest.raises(KeyFileError, match="cannot be read: there is no such file") as refusal:
        ring_of_files({1: tmp_path / "missing.pem"})
    assert "读不了：没有这个文件。" in refusal.value.words.zh


def test_the_fingerprint_tells_when_a_key_was_added(chats: Chats) -> None:
    one, two = ring_of_files(files(chats, 1)), ring_of_files(files(chats, 1, 2))
    assert one.fingerprint != two.fingerprint
    assert one.fingerprint == ring_of_files(files(chats, 1)).fingerprint
