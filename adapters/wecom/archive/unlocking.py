"""Opens the keys of rows in a process of its own: frames as in `child.py`, two threads."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from adapters.wecom.archive import child
from adapters.wecom.archive.ring import Lock, Refused, Ring, ring_of_pems

#: Each uses a core: the decryption itself leaves Python alone.
THREADS = min(os.cpu_count() or 1, 8)


class Unlocking:
    """`frame` answers one request."""

    def __init__(self) -> None:
        self._ring = Ring({})
        self._pool = ThreadPoolExecutor(THREADS)

    def frame(self, asked: child.Header, body: bytes) -> tuple[child.Header, bytes]:
        if asked["do"] == "open":
            lengths = [length for _, length in asked["keys"]]
            versions = [version for version, _ in asked["keys"]]
            self._ring = ring_of_pems(dict(zip(versions, _cut(body, lengths), strict=True)))
            return {}, b""
        texts = _cut(body, [length for _, length in asked["rows"]])
        locks = [Lock(version, text.decode()) for (version, _), text in zip(asked["rows"], texts, strict=True)]
        found = self._unlock(locks)
        told = [(one.problem, 0) if isinstance(one, Refused) else ("", len(one)) for one in found]
        return {"rows": told}, b"".join(one for one in found if isinstance(one, bytes))

    def _unlock(self, locks: Sequence[Lock]) -> list[bytes | Refused]:
        share = -(-len(locks) // THREADS) or 1
        parts = [locks[at : at + share] for at in range(0, len(locks), share)]
        return [key for part in self._pool.map(self._ring.unlock_all, parts) for key in part]


def _cut(body: bytes, lengths: Sequence[int]) -> Iterator[bytes]:
    at = 0
    for length in lengths:
        yield body[at : at + length]
        at += length


def main() -> None:
    child.run(Unlocking().frame)
