"""The signature Slack puts on what it sends: v0, HMAC-SHA256 over the raw bytes."""

import hashlib
import hmac

#: What is sent as `User-Agent`.
AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """`v0=` and the hex digest."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def headers(secret: str, now: float, body: bytes, *, content_type: str = JSON) -> dict[str, str]:
    """Every header of a genuine request of that moment, but the retry ones."""
    timestamp = str(int(now))
    return {
        "User-Agent": AGENT,
        "Accept": "*/*",
        "Content-Type": content_type,
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": sign(secret, timestamp, body),
    }
