"""The company's private keys, one for each version of the public key set in the console; old ones open old rows."""

import base64
import binascii
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from crm_core.words import Words, why_unread

_PAGE = "管理工具 → 会话内容存档 → 消息加密公钥"
_LONGEST_LOCK = 4096
_LARGEST_FILE = 64 * 1024
_PADDING = padding.PKCS1v15()


class KeyFileError(Exception):
    """A file of `[wecom.archive] private_keys` cannot be used; the text names the mend and holds nothing of the key."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


@dataclass(frozen=True)
class Lock:
    """What a row's key is locked with: the version, and the key as it came, in base64."""

    version: int
    text: str


@dataclass(frozen=True)
class Refused:
    """Why a key could not be had: a word for the rows that wait, see `problem_of_version`."""

    problem: str


def problem_of_version(version: int) -> str:
    """The problem of rows whose version has no key here."""
    return f"key_{version}_unknown"


class Ring:
    """The keys by version, in memory alone."""

    def __init__(self, keys: Mapping[int, rsa.RSAPrivateKey]) -> None:
        self._keys = dict(sorted(keys.items()))

    @property
    def fingerprint(self) -> str:
        """Changes when a key comes or goes."""
        known = "".join(f"{version}:{_public(key)}" for version, key in self._keys.items())
        return hashlib.sha256(known.encode()).hexdigest()[:16]

    def pems(self) -> dict[int, bytes]:
        """The keys as text, for another process of ours."""
        return {
            version: key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            for version, key in self._keys.items()
        }

    def unlock_all(self, locks: Sequence[Lock]) -> list[bytes | Refused]:
        """The key of each row, or why not."""
        return [self._unlock(lock) for lock in locks]

    def _unlock(self, lock: Lock) -> bytes | Refused:
        key = self._keys.get(lock.version)
        if key is None:
            return Refused(problem_of_version(lock.version))
        if len(lock.text) > _LONGEST_LOCK:
            return Refused("row_malformed")
        try:
            found = key.decrypt(base64.b64decode(lock.text, validate=True), _PADDING)
        except (binascii.Error, ValueError):
            return Refused("key_does_not_fit")
        return found if found and b"\0" not in found else Refused("key_does_not_fit")


def ring_of_files(files: Mapping[int, Path]) -> Ring:
    """The keys in these files. Raises `KeyFileError`."""
    return Ring({version: _load(version, path) for version, path in files.items()})


def ring_of_pems(pems: Mapping[int, bytes]) -> Ring:
    """The keys of another ring."""
    return Ring({version: _rsa(load_pem_private_key(pem, None)) for version, pem in pems.items()})


def _load(version: int, path: Path) -> rsa.RSAPrivateKey:
    try:
        return _rsa(load_pem_private_key(path.read_bytes()[:_LARGEST_FILE], None))
    except OSError as error:
        why = why_unread(error)
        problem = Words(zh=f"读不了：{why.zh}", en=f"cannot be read: {why.en}")
    except (ValueError, TypeError):
        problem = Words(zh="不是没有密码的 PEM 格式 RSA 私钥", en="is no private RSA key in PEM without a password")
    raise KeyFileError(
        Words(
            zh=f"[wecom.archive] private_keys：{path} {problem.zh}。它是 {_PAGE} 里第 {version} 版公钥对应的私钥",
            en=f"[wecom.archive] private_keys: {path} {problem.en}. It is the private half of version {version} of the "
            f"key under {_PAGE}",
        )
    )


def _rsa(key: Any) -> rsa.RSAPrivateKey:
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("no RSA key")
    return key


def _public(key: rsa.RSAPrivateKey) -> str:
    der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()
