import base64
import os

import pytest

from adapters.slack.vault import Unreadable, Vault


def a_key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


def test_what_was_locked_opens_again_and_shows_nothing() -> None:
    vault = Vault(a_key())
    locked = vault.lock("xoxb-secret")
    assert "secret" not in locked
    assert vault.open(locked) == "xoxb-secret"
    assert vault.lock("") == vault.open("") == ""


def test_another_key_opens_nothing() -> None:
    locked = Vault(a_key()).lock("xoxb-secret")
    with pytest.raises(Unreadable):
        Vault(a_key()).open(locked)


def test_a_key_is_changed_by_putting_the_new_one_first() -> None:
    old, new = a_key(), a_key()
    locked = Vault(old).lock("xoxb-secret")
    anew = Vault(f"{new}, {old}").relock(locked)
    assert Vault(new).open(anew) == "xoxb-secret"


@pytest.mark.parametrize("key", ["", "short", base64.b64encode(b"x" * 31).decode(), "ключ", "a,b"])
def test_what_is_no_key_is_refused_with_the_mend(key: str) -> None:
    with pytest.raises(ValueError, match="openssl rand -base64 32"):
        Vault(key)


def test_both_alphabets_of_base64_are_keys() -> None:
    raw = bytes([255]) * 32
    locked = Vault(base64.b64encode(raw).decode()).lock("x")
    assert Vault(base64.urlsafe_b64encode(raw).decode()).open(locked) == "x"


def test_only_who_has_the_key_can_tell_the_word_of_the_link() -> None:
    key = a_key()
    assert Vault(key).pass_for("install") == Vault(key).pass_for("install") != Vault(key).pass_for("other")
    assert Vault(a_key()).pass_for("install") != Vault(key).pass_for("install")
