"""Whether a request comes from Slack: an HMAC over the bytes as they came, and a moment not far from ours.

Slack's documentation: "Verifying requests from Slack".
"""

import hmac
import re
from datetime import datetime

#: Seconds that Slack's clock and ours may be apart, either way.
TOLERANCE = 300

_SECONDS = re.compile(r"[0-9]{1,12}")


class Forged(Exception):
    """The request is not from Slack, or too old to tell. Carries nothing of it."""


def verify(secret: str, body: bytes, timestamp: str, signature: str, now: datetime) -> None:
    """Check the bytes of a request against its two headers ("" for a missing one). Raises `Forged`."""
    require_recent(timestamp, now)
    require_match(secret, body, timestamp, signature)


def require_match(secret: str, body: bytes, timestamp: str, signature: str) -> None:
    """That who signed it knows the secret. Raises `Forged`."""
    given = signature.encode("utf-8", "surrogateescape")
    if not hmac.compare_digest(sign(secret, timestamp, body).encode(), given):
        raise Forged


def require_recent(timestamp: str, now: datetime) -> None:
    """What can be told before the body is read. Raises `Forged`."""
    if _SECONDS.fullmatch(timestamp) is None or abs(now.timestamp() - int(timestamp)) > TOLERANCE:
        raise Forged


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The signature that belongs to this body at this moment."""
    said = b"v0:" + timestamp.encode() + b":" + body
    return f"v0={hmac.digest(secret.encode(), said, 'sha256').hex()}"
