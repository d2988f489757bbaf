"""A fake talks to this machine only: it signs what it sends, and must not be taken for the platform by anyone else."""

from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class NotLoopback(ValueError):
    """A fake was pointed at another machine."""


def require_loopback(url: str) -> str:
    """The same address; NotLoopback when it is not on this machine."""
    host = urlsplit(url).hostname
    if host not in LOOPBACK:
        raise NotLoopback(
            f"this fake only talks to this machine, not to {host}: use an address such as http://127.0.0.1:8000"
        )
    return url
