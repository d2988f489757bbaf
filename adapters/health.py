"""How each part of the connection to a platform is, for `/readyz`."""

from collections.abc import Mapping


class Health:
    """`parts` tell how they are in a word or two without secrets; one that is bad makes the whole "down"."""

    def __init__(self) -> None:
        self._told: dict[str, str] = {}
        self._bad: set[str] = set()

    def good(self, part: str, told: str = "ok") -> None:
        self._told[part] = told
        self._bad.discard(part)

    def bad(self, part: str, reason: str) -> None:
        self._told[part] = reason
        self._bad.add(part)

    def state(self) -> Mapping[str, str]:
        """`{"status": "ok" | "down", part: …}`."""
        return {"status": "down" if self._bad else "ok", **self._told}
